"""What a run knows of the world around it, and what its events change there.

Facts for templates are gathered here from order, shipment, containers, profile, site and clock. An answer that records
a mark moves its containers, a decision that two people agree on authorises, and a departure from the plan opens one
deviation per cause: all in the same transaction as the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .. import container_life, containers, deviations, orders, runs, shipments
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import STATION, Actor, Change, Doc
from ..facts import Unknown
from ..products import Profile, show_sources
from ..runs import Answer, Facts, Key, Run, calcs
from ..words import LANGS
from . import containers as container_acts
from . import deviations as deviation_acts
from . import device_rounds, staff
from . import orders as order_acts
from . import places as place_acts
from . import products as product_acts
from . import site_limits as limit_acts

# What the second person's agreement on a decision does to the containers.
DECISIONS = {"accept": "accept", "reject": "reject"}
LABEL_EXPIRY = "R-33"  # one id means the same in every checklist
# Where nothing is to be done: it stands so already, or another doubt than this run's keeps it locked.
STANDS_ALREADY = {"accept": ("accepted", "locked"), "reject": ("rejected",)}


def order_of(desk: Desk, run: Run) -> orders.Order | None:
    """The order that the run is about, or None."""
    held = desk.store.get("order", run.subjects.get("order", ""))
    return orders.order(held.id, held.doc) if held is not None else None


def shipment_of(desk: Desk, run: Run) -> shipments.Shipment | None:
    """The shipment that the run is about, or None."""
    held = desk.store.get("shipment", run.subjects.get("shipment", ""))
    return shipments.shipment(held.id, held.doc) if held is not None else None


def profile_of(desk: Desk, run: Run) -> tuple[Profile | None, bool]:
    """The product's profile in force and whether two pharmacists verified it."""
    order = order_of(desk, run)
    if order is None or not order.product:
        return None, False
    return product_acts.profile_in_force(desk, order.product)


def gather(desk: Desk, run: Run, at: Moment) -> Facts:
    """Everything templates may ask, as it stands at ``at``."""
    values: dict[str, Any] = dict(limit_acts.site_facts(desk))
    sources: dict[str, str] = dict(limit_acts.site_sources(desk))
    order, shipment = order_of(desk, run), shipment_of(desk, run)
    profile, verified = profile_of(desk, run)
    values["profile.verified"] = verified
    if profile is not None:
        for name in profile.facts:
            values[f"profile.{name}"] = profile.fact(name)
            sources[f"profile.{name}"] = show_sources(profile, name, "en")
    if order is not None:
        days = [dose.planned_on for dose in order_acts.doses_to_give(desk, order.id)]
        values |= orders.order_facts(order, at, profile=profile, verified=verified, dose_days=days)
    of_order = container_acts.of_order(desk, order.id) if order is not None else []
    if shipment is not None:
        expiries = tuple(item.expiry for item in of_order if item.shipment == shipment.id)
        cap_d = values.get("site.shipper_cap_d")
        values |= shipments.shipment_facts(
            shipment, expiries=expiries, **({"cap_d": cap_d} if cap_d is not None else {})
        )
    values |= device_rounds.facts(desk, run, at)
    sources |= device_rounds.sources(desk, run)
    values["run.people_trained"] = _all_trained(desk, run, order, at)
    own: dict[str, Mapping[str, Any]] = {}
    for item in of_order:
        own[item.id] = container_life.container_facts(item, of_order, _place_free(desk, run, item.id))
    return Facts(values, own, sources)


def _all_trained(desk: Desk, run: Run, order: orders.Order | None, at: Moment) -> bool:
    actors = [*(item.by for item in run.answers), *(item.by for item in run.checks)]
    people = {who.person for who in actors if who != STATION} or {run.opened_by.person}
    product = order.product if order is not None and order.product else ""
    return not product or all(staff.trained(desk, person, product, run.template.id, at) for person in people)


def _place_free(desk: Desk, run: Run, container: str) -> bool:
    """Whether the position that was scanned for a container holds no other one and, where it is registered, may hold
    this one."""
    for key, answer in run.current.items():
        step = run.template.step(key.step)
        if step.ask == "place" and key.container == container and answer.value is not None:
            if place_acts.tree(desk).by_code(str(answer.value)) is not None:
                return not place_acts.problems(desk, container, str(answer.value))
            others = desk.store.find("container", place=str(answer.value))
            return all(item.id == container or item.doc["state"] not in containers.HERE_COLD for item in others)
    return True


# --- consequences -----------------------------------------------------------------------------------------------------


def consequences(desk: Desk, before: Run, after: Run, at: Moment, who: Actor) -> list[Change]:
    """What the run's new events change besides the run: containers, shipment and deviations."""
    new = after.events[len(before.events) :]
    recorded: dict[str, container_life.Recorded] = {}
    more: list[container_life.Recorded] = []
    changes: list[Change] = []
    for event in new:
        if isinstance(event, Answer) and not event.not_applicable:
            changes += _mark(desk, after, event, recorded, more, at, who)
            changes += device_rounds.consequences(desk, after, event, at, who)
    for key, decision in _decided(before, after):
        _decide(desk, after, decision, recorded, more, at, _may_decide(after, key, decision, who))
    changes += _label_expiry(desk, after, new)
    causes = _departures(desk, after, postpone=True)
    return [*changes, *container_acts.changes_of(desk, more, at=at, who=who, causes=causes)]


def _label_expiry(desk: Desk, run: Run, new: Iterable[runs.Event]) -> list[Change]:
    """What the label says of the expiry takes the place of what the notice said: later steps rest on the container."""
    read = [event for event in new if isinstance(event, Answer) and event.key.step == LABEL_EXPIRY]
    if not read or read[-1].not_applicable:
        return []
    expiry = str(read[-1].value)
    held = [desk.store.get("container", id) for id in run.containers]
    changed = [one.id for one in held if one is not None and one.doc["expiry"] != expiry]
    return [Change("container", id, {"expiry": expiry}, run.id) for id in changed]


def _mark(
    desk: Desk,
    run: Run,
    event: Answer,
    recorded: dict[str, container_life.Recorded],
    more: list[container_life.Recorded],
    at: Moment,
    who: Actor,
) -> list[Change]:
    step = run.template.step(event.key.step)
    if not step.marks:
        return []
    happened = parse_iso(event.event_at)
    fact = containers.BY_MARK.get(step.marks)
    if fact is not None:
        place = place_acts.code_of(desk, str(event.value)) if step.ask == "place" else ""
        for id in [event.key.container] if event.key.container else run.containers:
            if desk.store.get("container", id) is not None:
                held = recorded[id].container if id in recorded else container_acts.get(desk, id)
                one = _recorded(held, fact, event, at, who, happened, run.id, place)
                recorded[id] = one
                more.append(one)
    shipment = run.subjects.get("shipment", "")
    if step.marks == "ARRIVED" and shipment:
        return [Change("shipment", shipment, {"state": shipments.ARRIVED, "arrived_at": happened.iso})]
    return []


def _recorded(
    held: container_life.Container,
    fact: str,
    event: Answer,
    at: Moment,
    who: Actor,
    happened: Moment,
    run: str,
    place: str,
) -> container_life.Recorded:
    """The fact of an answer that marks. A corrected answer times its fact anew; a new position is a fact of its own."""
    known = held.event_of(fact, run)
    if event.reason is not None and known is not None and (not place or place == held.place):
        reason = event.reason.text or event.reason.code
        return container_life.correct(held, known.n, at=at, reason=reason, event_at=happened)
    return container_life.record(held, fact, at=at, who=who, event_at=happened, run=run, place=place)


def _decided(before: Run, after: Run) -> list[tuple[Key, str]]:
    """The decisions that became valid with the new events: given, and agreed on by the second person."""
    found = []
    for key, step in after.questions():
        answer = after.current.get(key)
        if step.ask != "choice" or not step.gate or answer is None or answer.not_applicable:
            continue
        agreed = runs.check_state(after, key) in ("none", "match")
        old = before.current.get(key)
        was = old is not None and old.value == answer.value and runs.check_state(before, key) in ("none", "match")
        if agreed and not was:
            found.append((key, str(answer.value)))
    return found


def _may_decide(run: Run, key: Key, decision: str, who: Actor) -> Actor:
    """In whose name the containers are accepted or rejected: of the two who agreed, the one whose role may do it."""
    if decision not in DECISIONS:
        return who
    may = containers.AUTHORISATIONS[DECISIONS[decision]].by
    agreed = [run.current[key].by, *(item.by for item in run.checks if item.key == key)]
    return next((actor for actor in agreed if actor.role in may), who)


def _decide(
    desk: Desk,
    run: Run,
    decision: str,
    recorded: dict[str, container_life.Recorded],
    more: list[container_life.Recorded],
    at: Moment,
    who: Actor,
) -> None:
    for id in run.containers:
        if desk.store.get("container", id) is None:
            continue
        held = recorded[id].container if id in recorded else container_acts.get(desk, id)
        if decision in DECISIONS:
            own_doubt = held.event_of("held", run.id)
            if own_doubt is not None:  # this run held it, and its two people have now decided otherwise
                lifted = container_life.correct(held, own_doubt.n, at=at, reason=run.id, back=True)
                held = lifted.container
                more.append(lifted)
            if held.state in STANDS_ALREADY[decision]:
                continue
            one = container_life.grant(held, DECISIONS[decision], at=at, who=who, reason=run.id, run=run.id)
        elif decision == "hold":
            one = container_life.record(held, "held", at=at, who=who, run=run.id)
        else:
            continue
        recorded[id] = one
        more.append(one)


def _departures(desk: Desk, run: Run, *, postpone: bool) -> list[deviations.Cause]:
    """One deviation per cause. A scan that does not match may be repeated: its deviation waits for the next event."""
    known = {str(held.doc["cause"]) for held in desk.store.find("deviation", run=run.id)}
    last = run.answers[-1] if run.answers else None
    causes = []
    for departure in runs.deviations(run):
        if departure.cause in known:
            continue
        step = run.template.step(departure.keys[0].step)
        if postpone and last is not None and last.n == departure.n and step.ask == "scan":
            continue
        causes.append(
            deviations.Cause(
                departure.cause,
                "critical" if departure.level == "hard" else "major",
                run.subjects.get("order", ""),
                departure.keys[0].container or "",
                run.id,
                (("step", departure.keys[0].step), ("title_zh", step.zh), ("title_en", step.en)),
            )
        )
    return causes


def _clock_compared(run: Run) -> list[Change]:
    """Two people compared the station's clock: what later records print (engineering-review 20, REG-028)."""
    answer = calcs.mark(run, "CLOCK_CHECKED")
    if answer is None:
        return []
    reference = next((item.value for item in run.answers if item.key.step == "K-01"), "")
    people = sorted({answer.by.person, *(item.by.person for item in run.checks)})
    doc = {
        "checked_at": answer.at,
        "difference_s": round(float(answer.value["decimal"])),
        "reference": str(reference),
        "by": people,
    }
    return [Change("clock", "station", doc)]


def closing_changes(desk: Desk, run: Run, at: Moment, who: Actor) -> list[Change]:
    """What closing the run changes besides: the shipment is received, and no deviation waits any longer."""
    causes = _departures(desk, run, postpone=False)
    changes = [*deviation_acts.opening_changes(desk, causes, at=at, who=who), *_clock_compared(run)]
    changes += device_rounds.closing_changes(desk, run, at, who)
    shipment = run.subjects.get("shipment", "")
    if shipment and run.template.id.startswith("receipt"):
        changes.append(Change("shipment", shipment, {"state": "received"}))
    return changes


# --- what the record shows --------------------------------------------------------------------------------------------


def subject(desk: Desk, run: Run) -> Doc:
    """The record's identifiers."""
    order, shipment = order_of(desk, run), shipment_of(desk, run)
    if order is None:
        return {
            "patient": None, "order": "", "coi": "", "product": {"zh": "", "en": ""},
            "lot": "", "din": "", "aph_id": "", "containers": [],
        }  # fmt: skip
    profile, _ = profile_of(desk, run)
    return {
        "patient": _patient(order, parse_iso(run.opened_at)),
        "order": order.id,
        "coi": order.coi,
        "product": _product_words(profile, order.product),
        "lot": shipment.lot if shipment is not None else "",
        "din": order.din,
        "aph_id": order.aph_id,
        "containers": [_container(desk, run, id) for id in run.containers],
    }


def _product_words(profile: Profile | None, fallback: str) -> Doc:
    zh, en = product_acts.names(profile) if profile is not None else (fallback, fallback)
    return {"zh": zh, "en": en}


def _patient(order: orders.Order, at: Moment) -> Doc:
    who = order.patient
    return {
        "name": who.name,
        "latin": who.latin,
        "initials": who.initials,
        "sex": who.sex,
        "birth_date": who.birth_date,
        "numbers": [{"type": number.type, "value": number.value} for number in who.numbers_on(at.day)],
    }


def _container(desk: Desk, run: Run, id: str) -> Doc:
    held = container_acts.get(desk, id)
    exposure_s = calcs.exposure_s(run, id)
    return {
        "id": id,
        "n": held.n,
        "of": held.of,
        "lot": held.lot,
        "expiry": held.expiry,
        "place": held.place,
        "exposure_s": None if isinstance(exposure_s, Unknown) else exposure_s,
    }


def product(desk: Desk, run: Run) -> str:
    """The product whose training the signers need; empty where no product is involved."""
    order = order_of(desk, run)
    return order.product if order is not None else ""


def profile_words(desk: Desk, run: Run) -> Doc | None:
    """The profile that the run used, for the page's foot."""
    order = order_of(desk, run)
    if order is None or not order.product:
        return None
    return product_acts.profile_words(desk, order.product)


def source_words(desk: Desk, run: Run) -> dict[str, dict[str, str]]:
    """The sources of the profile's limits, in both languages, by what entries call them (English)."""
    profile, _ = profile_of(desk, run)
    if profile is None:
        return {}
    return {
        show_sources(profile, name, "en"): {lang: show_sources(profile, name, lang) for lang in LANGS}
        for name in profile.facts
    }


def deviation_words(desk: Desk, run: Run, more: Iterable[Change] = ()) -> list[Doc]:
    """The run's deviations, for the record: those that stand and those that closing it opens."""
    found = [(held.id, held.doc) for held in desk.store.find("deviation", run=run.id)]
    found += [(change.id, change.new) for change in more if change.kind == "deviation" and "zh" in change.new]
    return [{"id": id, "zh": doc["zh"], "en": doc["en"], "state": doc["state"]} for id, doc in found]


def series(desk: Desk, run: Run) -> Doc | None:
    """The shipper's temperature history, where a logger file was taken in."""
    shipment = shipment_of(desk, run)
    name = str(shipment.logger.get("curve", "")) if shipment is not None else ""
    if not name:
        return None
    import json

    found: Doc = json.loads(desk.store.blob(name))
    return found

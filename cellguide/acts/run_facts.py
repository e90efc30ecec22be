"""What a run's events change in the world around it, and what its record says of that world.

An answer that records a mark moves its containers, a decision that two people agree on authorises, and a departure from
the plan opens one deviation per cause: all in the same transaction as the answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from .. import container_labels, container_life, containers, deviations, orders, runs, shipments
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..facts import Unknown
from ..products import Profile
from ..runs import Answer, Key, Run, calcs
from ..words import LANGS, say
from . import containers as container_acts
from . import deviations as deviation_acts
from . import device_rounds, shipper_store
from . import places as place_acts
from . import products as product_acts
from .gathering import order_of, profile_of, shipment_of

LABEL_EXPIRY = "R-33"  # one id means the same in every checklist
# Where nothing is to be done: it stands so already, or another doubt than this run's keeps it locked.
STANDS_ALREADY = {"accept": ("accepted", "locked"), "reject": ("rejected",)}


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
            changes += shipper_store.custody_changes(desk, after, event, at, who)
    for key, decision in _decided(before, after):
        _decide(desk, after, decision, recorded, more, at, _may_decide(after, key, decision, who))
    changes += _label_expiry(desk, after, new)
    causes = _departures(desk, after, postpone=True)
    return [*changes, *container_acts.changes_of(desk, more, at=at, who=who, causes=causes)]


def _label_expiry(desk: Desk, run: Run, new: Iterable[runs.Event]) -> list[Change]:
    """What the label says of the expiry takes the place of what the notice said: later steps rest on the container.

    A label speaks for the containers that were announced with its own lot, component and expiry, or for the whole
    delivery where the checklist asks once.
    """
    read: dict[str, str] = {}
    for event in new:
        if isinstance(event, Answer) and event.key.step == LABEL_EXPIRY and not event.not_applicable:
            read |= dict.fromkeys(_labelled_alike(desk, run, event.key.container), str(event.value))
    held = [desk.store.get("container", id) for id in read]
    changed = [one for one in held if one is not None and one.doc["expiry"] != read[one.id]]
    # What the notice said is kept: the label is held against it, however often it is read again.
    said = {one.id: one.doc.get("notice_expiry", one.doc["expiry"]) for one in changed}
    return [
        Change("container", one.id, {"expiry": read[one.id], "notice_expiry": said[one.id]}, run.id) for one in changed
    ]


def _labelled_alike(desk: Desk, run: Run, container: str | None) -> tuple[str, ...]:
    if container is None:
        return run.containers
    shipment = shipment_of(desk, run)
    lot = shipment.lot if shipment is not None else ""
    read = container_acts.get(desk, container)
    alike = (container_acts.get(desk, id) for id in run.containers)
    return tuple(one.id for one in alike if container_labels.same_label(one, read, lot))


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
        place = ""
        if step.ask == "place":  # a shipper that stays closed is the store, wherever it was put
            place = shipper_store.shipper_code(desk, run) or place_acts.code_of(desk, str(event.value))
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
    if decision not in runs.DECISIONS:
        return who
    may = containers.AUTHORISATIONS[runs.DECISIONS[decision]].by
    agreed = [run.current[key].by, *(item.by for item in runs.counting_checks(run, key))]
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
        if decision in runs.DECISIONS:
            # This run held it, in a dispute and by its decision, and its two people have now decided otherwise.
            while (own_doubt := held.event_of("held", run.id)) is not None:
                lifted = container_life.correct(held, own_doubt.n, at=at, reason=run.id, back=True)
                held = lifted.container
                more.append(lifted)
            if held.state in STANDS_ALREADY[decision]:
                continue
            one = container_life.grant(held, runs.DECISIONS[decision], at=at, who=who, reason=run.id, run=run.id)
        elif decision == "hold":
            one = container_life.record(held, "held", at=at, who=who, run=run.id)
        else:
            continue
        recorded[id] = one
        more.append(one)


def _departures(desk: Desk, run: Run, *, postpone: bool) -> list[deviations.Cause]:
    """One deviation per cause. A scan that does not match may be repeated: its deviation waits for the next answer, or
    for the dispute that says it will not be."""
    known = {str(held.doc["cause"]) for held in desk.store.find("deviation", run=run.id)}
    last = run.answers[-1] if run.answers else None
    disputed = {note.key for note in run.notes if note.about == "dispute"}
    causes = []
    for departure in runs.deviations(run):
        if departure.cause in known:
            continue
        step = run.template.step(departure.keys[0].step)
        repeatable = step.ask == "scan" and departure.keys[0] not in disputed
        if postpone and last is not None and last.n == departure.n and repeatable:
            continue
        causes.append(
            deviations.Cause(
                departure.cause,
                deviations.severity_of(departure.cause),
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
        "moved": "",
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
        "acceptance": _acceptance(run, shipment),
    }


def _acceptance(run: Run, shipment: shipments.Shipment | None) -> list[Doc]:
    """What an acceptance record holds besides lot, expiry and conclusion, of a receipt (clinical-review 3.2)."""
    if shipment is None or not run.template.id.startswith("receipt"):
        return []
    told = {name: str(getattr(shipment, name)) for name in shipments.ACCEPTANCE}
    told |= {"papers": ", ".join(f"{name} {sha256[:8]}" for name, sha256 in sorted(shipment.papers.items()))}
    return [
        {lang: say(f"shipment.field.{name}", lang) for lang in LANGS} | {"text": text} for name, text in told.items()
    ]


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

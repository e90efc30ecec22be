"""Orders: placed, verified by a second person, changed, cancelled, replaced; patient numbers; planned doses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from .. import container_life, containers, orders, patients, similar
from ..clock import Moment
from ..container_life import Container
from ..desk import Desk
from ..deviations import Cause
from ..entry import Actor, Change, Doc
from ..orders import Again, Evidence, Order
from ..patients import Number, plain
from ..people import may
from ..products.profile import Profile
from ..refusal import Refusal
from ..similar import Trap
from . import containers as container_acts
from . import deviations
from .records import check_reason


def get(desk: Desk, id: str) -> Order:
    """Raises Refusal ``order.unknown``."""
    held = desk.store.get("order", id)
    if held is None:
        raise Refusal("order.unknown", order=id)
    return orders.order(id, held.doc)


def live(desk: Desk) -> list[Order]:
    """Orders that wait for something, oldest first. Finished ones are found by search."""
    held = [one for state in orders.LIVE for one in desk.store.find("order", state=state)]
    return [orders.order(one.id, one.doc) for one in sorted(held, key=lambda one: one.id)]


def traps(desk: Desk, order: Order) -> tuple[Trap, ...]:
    """What the order has so nearly in common with other live ones that a person must look before it is saved."""
    return similar.traps(order.identity, [other.identity for other in live(desk) if other.id != order.replaces])


def _check_new(desk: Desk, new: Order, looked_at: frozenset[str], profile: Profile | None, today: date) -> Order:
    """The order with what was looked at. Raises ``order.coi_used``, ``order.similar`` and those of ``check_order``."""
    orders.check_order(new, today, profile)
    others = [other for other in live(desk) if other.id not in (new.id, new.replaces)]
    if plain(new.coi):
        taken = next((other.id for other in others if plain(other.coi) == plain(new.coi)), "")
        if taken:
            raise Refusal("order.coi_used", coi=new.coi, order=taken)
    found = similar.traps(new.identity, [other.identity for other in others])
    unseen = [trap for trap in found if trap.key not in looked_at and trap.key not in new.traps]
    if unseen:
        raise Refusal(
            "order.similar", count=len(unseen), orders=", ".join(dict.fromkeys(trap.order for trap in unseen))
        )
    keys = (*new.traps, *(trap.key for trap in found))
    return replace(new, traps=tuple(dict.fromkeys(keys)))


def _filed(new: Order, files: Mapping[str, bytes]) -> tuple[Order, list[bytes]]:
    """The order with its evidence named by what the files are."""
    unknown = set(files) - set(orders.EVIDENCE)
    if unknown:
        raise Refusal("order.evidence", evidence=", ".join(sorted(unknown)))
    holder = dict(new.holder)
    for name, data in files.items():
        holder[name] = holder.get(name, Evidence())._replace(sha256=hashlib.sha256(data).hexdigest())
    return replace(new, holder=holder), list(files.values())


def _new_id(desk: Desk, at: Moment) -> str:
    return desk.store.next_id("order", f"O-{desk.store.station}-{at.local.year}-")


def _fresh(new: Order, state: str, who: Actor, replaces: str = "") -> Order:
    """What was typed, without anything that only an act may say."""
    typed = {name: getattr(new, name) for name in orders.EDITABLE}
    return Order(state=state, entered_by=who.person, replaces=replaces, **typed)


def place_order(
    desk: Desk,
    new: Order,
    *,
    provisional: bool = False,
    looked_at: frozenset[str] = frozenset(),
    profile: Profile | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Order:
    """Write down an order. ``provisional``: for a product that stands on the dock, with whatever is known.

    ``looked_at``: keys of the traps that a person was shown (``traps``) and confirmed to be another patient.
    ``files``: approval, agreement, training, release_notice → the document.
    Raises ``order.similar`` (ask), ``order.coi_used`` and those of ``orders.check_order``.
    """
    at, who = desk.begin("place_order")
    fresh = _fresh(new, orders.PROVISIONAL if provisional else orders.PLACED, who)
    fresh, blobs = _filed(fresh, files or {})
    fresh = _check_new(desk, fresh, looked_at, profile, at.day)
    id = _new_id(desk, at)
    desk.write("place_order", [Change("order", id, fresh.doc)], at=at, who=who, blobs=blobs)
    return get(desk, id)


def verify_order(desk: Desk, id: str, again: Again, second: Actor | None = None) -> Order:
    """A second person gives COI, birth date and one patient number without seeing them.

    ``second``: identified by badge and PIN beside the one who is signed in; otherwise it is the one who is.
    Raises ``order.provisional``, ``order.not_to_verify``, ``check.same_person``, ``session.role``, ``order.mismatch``
    with the fields that differ (nothing is saved).
    """
    at, who = desk.begin("verify_order")
    checker = second or who
    held = get(desk, id)
    if held.state == orders.PROVISIONAL:
        raise Refusal("order.provisional", order=id)
    if held.state != orders.PLACED:
        raise Refusal("order.not_to_verify", order=id, state=held.state)
    if checker.person == held.entered_by:
        raise Refusal("check.same_person", person=checker.person)
    if not may(checker.role, "verify_order"):
        raise Refusal("session.role", act="verify_order", role=checker.role)
    wrong = orders.differing(held, again, at.day)
    if wrong:
        raise Refusal("order.mismatch", order=id, fields=", ".join(wrong))
    doc = {"state": orders.VERIFIED, "verified_by": checker.person, "verified_at": at.iso}
    desk.write("verify_order", [Change("order", id, doc)], at=at, who=checker)
    _rejudge(desk, id)
    return get(desk, id)


def _rejudge(desk: Desk, id: str) -> None:
    """A walk that is under way is held against the order as it stands now."""
    from .walks import rejudge_about  # walks reads orders: the other way round it is a call, not a dependence

    rejudge_about(desk, id)


def _live_order(desk: Desk, id: str) -> Order:
    held = get(desk, id)
    if not held.live:
        raise Refusal("order.over", order=id, state=held.state)
    return held


def _not_busy(of_order: list[Container]) -> None:
    """While a container is released or out, who its patient is stands still. Raises ``order.in_use``."""
    busy = next((one for one in of_order if one.state in containers.BUSY), None)
    if busy is not None:
        raise Refusal("order.in_use", order=busy.order, container=busy.id, state=busy.state)


def change_order(
    desk: Desk,
    id: str,
    changes: Mapping[str, Any],
    reason: str,
    *,
    looked_at: frozenset[str] = frozenset(),
    profile: Profile | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Order:
    """Change fields of a live order (``orders.EDITABLE``); the old values stay in the ledger.

    What a second person compared, or what is given to the patient, asks for verification again; results, days, papers
    and the bed do not. A provisional order becomes a placed one when nothing is missing.
    Raises ``order.field``, ``order.over``, ``order.in_use``, ``reason.short`` and those of ``place_order``.
    """
    at, who = desk.begin("change_order")
    check_reason(reason)
    held = _live_order(desk, id)
    unknown = set(changes) - set(orders.EDITABLE)
    if unknown:
        raise Refusal("order.field", field=", ".join(sorted(unknown)))
    wanted, blobs = _filed(replace(held, **changes), files or {})
    moved = {name for name in orders.EDITABLE if getattr(wanted, name) != getattr(held, name)}
    if not moved:
        raise Refusal("order.nothing_changed", order=id)
    if moved & set(orders.IDENTIFYING):
        _not_busy(container_acts.of_order(desk, id))
    if held.state == orders.PROVISIONAL and orders.complete(wanted, profile):
        wanted = replace(wanted, state=orders.PLACED)
    if moved - set(orders.NOT_COMPARED):
        wanted = replace(wanted, entered_by=who.person, verified_by="", verified_at="")
        if wanted.state == orders.VERIFIED:
            wanted = replace(wanted, state=orders.PLACED)
    wanted = _check_new(desk, wanted, looked_at, profile, at.day)
    old = held.doc
    doc: Doc = {name: value for name, value in wanted.doc.items() if value != old[name]}
    desk.write("change_order", [Change("order", id, doc, reason)], at=at, who=who, blobs=blobs)
    _rejudge(desk, id)
    return get(desk, id)


def cancel_order(desk: Desk, id: str, reason: str) -> Order:
    """Cancel it. Containers that never came are struck off; those that are here stay and want their own decision.

    Raises ``order.over``, ``order.in_use``, ``reason.short``.
    """
    at, who = desk.begin("cancel_order")
    check_reason(reason)
    _live_order(desk, id)
    of_order = container_acts.of_order(desk, id)
    _not_busy(of_order)
    never_came = [
        one
        for one in of_order
        if containers.allowed(one.state, "cancel") and one.marked_at("arrived") is None
    ]  # fmt: skip
    recorded = [container_life.grant(one, "cancel", at=at, who=who, reason=reason) for one in never_came]
    changes = [Change("order", id, {"state": orders.CANCELLED}, reason), *(one.change for one in recorded)]
    desk.write("cancel_order", changes, at=at, who=who)
    return get(desk, id)


def replace_order(
    desk: Desk,
    id: str,
    new: Order,
    reason: str,
    *,
    looked_at: frozenset[str] = frozenset(),
    profile: Profile | None = None,
) -> Order:
    """A wrongly typed order gives way to a new one that names it; containers, shipments, doses and open walks go over.

    The new one is verified anew. Raises ``order.over``, ``order.in_use``, ``reason.short``, those of ``place_order``.
    """
    at, who = desk.begin("replace_order")
    check_reason(reason)
    _live_order(desk, id)
    of_order = container_acts.of_order(desk, id)
    _not_busy(of_order)
    fresh = _check_new(desk, _fresh(new, orders.PLACED, who, replaces=id), looked_at, profile, at.day)
    new_id = _new_id(desk, at)
    changes = [
        Change("order", new_id, fresh.doc, reason),
        Change("order", id, {"state": orders.REPLACED, "replaced_by": new_id}, reason),
        *(Change("container", one.id, {"order": new_id}, reason) for one in of_order),
        *(Change("shipment", one.id, {"order": new_id}, reason) for one in desk.store.find("shipment", order=id)),
        *(Change("dose", one.id, {"order": new_id}, reason) for one in desk.store.find("dose", order=id)),
        *(
            Change("run", one.id, {"order": new_id, "subjects": {**one.doc["subjects"], "order": new_id}}, reason)
            for one in desk.store.find("run", order=id, state="open")
        ),
    ]
    desk.write("replace_order", changes, at=at, who=who)
    _rejudge(desk, new_id)
    return get(desk, new_id)


def add_patient_number(
    desk: Desk, id: str, number: Number, second: Actor, second_value: str, *, replaces: bool = False
) -> Order:
    """A further number of the patient (readmission, another hospital's), given by two people, the second one blind.

    ``replaces``: it ends the open number of its type. The order stays verified: two people have just compared it.
    Raises ``check.same_person``, ``session.role``, ``patient.number_differs``, those of ``patients.with_number``.
    """
    at, who = desk.begin("add_patient_number")
    held = _live_order(desk, id)
    if second.person == who.person:
        raise Refusal("check.same_person", person=second.person)
    if not may(second.role, "add_patient_number"):
        raise Refusal("session.role", act="add_patient_number", role=second.role)
    if plain(second_value) != plain(number.value):
        raise Refusal("patient.number_differs", type=number.type)
    since = number.since or at.day.isoformat()
    who_has_it = patients.with_number(held.patient, number._replace(since=since), replaces=replaces)
    doc = {"patient": who_has_it.doc, "number_checked_by": second.person}
    desk.write("add_patient_number", [Change("order", id, doc)], at=at, who=who)
    return get(desk, id)


# --- doses ------------------------------------------------------------------------------------------------------------


class Dose(NamedTuple):
    """One planned infusion: the ``n``-th of its order, on which day, of which containers."""

    id: str
    order: str
    n: int
    planned_on: str
    text: str = ""
    containers: tuple[str, ...] = ()


def doses(desk: Desk, order: str) -> list[Dose]:
    """The planned infusions of an order, in their order."""
    found = [
        Dose(held.id, order, held.doc["n"], held.doc["planned_on"], held.doc["text"], tuple(held.doc["containers"]))
        for held in desk.store.find("dose", order=order)
    ]
    return sorted(found, key=lambda dose: dose.n)


def doses_to_give(desk: Desk, order: str) -> list[Dose]:
    """Those of which no container, or not every one, has come to its end."""
    ended = {one.id for one in container_acts.of_order(desk, order) if one.final or one.state == "part_used"}
    return [dose for dose in doses(desk, order) if not dose.containers or set(dose.containers) - ended]


def plan_dose(
    desk: Desk, order: str, n: int, planned_on: date, *, text: str = "", of: tuple[str, ...] = (), reason: str = ""
) -> Dose:
    """Plan the ``n``-th infusion, or plan it anew with a reason. ``of``: the containers meant for it.

    Raises ``order.over``, ``order.count``, ``order.dose_past``, ``order.not_its_container``, ``reason.short``.
    """
    at, who = desk.begin("plan_dose")
    _live_order(desk, order)
    if not 1 <= n <= 99:
        raise Refusal("order.count", given=n)
    if planned_on < at.day:
        raise Refusal("order.dose_past", given=planned_on.isoformat())
    foreign = set(of) - {one.id for one in container_acts.of_order(desk, order)}
    if foreign:
        raise Refusal("order.not_its_container", order=order, containers=", ".join(sorted(foreign)))
    known = next((dose.id for dose in doses(desk, order) if dose.n == n), "")
    if known:
        check_reason(reason)
    id = known or f"{order}-D{n}"
    doc = {"order": order, "n": n, "planned_on": planned_on.isoformat(), "text": text, "containers": list(of)}
    desk.write("plan_dose", [Change("dose", id, doc, reason)], at=at, who=who)
    return Dose(id, order, n, planned_on.isoformat(), text, of)


class LdChoice(NamedTuple):
    """The site's rule: ``choice`` of ``orders.LD_CHOICES``, what it rests on, who chose it and when (ISO)."""

    choice: str
    source: str
    by: str
    at: str


# --- lymphodepletion --------------------------------------------------------------------------------------------------


def ld_choice(desk: Desk) -> LdChoice | None:
    """What this site wants to stand before lymphodepletion starts; None while it has not chosen."""
    chosen = desk.site.get("ld")
    return LdChoice(**chosen) if chosen else None


def choose_ld(desk: Desk, choice: str, source: str) -> LdChoice:
    """Choose what must stand before lymphodepletion starts (clinical-review E5): one of ``orders.LD_CHOICES``.

    ``source``: the site's procedure or decision it rests on. Raises Refusal ``order.ld_choice``, ``reason.short``.
    """
    at, who = desk.begin("choose_ld")
    if choice not in orders.LD_CHOICES:
        raise Refusal("order.ld_choice", given=choice)
    check_reason(source)
    chosen = LdChoice(choice, source.strip(), who.person, at.iso)
    desk.write("choose_ld", [Change("site", "site", {"ld": chosen._asdict()}, chosen.source)], at=at, who=who)
    return chosen


def record_ld_start(desk: Desk, id: str, started_on: date) -> Order:
    """Write down that lymphodepletion has begun, with what it rested on and what the site wants (clinical-review E5).

    Without acceptance here or the holder's release and a confirmed delivery a deviation opens in the same write.
    Raises ``order.day`` for a day to come.
    """
    at, who = desk.begin("record_fact")
    held = get(desk, id)
    if started_on > at.day:
        raise Refusal("order.day", field="ld_start", given=started_on.isoformat())
    basis, chosen = orders.ld_basis(held, container_acts.of_order(desk, id)), ld_choice(desk)
    doc: Doc = {"ld_started_on": started_on.isoformat(), "ld_basis": list(basis)}
    doc["ld_choice"] = chosen.choice if chosen is not None else ""
    changes = [Change("order", id, doc, event_at=started_on.isoformat())]
    if not basis:
        cause = Cause("ld_unbacked", "major", order=id, facts=(("order", id), ("day", started_on.isoformat())))
        changes += deviations.opening_changes(desk, [cause], at=at, who=who)
    desk.write("record_fact", changes, at=at, who=who)
    return get(desk, id)

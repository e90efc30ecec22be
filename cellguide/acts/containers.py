"""Containers: facts recorded in every state, authorisations with a clear gate, backup bags."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from .. import container_life, orders
from ..clock import Moment
from ..container_life import Container, Recorded
from ..desk import Desk
from ..deviations import Cause
from ..entry import Actor, Change
from ..refusal import Refusal
from . import deviations
from .records import check_reason

# What takes a container off the course it was on is explained.
WANTS_REASON = frozenset(
    {"reject", "lift", "withdraw_release", "use_anyway", "give_up", "send_back", "discard", "cancel"}
)
# Those that say more than a reason have acts of their own: by whom and until when; two people's word.
OWN_ACTS = frozenset({"set_backup", "reinstate"})


def get(desk: Desk, id: str) -> Container:
    """Raises Refusal ``container.unknown``."""
    held = desk.store.get("container", id)
    if held is None:
        raise Refusal("container.unknown", container=id)
    return container_life.container(id, held.doc)


def of_order(desk: Desk, order: str) -> list[Container]:
    """Every container of an order, the first first."""
    found = [container_life.container(held.id, held.doc) for held in desk.store.find("container", order=order)]
    return sorted(found, key=lambda one: one.n)


def in_state(desk: Desk, *states: str) -> list[Container]:
    """Every container in one of these states (Today, storage, the list of what is held)."""
    return [
        container_life.container(held.id, held.doc)
        for state in states
        for held in desk.store.find("container", state=state)
    ]


# --- what other acts write in their own transaction -------------------------------------------------------------------


def changes_of(
    desk: Desk, recorded: Sequence[Recorded], *, at: Moment, who: Actor, causes: Sequence[Cause] = ()
) -> list[Change]:
    """The entries of several facts: containers, their deviations, and orders that have come to their end.

    Several facts of one container must be recorded one upon the other (``Recorded.container``). ``causes``: of further
    deviations in the same append; all that one append opens are numbered together, or two would share a number.
    """
    causes = [*(cause for one in recorded for cause in one.causes), *causes]
    after = {one.container.id: one.container for one in recorded}
    return [
        *(one.change for one in recorded),
        *deviations.opening_changes(desk, causes, at=at, who=who),
        *_ended(desk, after),
    ]


def _ended(desk: Desk, after: Mapping[str, Container]) -> list[Change]:
    """An order is finished when every container of it has come to its end and all that were ordered have come."""
    changes = []
    for id in dict.fromkeys(one.order for one in after.values() if one.final):
        held = desk.store.get("order", id)
        if held is None or held.doc["state"] not in orders.LIVE:
            continue
        all_of_it = [after.get(one.id, one) for one in of_order(desk, id)]
        if all(one.final for one in all_of_it) and len(all_of_it) >= int(held.doc["containers"]):
            changes.append(Change("order", id, {"state": orders.FINISHED}))
    return changes


def fact_changes(
    desk: Desk,
    fact: str,
    containers: Sequence[str],
    *,
    at: Moment,
    who: Actor,
    event_at: Moment | None = None,
    run: str = "",
    place: str = "",
) -> list[Change]:
    """Entries for one fact about one or several containers (a shipper is opened for all of them), deviations included.

    For an answer that marks: write these with the answer in one append. ``containers.BY_MARK`` names the facts.
    """
    recorded = [
        container_life.record(get(desk, id), fact, at=at, who=who, event_at=event_at, run=run, place=place)
        for id in containers
    ]
    return changes_of(desk, recorded, at=at, who=who)


def grant_changes(
    desk: Desk,
    authorisation: str,
    containers: Sequence[str],
    *,
    at: Moment,
    who: Actor,
    gate: Sequence[str] = (),
    reason: str = "",
    run: str = "",
) -> list[Change]:
    """Entries for one authorisation; all of the containers or none. Raises what ``container_life.grant`` raises."""
    recorded = [
        container_life.grant(get(desk, id), authorisation, at=at, who=who, gate=gate, reason=reason, run=run)
        for id in containers
    ]
    return changes_of(desk, recorded, at=at, who=who)


def correction_changes(
    desk: Desk,
    id: str,
    n: int,
    *,
    at: Moment,
    who: Actor,
    reason: str,
    event_at: Moment | None = None,
    back: bool = False,
) -> list[Change]:
    """Entries for a fact that is timed anew or taken back, when the answer that marked it is corrected."""
    recorded = container_life.correct(get(desk, id), n, at=at, reason=reason, event_at=event_at, back=back)
    return changes_of(desk, [recorded], at=at, who=who)


def unannounced_changes(
    desk: Desk, order: str, *, shipment: str, lot: str, at: Moment, who: Actor
) -> tuple[Container, list[Change]]:
    """One container more came than was announced: it gets a number, has arrived, and a deviation opens.

    Returns it and the entries to write. Raises Refusal ``order.unknown``.
    """
    if desk.store.get("order", order) is None:
        raise Refusal("order.unknown", order=order)
    known = of_order(desk, order)
    n = max((one.n for one in known), default=0) + 1
    id = free_id(desk, order, n)
    total = max([n, *(one.of for one in known)])
    change = container_life.new_container(id, order, shipment=shipment, n=n, of=total, lot=lot)
    new = container_life.container(id, change.new)
    recorded = container_life.record(new, "arrived", at=at, who=who)
    facts = (("container", new.id),)
    cause = Cause("unannounced", "major", order=order, container=new.id, facts=facts)
    more = changes_of(desk, [recorded._replace(causes=(*recorded.causes, cause))], at=at, who=who)
    return recorded.container, [change, *more]


def free_id(desk: Desk, order: str, n: int, taken: Collection[str] = ()) -> str:
    """``<order>-<n>``, or the next free number where an earlier shipment of the order has that one."""
    while f"{order}-{n}" in taken or desk.store.get("container", f"{order}-{n}") is not None:
        n += 1
    return f"{order}-{n}"


# --- acts -------------------------------------------------------------------------------------------------------------


def record_fact(
    desk: Desk, id: str, fact: str, *, event_at: Moment | None = None, run: str = "", place: str = ""
) -> Container:
    """Write down what has happened to a container, in whatever state it is (REG-019, DESIGN.md 0.1)."""
    at, who = desk.begin("record_fact")
    changes = fact_changes(desk, fact, [id], at=at, who=who, event_at=event_at, run=run, place=place)
    desk.write("record_fact", changes, at=at, who=who)
    return get(desk, id)


def correct_fact(
    desk: Desk, id: str, n: int, reason: str, *, event_at: Moment | None = None, back: bool = False
) -> Container:
    """Time the ``n``-th event anew or take it back. Raises ``reason.short``, ``container.no_such_event``."""
    at, who = desk.begin("record_fact")
    check_reason(reason)
    changes = correction_changes(desk, id, n, at=at, who=who, reason=reason, event_at=event_at, back=back)
    desk.write("record_fact", changes, at=at, who=who)
    return get(desk, id)


def authorise_container(
    desk: Desk, id: str, authorisation: str, gate: Sequence[str] = (), *, reason: str = "", run: str = ""
) -> Container:
    """Allow the next thing. Refused outside the table, to another role, and while ``gate`` names what is missing.

    What takes a container out of the course it was on wants a reason (``reason.short``).
    """
    at, who = desk.begin("authorise_container")
    if authorisation in OWN_ACTS:
        raise Refusal("container.unknown_authorisation", authorisation=authorisation)
    if authorisation in WANTS_REASON:
        check_reason(reason)
    changes = grant_changes(desk, authorisation, [id], at=at, who=who, gate=gate, reason=reason, run=run)
    desk.write("authorise_container", changes, at=at, who=who)
    return get(desk, id)


def set_backup(desk: Desk, id: str, keeper: str, expiry: str, decide_by: date, reason: str = "") -> Container:
    """Keep it as 备用 (clinical-review 5.9). ``keeper``: "holder" or "here".

    One that was meant to be given, or is kept already, leaves the course it was on: that wants a reason
    (``reason.short``); one that is announced as a backup does not.
    """
    at, who = desk.begin("set_backup")
    held = get(desk, id)
    if held.state != "expected":
        check_reason(reason)
    recorded = container_life.set_backup(held, keeper, expiry, decide_by, at=at, who=who, reason=reason)
    desk.write("set_backup", changes_of(desk, [recorded], at=at, who=who), at=at, who=who)
    return get(desk, id)


def backups_to_decide(desk: Desk) -> list[Container]:
    """Backups whose decide-by date is near or past, for Today."""
    today = desk.now().day
    return [one for one in in_state(desk, "backup") if container_life.to_decide(one, today)]

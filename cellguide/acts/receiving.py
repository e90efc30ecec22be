"""What a receipt finds besides its questions: one container more or fewer than announced, and a label in dispute."""

from __future__ import annotations

from collections.abc import Sequence

from .. import container_life, containers, runs
from ..container_life import Recorded
from ..desk import Desk
from ..entry import Change
from ..runs import Key, Run
from . import containers as container_acts
from . import walks
from .records import check_reason

# What a container that did not come was said to have done, when the delivery was taken in as a whole.
_WITH_THE_DELIVERY = ("opened", "arrived")


def one_more_came(desk: Desk, run: str, lot: str = "") -> Run:
    """Take in a container that nobody announced: it gets a number and a place in the run, and a deviation opens.

    ``lot``: as its label has it, where it can be read already. Raises Refusal ``order.unknown`` (a delivery without
    an order) and those of ``walks.opened``.
    """
    before = walks.refresh(desk, run)  # what is due by itself opens its deviations first: two would share a number
    at, who = desk.begin("record_fact")
    new, changes = container_acts.unannounced_changes(
        desk, before.subjects.get("order", ""), shipment=before.subjects.get("shipment", ""), lot=lot, at=at, who=who
    )
    after, _ = runs.note(before, "container", new.id, by=who, at=at)
    return walks.store_with(desk, "record_fact", before, after, at=at, who=who, changes=changes)


def did_not_come(desk: Desk, run: str, container: str, reason: str) -> Run:
    """Say that an announced container is not in the delivery: the run asks nothing more about it, and what the
    delivery as a whole marked on it is taken back. It waits as expected; the number received opens the deviation.

    Raises Refusal ``reason.short``, ``run.container_answered``, ``run.unknown_container``.
    """
    at, who = desk.begin("record_fact")
    check_reason(reason)
    before = walks.opened(desk, run)
    after, _ = runs.note(before, "absent", container, by=who, at=at)
    held = container_acts.get(desk, container)
    changes: list[Change] = []
    for fact in _WITH_THE_DELIVERY:
        known = held.event_of(fact, run)
        if known is not None:
            recorded = container_life.correct(held, known.n, at=at, reason=reason, back=True)
            held = recorded.container
            changes.append(recorded.change)
    return walks.store_with(desk, "record_fact", before, after, at=at, who=who, changes=changes, reason=reason)


def open_dispute(desk: Desk, run: str, step: str, container: str | None, text: str) -> Run:
    """Write down that a label still is not the order's after it was read again; what it is on is locked at once.

    The stop stays hard: the run can end in hold or reject, or in acceptance once the order or the reading was put
    right, which lifts the lock. Raises Refusal ``run.reason`` and those of ``walks.opened``.
    """
    at, who = desk.begin("record_fact")
    before = walks.opened(desk, run)
    after, _ = runs.note(before, "dispute", text, by=who, at=at, key=Key(step, container))
    held = [container_acts.get(desk, id) for id in ([container] if container else before.containers)]
    doubted: Sequence[Recorded] = [
        container_life.record(one, "held", at=at, who=who, run=run)
        for one in held
        if one.state != "locked" and one.state in containers.FACTS["held"].expected
    ]
    changes = [one.change for one in doubted]
    return walks.store_with(desk, "record_fact", before, after, at=at, who=who, changes=changes, reason=text)

"""Deviations: opened by hand or by another act, commented on, closed by a quality officer."""

from __future__ import annotations

from collections.abc import Sequence

from .. import deviations
from ..clock import Moment
from ..desk import Desk
from ..deviations import Cause, Deviation
from ..entry import Actor, Change
from ..refusal import Refusal
from .records import check_reason


def get(desk: Desk, id: str) -> Deviation:
    """Raises Refusal ``deviation.unknown``."""
    held = desk.store.get("deviation", id)
    if held is None:
        raise Refusal("deviation.unknown", deviation=id)
    return deviations.deviation(id, held.doc)


def listed(desk: Desk, *, open_only: bool = True) -> list[Deviation]:
    """The list, newest first."""
    find = desk.store.find
    found = find("deviation", newest=True, state=deviations.OPEN) if open_only else find("deviation", newest=True)
    return [deviations.deviation(held.id, held.doc) for held in found]


def opening_changes(desk: Desk, causes: Sequence[Cause], *, at: Moment, who: Actor) -> list[Change]:
    """Entries that another act writes in its own transaction, so that a fact and its deviation stand together."""
    if not causes:
        return []
    standing: dict[str, Deviation] = {}
    for cause in causes:
        for field, value in (("run", cause.run), ("container", cause.container), ("order", cause.order)):
            if value:
                standing |= _standing(desk, field, value)
                break
    first_id = desk.store.next_id("deviation", f"D-{desk.store.station}-{at.local.year}-")
    return deviations.openings(causes, list(standing.values()), first_id, at=at, who=who)


def _standing(desk: Desk, field: str, value: str) -> dict[str, Deviation]:
    find = desk.store.find
    found = {
        "run": lambda: find("deviation", run=value),
        "container": lambda: find("deviation", container=value),
        "order": lambda: find("deviation", order=value),
    }[field]()
    return {held.id: deviations.deviation(held.id, held.doc) for held in found}


def open_deviation(desk: Desk, cause: Cause) -> Deviation:
    """Open one by hand. Of one cause in one run there is one: a second opening is added to the first as a comment.

    Raises Refusal ``deviation.text`` (nothing was said), ``deviation.severity``.
    """
    at, who = desk.begin("open_deviation")
    if cause.code == "other" and not cause.text.strip():
        raise Refusal("deviation.text")
    [change] = opening_changes(desk, [cause], at=at, who=who)
    desk.write("open_deviation", [change], at=at, who=who)
    return get(desk, change.id)


def comment_deviation(desk: Desk, id: str, text: str) -> None:
    """Say something about it, closed or not. Raises ``deviation.text``, ``deviation.unknown``."""
    at, who = desk.begin("comment_deviation")
    held = get(desk, id)
    if not text.strip():
        raise Refusal("deviation.text")
    desk.write("comment_deviation", [deviations.commenting(held, text.strip(), at=at, who=who)], at=at, who=who)


def close_deviation(desk: Desk, id: str, reason: str) -> None:
    """Close it, with the reason printed. Raises ``deviation.closed``, ``deviation.no_findings``, ``reason.short``."""
    at, who = desk.begin("close_deviation")
    held = get(desk, id)
    check_reason(reason)
    desk.write("close_deviation", [deviations.closing(held, reason.strip(), at=at, who=who)], at=at, who=who)

"""The clock key: out of the cold or thawed, count from now. Never refused, signed in or not (DESIGN.md 0.1).

A mark from a locked screen is stored with nobody's name, may be dated back but never forward, and waits until a
person claims it with a reason (engineering-review 5). Its clock counts sleep, and never runs backwards.
"""

from __future__ import annotations

from typing import NamedTuple

from .. import sessions
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..facts import Unknown
from ..refusal import Refusal

# Containers, products and records stand behind the first paint of the sign-in page: they are imported when a mark
# needs them, because the clock key itself must be there at once (tests/test_startup.py).

NOBODY = Actor("none", "", "none")
KINDS = ("removed", "thaw_end")
SHOWN = "mark-shown"


class Running(NamedTuple):
    """A mark whose clock runs. ``elapsed_s`` never shrinks; ``limit_s``: the tightest of the product's, if known."""

    id: str
    kind: str
    container: str
    order: str
    person: str
    event_at: Moment
    elapsed_s: int
    limit_s: int | None
    deadline: Moment | None

    @property
    def left_s(self) -> int | None:
        return None if self.limit_s is None else self.limit_s - self.elapsed_s


def _stamp(at: Moment) -> Doc:
    return {"at": at.iso, "mono": at.mono_ms, "boot": at.boot}


def start_clock(desk: Desk, kind: str = "removed", container: str = "", event_at: Moment | None = None) -> str:
    """Begin to count now, or from ``event_at`` earlier; returns the mark's id. Only a time to come is refused."""
    assert kind in KINDS
    at = desk.now()
    happened = event_at or at
    if happened.utc_ms > at.utc_ms:
        raise Refusal("mark.future", given=happened.iso, now=at.iso)
    session = desk.session
    who = session.actor if session is not None and not session.locked else NOBODY
    id = desk.store.next_id("mark", f"T-{desk.store.station}-{at.local.year}-")
    doc: Doc = {
        "kind": kind,
        "state": "running",
        "container": container,
        "person": who.person,
        "event_at": happened.iso,
        "pressed": _stamp(at),
    }
    changes = [Change("mark", id, doc, event_at=happened.iso if happened != at else "")]
    changes += _facts(desk, kind, container, at, who, happened)
    desk.write("start_clock", changes, at=at, who=who)
    return id


def _facts(desk: Desk, kind: str, container: str, at: Moment, who: Actor, happened: Moment) -> list[Change]:
    if not container or desk.store.get("container", container) is None:
        return []
    from . import containers as container_acts

    return container_acts.fact_changes(desk, kind, [container], at=at, who=who, event_at=happened)


def _running(desk: Desk, mark: str) -> Doc:
    held = desk.store.get("mark", mark)
    if held is None or held.doc["state"] != "running":
        raise Refusal("mark.not_running", mark=mark)
    return held.doc


def set_back(desk: Desk, mark: str, event_at: Moment) -> None:
    """The thing happened earlier than the key was pressed. Later is refused: that would lengthen the limit alone."""
    doc = _running(desk, mark)
    at, who = desk.begin("claim_mark")
    if event_at.utc_ms >= parse_iso(doc["event_at"]).utc_ms:
        raise Refusal("mark.later", mark=mark, given=event_at.iso)
    desk.write(
        "set_back_mark", [Change("mark", mark, {"event_at": event_at.iso}, event_at=event_at.iso)], at=at, who=who
    )


def claim_mark(desk: Desk, mark: str, reason: str, container: str = "") -> None:
    """Say whose press it was and which container it is about; its fact is recorded with the mark's own time."""
    doc = _running(desk, mark)
    from .records import check_reason

    at, who = desk.begin("claim_mark")
    if doc["person"] == NOBODY.person:
        check_reason(reason)
    changes = [
        Change(
            "mark",
            mark,
            {"person": who.person, "claimed_at": at.iso} | ({"container": container} if container else {}),
            reason,
        )
    ]
    if container and container != doc["container"]:
        changes += _facts(desk, doc["kind"], container, at, who, parse_iso(doc["event_at"]))
    desk.write("claim_mark", changes, at=at, who=who)


def end_mark(desk: Desk, mark: str, reason: str) -> None:
    """Stop counting: infused, put back by mistake, pressed by mistake. The mark stays in the record."""
    from .records import check_reason

    _running(desk, mark)
    at, who = desk.begin("claim_mark")
    check_reason(reason)
    desk.write("end_mark", [Change("mark", mark, {"state": "ended", "ended_at": at.iso}, reason)], at=at, who=who)


def running(desk: Desk, at: Moment | None = None) -> list[Running]:
    """Every clock that runs, tightest first. The largest time ever shown is remembered, so no clock runs backwards."""
    now = at or desk.now()
    found = []
    for held in desk.store.find("mark", state="running"):
        doc = held.doc
        pressed, event = parse_iso(doc["pressed"]["at"]), parse_iso(doc["event_at"])
        since = Moment(pressed.utc_ms, pressed.offset_min, int(doc["pressed"]["mono"]), str(doc["pressed"]["boot"]))
        before_press_s = (pressed.utc_ms - event.utc_ms) / 1000
        elapsed_s = int(before_press_s + sessions.elapsed_s(since, now))
        largest = desk.store.note(f"{SHOWN}-{held.id}")
        elapsed_s = max(elapsed_s, int(largest or 0))
        limit_s = _limit_s(desk, str(doc["container"]), str(doc["kind"]))
        deadline = None if limit_s is None else now.plus(seconds=limit_s - elapsed_s)
        order = _order(desk, str(doc["container"]))
        found.append(
            Running(held.id, doc["kind"], doc["container"], order, doc["person"], event, elapsed_s, limit_s, deadline)
        )
    return sorted(found, key=lambda item: (item.left_s is None, item.left_s or 0))


def keep_shown(desk: Desk, clocks: list[Running]) -> None:
    """Remember what was shown; called every ten seconds while a clock runs."""
    for clock in clocks:
        desk.store.remember(f"{SHOWN}-{clock.id}", str(clock.elapsed_s))


def _order(desk: Desk, container: str) -> str:
    held = desk.store.get("container", container) if container else None
    return str(held.doc["order"]) if held is not None else ""


def _limit_s(desk: Desk, container: str, kind: str) -> int | None:
    """The tightest limit of the product's clocks that this mark can anchor. A missing anchor counts from the one before
    it (clinical-review E20), so a container out of the cold is held to every clock."""
    order = desk.store.get("order", _order(desk, container)) if container else None
    product = str(order.doc.get("product", "")) if order is not None else ""
    if not product:
        return None
    from ..products import Clock
    from . import products

    profile, _ = products.profile_in_force(desk, product)
    clocks = profile.fact("clocks")
    if isinstance(clocks, Unknown) or not isinstance(clocks, tuple):
        return None
    limits = [
        clock.limit_s
        for clock in clocks
        if isinstance(clock, Clock) and (kind == "removed" or clock.anchor != "REMOVED")
    ]
    return min(limits) if limits else None

"""The station's clock is watched: one that was moved is an entry, ends the signing series, and stands on every record
frozen until two people have compared it again (REG-029, engineering-review 3 and 20)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple

from .. import sessions
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import Change, Entry, read

WATCH_S = 24 * 3600  # drift is looked for within a day: over weeks a good quartz is minutes away from good time

Due = Literal["", "moved", "never", "due", "overdue"]


class Watch(NamedTuple):
    """What the clock is compared with: ``anchor``, at most a day old, and the last moment that was ``seen``."""

    anchor: Moment
    seen: Moment


class Jump(NamedTuple):
    """``how``: back or drift. ``seconds``: how far the wall clock went besides time itself, set back is negative."""

    how: str
    seconds: int


def begin(desk: Desk) -> tuple[Watch, Jump | None]:
    """At the program's start: whether the clock stands behind the last entry, or moved besides time since it.

    A demonstration lives in a month of its own, before or after the computer's.
    """
    at = desk.now()
    watch = Watch(at, at)
    newest = desk.store.trail(None, 1)
    if not newest or desk.demo:
        return watch, None
    entry = read(newest[0][1])
    before = _moment(entry)
    if before.mono_ms > at.mono_ms or sessions.elapsed_s(before, at) > WATCH_S:
        before = replace(before, boot="")  # too long ago to tell drift, or not this machine's time
    how = sessions.clock_jump(before, at)
    return watch, Jump(how, _seconds(before, at)) if how is not None else None


def _moment(entry: Entry) -> Moment:
    boot, mono_ms = str(entry.fields.get("boot", "")), int(entry.fields.get("mono", 0))
    return replace(parse_iso(str(entry["ts"])), mono_ms=mono_ms, boot=boot)


def look(watch: Watch, at: Moment) -> tuple[Watch, Jump | None]:
    """Each second. Sleep moves wall and monotonic time alike and is no jump."""
    for before in (watch.seen, watch.anchor):
        how = sessions.clock_jump(before, at)
        if how is not None:
            return Watch(at, at), Jump(how, _seconds(before, at))
    old = sessions.elapsed_s(watch.anchor, at) > WATCH_S
    return Watch(at if old else watch.anchor, at), None


def _seconds(before: Moment, at: Moment) -> int:
    passed_ms = at.mono_ms - before.mono_ms if at.boot == before.boot else 0
    return round((at.utc_ms - before.utc_ms - passed_ms) / 1000)


def note_jump(desk: Desk, jump: Jump) -> None:
    """Write it down as the station's own finding; the series of signings ends, written or not."""
    if desk.session is not None:
        desk.session = sessions.broken(desk.session)
    at = desk.now()
    doc = {"moved": jump.how, "moved_at": at.iso, "moved_s": jump.seconds}
    desk.write("clock_moved", [Change("clock", "station", doc)], at=at)


def due(desk: Desk) -> Due:
    """Whether two people must compare the clock: it moved, it never was, not today, not yesterday either.

    Once a day (engineering-review 20). A comparison from a time to come was made by a clock that went wrong.
    """
    held = desk.store.get("clock", "station")
    doc = held.doc if held is not None else {}
    if doc.get("moved"):
        return "moved"
    if "checked_at" not in doc:
        return "never"
    days = (desk.now().day - parse_iso(str(doc["checked_at"])).day).days
    return "" if days == 0 else "due" if days == 1 else "overdue"


def checked_at(desk: Desk) -> str:
    """When the clock was last compared, to the minute; empty for never."""
    held = desk.store.get("clock", "station")
    return str(held.doc.get("checked_at", ""))[:16].replace("T", " ") if held is not None else ""

"""How long each container has been out of the cold: counted from the recorded event, in time that sleep cannot hide."""

from __future__ import annotations

import math
from decimal import Decimal

from cellguide import sessions
from cellguide.clock import Moment, parse_iso
from cellguide.runs import Run
from cellguide.runs.calcs import exposure_s, mark
from ui.runner import standing
from ui.runner.reading import Reader
from ui.runner.values import ExposureLine
from ui.station import Station

_TONES = ("", "warn", "alarm")
_LIMITS = ("site.ambient_warn_s", "profile.receipt_ambient_s_max")


class Exposed:
    """Remembers what it has shown: a clock that is set back never makes an exposure shorter (engineering-review 3)."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self._start: tuple[int, Moment] | None = None
        self._largest: dict[str, int] = {}
        self._tone = 0

    def forget(self) -> None:
        """Another run is shown."""
        self._start, self._largest, self._tone = None, {}, 0

    def _started(self, run: Run) -> Moment | None:
        """When the lid was opened, with the monotonic time of that entry."""
        answer = mark(run, "OPENED")
        if answer is None:
            return None
        if self._start is None or self._start[0] != answer.n:
            entered: Moment | None = None
            for entry in self.station.desk.store.history("run_event", f"{run.id}/{answer.n:04d}")[-1:]:
                utc_ms = parse_iso(str(entry["ts"])).utc_ms
                entered = Moment(utc_ms, int(entry["off"]), int(entry["mono"]), str(entry["boot"]))
            self._start = answer.n, since(entered, answer.event_at)
            self._largest = {}
        return self._start[1]

    def lines(self, reader: Reader) -> tuple[tuple[ExposureLine, ...], bool]:
        """One line per container, none while no lid is open; and whether it has just become worse than before."""
        run = reader.run
        start = self._started(run)
        if start is None or not standing.exposure_running(run):
            self._tone = 0
            return (), False
        found = []
        for key, step in run.questions():
            if step.marks != "PLACED":
                continue
            placed = exposure_s(run, key.container) if key in run.current else None
            seconds = placed if isinstance(placed, int) else self._so_far(str(key), start, reader.at)
            name = standing.container_word(reader.run, key.container) or "1/1"
            tone = _TONES[_level(reader, key.container, seconds)]
            found.append(ExposureLine(name, seconds, placed is not None, tone))
        worst = max((_TONES.index(line.tone) for line in found if not line.placed), default=0)
        louder, self._tone = worst > self._tone, worst
        return tuple(found), louder

    def _so_far(self, name: str, start: Moment, now: Moment) -> int:
        seconds = max(math.ceil(sessions.elapsed_s(start, now)), self._largest.get(name, 0))
        self._largest[name] = seconds
        return seconds


def _level(reader: Reader, container: str | None, seconds: int) -> int:
    """0 inside every limit, 1 past the site's warning, 2 past the label's limit."""
    level = 0
    for place, name in enumerate(_LIMITS, 1):
        limit = reader.facts.fact(name, container)
        if isinstance(limit, int | Decimal) and not isinstance(limit, bool) and seconds > limit:
            level = place
    return level


def since(opened: Moment | None, iso: str) -> Moment:
    """The moment of a recorded event, with the monotonic time of its entry where that is known."""
    happened = parse_iso(iso)
    if opened is None:
        return happened
    return Moment(happened.utc_ms, happened.offset_min, opened.mono_ms - (opened.utc_ms - happened.utc_ms), opened.boot)

"""What the chart draws of one probe: days' extremes for years, readings for weeks, asked for as it is looked at.

Only what can be seen is read from the store: a chart over ten years needs ten years of extremes, never ten years of
readings (engineering-review 14).
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Sequence
from typing import NamedTuple

from cellguide import imports
from cellguide.acts import probes as probe_acts
from cellguide.clock import parse_iso
from cellguide.desk import Desk
from cellguide.entry import Doc
from cellguide.probes import RETIRED, Probe
from cellguide.temperature import plot
from cellguide.temperature.chunks import DAY_MS, ChunkHead
from cellguide.temperature.gaps import Coverage
from cellguide.temperature.kept_coverage import kept_coverage
from cellguide.temperature.limits import Period, Side
from cellguide.temperature.plot import READINGS_UP_TO_MS
from cellguide.temperature.series import unscaled
from cellguide.temperature.stream import Stream, streams
from ui.chart_view import Dot, Reading, Stroke, wall
from ui.wiring.excursion_words import minus


class Loaded(NamedTuple):
    """The readings between two times, put together."""

    period: Period
    streams: tuple[Stream, ...]


class ProbeReadings:
    """One probe's imports as they stand; make it anew when something was written."""

    def __init__(self, desk: Desk, probe: Probe, zone: str) -> None:
        self.desk, self.probe, self.zone = desk, probe, zone
        self.imports: list[tuple[str, Doc]] = [
            (held.id, held.doc) for held in desk.store.find("series", probe=probe.id, newest=True)
        ]
        self.interval_ms = 0
        self._heads: list[ChunkHead] | None = None
        self._loaded: Loaded | None = None

    # --- how much there is

    def span(self) -> Period | None:
        """From the first to the last reading there is, None where there is none."""
        ends = [(int(doc["first_ms"]), int(doc["last_ms"])) for _, doc in self.imports]
        return Period(min(first for first, _ in ends), max(last for _, last in ends)) if ends else None

    def heads(self) -> list[ChunkHead]:
        """The extremes of every UTC day, import by import."""
        if self._heads is None:
            self._heads = []
            for _, doc in self.imports:
                if doc["index"]:
                    rows = json.loads(self.desk.store.blob(str(doc["index"])))
                    self._heads += [ChunkHead(day, n, lo, hi, int(doc["scale"])) for day, _, n, lo, hi in rows]
        return self._heads

    def read(self, period: Period) -> tuple[Stream, ...]:
        """The readings of the period and half as much on either side, kept until somebody looks elsewhere."""
        held = self._loaded
        if held is None or period.start_ms < held.period.start_ms or period.end_ms > held.period.end_ms:
            around = period.length_ms // 2
            wanted = Period(period.start_ms - around, period.end_ms + around)
            found = []
            for _, doc in self.imports:
                if doc["last_ms"] >= wanted.start_ms and doc["first_ms"] <= wanted.end_ms:
                    series, _ = imports.load(doc, imports.wanted(doc, wanted, self.desk.store.blob))
                    found += [series] if series is not None else []
            held = self._loaded = Loaded(wanted, streams(found))
        return held.streams

    def coverage(self, period: Period) -> Coverage:
        """How much of a long period the loggers of this device know, without reading a reading."""
        find, now = self.desk.store.find, self.desk.now()
        there = probe_acts.ever(self.desk, self.probe.place)
        docs = [held.doc for one in there for held in find("series", probe=one.id)]
        return kept_coverage(docs, period, now.utc_ms)

    # --- what is drawn

    def points(self, period: Period, width_px: int) -> Sequence[Stroke]:
        """The line of the readings, or the band of the days where there are too many of them."""
        if period.length_ms > READINGS_UP_TO_MS:
            return [Stroke(part.points, band=True) for part in plot.day_curve(self.heads(), period, width_px)]
        lines = [Stroke(part.points) for one in self.read(period) for part in plot.curve(one, period, width_px)]
        return lines + self._spoken(period)

    def _spoken(self, period: Period) -> list[Stroke]:
        """Days of which the device gives the extremes only: one stroke each."""
        found = []
        for _, doc in self.imports:
            for start, end, low, high in doc["summaries"]:
                if start <= period.end_ms and end >= period.start_ms:
                    middle = (start + end) // 2
                    found.append(Stroke(((middle, float(low)), (middle, float(high))), band=True))
        return found

    def nearest(self, at_ms: int, period: Period) -> Reading | None:
        """The reading next to a moment, exactly; of years, the day's extremes; None in a hole."""
        if period.length_ms > READINGS_UP_TO_MS:
            return self._day_at(at_ms)
        best: tuple[int, Stream, int] | None = None
        for one in self.read(period):
            place = bisect.bisect_left(one.t_ms, at_ms)
            for at in (place - 1, place):
                if 0 <= at < len(one):
                    away = abs(int(one.t_ms[at]) - at_ms)
                    if best is None or away < best[0]:
                        best = (away, one, at)
        if best is None or best[0] > max(2 * best[1].interval_ms, period.length_ms // 200):
            return None
        _, stream, at = best
        values = dict.fromkeys(unscaled(int(stream.values(side)[at]), stream.scale) for side in (Side.HIGH, Side.LOW))
        text = " / ".join(minus(value) for value in values)
        stamp = int(stream.t_ms[at])
        return Reading(stamp, tuple(float(v) for v in values), f"{text} °C", clock_time(stamp, self.zone))

    def _day_at(self, at_ms: int) -> Reading | None:
        day = at_ms // DAY_MS
        known = [head for head in self.heads() if head.day == day and head.lo is not None and head.hi is not None]
        if not known:
            return None
        low = min(unscaled(head.lo or 0, head.scale) for head in known)
        high = max(unscaled(head.hi or 0, head.scale) for head in known)
        middle = day * DAY_MS + DAY_MS // 2
        words = f"{minus(low)} – {minus(high)} °C"
        return Reading(middle, (float(low), float(high)), words, wall(middle, self.zone).strftime("%Y-%m-%d"))

    def last(self) -> Reading | None:
        """The newest reading there is; ``interval_ms`` is the spacing of the readings before it."""
        span = self.span()
        if span is None:
            return None
        window = Period(span.end_ms - DAY_MS, span.end_ms)
        found = self.nearest(span.end_ms, window)
        self.interval_ms = min((one.interval_ms for one in self.read(window)), default=0)
        self._loaded = None  # what was read for this is no window that anybody looks at
        return found

    def dots(self) -> tuple[Dot, ...]:
        """What people read from the device's display."""
        rounds = self.desk.store.find("round", place=self.probe.place)
        return tuple(Dot(parse_iso(one.doc["at"]).utc_ms, float(one.doc["c"])) for one in rounds if one.doc.get("c"))


def probes_of(desk: Desk) -> list[Probe]:
    """Every probe in use, by the name of its device."""
    return sorted(probe_acts.listed(desk), key=lambda one: (one.place, one.id))


def retired_with_readings(desk: Desk) -> list[Probe]:
    """Probes out of use whose readings are here: what they measured can be looked at, and made into a record."""
    ids = [
        held.id for held in desk.store.find("probe", state=RETIRED) if desk.store.find("series", probe=held.id, limit=1)
    ]
    return sorted((probe_acts.get(desk, id) for id in ids), key=lambda one: (one.place, one.id))


def clock_time(at_ms: int, zone: str) -> str:
    """``2026-11-12 14:20`` at the site; with seconds where there are some."""
    local = wall(at_ms, zone)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")

"""Excursions: when a stream was outside a limit, how long for certain, and how long at worst (regulation 3.3).

Between linked neighbours the line is straight and crosses the limit at one instant. Over a gap nothing is
interpolated: time in a gap that has an out-of-limit reading at either end counts as out in the worst case.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from .limits import MINUTE_MS, Limit, Side
from .series import Floats, Kind, Mask, Times, unscaled
from .spans import NOTHING, clip, total_ms, union
from .stream import Stream


class Edge(enum.StrEnum):
    """How an excursion begins or ends: at a crossing, beside a gap, or where the readings do."""

    CROSSED = "crossed"
    GAP = "gap"
    OPEN = "open"


class Excursion(NamedTuple):
    """One event outside a limit. Times are UTC epoch milliseconds, durations milliseconds.

    ``start_ms``: the crossing, or the first reading outside. ``end_ms``: the crossing, or the last reading outside
    before a gap; None = OPEN. ``last_out_ms``: last reading outside. ``measured_ms``: what is certain by
    interpolation; ``worst_ms``: with all gaps at and inside it; ``min_ms``: between readings outside only;
    ``max_ms``: last good to next good reading, None where there is no such reading. ``degree_min``: °C · min
    beyond the limit, measured part. ``n``: readings outside.
    """

    sensor: str
    limit: Limit
    start_ms: int
    start_edge: Edge
    end_ms: int | None
    end_edge: Edge
    last_out_ms: int
    measured_ms: int
    worst_ms: int
    min_ms: int
    max_ms: int | None
    peak_c: Decimal
    peak_ms: int
    degree_min: float
    n: int

    @property
    def open(self) -> bool:
        return self.end_ms is None


class Totals(NamedTuple):
    """Number of events, longest single one and cumulative time (each moment once, over all sensors), milliseconds."""

    events: int
    longest_ms: int
    cumulative_ms: int
    worst_ms: int


@dataclass(frozen=True, slots=True, eq=False)
class Breaches:
    """All excursions of one stream beyond one limit, as columns of shape (k,): times int64 milliseconds.

    ``first``, ``last``: indices of the first and last reading outside. ``pieces``: spans measured to be outside;
    ``worst``: spans that may have been, gaps included; ``good``: last good reading before and next one after,
    -1 where there is none; both of shape (k, 2).
    """

    stream: Stream
    limit: Limit
    first: Times
    last: Times
    start_ms: Times
    end_ms: Times
    gap_ms: Times
    degree_min: Floats
    pieces: Times
    worst: Times
    good: Times

    def __len__(self) -> int:
        return int(self.first.size)

    def excursions(self) -> tuple[Excursion, ...]:
        """Return them as values, in order of time."""
        t_ms, linked, n = self.stream.t_ms, self.stream.linked, len(self.stream)
        peaks = self._peak_index()
        values = self.stream.values(self.limit.side)
        found = []
        for k, (a, b) in enumerate(zip(self.first.tolist(), self.last.tolist(), strict=True)):
            start_ms, end_ms, gap_ms = int(self.start_ms[k]), int(self.end_ms[k]), int(self.gap_ms[k])
            closed = b + 1 < n
            found.append(
                Excursion(
                    sensor=self.stream.sensor,
                    limit=self.limit,
                    start_ms=start_ms,
                    start_edge=Edge.OPEN if a == 0 else Edge.CROSSED if linked[a - 1] else Edge.GAP,
                    end_ms=end_ms if closed else None,
                    end_edge=Edge.OPEN if not closed else Edge.CROSSED if linked[b] else Edge.GAP,
                    last_out_ms=int(t_ms[b]),
                    measured_ms=end_ms - start_ms - gap_ms,
                    worst_ms=int(self.worst[k, 1] - self.worst[k, 0]),
                    min_ms=int(t_ms[b] - t_ms[a]) - gap_ms,
                    max_ms=int(self.good[k, 1] - self.good[k, 0]) if int(self.good[k].min()) >= 0 else None,
                    peak_c=unscaled(int(values[peaks[k]]), self.stream.scale),
                    peak_ms=int(t_ms[peaks[k]]),
                    degree_min=float(self.degree_min[k]),
                    n=b - a + 1,
                )
            )
        return tuple(found)

    def _peak_index(self) -> list[int]:
        values = self.stream.values(self.limit.side)
        pick = np.argmax if self.limit.side is Side.HIGH else np.argmin
        bounds = zip(self.first.tolist(), self.last.tolist(), strict=True)
        return [a + int(pick(values[a : b + 1])) if b > a else a for a, b in bounds]


def breaches(stream: Stream, limit: Limit) -> Breaches:
    """Find every excursion of a stream (n ≥ 1 readings) beyond a limit.

    A run of readings outside is one event, a gap inside it included (vector E4).
    """
    values, threshold = stream.values(limit.side), limit.threshold(stream.scale)
    extreme = int(values.max()) if limit.side is Side.HIGH else int(values.min())
    if not (extreme > threshold if limit.side is Side.HIGH else extreme < threshold):
        none = np.empty(0, np.int64)
        return Breaches(stream, limit, none, none, none, none, none, np.empty(0), NOTHING, NOTHING, NOTHING)
    out = values > threshold if limit.side is Side.HIGH else values < threshold
    edges = np.flatnonzero(out[1:] != out[:-1]) + 1
    if out[0]:
        edges = np.concatenate([[0], edges])
    if out[-1]:
        edges = np.concatenate([edges, [len(stream)]])
    first, last = edges[0::2], edges[1::2] - 1
    start_ms, end_ms = _crossings(stream, limit, first, last)
    gap_ms, degree_min = _inside(stream, limit, out, (first, last), (start_ms, end_ms))
    pieces = _without_gaps(stream, out, start_ms, end_ms)
    worst, good = _reaches(stream, (first, last), (start_ms, end_ms))
    return Breaches(stream, limit, first, last, start_ms, end_ms, gap_ms, degree_min, pieces, worst, good)


def _beyond(stream: Stream, limit: Limit, index: Times | slice) -> Floats:
    """°C outside the limit (negative inside) at the given readings."""
    signed = 1.0 if limit.side is Side.HIGH else -1.0
    level = float(limit.value_c.scaleb(stream.scale))
    away: Floats = (stream.values(limit.side)[index].astype(np.float64) - level) * (signed / 10**stream.scale)
    return away


def _crossings(stream: Stream, limit: Limit, first: Times, last: Times) -> tuple[Times, Times]:
    """Start and end of each run: the crossing where the neighbour is linked, else the reading itself."""
    t_ms, n = stream.t_ms, len(stream)
    start_ms, end_ms = t_ms[first].copy(), t_ms[last].copy()
    before = np.flatnonzero((first > 0) & _linked(stream, first - 1))
    after = np.flatnonzero((last + 1 < n) & _linked(stream, last))
    for where, outer, inner, target in (
        (before, first[before], first[before] - 1, start_ms),
        (after, last[after], last[after] + 1, end_ms),
    ):
        above, below = _beyond(stream, limit, outer), _beyond(stream, limit, inner)
        share = above / (above - below)  # never 0: two readings on different sides differ by a whole step
        target[where] = t_ms[outer] + np.rint(share * (t_ms[inner] - t_ms[outer])).astype(np.int64)
    return start_ms, end_ms


def _linked(stream: Stream, index: Times) -> Mask:
    """``linked`` at the given spacings, False beyond the ends."""
    padded = np.concatenate([stream.linked, [False]])
    found: Mask = padded[index]
    return found


def _inside(
    stream: Stream, limit: Limit, out: Mask, bounds: tuple[Times, Times], ends: tuple[Times, Times]
) -> tuple[Times, Floats]:
    """Gap time inside each run, and degree-minutes of its measured part (trapezia, and a triangle at each end)."""
    first, last = bounds
    low, high = int(first[0]), int(last[-1]) + 1
    t_ms, linked, inner = stream.t_ms[low:high], stream.linked[low : high - 1], out[low:high]
    steps, within = np.diff(t_ms), inner[:-1] & inner[1:]
    height = _beyond(stream, limit, slice(low, high))
    gaps = np.concatenate([[0], np.cumsum(np.where(within & ~linked, steps, 0))])
    areas = np.concatenate([[0.0], np.cumsum(np.where(within & linked, (height[1:] + height[:-1]) * steps, 0.0))])
    a, b = first - low, last - low
    rising, falling = height[a] * (t_ms[a] - ends[0]), height[b] * (ends[1] - t_ms[b])
    return gaps[b] - gaps[a], (areas[b] - areas[a] + rising + falling) / (2 * MINUTE_MS)


def _without_gaps(stream: Stream, out: Mask, start_ms: Times, end_ms: Times) -> Times:
    """The spans measured outside: each run, cut where a gap lies between two readings outside."""
    holes = np.flatnonzero(~stream.linked & out[:-1] & out[1:])
    starts = np.sort(np.concatenate([start_ms, stream.t_ms[holes + 1]]))
    ends = np.sort(np.concatenate([end_ms, stream.t_ms[holes]]))
    return np.column_stack([starts, ends])


def _reaches(stream: Stream, bounds: tuple[Times, Times], ends: tuple[Times, Times]) -> tuple[Times, Times]:
    """Worst case of each run (a gap beside it is out until the neighbouring reading), and its good neighbours."""
    (first, last), n = bounds, len(stream)
    before = np.where(first > 0, stream.t_ms[np.maximum(first - 1, 0)], -1)
    after = np.where(last + 1 < n, stream.t_ms[np.minimum(last + 1, n - 1)], -1)
    start = np.where((before >= 0) & ~_linked(stream, first - 1), before, ends[0])
    end = np.where((after >= 0) & ~_linked(stream, last), after, ends[1])
    return np.column_stack([start, end]), np.column_stack([before, after])


def bounded(found: Breaches, streams: Sequence[Stream]) -> Breaches:
    """Narrow the worst case of what a round found by the nearest good reading of any sensor in the place.

    Rounds are half a day apart; the logger beside them knows better when it was still, or again, in range.
    """
    if found.stream.kind is not Kind.ROUND or not len(found):
        return found
    worst, good = found.worst.copy(), found.good.copy()
    threshold, high = found.limit.threshold, found.limit.side is Side.HIGH
    for stream in streams:
        values = stream.values(found.limit.side)
        inside = values <= threshold(stream.scale) if high else values >= threshold(stream.scale)
        stamps = stream.t_ms[inside]
        before = np.searchsorted(stamps, found.start_ms, "left") - 1
        after = np.searchsorted(stamps, found.end_ms, "right")
        for k in range(len(found)):
            if before[k] >= 0:
                good[k, 0] = max(good[k, 0], stamps[before[k]])
            if after[k] < stamps.size:
                good[k, 1] = stamps[after[k]] if good[k, 1] < 0 else min(good[k, 1], stamps[after[k]])
    worst[:, 0] = np.where(good[:, 0] >= 0, good[:, 0], worst[:, 0])
    worst[:, 1] = np.where(good[:, 1] >= 0, good[:, 1], worst[:, 1])
    return replace(found, worst=worst, good=good)


def totals(found: Iterable[Breaches], start_ms: int, end_ms: int) -> Totals:
    """Sum up between two instants: events that touch it are counted whole, time is cut at its edges."""
    events, longest, pieces, worst = 0, 0, [], []
    for one in found:
        touching = (one.end_ms >= start_ms) & (one.start_ms <= end_ms)
        events += int(np.count_nonzero(touching))
        lengths = (one.end_ms - one.start_ms - one.gap_ms)[touching]
        longest = max(longest, int(lengths.max())) if lengths.size else longest
        pieces.append(one.pieces)
        worst.append(one.worst)
    measured = total_ms(clip(union(pieces), start_ms, end_ms))
    return Totals(events, longest, measured, total_ms(clip(union(worst), start_ms, end_ms)))

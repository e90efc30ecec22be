"""The points of a temperature curve, the same for screen and paper. No pen, no Qt.

Per pixel column the first, coldest, warmest and last reading are kept at their own times: the drawn line is the
line of all readings, and a spike is exactly as wide as it was. A gap breaks the line; nothing is drawn across it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from .chunks import DAY_MS, ChunkHead
from .limits import Period
from .series import Floats, Times
from .stream import Stream

READINGS_UP_TO_MS = 62 * DAY_MS
"""Longer than that a day is too narrow for more than its extremes, on the screen and on paper."""
_ABSOLUTE_ZERO_C = -273.15
_RAW_PER_PIXEL = 4


class Segment(NamedTuple):
    """One unbroken line (a dot when it has one point): ``t_ms`` UTC epoch milliseconds, ``c`` °C, shape (k,).
    It may begin and end one reading outside the period, so that the line leaves the picture; the painter clips."""

    t_ms: Times
    c: Floats

    @property
    def points(self) -> tuple[tuple[int, float], ...]:
        """The same as plain pairs (UTC epoch milliseconds, °C)."""
        return tuple(zip(self.t_ms.tolist(), self.c.tolist(), strict=True))


class Axis(NamedTuple):
    """Bottom, top and ticks in °C."""

    low_c: float
    high_c: float
    ticks_c: tuple[float, ...]


def curve(stream: Stream, period: Period, width_px: int) -> tuple[Segment, ...]:
    """Return the line of one stream over a period drawn ``width_px`` wide; about 4 points per pixel and gap."""
    t_ms = stream.t_ms
    first = max(0, int(np.searchsorted(t_ms, period.start_ms, "left")) - 1)
    last = min(len(stream), int(np.searchsorted(t_ms, period.end_ms, "right")) + 1)
    if last - first < 1 or int(t_ms[first]) > period.end_ms or int(t_ms[last - 1]) < period.start_ms:
        return ()
    part, breaks = t_ms[first:last], np.flatnonzero(~stream.linked[first : last - 1]) + 1
    kept = _kept(stream, first, last, breaks, period, width_px)
    warm, cold = stream.warm[first:last][kept], stream.cold[first:last][kept]
    # Where one stamp has two values, both are drawn, one above the other.
    each = 1 + (warm != cold)
    begins = np.cumsum(each) - each
    c: Floats = np.repeat(warm / 10.0**stream.scale, each)
    c[begins] = cold / 10.0**stream.scale
    cuts = np.append(begins, c.size)[np.searchsorted(kept, breaks, "left")]
    return _segments(np.repeat(part[kept], each), c, cuts)


def _segments(t_ms: Times, c: Floats, cuts: Times) -> tuple[Segment, ...]:
    pairs = zip(np.split(t_ms, cuts), np.split(c, cuts), strict=True)
    return tuple(Segment(*pair) for pair in pairs if pair[0].size)


def _kept(stream: Stream, first: int, last: int, breaks: Times, period: Period, width_px: int) -> Times:
    """Indices (from ``first``) of the readings that make the drawn line, ascending."""
    n = last - first
    if n <= _RAW_PER_PIXEL * width_px:
        return np.arange(n)
    edges = period.start_ms + np.arange(width_px + 1) * period.length_ms // width_px
    columns = np.searchsorted(stream.t_ms[first:last], edges, "left")
    starts = np.unique(np.concatenate([[0], columns, breaks]))
    starts = starts[starts < n]
    ends = np.concatenate([starts[1:], [n]])
    warm, cold = stream.warm[first:last], stream.cold[first:last]
    inner = [
        index
        for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
        for index in (a + int(cold[a:b].argmin()), a + int(warm[a:b].argmax()))
    ]
    return np.unique(np.concatenate([starts, ends - 1, np.array(inner, np.int64)]))


def day_curve(heads: Iterable[ChunkHead], period: Period, width_px: int) -> tuple[Segment, ...]:
    """Return the same for years, from the lowest and highest value of each UTC day alone.

    Each day (or pixel column, where days are narrower) is one stroke from its lowest to its highest value; a day
    without values breaks the line. Gaps within a day cannot be seen here.
    """
    low, high = -(-(period.start_ms - DAY_MS + 1) // DAY_MS), (period.end_ms - 1) // DAY_MS
    rows = sorted(
        (head.day, head.lo / 10**head.scale, head.hi / 10**head.scale)
        for head in heads
        if head.lo is not None and head.hi is not None and low <= head.day <= high
    )
    if not rows:
        return ()
    day, lo, hi = (np.array(column) for column in zip(*rows, strict=True))
    middle = day * DAY_MS + DAY_MS // 2
    apart = np.concatenate([[False], np.diff(day) > 1])
    narrow = period.length_ms // DAY_MS > width_px
    column = (middle - period.start_ms) * width_px // period.length_ms if narrow else day
    fresh = np.flatnonzero(np.concatenate([[True], (np.diff(column) > 0) | apart[1:]]))
    lows, highs = np.minimum.reduceat(lo, fresh), np.maximum.reduceat(hi, fresh)
    strokes_ms = np.repeat(middle[fresh], 2)
    strokes_c = np.column_stack([lows, highs]).ravel()
    cuts = np.flatnonzero(apart[fresh]) * 2
    return _segments(strokes_ms, strokes_c, cuts)


def axis(low_c: float, high_c: float, ticks_max: int = 8) -> Axis:
    """Return an axis that holds both values, on round numbers (1, 2 or 5 × 10ⁿ apart), never below absolute zero.

    >>> axis(-187.9, -144.0).ticks_c
    (-190.0, -180.0, -170.0, -160.0, -150.0, -140.0)
    """
    low_c = max(low_c, _ABSOLUTE_ZERO_C)
    spread = max(high_c - low_c, 0.5)
    rough = spread / (ticks_max - 2)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    bottom, top = math.floor(low_c / step), math.ceil(max(high_c, low_c + spread) / step)
    ticks = tuple(round(number * step, 6) for number in range(bottom, top + 1))
    shown = tuple(tick for tick in ticks if tick >= _ABSOLUTE_ZERO_C)
    return Axis(max(ticks[0], _ABSOLUTE_ZERO_C), ticks[-1], shown)

"""The evidence a judgement rests on, gathered once: streams, gaps, summaries, and breaches per limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .excursions import Breaches, bounded, breaches
from .gaps import Gap, GapKind, find_gaps
from .limits import Limit, Period, Side
from .series import DaySummary, Mask, Series, Times, unscaled
from .spans import NOTHING, clip, subtract, total_ms, union
from .stream import Stream, streams
from .verdict import Extreme


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Made by ``gather``; ``breaches_of`` remembers each limit, since many products share one."""

    streams: tuple[Stream, ...]
    summaries: tuple[DaySummary, ...]
    gaps: tuple[Gap, ...]
    period: Period
    _found: dict[Limit, tuple[Breaches, ...]] = field(default_factory=dict)

    def breaches_of(self, limit: Limit) -> tuple[Breaches, ...]:
        """Return the breaches of every stream beyond the limit, those of rounds narrowed by the loggers."""
        line = limit._replace(source="")
        if line not in self._found:
            found = (bounded(breaches(stream, line), self.streams) for stream in self.streams)
            self._found[line] = tuple(one for one in found if len(one))
        return tuple(replace(one, limit=limit) for one in self._found[line])

    def touching(self, limit: Limit | None, part: Period) -> tuple[Breaches, ...]:
        """Return the streams' breaches of which at least one touches the part."""
        if limit is None:
            return ()
        return tuple(one for one in self.breaches_of(limit) if bool(_touches(one, part).any()))

    def out_ms(self, limits: Iterable[Limit | None], part: Period) -> tuple[int, int]:
        """Return (measured, worst) milliseconds of the part beyond any of the limits, each moment once."""
        found = [one for limit in limits for one in self.touching(limit, part)]
        pieces, worst = union(one.pieces for one in found), union(one.worst for one in found)
        return total_ms(clip(pieces, *part)), total_ms(clip(worst, *part))

    def summaries_beyond(self, limit: Limit | None, part: Period) -> tuple[DaySummary, ...]:
        """Return the day summaries of the part that lie beyond the limit: a breach without a duration."""
        if limit is None:
            return ()
        within = (one for one in self.summaries if one.end_ms > part.start_ms and one.start_ms < part.end_ms)
        return tuple(one for one in within if limit.breached_by(one.hi_c if limit.side is Side.HIGH else one.lo_c))

    def unproved(self, kinds: Sequence[GapKind], limits: Sequence[Limit], part: Period) -> Times:
        """Return the gap time of the part, (k, 2), that no day summary inside all limits speaks for.

        Touching holes (a single reading divides them) stay apart: each has its own length.
        """
        proving = [
            (one.start_ms, one.end_ms)
            for one in self.summaries
            if limits and not any(limit.breached_by(one.hi_c) or limit.breached_by(one.lo_c) for limit in limits)
        ]
        spans = np.array([(gap.start_ms, gap.end_ms) for gap in self.gaps if gap.kind in kinds], np.int64)
        spans = clip(spans.reshape(-1, 2), *part)
        return subtract(spans, union([np.array(proving, np.int64)]) if proving else NOTHING)

    def extreme(self, side: Side, part: Period) -> Extreme | None:
        """Return the warmest (HIGH) or coldest (LOW) reading of the part."""
        return self._outermost(side, part, between=False)

    def exposure(self, side: Side, part: Period) -> Extreme | None:
        """Return the extreme something met that was inside during the part: at its two ends, where they fall between
        linked readings, the straight line counts too (rounded outwards to the logger's resolution)."""
        return self._outermost(side, part, between=True)

    def _outermost(self, side: Side, part: Period, *, between: bool) -> Extreme | None:
        found: list[Extreme] = []
        for stream in self.streams:
            a = int(np.searchsorted(stream.t_ms, part.start_ms, "left"))
            b = int(np.searchsorted(stream.t_ms, part.end_ms, "right"))
            if b > a:
                values = stream.values(side)[a:b]
                at = int(values.argmax() if side is Side.HIGH else values.argmin())
                found.append(Extreme(unscaled(int(values[at]), stream.scale), int(stream.t_ms[a + at])))
            if between:
                found += [met for at_ms in part if (met := _on_line(stream, side, at_ms)) is not None]
        if not found:
            return None
        return (max if side is Side.HIGH else min)(found, key=lambda extreme: extreme.value_c)


def gather(series: Iterable[Series], summaries: Sequence[DaySummary], period: Period, now_ms: int) -> Evidence:
    """Join the series of each sensor and find what is not known in the period."""
    known = streams(series)
    return Evidence(known, tuple(summaries), find_gaps(known, period, now_ms), period)


def touching_events(found: Breaches, part: Period) -> list[int]:
    """Return which events of these breaches touch the part."""
    return [int(k) for k in np.flatnonzero(_touches(found, part))]


def _touches(found: Breaches, part: Period) -> Mask:
    touching: Mask = (found.end_ms >= part.start_ms) & (found.start_ms <= part.end_ms)
    return touching


def _on_line(stream: Stream, side: Side, at_ms: int) -> Extreme | None:
    """The value on the straight line between two linked readings, None at a reading, in a gap or outside."""
    b = int(np.searchsorted(stream.t_ms, at_ms, "left"))
    if b == 0 or b == len(stream) or int(stream.t_ms[b]) == at_ms or not stream.linked[b - 1]:
        return None
    values = stream.values(side)
    before, after = int(values[b - 1]), int(values[b])
    start_ms, end_ms = int(stream.t_ms[b - 1]), int(stream.t_ms[b])
    upward = (after - before) * (at_ms - start_ms)
    steps = -(-upward // (end_ms - start_ms)) if side is Side.HIGH else upward // (end_ms - start_ms)
    return Extreme(unscaled(before + steps, stream.scale), at_ms)

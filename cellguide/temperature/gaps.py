"""What is not known, and how much is: gaps and coverage (regulation 3.4; engineering-review 4).

Not-knowing has kinds, and none of them is "in range": the *tail* after the last reading of any kind, a round
included; a *hole* between two readings; time that only a day *summary* speaks of, counted apart; and the *head*
before the first reading there is.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import numpy as np

from .limits import Period, Rules
from .series import NOTHING_MS, DaySummary, Kind, Times
from .spans import NOTHING, clip, subtract, total_ms, union
from .stream import Stream


class GapKind(enum.StrEnum):
    HEAD = "head"
    HOLE = "hole"
    TAIL = "tail"


class Gap(NamedTuple):
    """Time without evidence, UTC epoch milliseconds, not cut at the period's edges (a head or tail begins or ends
    there). ``missing``: how many readings should have stood strictly inside."""

    kind: GapKind
    start_ms: int
    end_ms: int
    missing: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


class Coverage(NamedTuple):
    """Milliseconds of the period until now: all, read automatically, spoken of by day summaries only, unknown."""

    elapsed_ms: int
    covered_ms: int
    summary_ms: int
    unknown_ms: int

    @property
    def percent(self) -> Decimal:
        """Automatic coverage to one decimal, half up; what is not complete never reads 100.0.

        >>> Coverage(110, 20, 0, 90).percent, Coverage(100_000, 99_999, 0, 1).percent
        (Decimal('18.2'), Decimal('99.9'))
        """
        if not self.elapsed_ms:
            return Decimal("0.0")
        exact = Decimal(self.covered_ms * 100) / Decimal(self.elapsed_ms)
        shown = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return min(shown, Decimal("99.9")) if self.covered_ms < self.elapsed_ms else shown

    def grade(self, rules: Rules) -> str:
        """Return "green", "amber" or "insufficient" by the site's shares; summaries do not count."""
        if self.covered_ms >= rules.coverage_green.value * self.elapsed_ms and self.elapsed_ms:
            return "green"
        if self.covered_ms >= rules.coverage_amber.value * self.elapsed_ms and self.elapsed_ms:
            return "amber"
        return "insufficient"


def covered(streams: Sequence[Stream]) -> Times:
    """Return the spans (k, 2) that automatic readings no more than 1.5 intervals apart prove."""
    parts = []
    for stream in streams:
        if stream.kind is Kind.AUTOMATIC:
            breaks = np.flatnonzero(~stream.linked)
            starts = stream.t_ms[np.concatenate([[0], breaks + 1])]
            ends = stream.t_ms[np.concatenate([breaks, [len(stream) - 1]])]
            spans = np.column_stack([starts, ends])
            parts.append(spans[spans[:, 1] > spans[:, 0]])
    return parts[0] if len(parts) == 1 else union(parts)


def summarised(summaries: Sequence[DaySummary]) -> Times:
    """Return the spans that day summaries speak of."""
    spans = [(one.start_ms, one.end_ms) for one in summaries]
    return union([np.array(spans, np.int64)]) if spans else NOTHING


def elapsed(period: Period, now_ms: int) -> Period:
    """Return the part of the period that has passed."""
    return Period(period.start_ms, max(period.start_ms, min(period.end_ms, now_ms)))


def find_gaps(streams: Sequence[Stream], period: Period, now_ms: int) -> tuple[Gap, ...]:
    """Return every gap that touches the passed part of the period, in order of time.

    Holes keep their full length even where they reach over the period's edge: a hole of 100 minutes over midnight
    is one of 100, not two of 50. A single reading inside, a round's too, divides a hole.
    """
    past = elapsed(period, now_ms)
    if not past.length_ms:
        return ()
    known = [stream for stream in streams if int(stream.t_ms[0]) <= now_ms]
    if not known:
        return (Gap(GapKind.HEAD, past.start_ms, past.end_ms, 0),)
    first_ms = min(int(stream.t_ms[0]) for stream in known)
    last_ms = max(int(stream.t_ms[np.searchsorted(stream.t_ms, now_ms, "right") - 1]) for stream in known)
    whole = np.array([[min(first_ms, past.start_ms), max(last_ms, past.end_ms)]], np.int64)
    missing = _split_at_readings(subtract(whole, covered(known)), known)
    automatic = [stream.interval_ms for stream in known if stream.kind is Kind.AUTOMATIC]
    interval_ms = min(automatic, default=0)
    found = []
    for start, end in missing.tolist():
        if end <= past.start_ms or start >= past.end_ms:
            continue
        kind = GapKind.HEAD if end <= first_ms else GapKind.TAIL if start >= last_ms else GapKind.HOLE
        begin, finish = (max(start, past.start_ms), min(end, past.end_ms)) if kind is not GapKind.HOLE else (start, end)
        count = max(0, -((begin - finish) // interval_ms) - 1) if interval_ms else 0
        found.append(Gap(kind, begin, finish, count))
    return tuple(found)


def _split_at_readings(missing: Times, streams: Sequence[Stream]) -> Times:
    """Divide uncovered spans at every reading strictly inside them."""
    points = [NOTHING_MS]
    for stream in streams:
        first = np.searchsorted(stream.t_ms, missing[:, 0], "right")
        last = np.searchsorted(stream.t_ms, missing[:, 1], "left")
        points += [stream.t_ms[a:b] for a, b in zip(first, last, strict=True) if b > a]
    stamps = np.unique(np.concatenate(points))
    pieces = []
    for start, end in missing.tolist():
        inner = stamps[np.searchsorted(stamps, start, "right") : np.searchsorted(stamps, end, "left")]
        edges = np.concatenate([[start], inner, [end]])
        pieces.append(np.column_stack([edges[:-1], edges[1:]]))
    return np.concatenate([NOTHING, *pieces])


def coverage(streams: Sequence[Stream], summaries: Sequence[DaySummary], period: Period, now_ms: int) -> Coverage:
    """Return how much of the passed part of the period is known, and by what."""
    past = elapsed(period, now_ms)
    read = clip(covered(streams), *past)
    spoken = subtract(clip(summarised(summaries), *past), read)
    covered_ms, summary_ms = total_ms(read), total_ms(spoken)
    return Coverage(past.length_ms, covered_ms, summary_ms, past.length_ms - covered_ms - summary_ms)

"""Coverage over years, from what each import's own judgement found when it was taken in; no reading is read.

Ten years of one probe at a minute are five million readings; their imports say in a few rows each where the holes
are. A later import that fills a hole of an earlier one counts, because its own time is laid over it. What this gives is
never more than ``gaps.coverage`` over all readings would give: where the two differ (the seam of a file that came late
and declares no interval), it is less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .gaps import Coverage, elapsed
from .limits import Period
from .series import Times
from .spans import NOTHING, clip, subtract, total_ms, union


def kept_coverage(imports: Sequence[Mapping[str, Any]], period: Period, now_ms: int) -> Coverage:
    """Return how much of the passed part of ``period`` the imports know. ``imports``: documents of kind ``series``."""
    past = elapsed(period, now_ms)
    reach_ms = max((int(doc["interval_ms"] or 0) for doc in imports), default=0) * 3 // 2
    read = clip(_closed(union(_covered(doc) for doc in imports), reach_ms), *past)
    days = [(start, end) for doc in imports for start, end, _, _ in doc["summaries"]]
    spoken = subtract(clip(union([_spans(days)]), *past), read)
    covered_ms, summary_ms = total_ms(read), total_ms(spoken)
    return Coverage(past.length_ms, covered_ms, summary_ms, past.length_ms - covered_ms - summary_ms)


def _covered(doc: Mapping[str, Any]) -> Times:
    """The time that one import was judged over, without the gaps that were found in it."""
    judgement = doc.get("judgement")
    if not doc["index"] or not judgement:
        return NOTHING
    gaps = union([_spans((start, end) for _, start, end in judgement["gaps"])])
    return subtract(_spans([tuple(judgement["period"])]), gaps)


def _closed(spans: Times, reach_ms: int) -> Times:
    """Spans no further apart than two linked readings are one."""
    if len(spans) < 2:
        return spans
    apart = np.flatnonzero(spans[1:, 0] - spans[:-1, 1] > reach_ms)
    starts = spans[np.concatenate([[0], apart + 1]), 0]
    ends = spans[np.concatenate([apart, [len(spans) - 1]]), 1]
    return np.column_stack([starts, ends])


def _spans(rows: Iterable[Sequence[int]]) -> Times:
    return np.array(list(rows), np.int64).reshape(-1, 2)

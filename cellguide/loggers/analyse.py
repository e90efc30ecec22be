"""What a column of readings shows by itself: range, spacing, holes, stamps that repeat or run backwards.

Everything here looks at neighbours in the file's own order and lists what it finds; nothing is smoothed
(engineering-review 4, regulation 3.4). numpy, because a million readings must not pass through Python one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..temperature.series import make_series
from ..temperature.spacing import Stretch, stretches
from .form import CONFLICT, DUPLICATE, NO_VALUE, OK, Gap

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.uint8]
HOUR_MS = 3_600_000


class Spacing(NamedTuple):
    """``usual_ms``: the interval (None: irregular); ``gaps``: pairs of row numbers; ``back``, ``fold``: row numbers."""

    usual_ms: int | None
    regular: bool
    gaps: list[Gap]
    back: list[int]
    fold: list[int]


def spacing(wall_ms: Longs, offsets_min: Longs | None, declared_ms: int | None) -> Spacing:
    """Judge the steps between neighbouring stamps. A hole is longer than 1.5 × the interval of its stretch.

    The intervals are those by which coverage is judged later (``temperature.spacing``); inside an irregular stretch
    no hole is named.
    """
    instants = wall_ms if offsets_min is None else wall_ms - offsets_min * 60_000
    steps = np.diff(instants)
    back = np.flatnonzero(steps < 0) + 1
    if not (steps > 0).any():
        return Spacing(declared_ms, True, [], back.tolist(), [])
    ordered = np.sort(instants) if len(back) else instants
    found = stretches(make_series("", "", ordered, np.zeros(len(ordered), np.int32), 0, interval_ms=declared_ms))
    nominal, known = _of_each_step(found, instants)
    steady = [one for one in found if not one.irregular]
    usual = max(steady, key=lambda one: (one.end_ms - one.start_ms) // one.interval_ms).interval_ms if steady else None
    holes = np.flatnonzero(known & (steps * 2 > nominal * 3))
    gaps = [
        Gap(int(wall_ms[at]), int(wall_ms[at + 1]), max(1, round(int(steps[at]) / int(nominal[at])) - 1))
        for at in holes.tolist()
    ]
    fold = [] if usual is None or offsets_min is not None else _folds(steps, back, usual)
    return Spacing(usual, bool(known.all()), gaps, back.tolist(), fold)


def _of_each_step(found: Sequence[Stretch], instants: Longs) -> tuple[Longs, npt.NDArray[np.bool_]]:
    """The interval of the stretch that each step lies in, and whether that stretch is regular. One stretch, which is
    the usual case, is not looked up step by step."""
    intervals = np.array([one.interval_ms for one in found], dtype=np.int64)
    regular = ~np.array([one.irregular for one in found])
    if len(found) == 1:
        return np.broadcast_to(intervals, len(instants) - 1), np.broadcast_to(regular, len(instants) - 1)
    place = np.searchsorted([one.start_ms for one in found], instants[:-1], "right") - 1
    return intervals[place], regular[place]


def _folds(steps: Longs, back: Longs, usual_ms: int) -> list[int]:
    """Rows at which the wall clock went back by exactly one hour while the readings went on."""
    return [int(row) for row in back.tolist() if abs(int(steps[row - 1]) + HOUR_MS - usual_ms) * 2 <= usual_ms]


def flag_equal_stamps(wall_ms: Longs, offsets_min: Longs | None, fold: list[int], values: Longs, quality: Flags) -> int:
    """Mark readings that share their stamp (in place); the hour the clocks go back is no repetition. Returns how many.

    The same value again is DUPLICATE (the first one stays OK); differing values are CONFLICT, all of them.
    """
    key = wall_ms if offsets_min is None else wall_ms - offsets_min * 60_000
    if len(key) < 2 or bool((np.diff(key) > 0).all()):
        return 0
    if fold:
        passes = np.zeros(len(key), dtype=np.int64)
        passes[fold] = 1
        key = key + np.cumsum(passes) * HOUR_MS
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(np.diff(key[order]) == 0)
    flagged = 0
    for group in np.split(same, np.flatnonzero(np.diff(same) > 1) + 1) if len(same) else []:
        rows = order[group[0] : group[-1] + 2]
        differ = len(np.unique(values[rows])) > 1
        for row in rows.tolist() if differ else rows[1:].tolist():
            quality[row] = (CONFLICT if differ else DUPLICATE) if quality[row] == OK else quality[row]
        flagged += len(rows) - 1
    return flagged


def extremes(values: Longs) -> tuple[int | None, int | None]:
    """The smallest and the largest value that is one."""
    there = values[values != NO_VALUE] if len(values) and int(values.min()) == NO_VALUE else values
    return (int(there.min()), int(there.max())) if len(there) else (None, None)


def seconds(milliseconds: int | None) -> Decimal | None:
    """Milliseconds as exact seconds without trailing zeros."""
    if milliseconds is None:
        return None
    whole, rest = divmod(milliseconds, 1000)
    return Decimal(whole) if not rest else Decimal(milliseconds).scaleb(-3).normalize()

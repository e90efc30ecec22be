"""What a column of readings shows by itself: range, spacing, holes, stamps that repeat or run backwards.

Everything here looks at neighbours in the file's own order and lists what it finds; nothing is smoothed
(engineering-review 4, regulation 3.4). numpy, because a million readings must not pass through Python one by one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .form import CONFLICT, DUPLICATE, NO_VALUE, OK, Gap

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.uint8]
HOUR_MS = 3_600_000
_RUN = 10


class Spacing(NamedTuple):
    """``usual_ms``: the interval (None: irregular); ``gaps``: pairs of row numbers; ``back``, ``fold``: row numbers."""

    usual_ms: int | None
    regular: bool
    gaps: list[Gap]
    back: list[int]
    fold: list[int]


def spacing(wall_ms: Longs, offsets_min: Longs | None, declared_ms: int | None) -> Spacing:
    """Judge the steps between neighbouring stamps. A hole is longer than 1.5 × the interval of its stretch."""
    instants = wall_ms if offsets_min is None else wall_ms - offsets_min * 60_000
    steps = np.diff(instants)
    back = np.flatnonzero(steps < 0) + 1
    forward = steps[steps > 0]
    if not len(forward):
        return Spacing(declared_ms, declared_ms is not None, [], back.tolist(), [])
    nominal = _nominal(steps, forward, declared_ms)
    usual = declared_ms
    if usual is None and nominal is not None:
        counts = np.unique(nominal, return_counts=True)
        usual = int(counts[0][counts[1].argmax()])
    fold = [] if usual is None or offsets_min is not None else _folds(steps, back, usual)
    if nominal is None:
        return Spacing(None, False, [], back.tolist(), fold)
    holes = np.flatnonzero(steps * 2 > nominal * 3)
    gaps = [
        Gap(int(wall_ms[at]), int(wall_ms[at + 1]), max(1, round(int(steps[at]) / int(nominal[at])) - 1))
        for at in holes.tolist()
    ]
    return Spacing(usual, True, gaps, back.tolist(), fold)


def _nominal(steps: Longs, forward: Longs, declared_ms: int | None) -> Longs | None:
    """The expected length of every step: as declared, else by stretches of equal steps, else one for all, else none."""
    if declared_ms is not None:
        return np.full(len(steps), declared_ms, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate(([True], steps[1:] != steps[:-1])))
    lengths = np.diff(np.concatenate((starts, [len(steps)])))
    long = (lengths >= _RUN) & (steps[starts] > 0)
    if len(steps) >= 2 * _RUN and lengths[long].sum() * 2 >= len(steps):
        last_long = np.maximum.accumulate(np.where(long, np.arange(len(starts)), -1))
        last_long[last_long < 0] = int(np.flatnonzero(long)[0])
        return np.repeat(steps[starts][last_long], lengths)
    middle = int(np.median(forward))
    near = (forward * 2 > middle) & (forward * 2 <= middle * 3)
    if near.sum() * 5 < len(forward) * 4 and len(forward) > 1:
        return None
    values, counts = np.unique(forward[near], return_counts=True)
    return np.full(len(steps), int(values[counts.argmax()]), dtype=np.int64)


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

"""How far apart the readings of a series ought to be: declared, or the mode of its spacings per stretch.

A stretch is a part of a series with one interval: a logger that is set from 5 to 10 minutes half way has two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .series import Mask, Series, Times

REGULAR_SHARE = 0.8
STRETCH_MIN = 8
"""So many spacings in a row that agree on another interval are a change of setting, not a string of gaps."""
_SPACINGS_MIN = 3
_DAY_S = 86_400


class Stretch(NamedTuple):
    """``start_ms``, ``end_ms``: first and last stamp. ``interval_ms``: nominal. ``irregular``: fewer than 80 % of
    the spacings agree with it, or there are too few to tell: the person is asked once for this source."""

    start_ms: int
    end_ms: int
    interval_ms: int
    irregular: bool


def stretches(series: Series) -> tuple[Stretch, ...]:
    """Return the stretches of a series in order; stamps without a value count, the logger was alive.

    A declared interval is believed and makes one stretch. Else the mode of the spacings in whole seconds, per
    stretch. An irregular stretch takes the smaller of mode and median: it may find a gap too many, never one too
    few. An empty series has none.
    """
    if not len(series):
        return ()
    first_ms, last_ms = int(series.t_ms[0]), int(series.t_ms[-1])
    if series.interval_ms is not None:
        return (Stretch(first_ms, last_ms, series.interval_ms, False),)
    steps = np.diff(series.t_ms)
    if steps.size and int(steps.min()) == 0:
        stamps = series.t_ms[np.concatenate([[True], steps > 0])]
        steps = np.diff(stamps)
    else:
        stamps = series.t_ms
    if not steps.size:
        return (Stretch(first_ms, last_ms, 1000, True),)
    return tuple(_cut(stamps, steps, 0, steps.size))


def _mode_ms(steps: Times) -> int:
    whole_s = np.clip((steps + 500) // 1000, 1, _DAY_S)
    return int(np.bincount(whole_s).argmax()) * 1000


def _cut(stamps: Times, steps: Times, first: int, last: int) -> list[Stretch]:
    """Stretches over the spacings ``first`` … ``last`` (exclusive)."""
    part = steps[first:last]
    mode_ms = _mode_ms(part)
    fits = (2 * part <= 3 * mode_ms) & (2 * part >= mode_ms)
    strangers = [(a, b) for a, b in _runs(~fits) if b - a >= STRETCH_MIN and _agree(part[a:b])]
    rest = np.ones(part.size, np.bool_)
    for a, b in strangers:
        rest[a:b] = False
    share = float(fits[rest].mean())
    irregular = share < REGULAR_SHARE or int(rest.sum()) < _SPACINGS_MIN
    interval_ms = min(mode_ms, int(np.median(part[rest]))) if irregular else mode_ms
    found: list[Stretch] = []
    at = 0
    for a, b in [*strangers, (part.size, part.size)]:
        if a > at:
            found.append(Stretch(int(stamps[first + at]), int(stamps[first + a]), interval_ms, irregular))
        if b > a:
            found += _cut(stamps, steps, first + a, first + b)
        at = b
    return found


def _agree(part: Times) -> bool:
    """Say whether these spacings are one other interval rather than gaps of all lengths (± 10 %)."""
    mode_ms = _mode_ms(part)
    return float((np.abs(part - mode_ms) * 10 <= mode_ms).mean()) >= REGULAR_SHARE


def _runs(mask: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    pairs = edges.reshape(-1, 2)
    return [(int(a), int(b)) for a, b in pairs[pairs[:, 1] - pairs[:, 0] >= STRETCH_MIN]]

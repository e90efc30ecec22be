"""A stream: all readings of one sensor from all its imports, each moment once, with what they prove between them.

Imports overlap, repeat and contradict each other. Here equal readings become one (counted), equal stamps with
different values stay both (counted; the warmer speaks for upper limits, the colder for lower ones), and each pair
of neighbours is ``linked`` when it is no more than 1.5 intervals apart: only then is the time between them known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .limits import Side
from .series import NOTHING_MS, Kind, Mask, Scaled, Series, Times, frozen
from .spacing import Stretch, stretches


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """``t_ms``: int64, shape (n,), strictly increasing. ``warm``, ``cold``: scaled values, shape (n,): the same
    array where nothing contradicts. ``linked``: bool, shape (n - 1,). ``interval_ms``: nominal, of the newest
    stretch. ``conflicts_ms``: stamps with more than one value."""

    sensor: str
    kind: Kind
    t_ms: Times
    warm: Scaled
    cold: Scaled
    scale: int
    linked: Mask
    interval_ms: int
    irregular: bool
    duplicates: int
    conflicts_ms: tuple[int, ...]
    absent: int
    disordered: int

    def __len__(self) -> int:
        return int(self.t_ms.size)

    def values(self, side: Side) -> Scaled:
        """Return the values that speak for a limit of this side."""
        return self.warm if side is Side.HIGH else self.cold


def streams(series: Iterable[Series]) -> tuple[Stream, ...]:
    """Group series by sensor and kind and join each group; groups without a single value are left out."""
    groups: dict[tuple[str, Kind], list[Series]] = {}
    for one in series:
        if len(one):
            groups.setdefault((one.sensor, one.kind), []).append(one)
    joined = (_join(group) for group in groups.values())
    return tuple(stream for stream in joined if len(stream))


def _join(group: Sequence[Series]) -> Stream:
    scale = max(one.scale for one in group)
    cut = [stretches(one) for one in group]
    t_ms, v, reach_ms = _together(group, cut, scale)
    steps = np.diff(t_ms)
    if bool((steps < 0).any()):
        order = np.lexsort((v, t_ms))
        t_ms, v, reach_ms = t_ms[order], v[order], reach_ms[order] if reach_ms.size == order.size else reach_ms
        steps = np.diff(t_ms)
    duplicates, conflicts, cold = 0, NOTHING_MS, v
    if steps.size and int(steps.min()) == 0:
        t_ms, v, cold, reach_ms, duplicates, conflicts = _each_moment_once(t_ms, v, reach_ms)
        steps = np.diff(t_ms)
    if group[0].kind is Kind.ROUND:
        linked = np.zeros(steps.size, np.bool_)
    else:
        linked = 2 * steps <= 3 * (reach_ms[:-1] if reach_ms.size == t_ms.size else reach_ms[:1])
    newest = max((part for parts in cut for part in parts), key=lambda part: part.end_ms)
    return Stream(
        sensor=group[0].sensor,
        kind=group[0].kind,
        t_ms=frozen(t_ms),
        warm=v,
        cold=cold,
        scale=scale,
        linked=frozen(linked),
        interval_ms=newest.interval_ms,
        irregular=any(part.irregular for parts in cut for part in parts),
        duplicates=duplicates,
        conflicts_ms=tuple(conflicts.tolist()),
        absent=sum(int(np.count_nonzero(one.absent)) for one in group if one.absent is not None),
        disordered=sum(one.disordered for one in group),
    )


def _together(group: Sequence[Series], cut: Sequence[tuple[Stretch, ...]], scale: int) -> tuple[Times, Scaled, Times]:
    """Concatenate the readings that have a value; the third array is the nominal interval after each reading
    (shape (n,), or (1,) when it is one and the same everywhere, which is the usual case and the fast one)."""
    times, values, reaches = [], [], []
    intervals = {part.interval_ms for parts in cut for part in parts}
    for one, parts in zip(group, cut, strict=True):
        present = slice(None) if one.absent is None else ~one.absent
        t_ms = one.t_ms[present]
        raised = one.v[present] if one.scale == scale else one.v[present].astype(np.int64) * 10 ** (scale - one.scale)
        times.append(t_ms)
        values.append(raised)
        if len(intervals) > 1:
            starts = np.array([part.start_ms for part in parts], np.int64)
            nominal = np.array([part.interval_ms for part in parts], np.int64)
            reaches.append(nominal[np.searchsorted(starts, t_ms, "right") - 1])
    reach_ms = np.concatenate(reaches) if reaches else np.array([intervals.pop()], np.int64)
    if len(times) == 1:
        return times[0], values[0], reach_ms
    return np.concatenate(times), np.concatenate(values), reach_ms


def _each_moment_once(t_ms: Times, v: Scaled, reach_ms: Times) -> tuple[Times, Scaled, Scaled, Times, int, Times]:
    first = np.flatnonzero(np.concatenate([[True], t_ms[1:] > t_ms[:-1]]))
    warm, cold = np.maximum.reduceat(v, first), np.minimum.reduceat(v, first)
    conflict = np.flatnonzero(warm != cold)
    # A stamp with k readings of m different values has k - m repetitions.
    last = np.concatenate([first[1:], [t_ms.size]])
    different = sum(int(np.unique(v[a:b]).size) for a, b in zip(first[conflict], last[conflict], strict=True))
    distinct = int(first.size - conflict.size) + different
    kept_reach = np.minimum.reduceat(reach_ms, first) if reach_ms.size == t_ms.size else reach_ms
    stamps = t_ms[first]
    return stamps, warm, warm if not conflict.size else cold, kept_reach, t_ms.size - distinct, stamps[conflict]

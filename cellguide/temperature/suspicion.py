"""Signs that the probe, not the place, is at fault (domain 5.2). A suspicion changes no verdict: people decide."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from .limits import Limit, Period, Rules, Side
from .series import Kind, Times, unscaled
from .stream import Stream


class Doubt(enum.StrEnum):
    TOO_COLD = "too_cold"
    TOO_WARM = "too_warm"
    JUMP = "jump"
    STUCK = "stuck"


class Suspicion(NamedTuple):
    """``start_ms``, ``end_ms``: first and last reading concerned; ``value_c``: the extreme, the value it is stuck
    at, or the size of the jump; ``events``: how often in the period (the first one is given)."""

    doubt: Doubt
    sensor: str
    start_ms: int
    end_ms: int
    value_c: Decimal
    events: int


def suspicions(streams: Sequence[Stream], rules: Rules, period: Period) -> tuple[Suspicion, ...]:
    """Return what is doubtful about the automatic readings that touch the period, by sensor."""
    found: list[Suspicion] = []
    for stream in streams:
        if stream.kind is Kind.AUTOMATIC:
            for line, doubt in (
                (Limit(Side.LOW, rules.fault_below_c.value), Doubt.TOO_COLD),
                (Limit(Side.HIGH, rules.fault_above_c.value), Doubt.TOO_WARM),
            ):
                found += _beyond(stream, line, doubt, period)
            found += _jumps(stream, rules, period)
            found += _stuck(stream, rules, period)
    return tuple(found)


def _beyond(stream: Stream, line: Limit, doubt: Doubt, period: Period) -> list[Suspicion]:
    values, threshold = stream.values(line.side), line.threshold(stream.scale)
    out = np.flatnonzero(values > threshold if line.side is Side.HIGH else values < threshold)
    out = out[(stream.t_ms[out] >= period.start_ms) & (stream.t_ms[out] <= period.end_ms)]
    if not out.size:
        return []
    extreme = values[out].max() if line.side is Side.HIGH else values[out].min()
    ends = int(stream.t_ms[out[0]]), int(stream.t_ms[out[-1]])
    return [Suspicion(doubt, stream.sensor, *ends, unscaled(int(extreme), stream.scale), int(out.size))]


def _jumps(stream: Stream, rules: Rules, period: Period) -> list[Suspicion]:
    """More than ``jump_c`` within ``jump_s``, also when several readings share the way (a sliding window)."""
    reach_ms = int(rules.jump_s.value * 1000)
    size = int(rules.jump_c.value.scaleb(stream.scale))
    values, t_ms = stream.warm, stream.t_ms
    if int(values.max()) - int(values.min()) <= size:
        return []
    found: Times = np.empty(0, np.int64)
    biggest, lag = 0, 1
    while lag < len(stream):
        near = t_ms[lag:] - t_ms[:-lag] <= reach_ms
        if not bool(near.any()):
            break
        change = np.abs(values[lag:].astype(np.int64) - values[:-lag])
        at = np.flatnonzero(near & (change > size))
        if at.size:
            biggest = max(biggest, int(change[at].max()))
            found = np.union1d(found, at)
        lag += 1
    found = found[(t_ms[found] >= period.start_ms) & (t_ms[found] <= period.end_ms)]
    if not found.size:
        return []
    first = int(found[0])
    events = 1 + int(np.count_nonzero(np.diff(t_ms[found]) > reach_ms))
    end_ms = int(t_ms[np.searchsorted(t_ms, t_ms[first] + reach_ms, "right") - 1])
    return [Suspicion(Doubt.JUMP, stream.sensor, int(t_ms[first]), end_ms, unscaled(biggest, stream.scale), events)]


def _stuck(stream: Stream, rules: Rules, period: Period) -> list[Suspicion]:
    values, t_ms = stream.warm, stream.t_ms
    change = np.flatnonzero((values[1:] != values[:-1]) | ~stream.linked)
    first = np.concatenate([[0], change + 1])
    last = np.concatenate([change, [len(stream) - 1]])
    long = t_ms[last] - t_ms[first] > int(rules.stuck_s.value * 1000)
    touching = (t_ms[last] >= period.start_ms) & (t_ms[first] <= period.end_ms)
    runs = np.flatnonzero(long & touching)
    if not runs.size:
        return []
    a, b = int(first[runs[0]]), int(last[runs[0]])
    value_c = unscaled(int(values[a]), stream.scale)
    return [Suspicion(Doubt.STUCK, stream.sensor, int(t_ms[a]), int(t_ms[b]), value_c, int(runs.size))]

"""The rules engine: "≥ 30 °C for 10 h cumulative" against one stream (regulation 3.3)."""

from __future__ import annotations

import enum
from typing import NamedTuple

import numpy as np

from .excursions import breaches
from .limits import MINUTE_MS, AlarmRule, Mode, Period
from .series import Floats, Times
from .spans import clip, union
from .stream import Stream


class AlarmState(enum.StrEnum):
    """``POSSIBLE``: the measured time does not raise it, but gaps counted as out would."""

    RAISED = "raised"
    POSSIBLE = "possible"
    QUIET = "quiet"


class AlarmResult(NamedTuple):
    """``at_ms``: when the measured time reached the rule's minutes (None unless RAISED). ``measured_ms``,
    ``worst_ms``: the longest event, or the most in any window, out-of-limit milliseconds."""

    rule: AlarmRule
    state: AlarmState
    at_ms: int | None
    measured_ms: int
    worst_ms: int


def run_rule(stream: Stream, rule: AlarmRule, part: Period | None = None) -> AlarmResult:
    """Apply one rule to one stream. Reaching the minutes is enough; a rule of 0 minutes needs one reading outside.

    ``part``: only what touches it counts, be it an event or a window that ends in it; None: all there is.
    """
    found = breaches(stream, rule.limit)
    needed_ms = rule.minutes * MINUTE_MS
    quiet = AlarmResult(rule, AlarmState.QUIET, None, 0, 0)
    if not len(found):
        return quiet
    if rule.mode is Mode.SINGLE:
        start_ms, end_ms = part if part is not None else (int(found.start_ms[0]), int(found.end_ms[-1]))
        touching = (found.end_ms >= start_ms) & (found.start_ms <= end_ms)
        if not bool(touching.any()):
            return quiet
        lengths = np.where(touching, found.end_ms - found.start_ms - found.gap_ms, -1)
        worst = np.where(touching, found.worst[:, 1] - found.worst[:, 0], 0)
        measured_ms, worst_ms = int(lengths.max()), int(worst.max())
        at_ms = None
        if measured_ms >= needed_ms:
            event = int(np.flatnonzero(lengths >= needed_ms)[0])
            inside = (found.pieces[:, 0] >= found.start_ms[event]) & (found.pieces[:, 1] <= found.end_ms[event])
            at_ms = _reached_ms(found.pieces[inside], needed_ms, None)
    else:
        window_ms = None if rule.window_min is None else rule.window_min * MINUTE_MS
        pieces, worst = found.pieces, union([found.worst])
        if part is not None:
            pieces, worst = (_before(spans, part, window_ms) for spans in (pieces, worst))
        measured_ms = most_in_window_ms(pieces, window_ms)
        worst_ms = most_in_window_ms(worst, window_ms)
        at_ms = _reached_ms(pieces, needed_ms, window_ms) if measured_ms >= needed_ms else None
    if at_ms is not None:
        at_ms = at_ms if part is None else max(at_ms, part.start_ms)  # it stood already when the part began
        return AlarmResult(rule, AlarmState.RAISED, at_ms, measured_ms, worst_ms)
    state = AlarmState.POSSIBLE if worst_ms >= needed_ms else AlarmState.QUIET
    return AlarmResult(rule, state, None, measured_ms, worst_ms)


def _before(spans: Times, part: Period, window_ms: int | None) -> Times:
    """What a window that ends inside the part can reach."""
    return clip(spans, part.start_ms - (window_ms or 0), part.end_ms)


def most_in_window_ms(pieces: Times, window_ms: int | None) -> int:
    """Return the most time of ``pieces`` (k, 2) that lies in any one window; None = in all time."""
    if not len(pieces):
        return 0
    if window_ms is None:
        return int((pieces[:, 1] - pieces[:, 0]).sum())
    ends = _breakpoints(pieces, window_ms)
    return round(float((_clock(pieces, ends) - _clock(pieces, ends - window_ms)).max()))


def _breakpoints(pieces: Times, window_ms: int) -> Times:
    """Window ends between which the time inside changes linearly."""
    edges = pieces.ravel()
    return np.unique(np.concatenate([edges, edges + window_ms]))


def _clock(pieces: Times, at_ms: Times) -> Floats:
    """Out-of-limit milliseconds up to each instant."""
    passed = np.concatenate([[0], np.cumsum(pieces[:, 1] - pieces[:, 0])])
    stamps = pieces.ravel()
    readings = np.column_stack([passed[:-1], passed[1:]]).ravel()
    clock: Floats = np.interp(at_ms, stamps, readings)
    return clock


def _reached_ms(pieces: Times, needed_ms: int, window_ms: int | None) -> int:
    """The first instant at which the time inside the window is ``needed_ms``; it is known to come."""
    ends = pieces.ravel() if window_ms is None else _breakpoints(pieces, window_ms)
    inside = _clock(pieces, ends)
    if window_ms is not None:
        inside = inside - _clock(pieces, ends - window_ms)
    at = int(np.flatnonzero(inside >= needed_ms)[0])
    if at == 0 or needed_ms == 0:
        return int(ends[at])
    before, after = inside[at - 1], inside[at]
    share = (needed_ms - before) / (after - before)
    return int(ends[at - 1]) + round(float(share) * int(ends[at] - ends[at - 1]))

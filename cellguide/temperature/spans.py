"""Sets of time: int64 arrays of shape (k, 2), [start, end] in milliseconds, sorted, apart from each other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .series import Times

NOTHING: Times = np.empty((0, 2), np.int64)


def union(parts: Iterable[Times]) -> Times:
    """Return all time that is in any of the parts; touching spans become one."""
    together = np.concatenate([NOTHING, *parts])
    if len(together) < 2:
        return together
    together = together[np.argsort(together[:, 0], kind="stable")]
    reach = np.maximum.accumulate(together[:, 1])
    apart = np.flatnonzero(together[1:, 0] > reach[:-1]) + 1
    first = np.concatenate([[0], apart])
    last = np.concatenate([apart - 1, [len(together) - 1]])
    return np.column_stack([together[first, 0], reach[last]])


def clip(spans: Times, start_ms: int, end_ms: int) -> Times:
    """Return what lies between two instants; spans that only touch them are gone."""
    kept = spans[(spans[:, 1] > start_ms) & (spans[:, 0] < end_ms)]
    return np.clip(kept, start_ms, end_ms)


def subtract(spans: Times, taken: Times) -> Times:
    """Return the time of ``spans`` that is not in ``taken``; both sorted and apart."""
    if not len(spans) or not len(taken):
        return spans
    pieces = []
    for start, end in spans.tolist():
        inner = clip(taken, start, end)
        edges = np.concatenate([[start], inner.ravel(), [end]]).reshape(-1, 2)
        pieces.append(edges[edges[:, 1] > edges[:, 0]])
    return np.concatenate([NOTHING, *pieces])


def total_ms(spans: Times) -> int:
    """Return the length of all spans together."""
    return int((spans[:, 1] - spans[:, 0]).sum())

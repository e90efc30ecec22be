"""Day chunks: how a series is kept (engineering-review 14). One chunk = one channel of one import on one day.

The day is the **UTC** day: it always has 86,400 seconds, no daylight-saving fold makes a second of it ambiguous,
and a site that changes its zone does not move a byte. A month at the site touches at most one more chunk at each
end. Chunks are keyed by import and day, never by probe, so that overlapping imports stay visible.

Layout, version 1, little-endian::

    4s  b"CGT1"        u1 scale   u1 flags   u2 0
    i4  day since 1970-01-01     u4 n       u4 n absent
    i4  lo             i4 hi     (0, 0 when no value is present)
    u4  start          u4 step   if flags & REGULAR, else u4 × n ticks
    i4 × n  v
    u1 × ceil(n / 8)   absent, most significant bit first, if flags & ABSENT

A tick is a second, or a millisecond if flags & MILLI (only when a stamp is not a whole second).
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..refusal import Refusal
from .series import SCALE_MAX, Kind, Mask, Series, frozen, make_series

DAY_MS = 86_400_000
_MAGIC = b"CGT1"
_HEAD = struct.Struct("<4sBBHiIIii")
_REGULAR, _ABSENT, _MILLI = 1, 2, 4


class ChunkHead(NamedTuple):
    """What a chart of years needs of a day: ``day`` since 1970-01-01 (UTC), ``n`` readings with and without value,
    ``lo`` and ``hi`` scaled (None when no reading has a value), ``scale``."""

    day: int
    n: int
    lo: int | None
    hi: int | None
    scale: int


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """One day. ``tick``: uint32, shape (n,), ``tick_ms`` milliseconds each since the UTC day began, never
    decreasing; ``v``: int32, shape (n,); ``absent``: bool, shape (n,), or None."""

    head: ChunkHead
    tick_ms: int
    tick: NDArray[np.uint32]
    v: NDArray[np.int32]
    absent: Mask | None

    def to_bytes(self) -> bytes:
        """Return the chunk in layout version 1; the same chunk always gives the same bytes."""
        steps = np.diff(self.tick.astype(np.int64))
        regular = bool((steps == steps[0]).all()) if steps.size else True
        flags = _REGULAR * regular | _ABSENT * (self.absent is not None) | _MILLI * (self.tick_ms == 1)
        missing = 0 if self.absent is None else int(np.count_nonzero(self.absent))
        lo, hi = self.head.lo, self.head.hi
        head = (self.head.day, self.head.n, missing, 0 if lo is None else lo, 0 if hi is None else hi)
        if regular:
            ticks = struct.pack("<II", int(self.tick[0]), int(steps[0]) if steps.size else 0)
        else:
            ticks = self.tick.astype("<u4", copy=False).tobytes()
        mask = b"" if self.absent is None else np.packbits(self.absent).tobytes()
        start = _HEAD.pack(_MAGIC, self.head.scale, flags, 0, *head)
        return start + ticks + self.v.astype("<i4", copy=False).tobytes() + mask


def read_head(data: bytes) -> ChunkHead:
    """Return only the head of stored bytes. Raises Refusal ``temperature.chunk_damaged`` or ``.chunk_newer``."""
    if len(data) < _HEAD.size or data[:3] != _MAGIC[:3]:
        raise Refusal("temperature.chunk_damaged", why="head")
    if data[:4] != _MAGIC:
        raise Refusal("temperature.chunk_newer", layout=data[3:4].decode("ascii", "replace"))
    _, scale, flags, zero, day, n, missing, lo, hi = _HEAD.unpack_from(data)
    if n == 0 or missing > n or scale > SCALE_MAX or flags > 7 or zero or bool(flags & _ABSENT) != (missing > 0):
        raise Refusal("temperature.chunk_damaged", why="head")
    if missing == n:
        return ChunkHead(day, n, None, None, scale)
    return ChunkHead(day, n, lo, hi, scale)


def read_chunk(data: bytes) -> Chunk:
    """Return the chunk that ``to_bytes`` wrote. Raises Refusal like ``read_head``; nothing damaged gets through
    that its own extremes, order or length can show (the ledger's hash shows the rest)."""
    head = read_head(data)
    flags, missing = data[5], _HEAD.unpack_from(data)[6]
    regular, n, at = bool(flags & _REGULAR), head.n, _HEAD.size
    size = at + (8 if regular else 4 * n) + 4 * n + ((n + 7) // 8 if missing else 0)
    if len(data) != size:
        raise Refusal("temperature.chunk_damaged", why="length")
    tick_ms = 1 if flags & _MILLI else 1000
    if regular:
        start, step = struct.unpack_from("<II", data, at)
        long = start + step * np.arange(n, dtype=np.int64)
        at += 8
    else:
        long = np.frombuffer(data, "<u4", n, at).astype(np.int64)
        at += 4 * n
    if int(long[-1]) * tick_ms >= DAY_MS or bool((long[1:] < long[:-1]).any()):
        raise Refusal("temperature.chunk_damaged", why="times")
    v = np.frombuffer(data, "<i4", n, at).astype(np.int32)
    absent: Mask | None = None
    if missing:
        absent = np.unpackbits(np.frombuffer(data, np.uint8, -1, at + 4 * n), count=n).astype(np.bool_)
        if int(np.count_nonzero(absent)) != missing:
            raise Refusal("temperature.chunk_damaged", why="count")
    if _extremes(v, absent) != (head.lo, head.hi):
        raise Refusal("temperature.chunk_damaged", why="extremes")
    return Chunk(head, tick_ms, frozen(long.astype(np.uint32)), frozen(v), None if absent is None else frozen(absent))


def _extremes(v: NDArray[np.int32], absent: Mask | None) -> tuple[int | None, int | None]:
    present = v if absent is None else v[~absent]
    return (int(present.min()), int(present.max())) if present.size else (None, None)


def split_days(series: Series) -> list[Chunk]:
    """Cut a series into its UTC days, oldest first; days without a stamp have no chunk."""
    if not len(series):
        return []
    day = series.t_ms // DAY_MS
    cuts = np.flatnonzero(day[1:] != day[:-1]) + 1
    bounds = [0, *cuts.tolist(), len(series)]
    chunks = []
    for first, last in itertools.pairwise(bounds):
        number = int(day[first])
        since_ms = series.t_ms[first:last] - number * DAY_MS
        tick_ms = 1 if bool((since_ms % 1000).any()) else 1000
        v = series.v[first:last]
        absent = None if series.absent is None else series.absent[first:last]
        absent = absent if absent is not None and bool(absent.any()) else None
        head = ChunkHead(number, last - first, *_extremes(v, absent), series.scale)
        chunks.append(Chunk(head, tick_ms, (since_ms // tick_ms).astype(np.uint32), v, absent))
    return chunks


def join_days(
    chunks: Iterable[Chunk],
    *,
    source: str,
    sensor: str,
    interval_ms: int | None = None,
    kind: Kind = Kind.AUTOMATIC,
) -> Series:
    """Put the days of one channel of one import together again, in any order of days.

    Raises ValueError for no chunks, a day that comes twice, or days of different scale: those are two imports.
    """
    days = sorted(chunks, key=lambda chunk: chunk.head.day)
    if not days or len({chunk.head.day for chunk in days}) < len(days) or len({c.head.scale for c in days}) > 1:
        raise ValueError("these days are not one channel of one import")
    t_ms = [chunk.head.day * DAY_MS + chunk.tick.astype(np.int64) * chunk.tick_ms for chunk in days]
    absent: Mask | None = None
    if any(chunk.absent is not None for chunk in days):
        masks = [np.zeros(c.head.n, np.bool_) if c.absent is None else c.absent for c in days]
        absent = np.concatenate(masks)
    values = np.concatenate([chunk.v for chunk in days])
    times = np.concatenate(t_ms)
    return make_series(
        source, sensor, times, values, days[0].head.scale, absent=absent, interval_ms=interval_ms, kind=kind
    )

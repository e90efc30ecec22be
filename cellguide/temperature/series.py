"""A series: the readings of one channel of one import, as arrays. Never edited after it is made."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Scaled = NDArray[np.int32] | NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
A = TypeVar("A", bound=NDArray[Any])

SCALE_MAX = 6
NOTHING_MS: Times = np.empty(0, np.int64)


class Kind(enum.StrEnum):
    """``AUTOMATIC``: a logger's readings, they prove the time between them. ``ROUND``: a person read a display;
    it proves that moment alone, ends a tail and divides a hole, and covers no time (engineering-review 4)."""

    AUTOMATIC = "automatic"
    ROUND = "round"


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Readings of one channel; build it with ``make_series``.

    ``source``: id of the import. ``sensor``: whatever names the same physical sensor in every import (logger
    serial and channel): series of one sensor are joined when judged, those of different sensors never are.
    ``t_ms``: int64, shape (n,), UTC epoch milliseconds, never decreasing. ``v``: int32, shape (n,),
    °C = v / 10**scale, 0 where absent. ``absent``: bool, shape (n,), True where the logger wrote a stamp without a
    value; None when there is no such reading. ``interval_ms``: as the file or the source declares it, None if it
    does not. ``disordered``: readings that the file had out of order.
    """

    source: str
    sensor: str
    t_ms: Times
    v: NDArray[np.int32]
    scale: int
    absent: Mask | None = None
    interval_ms: int | None = None
    kind: Kind = Kind.AUTOMATIC
    disordered: int = 0

    def __len__(self) -> int:
        return int(self.t_ms.size)

    def value_c(self, index: int) -> Decimal | None:
        """Return one reading in °C exactly, None where the logger had no value."""
        if self.absent is not None and self.absent[index]:
            return None
        return unscaled(int(self.v[index]), self.scale)

    def same(self, other: Series) -> bool:
        """Say whether both hold the same readings from the same source."""
        plain = ("source", "sensor", "scale", "interval_ms", "kind", "disordered")
        if any(getattr(self, name) != getattr(other, name) for name in plain):
            return False
        if not np.array_equal(self.t_ms, other.t_ms) or not np.array_equal(self.v, other.v):
            return False
        if self.absent is None or other.absent is None:
            return self.absent is other.absent
        return np.array_equal(self.absent, other.absent)


class DaySummary(NamedTuple):
    """What a logger says of a day without giving its readings (Fridge-tag): proves limits, never durations.

    ``start_ms``, ``end_ms``: UTC epoch milliseconds of the device's day; ``lo_c``, ``hi_c``: its extremes in °C.
    """

    source: str
    start_ms: int
    end_ms: int
    lo_c: Decimal
    hi_c: Decimal


def make_series(
    source: str,
    sensor: str,
    t_ms: Times,
    v: Scaled,
    scale: int,
    *,
    absent: Mask | None = None,
    interval_ms: int | None = None,
    kind: Kind = Kind.AUTOMATIC,
) -> Series:
    """Return a Series over arrays of equal shape (n,); sorts by time where the file did not, and counts that.

    Equal stamps keep the file's order and are all kept. Raises ValueError for shapes, scales or intervals that no
    reader may produce.
    """
    if not (t_ms.ndim == 1 and t_ms.shape == v.shape and (absent is None or absent.shape == v.shape)):
        raise ValueError("t_ms, v and absent have different shapes")
    if not 0 <= scale <= SCALE_MAX or (interval_ms is not None and interval_ms <= 0):
        raise ValueError(f"no such scale or interval: {scale}, {interval_ms}")
    times = t_ms.astype(np.int64, copy=False)
    if v.size and not -(2**31) <= int(v.min()) <= int(v.max()) < 2**31:
        raise ValueError("a value does not fit 32 bits at this scale")
    values = v.astype(np.int32, copy=False)
    disordered = 0
    if times.size > 1 and bool((times[1:] < times[:-1]).any()):
        disordered = int(np.count_nonzero(times < np.maximum.accumulate(times)))
        order = np.argsort(times, kind="stable")
        times, values = times[order], values[order]
        absent = None if absent is None else absent[order]
    if absent is not None:
        absent = absent.astype(np.bool_, copy=False)
        absent = absent if bool(absent.any()) else None
    if absent is not None:
        values = np.where(absent, np.int32(0), values)
    gap_mask = None if absent is None else frozen(absent)
    return Series(source, sensor, frozen(times), frozen(values), scale, gap_mask, interval_ms, kind, disordered)


def series_of_columns(
    source: str,
    sensor: str,
    stamps_ms: memoryview,
    values: memoryview,
    scale: int,
    no_value: int,
    *,
    interval_s: Decimal | None = None,
) -> Series:
    """Return a Series from a reader's columns: UTC stamps and scaled values, int64, shape (n,), ``no_value`` where
    there is none. ``interval_s``: seconds, as declared."""
    v = np.asarray(values, np.int64)
    absent = v == no_value
    v = np.where(absent, 0, v) if bool(absent.any()) else v
    interval_ms = None if interval_s is None else int(interval_s * 1000)
    return make_series(
        source, sensor, np.asarray(stamps_ms, np.int64), v, scale, absent=absent, interval_ms=interval_ms
    )


def series_of_points(
    source: str,
    sensor: str,
    points: Sequence[tuple[int, Decimal | None]],
    *,
    interval_ms: int | None = None,
    kind: Kind = Kind.AUTOMATIC,
) -> Series:
    """Return a Series from (UTC epoch milliseconds, °C or None) pairs: rounds, and anything else that is short.

    The scale is the finest that occurs. Raises ValueError for a value with more than six decimals.
    """
    digits = [0, *(-int(value.as_tuple().exponent) for _, value in points if value is not None)]
    scale = max(digits)
    scaled = [0 if value is None else int(value.scaleb(scale)) for _, value in points]
    t_ms = np.array([at_ms for at_ms, _ in points], np.int64)
    absent = np.array([value is None for _, value in points], np.bool_)
    values = np.array(scaled, np.int64)
    return make_series(source, sensor, t_ms, values, scale, absent=absent, interval_ms=interval_ms, kind=kind)


def frozen(array: A) -> A:
    """Return a view nobody can write through."""
    view = array.view()
    view.setflags(write=False)
    return view


def unscaled(value: int, scale: int) -> Decimal:
    """Return value / 10**scale exactly.

    >>> unscaled(-1514, 1), unscaled(80, 1)
    (Decimal('-151.4'), Decimal('8.0'))
    """
    return Decimal(value).scaleb(-scale)

"""A million readings without a million Python steps: plain ``stamp,value`` lines read by columns of bytes.

Blocks of whole lines, grouped by line length, digits taken by columns, only distinct days through the calendar
(engineering-review 14). One line that is not exactly of this shape, and the answer is None: then the exact reader
reads the *whole* file. A test holds that both give the same.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .analyse import Longs
from .numbers import SENTINELS
from .stamps import DAY_MS, EPOCH_DAY

_BLOCK = 2 * 1024 * 1024
_THREADS = 2
_MOST_DIGITS = 9
_MOST_DECIMALS = 4
Bytes = npt.NDArray[np.uint8]


class TwoColumns(NamedTuple):
    """Wall stamps in ms, values scaled by ``10**scale``."""

    wall_ms: Longs
    scaled: Longs
    scale: int


def read(untrusted_data: bytes, start: int, separator: str) -> TwoColumns | None:
    """Read lines ``yyyy-MM-dd HH:mm[:ss]`` + separator + number from byte ``start`` on; None when any line differs."""
    bounds = _bounds(untrusted_data, start)
    if bounds is None:
        return None
    buffer = np.frombuffer(untrusted_data, dtype=np.uint8)
    days: dict[int, int] = {}
    walls: list[Longs] = []
    mantissas: list[Longs] = []
    decimals: list[Bytes] = []
    pool = ThreadPoolExecutor(_THREADS)
    try:
        for block in pool.map(lambda bound: _block(buffer[bound[0] : bound[1]], ord(separator), days), bounds):
            if block is None:
                return None
            walls.append(block[0])
            mantissas.append(block[1])
            decimals.append(block[2])
    finally:
        pool.shutdown(cancel_futures=True)
    if not walls:
        return None
    scale = max(int(part.max()) for part in decimals)
    factors = 10 ** np.arange(scale, -1, -1, dtype=np.int64)
    scaled = np.concatenate([value * factors[places] for value, places in zip(mantissas, decimals, strict=True)])
    return None if _has_sentinel(scaled, scale) else TwoColumns(np.concatenate(walls), scaled, scale)


def _bounds(untrusted_data: bytes, start: int) -> list[tuple[int, int]] | None:
    """Cut the rest of the file into blocks of whole lines; None for a line longer than a block."""
    bounds = []
    while start < len(untrusted_data):
        end = untrusted_data.rfind(b"\n", start, start + _BLOCK) + 1
        if end <= start:
            end = len(untrusted_data)
            if end - start > _BLOCK:
                return None
        bounds.append((start, end))
        start = end
    return bounds


def _has_sentinel(scaled: Longs, scale: int) -> bool:
    exact = [Decimal(text).scaleb(scale) for text in SENTINELS]
    wanted = [int(number) for number in exact if number == number.to_integral_value()]
    low, high = int(scaled.min()), int(scaled.max())
    near = [number for number in wanted if low <= number <= high]
    return any(bool((scaled == number).any()) for number in near)


def _block(block: Bytes, separator: int, days: dict[int, int]) -> tuple[Longs, Longs, Bytes] | None:
    """Read one block of whole lines."""
    ends = np.flatnonzero(block == 10)
    if not len(block) or not len(ends) or ends[-1] != len(block) - 1:
        ends = np.append(ends, len(block))
    starts = np.concatenate(([0], ends[:-1] + 1))
    stops = np.where(block[np.maximum(ends - 1, 0)] == 13, ends - 1, ends)
    lengths = stops - starts
    wall = np.empty(len(starts), dtype=np.int64)
    mantissa = np.empty(len(starts), dtype=np.int64)
    places = np.empty(len(starts), dtype=np.uint8)
    for length in np.unique(lengths).tolist():
        if not 18 <= length <= 20 + _MOST_DIGITS + 2:
            return None
        rows = np.flatnonzero(lengths == length)
        cells = _cells(block, starts, rows, length)
        width = 19 if bool((cells[:, 16] == 58).all()) else 16
        if length <= width + 1 or not bool((cells[:, width] == separator).all()):
            return None
        times = _times(cells[:, :width], days)
        numbers = _numbers(cells[:, width + 1 :])
        if times is None or numbers is None:
            return None
        wall[rows], mantissa[rows], places[rows] = times, *numbers
    return wall, mantissa, places


def _cells(block: Bytes, starts: Longs, rows: Longs, length: int) -> Bytes:
    """The lines of one length as a table of bytes; without copying where all lines of the block are equally long."""
    if len(rows) == len(starts) and len(starts) > 1:
        stride = int(starts[1])
        if stride * len(starts) == len(block) and bool((np.diff(starts) == stride).all()):
            return block.reshape(len(starts), stride)[:, :length]
    return np.asarray(block[starts[rows][:, None] + np.arange(length)])


def _times(cells: Bytes, days: dict[int, int]) -> Longs | None:
    """``yyyy-MM-dd HH:mm[:ss]`` in columns to wall ms; None when any row differs or names no day or time."""
    seconds = cells.shape[1] == 19
    fixed = {4: 45, 7: 45, 13: 58} | ({16: 58} if seconds else {})
    if any(not bool((cells[:, at] == sign).all()) for at, sign in fixed.items()):
        return None
    if not bool(((cells[:, 10] == 32) | (cells[:, 10] == 84)).all()):
        return None
    at = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15] + ([17, 18] if seconds else [])
    digits = [cells[:, place] - 48 for place in at]
    if any(bool((digit > 9).any()) for digit in digits):
        return None
    wide = [digit.astype(np.int32) for digit in digits]
    stamp = wide[0]
    for digit in wide[1:8]:
        stamp = stamp * 10 + digit
    hour, minute = wide[8] * 10 + wide[9], wide[10] * 10 + wide[11]
    second = wide[12] * 10 + wide[13] if seconds else np.zeros_like(hour)
    if int(hour.max()) > 23 or int(minute.max()) > 59 or int(second.max()) > 59:
        return None
    changes = np.flatnonzero(np.concatenate(([True], stamp[1:] != stamp[:-1])))
    run_days = np.empty(len(changes), dtype=np.int64)
    for index, number in enumerate(stamp[changes].tolist()):
        if number not in days:
            try:
                days[number] = date(number // 10000, number // 100 % 100, number % 100).toordinal() - EPOCH_DAY
            except ValueError:
                return None
            if number < 19800000:
                return None
        run_days[index] = days[number]
    whole_days = np.repeat(run_days, np.diff(np.append(changes, len(stamp))))
    return np.asarray(whole_days * DAY_MS + ((hour * 60 + minute) * 60 + second).astype(np.int64) * 1000)


def _numbers(cells: Bytes) -> tuple[Longs, Bytes] | None:
    """``[+-]digits[.digits]`` in columns to mantissas and decimals; None when any row differs."""
    first = cells[:, 0]
    signed = (first == 45) | (first == 43)
    points = cells == 46
    if int(points.sum(axis=1).max()) > 1:
        return None
    point = np.where(points.any(axis=1), points.argmax(axis=1), cells.shape[1])
    digits = cells - 48
    digits[signed, 0] = 0
    digits[points] = 0
    whole = point - signed
    decimals = np.maximum(cells.shape[1] - point - 1, 0)
    pointless = point == cells.shape[1]
    if int(digits.max()) > 9 or int(whole.min()) < 1 or int(whole.max()) > _MOST_DIGITS:
        return None
    if bool(((decimals == 0) & ~pointless).any()) or int(decimals.max()) > _MOST_DECIMALS:
        return None
    mantissa = np.zeros(len(cells), dtype=np.int64)
    for at in range(cells.shape[1]):
        mantissa = np.where(point == at, mantissa, mantissa * 10 + digits[:, at])
    return np.where(first == 45, -mantissa, mantissa), decimals.astype(np.uint8)

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
# "yyyy-MM-dd HH:mm,1" with its line end; "yyyy-MM-dd HH:mm:ss," and the longest number.
_SHORTEST = 19
_LONGEST = 20 + _MOST_DIGITS + 2
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
    scaled = np.concatenate(
        [
            value if int(places.min()) == scale else value * factors[places]
            for value, places in zip(mantissas, decimals, strict=True)
        ]
    )
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
    even = _even(block)
    if even is not None:
        read = _read_cells(even, separator, days)
        if read is not None:
            return read
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
        if not _SHORTEST - 1 <= length <= _LONGEST:
            return None
        rows = np.flatnonzero(lengths == length)
        read = _read_cells(np.asarray(block[starts[rows][:, None] + np.arange(length)]), separator, days)
        if read is None:
            return None
        wall[rows], mantissa[rows], places[rows] = read
    return wall, mantissa, places


def _even(block: Bytes) -> Bytes | None:
    """The block as a table of bytes, where all its lines are equally long; nothing is copied."""
    stride = int((block[:_LONGEST] == 10).argmax()) + 1
    if stride < _SHORTEST or len(block) % stride or not bool((block[stride - 1 :: stride] == 10).all()):
        return None
    lines = block.reshape(-1, stride)
    returns = lines[:, -2] == 13
    if not returns.any():
        return lines[:, :-1]
    return lines[:, :-2] if returns.all() and stride > _SHORTEST else None


def _read_cells(cells: Bytes, separator: int, days: dict[int, int]) -> tuple[Longs, Longs, Bytes] | None:
    """Read lines of one length, a table of bytes."""
    width = 19 if bool((cells[:, 16] == 58).all()) else 16
    if cells.shape[1] <= width + 1 or not bool((cells[:, width] == separator).all()):
        return None
    times = _times(cells[:, :width], days)
    numbers = None if times is None else _numbers(cells[:, width + 1 :])
    return None if times is None or numbers is None else (times, *numbers)


def _times(cells: Bytes, days: dict[int, int]) -> Longs | None:
    """``yyyy-MM-dd HH:mm[:ss]`` in columns to wall ms; None when any row differs or names no day or time.

    Eight characters are one number: a day is compared with the one before it and only a new one is looked up in the
    calendar; the digits of a time are checked and put together all at once.
    """
    between = cells[:, 10]
    if not bool(((between == 32) | (between == 84)).all()):
        return None
    year_month, day = _words(cells, 0, "<u8"), _words(cells, 8, "<u2")
    new = np.concatenate(([True], (year_month[1:] != year_month[:-1]) | (day[1:] != day[:-1])))
    changes = np.flatnonzero(new)
    run_days = np.empty(len(changes), dtype=np.int64)
    for index, row in enumerate(changes.tolist()):
        number = _day(cells[row, :10].tobytes(), days)
        if number is None:
            return None
        run_days[index] = number
    if cells.shape[1] == 19:
        clock = _words(cells, 11, "<u8") - _CLOCK
    else:
        clock = (_words(cells, 8, "<u8") >> np.uint64(24)) - _CLOCK_SHORT
    if bool(((clock + _PAST_NINE | clock) & _HIGH).any()) or bool((clock & _COLONS).any()):
        return None
    pairs = clock * np.uint64(10) + (clock >> np.uint64(8))
    byte = np.uint64(0xFF)
    hour, minute, second = pairs & byte, pairs >> np.uint64(24) & byte, pairs >> np.uint64(48) & byte
    if int(hour.max()) > 23 or int(minute.max()) > 59 or int(second.max()) > 59:
        return None
    seconds = ((hour * np.uint64(60) + minute) * np.uint64(60) + second).astype(np.int64)
    whole_days = np.repeat(run_days * DAY_MS, np.diff(np.append(changes, len(cells))))
    return np.asarray(whole_days + seconds * 1000)


# "HH:mm:ss" as one little-endian number: its zeros and colons, the places of the colons, and what shows a byte that is
# no digit: below "0" the subtraction sets its highest bit, above "9" adding 0x76 does. A colon's own place is 0 then.
_CLOCK = np.uint64(int.from_bytes(b"00:00:00", "little"))
_CLOCK_SHORT = np.uint64(int.from_bytes(b"00:00", "little"))
_COLONS = np.uint64(0x0000FF0000FF0000)
_PAST_NINE = np.uint64(0x7676767676767676)
_HIGH = np.uint64(0x8080808080808080)


def _words(cells: Bytes, at: int, form: str) -> npt.NDArray[np.uint64]:
    """The characters from column ``at`` on as one number a row (``<u8``: eight of them, ``<u2``: two)."""
    width = np.dtype(form).itemsize
    return cells[:, at : at + width].view(form)[:, 0].astype(np.uint64)


def _day(text: bytes, days: dict[int, int]) -> int | None:
    """Days since 1970 of ``yyyy-MM-dd``; None for what is no day, or older than any logger."""
    if not (text[4:5] == text[7:8] == b"-" and (text[:4] + text[5:7] + text[8:]).isdigit()):
        return None
    number = int(text[:4] + text[5:7] + text[8:])
    if number not in days:
        try:
            days[number] = date(number // 10000, number // 100 % 100, number % 100).toordinal() - EPOCH_DAY
        except ValueError:
            return None
    return days[number] if number >= 19800000 else None


def _numbers(cells: Bytes) -> tuple[Longs, Bytes] | None:
    """``[+-]digits[.digits]`` in columns to mantissas and decimals; None when any row differs."""
    width = cells.shape[1]
    columns = [cells[:, at] for at in range(width)]
    signed = (columns[0] == 45) | (columns[0] == 43)
    row = cells[0].tobytes()
    point = row.find(b".") if b"." in row else width
    decimals = max(width - point - 1, 0)
    if point < width and (decimals == 0 or not bool((columns[point] == 46).all())):
        return _numbers_apart(cells)
    if point > _MOST_DIGITS + 1 or decimals > _MOST_DECIMALS or width < 1:
        return _numbers_apart(cells)
    if point < 2 and (point == 0 or bool(signed.any())):
        return None
    if point > _MOST_DIGITS and not bool(signed.all()):
        return None
    small = width <= 10
    mantissa: npt.NDArray[np.int32 | np.int64] = np.where(signed, 0, columns[0] - 48).astype(
        np.int32 if small else np.int64
    )
    highest = int(mantissa.max())
    for at in range(1, width):
        if at != point:
            digit = columns[at] - 48
            highest = max(highest, int(digit.max()))
            mantissa = mantissa * 10 + digit
    if highest > 9:
        return _numbers_apart(cells)
    negative = np.where(columns[0] == 45, -mantissa, mantissa)
    return negative.astype(np.int64), np.full(len(cells), decimals, dtype=np.uint8)


def _numbers_apart(cells: Bytes) -> tuple[Longs, Bytes] | None:
    """The same where the lines of one length have their points in different places."""
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

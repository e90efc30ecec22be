"""Cells to scaled integers. What is no number is not made one; a decimal sign is decided by a whole column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..refusal import Refusal
from .form import EMPTY, FAULT, NO_VALUE, OK

MOST_DECIMALS = 6
_EMPTY_TEXTS = frozenset({"", "-", "--", "---", "----", "--.-", "---.-", "-.-", "n/a", "na", "nan", "null", "none"})
_NUMBER = re.compile(r"([+\-−]?)(\d{1,9})(?:([.,])(\d{1,12}))?\s*(?:°?\s*([CFK])|(℃)|(℉)|%\s?(?:RH|rh)?)?$")
SENTINELS = frozenset({"-200", "-999", "-999.9", "-9999", "-9999.9", "999.9", "9999", "9999.9", "32767", "-32768"})
"""Numbers that devices and programs write for "no sensor"; nothing is ever measured at exactly these (formats 1)."""


class Numbers(NamedTuple):
    """One column: integers scaled by ``10**scale``, a quality each; ``bad``: indices of cells that are no number."""

    scale: int
    scaled: list[int]
    quality: bytearray
    bad: list[int]
    faults: list[int]
    units: frozenset[str]
    rounded: bool
    comma: bool


def read_column(cells: Sequence[str], sentinels: frozenset[str], decimal: str | None = None) -> Numbers:
    """Read a column of cells. Raises Refusal ``logger.mixed_decimal`` when both signs occur in it.

    >>> read_column(["28,2", "--.-", "-7"], SENTINELS)[:3]
    (1, [282, -2147483648, -70], bytearray(b'\\x00\\x01\\x00'))
    """
    found: list[tuple[str, str, str] | None] = []
    quality = bytearray()
    bad: list[int] = []
    faults: list[int] = []
    units: set[str] = set()
    signs: set[str] = set()
    decimals = 0
    for index, cell in enumerate(cells):
        text = cell.strip()
        match = _NUMBER.match(text)
        if match is None:
            if text.lower() not in _EMPTY_TEXTS:
                bad.append(index)
            found.append(None)
            quality.append(EMPTY if text.lower() in _EMPTY_TEXTS else FAULT)
            continue
        sign, whole, point, fraction = match[1], match[2], match[3], match[4] or ""
        units.update(unit for unit in (match[5], "C" if match[6] else None, "F" if match[7] else None) if unit)
        minus = "-" if sign in ("-", "−") else ""
        if _plain(minus, whole, fraction) in sentinels:
            faults.append(index)
            found.append(None)
            quality.append(FAULT)
            continue
        signs.update(point or ())
        decimals = max(decimals, len(fraction))
        found.append((minus, whole, fraction))
        quality.append(OK)
    if len(signs) > 1 or (decimal and signs - {decimal}):
        raise Refusal("logger.mixed_decimal", signs=" ".join(sorted(signs | {decimal or ""})))
    scale = min(decimals, MOST_DECIMALS)
    scaled = [NO_VALUE if item is None else _scaled(item, scale) for item in found]
    return Numbers(scale, scaled, quality, bad, faults, frozenset(units), decimals > scale, "," in signs)


def _plain(minus: str, whole: str, fraction: str) -> str:
    """The shortest way to write the number: ``-200.0`` and ``-200`` are the same sentinel."""
    fraction = fraction.rstrip("0")
    return f"{minus}{whole}.{fraction}" if fraction else f"{minus}{whole}"


def _scaled(item: tuple[str, str, str], scale: int) -> int:
    """The number as an integer; digits beyond ``scale`` round half to even."""
    minus, whole, fraction = item
    number = int(whole + fraction.ljust(scale, "0"))
    extra = len(fraction) - scale
    if extra > 0:
        number, rest = divmod(number, 10**extra)
        half = 5 * 10 ** (extra - 1)
        number += rest > half or (rest == half and number % 2 == 1)
    return -number if minus else number

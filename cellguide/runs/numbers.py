"""Numbers as people type them → a decimal text, or a refusal. Nothing is guessed (regulation.md 6.4 UI-03)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from ..refusal import Refusal

# What Chinese input methods and gloved hands produce for the same keys. A dash that means "from–to" is not a sign.
_KEYS = str.maketrans("−－＋．。，０１２３４５６７８９", "--+..,0123456789")
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:[.,]([0-9]+))?")
_DIGITS_MAX = 15


class Number(NamedTuple):
    """A number as it was typed, and what it is. ``decimal`` keeps the resolution: ``-151.20`` stays so."""

    typed: str
    decimal: str

    @property
    def value(self) -> Decimal:
        """The number for comparing: −151.2 equals −151.20."""
        return Decimal(self.decimal)


def parse_number(untrusted_typed: str, *, signed: bool = False) -> Number:
    """Read one number.

    ``signed``: the sign must be typed, because 150 in a field of −150 °C is a slip that looks like a value.

    >>> parse_number("－151。20").decimal
    '-151.20'

    Raises Refusal: ``run.no_number``, ``run.number_sign``, ``run.number_thousands``.
    """
    text = untrusted_typed.strip().translate(_KEYS)
    found = _NUMBER.fullmatch(text)
    if not found or not (found[2] or found[3]) or len(found[2] + (found[3] or "")) > _DIGITS_MAX:
        raise Refusal("run.no_number", typed=untrusted_typed[:40])
    sign, whole, fraction = found[1], found[2] or "0", found[3] or ""
    if "," in text and len(fraction) == 3 and whole.lstrip("0"):
        raise Refusal("run.number_thousands", typed=untrusted_typed[:40])
    number = whole.lstrip("0") or "0"
    decimal = f"{number}.{fraction}" if fraction else number
    if Decimal(decimal) == 0:
        return Number(untrusted_typed, decimal)
    if signed and not sign:
        raise Refusal("run.number_sign", typed=untrusted_typed[:40])
    return Number(untrusted_typed, f"-{decimal}" if sign == "-" else decimal)

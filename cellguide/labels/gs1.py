"""GS1 element strings: biip cuts them, and here stands what biip lets pass (formats.md 3.2).

biip accepts wrong check digits of a GTIN, swallows what follows a lost separator, takes the same identifier twice with
two values, and a lot without the thing it is a lot of. None of that may become a field that is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .found import Found

GS = "\x1d"
# Symbology identifiers whose symbols hold element strings, and those that hold a bare GTIN (formats.md 3.1).
MESSAGES = ("]C1", "]d2", "]Q3", "]e0", "]J1")
NUMBERS = {"]E0": 13, "]E4": 8}
# Application identifiers with a field of their own; every other is kept as ``ai_<number>``.
NAMES: Mapping[str, str] = {
    "00": "sscc",
    "01": "gtin",
    "10": "lot",
    "11": "produced",
    "17": "expiry",
    "21": "serial",
    "240": "additional_id",
    "250": "secondary_serial",
    "7003": "expiry_at",
    "7240": "protocol",
    "8003": "asset",
    "8004": "asset",
    "8018": "patient_id",
}
# Identifier → how many leading characters its check digit closes, after how many that do not count.
_CHECKED: Mapping[str, tuple[int, int]] = {
    "00": (0, 18),
    "01": (0, 14),
    "02": (0, 14),
    "03": (0, 14),
    "253": (0, 13),
    "255": (0, 13),
    "402": (0, 17),
    "8003": (1, 14),
    "8006": (0, 14),
    "8017": (0, 18),
    "8018": (0, 18),
    **{f"41{n}": (0, 13) for n in range(8)},
}
_ITEM = frozenset({"01", "02", "03", "8006", "8026"})
# From the GS1 Barcode Syntax Dictionary (req=, ex=): what an identifier needs beside it, and what it excludes.
_NEEDS: Mapping[str, frozenset[str]] = {
    "02": frozenset({"37"}),
    "10": _ITEM,
    "17": _ITEM | {"255"},
    "21": frozenset({"01", "03", "8006"}),
    "235": frozenset({"01"}),
    "240": _ITEM,
    "250": frozenset({"21"}),
    "251": frozenset({"01", "03", "8006"}),
    "7003": frozenset({"01", "02", "03"}),
}
_EXCLUDES = {"01": {"02", "37", "255"}, "02": {"01", "03"}, "21": {"235"}, "8017": {"8018"}}
_STARTS = re.compile(
    r"0[012]\d{14}|8003\d{14}|8018\d{18}|\(\d{2,4}\)|https?://\S+/(?:01|00|8003|8018)/\d", re.IGNORECASE
)
# What a value that swallowed its neighbour contains after at least one character of its own.
_SWALLOWED = re.compile(r"(?<=.)(?:17(?:\d{2})(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|21.|01(\d{14}))", re.DOTALL)


def get_ready() -> None:
    """Load what reading GS1 takes, about a tenth of a second: in the pool, before the first scan comes."""
    _elements("01")


def may_be(text: str) -> bool:
    """True where a text without a symbology identifier starts as GS1 content does; only ``read`` can tell."""
    return _STARTS.match(text) is not None


def read(text: str, *, said: bool) -> Found | None:
    """Read an element string, a digital link or a typed ``(01)…`` line.

    ``said``: the scanner named a GS1 symbology, so what cannot be read is a fault. Otherwise None says that it is
    something else: a number that only begins like GS1.
    """
    faults = []
    if text.startswith(GS):
        faults.append("leading_separator")
        text = text.lstrip(GS)
    if "<GS>" in text.upper():  # a scanner set to spell the separator out: never cut by guess
        faults.append("separator_lost")
    elements = _elements(text)
    if elements is None:
        sure = said or (text[:2] == "01" and check_digit_fits(text[2:16]) and len(text) > 16)
        return Found("gs1", {}, (*faults, "not_whole")) if sure else None
    if not said and elements and _wrong_digits(elements[:1]) and len(elements) == 1:
        return None
    faults += _faults(elements, GS in text)
    return Found("gs1", _fields(elements), tuple(dict.fromkeys(faults)))


def number(digits: str, length: int) -> Found:
    """A bare GTIN of ``length`` digits, as EAN symbols hold it; it is kept with its leading zeros."""
    if len(digits) != length or not digits.isascii() or not digits.isdigit():
        return Found("gs1", {}, ("not_whole",))
    return Found("gs1", {"gtin": digits.zfill(14)}, () if check_digit_fits(digits) else ("check_digit",))


def check_digit_fits(digits: str) -> bool:
    """Whether the last digit is the GS1 check digit (modulo 10, weights 3 and 1 from the right) of those before.

    >>> check_digit_fits("09506000134352"), check_digit_fits("09506000134353")
    (True, False)
    """
    if len(digits) < 2 or not digits.isascii() or not digits.isdigit():
        return False
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits[:-1])))
    return (10 - total % 10) % 10 == int(digits[-1])


def _elements(text: str) -> list[Any] | None:
    """What biip cuts the text into, or None."""
    from biip import ParseError  # slow to load: see get_ready
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI
    from biip.gs1_messages import GS1Message

    try:
        if text.lower().startswith("http"):
            return list(GS1DigitalLinkURI.parse(text).element_strings)
        message = GS1Message.parse_hri(text) if text.startswith("(") else GS1Message.parse(text)
    except (ParseError, ValueError):
        return None
    return list(message.element_strings) or None


def _fields(elements: Iterable[Any]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for element in elements:
        name = NAMES.get(element.ai.ai, f"ai_{element.ai.ai}")
        value = str(element.value)
        if element.ai.ai == "7003" and element.datetime is not None:
            fields["expiry"] = element.datetime.date().isoformat()
            value = element.datetime.isoformat(timespec="minutes")
        elif element.date is not None and len(value) == 6:
            value = element.date.isoformat()
        fields[name] = value
    return fields


def _faults(elements: list[Any], separated: bool) -> list[str]:
    found = []
    values: dict[str, str] = {}
    for element in elements:
        name, value = element.ai.ai, str(element.value)
        if values.setdefault(name, value) != value:
            found.append("twice")
        if not separated and element.ai.separator_required and _swallowed(value):
            found.append("separator_lost")
    found += _wrong_digits(elements)
    if any(name in _NEEDS and not _NEEDS[name] & set(values) for name in values):
        found.append("incomplete")
    if any(_EXCLUDES.get(name, set()) & set(values) for name in values):
        found.append("contradiction")
    return found


def _wrong_digits(elements: Iterable[Any]) -> list[str]:
    wrong = []
    for element in elements:
        start, end = _CHECKED.get(element.ai.ai, (0, 0))
        if end and not check_digit_fits(str(element.value)[start:end]):
            wrong.append("check_digit")
    return wrong


def _swallowed(value: str) -> bool:
    """Whether a value looks as if the next one had grown onto it: never certain, so it is said and not cut."""
    return any(match[1] is None or check_digit_fits(match[1]) for match in _SWALLOWED.finditer(value))

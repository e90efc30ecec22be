"""Codes of neither GS1 nor ISBT 128: HIBC, Eurocode, Single European Code, 药品追溯码, resident ID (formats.md 3.5)."""

from __future__ import annotations

import re
from datetime import date

from .found import Found

_HIBC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_HIBC_FORM = re.compile(r"\+[A-Z][A-Z0-9]{3}[0-9A-Z\-. $/+%]{3,}")
_SEC = re.compile(r"(?:SEC:\s*)?([A-Z]{2}\d{6}[A-Z0-9]{13})\s?([ABE][A-Z0-9]{7}[A-Z0-9]{3})(\d{8})")
_TRACE = re.compile(r"8\d{19}")
_RESIDENT = re.compile(r"\d{17}[0-9Xx]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = "10X98765432"


def read(text: str) -> Found | None:
    """The first of these families that the text fits, or None."""
    if text.startswith("!"):
        return Found("eurocode", {})  # centres interpret their own: it is kept as it was read
    if _HIBC_FORM.fullmatch(text):
        return _hibc(text)
    sec = _SEC.fullmatch(text)
    if sec is not None:
        return _sec(sec)
    if _TRACE.fullmatch(text):
        return Found("trace_code", {"trace_code": text, "drug_id": text[:7]})
    if _RESIDENT.fullmatch(text) and _resident(text.upper()):
        return Found("resident_id", {"patient_id": text.upper(), "birth_date": _day(text[6:14])})
    return None


def _hibc(text: str) -> Found:
    total = sum(_HIBC.index(sign) for sign in text[:-1]) % 43
    body, _, second = text[1:-1].partition("/")
    fields = {"labeller": body[:4], "item": body[4:-1]}
    if second:
        fields["more"] = second
    return Found("hibc", fields, () if _HIBC[total] == text[-1] else ("check_character",))


def _sec(match: re.Match[str]) -> Found:
    fields = {"sec": match[1] + match[2] + match[3], "din": match[1][8:]}
    if match[3] == "00000000":
        return Found("sec", fields)
    day = _day(match[3])
    return Found("sec", fields | {"expiry": day}) if day else Found("sec", fields, ("date",))


def _resident(text: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False))
    return bool(_day(text[6:14])) and _RESIDENT_CHECK[total % 11] == text[17]


def _day(digits: str) -> str:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).isoformat()
    except ValueError:
        return ""

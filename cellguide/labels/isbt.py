"""ISBT 128 data structures, as facts of their form (formats.md 3.4): no product or facility table comes along.

The only proof of a right reading is the
check character in the flags of a donation number, where the flags are of that type.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from .found import Found

_CHECK = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_DIN = r"[A-NP-Z1-9][A-NP-Z0-9]{4}\d{8}"
_TYPE_3 = range(60, 97)  # flags 60 + value of the check character: the only ones that say the reading is right


class _Structure(NamedTuple):
    """``start``: the two data identifier characters, or more. ``content``: its whole form, of a fixed length."""

    start: str
    field: str
    content: str


# Longest start first. A donation number starts with "=" and its own first character, so it stands last.
_STRUCTURES = (
    _Structure("=<", "product_code", r"[A-Z][A-Z0-9]{7}"),
    _Structure("=>", "expiry", r"\d{6}"),
    _Structure("&>", "expiry", r"\d{10}"),
    _Structure("=*", "collected", r"\d{6}"),
    _Structure("&*", "collected", r"\d{10}"),
    _Structure("=}", "produced", r"\d{6}"),
    _Structure("&}", "produced", r"\d{10}"),
    _Structure("=%", "blood_group", r"[A-Z0-9]{4}"),
    _Structure("=,", "division", r"[A-Z0-9]{6}"),
    _Structure("=/", "product_id", r"[A-Z0-9]{16}"),
    _Structure("&,1", "lot", r"[A-Z0-9]{18}"),
    _Structure("&,4", "sec", r"[A-Z0-9]{40}"),
    _Structure("&:", "grid", r"[A-Z0-9]{19}"),
    _Structure("&/", "coi", r"CH[A-NP-Z1-9][A-Z0-9]{12}"),
    _Structure("=(", "time", r"[12]\d\d{2}\d{12}"),
    _Structure("=#", "birth_date", r"\d{10}"),
    _Structure("=$", "consignment", r"[A-NP-Z1-9][A-Z0-9]{4}\d{11}"),
    _Structure("=", "din", _DIN + r"[A-Z0-9]{2}"),
)
_PATIENT = re.compile(r"&#(\d{2})(\d{2})([A-Za-z0-9]+)")
_COMPOUND = re.compile(r"=\+(\d{2})(\d{3})(.*)", re.DOTALL)


def may_be(text: str) -> bool:
    """True where a scan starts as a data identifier does."""
    return bool(re.match(r"[=&][!-~]", text))


def read(text: str) -> Found:
    """Read one structure, several that the scanner sent together, or a compound message, which says how many follow;
    the whole length must be accounted for.

    >>> read("=G12341765432170").fields["din"]
    'G123417654321'
    """
    patient = _PATIENT.fullmatch(text)
    if patient is not None:
        whole = len(patient[3]) == int(patient[2])
        return Found("isbt128", {"patient_id": patient[3]} if whole else {}, () if whole else ("not_whole",))
    compound = _COMPOUND.fullmatch(text)
    rest, count = compound[3] if compound else text, 0
    fields: dict[str, str] = {}
    faults: list[str] = []
    while rest:
        cut = _cut(rest)
        if cut is None:
            return Found("isbt128", fields, (*dict.fromkeys(faults), "not_whole"))
        structure, content = cut
        more, wrong = _fields(structure, content)
        fields |= more
        faults += wrong
        rest, count = rest[len(structure.start) + len(content) :], count + 1
    if compound and count != int(compound[1]):
        faults.append("count")
    return Found("isbt128", fields, tuple(dict.fromkeys(faults)))


def _cut(text: str) -> tuple[_Structure, str] | None:
    for structure in _STRUCTURES:
        if text.startswith(structure.start):
            match = re.match(structure.content, text[len(structure.start) :])
            if match is not None:
                return structure, match[0]
    return None


def _fields(structure: _Structure, content: str) -> tuple[dict[str, str], list[str]]:
    if structure.field == "din":
        din, flags = content[:13], content[13:]
        typed = flags.isdigit() and int(flags) in _TYPE_3
        wrong = typed and _CHECK[int(flags) - 60] != check_character(din)
        return {"din": din, "flags": flags}, ["check_character"] if wrong else []
    if structure.field in ("expiry", "collected", "produced"):
        day = _day(content[:6])
        return ({structure.field: day}, []) if day else ({}, ["date"])
    if structure.field == "birth_date":
        day = _calendar_day(content[2:])
        return ({"birth_date": day}, []) if day else ({}, ["date"])
    if structure.field == "time":
        day = _calendar_day(content[4:12])
        name = {"01": "expiry", "02": "collected", "03": "produced"}.get(content[2:4], f"time_{content[2:4]}")
        return ({name: day}, []) if day else ({}, ["date"])
    if structure.field == "lot":
        return {"lot": content.lstrip("0")}, []  # filled with zeros from the left to its eighteen characters
    return {structure.field: content}, []


def _day(code: str) -> str:
    """The ISO day of ``cyyjjj`` (c: the century's last digit, jjj: day of the year), "" where there is none."""
    year = (2000 if code[0] == "0" else 1000 + int(code[0]) * 100) + int(code[1:3])
    start = date(year, 1, 1)
    day = start + timedelta(days=int(code[3:]) - 1)
    return day.isoformat() if day.year == year else ""


def _calendar_day(code: str) -> str:
    try:
        return date(int(code[:4]), int(code[4:6]), int(code[6:8])).isoformat()
    except ValueError:
        return ""


def check_character(number: str) -> str:
    """The printed check character K of a donation number: ISO 7064 modulo 37-2.

    >>> check_character("G123417654321"), check_character("A999921123456"), check_character("ABCDE27000069")
    ('A', '3', 'C')
    """
    total = 0
    for sign in number:
        total = (total + _CHECK.index(sign)) * 2 % 37
    return _CHECK[(38 - total) % 37]

"""What a column's heading says about it: its role and its unit, in the languages logger programs speak."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from .form import Kind

Role = Literal["stamp", "date", "time", "temperature", "humidity", "dew_point", "counter", "other"]

_UNIT_C = re.compile(r"°\s?C|º\s?C|℃|\(\*?C\)|\bcelsius|_celsius|\bdeg\.?\s?C\b|摄氏", re.IGNORECASE)
_UNIT_F = re.compile(r"°\s?F|º\s?F|℉|\(\*?F\)|\bfahrenheit|_fahrenheit|\bdeg\.?\s?F\b|华氏", re.IGNORECASE)
_UNIT_K = re.compile(r"\(K\)|\bkelvin", re.IGNORECASE)
_UNITS: tuple[tuple[str, re.Pattern[str]], ...] = (("C", _UNIT_C), ("F", _UNIT_F), ("K", _UNIT_K))
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("counter", re.compile(r"^(#|no\.?|não\.?|nr\.?|index|idx|record|sample|序号|编号|记录号)$")),
    ("dew_point", re.compile(r"dew|露点|taupunkt")),
    ("humidity", re.compile(r"humid|\brh\b|_rh\b|r\.h\.|umid|feuchte|湿度|%rh")),
    (
        "stamp",
        re.compile(r"(date|datum|日期).{0,3}(time|zeit|时间)|timestamp|date/time|datetime|记录时间|采集时间|测量时间"),
    ),
    ("temperature", re.compile(r"temp(?!o\b)|celsius|fahrenheit|温度|°\s?[cf]\b|º\s?[cf]\b|℃|℉")),
    ("date", re.compile(r"^(date|datum|fecha|data|日期)\b|^日期")),
    ("time", re.compile(r"^(time|zeit|uhrzeit|hora|heure|tempo|时间)\b|^时间")),
)


class Heading(NamedTuple):
    """A column's role and, for a temperature, its unit (None: the heading does not say)."""

    role: Role
    unit: str | None


def heading(text: str) -> Heading:
    """Read one heading.

    >>> heading("Temp, °F (LGR S/N: 10173910)"), heading("相对湿度(%RH)").role, heading("Date Time, GMT-08:00").role
    (Heading(role='temperature', unit='F'), 'humidity', 'stamp')
    """
    low = text.strip().lower()
    role: Role = next((name for name, pattern in _ROLES if pattern.search(low)), "other")
    return Heading(role, unit_of(text) if role in ("temperature", "dew_point") else None)


def unit_of(text: str) -> str | None:
    """Return C, F or K where exactly one of them is stated."""
    found = [unit for unit, pattern in _UNITS if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def kind_of(role: str) -> Kind:
    """The kind of channel that a column of this role makes."""
    kinds: dict[str, Kind] = {"temperature": "temperature", "humidity": "humidity", "dew_point": "dew_point"}
    return kinds.get(role, "other")

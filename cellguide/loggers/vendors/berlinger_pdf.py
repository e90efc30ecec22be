"""The PDF that a Fridge-tag writes beside its text file: a row for each day, and no reading (formats 1.1).

Only the printed rows are taken: lowest, highest and mean of a day, how long it lay outside and when the alarm went off.
Its graphs are pictures of nothing that could be read exactly. A Q-tag CLm doc's report has no rows and is not read.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from ...refusal import Refusal
from .. import stamps
from ..assemble import Findings
from ..form import DaySummary, DeviceLimit, Event, LoggerFile
from ..reader import Device, Extras, finish
from ..source import Answers, Source

_VENDOR = "Berlinger"
_STATE = r"(?:In progress|ok|ALARM!?)"
_LENGTH = r"(?:\d+d\b ?)?(?:\d{1,2}h\b ?)?(?:\d{1,2}min)?"
_AT = r"(?:\d{2}:\d{2}h)?"
# Rows follow each other without a break: "… 5h 12min 14:55h3 06.06.2022 +5.5°C ALARM! -7.2°C …".
_ROW = re.compile(
    r"(?P<number>\d{1,2}) (?P<day>Today|\d{2}\.\d{2}\.\d{4}) (?P<events>[t,:\d ]{0,80}?)"
    r"(?P<mean>[+-]\d{1,3}\.\d)°(?P<unit>[CF]) "
    rf"{_STATE} (?P<low>[+-]\d{{1,3}}\.\d)°[CF] (?P<below>{_LENGTH}) ?(?P<low_at>{_AT}) ?"
    rf"{_STATE} (?P<high>[+-]\d{{1,3}}\.\d)°[CF] (?P<above>{_LENGTH}) ?(?P<high_at>{_AT})"
)
_LIMIT = re.compile(r"(?P<side>Below|Above) (?P<c>[+-]\d{1,3}\.\d)°(?P<unit>[CF]) for (?P<delay>[\dhmind ]{1,12})")
_MODEL = re.compile(r"PDF document of the (?P<model>Fridge-tag® ?[\w ]{0,12}?)\s*[\r\n]")
_SERIAL = re.compile(r"Identification number: (?P<serial>\d{6,18})")
_CREATED = re.compile(r"report creation: (?P<at>\d{2}\.\d{2}\.\d{4} \d{2}:\d{2})h")
_ACTIVATED = re.compile(r"Activation date: (?P<at>\d{2}\.\d{2}\.\d{4} \d{2}:\d{2})h")


def recognises(text: str) -> bool:
    """Whether a PDF's text is a Fridge-tag's report."""
    return "PDF document of the Fridge-tag" in text


def read(source: Source, text: str, reader: tuple[str, str], answers: Answers) -> LoggerFile:
    """Take the rows. Raises Refusal ``logger.pdf_no_table``, ``logger.mixed_units``; ``logger.pdf_row_missing`` where
    their numbers do not run from one to the last: a row that cannot be read must not be missed."""
    created = _CREATED.search(text)
    rows = list(_ROW.finditer(text))
    if not rows or created is None:
        raise Refusal("logger.pdf_no_table")
    units = {row["unit"] for row in rows} | {limit["unit"] for limit in _LIMIT.finditer(text)}
    if len(units) > 1:
        raise Refusal("logger.mixed_units", units=", ".join(sorted(units)))
    unit, today = units.pop(), _day(created["at"][:10])
    numbers = [int(row["number"]) for row in rows]
    missing = next((n for n, number in enumerate(numbers, 1) if number != n), 0)
    if missing:
        raise Refusal("logger.pdf_row_missing", row=missing)
    days = tuple(sorted((_summary(row, today, unit) for row in rows), key=lambda one: one.day))
    findings = Findings()
    findings.problem("read_from_pdf", "warn", 0, str(len(days)))
    findings.problem("days_only", "warn", 0, str(len(days)))
    serial, model = _SERIAL.search(text), _MODEL.search(text)
    device = Device(
        model=model["model"].strip() if model else "Fridge-tag", serial=serial["serial"] if serial else None
    )
    extras = Extras(days, unit, _events(text), _limits(text, unit), (), "none", ())
    return finish(source, (*reader, _VENDOR), device, findings, answers, extras)


def _summary(row: re.Match[str], today: date, unit: str) -> DaySummary:
    return DaySummary(
        day=today if row["day"] == "Today" else _day(row["day"]),
        min_c=_celsius(row["low"], unit),
        max_c=_celsius(row["high"], unit),
        mean_c=_celsius(row["mean"], unit),
        low_min=_minutes(row["below"]),
        high_min=_minutes(row["above"]),
        low_alarm_at=row["low_at"].rstrip("h"),
        high_alarm_at=row["high_at"].rstrip("h"),
    )


def _day(text: str) -> date:
    """A day as ``08.06.2022``. Raises Refusal ``logger.bad_value``."""
    try:
        return date(int(text[6:10]), int(text[3:5]), int(text[:2]))
    except ValueError:
        raise Refusal("logger.bad_value", line=0, text=text[:40]) from None


def _celsius(text: str, unit: str) -> Decimal:
    value = Decimal(text)
    return value if unit == "C" else ((value - 32) * 5 / 9).quantize(Decimal("0.001"))


def _minutes(text: str) -> int | None:
    """``1d``, ``5h 12min``, ``0min`` in minutes."""
    found = {unit: int(number) for number, unit in re.findall(r"(\d+)(d|h|min)", text)}
    return found.get("d", 0) * 1440 + found.get("h", 0) * 60 + found.get("min", 0) if found else None


def _limits(text: str, unit: str) -> tuple[DeviceLimit, ...]:
    found = {limit["side"]: limit for limit in _LIMIT.finditer(text)}
    return tuple(
        DeviceLimit("low" if side == "Below" else "high", _celsius(limit["c"], unit), "cumulative",
                    _minutes(limit["delay"]))
        for side, limit in found.items()
    )  # fmt: skip


def _events(text: str) -> tuple[Event, ...]:
    """When it was activated and read out."""
    found = []
    for kind, pattern in (("start", _ACTIVATED), ("read_out", _CREATED)):
        match = pattern.search(text)
        stamp = stamps.parse(match["at"], "dmy") if match else None
        if match and stamp is not None:
            found.append(Event(stamp.wall_ms, kind, match["at"]))
    return tuple(found)

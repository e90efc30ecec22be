"""MadgeTech 2.x data file as CSV (formats 1.11, from public parser code; no genuine file seen).

Times are spreadsheet serials. The one public parser takes them for UTC and the file's ``TimeZone`` for display only;
as nobody could verify that, the zone is asked, with UTC proposed.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from ...refusal import Refusal
from ..assemble import Findings, assemble
from ..form import LoggerFile, iso
from ..grid import Spec, table_of
from ..headings import heading, kind_of
from ..reader import Device, Extras, Reader, finish
from ..rows import Row, find, rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "madgetech", "1", "MadgeTech"
_DAYS_BEFORE_1970 = 25_569
_SIZES = {"H": 3_600_000, "M": 60_000, "S": 1000}
_UNITS = {"UNITDEGREESC": "C", "UNITDEGREESF": "F", "UNITKELVIN": "K"}


def _recognises(source: Source) -> bool:
    return "%DATA MadgeTech Data File" in source.head[:100]


def _stamp(serial: str) -> str:
    """A spreadsheet serial as ISO text, to the second: six decimals of a day are 0.09 s."""
    try:
        days = Decimal(serial) - _DAYS_BEFORE_1970
    except InvalidOperation:
        return serial
    return iso(round(days * 86400) * 1000) if days.is_finite() and abs(days) < 100_000 else serial


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    start, end = find(table, "[Reading]"), find(table, "[End Reading]")
    if start is None or start + 1 >= len(table):
        raise Refusal("logger.truncated", line=table[-1].line)
    stated = {row.cell(0): row.cell(1) for row in table[:start] if len(row.cells) == 2}
    header = [cell.strip(" #") for cell in table[start + 1].cells]
    body = table[start + 2 : end]
    data = [Row(row.line, [row.cell(0), _stamp(row.cell(1)), *row.cells[2:]]) for row in body]
    findings = Findings()
    if end is None:
        findings.problem("truncated", "error", table[-1].line)
    specs = []
    named = [at for at, name in enumerate(header) if at > 1 and not re.search("Status|Annotation|Selections", name)]
    for number, at in enumerate(named):
        stated_unit = stated.get(f"Unit({number})", "")
        role = "temperature" if "TEMPERATURE" in stated.get(f"UnitType({number})", "") else heading(header[at]).role
        unit = _UNITS.get(stated_unit) if role == "temperature" else stated_unit
        specs.append(Spec(at, header[at], kind_of(role), unit))
    rate = re.match(r"R(\d{1,6})([HMS])$", stated.get("ReadingRate", ""))
    interval = int(rate[1]) * _SIZES[rate[2]] if rate else None
    assemble(table_of(data, header, (1,), specs, orders=("ymd",), interval_ms=interval), answers, findings)
    counted = stated.get("Readings", "")
    if counted.isdecimal() and int(counted) != len(data):
        findings.problem("count_differs", "warn", 0, f"{counted} ≠ {len(data)}")
    device = Device(
        model=stated.get("DeviceName"),
        serial=stated.get("SerialNumber"),
        proposed_zone="UTC",
        interval_ms=interval,
    )
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, Extras(notes=tuple(stated.items())))


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=False)

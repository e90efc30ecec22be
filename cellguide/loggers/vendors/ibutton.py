"""Maxim/Dallas iButton by OneWireViewer (formats 1.8): the header's mission start settles the date order."""

from __future__ import annotations

import re
from datetime import date

from ...refusal import Refusal
from .. import stamps
from ..assemble import Column, Findings, Table, assemble
from ..form import DeviceLimit, LoggerFile
from ..grid import interval_ms
from ..reader import Device, Extras, Reader, finish, limits_c
from ..rows import find, rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "ibutton", "1", "Maxim"
_START = re.compile(r"\w{3} (\w{3}) +(\d{1,2}) [\d:]+ (\w+) (\d{4})")


def _recognises(source: Source) -> bool:
    return source.head.startswith("1-Wire/iButton Part Number")


def _stated(text: str) -> dict[str, str]:
    head = text.split("Date/Time,", 1)[0]
    pairs = [re.match(r"([^:?]+[:?])\s+(.*)", line.strip()) for line in head.splitlines()]
    return {pair[1].rstrip(":"): pair[2].strip() for pair in pairs if pair is not None}


def _limits(stated: dict[str, str]) -> tuple[DeviceLimit, ...]:
    pairs = []
    for side, key in (("high", "High Temperature Alarm"), ("low", "Low Temperature Alarm")):
        match = re.match(r"(-?\d+(?:[.,]\d+)?) ?°?C$", stated.get(key, ""))
        if match:
            pairs.append((side, match[1]))
    return limits_c(pairs)


def _first_day(stated: dict[str, str]) -> date | None:
    match = _START.match(stated.get("Mission Start", ""))
    stamp = stamps.parse(f"{match[2]} {match[1]} {match[4]}", "dmy") if match else None
    return date.fromordinal(stamps.EPOCH_DAY + stamp.wall_ms // stamps.DAY_MS) if stamp else None


def _read(source: Source, answers: Answers) -> LoggerFile:
    stated = _stated(source.text)
    table = rows(source.text, ",")
    head = find(table, "Date/Time", "Unit", "Value")
    if head is None:
        raise Refusal("logger.truncated", line=table[-1].line)
    data = table[head + 1 :]
    units = {row.cell(1) for row in data if row.cell(1)}
    if len(units) > 1:
        raise Refusal("logger.mixed_units", units=", ".join(sorted(units))[:40])
    unit = units.pop() if units <= {"C", "F"} and units else None
    interval = interval_ms(stated.get("Sample Rate", "").replace("(s)", ""))
    findings = Findings()
    column = Column("Value", "temperature", unit, [row.cell(2) for row in data])
    times = Table(
        [row.line for row in data],
        [row.cell(0) for row in data],
        [column],
        hint=_first_day(stated),
        interval_ms=interval,
    )
    assemble(times, answers, findings)
    mission, total = stated.get("Number of Mission Samples", ""), stated.get("Total Samples", "")
    if mission.isdecimal() and int(mission) != len(data):
        findings.problem("count_differs", "warn", 0, f"{mission} ≠ {len(data)}")
    if total != mission or "HAS occurred" in stated.get("Roll Over Occurred?", ""):
        findings.problem("oldest_overwritten", "warn", 0, stated.get("Roll Over Occurred?", ""))
    start = _START.match(stated.get("Mission Start", ""))
    notes = (*stated.items(), *((("zone word", start[3]),) if start else ()))
    device = Device(
        model=stated.get("1-Wire/iButton Part Number"),
        serial=stated.get("1-Wire/iButton Registration Number"),
        interval_ms=interval,
    )
    extras = Extras(limits=_limits(stated), notes=notes)
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, extras)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=True)

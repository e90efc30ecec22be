"""Rotronic HL/HC (formats 1.9): sections ``[#I]`` to ``[#D]``, comma, or TAB in a text file that is called .xls."""

from __future__ import annotations

import re

from ...refusal import Refusal
from .. import headings
from ..assemble import Findings, assemble
from ..form import DeviceLimit, LoggerFile
from ..grid import Spec, interval_ms, table_of
from ..headings import heading, kind_of
from ..reader import Device, Extras, Reader, finish, limits_c
from ..rows import Row, rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "rotronic", "1", "Rotronic"


def _recognises(source: Source) -> bool:
    return source.head.startswith("[#I]Device Description")


def _sections(table: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    name = ""
    for row in table:
        mark = re.match(r"\[#(\w)\]", row.cell(0))
        if mark is not None:
            name = mark[1]
            found[name] = []
        elif name and any(cell.strip() for cell in row.cells):
            found[name].append(row)
    return found


def _pairs(section: list[Row]) -> dict[str, str]:
    split = [row.cell(0).partition("=") for row in section]
    return {key.strip(): value.strip() for key, sign, value in split if sign}


def _read(source: Source, answers: Answers) -> LoggerFile:
    first = source.text.split("\n", 1)[0]
    sections = _sections(rows(source.text, "\t" if "\t" in first else ","))
    if not sections.get("H") or not sections.get("D"):
        raise Refusal("logger.truncated", line=source.text.count("\n") + 1)
    header = sections["H"][0]
    stated = _pairs(sections.get("S", []))
    units: dict[str, str] = {}
    limits: tuple[DeviceLimit, ...] = ()
    for name in ("1", "2", "3", "4"):
        pairs = _pairs(sections.get(name, []))
        measured = next(iter(pairs), "")
        units[measured] = pairs.get(measured, "")
        if heading(measured).role == "temperature" and headings.unit_of(units[measured]) == "C":
            low, high = pairs.get("Low Alarm Threshold", ""), pairs.get("High Alarm Threshold", "")
            limits += limits_c((("low", low), ("high", high)))
    specs = []
    for at, name in enumerate(header.cells):
        role = heading(name).role
        if at > 1 and name.strip():
            unit = units.get(name.strip(), "")
            temperature = role in ("temperature", "dew_point")
            specs.append(Spec(at, name.strip(), kind_of(role), headings.unit_of(unit) if temperature else unit))
    interval = interval_ms(stated.get("Log Interval", ""))
    findings = Findings()
    table = table_of(sections["D"], header.cells, (0, 1), specs, interval_ms=interval)
    assemble(table, answers, findings)
    device = Device(
        model=sections["I"][0].cell(0) if sections.get("I") else None,
        serial=stated.get("Serial Number"),
        firmware=stated.get("Version"),
        interval_ms=interval,
    )
    extras = Extras(limits=limits, notes=tuple(stated.items()))
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, extras)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv", ".xls", ".txt"), _recognises, _read, genuine=True)

"""Elitech RC series by ElitechLog (formats 1.5): a workbook, whatever its name says, whose cells are all text."""

from __future__ import annotations

import re

from ...refusal import Refusal
from .. import numbers
from ..assemble import Findings, assemble
from ..form import DeviceLimit, LoggerFile
from ..grid import interval_ms, specs_of, table_of
from ..headings import heading
from ..reader import Device, Extras, Reader, finish, limits_c
from ..rows import Row
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "elitech", "1", "Elitech"
_SENTINELS = numbers.SENTINELS | {"-100", "-101", "-111", "-1001", "-1002", "-1003"}
_LIMIT = re.compile(r"([HL])\d: [^\d+-]*([+-]?\d+(?:[.,]\d+)?) ?°C")


def _is_list(sheet: list[Row]) -> bool:
    """The readings: a counter, the time, then measured columns."""
    roles = [heading(cell).role for cell in sheet[0].cells] if sheet else []
    return roles[:1] == ["counter"] and roles[1:2] in (["time"], ["stamp"]) and "temperature" in roles


def _summary(sheets: dict[str, list[Row]]) -> list[Row]:
    for sheet in sheets.values():
        if any(row.cell(0) == "S/N" for row in sheet[:20]):
            return sheet
    return []


def _recognises(source: Source) -> bool:
    return source.kind == "zip" and bool(_summary(source.sheets)) and any(map(_is_list, source.sheets.values()))


def _limits(summary: list[Row]) -> tuple[DeviceLimit, ...]:
    found = [match for row in summary if (match := _LIMIT.match(row.cell(0)))]
    return limits_c(("high" if match[1] == "H" else "low", match[2]) for match in found)


def _read(source: Source, answers: Answers) -> LoggerFile:
    summary = _summary(source.sheets)
    readings = next(sheet for sheet in source.sheets.values() if _is_list(sheet))
    if len(readings) < 2:
        raise Refusal("logger.no_rows")
    pairs = [
        (row.cell(at), row.cell(at + 1)) for row in summary for at in (0, 2, 4) if row.cell(at) and row.cell(at + 1)
    ]
    serial_row = next(at for at, row in enumerate(summary) if row.cell(0) == "S/N")
    above = summary[serial_row - 1] if serial_row else Row(0, [])
    interval = interval_ms(above.cell(3))
    findings = Findings()
    specs = specs_of(readings[0].cells, frozenset({0, 1}))
    assemble(
        table_of(readings[1:], readings[0].cells, (1,), specs, interval_ms=interval, sentinels=_SENTINELS),
        answers,
        findings,
    )
    device = Device(model=above.cell(1), serial=summary[serial_row].cell(1), interval_ms=interval)
    extras = Extras(limits=_limits(summary), reported=tuple(pairs))
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, extras)


READER = Reader(_NAME, _VERSION, _VENDOR, (".xls", ".xlsx"), _recognises, _read, genuine=True)

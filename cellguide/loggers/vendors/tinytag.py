"""Gemini Tinytag (formats 1.10): rows that name serial, type and property, then numbered rows. No unit is stated."""

from __future__ import annotations

import re

from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import Spec, table_of
from ..headings import heading, kind_of
from ..reader import Device, Extras, Reader, finish
from ..rows import Row, rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "tinytag", "1", "Gemini"
_FIRST = re.compile(r'(?:"")?,"?Time"?,"?1"?(?:,"?\d+"?)*\s*\n"?S/N"?,')


def _recognises(source: Source) -> bool:
    return _FIRST.match(source.head.replace("\r\n", "\n")) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    data = [row for row in table if row.cell(0).isdecimal()]
    stated = {row.cell(0): row for row in table if not row.cell(0).isdecimal()}
    nothing = Row(0, [])
    measured, names, serials = (stated.get(key, nothing) for key in ("Property", "Description", "S/N"))
    specs = []
    for at in range(2, len(table[0].cells)):
        role, unit = heading(measured.cell(at))
        kind = kind_of(role)
        name = f"{names.cell(at)} {measured.cell(at)}".strip() or f"column {at - 1}"
        specs.append(Spec(at, name, kind, unit if kind != "humidity" else "%", serials.cell(at)))
    findings = Findings()
    assemble(table_of(data, table[0].cells, (1,), specs), answers, findings)
    device = Device(model=stated.get("Type", nothing).cell(2), serial=serials.cell(2))
    notes = tuple((key, row.cell(2)) for key, row in stated.items() if key and row.cell(2))
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, Extras(notes=notes))


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=True)

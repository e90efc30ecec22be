"""T&D loggers (formats 1.10): three header rows, the time twice (text and spreadsheet serial)."""

from __future__ import annotations

import re

from .. import headings
from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import Spec, table_of
from ..headings import heading, kind_of
from ..reader import Device, Reader, finish
from ..rows import rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "tandd", "1", "T&D"
_FIRST = re.compile(r'"?Date/Time"?,"?Date/Time"?,"?No\.1"?')


def _recognises(source: Source) -> bool:
    return _FIRST.match(source.head) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    header, data = table[:3], table[3:]
    specs = []
    for at in range(2, len(header[0].cells)):
        numbered, name, unit = (row.cell(at) for row in [*header, header[-1], header[-1]][:3])
        if not numbered:
            continue
        measured = headings.unit_of(unit)
        role = "temperature" if measured else heading(name).role
        if role == "other" and unit.startswith("%"):
            role = "humidity"
        kind = kind_of(role)
        specs.append(Spec(at, name or numbered, kind, measured if kind == "temperature" else unit, numbered))
    findings = Findings()
    assemble(table_of(data, header[0].cells, (0,), specs), answers, findings)
    return finish(source, (_NAME, _VERSION, _VENDOR), Device(), findings, answers)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=True)

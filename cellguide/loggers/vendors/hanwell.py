"""Hanwell (formats 1.10): a free-text head, then ``HH:mm:ss dd/Mon/yyyy`` – the time stands before the date."""

from __future__ import annotations

from ...refusal import Refusal
from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import specs_of, table_of
from ..reader import Device, Extras, Reader, finish
from ..rows import rows, value_after
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "hanwell", "1", "Hanwell"


def _recognises(source: Source) -> bool:
    return "Database Valid" in source.head[:200] and "Sensor:," in source.head


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    head = next((at for at, row in enumerate(table) if row.cell(0) == "Time" and len(row.cells) > 1), None)
    if head is None:
        raise Refusal("logger.truncated", line=table[-1].line)
    stated, data = table[:head], table[head + 1 :]
    findings = Findings()
    assemble(table_of(data, table[head].cells, (0,), specs_of(table[head].cells, frozenset({0}))), answers, findings)
    counted = value_after(stated, "No. of Readings")
    if counted.isdecimal() and int(counted) != len(data):
        findings.problem("count_differs", "warn", 0, f"{counted} ≠ {len(data)}")
    device = Device(model=value_after(stated, "Sensor"), serial=value_after(stated, "Serial No"))
    notes = tuple((row.cell(0).rstrip(":"), row.cell(1)) for row in stated if row.cell(1))
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, Extras(notes=notes))


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=True)

"""Lascar EL-USB / EasyLog (formats 1.7): rows are ragged, the serial number stands in the first one only."""

from __future__ import annotations

import re

from ...refusal import Refusal
from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import specs_of, table_of
from ..headings import heading
from ..reader import Device, Reader, finish
from ..rows import rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "lascar", "1", "Lascar"
_HEADER = re.compile(r'"?[^,"\r\n]*"?, ?"?Time"?, ?"?(Celsius|Fahrenheit) ?\(')


def _recognises(source: Source) -> bool:
    return _HEADER.match(source.head) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    header, data = table[0], table[1:]
    serial_at = next((at for at, name in enumerate(header.cells) if "serial" in name.lower()), -1)
    alarms = {at for at, name in enumerate(header.cells) if "alarm" in name.lower() and heading(name).role == "other"}
    serial = data[0].cell(serial_at) if data else ""
    for row in data[1:]:
        if row.cell(serial_at) not in ("", serial):
            raise Refusal("logger.broken_table", line=row.line)
    specs = specs_of(header.cells, frozenset(alarms | {0, 1, serial_at}))
    findings = Findings()
    assemble(table_of(data, header.cells, (1,), specs), answers, findings)
    device = Device(model="EL-USB", serial=serial)
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers)


READER = Reader(_NAME, _VERSION, _VENDOR, (".txt", ".csv"), _recognises, _read, genuine=True)

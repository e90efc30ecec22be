"""CSV of the Govee Home app, and of SensorPush sensors in the same form (formats 1.12)."""

from __future__ import annotations

import re

from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import interval_ms, specs_of, table_of
from ..reader import Device, Reader, finish
from ..rows import rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "govee", "1", "Govee"
_FIRST = re.compile(
    r'"?Timestamp( for sample frequency every [^,"\r\n]*)?"?, ?"?Temperature[_ ]\(?(?:Celsius|Fahrenheit|°)'
)


def _recognises(source: Source) -> bool:
    return _FIRST.match(source.head) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    interval = interval_ms(table[0].cell(0).replace("min min", "min"))
    findings = Findings()
    specs = specs_of(table[0].cells, frozenset({0}))
    assemble(table_of(table[1:], table[0].cells, (0,), specs, interval_ms=interval), answers, findings)
    return finish(source, (_NAME, _VERSION, _VENDOR), Device(interval_ms=interval), findings, answers)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=True)

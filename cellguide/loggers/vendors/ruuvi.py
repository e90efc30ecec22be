"""RuuviTag history as CSV (formats 1.12): stamps carry their offset, the interval is irregular.

The columns ``movement counter`` and ``measurement sequence number`` are those of Ruuvi's data format 5, whose
temperature is in °C by protocol; a heading with another unit stands above that.
"""

from __future__ import annotations

import re

from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import specs_of, table_of
from ..reader import Device, Reader, finish
from ..rows import rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "ruuvi", "1", "Ruuvi"
_FIRST = re.compile(r"[^\r\n]*measurement sequence number", re.IGNORECASE)


def _recognises(source: Source) -> bool:
    return _FIRST.match(source.head) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    specs = specs_of(table[0].cells, frozenset({0}))
    stated = [spec._replace(unit=spec.unit or "C") if spec.kind == "temperature" else spec for spec in specs]
    findings = Findings()
    assemble(table_of(table[1:], table[0].cells, (0,), stated), answers, findings)
    return finish(source, (_NAME, _VERSION, _VENDOR), Device(), findings, answers)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=True)

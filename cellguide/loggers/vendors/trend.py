"""Trend building management (formats 1.10): one value column under a long heading that ends in its unit."""

from __future__ import annotations

import re

from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import specs_of, table_of
from ..reader import Device, Reader, finish
from ..rows import rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "trend", "1", "Trend"
_FIRST = re.compile(r'"?Timestamp"?,[^\r\n]*\[(?:Synchronized@\d+|S\d+V)\]')


def _recognises(source: Source) -> bool:
    return _FIRST.match(source.head) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    findings = Findings()
    assemble(table_of(table[1:], table[0].cells, (0,), specs_of(table[0].cells, frozenset({0}))), answers, findings)
    return finish(source, (_NAME, _VERSION, _VENDOR), Device(), findings, answers)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=True)

"""Testo CSV exports: Smart/Saveris and the older ``Datum/Zeit;1:°C`` form (formats 1.6; no genuine file seen)."""

from __future__ import annotations

import re

from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import specs_of, table_of
from ..reader import Device, Reader, finish
from ..rows import rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "testo_csv", "1", "Testo"
_FIRST = re.compile(
    r'"?[^;"\r\n]*(?:Datum|Date|Time|Zeit)[^;"\r\n]*"?;(?:[^\r\n]*;)?"?(?:\d+: ?(?:°[CF]|%)|[^;"\r\n]+: Temperatur)',
    re.IGNORECASE,
)


def _recognises(source: Source) -> bool:
    return _FIRST.match(source.head) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ";")
    names: dict[str, int] = {}
    header = []
    for cell in table[0].cells:
        name = cell.strip()
        names[name] = names.get(name, 0) + 1
        header.append(name if names[name] == 1 or not name else f"{name} ({names[name]})")
    findings = Findings()
    assemble(table_of(table[1:], header, (0,), specs_of(header, frozenset({0}))), answers, findings)
    return finish(source, (_NAME, _VERSION, _VENDOR), Device(), findings, answers)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=False)

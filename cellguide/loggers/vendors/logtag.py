"""LogTag USB models (UTRID-16, TRED30-16U, VaxTag+): the stick's CSV (formats 1.3; no genuine file seen)."""

from __future__ import annotations

import re

from .. import headings
from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import Spec, interval_ms, table_of
from ..reader import Device, Extras, Reader, finish, limits_c
from ..rows import Row, rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "logtag", "1", "LogTag"
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\s+to\s+(-?\d+(?:\.\d+)?)\s*(.*)")


def _recognises(source: Source) -> bool:
    return "Serial #," in source.head and ("Reading interval," in source.head or "Non alert range," in source.head)


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    stated = {row.cell(0): row.cell(1) for row in table if len(row.cells) == 2}
    long = [row for row in table if len(row.cells) > 3]
    header, data = (long[0], long[1:]) if long else (Row(0, []), [])
    allowed = _RANGE.search(stated.get("Non alert range", ""))
    unit = headings.unit_of(header.cell(3)) or (headings.unit_of(allowed[3]) if allowed else None)
    interval = interval_ms(stated.get("Reading interval", ""))
    findings = Findings()
    spec = Spec(3, header.cell(3) or "Temperature", "temperature", unit)
    assemble(table_of(data, header.cells, (1, 2), [spec], interval_ms=interval), answers, findings)
    limits = limits_c((("low", allowed[1]), ("high", allowed[2]))) if allowed and unit == "C" else ()
    device = Device(model=stated.get("Model"), serial=stated.get("Serial #"), interval_ms=interval)
    extras = Extras(limits=limits, notes=tuple(stated.items()))
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, extras)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=False)

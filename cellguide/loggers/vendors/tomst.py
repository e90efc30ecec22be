"""TOMST TMS loggers (formats 1.12): no header, UTC, three probes in °C; -200 means that a probe is not there."""

from __future__ import annotations

import re
from dataclasses import replace

from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import Spec, table_of
from ..reader import Device, Reader, finish
from ..rows import rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "tomst", "1", "TOMST"
_ROW = re.compile(r"\d+;\d{4}\.\d{2}\.\d{2} \d{2}:\d{2}(:\d{2})?;-?\d+;(-?\d+([.,]\d+)?;){3}")


def _recognises(source: Source) -> bool:
    return _ROW.match(source.head) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ";")
    temperatures = [Spec(at, f"T{at - 2}", "temperature", "C") for at in (3, 4, 5)]
    there = [spec for spec in temperatures if any(row.cell(spec.at) not in ("-200", "") for row in table)]
    moisture = Spec(6, "moisture", "other", "")
    findings = Findings()
    specs = [*(there or temperatures[:1]), moisture]
    assemble(table_of(table, (), (1,), specs, orders=("ymd",)), replace(answers, zone="UTC"), findings)
    for spec in temperatures:
        if spec not in there:
            findings.problem("no_sensor", "info", 0, spec.name)
    return finish(source, (_NAME, _VERSION, _VENDOR), Device(zone="UTC"), findings, answers)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=False)

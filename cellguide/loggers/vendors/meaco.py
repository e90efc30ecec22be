"""Meaco (formats 1.10): one file may hold several transmitters, each its own channels. No unit is stated."""

from __future__ import annotations

import re

from ..assemble import Findings, assemble
from ..form import LoggerFile
from ..grid import Spec, specs_of, table_of
from ..reader import Device, Extras, Reader, finish
from ..rows import Row, rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "meaco", "1", "Meaco"
_RADIO = re.compile(r'"?RECEIVER"?,"?TRANSMITTER"?,"?DATE"?,"?TEMPERATURE"?', re.IGNORECASE)
_TITLED = re.compile(r'[^\r\n]*\r?\n"?Timestamp"?,"? Temperature"?')


def _recognises(source: Source) -> bool:
    return _RADIO.match(source.head) is not None or _TITLED.match(source.head) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    table = rows(source.text, ",")
    findings = Findings()
    if _RADIO.match(source.head) is None:
        data = table[2:]
        assemble(table_of(data, table[1].cells, (0,), specs_of(table[1].cells, frozenset({0}))), answers, findings)
        notes = (("title", table[0].cell(0)),)
        return finish(source, (_NAME, _VERSION, _VENDOR), Device(), findings, answers, Extras(notes=notes))
    by_transmitter: dict[str, list[Row]] = {}
    for row in table[1:]:
        by_transmitter.setdefault(row.cell(1), []).append(row)
    several = len(by_transmitter) > 1
    for transmitter, data in (
        by_transmitter.items() if several else [(table[1].cell(1), table[1:])] if table[1:] else []
    ):
        specs = [
            Spec(spec.at, f"{transmitter} {spec.name}" if several else spec.name, spec.kind, spec.unit, transmitter)
            for spec in specs_of(table[0].cells, frozenset({0, 1, 2}))
        ]
        assemble(table_of(data, table[0].cells, (2,), specs), answers, findings)
    if not by_transmitter:
        assemble(table_of([], (), (2,), []), answers, findings)
    serial = None if several else next(iter(by_transmitter))
    return finish(source, (_NAME, _VERSION, _VENDOR), Device(serial=serial), findings, answers)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv",), _recognises, _read, genuine=False)

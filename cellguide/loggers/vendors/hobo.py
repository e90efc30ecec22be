"""Onset HOBO in its dialects: HOBOware with comma, semicolon or TAB, and HOBOmobile/HOBOconnect (formats 1.4).

The header tells unit, zone and serial. A row on which only an event column says ``Logged`` is an event, no reading.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...refusal import Refusal
from .. import stamps
from ..assemble import Findings, assemble
from ..form import Event, LoggerFile
from ..grid import specs_of, table_of
from ..headings import heading
from ..instants import zone_name
from ..reader import Device, Extras, Reader, finish
from ..rows import Row, rows
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "hobo", "1", "Onset"
_HEADER = re.compile(r'^(?:"?#"?[,;\t])?"?(?:Date Time|Time, GMT|Date"?[,;\t]"?Time)', re.MULTILINE)
_FIRST = re.compile(r'^"?Plot Title:|^"?Serial Number: ?\d+ --|LGR S/N: ?\d+')
_EVENT = re.compile(
    r"Coupler|Host Connect|Stopped|End Of File|EOF|Button|(Bad|Good) Battery|Batt(ery)? Low|Started|Water Detect",
    re.IGNORECASE,
)


def _recognises(source: Source) -> bool:
    return _FIRST.search(source.head) is not None and _HEADER.search(source.head) is not None


def _separator(line: str) -> str:
    bare = re.sub(r'"[^"]*"', "", line)
    return "\t" if "\t" in bare else (";" if ";" in bare else ",")


def _stamp_columns(header: Row) -> tuple[int, ...]:
    roles = [heading(text).role for text in header.cells]
    if "stamp" in roles:
        return (roles.index("stamp"),)
    if "date" in roles and "time" in roles:
        return (roles.index("date"), roles.index("time"))
    if "time" in roles:
        return (roles.index("time"),)
    raise Refusal("logger.no_rows")


def _read(source: Source, answers: Answers) -> LoggerFile:
    text = source.text
    place = _HEADER.search(text)
    assert place is not None
    head_line = text[: place.start()].count("\n") + 1
    header_text = text[place.start() :].split("\n", 1)[0]
    table = rows(text, _separator(header_text))
    header = next((row for row in table if row.line == head_line), None)
    if header is None:
        raise Refusal("logger.broken_table", line=head_line)
    body = [row for row in table if row.line > head_line]
    stamp = _stamp_columns(header)
    event_columns = [at for at, name in enumerate(header.cells) if _EVENT.search(name) and at not in stamp]
    specs = specs_of(header.cells, frozenset(event_columns) | frozenset(stamp))
    data: list[Row] = []
    events: list[tuple[Row, str]] = []
    findings = Findings()
    for row in body:
        noted = [header.cells[at] for at in event_columns if row.cell(at)]
        if any(row.cell(spec.at) for spec in specs) or not noted:
            data.append(row)
        events.extend((row, name) for name in noted)
    offset = re.search(r"GMT ?([+-]\d{2}:?\d{2})", header_text)
    zone = zone_name(offset[1]) if offset else None
    order = assemble(table_of(data, header.cells, stamp, specs), replace(answers, zone=zone or answers.zone), findings)
    serial = re.search(r"LGR S/N: ?(\d+)|Serial Number: ?(\d+)", text[: place.start() + len(header_text)])
    title = re.match(r'"?Plot Title: ?([^"\r\n]*)', text)
    device = Device(
        serial=next(filter(None, serial.groups())) if serial else None,
        zone=zone,
    )
    noted_events = []
    for row, name in events:
        at = None if order is None else stamps.parse(" ".join(row.cell(index) for index in stamp), order)
        noted_events.append(Event(at.wall_ms if at else None, "device", name.split(" (")[0].strip()))
    extras = Extras(events=tuple(noted_events), notes=(("Plot Title", title[1]),) if title and title[1] else ())
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, extras)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv", ".txt"), _recognises, _read, genuine=True)

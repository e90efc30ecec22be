"""From split rows and a header to a table of columns, for formats whose headings say what a column is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from . import numbers
from .assemble import Column, Table
from .form import Kind
from .headings import heading, kind_of
from .rows import Row

_SENSOR = re.compile(r"S(?:EN|ensor) S/N:\s*([\w-]+)")


class Spec(NamedTuple):
    """Which cell of a row is which column."""

    at: int
    name: str
    kind: Kind
    unit: str | None
    sensor: str = ""


def specs_of(header: Sequence[str], skip: frozenset[int] = frozenset()) -> list[Spec]:
    """Return the measured columns that a header names: everything that is neither time nor counter.

    >>> specs_of(["No.", "Tempo", "Temperatura°C", "Umidade%RH"])[0]
    Spec(at=2, name='Temperatura°C', kind='temperature', unit='C', sensor='')
    """
    found = []
    for index, text in enumerate(header):
        role, unit = heading(text)
        if index in skip or role in ("stamp", "date", "time", "counter") or not text.strip():
            continue
        sensor = _SENSOR.search(text)
        kind = kind_of(role)
        unit = unit if kind in ("temperature", "dew_point") else ("%" if kind == "humidity" else "")
        found.append(Spec(index, text.strip(), kind, unit, sensor[1] if sensor else ""))
    return found


def stamp_of(row: Row, places: Sequence[int], header: Sequence[str]) -> str:
    """A row's stamp, from one cell or from date and time cells; empty for a row that holds more than its heading names.

    Such a row has been split where it should not have been (a decimal comma): its values are not to be trusted.
    """
    if header and any(cell.strip() for cell in row.cells[len(header) :]):
        return ""
    return " ".join(row.cell(at) for at in places)


def table_of(
    data: Sequence[Row],
    header: Sequence[str],
    stamp: tuple[int, ...],
    specs: Sequence[Spec],
    *,
    hint: date | None = None,
    orders: tuple[str, ...] = (),
    interval_ms: int | None = None,
    sentinels: frozenset[str] = numbers.SENTINELS,
) -> Table:
    """Take the stamps and the measured cells out of data rows; ``header``: the heading's cells, empty without one."""
    return Table(
        lines=[row.line for row in data],
        stamps=[stamp_of(row, stamp, header) for row in data],
        columns=[Column(s.name, s.kind, s.unit, [row.cell(s.at) for row in data], s.sensor) for s in specs],
        hint=hint,
        orders=orders,
        interval_ms=interval_ms,
        sentinels=sentinels,
    )


def interval_ms(text: str) -> int | None:
    """Read an interval as programs write it: ``5 minutes``, ``10m``, ``00:30:00``, ``Every 60 minute(s)``.

    >>> interval_ms("5 minutes"), interval_ms("00:30:00"), interval_ms("1h"), interval_ms("soon")
    (300000, 1800000, 3600000, None)
    """
    clock = re.search(r"(\d{1,3}):(\d{2}):(\d{2})", text)
    if clock is not None:
        whole = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
        return whole * 1000 or None
    pairs = re.findall(r"(\d{1,6})\s*(h|m|s|时|分|秒)", text.lower())
    size = {"h": 3600, "时": 3600, "m": 60, "分": 60, "s": 1, "秒": 1}
    return sum(int(number) * size[unit] for number, unit in pairs) * 1000 or None

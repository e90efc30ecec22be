"""From rows of text to channels: the same few decisions for every vendor, each made for a whole column at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import numpy as np

from ..refusal import Refusal
from . import analyse, instants, numbers, stamps
from .form import FAULT, NO_VALUE, OK, Channel, Kind, Option, Problem, Question, ints, iso
from .source import Answers

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One measured column as text. ``unit``: C, F, K or another word; None when a temperature's unit is not stated."""

    name: str
    kind: Kind
    unit: str | None
    cells: Sequence[str]
    sensor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text: their line numbers, their stamps, and the measured columns side by side."""

    lines: Sequence[int]
    stamps: Sequence[str]
    columns: Sequence[Column]
    marks: bytes = b""
    orders: tuple[str, ...] = ()
    hint: date | None = None
    interval_ms: int | None = None
    sentinels: frozenset[str] = numbers.SENTINELS


@dataclass(slots=True)
class Findings:
    """What is gathered while a file is read: channels, open questions, problems."""

    channels: list[Channel] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, code: str, severity: str, line: int = 0, text: str = "") -> None:
        """Note a problem; the file's own words are cut at 120 characters."""
        assert severity in ("info", "warn", "error")
        self.problems.append(Problem(code, severity, line, text[:120]))  # type: ignore[arg-type]

    def ask(self, question: Question) -> None:
        """Note a question once."""
        if question not in self.questions:
            self.questions.append(question)


@dataclass(frozen=True, slots=True)
class Readings:
    """Numbers of one column before they are judged; ``wall_ms`` is None while the date order is open."""

    wall_ms: analyse.Longs | None
    offsets_min: analyse.Longs | None
    scaled: analyse.Longs
    scale: int
    quality: analyse.Flags
    lines: Sequence[int]
    marks: bytes = b""


def assemble(table: Table, answers: Answers, findings: Findings) -> str | None:
    """Read a table of text into ``findings``; return the date order, None while it is an open question.

    Raises Refusal ``logger.no_rows``, ``logger.too_many_bad_rows``, ``logger.mixed_decimal``.
    """
    if not table.stamps:
        raise Refusal("logger.no_rows")
    order = _order(table, answers, findings)
    read = [stamps.parse(text, order or "ymd") for text in table.stamps]
    if order is None:
        keep = [index for index, text in enumerate(table.stamps) if stamps.take_apart(text) is not None]
    else:
        keep = [index for index, stamp in enumerate(read) if stamp is not None]
    refuse_bad(len(read) - len(keep), len(read), table.lines, set(keep))
    for index in sorted(set(range(len(read))) - set(keep)):
        findings.problem("bad_row", "error", table.lines[index], table.stamps[index])
    lines = [table.lines[index] for index in keep]
    marks = bytes(table.marks[index] for index in keep) if table.marks else b""
    there = [stamp for stamp in (read[index] for index in keep) if stamp is not None]
    wall = None if order is None else np.array([stamp.wall_ms for stamp in there], dtype=np.int64)
    offsets = _offsets(there, findings) if order is not None else None
    for column in table.columns:
        cells = [column.cells[index] for index in keep]
        found = _numbers(column, cells, table.sentinels, answers)
        if found is None:
            findings.problem("column_left_out", "info", 0, column.name)
            continue
        if column.kind == "temperature":
            refuse_bad(len(found.bad), len(cells), lines, set(range(len(cells))) - set(found.bad))
        for index in found.bad:
            findings.problem("bad_value", "error", lines[index], cells[index])
        for index in found.faults[:MOST_LISTED]:
            findings.problem("sentinel_value", "warn", lines[index], cells[index])
        if found.rounded:
            findings.problem("decimals_rounded", "info", 0, column.name)
        quality = np.frombuffer(bytes(found.quality), dtype=np.uint8).copy()
        scaled = np.array(found.scaled, dtype=np.int64)
        unit = _unit(column, found) if column.kind == "temperature" else column.unit
        readings = Readings(wall, offsets, scaled, found.scale, quality, lines, marks)
        add_channel(readings, column, unit, table.interval_ms, answers, findings)
    return order


def _numbers(column: Column, cells: list[str], sentinels: frozenset[str], answers: Answers) -> numbers.Numbers | None:
    """Read a column; one that is no temperature and no column of numbers either is left out (None)."""
    if column.kind == "temperature":
        return numbers.read_column(cells, sentinels, answers.decimal)
    try:
        found = numbers.read_column(cells, sentinels)
    except Refusal:
        return None
    return None if len(found.bad) * 20 > len(cells) or OK not in found.quality else found


def _unit(column: Column, found: numbers.Numbers) -> str | None:
    """The unit of the heading, or of the cells; where they name more than one, nobody can tell which is meant."""
    units = set(found.units) | ({column.unit} if column.unit is not None else set())
    if len(units) > 1:
        raise Refusal("logger.mixed_units", units=", ".join(sorted(units)))
    return next(iter(units), None)


def refuse_bad(bad: int, rows: int, lines: Sequence[int], good: set[int]) -> None:
    """Raise Refusal ``logger.too_many_bad_rows`` when more than 1 row and more than 5 % of them cannot be read."""
    if bad == rows or (bad > 1 and bad * 20 > rows):
        first = next(index for index in range(rows) if index not in good)
        raise Refusal("logger.too_many_bad_rows", bad=bad, rows=rows, line=lines[first])


def _order(table: Table, answers: Answers, findings: Findings) -> str | None:
    possible = table.orders or stamps.orders(table.stamps, table.hint)
    if not possible:
        rows = len(table.stamps)
        raise Refusal("logger.too_many_bad_rows", bad=rows, rows=rows, line=table.lines[0])
    if len(possible) == 1:
        return possible[0]
    if answers.date_order is not None:
        if answers.date_order not in possible:
            allowed = ", ".join(possible)
            raise Refusal("logger.answer_unknown", question="date_order", answer=answers.date_order, allowed=allowed)
        return answers.date_order
    options = []
    for order in possible:
        read = [stamp for text in table.stamps if (stamp := stamps.parse(text, order)) is not None]
        options.append(Option(order, iso(read[0].wall_ms), iso(read[-1].wall_ms)))
    findings.ask(Question("date_order", tuple(options)))
    return None


def _offsets(there: Sequence[stamps.Stamp], findings: Findings) -> analyse.Longs | None:
    without = sum(stamp.offset_min is None for stamp in there)
    if without:
        if without < len(there):
            findings.problem("offset_missing", "error", 0, f"{without}/{len(there)}")
        return None
    return np.array([stamp.offset_min for stamp in there], dtype=np.int64)


def add_channel(
    readings: Readings, column: Column, unit: str | None, interval_ms: int | None, answers: Answers, findings: Findings
) -> None:
    """Judge one column's readings and add them as a channel, a temperature in °C, with what was found."""
    temperature = column.kind in ("temperature", "dew_point")
    if temperature and unit is None:
        unit = answers.unit
        if unit is None and column.kind == "temperature":
            findings.ask(Question("unit", (Option("C"), Option("F"), Option("K")), channel=column.name))
    elif column.kind == "temperature" and answers.unit not in (None, unit):
        findings.problem("unit_in_file", "warn", 0, f"{column.name}: {unit}")
    values, quality, scale = _celsius_or_none(readings, unit if temperature else None, column.name, findings)
    wall, offsets, original, marks = readings.wall_ms, readings.offsets_min, readings.scaled, readings.marks
    lines = readings.lines
    judged = analyse.Spacing(None, True, [], [], [])
    if wall is not None:
        if _runs_backwards(wall):
            wall, values, quality, original = wall[::-1], values[::-1], quality[::-1], original[::-1]
            offsets = None if offsets is None else offsets[::-1]
            marks, lines = marks[::-1], lines[::-1]
            findings.problem("newest_first", "info", 0, column.name)
        declared = int(answers.interval) * 1000 if interval_ms is None and answers.interval else interval_ms
        judged = analyse.spacing(wall, offsets, declared)
        if judged.fold and answers.zone is not None:
            zone, stamps_ms = answers.zone, wall
            twice = [row for row in judged.fold if instants.hour_repeats(zone, int(stamps_ms[row]))]
            judged = judged._replace(fold=twice)
        quality = quality.copy()
        equal = analyse.flag_equal_stamps(wall, offsets, judged.fold, values, quality)
        if column.kind == "temperature":
            _report_times(judged, equal, wall, lines, answers, findings)
    low, high = analyse.extremes(values)
    counts = np.bincount(quality, minlength=5).tolist()
    findings.channels.append(
        Channel(
            name=column.name,
            kind=column.kind,
            unit=unit,
            scale=scale,
            stamps_ms=ints(b"" if wall is None else np.ascontiguousarray(wall).tobytes()),
            values=ints(values.tobytes()),
            quality=quality.tobytes(),
            original_scale=readings.scale,
            original=ints(np.ascontiguousarray(original).tobytes()),
            sensor=column.sensor,
            marks=marks,
            offsets_min=None if offsets is None else ints(np.ascontiguousarray(offsets).tobytes()),
            interval_s=analyse.seconds(judged.usual_ms),
            gaps=tuple(judged.gaps),
            regular=judged.regular,
            counts=(counts[0], counts[1], counts[2], counts[3], counts[4]),
            lowest=low,
            highest=high,
        )
    )


def _celsius_or_none(
    readings: Readings, unit: str | None, name: str, findings: Findings
) -> tuple[analyse.Longs, analyse.Flags, int]:
    """Values, a temperature's in °C, their quality and scale; what is no temperature, or fits no column, is a fault."""
    values, scale = readings.scaled, readings.scale
    if unit in ("F", "K"):
        values, scale = celsius(values, scale, unit)
    if unit is not None and len(values) and _possible(int(values.min()), int(values.max()), scale):
        return values, readings.quality, scale
    impossible = np.abs(values) > -NO_VALUE
    if unit is not None:
        cold = (values != NO_VALUE) & (values * 100 < -27315 * 10**scale)
        for row in np.flatnonzero(cold)[:MOST_LISTED].tolist():
            findings.problem("below_absolute_zero", "warn", readings.lines[row], name)
        impossible |= cold
    if not impossible.any():
        return values, readings.quality, scale
    quality = np.where(impossible, FAULT, readings.quality).astype(np.uint8)
    return np.where(impossible, NO_VALUE, values), quality, scale


def _possible(lowest: int, highest: int, scale: int) -> bool:
    """Whether a whole column lies where temperatures are; then no reading needs to be looked at by itself."""
    return highest <= -NO_VALUE and lowest > NO_VALUE and lowest * 100 >= -27315 * 10**scale


def _runs_backwards(wall: analyse.Longs) -> bool:
    """True for a file that lists its newest reading first; a single step the other way (a repeated hour) may occur."""
    if len(wall) < 2 or wall[0] <= wall[-1]:
        return False
    steps = np.diff(wall)
    return bool((steps < 0).sum() > 9 * (steps > 0).sum())


def _report_times(
    judged: analyse.Spacing,
    equal: int,
    wall: analyse.Longs,
    lines: Sequence[int],
    answers: Answers,
    findings: Findings,
) -> None:
    """Say in words what the stamps show: an hour that repeats, a clock set back, stamps that occur twice, holes."""
    for row in judged.fold[:MOST_LISTED]:
        findings.problem("repeated_hour", "warn", lines[row], iso(int(wall[row])))
    if judged.fold and answers.zone is None:
        findings.ask(Question("fold"))
    for row in [row for row in judged.back if row not in set(judged.fold)][:MOST_LISTED]:
        findings.problem(
            "clock_stepped_back", "error", lines[row], f"{iso(int(wall[row - 1]))} → {iso(int(wall[row]))}"
        )
    if equal:
        findings.problem("equal_stamps", "warn", 0, str(equal))
    for gap in judged.gaps[:MOST_LISTED]:
        findings.problem("gap", "warn", 0, f"{iso(gap.from_ms)} → {iso(gap.to_ms)}")
    if not judged.regular and len(wall) > 3:
        findings.ask(Question("interval"))


def celsius(scaled: analyse.Longs, scale: int, unit: str) -> tuple[analyse.Longs, int]:
    """Turn scaled °F or K into scaled °C, exactly for K, else with two more decimals, rounded half to even.

    Two more decimals keep neighbours apart and never move a value across a limit of one decimal.

    >>> celsius(np.array([464, -400]), 1, "F")[0].tolist()
    [8000, -40000]
    """
    there = scaled != NO_VALUE
    if unit == "K":
        finer = max(scale, 2)
        shifted = scaled * 10 ** (finer - scale) - 27315 * 10 ** (finer - 2)
        return np.where(there, shifted, NO_VALUE), finer
    finer = min(scale + 2, numbers.MOST_DECIMALS)
    distinct, back = np.unique(scaled[there], return_inverse=True)
    factor = Fraction(5 * 10 ** (finer - scale), 9)
    exact = [round((value - 32 * 10**scale) * factor) for value in distinct.tolist()]
    values = np.full(len(scaled), NO_VALUE, dtype=np.int64)
    values[there] = np.array(exact, dtype=np.int64)[back]
    return values, finer

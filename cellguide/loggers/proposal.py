"""What an unknown table seems to be, and what it leaves open (formats 2.2.4 to 2.2.6).

Separators are scored by the rows they make, columns by their values first and their headings second.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ..refusal import Refusal
from . import numbers, stamps
from .description import ColumnRole, SourceDescription, fingerprint
from .form import Option, Question
from .headings import heading
from .rows import Row, rows
from .source import NO_ANSWERS, Answers, Source

SEPARATORS = (",", ";", "\t", "|")
_HEAD_BYTES = 64 * 1024
FIRST_ROWS = 400
_NOT_MEASURED = ("stamp", "date", "time", "counter")
_TIME = re.compile(r"(上午|下午)?\s?\d{1,2}[:时]\d{2}([:分]\d{2}([.,]\d+)?)?秒?( ?[AaPp]\.?[Mm]\.?|\s?上午|\s?下午)?$")
_NUMBER = re.compile(r"[+\-−]?\d{1,9}([.,]\d{1,12})?\s*(°?\s*[CFK]|℃|℉|%( ?RH)?)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file seems to be: a description with its open places None, the questions, and the first rows as read."""

    description: SourceDescription
    questions: tuple[Question, ...]
    header: tuple[str, ...]
    first_rows: tuple[Row, ...]


def _cell_kind(text: str) -> str:
    """What one cell could be: stamp, date, time, number, empty or text."""
    text = text.strip()
    if not text:
        return "empty"
    if _NUMBER.match(text):
        return "number"
    if _TIME.match(text):
        return "time"
    if stamps.take_apart(text) is not None:
        return "stamp" if ":" in text or "时" in text else "date"
    return "text"


def _is_data(row: Row) -> bool:
    kinds = [_cell_kind(cell) for cell in row.cells]
    return ("stamp" in kinds or ("date" in kinds and "time" in kinds)) and "number" in kinds


def head_rows(source: Source, encoding: str | None) -> tuple[str, str, list[Row]]:
    """Separator, sheet and first rows of the most table-like reading of a file. Raises Refusal ``logger.unknown``."""
    candidates: list[tuple[int, str, str, list[Row]]] = []
    if source.kind == "zip":
        for name, sheet in source.sheets.items():
            candidates.append((sum(map(_is_data, sheet[:FIRST_ROWS])), "sheet", name, sheet))
    elif source.kind == "text":
        head = head_text(source, encoding)
        for separator in SEPARATORS:
            if separator in head:
                try:
                    found = rows(head, separator)[:FIRST_ROWS]
                except Refusal:
                    continue
                candidates.append((sum(map(_is_data, found)), separator, "", found))
    best = max(candidates, key=lambda candidate: candidate[0], default=None)
    if best is None or best[0] < 1:
        raise Refusal("logger.unknown", name=source.name)
    return best[1], best[2], best[3]


def head_text(source: Source, encoding: str | None) -> str:
    """The first 64 kB in whole lines, so that a large file is not decoded to look at its start."""
    data = source.untrusted_data
    if encoding is None and data[:_HEAD_BYTES].isascii() and 0 not in data[:_HEAD_BYTES]:
        text = data[:_HEAD_BYTES].decode("ascii")
    elif encoding is None and source.asked_encoding is None and source.encoding == "utf-8-sig":
        text = data[:_HEAD_BYTES].decode("utf-8", "ignore").removeprefix("\ufeff")
    else:
        text = source.text[:_HEAD_BYTES]
    return text if len(data) <= _HEAD_BYTES else text[: text.rfind("\n") + 1] or text


def propose(source: Source, answers: Answers = NO_ANSWERS) -> Proposal:
    """Look at a file and say what it seems to be. Raises Refusal ``logger.unknown`` when it is no table of readings."""
    separator, sheet, found = head_rows(source, answers.encoding)
    first = _first_row(found)
    header, header_rows = _header(found[:first], len(found[first].cells))
    data = [row for row in found[first:] if _is_data(row)]
    columns = _columns(header, data, source.name)
    questions: list[Question] = []
    split = separator == "," and _decimals_split(header, data, columns)
    if split and answers.decimal is None:
        questions.append(Question("decimal", (Option(","), Option("."))))
    elif split and answers.decimal == ",":
        columns = _columns(header, joined(columns, header, data), source.name)
    if not any(column.role == "temperature" for column in columns):
        columns, question = _choose(columns, answers)
        questions.extend(question)
    described = SourceDescription(
        fingerprint=fingerprint(header, widest(found)),
        encoding=answers.encoding or (source.encoding if source.kind == "text" else None),
        separator=separator,
        header_rows=header_rows,
        columns=tuple(columns),
        sheet=sheet,
        decimal=answers.decimal,
        date_order=answers.date_order,
        zone=answers.zone,
        interval=answers.interval,
        channel=answers.channel,
        no_value=tuple(sorted(numbers.SENTINELS)),
    )
    return Proposal(described, tuple(questions), tuple(header), tuple(islice(found, 12)))


def widest(found: Sequence[Row]) -> int:
    """The width of a table without a heading: its widest row near the start."""
    return max((len(row.cells) for row in found[:FIRST_ROWS]), default=0)


def _first_row(found: Sequence[Row]) -> int:
    """The first row of readings: also one whose value is no number, as long as its time stands in the same column."""
    first = next(at for at, row in enumerate(found) if _is_data(row))
    times = [at for at, cell in enumerate(found[first].cells) if _cell_kind(cell) in ("stamp", "date", "time")]
    while first and all(_cell_kind(found[first - 1].cell(at)) in ("stamp", "date", "time") for at in times):
        first -= 1
    return first


def _header(before: Sequence[Row], width: int) -> tuple[list[str], int]:
    """The heading and how many rows it takes: the last row with a word for time, and rows below it (units) joined.

    Without such a word, the row right above the readings is one when it names every column.
    """
    start = None
    for at in range(len(before) - 1, max(len(before) - 4, -1), -1):
        roles = {heading(cell).role for cell in before[at].cells}
        if roles & {"stamp", "date", "time"} and len([cell for cell in before[at].cells if cell.strip()]) > 1:
            start = at
            break
    if start is None and before and [_cell_kind(cell) for cell in before[-1].cells] == ["text"] * width:
        start = len(before) - 1
    if start is None:
        return [], 0
    return joined_heading(before[start:]), len(before) - start


def joined_heading(part: Sequence[Row]) -> list[str]:
    """The names of the columns, each from top to bottom of the heading's rows."""
    width = max(len(row.cells) for row in part)
    return [" ".join(filter(None, (row.cell(at) for row in part))) for at in range(width)]


def _columns(header: Sequence[str], data: Sequence[Row], name_of_file: str) -> list[ColumnRole]:
    """Roles by value first, by heading second: what does not parse as time is no time, whatever it is called."""
    width = max(len(row.cells) for row in data)
    kinds = []
    for at in range(width):
        cells = [_cell_kind(row.cell(at)) for row in data]
        full = [kind for kind in cells if kind != "empty"]
        usual = max(set(full), key=full.count) if full else "empty"
        kinds.append(usual if full and full.count(usual) * 10 >= len(full) * 9 else "text" if full else "empty")
    stamp = kinds.index("stamp") if "stamp" in kinds else None
    pair = (kinds.index("date"), kinds.index("time")) if stamp is None and {"date", "time"} <= set(kinds) else None
    columns: list[ColumnRole] = []
    for at, kind in enumerate(kinds):
        name = header[at].strip() if at < len(header) else ""
        role, unit = heading(name) if name else ("other", None)
        if at == stamp:
            role = "stamp"
        elif pair and at in pair:
            role = "date" if at == pair[0] else "time"
        elif (
            kind not in ("number", "empty")
            or role in ("counter", "stamp", "date", "time")
            or (not name and header)
            or (kind == "empty" and role != "temperature")
        ):
            role = "counter"
        if role == "temperature" and unit is None:
            unit = _unit_in_cells([row.cell(at) for row in data])
        if any(column.name == name for column in columns) and name:
            name = f"{name} ({at + 1})"
        columns.append(ColumnRole(at, name, "ignore" if role == "counter" else role, unit))
    if stamp is None and pair is None:
        raise Refusal("logger.unknown", name=name_of_file)
    return columns


def _unit_in_cells(cells: Sequence[str]) -> str | None:
    units = numbers.read_column([cell for cell in cells if "," not in cell], frozenset()).units
    return next(iter(units)) if len(units) == 1 else None


def _choose(columns: list[ColumnRole], answers: Answers) -> tuple[list[ColumnRole], list[Question]]:
    """No heading says temperature: the only column of numbers is it; of several, a person names one."""
    free = [column for column in columns if column.role == "other"]
    if len(free) == 1:
        wanted: ColumnRole | None = free[0]
    else:
        named = {column.name or str(column.at + 1): column for column in free}
        if not named:
            raise Refusal("logger.no_temperature")
        wanted = named.get(answers.channel) if answers.channel is not None else None
        if wanted is None:
            return columns, [Question("channel", tuple(Option(name) for name in named))]
    return [replace(c, role="temperature", unit=answers.unit) if c is wanted else c for c in columns], []


def _decimals_split(header: Sequence[str], data: Sequence[Row], columns: Sequence[ColumnRole]) -> bool:
    """True when a comma may be separator and decimal sign: whole numbers in pairs, twice what the heading names."""
    measured = [column.at for column in columns if column.role not in ("stamp", "date", "time")]
    if header:
        named = len([name for name in header if name.strip()])
        first = 1 + max((at for at in range(named) if heading(header[at]).role in _NOT_MEASURED), default=-1)
        if any(len(row.cells) != named + (named - first) for row in data) or named == first:
            return False
        measured = list(range(first, named + (named - first)))
    if len(measured) < 2 or len(measured) % 2:
        return False
    second = [row.cell(at) for row in data for at in measured[1::2]]
    whole = [row.cell(at) for row in data for at in measured]
    return all(re.fullmatch(r"[+\-−]?\d{1,4}", cell) for cell in whole) and all(cell.isdecimal() for cell in second)


def joined(columns: Sequence[ColumnRole], header: Sequence[str], body: Sequence[Row]) -> list[Row]:
    """Put numbers back together whose decimal comma was taken for a separator; any other table stays as it is."""
    first = 1 + max(column.at for column in columns if column.role in ("stamp", "date", "time"))
    wide = max(len(row.cells) for row in body)
    whole = any("," in cell for row in body[:FIRST_ROWS] for cell in row.cells[first:])
    if whole or (wide - first) % 2 or (header and wide <= len(header)):
        return list(body)
    together = []
    for row in body:
        cells = row.cells[first:]
        values = [",".join(cells[at : at + 2]) for at in range(0, len(cells), 2)]
        together.append(Row(row.line, [*row.cells[:first], *values]))
    return together


def settle(proposal: Proposal, answers: Answers) -> SourceDescription:
    """Return the description with a person's answers in it; what they left out stays open.

    An answer about encoding or decimal sign changes the columns themselves: it goes into :func:`propose` again.
    """
    columns: list[ColumnRole] = list(proposal.description.columns)
    if any(question.about == "channel" for question in proposal.questions):
        columns, _ = _choose(columns, answers)
    temperatures = [column for column in columns if column.role == "temperature"]
    if answers.unit is not None:
        columns = [
            replace(column, unit=column.unit or answers.unit) if column in temperatures else column
            for column in columns
        ]
    known = proposal.description
    return replace(
        known,
        columns=tuple(columns),
        decimal=answers.decimal or known.decimal,
        date_order=answers.date_order or known.date_order,
        zone=answers.zone or known.zone,
        interval=answers.interval or known.interval,
        channel=answers.channel or known.channel,
    )

"""Any table of times and temperatures: what it looks like, what it leaves open, and how to read it once that is said.

This is the column wizard without a screen (formats 2.3): :func:`proposal.propose` looks at a file, a person answers,
:func:`proposal.settle` makes the description, :func:`apply` reads with it, :func:`preview` shows what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

import numpy as np

from ..refusal import Refusal
from . import fast, numbers, proposal
from .assemble import Column, Findings, Readings, Table, add_channel, assemble
from .description import SourceDescription, fingerprint
from .form import Gap, LoggerFile
from .grid import stamp_of
from .headings import kind_of
from .reader import Device, Reader, finish
from .rows import Row, rows
from .source import Answers, Source

_NAME, _VERSION, _VENDOR = "table", "1", ""
_MOST_HEADER = 60


@dataclass(frozen=True, slots=True)
class Preview:
    """What a description makes of a file, for a person to confirm. ``rows``: raw text, stamp and value as read."""

    count: int
    first: str | None
    last: str | None
    interval_s: Decimal | None
    min_value: Decimal | None
    max_value: Decimal | None
    unit: str | None
    gaps: tuple[Gap, ...]
    bad_rows: tuple[tuple[int, str], ...]
    rows: tuple[tuple[str, str | None, Decimal | None], ...]


def _body(description: SourceDescription, source: Source, *, head: bool = False) -> tuple[list[str], list[Row]]:
    """Heading and rows below it, of the whole file or its ``head`` only.

    Raises Refusal ``logger.description_differs`` when the heading is not there.
    """
    if description.separator == "sheet":
        if description.sheet not in source.sheets:
            raise Refusal("logger.description_differs")
        found = source.sheets[description.sheet]
    else:
        if source.kind != "text":
            raise Refusal("logger.description_differs")
        found = rows(proposal.head_text(source, None) if head else source.text, description.separator)
    if not description.header_rows:
        if fingerprint([], proposal.widest(found)) != description.fingerprint:
            raise Refusal("logger.description_differs")
        return [], found
    for at in range(min(_MOST_HEADER, len(found))):
        names = proposal.joined_heading(found[at : at + description.header_rows])
        if fingerprint(names, len(names)) == description.fingerprint:
            return names, found[at + description.header_rows :]
    raise Refusal("logger.description_differs")


def fits(description: SourceDescription, source: Source) -> bool:
    """Whether a file has the heading that was described; only its start is looked at."""
    try:
        _body(description, Source(source.untrusted_data, source.name, description.encoding), head=True)
    except Refusal:
        return False
    return True


def apply(description: SourceDescription, source: Source, *, exact: bool = False) -> LoggerFile:
    """Read a file as described. ``exact`` forbids the fast path. Raises Refusal ``logger.description_differs`` and
    whatever reading refuses; what the description leaves open stands in ``questions``."""
    answers = Answers(
        zone=description.zone,
        date_order=description.date_order,
        decimal=description.decimal,
        channel=description.channel,
        interval=description.interval,
    )
    findings = Findings()
    if exact or not _fast(description, source, answers, findings):
        header, body = _body(description, source)
        if description.separator == "," and description.decimal == "," and body:
            body = proposal.joined(description.columns, header, body)
        assemble(_table(description, header, body), answers, findings)
    return finish(source, (_NAME, _VERSION, _VENDOR), Device(), findings, answers)


def _table(description: SourceDescription, header: Sequence[str], body: Sequence[Row]) -> Table:
    roles = {role: [column.at for column in description.columns if column.role == role] for role in ("date", "time")}
    stamp = next(((column.at,) for column in description.columns if column.role == "stamp"), None)
    places = stamp or (*roles["date"][:1], *roles["time"][:1])
    measured = [
        column for column in description.columns if column.role in ("temperature", "humidity", "dew_point", "other")
    ]
    return Table(
        lines=[row.line for row in body],
        stamps=[stamp_of(row, places, header) for row in body],
        columns=[
            Column(
                column.name or str(column.at + 1),
                kind_of(column.role),
                column.unit if column.role in ("temperature", "dew_point") else "",
                [row.cell(column.at) for row in body],
            )
            for column in measured
        ],
        sentinels=frozenset(description.no_value),
    )


def _fast(description: SourceDescription, source: Source, answers: Answers, findings: Findings) -> bool:
    """Take the fast path where the table is plain ``stamp,value`` lines; False when it cannot be taken."""
    columns = description.columns
    plain = [column.role for column in columns] == ["stamp", "temperature"] and source.kind == "text"
    if not plain or description.separator not in proposal.SEPARATORS or description.header_rows > 1:
        return False
    if answers.decimal == "," or frozenset(description.no_value) != numbers.SENTINELS:
        return False
    if source.encoding.startswith("utf-16"):
        return False
    data = source.untrusted_data
    start = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    if description.header_rows:
        end = data.find(b"\n", start) + 1
        names = data[start:end].decode(source.encoding, "replace").strip("\r\n")
        cells = rows(names, description.separator)
        if not end or not cells or fingerprint(cells[0].cells, 2) != description.fingerprint:
            return False
        start = end
    read = fast.read(data, start, description.separator)
    if read is None:
        return False
    column = Column(columns[1].name or "2", "temperature", columns[1].unit, ())
    lines = range(description.header_rows + 1, description.header_rows + 1 + len(read.scaled))
    quality = np.zeros(len(read.scaled), dtype=np.uint8)
    readings = Readings(read.wall_ms, None, read.scaled, read.scale, quality, lines)
    add_channel(readings, column, columns[1].unit, None, answers, findings)
    return True


def preview(description: SourceDescription, source: Source) -> Preview:
    """Say what a description makes of a file: counts, ends, range, holes, bad rows, and five rows raw and read."""
    file = apply(description, source)
    channel = file.temperature
    if channel is None:
        raise Refusal("logger.no_temperature")
    bad = tuple((p.line, p.text) for p in file.problems if p.code in ("bad_row", "bad_value"))
    unread = {problem.line for problem in file.problems if problem.code == "bad_row"}
    _, body = _body(description, source, head=True)
    backwards = any(problem.code == "newest_first" for problem in file.problems)
    shown = []
    for at, row in enumerate(islice((row for row in body if row.line not in unread), 5)):
        index = len(channel) - 1 - at if backwards else at
        stamp = channel.stamp(index) if len(channel.stamps_ms) else None
        raw = (" | " if description.separator == "sheet" else description.separator).join(row.cells)
        shown.append((raw, stamp, channel.value(index)))
    dated = len(channel.stamps_ms) > 0
    return Preview(
        count=len(channel),
        first=channel.stamp(0) if dated else None,
        last=channel.stamp(-1) if dated else None,
        interval_s=file.interval_s or channel.interval_s,
        min_value=channel.min_value,
        max_value=channel.max_value,
        unit=channel.unit,
        gaps=channel.gaps,
        bad_rows=bad,
        rows=tuple(shown),
    )


def _recognises(source: Source) -> bool:
    try:
        proposal.head_rows(source, source.asked_encoding)
    except Refusal as refusal:
        if refusal.code != "logger.unknown":
            raise
        return False
    return True


def _read(source: Source, answers: Answers) -> LoggerFile:
    proposed = proposal.propose(source, answers)
    described = proposal.settle(proposed, answers)
    if any(question.about == "decimal" for question in proposed.questions):
        findings = Findings(questions=list(proposed.questions))
        return finish(source, (_NAME, _VERSION, _VENDOR), Device(), findings, answers)
    file = apply(described, source)
    questions = (*proposed.questions, *(asked for asked in file.questions if asked not in proposed.questions))
    return replace(file, questions=questions)


READER = Reader(_NAME, _VERSION, _VENDOR, (".csv", ".txt", ".tsv", ".xlsx"), _recognises, _read, genuine=False)

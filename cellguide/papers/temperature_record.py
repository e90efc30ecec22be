"""The printed record of a period of one probe: figures, chart, tables, notes, places for signatures.

As for a run's record, nothing here reads a store or judges a value; every word but the headings of paper itself comes
out of ``record.json`` (docs/paper.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cellguide.papers import blocks, curve, framing, lines, sheet, step_table
from cellguide.papers.lines import AMBER, GREY, INK, RED, Style
from cellguide.papers.sheet import Block, Drawn
from cellguide.papers.voice import Voice

# Widths of the columns by table, in points; together ``sheet.WIDTH``.
WIDTHS = {
    "limits": (98.0, 66.0, 96.0, 92.0, 163.3),
    "calibration": (110.0, 120.0, 205.3, 80.0),
    "excursions": (46.0, 106.0, 82.0, 82.0, 98.0, 101.3),
    "gaps": (125.0, 120.0, 120.0, 80.0, 70.3),
    "conflicts": (155.0, 125.0, 235.3),
    "containers": (110.0, 104.0, 82.0, 50.0, 62.0, 45.0, 62.3),
    "marks": (115.0, 280.0, 120.3),
    "sources": (68.0, 158.0, 78.0, 98.0, 46.0, 67.3),
}
COLOURS = {"hard": RED, "warn": AMBER}
CELL_MAX = 1200
GRID_COLUMNS = 4

Record = Mapping[str, Any]
Text = Mapping[str, str]


def prepare(record: Record, previous_pdf: bytes | None = None) -> bytes:
    """Draw a record, make it PDF/A-3b with ``record.json`` inside, and give it its empty signature fields. Refuses as
    ``run_record.prepare`` does; a temperature record has no photographs."""
    return framing.signable(lay(record), record, previous_pdf)


def lay(record: Record) -> Drawn:
    """Draw a record and say where its signature fields go."""
    voice = framing.voice_of(record)
    return sheet.draw(_head(record, voice), list(_blocks(record, voice)))


def _head(record: Record, voice: Voice) -> sheet.Head:
    body = record["temperature"]
    device = voice.pair(record["subject"]["device"])[0]
    if body is None:
        return framing.head(record, voice, whose=device, about=device)
    probe = f"{device} · {body['serial']}"
    return framing.head(record, voice, whose=f"{probe} · {body['first']} – {body['last']}", about=probe)


def _blocks(record: Record, voice: Voice) -> Iterator[Block]:
    yield from framing.notices(record, voice)
    body = record["temperature"]
    if body is not None:
        yield _grid(body["identity"], voice)
        yield replace(blocks.heading(*voice.title("period.figures")), before=6.0, after=3.0)
        yield _grid(body["figures"], voice)
        yield replace(blocks.heading(*voice.title("period.chart")), before=4.0)
        yield curve.period_curve(body, voice)
        for table in body["tables"]:
            yield from _table(table, voice)
        yield from step_table.deviations(record, voice)
        yield from _notes(body["notes"], voice)
    yield from framing.closing(record, voice, legend=False)


def _grid(cells: Sequence[Mapping[str, Any]], voice: Voice) -> blocks.Grid:
    """Labelled values; what belongs to a value, and the other language, stand below it in small."""
    room = sheet.WIDTH / GRID_COLUMNS - blocks.GUTTER
    found = []
    for cell in cells:
        label = lines.wrap_one(voice.joined(cell), Style(6.8, colour=GREY), room)
        found.append((label, lines.wrap(_runs(cell["text"], voice, Style(8.6, bold=True)), room)))
    return blocks.Grid(tuple(found), GRID_COLUMNS)


def _table(table: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    yield blocks.heading(*voice.pair(table))
    if not table["rows"]:
        yield blocks.words(voice.joined(table["none"]), Style(8, colour=GREY))
        return
    labels = [voice.joined(column) for column in table["columns"]]
    head = blocks.head_row(labels, WIDTHS[table["id"]])
    drawn = blocks.rows(head, [_cells(row, voice) for row in table["rows"]])
    yield drawn[0]
    for row, level in zip(drawn[1:], table["levels"], strict=True):
        yield replace(row, tint=COLOURS[level]) if level and isinstance(row, blocks.Row) else row
    if table["left_out"]:
        yield blocks.words(voice.two("period.left_out", count=table["left_out"]), Style(7.4, colour=AMBER))


def _cells(row: Sequence[Text], voice: Voice) -> list[list[tuple[str, Style]]]:
    return [_runs(cell, voice, Style(7.6, colour=INK)) for cell in row]


def _runs(text: Text, voice: Voice, style: Style) -> list[tuple[str, Style]]:
    """The first line is what it says, the lines below it what belongs to it; the other language is small."""
    main, second = voice.pair(text)
    first, _, rest = voice.cut(main, CELL_MAX).partition("\n")
    runs = [(first, style)]
    runs += [(f"\n{rest}", Style(6.8, colour=GREY))] if rest else []
    return [*runs, blocks.small("\n" + _other(main, second))] if _other(main, second) else runs


def _other(main: str, second: str) -> str:
    """Those lines of the other language that are not the same in the first."""
    known = set(main.split("\n"))
    return "\n".join(line for line in second.split("\n") if line and line not in known)


def _notes(notes: Sequence[Text], voice: Voice) -> Iterator[Block]:
    yield blocks.heading(*voice.title("period.notes"))
    for number, note in enumerate(notes, start=1):
        main, second = voice.pair(note)
        after = 8.0 if number == len(notes) else 0.0
        yield blocks.words(f"· {main}", Style(7.2, colour=GREY), before=1.0, after=0.0 if second else after)
        if second:
            yield blocks.words(second, Style(6.4, colour=GREY), after=after)

"""Text to rows of cells with their line numbers. Ragged, padded and mixed line ends are normal (formats 1)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from ..refusal import Refusal

MOST_CELLS = 400
MOST_ROWS = 2_000_000


class Row(NamedTuple):
    """One row as the file has it; ``line`` counts from 1."""

    line: int
    cells: list[str]

    def cell(self, index: int) -> str:
        """Return a cell without blanks around it; a ragged row's missing cell is empty."""
        return self.cells[index].strip() if 0 <= index < len(self.cells) else ""


def rows(text: str, separator: str) -> list[Row]:
    """Split a text at its separator, respecting quotes. Empty lines stay as empty rows' line numbers only.

    Raises Refusal ``logger.broken_table`` for a cell or a row longer than any logger writes, ``logger.too_many_rows``.

    >>> rows('a,"b,c"\\r\\n\\n1;2,\\n', ",")
    [Row(line=1, cells=['a', 'b,c']), Row(line=3, cells=['1;2', ''])]
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[Row] = []
    before = 0
    try:
        for cells in reader:
            if len(cells) > MOST_CELLS:
                raise Refusal("logger.broken_table", line=reader.line_num)
            if len(found) >= MOST_ROWS:
                raise Refusal("logger.too_many_rows", limit=MOST_ROWS)
            if cells:
                found.append(Row(before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        raise Refusal("logger.broken_table", line=reader.line_num) from error
    return found


def find(table: Sequence[Row], *starts: str) -> int | None:
    """Return the index of the first row whose cells begin with ``starts`` (case and blanks aside)."""
    wanted = [start.lower() for start in starts]
    for index, row in enumerate(table):
        if [row.cell(at).lower() for at in range(len(wanted))] == wanted:
            return index
    return None


def value_after(table: Sequence[Row], *names: str) -> str:
    """Return the second cell of the first row whose first cell is one of ``names``; empty when there is none."""
    wanted = {name.lower() for name in names}
    for row in table:
        if row.cell(0).rstrip(":").lower() in wanted:
            return row.cell(1)
    return ""

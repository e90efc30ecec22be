"""What a source's tables are like, said once: versioned, frozen, and applied without a question to the next file.

A description is controlled configuration. It is found again by the fingerprint of the header, so a program update
that renames a column makes a new source, never a wrong reading.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..refusal import Refusal

FORM = 1
ROLES = ("stamp", "date", "time", "temperature", "humidity", "dew_point", "other", "ignore")


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """One column of the table: its place from 0, its heading, what it is, and a temperature's unit (C, F, K)."""

    at: int
    name: str
    role: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """How to read every file of one source. None stands for what is still open or left to the file.

    ``separator``: one character, or ``sheet`` for a workbook; ``header_rows``: how many rows the heading takes
    (0: none); ``fingerprint``: of the heading, or of the width where there is none.
    """

    fingerprint: str
    encoding: str | None
    separator: str
    header_rows: int
    columns: tuple[ColumnRole, ...]
    sheet: str = ""
    decimal: str | None = None
    date_order: str | None = None
    zone: str | None = None
    interval: str | None = None
    channel: str | None = None
    no_value: tuple[str, ...] = ()
    version: int = 1
    form: int = FORM

    def to_json(self) -> str:
        """One line of JSON with sorted keys; equal descriptions give equal text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> SourceDescription:
        """Read what :meth:`to_json` wrote. Raises Refusal ``logger.description_unreadable``."""
        try:
            tree: dict[str, Any] = json.loads(text)
            columns = tuple(ColumnRole(**column) for column in tree.pop("columns"))
            described = cls(columns=columns, no_value=tuple(tree.pop("no_value")), **tree)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Refusal("logger.description_unreadable", reason=type(error).__name__) from error
        if described.form != FORM or any(column.role not in ROLES for column in columns):
            raise Refusal("logger.description_unreadable", reason=f"form {described.form}")
        return described


def fingerprint(header: Sequence[str], width: int) -> str:
    """Return 16 hex digits that stand for a heading: blanks and case do not count; without a heading the width does.

    >>> fingerprint(["Date ", "TEMP  (C)"], 2) == fingerprint(["date", "temp (c)", ""], 9)
    True
    """
    cells = [" ".join(cell.split()).casefold() for cell in header]
    while cells and not cells[-1]:
        cells.pop()
    normal = "\x1f".join(cells) if cells else f"\x1e{width}"
    return hashlib.sha256(normal.encode()).hexdigest()[:16]

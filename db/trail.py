"""The entries newest first, a page at a time: the same work however many there are.

Each question goes through an index that is in the ledger's order already, so that a page is read and nothing is
sorted: all entries by their number, those about one object and those of one person by the indexes of ``entry``.
"""

from __future__ import annotations

import heapq
import itertools
import sqlite3
from collections.abc import Iterator, Sequence

Row = tuple[int, str]

_PAGE = "n < ? ORDER BY n DESC LIMIT ?"
ALL = f"SELECT n, line FROM entry WHERE {_PAGE}"  # noqa: S608 - closed texts, here and below
ABOUT = f"SELECT n, line FROM entry WHERE json_extract(line, '$.obj') = ? AND {_PAGE}"  # noqa: S608
BY = f"SELECT n, line FROM entry WHERE json_extract(line, '$.actor') = ? AND {_PAGE}"  # noqa: S608


def page(
    conn: sqlite3.Connection, before: int | None, limit: int, *, about: Sequence[str] = (), by: str = ""
) -> list[Row]:
    """The ``limit`` newest entries with a number below ``before`` (None: from the end).

    ``about``: objects as entries name them (``order:O-A-2026-000001``); ``by``: a person, where no object is named.
    """
    top = before if before is not None else 1 << 62
    if about:
        found: list[Iterator[Row]] = [conn.execute(ABOUT, (one, top, limit)) for one in dict.fromkeys(about)]
        newest = heapq.merge(*found, key=lambda row: -row[0])
        return [(int(n), str(line)) for n, line in itertools.islice(newest, limit)]
    rows = conn.execute(BY, (by, top, limit)) if by else conn.execute(ALL, (top, limit))
    return [(int(n), str(line)) for n, line in rows]

"""Where containers stood: one row for each stay, found by place and time (engineering-review B: flat as records grow).

A projection like the others: it copies what entries about containers say of ``place`` and judges nothing. ``since`` and
``until`` are as the entry has them (ISO 8601); ``until_ms`` of a stay that goes on is FOR_EVER.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cellguide.clock import parse_iso
from cellguide.search_words import fold
from cellguide.store import Stood

NAME = "stay"
FOR_EVER = 2**62
_FIELDS = "container, place, spelt, since, since_ms, until, until_ms"


def create_sql(table: str) -> list[str]:
    """The statements that make the projection table ``table``."""
    return [
        f'CREATE TABLE "{table}" (container TEXT NOT NULL, place TEXT NOT NULL, spelt TEXT NOT NULL, '
        "since TEXT NOT NULL, since_ms INTEGER NOT NULL, until TEXT NOT NULL, until_ms INTEGER NOT NULL) STRICT"
    ]


def index_sql(table: str) -> list[str]:
    """By place and the end of the stay, and by container."""
    return [
        f'CREATE INDEX "{table}_place" ON "{table}" (place, until_ms)',
        f'CREATE INDEX "{table}_container" ON "{table}" (container, until_ms)',
    ]


def follow(conn: sqlite3.Connection, container: str, place: str, moment: str) -> None:
    """A container was put somewhere, or taken out ("" as ``place``), at ``moment``: inside the entry's transaction."""
    at_ms = parse_iso(moment).utc_ms
    conn.execute(
        "UPDATE p_stay SET until = ?, until_ms = ? WHERE container = ? AND until_ms = ?",
        (moment, at_ms, container, FOR_EVER),
    )
    if place:
        row = (container, fold(place), place, moment, at_ms, "", FOR_EVER)
        conn.execute(f"INSERT INTO p_stay ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608


def fill(conn: sqlite3.Connection, table: str) -> None:
    """Write every stay that the entries tell of into an empty table."""
    conn.executemany(f'INSERT INTO "{table}" ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?)', told(conn))  # noqa: S608


def rename(conn: sqlite3.Connection, before: str, after: str) -> None:
    """Put a table that was made beside the other in its place; its indexes take the names they have in a new file."""
    for column in ("place", "container"):
        conn.execute(f'DROP INDEX "{before}{NAME}_{column}"')
    conn.execute(f'ALTER TABLE "{before}{NAME}" RENAME TO "{after}{NAME}"')
    for sql in index_sql(f"{after}{NAME}"):
        conn.execute(sql)


def told(conn: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Every stay as the entries about containers add up to, in the order in which they began."""
    running: dict[str, list[Any]] = {}
    rows: list[list[Any]] = []
    lines = conn.execute(
        "SELECT line FROM entry INDEXED BY entry_obj WHERE json_extract(line, '$.obj') >= 'container:' "
        "AND json_extract(line, '$.obj') < 'container;' ORDER BY n"
    )
    for (line,) in lines:
        fields = json.loads(line)
        if "place" not in fields["new"]:
            continue
        container, place = fields["obj"].partition(":")[2], str(fields["new"]["place"])
        moment = str(fields.get("event") or fields["ts"])
        at_ms = parse_iso(moment).utc_ms
        before = running.pop(container, None)
        if before is not None:
            before[5:] = moment, at_ms
        if place:
            running[container] = [container, fold(place), place, moment, at_ms, "", FOR_EVER]
            rows.append(running[container])
    return (tuple(row) for row in rows)


def differ(conn: sqlite3.Connection) -> bool:
    """Whether the table says anything else than the entries."""
    found: Iterable[tuple[Any, ...]] = conn.execute(f"SELECT {_FIELDS} FROM p_stay")  # noqa: S608
    return sorted(found) != sorted(told(conn))


def within(conn: sqlite3.Connection, places: Sequence[str], start_ms: int, end_ms: int) -> list[Stood]:
    """The stays in any of those places (codes, however they are written) that touch the time, in order."""
    marks = ", ".join("?" * len(places))
    found = conn.execute(
        f"SELECT container, spelt, since, until FROM p_stay WHERE place IN ({marks}) AND until_ms >= ? "  # noqa: S608
        "AND since_ms <= ? ORDER BY container, rowid",
        (*(fold(one) for one in places), start_ms, end_ms),
    )
    return [Stood(*row) for row in found.fetchall()]

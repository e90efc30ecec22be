"""Projecting: what the entries add up to. It copies and never judges, so a rebuild finds the same (DESIGN.md 3)."""

from __future__ import annotations

import gc
import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from cellguide.refusal import Refusal
from cellguide.search_words import cut

from . import schema, stays, tables

Doc = dict[str, Any]
Texts = dict[str, str]

# FTS5 writes a segment each time this much is gathered; large while rebuilding, so that little is merged again.
SEARCH_BUFFER_BYTES = 64 * 1024 * 1024
# Pages of the new tables stay in memory until they are whole; sorting for the indexes is allowed as much.
REBUILD_CACHE_KIB = 64 * 1024


# One encoder for all: json.dumps with options makes a new one for each document.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_read_json = json.JSONDecoder().raw_decode  # json.loads looks for white space around, which no line has


class Row(NamedTuple):
    """One object's row: ``first`` and ``n`` are its first and last entry in the file."""

    id: str
    version: int
    first: int
    n: int
    doc: Doc


def read(conn: sqlite3.Connection, kind: str, id: str) -> Row | None:
    """The object as it stands, or None."""
    found = conn.execute(
        f'SELECT version, first, n, doc FROM "{tables.table_of(kind)}" WHERE id = ?',  # noqa: S608 - a closed list of names
        (id,),
    ).fetchone()
    return Row(id, found[0], found[1], found[2], json.loads(found[3])) if found else None


def dump(doc: Doc) -> str:
    """A document as the projection stores it."""
    return _encode(doc)


def write(conn: sqlite3.Connection, kind: str, row: Row, prefix: str = "p_") -> None:
    """Put one object's row (and its search words) in place of what stood there."""
    conn.execute(
        f'INSERT INTO "{prefix}{kind}" (id, version, first, n, doc) VALUES (?, ?, ?, ?, ?) '  # noqa: S608
        "ON CONFLICT (id) DO UPDATE SET version = excluded.version, n = excluded.n, doc = excluded.doc",
        (row.id, row.version, row.first, row.n, dump(row.doc)),
    )
    words = tables.BY_NAME[kind].words
    if words is not None:
        if row.version > 1:
            conn.execute(f"DELETE FROM {prefix}search WHERE rowid = ?", (row.first,))  # noqa: S608
        conn.execute(
            f"INSERT INTO {prefix}search (rowid, kind, id, text) VALUES (?, ?, ?, ?)",  # noqa: S608
            (row.first, kind, row.id, search_text(kind, row)),
        )


def search_text(kind: str, row: Row) -> str:
    """What an object is found by: its id, then its words, Chinese cut into characters."""
    words = tables.BY_NAME[kind].words
    assert words is not None
    return cut(" ".join([row.id, *(word for word in words(row.doc) if word)]))


def rebuild(conn: sqlite3.Connection, progress: Callable[[int, int], None] | None = None) -> int:
    """Make every projection again from the entries, into new tables that are swapped in at the end.

    One transaction: killed anywhere, the old tables still stand. Returns the number of entries read.
    """
    total = conn.execute("SELECT coalesce(max(n), 0) FROM entry").fetchone()[0]
    cache = conn.execute("PRAGMA cache_size").fetchone()[0]
    conn.execute(f"PRAGMA cache_size = -{REBUILD_CACHE_KIB}")
    conn.execute("BEGIN IMMEDIATE")
    collecting = gc.isenabled()
    gc.disable()  # all documents at once and no cycle among them: looking for cycles would take a third of the time
    try:
        for name in _projection_names(conn, "new_"):
            conn.execute(f'DROP TABLE IF EXISTS "{name}"')
        schema.make_projections(conn, "new_")
        for kind in tables.KINDS:  # an index over what lies there already is made in half the time
            for field in kind.keys:
                conn.execute(f'DROP INDEX "new_{kind.name}_{field}"')
        conn.execute("INSERT INTO new_search (new_search, rank) VALUES ('hashsize', ?)", (SEARCH_BUFFER_BYTES,))
        texts: Texts = {}
        _fill(conn, collect(conn, total, progress, texts), texts)
        stays.fill(conn, f"new_{stays.NAME}")
        for name in _projection_names(conn, "p_"):
            conn.execute(f'DROP TABLE IF EXISTS "{name}"')
        conn.execute("ALTER TABLE new_search RENAME TO p_search")
        stays.rename(conn, "new_", "p_")
        for kind in tables.KINDS:
            conn.execute(f'ALTER TABLE "new_{kind.name}" RENAME TO "p_{kind.name}"')
            for field in kind.keys:
                conn.execute(f'CREATE INDEX "p_{kind.name}_{field}" ON "p_{kind.name}" ("{field}", first)')
        conn.execute("INSERT OR REPLACE INTO side VALUES ('projection_version', ?)", (str(tables.PROJECTION_VERSION),))
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    finally:
        if collecting:
            gc.enable()
        conn.execute(f"PRAGMA cache_size = {cache}")
    return int(total)


def _projection_names(conn: sqlite3.Connection, prefix: str) -> list[str]:
    found = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE ? ESCAPE '!' AND name NOT LIKE ? ESCAPE '!'",
        (prefix.replace("_", "!_") + "%", prefix.replace("_", "!_") + "search!_%"),
    )
    return [str(name) for (name,) in found.fetchall()]


def said(line: str) -> tuple[str, Doc, str]:
    """What an entry is about, what it says of it, and that as text.

    Keys come in order in canonical JSON: only words and numbers stand before ``new``, ``obj`` behind it, and a
    quotation mark in a word is escaped. So nothing else has to be read, and the part of the line is the text. A line of
    any other form is read as a whole.
    """
    at = line.find(',"new":') + 7
    if at > 6:
        new, end = _read_json(line, at)
        if line.startswith(',"obj":', end):
            return _read_json(line, end + 7)[0], new, line[at:end]
    fields = json.loads(line)
    return fields["obj"], fields["new"], dump(fields["new"])


def collect(
    conn: sqlite3.Connection,
    total: int = 0,
    progress: Callable[[int, int], None] | None = None,
    texts: Texts | None = None,
) -> dict[str, dict[str, list[Any]]]:
    """What the entries add up to: kind → id → [version, first, n, document]. Raises Refusal ``store.unknown_kind``.

    ``texts`` is filled with the text of every document that one entry alone has made: four of five.
    """
    objects: dict[str, dict[str, list[Any]]] = {kind.name: {} for kind in tables.KINDS}
    for n, line in conn.execute("SELECT n, line FROM entry ORDER BY n"):
        obj, new, text = said(line)
        kind, _, id = obj.partition(":")
        of_kind = objects.get(kind)
        if of_kind is None:
            raise Refusal("store.unknown_kind", kind=kind, n=n)
        held = of_kind.get(id)
        if held is None:
            of_kind[id] = [1, n, n, new]
            if texts is not None:
                texts[obj] = text
        else:
            held[0] += 1
            held[2] = n
            held[3] |= new
            if texts is not None:
                texts.pop(obj, None)
        if progress is not None and n % 4096 == 0:
            progress(n, total)
    return objects


def _fill(conn: sqlite3.Connection, objects: dict[str, dict[str, list[Any]]], texts: Texts) -> None:
    found: list[tuple[int, str, str, str]] = []
    for kind in tables.KINDS:
        rows: Iterable[Row] = (Row(id, *held) for id, held in objects[kind.name].items())
        if kind.words is not None:
            rows = list(rows)
            found += [(row.first, kind.name, row.id, search_text(kind.name, row)) for row in rows]
        conn.executemany(
            f'INSERT INTO "new_{kind.name}" (id, version, first, n, doc) VALUES (?, ?, ?, ?, ?)',  # noqa: S608
            (
                (row.id, row.version, row.first, row.n, texts.get(f"{kind.name}:{row.id}") or dump(row.doc))
                for row in rows
            ),
        )
    conn.executemany("INSERT INTO new_search (rowid, kind, id, text) VALUES (?, ?, ?, ?)", sorted(found))

"""Persistence on SQLite. ``open_store`` is the only door."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from cellguide import ledger
from cellguide.refusal import Refusal

from . import location, project, schema, tables
from .lock import Lock
from .machine import Machine, system_folder
from .store import SqliteStore

__all__ = ["Machine", "SqliteStore", "memory_store", "open_store", "system_folder"]


def open_store(
    path: Path,
    machine: Machine,
    *,
    create: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> SqliteStore:
    """Open the database at ``path`` for this program alone.

    Raises Refusal: ``store.missing``, ``store.network_share``, ``store.sync_folder``, ``store.in_use``,
    ``store.not_ours``, ``store.newer``, ``store.damaged`` (triggers or file), ``store.rolled_back``,
    ``store.unreadable``. A database of an older projection is rebuilt first; ``progress`` hears (entry, of).
    """
    location.check(path)
    if not path.exists() and not create:
        raise Refusal("store.missing", path=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = Lock(path)
    try:
        conn = _connect(str(path))
        try:
            _prepare(conn, str(path), progress)
            store = SqliteStore(conn, machine, folder=path.with_name(path.name + ".blobs"), lock=lock)
            store.path = path
            _compare_head(store)
        except BaseException:
            conn.close()
            raise
    except sqlite3.DatabaseError as fault:
        lock.release()
        raise Refusal("store.unreadable", path=str(path), reason=str(fault)) from fault
    except BaseException:
        lock.release()
        raise
    return store


def memory_store(machine: Machine) -> SqliteStore:
    """A real store in memory, for tests and rehearsals: same tables, same triggers."""
    conn = _connect(":memory:")
    _prepare(conn, ":memory:", None)
    return SqliteStore(conn, machine, folder=None, lock=None)


def _connect(name: str) -> sqlite3.Connection:
    conn = sqlite3.connect(name, isolation_level=None, cached_statements=256)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("PRAGMA recursive_triggers = ON")
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA cell_size_check = ON")
    return conn


def _prepare(conn: sqlite3.Connection, name: str, progress: Callable[[int, int], None] | None) -> None:
    application = conn.execute("PRAGMA application_id").fetchone()[0]
    version = conn.execute("PRAGMA user_version").fetchone()[0]
    empty = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not empty and application != schema.APPLICATION_ID:
        raise Refusal("store.not_ours", path=name)
    if version > schema.SCHEMA_VERSION:
        raise Refusal("store.newer", path=name, version=version, known=schema.SCHEMA_VERSION)
    if version < schema.SCHEMA_VERSION:
        schema.make(conn)
    wrong = schema.faults(conn)
    if wrong:
        raise Refusal("store.damaged", path=name, what=", ".join(wrong))
    current = conn.execute("SELECT value FROM side WHERE name = 'projection_version'").fetchone()
    if current is None or current[0] != str(tables.PROJECTION_VERSION):
        project.rebuild(conn, progress)


def _compare_head(store: SqliteStore) -> None:
    """Notice a database that was set back: this machine remembers how far its chain reached."""
    size, chain = store.machine.head(store.identity, store.station)
    if size == 0:
        return
    row = store.conn.execute(
        "SELECT line FROM entry WHERE station = ? AND seq = ?", (store.station, size)
    ).fetchone()
    if row is None:
        raise Refusal("store.rolled_back", path=str(store.path), size=store.size, head=size)
    if ledger.link(row[0]) != chain:
        raise Refusal("store.other_past", path=str(store.path), at=size)

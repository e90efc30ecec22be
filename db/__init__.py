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
    succeed: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> SqliteStore:
    """Open the database at ``path`` for this program alone.

    Raises Refusal: ``store.missing``, ``store.network_share``, ``store.sync_folder``, ``store.in_use``,
    ``store.not_ours``, ``store.newer``, ``store.damaged`` (triggers or file), ``store.rolled_back``,
    ``store.unreadable``, ``store.other_past``, ``store.other_station``. A database of an older projection is rebuilt
    first; ``progress`` hears (entry, of).

    ``succeed``: open a restored copy, or another computer's database, under the next free letter. Such a store takes
    one act first, ``restore_database`` of two people; the machine takes the letter with the checkpoint after it.
    """
    location.check(path)
    if not path.exists() and not create:
        raise Refusal("store.missing", path=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Refusal("store.unreadable", path=str(path), reason=fault.strerror or str(fault)) from fault
    lock = Lock(path)
    try:
        return _open(path, machine, lock, succeed, progress)
    except (sqlite3.Error, OSError, ValueError) as fault:  # ValueError: text that is no longer text
        lock.release()
        raise Refusal("store.unreadable", path=str(path), reason=str(fault)) from fault
    except BaseException:
        lock.release()
        raise


def _open(
    path: Path, machine: Machine, lock: Lock, succeed: bool, progress: Callable[[int, int], None] | None
) -> SqliteStore:
    conn = sqlite3.connect(str(path), isolation_level=None, cached_statements=256)
    try:
        _set_up(conn)
        _prepare(conn, str(path), progress)
        station = _next_letter(conn) if succeed else machine.letter
        store = SqliteStore(conn, machine, folder=path.with_name(path.name + ".blobs"), lock=lock, station=station)
        store.path = path
        store.shelf.sweep()
        if succeed:
            _remember_loss(store)
        else:
            _compare_station(store)
            _compare_head(store)
    except BaseException:
        conn.close()
        raise
    return store


def memory_store(machine: Machine) -> SqliteStore:
    """A real store in memory, for tests and rehearsals: same tables, same triggers."""
    conn = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)
    _set_up(conn)
    _prepare(conn, ":memory:", None)
    return SqliteStore(conn, machine, folder=None, lock=None)


def _set_up(conn: sqlite3.Connection) -> None:
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("PRAGMA recursive_triggers = ON")
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA cell_size_check = ON")
    # The log is carried over into the file while nobody waits (``SqliteStore.rest``): 32 MB of it at the latest.
    conn.execute("PRAGMA wal_autocheckpoint = 8000")


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


def _next_letter(conn: sqlite3.Connection) -> str:
    """The letter after all that wrote here or were listed here. Raises Refusal ``restore.letters_spent``."""
    used = {str(letter) for (letter,) in conn.execute("SELECT DISTINCT station FROM entry")}
    site = project.read(conn, "site", "site")
    used |= set(site.doc.get("stations", {})) if site is not None else set()
    if not used:
        raise Refusal("restore.empty")
    following = ord(max(used)) + 1
    if following > ord("Z"):
        raise Refusal("restore.letters_spent")
    return chr(following)


def _remember_loss(store: SqliteStore) -> None:
    """Keep what this machine last saw of its own chain here, so that the restoring act can say what is lost."""
    letter = store.machine.letter
    size, chain = store.machine.head(store.identity, letter)
    store.remember("head-before-restore", f"{letter} {size} {chain}" if size else "")


def _compare_station(store: SqliteStore) -> None:
    """Notice a database that another computer wrote: its listed key under our letter is not ours."""
    site = store.get("site", "site")
    if site is None:
        return
    listed = site.doc.get("stations", {}).get(store.station)
    if listed != store.public_key().hex():
        raise Refusal("store.other_station", path=str(store.path), station=store.station)


def _compare_head(store: SqliteStore) -> None:
    """Notice a database that was set back: this machine remembers how far its chain reached."""
    size, chain = store.machine.head(store.identity, store.station)
    if size == 0:
        return
    row = store.conn.execute("SELECT line FROM entry WHERE station = ? AND seq = ?", (store.station, size)).fetchone()
    if row is None:
        raise Refusal("store.rolled_back", path=str(store.path), size=store.size, head=size)
    if ledger.link(row[0]) != chain:
        raise Refusal("store.other_past", path=str(store.path), at=size)

"""SqliteStore: the ledger and what it adds up to, in one file.

Everything a person is told is saved goes through ``append``: one BEGIN IMMEDIATE … COMMIT with synchronous=FULL.
The connection belongs to the thread that opened it; workers never see it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cellguide import ledger, search_words
from cellguide.canonical import Named
from cellguide.clock import Moment
from cellguide.entry import Actor, Change, Entry, Place
from cellguide.entry import read as read_entry
from cellguide.entry import write as write_entry
from cellguide.refusal import Refusal
from cellguide.store import Blob, Held, Hit, Stood

from . import project, stays, tables, trail
from .blobs import Blobs, Shelf
from .lock import Lock
from .machine import Machine

if TYPE_CHECKING:
    from .verify import Reader

# What may be the first entry of a chain that follows another one (engineering-review 21).
FIRST_ACTS = frozenset({"restore_database"})


class SqliteStore:
    """Open through ``db.open_store``. ``station``: the letter of the chain that is written to.

    ``head_fault``: why the head outside the database could not be moved at the last checkpoint, or empty. A head that
    stays behind proves less than it could and harms nothing, so no act is refused for it; Today shows it.
    """

    def __init__(
        self,
        conn: sqlite3.Connection,
        machine: Machine,
        *,
        folder: Path | None,
        lock: Lock | None,
        station: str | None = None,
    ) -> None:
        self.conn = conn
        self.machine = machine
        self.station = station or machine.letter
        self.blobs = Blobs(conn, folder)
        self._lock = lock
        self.path: Path | None = None
        self.head_fault = ""
        self._written: dict[str, int] = {}
        self._read_tail()
        self._rested = self._seen = self._n

    def _read_tail(self) -> None:
        last = self.conn.execute(
            "SELECT seq, line FROM entry WHERE station = ? ORDER BY seq DESC LIMIT 1", (self.station,)
        ).fetchone()
        self._seq, self._prev = (int(last[0]), ledger.link(last[1])) if last else (0, ledger.START)
        self._n = int(self.conn.execute("SELECT coalesce(max(n), 0) FROM entry").fetchone()[0])

    # --- writing ------------------------------------------------------------------------------------------------

    def append(
        self,
        act: str,
        changes: Sequence[Change],
        *,
        who: Actor,
        at: Moment,
        blobs: Sequence[Blob] = (),
        secrets: Mapping[tuple[str, str], bytes | None] | None = None,
    ) -> tuple[Entry, ...]:
        if self.beginning and act not in FIRST_ACTS:
            raise Refusal("store.not_restored", act=act, station=self.station)
        before = (self._n, self._seq, self._prev)
        try:
            named = [self.blobs.put_file(blob) for blob in blobs]
            self.conn.execute("BEGIN IMMEDIATE")
            try:
                entries = self._append(act, changes, who, at, named, secrets or {})
                self.conn.execute("COMMIT")
            except BaseException:
                self._n, self._seq, self._prev = before
                self._roll_back()
                raise
        except (sqlite3.Error, OSError) as fault:
            raise Refusal("store.not_saved", act=act, reason=str(fault)) from fault
        # Only now, for what was rolled back leaves its numbers to other entries. The lock keeps other writers out.
        self._written.update((change.kind, self._n) for change in changes)
        return entries

    @property
    def shelf(self) -> Shelf:
        """Where large blobs lie, for workers that prepare them."""
        return self.blobs.shelf

    @property
    def beginning(self) -> bool:
        """Whether other stations' entries stand here and ours has none: only a restoring act may come first."""
        return self._seq == 0 and self._n > 0

    def _append(
        self,
        act: str,
        changes: Sequence[Change],
        who: Actor,
        at: Moment,
        blobs: Sequence[Named],
        secrets: Mapping[tuple[str, str], bytes | None],
    ) -> tuple[Entry, ...]:
        for named in blobs:
            self.blobs.put_row(named)
        written: list[Entry] = []
        for change in changes:
            row = project.read(self.conn, change.kind, change.id)
            old = {name: row.doc[name] for name in change.new if row is not None and row.doc.get(name) is not None}
            version = row.version + 1 if row is not None else 1
            place = Place(self.station, self._seq + 1, self._prev)
            entry = write_entry(act, change, who=who, at=at, place=place, version=version, old=old)
            self.conn.execute(
                "INSERT INTO entry (n, station, seq, line) VALUES (?, ?, ?, ?)",
                (self._n + 1, self.station, place.seq, entry.line),
            )
            self._n, self._seq, self._prev = self._n + 1, place.seq, ledger.link(entry.line)
            doc = row.doc | change.new if row is not None else change.new
            first = row.first if row is not None else self._n
            project.write(self.conn, change.kind, project.Row(change.id, version, first, self._n, doc))
            if change.kind == "container" and "place" in change.new:
                stays.follow(self.conn, change.id, str(change.new["place"]), change.event_at or str(entry["ts"]))
            written.append(entry)
        for (owner, name), value in secrets.items():
            self._set_secret(owner, name, value)
        return tuple(written)

    def _set_secret(self, owner: str, name: str, value: bytes | None) -> None:
        if value is None:
            self.conn.execute("DELETE FROM vault WHERE owner = ? AND name = ?", (owner, name))
        else:
            self.conn.execute("INSERT OR REPLACE INTO vault VALUES (?, ?, ?)", (owner, name, value))

    def _roll_back(self) -> None:
        """Undo, and read again how far the chain reaches: the one thing that must not be believed from memory."""
        if self.conn.in_transaction:
            self.conn.execute("ROLLBACK")
        self._read_tail()

    def set_secrets(self, secrets: Mapping[tuple[str, str], bytes | None]) -> None:
        """Change the vault alone (throttle counts): no fact, so no entry."""
        with self._quietly():
            for (owner, name), value in secrets.items():
                self._set_secret(owner, name, value)

    def remember(self, name: str, value: str) -> None:
        with self._quietly():
            self.conn.execute("INSERT OR REPLACE INTO side VALUES (?, ?)", (name, value))

    def _quietly(self) -> _Transaction:
        return _Transaction(self)

    # --- reading ------------------------------------------------------------------------------------------------

    def get(self, kind: str, id: str) -> Held | None:
        row = project.read(self.conn, kind, id)
        return Held(kind, id, row.version, row.n, row.doc) if row is not None else None

    def find(self, kind: str, /, *, newest: bool = False, limit: int | None = None, **where: str) -> list[Held]:
        keys = tables.BY_NAME[kind].keys
        for field in where:
            assert field in keys, f"{kind} is not looked up by {field}"
        conditions = " AND ".join(f'"{field}" = ?' for field in where) or "1"
        order = "DESC" if newest else "ASC"
        found = self.conn.execute(
            f'SELECT id, version, n, doc FROM "{tables.table_of(kind)}" WHERE {conditions} '  # noqa: S608
            f"ORDER BY first {order} LIMIT ?",
            (*where.values(), -1 if limit is None else limit),
        )
        return [Held(kind, id, version, n, json.loads(doc)) for id, version, n, doc in found.fetchall()]

    def written(self, *kinds: str) -> int:
        return max((self._written.get(kind, 0) for kind in kinds or self._written), default=0)

    def stood(self, places: Sequence[str], start_ms: int, end_ms: int) -> list[Stood]:
        return stays.within(self.conn, places, start_ms, end_ms)

    def next_id(self, kind: str, prefix: str) -> str:
        found = self.conn.execute(
            f'SELECT max(id) FROM "{tables.table_of(kind)}" WHERE id > ? AND id < ?',  # noqa: S608
            (prefix, prefix + "~"),
        ).fetchone()[0]
        last = int(found.removeprefix(prefix)) if found else 0
        return f"{prefix}{last + 1:06d}"

    def blob(self, sha256: str) -> bytes:
        return self.blobs.get(sha256)

    def secret(self, owner: str, name: str) -> bytes | None:
        row = self.conn.execute("SELECT value FROM vault WHERE owner = ? AND name = ?", (owner, name)).fetchone()
        return bytes(row[0]) if row else None

    def history(self, kind: str, id: str) -> list[Entry]:
        found = self.conn.execute(
            "SELECT line FROM entry WHERE json_extract(line, '$.obj') = ? ORDER BY n", (f"{kind}:{id}",)
        )
        return [read_entry(line) for (line,) in found.fetchall()]

    def entries(self, after: int = 0, until: int | None = None) -> Iterator[tuple[int, str]]:
        top = self._n if until is None else until
        while after < top:
            rows = self.conn.execute(
                "SELECT n, line FROM entry WHERE n > ? AND n <= ? ORDER BY n LIMIT 5000", (after, top)
            ).fetchall()
            if not rows:
                return
            yield from ((int(n), str(line)) for n, line in rows)
            after = int(rows[-1][0])

    def trail(
        self, before: int | None, limit: int, *, about: Sequence[str] = (), by: str = ""
    ) -> list[tuple[int, str]]:
        return trail.page(self.conn, before, limit, about=about, by=by)

    def search(self, text: str, *, kinds: Sequence[str] = (), limit: int = 30) -> list[Hit]:
        query = search_words.phrase(text)
        if query is None:
            return []
        chosen = f"AND kind IN ({', '.join('?' * len(kinds))}) " if kinds else ""
        found = self.conn.execute(
            f"SELECT kind, id, text FROM p_search WHERE p_search MATCH ? {chosen}ORDER BY rowid DESC LIMIT ?",  # noqa: S608
            (f"text : ({query})", *kinds, limit),
        )
        return [Hit(kind, id, words) for kind, id, words in found.fetchall()]

    def note(self, name: str) -> str | None:
        row = self.conn.execute("SELECT value FROM side WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    # --- checkpoints, backup, closing -----------------------------------------------------------------------------

    @property
    def identity(self) -> str:
        """An id of this database: the first entry's hash, or none while it is empty."""
        row = self.conn.execute("SELECT line FROM entry WHERE n = 1").fetchone()
        return ledger.link(row[0])[:16] if row else ""

    @property
    def size(self) -> int:
        """Entries of the station's own chain."""
        return self._seq

    def checkpoint(self, who: Actor, at: Moment) -> str:
        tree = self._tree()
        rows = self.conn.execute(
            "SELECT line FROM entry WHERE station = ? AND seq > ? ORDER BY seq", (self.station, tree.size)
        )
        for (line,) in rows:
            tree.add(line.encode("utf-8"))
        point = ledger.checkpoint(f"cellguide/{self.identity}/{self.station}", tree, self._prev)
        text = ledger.note(point, self.machine.sign, self.machine.public())
        self.remember(f"tree-{self.station}", tree.dump())
        self.append(
            "checkpoint", [Change("checkpoint", f"{self.station}-{point.size}", {"note": text})], who=who, at=at
        )
        self._move_head()
        return text

    def _tree(self) -> ledger.Tree:
        """The tree as the last checkpoint left it; from the start where that is unreadable or reaches too far."""
        try:
            tree = ledger.Tree.load(self.note(f"tree-{self.station}") or "")
        except ValueError:
            return ledger.Tree()
        return tree if tree.size <= self._seq else ledger.Tree()

    def _move_head(self) -> None:
        try:
            if self.machine.letter != self.station:
                self.machine.become(self.station)
            self.machine.set_head(self.identity, self.station, self._seq, self._prev)
            self.head_fault = ""
        except OSError as fault:
            self.head_fault = str(fault)

    def rest(self) -> None:
        if self._n == self._seen != self._rested:
            with suppress(sqlite3.Error):  # what cannot be carried over now stays in the log, as durable as before
                self.conn.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._rested = self._n
        self._seen = self._n

    def secret_key(self) -> bytes:
        return self.machine.secret

    def public_key(self) -> bytes:
        return self.machine.public()

    def backup(self, folder: str, progress: Callable[[int, int], None] | None = None) -> str:
        """Copy here and now; the window calls ``db.backup.make`` with the path, in the pool."""
        from . import backup

        if self.path is not None:
            return backup.make(self.path, Path(folder), progress)
        return backup.make_from(self.conn, None, Path(folder), progress)

    def source(self) -> Reader:
        """What an inspection copy is made from, through this connection; a pool thread opens its own by path."""
        from .verify import Reader

        return Reader(self.conn, self.blobs.folder)

    def close(self) -> None:
        self.conn.close()
        if self._lock is not None:
            self._lock.release()


class _Transaction:
    """A small write that leaves no entry. A fault becomes the same refusal as a failed act."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def __enter__(self) -> None:
        try:
            self._store.conn.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as fault:
            raise Refusal("store.not_saved", act="remember", reason=str(fault)) from fault

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        conn = self._store.conn
        try:
            conn.execute("COMMIT" if fault is None else "ROLLBACK")
        except sqlite3.DatabaseError as late:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise Refusal("store.not_saved", act="remember", reason=str(late)) from late
        if isinstance(fault, sqlite3.DatabaseError):
            raise Refusal("store.not_saved", act="remember", reason=str(fault)) from fault

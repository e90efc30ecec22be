"""Verifying a database as a stranger would: read-only, without the program's lock, in a process of its own if large.

The words: INTACT · BROKEN AT n (chain, checkpoint or signature) · ROLLED BACK · FOREIGN · DAMAGED (file, triggers,
blobs, projections) · NEWER. ``cellguide.proof`` judges what the lines claim; here is what only the file can show.
"""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

from cellguide import ledger, proof
from cellguide.canonical import sha256
from cellguide.ledger import Verdict
from cellguide.refusal import Refusal

from . import project, schema, stays, tables
from .machine import Machine

Progress = Callable[[int, int], None]


def connect(path: Path) -> sqlite3.Connection:
    """Open ``path`` for reading alone, beside a program that writes it or without one.

    A database that nobody has open is read as immutable: nothing is created beside it, so that a copy on a
    read-only medium, or in evidence, stays as it was.
    """
    address = path.resolve().as_uri()
    beside = path.with_name(path.name + "-wal").exists()
    conn = sqlite3.connect(f"{address}?mode=ro" + ("" if beside else "&immutable=1"), uri=True, isolation_level=None)
    conn.execute("PRAGMA query_only = ON")
    return conn


class Reader:
    """The ledger's lines and blobs through one connection; what proofs and inspection copies are made from."""

    def __init__(self, conn: sqlite3.Connection, folder: Path | None) -> None:
        self._conn = conn
        self._folder = folder

    def stations(self) -> list[str]:
        """The letters in the order in which their chains began."""
        found = self._conn.execute("SELECT station FROM entry GROUP BY station ORDER BY min(n)")
        return [str(station) for (station,) in found.fetchall()]

    def lines(self, station: str) -> Iterator[str]:
        found = self._conn.execute("SELECT line FROM entry WHERE station = ? ORDER BY seq", (station,))
        return (line for (line,) in found)

    def raw_lines(self, station: str) -> Iterator[bytes]:
        """The same as bytes, for hashing: not decoded only to be encoded again."""
        found = self._conn.execute("SELECT CAST(line AS BLOB) FROM entry WHERE station = ? ORDER BY seq", (station,))
        return (line for (line,) in found)

    def about(self, start: str) -> Iterator[bytes]:
        """The lines about objects that begin with ``start``, in order; found by the index."""
        found = self._conn.execute(
            "SELECT CAST(line AS BLOB) FROM entry WHERE json_extract(line, '$.obj') >= ? "
            "AND json_extract(line, '$.obj') < ? ORDER BY n",
            (start, start + "\U0010ffff"),
        )
        return (line for (line,) in found.fetchall())

    def names(self) -> Iterator[str]:
        """The SHA-256 of every blob."""
        return (str(name) for (name,) in self._conn.execute("SELECT sha256 FROM blob ORDER BY sha256"))

    def fetch(self, name: str) -> bytes | None:
        """The bytes as they lie there, unchecked, or None."""
        row = self._conn.execute("SELECT data FROM blob WHERE sha256 = ?", (name,)).fetchone()
        if row is None:
            return None
        if row[0] is not None:
            return bytes(row[0])
        path = self._folder / name[:2] / name[2:] if self._folder is not None else None
        return path.read_bytes() if path is not None and path.is_file() else None

    def size(self) -> int:
        return int(self._conn.execute("SELECT count(*) FROM entry").fetchone()[0])

    def close(self) -> None:
        self._conn.close()


def open_reader(path: Path) -> Reader:
    """A reader of the database at ``path`` for the thread that calls; the lock is not asked for."""
    return Reader(connect(path), path.with_name(path.name + ".blobs"))


def verify_database(
    path: Path,
    machine: Machine | None = None,
    *,
    deep: bool = False,
    trust: bytes | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Check the database at ``path``; works while a program has it open. Raises Refusal ``store.missing``.

    ``machine``: compare with the head that this station remembers. ``deep``: compare every projection with what the
    entries add up to. ``trust``: the root's certificate (PEM) from outside. ``progress`` hears (entries read, of all).
    """
    if not path.is_file():
        raise Refusal("store.missing", path=str(path))
    beside = path.with_name(path.name + "-wal")
    alone = not beside.exists()
    verdict = _verify(path, machine, deep, trust, progress)
    if not verdict.intact and alone and beside.exists():
        # A program opened it meanwhile, and an immutable reader does not follow writes: look again, beside it.
        return _verify(path, machine, deep, trust, progress)
    return verdict


def _verify(path: Path, machine: Machine | None, deep: bool, trust: bytes | None, progress: Progress | None) -> Verdict:
    try:
        conn = connect(path)
    except sqlite3.Error as fault:
        return Verdict("DAMAGED", why=str(fault))
    try:
        conn.execute("BEGIN")  # one state of the file for all questions
        found = _header(conn)
        if found is not None:
            return found
        reader = Reader(conn, path.with_name(path.name + ".blobs"))
        verdict = check(reader, trust=trust, progress=progress)
        if verdict.intact:
            bad = _file(conn, reader) or _head(conn, machine) or (_projections(conn) if deep else None)
            return bad or verdict
        return verdict
    except (sqlite3.Error, OSError, ValueError, TypeError, KeyError, OverflowError) as fault:
        # A flipped byte can make text undecodable or a document no document; whatever it raises, it is damage.
        return Verdict("DAMAGED", why=str(fault))
    finally:
        conn.close()


def check(reader: Reader, *, trust: bytes | None = None, progress: Progress | None = None) -> Verdict:
    """Prove all chains of ``reader`` and what they claim."""
    chains = {station: reader.raw_lines(station) for station in reader.stations()}
    total = reader.size() if progress is not None else 0
    heard = (lambda count: progress(count, total)) if progress is not None else None
    return proof.check(chains, reader.fetch, reader.about, trust=trust, progress=heard)


def _header(conn: sqlite3.Connection) -> Verdict | None:
    if conn.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
        return Verdict("FOREIGN", why="not a CellGuide database")
    version = conn.execute("PRAGMA user_version").fetchone()[0]
    if version > schema.SCHEMA_VERSION:
        return Verdict("NEWER", why=f"schema {version}, this program knows {schema.SCHEMA_VERSION}")
    wrong = schema.faults(conn)
    return Verdict("DAMAGED", why=", ".join(wrong)) if wrong else None


def _file(conn: sqlite3.Connection, reader: Reader) -> Verdict | None:
    """SQLite's own check, the entries' numbers over the whole file, every blob against its name."""
    sound = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if sound != "ok":
        return Verdict("DAMAGED", why=str(sound))
    count, last = conn.execute("SELECT count(*), coalesce(max(n), 0) FROM entry").fetchone()
    if count != last:
        return Verdict("DAMAGED", why=f"{count} entries, the last is number {last}")
    for name in reader.names():
        data = reader.fetch(name)
        if data is None or sha256(data) != name:
            return Verdict("DAMAGED", why=f"blob {name[:16]} {'missing' if data is None else 'changed'}")
    return None


def _head(conn: sqlite3.Connection, machine: Machine | None) -> Verdict | None:
    """Compare with what the station remembers; a head behind the database is fine."""
    first = conn.execute("SELECT line FROM entry WHERE n = 1").fetchone()
    if machine is None:
        return None
    letter = machine.letter
    size, chain = machine.head(ledger.link(first[0])[:16] if first else "", letter)
    if size == 0:
        return None
    reached = conn.execute("SELECT max(seq) FROM entry WHERE station = ?", (letter,)).fetchone()[0] or 0
    row = conn.execute("SELECT line FROM entry WHERE station = ? AND seq = ?", (letter, size)).fetchone()
    if row is None:
        return Verdict("ROLLED BACK", reached, reached + 1, f"the station saw {size}", station=letter)
    if ledger.link(row[0]) != chain:
        return Verdict("BROKEN", reached, size, "not the entry that the station remembers", station=letter)
    return None


def _projections(conn: sqlite3.Connection) -> Verdict | None:
    """Compare every projection with what the entries add up to; one of another version is made anew at opening."""
    row = conn.execute("SELECT value FROM side WHERE name = 'projection_version'").fetchone()
    if row is None or row[0] != str(tables.PROJECTION_VERSION):
        return None
    try:
        objects = project.collect(conn)
    except Refusal as refusal:
        return Verdict("NEWER", why=str(refusal))
    words: dict[int, tuple[str, str, str]] = {}
    for kind in tables.KINDS:
        made = objects[kind.name]
        count = 0
        for id, version, first, n, doc in conn.execute(f'SELECT id, version, first, n, doc FROM "p_{kind.name}"'):  # noqa: S608
            count += 1
            held = made.get(id)
            if held is None or [version, first, n, json.loads(doc)] != held:
                return Verdict("DAMAGED", at=int(n), why=f"projection {kind.name}:{id}")
        if count != len(made):
            return Verdict("DAMAGED", why=f"projection {kind.name}: {count} of {len(made)}")
        if kind.words is not None:
            for id, held in made.items():
                line = project.Row(id, *held)
                words[line.first] = (kind.name, id, project.search_text(kind.name, line))
    found = {
        rowid: (kind, id, text) for rowid, kind, id, text in conn.execute("SELECT rowid, kind, id, text FROM p_search")
    }
    if found != words:
        return Verdict("DAMAGED", why="projection search")
    return Verdict("DAMAGED", why=f"projection {stays.NAME}") if stays.differ(conn) else None


# --- in a process of its own ------------------------------------------------------------------------------------


def verify_in_child(
    path: Path,
    machine: Machine | None = None,
    *,
    deep: bool = False,
    trust: bytes | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """``verify_database`` in a child process, for the window's pool: hashing in a thread would stall the window.

    Whatever ``progress`` raises ends the child and comes through (that is how a person cancels). Raises Refusal
    ``store.check_stopped`` when the child ends without an answer.
    """
    context = multiprocessing.get_context("spawn")
    answers: Any = context.Queue()
    child = context.Process(target=run_child, args=(answers, str(path), machine, deep, trust), daemon=True)
    child.start()
    try:
        while True:
            try:
                kind, value = answers.get(timeout=0.2)
            except Empty:
                if not child.is_alive():
                    raise Refusal("store.check_stopped", path=str(path)) from None
                continue
            if kind == "verdict":
                return Verdict(*value)
            if kind == "refusal":
                raise Refusal(value[0], **value[1])
            if progress is not None:
                progress(*value)
    finally:
        child.terminate()
        child.join()
        answers.close()


def run_child(answers: Any, path: str, machine: Machine | None, deep: bool, trust: bytes | None) -> None:
    """What the child runs; a top-level function, so that ``spawn`` finds it by its name."""
    try:
        found = verify_database(
            Path(path), machine, deep=deep, trust=trust, progress=lambda *count: answers.put(("progress", count))
        )
    except Refusal as refusal:
        answers.put(("refusal", (refusal.code, refusal.facts)))
    else:
        fields = (found.word, found.size, found.at, found.why, found.chain, found.root, found.station)
        answers.put(("verdict", fields))

"""Backup and restore: a verified copy of database, blobs and vault, and the way back (engineering-review 21, 22)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cellguide.ledger import Verdict
from cellguide.refusal import Refusal

from . import location
from .machine import sync_folder, write_durably
from .verify import connect, verify_database

KEEP = 14
DATABASE, BLOBS, MANIFEST = "cellguide.db", "cellguide.db.blobs", "backup.json"

Progress = Callable[[int, int], None]
Check = Callable[[Path], Verdict]


def make(database: Path, folder: Path, progress: Progress | None = None, check: Check = verify_database) -> str:
    """Copy the database at ``database`` into ``folder`` and verify the copy; returns the verdict's words.

    Opens a connection of its own for reading alone: runs in the pool while the window writes on, and copies one state
    of the ledger. The newest KEEP copies that verified stay; one that did not is kept beside them under ``…-FAILED``,
    and is never taken for a backup. ``check``: how the copy is verified; the window has a child process do it, for
    hashing in a thread of its own would stall it. Raises Refusal ``backup.folder``, ``backup.source``.
    """
    blobs = database.with_name(database.name + ".blobs")
    try:
        conn = connect(database)
    except sqlite3.Error as fault:
        raise Refusal("backup.source", path=str(database), reason=str(fault)) from fault
    try:
        return make_from(conn, blobs, folder, progress, check)
    finally:
        conn.close()


def make_from(
    conn: sqlite3.Connection,
    blobs: Path | None,
    folder: Path,
    progress: Progress | None = None,
    check: Check = verify_database,
) -> str:
    """The same through a connection of the calling thread. ``blobs``: the folder of large blobs, where there is one.

    Large blobs are shared between copies of one folder by hard link where the disk can, for they never change.
    """
    if blobs is not None and folder.resolve().is_relative_to(blobs.resolve()):
        raise Refusal("backup.folder", folder=str(folder), reason="inside the database's own folder")
    partial = folder / ".partial"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True, mode=0o700)
        size, name = _copy_database(conn, partial / DATABASE, progress)
        linked = _copy_blobs(blobs, partial / BLOBS, _newest(folder))
        verdict = check(partial / DATABASE)
        if not verdict.intact and linked:
            # A blob shared with an earlier copy may have gone bad there: once more, all from the source.
            shutil.rmtree(partial / BLOBS)
            _copy_blobs(blobs, partial / BLOBS, None)
            verdict = check(partial / DATABASE)
        _put_in_place(partial, folder / (name if verdict.intact else f"{name}-FAILED"), verdict, size)
    except (OSError, sqlite3.Error) as fault:
        shutil.rmtree(partial, ignore_errors=True)
        reason = getattr(fault, "strerror", None) or str(fault)
        raise Refusal("backup.folder", folder=str(folder), reason=reason) from fault
    if verdict.intact:
        for old in _copies(folder)[:-KEEP]:
            shutil.rmtree(old.folder, ignore_errors=True)
    return str(verdict)


def _copy_database(conn: sqlite3.Connection, target: Path, progress: Progress | None) -> tuple[int, str]:
    """Copy one state of the database; returns how many entries it has, and the copy's name."""
    begun = not conn.in_transaction
    if begun:
        conn.execute("BEGIN")
    try:
        last = conn.execute("SELECT n, station FROM entry ORDER BY n DESC LIMIT 1").fetchone() or (0, "A")
        copy = sqlite3.connect(target)
        try:
            conn.backup(copy, pages=2048, progress=lambda _, left, of: progress(of - left, of) if progress else None)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
    finally:
        if begun:
            conn.execute("ROLLBACK")
    with suppress(OSError):  # a stick that knows no rights
        target.chmod(0o600)
    return int(last[0]), f"{last[1]}-{last[0]:09d}"


def _copy_blobs(source: Path | None, target: Path, earlier: Path | None) -> int:
    """Copy the large blobs; returns how many were linked to an earlier copy's."""
    if source is None or not source.exists():
        return 0
    linked = 0
    for path in source.rglob("*"):
        if not path.is_file() or path.name.startswith("."):
            continue
        relative = path.relative_to(source)
        place = target / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        before = earlier / BLOBS / relative if earlier is not None else None
        if before is not None and before.exists():
            with suppress(OSError):
                place.hardlink_to(before)
                linked += 1
                continue
        _copy_file(path, place)
    return linked


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())


def _put_in_place(partial: Path, target: Path, verdict: Verdict, size: int) -> None:
    facts = {"verdict": str(verdict), "why": verdict.why, "size": size}
    write_durably(partial / MANIFEST, json.dumps(facts).encode(), 0o644)
    aside = target.with_name(f".{target.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        target.rename(aside)
    partial.rename(target)
    sync_folder(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


class Kept(NamedTuple):
    """A verified copy: how many entries it has, and where it lies."""

    size: int
    folder: Path


def _copies(folder: Path) -> list[Kept]:
    """The copies that verified when they were made, oldest first."""
    found = []
    for path in folder.glob(f"[A-Z]-*/{MANIFEST}"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            facts = json.loads(path.read_text("utf-8"))
            if facts["verdict"] == "INTACT":
                found.append(Kept(int(facts["size"]), path.parent))
    return sorted(found)


def _newest(folder: Path) -> Path | None:
    copies = _copies(folder)
    return copies[-1].folder if copies else None


def verify_copy(folder: Path) -> Verdict:
    """Check a copy as a stranger would: SQLite's own check, triggers, chains, signatures, every blob."""
    return verify_database(folder / DATABASE)


def restore_files(copy: Path, database: Path) -> Verdict:
    """Put a verified copy where no database is; ``open_store(…, succeed=True)`` and two people go on.

    Raises Refusal ``restore.no_copy``, ``restore.in_the_way``, ``restore.not_intact``, ``restore.failed`` and those of
    a place where no database may lie. Refused, it leaves nothing behind but blobs, which are harmless.
    """
    if not (copy / DATABASE).is_file():
        raise Refusal("restore.no_copy", folder=str(copy))
    location.check(database)
    for name in (database.name, database.name + "-wal", database.name + "-journal"):
        if database.with_name(name).exists():
            raise Refusal("restore.in_the_way", path=str(database.with_name(name)))
    verdict = verify_copy(copy)
    if not verdict.intact:
        raise Refusal("restore.not_intact", verdict=str(verdict), folder=str(copy))
    arriving = database.with_name(f".{database.name}.arriving")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        _copy_blobs(copy / BLOBS, database.with_name(database.name + ".blobs"), None)
        _copy_file(copy / DATABASE, arriving)
        if _hash(arriving) != _hash(copy / DATABASE):
            raise OSError("the copied file differs from the backup")
        arriving.chmod(0o600)
        arriving.replace(database)
        sync_folder(database.parent)
    except OSError as fault:
        with suppress(OSError):
            arriving.unlink(missing_ok=True)
        raise Refusal("restore.failed", path=str(database), reason=fault.strerror or str(fault)) from fault
    return verdict


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

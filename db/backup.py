"""Backup and restore: a verified copy of database, blobs and vault, and the way back (engineering-review 21, 22)."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cellguide import ledger
from cellguide.canonical import sha256
from cellguide.refusal import Refusal

from .blobs import Blobs
from .machine import sync_folder, write_durably

if TYPE_CHECKING:
    from .store import SqliteStore

KEEP = 14
DATABASE, BLOBS, MANIFEST = "cellguide.db", "cellguide.db.blobs", "backup.json"


def make(store: SqliteStore, folder: Path, progress: Callable[[int, int], None] | None = None) -> str:
    """Copy into ``folder``/<size> and verify the copy; returns the verdict's words. The newest KEEP copies stay.

    Large blobs are shared between copies of one folder by hard link where the disk can, for they never change.
    """
    if store.path is not None and folder.resolve().is_relative_to(store.path.with_name(store.path.name + ".blobs").resolve()):
        raise Refusal("backup.folder", folder=str(folder), reason="inside the database's own folder")
    name = f"{store.station}-{store.size:09d}"
    target = folder / name
    partial = folder / f".{name}.partial"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        with sqlite3.connect(partial / DATABASE) as copy:
            store.conn.backup(copy, pages=2048, progress=lambda _, left, of: progress(of - left, of) if progress else None)
            copy.execute("PRAGMA journal_mode = DELETE")
        copy.close()
        _copy_blobs(store, partial / BLOBS, _newest(folder))
        verdict = verify_copy(partial)
        write_durably(partial / MANIFEST, json.dumps({"verdict": str(verdict), "size": store.size}).encode(), 0o644)
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
        sync_folder(folder)
    except OSError as fault:
        shutil.rmtree(partial, ignore_errors=True)
        raise Refusal("backup.folder", folder=str(folder), reason=fault.strerror or str(fault)) from fault
    for old in _copies(folder)[:-KEEP]:
        shutil.rmtree(old, ignore_errors=True)
    return str(verdict)


def _copies(folder: Path) -> list[Path]:
    found = (path for path in folder.iterdir() if (path / MANIFEST).is_file())
    return sorted(found, key=lambda path: int(json.loads((path / MANIFEST).read_text())["size"]))


def _newest(folder: Path) -> Path | None:
    copies = _copies(folder)
    return copies[-1] if copies else None


def _copy_blobs(store: SqliteStore, target: Path, earlier: Path | None) -> None:
    source = store.blobs.folder
    if source is None or not source.exists():
        return
    for path in source.rglob("*"):
        if not path.is_file() or path.name.startswith("."):
            continue
        relative = path.relative_to(source)
        place = target / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        before = earlier / BLOBS / relative if earlier is not None else None
        try:
            if before is None or not before.exists():
                raise FileNotFoundError
            place.hardlink_to(before)
        except OSError:
            shutil.copyfile(path, place)


def verify_copy(folder: Path) -> ledger.Verdict:
    """Check a copy as a stranger would: SQLite's own check, the chain, every blob against its name."""
    conn = sqlite3.connect(f"file:{folder / DATABASE}?mode=ro", uri=True)
    try:
        if conn.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            return ledger.Verdict("DAMAGED", why="integrity")
        blobs = Blobs(conn, folder / BLOBS)
        for name, _ in blobs.names():
            try:
                blobs.get(name)
            except Refusal as refusal:
                return ledger.Verdict("DAMAGED", why=f"{refusal.code} {name}")
        stations = [row[0] for row in conn.execute("SELECT DISTINCT station FROM entry ORDER BY station")]
        verdict = ledger.Verdict("INTACT")
        for station in stations:
            lines = conn.execute("SELECT line FROM entry WHERE station = ? ORDER BY seq", (station,))
            verdict = ledger.audit((line for (line,) in lines), with_root=False)
            if not verdict.intact:
                return verdict
        return verdict
    except sqlite3.DatabaseError as fault:
        return ledger.Verdict("DAMAGED", why=str(fault))
    finally:
        conn.close()


def restore_files(copy: Path, database: Path) -> ledger.Verdict:
    """Put a verified copy where no database is. Raises ``restore.not_intact``, ``restore.in_the_way``, ``restore.no_copy``."""
    if not (copy / DATABASE).is_file():
        raise Refusal("restore.no_copy", folder=str(copy))
    if database.exists():
        raise Refusal("restore.in_the_way", path=str(database))
    verdict = verify_copy(copy)
    if not verdict.intact:
        raise Refusal("restore.not_intact", verdict=str(verdict), folder=str(copy))
    database.parent.mkdir(parents=True, exist_ok=True)
    blobs = database.with_name(database.name + ".blobs")
    if (copy / BLOBS).exists():
        shutil.copytree(copy / BLOBS, blobs, dirs_exist_ok=True)
    data = (copy / DATABASE).read_bytes()
    write_durably(database, data, 0o600)
    if sha256(database.read_bytes()) != sha256(data):
        raise Refusal("restore.not_intact", verdict="COPY", folder=str(copy))
    return verdict

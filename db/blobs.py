"""Blobs by SHA-256: small ones in the database, large ones as files beside it, both written once."""

from __future__ import annotations

import itertools
import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from cellguide.canonical import Named, named, sha256
from cellguide.refusal import Refusal
from cellguide.store import Blob

from .machine import sync_folder, write_all, write_durably

INLINE_BYTES_MAX = 256 * 1024
_LAYING = ".laying-"
_numbers = itertools.count()


class Shelf:
    """``folder``/ab/cdef…: where large blobs lie. Knows no database, so any thread may lay a file there before the
    entry that names it is written (engineering-review 9); one that no entry comes to name harms nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def path(self, name: str) -> Path | None:
        return self.folder / name[:2] / name[2:] if self.folder is not None else None

    def holds(self, name: str, size: int) -> bool:
        """Whether that file lies there whole. One of another size lost a part of itself on a disk."""
        path = self.path(name)
        return path is not None and path.is_file() and path.stat().st_size == size

    def begin(self, data: bytes) -> Laying:
        """Begin to hash ``data`` and to write it down, in a thread of its own."""
        return Laying(self, data)

    def sweep(self) -> None:
        """Take away what a killed program had half written; only for the program that holds the database's lock."""
        for path in self.folder.glob(f"{_LAYING}*") if self.folder is not None else ():
            path.unlink(missing_ok=True)


class Laying:
    """A blob on its way into the shelf: hashed first, then written beside, fsynced, and renamed by ``keep``."""

    def __init__(self, shelf: Shelf, data: bytes) -> None:
        self._shelf, self._data = shelf, data
        self._beside: Path | None = None
        if shelf.folder is not None and len(data) > INLINE_BYTES_MAX:
            self._beside = shelf.folder / f"{_LAYING}{os.getpid()}-{next(_numbers)}"
        self._name = ""
        self._named = threading.Event()
        self._fault: OSError | None = None
        self._thread = threading.Thread(target=self._lay, name="laying", daemon=True)
        self._thread.start()

    def _lay(self) -> None:
        self._name = sha256(self._data)
        self._named.set()
        try:
            if self._beside is not None and not self._shelf.holds(self._name, len(self._data)):
                _write_beside(self._beside, self._data)
        except OSError as fault:
            self._fault = fault

    def digest(self) -> str:
        """The blob's SHA-256, as soon as it is known."""
        self._named.wait()
        return self._name

    def keep(self) -> Named:
        """Put the file in its place; returns what the entry's write takes. Raises Refusal ``store.not_saved``."""
        self._thread.join()
        name, size = self._name, len(self._data)
        if self._beside is None:
            return Named(name, size, self._data)
        path = self._shelf.path(name)
        assert path is not None
        try:
            if self._fault is not None:
                raise self._fault
            if self._beside.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                self._beside.replace(path)
                sync_folder(path.parent)
        except OSError as fault:
            self.drop()
            raise Refusal("store.not_saved", act="take_in_file", reason=str(fault)) from fault
        return Named(name, size, None)

    def drop(self) -> None:
        """Nobody wants it: what was written beside goes; what lies in its place already stays."""
        self._thread.join()
        if self._beside is not None:
            with suppress(OSError):
                self._beside.unlink(missing_ok=True)


def _write_beside(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    try:
        write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


class Blobs:
    """Blobs as the database knows them, the large ones in its shelf. An in-memory database keeps all inside."""

    def __init__(self, conn: sqlite3.Connection, folder: Path | None) -> None:
        self._conn = conn
        self.folder = folder
        self.shelf = Shelf(folder)

    def put_file(self, blob: Blob) -> Named:
        """Put a large blob's file in place, fsynced and renamed, before the entry that names it commits.

        Raises FileNotFoundError when one that was laid before lies there no more.
        """
        given = blob if isinstance(blob, Named) else named(blob)
        path = self.shelf.path(given.sha256) if given.size > INLINE_BYTES_MAX else None
        if path is None or self.shelf.holds(given.sha256, given.size):
            return given
        if given.data is None:
            raise FileNotFoundError(str(path))
        write_durably(path, given.data, 0o644)
        return given

    def put_row(self, blob: Named) -> None:
        """Insert the row of a blob inside the caller's transaction; nothing happens when it is there already."""
        if self._conn.execute("SELECT 1 FROM blob WHERE sha256 = ?", (blob.sha256,)).fetchone():
            return
        inline = blob.data if self.folder is None or blob.size <= INLINE_BYTES_MAX else None
        self._conn.execute("INSERT INTO blob VALUES (?, ?, ?)", (blob.sha256, blob.size, inline))

    def get(self, name: str) -> bytes:
        """Return the bytes, checked against their name."""
        row = self._conn.execute("SELECT data FROM blob WHERE sha256 = ?", (name,)).fetchone()
        path = self.shelf.path(name)
        if row is None:
            raise Refusal("store.blob_missing", sha256=name)
        if row[0] is not None:
            data = bytes(row[0])
        elif path is not None and path.exists():
            data = path.read_bytes()
        else:
            raise Refusal("store.blob_missing", sha256=name)
        if sha256(data) != name:
            raise Refusal("store.blob_damaged", sha256=name)
        return data

    def names(self) -> list[tuple[str, int]]:
        """Every (sha256, size) that the database knows."""
        return [
            (str(name), int(size)) for name, size in self._conn.execute("SELECT sha256, size FROM blob ORDER BY sha256")
        ]

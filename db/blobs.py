"""Blobs by SHA-256: small ones in the database, large ones as files beside it, both written once."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from cellguide.canonical import sha256
from cellguide.refusal import Refusal

from .machine import write_durably

INLINE_BYTES_MAX = 256 * 1024


class Blobs:
    """``folder``/ab/cdef… for what is larger than INLINE_BYTES_MAX. In-memory databases keep everything inside."""

    def __init__(self, conn: sqlite3.Connection, folder: Path | None) -> None:
        self._conn = conn
        self.folder = folder

    def _path(self, name: str) -> Path | None:
        return self.folder / name[:2] / name[2:] if self.folder is not None else None

    def put_file(self, data: bytes) -> None:
        """Put a large blob's file in place, fsynced and renamed, before the entry that names it commits."""
        name = sha256(data)
        path = self._path(name)
        if path is None or len(data) <= INLINE_BYTES_MAX:
            return
        # A file of another size is not what its name says: a disk lost part of it, and here are the bytes again.
        if not path.exists() or path.stat().st_size != len(data):
            write_durably(path, data, 0o644)

    def put_row(self, data: bytes) -> None:
        """Insert the row of a blob inside the caller's transaction; nothing happens when it is there already."""
        name = sha256(data)
        if self._conn.execute("SELECT 1 FROM blob WHERE sha256 = ?", (name,)).fetchone():
            return
        inline = data if self.folder is None or len(data) <= INLINE_BYTES_MAX else None
        self._conn.execute("INSERT INTO blob VALUES (?, ?, ?)", (name, len(data), inline))

    def get(self, name: str) -> bytes:
        """Return the bytes, checked against their name."""
        row = self._conn.execute("SELECT data FROM blob WHERE sha256 = ?", (name,)).fetchone()
        path = self._path(name)
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

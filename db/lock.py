"""One program per database: the lock lives as long as the process, whatever ends it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cellguide.clock import boot_id
from cellguide.refusal import Refusal


class Lock:
    """An operating-system lock on ``<database>.lock``, whose text says who holds it."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as fault:
            raise Refusal("store.unreadable", path=str(database), reason=fault.strerror or str(fault)) from fault
        try:
            self._take()
        except OSError:
            holder = os.pread(self._handle, 64, 0).decode(errors="replace") if hasattr(os, "pread") else ""
            os.close(self._handle)
            raise Refusal("store.in_use", path=str(database), holder=holder.strip() or "?") from None
        os.ftruncate(self._handle, 0)
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, f"{os.getpid()} {boot_id()}\n".encode())

    def _take(self) -> None:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(self._handle, 1 << 20, os.SEEK_SET)  # lock a byte past the text, so that others can read it
            msvcrt.locking(self._handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        """Give the database free; again does nothing. The file stays: removing it would race with the next program."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

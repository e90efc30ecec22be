"""Doors: how the mouths (window, command line) reach a store without knowing the database behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .ledger import Verdict
from .store import Store

if TYPE_CHECKING:
    from .copies import Source

Progress = Callable[[int, int], None]


class Open(Protocol):
    """Open a database; returns the store and the machine's part of a PIN.

    ``station``: the station's folder, None for the usual place. ``succeed``: after a restore or on another computer,
    to begin the next chain.
    """

    def __call__(
        self, path: Path, station: Path | None, create: bool, *, succeed: bool = False
    ) -> tuple[Store, bytes]: ...


@dataclass(frozen=True, slots=True)
class Doors:
    """Wired in ``main.py``. What takes a path opens a connection of its own and may run in the pool.

    ``verify(path, root_pem)``: a verdict without taking the lock. ``backup(path, folder, progress)``: a verified copy's
    verdict. ``restore(copy, path)``: puts a verified copy where no database is. ``reader(path)``: what an inspection
    copy is made from. ``rebuild(store)``: makes every projection anew. ``check(path, progress)``: a verdict from a
    process of its own, so that the window goes on; whatever ``progress`` raises ends it.
    """

    open: Open
    verify: Callable[[Path, bytes | None], Verdict]
    backup: Callable[[Path, Path, Progress | None], str]
    restore: Callable[[Path, Path], Verdict]
    reader: Callable[[Path], Source]
    rebuild: Callable[[Store], int]
    check: Callable[[Path, Progress | None], Verdict]
    is_database: Callable[[Path], bool]
    default_database: Callable[[], Path]

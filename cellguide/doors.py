"""Doors: how the mouths (window, command line) reach a store without knowing the database behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .ledger import Verdict
from .store import Store

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Doors:
    """Wired in ``main.py``.

    ``open(path, station_folder, create)`` → (store, pepper). ``verify(path)`` → a verdict without taking the lock.
    ``restore(copy, path)`` puts a verified copy where no database is; ``rebuild(store)`` makes every projection anew.
    """

    open: Callable[[Path, Path | None, bool], tuple[Store, bytes]]
    verify: Callable[[Path], Verdict]
    restore: Callable[[Path, Path], Verdict]
    rebuild: Callable[[Store], int]
    is_database: Callable[[Path], bool]
    default_database: Callable[[], Path]

"""The doors that ``main.py`` hands to the mouths."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cellguide.doors import Doors, Progress
from cellguide.ledger import Verdict
from cellguide.store import Store

from . import open_store, project
from .machine import Machine, system_folder
from .store import SqliteStore

if TYPE_CHECKING:
    from cellguide.copies import Source


def station_folder(path: Path, given: Path | None) -> Path:
    """Where the station's key lies: as given, beside a database that has it there, else machine-wide."""
    beside = path.with_name(path.name + ".station")
    if given is not None:
        return given
    return beside if beside.exists() else system_folder()


def _open(path: Path, station: Path | None, create: bool, *, succeed: bool = False) -> tuple[Store, bytes]:
    machine = Machine(station_folder(path, station))
    store = open_store(path, machine, create=create, succeed=succeed)
    return store, machine.pepper


def _verify(path: Path, root_pem: bytes | None) -> Verdict:
    from .verify import verify_database

    beside = path.with_name(path.name + ".station")
    machine = Machine(beside) if beside.exists() else None
    return verify_database(path, machine, deep=True, trust=root_pem)


def _check(path: Path, progress: Progress | None) -> Verdict:
    from .verify import verify_in_child

    return verify_in_child(path, progress=progress)


def _backup(path: Path, folder: Path, progress: Progress | None) -> str:
    from .backup import make
    from .verify import verify_in_child

    return make(path, folder, progress, verify_in_child)


def _restore(copy: Path, path: Path) -> Verdict:
    from .backup import restore_files

    return restore_files(copy, path)


def _reader(path: Path) -> Source:
    from .verify import open_reader

    return open_reader(path)


def _rebuild(store: Store) -> int:
    assert isinstance(store, SqliteStore)
    return project.rebuild(store.conn)


def _is_database(path: Path) -> bool:
    """By content; a file that calls itself a database is one too, so that a damaged header is DAMAGED, not unknown."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00" or path.suffix == ".db"


def _default_database() -> Path:
    """``CELLGUIDE_DB``, else the system-wide folder where it can be written, else the user's own."""
    named = os.environ.get("CELLGUIDE_DB")
    if named:
        return Path(named)
    folder = system_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    return (folder if writable else Path.home() / ".cellguide") / "cellguide.db"


DOORS = Doors(_open, _verify, _backup, _restore, _reader, _rebuild, _check, _is_database, _default_database)

"""The doors that ``main.py`` hands to the mouths."""

from __future__ import annotations

import os
from pathlib import Path

from cellguide.doors import Doors
from cellguide.ledger import Verdict
from cellguide.store import Store

from . import open_store, project
from .machine import Machine, system_folder
from .store import SqliteStore


def station_folder(path: Path, given: Path | None) -> Path:
    """Where the station's key lies: as given, beside a database that has it there, else machine-wide."""
    beside = path.with_name(path.name + ".station")
    if given is not None:
        return given
    return beside if beside.exists() else system_folder()


def _open(path: Path, station: Path | None, create: bool) -> tuple[Store, bytes]:
    machine = Machine(station_folder(path, station))
    store = open_store(path, machine, create=create)
    return store, machine.pepper


def _verify(path: Path) -> Verdict:
    from .verify import verify_database

    return verify_database(path)


def _restore(copy: Path, path: Path) -> Verdict:
    from .backup import restore_files

    return restore_files(copy, path)


def _rebuild(store: Store) -> int:
    assert isinstance(store, SqliteStore)
    return project.rebuild(store.conn)


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


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


DOORS = Doors(_open, _verify, _restore, _rebuild, _is_database, _default_database)

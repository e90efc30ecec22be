"""Fixtures: a real store in memory or in a temporary file, a clock that is moved by hand, a site with people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import makers
import pytest
from hypothesis import settings

import db
from cellguide.clock import SetClock
from cellguide.desk import Desk

# The same cases every time, and no clock: a suite that fails once in fifty runs is not read any more.
# HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture
def clock() -> SetClock:
    return SetClock("2026-11-22T08:00:00+08:00")


@pytest.fixture
def machine(tmp_path: Path) -> db.Machine:
    return db.Machine(tmp_path / "station")


@pytest.fixture
def store(machine: db.Machine) -> Iterator[db.SqliteStore]:
    """A real store in memory: same tables, same triggers."""
    opened = db.memory_store(machine)
    yield opened
    opened.close()


@pytest.fixture
def bare_desk(store: db.SqliteStore, clock: SetClock) -> Desk:
    """A station before its wizard."""
    return Desk(store, clock, pepper=store.machine.pepper, demo=True)


@pytest.fixture
def desk(bare_desk: Desk) -> Desk:
    """A founded site with the people of ``makers.STAFF``; the pharmacist is signed in."""
    makers.found(bare_desk)
    makers.sit(bare_desk, makers.PHARMACIST)
    return bare_desk


@pytest.fixture
def file_desk(tmp_path: Path, machine: db.Machine, clock: SetClock) -> Iterator[Desk]:
    """The same on a real file."""
    opened = db.open_store(tmp_path / "cellguide.db", machine, create=True)
    desk = Desk(opened, clock, pepper=machine.pepper, demo=True)
    makers.found(desk)
    makers.sit(desk, makers.PHARMACIST)
    yield desk
    opened.close()

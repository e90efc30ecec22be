"""A tank, its probe and two files with a hole between them, one warm quarter of an hour and a refill, all invented."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import makers
import storage_makers as sm

import db
from cellguide.acts import imports, temperature_records
from cellguide.clock import SetClock
from cellguide.desk import Desk

FIRST, LAST = datetime.date(2026, 11, 18), datetime.date(2026, 11, 21)


class Measured(NamedTuple):
    probe: str
    first_file: str
    second_file: str


class Shared(NamedTuple):
    desk: Desk
    measured: Measured


@contextlib.contextmanager
def shared(folder: Path) -> Iterator[Shared]:
    """A desk of its own with all of it, for the tests of a whole file."""
    machine = db.Machine(folder / "station")
    store = db.memory_store(machine)
    desk = Desk(store, SetClock("2026-11-22T08:00:00+08:00"), pepper=machine.pepper, demo=True)
    makers.found(desk)
    makers.sit(desk, makers.PHARMACIST)
    yield Shared(desk, measured(desk))
    store.close()


def c(at: datetime.datetime) -> float:
    """Cold and steady, a quarter of an hour at −145.0 °C on the 21st."""
    if at.day == 21 and at.hour == 14 and at.minute < 15:
        return -145.0
    return -185.0 + at.minute // 5 % 3 / 10


def measured(desk: Desk) -> Measured:
    """Tank B with a bag in it since the 19th; from the 18th to the 22nd, nothing recorded from 08:00 to 16:00 on the
    20th."""
    sm.tanks(desk)
    probe = sm.probe(desk, "B")
    order = sm.order(desk, infusion_on="2026-12-02")
    sm.stored(desk, "C-1", "B/1/01", order_id=order, at="2026-11-19T09:00:00+08:00")
    return Measured(probe, taken(desk, probe, "18 00:00", "20 08:00"), taken(desk, probe, "20 16:00", "22 07:55"))


def taken(desk: Desk, probe: str, first: str, last: str) -> str:
    """A file of November 2026, day and time as given."""
    data = sm.readings(f"2026-11-{first}", f"2026-11-{last}", c)
    return imports.take_in_file(desk, data, f"DEMO-{first[:2]}.csv", probe)


def made(desk: Desk, probe: str, first: datetime.date = FIRST, last: datetime.date = LAST) -> str:
    """The record of those days."""
    return temperature_records.make_temperature_record(desk, probe, first, last)

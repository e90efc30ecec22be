"""Nothing is called intact that was not looked at: the rail says so until the ledger on disk was checked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import makers
import pytest
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.ledger import Verdict
from db.verify import verify_database
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.about import facts
from ui.wiring.chain import ChainWire


class Doors:
    """The check that runs in a process of its own, here in the pool's thread."""

    def __init__(self) -> None:
        self.checks = 0

    def check(self, path: Path, _progress: Callable[[int, int], None] | None) -> Verdict:
        self.checks += 1
        return verify_database(path)


def checked(station: Station, wire: ChainWire, qtbot: Any) -> None:
    wire.check()
    qtbot.waitUntil(lambda: wire._job is None, timeout=10_000)


@pytest.mark.req("REG-041")
def test_the_chain_is_unchecked_then_intact_and_checked_again_the_next_day(
    file_desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: Any
) -> None:
    makers.sit(file_desk, makers.QUALITY)
    with a_station(file_desk, qapp, scanner) as station:
        doors = Doors()
        station.doors = doors  # type: ignore[assignment]
        assert "待核验" in facts(station)[3]
        wire = ChainWire(station)
        checked(station, wire, qtbot)
        assert "完整" in facts(station)[3]
        checked(station, wire, qtbot)
        assert doors.checks == 1
        clock.move(hours=25)
        checked(station, wire, qtbot)
        assert doors.checks == 2


@pytest.mark.req("REG-041")
def test_a_line_changed_on_disk_is_loud(file_desk: Desk, qapp: QApplication, scanner: ScanFilter, qtbot: Any) -> None:
    assert file_desk.store.path is not None
    other = sqlite3.connect(file_desk.store.path)
    (trigger,) = other.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_never_changed'").fetchone()
    other.execute("DROP TRIGGER entry_never_changed")
    other.execute("UPDATE entry SET line = replace(line, 'found_site', 'found_sitf') WHERE n = 10")
    other.execute(trigger)
    other.commit()
    other.close()
    with a_station(file_desk, qapp, scanner) as station:
        station.doors = Doors()  # type: ignore[assignment]
        checked(station, ChainWire(station), qtbot)
        assert station.verdict.startswith("BROKEN")
        assert "BROKEN" in facts(station)[3]
        assert any(notice.kind == "alarm" and "BROKEN" in notice.text for notice in station.frame.notices.notices)

"""A page that nobody sees costs nothing; the one that comes next is right."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide.desk import Desk
from ui.program import register
from ui.scan import ScanFilter
from ui.wiring.fresh import Fresh


def test_a_hidden_page_is_read_when_it_is_opened_and_not_before(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    with a_station(desk, qapp, scanner) as station:
        register(station)
        station.frame.open_page("today")
        station.frame.open_page("temperature")
        read: list[str] = []
        Fresh(station, station.frame.pages["today"], lambda: read.append("today"))
        Fresh(station, station.frame.pages["temperature"], lambda: read.append("temperature"))
        station.changed.emit()
        station.changed.emit()
        assert read == ["temperature", "temperature"]
        station.frame.open_page("today")
        assert read == ["temperature", "temperature", "today"]
        station.frame.open_page("temperature")
        assert read[3:] == [], "nothing was written since it was last read"


def test_the_page_under_the_lock_is_up_to_date_when_the_lock_goes(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    with a_station(desk, qapp, scanner) as station:
        register(station)
        station.frame.open_page("today")
        read: list[str] = []
        Fresh(station, station.frame.pages["today"], lambda: read.append("today"))
        station.lock()
        assert not station.frame.pages["today"].isVisible()
        read.clear()
        station.changed.emit()
        assert read == ["today"]

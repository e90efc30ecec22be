"""A clock that was moved while the window is open is said at once, also on the locked screen; Today asks for the daily
comparison until it is done."""

from __future__ import annotations

import makers
import pytest
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide.acts import clock_watch, site
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Actor
from ui.scan import ScanFilter
from ui.wiring.clock import ClockWire
from ui.wiring.clock_needs import clock_needs

SECOND = Actor(makers.PHARMACIST_2, "pharmacist", "password")


@pytest.mark.req("REG-029")
def test_a_jump_is_said_written_and_stands_on_today(
    desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter
) -> None:
    site.check_clock(desk, SECOND, 0, "DEMO")
    with a_station(desk, qapp, scanner) as station:
        ClockWire(station)
        station.tick()
        clock.move(seconds=1)
        station.tick()
        assert clock_needs(desk) == []
        clock.jump(seconds=-3600)
        station.tick()
        (notice,) = station.frame.notices.notices
        assert notice.kind == "alarm"
        assert "3600" in notice.text
        assert clock_watch.due(desk) == "moved"
        (need,) = clock_needs(desk)
        assert (need.ident, need.mark.tone) == ("run-new:clock-check", "alarm")
        clock.move(seconds=1)
        station.tick()
        assert len([one for one in desk.store.history("clock", "station") if one["act"] == "clock_moved"]) == 1


@pytest.mark.req("REG-029")
def test_under_the_lock_it_is_said_there(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter) -> None:
    with a_station(desk, qapp, scanner) as station:
        ClockWire(station)
        station.tick()
        station.lock()
        clock.jump(seconds=7200)
        station.tick()
        assert "7200" in station.lock_page.notice.text.text()


@pytest.mark.parametrize(("days", "tone"), [(1, "warn"), (3, "alarm")])
def test_today_says_when_the_comparison_is_due_and_when_it_is_overdue(
    desk: Desk, clock: SetClock, qapp: QApplication, days: int, tone: str
) -> None:
    assert [need.mark.tone for need in clock_needs(desk)] == ["warn"], "it never was compared"
    site.check_clock(desk, SECOND, 0, "DEMO")
    assert clock_needs(desk) == []
    clock.move(days=days)
    (need,) = clock_needs(desk)
    assert need.mark.tone == tone
    assert "2026-11-22 08:00" in need.text


def test_who_is_at_it_is_not_asked_again(desk: Desk, qapp: QApplication) -> None:
    from cellguide.acts import walks

    walks.start_run(desk, "clock-check", {"device": "station-A"})
    assert clock_needs(desk) == []

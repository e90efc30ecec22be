"""The idle lock hides a half-filled dialog and gives it back to the person who filled it, to nobody else (REG-004)."""

from __future__ import annotations

from typing import Any

import makers
import pytest
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide.desk import Desk
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.sign import SignDialog
from ui.scan import ScanFilter
from ui.wiring.marks import MarksWire


@pytest.mark.req("REG-004")
def test_what_was_typed_is_hidden_by_the_lock_and_comes_back_to_the_same_person(
    desk: Desk, qapp: QApplication, scanner: ScanFilter, qtbot: Any
) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        dialog = ReasonDialog(station.frame)
        dialog.show_request("演示患者", ())
        dialog.open()
        dialog.text.setPlainText("说到一半")
        closed: list[bool] = []
        dialog.closed.connect(lambda: closed.append(True))
        station.lock()
        assert dialog.isHidden()
        assert not station.frame.is_working()
        station._ask_unlock(makers.password(makers.PHARMACIST))
        qtbot.waitUntil(station.frame.is_working, timeout=10_000)
        assert dialog.isVisible()
        assert dialog.text.toPlainText() == "说到一半"
        assert closed == []
        dialog.close()


@pytest.mark.req("REG-004")
def test_another_person_does_not_get_it_and_a_busy_dialog_is_hidden_too(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        dialog = SignDialog(station.frame)
        dialog.open()
        dialog.password.setText("half a password")
        dialog.show_busy("…")
        station.lock()
        assert dialog.isHidden(), "even while work is under way"
        assert not dialog.password.text()
        closed: list[bool] = []
        dialog.closed.connect(lambda: closed.append(True))
        station.lock_page.switch_asked.emit()
        assert closed == [True]
        makers.sit(desk, makers.NURSE)
        station.frame.show_work()
        assert dialog.isHidden()


def test_a_dialog_over_a_dialog_comes_back_over_it(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        below = SignDialog(station.frame)
        below.open()
        above = ReasonDialog(below)
        above.open()
        order: list[str] = []
        station.lock()
        for name, dialog in (("below", below), ("above", above)):
            shown = dialog.open
            dialog.open = lambda shown=shown, name=name: (order.append(name), shown())  # type: ignore[method-assign,assignment,misc]
        station._open_again()
        assert order == ["below", "above"]
        assert below.isVisible() and above.isVisible()
        above.close()
        below.close()


def test_what_was_finished_under_the_lock_does_not_come_back(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        dialog = SignDialog(station.frame)
        dialog.open()
        dialog.show_busy("…")
        station.lock()
        dialog.accept()
        station._open_again()
        assert dialog.isHidden()


def test_a_clock_that_cannot_be_started_at_sign_in_says_so_there(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.wires["marks"] = MarksWire(station)
        station.show_sign_in()
        desk.frozen = True
        station.sign_in_page.clock_pressed.emit()
        assert not station.sign_in_page.notice.isHidden()
        assert station.sign_in_page.notice.text.text()
        desk.frozen = False
        station.show_sign_in()
        assert station.sign_in_page.notice.isHidden()

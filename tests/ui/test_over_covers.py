"""Nothing opens over the locked screen or over sign-in but what names no patient: it waits for the person it was made
for, and for nobody else."""

from __future__ import annotations

from typing import Any

import makers
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog
from station_makers import a_station

from cellguide.desk import Desk
from ui.dialogs.dialog import Dialog
from ui.dialogs.fault import FaultDialog
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.sign import SignDialog
from ui.scan import ScanFilter


@pytest.mark.req("REG-004")
def test_a_dialog_that_some_work_opens_under_the_lock_waits_for_its_person(
    desk: Desk, qapp: QApplication, scanner: ScanFilter, qtbot: Any
) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        station.lock()
        dialog = SignDialog(station.frame)
        above = ReasonDialog(dialog)
        dialog.open()
        above.open()
        assert not dialog.isVisible() and not above.isVisible()
        station._ask_unlock(makers.password(makers.PHARMACIST))
        qtbot.waitUntil(station.frame.is_working, timeout=10_000)
        assert dialog.isVisible() and above.isVisible()
        above.close()
        dialog.close()


@pytest.mark.req("REG-004")
def test_it_is_given_up_where_somebody_else_sits_down(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        station.lock()
        dialog = SignDialog(station.frame)
        dialog.open()
        closed: list[bool] = []
        dialog.closed.connect(lambda: closed.append(True))
        station.lock_page.switch_asked.emit()
        assert closed == [True]
        makers.sit(desk, makers.NURSE)
        station._open_again()
        assert not dialog.isVisible()


@pytest.mark.req("REG-004")
def test_over_sign_in_nothing_opens_for_a_person_who_has_left(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        station.sign_out()
        dialog = SignDialog(station.frame)
        closed: list[bool] = []
        dialog.closed.connect(lambda: closed.append(True))
        dialog.open()
        assert not dialog.isVisible()
        assert closed == [True], "whoever waits for its end hears of it"


def test_a_fault_of_ours_is_seen_at_the_lock_too(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        station.lock()
        dialog = FaultDialog("ABCD", station.frame)
        dialog.open()
        assert dialog.isVisible()
        station._open_again()
        station.lock()
        assert dialog.isVisible(), "the next lock does not hide it either"
        dialog.close()


@pytest.mark.req("REG-004")
def test_a_dialog_of_the_system_is_closed_at_once(
    desk: Desk, qapp: QApplication, scanner: ScanFilter, qtbot: Any
) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        station.lock()
        chooser = QFileDialog(station.frame)
        chooser.setOption(QFileDialog.Option.DontUseNativeDialog)
        chooser.open()
        qtbot.waitUntil(lambda: not chooser.isVisible(), timeout=2_000)


def test_dialogs_without_a_window_open_as_ever(qapp: QApplication) -> None:
    dialog = Dialog(None)
    dialog.add_back()
    dialog.open()
    assert dialog.isVisible()
    assert isinstance(dialog, QObject)
    dialog.close()

"""Taking a rejection back in the window: offered where a rejected bag is shown, given by two people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import makers
import pytest
import storage_makers as given
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide.acts import containers as container_acts
from cellguide.clock import SetClock
from cellguide.desk import Desk
from ui.dialogs.reinstate import ReinstateDialog
from ui.language import language
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.map import MapWire
from ui.wiring.orders import OrdersWire
from ui.wiring.reinstate import open_reinstate

ONE = f"{given.ORDER}-1"
WHY = "批号看错，复核无误"


@pytest.fixture
def station(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter) -> Iterator[Station]:
    given.tanks(desk)
    given.order(desk, infusion_on="2026-12-22")
    makers.sit(desk, makers.PHARMACIST)
    given.stored(desk, ONE, "A/1/01")
    container_acts.authorise_container(desk, ONE, "reject", reason="批号不符")
    with a_station(desk, qapp, scanner) as made:
        made.frame.resize(1280, 860)
        yield made


def state(station: Station) -> str:
    return container_acts.get(station.desk, ONE).state


def fill(dialog: ReinstateDialog, second: str, why: str = WHY) -> None:
    dialog.reason.setPlainText(why)
    dialog.vouchers.first[1].setText(makers.password(makers.PHARMACIST))
    dialog.vouchers.second[0].setText(second)
    dialog.vouchers.second[1].setText(makers.password(second))


def texts(dialog: ReinstateDialog) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def opened(station: Station) -> ReinstateDialog:
    [dialog] = [one for one in station.frame.findChildren(ReinstateDialog) if one.isVisible()]
    return dialog


def test_the_map_offers_it_for_a_rejected_bag_and_two_people_take_it_back(station: Station, qtbot: Any) -> None:
    wire = MapWire(station)
    wire.page.pick("A/1/01")
    key = wire.page.acts.keys["reinstate"]
    assert not key.isHidden()
    key.click()
    dialog = opened(station)
    assert dialog.vouchers.first[0].value() == makers.PHARMACIST and dialog.vouchers.first[0].isReadOnly()
    assert "撤销后为“待验”" in texts(dialog) and "演示药甲" in texts(dialog) and "2026-12-22" in texts(dialog)
    fill(dialog, makers.QUALITY)
    dialog.key.click()
    qtbot.waitUntil(lambda: state(station) == "pending", timeout=10_000)
    assert not dialog.isVisible()
    wire.page.pick("A/1/01")
    assert wire.page.acts.keys["reinstate"].isHidden()


def test_the_order_offers_it_too_wherever_the_bag_stands(station: Station) -> None:
    wire = OrdersWire(station)
    wire.page.pick(given.ORDER)
    key = wire.page.acts.keys["reinstate"]
    assert not key.isHidden()
    key.click()
    assert isinstance(opened(station), ReinstateDialog)


def test_a_nurse_is_not_offered_what_a_nurse_may_not_do(station: Station) -> None:
    makers.sit(station.desk, makers.NURSE)
    wire = OrdersWire(station)
    wire.page.pick(given.ORDER)
    assert wire.page.acts.keys["reinstate"].isHidden()


@pytest.mark.parametrize(("lang", "said"), [("zh", "药师＋质量管理员"), ("en", "pharmacist + quality officer")])
def test_two_of_the_wrong_roles_are_told_which_are_needed(station: Station, qtbot: Any, lang: Any, said: str) -> None:
    language.switch(lang)
    dialog = open_reinstate(station, ONE)
    assert dialog is not None
    fill(dialog, makers.PHYSICIAN)
    dialog.key.click()
    qtbot.waitUntil(lambda: bool(dialog.error.text()), timeout=10_000)
    assert said.casefold() in dialog.error.text().casefold()
    assert dialog.vouchers.first[1].value() == "" and dialog.reason.value() == WHY
    assert state(station) == "rejected"


@pytest.mark.req("REG-005")
def test_a_wrong_password_takes_nothing_back(station: Station, qtbot: Any) -> None:
    dialog = open_reinstate(station, ONE)
    assert dialog is not None
    fill(dialog, makers.QUALITY)
    dialog.vouchers.second[1].setText("not the password at all")
    dialog.key.click()
    qtbot.waitUntil(lambda: bool(dialog.error.text()), timeout=10_000)
    assert state(station) == "rejected"


def test_without_a_reason_or_with_one_person_twice_there_is_no_key(station: Station) -> None:
    dialog = open_reinstate(station, ONE)
    assert dialog is not None
    fill(dialog, makers.QUALITY, why="。。")
    assert not dialog.key.isEnabled()
    fill(dialog, makers.PHARMACIST)
    assert not dialog.key.isEnabled()
    fill(dialog, makers.QUALITY)
    assert dialog.key.isEnabled()


def test_the_dialog_speaks_the_language_of_the_moment(station: Station) -> None:
    dialog = open_reinstate(station, ONE)
    assert dialog is not None
    language.switch("en")
    assert "Afterwards it is: pending acceptance" in texts(dialog)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in dialog.windowTitle())


def test_what_is_not_rejected_any_more_opens_nothing(station: Station) -> None:
    container_acts.authorise_container(station.desk, ONE, "discard", reason="按感染性废物处置")
    assert open_reinstate(station, ONE) is None
    assert open_reinstate(station, "no such container") is None

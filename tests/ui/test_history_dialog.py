"""History…: one thing's entries in words, filtered and paged; everything, for quality officers alone."""

from __future__ import annotations

from typing import Any

import makers
import pytest
from PySide6.QtWidgets import QApplication
from station_makers import a_station, adopted, placed

from cellguide.acts import deviations, history
from cellguide.desk import Desk
from cellguide.deviations import Cause
from ui.dialogs.history import HistoryDialog
from ui.language import language
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.deviations import DeviationsWire
from ui.wiring.history import HistoryFlow, open_entries, open_history
from ui.wiring.orders import OrdersWire
from ui.wiring.people import PeopleWire
from ui.wiring.records import RecordsWire
from ui.wiring.settings import SettingsWire


def shown(station: Station) -> HistoryDialog:
    """The dialog that opened last."""
    found = [one for one in station.frame.findChildren(HistoryDialog) if one.isVisible()]
    assert found
    return found[-1]


def acts_of(dialog: HistoryDialog) -> list[str]:
    return [line.act for line in dialog.table.model.rows]


@pytest.mark.req("REG-017")
def test_an_order_shows_who_wrote_it_and_what_stood_there_in_both_languages(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    adopted(desk)
    order = placed(desk).id
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        wire = OrdersWire(station)
        wire.page.pick(order)
        wire.page.history.click()
        dialog = shown(station)
        assert acts_of(dialog) == ["录入订单"]
        dialog.table.pick(0)
        (line,) = dialog.table.model.rows
        assert line.who == "演示药甲"
        assert line.known == "演示药甲（900011） · 药师 · 工号和口令"
        assert ("床号", "") not in [(one.name, one.new) for one in line.changes], "what stayed empty is left out"
        assert ("身份链编号（COI）", "DEMO-20260001") in [(one.name, one.new) for one in line.changes]
        language.switch("en")
        assert acts_of(dialog) == ["place an order"]
        assert dialog.title.text() == f"History of Order {order}"
        dialog.reject()


@pytest.mark.req("REG-017")
def test_filters_leave_what_fits_and_say_where_nothing_does(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        open_history(station, "person", makers.PHARMACIST)
        dialog = shown(station)
        assert set(acts_of(dialog)) == {"登录", "建立机构"}
        dialog.act.choose("sign_in")
        dialog.act.chosen.emit("sign_in")
        assert acts_of(dialog) == ["登录"]
        dialog.text.setText("没有这样的字")
        dialog.text.editingFinished.emit()
        assert acts_of(dialog) == []
        assert not dialog.table.empty.isHidden()
        dialog.reject()


@pytest.mark.req("REG-017")
def test_pages_follow_each_other_and_come_back(
    desk: Desk, qapp: QApplication, scanner: ScanFilter, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 4)
    monkeypatch.setattr(history, "SLICE", 3)  # so that a page takes several looks, with the event loop between
    makers.sit(desk, makers.QUALITY)
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        open_entries(station)
        dialog = shown(station)
        seen: list[int] = []
        while True:
            qtbot.waitUntil(lambda: bool(dialog.table.model.rows) and not busy(station), timeout=5_000)
            seen += [line.n for line in dialog.table.model.rows]
            if not dialog.older.isEnabled():
                break
            dialog.older.click()
        total = len(list(desk.store.entries()))
        assert seen == list(range(total, 0, -1))
        dialog.newer.click()
        qtbot.waitUntil(lambda: not busy(station), timeout=5_000)
        assert [line.n for line in dialog.table.model.rows] == seen[-4 - (total % 4 or 4) : -(total % 4 or 4)]
        dialog.reject()


def busy(station: Station) -> bool:
    return any(flow._timer.isActive() for flow in station.findChildren(HistoryFlow))


@pytest.mark.req("REG-017", "REG-020")
def test_all_entries_are_offered_to_quality_officers_alone(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    with a_station(desk, qapp, scanner) as station:
        people, settings = PeopleWire(station), SettingsWire(station)
        assert people.page.entries.isHidden() and settings.page.entries.isHidden()
        makers.sit(desk, makers.QUALITY)
        station.entered.emit()
        people.refresh()
        assert not people.page.entries.isHidden() and not settings.page.entries.isHidden()
        station.frame.show()
        settings.page.entries.click()
        dialog = shown(station)
        assert acts_of(dialog)[:2] == ["查看全部操作记录", "登录"]
        assert dialog.about.isHidden(), "everything is about everything"
        dialog.reject()


def test_records_deviations_and_people_have_the_key_too(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    made = deviations.open_deviation(desk, Cause("other", "minor", facts=(("code", "x"),), text="说明"))
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        page = DeviationsWire(station).page
        page.pick(made.id)
        page.history.click()
        dialog = shown(station)
        assert acts_of(dialog) == ["登记异常情况"]
        dialog.reject()
        people = PeopleWire(station).page
        people.table.pick(0)
        people.history.click()
        dialog = shown(station)
        assert "建立机构" in acts_of(dialog)
        dialog.reject()
        assert not RecordsWire(station).page.history_key.isEnabled(), "no record is picked"


def test_a_dialog_that_was_closed_looks_no_further(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        open_history(station, "person", makers.PHARMACIST)
        flow = station.findChildren(HistoryFlow)[-1]
        flow._timer.start()
        flow.dialog.reject()
        assert not flow._timer.isActive()
        language.switch("en")
        assert flow.dialog.title.text().endswith("的经过"), "nobody says anything into a closed dialog"

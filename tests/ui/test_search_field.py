"""The search field of every page, and scans that nothing else asked for: found, listed, gone to; never past a lock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import station_makers as sm
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from cellguide.acts import containers, deviations, orders, shipments, walks
from cellguide.desk import Desk
from cellguide.deviations import Cause
from cellguide.patients import Number, Patient
from cellguide.shipments import Announced, Shipment
from ui import program
from ui.language import language
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.search import SearchWire

TOLD = (
    Announced(1, 2, "LOT-A7", "2027-06-30", "A99992600001601"),
    Announced(2, 2, "LOT-B7", "2027-06-30", "A99992600001602"),
)


@pytest.fixture
def wire(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> Iterator[SearchWire]:
    sm.adopted(desk)
    first = sm.placed(desk)
    shipments.announce_shipment(desk, first.id, Shipment(waybill="999-55500011", shipper="DVS-9"), TOLD)
    who = Patient("演示乙", "1970-02-03", "f", (Number("inpatient", "20249002", "2026-11-01"),), "Yan Shiyi", "YSY")
    sm.placed(desk, patient=who, coi="DEMO-77120045")
    with sm.a_station(desk, qapp, scanner) as station:
        program.register(station)
        station.frame.resize(1440, 900)
        station.frame.show()
        station.frame.open_page("today")
        found = station.wires["search"]
        assert isinstance(found, SearchWire)
        yield found


def shown(wire: SearchWire) -> list[tuple[str, str]]:
    """Kind and id of every line that can be seen."""
    if wire.list is None or not wire.list.isVisible():
        return []
    return [(line.kind, line.ident) for line in wire.list.table.model.rows]


def typed(wire: SearchWire, text: str) -> None:
    field = wire.station.frame.top.search
    field.setFocus()
    field.setText(text)
    field.textEdited.emit(text)


def press(wire: SearchWire, key: Qt.Key) -> None:
    QTest.keyClick(wire.station.frame.top.search, key)


def here(station: Station) -> tuple[str, str]:
    page = station.frame.pages[station.frame.page_name]
    return station.frame.page_name, str(getattr(page, "ident", "") or getattr(page, "chosen", ""))


def test_a_name_typed_anywhere_lists_what_has_it_and_enter_goes_there(wire: SearchWire) -> None:
    typed(wire, "演示")
    assert [kind for kind, _ in shown(wire)] == ["order", "order"]
    first = shown(wire)[0][1]
    assert orders.get(wire.station.desk, first).patient.name == "演示乙", "the newest stands first"
    press(wire, Qt.Key.Key_Down)
    press(wire, Qt.Key.Key_Down)
    press(wire, Qt.Key.Key_Return)
    assert here(wire.station) == ("orders", "O-A-2026-000001")
    assert shown(wire) == [] and wire.station.frame.top.search.text() == ""


def test_the_only_one_is_opened_by_enter_and_several_are_shown(wire: SearchWire) -> None:
    typed(wire, "DEMO-77120045")
    press(wire, Qt.Key.Key_Return)
    assert here(wire.station) == ("orders", "O-A-2026-000002")
    typed(wire, "DEMO")
    press(wire, Qt.Key.Key_Return)
    assert len(shown(wire)) == 2


def test_arrows_go_round_a_click_opens_and_escape_closes(wire: SearchWire) -> None:
    typed(wire, "演示")
    press(wire, Qt.Key.Key_Up)
    assert wire.list is not None and wire.list.current() is not None
    assert wire.list.current().ident == "O-A-2026-000001"  # type: ignore[union-attr]
    press(wire, Qt.Key.Key_Escape)
    assert shown(wire) == []
    typed(wire, "演示")
    wire.list.table.pick(0)
    wire.list.table.view.clicked.emit(wire.list.table.view.currentIndex())
    assert here(wire.station) == ("orders", "O-A-2026-000002")


def test_nothing_found_says_what_can_be_looked_for(wire: SearchWire) -> None:
    typed(wire, "zzz")
    assert wire.list is not None and wire.list.isVisible()
    assert wire.list.table.empty.isVisible()
    assert "批号" in wire.list.table.empty.text()
    language.switch("en")
    assert "waybill" in wire.list.table.empty.text()


@pytest.mark.parametrize(
    ("scan", "page", "at"),
    [
        ("DEMO-20260001", "orders", "O-A-2026-000001"),
        ("]C1DEMO-20260001", "orders", "O-A-2026-000001"),
        ("20249002", "orders", "O-A-2026-000002"),  # a patient's number
        ("999-55500011", "orders", "O-A-2026-000001"),  # its waybill: no walk is open about it yet
        ("A99992600001602", "orders", "O-A-2026-000001"),
        ("=A99992600001602", "orders", "O-A-2026-000001"),
        ("0109506000134352" + "10LOT-B7", "orders", "O-A-2026-000001"),
    ],
)
def test_a_scan_with_one_answer_opens_it_at_once(wire: SearchWire, scan: str, page: str, at: str) -> None:
    wire.station.scanned.emit(scan)
    assert here(wire.station) == (page, at)
    assert shown(wire) == []


def test_a_container_in_the_store_is_shown_in_its_position(wire: SearchWire) -> None:
    desk = wire.station.desk
    place = "DEMO-A/3/07"
    containers.record_fact(desk, "O-A-2026-000001-1", "arrived")
    containers.record_fact(desk, "O-A-2026-000001-1", "placed", place=place)
    wire.station.scanned.emit("LOT-A7")
    assert here(wire.station) == ("storage", place)


def test_a_shipment_that_is_being_received_opens_its_walk_and_the_walk_keeps_every_scan(wire: SearchWire) -> None:
    station = wire.station
    [shipment] = station.desk.store.find("shipment")
    run = walks.start_run(
        station.desk, "receipt", {"shipment": shipment.id, "order": "O-A-2026-000001"}, ("O-A-2026-000001-1",)
    ).id
    station.scanned.emit("999-55500011")
    assert station.frame.page_name == "receipt"
    receipt = station.wires["receipt"]
    assert receipt.walk.run.id == run  # type: ignore[attr-defined]
    station.scanned.emit("DEMO-77120045")  # another order's number: the question says what it thinks of it
    assert station.frame.page_name == "receipt" and shown(wire) == []


def test_a_dialog_and_the_scanner_s_test_keep_their_scans(wire: SearchWire) -> None:
    station = wire.station
    dialog = QDialog(station.frame)
    dialog.setModal(True)
    dialog.show()
    station.scanned.emit("DEMO-20260001")
    assert station.frame.page_name == "today"
    dialog.close()
    station.frame.open_page("settings")
    station.scanned.emit("DEMO-20260001")
    assert station.frame.page_name == "settings"


def test_a_scan_of_nobody_is_said_and_leaves_the_page_alone(wire: SearchWire) -> None:
    wire.station.scanned.emit("SOMETHING-ELSE-1")
    assert wire.station.frame.page_name == "today" and shown(wire) == []
    assert "没有保存" in wire.station.frame.notices.notices[0].text


def test_deviations_are_found_by_their_number(wire: SearchWire) -> None:
    desk = wire.station.desk
    made = deviations.open_deviation(desk, Cause("other", "minor", "O-A-2026-000001", text="标签卷边"))
    typed(wire, made.id)
    press(wire, Qt.Key.Key_Return)
    assert here(wire.station) == ("deviations", made.id)


@pytest.mark.req("REG-004")
def test_the_lock_leaves_no_name_behind(wire: SearchWire) -> None:
    typed(wire, "演示")
    assert shown(wire)
    wire.station.lock()
    assert wire.list is not None
    assert not wire.list.isVisible() and wire.list.table.model.rows == ()
    wire.station.sign_out()
    assert wire.station.frame.top.search.text() == ""


def test_the_list_stays_inside_a_narrow_window(wire: SearchWire) -> None:
    wire.station.frame.resize(900, 430)
    typed(wire, "演示")
    assert wire.list is not None
    owner = wire.list.parentWidget().rect()
    assert owner.contains(wire.list.geometry())
    wire.station.frame.resize(1000, 500)
    assert wire.list.parentWidget().rect().contains(wire.list.geometry())


def test_another_language_says_the_list_anew(wire: SearchWire) -> None:
    typed(wire, "演示")
    assert wire.list is not None
    assert [line.what for line in wire.list.table.model.rows] == ["订单", "订单"]
    language.switch("en")
    assert [line.what for line in wire.list.table.model.rows] == ["Order", "Order"]
    assert wire.list.count.text().startswith("2 found")

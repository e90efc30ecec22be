"""Ready for arrival in the window: positions kept, shown, let go; what comes next for an order is the clear key."""

from __future__ import annotations

from collections.abc import Iterator

import makers
import pytest
import runner_bench as rb
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from station_makers import a_station, adopted, placed

from cellguide.acts import containers, orders, places, shipments
from cellguide.clock import SetClock
from cellguide.demo import storage
from cellguide.desk import Desk
from cellguide.entry import Actor, Change
from cellguide.orders import VERIFIED, Again
from cellguide.places import Place
from cellguide.shipments import Announced, Shipment
from ui.dialogs.reserve import ReserveDialog
from ui.pages.panel import KeyGrid
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.deviations import DeviationsWire
from ui.wiring.map import MapWire
from ui.wiring.orders import OrdersWire


@pytest.fixture
def station(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter) -> Iterator[Station]:
    clock.set("2026-11-22T14:00:00+08:00")
    adopted(desk)
    with a_station(desk, qapp, scanner) as made:
        yield made


@pytest.fixture
def order(desk: Desk, station: Station) -> str:
    """A verified order whose two bags are announced, and a tank with positions."""
    rb.stand_in()
    storage.tank(rb.DemoHospital(desk, desk.clock))
    new = placed(desk)
    shipments.announce_shipment(
        desk, new.id, Shipment(waybill="W1"), [Announced(n, 2, "DC0001", "2027-06-30") for n in (1, 2)]
    )
    orders.verify_order(
        desk,
        new.id,
        Again(new.coi, new.patient.birth_date, "20241103"),
        Actor(makers.PHARMACIST_2, "pharmacist", "pin"),
    )
    assert orders.get(desk, new.id).state == VERIFIED
    return new.id


@pytest.fixture
def wire(station: Station, order: str, qtbot: QtBot) -> OrdersWire:
    made = OrdersWire(station)
    qtbot.addWidget(made.page)
    made.page.pick(order)
    return made


def reserve(wire: OrdersWire) -> ReserveDialog:
    wire.page.acts.keys["reserve"].click()
    assert isinstance(wire.dialog, ReserveDialog)
    return wire.dialog


def test_positions_are_proposed_kept_and_let_go_again(wire: OrdersWire, desk: Desk, order: str) -> None:
    assert wire.page.acts.names[0] == "reserve", "what comes before a delivery is a place for it"
    dialog = reserve(wire)
    proposed = dialog.places()
    assert len(set(proposed.values())) == 2 and all(proposed.values()), "each its own position"
    dialog.key.click()
    assert {one.reserved for one in containers.of_order(desk, order)} == set(proposed.values())
    wire.refresh()
    assert "reserve" in wire.page.acts.names and wire.page.acts._offered[0] == "", "nothing is left to get ready"
    again = reserve(wire)
    assert again.places() == proposed and not again.key.isEnabled()
    again.release.click()
    assert places.kept(desk) == {}


def test_a_refusal_stands_in_the_dialog_and_keeps_nothing(wire: OrdersWire, desk: Desk, order: str) -> None:
    dialog = reserve(wire)
    first, second = dialog.fields.values()
    second.choose(first.value())
    dialog.key.click()
    assert dialog.isVisible() and places.kept(desk) == {}


def test_the_map_shows_for_whom_a_position_is_kept(
    wire: OrdersWire, station: Station, desk: Desk, order: str, qtbot: QtBot
) -> None:
    dialog = reserve(wire)
    code = next(iter(dialog.places().values()))
    dialog.key.click()
    shown = MapWire(station)
    qtbot.addWidget(shown.page)
    [cell] = [cell for look in shown.page._devices for rack in look.racks for cell in rack.cells if cell.code == code]
    assert cell.look == "reserved" and cell.letter and "DEMO-20260001" in cell.said


def test_a_nurse_without_the_right_and_a_site_without_a_store_are_not_offered_it(
    station: Station, desk: Desk, qtbot: QtBot
) -> None:
    new = placed(desk)
    shipments.announce_shipment(desk, new.id, Shipment(waybill="W1"), [Announced(1, 1, "DC0001", "2027-06-30")])
    made = OrdersWire(station)
    qtbot.addWidget(made.page)
    made.page.pick(new.id)
    assert "reserve" not in made.page.acts.names
    places.add_place(desk, Place("", "site", "S", "", "演示", "DEMO"))
    assert "reserve" not in made.page.acts.names


def test_an_order_that_waits_for_nothing_has_no_clear_key(wire: OrdersWire, desk: Desk, order: str) -> None:
    for n in (1, 2):
        containers.record_fact(desk, f"{order}-{n}", "arrived")
        containers.record_fact(desk, f"{order}-{n}", "placed", place=f"{storage.TANK}/架1/盒04-{n}")
        containers.authorise_container(desk, f"{order}-{n}", "accept")
    shipment = shipments.of_order(desk, order)[0]
    at, who = desk.begin("record_fact")
    desk.write("record_fact", [Change("shipment", shipment.id, {"state": "received"})], at=at, who=who)
    wire.refresh()
    assert wire.page.acts._offered[0] == "" and "announce" in wire.page.acts.names
    assert all(wire.page.acts.keys[name].property("look") != "primary" for name in wire.page.acts.names)


def test_keys_without_a_clear_one_all_look_alike(qtbot: QtBot) -> None:
    grid = KeyGrid(("change", "cancel"), "orders_page.act")
    qtbot.addWidget(grid)
    grid.offer(("", "change", "cancel"))
    assert grid.names == ("change", "cancel")
    assert [grid.keys[name].property("look") for name in grid.names] == ["", ""]


def test_every_scene_of_orders_and_deviations_can_be_shown(
    wire: OrdersWire, station: Station, order: str, qtbot: QtBot
) -> None:
    deviations = DeviationsWire(station)
    qtbot.addWidget(deviations.page)
    names = []
    for name, show in [*wire.scenes(), *deviations.scenes()]:
        show()
        names.append(name)
        for dialog in station.frame.findChildren(QDialog):
            dialog.close()
    assert {"dialog-order-new", "dialog-order-reserve", "dialog-order-cancel", "dialog-deviation-new"} <= set(names)

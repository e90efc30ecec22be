"""Today's board: no state of a container hides behind another's, and what is overdue or held is said."""

from __future__ import annotations

from collections.abc import Iterator

import makers
import pytest
from PySide6.QtWidgets import QApplication
from station_makers import a_station, adopted, placed

from cellguide.acts import containers, orders, shipments
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.shipments import Announced, Shipment
from ui.pages.today import BoardColumn, CardText
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.orders import OrdersWire
from ui.wiring.today import TodayWire
from ui.wiring.today_board import COLUMNS, board


@pytest.fixture
def station(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter) -> Iterator[Station]:
    clock.set("2026-11-22T14:00:00+08:00")
    adopted(desk)
    with a_station(desk, qapp, scanner) as made:
        yield made


@pytest.fixture
def two_in_store(desk: Desk, station: Station) -> str:
    """An order whose two bags were accepted."""
    order = placed(desk)
    bags = [Announced(n, 2, "DC0001", "2027-06-30") for n in (1, 2)]
    shipments.announce_shipment(desk, order.id, Shipment(waybill="W1"), bags)
    for n in (1, 2):
        for fact in ("arrived", "placed"):
            containers.record_fact(desk, f"{order.id}-{n}", fact, place=f"A/{n}" if fact == "placed" else "")
        containers.authorise_container(desk, f"{order.id}-{n}", "accept")
    return order.id


def cards(desk: Desk) -> dict[str, list[CardText]]:
    """Column → its cards."""
    columns = board(desk, list(desk.store.find("order")))
    return {name: list(column.cards) for (name, _), column in zip(COLUMNS, columns, strict=True)}


def test_containers_of_one_state_share_a_card_that_names_every_position(desk: Desk, two_in_store: str) -> None:
    found = cards(desk)
    [card] = found["stored"]
    assert card.foot.splitlines() == ["A/1", "A/2"]
    assert found["thaw"] == found["pending"] == found["expected"] == []


def test_a_thawing_bag_stands_beside_its_sister_in_store(desk: Desk, two_in_store: str) -> None:
    for fact in ("removed", "thaw_start"):
        containers.record_fact(desk, f"{two_in_store}-1", fact)
    found = cards(desk)
    [thawing], [stored] = found["thaw"], found["stored"]
    assert thawing.mark.text != stored.mark.text and thawing.mark.tone != "ok"
    assert "1" in thawing.codes.rpartition("·")[2] and "2" in thawing.codes.rpartition("·")[2]
    assert stored.foot == "A/2", "a place is said on the card of whoever stands there"


def test_a_locked_sister_is_seen_and_leads_the_board(desk: Desk, two_in_store: str) -> None:
    containers.record_fact(desk, f"{two_in_store}-2", "held")
    found = cards(desk)
    assert [card.mark.tone for card in found["pending"]] == ["alarm"]
    assert len(found["stored"]) == 1


def test_every_state_that_has_not_come_to_its_end_has_a_column() -> None:
    from cellguide.containers import FINAL, STATES

    shown = {state for _, group in COLUMNS for state in group}
    assert shown == set(STATES) - FINAL


def test_a_bag_in_store_after_its_day_is_marked_on_board_and_list(
    desk: Desk, clock: SetClock, station: Station, two_in_store: str
) -> None:
    assert cards(desk)["stored"][0].late == ""
    clock.set("2026-12-05T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    assert "2026-12-03" in cards(desk)["stored"][0].late
    wire = OrdersWire(station)
    [row] = wire.page.table.model.rows
    assert row.late
    wire.page.pick(two_in_store)
    assert wire.page._detail is not None
    assert any("2026-12-03" in note.title for note in wire.page._detail.notes)
    assert "dose" in wire.page.acts._offered
    wire.page.deleteLater()


def test_a_dose_planned_anew_is_not_overdue(desk: Desk, clock: SetClock, two_in_store: str) -> None:
    clock.set("2026-12-05T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    from datetime import date

    orders.plan_dose(desk, two_in_store, 1, date(2026, 12, 20))
    assert cards(desk)["stored"][0].late == ""


def test_the_page_draws_a_line_for_each_place(station: Station, two_in_store: str) -> None:
    wire = TodayWire(station)
    [column] = [one for one in board(station.desk, station.desk.store.find("order")) if one.cards]
    assert isinstance(column, BoardColumn)
    from ui.kit import Elided

    texts = {label.whole for label in wire.page.findChildren(Elided)}
    assert {"A/1", "A/2"} <= texts
    wire.page.deleteLater()

"""Stories of shipments: announced, announced twice, arrived with one bag more, a second one of the same order."""

from __future__ import annotations

import order_makers as make
import pytest

from cellguide import shipments as rules
from cellguide.acts import containers, deviations, orders
from cellguide.acts import shipments as acts
from cellguide.clock import SetClock, parse_iso
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from cellguide.shipments import Announced, Shipment

NOTICE = Shipment(
    waybill="WB-1102",
    shipper="LN-0093",
    seals=("S-55120",),
    hold_end_at="2026-11-27T08:00:00+08:00",
    carrier="演示冷链",
)
BAGS = (Announced(1, 2, "L-0417", "2027-02"), Announced(2, 2, "L-0417", "2027-02"))


@pytest.fixture
def order(desk: Desk) -> str:
    return orders.place_order(desk, make.ORDER).id


def test_a_notice_makes_the_containers_with_lot_and_expiry_in_one_write(desk: Desk, order: str) -> None:
    held = acts.announce_shipment(desk, order, NOTICE, BAGS, files={"notice": b"%PDF holder's notice"})
    assert (held.id, held.count, held.lot, held.state) == ("SH-A-2026-000001", 2, "L-0417", rules.ANNOUNCED)
    assert desk.store.blob(held.papers["notice"]) == b"%PDF holder's notice"
    found = containers.of_order(desk, order)
    assert [one.id for one in found] == [f"{order}-1", f"{order}-2"]
    assert {(one.state, one.expiry, one.shipment) for one in found} == {("expected", "2027-02", held.id)}
    assert [one.id for one in acts.expected(desk)] == [held.id]


def test_the_same_waybill_is_not_announced_twice_and_nothing_is_half_written(desk: Desk, order: str) -> None:
    acts.announce_shipment(desk, order, NOTICE, BAGS)
    before = desk.store.size
    with pytest.raises(Refusal) as caught:
        acts.announce_shipment(desk, order, NOTICE, BAGS)
    assert (caught.value.code, caught.value.facts["order"]) == ("shipment.waybill_used", order)
    with pytest.raises(Refusal) as caught:
        acts.announce_shipment(desk, order, Shipment(), (Announced(1, 1, expiry="02/27"),))
    assert caught.value.code == "container.expiry"
    assert desk.store.size == before


def test_a_second_shipment_of_the_order_gets_numbers_of_its_own(desk: Desk, order: str) -> None:
    acts.announce_shipment(desk, order, NOTICE, BAGS)
    acts.announce_shipment(desk, order, Shipment(waybill="WB-1190"), (Announced(1, 1),))
    assert sorted((one.id, one.n, one.of) for one in containers.of_order(desk, order)) == [
        (f"{order}-1", 1, 2),
        (f"{order}-2", 2, 2),
        (f"{order}-3", 1, 1),
    ]


def test_the_arrival_is_accepted_with_its_own_time_and_takes_the_containers_along(
    desk: Desk, order: str, clock: SetClock
) -> None:
    held = acts.announce_shipment(desk, order, NOTICE, BAGS)
    clock.move(hours=30)
    at_the_door = parse_iso("2026-11-23T13:40:00+08:00")
    arrived = acts.record_arrival(desk, held.id, event_at=at_the_door)
    assert (arrived.state, arrived.arrived_at) == (rules.ARRIVED, at_the_door.iso)
    assert {one.state for one in containers.of_order(desk, order)} == {"arrived"}
    assert desk.store.history("shipment", held.id)[-1]["event"] == at_the_door.iso
    assert acts.expected(desk) == []
    assert deviations.listed(desk) == []


def test_it_arrives_even_when_its_order_was_cancelled_and_that_is_a_deviation(desk: Desk, order: str) -> None:
    held = acts.announce_shipment(desk, order, NOTICE, BAGS)
    orders.cancel_order(desk, order, "患者转院治疗")
    acts.record_arrival(desk, held.id)
    assert {one.state for one in containers.of_order(desk, order)} == {"arrived"}
    assert {found.container for found in deviations.listed(desk)} == {f"{order}-1", f"{order}-2"}


def test_what_an_acceptance_record_needs_is_filled_in_and_replacing_a_value_wants_a_reason(
    desk: Desk, order: str
) -> None:
    held = acts.announce_shipment(desk, order, NOTICE, BAGS)
    filled = acts.change_shipment(
        desk, held.id, {"approval_no": "演示准字 S20260001", "quantity": "2"}, files={"invoice": b"invoice"}
    )
    missing = rules.acceptance_missing(filled, ("2027-02", "2027-02"))
    assert missing == ("produced_on", "supplier", "unit_price", "bought_on", "departed_at", "transport")
    assert "invoice" in filled.papers
    with pytest.raises(Refusal) as caught:
        acts.change_shipment(desk, held.id, {"quantity": "3"})
    assert caught.value.code == "reason.short"
    assert acts.change_shipment(desk, held.id, {"quantity": "3"}, "发货单更正").quantity == "3"
    for fields in ({"order": "O-A-2026-000009"}, {"state": "arrived"}):
        with pytest.raises(Refusal) as caught:
            acts.change_shipment(desk, held.id, fields, "试着改一下")
        assert caught.value.code == "shipment.field"


def test_a_shipment_belongs_to_a_live_order(desk: Desk, order: str) -> None:
    orders.cancel_order(desk, order, "患者转院治疗")
    for id, code in ((order, "order.over"), ("O-A-2026-000099", "order.unknown")):
        with pytest.raises(Refusal) as caught:
            acts.announce_shipment(desk, id, NOTICE, BAGS)
        assert caught.value.code == code
    with pytest.raises(Refusal) as caught:
        acts.get(desk, "SH-A-2026-000009")
    assert caught.value.code == "shipment.unknown"

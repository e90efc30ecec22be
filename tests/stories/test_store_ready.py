"""The store is got ready before the shipper comes: a position for each bag, and its temperature judged at receipt."""

from __future__ import annotations

from decimal import Decimal

import pytest
import receiving
from receiving import a_delivery, open_house, states, stopped_by, walk_up_to_the_decision

from cellguide.acts import containers as container_acts
from cellguide.acts import imports, orders, probes, reservations, walks
from cellguide.acts import places as place_acts
from cellguide.clock import SetClock
from cellguide.demo import receipts, storage
from cellguide.demo.hospital import Hospital
from cellguide.demo.receipts import Case
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from cellguide.runs import Key

SLOTS = (f"{storage.TANK}/架1/盒04-1", f"{storage.TANK}/架1/盒04-2")


@pytest.fixture
def house(bare_desk: Desk, clock: SetClock) -> Hospital:
    made = open_house(bare_desk, clock)
    storage.tank(made)
    return made


def logger_says(house: Hospital, c: float) -> None:
    """The tank's logger is read out up to this minute."""
    now = house.clock.now()
    start = now.plus(seconds=-3600).local
    rows = ["Date Time,Temperature (C)"]
    rows += [f"{now.plus(seconds=-60 * m).local:%Y-%m-%d %H:%M:%S},{c:.1f}" for m in range(60, -1, -5)]
    assert start < now.local
    (probe,) = probes.listed(house.desk)
    imports.take_in_file(house.desk, ("\n".join(rows) + "\n").encode(), "tank-now.csv", probe.id)


def reserved(house: Hospital, case: Case) -> None:
    reservations.reserve_places(house.desk, dict(zip(case.containers, SLOTS, strict=False)))


def r05(house: Hospital, run: str) -> tuple[str, str]:
    """(what was shown, verdict) of "storage is ready"; ("", "") while it is not answered."""
    walk = walks.load_run(house.desk, run)
    answer = walk.current.get(Key("R-05"))
    return (str(answer.value), walk.standing[Key("R-05")].verdict.level) if answer is not None else ("", "")


@pytest.mark.req("REG-019")
def test_a_receipt_shows_the_temperature_of_the_store_that_was_chosen_for_it(house: Hospital) -> None:
    case = a_delivery(house, bags=2)
    reserved(house, case)
    logger_says(house, -188.0)
    run = receipts.start(house, case)
    shown, level = r05(house, run)
    assert "-188" in shown and level == "ok"
    facts = walks.facts_of(house.desk, walks.load_run(house.desk, run), house.clock.now())
    assert facts.fact("device.code") == storage.TANK
    assert facts.fact("device.c_limit_max") == Decimal("-150")
    receipts.door(house, run, case)
    receipts.cold(house, run, case)
    assert states(house, case) == {"pending"}


def test_a_store_that_is_too_warm_holds_acceptance_and_never_the_cold(house: Hospital) -> None:
    case = a_delivery(house)
    reserved(house, case)
    logger_says(house, -121.0)
    run = walk_up_to_the_decision(house, case)
    assert states(house, case) <= {"pending", "locked"}, "it went into the cold all the same"
    assert stopped_by(house, run)["R-05"] == "held"
    with pytest.raises(Refusal, match=r"run\.gate"):
        house.answer(run, "R-40", "accept")


def test_without_a_fresh_reading_nothing_is_shown_and_nothing_is_stopped(house: Hospital) -> None:
    case = a_delivery(house)
    reserved(house, case)
    run = walk_up_to_the_decision(house, case)
    assert r05(house, run) == ("", "")
    receipts.decide(house, run, "accept")
    assert states(house, case) == {"accepted"}


def test_a_bag_without_a_position_is_warned_of_and_stops_nothing(house: Hospital) -> None:
    case = a_delivery(house)
    logger_says(house, -188.0)
    run = walk_up_to_the_decision(house, case)
    assert r05(house, run)[1] == "warn"
    assert "storage" not in receiving.causes(house)
    receipts.decide(house, run, "accept")


def test_a_reservation_is_for_one_patient_is_let_go_of_and_ends_with_the_order(house: Hospital) -> None:
    one, other = a_delivery(house, 1, bags=2), a_delivery(house, 2)
    reserved(house, one)
    assert set(place_acts.kept(house.desk)) == set(SLOTS)
    assert all(SLOTS[0] not in room.free for room in reservations.rooms(house.desk, other.order.id))
    with pytest.raises(Refusal, match=r"place\.reserved"):
        reservations.reserve_places(house.desk, {other.containers[0]: SLOTS[0]})
    with pytest.raises(Refusal, match=r"place\.kept_twice"):
        reservations.reserve_places(house.desk, dict.fromkeys(one.containers, SLOTS[0]))
    with pytest.raises(Refusal, match=r"place\.unknown"):
        reservations.reserve_places(house.desk, {one.containers[0]: "nowhere"})
    reservations.reserve_places(house.desk, {one.containers[1]: ""})
    reservations.reserve_places(house.desk, {other.containers[0]: SLOTS[1]})
    orders.cancel_order(house.desk, one.order.id, "患者病情变化")
    assert set(place_acts.kept(house.desk)) == {SLOTS[1]}


def test_a_bag_that_stands_elsewhere_frees_its_position_and_wants_none(house: Hospital) -> None:
    case = a_delivery(house)
    reserved(house, case)
    container_acts.record_fact(house.desk, case.containers[0], "arrived")
    container_acts.record_fact(house.desk, case.containers[0], "placed", place=f"{storage.TANK}/架2/盒01-1")
    assert place_acts.kept(house.desk) == {}
    with pytest.raises(Refusal, match=r"place\.not_awaited"):
        reserved(house, case)


def test_what_is_put_on_anothers_reservation_is_written_down_and_held(house: Hospital) -> None:
    one, other = a_delivery(house, 1), a_delivery(house, 2)
    reserved(house, one)
    run = receipts.start(house, other)
    receipts.door(house, run, other)
    receipts.cold(house, run, Case(other.n, other.order, other.shipment, other.containers, SLOTS[0][:-2]))
    held = container_acts.get(house.desk, other.containers[0])
    assert held.place == SLOTS[0]
    assert stopped_by(house, run)["R-37"] == "held"

"""What is where, what may be put where, and what is written down all the same when it happened."""

from __future__ import annotations

from decimal import Decimal

import makers
import pytest
import storage_makers as given

from cellguide.acts import containers as container_acts
from cellguide.acts import deviations, moves, places, shipper_store
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Actor
from cellguide.places import Place
from cellguide.refusal import Refusal

SECOND = Actor(makers.PHARMACIST_2, "pharmacist", "badge+pin")


@pytest.fixture
def store_room(desk: Desk) -> Desk:
    given.tanks(desk)
    given.order(desk)
    given.stored(desk, f"{given.ORDER}-1", "A/1/01")
    return desk


def codes(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code


def test_the_map_says_what_is_free_and_taken(store_room: Desk) -> None:
    cells = places.stock(store_room, "A")
    taken = {cell.place.code: cell.containers[0].id for cell in cells if cell.containers}
    assert taken == {"A/1/01": f"{given.ORDER}-1"}
    assert {cell.place.code for cell in cells if cell.free} >= {"A/1/02", "A/4/01"}
    assert next(cell.zone for cell in cells if cell.place.code == "A/4/01") == "quarantine"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("A/1/01", "place.other_patient"),
        ("W/01", "place.too_warm"),
        ("A/4/01", "place.quarantine"),
        ("ROOM", "place.not_a_store"),
        ("A/9/99", "place.unknown"),
    ],
)
def test_an_impossible_placement_is_refused_with_its_reason(store_room: Desk, target: str, why: str) -> None:
    given.order(store_room, "O-A-2026-000002", coi="DEMO-24119")
    other = given.stored(store_room, "O-A-2026-000002-1", "B/1/01", order_id="O-A-2026-000002")
    with pytest.raises(Refusal) as refused:
        moves.move_container(store_room, other, target, "relocation")
    assert codes(refused) == why
    assert container_acts.get(store_room, other).place == "B/1/01"
    assert store_room.store.find("move") == []


def test_what_is_not_judged_yet_stands_in_quarantine(store_room: Desk) -> None:
    waiting = given.stored(store_room, f"{given.ORDER}-2", "B/1/01", accepted=False)
    with pytest.raises(Refusal) as refused:
        moves.move_container(store_room, waiting, "A/1/02", "relocation")
    assert codes(refused) == "place.not_quarantine"
    assert moves.move_container(store_room, waiting, "A/4/01", "quarantine").level == "ok"


def test_a_move_times_the_exposure_and_the_history_keeps_both_places(store_room: Desk, clock: SetClock) -> None:
    one = f"{given.ORDER}-1"
    move = moves.take_out(store_room, one, "relocation", SECOND)
    clock.move(seconds=75)
    moved = moves.put_in(store_room, move, "b/1/02")
    assert (moved.exposure_s, moved.level, moved.place) == (75, "ok", "B/1/02")
    stays = places.position_history(store_room, one)
    assert [(stay.place, stay.until is None) for stay in stays] == [("A/1/01", False), ("B/1/02", True)]


def test_too_long_out_of_the_cold_holds_the_container(store_room: Desk, clock: SetClock) -> None:
    move = moves.take_out(store_room, f"{given.ORDER}-1", "relocation", SECOND)
    clock.move(minutes=20)
    moved = moves.put_in(store_room, move, "B/1/02")
    assert moved.level == "held"
    assert container_acts.get(store_room, f"{given.ORDER}-1").state == "locked"
    assert [one.cause for one in deviations.listed(store_room)] == ["exposure"]


def test_what_has_happened_is_written_down_and_opens_a_deviation(store_room: Desk) -> None:
    moved = moves.move_container(store_room, f"{given.ORDER}-1", "W/01", "tank_failure", forced=True)
    assert moved.problems == ("too_warm",)
    assert container_acts.get(store_room, f"{given.ORDER}-1").place == "W/01"
    assert deviations.listed(store_room)[0].cause == "placement"


def test_a_whole_tank_moves_by_two_scans_and_is_reconciled(store_room: Desk, clock: SetClock) -> None:
    given.stored(store_room, f"{given.ORDER}-2", "A/1/02")
    bulk = moves.move_tank(store_room, "A", "B", "液氮罐真空失效")
    assert len(bulk.containers) == 2
    assert {container_acts.get(store_room, one).place for one in bulk.containers} == {"B"}
    moves.reconcile(store_room, f"{given.ORDER}-1", "B/1/01")
    assert [doc["container"] for _, doc, _ in moves.unreconciled(store_room)] == [f"{given.ORDER}-2"]
    clock.move(hours=25)
    assert [overdue for _, _, overdue in moves.unreconciled(store_room)] == [True]
    assert deviations.listed(store_room)[0].cause == "tank_moved"


def test_an_emergency_move_into_a_warmer_device_is_taken_and_said(store_room: Desk) -> None:
    bulk = moves.move_tank(store_room, "A", "W", "液氮罐真空失效")
    assert bulk.problems == ("too_warm",)
    assert deviations.listed(store_room)[0].severity == "critical"


def test_a_count_finds_what_is_missing_misplaced_and_unknown(store_room: Desk) -> None:
    given.stored(store_room, f"{given.ORDER}-2", "A/1/02")
    given.stored(store_room, f"{given.ORDER}-3", "B/1/03")
    a = store_room.store.find("place", code="A")[0].id
    assert places.count_due(store_room, a)
    seen = {f"{given.ORDER}-1": "A/1/03", f"{given.ORDER}-3": "", "DEMO-XYZ": ""}
    result = places.count_stock(store_room, "A", seen, SECOND)
    assert result.missing == (f"{given.ORDER}-2",)
    assert result.unknown == ("DEMO-XYZ",)
    assert {row[0] for row in result.misplaced} == {f"{given.ORDER}-1", f"{given.ORDER}-3"}
    assert deviations.listed(store_room)[0].cause == "stock_count"
    assert not places.count_due(store_room, a)


def test_nobody_counts_with_themselves(store_room: Desk) -> None:
    with pytest.raises(Refusal, match=r"check\.same_person"):
        places.count_stock(store_room, "A", [], Actor(makers.PHARMACIST, "pharmacist", "badge+pin"))


def test_a_shipper_used_as_a_store_is_trusted_for_four_hours_after_a_reading(store_room: Desk, clock: SetClock) -> None:
    shipper = Place("", "shipper", "SN-88213", _room(store_room), "运输罐", "Shipper", capacity=9, limit_c_max="-150",
                    limit_source="DEMO", hold_end_at="2026-11-30T08:00:00+08:00")  # fmt: skip
    places.add_place(store_room, shipper, SECOND)
    given.stored(store_room, f"{given.ORDER}-7", "SN-88213")
    assert shipper_store.shipper_countdown(store_room, "SN-88213").why == "no_reading"
    now = shipper_store.record_shipper_reading(store_room, "SN-88213", Decimal("-189.0"), b"photo")
    assert now.trusted
    clock.move(hours=4, minutes=1)
    assert shipper_store.shipper_countdown(store_room, "SN-88213").why == "reading_old"
    assert shipper_store.record_shipper_reading(store_room, "SN-88213", Decimal("-149.0"), b"photo 2").why == "warm"
    assert deviations.listed(store_room)[0].cause == "excursion"
    clock.set("2026-11-29T12:00:00+08:00")
    left = shipper_store.record_shipper_reading(store_room, "SN-88213", Decimal("-188.0"), b"photo 3")
    assert (left.trusted, left.alarm_h) == (True, 24)


def _room(desk: Desk) -> str:
    return desk.store.find("place", code="ROOM")[0].id


@pytest.mark.req("REG-052")
def test_a_limit_is_changed_by_two_people_with_a_reason(store_room: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        places.change_place(store_room, "A", {"margin_c": "5"}, "频繁误报")
    assert codes(refused) == "place.second"
    with pytest.raises(Refusal, match=r"check\.same_person"):
        alone = Actor(makers.PHARMACIST, "pharmacist", "badge+pin")
        places.change_place(store_room, "A", {"margin_c": "5"}, "频繁误报", alone)
    assert places.change_place(store_room, "A", {"margin_c": "5"}, "频繁误报", SECOND).margin_c == "5"
    assert places.change_place(store_room, "A", {"rounds": ["07:00"]}, "调整班次").rounds == ("07:00",)


def test_a_place_with_something_in_it_is_not_retired(store_room: Desk) -> None:
    with pytest.raises(Refusal, match=r"place\.not_empty"):
        places.retire_place(store_room, "A", "设备报废")
    places.retire_place(store_room, "W", "设备报废")
    with pytest.raises(Refusal) as refused:
        moves.move_container(store_room, f"{given.ORDER}-1", "W/01", "relocation")
    assert codes(refused) == "place.retired"


def test_a_new_device_is_held_to_its_limit_by_two_people(store_room: Desk) -> None:
    fridge = Place("", "fridge", "F", _room(store_room), "冰箱", "Fridge", limit_c_max="8", limit_source="DEMO")
    for second, why in ((None, "place.second"), (Actor(makers.PHARMACIST, "pharmacist", "pin"), "check.same_person")):
        with pytest.raises(Refusal) as refused:
            places.add_place(store_room, fridge, second)
        assert codes(refused) == why
    assert places.tree(store_room).by_code("F") is None
    made = places.add_place(store_room, fridge, SECOND)
    held = store_room.store.get("place", made.id)
    assert held is not None and held.doc["limits_by"] == [makers.PHARMACIST, makers.PHARMACIST_2]
    assert places.add_place(store_room, Place("", "rack", "F/1", made.id, "层 1", "Shelf 1")).code == "F/1"


@pytest.mark.parametrize("field", ["hold_end_at", "filled_at"])
def test_a_time_that_is_none_never_becomes_a_shippers_countdown(store_room: Desk, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        places.add_place(store_room, Place("", "shipper", "SN-9", zh="运输罐", **{field: "2026-11-25 18:00"}))
    assert codes(refused) == "place.instant"


def test_what_is_locked_is_not_brought_among_what_is_accepted(store_room: Desk) -> None:
    """Tank B has no quarantine and something good in it; A has a quarantine, and C is empty."""
    given.order(store_room, "O-A-2026-000002", coi="DEMO-24119")
    given.stored(store_room, "O-A-2026-000002-1", "B/1/01", order_id="O-A-2026-000002")
    given.order(store_room, "O-A-2026-000003", coi="DEMO-24120")
    doubtful = given.stored(store_room, "O-A-2026-000003-1", "A/4/01", order_id="O-A-2026-000003", accepted=False)
    container_acts.record_fact(store_room, doubtful, "held")
    with pytest.raises(Refusal) as refused:
        moves.move_container(store_room, doubtful, "B/1/02", "relocation")
    assert codes(refused) == "place.amid_accepted"
    forced = moves.move_container(store_room, doubtful, "B/1/02", "relocation", forced=True)
    assert forced.problems == ("amid_accepted",)
    # Where it stands already it may stay, and where nothing good stands it may go.
    assert places.problems(store_room, doubtful, "B/1/02") == ()
    assert places.problems(store_room, doubtful, "A/4/02") == ()

"""What is written down late about where a container stood is judged by what the device had measured by then."""

from __future__ import annotations

from datetime import datetime

import makers
import pytest
import storage_makers as given

from cellguide.acts import containers, excursions, imports, moves, places, probes, walks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Change
from cellguide.runs import Reason

ONE, TWO = f"{given.ORDER}-1", f"{given.ORDER}-2"


def warm_from_nine_to_ten(at: datetime) -> float:
    return -90.0 if at.hour == 9 else -185.0 + at.minute % 15 / 50


@pytest.fixture
def store_room(desk: Desk, clock: SetClock) -> Desk:
    """Tank A has been warm from nine to ten this morning; nothing stood in it, as far as anybody knew."""
    given.tanks(desk)
    given.order(desk)
    clock.set("2026-11-22T06:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.stored(desk, ONE, "B/1/01")
    given.probe(desk)
    clock.set("2026-11-22T14:32:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    file = given.readings("2026-11-22T06:00:00", "2026-11-22T14:30:00", warm_from_nine_to_ten)
    imports.take_in_file(desk, file, "a.csv", zone="Asia/Shanghai", probe=probes.listed(desk)[0].id)
    assert excursions.on_hold(desk, ONE) == []
    return desk


def held(desk: Desk, container: str) -> tuple[str, int]:
    return containers.get(desk, container).state, len(excursions.on_hold(desk, container))


def test_a_move_that_is_entered_late_holds_what_it_brought_into_a_warm_tank(store_room: Desk) -> None:
    [(open_one, before)] = excursions.listed(store_room)
    assert before["containers"] == []
    move = moves.take_out(store_room, ONE, "relocation", out_at=given.moment("2026-11-22T08:00:00+08:00"))
    moves.put_in(store_room, move, "A/1/01", placed_at=given.moment("2026-11-22T08:01:00+08:00"))
    assert held(store_room, ONE) == ("locked", 1)
    doc = excursions.get(store_room, open_one)
    assert (doc["containers"], [product["key"] for product in doc["products"]]) == ([ONE], [ONE])
    assert len(excursions.listed(store_room)) == 1


def test_what_came_after_it_was_cold_again_is_not_held(store_room: Desk) -> None:
    move = moves.take_out(store_room, ONE, "relocation", out_at=given.moment("2026-11-22T12:00:00+08:00"))
    moves.put_in(store_room, move, "A/1/01", placed_at=given.moment("2026-11-22T12:01:00+08:00"))
    assert held(store_room, ONE) == ("accepted", 0)


def test_a_tank_emptied_an_hour_ago_is_judged_by_where_it_went(store_room: Desk, clock: SetClock) -> None:
    moves.move_tank(
        store_room, "B", "A", "罐 B 报警",
        out_at=given.moment("2026-11-22T08:50:00+08:00"), event_at=given.moment("2026-11-22T08:52:00+08:00"),
    )  # fmt: skip
    assert held(store_room, ONE) == ("locked", 1)
    [(_, doc, _)] = moves.unreconciled(store_room)
    assert (doc["exposure_s"], doc["level"]) == (120, "ok")


def test_two_scans_time_the_exposure_of_everything_in_the_tank(store_room: Desk, clock: SetClock) -> None:
    out = clock.now()
    clock.move(minutes=45)
    done = moves.move_tank(store_room, "B", "A", "罐 B 报警", out_at=out)
    [(_, doc, _)] = moves.unreconciled(store_room)
    assert done.containers == (ONE,)
    assert (doc["exposure_s"], doc["out_at"]) == (2700, out.iso)
    assert (doc["level"], containers.get(store_room, ONE).state) == ("held", "locked")
    causes = {row.doc["cause"] for row in store_room.store.find("deviation", container=ONE)}
    assert "exposure" in causes


def test_an_excursion_that_is_over_is_not_written_on_and_a_new_one_opens(store_room: Desk) -> None:
    [(first, _)] = excursions.listed(store_room)
    excursions.acknowledge_excursion(store_room, first, "首次充液，罐内没有药品")
    excursions.resolve_excursion(store_room, first, "refill", "首次充液，罐内没有药品")
    move = moves.take_out(store_room, ONE, "relocation", out_at=given.moment("2026-11-22T08:00:00+08:00"))
    moves.put_in(store_room, move, "A/1/01", placed_at=given.moment("2026-11-22T08:01:00+08:00"))
    [(second, doc)] = excursions.listed(store_room)
    assert second != first and doc["containers"] == [ONE]
    assert held(store_room, ONE) == ("locked", 1)


def test_a_position_that_is_timed_anew_is_judged_from_then_on(store_room: Desk, clock: SetClock) -> None:
    given.shipment(store_room)
    given.stored(store_room, TWO, "A/1/02", at="2026-11-22T11:00:00+08:00")
    assert held(store_room, TWO) == ("accepted", 0)
    run = walks.start_run(store_room, "receipt", {"order": given.ORDER, "shipment": given.SHIPMENT}, (TWO,))
    walks.answer_step(store_room, run.id, "R-37", TWO, "A/1/02", event_at=given.moment("2026-11-22T11:05:00+08:00"))
    assert held(store_room, TWO)[1] == 0
    walks.correct_answer(
        store_room, run.id, "R-37", TWO, "A/1/02", reason=Reason("misread", "放入时间写错，实为八点半"),
        event_at=given.moment("2026-11-22T08:30:00+08:00"),
    )  # fmt: skip
    assert held(store_room, TWO)[1] == 1
    since = [stay.since.iso[:16] for stay in places.position_history(store_room, TWO)]
    assert since[-1] == "2026-11-22T08:30"


def test_where_no_logger_is_a_warm_display_alone_holds_what_turns_out_to_have_been_there(
    store_room: Desk, clock: SetClock
) -> None:
    at, who = store_room.begin("start_round")
    warm = places.get(store_room, "W")
    read = {"place": warm.id, "state": "done", "kind": "round", "at": at.iso, "by": who.person, "c": "-60.0"}
    store_room.write("start_round", [Change("round", "L-A-2026-000001", read)], at=at, who=who)
    clock.move(hours=1)
    move = moves.take_out(store_room, ONE, "relocation", out_at=given.moment("2026-11-22T14:30:00+08:00"))
    moves.put_in(store_room, move, "W/01", placed_at=given.moment("2026-11-22T14:31:00+08:00"), forced=True)
    assert held(store_room, ONE) == ("locked", 1)
    assert {doc["peak_c"] for _, doc in excursions.listed(store_room)} >= {"-60.0"}

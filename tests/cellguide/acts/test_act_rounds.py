"""A round asks what only eyes can see, reads the rest, and holds at once what stands too warm."""

from __future__ import annotations

from decimal import Decimal

import makers
import pytest
import storage_makers as given

from cellguide.acts import closing, excursions, imports, rounds, walks
from cellguide.acts import containers as container_acts
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Actor
from cellguide.refusal import Refusal
from cellguide.runs import Key, Run

ONE = f"{given.ORDER}-1"


@pytest.fixture
def tank(desk: Desk, clock: SetClock) -> Desk:
    clock.set("2026-11-18T07:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.tanks(desk)
    given.order(desk, infusion_on="2026-11-30")
    given.stored(desk, ONE, "A/1/01")
    given.probe(desk)
    return desk


def look(desk: Desk, shown: str = "-185.0", level: str = "45", filled: str = "no") -> Run:
    run = rounds.start_round(desk, "A")
    walks.answer_step(desk, run.id, "L-01", value="a")
    walks.answer_step(desk, run.id, "L-10", value="ok")
    walks.answer_step(desk, run.id, "L-02", value=shown)
    walks.answer_step(desk, run.id, "L-06", value=level)
    walks.answer_step(desk, run.id, "L-11", value="20.9")
    return walks.answer_step(desk, run.id, "L-12", value=filled)


def finish(desk: Desk, run: Run) -> None:
    assert [str(item) for item in closing.closing_gate(desk, run, desk.now())] == []
    closing.close_run(desk, run.id)


def words(desk: Desk, code: str = "A") -> list[str]:
    return [duty.planned.word for duty in rounds.duties(desk) if duty.device.code == code]


def value(run: Run, step: str) -> object:
    key = Key(step, None)
    return run.current[key].value if key in run.current else None


def test_five_answers_make_a_round_and_the_schedule_knows_it(tank: Desk, clock: SetClock) -> None:
    assert words(tank) == ["due", "ahead"]
    run = look(tank)
    assert value(run, "L-13") == {"flag": True}
    assert value(run, "L-09") == {"number": "0"}
    finish(tank, run)
    assert words(tank) == ["done", "ahead"]
    clock.set("2026-11-19T09:00:00+08:00")
    makers.sit(tank, makers.PHARMACIST)
    assert words(tank) == ["missed", "due", "ahead"]


def test_the_scan_of_another_tank_is_no_round_of_this_one(tank: Desk) -> None:
    run = rounds.start_round(tank, "A")
    run = walks.answer_step(tank, run.id, "L-01", value="B")
    assert run.standing[Key("L-01", None)].verdict.level == "hard"


def test_a_second_round_of_the_same_kind_is_not_begun_beside_an_open_one(tank: Desk) -> None:
    rounds.start_round(tank, "A")
    with pytest.raises(Refusal, match=r"round\.open"):
        rounds.start_round(tank, "A")
    with pytest.raises(Refusal, match=r"round\.kind"):
        rounds.start_round(tank, "A", "receipt")


def test_the_nitrogen_trend_says_the_day_it_runs_out(tank: Desk, clock: SetClock) -> None:
    for day, level in ((18, "45"), (19, "43"), (20, "41")):
        clock.set(f"2026-11-{day}T08:00:00+08:00")
        makers.sit(tank, makers.PHARMACIST)
        run = look(tank, level=level)
        finish(tank, run)
    found = rounds.trend(tank, "A")
    assert found.mean_per_d == Decimal("2.00")
    assert found.runs_out_at is not None
    assert found.runs_out_at.iso.startswith("2026-11-28")
    assert value(run, "L-07") == {"number": "2.00"}


def test_the_logger_fills_in_what_it_knows(tank: Desk, clock: SetClock) -> None:
    clock.set("2026-11-18T08:00:00+08:00")
    makers.sit(tank, makers.PHARMACIST)
    finish(tank, look(tank))
    clock.set("2026-11-18T20:00:00+08:00")
    makers.sit(tank, makers.PHARMACIST)
    data = given.readings(
        "2026-11-18T07:00:00", "2026-11-18T19:50:00", lambda at: -171.3 if (at.hour, at.minute) == (12, 0) else -185.0
    )
    imports.take_in_file(tank, data, "day.csv", tank.store.find("probe")[0].id)
    run = rounds.start_round(tank, "A")
    assert value(run, "L-05") == {"number": "-171.3"}
    assert value(run, "L-04") == {"number": "-185.0"}
    assert value(run, "L-08") == {"number": "10"}


def test_a_display_that_reads_too_warm_holds_what_is_inside_at_once(tank: Desk, clock: SetClock) -> None:
    run = rounds.start_round(tank, "A")
    run = walks.answer_step(tank, run.id, "L-02", value="-149.5")
    assert run.standing[Key("L-02", None)].verdict.level == "held"
    assert container_acts.get(tank, ONE).state == "locked"
    [(id, doc)] = excursions.listed(tank)
    assert (doc["peak_c"], doc["containers"]) == ("-149.5", [ONE])
    assert len({held.id for held in tank.store.find("deviation")}) == 1
    assert id.startswith("X-A-2026-")


def test_the_response_to_an_excursion_is_a_walk_of_its_own(tank: Desk, clock: SetClock) -> None:
    run = rounds.start_round(tank, "A")
    walks.answer_step(tank, run.id, "L-02", value="-149.5")
    id = excursions.listed(tank)[0][0]
    response = rounds.start_response(tank, id)
    assert rounds.start_response(tank, id).id == response.id
    assert excursions.get(tank, id)["acknowledged"]["by"] == makers.PHARMACIST
    assert value(response, "X-06") == {"number": "1"}
    assert value(response, "X-08") == {"number": "-149.5"}
    assert any(key.step == "X-11" for key, _ in response.questions())


def test_a_transfer_walk_moves_the_container_and_knows_the_position(tank: Desk, clock: SetClock) -> None:
    b = tank.store.find("place", code="B")[0].id
    run = walks.start_run(tank, "transfer", {"device": b, "order": given.ORDER}, (ONE,))
    assert value(run, "S-04") == {"number": "-150"}
    walks.answer_step(tank, run.id, "S-12", value=None)
    clock.move(seconds=50)
    walks.answer_step(tank, run.id, "S-13", ONE, value="DEMO-24118")
    run = walks.answer_step(tank, run.id, "S-15", ONE, value="b/1/03")
    assert run.current[Key("S-16", ONE)].value == {"number": "50"}
    assert run.standing[Key("S-15", ONE)].verdict.level == "ok"
    assert container_acts.get(tank, ONE).place == "B/1/03"


def test_two_things_that_are_wrong_in_one_answer_are_two_deviations(tank: Desk) -> None:
    given.stored(tank, f"{given.ORDER}-2", "B/1/03")
    container_acts.record_fact(tank, ONE, "removed")
    before = len(tank.store.find("deviation"))
    b = tank.store.find("place", code="B")[0].id
    run = walks.start_run(tank, "transfer", {"device": b, "order": given.ORDER}, (ONE,))
    walks.answer_step(tank, run.id, "S-15", ONE, value="B/1/03")
    opened = tank.store.find("deviation")[before:]
    assert sorted(held.doc["cause"] for held in opened) == ["position", "unexpected_fact"]


def test_two_count_the_tank_blind_once_a_month(tank: Desk) -> None:
    run = rounds.start_round(tank, "A", "round-monthly")
    second = Actor(makers.PHARMACIST_2, "pharmacist", "badge+pin")
    run = walks.answer_step(tank, run.id, "L-15", value="1")
    run = walks.check_step(tank, run.id, "L-15", value="1", by=second)
    assert run.standing[Key("L-15", None)].verdict.level == "ok"

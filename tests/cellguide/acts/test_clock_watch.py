"""A clock that was moved: an entry, the end of the signing series, a flag on what is frozen until it is compared."""

from __future__ import annotations

import json

import makers
import pytest
from test_records import draft, freeze

from cellguide import sessions
from cellguide.acts import clock_watch, records, site
from cellguide.acts.clock_watch import Jump
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Actor
from cellguide.papers import signature_block

SECOND = Actor(makers.PHARMACIST_2, "pharmacist", "password")


def watched(desk: Desk) -> clock_watch.Watch:
    watch, jump = clock_watch.begin(desk)
    assert jump is None
    return watch


@pytest.mark.req("REG-029")
@pytest.mark.parametrize(
    ("seconds", "jump"),
    [
        (-3600, Jump("back", -3600)),
        (365 * 24 * 3600, Jump("drift", 365 * 24 * 3600)),
        (-61, Jump("back", -61)),
        (121, Jump("drift", 121)),
        (-59, None),
        (119, None),
    ],
)
def test_a_clock_that_was_set_is_found_within_a_second(
    desk: Desk, clock: SetClock, seconds: int, jump: Jump | None
) -> None:
    watch = watched(desk)
    watch, none = clock_watch.look(watch, clock.move(seconds=1))
    assert none is None
    watch, found = clock_watch.look(watch, clock.jump(seconds=seconds))
    assert found == jump
    assert clock_watch.look(watch, clock.move(seconds=1))[1] is None, "said once"


@pytest.mark.req("REG-029")
def test_many_small_steps_are_found_like_a_large_one(desk: Desk, clock: SetClock) -> None:
    watch, found = watched(desk), None
    for _ in range(5):
        clock.jump(seconds=40)
        watch, found = clock_watch.look(watch, clock.move(seconds=1))
        if found is not None:
            break
    assert found == Jump("drift", 160)


@pytest.mark.req("REG-029")
def test_sleep_is_no_jump_and_neither_is_a_month_of_a_quartz_that_runs_a_little_fast(
    desk: Desk, clock: SetClock
) -> None:
    watch = watched(desk)
    watch, found = clock_watch.look(watch, clock.move(hours=9))
    assert found is None
    for _ in range(31):
        clock.jump(seconds=5)
        watch, found = clock_watch.look(watch, clock.move(days=1))
        assert found is None


@pytest.mark.req("REG-029")
def test_a_clock_that_was_set_back_while_the_program_was_closed_is_found_at_its_start(
    desk: Desk, clock: SetClock
) -> None:
    clock.boot = "another0"
    clock.jump(seconds=-86400)
    assert clock_watch.begin(desk)[1] is None, "a demonstration lives in a month of its own"
    desk.demo = False
    assert clock_watch.begin(desk)[1] == Jump("back", -86400)


@pytest.mark.req("REG-006", "REG-029")
def test_it_is_written_down_by_the_station_and_ends_the_series(desk: Desk, clock: SetClock) -> None:
    assert desk.session is not None
    desk.session = sessions.primed(desk.session, makers.PHARMACIST, desk.now())
    clock_watch.note_jump(desk, Jump("back", -3600))
    assert sessions.components(desk.session, makers.PHARMACIST, desk.now()) == "both"
    (entry,) = (one for one in desk.store.history("clock", "station") if one["act"] == "clock_moved")
    assert (entry["actor"], entry["new"]["moved"], entry["new"]["moved_s"]) == ("station", "back", -3600)


@pytest.mark.req("REG-028", "REG-029")
def test_records_frozen_since_carry_it_until_two_people_have_compared_the_clock_again(
    desk: Desk, clock: SetClock
) -> None:
    site.check_clock(desk, SECOND, 1, "DEMO")
    clock_watch.note_jump(desk, Jump("back", -3600))
    assert clock_watch.due(desk) == "moved"
    between = freeze(desk, draft())
    clock.move(minutes=1)
    site.check_clock(desk, SECOND, -2, "DEMO")
    after = freeze(desk, draft(order="O-A-2026-000002"))
    told = [signature_block._clock_words(clock_of(desk, record)) for record in (between, after)]
    assert "−3600 s" in told[0] or "-3600 s" in told[0]
    assert "not checked" in told[0]
    assert "not checked" not in told[1]
    assert clock_watch.due(desk) == ""


def clock_of(desk: Desk, record: str) -> dict[str, object] | None:
    kept = json.loads(desk.store.blob(str(records.doc_of(desk, record)["sha256"])))
    found: dict[str, object] | None = kept["clock"]
    return found


@pytest.mark.parametrize(("days", "due"), [(0, ""), (1, "due"), (2, "overdue"), (29, "overdue")])
def test_the_comparison_is_due_each_day(desk: Desk, clock: SetClock, days: int, due: str) -> None:
    assert clock_watch.due(desk) == "never"
    site.check_clock(desk, SECOND, 1, "DEMO")
    clock.move(days=days)
    assert clock_watch.due(desk) == due


def test_a_comparison_dated_in_the_time_to_come_proves_nothing_today(desk: Desk, clock: SetClock) -> None:
    site.check_clock(desk, SECOND, 1, "DEMO")
    clock.jump(seconds=-3 * 86400)
    assert clock_watch.due(desk) == "overdue"

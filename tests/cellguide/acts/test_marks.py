"""The clock key works whoever sits there, or nobody."""

from __future__ import annotations

import makers
import pytest

from cellguide.acts import marks, staff
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Change
from cellguide.refusal import Refusal


def a_bag(desk: Desk) -> str:
    at, who = desk.begin("place_order")
    order = {"state": "verified", "product": "demo-cel", "containers": 1}
    bag = {"order": "O-A-2026-000001", "state": "accepted", "n": 1, "of": 1, "events": []}
    desk.write(
        "place_order",
        [Change("order", "O-A-2026-000001", order), Change("container", "O-A-2026-000001-1", bag)],
        at=at,
        who=who,
    )
    return "O-A-2026-000001-1"


def test_a_press_on_the_locked_screen_counts_and_waits_to_be_claimed(desk: Desk, clock: SetClock) -> None:
    staff.lock_session(desk)
    mark = marks.start_clock(desk)
    clock.move(minutes=7)
    [running] = marks.running(desk)
    assert (running.person, running.elapsed_s, running.limit_s) == ("none", 420, None)
    staff.unlock_session(desk, makers.proof(desk, makers.PHARMACIST))
    with pytest.raises(Refusal) as caught:
        marks.claim_mark(desk, mark, "")
    assert caught.value.code == "reason.short"
    marks.claim_mark(desk, mark, "胸卡落在另一房间")
    assert marks.running(desk)[0].person == makers.PHARMACIST


def test_nobody_signed_in_is_no_reason_to_refuse(bare_desk: Desk) -> None:
    makers.found(bare_desk)
    assert marks.start_clock(bare_desk).startswith("T-A-2026-")
    entry = bare_desk.store.history("mark", "T-A-2026-000001")[0]
    assert (entry["actor"], entry["how"]) == ("none", "none")


def test_the_time_can_be_set_back_and_never_forward(desk: Desk, clock: SetClock) -> None:
    mark = marks.start_clock(desk)
    earlier = clock.now().plus(seconds=-300)
    marks.set_back(desk, mark, earlier)
    assert marks.running(desk)[0].elapsed_s == 300
    with pytest.raises(Refusal) as caught:
        marks.set_back(desk, mark, clock.now())
    assert caught.value.code == "mark.later"
    with pytest.raises(Refusal) as caught:
        marks.start_clock(desk, event_at=clock.now().plus(seconds=60))
    assert caught.value.code == "mark.future"


def test_a_known_bag_is_held_to_its_products_tightest_limit_and_moves(desk: Desk, clock: SetClock) -> None:
    bag = a_bag(desk)
    marks.start_clock(desk, container=bag)
    clock.move(minutes=10)
    [running] = marks.running(desk)
    assert running.limit_s == 90 * 60
    assert running.left_s == 80 * 60
    held = desk.store.get("container", bag)
    assert held.doc["state"] == "removed"
    assert [item.doc["container"] for item in desk.store.find("deviation", state="open")] == [bag]


def test_a_clock_set_back_by_an_hour_does_not_give_time_back(desk: Desk, clock: SetClock) -> None:
    marks.start_clock(desk)
    clock.move(minutes=20)
    clock.jump(seconds=-3600)
    assert marks.running(desk)[0].elapsed_s == 1200


def test_what_was_shown_survives_a_restart_with_a_wrong_clock(desk: Desk, clock: SetClock) -> None:
    marks.start_clock(desk)
    clock.move(minutes=20)
    marks.keep_shown(desk, marks.running(desk))
    clock.boot, clock.mono_ms = "11111111", 0
    clock.jump(seconds=-3600)
    assert marks.running(desk)[0].elapsed_s == 1200


def test_a_clock_ends_with_a_reason(desk: Desk) -> None:
    mark = marks.start_clock(desk)
    marks.end_mark(desk, mark, "误按，药品未取出")
    assert marks.running(desk) == []
    with pytest.raises(Refusal):
        marks.end_mark(desk, mark, "再次结束计时")

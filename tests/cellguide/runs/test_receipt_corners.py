"""The receipt where it is not clean: what came otherwise, came late, or became known afterwards."""

from __future__ import annotations

import pytest
from receipt_walk import CLEAN, FIRST, QUALITY, SECOND_GIVES, SHA, Walk

from cellguide.clock import parse_iso
from cellguide.facts import MISSING
from cellguide.refusal import Refusal
from cellguide.runs import (
    Key,
    Proof,
    Reason,
    answer,
    clear_stop,
    closing,
    correct,
    deviations,
    granted,
    not_applicable,
    note,
    open_run,
    open_stops,
    rejudge,
)
from cellguide.runs.calcs import exposure_s
from cellguide.templates import latest, load


@pytest.mark.parametrize(("end", "level"), [("14:05:00", "held"), ("14:05:05", "held"), ("23:00:00", "warn")])
def test_the_hold_time_is_judged_against_the_arrival(end: str, level: str) -> None:
    walk = Walk(shipment__hold_end_at=parse_iso(f"2026-11-22T{end}+08:00"))
    assert not open_stops(walk.run)  # the day before nothing has arrived and nothing is late
    walk.clock.set("2026-11-22T14:05:00+08:00")
    walk.give("R-09", "999-12345675")
    assert walk.run.standing[Key("R-14")].verdict.level == level


def test_oxygen_measured_again_lifts_the_stop_and_keeps_the_deviation() -> None:
    walk = Walk().through("R-08")
    walk.give("R-06", "18.9")
    assert open_stops(walk.run)[0].verdict.level == "hard"
    again = Reason("remeasured", "通风后重测")
    walk.run, _ = correct(walk.run, "R-06", None, "20.8", reason=again, by=FIRST, at=walk.clock.now(), facts=walk.facts)
    assert not open_stops(walk.run)
    assert [(departure.cause, departure.standing) for departure in deviations(walk.run)] == [("oxygen", False)]


def test_a_container_that_did_not_come_is_not_asked_about_and_the_one_that_came_is_accepted() -> None:
    walk = Walk(("C1", "C2"))
    walk.run, _ = note(walk.run, "absent", "C2", by=FIRST, at=walk.clock.now())
    walk.through("R-18")  # one was received, two were announced
    assert [(stop.key.step, stop.verdict.cause) for stop in open_stops(walk.run)] == [("R-28", "count")]
    walk.run, _ = clear_stop(
        walk.run, "R-28", None, reason=Reason("other", "第二件次日另送"), signers=(FIRST,), at=walk.clock.now(),
        proof=Proof(sha256=SHA),
    )  # fmt: skip
    walk.give("R-40", "accept")
    assert granted(walk.run, "R-40") is False  # not before the second person has given theirs
    walk.check("R-40", "accept")
    assert granted(walk.run, "R-40")


def test_a_container_with_answers_did_come() -> None:
    walk = Walk(("C1", "C2")).through("R-29")
    with pytest.raises(Refusal, match=r"run\.container_answered"):
        note(walk.run, "absent", "C2", by=FIRST, at=walk.clock.now())
    with pytest.raises(Refusal, match=r"run\.unknown_container"):
        note(walk.run, "absent", "C9", by=FIRST, at=walk.clock.now())


def test_an_order_changed_under_a_run_judges_its_answers_anew() -> None:
    walk = Walk().through("R-32")
    walk.values["order.coi"] = "DC-99999"
    walk.settle()
    assert not open_stops(walk.run)
    walk.run = rejudge(walk.run, walk.facts, walk.clock.now())
    assert [stop.key.step for stop in open_stops(walk.run)] == ["R-22"]
    assert rejudge(walk.run, walk.facts, walk.clock.now()) == walk.run


def test_the_shipper_that_stays_closed_is_received_by_its_outside_and_read_again_in_four_hours() -> None:
    walk = Walk((), latest("receipt-not-opened"))
    for step, value, parts in CLEAN:
        if step == "R-21":
            walk.give("R-44", "DC-24097")
            walk.check("R-44", "DC-24097")
            walk.give("R-45", "药库 2 号间")
            walk.give("R-46", walk.clock.now().plus(seconds=4 * 3600))
        if any(line.id == step for line in walk.template.steps):
            walk.give(step, value, parts=parts | ({"shown_c": "-182.0"} if step == "R-16" else {}))
            if step in SECOND_GIVES:
                walk.check(step, SECOND_GIVES[step])
    assert not closing(walk.run, walk.facts, walk.clock.now())
    assert not open_stops(walk.run)


def test_a_whole_section_may_repeat_container_by_container() -> None:
    head = (
        'id = "t"\nper = "dose"\nzh = "测"\nen = "T"\n[[section]]\nid = "a"\nper = "container"\nzh = "甲"\nen = "A"\n'
    )
    step = '[[section.step]]\nid = "R-0{0}"\nzh = "项"\nen = "Item"\nask = "yn"\norigin = "test"\n'
    template = load(head + step.format(1) + step.format(2), "t/1.toml")
    walk = Walk(("C1", "C2"), latest("receipt"))
    run = open_run("A-R-2", template, subjects={"dose": "D"}, containers=walk.run.containers, by=FIRST, at="")
    asked = [(key.step, key.container) for key, _ in run.questions()]
    assert asked == [("R-01", "C1"), ("R-02", "C1"), ("R-01", "C2"), ("R-02", "C2")]


def test_going_on_without_a_fact_is_a_departure_and_waiting_for_it_is_none() -> None:
    walk = Walk(run__people_trained=MISSING)
    walk.run, _ = not_applicable(
        walk.run, "R-04", None, reason="培训系统停机", by=FIRST, at=walk.clock.now(), facts=walk.facts
    )  # fmt: skip
    assert [departure.cause for departure in deviations(walk.run)] == ["training"]
    other = Walk(profile__storage_c_max=MISSING).through("R-35")
    assert not deviations(other.run)
    other.run, _ = clear_stop(
        other.run, "R-35", None, reason=Reason("other", "持有人邮件确认"), signers=(FIRST, QUALITY),
        at=other.clock.now(),
    )  # fmt: skip
    assert [departure.cause for departure in deviations(other.run)] == ["label_limit"]


def test_a_slip_of_the_finger_is_no_departure() -> None:
    walk = Walk()
    walk.give("R-27", ["damaged"], parts={"which": "第一件"})
    at = walk.clock.move(seconds=2)
    walk.run, _ = correct(
        walk.run, "R-27", None, ["none"], reason=Reason("slip"), parts={}, by=FIRST, at=at, facts=walk.facts
    )  # fmt: skip
    assert not deviations(walk.run)
    assert len(walk.run.history(Key("R-27"))) == 2


def test_a_fact_that_was_recorded_cannot_be_left_out_afterwards() -> None:
    walk = Walk().through("R-37")
    with pytest.raises(Refusal, match=r"run\.answered"):
        not_applicable(
            walk.run, "R-37", "C1", reason="误登记库位", by=FIRST, at=walk.clock.now(), facts=walk.facts
        )  # fmt: skip


def test_a_tank_that_was_cold_enough_is_not_written_down_with_every_reading() -> None:
    walk = Walk(device__c_now=-140)
    assert walk.run.standing[Key("R-05")].verdict.level == "held"
    walk.values["device.c_now"] = -178
    walk.settle()
    assert walk.run.standing[Key("R-05")].verdict.level == "ok"
    walk.values["device.c_now"] = -120
    before = walk.run
    walk.settle()
    assert walk.run == before


def test_there_is_nothing_to_override_where_nothing_stands_and_a_slip_is_no_reason() -> None:
    walk = Walk(device__c_now=-140)
    at = walk.clock.now()
    with pytest.raises(Refusal, match=r"run\.no_stop"):
        clear_stop(walk.run, "R-13", None, reason=Reason("other", "没有停止项"), signers=(FIRST,), at=at)
    with pytest.raises(Refusal, match=r"run\.reason"):
        clear_stop(walk.run, "R-05", None, reason=Reason("slip"), signers=(FIRST,), at=at)
    with pytest.raises(Refusal, match=r"run\.unknown_note"):
        note(walk.run, "gossip", "闲话一句", by=FIRST, at=at)
    with pytest.raises(Refusal, match=r"run\.reason"):
        note(walk.run, "late", "嗯", by=FIRST, at=at)


def test_the_exposure_counts_on_until_the_container_is_placed() -> None:
    walk = Walk(("C1", "C2")).through("R-26")
    opened = walk.clock.now()
    assert exposure_s(walk.run, "C1") is MISSING
    assert exposure_s(walk.run, "C1", opened.plus(seconds=30.2)) == 31
    walk.clock.move(seconds=100)
    walk.give("R-37", "A/3/07", "C2")
    assert exposure_s(walk.run, "C2", opened.plus(seconds=3000)) == 105
    walk.give("R-37", "A/3/08", "C1", event_at=opened.plus(seconds=-60))
    assert exposure_s(walk.run, "C1") is MISSING  # placed before it was opened: one of the two is wrong


def test_a_position_that_turns_out_to_be_taken_holds_although_it_seemed_free_before_the_scan() -> None:
    walk = Walk().through("R-29")
    at = walk.clock.move(seconds=5)
    walk.run, given = answer(walk.run, "R-37", "C1", "A/3/07", by=FIRST, at=at, facts=walk.facts)
    assert given.verdict.level == "ok"
    walk.values["container.place_free"] = False
    walk.settle()
    assert [(stop.key, stop.verdict.cause) for stop in open_stops(walk.run)] == [(given.key, "position")]
    assert [departure.cause for departure in deviations(walk.run)] == ["position"]

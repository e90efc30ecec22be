"""The second person: blind, independent, never a second tick."""

from __future__ import annotations

from typing import Any

import pytest
from one_step import AT, BY, begun, checklist
from receipt_walk import SECOND, SHA, Walk

from cellguide.entry import Actor
from cellguide.refusal import Refusal
from cellguide.runs import (
    Facts,
    Key,
    answer,
    check,
    check_state,
    checks_due,
    closing,
    correct,
    deviations,
    gate,
    open_stops,
)
from cellguide.runs.reasons import Reason
from cellguide.templates import latest

ASKS = {
    "num": 'ask = "num"\nunit = "°C"\nsigned = true',
    "text": 'ask = "text"',
    "scan": 'ask = "scan"',
    "date": 'ask = "date"',
    "choice": 'ask = "choice"\nof = ["a", "b"]\nwords = { a = { zh = "甲", en = "a" }, b = { zh = "乙", en = "b" } }',
}


@pytest.mark.req("REG-055")
@pytest.mark.parametrize(
    ("ask", "first", "second", "state"),
    [
        ("num", "−151.2", "-151.20", "match"),
        ("num", "-151.2", "-151.3", "mismatch"),
        ("num", "+20", "-20", "mismatch"),
        ("text", "ZMM", "zmm", "match"),
        ("text", "赵明", "赵 明", "match"),
        ("text", "赵明", "赵朋", "mismatch"),
        ("scan", "DC-24097", {"text": "ＤＣ24097", "how": "typed"}, "match"),
        ("scan", "RC2411-097", "RC2411-079", "mismatch"),
        ("date", "2026-12-01", "2026-12-01", "match"),
        ("date", "2026-12-01", "2027-12-01", "mismatch"),
        ("choice", "a", "b", "mismatch"),
    ],
)
@pytest.mark.parametrize("order", ["first", "second"])
def test_two_values_match_as_decimals_or_identifiers_whoever_was_faster(
    ask: str, first: Any, second: Any, state: str, order: str
) -> None:
    run = begun(checklist(f'id = "R-30"\ncheck = "value"\n{ASKS[ask]}'))
    if order == "second":
        run, _ = check(run, "R-30", None, second, by=SECOND, at=AT)
    run, _ = answer(run, "R-30", None, first, by=BY, at=AT, facts=Facts())
    if order == "first":
        assert check_state(run, Key("R-30")) == "missing"
        run, _ = check(run, "R-30", None, second, by=SECOND, at=AT)
    assert check_state(run, Key("R-30")) == state


@pytest.mark.req("REG-008")
def test_nobody_checks_themselves_under_whatever_role() -> None:
    walk = Walk()
    walk.give("R-28", "1")
    with pytest.raises(Refusal, match=r"run\.same_person"):
        walk.check("R-28", "1", by=Actor(BY.person, "nurse", "badge+pin"))


def test_a_check_by_the_later_performer_does_not_count() -> None:
    walk = Walk()
    walk.check("R-28", "1", by=BY)
    walk.give("R-28", "1", by=BY)
    assert check_state(walk.run, Key("R-28")) == "missing"


def test_a_tick_is_no_value_and_a_value_is_no_witness() -> None:
    walk = Walk()
    walk.give("R-28", "1")
    with pytest.raises(Refusal, match=r"run\.check_kind"):
        walk.check("R-28", None)
    walk.give("R-23", "final")
    with pytest.raises(Refusal, match=r"run\.check_kind"):
        walk.check("R-23", "final")
    with pytest.raises(Refusal, match=r"run\.no_check"):
        walk.check("R-06", "20.9")


@pytest.mark.req("REG-055")
def test_a_mismatch_stands_until_the_first_looks_again_and_the_second_reads_anew() -> None:
    walk = Walk()
    walk.give("R-32", "RC2411-097")
    walk.check("R-32", "RC2411-079")
    assert [(stop.key.step, stop.verdict.level) for stop in open_stops(walk.run)] == [("R-32", "hard")]
    walk.check("R-32", "RC2411-097")  # the second person alone cannot make it right
    assert check_state(walk.run, Key("R-32", "C1")) == "mismatch"
    reason = Reason("look_again", "两人一起再看照片")
    walk.run, _ = correct(
        walk.run, "R-32", "C1", "RC2411-097", reason=reason, by=BY, at=walk.clock.now(), facts=walk.facts
    )
    assert check_state(walk.run, Key("R-32", "C1")) == "missing"
    walk.check("R-32", "RC2411-097")
    assert check_state(walk.run, Key("R-32", "C1")) == "match"
    assert len(walk.run.checks) == 3


def test_the_second_persons_list_holds_what_waits_and_nothing_of_their_own() -> None:
    walk = Walk()
    walk.give("R-28", "1")
    walk.give("R-22", "DC-24097", by=SECOND)
    assert [due.key.step for due in checks_due(walk.run)] == ["R-28", "R-22"]
    assert [due.key.step for due in checks_due(walk.run, SECOND.person)] == ["R-28"]


@pytest.mark.parametrize(("offset", "state"), [("+1", "match"), ("+3", "match"), ("-2", "mismatch")])
def test_two_readings_of_a_running_clock_agree_within_two_seconds(offset: str, state: str) -> None:
    walk = Walk((), latest("clock-check"))
    walk.give("K-01", "radio_clock")
    walk.give("K-02", "+1")
    walk.check("K-02", offset)
    assert check_state(walk.run, Key("K-02")) == state
    shut = gate(walk.run, Key("K-03"), SHA, walk.facts, walk.clock.now())
    assert [item.what for item in shut] == ([] if state == "match" else ["mismatch"])


def test_night_custody_is_five_steps_of_one_person_and_finished_with_the_last() -> None:
    walk = Walk((), latest("night-custody"))
    assert len(list(walk.template.steps)) == 5
    walk.give("R-09", "999-12345675")
    walk.give("R-12", {"sha256": SHA})
    walk.give("R-16", {"sha256": SHA}, parts={"shown_c": "-182.0"})
    walk.give("R-45", "急诊药房 1 号")
    assert closing(walk.run, walk.facts, walk.clock.now())
    later = walk.clock.now().plus(seconds=3 * 3600)
    walk.give("R-46", later)
    assert not closing(walk.run, walk.facts, walk.clock.now())


def test_the_display_of_a_shipper_that_is_the_store_is_read_and_judged_also_at_night() -> None:
    for name in ("night-custody", "receipt-not-opened"):
        walk = Walk((), latest(name))
        walk.give("R-16", {"sha256": SHA})
        missing = closing(walk.run, walk.facts, walk.clock.now())
        assert ("incomplete", "R-16", "shown_c") in [(item.what, item.key.step, item.detail) for item in missing]
        walk = Walk((), latest(name))
        walk.give("R-16", {"sha256": SHA}, parts={"shown_c": "-149.0"})
        assert [stop.verdict.cause for stop in open_stops(walk.run) if stop.key.step == "R-16"] == ["warm"]


def test_night_custody_is_finished_with_its_stops_open_and_carries_them_on() -> None:
    walk = Walk((), latest("night-custody"))
    walk.give("R-09", "another waybill")
    walk.give("R-12", {"sha256": SHA})
    walk.give("R-16", {"sha256": SHA}, parts={"shown_c": "-182.0"})
    walk.give("R-45", "急诊药房 1 号")
    walk.give("R-46", walk.clock.now().plus(seconds=3600))
    assert [stop.key.step for stop in open_stops(walk.run)] == ["R-09"]
    assert not closing(walk.run, walk.facts, walk.clock.now())
    assert [departure.cause for departure in deviations(walk.run)] == ["shipment_papers"]

"""Reasons, slips and late entries."""

from __future__ import annotations

import pytest
from receipt_walk import FIRST, SECOND, SHA, Walk

from cellguide import words
from cellguide.clock import Moment
from cellguide.refusal import Refusal
from cellguide.runs import Key, Reason, check_state, correct, gate, note
from cellguide.runs.reasons import PRESETS, lateness, says_something


@pytest.mark.req("REG-015")
@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("设备故障", True),
        ("漏液", True),
        ("broken", True),
        ("wrong bag", True),
        ("𠮷田", True),
        ("", False),
        ("     ", False),
        ("漏", False),
        ("漏漏漏漏", False),
        ("aaaaaaaa", False),
        ("AaAaAa", False),
        ("oops", False),
        (".....!!", False),
        ("漏 !!!", False),
    ],
)
def test_a_reason_needs_two_chinese_characters_or_five_others_and_not_one_repeated(text: str, enough: bool) -> None:
    assert says_something(text) is enough


def corrected(walk: Walk, reason: Reason, value: str = "-151.2", step: str = "R-35", seconds: float = 3) -> Walk:
    at = walk.clock.move(seconds=seconds)
    walk.run, _ = correct(walk.run, step, None, value, reason=reason, by=FIRST, at=at, facts=walk.facts)
    return walk


@pytest.mark.req("REG-016")
def test_a_correction_keeps_the_old_value_and_the_reason() -> None:
    walk = Walk()
    walk.give("R-35", "-150")
    corrected(walk, Reason("misread", "看错一行"), "−151.20", seconds=60)
    old, new = walk.run.history(Key("R-35"))
    assert old.value == {"typed": "-150", "decimal": "-150"}
    assert new.value == {"typed": "−151.20", "decimal": "-151.20"}
    assert new.reason == ("misread", "看错一行")


def test_a_slip_is_taken_back_within_ten_seconds_without_words() -> None:
    walk = Walk()
    walk.give("R-35", "-15")
    corrected(walk, Reason("slip"), "-150", seconds=10)
    assert walk.run.current[Key("R-35")].reason == ("slip", "")


@pytest.mark.parametrize("how", ["eleven seconds", "another answer"])
def test_a_slip_is_over_after_ten_seconds_or_with_the_next_answer(how: str) -> None:
    walk = Walk()
    walk.give("R-35", "-15")
    if how == "another answer":
        walk.give("R-06", "20.9")
    with pytest.raises(Refusal, match=r"run\.slip_over"):
        corrected(walk, Reason("slip"), "-150", seconds=11 if how == "eleven seconds" else 1)


@pytest.mark.parametrize(
    "reason", [Reason("misread", ""), Reason("other", "。。。。。。"), Reason("because", "说得清楚")]
)
def test_a_correction_without_a_reason_is_refused_and_changes_nothing(reason: Reason) -> None:
    walk = Walk()
    walk.give("R-35", "-150")
    before = walk.run
    with pytest.raises(Refusal):
        corrected(walk, reason)
    assert walk.run is before


def test_answering_again_without_saying_why_is_refused_for_everything_but_facts() -> None:
    walk = Walk()
    walk.give("R-35", "-150")
    with pytest.raises(Refusal, match=r"run\.answered"):
        walk.give("R-35", "-151")
    walk.give("R-37", "A/3/07", "C1")
    again = walk.give("R-37", "A/3/08", "C1")
    assert again.again
    assert ("reason", Key("R-37", "C1"), "") in gate(walk.run, Key("R-40"), "accept", walk.facts, walk.clock.now())
    walk.run, _ = note(walk.run, "comment", "第一次扫错库位", by=FIRST, at=walk.clock.now(), key=again.key)
    assert ("reason", Key("R-37", "C1"), "") not in gate(walk.run, Key("R-40"), "accept", walk.facts, walk.clock.now())


@pytest.mark.req("REG-025", "REG-026")
@pytest.mark.parametrize(
    ("seconds", "rescue", "mark"),
    [
        (0, False, ""),
        (900, False, ""),
        (901, False, "late"),
        (6 * 3600 - 1, True, "rescue"),
        (6 * 3600, True, "rescue"),
        (6 * 3600 + 1, True, "late"),
        (6 * 3600 - 1, False, "late"),
    ],
)
def test_an_entry_is_late_after_fifteen_minutes_and_a_rescue_has_six_hours(
    seconds: int, rescue: bool, mark: str
) -> None:
    event = Moment(1_795_307_815_000, 480)
    assert lateness(event, event.plus(seconds=seconds), rescue=rescue) == mark


@pytest.mark.req("REG-025")
def test_a_late_fact_is_accepted_marked_and_asks_for_its_reason_before_the_gate() -> None:
    walk = Walk().through("R-06")
    happened = walk.clock.now().plus(seconds=-1200)
    given = walk.give("R-26", happened)
    assert (given.late, given.event_at) == ("late", happened.iso)
    assert given.at != given.event_at
    missing = gate(walk.run, Key("R-40"), "accept", walk.facts, walk.clock.now())
    assert ("late", Key("R-26"), "") in missing
    walk.run, _ = note(walk.run, "late", "工作站未开机", by=FIRST, at=walk.clock.now(), key=given.key)
    missing = gate(walk.run, Key("R-40"), "accept", walk.facts, walk.clock.now())
    assert ("late", Key("R-26"), "") not in missing


@pytest.mark.req("REG-025")
def test_a_time_in_the_future_is_refused_for_events_and_taken_for_plans() -> None:
    walk = Walk()
    soon = walk.clock.now().plus(seconds=60)
    with pytest.raises(Refusal, match=r"run\.future"):
        walk.give("R-26", soon)
    with pytest.raises(Refusal, match=r"run\.future"):
        walk.give("R-12", {"sha256": SHA}, event_at=soon)
    assert walk.run.current.keys().isdisjoint({Key("R-26"), Key("R-12")})


def test_correcting_the_time_of_an_event_to_earlier_marks_it_late() -> None:
    walk = Walk()
    given = walk.give("R-26", None)
    walk.run, new = correct(
        walk.run, "R-26", None, walk.clock.now().plus(seconds=-1800), reason=Reason("other", "实际更早"), by=FIRST,
        at=walk.clock.now(), facts=walk.facts,
    )  # fmt: skip
    assert (given.late, new.late) == ("", "late")


def test_a_check_before_the_correction_does_not_count_for_the_new_value() -> None:
    walk = Walk()
    walk.give("R-28", "1")
    walk.check("R-28", "1")
    assert check_state(walk.run, Key("R-28")) == "match"
    corrected(walk, Reason("other", "又数了一遍"), "1", "R-28")
    assert check_state(walk.run, Key("R-28")) == "missing"
    walk.check("R-28", "1.0", by=SECOND)
    assert check_state(walk.run, Key("R-28")) == "match"


def test_every_preset_has_its_words_in_both_languages() -> None:
    for preset in PRESETS:
        assert words.say(f"run.reason.{preset}", "zh") != words.say(f"run.reason.{preset}", "en")


@pytest.mark.parametrize("about", ["pause", "resume"])
def test_pausing_is_shown_and_refuses_nothing(about: str) -> None:
    walk = Walk()
    walk.run, _ = note(walk.run, about, "等第二人", by=FIRST, at=walk.clock.now())
    assert walk.run.paused is (about == "pause")
    walk.give("R-26", None)


def test_one_more_container_than_announced_is_taken_into_the_run() -> None:
    walk = Walk()
    walk.run, _ = note(walk.run, "container", "C2", by=FIRST, at=walk.clock.now())
    walk.give("R-29", "DC-24097", "C2", parts={"label": {"sha256": SHA}})
    assert walk.run.containers == ("C1", "C2")
    with pytest.raises(Refusal, match=r"run\.container_twice"):
        note(walk.run, "container", "C2", by=FIRST, at=walk.clock.now())

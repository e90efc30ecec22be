"""A run as plain JSON for the ledger, and back, without losing anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_step import AT, BY, begun, checklist
from receipt_walk import FIRST, QUALITY, SHA, Walk

from cellguide import canonical
from cellguide.refusal import Refusal
from cellguide.runs import (
    Answer,
    Facts,
    Key,
    Proof,
    Reason,
    Run,
    answer,
    check,
    clear_stop,
    correct,
    event_doc,
    event_from,
    next_step,
    note,
    open_run,
    open_stops,
    run_doc,
    run_from,
)
from cellguide.templates import latest


def eventful() -> Walk:
    walk = Walk(("C1", "C2"), shipment__logger_alarm="alarm").through("R-22", checked=True)
    walk.run, _ = note(walk.run, "pause", "等第二人", by=FIRST, at=walk.clock.now())
    walk.give("R-23", "conditional", parts={"tests": "无菌检查", "due": "2026-12-01"}, performer="DEMO-OP-1")
    walk.give("R-18", {"sha256": SHA, "name": "shipper.csv"})
    looked, at = Reason("look_again", "再数一遍"), walk.clock.now()
    walk.run, _ = correct(walk.run, "R-28", None, "2", reason=looked, by=FIRST, at=at, facts=walk.facts)
    walk.run, _ = clear_stop(
        walk.run, "R-17", None, reason=Reason("other", "持有人已确认"), signers=(FIRST, QUALITY), at=walk.clock.now(),
        proof=Proof(name="演示持有人", at=walk.clock.now().iso, case="DEMO-1"),
    )  # fmt: skip
    return walk


def test_a_run_is_the_same_after_a_way_through_canonical_json() -> None:
    walk = eventful()
    doc = json.loads(canonical.encode(run_doc(walk.run)))
    again = run_from(doc, walk.template)
    assert again == walk.run
    assert again.standing == walk.run.standing
    assert open_stops(again) == open_stops(walk.run)


def test_replaying_the_events_one_by_one_gives_the_same_run() -> None:
    walk = eventful()
    first = walk.run
    again = Run(first.id, first.template, first.subjects, first.expected, first.opened_by, first.opened_at)
    for event in first.events:
        again = again.plus(event_from(json.loads(json.dumps(event_doc(event)))))
    assert again == first


def test_an_event_that_does_not_follow_is_not_added() -> None:
    walk = eventful()
    with pytest.raises(ValueError, match="does not follow"):
        walk.run.plus(walk.run.events[0])


def test_a_run_is_not_read_with_another_template() -> None:
    doc = run_doc(Walk().run)
    with pytest.raises(Refusal, match=r"run\.other_template"):
        run_from(doc, latest("night-custody"))


def test_a_run_names_what_its_template_is_about() -> None:
    with pytest.raises(Refusal, match=r"run\.no_subject"):
        open_run("A-R-1", latest("receipt"), subjects={}, containers=(), by=BY, at=AT.iso)
    with pytest.raises(Refusal, match=r"run\.container_twice"):
        open_run("A-R-1", latest("receipt"), subjects={"shipment": "S"}, containers=("C", "C"), by=BY, at=AT.iso)


TWO_CODES = 'of = ["a", "b"]\nwords = { a = { zh = "甲", en = "a" }, b = { zh = "乙", en = "b" } }'
GIVEN: list[tuple[str, Any, Any]] = [
    ('ask = "yn"', True, "yes"),
    ('ask = "num"', "７.50", {"typed": "７.50", "decimal": "7.50"}),
    ('ask = "time"', None, "2026-11-22T14:00:00.000+08:00"),
    ('ask = "date"', "2026-02-28", "2026-02-28"),
    ('ask = "scan"', "A9999 24", {"text": "A9999 24", "how": "scanned"}),
    ('ask = "scan"', {"text": "\ufa19", "how": "typed"}, {"text": "\ufa19", "how": "typed", "hex": "efa899"}),
    ('ask = "text"', " 完好 ", "完好"),
    ('ask = "place"', "A/3/07", "A/3/07"),
    ('ask = "photo"', {"sha256": SHA}, {"sha256": SHA}),
    ('ask = "file"', {"sha256": SHA, "name": "a.csv"}, {"sha256": SHA, "name": "a.csv"}),
    ('ask = "sign"', {"meaning": "performed", "statement": SHA}, {"meaning": "performed", "statement": SHA}),
    (f'ask = "set"\n{TWO_CODES}', {"a": "36,8"}, {"a": {"typed": "36,8", "decimal": "36.8"}}),
    (f'ask = "many"\n{TWO_CODES}', ["b", "a"], ["a", "b"]),
    (f'ask = "choice"\n{TWO_CODES}', "b", "b"),
]


@pytest.mark.parametrize(("ask", "value", "kept"), GIVEN)
def test_a_value_is_kept_in_its_plain_form(ask: str, value: Any, kept: Any) -> None:
    run = begun(checklist(f'id = "R-01"\n{ask}'))
    _, given = answer(run, "R-01", None, value, by=BY, at=AT, facts=Facts())
    assert given.value == kept


BAD: list[tuple[str, Any]] = [
    ('ask = "yn"', "maybe"),
    ('ask = "num"', "warm"),
    ('ask = "time"', "2026-11-22T13:00:00"),
    ('ask = "date"', "2026-02-30"),
    ('ask = "scan"', "  "),
    ('ask = "text"', ""),
    ('ask = "text"', 7),
    ('ask = "text"', "\ufa19"),
    ('ask = "photo"', {"sha256": "short"}),
    ('ask = "photo"', "photo.jpg"),
    ('ask = "sign"', {"meaning": "performed"}),
    ('ask = "calc"\ncalc = "arrived_at"', "2026-11-22T13:00:00+08:00"),
    ('ask = "choice"\nof = ["a"]\nwords = { a = { zh = "甲", en = "a" } }', "b"),
    ('ask = "many"\nof = ["a"]\nwords = { a = { zh = "甲", en = "a" } }', []),
    ('ask = "many"\nof = ["a"]\nwords = { a = { zh = "甲", en = "a" } }', "a"),
    ('ask = "set"\nof = ["t"]\nwords = { t = { zh = "温", en = "t" } }', {"u": "1"}),
]


@pytest.mark.parametrize(("ask", "value"), BAD)
def test_what_cannot_be_read_is_refused_and_nothing_is_kept(ask: str, value: Any) -> None:
    run = begun(checklist(f'id = "R-01"\n{ask}'))
    with pytest.raises(Refusal):
        answer(run, "R-01", None, value, by=BY, at=AT, facts=Facts())
    assert run.events == ()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([ask for ask, _, _ in GIVEN]), JUNK)
def test_any_input_is_read_or_refused_and_what_is_kept_is_canonical(ask: str, value: Any) -> None:
    run = begun(checklist(f'id = "R-01"\n{ask}'))
    try:
        run, given_answer = answer(run, "R-01", None, value, by=BY, at=AT, facts=Facts())
    except Refusal:
        return
    again = event_from(json.loads(canonical.encode(event_doc(given_answer))))
    assert again == given_answer


def test_names_that_do_not_exist_are_refused() -> None:
    run: Run = begun(checklist('id = "R-37"\nask = "place"\nper = "container"'))
    for step, container, slot, code in (
        ("R-99", None, 0, "run.unknown_step"),
        ("R-37", None, 0, "run.unknown_container"),
        ("R-37", "C9", 0, "run.unknown_container"),
        ("R-37", "C1", 15, "run.unknown_slot"),
    ):
        with pytest.raises(Refusal, match=code):
            answer(run, step, container, "A", by=BY, at=AT, facts=Facts(), slot=slot)
    with pytest.raises(Refusal, match=r"run\.unknown_part"):
        answer(run, "R-37", "C1", "A", by=BY, at=AT, facts=Facts(), parts={"x": "1"})


def test_a_timed_set_is_a_question_for_each_minute() -> None:
    template = checklist(
        'id = "A-39"\nask = "set"\nof = ["pulse"]\nwords = { pulse = { zh = "脉搏", en = "Pulse" } }\n'
        'times = { after = "INF_END", min = [0, 15, 30] }',
        per="preparation",
    )
    run = begun(template)
    assert next_step(run, Facts(), AT) is None  # the infusion has not ended
    run, _ = answer(run, "A-39", None, {"pulse": "80"}, by=BY, at=AT, facts=Facts(), slot=15)
    assert [key.slot for key, _ in run.questions()] == [0, 15, 30]
    assert list(run.current) == [Key("A-39", None, 15)]
    assert run_from(json.loads(json.dumps(run_doc(run))), template) == run


def test_a_check_is_in_the_document_with_its_own_value() -> None:
    run = begun(checklist('id = "R-28"\nask = "num"\ncheck = "value"'))
    run, given_check = check(run, "R-28", None, "1,0", by=QUALITY, at=AT)
    assert event_doc(given_check)["value"] == {"typed": "1,0", "decimal": "1.0"}
    assert all(not isinstance(event, Answer) for event in run.events)


def test_a_timed_set_comes_up_when_its_minute_has_come() -> None:
    template = checklist(
        'id = "A-33"\nask = "time"\nmarks = "INF_END"',
        'id = "A-39"\nask = "set"\nof = ["pulse"]\nwords = { pulse = { zh = "脉搏", en = "Pulse" } }\n'
        'times = { after = "INF_END", min = [0, 15] }',
        per="preparation",
    )
    run, _ = answer(begun(template), "A-33", None, None, by=BY, at=AT, facts=Facts())
    run, _ = answer(run, "A-39", None, {"pulse": "80"}, by=BY, at=AT, facts=Facts(), slot=0)
    assert next_step(run, Facts(), AT.plus(seconds=899)) is None
    due = next_step(run, Facts(), AT.plus(seconds=900))
    assert due is not None
    assert due.key == Key("A-39", None, 15)

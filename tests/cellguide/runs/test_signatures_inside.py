"""A signature in the middle of a checklist: when it may be given, and when it must be given anew."""

from __future__ import annotations

import dataclasses

import pytest
from one_step import AT, BY, begun, checklist

from cellguide.entry import Actor
from cellguide.refusal import Refusal
from cellguide.runs import Facts, Reason, Run, answer, closing, correct, granted, not_applicable, sign

PHYSICIAN = Actor("900031", "physician", "password")
STATED = "ab" * 32
FACTS = Facts({})
ASK = 'id = "A-1"\nask = "text"'
GO = 'id = "A-2"\nask = "sign"\nmeaning = "approved"\nby = ["physician"]\ngate = true'
AFTER = 'id = "A-3"\nask = "text"'
END = 'id = "A-4"\nask = "sign"\ngate = true'


def answered(*, go: bool = True) -> Run:
    run, _ = answer(begun(checklist(ASK, GO, AFTER, END)), "A-1", None, "100 mL", by=BY, at=AT, facts=FACTS)
    if go:
        run, _ = sign(run, "A-2", None, STATED, by=PHYSICIAN, at=AT, facts=FACTS)
    return run


def corrected(run: Run) -> Run:
    reason = Reason("misread", "看错一位")
    return correct(run, "A-1", None, "120 mL", reason=reason, by=BY, at=AT.plus(seconds=60), facts=FACTS)[0]


def test_it_waits_for_what_stands_before_it_and_for_nothing_behind_it() -> None:
    run = begun(checklist(ASK, GO, AFTER, END))
    with pytest.raises(Refusal) as refused:
        sign(run, "A-2", None, STATED, by=PHYSICIAN, at=AT, facts=FACTS)
    assert [str(one.key) for one in refused.value.facts["missing"]] == ["A-1"]
    run = answered()
    assert granted(run, "A-2")
    assert run.current[run.key("A-2")[0]].value == {"meaning": "approved", "statement": STATED}


def test_only_the_roles_named_may_give_it() -> None:
    with pytest.raises(Refusal, match=r"sign\.role"):
        sign(answered(go=False), "A-2", None, STATED, by=BY, at=AT, facts=FACTS)


def test_it_is_given_once_and_never_corrected_or_typed() -> None:
    run = answered()
    with pytest.raises(Refusal, match=r"run\.answered"):
        sign(run, "A-2", None, STATED, by=PHYSICIAN, at=AT, facts=FACTS)
    with pytest.raises(Refusal, match=r"run\.nothing_to_correct"):
        value = {"meaning": "approved", "statement": STATED}
        correct(run, "A-2", None, value, reason=Reason("other", "换一个人"), by=BY, at=AT, facts=FACTS)
    with pytest.raises(Refusal, match=r"run\.no_signature_here"):
        sign(run, "A-4", None, STATED, by=PHYSICIAN, at=AT, facts=FACTS)


def test_what_was_corrected_after_it_asks_it_anew_and_both_stay() -> None:
    run = corrected(answered())
    assert not granted(run, "A-2")
    run, _ = answer(run, "A-3", None, "ready", by=BY, at=AT.plus(seconds=70), facts=FACTS)
    assert [(one.what, str(one.key)) for one in closing(run, FACTS, AT.plus(seconds=80))] == [("unsigned", "A-2")]
    run, again = sign(run, "A-2", None, "cd" * 32, by=PHYSICIAN, at=AT.plus(seconds=90), facts=FACTS)
    assert again.reason == Reason("signed_anew")
    assert granted(run, "A-2")
    assert closing(run, FACTS, AT.plus(seconds=90)) == ()
    assert [one.value["statement"] for one in run.history(again.key)] == [STATED, "cd" * 32]


def test_what_comes_after_it_is_corrected_without_asking_it_anew() -> None:
    run, _ = answer(answered(), "A-3", None, "ready", by=BY, at=AT, facts=FACTS)
    reason = Reason("misread", "看错一位")
    run, _ = correct(run, "A-3", None, "nearly", reason=reason, by=BY, at=AT.plus(seconds=60), facts=FACTS)
    assert granted(run, "A-2")


def test_leaving_it_out_authorises_nothing() -> None:
    run, _ = not_applicable(answered(go=False), "A-2", None, reason="医生不在场", by=BY, at=AT, facts=FACTS)
    assert not granted(run, "A-2")
    assert [str(one.key) for one in closing(run, FACTS, AT)] == ["A-2", "A-3"]


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ((ASK + '\nmeaning = "approved"', END), "meaning_is_for_signatures"),
        ((GO.replace("approved", "blessed"), END), "unknown_word"),
        ((GO.replace('by = ["physician"]\n', ""), END), "unknown_role"),
        ((GO.replace("physician", "nurse"), END), "unknown_role"),
        ((GO.replace("\ngate = true", ""), END), "a_signature_inside_is_a_gate"),
        ((END, ASK), "the_last_signature_is_last"),
        ((ASK, END.replace("gate", 'by = ["physician"]\ngate')), "missing_key"),
    ],
)
def test_a_checklist_that_misuses_it_is_refused(steps: tuple[str, ...], reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        checklist(*steps)
    assert refused.value.facts["reason"] == reason


def test_a_step_without_meaning_is_the_record_s_own_signature() -> None:
    template = checklist(ASK, GO, END)
    assert [step.meaning for step in template.steps] == ["", "approved", ""]
    assert dataclasses.asdict(template.step("A-2"))["by"] == ("physician",)

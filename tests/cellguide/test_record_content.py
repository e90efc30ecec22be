"""What record.json says of a walk. The walk is real (the pure engine), the world around it is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cellguide import record_content, runs
from cellguide.clock import Moment, parse_iso
from cellguide.entry import Actor
from cellguide.people import Person
from cellguide.runs import Facts, Key, Proof, Reason, Run
from cellguide.templates import latest

ANNA, BEN = Actor("D-1", "pharmacist", "password"), Actor("D-2", "pharmacist", "badge+pin")
PHYSICIAN = Actor("D-3", "physician", "password")
PEOPLE = {
    who: Person(who, name, "DEMO", ("pharmacist",), "active", "", "", True)
    for who, name in (("D-1", "演示甲"), ("D-2", "演示乙"))
}
SEAL, LABEL = "aa" * 32, "bb" * 32
BAG = "O-1-1"
SOURCE = "package insert, 1 Jan 2026"
FACTS = Facts(
    {
        "shipment.waybill": "999-1",
        "shipment.count": 1,
        "order.chain_ids": ("DEMO-1", "AP-1"),
        "site.o2_percent_min": Decimal("19.5"),
        "site.o2_percent_max": Decimal("23.5"),
    },
    {},
    {"site.o2_percent_min": SOURCE},
)


def at(second: int) -> Moment:
    return parse_iso(f"2026-10-05T09:{second // 60:02d}:{second % 60:02d}.000+08:00")


def begun(template: str = "receipt") -> Run:
    subjects = {"shipment": "SH-1", "order": "O-1"}
    return runs.open_run("W-1", latest(template), subjects=subjects, containers=(BAG,), by=ANNA, at=at(0).iso)


def given(run: Run, step: str, value: Any, container: str | None = None, second: int = 60, **more: Any) -> Run:
    after, _ = runs.answer(run, step, container, value, by=ANNA, at=at(second), facts=FACTS, **more)
    return after


def told(run: Run, **more: Any) -> dict[str, Any]:
    facts = {"subject": {}, "people": PEOPLE, "closed": at(600), "profile": None, "deviations": [], "series": None}
    return record_content.build(run, **{**facts, **more})


def steps(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for section in content["sections"] for one in section["steps"]}


def test_only_what_was_answered_is_told_in_the_order_of_the_checklist() -> None:
    run = given(given(begun(), "R-06", "20.9"), "R-09", "999-1")
    content = told(run)
    assert [section["id"] for section in content["sections"]] == ["door", "cold"]
    assert list(steps(content)) == ["R-09", "R-06"]


def test_a_step_says_who_gave_it_and_how_they_were_known() -> None:
    one = steps(told(given(begun(), "R-09", "999-1")))["R-09"]
    assert one["person"] == {"id": "D-1", "name": "演示甲", "latin": PEOPLE["D-1"].latin}
    assert (one["role"], one["how"], one["machine"]) == ("pharmacist", "password", False)


def test_a_person_the_house_no_longer_knows_keeps_their_number() -> None:
    one = steps(told(given(begun(), "R-09", "999-1"), people={}))["R-09"]
    assert one["person"] == {"id": "D-1", "name": "D-1", "latin": "D-1"}


def test_a_limit_carries_its_source_in_both_languages() -> None:
    facts = replace(FACTS, sources_zh={"site.o2_percent_min": "说明书，2026-01-01"})
    run, _ = runs.answer(begun(), "R-06", None, "20.9", by=ANNA, at=at(60), facts=facts)
    verdict = steps(told(run))["R-06"]["verdict"]
    assert verdict["limit"] == {"zh": "≥ 19.5 % O2", "en": "≥ 19.5 % O2"}
    assert verdict["source"] == {"zh": "说明书，2026-01-01", "en": SOURCE}
    # The entry itself keeps both, so that no later profile can change what the paper says of this one.
    kept = runs.event_doc(run.events[-1])["verdict"]
    assert (kept["source"], kept["source_zh"]) == (SOURCE, "说明书，2026-01-01")
    assert runs.event_from(runs.event_doc(run.events[-1])) == run.events[-1]


def test_a_source_that_reads_the_same_in_both_languages_is_kept_once() -> None:
    run = given(begun(), "R-06", "20.9")
    assert steps(told(run))["R-06"]["verdict"]["source"] == {"zh": SOURCE, "en": SOURCE}
    assert "source_zh" not in runs.event_doc(run.events[-1])["verdict"]


def test_a_source_that_is_only_said_otherwise_undoes_no_override() -> None:
    run = given(begun(), "R-06", "20.9")
    facts = replace(FACTS, sources_zh={"site.o2_percent_min": "说明书（新译）"})
    assert runs.rejudge(run, facts, at(90)) == run
    other = replace(FACTS, sources={"site.o2_percent_min": "package insert, 1 Feb 2026"})
    assert len(runs.rejudge(run, other, at(90)).events) == len(run.events) + 1


def test_where_no_rule_spoke_there_is_no_verdict() -> None:
    run = given(begun(), "R-12", {"sha256": SEAL})
    assert steps(told(run))["R-12"]["verdict"] is None


def test_a_part_that_was_not_given_is_held_against_nothing() -> None:
    run = given(begun(), "R-16", {"sha256": SEAL})
    assert steps(told(run))["R-16"]["verdict"] is None


def test_photographs_are_numbered_and_answers_name_their_number() -> None:
    run = given(begun(), "R-12", {"sha256": SEAL})
    run = given(run, "R-29", "DEMO-1", BAG, parts={"label": {"sha256": LABEL}})
    content = told(run)
    assert record_content.photo_names(run) == (SEAL, LABEL)
    assert [photo["sha256"] for photo in content["photos"]] == [SEAL, LABEL]
    assert content["photos"][1]["en"] == "Photo of the label 1/1"
    assert steps(content)["R-12"]["text"] == {"zh": "照片 1", "en": "photo 1"}
    assert steps(content)["R-29"]["text"] == {"zh": "DEMO-1 · 照片 2", "en": "DEMO-1 · photo 2"}


def test_one_photograph_of_two_things_is_one_picture() -> None:
    run = given(given(begun(), "R-12", {"sha256": SEAL}), "R-16", {"sha256": SEAL})
    assert [photo["zh"] for photo in told(run)["photos"]] == ["拍摄外封签（编号须清晰）"]
    assert steps(told(run))["R-16"]["text"]["en"] == "photo 1"


@pytest.mark.req("REG-033")
def test_a_corrected_answer_keeps_its_old_value_reason_and_person() -> None:
    run = given(begun(), "R-06", "29.0")
    run, _ = runs.correct(
        run, "R-06", None, "20.9", reason=Reason("remeasured", "通风后重测"), by=BEN, at=at(300), facts=FACTS
    )
    [change] = steps(told(run))["R-06"]["changes"]
    assert (change["old"]["en"], change["new"]["en"]) == ("29.0 % O2", "20.9 % O2")
    assert (change["reason"], change["person"]["name"]) == ("通风后重测", "演示乙")


def test_what_does_not_apply_says_why() -> None:
    run, _ = runs.not_applicable(begun(), "R-18", None, reason="持有人未附文件", by=ANNA, at=at(60), facts=FACTS)
    one = steps(told(run))["R-18"]
    assert (one["not_applicable"], one["text"]["en"]) == ("持有人未附文件", "not applicable")


@pytest.mark.req("REG-008")
@pytest.mark.parametrize(("second", "match", "words"), [("1", True, "一致"), ("2", False, "不一致: 2 件")])
def test_the_second_person_s_value_is_told(second: str, match: bool, words: str) -> None:
    run, _ = runs.check(given(begun(), "R-28", "1"), "R-28", None, second, by=BEN, at=at(90))
    check = steps(told(run))["R-28"]["check"]
    assert (check["kind"], check["match"], check["text"]["zh"]) == ("value", match, words)


def test_nine_answers_in_under_five_seconds_are_marked_for_the_reviewer() -> None:
    run = begun()
    photo, none = {"sha256": SEAL}, ["none"]
    quick = [("R-09", "999-1"), ("R-10", "SN-1"), ("R-12", photo), ("R-13", "S-1"), ("R-11", none), ("R-16", photo)]
    quick += [("R-08", "K-1"), ("R-06", "20.9"), ("R-27", none), ("R-28", "1")]
    for step, value in quick:
        run = given(run, step, value, second=60 if step != "R-28" else 70)
    found = steps(told(run))
    assert [id for id, one in found.items() if one["fast"]] == ["R-27"], "the ninth; the tenth took its time"


def test_a_late_entry_says_when_it_happened() -> None:
    run = given(begun(), "R-09", "999-1", second=1800, event_at=at(0))
    one = steps(told(run))["R-09"]
    assert (one["late"], one["event_at"]) == (True, at(0).iso)


def test_a_stop_that_people_lifted_is_told_with_all_of_them() -> None:
    run = given(begun(), "R-28", "2")
    word = Proof(name="DEMO", at=at(100).iso, case="C-1")
    run, _ = runs.clear_stop(
        run, "R-28", None, reason=Reason("other", "持有人确认两件"), signers=(BEN,), at=at(120), proof=word
    )
    content = told(run)
    [cleared] = content["clearances"]
    assert (cleared["step"], cleared["reason"], cleared["people"][0]["role"]) == (
        "R-28",
        "持有人确认两件",
        "pharmacist",
    )
    assert "C-1" in cleared["proof"]
    assert steps(content)["R-28"]["verdict"]["text"]["en"] == "cleared, see below"


@pytest.mark.parametrize(("code", "level"), [("hold", "held"), ("reject", "hard")])
def test_the_decision_has_a_word_and_a_level(code: str, level: str) -> None:
    decision = told(given(begun(), "R-40", code))["decision"]
    assert (decision["code"], decision["level"]) == (code, level)
    assert decision["zh"] and decision["en"]


def test_what_the_machine_computed_in_vain_is_left_out() -> None:
    facts = Facts({"shipment.acceptance_missing": ()})
    run = runs.settle(begun(), facts, at(1))
    assert "R-43" in steps(told(run))
    assert "R-43" not in steps(told(run, left_out=frozenset({Key("R-43")})))


def test_who_must_sign_follows_from_the_checklist() -> None:
    assert record_content.required(begun()) == ("performed", "checked", "reviewed")
    assert record_content.required(begun("night-custody")) == ("performed", "reviewed")
    run, _ = runs.check(given(begun(), "R-28", "1"), "R-28", None, "1", by=BEN, at=at(90))
    assert (record_content.performers(run), record_content.checkers(run)) == (("D-1",), ("D-2",))

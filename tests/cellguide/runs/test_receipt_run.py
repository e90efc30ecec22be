"""The receipt, walked: what it asks of two people, what stops it, and what never does."""

from __future__ import annotations

import pytest
from receipt_walk import FIRST, NURSE, PHYSICIAN, QUALITY, SECOND, SHA, Walk

from cellguide.facts import MISSING
from cellguide.refusal import Refusal
from cellguide.runs import (
    Key,
    Proof,
    Reason,
    answer,
    check_state,
    clear_stop,
    closing,
    correct,
    deviations,
    gate,
    granted,
    next_step,
    not_applicable,
    open_stops,
    progress,
    too_fast,
)
from cellguide.templates import latest

SIX = ["R-22", "R-28", "R-30", "R-31", "R-32", "R-40"]


def test_a_clean_receipt_of_one_cassette_needs_26_acts_of_the_first_and_at_most_10_of_the_second() -> None:
    walk = Walk().through()
    assert walk.acts == {FIRST.person: 26, SECOND.person: 8}
    assert not closing(walk.run, walk.facts, walk.clock.now())
    assert granted(walk.run, "R-40")
    assert granted(walk.run, "R-42")
    assert not open_stops(walk.run)
    assert not deviations(walk.run)


@pytest.mark.parametrize("count", [2, 4])
def test_each_further_container_needs_three_acts_more(count: int) -> None:
    walk = Walk(tuple(f"C{number}" for number in range(count))).through()
    assert walk.acts[FIRST.person] == 26 + 3 * (count - 1)
    assert walk.acts[SECOND.person] == 8
    assert not closing(walk.run, walk.facts, walk.clock.now())


def test_the_second_person_gives_exactly_six_values_blind() -> None:
    assert sorted(step.id for step in latest("receipt").steps if step.check == "value") == SIX


def test_the_receipt_has_six_pause_points_in_their_order() -> None:
    names = [section.id for section in latest("receipt").sections]
    assert names == ["ready", "door", "cold", "desk", "file", "decide"]


def test_the_machine_fills_the_logger_steps_from_the_file() -> None:
    walk = Walk().through("R-18")
    assert walk.run.current[Key("R-19")].value == {"number": "-183.4"}
    assert walk.run.standing[Key("R-19")].verdict.source == "演示赛说明书 2026-01-15 【贮藏】"
    assert walk.run.current[Key("R-38", "C1")].value == {"number": "24"}


@pytest.mark.parametrize("step", ["R-26", "R-37", "R-09"])
def test_opening_and_placing_are_recorded_whatever_was_answered_before(step: str) -> None:
    walk = Walk(order__confirmed=False, profile__verified=False, order__coi=MISSING)
    walk.give("R-06", "17.0")
    walk.give("R-11", ["vacuum_loss", "seal_broken"])
    walk.give("R-40", "reject")
    given = walk.give(step, "A/9/99" if step != "R-26" else None, "C1" if step == "R-37" else None)
    assert walk.run.current[given.key] is given


@pytest.mark.req("REG-019", "REG-054")
def test_acceptance_is_refused_with_the_list_of_what_is_missing_and_nothing_is_saved() -> None:
    walk = Walk().through("R-33", but={"R-10": None})
    before = walk.run
    with pytest.raises(Refusal) as refused:
        walk.give("R-40", "accept")
    assert refused.value.code == "run.gate"
    missing = {(item.what, item.key.step) for item in refused.value.facts["missing"]}  # type: ignore[attr-defined]
    assert missing == {("unanswered", "R-10"), ("unanswered", "R-35"), ("unanswered", "R-18")}
    assert walk.run == before
    walk.give("R-40", "hold")
    assert walk.run.current[Key("R-40")].value == "hold"


def test_a_draft_profile_stops_acceptance_without_override_and_stops_nothing_else() -> None:
    walk = Walk(profile__verified=False).through("R-18")
    with pytest.raises(Refusal, match=r"run\.hard_stop"):
        clear_stop(
            walk.run, "R-03", None, reason=Reason("other", "值班药师同意"), signers=(FIRST,), at=walk.clock.now()
        )
    with pytest.raises(Refusal, match=r"run\.gate"):
        walk.give("R-40", "accept")
    walk.values["profile.verified"] = True
    walk.settle()
    walk.give("R-40", "accept")
    assert walk.run.current[Key("R-40")].value == "accept"


def test_a_missing_limit_is_not_met_and_becomes_met_when_somebody_looked_it_up() -> None:
    walk = Walk(profile__storage_c_max=MISSING).through("R-18")
    held = [stop.key.step for stop in open_stops(walk.run)]
    assert held == ["R-35", "R-19"]
    assert {stop.verdict.why for stop in open_stops(walk.run)} == {"unknown"}
    assert not deviations(walk.run)  # nobody departed from anything yet
    walk.values["profile.storage_c_max"] = -150
    walk.settle()
    assert not open_stops(walk.run)


def warm(walk: Walk) -> Walk:
    walk.values |= {"shipment.logger_c_max": -120, "shipment.logger_alarm": "alarm"}
    walk.values["profile.receipt_ambient_s_max"] = 10
    other = {"R-16": {"sha256": SHA}, "R-40": None, "R-39": None, "R-42": None}
    return walk.through("R-18", but={**other, "R-11": ["alarm_shown"]})


def test_a_warm_shipper_trips_several_steps_and_opens_one_deviation() -> None:
    walk = warm(Walk())
    [departure] = deviations(walk.run)
    assert departure.cause == "warm"
    assert {key.step for key in departure.keys} == {"R-11", "R-17", "R-19", "R-38"}
    assert departure.standing


@pytest.mark.req("REG-055")
def test_one_override_clears_a_cause_and_wants_both_roles_and_the_holders_word() -> None:
    walk = warm(Walk())
    reason, at = Reason("other", "持有人口头同意"), walk.clock.now()

    def override(signers: tuple[object, ...], proof: Proof | None) -> Walk:
        walk.run, _ = clear_stop(walk.run, "R-19", None, reason=reason, signers=signers, at=at, proof=proof)  # type: ignore[arg-type]
        return walk

    spoken = Proof(name="演示持有人值班", at=at.iso, case="DEMO-1")
    with pytest.raises(Refusal, match=r"run\.proof"):
        override((FIRST, QUALITY), None)
    with pytest.raises(Refusal, match=r"run\.proof"):
        override((FIRST, QUALITY), Proof(name="演示持有人值班", at=at.iso))
    with pytest.raises(Refusal, match=r"run\.roles"):
        override((FIRST, PHYSICIAN), spoken)
    with pytest.raises(Refusal, match=r"run\.same_person"):
        override((FIRST, FIRST._replace(role="quality")), spoken)
    override((FIRST, QUALITY), spoken)
    assert not open_stops(walk.run)
    assert [departure.cause for departure in deviations(walk.run)] == ["warm"]
    walk.give("R-40", "accept")


def test_an_override_holds_for_the_value_it_was_given_for_and_no_other() -> None:
    walk = warm(Walk())
    signed = {"signers": (FIRST, QUALITY), "proof": Proof(sha256=SHA), "at": walk.clock.now()}
    walk.run, clearance = clear_stop(walk.run, "R-19", None, reason=Reason("other", "持有人书面意见"), **signed)
    assert {key.step for key in clearance.keys} == {"R-11", "R-17", "R-19", "R-38"}
    walk.values["shipment.logger_c_max"] = -90
    walk.settle()
    assert [stop.key.step for stop in open_stops(walk.run)] == ["R-19"]


def test_a_rejected_delivery_is_closed_and_signed_with_its_stops_open() -> None:
    walk = warm(Walk())
    walk.give("R-40", "reject")
    walk.check("R-40", "reject")
    with pytest.raises(Refusal, match=r"run\.gate"):
        walk.give("R-42", {"meaning": "performed", "statement": SHA})
    parts = {"contact": "演示持有人值班", "called_at": walk.clock.now(), "case": "DEMO-1"}
    walk.give("R-41", "保持低温，等待书面意见", parts=parts)
    walk.give("R-42", {"meaning": "performed", "statement": SHA})
    walk.check("R-42", None)
    assert not closing(walk.run, walk.facts, walk.clock.now())
    assert not granted(walk.run, "R-40")
    assert open_stops(walk.run)


def test_the_traceability_code_holds_closing_and_not_acceptance() -> None:
    walk = Walk().through("R-40")
    assert granted(walk.run, "R-40")
    walk.give("R-39", "DC-24097")  # the wrong code of the label
    missing = gate(walk.run, Key("R-42"), SHA, walk.facts, walk.clock.now())
    assert [(item.what, item.key.step) for item in missing] == [("stop", "R-39")]


def test_what_an_inspector_expects_of_the_acceptance_holds_closing() -> None:
    walk = Walk(shipment__acceptance_missing=("unit_price", "invoice")).through("R-39")
    assert walk.run.current[Key("R-43")].parts == {"missing": ["unit_price", "invoice"]}
    missing = gate(walk.run, Key("R-42"), SHA, walk.facts, walk.clock.now())
    assert [(item.what, item.key.step) for item in missing] == [("stop", "R-43")]
    walk.values["shipment.acceptance_missing"] = ()
    walk.settle()
    assert not gate(walk.run, Key("R-42"), SHA, walk.facts, walk.clock.now())


def test_a_conditional_release_asks_what_is_outstanding_and_holds_for_the_physician() -> None:
    walk = Walk().through("R-22")
    walk.give("R-23", "conditional", parts={"tests": "无菌检查最终结果"})
    missing = gate(walk.run, Key("R-40"), "accept", walk.facts, walk.clock.now())
    assert ("incomplete", Key("R-23"), "due") in missing
    assert [stop.verdict.by for stop in open_stops(walk.run)] == [("physician",)]


def test_an_out_of_specification_result_opens_the_path_with_three_roles_and_the_holder() -> None:
    walk = Walk().through("R-22")
    given = walk.give("R-23", "oos", parts={"tests": "细胞活率 71 %（标准 ≥ 80 %）", "risk_letter": {"sha256": SHA}})
    assert given.verdict.path == "2.16"
    assert given.verdict.by == ("physician", "pharmacist", "quality")
    assert given.verdict.proof == "holder"


def test_a_logger_file_that_cannot_be_had_becomes_a_stop_that_people_can_lift() -> None:
    walk = Walk(shipment__logger_c_max=MISSING, shipment__logger_alarm=MISSING).through("R-35")
    for step in ("R-18", "R-17", "R-19"):
        walk.run, _ = not_applicable(
            walk.run, step, None, reason="承运方云端无法导出", by=FIRST, at=walk.clock.now(), facts=walk.facts
        )
    assert [stop.key.step for stop in open_stops(walk.run)] == ["R-17", "R-19"]
    assert open_stops(walk.run)[0].verdict.by == ("pharmacist", "quality")
    with pytest.raises(Refusal, match=r"run\.gate"):
        walk.give("R-40", "accept")


def test_the_holders_operator_is_the_performer_and_the_pharmacist_the_witness() -> None:
    walk = Walk().through("R-06")
    walk.give("R-26", None, performer="演示持有人操作员 DEMO-OP-1")
    assert check_state(walk.run, Key("R-26")) == "match"
    walk.give("R-29", "DC-24097", "C1", parts={"label": {"sha256": SHA}}, performer="DEMO-OP-1", by=NURSE)
    assert check_state(walk.run, Key("R-29", "C1")) == "missing"
    walk.check("R-29", None, "C1")
    assert check_state(walk.run, Key("R-29", "C1")) == "match"


def test_the_next_step_and_the_progress_follow_the_walk() -> None:
    walk = Walk()
    assert [step.section for step in progress(walk.run, walk.facts, walk.clock.now())][:2] == ["ready", "door"]
    assert next_step(walk.run, walk.facts, walk.clock.now()).key == Key("R-09")  # type: ignore[union-attr]
    walk.through("R-28")
    assert next_step(walk.run, walk.facts, walk.clock.now()).key == Key("R-29", "C1")  # type: ignore[union-attr]
    assert (progress(walk.run, walk.facts, walk.clock.now())[1]) == ("door", 9, 9)


def test_nine_items_in_under_five_seconds_are_flagged() -> None:
    walk = Walk()
    at, run = walk.clock.now(), walk.run
    steps = [("R-12", {"sha256": SHA}), ("R-16", {"sha256": SHA}), ("R-10", "DVS-0042"), ("R-13", "S771203")]
    steps += [("R-11", ["none"]), ("R-08", "DEMO-COURIER-7"), ("R-06", "20.9"), ("R-27", ["none"])]
    for count, (step, value) in enumerate(steps):
        run, _ = answer(run, step, None, value, by=FIRST, at=at.plus(seconds=count * 0.5), facts=walk.facts)
    assert not too_fast(run)
    slow, _ = answer(run, "R-28", None, "1", by=FIRST, at=at.plus(seconds=5), facts=walk.facts)
    assert not too_fast(slow)
    fast, given = answer(run, "R-28", None, "1", by=FIRST, at=at.plus(seconds=4.9), facts=walk.facts)
    assert too_fast(fast) == (given.n,)


def test_a_wrong_scan_repeated_is_no_deviation_and_stays_in_the_history() -> None:
    walk = Walk().through("R-28")
    walk.give("R-29", "DC-24096", "C1", parts={"label": {"sha256": SHA}})
    assert [stop.verdict.level for stop in open_stops(walk.run)] == ["hard"]
    walk.run, _ = correct(
        walk.run, "R-29", "C1", "DC-24097", reason=Reason("rescan", "扫到了旁边的标签"), by=FIRST, at=walk.clock.now(),
        facts=walk.facts,
    )  # fmt: skip
    assert not open_stops(walk.run)
    assert not deviations(walk.run)
    assert [given.value["text"] for given in walk.run.history(Key("R-29", "C1"))] == ["DC-24096", "DC-24097"]

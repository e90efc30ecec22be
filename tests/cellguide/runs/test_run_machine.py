"""Random receipts: no answer is ever lost, no fact ever refused, the gate opens exactly when nothing is missing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from receipt_walk import FIRST, PHYSICIAN, QUALITY, SECOND, SHA, Walk

from cellguide.facts import MISSING, SILENT
from cellguide.refusal import Refusal
from cellguide.runs import (
    Answer,
    Check,
    Key,
    Proof,
    Reason,
    check_state,
    clear_stop,
    closing,
    correct,
    gate,
    not_applicable,
    note,
    open_stops,
    parts_missing,
    run_doc,
    run_from,
)
from cellguide.runs.gates import due
from cellguide.templates import latest
from cellguide.templates.values import Step

PEOPLE = st.sampled_from([FIRST, SECOND, PHYSICIAN])
TEMPLATE = latest("receipt")
FACTS = [step for step in TEMPLATE.steps if step.marks]
OTHERS = [step for step in TEMPLATE.steps if not step.marks and not step.by_machine]
CHECKED = [step for step in TEMPLATE.steps if step.check != "none"]
GOOD = {
    "R-09": "999-12345675", "R-10": "DVS-0042", "R-12": {"sha256": SHA}, "R-13": "S771203", "R-11": ["none"],
    "R-16": {"sha256": SHA}, "R-08": "DEMO-7", "R-06": "20.9", "R-26": None, "R-27": ["none"], "R-28": "2",
    "R-29": "DC-24097", "R-37": "A/3/07", "R-21": ["delivery_note", "release_certificate"], "R-22": "DC-24097",
    "R-23": "final", "R-30": "ZMM", "R-31": "20241103", "R-32": "RC2411-097", "R-33": "2027-06-30", "R-35": "-150",
    "R-18": {"sha256": SHA}, "R-40": "hold", "R-41": "等待意见", "R-39": "81234567890123456789",
    "R-42": {"meaning": "performed", "statement": SHA},
}  # fmt: skip
BAD = {"R-09": "0", "R-11": ["vacuum_loss"], "R-06": "18", "R-28": "3", "R-29": "DC-1", "R-23": "oos", "R-40": "accept"}
PARTS = {"R-29": {"label": {"sha256": SHA}}}
PROOF = Proof(name="演示持有人", at="2026-11-22T14:00:00+08:00", case="DEMO-1")
REASON = Reason("other", "现场已核实")


class Receipt(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk(("C1", "C2"))
        self.seen: list[Any] = []
        self.opened = False

    def key(self, step: Step, which: int) -> Key:
        return Key(step.id, f"C{which}" if step.per == "container" else None)

    @rule(step=st.sampled_from(FACTS), which=st.integers(1, 2), by=PEOPLE, late_s=st.integers(0, 3000))
    def record_a_fact(self, step: Step, which: int, by: Any, late_s: int) -> None:
        key = self.key(step, which)
        happened = self.walk.clock.now().plus(seconds=-late_s)
        value = happened if step.ask == "time" else GOOD[step.id]
        self.seen.append(self.walk.give(step.id, value, key.container, by=by, event_at=happened))

    @rule(step=st.sampled_from(OTHERS), which=st.integers(1, 2), by=PEOPLE, good=st.booleans())
    def answer_a_question(self, step: Step, which: int, by: Any, good: bool) -> None:
        key = self.key(step, which)
        value = GOOD[step.id] if good else BAD.get(step.id, GOOD[step.id])
        shut = gate(self.walk.run, key, value, self.walk.facts, self.walk.clock.now())
        known = key in self.walk.run.current
        try:
            self.seen.append(self.walk.give(step.id, value, key.container, by=by))
        except Refusal as refusal:
            assert (refusal.code == "run.answered" and known) or (refusal.code == "run.gate" and shut)
        else:
            assert not known
            assert not shut

    @rule(step=st.sampled_from(OTHERS), which=st.integers(1, 2), good=st.booleans())
    def correct_an_answer(self, step: Step, which: int, good: bool) -> None:
        key, walk = self.key(step, which), self.walk
        value = GOOD[step.id] if good else BAD.get(step.id, GOOD[step.id])
        try:
            at, facts = walk.clock.move(seconds=3), walk.facts
            walk.run, given = correct(
                walk.run, step.id, key.container, value, reason=REASON, by=FIRST, at=at, facts=facts
            )
        except Refusal as refusal:
            assert refusal.code in ("run.nothing_to_correct", "run.gate")
        else:
            self.seen.append(given)

    @rule(step=st.sampled_from(CHECKED), by=PEOPLE, good=st.booleans())
    def check_an_answer(self, step: Step, by: Any, good: bool) -> None:
        value = None if step.check == "witness" else GOOD[step.id] if good else BAD.get(step.id, GOOD[step.id])
        try:
            self.seen.append(self.walk.check(step.id, value, by=by))
        except Refusal as refusal:
            assert refusal.code == "run.same_person"

    @rule(step=st.sampled_from(OTHERS), which=st.integers(1, 2))
    def leave_out(self, step: Step, which: int) -> None:
        key, walk = self.key(step, which), self.walk
        walk.run, given = not_applicable(
            walk.run, step.id, key.container, reason="本次不适用", by=FIRST, at=walk.clock.now(), facts=walk.facts
        )  # fmt: skip
        self.seen.append(given)

    @rule(data=st.data())
    def override_a_stop(self, data: st.DataObject) -> None:
        stops = open_stops(self.walk.run)
        if not stops:
            return
        stop = data.draw(st.sampled_from(stops))
        try:
            self.walk.run, _ = clear_stop(
                self.walk.run, stop.key.step, stop.key.container, reason=REASON, at=self.walk.clock.now(),
                signers=(FIRST, SECOND, PHYSICIAN, QUALITY), proof=PROOF,
            )  # fmt: skip
        except Refusal as refusal:
            assert refusal.code == "run.hard_stop"
        else:
            assert stop not in open_stops(self.walk.run)

    @rule(value=st.sampled_from([True, False, MISSING]))
    def verify_the_profile(self, value: Any) -> None:
        self.walk.values["profile.verified"] = value
        self.walk.settle()

    @rule(value=st.sampled_from([-183, -120, SILENT, MISSING]))
    def take_in_another_file(self, value: Any) -> None:
        self.walk.values["shipment.logger_c_max"] = value
        self.walk.settle()

    @rule()
    def do_what_is_missing(self) -> None:
        walk = self.walk
        for item in gate(walk.run, Key("R-40"), "accept", walk.facts, walk.clock.now()):
            key, step = item.key, TEMPLATE.step(item.key.step)
            if item.what == "unanswered" and not step.by_machine:
                parts = PARTS.get(step.id, {})
                self.seen.append(walk.give(step.id, GOOD[step.id], key.container, by=FIRST, parts=parts))
            elif item.what == "unchecked" and walk.run.current[key].by.person != QUALITY.person:
                value = None if step.check == "witness" else walk.run.current[key].value
                value = value["typed"] if isinstance(value, dict) and "typed" in value else value
                self.seen.append(walk.check(step.id, value, key.container, by=QUALITY))

    @rule()
    def explain_everything(self) -> None:
        for key in self.walk.run.current:
            self.walk.run, _ = note(self.walk.run, "late", "工作站未开机", by=FIRST, at=self.walk.clock.now(), key=key)

    @invariant()
    def nothing_is_lost(self) -> None:
        kept = [event for event in self.walk.run.events if isinstance(event, Answer | Check)]
        by_people = [event for event in kept if event.by.role != "station"]
        assert by_people == self.seen

    @invariant()
    def the_gate_opens_exactly_when_nothing_before_it_is_missing(self) -> None:
        walk, at = self.walk, self.walk.clock.now()
        before = [(key, step) for key, step in walk.run.questions() if walk.template.section_of(step.id).id != "decide"]
        names = {key for key, _ in before}
        clear = (
            all(
                key in walk.run.current or step.optional or not due(walk.run, key, step, walk.facts, at)
                for key, step in before
            )
            and not any(stop.key in names for stop in open_stops(walk.run))
            and not any(check_state(walk.run, key) in ("missing", "mismatch") for key in names)
            and not any(parts_missing(walk.run, key, walk.facts, at) for key in names)
        )
        self.opened = self.opened or clear
        missing = gate(walk.run, Key("R-40"), "accept", walk.facts, at)
        assert clear == (not [item for item in missing if item.what not in ("late", "reason")])

    @invariant()
    def hold_and_reject_are_never_gated(self) -> None:
        for value in ("hold", "reject"):
            assert not gate(self.walk.run, Key("R-40"), value, self.walk.facts, self.walk.clock.now())

    def teardown(self) -> None:
        assert run_from(run_doc(self.walk.run), TEMPLATE) == self.walk.run
        closing(self.walk.run, self.walk.facts, self.walk.clock.now())


@pytest.mark.req("REG-019")
class TestReceipt(Receipt.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_the_random_receipts_do_reach_an_open_gate() -> None:
    machine = Receipt()
    for _ in range(2):
        machine.do_what_is_missing()
    machine.the_gate_opens_exactly_when_nothing_before_it_is_missing()
    assert machine.opened

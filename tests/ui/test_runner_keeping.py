"""What surrounds the questions: the holder's operator, pausing and taking up, pieces, why a rule was not met."""

from __future__ import annotations

from collections.abc import Iterator

import makers
import pytest
import runner_bench as rb
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typist import Typist

from cellguide import record_content, runs
from cellguide.acts import containers, staff, walks
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.desk import Desk
from cellguide.runs import Key
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.second import SecondPersonDialog
from ui.language import language
from ui.runner.pausing import TakeUpDialog
from ui.runner.performer import PerformerDialog
from ui.runner.pieces import FEWER, PiecesDialog
from ui.runner.second import SecondPass
from ui.scan import ScanFilter

OPERATOR = "演示操作员 · 演示持有人 DEMO · DEMO-AUTH-7"


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[rb.Bench]:
    clock.set("2026-11-22T14:00:00+08:00")
    made = rb.bench(desk, clock, qapp, scanner, bags=2)
    qtbot.addWidget(made.station.frame)
    made.wire.page.start_asked.emit(f"shipment:{made.case.shipment.id}", "receipt")
    yield made
    rb.put_away(made, qapp)


def saved(bench: rb.Bench) -> runs.Run:
    assert bench.walk.run is not None
    return walks.load_run(bench.desk, bench.walk.run.id)


def at_the_lid(bench: rb.Bench) -> str:
    run = saved(bench).id
    receipts.door(bench.hospital, run, bench.case)
    bench.hospital.answer(run, "R-06", "20.9")
    bench.wire.open_run(run)
    return run


def give(bench: rb.Bench, typist: Typist) -> None:
    bench.clock.move(seconds=5)
    typist.press(bench.keyboard(), Qt.Key.Key_F10)


def name_operator(bench: rb.Bench) -> None:
    bench.centre.performer.click()
    dialog = bench.walk.dialog
    assert isinstance(dialog, PerformerDialog)
    dialog.name.setText("演示操作员")
    assert not dialog.key.isEnabled() and dialog.why.text() == "还缺单位"
    dialog.firm.setText("演示持有人 DEMO")
    bench.walk.take_scan("DEMO-AUTH-7")
    dialog.key.click()


# --- the holder's operator --------------------------------------------------------------------------------------------


def test_an_operator_who_was_named_wrongly_is_corrected_at_the_answer(bench: rb.Bench, typist: Typist) -> None:
    run = at_the_lid(bench)
    name_operator(bench)
    give(bench, typist)
    key = next(key for key, answer in saved(bench).current.items() if answer.performer)
    bench.walk.go_to(key)
    assert not bench.centre.performer.isHidden()
    bench.centre.performer.click()
    dialog = bench.walk.dialog
    assert isinstance(dialog, PerformerDialog) and not dialog.key.isEnabled()
    dialog.ours.setChecked(True)
    dialog.key.click()
    why = bench.walk.dialog
    assert isinstance(why, ReasonDialog)
    why.text.setPlainText("其实由本人操作")
    why.key.click()
    answer = walks.load_run(bench.desk, run).current[key]
    assert answer.performer == "" and answer.reason is not None and answer.reason.text == "其实由本人操作"


def test_what_the_holders_operator_does_is_recorded_as_theirs_with_the_pharmacist_as_witness(
    bench: rb.Bench, typist: Typist
) -> None:
    at_the_lid(bench)
    name_operator(bench)
    assert OPERATOR in bench.wire.page.panel.strip.accessibleName()
    assert bench.centre.performer.isHidden()
    give(bench, typist)  # the lid: now
    answer = saved(bench).current[Key("R-26")]
    assert (answer.performer, answer.by.person) == (OPERATOR, makers.PHARMACIST)
    assert runs.check_state(saved(bench), Key("R-26")) == "match"
    view = bench.wire.page.panel.view
    assert view is not None and OPERATOR in view.trail[0].text
    bench.walk.go_to(Key("R-26"))
    assert OPERATOR in " ".join(mark.text for mark in bench.centre.question.given.marks)
    people = {one.id: one for one in bench.desk.people()}
    content = record_content.build(
        saved(bench), subject={}, people=people, closed=bench.clock.now(), profile=None, deviations=[], series=None
    )
    printed = [step for part in content["sections"] for step in part["steps"] if step["id"] == "R-26"]
    assert printed[0]["performer"] == OPERATOR


def test_the_person_takes_it_back_and_decisions_never_were_the_operators(bench: rb.Bench, typist: Typist) -> None:
    at_the_lid(bench)
    name_operator(bench)
    bench.wire.page.panel.strip.keys["own"].click()
    assert bench.wire.page.panel.strip.isHidden() and not bench.centre.performer.isHidden()
    give(bench, typist)
    assert saved(bench).current[Key("R-26")].performer == ""
    for step in ("R-40", "R-42"):
        bench.walk.go_to(Key(step))
        assert bench.centre.performer.isHidden(), step
    name = bench.walk.keeping
    name.performer = OPERATOR
    bench.walk.go_to(Key("R-40"))
    typist.write(bench.keyboard(), "2")
    bench.station.parts.scanner.settle()
    give(bench, typist)
    assert saved(bench).current[Key("R-40")].performer == ""


def test_another_walk_begins_with_nobody_named(bench: rb.Bench) -> None:
    run = at_the_lid(bench)
    name_operator(bench)
    bench.wire.show_list()
    bench.wire.open_run(run)
    assert bench.wire.page.panel.strip.isHidden() and not bench.centre.performer.isHidden()


def test_a_nurses_entry_for_the_operator_waits_for_a_pharmacist(bench: rb.Bench, typist: Typist, qtbot: QtBot) -> None:
    run = at_the_lid(bench)
    makers.sit(bench.desk, makers.NURSE)
    bench.wire.open_run(run)
    bench.centre.performer.click()
    dialog = bench.walk.dialog
    dialog.name.setText("演示操作员"), dialog.firm.setText("演示持有人 DEMO"), dialog.card.setText("DEMO-AUTH-7")
    dialog.key.click()
    assert "须另有药师" in bench.wire.page.panel.strip.accessibleName()
    give(bench, typist)
    assert runs.check_state(saved(bench), Key("R-26")) == "missing"
    bench.walk.go_to(Key("R-26"))
    assert "药师" in bench.centre.question.check
    bench.walk.handing.check()
    part = bench.walk.dialog
    assert isinstance(part, SecondPass) and isinstance(part.dialog, SecondPersonDialog)
    part.dialog.person_id.setText(makers.PHARMACIST_2)
    part.dialog.secret.setText(makers.password(makers.PHARMACIST_2))
    part.dialog.key.click()
    qtbot.waitUntil(lambda: not part.dialog._busy)
    part.dialog.fields["R-26||0"].choose("witness")
    part.dialog.key.click()
    part.dialog.key.click()
    assert runs.check_state(saved(bench), Key("R-26")) == "match"
    assert saved(bench).checks[-1].witness


# --- pausing ----------------------------------------------------------------------------------------------------------


def pause(bench: rb.Bench, why: str = "等待持有人答复") -> None:
    bench.wire.page.panel.steps.pause.click()
    bench.walk.dialog.text.setPlainText(why)
    bench.walk.dialog.key.click()


def test_a_walk_that_rests_says_since_when_by_whom_and_why_also_in_the_list(bench: rb.Bench) -> None:
    pause(bench)
    strip = bench.wire.page.panel.strip
    said = strip.accessibleName()
    assert "11-22 14:0" in said and "演示药甲" in said and "等待持有人答复" in said
    assert not bench.wire.page.panel.steps.pause.isEnabled()
    bench.wire.show_list()
    [line] = bench.wire.page.runs.model.rows
    assert line.mark.tone == "warn" and "起暂停 · 演示药甲" in line.mark.text
    bench.wire.open_run(line.ident)
    strip.keys["resume"].click()
    assert strip.isHidden() and not saved(bench).paused
    bench.wire.show_list()
    assert bench.wire.page.runs.model.rows[0].mark.text == "进行中"


def test_whoever_answers_while_it_rests_has_taken_it_up(bench: rb.Bench, typist: Typist) -> None:
    pause(bench)
    typist.scan(bench.keyboard(), bench.case.shipment.waybill)
    assert [note.about for note in saved(bench).notes] == ["pause", "resume"]
    assert Key("R-09") in saved(bench).current and bench.wire.page.panel.strip.isHidden()


def test_another_person_goes_on_by_badge_and_pin_or_by_password(bench: rb.Bench, qtbot: QtBot) -> None:
    staff.set_pin(bench.desk, makers.proof(bench.desk, makers.NURSE), "739152", "BADGE-0012")
    makers.sit(bench.desk, makers.NURSE)
    makers.sit(bench.desk, makers.PHARMACIST)
    pause(bench)
    strip = bench.wire.page.panel.strip
    strip.keys["resume_other"].click()
    dialog = bench.walk.dialog
    assert isinstance(dialog, TakeUpDialog)
    bench.walk.take_scan("BADGE-0012")
    dialog.row.secret.setText("111111")
    dialog.row.key.click()
    assert dialog.isVisible() and dialog.row.fault.text() and saved(bench).paused
    dialog.row.secret.setText("739152")
    dialog.row.key.click()
    last = saved(bench).notes[-1]
    assert (last.about, last.by.person, last.by.how) == ("resume", makers.NURSE, "badge+pin")
    pause(bench, "交接班")
    strip.keys["resume_other"].click()
    dialog = bench.walk.dialog
    dialog.row.person_id.setText(makers.ADMIN)
    dialog.row.secret.setText(makers.password(makers.ADMIN))
    dialog.row.key.click()
    qtbot.waitUntil(lambda: not dialog._busy)
    assert saved(bench).paused, "an administrator walks no checklist"


def test_what_is_out_of_the_cold_is_said_before_pausing(bench: rb.Bench, typist: Typist) -> None:
    at_the_lid(bench)
    give(bench, typist)
    bench.wire.page.panel.steps.pause.click()
    assert "先入冷" in bench.walk.dialog.error.text()
    bench.walk.dialog.text.setPlainText("火警")
    bench.walk.dialog.key.click()
    assert saved(bench).paused, "a pause is a fact and never refused"


# --- pieces -----------------------------------------------------------------------------------------------------------


def test_one_more_container_is_taken_in_from_the_runner(bench: rb.Bench) -> None:
    at_the_lid(bench)
    bench.wire.page.panel.steps.pieces.click()
    dialog = bench.walk.dialog
    assert isinstance(dialog, PiecesDialog)
    bench.walk.take_scan("DEMO-L9")
    dialog.key.click()
    more = saved(bench).containers[-1]
    assert len(saved(bench).containers) == 3 and containers.get(bench.desk, more).lot == "DEMO-L9"
    bench.walk.go_to(Key("R-37", more))
    assert "3/3" in bench.centre._kicker.text()


def test_one_that_did_not_come_wants_a_word_and_leaves_the_list(bench: rb.Bench) -> None:
    at_the_lid(bench)
    bench.wire.page.panel.steps.pieces.click()
    dialog = bench.walk.dialog
    dialog.kinds[FEWER].click()
    assert not dialog.key.isEnabled()
    dialog.which.choose(bench.case.containers[1])
    dialog.reason.setText("罐内只有一件")
    dialog.key.click()
    assert saved(bench).containers == (bench.case.containers[0],)
    assert containers.get(bench.desk, bench.case.containers[1]).state == "expected"


# --- why --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "不符合：18 % O2；要求 ≥ 19.5 % O2（依据：演示 DEMO）"),
        ("en", "Not met: 18 % O2; required ≥ 19.5 % O2 ("),
    ],
)
def test_the_box_says_what_was_read_what_is_wanted_and_on_what_ground(bench: rb.Bench, lang: str, said: str) -> None:
    rb.confirm_limits(bench.desk)
    run = saved(bench).id
    bench.hospital.answer(run, "R-06", "18")
    bench.wire.open_run(run)
    language.switch(lang)  # type: ignore[arg-type]
    bench.walk.go_to(Key("R-06"))
    assert said in bench.centre.boxes[0].accessibleName()


def test_the_box_names_the_limit_that_nobody_has_given_yet(bench: rb.Bench) -> None:
    run = saved(bench).id
    bench.hospital.answer(run, "R-06", "20.9")
    bench.wire.open_run(run)
    bench.walk.go_to(Key("R-06"))
    assert "尚缺依据，须查明：" in bench.centre.boxes[0].accessibleName()
    from cellguide.products.site_limits import proposals

    assert proposals()["o2_percent_min"].label.zh in bench.centre.boxes[0].accessibleName()


def test_in_a_low_window_the_finding_stands_above_the_answer_with_its_keys(bench: rb.Bench) -> None:
    rb.confirm_limits(bench.desk)
    run = saved(bench).id
    bench.hospital.answer(run, "R-06", "18")
    bench.wire.open_run(run)
    bench.station.frame.resize(900, 430)
    bench.walk.go_to(Key("R-06"))
    QApplication.processEvents()
    box = bench.centre.boxes[0]
    assert box.y() == 0 and not box.keys["correct"].visibleRegion().isEmpty()

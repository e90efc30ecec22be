"""A receipt driven from the window by keys and scans; the second person; stops; exposure; several walks at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import makers
import pytest
import runner_bench as rb
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from typist import Typist

from cellguide import runs
from cellguide.acts import staff, walks
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.logger import shipper_csv
from cellguide.desk import Desk
from cellguide.runs import Key
from ui.dialogs.second import SecondPersonDialog
from ui.language import language
from ui.runner.clearing import Clearing
from ui.runner.second import SecondPass
from ui.scan import ScanFilter


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[rb.Bench]:
    clock.set("2026-11-22T14:00:00+08:00")
    made = rb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    yield made
    rb.put_away(made, qapp)


def start(bench: rb.Bench) -> str:
    bench.wire.page.start_asked.emit(f"shipment:{bench.case.shipment.id}", "receipt")
    assert bench.walk.run is not None
    return bench.walk.run.id


def reload(bench: rb.Bench) -> None:
    """After acts done behind the window's back: show the first open question."""
    run = bench.walk.run
    assert run is not None
    bench.wire.open_run(run.id)


def paste(bench: rb.Bench) -> None:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(0x808080)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(bench.centre, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def write(bench: rb.Bench, typist: Typist, text: str) -> None:
    typist.write(bench.keyboard(), text)
    bench.station.parts.scanner.settle()


def give(bench: rb.Bench, typist: Typist) -> None:
    bench.clock.move(seconds=5)
    typist.press(bench.keyboard(), Qt.Key.Key_F10)


def saved(bench: rb.Bench) -> runs.Run:
    assert bench.walk.run is not None
    return walks.load_run(bench.desk, bench.walk.run.id)


def at_label(bench: rb.Bench) -> str:
    """Everything is in the cold; the desk's questions come."""
    run = start(bench)
    receipts.door(bench.hospital, run, bench.case)
    receipts.cold(bench.hospital, run, bench.case)
    reload(bench)
    return run


# --- the whole walk ---------------------------------------------------------------------------------------------------


def test_a_receipt_is_walked_by_keys_and_scans_alone_to_its_decision(bench: rb.Bench, typist: Typist) -> None:
    case = bench.case
    rb.confirm_limits(bench.desk)
    start(bench)
    typist.scan(bench.keyboard(), case.shipment.waybill)
    typist.scan(bench.keyboard(), case.shipment.shipper)
    paste(bench)
    give(bench, typist)
    typist.scan(bench.keyboard(), case.shipment.seals[0] + "  ")
    write(bench, typist, "1")
    give(bench, typist)
    paste(bench)
    give(bench, typist)
    typist.scan(bench.keyboard(), "DEMO-COURIER-1")
    assert bench.here == "R-06"
    write(bench, typist, "20.9")
    give(bench, typist)
    give(bench, typist)  # the lid: now
    assert bench.here == "R-27" and not bench.wire.page.panel.exposure.isHidden()
    write(bench, typist, "1")
    give(bench, typist)
    write(bench, typist, "1")
    give(bench, typist)
    assert bench.walk.here == Key("R-29", case.containers[0])
    typist.scan(bench.keyboard(), case.order.coi)
    paste(bench)  # something is warming up: the photograph completes the answer by itself
    assert bench.walk.here == Key("R-37", case.containers[0])
    typist.scan(bench.keyboard(), "DEMO-A/3/07")
    assert bench.wire.page.panel.exposure.isHidden()
    assert bench.here == "R-21"
    for sign in "123678":
        write(bench, typist, sign)
    give(bench, typist)
    typist.scan(bench.keyboard(), case.order.coi)
    write(bench, typist, "1")
    give(bench, typist)
    assert bench.here == "R-30"
    bench.centre.main.field.setText(case.order.patient.name)  # an input method types Chinese, not keys
    give(bench, typist)
    typist.scan(bench.keyboard(), case.order.patient.birth_date)
    typist.scan(bench.keyboard(), case.shipment.lot)
    write(bench, typist, "20270630")
    give(bench, typist)
    write(bench, typist, "-150")
    give(bench, typist)
    assert bench.here == "R-18"
    states = {str(key): saved(bench).standing[key].verdict.level for key in saved(bench).current}
    assert {state for key, state in states.items() if not key.startswith(("R-17", "R-19"))} == {"ok"}
    assert saved(bench).current[Key("R-37", case.containers[0])].value == "DEMO-A/3/07"


# --- Enter and Space --------------------------------------------------------------------------------------------------


def test_enter_and_space_answer_no_identity_and_no_decision(bench: rb.Bench, typist: Typist) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-32", bench.case.containers[0]))
    events = len(saved(bench).events)
    write(bench, typist, bench.case.shipment.lot)
    for widget in (bench.keyboard(), bench.centre, bench.centre.key):
        typist.enter(widget)
        typist.press(widget, Qt.Key.Key_Space, " ")
    assert len(saved(bench).events) == events
    bench.walk.go_to(Key("R-40"))
    write(bench, typist, "1")
    typist.enter(bench.keyboard())
    typist.press(bench.centre.key, Qt.Key.Key_Space, " ")
    assert len(saved(bench).events) == events


def test_the_key_is_shut_until_the_answer_is_whole_and_says_what_is_missing(bench: rb.Bench, typist: Typist) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-35"))
    assert not bench.centre.key.isEnabled() and bench.centre.missing.text() == "请输入数值"
    write(bench, typist, "150")
    assert not bench.centre.key.isEnabled() and "正负号" in bench.centre.missing.text()
    bench.centre.main.field.setText("−150")
    assert bench.centre.key.isEnabled() and bench.centre.missing.isHidden()
    assert [part.ask.title for part in bench.centre.parts.values()] == []


def test_a_further_input_is_asked_once_it_is_due(bench: rb.Bench, typist: Typist) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-23"))
    assert all(row.isHidden() for row in bench.centre._part_rows.values())
    write(bench, typist, "2")
    shown = [name for name, row in bench.centre._part_rows.items() if not row.isHidden()]
    assert shown == ["tests", "due"] and not bench.centre.key.isEnabled()


# --- another container, another patient -------------------------------------------------------------------------------


def test_another_patients_code_is_kept_shown_and_scanned_again_before_any_dispute(
    bench: rb.Bench, typist: Typist
) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-22"))
    typist.scan(bench.keyboard(), "DEMO-99999999")
    assert bench.here == "R-22" and saved(bench).standing[Key("R-22")].verdict.level == "hard"
    [box] = bench.centre.boxes
    assert set(box.keys) == {"rescan", "dispute"} and not box.keys["dispute"].isEnabled()
    assert not bench.centre.key.isEnabled() and bench.centre.key.text() == "全部一致后可继续"
    typist.scan(bench.keyboard(), "DEMO-88888888")  # a second scan needs no key first
    [box] = bench.centre.boxes
    assert box.keys["dispute"].isEnabled()
    box.keys["dispute"].click()
    bench.walk.dialog.text.setPlainText("放行证明与订单不一致")
    bench.walk.dialog.key.click()
    assert bench.here == "R-23"
    assert [one.about for one in saved(bench).notes] == ["dispute"]
    assert [one.value["text"] for one in saved(bench).history(Key("R-22"))] == ["DEMO-99999999", "DEMO-88888888"]
    assert Key("R-22") in {stop.key for stop in runs.open_stops(saved(bench))}


def test_the_right_code_after_a_wrong_scan_goes_on(bench: rb.Bench, typist: Typist) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-22"))
    typist.scan(bench.keyboard(), "DEMO-99999999")
    typist.scan(bench.keyboard(), bench.case.order.coi)
    assert bench.here == "R-23"
    last = saved(bench).current[Key("R-22")]
    assert last.reason is not None and last.reason.code == "rescan"
    assert runs.deviations(saved(bench)) == ()


def test_the_orders_value_is_not_shown_before_the_label_was_read(bench: rb.Bench) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-32", bench.case.containers[0]))
    view = bench.wire.page.panel.view
    assert view is not None and view.question is not None
    lot = next(row for row in view.question.rows if row.name.startswith("批号"))
    assert lot.order == "—" and lot.mark.text == "待读取"


def test_the_cold_is_reachable_from_a_question_that_stops(bench: rb.Bench, typist: Typist) -> None:
    rb.confirm_limits(bench.desk)
    run = start(bench)
    receipts.door(bench.hospital, run, bench.case)
    reload(bench)
    write(bench, typist, "18")
    give(bench, typist)
    assert bench.here == "R-06" and saved(bench).standing[Key("R-06")].verdict.level == "hard"
    bench.wire.page.panel.steps.cold.click()
    assert bench.walk.here == Key("R-37", bench.case.containers[0])
    typist.scan(bench.keyboard(), "DEMO-A/3/09")
    assert saved(bench).current[Key("R-37", bench.case.containers[0])].value == "DEMO-A/3/09"


# --- exposure ---------------------------------------------------------------------------------------------------------


def test_exposure_counts_from_the_recorded_event_and_never_backwards(bench: rb.Bench) -> None:
    rb.confirm_limits(bench.desk)
    run = start(bench)
    receipts.door(bench.hospital, run, bench.case)
    bench.hospital.answer(run, "R-06", "20.9")
    bench.hospital.answer(run, "R-26", None)
    bench.clock.move(seconds=46)
    reload(bench)
    strip = bench.wire.page.panel.exposure
    assert strip.time.text() == "0:46" and strip.time.property("tone") == ""
    bench.clock.jump(seconds=-40)
    bench.walk.tick()
    assert strip.time.text() == "0:46", "the boot clock went on although the wall clock was set back"
    bench.clock.move(seconds=140)
    bench.walk.tick()
    assert strip.time.text() == "3:06" and strip.time.property("tone") == "alarm"
    assert "限值" in strip._word.text()


# --- the second person ------------------------------------------------------------------------------------------------


def second(bench: rb.Bench, qtbot: QtBot, person: str) -> SecondPersonDialog:
    QTest.keyClick(bench.centre, Qt.Key.Key_F4)
    part = bench.walk.dialog
    assert isinstance(part, SecondPass)
    part.dialog.person_id.setText(person)
    part.dialog.secret.setText(makers.password(person))
    part.dialog.key.click()
    qtbot.waitUntil(lambda: not part.dialog._busy)
    return part.dialog


@pytest.mark.req("REG-008")
def test_the_second_person_gives_their_values_blind_and_hands_back(
    bench: rb.Bench, qtbot: QtBot, typist: Typist
) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-22"))
    typist.scan(bench.keyboard(), bench.case.order.coi)
    dialog = second(bench, qtbot, makers.PHARMACIST_2)
    assert list(dialog.fields) == ["R-22||0"]
    texts = " ".join(field.text() for field in dialog.findChildren(QLineEdit))
    assert bench.case.order.coi not in texts
    dialog.fields["R-22||0"].setFocus()
    bench.walk.take_scan(bench.case.order.coi)
    dialog.key.click()
    assert dialog.title.text() == "1 项全部一致"
    dialog.key.click()
    check = saved(bench).checks[-1]
    assert check.by.person == makers.PHARMACIST_2 and check.value == {"text": bench.case.order.coi, "how": "scanned"}
    assert bench.wire.page.panel.view.checks == 0


@pytest.mark.req("REG-008")
def test_the_first_person_cannot_be_the_second(bench: rb.Bench, qtbot: QtBot, typist: Typist) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-22"))
    typist.scan(bench.keyboard(), bench.case.order.coi)
    dialog = second(bench, qtbot, makers.PHARMACIST)
    assert dialog.fields == {} and "须由另一人核对" in dialog.error.text()
    dialog.reject()
    assert [one.key for one in saved(bench).checks if one.key.step == "R-22"] == []


def test_a_badge_and_its_pin_identify_the_second_person(bench: rb.Bench, typist: Typist) -> None:
    staff.set_pin(bench.desk, makers.proof(bench.desk, makers.PHARMACIST_2), "739152", "BADGE-0012")
    makers.sit(bench.desk, makers.PHARMACIST_2)
    makers.sit(bench.desk, makers.PHARMACIST)
    at_label(bench)
    bench.walk.go_to(Key("R-22"))
    typist.scan(bench.keyboard(), bench.case.order.coi)
    bench.walk.handing.check()
    part = bench.walk.dialog
    assert isinstance(part, SecondPass)
    part.take_scan("BADGE-0012")
    part.dialog.secret.setText("739152")
    part.dialog.key.click()
    part.dialog.fields["R-22||0"].setText(bench.case.order.coi)
    part.dialog.key.click()
    part.dialog.key.click()
    by = saved(bench).checks[-1].by
    assert (by.person, by.how) == (makers.PHARMACIST_2, "badge+pin")


def test_two_values_that_differ_are_shown_and_neither_is_overwritten(
    bench: rb.Bench, qtbot: QtBot, typist: Typist
) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-22"))
    typist.scan(bench.keyboard(), bench.case.order.coi)
    dialog = second(bench, qtbot, makers.PHARMACIST_2)
    dialog.fields["R-22||0"].setText("DEMO-00000001")
    dialog.key.click()
    assert dialog.title.text() == "1 项不一致，不得继续"
    dialog.key.click()
    assert saved(bench).current[Key("R-22")].value["text"] == bench.case.order.coi
    bench.walk.go_to(Key("R-22"))
    assert "两人所读不一致" in bench.centre.boxes[0].accessibleName()


# --- overriding -------------------------------------------------------------------------------------------------------


def test_a_held_stop_is_overridden_by_the_named_role_with_a_reason(
    bench: rb.Bench, qtbot: QtBot, typist: Typist
) -> None:
    run = start(bench)
    typist.scan(bench.keyboard(), "999-11112222")
    assert bench.here == "R-09"
    bench.centre.boxes[0].keys["clear"].click()
    part = bench.walk.dialog
    assert isinstance(part, Clearing) and len(part.dialog.rows) == 1
    dialog = part.dialog
    assert not dialog.key.isEnabled() and dialog.why.text() == "还缺原因"
    dialog.reason.setPlainText("运单由承运人当场更换，已电话核实")
    assert dialog.why.text() == "还缺签字人"
    row = dialog.rows[0]
    for person, fits in ((makers.NURSE, False), (makers.PHARMACIST_2, True)):
        row.person_id.setText(person)
        row.secret.setText(makers.password(person))
        row.key.click()
        qtbot.waitUntil(lambda: not dialog._busy)
        assert row.known is fits
    dialog.key.click()
    clearance = next(one for one in walks.load_run(bench.desk, run).events if one.kind == "clearance")
    assert [signer.person for signer in clearance.signers] == [makers.PHARMACIST_2]
    assert bench.here == "R-09" and bench.centre.boxes == []


def test_a_stop_that_needs_the_holders_word_asks_file_or_name_time_and_case(bench: rb.Bench, typist: Typist) -> None:
    run = start(bench)
    receipts.door(bench.hospital, run, bench.case)
    bench.walk.go_to(Key("R-13"))
    reload(bench)
    bench.walk.go_to(Key("R-13"))
    bench.walk._pressed("correct")
    bench.centre.main.field.setText("S-OTHER")
    bench.centre.key.click()
    bench.walk.dialog.text.setPlainText("看错了封签")
    bench.walk.dialog.key.click()
    bench.centre.boxes[0].keys["clear"].click()
    dialog = bench.walk.dialog.dialog
    assert [row.words for row in dialog.rows] == ["药师 · 第 1 位，共 2 位", "药师 · 第 2 位，共 2 位"]
    dialog.reason.setPlainText("封签在运输中更换")
    assert dialog.why.text() == "还缺持有人意见"
    dialog.spoke.setText("演示持有人值班")
    dialog.at.setText("14:05")
    dialog.case.setText("DEMO-CASE-1")
    assert dialog.why.text() == "还缺签字人"
    # A badge names a person; the signature asks their password.
    bench.walk.take_scan("NOBODY'S")
    assert dialog.rows[0].person_id.value() == "" and not dialog.error.isHidden()
    staff.set_pin(bench.desk, makers.proof(bench.desk, makers.PHARMACIST_2), "260914", "BADGE-1")
    bench.walk.take_scan("BADGE-1")
    assert dialog.rows[0].person_id.value() == makers.PHARMACIST_2
    assert dialog.rows[0].secret.echoMode() == dialog.rows[0].secret.EchoMode.Password
    dialog.reject()


# --- the shipper's file -----------------------------------------------------------------------------------------------


def test_the_shippers_file_is_taken_in_and_what_it_leaves_open_is_asked(bench: rb.Bench, tmp_path: Path) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-18"))
    path = tmp_path / "shipper.csv"
    path.write_bytes(shipper_csv(bench.clock.now().plus(seconds=-27 * 3600), hours=26))
    bench.centre.main.take_file(path)
    bench.centre.key.click()
    asked = []
    while bench.walk.dialog is not None:
        dialog = bench.walk.dialog.dialog
        asked.append(dialog.title.text())
        for field, answer in ((dialog.choice, None), (dialog.text, "Asia/Shanghai")):
            if field is not None:
                field.setText(answer) if answer else field.setCurrentIndex(1)
        dialog.key.click()
        assert len(asked) < 5
    assert asked != [], "the demonstration's file names neither zone nor unit"
    run = saved(bench)
    assert run.current[Key("R-18")].value["name"] == "shipper.csv"
    assert Key("R-19") in run.current and run.standing[Key("R-19")].verdict.level == "ok"
    assert bench.here == "R-40"


def test_a_file_of_another_kind_is_refused_and_the_question_stays(bench: rb.Bench, tmp_path: Path) -> None:
    at_label(bench)
    bench.walk.go_to(Key("R-18"))
    path = tmp_path / "holiday.txt"
    path.write_text("nothing here was measured", encoding="utf-8")
    bench.centre.main.take_file(path)
    bench.centre.key.click()
    assert Key("R-18") not in saved(bench).current and bench.here == "R-18" and bench.walk.dialog is None
    assert bench.station.frame.notices.notices != []


# --- several walks ----------------------------------------------------------------------------------------------------


def test_one_key_switches_between_open_walks_and_says_whose_it_is(bench: rb.Bench) -> None:
    other = receipts.deliver(bench.hospital, 2, "demo-cel", "2026-12-22")
    first = start(bench)
    bench.wire.page.start_asked.emit(f"shipment:{other.shipment.id}", "receipt")
    assert bench.walk.run is not None and bench.walk.run.id != first
    banner = bench.station.frame.patient
    assert banner._name.text() == "演示患者乙" and banner.property("tone") == "second"
    QTest.keyClick(bench.centre, Qt.Key.Key_F6)
    assert bench.walk.run.id == first
    assert banner._name.text() == "演示患者甲" and banner.property("tone") == "first"
    assert any("演示患者甲" in notice.text for notice in bench.station.frame.notices.notices)


def test_one_key_switches_between_different_checklists_too(bench: rb.Bench) -> None:
    other = receipts.deliver(bench.hospital, 2, "demo-cel", "2026-12-22")
    first = start(bench)
    bench.walk.go_to(Key("R-40"))
    bench.wire.page.start_asked.emit(f"shipment:{other.shipment.id}", "night-custody")
    assert bench.walk.run is not None and bench.walk.run.template.id == "night-custody" and bench.here == "R-09"
    bench.walk.go_to(Key("R-46"))
    QTest.keyClick(bench.centre, Qt.Key.Key_F6)
    assert bench.walk.run.id == first and bench.here == "R-09"


def test_the_list_offers_what_is_expected_and_takes_up_what_is_open(bench: rb.Bench, typist: Typist) -> None:
    page = bench.wire.page
    bench.station.scanned.emit(bench.case.shipment.waybill)
    assert page.deliveries.current().waybill == bench.case.shipment.waybill
    run = start(bench)
    bench.wire.show_list()
    assert [line.ident for line in page.runs.model.rows] == [run] and page.deliveries.model.rows == ()
    assert bench.station.frame.patient.isHidden()
    page.resume.click()
    assert page.running and bench.walk.run is not None and bench.walk.run.id == run


def test_a_product_that_nobody_announced_is_taken_in_with_a_notice_of_its_own(bench: rb.Bench) -> None:
    ordered = receipts.new_order(3, "demo-cel", "2026-12-24", 2)
    order = bench.hospital.order(ordered)
    bench.wire.show_list()
    line = next(one for one in bench.wire.page.deliveries.model.rows if one.ident.startswith("order:"))
    assert line.mark.text == "没有到货通知"
    bench.wire.page.start_asked.emit(line.ident, "receipt")
    run = bench.walk.run
    assert run is not None and run.subjects["order"] == order.id and len(run.containers) == 2


# --- what everybody needs ---------------------------------------------------------------------------------------------


def nameless(owner: QWidget) -> list[str]:
    found = []
    for part in owner.findChildren(QWidget):
        if not part.isVisible() or not isinstance(part, QAbstractButton | QLineEdit | QPlainTextEdit):
            continue
        if not (part.accessibleName() or getattr(part, "text", str)()):
            found.append(f"{type(part).__name__} in {type(part.parent()).__name__}")
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_control_has_a_name_and_no_key_is_cut(bench: rb.Bench, lang: str) -> None:
    start(bench)
    language.switch(lang)  # type: ignore[arg-type]
    for step in ("R-09", "R-12", "R-11", "R-06", "R-26", "R-33", "R-18", "R-40"):
        bench.walk.go_to(Key(step, bench.case.containers[0] if step == "R-33" else None))
        for size in ((1440, 900), (1366, 768), (910, 433)):
            bench.station.frame.resize(*size)
            QApplication.processEvents()
            assert nameless(bench.wire.page) == []
            for key in bench.wire.page.findChildren(QAbstractButton):
                if key.isVisible() and key.text() and key.property("look") not in ("choice", "pause", None):
                    assert key.width() >= key.sizeHint().width() - 1, f"{key.text()} is cut at {size}"
    language.switch("zh")

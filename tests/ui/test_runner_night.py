"""A night delivery taken into custody from the window, by keys and scans alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import runner_bench as rb
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typist import Typist

from cellguide import proof
from cellguide.acts import walks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from ui.language import language
from ui.scan import ScanFilter


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[rb.Bench]:
    clock.set("2026-11-22T23:30:00+08:00")
    made = rb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    yield made
    rb.put_away(made, qapp)


def picture(shade: int) -> QImage:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(shade * 0x010101)
    return image


def paste(bench: rb.Bench, shade: int) -> None:
    QGuiApplication.clipboard().setImage(picture(shade))
    QTest.keyClick(bench.centre, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def start(bench: rb.Bench, template: str = "night-custody") -> str:
    bench.wire.page.start_asked.emit(f"shipment:{bench.case.shipment.id}", template)
    run = bench.walk.run
    assert run is not None
    return run.id


def take_into_custody(bench: rb.Bench, typist: Typist) -> None:
    typist.scan(bench.keyboard(), bench.case.shipment.waybill)
    for shade in (10, 200):
        bench.clock.move(seconds=40)
        paste(bench, shade)
        for field in bench.centre.parts.values():  # what the display shows
            typist.write(field.field, "-182.0")
        typist.press(bench.keyboard(), Qt.Key.Key_F10)
    typist.scan(bench.keyboard(), "DEMO-CUPBOARD-1")
    typist.write(bench.keyboard(), "03:00")
    bench.station.parts.scanner.settle()
    typist.press(bench.keyboard(), Qt.Key.Key_F10)


def test_a_night_delivery_is_taken_into_custody_by_keys_and_scans_alone(bench: rb.Bench, typist: Typist) -> None:
    records: list[str] = []
    bench.wire.record_made.connect(records.append)
    run = start(bench)
    assert bench.here == "R-09"
    take_into_custody(bench, typist)
    assert bench.walk.here is None and bench.centre.gaps == ()
    typist.press(bench.keyboard(), Qt.Key.Key_F10)
    assert records == ["R-A-2026-000001"]
    held = bench.desk.store.get("record", records[0])
    assert held is not None and held.doc["run"] == run
    answers = {str(one.key): one for one in walks.answers(walks.load_run(bench.desk, run))}
    assert answers["R-09"].value == {"text": bench.case.shipment.waybill, "how": "scanned"}
    assert answers["R-45"].value == "DEMO-CUPBOARD-1"
    assert answers["R-46"].value.startswith("2026-11-23T03:00:00")
    photo = bench.desk.store.blob(answers["R-12"].value["sha256"])
    assert photo.startswith(b"\xff\xd8\xff"), "a pasted picture is kept as JPEG"
    assert not bench.wire.page.running and bench.station.frame.patient.isHidden()
    verdict = proof.check({"A": (line for _, line in bench.desk.store.entries())}, bench.desk.store.blob)
    assert str(verdict) == "INTACT"


def test_what_is_saved_is_said_with_its_time(bench: rb.Bench, typist: Typist) -> None:
    start(bench)
    typist.scan(bench.keyboard(), bench.case.shipment.waybill)
    assert bench.centre._saved.text() == f"已保存 {bench.clock.now().local:%H:%M:%S}"


def test_the_page_made_anew_from_the_store_shows_the_same_place(bench: rb.Bench, typist: Typist) -> None:
    run = start(bench)
    typist.scan(bench.keyboard(), bench.case.shipment.waybill)
    paste(bench, 60)
    typist.press(bench.keyboard(), Qt.Key.Key_F10)
    before = bench.wire.page.panel.view
    bench.wire.show_list()
    bench.wire.open_run(run)
    after = bench.wire.page.panel.view
    assert before is not None and after is not None
    assert after == before and bench.here == "R-16"


def test_a_scan_while_a_photograph_is_asked_presses_nothing(bench: rb.Bench, typist: Typist) -> None:
    run = start(bench)
    typist.scan(bench.keyboard(), bench.case.shipment.waybill)
    assert bench.here == "R-12"
    events = len(walks.load_run(bench.desk, run).events)
    typist.scan(bench.keyboard(), "1234512345")
    assert bench.here == "R-12" and bench.centre.main.value() is None
    assert len(walks.load_run(bench.desk, run).events) == events
    assert bench.station.frame.notices.notices[0].text.startswith("这一项不需要扫描")


@pytest.mark.req("REG-016")
def test_the_last_answer_is_taken_back_by_one_key(bench: rb.Bench, typist: Typist) -> None:
    run = start(bench)
    typist.scan(bench.keyboard(), "999-00000000")
    bench.clock.move(seconds=3)
    QTest.keyClick(bench.centre, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bench.centre.editing
    typist.scan(bench.keyboard(), bench.case.shipment.waybill)
    told = [one for one in walks.load_run(bench.desk, run).answers if one.key.step == "R-09"]
    assert [one.value["text"] for one in told] == ["999-00000000", bench.case.shipment.waybill]
    assert told[-1].reason is not None and told[-1].reason.code == "slip"


def test_a_late_entry_asks_when_it_happened_and_then_why(bench: rb.Bench, typist: Typist) -> None:
    run = start(bench)
    QTest.keyClick(bench.centre, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert not bench.centre._happened_row.isHidden()
    typist.write(bench.centre.happened, "22:50")
    bench.station.parts.scanner.settle()
    typist.scan(bench.keyboard(), bench.case.shipment.waybill)
    first = next(one for one in walks.answers(walks.load_run(bench.desk, run)) if one.key.step == "R-09")
    assert first.event_at.startswith("2026-11-22T22:50:00") and first.late == "late"
    assert bench.walk.dialog is not None
    bench.walk.dialog.text.setPlainText("先安置药品，后补记")
    bench.walk.dialog.key.click()
    notes = walks.load_run(bench.desk, run).notes
    assert [(one.about, one.text) for one in notes] == [("late", "先安置药品，后补记")]


def test_both_languages_say_the_question(bench: rb.Bench) -> None:
    start(bench)
    assert bench.centre._title.text() == "扫描运单号"
    language.switch("en")
    assert bench.centre._title.text() == "Scan the waybill"
    assert bench.centre._other.text() == "扫描运单号"

"""A decision that neither of two nurses may take: said when the first has answered, refused when the second comes."""

from __future__ import annotations

from collections.abc import Iterator

import makers
import pytest
import runner_bench as rb
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typist import Typist

from cellguide.acts import walks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.runs import Key, Missing
from ui.dialogs.second import SecondPersonDialog
from ui.language import language
from ui.runner.facing import gap_line
from ui.runner.second import SecondPass
from ui.scan import ScanFilter


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[rb.Bench]:
    clock.set("2026-11-22T14:00:00+08:00")
    made = rb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    yield made
    rb.put_away(made, qapp)


def rejected_by_a_nurse(bench: rb.Bench, typist: Typist) -> str:
    makers.sit(bench.desk, makers.NURSE)
    bench.wire.page.start_asked.emit(f"shipment:{bench.case.shipment.id}", "receipt")
    assert bench.walk.run is not None
    bench.walk.go_to(Key("R-40"))
    typist.write(bench.keyboard(), "3")
    bench.station.parts.scanner.settle()
    typist.press(bench.keyboard(), Qt.Key.Key_F10)
    run = walks.load_run(bench.desk, bench.walk.run.id)
    assert run.current[Key("R-40")].value == "reject"
    return run.id


def comes(bench: rb.Bench, qtbot: QtBot, person: str) -> SecondPersonDialog:
    bench.walk.handing.check()
    part = bench.walk.dialog
    assert isinstance(part, SecondPass)
    part.dialog.person_id.setText(person)
    part.dialog.secret.setText(makers.password(person))
    part.dialog.key.click()
    qtbot.waitUntil(lambda: not part.dialog._busy)
    return part.dialog


def test_the_first_is_told_who_must_come(bench: rb.Bench, typist: Typist) -> None:
    rejected_by_a_nurse(bench, typist)
    told = [notice.text for notice in bench.station.frame.notices.notices]
    assert any("第二人须为：药师 / 质量管理员" in text for text in told), told


def test_the_gap_names_the_role_in_both_languages(bench: rb.Bench, typist: Typist) -> None:
    rejected_by_a_nurse(bench, typist)
    missing = Missing("unchecked", Key("R-40"), "pharmacist|quality")
    assert gap_line(bench.walk.reader(), missing).what == "待第二人核对，须为：药师 / 质量管理员"
    language.switch("en")
    said = gap_line(bench.walk.reader(), missing).what
    assert "pharmacist / quality officer" in said.casefold()


def test_a_second_nurse_is_sent_away_and_a_pharmacist_is_asked(bench: rb.Bench, qtbot: QtBot, typist: Typist) -> None:
    run = rejected_by_a_nurse(bench, typist)
    dialog = comes(bench, qtbot, makers.PHYSICIAN)
    assert "药师 / 质量管理员" in dialog.error.text() and dialog.values is None
    dialog.reject()
    dialog = comes(bench, qtbot, makers.PHARMACIST)
    assert list(dialog.fields) == ["R-40||0"]
    dialog.reject()
    assert walks.load_run(bench.desk, run).checks == ()


def test_who_is_both_nurse_and_quality_officer_decides_as_the_latter(
    bench: rb.Bench, qtbot: QtBot, typist: Typist
) -> None:
    rejected_by_a_nurse(bench, typist)
    dialog = comes(bench, qtbot, makers.NURSE_2)
    assert list(dialog.fields) == ["R-40||0"]
    part = bench.walk.dialog
    assert isinstance(part, SecondPass) and part.who is not None and part.who.role == "quality"
    dialog.reject()

"""A signature in the middle of a checklist, given in the window with keys; and given anew after a correction."""

from __future__ import annotations

from collections.abc import Iterator

import makers
import pytest
import runner_bench as rb
from inner_run import begin
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typist import Typist

from cellguide.acts import closing, walks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.runs import Key, Reason
from ui.scan import ScanFilter
from ui.wiring.run_signing import RunSigning


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[rb.Bench]:
    clock.set("2026-11-22T14:00:00+08:00")
    made = rb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    yield made
    rb.put_away(made, qapp)


def sign(bench: rb.Bench, typist: Typist, qtbot: QtBot, person: str) -> RunSigning:
    """Press the big key, type number and password, press F10."""
    typist.press(bench.keyboard(), Qt.Key.Key_F10)
    flow = bench.walk.dialog
    assert isinstance(flow, RunSigning)
    flow.dialog.person_id.setText(person)
    flow.dialog.password.setText(makers.password(person))
    assert flow.dialog.key.isEnabled()
    flow.dialog.key.click()
    qtbot.waitUntil(lambda: not flow.dialog._busy or not flow.dialog.isVisible())
    return flow


def opened(bench: rb.Bench, answer: str = "ready") -> str:
    run = begin(bench.desk)
    walks.answer_step(bench.desk, run, "A-1", value=answer)
    bench.wire.open_run(run)
    return run


def test_the_physician_signs_and_the_walk_goes_on(bench: rb.Bench, typist: Typist, qtbot: QtBot) -> None:
    run = opened(bench)
    assert bench.here == "A-2"
    flow = sign(bench, typist, qtbot, makers.PHYSICIAN)
    qtbot.waitUntil(lambda: bench.walk.dialog is None)
    assert not flow.dialog.isVisible()
    kept = bench.desk.store.find("signature", record=run)
    assert [held.doc["person"] for held in kept] == [makers.PHYSICIAN]
    assert bench.here == "A-3"
    assert walks.runs.granted(walks.load_run(bench.desk, run), "A-2")


def test_who_may_not_sign_is_told_in_the_dialog(bench: rb.Bench, typist: Typist, qtbot: QtBot) -> None:
    run = opened(bench)
    flow = sign(bench, typist, qtbot, makers.NURSE)
    qtbot.waitUntil(lambda: not flow.dialog.error.isHidden())
    assert "没有" in flow.dialog.error.text()
    assert bench.desk.store.find("signature", record=run) == []
    flow.dialog.reject()
    assert bench.here == "A-2" and bench.walk.dialog is None


def test_a_gate_that_is_shut_is_named_before_anybody_types(bench: rb.Bench, typist: Typist) -> None:
    opened(bench, "almost")
    bench.walk.go_to(Key("A-2"))
    typist.press(bench.keyboard(), Qt.Key.Key_F10)
    dialog = bench.walk.dialog.dialog
    assert dialog.form.isHidden() and not dialog.key.isEnabled()
    assert any("A-1" in line for line in dialog._request.missing)
    dialog.reject()


def test_after_a_correction_the_list_of_what_is_missing_leads_to_signing_again(
    bench: rb.Bench, typist: Typist, qtbot: QtBot
) -> None:
    run = opened(bench)
    sign(bench, typist, qtbot, makers.PHYSICIAN)
    qtbot.waitUntil(lambda: bench.walk.dialog is None)
    bench.clock.move(seconds=40)
    walks.correct_answer(bench.desk, run, "A-1", value="ready", reason=Reason("look_again", "重新看过"))
    bench.wire.open_run(run)
    bench.walk._gap(gap := _gap_of(bench, "unsigned"))
    assert gap.ident.startswith("A-2") and bench.here == "A-2"
    sign(bench, typist, qtbot, makers.PHYSICIAN)
    qtbot.waitUntil(lambda: bench.walk.dialog is None)
    assert len(bench.desk.store.find("signature", record=run)) == 2
    assert walks.runs.granted(walks.load_run(bench.desk, run), "A-2")


def _gap_of(bench: rb.Bench, code: str):
    from ui.runner import facing

    run = bench.walk.run
    missing = closing.closing_gate(bench.desk, run, bench.desk.now())
    lines = [facing.gap_line(bench.walk.reader(), item) for item in missing]
    return next(line for line in lines if line.code == code)

"""Work in the pool answers once, and an error is never only printed."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cellguide import words
from cellguide.refusal import Refusal
from ui.app import Faults
from ui.dialogs.fault import FaultDialog
from ui.jobs import Job, Outcome, Work


def run(qtbot: QtBot, job: Job) -> Outcome:
    with qtbot.waitSignal(job.finished, timeout=5_000) as blocker:
        job.start()
    assert blocker.args is not None
    return blocker.args[0]


def test_a_value_comes_back_in_the_gui_thread(qapp: QApplication, qtbot: QtBot) -> None:
    threads: list[int] = []
    job = Job(lambda _work: threading.get_ident())
    job.finished.connect(lambda _outcome: threads.append(threading.get_ident()))
    outcome = run(qtbot, job)
    assert outcome.value != threading.get_ident() and threads == [threading.get_ident()]


def test_a_refusal_is_a_value_and_no_fault(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *what: faults.append(what))

    def refuse(_work: Work) -> None:
        raise Refusal("frame.stopped", reference="X")

    outcome = run(qtbot, Job(refuse))
    assert isinstance(outcome.error, Refusal) and outcome.value is None and faults == []


def test_any_other_error_is_a_value_and_a_fault(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[type[BaseException]] = []

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        assert trace is not None
        faults.append(kind)

    monkeypatch.setattr(sys, "excepthook", hook)
    outcome = run(qtbot, Job(lambda _work: 1 // 0))
    assert isinstance(outcome.error, ZeroDivisionError) and faults == [ZeroDivisionError]


def test_progress_is_told_and_cancelling_ends_the_work(qapp: QApplication, qtbot: QtBot) -> None:
    begun, told = threading.Event(), []

    def work(work: Work) -> str:
        work.progress(1, 10)
        begun.set()
        while True:
            work.check()

    job = Job(work)
    job.progressed.connect(lambda done, total: told.append((done, total)))
    with qtbot.waitSignal(job.finished, timeout=5_000) as blocker:
        job.start()
        assert begun.wait(5)
        job.cancel()
    assert blocker.args == [Outcome(cancelled=True)] and told == [(1, 10)]


@pytest.fixture
def faults(qapp: QApplication) -> Faults:
    return Faults(lambda: "7F3A9C21")


def fail(faults: Faults, error: Exception) -> None:
    faults.caught(type(error), error, None)


def test_after_a_fault_nothing_is_written_and_the_reference_is_shown(faults: Faults, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    faults.window = window
    faults.require_sound()
    with qtbot.waitSignal(faults.failed) as blocker:
        fail(faults, RuntimeError("broken"))
    assert blocker.args == ["7F3A9C21"]
    with pytest.raises(Refusal) as refused:
        faults.require_sound()
    sentence = words.say(f"refusal_{refused.value.code}", "zh", **refused.value.facts)
    assert "7F3A9C21" in sentence and "未保存" in sentence
    assert isinstance(faults.dialog, FaultDialog) and "7F3A9C21" in faults.dialog.kicker.text()
    faults.dialog.done(0)


def test_only_the_first_fault_opens_a_dialog(faults: Faults, qtbot: QtBot) -> None:
    fail(faults, RuntimeError("one"))
    first = faults.dialog
    fail(faults, RuntimeError("two"))
    assert faults.dialog is first and isinstance(first, FaultDialog)
    first.done(0)

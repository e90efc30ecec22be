"""Enter, Space and F10, everywhere the same (DESIGN 0.8)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from typist import Typist

from ui.forms import TextField
from ui.keys import KeyRules, deciding_key
from ui.kit import Key


class Bench(QWidget):
    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self.first, self.second = TextField(), TextField()
        self.plain, self.accept = Key(), Key("primary", decides=True)
        self.box, self.free = QCheckBox("x"), QPlainTextEdit()
        self.pressed: list[str] = []
        for part in (self.first, self.second, self.plain, self.accept, self.box, self.free):
            column.addWidget(part)
        self.plain.clicked.connect(lambda: self.pressed.append("plain"))
        self.accept.clicked.connect(lambda: self.pressed.append("accept"))


@pytest.fixture
def bench(qtbot: QtBot, rules: KeyRules) -> Bench:
    made = Bench()
    qtbot.addWidget(made)
    made.show()
    return made


def test_space_presses_nothing_outside_text(bench: Bench, typist: Typist) -> None:
    for part in (bench.plain, bench.accept, bench.box):
        part.setFocus()
        typist.press(part, Qt.Key.Key_Space, " ")
    assert bench.pressed == [] and not bench.box.isChecked()
    bench.first.setFocus()
    typist.press(bench.first, Qt.Key.Key_Space, " ")
    assert bench.first.text() == " "


def test_enter_never_presses_a_key_that_decides(bench: Bench, typist: Typist) -> None:
    bench.accept.setFocus()
    typist.enter(bench.accept)
    typist.press(bench.accept, Qt.Key.Key_Enter, "\r")
    assert bench.pressed == []


def test_enter_presses_an_ordinary_key_and_ticks_a_box(bench: Bench, typist: Typist) -> None:
    bench.plain.setFocus()
    typist.enter(bench.plain)
    typist.enter(bench.box)
    assert bench.pressed == ["plain"] and bench.box.isChecked()


def test_enter_right_after_stray_characters_presses_nothing(bench: Bench, typist: Typist) -> None:
    bench.plain.setFocus()
    typist.write(bench.plain, "123", gap_ms=80)
    typist.enter(bench.plain, after_ms=80)
    assert bench.pressed == []


def test_a_held_enter_presses_nothing(bench: Bench, typist: Typist) -> None:
    typist.press(bench.plain, Qt.Key.Key_Return, "\r", repeat=True)
    assert bench.pressed == []


def test_enter_in_a_line_goes_to_the_next_field(bench: Bench, typist: Typist, qtbot: QtBot) -> None:
    bench.activateWindow()
    bench.first.setFocus()
    qtbot.waitUntil(bench.first.hasFocus)
    typist.enter(bench.first)
    assert bench.second.hasFocus() and bench.pressed == []


def test_enter_in_free_text_is_a_new_line(bench: Bench, typist: Typist) -> None:
    typist.enter(bench.free)
    assert bench.free.toPlainText() == "\n"


def test_f10_presses_the_key_that_decides_and_only_once_while_held(bench: Bench, typist: Typist) -> None:
    typist.press(bench.first, Qt.Key.Key_F10)
    typist.press(bench.first, Qt.Key.Key_F10, repeat=True)
    assert bench.pressed == ["accept"]


def test_f10_presses_nothing_where_the_key_is_disabled_or_not_alone(bench: Bench, typist: Typist) -> None:
    bench.accept.setEnabled(False)
    typist.press(bench.first, Qt.Key.Key_F10)
    bench.accept.setEnabled(True)
    bench.plain.setProperty("decides", True)
    assert deciding_key(bench) is None
    typist.press(bench.first, Qt.Key.Key_F10)
    assert bench.pressed == []

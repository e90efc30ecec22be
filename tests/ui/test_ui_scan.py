"""A scan is told from typing, keeps its separators, and reaches nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from typist import Typist

from ui.forms import TextField
from ui.kit import Key
from ui.scan import GS, TEST_SYMBOL, ScanFilter, ScannerSetup, scanner_faults, visible

LOT_FIRST = "010123456789012810ABC␝17271231".replace("␝", GS)


@pytest.fixture
def field(qtbot: QtBot, scanner: ScanFilter) -> TextField:
    made = TextField()
    qtbot.addWidget(made)
    made.show()
    made.setFocus()
    return made


@pytest.fixture
def heard(scanner: ScanFilter) -> Iterator[list[str]]:
    scans: list[str] = []
    scanner.scanned.connect(scans.append)
    yield scans
    scanner.scanned.disconnect(scans.append)


def test_a_scan_is_heard_and_no_field_sees_it(field: TextField, heard: list[str], typist: Typist) -> None:
    entered: list[str] = []
    field.returnPressed.connect(lambda: entered.append("enter"))
    typist.scan(field, "=A9999 24 123456")
    assert heard == ["=A9999 24 123456"]
    assert field.text() == "" and entered == []


def test_typing_reaches_its_field(field: TextField, heard: list[str], typist: Typist, scanner: ScanFilter) -> None:
    typist.write(field, "DC-24097", gap_ms=120)
    scanner.settle()
    assert field.text() == "DC-24097" and heard == []


def test_a_hands_rolling_keys_are_typing(
    field: TextField, heard: list[str], typist: Typist, scanner: ScanFilter
) -> None:
    typist.write(field, "the", gap_ms=12)
    typist.now_ms += 200
    typist.write(field, "re", gap_ms=12)
    scanner.settle()
    assert field.text() == "there" and heard == []


def test_a_typed_enter_after_two_keys_still_enters(
    field: TextField, heard: list[str], typist: Typist, scanner: ScanFilter
) -> None:
    field.setProperty("enter", "submit")
    entered: list[str] = []
    field.returnPressed.connect(lambda: entered.append(field.text()))
    typist.write(field, "42", gap_ms=90)
    typist.enter(field, after_ms=90)
    assert entered == ["42"] and heard == []


def test_typing_waits_one_gap_and_then_appears_by_itself(field: TextField, typist: Typist, qtbot: QtBot) -> None:
    typist.write(field, "a")
    assert field.text() == ""
    qtbot.waitUntil(lambda: field.text() == "a")


def test_the_separator_survives_in_each_of_its_three_forms(field: TextField, heard: list[str], typist: Typist) -> None:
    before, after = LOT_FIRST.split(GS)
    for form in ("text", "control", "alt"):
        typist.now_ms += 2_000
        typist.write(field, before, gap_ms=6)
        if form == "text":
            typist.press(field, 0, GS)
        elif form == "control":
            typist.press(field, Qt.Key.Key_BracketRight, GS, control=True)
        else:
            typist.press(field, Qt.Key.Key_Alt, alt=True)
            for digit in "0029":
                typist.press(field, ord(digit), digit, alt=True, after_ms=2)
            typist.release_alt(field)
        typist.write(field, after, gap_ms=6)
        typist.enter(field, after_ms=6)
    assert heard == [LOT_FIRST] * 3
    assert field.text() == ""


def test_one_separator_that_arrives_twice_is_one(field: TextField, heard: list[str], typist: Typist) -> None:
    typist.write(field, "10ABC", gap_ms=6)
    typist.press(field, Qt.Key.Key_BracketRight, "", control=True)
    typist.press(field, 0, GS)
    typist.write(field, "17271231", gap_ms=6)
    typist.enter(field, after_ms=6)
    assert heard == [f"10ABC{GS}17271231"]


def test_stand_in_prefix_and_terminator_are_the_stations(
    field: TextField, heard: list[str], typist: Typist, scanner: ScanFilter
) -> None:
    scanner.configure(ScannerSetup(prefix="~", terminator="tab", stand_in="|"))
    typist.write(field, "~10ABC|1727", gap_ms=6)
    typist.press(field, Qt.Key.Key_Tab, "\t")
    typist.now_ms += 2_000
    typist.write(field, "~042", gap_ms=6)
    typist.press(field, Qt.Key.Key_Tab, "\t")
    assert heard == [f"10ABC{GS}1727", "042"]


def test_a_scan_without_end_is_heard_and_its_late_enter_is_eaten(
    field: TextField, heard: list[str], typist: Typist, scanner: ScanFilter
) -> None:
    field.setProperty("enter", "submit")
    entered: list[str] = []
    field.returnPressed.connect(lambda: entered.append("enter"))
    typist.write(field, "DC-24097", gap_ms=6)
    scanner.settle()
    typist.enter(field, after_ms=100)
    assert heard == ["DC-24097"] and entered == [] and field.text() == ""


def test_a_held_key_is_no_scan(field: TextField, heard: list[str], typist: Typist, scanner: ScanFilter) -> None:
    for _ in range(12):
        typist.press(field, Qt.Key.Key_A, "a", repeat=True, after_ms=20)
    scanner.settle()
    assert field.text() == "a" * 12 and heard == []


def test_shortcuts_pass_and_let_held_typing_go_first(field: TextField, typist: Typist) -> None:
    typist.write(field, "ab")
    typist.press(field, Qt.Key.Key_A, "\x01", control=True)
    assert field.text() == "ab" and field.selectedText() == "ab"


def test_a_scan_over_a_key_presses_nothing(qtbot: QtBot, scanner: ScanFilter, typist: Typist) -> None:
    window = QWidget()
    key = Key()
    key.setParent(window)
    qtbot.addWidget(window)
    window.show()
    pressed: list[str] = []
    key.clicked.connect(lambda: pressed.append("pressed"))
    typist.scan(key, "A B C D E F")
    assert pressed == []


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=6, max_size=80))
def test_any_scan_is_heard_whole(text: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    made, field, typist, scans = ScanFilter(app), TextField(), Typist(), []
    made.scanned.connect(scans.append)
    typist.scan(field, text)
    app.removeEventFilter(made)
    assert scans == [text] and field.text() == ""


def test_a_scan_by_another_way_is_the_same_scan(scanner: ScanFilter, heard: list[str]) -> None:
    scanner.feed("DC-24097")
    assert heard == ["DC-24097"]


@pytest.mark.parametrize(
    "arrived, faults",
    [
        (TEST_SYMBOL, []),
        (TEST_SYMBOL.replace(GS, ""), ["gs_lost"]),
        (TEST_SYMBOL.swapcase(), ["case"]),
        (TEST_SYMBOL[:-3], ["cut"]),
        (TEST_SYMBOL.replace("C", "Ｃ"), ["input_method"]),
        (TEST_SYMBOL.replace("&", "/").replace("<", ";"), ["layout"]),
        ("", ["gs_lost", "cut"]),
    ],
)
def test_the_test_symbol_finds_what_is_wrong(arrived: str, faults: list[str]) -> None:
    assert scanner_faults(arrived) == faults


def test_a_scan_is_shown_with_its_separators() -> None:
    assert visible(f"10ABC{GS}17\x1e") == "10ABC‹GS›17‹1E›"

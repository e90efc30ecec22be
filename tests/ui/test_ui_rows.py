"""Tables: a sound model, sorting by keys, search, and words where there is nothing."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from typist import Typist

from ui.keys import KeyRules
from ui.language import language
from ui.rows import SORT_ROLE, Column, RowsModel, RowsTable


class Probe(NamedTuple):
    name: str
    value_c: float


COLUMNS = (
    Column("people.column.name", lambda p: p.name),
    Column(
        "people.column.state",
        lambda p: f"{p.value_c:g}",
        sort=lambda p: p.value_c,
        spoken=lambda p: f"{p.value_c:g} degrees, in range",
        right=True,
        tone=lambda p: "alarm" if p.value_c > -150 else "ok",
        width=80,
    ),
)
ROWS = (Probe("B 罐", -9.5), Probe("A 罐", -186.2), Probe("冰箱 2", 4.8))


@pytest.fixture
def table(qtbot: QtBot) -> RowsTable:
    made = RowsTable(COLUMNS, "people.table", "people.empty")
    qtbot.addWidget(made)
    made.show_rows(ROWS)
    made.show()
    return made


def shown(table: RowsTable) -> list[str]:
    return [table.proxy.index(line, 0).data() for line in range(table.proxy.rowCount())]


def test_the_model_is_sound(qapp: QApplication, qtmodeltester: ModelTester) -> None:
    model = RowsModel(COLUMNS)
    model.show_rows(ROWS)
    qtmodeltester.check(model)
    model.show_rows(())
    qtmodeltester.check(model)


def test_rows_stand_as_given_until_somebody_sorts(table: RowsTable) -> None:
    assert shown(table) == ["B 罐", "A 罐", "冰箱 2"]


def test_numbers_sort_as_numbers(table: RowsTable) -> None:
    table.view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert shown(table) == ["A 罐", "B 罐", "冰箱 2"]


def test_a_cell_says_more_aloud_than_it_shows(table: RowsTable) -> None:
    cell = table.model.index(1, 1)
    assert cell.data() == "-186.2"
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "-186.2 degrees, in range"
    assert cell.data(SORT_ROLE) == -186.2
    assert table.model.data(QModelIndex()) is None


def test_search_finds_every_word_anywhere(table: RowsTable) -> None:
    table.search("罐 186")
    assert shown(table) == ["A 罐"]
    table.search("")
    assert len(shown(table)) == 3


def test_a_pages_own_test_filters_too(table: RowsTable) -> None:
    table.keep(lambda p: p.value_c > 0)
    assert shown(table) == ["冰箱 2"]


def test_nothing_to_show_is_said_in_words(table: RowsTable) -> None:
    table.search("no such thing")
    assert table.empty.isVisible() and table.empty.text() == "没有符合的人员。"
    assert not table.view.isVisible()


def test_enter_opens_the_row_the_person_is_on(table: RowsTable, rules: KeyRules, typist: Typist) -> None:
    opened: list[Probe] = []
    picked: list[Probe] = []
    table.opened.connect(opened.append)
    table.picked.connect(picked.append)
    table.pick(2)
    typist.enter(table.view)
    assert picked == [ROWS[2]] and opened == [ROWS[2]] and table.current() == ROWS[2]


def test_titles_follow_the_language(table: RowsTable) -> None:
    assert table.model.headerData(0, Qt.Orientation.Horizontal) == "姓名"
    language.switch("en")
    assert table.model.headerData(0, Qt.Orientation.Horizontal) == "Name"

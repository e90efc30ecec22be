"""Fields: what they read, what they keep out, how they are named."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton

from ui.forms import ChoiceField, DateField, Form, FreeField, NumberField, PasswordField, TextField, date_of, number_of
from ui.language import language


@pytest.mark.parametrize(
    "typed, number",
    [
        ("-151.2", "-151.2"),
        ("−151.2", "-151.2"),
        ("－１５１．２", "-151.2"),
        ("－151。2", "-151.2"),
        ("4,8", "4.8"),
        ("４，８", "4.8"),
        (" 0.50 ", "0.50"),
        ("+3", "3"),
        ("36.8", "36.8"),
        ("00.5", "0.5"),
    ],
)
def test_a_number_is_read_in_every_form_a_keyboard_makes(typed: str, number: str) -> None:
    assert number_of(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["", "-", "1.2.3", "1,234.5", "NaN", "Infinity", "1e5", "5 mL", "--1", "一五", "0x10"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert number_of(typed) is None


@given(st.text(max_size=20))
def test_reading_a_number_never_fails(text: str) -> None:
    number = number_of(text)
    assert number is None or number.is_finite()


@given(st.text(max_size=12))
def test_reading_a_day_never_fails(text: str) -> None:
    day = date_of(text)
    assert day is None or date_of(day.isoformat()) == day


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "26-11-22", "22.11.2026", "2026-1122", "2026/11/22", "20261322", "2026-W01-1"]
)
def test_a_day_that_is_none_is_not_guessed(typed: str) -> None:
    assert date_of(typed) is None


def test_a_day_of_eight_digits_is_shown_as_iso(qapp: QApplication) -> None:
    field = DateField()
    field.setText("２０２６１１２２")
    field.editingFinished.emit()
    assert field.text() == "2026-11-22"
    assert field.day() == datetime.date(2026, 11, 22)


def test_input_methods_are_off_except_in_free_text(qapp: QApplication) -> None:
    enabled = Qt.WidgetAttribute.WA_InputMethodEnabled
    for field in (TextField(), NumberField(unit="mL"), PasswordField(), DateField()):
        assert not field.testAttribute(enabled)
    assert TextField(free=True).testAttribute(enabled)
    assert FreeField().testAttribute(enabled)


def test_a_password_has_no_eye_and_takes_a_paste(qapp: QApplication) -> None:
    field = PasswordField()
    assert field.echoMode() == QLineEdit.EchoMode.Password
    assert not field.findChildren(QToolButton)
    assert not field.findChildren(QAction)
    QApplication.clipboard().setText("窗外的银杏树今年黄得很早啊")
    field.paste()
    assert field.value() == "窗外的银杏树今年黄得很早啊"


def test_a_row_gives_label_buddy_name_help_and_unit_in_one_call(qapp: QApplication) -> None:
    form = Form()
    field = NumberField(unit="°C")
    form.add_row("sign.person_id", field, help_key="sign.reason.rule")
    caption = next(label for label in form.findChildren(QLabel) if label.buddy() is field)
    assert caption.text() == field.accessibleName() == "工号"
    assert "汉字" in field.accessibleDescription()
    assert "°C" in [label.text() for label in form.findChildren(QLabel)]
    language.switch("en")
    assert caption.text() == field.accessibleName() == "Staff number"


def test_a_fault_stands_under_its_field_and_goes_again(qapp: QApplication) -> None:
    form = Form()
    field = TextField()
    form.add_row("sign.person_id", field)
    form.show_fault(field, "不存在的工号")
    line = next(label for label in form.findChildren(QLabel) if label.text() == "不存在的工号")
    assert not line.isHidden() and field.property("tone") == "alarm"
    form.clear_faults()
    assert line.isHidden() and field.property("tone") == ""


def test_a_choice_keeps_its_value_when_the_language_changes(qapp: QApplication) -> None:
    field = ChoiceField().offer(("zh", "settings.paper.zh"), ("en", "settings.paper.en"))
    field.choose("en")
    assert field.currentText() == "英文"
    language.switch("en")
    assert (field.value(), field.currentText()) == ("en", "English")

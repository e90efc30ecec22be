"""Fields and rows: one call sets label, buddy, accessible name, help and unit.

Input methods are off in every field but free text, because a scanner's and a keyboard's digits must arrive as they
are (engineering-review 26). There is no show-password eye: wards are shared rooms (clinical-review 7).
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from ui import kit, theme
from ui.language import follow, put, say

_SEPARATORS = str.maketrans({"−": "-", "。": ".", ",": ".", "，": ".", "–": "-"})


def number_of(untrusted_text: str) -> Decimal | None:
    """Read a typed number in any of the forms a Chinese keyboard makes; None where it is not one (UI-03).

    >>> number_of("－１５１。２")
    Decimal('-151.2')
    >>> number_of("1,5 mL") is None
    True
    """
    plain = unicodedata.normalize("NFKC", untrusted_text).translate(_SEPARATORS).strip()
    if not plain or not set(plain) <= set("+-.0123456789"):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def date_of(untrusted_text: str) -> datetime.date | None:
    """Read ``2026-11-22`` or ``20261122``; None where it is no day.

    >>> date_of("20261122").isoformat()
    '2026-11-22'
    """
    plain = unicodedata.normalize("NFKC", untrusted_text).strip()
    if len(plain) not in (8, 10) or not plain.replace("-", "").isdecimal():
        return None
    try:
        return datetime.date.fromisoformat(plain)
    except ValueError:
        return None


class Choice(NamedTuple):
    """One thing to choose: what is kept, and what is read (already in the person's language)."""

    value: str
    text: str


class TextField(QLineEdit):
    """One line. ``free`` turns input methods on; ``submit`` lets Enter speak (search, sign-in)."""

    def __init__(self, *, free: bool = False, submit: bool = False, width: int = 0) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, free)
        if submit:
            self.setProperty("enter", "submit")
        if width:
            self.setMaximumWidth(width)

    def value(self) -> str:
        """What is typed, without the blanks around it."""
        return self.text().strip()


class NumberField(TextField):
    """A number with its unit beside it."""

    def __init__(self, *, unit: str, width: int = 160) -> None:
        super().__init__(width=width)
        self.unit = unit
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)

    def number(self) -> Decimal | None:
        """The number, or None where the text is not one; ``text()`` keeps the raw keystrokes."""
        return number_of(self.text())


class PasswordField(TextField):
    """A password: dots, no eye, paste allowed, no input method."""

    def __init__(self, *, submit: bool = False) -> None:
        super().__init__(submit=submit)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setProperty("kit", "secret")
        self.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)

    def value(self) -> str:
        """The password exactly as typed, blanks included."""
        return self.text()


class DateField(TextField):
    """A day as YYYY-MM-DD; eight digits do."""

    def __init__(self) -> None:
        super().__init__(width=180)
        self.setPlaceholderText("YYYY-MM-DD")
        self.editingFinished.connect(self._tidy)

    def day(self) -> datetime.date | None:
        """The day, or None."""
        return date_of(self.text())

    def _tidy(self) -> None:
        day = self.day()
        if day is not None:
            self.setText(day.isoformat())


class FreeField(QPlainTextEdit):
    """Several lines of free text; Tab goes on to the next field."""

    def __init__(self, lines: int = 3) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(lines * (self.fontMetrics().lineSpacing() + 2) + 24)

    def value(self) -> str:
        """What is typed, without the blanks around it."""
        return self.toPlainText().strip()


class ChoiceField(QComboBox):
    """One of a closed list; the wheel does not change it by accident.

    Signals: ``chosen(str)``: the value.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[Choice] = ()) -> None:
        super().__init__()
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._pairs: tuple[tuple[str, str], ...] = ()
        self.activated.connect(lambda _index: self.chosen.emit(self.value()))
        self.show_choices(choices)
        follow(self)

    def offer(self, *pairs: tuple[str, str]) -> ChoiceField:
        """Offer (value, words key) pairs; they follow the language. Returns the field."""
        self._pairs = pairs
        self.retranslate()
        return self

    def retranslate(self) -> None:
        if self._pairs:
            self.show_choices([Choice(value, say(key)) for value, key in self._pairs])

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Offer ``choices``; what was chosen stays chosen where it is still offered."""
        if [choice.value for choice in choices] == [self.itemData(place) for place in range(self.count())]:
            for place, choice in enumerate(choices):
                self.setItemText(place, choice.text)
            return
        before = self.value()
        self.clear()
        for choice in choices:
            self.addItem(choice.text, choice.value)
        self.choose(before)

    def choose(self, value: str) -> None:
        """Choose by value; an unknown value chooses nothing new."""
        index = self.findData(value)
        if index >= 0:
            self.setCurrentIndex(index)

    def value(self) -> str:
        """The chosen value, ``""`` where there is none."""
        return str(self.currentData() or "")

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]

    def paintEvent(self, event: object) -> None:
        from PySide6.QtGui import QPainter

        super().paintEvent(event)  # type: ignore[arg-type]
        painter = QPainter(self)
        painter.drawPixmap(self.width() - 28, (self.height() - 16) // 2, theme.picture("down", "text_quiet", 16))
        painter.end()


class ManyField(QWidget):
    """Any of a closed list.

    Signals: ``chosen(list)``: the values.
    """

    chosen = Signal(list)

    def __init__(self, choices: Sequence[Choice] = (), columns: int = 1) -> None:
        super().__init__()
        self._boxes: dict[str, QCheckBox] = {}
        self._columns = columns
        self._pairs: tuple[tuple[str, str], ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        self.show_choices(choices)
        follow(self)

    def offer(self, *pairs: tuple[str, str]) -> ManyField:
        """Offer (value, words key) pairs; they follow the language. Returns the field."""
        self._pairs = pairs
        self.retranslate()
        return self

    def retranslate(self) -> None:
        if self._pairs:
            self.show_choices([Choice(value, say(key)) for value, key in self._pairs])

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Offer ``choices``; nothing is ticked that was not ticked before."""
        if [choice.value for choice in choices] == list(self._boxes):
            for choice in choices:
                self._boxes[choice.value].setText(choice.text)
            return
        ticked = set(self.values())
        for box in self._boxes.values():
            self._grid.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {}
        for place, choice in enumerate(choices):
            box = QCheckBox(choice.text)
            box.setChecked(choice.value in ticked)
            box.toggled.connect(lambda _on: self.chosen.emit(self.values()))
            self._boxes[choice.value] = box
            self._grid.addWidget(box, place // self._columns, place % self._columns)

    def tick(self, values: Sequence[str]) -> None:
        """Tick exactly these."""
        for value, box in self._boxes.items():
            box.setChecked(value in values)

    def values(self) -> list[str]:
        """What is ticked, in the order offered."""
        return [value for value, box in self._boxes.items() if box.isChecked()]


class Form(QWidget):
    """Labelled fields in one or more columns; the label stands above its field."""

    def __init__(self, columns: int = 1) -> None:
        super().__init__()
        self._columns = columns
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        for place in range(columns):
            self._grid.setColumnStretch(place, 1)
        self._next = 0
        self._cells: dict[QWidget, QWidget] = {}
        self._faults: dict[QWidget, QLabel] = {}
        self._labels: list[tuple[QLabel, QWidget]] = []

    def add_row(self, key: str, field: QWidget, *, help_key: str = "", unit: str = "", span: int = 1) -> QWidget:
        """Add ``field`` under the label ``key``; the label's words are its accessible name. Returns the field.

        ``help_key`` stands below in small and becomes the accessible description; ``unit`` stands beside it.
        """
        caption = put(kit.label(size="small", tone="quiet"), key)
        put(field, key, "setAccessibleName")
        return self._place(caption, field, help_key, unit, span)

    def add_titled(self, title: str, field: QWidget, *, unit: str = "", span: int = 1) -> QWidget:
        """Add ``field`` under a label that is a value itself (a template's step), in the words of the moment."""
        field.setAccessibleName(title)
        return self._place(kit.label(title, "small", "quiet"), field, "", unit, span)

    def _place(self, caption: QLabel, field: QWidget, help_key: str, unit: str, span: int) -> QWidget:
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        caption.setBuddy(field)
        column.addWidget(caption)
        unit = unit or (field.unit if isinstance(field, NumberField) else "")
        if unit:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(field)
            line.addWidget(kit.label(unit, tone="quiet"))
            line.addStretch(1)
            column.addLayout(line)
        else:
            column.addWidget(field)
        if help_key:
            column.addWidget(kit.words(help_key, "small", "quiet", wrap=True))
            put(field, help_key, "setAccessibleDescription")
        fault = kit.label(size="small", tone="alarm", wrap=True)
        fault.hide()
        column.addWidget(fault)
        column.addStretch(1)
        self._faults[field] = fault
        self._cells[field] = cell
        self._labels.append((caption, field))
        if self._next % self._columns + span > self._columns:
            self._next += self._columns - self._next % self._columns
        self._grid.addWidget(cell, self._next // self._columns, self._next % self._columns, 1, span)
        self._next += span
        return field

    def rename(self, field: QWidget, key: str) -> None:
        """Put another sentence on a field's label and name."""
        for caption, owner in self._labels:
            if owner is field:
                put(caption, key)
                put(field, key, "setAccessibleName")

    def show_fault(self, field: QWidget, text: str) -> None:
        """Say under a field what is wrong with it; ``""`` takes it back."""
        line = self._faults[field]
        line.setText(text)
        line.setVisible(bool(text))
        theme.set_tone(field, "alarm" if text else "")

    def clear_faults(self) -> None:
        """Take back every fault."""
        for field in self._faults:
            self.show_fault(field, "")

    def show_row(self, field: QWidget, visible: bool) -> None:
        """Show or hide a field with its label."""
        self._cells[field].setVisible(visible)

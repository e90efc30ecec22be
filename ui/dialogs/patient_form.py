"""Who the patient is: name with a reading that a person confirms, birth date, sex, the numbers known so far."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from cellguide import patients
from cellguide.patients import Number, Patient, Syllable
from cellguide.refusal import Refusal
from ui import kit, theme
from ui.dialogs.days import iso
from ui.forms import Choice, ChoiceField, DateField, Form, TextField
from ui.language import put, say

NUMBERS_MAX = 4


class Readings(QWidget):
    """One field per character: the likeliest reading stands there, a character with several is marked.

    Signals: ``changed()``.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._line = kit.row(gap=8, owner=self)
        self._fields: list[ChoiceField | TextField] = []
        self.confirmed = put(QCheckBox(), "orders_page.form.reading_confirmed")
        self.confirmed.toggled.connect(lambda _on: self.changed.emit())
        self.name = ""

    def show_syllables(self, name: str, syllables: Sequence[Syllable], latin: str = "") -> None:
        """Offer the readings of ``name``; ``latin``: one that was confirmed before."""
        self.name = name
        kit.clear(self._line)
        self._fields = []
        self.confirmed = put(QCheckBox(), "orders_page.form.reading_confirmed")
        for syllable in syllables:
            self._line.addWidget(kit.label(syllable.char, tone="warn" if syllable.open else "", bold=True))
            field: ChoiceField | TextField
            if syllable.readings:
                field = ChoiceField([Choice(reading, reading) for reading in syllable.readings])
                field.setMinimumContentsLength(4)
                field.currentIndexChanged.connect(lambda _i: self._touched())
            else:
                field = TextField(width=90)
                field.textChanged.connect(lambda _t: self._touched())
            field.setAccessibleName(say("orders_page.form.reading_of", char=syllable.char))
            theme.set_tone(field, "warn" if syllable.open else "")
            self._fields.append(field)
            self._line.addWidget(field)
        self._line.addStretch(1)
        self._line.addWidget(self.confirmed)
        self.confirmed.setChecked(bool(latin) and self._proposed()[0] == latin)
        self.confirmed.toggled.connect(lambda _on: self.changed.emit())
        self.changed.emit()

    def _touched(self) -> None:
        self.confirmed.setChecked(False)
        self.changed.emit()

    def _proposed(self) -> tuple[str, str]:
        try:
            return patients.confirmed(self.name, [field.value() for field in self._fields])
        except Refusal:
            return "", ""

    def latin_and_initials(self) -> tuple[str, str]:
        """The reading and its initials; empty until a person has confirmed them."""
        return self._proposed() if self._fields and self.confirmed.isChecked() else ("", "")

    def proposal(self) -> str:
        """What the readings as they stand make of the name, confirmed or not."""
        latin, initials = self._proposed() if self._fields else ("", "")
        return f"{latin} · {initials}" if latin else ""


class NumberRows(QWidget):
    """Patient numbers of a new order: type, value, valid since."""

    def __init__(self) -> None:
        super().__init__()
        self._column = kit.column(self, gap=6)
        self._rows: list[tuple[ChoiceField, TextField, DateField]] = []
        self.more = kit.key("orders_page.form.more_numbers", "link", icon="plus")
        self.more.clicked.connect(lambda: self.add_row())
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_row()

    def add_row(self, number: Number | None = None) -> None:
        """One number more."""
        kind = put(ChoiceField(), "orders_page.form.number_type", "setAccessibleName")
        kind.offer(*((name, f"order.number.{name}") for name in patients.NUMBER_TYPES))
        value = put(TextField(), "orders_page.form.number_value", "setAccessibleName")
        put(value, "orders_page.form.number_value", "setPlaceholderText")
        since = put(DateField(), "orders_page.form.number_since", "setAccessibleName")
        put(since, "orders_page.form.number_since", "setPlaceholderText")
        kind.choose(number.type if number is not None else "inpatient")
        if number is not None:
            value.setText(number.value)
            since.setText(number.since)
        line = kit.row(kind, value, since, gap=10)
        line.setStretch(1, 1)
        self._column.insertLayout(self._column.count() - 1, line)
        self._rows.append((kind, value, since))
        self.more.setVisible(len(self._rows) < NUMBERS_MAX)

    def show_numbers(self, numbers: Sequence[Number]) -> None:
        """Start from these."""
        for number, row in zip(numbers, self._rows, strict=False):
            row[0].choose(number.type)
            row[1].setText(number.value)
            row[2].setText(number.since)
        for number in numbers[len(self._rows) :]:
            self.add_row(number)

    def numbers(self) -> tuple[Number, ...]:
        """What was typed; rows without a value are not there."""
        return tuple(
            Number(kind.value(), value.value(), iso(since)) for kind, value, since in self._rows if value.value()
        )


class PatientForm(QWidget):
    """Signals: ``name_typed(str)``: the caller answers with ``readings.show_syllables`` · ``changed()``."""

    name_typed = Signal(str)
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = kit.column(self, gap=10)
        self.form = Form(columns=3)
        self.name, self.birth_date = TextField(free=True), DateField()
        self.sex = ChoiceField().offer(*((sex, f"orders_page.sex.{sex}") for sex in ("u", "f", "m")))
        self.form.add_row("order.field.name", self.name)
        self.form.add_row("order.field.birth_date", self.birth_date, help_key="orders_page.form.lunar")
        self.form.add_row("order.field.sex", self.sex)
        column.addWidget(self.form)
        self.readings = Readings()
        self._reading_words = kit.words("orders_page.form.readings", "small", "quiet")
        column.addWidget(self._reading_words)
        column.addWidget(self.readings)
        column.addWidget(kit.words("orders_page.form.numbers", "small", "quiet"))
        self.numbers = NumberRows()
        column.addWidget(self.numbers)
        self._history = kit.label(wrap=True, bold=True)
        column.addWidget(self._history)
        self._kept: tuple[Number, ...] | None = None
        self.name.editingFinished.connect(self._name_typed)
        self.readings.changed.connect(self.changed)
        self.birth_date.textChanged.connect(lambda _t: self.changed.emit())
        self._settle()

    def show_patient(self, who: Patient, *, keep_numbers: bool) -> None:
        """Start from ``who``; ``keep_numbers``: the history stands and is added to by two people elsewhere."""
        self.name.setText(who.name)
        self.birth_date.setText(who.birth_date)
        self.sex.choose(who.sex)
        self._kept = who.numbers if keep_numbers else None
        self.numbers.setVisible(not keep_numbers)
        self._history.setVisible(keep_numbers)
        self._history.setText(" · ".join(f"{say(f'order.number.{n.type}')} {n.value}" for n in who.numbers) or "—")
        self.numbers.show_numbers(who.numbers)
        if who.name:
            self._latin = who.latin
            self.name_typed.emit(who.name)

    _latin = ""

    def show_syllables(self, name: str, syllables: Sequence[Syllable]) -> None:
        """The readings of a name that was typed; those of an older name come too late."""
        if name == self.name.value():
            self.readings.show_syllables(name, syllables, self._latin)
            self._settle()

    def _name_typed(self) -> None:
        if self.name.value() != self.readings.name:
            self._latin = ""
            self.name_typed.emit(self.name.value())

    def _settle(self) -> None:
        shown = bool(self.readings.name)
        self._reading_words.setVisible(shown)
        self.readings.setVisible(shown)

    def patient(self) -> Patient:
        """What was typed."""
        latin, initials = self.readings.latin_and_initials()
        if self.readings.name != self.name.value():
            latin, initials = "", ""
        numbers = self._kept if self._kept is not None else self.numbers.numbers()
        return Patient(self.name.value(), iso(self.birth_date), self.sex.value() or "u", numbers, latin, initials)

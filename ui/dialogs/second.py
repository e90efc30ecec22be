"""The second person: identifies, then gives values of their own, blind (UI rules 6.2; DESIGN 0.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from ui import kit, theme
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, DateField, Form, NumberField, PasswordField, TextField
from ui.kit import Mark
from ui.language import put, say


class BlindField(NamedTuple):
    """One value the second person reads: ``kind``: text, number, date or choice; ``label`` in the moment's language."""

    name: str
    label: str
    kind: str = "text"
    unit: str = ""
    choices: tuple[Choice, ...] = ()


class Compared(NamedTuple):
    """How one value compared, with both values, shown only after both exist."""

    label: str
    same: bool
    first: str
    second: str


class SecondPersonDialog(Dialog):
    """Signals: ``identified(str, str, str)``: how (``password`` or ``badge``), staff number or badge, password or PIN ·
    ``answered(dict)``: name → text as typed · ``handed_back()``: the result was seen."""

    identified = Signal(str, str, str)
    answered = Signal(dict)
    handed_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=640)
        self._stage, self._badge, self._name = "who", "", ""
        self._results: tuple[Compared, ...] = ()
        put(self.kicker, "sign.second.kicker")
        self.who = Form(columns=2)
        self.person_id = TextField()
        self.secret = PasswordField()
        self.who.add_row("sign.person_id", self.person_id)
        self.who.add_row("sign.password", self.secret)
        self.hint = kit.words("sign.second.badge_hint", "small", "quiet", wrap=True)
        self.values: Form | None = None
        self.fields: dict[str, QWidget] = {}
        self._given, self._given_column = kit.card("plain", (16, 12, 16, 12))
        self._given.hide()
        for part in (self.who, self.hint, self._given):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.back = self.add_back("sign.second.back")
        self.key = self.add_key("sign.second.identify")
        self.key.clicked.connect(self._go_on)
        for field in (self.person_id, self.secret):
            field.textChanged.connect(self.settle)
        self.retranslate()

    # --- who

    def show_badge(self, badge: str) -> None:
        """A badge was scanned: the PIN is asked instead of the password."""
        if self._stage == "who":
            self._badge = badge
            self.who.show_row(self.person_id, False)
            self.who.rename(self.secret, "sign.pin")
            put(self.hint, "sign.second.badge", badge=badge)
            self.secret.clear()
            self.secret.setFocus()
            self.settle()

    # --- values

    def show_values(self, name: str, fields: Sequence[BlindField]) -> None:
        """The person is known: ask their own values. Nothing the first person gave is shown."""
        self._stage, self._name = "values", name
        self.show_busy("")
        self.secret.clear()
        self.who.hide()
        put(self.hint, "sign.second.blind")
        self.values = Form(columns=2)
        self.fields = {}
        for field in fields:
            made = _make(field)
            self.fields[field.name] = self.values.add_titled(field.label, made)
            (made.currentIndexChanged if isinstance(made, ChoiceField) else made.textChanged).connect(self.settle)
        self.body.insertWidget(1, self.values)
        first = next(iter(self.fields.values()), None)
        if first is not None:
            first.setFocus()
        put(self.key, "sign.second.give")
        self.retranslate()
        self.settle()

    def fill(self, name: str, text: str) -> None:
        """Put a scanned value into a field; the person sees what the scanner read."""
        field = self.fields.get(name)
        if isinstance(field, QLineEdit):
            field.setText(text)

    def focused(self) -> str:
        """The name of the value field the person is in, ``""`` where none is: where a scan belongs."""
        return next((name for name, field in self.fields.items() if field.hasFocus()), "")

    # --- result

    def show_results(self, results: Sequence[Compared]) -> None:
        """Show match or mismatch per value; with a mismatch both values, and that neither overwrites the other."""
        self._stage, self._results = "result", tuple(results)
        self.show_busy("")
        self.who.hide()
        if self.values is not None:
            self.values.hide()
        self._given.show()
        put(self.key, "sign.second.done")
        self.retranslate()
        self.settle()

    def _draw_results(self) -> None:
        kit.clear(self._given_column)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        for line, result in enumerate(self._results):
            mark = (
                Mark(say("sign.second.same"), "ok")
                if result.same
                else Mark(f"× {say('sign.second.different')}", "alarm")
            )
            grid.addWidget(kit.label(result.label, bold=not result.same), line, 0)
            both = result.second
            if not result.same:
                first, second = say("sign.second.first_value"), say("sign.second.second_value")
                both = f"{first} {result.first} · {second} {result.second}"
            grid.addWidget(kit.label(both, wrap=True), line, 1)
            grid.addWidget(kit.pill(mark), line, 2)
        self._given_column.addLayout(grid)
        wrong = sum(1 for result in self._results if not result.same)
        if wrong:
            self._given_column.addWidget(kit.words("sign.second.resolve", tone="alarm", wrap=True))
        self.hint.hide()

    def settle(self) -> None:
        if self._stage == "who":
            ready = bool(self.secret.value() and (self._badge or self.person_id.value()))
        elif self._stage == "values":
            ready = all(_text_of(field) for field in self.fields.values())
        else:
            ready = True
        self.key.setEnabled(ready and not self._busy)
        self.back.setVisible(self._stage != "result")

    def _go_on(self) -> None:
        if self._stage == "who":
            how, who = ("badge", self._badge) if self._badge else ("password", self.person_id.value())
            self.identified.emit(how, who, self.secret.value())
        elif self._stage == "values":
            self.answered.emit({name: _text_of(field) for name, field in self.fields.items()})
        else:
            self.handed_back.emit()
            self.accept()

    def show_error(self, text: str) -> None:
        """Say what was not taken; a secret must be given anew."""
        super().show_error(text)
        if text and self._stage == "who":
            self.secret.clear()
            self.secret.setFocus()

    def retranslate(self) -> None:
        stage = getattr(self, "_stage", "who")
        if stage == "who":
            self.title.setText(say("sign.second.who"))
        elif stage == "values":
            self.title.setText(say("sign.second.values", name=self._name))
        else:
            wrong = sum(1 for result in self._results if not result.same)
            theme.set_tone(self.title, "alarm" if wrong else "ok")
            key = "sign.second.result_different" if wrong else "sign.second.result_same"
            self.title.setText(say(key, count=wrong or len(self._results)))
            self._draw_results()
        self.setWindowTitle(self.title.text())
        super().retranslate()


def _make(field: BlindField) -> TextField | ChoiceField:
    if field.kind == "number":
        return NumberField(unit=field.unit)
    if field.kind == "date":
        return DateField()
    if field.kind == "choice":
        # No answer may stand there before the person has chosen one.
        return ChoiceField((Choice("", "—"), *field.choices))
    return TextField()


def _text_of(field: QWidget) -> str:
    return str(field.value()) if isinstance(field, TextField | ChoiceField) else ""

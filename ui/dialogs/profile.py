"""Two versions of a profile side by side; and two people's signatures under a limit that no label gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form, FreeField, NumberField, PasswordField, TextField
from ui.language import put
from ui.rows import Column, RowsTable


class Changed(NamedTuple):
    """One field in which two versions differ; ``what``: whether the value differs or only its source."""

    field: str
    old: str
    new: str
    what: str


class CompareDialog(Dialog):
    """Signals: ``with_chosen(str)``: the other version; the caller answers with ``show_changes``."""

    with_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=1000)
        put(self.title, "products_page.compare.title")
        put(self, "products_page.compare.title", "setWindowTitle")
        self.form = Form()
        self.other = ChoiceField()
        self.other.chosen.connect(self.with_chosen)
        self.form.add_row("products_page.compare.with", self.other)
        self.table = RowsTable(_COLUMNS, "products_page.compare.table", "products_page.compare.empty")
        self.table.setMinimumHeight(300)
        self.body.addWidget(self.form)
        self.body.addWidget(self.table, 1)
        self.add_back()

    def show_choices(self, name: str, choices: Sequence[Choice]) -> None:
        """Offer versions to compare ``name`` with, and ask for the first."""
        put(self.kicker, "products_page.compare.kicker", name=name)
        self.other.show_choices(choices)
        self.with_chosen.emit(self.other.value())

    def show_changes(self, changes: Sequence[Changed]) -> None:
        """Show what differs."""
        self.table.show_rows(changes)


_COLUMNS = (
    Column("products_page.column.field", lambda r: r.field, width=200, bold=True),
    Column("products_page.compare.old", lambda r: r.old),
    Column("products_page.compare.new", lambda r: r.new),
    Column("products_page.compare.what", lambda r: r.what, width=110),
)


class LimitRequest(NamedTuple):
    """A site limit to sign; every text in the language of the moment. ``replaces``: a reason is asked."""

    name: str
    unit: str
    value: str
    source: str
    note: str
    first: str
    replaces: bool


class SiteLimitDialog(Dialog):
    """Signals: ``signed(dict)``: value, source, reason, first_password, second, second_password as typed; the caller
    answers with ``show_busy``, then ``accept()`` or ``show_error``."""

    signed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=720)
        put(self.kicker, "products_page.limit.kicker")
        self._note = kit.label(tone="quiet", wrap=True)
        self.body.addWidget(self._note)
        self.form = Form()
        self.source = TextField(free=True)
        self.reason = FreeField(2)
        self.value: NumberField | None = None
        self._first = kit.label(bold=True)
        self.who = Form(columns=2)
        self.first_password, self.second, self.second_password = PasswordField(), TextField(), PasswordField()
        self._second = kit.words("products_page.limit.second", bold=True)
        self.other = Form(columns=2)
        self.who.add_row("products_page.verify.password", self.first_password)
        self.other.add_row("products_page.verify.person", self.second)
        self.other.add_row("products_page.verify.password", self.second_password)
        for part in (self.form, self._first, self.who, self._second, self.other):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.add_back("products_page.verify.back")
        self.key = self.add_key("products_page.limit.sign")
        self.key.clicked.connect(lambda: self.signed.emit(self.answers()))
        for field in (self.source, self.first_password, self.second, self.second_password):
            field.textChanged.connect(self.settle)
        self.reason.textChanged.connect(self.settle)

    def show_request(self, request: LimitRequest) -> None:
        """Ask for one limit; the proposal stands in the fields and may be changed."""
        self.title.setText(request.name)
        self.setWindowTitle(request.name)
        self._note.setText(request.note)
        self.value = NumberField(unit=request.unit)
        self.form.add_row("products_page.limit.value", self.value)
        self.form.add_row("products_page.limit.source", self.source)
        self.form.add_row("products_page.limit.reason", self.reason)
        self.form.show_row(self.reason, request.replaces)
        self._replaces = request.replaces
        self.value.setText(request.value)
        self.value.textChanged.connect(self.settle)
        self.source.setText(request.source)
        self.source.setCursorPosition(0)
        put(self._first, "products_page.limit.first", name=request.first)
        self.value.setFocus()
        self.settle()

    def answers(self) -> dict[str, str]:
        """What was typed."""
        assert self.value is not None
        return {
            "value": self.value.value(),
            "source": self.source.value(),
            "reason": self.reason.value(),
            "first_password": self.first_password.value(),
            "second": self.second.value(),
            "second_password": self.second_password.value(),
        }

    def show_error(self, text: str) -> None:
        """Say what was not signed; both passwords must be given anew."""
        super().show_error(text)
        if text:
            self.first_password.clear()
            self.second_password.clear()
            self.first_password.setFocus()

    def settle(self) -> None:
        given = self.answers() if self.value is not None else {}
        asked = [name for name in given if name != "reason" or self._replaces]
        number = self.value is not None and self.value.number() is not None
        self.key.setEnabled(bool(given) and number and all(given[name] for name in asked) and not self._busy)

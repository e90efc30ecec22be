"""Small questions about an order: one more patient number, a planned infusion, the day lymphodepletion began."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from cellguide import patients
from cellguide.patients import Number
from ui import kit
from ui.dialogs.days import iso
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, DateField, Form, TextField
from ui.language import put


class NumberDialog(Dialog):
    """Signals: ``typed()``: the first person's number stands; the second enters theirs in a dialog of their own."""

    typed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=640)
        put(self.title, "orders_page.number.title")
        put(self, "orders_page.number.title", "setWindowTitle")
        self.body.addWidget(kit.words("orders_page.number.help", tone="quiet", wrap=True))
        form = Form(columns=2)
        self.kind = ChoiceField().offer(*((name, f"order.number.{name}") for name in patients.NUMBER_TYPES))
        self.kind.choose("inpatient")
        self.value, self.since = TextField(), DateField()
        form.add_row("orders_page.form.number_type", self.kind)
        form.add_row("orders_page.form.number_value", self.value)
        form.add_row("orders_page.form.number_since", self.since)
        self.body.addWidget(form)
        self.replaces = put(QCheckBox(), "orders_page.number.replaces")
        self.body.addWidget(self.replaces)
        self.body.addStretch(1)
        self.add_back("orders_page.form.back")
        self.key = self.add_key("orders_page.number.go_on")
        self.key.clicked.connect(self.typed)
        for field in (self.value, self.since):
            field.textChanged.connect(self.settle)

    def number(self) -> Number:
        """What was typed."""
        return Number(self.kind.value(), self.value.value(), iso(self.since))

    def settle(self) -> None:
        dated = not self.since.value() or self.since.day() is not None
        self.key.setEnabled(bool(self.value.value()) and dated and not self._busy)


class DayDialog(Dialog):
    """Signals: ``given()``: read ``day``, ``which`` and ``reason``; the caller answers with ``accept()`` or
    ``show_error``."""

    given = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=560)
        self._help = kit.label(tone="quiet", wrap=True)
        self.form = Form(columns=2)
        self.day, self.which, self.reason = DateField(), ChoiceField(), TextField(free=True)
        self.form.add_row("orders_page.day.day", self.day)
        self.form.add_row("orders_page.day.which", self.which)
        self.form.add_row("orders_page.day.reason", self.reason, span=2)
        self.body.addWidget(self._help)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.add_back("orders_page.form.back")
        self.key = self.add_key("orders_page.day.save")
        self.key.clicked.connect(self.given)
        self.day.textChanged.connect(self.settle)

    def show_request(self, title: str, help_key: str, day: str, which: Sequence[Choice] = ()) -> None:
        """Ask for a day; ``which``: the infusions it may be for."""
        put(self.title, title)
        put(self, title, "setWindowTitle")
        self._help.setVisible(bool(help_key))
        if help_key:
            put(self._help, help_key)
        self.which.show_choices(which)
        self.form.show_row(self.which, bool(which))
        self.form.show_row(self.reason, bool(which))
        self.day.setText(day)
        self.day.setFocus()
        self.settle()

    def settle(self) -> None:
        self.key.setEnabled(self.day.day() is not None and not self._busy)

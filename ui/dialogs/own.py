"""One's own password, badge and PIN; the present password is given with every change."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Form, PasswordField, TextField
from ui.language import put, say


class OwnDialog(Dialog):
    """Signals: ``password_given(str, str)``: present, new · ``pin_given(str, str, str)``: password, badge, PIN."""

    password_given = Signal(str, str)
    pin_given = Signal(str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=760)
        put(self.kicker, "own.kicker")
        put(self.title, "own.title")
        put(self, "own.title", "setWindowTitle")
        self.present = PasswordField()
        first = Form()
        first.add_row("own.present", self.present)
        self.body.addWidget(first)
        self.new, self.again = PasswordField(), PasswordField()
        self.badge, self.pin = TextField(), PasswordField()
        self.secret_form, self.pin_form = Form(columns=2), Form(columns=2)
        self.secret_form.add_row("own.new", self.new, help_key="people.person.password_help")
        self.secret_form.add_row("people.person.again", self.again)
        self.pin_form.add_row("people.person.badge", self.badge)
        self.pin_form.add_row("people.person.pin", self.pin)
        self.password_key = kit.key("own.change_password", big=True)
        self.pin_key = kit.key("own.set_pin", big=True)
        for form, key in ((self.secret_form, self.password_key), (self.pin_form, self.pin_key)):
            card, column = kit.card("plain", (18, 14, 18, 16))
            column.addWidget(form)
            column.addLayout(kit.row(None, key))
            self.body.addWidget(card)
        self.body.addStretch(1)
        self.add_back()
        self.password_key.clicked.connect(lambda: self.password_given.emit(self.present.value(), self.new.value()))
        self.pin_key.clicked.connect(
            lambda: self.pin_given.emit(self.present.value(), self.badge.value(), self.pin.value())
        )
        for field in (self.present, self.new, self.again, self.badge, self.pin):
            field.textChanged.connect(self.settle)

    def show_badge(self, badge: str) -> None:
        """Put a scanned badge into its field."""
        self.badge.setText(badge)

    def settle(self) -> None:
        differs = bool(self.again.value()) and self.again.value() != self.new.value()
        self.secret_form.show_fault(self.again, say("people.person.differs") if differs else "")
        known = bool(self.present.value()) and not self._busy
        self.password_key.setEnabled(known and bool(self.new.value()) and self.new.value() == self.again.value())
        self.pin_key.setEnabled(known and bool(self.badge.value() and self.pin.value()))

    def show_error(self, text: str) -> None:
        """Say what was not changed; the present password is given anew."""
        super().show_error(text)
        if text:
            self.present.clear()
            self.present.setFocus()

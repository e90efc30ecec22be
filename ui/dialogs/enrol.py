"""Enrolment and reset, side by side: the person types their own password, two administrators give theirs (REG-002)."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.dialogs.vouch import Vouchers
from ui.forms import Form, ManyField, PasswordField, TextField
from ui.language import put, say

ROLES = ("pharmacist", "nurse", "physician", "technologist", "quality", "administrator")


class NewPerson(NamedTuple):
    """What the new person filled in; the password is theirs alone."""

    ident: str
    name: str
    reading: str
    roles: tuple[str, ...]
    password: str
    badge: str = ""
    pin: str = ""
    document: str = ""


class PersonForm(Form):
    """The part the new person fills in. ``roles`` fixes the roles (first administrators); ``reset`` asks secrets only.

    Signals: ``changed()``.
    """

    changed = Signal()

    def __init__(self, *, roles: tuple[str, ...] = (), reset: bool = False, columns: int = 1) -> None:
        super().__init__(columns)
        self._fixed = roles
        self.ident, self.name = TextField(), TextField(free=True)
        self.reading, self.badge = TextField(), TextField()
        self.document = TextField(free=True)
        self.roles = ManyField(columns=2).offer(*((role, f"people.role.{role}") for role in ROLES))
        self.password, self.again, self.pin = PasswordField(), PasswordField(), PasswordField()
        if not reset:
            self.add_row("people.person.name", self.name)
            self.add_row("people.person.reading", self.reading)
            self.add_row("people.person.document", self.document, help_key="people.person.document_help")
            self.add_row("people.person.id", self.ident)
            if not roles:  # a badge does nothing without a PIN, which is not asked here
                self.add_row("people.person.badge", self.badge)
                self.add_row("people.person.roles", self.roles, help_key="people.person.roles_help", span=columns)
        self.add_row("people.person.password", self.password, help_key="people.person.password_help")
        self.add_row("people.person.again", self.again)
        if not (roles or reset):
            self.add_row("people.person.pin", self.pin)
        self._reset = reset
        for field in (
            self.ident,
            self.name,
            self.reading,
            self.document,
            self.password,
            self.again,
            self.badge,
            self.pin,
        ):
            field.textChanged.connect(self._check)
        self.roles.chosen.connect(self._check)

    def _check(self, *_what: object) -> None:
        differs = bool(self.again.value()) and self.again.value() != self.password.value()
        self.show_fault(self.again, say("people.person.differs") if differs else "")
        self.changed.emit()

    def is_complete(self) -> bool:
        """Whether everything that must be given is given; the rules themselves are the domain's."""
        secret = bool(self.password.value()) and self.password.value() == self.again.value()
        named = self.ident.value() and self.name.value() and self.reading.value() and self.document.value()
        known = self._reset or bool(named and (self._fixed or self.roles.values()))
        return secret and known

    def person(self) -> NewPerson:
        """What was filled in."""
        roles = self._fixed or tuple(self.roles.values())
        return NewPerson(
            self.ident.value(),
            self.name.value(),
            self.reading.value(),
            roles,
            self.password.value(),
            self.badge.value(),
            self.pin.value(),
            self.document.value(),
        )


class EnrolDialog(Dialog):
    """Enrols a person, or resets one's password. ``alone``: the site's only administrator enrols the second.

    Signals: ``given(NewPerson, Vouching)``; the caller answers with ``show_busy``, then ``accept()`` or ``show_error``.
    For a reset ``NewPerson`` carries the staff number given to ``show_reset`` and the new password only.
    """

    given = Signal(object, object)

    def __init__(self, parent: QWidget | None = None, *, reset: bool = False, alone: bool = False) -> None:
        super().__init__(parent, width=880)
        self._reset, self._ident = reset, ""
        put(self.kicker, "people.enrolment.kicker")
        if not reset:
            put(self.title, "people.enrolment.title")
            put(self, "people.enrolment.title", "setWindowTitle")
        sides = QGridLayout()
        sides.setHorizontalSpacing(20)
        sides.setColumnStretch(0, 3)
        sides.setColumnStretch(1, 2)
        left, left_column = kit.card("plain", (18, 14, 18, 16))
        left_column.addWidget(kit.words("people.enrolment.new_person", "large"))
        # A site's only administrator can enrol the second one, and nobody else.
        roles = ("administrator",) if alone else ()
        self.form = PersonForm(roles=roles, reset=reset, columns=1 if reset else 2)
        left_column.addWidget(self.form)
        left_column.addStretch(1)
        right, right_column = kit.card("plain", (18, 14, 18, 16))
        self.vouchers = Vouchers()
        if alone:
            self.vouchers.show_alone()
        right_column.addWidget(self.vouchers)
        right_column.addStretch(1)
        sides.addWidget(left, 0, 0)
        sides.addWidget(right, 0, 1)
        self.body.addLayout(sides)
        self.add_back("people.enrolment.reset_back" if reset else "people.enrolment.back")
        self.key = self.add_key("people.enrolment.reset_give" if reset else "people.enrolment.give")
        self.key.clicked.connect(self._give)
        self.form.changed.connect(self.settle)
        self.vouchers.changed.connect(self.settle)

    def show_reset(self, ident: str, name: str) -> None:
        """Name the person whose password is reset."""
        self._ident = ident
        put(self.title, "people.enrolment.reset_title", name=name)
        put(self, "people.enrolment.reset_title", "setWindowTitle", name=name)

    def fill_badge(self, badge: str) -> None:
        """Put a scanned badge into its field."""
        self.form.badge.setText(badge)

    def settle(self) -> None:
        two = self.vouchers.is_complete()
        self.key.setEnabled(two and self.form.is_complete() and not self._busy)

    def _give(self) -> None:
        person = self.form.person()
        self.given.emit(person._replace(ident=self._ident) if self._reset else person, self.vouchers.vouching())

    def show_error(self, text: str) -> None:
        """Say who was not enrolled and why; the administrators give their passwords anew."""
        super().show_error(text)
        if text:
            self.vouchers.clear_passwords()

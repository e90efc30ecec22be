"""Which clinical roles a person has, and why they change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cellguide.people import CLINICAL, ROLES
from cellguide.runs.reasons import says_something as is_enough
from ui.dialogs.dialog import Dialog
from ui.forms import Form, FreeField, ManyField
from ui.language import put


class RolesDialog(Dialog):
    """Signals: ``given(tuple, str)``: roles, reason; the caller answers with ``accept()`` or ``show_error``."""

    given = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=600)
        put(self.kicker, "people.change.kicker")
        self._before: tuple[str, ...] = ()
        form = Form()
        # An administrator is nothing else and nobody becomes one here: that is another enrolment (REG-022).
        self.roles = ManyField(columns=2).offer(*((role, f"people.role.{role}") for role in ROLES if role in CLINICAL))
        self.reason = FreeField(2)
        form.add_row("people.person.roles", self.roles)
        form.add_row("people.change.reason", self.reason, help_key="sign.reason.rule")
        self.body.addWidget(form)
        self.body.addStretch(1)
        self.add_back("people.change.back")
        self.key = self.add_key("people.change.give")
        self.key.clicked.connect(lambda: self.given.emit(tuple(self.roles.values()), self.reason.value()))
        self.roles.chosen.connect(self.settle)
        self.reason.textChanged.connect(self.settle)

    def show_person(self, name: str, roles: Sequence[str]) -> None:
        """Name the person and tick the roles that they have."""
        put(self.title, "people.change.title", name=name)
        put(self, "people.change.title", "setWindowTitle", name=name)
        self._before = tuple(roles)
        self.roles.tick(roles)
        self.settle()

    def settle(self, *_what: object) -> None:
        chosen = tuple(self.roles.values())
        changed = bool(chosen) and set(chosen) != set(self._before)
        self.key.setEnabled(changed and is_enough(self.reason.value()) and not self._busy)

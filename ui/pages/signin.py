"""Sign-in: staff number and password, and the role where a person has two. A PIN signs nobody in: it identifies
answers and opens one's own locked screen (engineering-review 5)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar

from ui import kit
from ui.forms import Choice, Form, PasswordField, TextField
from ui.kit import Key
from ui.language import put, say
from ui.pages.cover import Cover, ErrorLine


class SignInPage(Cover):
    """Signals: ``sign_in_asked(str, str)``: staff number, password · ``role_chosen(str)`` ·
    ``envelope_asked()``: no two administrators are left. The caller answers with ``show_busy``, then ``ask_role``,
    ``show_error`` or another page."""

    sign_in_asked = Signal(str, str)
    role_chosen = Signal(str)
    envelope_asked = Signal()
    title_key = "signin.title"

    def __init__(self) -> None:
        super().__init__()
        self._roles: tuple[Choice, ...] = ()
        column = self.panel_column
        self._title = kit.words("signin.title", "head")
        self._hint = kit.words("signin.hint", "small", "quiet", wrap=True)
        self.form = Form()
        self.person_id = TextField(submit=False)
        self.secret = PasswordField(submit=True)
        self.form.add_row("signin.person_id", self.person_id)
        self.form.add_row("signin.password", self.secret)
        self._roles_column = kit.column(gap=8)
        self.error = ErrorLine()
        self._waiting = QProgressBar()
        self._waiting.setRange(0, 0)
        self._waiting.setTextVisible(False)
        self._waiting.hide()
        self.key = kit.key("signin.key", "primary", big=True, decides=True)
        self.key.clicked.connect(self._ask)
        self.other = kit.key("signin.other", "link")
        self.other.clicked.connect(self.start_over)
        self.envelope = kit.key("signin.envelope", "link")
        self.envelope.clicked.connect(self.envelope_asked)
        for part in (self._title, self._hint, self.form):
            column.addWidget(part)
        column.addLayout(self._roles_column)
        for part in (self.error, self._waiting, self.key, self.other, self.envelope):
            column.addWidget(part)
        self.person_id.textChanged.connect(self._settle)
        self.secret.textChanged.connect(self._settle)
        self.secret.returnPressed.connect(self._ask_if_ready)
        self.setFocusProxy(self.person_id)
        self.start_over()

    def start_over(self) -> None:
        """Empty everything and wait for a person."""
        self._roles = ()
        self.person_id.clear()
        self.secret.clear()
        self.error.show_text("")
        self._show_form()
        self.person_id.setFocus()

    def ask_role(self, roles: Sequence[Choice]) -> None:
        """The person has several roles: choose one for this sign-in."""
        self.show_busy(False)
        self._roles = tuple(roles)
        self.secret.clear()
        self._show_form()

    def show_error(self, text: str) -> None:
        """Say why nobody was signed in; the secret must be given anew."""
        self.show_busy(False)
        self.error.show_text(text)
        self.secret.clear()
        self.secret.setFocus()

    def show_busy(self, busy: bool) -> None:
        """Show that the password is being checked."""
        self.busy = busy
        self._waiting.setVisible(busy)
        self.form.setEnabled(not busy)
        if busy:
            self.error.show_text("")
        self._settle()

    def _show_form(self) -> None:
        choosing = bool(self._roles)
        put(self._title, "signin.which_role" if choosing else "signin.title")
        put(self._hint, "signin.role_hint" if choosing else "signin.hint")
        kit.clear(self._roles_column)
        for role in self._roles:
            key = Key("", big=True)
            key.setText(role.text)
            key.clicked.connect(lambda _on=False, value=role.value: self.role_chosen.emit(value))
            self._roles_column.addWidget(key)
        self.form.setVisible(not choosing)
        self.key.setVisible(not choosing)
        self.other.setVisible(choosing)
        self.envelope.setVisible(not choosing)
        self._settle()

    def _settle(self) -> None:
        self.key.setEnabled(bool(self.person_id.value() and self.secret.value()) and not self.busy)

    def _ask_if_ready(self) -> None:
        if self.key.isEnabled():
            self._ask()

    def _ask(self) -> None:
        self.sign_in_asked.emit(self.person_id.value(), self.secret.value())

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self._hint.setVisible(not compact)

    def title(self) -> str:
        return say(self.title_key)

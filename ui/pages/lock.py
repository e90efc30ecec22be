"""The locked screen: no patient data, but every clock and the clock key (UI-19, engineering-review 5)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar

from ui import kit
from ui.forms import Form, PasswordField
from ui.language import say
from ui.pages.cover import Cover, ErrorLine


class LockPage(Cover):
    """Signals: ``unlock_asked(str)``: password · ``pin_asked(str)``: PIN after the person's own badge ·
    ``switch_asked()``: somebody else signs in."""

    unlock_asked = Signal(str)
    pin_asked = Signal(str)
    switch_asked = Signal()
    title_key = "lock.title"

    def __init__(self) -> None:
        super().__init__()
        self._name, self._since, self._by_badge = "", "", False
        self._who = kit.label(tone="quiet", wrap=True)
        self._hint = kit.words("lock.hint", "small", "quiet", wrap=True)
        self.form = Form()
        self.secret = PasswordField(submit=True)
        self.form.add_row("lock.password", self.secret)
        self.error = ErrorLine()
        self._waiting = QProgressBar()
        self._waiting.setRange(0, 0)
        self._waiting.setTextVisible(False)
        self._waiting.hide()
        self.key = kit.key("lock.key", "primary", big=True, decides=True)
        self.key.clicked.connect(self._ask)
        self.switch = kit.key("lock.switch", "link")
        self.switch.clicked.connect(self.switch_asked)
        head = kit.row(kit.picture("lock", "accent", 28), kit.words("lock.title", "head"), None, gap=10)
        self.panel_column.addLayout(head)
        for part in (self._who, self._hint, self.form, self.error, self._waiting, self.key, self.switch):
            self.panel_column.addWidget(part)
        self.secret.textChanged.connect(self._settle)
        self.secret.returnPressed.connect(self._ask_if_ready)
        self.setFocusProxy(self.secret)
        self._settle()

    def show_locked(self, name: str, since: str) -> None:
        """Show whose session waits, locked at ``since`` (e.g. 14:32)."""
        self._name, self._since, self._by_badge = name, since, False
        self.secret.clear()
        self.error.show_text("")
        self.form.rename(self.secret, "lock.password")
        self.retranslate()
        self.secret.setFocus()

    def show_badge(self) -> None:
        """The person's own badge was scanned: ask the PIN."""
        self._by_badge = True
        self.form.rename(self.secret, "lock.pin")
        self.secret.clear()
        self.secret.setFocus()

    def show_error(self, text: str) -> None:
        """Say why it stays locked."""
        self.show_busy(False)
        self.error.show_text(text)
        self.secret.clear()
        self.secret.setFocus()

    def show_busy(self, busy: bool) -> None:
        """Show that the secret is being checked."""
        self.busy = busy
        self._waiting.setVisible(busy)
        self.form.setEnabled(not busy)
        self._settle()

    def _settle(self) -> None:
        self.key.setEnabled(bool(self.secret.value()) and not self.busy)

    def _ask_if_ready(self) -> None:
        if self.key.isEnabled():
            self._ask()

    def _ask(self) -> None:
        (self.pin_asked if self._by_badge else self.unlock_asked).emit(self.secret.value())

    def retranslate(self) -> None:
        self._who.setText(say("lock.who", name=self._name, time=self._since))

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self._hint.setVisible(not compact)

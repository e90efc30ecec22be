"""Two people, each with their own password: for what neither may do alone (REG-002)."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Form, PasswordField, TextField
from ui.language import put


class Vouching(NamedTuple):
    """Two people with their passwords."""

    first: str
    first_password: str
    second: str
    second_password: str

    @property
    def is_complete(self) -> bool:
        """Whether two different people have given everything."""
        return all(self) and self.first != self.second


class Vouchers(QWidget):
    """The two forms, one below the other; ``titles`` and ``hint`` where the two are not administrators.

    Signals: ``changed()``.
    """

    changed = Signal()

    def __init__(
        self,
        titles: tuple[str, str] = ("people.enrolment.first", "people.enrolment.second"),
        hint: str = "people.enrolment.two",
    ) -> None:
        super().__init__()
        column = kit.column(self, gap=6)
        self._alone = False
        self._second: list[QWidget] = []
        self.first = self._person(column, titles[0], [])
        column.addSpacing(6)
        self.second = self._person(column, titles[1], self._second)
        self._hint = kit.words(hint, "small", "quiet", wrap=True)
        column.addWidget(self._hint)

    def _person(self, column: QVBoxLayout, key: str, parts: list[QWidget]) -> tuple[TextField, PasswordField]:
        title, form = kit.words(key, "large"), Form()
        parts += [title, form]
        column.addWidget(title)
        ident, password = TextField(), PasswordField()
        form.add_row("sign.person_id", ident)
        form.add_row("sign.password", password)
        for field in (ident, password):
            field.textChanged.connect(self.changed)
        column.addWidget(form)
        return ident, password

    def show_alone(self) -> None:
        """The site has one administrator: nobody else can be asked."""
        self._alone = True
        for part in self._second:
            part.hide()
        put(self._hint, "people.enrolment.alone")

    def is_complete(self) -> bool:
        """Whether everybody who must has given everything."""
        vouching = self.vouching()
        return bool(vouching.first and vouching.first_password) if self._alone else vouching.is_complete

    def vouching(self) -> Vouching:
        """Who vouches, with their passwords."""
        return Vouching(*(field.value() for side in (self.first, self.second) for field in side))

    def show_hint(self, key: str) -> None:
        """Say which two people are needed now."""
        put(self._hint, key)

    def fix_first(self, ident: str) -> None:
        """The first is the person who sits there; only the password is asked of them."""
        field = self.first[0]
        field.setText(ident)
        field.setReadOnly(True)
        field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def clear_passwords(self) -> None:
        """Both passwords must be given anew."""
        self.first[1].clear()
        self.second[1].clear()


class VouchDialog(Dialog):
    """Asks two administrators and nothing else.

    Signals: ``given(Vouching)``; the caller answers with ``show_busy``, then ``accept()`` or ``show_error``.
    """

    given = Signal(object)

    def __init__(self, title_key: str, text_key: str, give_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=560)
        put(self.kicker, "people.enrolment.kicker")
        put(self.title, title_key)
        put(self, title_key, "setWindowTitle")
        self.body.addWidget(kit.words(text_key, wrap=True))
        self.vouchers = Vouchers()
        self.body.addWidget(self.vouchers)
        self.body.addStretch(1)
        self.add_back("sign.reason.back")
        self.key = self.add_key(give_key)
        self.key.clicked.connect(lambda: self.given.emit(self.vouchers.vouching()))
        self.vouchers.changed.connect(self.settle)
        self.settle()

    def settle(self) -> None:
        self.key.setEnabled(self.vouchers.vouching().is_complete and not self._busy)

    def show_error(self, text: str) -> None:
        """Say why nothing was done; the passwords are given anew."""
        super().show_error(text)
        if text:
            self.vouchers.clear_passwords()

"""The signing dialog: what is signed, what was abnormal, who signs (regulation 1.3, UI-17; clinical-review 7)."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Form, PasswordField, TextField
from ui.language import say


class SignRequest(NamedTuple):
    """What a person is asked to sign; every text in the language of the moment.

    ``kicker``: which signature of how many · ``statement``: the sentence that is signed · ``facts``: (name, value)
    pairs: record and version, patient, conclusion, SHA-256 · ``abnormal``: what was abnormal, explained · ``missing``:
    what keeps the gate closed; while there is any, nothing can be signed · ``action``: the verb on the key ·
    ``person_id``: staff number · ``id_fixed``: a later signing of an unbroken series, the number is read-only.
    """

    kicker: str
    statement: str
    facts: tuple[tuple[str, str], ...]
    action: str
    abnormal: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    person_id: str = ""
    id_fixed: bool = False


class SignDialog(Dialog):
    """Asks for staff number and password. Enter does not sign; F10 or the key does.

    Signals: ``signed(str, str)``: staff number and password; the caller answers with ``show_busy``, then ``accept()``
    or ``show_error``.
    """

    signed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._request: SignRequest | None = None
        self._seen = False
        self._facts, facts_column = kit.card("plain", (18, 14, 18, 14))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        facts_column.addLayout(self._grid)
        self._abnormal, self._abnormal_column = kit.card("warn", (16, 12, 16, 12), gap=4)
        self._missing, self._missing_column = kit.card("alarm", (16, 12, 16, 12), gap=4)
        self.form = Form(columns=2)
        self.person_id = TextField()
        self.password = PasswordField()
        self.form.add_row("sign.person_id", self.person_id)
        self.form.add_row("sign.password", self.password)
        for part in (self._facts, self._abnormal, self._missing, self.form):
            self.body.addWidget(part)
        self._unread = kit.words("sign.read_on", "small", "quiet")
        self.body.addStretch(1)
        self.back = self.add_back("sign.back")
        self.foot.insertWidget(2, self._unread)
        self.key = self.add_key("sign.action")
        self.key.clicked.connect(self._sign)
        for field in (self.person_id, self.password):
            field.textChanged.connect(self.settle)
        bar = self.scroll.verticalScrollBar()
        bar.valueChanged.connect(self._look)
        bar.rangeChanged.connect(self._look)

    def show_request(self, request: SignRequest) -> None:
        """Show what is to be signed; the password field is emptied."""
        self._request = request
        self._seen = False
        self.password.clear()
        self.error.hide()
        self.retranslate()
        self.person_id.setText(request.person_id)
        self.person_id.setReadOnly(request.id_fixed)
        (self.password if request.person_id else self.person_id).setFocus()
        self.settle()

    def _fill(self, request: SignRequest) -> None:
        kit.clear(self._grid)
        for place, (name, value) in enumerate(request.facts):
            line, side = place // 2 * 3, place % 2
            self._grid.addWidget(kit.label(name, "small", "quiet"), line, side)
            self._grid.addWidget(kit.label(value, bold=True, wrap=True), line + 1, side)
            if place // 2 and not side:
                self._grid.setRowMinimumHeight(line - 1, 6)
        self._list(self._abnormal_column, request.abnormal, "sign.abnormal", "warn")
        self._abnormal.setVisible(bool(request.abnormal))
        self._list(self._missing_column, request.missing, "sign.missing", "alarm")
        self._missing.setVisible(bool(request.missing))
        self.form.setVisible(not request.missing)

    def _list(self, column: QVBoxLayout, lines: tuple[str, ...], key: str, tone: str) -> None:
        kit.clear(column)
        if lines:
            title = kit.label(say(key, count=len(lines)), tone=tone, bold=True)
            column.addLayout(kit.row(kit.picture("warning", tone, 18), title, None))
        for line in lines:
            column.addWidget(kit.label(line, wrap=True))

    def _look(self) -> None:
        bar = self.scroll.verticalScrollBar()
        if bar.maximum() == 0 or bar.value() >= bar.maximum() - 8:
            self._seen = True
        self.settle()

    def settle(self) -> None:
        request = self._request
        ready = bool(request and not request.missing and self.person_id.value() and self.password.value())
        self.key.setEnabled(ready and self._seen and not self._busy)
        self.back.setEnabled(not self._busy)
        self._unread.setVisible(bool(request and not request.missing) and not self._seen)

    def _sign(self) -> None:
        password = self.password.value()
        self.signed.emit(self.person_id.value(), password)

    def show_error(self, text: str) -> None:
        """Say what was not saved; the password must be given anew."""
        super().show_error(text)
        if text:
            self.password.clear()
            self.password.setFocus()

    def retranslate(self) -> None:
        request = getattr(self, "_request", None)
        if request is not None:
            self.kicker.setText(request.kicker)
            self.title.setText(request.statement)
            self.setWindowTitle(request.statement)
            self._fill(request)
            self.key.setText(request.action)
        super().retranslate()

    def open(self) -> None:
        """Show the request; the whole of it must have been on the screen before the key works (UI-17)."""
        super().open()
        self._look()

"""One container of an order kept as a backup, or called in as a dose (clinical-review 5.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cellguide.runs.reasons import says_something
from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, DateField, Form, FreeField, TextField
from ui.language import put, say

KEEP, CALL = "keep", "call"


class BackupLine(NamedTuple):
    """A container: its words, whether it is a backup now (then it may be called in, or kept anew), what is known."""

    ident: str
    text: str
    backup: bool
    expected: bool
    keeper: str = ""
    expiry: str = ""
    decide_by: str = ""


class BackupDialog(Dialog):
    """Signals: ``given()``: read ``container``, ``what``, ``keeper``, ``expiry``, ``decide_by`` and ``reason``; the
    caller answers with ``accept()`` or ``show_error``."""

    given = Signal()

    def __init__(self, parent: QWidget | None, order: str, lines: Sequence[BackupLine]) -> None:
        super().__init__(parent, width=680)
        put(self.kicker, "orders_page.backup.kicker", order=order)
        put(self.title, "orders_page.backup.title")
        put(self, "orders_page.backup.title", "setWindowTitle")
        self._lines: Mapping[str, BackupLine] = {line.ident: line for line in lines}
        self.body.addWidget(kit.words("orders_page.backup.help", tone="quiet", wrap=True))
        self.form = form = Form(columns=2)
        self.container = ChoiceField([Choice(line.ident, line.text) for line in lines])
        self.what = ChoiceField()
        self.keeper = ChoiceField().offer(("here", "container.keeper.here"), ("holder", "container.keeper.holder"))
        self.expiry, self.decide_by, self.reason = TextField(width=180), DateField(), FreeField(2)
        self.expiry.setPlaceholderText("YYYY-MM-DD")
        form.add_row("orders_page.backup.container", self.container, span=2)
        form.add_row("orders_page.backup.what", self.what)
        form.add_row("orders_page.backup.keeper", self.keeper)
        form.add_row("orders_page.backup.expiry", self.expiry, help_key="orders_page.backup.expiry_help")
        form.add_row("orders_page.backup.decide_by", self.decide_by, help_key="orders_page.backup.decide_help")
        form.add_row("orders_page.backup.reason", self.reason, help_key="orders_page.backup.reason_help", span=2)
        self.body.addWidget(form)
        self.body.addStretch(1)
        self.add_back("orders_page.form.back")
        self.key = self.add_key("orders_page.backup.save")
        self.key.clicked.connect(self.given)
        self.container.currentIndexChanged.connect(self._show_container)
        self.what.currentIndexChanged.connect(self._show_what)
        for field in (self.expiry, self.decide_by, self.reason):
            field.textChanged.connect(self.settle)
        self._show_container()

    def _line(self) -> BackupLine:
        return self._lines[self.container.value()]

    def _show_container(self, *_index: int) -> None:
        line = self._line()
        offered = (CALL, KEEP) if line.backup else (KEEP,)
        self.what.show_choices([Choice(name, say(f"orders_page.backup.{name}")) for name in offered])
        self.what.choose(offered[0])
        self.keeper.choose(line.keeper or ("holder" if line.expected else "here"))
        self.expiry.setText(line.expiry)
        self.decide_by.setText(line.decide_by)
        self._show_what()

    def _show_what(self, *_index: int) -> None:
        keeps = self.what.value() == KEEP
        for field in (self.keeper, self.expiry, self.decide_by):
            self.form.show_row(field, keeps)
        self.settle()

    def settle(self) -> None:
        if not hasattr(self, "key"):
            return
        keeps = self.what.value() == KEEP
        dated = bool(self.expiry.value()) and self.decide_by.day() is not None
        explained = says_something(self.reason.value()) or (self._line().expected and not self.reason.value())
        self.key.setEnabled(explained and (dated or not keeps) and not self._busy)

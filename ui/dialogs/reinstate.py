"""A rejection taken back by two people, each with their own password, with the reason that stays in the record."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from cellguide.runs.reasons import says_something
from ui import kit
from ui.dialogs.dialog import Dialog
from ui.dialogs.vouch import Vouchers
from ui.forms import Form, FreeField
from ui.language import put


class RejectionText(NamedTuple):
    """One rejected container in the language of the moment. ``rejected``: when and by whom; ``becomes``: its state
    afterwards, in words."""

    container: str
    product: str
    place: str
    rejected: str
    planned: str
    becomes: str


class ReinstateDialog(Dialog):
    """Signals: ``given()``: read ``reason`` and ``vouchers``; the caller answers with ``show_busy``, then ``accept()``
    or ``show_error`` · ``stale()``: the language has changed."""

    given = Signal()
    stale = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=1000)
        put(self.title, "reinstate.title")
        put(self, "reinstate.title", "setWindowTitle")
        sides = QGridLayout()
        sides.setHorizontalSpacing(20)
        sides.setColumnStretch(0, 3)
        sides.setColumnStretch(1, 2)
        left = kit.column(gap=12)
        facts, column = kit.card("plain", (18, 14, 18, 14))
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        column.addLayout(self._facts)
        left.addWidget(facts)
        self.becomes = kit.label(bold=True, wrap=True)
        left.addLayout(kit.row(kit.picture("warning", "warn", 18), self.becomes, gap=10))
        left.addWidget(kit.words("reinstate.not_accepted", "small", "quiet", wrap=True))
        self.form, self.reason = Form(), FreeField(3)
        self.form.add_row("reinstate.reason", self.reason, help_key="reinstate.reason_help")
        left.addWidget(self.form)
        left.addStretch(1)
        right, right_column = kit.card("plain", (18, 14, 18, 16))
        self.vouchers = Vouchers(("reinstate.first", "reinstate.second"), "reinstate.needs")
        right_column.addWidget(self.vouchers)
        right_column.addStretch(1)
        sides.addLayout(left, 0, 0)
        sides.addWidget(right, 0, 1)
        self.body.addLayout(sides)
        self.add_back("reinstate.back")
        self.key = self.add_key("reinstate.give")
        self.key.clicked.connect(self.given)
        self.reason.textChanged.connect(self.settle)
        self.vouchers.changed.connect(self.settle)

    def show_rejection(self, text: RejectionText) -> None:
        """Show one rejected container."""
        put(self.kicker, "reinstate.kicker", container=text.container)
        put(self.becomes, "reinstate.becomes", state=text.becomes)
        kit.clear(self._facts)
        for line, name in enumerate(("container", "product", "place", "rejected", "planned")):
            self._facts.addWidget(kit.words(f"reinstate.fact.{name}", tone="quiet"), line, 0)
            self._facts.addWidget(kit.label(getattr(text, name) or "—", bold=True, wrap=True), line, 1)
        self.settle()

    def show_person(self, person: str) -> None:
        """Who sits there gives the first word."""
        self.vouchers.fix_first(person)
        self.reason.setFocus()

    def settle(self) -> None:
        if hasattr(self, "key"):
            told = says_something(self.reason.value())
            self.key.setEnabled(told and self.vouchers.vouching().is_complete and not self._busy)

    def show_error(self, text: str) -> None:
        """Say why the rejection stands; both passwords are given anew."""
        super().show_error(text)
        if text:
            self.vouchers.clear_passwords()

    def retranslate(self) -> None:
        super().retranslate()
        if self.isVisible():
            self.stale.emit()

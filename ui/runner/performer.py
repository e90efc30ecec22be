"""Naming the holder's own operator, authorised by the hospital, who does what is recorded (clinical-review E26)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog, head
from ui.forms import Form, TextField
from ui.language import put, say


class PerformerDialog(Dialog):
    """Signals: ``given()``: read ``performer()``; the caller answers with ``accept()``."""

    given = Signal()

    def __init__(self, parent: QWidget | None = None, *, pharmacist: bool, known: str | None = None) -> None:
        """``known``: who is named on the answer that is corrected, "" for nobody; None for what is still to come."""
        super().__init__(parent, width=640)
        corrects = known is not None
        head(self, "runner.performer.kicker", "runner.performer.correct" if corrects else "runner.performer.title")
        if corrects:
            now = say("runner.performer.named", performer=known) if known else say("runner.performer.nobody")
            self.body.addWidget(kit.label(now, wrap=True))
        else:
            self.body.addWidget(kit.words("runner.performer.help", tone="quiet", wrap=True))
        self.ours = put(QCheckBox(), "runner.performer.ours")
        self.ours.setVisible(bool(known))
        self.ours.toggled.connect(self.settle)
        self.body.addWidget(self.ours)
        form = Form(columns=2)
        self.name, self.firm, self.card = TextField(free=True), TextField(free=True), TextField()
        form.add_row("runner.performer.name", self.name)
        form.add_row("runner.performer.firm", self.firm)
        form.add_row("runner.performer.card", self.card, help_key="runner.performer.card_help", span=2)
        self.body.addWidget(form)
        witness = "runner.performer.you" if pharmacist else "runner.performer.pharmacist"
        self.body.addWidget(kit.words(witness, tone="" if pharmacist else "warn", bold=True, wrap=True))
        self.body.addStretch(1)
        self.add_back("runner.back_unsaved" if corrects else "runner.performer.back")
        self.why = kit.label(size="small", tone="quiet", wrap=True)
        self.foot.insertWidget(2, self.why)
        self.key = self.add_key("runner.performer.correct_key" if corrects else "runner.performer.key")
        self.key.clicked.connect(self.given)
        for field in (self.name, self.firm, self.card):
            field.textChanged.connect(self.settle)
        self.name.setFocus()
        self.settle()

    def performer(self) -> str:
        """Who it is, as trail and paper have it: name, firm, and what the hospital's authorisation is filed under; ""
        where the hospital's own person did it."""
        if self.ours.isChecked():
            return ""
        return " · ".join((self.name.value(), self.firm.value(), self.card.value()))

    def take_scan(self, untrusted_text: str) -> None:
        """A scan is the visitor's card."""
        self.card.setText(untrusted_text)

    def retranslate(self) -> None:
        super().retranslate()
        self.settle()

    def settle(self) -> None:
        if not hasattr(self, "key"):
            return
        ours = self.ours.isChecked()
        for field in (self.name, self.firm, self.card):
            field.setEnabled(not ours)
        lacking = "" if ours else next((n for n in ("name", "firm", "card") if not getattr(self, n).value()), "")
        self.why.setText(say(f"runner.performer.lacks_{lacking}") if lacking else "")
        self.key.setEnabled(not lacking and not self._busy)

"""The delivery holds more or fewer containers than the holder announced."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from cellguide.runs.reasons import says_something
from ui import kit
from ui.dialogs.dialog import Dialog, head
from ui.forms import Choice, ChoiceField, Form, TextField
from ui.language import put, say
from ui.runner import look

MORE, FEWER = "more", "fewer"


class PiecesDialog(Dialog):
    """Signals: ``given()``: read ``kind``, ``lot``, ``which`` and ``reason``; the caller answers with ``accept()`` or
    ``show_error``."""

    given = Signal()

    def __init__(self, parent: QWidget | None, missing: Sequence[Choice]) -> None:
        """``missing``: the announced containers of which nothing was recorded yet."""
        super().__init__(parent, width=640)
        head(self, "runner.pieces.kicker", "runner.pieces.title")
        self.setStyleSheet(look.sheet())
        self.kind = MORE
        self.kinds: dict[str, kit.Key] = {}
        self._group = QButtonGroup(self)
        for name in (MORE, FEWER):
            key = kit.key(f"runner.pieces.{name}", "choice")
            key.setCheckable(True)
            key.setChecked(name == MORE)
            key.setEnabled(name == MORE or bool(missing))
            key.clicked.connect(lambda _on=False, name=name: self._choose(name))
            self._group.addButton(key)
            self.kinds[name] = key
            self.body.addWidget(key)
        self._help = kit.label(tone="quiet", wrap=True)
        self.body.addWidget(self._help)
        self.form = Form(columns=2)
        self.lot, self.which, self.reason = TextField(), ChoiceField(missing), TextField(free=True)
        self.form.add_row("runner.pieces.lot", self.lot, help_key="runner.pieces.lot_help", span=2)
        self.form.add_row("runner.pieces.which", self.which)
        self.form.add_row("runner.pieces.reason", self.reason)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.add_back("runner.pieces.back")
        self.key = self.add_key("runner.pieces.key")
        self.key.clicked.connect(self.given)
        self.reason.textChanged.connect(self.settle)
        self._choose(MORE)

    def _choose(self, kind: str) -> None:
        self.kind = kind
        put(self._help, f"runner.pieces.{kind}_help")
        for field, of in ((self.lot, MORE), (self.which, FEWER), (self.reason, FEWER)):
            self.form.show_row(field, of == kind)
        (self.lot if kind == MORE else self.reason).setFocus()
        self.settle()

    def take_scan(self, untrusted_text: str) -> None:
        """A scan is the lot on the label of the one that came besides."""
        if self.kind == MORE:
            self.lot.setText(untrusted_text)

    def settle(self) -> None:
        if not hasattr(self, "key"):
            return
        whole = self.kind == MORE or (bool(self.which.value()) and says_something(self.reason.value()))
        self.key.setEnabled(whole and not self._busy)
        self.key.setToolTip("F10" if whole else say("runner.pieces.lacks_reason"))

"""A running clock: when it really began, which container, whose press, and its end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form, FreeField, TextField
from ui.language import put, say


class MarkDialog(Dialog):
    """Signals: ``given(str, str, str)``: time HH:MM or HH:MM:SS, container, reason · ``ended(str)``: the reason."""

    given = Signal(str, str, str)
    ended = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=640)
        put(self.kicker, "mark.kicker")
        self.form = Form(columns=2)
        self.time = TextField()
        self.container = ChoiceField()
        self.reason = FreeField(2)
        self.form.add_row("mark.time", self.time, help_key="mark.time_help")
        self.form.add_row("mark.container", self.container)
        self.form.add_row("mark.reason", self.reason, help_key="sign.reason.rule", span=2)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.add_back("mark.back")
        self.end_key = kit.key("mark.end", big=True)
        self.end_key.clicked.connect(lambda: self.ended.emit(self.reason.value()))
        self.foot.addWidget(self.end_key)
        self.key = self.add_key("mark.give")
        self.key.clicked.connect(
            lambda: self.given.emit(self.time.value(), self.container.value(), self.reason.value())
        )
        self.time.textChanged.connect(self.settle)

    def show_mark(self, mark: str, time: str, container: str, containers: Sequence[Choice]) -> None:
        """Show one mark; ``time`` is when it was counted from."""
        self.title.setText(say("mark.title", mark=mark))
        self.setWindowTitle(self.title.text())
        self.time.setText(time)
        self.container.show_choices([Choice("", say("mark.unknown")), *containers])
        self.container.choose(container)
        self.reason.setFocus()
        self.settle()

    def settle(self) -> None:
        self.key.setEnabled(bool(self.time.value()) and not self._busy)

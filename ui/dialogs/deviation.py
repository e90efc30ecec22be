"""Something went wrong: writing it down by hand, or adding words to what stands there."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cellguide.deviations import SEVERITIES
from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import ChoiceField, Form, FreeField, TextField
from ui.language import put


class Written(NamedTuple):
    """What was written down by hand."""

    severity: str
    text: str
    order: str
    container: str


class DeviationDialog(Dialog):
    """Signals: ``given(Written)``; the caller answers with ``accept()`` or ``show_error``."""

    given = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=680)
        put(self.title, "deviations_page.write.title")
        put(self, "deviations_page.write.title", "setWindowTitle")
        self.body.addWidget(kit.words("deviations_page.write.help", tone="quiet", wrap=True))
        self.what = Form()
        self.text = FreeField(4)
        self.what.add_row("deviations_page.write.text", self.text)
        self.form = Form(columns=3)
        pairs = (("", "deviations_page.write.choose"), *((name, f"deviation.severity.{name}") for name in SEVERITIES))
        self.severity = ChoiceField().offer(*pairs)
        self.order, self.container = TextField(), TextField()
        self.form.add_row("deviations_page.column.severity", self.severity)
        self.form.add_row("deviations_page.order", self.order)
        self.form.add_row("deviations_page.container", self.container)
        self.body.addWidget(self.what)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.add_back("deviations_page.write.back")
        self.key = self.add_key("deviations_page.write.save")
        self.key.clicked.connect(
            lambda: self.given.emit(
                Written(self.severity.value(), self.text.value(), self.order.value(), self.container.value())
            )
        )
        self.text.textChanged.connect(self.settle)
        self.severity.currentIndexChanged.connect(lambda _i: self.settle())
        self.text.setFocus()

    def settle(self) -> None:
        if hasattr(self, "key"):
            self.key.setEnabled(bool(self.text.value() and self.severity.value()) and not self._busy)


class CommentDialog(Dialog):
    """Signals: ``given(str)``; the caller answers with ``accept()`` or ``show_error``."""

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=620)
        put(self.title, "deviations_page.comment.title")
        put(self, "deviations_page.comment.title", "setWindowTitle")
        self.form = Form()
        self.text = FreeField(5)
        self.form.add_row("deviations_page.comment.text", self.text, help_key="deviations_page.comment.help")
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.add_back("deviations_page.write.back")
        self.key = self.add_key("deviations_page.comment.save")
        self.key.clicked.connect(lambda: self.given.emit(self.text.value()))
        self.text.textChanged.connect(self.settle)

    def show_about(self, deviation: str, what: str) -> None:
        """Which deviation the words are about."""
        self.kicker.setText(f"{deviation} · {what}")
        self.text.setFocus()
        self.settle()

    def settle(self) -> None:
        if hasattr(self, "key"):
            self.key.setEnabled(bool(self.text.value()) and not self._busy)

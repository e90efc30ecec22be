"""An excursion is over: its cause, what was done, and whether the probe was to blame."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import ChoiceField, Form, FreeField, TextField
from ui.language import put


class ResolveDialog(Dialog):
    """Signals: ``given()``: read ``cause``, ``text``, ``artefact``, ``second``; the caller answers with ``accept()`` or
    ``show_error``."""

    given = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=620)
        put(self.title, "temperature_page.resolve.title")
        put(self, "temperature_page.resolve.title", "setWindowTitle")
        self.what = kit.label(tone="quiet", wrap=True)
        self.body.addWidget(self.what)
        self.form = Form()
        self.cause, self.text, self.second = ChoiceField(), FreeField(3), TextField(free=True)
        self.form.add_row("temperature_page.resolve.cause", self.cause)
        self.form.add_row("temperature_page.resolve.text", self.text)
        self.body.addWidget(self.form)
        self.artefact = put(QCheckBox(), "temperature_page.resolve.artefact")
        self.artefact.toggled.connect(lambda on: self.form.show_row(self.second, on))
        self.body.addWidget(self.artefact)
        self.form.add_row("temperature_page.resolve.second", self.second)
        self.form.show_row(self.second, False)
        self.add_back("temperature_page.period.back")
        self.add_key("temperature_page.resolve.save").clicked.connect(self.given)

    def show_excursion(self, kicker: str, what: str, causes: Sequence[str], cause: str, *, quality: bool) -> None:
        """Ask about one excursion; ``quality``: only a quality officer may blame the probe."""
        self.kicker.setText(kicker)
        self.what.setText(what)
        self.cause.offer(*((name, f"letter.cause.{name}") for name in causes))
        self.cause.choose(cause)
        self.artefact.setVisible(quality)

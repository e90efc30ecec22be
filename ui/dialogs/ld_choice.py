"""What must stand here before lymphodepletion starts: the site's choice, with what it rests on (clinical-review E5)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QRadioButton, QWidget

from cellguide.orders import LD_CHOICES
from cellguide.runs.reasons import says_something
from ui import kit
from ui.dialogs.dialog import Dialog, head
from ui.forms import Form, FreeField
from ui.language import put


class LdChoiceDialog(Dialog):
    """Signals: ``given()``: read ``choice()`` and ``source``; the caller answers with ``accept()``."""

    given = Signal()

    def __init__(self, parent: QWidget | None, chosen: str, source: str) -> None:
        super().__init__(parent, width=640)
        head(self, "settings.ld.kicker", "settings.ld.title")
        self.body.addWidget(kit.words("settings.ld.help", tone="quiet", wrap=True))
        self.choices = {name: put(QRadioButton(), f"order.ld.{name}") for name in LD_CHOICES}
        for name, button in self.choices.items():
            button.setMinimumHeight(44)
            button.setChecked(name == chosen)
            button.toggled.connect(self.settle)
            self.body.addWidget(button)
        form = Form()
        self.source = FreeField(2)
        self.source.setPlainText(source)
        form.add_row("settings.ld.source", self.source, help_key="settings.ld.source_help")
        self.body.addWidget(form)
        self.body.addStretch(1)
        self.add_back("settings.ld.back")
        self.key = self.add_key("settings.ld.save")
        self.key.clicked.connect(self.given)
        self.source.textChanged.connect(self.settle)
        self._before = chosen, source
        next(iter(self.choices.values())).setFocus()
        self.settle()

    def choice(self) -> str:
        """One of ``orders.LD_CHOICES``; "" while none is chosen."""
        return next((name for name, button in self.choices.items() if button.isChecked()), "")

    def settle(self) -> None:
        if not hasattr(self, "key"):
            return
        whole = bool(self.choice()) and says_something(self.source.value())
        moved = (self.choice(), self.source.value()) != self._before
        self.key.setEnabled(whole and moved and not self._busy)

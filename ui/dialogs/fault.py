"""Shown once when the program itself has failed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.language import put


class FaultDialog(Dialog):
    """Signals: ``quit_asked()``."""

    over_covers = True  # nothing is saved any more: that must be seen at the lock too
    quit_asked = Signal()

    def __init__(self, reference: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=560)
        put(self.kicker, "frame.fault.kicker", reference=reference)
        put(self.title, "frame.fault.title")
        put(self, "frame.fault.title", "setWindowTitle")
        self.body.addWidget(kit.words("frame.fault.what", wrap=True))
        self.body.addWidget(put(kit.label(wrap=True, bold=True), "frame.fault.todo", reference=reference))
        self.add_back("frame.fault.close")
        quit_key = self.add_key("frame.fault.quit", decides=False)
        quit_key.clicked.connect(self.quit_asked)

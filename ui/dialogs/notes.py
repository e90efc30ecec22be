"""What stands beside the curve: coverage, calibration, conflicts, gaps, and how far each limit can be told."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from ui.dialogs.dialog import Dialog
from ui.language import put
from ui.pages.panel import Note, Panel


class NotesDialog(Dialog):
    """Shows cards, what is wrong first; nothing can be changed in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=860)
        put(self.title, "temperature_page.notes.title")
        put(self, "temperature_page.notes.title", "setWindowTitle")
        self.notes = Panel()
        self.body.addWidget(self.notes)
        self.add_back("temperature_page.notes.back")

    def show_notes(self, kicker: str, notes: Sequence[Note]) -> None:
        """The whole list, in the language of the moment."""
        self.kicker.setText(kicker)
        self.notes.show_notes(notes)
        self._fit()

"""A probe that was found wrong: everything it measured since its last good calibration, and who stood there."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.dialogs.dialog import Dialog
from ui.language import put
from ui.pages.panel import Note, Panel, Section


class DoubtedDialog(Dialog):
    """Signals: ``look_asked()``: at the deviations."""

    look_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=760)
        put(self.title, "probe.doubted.title")
        put(self, "probe.doubted.title", "setWindowTitle")
        self.notes, self.panel = Panel(), Panel()
        self.body.addWidget(self.notes)
        self.body.addWidget(self.panel)
        self.add_back("probe.doubted.back")
        self.look = self.add_key("probe.doubted.look", decides=False)
        self.look.clicked.connect(self.look_asked)

    def show_list(self, kicker: str, note: Note, sections: tuple[Section, ...], *, deviations: bool) -> None:
        """The whole list, in the language of the moment; ``deviations``: that page can be opened."""
        self.kicker.setText(kicker)
        self.notes.show_notes((note,))
        self.panel.show_sections(sections)
        self.look.setVisible(deviations)
        self._fit()

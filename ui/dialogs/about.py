"""What this program is, and which one runs here."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.language import put


class AboutDialog(Dialog):
    """Closes, and nothing else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=560)
        put(self.kicker, "frame.about.kicker")
        put(self.title, "frame.about.title")
        put(self, "frame.about.kicker", "setWindowTitle")
        card, column = kit.card("plain", (18, 14, 18, 14))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self.body.addWidget(card)
        self.body.addWidget(kit.words("frame.about.design", wrap=True))
        self.body.addWidget(kit.words("frame.about.licence", "small", "quiet", wrap=True))
        self.body.addStretch(1)
        self.add_back()

    def show_facts(self, version: str, site: str, station: str, chain: str) -> None:
        """Show version, site, station and the state of the chain."""
        facts = (
            ("version", version),
            ("site", site),
            ("station", station),
            ("chain", chain),
        )
        kit.clear(self._grid)
        for line, (name, value) in enumerate(facts):
            self._grid.addWidget(kit.words(f"frame.about.{name}", tone="quiet"), line, 0)
            self._grid.addWidget(kit.label(value, bold=True, wrap=True), line, 1)

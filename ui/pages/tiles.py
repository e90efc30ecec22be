"""The figures of the Temperature page, each on a card with what it rests on."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame

from ui import kit, theme
from ui.kit import Elided


class Tile(NamedTuple):
    """One figure with what it is and what it rests on; ``tone`` colours the figure; ``act``: where it leads, or ""."""

    title: str
    value: str
    note: str
    tone: str = ""
    act: str = ""


class TileCard(QFrame):
    """A figure on a card, which may lead somewhere.

    Signals: ``asked(str)``: the tile's ``act``.
    """

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "card")
        self._act = ""
        column = kit.column(self, (16, 11, 12, 11), gap=2)
        self.title = Elided("", "small", "quiet")
        self.value = Elided("", "title")
        self.note = Elided("", "small", "quiet")
        for part in (self.title, self.value, self.note):
            column.addWidget(part)

    def show_tile(self, tile: Tile) -> None:
        """Show another figure."""
        self._act = tile.act
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if tile.act else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if tile.act else Qt.CursorShape.ArrowCursor)
        self.title.show_text(f"{tile.title} ›" if tile.act else tile.title)
        theme.set_tone(self.value, tile.tone)
        self.value.show_text(tile.value)
        self.note.show_text(tile.note)
        self.setAccessibleName(f"{tile.title} {tile.value} {tile.note}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._act and self.rect().contains(event.position().toPoint()):
            self.asked.emit(self._act)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._act and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit(self._act)
        else:
            super().keyPressEvent(event)

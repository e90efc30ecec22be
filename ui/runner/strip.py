"""What holds for the whole walk until somebody ends it: it is paused, or the holder's operator is at work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from ui import kit
from ui.runner import look

KEYS = {"resume": "primary", "resume_other": "", "own": ""}


class StripLine(NamedTuple):
    """One line: an icon, a tone (warn, info), its sentence, and the keys that end it (of ``KEYS``)."""

    icon: str
    tone: str
    text: str
    keys: tuple[str, ...] = ()


class Strip(QWidget):
    """Above the question, hidden while nothing holds.

    Signals: ``pressed(str)``: one of ``KEYS``.
    """

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._column = kit.column(self, gap=8)
        self._lines: tuple[StripLine, ...] = ()
        self._compact = False
        self.keys: dict[str, kit.Key] = {}
        self.hide()

    def show_lines(self, lines: Sequence[StripLine]) -> None:
        """Show what holds now; only what differs is drawn anew."""
        if tuple(lines) == self._lines and lines:
            return
        self._lines = tuple(lines)
        look.drop(self._column)
        self.keys = {}
        for line in lines:
            self._column.addWidget(self._made(line))
        self.setVisible(bool(lines))
        self.setAccessibleName("; ".join(line.text for line in lines))

    def set_compact(self, compact: bool) -> None:
        """One line of text where the window is low; the whole of it is its tooltip."""
        self._compact, lines, self._lines = compact, self._lines, ()
        self.show_lines(lines)

    def _made(self, line: StripLine) -> QFrame:
        card, column = kit.card(line.tone, (14, 2, 6, 2) if self._compact else (14, 6, 10, 6), gap=0)
        text = kit.Elided(line.text, bold=True) if self._compact else kit.label(line.text, bold=True, wrap=True)
        row = kit.row(kit.picture(line.icon, line.tone, 20), text, gap=10)
        row.setStretch(1, 1)
        for name in line.keys:
            key = kit.key(f"runner.strip.{name}", KEYS[name])
            key.setMinimumHeight(44)
            key.clicked.connect(lambda _on=False, name=name: self.pressed.emit(name))
            self.keys[name] = key
            row.addWidget(key)
        column.addLayout(row)
        return card

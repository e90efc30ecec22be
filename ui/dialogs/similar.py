"""Wrong-patient traps: two patients that are much alike, side by side, before an order is saved (DESIGN 0.7)."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.language import put, say


class Alike(NamedTuple):
    """One other order: ``points``: in what they are alike, in words; ``rows``: (name, mine, theirs, alike)."""

    order: str
    points: tuple[str, ...]
    rows: tuple[tuple[str, str, str, bool], ...]


class SimilarDialog(Dialog):
    """Each other patient is looked at by itself. Signals: ``looked_at()``: every one was said to be another patient."""

    looked_at = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=860)
        put(self.kicker, "orders_page.similar.kicker")
        put(self.title, "orders_page.similar.title")
        put(self, "orders_page.similar.title", "setWindowTitle")
        self._boxes: list[QCheckBox] = []
        self.add_back("orders_page.similar.back")
        self.key = self.add_key("orders_page.similar.go_on")
        self.key.clicked.connect(self._go_on)

    def show_alike(self, found: tuple[Alike, ...]) -> None:
        """Show every pair."""
        for one in found:
            card, column = kit.card("warn", (18, 14, 18, 14), gap=6)
            for point in one.points:
                line = kit.label(point, tone="warn", bold=True, wrap=True)
                row = kit.row(kit.picture("warning", "warn", 18), line)
                row.setStretch(1, 1)
                column.addLayout(row)
            column.addWidget(_table(one))
            box = QCheckBox(say("orders_page.similar.other", order=one.order))
            box.toggled.connect(lambda _on: self.settle())
            self._boxes.append(box)
            column.addWidget(box)
            self.body.addWidget(card)
        self.body.addStretch(1)
        self.settle()

    def _go_on(self) -> None:
        self.accept()
        self.looked_at.emit()

    def settle(self) -> None:
        self.key.setEnabled(bool(self._boxes) and all(box.isChecked() for box in self._boxes))


def _table(one: Alike) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(2, 1)
    grid.addWidget(kit.words("orders_page.similar.this", "small", "quiet"), 0, 1)
    grid.addWidget(kit.label(say("orders_page.similar.that", order=one.order), "small", "quiet"), 0, 2)
    for line, (name, mine, theirs, alike) in enumerate(one.rows, start=1):
        grid.addWidget(kit.label(name, "small", "quiet"), line, 0)
        for column, value in ((1, mine), (2, theirs)):
            grid.addWidget(kit.label(value or "—", tone="warn" if alike else "", bold=True, wrap=True), line, column)
    return made

"""One thing that keeps the record from being made, with the key that leads to where it is put right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.kit import Key
from ui.runner.values import GapLine


class GapRow(QWidget):
    """Signals: ``chosen(object)``: the GapLine."""

    chosen = Signal(object)

    def __init__(self, gap: GapLine) -> None:
        super().__init__()
        column = kit.column(self, gap=8)
        row = kit.row(kit.picture("warning", "warn", 18), kit.label(gap.text, wrap=True), gap=10)
        row.setStretch(1, 1)
        row.addWidget(kit.label(gap.what, "small", "warn", wrap=True))
        if gap.key:
            key = Key()
            key.setText(gap.key)
            key.setMinimumHeight(44)
            key.setAccessibleName(f"{gap.text}: {gap.key}")
            key.clicked.connect(lambda: self.chosen.emit(gap))
            row.addWidget(key)
        column.addLayout(row)
        column.addWidget(kit.rule())

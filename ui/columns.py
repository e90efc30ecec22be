"""A page with a right column: beside the main part where there is room, behind F2 where there is not."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import kit
from ui.kit import Page


class SidePage(Page):
    """``main`` and ``side`` are columns to fill; below 1200 logical pixels one shows (engineering-review 24)."""

    has_side = True

    def __init__(self, *, side_width: int = 330) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        self._main_host, self._side_host = QWidget(), QWidget()
        self.main: QVBoxLayout = kit.column(self._main_host, gap=14)
        self.side: QVBoxLayout = kit.column(self._side_host, gap=14)
        self._side_width = side_width
        self._side_shown = False
        line.addWidget(self._main_host, 1)
        line.addWidget(self._side_host)
        self._arrange()

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self._side_shown = False
        self._arrange()

    def toggle_side(self) -> None:
        """Swap main part and right column in the compact form; no effect where both show."""
        if self.compact:
            self._side_shown = not self._side_shown
            self._arrange()

    def _arrange(self) -> None:
        if self.compact:
            self._side_host.setMinimumWidth(0)
            self._side_host.setMaximumWidth(16_777_215)
        else:
            self._side_host.setFixedWidth(self._side_width)
        self._main_host.setVisible(not (self.compact and self._side_shown))
        self._side_host.setVisible(not self.compact or self._side_shown)

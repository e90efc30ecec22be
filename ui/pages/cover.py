"""What covers the whole window: sign-in and lock. Clocks and the clock key stay, patients' names do not (UI-19)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from ui import kit, theme
from ui.bars import ClockStrip, RunningClock
from ui.kit import Key, Mark, Page
from ui.language import language, put
from ui.rail import ClockKey


class Cover(Page):
    """Signals: ``clock_pressed()`` · ``clock_opened(str)`` · ``language_chosen(str)``."""

    clock_pressed = Signal()
    clock_opened = Signal(str)
    language_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        outer = kit.column(self, gap=0)
        self.clocks = ClockStrip(names=False)
        self.clocks.opened.connect(self.clock_opened)
        outer.addWidget(self.clocks)
        self._top = self._make_top()
        outer.addLayout(self._top)
        self.notice = ErrorLine()
        told = kit.row(self.notice)
        told.setContentsMargins(28, 0, 28, 0)
        outer.addLayout(told)
        self.panel, self.panel_column = kit.card("", (36, 30, 36, 30), gap=12)
        self.panel.setFixedWidth(440)
        inside = QWidget()
        middle = kit.column(inside)
        middle.addStretch(1)
        middle.addWidget(self.panel, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        outer.addWidget(kit.scroller(inside), 1)
        self._foot = self._make_foot()
        outer.addLayout(self._foot)
        self.busy = False

    def _make_top(self) -> QHBoxLayout:
        logo = QLabel()
        logo.setPixmap(theme.picture("logo", "text", 28))
        self.tongue = Key("pill")
        self.tongue.setText("EN / 中")
        put(self.tongue, "frame.language.name", "setAccessibleName")
        self.tongue.clicked.connect(self._switch)
        self.time = kit.label(size="large")
        self.site = kit.label(tone="quiet")
        line = kit.row(logo, kit.label("CellGuide", "title"), self.site, None, self.time, self.tongue, gap=12)
        line.setContentsMargins(28, 16, 28, 8)
        return line

    def _make_foot(self) -> QHBoxLayout:
        self.clock_key = ClockKey()
        self.clock_key.setFixedSize(QSize(320, 64))
        self.clock_key.clicked.connect(self.clock_pressed)
        self.station = kit.label(size="small", tone="quiet")
        line = kit.row(self.station, None, self.clock_key, gap=12)
        line.setContentsMargins(28, 8, 28, 20)
        return line

    def _switch(self) -> None:
        language.switch("en" if language.now == "zh" else "zh")
        self.language_chosen.emit(language.now)

    def show_clocks(self, clocks: Sequence[RunningClock]) -> None:
        """Show every running clock without patients' names; call it each second."""
        self.clocks.show_clocks(clocks)

    def show_station(self, site: str, station: str, chain: Mark) -> None:
        """Show the site, the station, and what is known of its chain."""
        self.site.setText(site)
        self.station.setText(" · ".join(part for part in (station, chain.text) if part))
        theme.set_tone(self.station, "alarm" if chain.tone == "alarm" else "quiet")

    def show_notice(self, text: str) -> None:
        """Say that something was refused here, as the pages' notices cannot be seen; ``""`` takes it back."""
        self.notice.show_text(text)

    def show_time(self, text: str) -> None:
        """Show the station's time."""
        self.time.setText(text)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        # A low window has no room for a foot: the clock key goes into the top row.
        (self._top if compact else self._foot).insertWidget(3 if compact else 2, self.clock_key)
        self.clock_key.setFixedSize(*((240, 48) if compact else (320, 64)))
        self.station.setVisible(not compact)
        self._foot.setContentsMargins(*((0, 0, 0, 0) if compact else (28, 8, 28, 20)))
        self._top.setContentsMargins(*((16, 6, 16, 2) if compact else (28, 16, 28, 8)))
        self.panel_column.setContentsMargins(*((20, 8, 20, 8) if compact else (36, 30, 36, 30)))
        self.panel_column.setSpacing(6 if compact else 12)

    def retranslate(self) -> None:
        """Covers have no title bar; bound texts have already changed."""


class ErrorLine(QFrame):
    """One sentence of refusal with its sign, inside a panel."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "card")
        self.setProperty("tone", "alarm")
        self.text = kit.label(wrap=True)
        line = kit.row(kit.picture("warning", "alarm", 18), self.text, gap=10, owner=self)
        line.setContentsMargins(12, 8, 12, 8)
        line.setStretch(1, 1)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a sentence; ``""`` hides the line."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

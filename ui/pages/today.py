"""Today: where every patient's cells are, what needs somebody, and the last temperatures with their age."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import kit, theme
from ui.kit import Elided, Key, Mark, Page
from ui.language import say

COLUMN_PX_MIN = 290


class CardText(NamedTuple):
    """Containers of an order in one state. ``foot``: lines; ``late``: the planned day that has passed, in words;
    ``running``: the time left of a clock, with ``percent`` gone (0–100)."""

    ident: str
    name: str
    mark: Mark
    product: str
    codes: str
    foot: str
    running: str = ""
    percent: int = 0
    late: str = ""


class BoardColumn(NamedTuple):
    """One state of the board with its cards, in the words of the moment."""

    title: str
    cards: tuple[CardText, ...]
    empty: str = ""


class Need(NamedTuple):
    """Something that needs somebody: what kind, what, and the verb of its key."""

    ident: str
    mark: Mark
    text: str
    verb: str


class LastReading(NamedTuple):
    """The last reading of a probe with its age; ``points`` are °C for the small curve, ``limit_c`` the dashed line.

    ``tone``: ok, alarm, or ``quiet`` where the age makes it history (engineering-review 4).
    """

    ident: str
    name: str
    age: str
    value: str
    tone: str
    points: tuple[float, ...] = ()
    limit_c: float | None = None


class TodayPage(Page):
    """Signals: ``card_opened(str)`` · ``need_opened(str)`` · ``reading_opened(str)``."""

    card_opened = Signal(str)
    need_opened = Signal(str)
    reading_opened = Signal(str)
    title_key = "frame.page.today"

    def __init__(self) -> None:
        super().__init__()
        self._day = ""
        outer = kit.column(self)
        inside = QWidget()
        self._column = kit.column(inside, gap=16)
        outer.addWidget(kit.scroller(inside))
        self._board = QHBoxLayout()
        self._board.setSpacing(16)
        self._board_host = QWidget()
        self._board_host.setLayout(self._board)
        self._board.setContentsMargins(0, 0, 0, 0)
        self._board_scroll = kit.scroller(self._board_host)
        self._board_host.installEventFilter(self)
        self._board_scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column.addWidget(self._board_scroll, 1)
        self._below = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._below.setSpacing(16)
        needs_card, needs_column = kit.card("", (18, 14, 8, 14), gap=0)
        self._needs_head, needs_inside = kit.column(gap=0), QWidget()
        self._needs = kit.column(needs_inside, (0, 0, 10, 0), gap=0)
        needs_column.addLayout(self._needs_head)
        needs_column.addWidget(kit.scroller(needs_inside), 1)
        readings_card, self._readings = kit.card("", (18, 14, 18, 14), gap=0)
        self._below.addWidget(needs_card, 5)
        self._below.addWidget(readings_card, 4)
        for part in (needs_card, readings_card):
            part.setMinimumHeight(218)
        self._column.addLayout(self._below)
        self.show_board(())
        self.show_needs(())
        self.show_readings(())

    def title(self) -> str:
        return " · ".join(part for part in (say(self.title_key), self._day) if part)

    def show_day(self, text: str) -> None:
        """Show the day in the title, e.g. 11 月 22 日 星期日."""
        self._day = text
        self.titled.emit(self.title())

    def show_board(self, columns: Sequence[BoardColumn]) -> None:
        """Show the board; an empty one says how cells come onto it."""
        kit.clear(self._board)
        if not columns:
            self._board.addWidget(_trough_with(say("today.board.empty")))
        for column in columns:
            self._board.addWidget(self._make_column(column), 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt may still ask while Python has already emptied a dying page.
        if event.type() == QEvent.Type.LayoutRequest and hasattr(self, "_board_scroll"):
            # Cards are never squeezed: the page scrolls as a whole, the board only sideways.
            self._board_scroll.setMinimumHeight(max(220, self._board.sizeHint().height() + 4))
        return False

    def _make_column(self, column: BoardColumn) -> QFrame:
        frame = QFrame()
        frame.setProperty("kit", "trough")
        frame.setMinimumWidth(258)
        inner = kit.column(frame, (12, 10, 12, 12), gap=10)
        count = kit.label(str(len(column.cards)), "small", "quiet", bold=True)
        head = kit.row(kit.label(column.title, bold=True), None, count)
        head.setContentsMargins(0, 0, 6, 0)
        inner.addLayout(head)
        inside = QWidget()
        cards = kit.column(inside, (0, 0, 4, 0), gap=10)
        for text in column.cards:
            card = _Card(text)
            card.clicked.connect(lambda _on=False, ident=text.ident: self.card_opened.emit(ident))
            cards.addWidget(card)
        if not column.cards and column.empty:
            cards.addWidget(kit.label(column.empty, "small", "quiet", wrap=True))
        cards.addStretch(1)
        # A long column scrolls by itself: what needs somebody stays in sight below the board.
        shown = kit.scroller(inside)
        shown.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        shown.setMinimumHeight(min(COLUMN_PX_MIN, inside.sizeHint().height()))
        inner.addWidget(shown, 1)
        return frame

    def show_needs(self, needs: Sequence[Need]) -> None:
        """Show what needs somebody."""
        _start_list(self._needs_head, "today.needs.title")
        kit.clear(self._needs)
        for place, need in enumerate(needs):
            if place:
                self._needs.addWidget(kit.rule())
            key = Key("link")
            key.setText(f"{need.verb} ›")
            key.setAccessibleName(f"{need.verb} {need.text}")
            key.clicked.connect(lambda _on=False, ident=need.ident: self.need_opened.emit(ident))
            line = kit.row(kit.pill(need.mark), Elided(need.text, size=""), key, gap=12)
            line.setContentsMargins(0, 6, 0, 6)
            self._needs.addLayout(line)
        if not needs:
            self._needs.addSpacing(12)
            text = kit.label(say("today.needs.empty"), tone="quiet", wrap=True)
            self._needs.addLayout(kit.row(kit.picture("check", "ok", 18), text, gap=10))
        self._needs.addStretch(1)

    def show_readings(self, readings: Sequence[LastReading]) -> None:
        """Show the last reading of each probe with its age."""
        _start_list(self._readings, "today.readings.title")
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        for place, reading in enumerate(readings):
            if place:
                grid.addWidget(kit.rule(), place * 2 - 1, 0, 1, 3)
            name = Key("link")
            name.setText(f"{reading.name} · {reading.age}")
            name.setStyleSheet(f"color: {theme.colour('text')}; text-align: left; padding: 0 2px; font-weight: 400;")
            name.clicked.connect(lambda _on=False, ident=reading.ident: self.reading_opened.emit(ident))
            value = kit.label(reading.value, "", reading.tone, bold=True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setMinimumHeight(48)
            grid.addWidget(name, place * 2, 0)
            grid.addWidget(Curve(reading), place * 2, 1)
            grid.addWidget(value, place * 2, 2)
        self._readings.addLayout(grid)
        if not readings:
            self._readings.addSpacing(12)
            self._readings.addWidget(kit.label(say("today.readings.empty"), tone="quiet", wrap=True))
        self._readings.addStretch(1)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self._below.setDirection(QBoxLayout.Direction.TopToBottom if compact else QBoxLayout.Direction.LeftToRight)


def _trough_with(text: str) -> QFrame:
    frame = QFrame()
    frame.setProperty("kit", "trough")
    inner = kit.column(frame, (24, 24, 24, 24))
    words = kit.label(text, tone="quiet", wrap=True)
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    inner.addWidget(words)
    return frame


def _start_list(column: QVBoxLayout, title_key: str) -> None:
    kit.clear(column)
    column.addWidget(kit.words(title_key, "large"))
    column.addSpacing(6)
    column.addWidget(kit.rule())


class _Card(Key):
    """A dose on the board, pressed as a whole."""

    def __init__(self, text: CardText) -> None:
        super().__init__("card")
        theme.set_prop(self, running="true" if text.running else "false")
        column = kit.column(self, (14, 10, 14, 12), gap=2)
        name = Elided(text.name, bold=True, size="")
        name.setStyleSheet("font-size: 15px;")
        column.addLayout(kit.row(name, kit.pill(text.mark)))
        column.addWidget(Elided(text.product))
        column.addWidget(Elided(text.codes, size="small", tone="quiet"))
        if text.running:
            column.addWidget(kit.label(text.running, "digits", "accent"))
        else:
            column.addSpacing(5)
            column.addWidget(kit.rule())
            column.addSpacing(5)
        if text.late:
            column.addWidget(Elided(text.late, bold=True, size="small", tone="warn"))
        for line in text.foot.splitlines():
            column.addWidget(Elided(line, size="small", tone="quiet"))
        if text.running:
            gone = QProgressBar()
            gone.setTextVisible(False)
            gone.setValue(text.percent)
            column.addWidget(gone)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(
            " ".join(p for p in (text.name, text.mark.text, text.product, text.running, text.late) if p)
        )

    def sizeHint(self) -> QSize:
        return self.layout().sizeHint()

    def minimumSizeHint(self) -> QSize:
        # A card may lose width, never height: its lines would lie over each other.
        return QSize(self.layout().minimumSize().width(), self.layout().sizeHint().height())


class Curve(QWidget):
    """A small curve with its limit dashed; the value beside it says the same."""

    def __init__(self, reading: LastReading) -> None:
        super().__init__()
        self._reading = reading
        self.setMinimumSize(60, 40)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        points, limit = self._reading.points, self._reading.limit_c
        if len(points) < 2:
            return
        seen = [*points, limit] if limit is not None else [*points]
        low, high = min(seen), max(seen)
        scale = (self.height() - 10) / max(high - low, 0.5)
        step = min(self.width() - 2, 220) / (len(points) - 1)

        def y(value: float) -> float:
            return 5 + (high - value) * scale

        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if limit is not None:
            painter.setPen(QPen(QColor(theme.colour("alarm_line")), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(1, y(limit)), QPointF(1 + step * (len(points) - 1), y(limit)))
        path = QPainterPath(QPointF(1, y(points[0])))
        for place, value in enumerate(points[1:], 1):
            path.lineTo(1 + place * step, y(value))
        tone = self._reading.tone
        painter.setPen(QPen(QColor(theme.colour("text_quiet" if tone == "quiet" else tone)), 1.8))
        painter.drawPath(path)
        painter.end()

"""The left list: pause points with their count, and the questions of the current one."""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui import kit, theme
from ui.kit import Key
from ui.language import put, say
from ui.runner import look
from ui.runner.values import PauseLine, StepLine

_SIGNS = {
    "done": ("check", "ok"),
    "warn": ("warning", "warn"),
    "held": ("lock", "alarm"),
    "hard": ("close", "alarm"),
    "unknown": ("help", "warn"),
    "check": ("people", "info"),
}
_INDENT, _SIGN = 30, 18


class StepRow(QAbstractButton):
    """One question: a sign, its words over as many lines as they need."""

    def __init__(self, line: StepLine) -> None:
        super().__init__()
        self.line = line
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_line(line)

    def show_line(self, line: StepLine) -> None:
        """Show a question; only what differs is drawn anew."""
        self.line = line
        if self.text() != line.text:
            self.setText(line.text)
        self.setAccessibleName(f"{line.text}, {say(f'runner.state.{line.state}')}")
        self._fit()
        self.update()

    def _fit(self) -> None:
        if self.height() != self.heightForWidth(self.width()):
            self.setFixedHeight(self.heightForWidth(self.width()))

    def _font(self) -> QFont:
        made = QFont(theme.FACE)
        made.setPixelSize(theme.size("text_small"))
        made.setBold(self.line.state == "here")
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(width - _INDENT - _SIGN - 6, 60), 10_000)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
        return max(QFontMetrics(self._font()).boundingRect(room, flags, self.text()).height() + 8, 28)

    def sizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(self.width() or 220))

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.colour("focus")), 2))
            painter.drawRoundedRect(self.rect().adjusted(_INDENT - 6, 1, -2, -1), 6, 6)
        sign = _SIGNS.get(self.line.state)
        if sign is not None:
            painter.drawPixmap(_INDENT, (min(self.height(), 28) - 15) // 2, theme.picture(sign[0], sign[1], 15))
        painter.setFont(self._font())
        here = self.line.state == "here"
        painter.setPen(QColor(theme.colour("accent" if here else "text" if sign is not None else "text_quiet")))
        left = _INDENT + _SIGN + 2
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRect(left, 0, self.width() - left - 4, self.height()), flags, self.text())
        painter.end()


class PauseRow(Key):
    """One pause point: its number or a check, its name, its count."""

    def __init__(self, line: PauseLine) -> None:
        super().__init__("pause")
        self.line: PauseLine | None = None
        self.disc = QLabel()
        self.disc.setProperty("kit", "disc")
        self.disc.setFixedSize(26, 26)
        self.disc.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = kit.label(wrap=True)
        self.count = kit.label(size="small")
        row = kit.row(self.disc, self.words, self.count, gap=10)
        row.setContentsMargins(8, 8, 10, 8)
        row.setStretch(1, 1)
        self.setLayout(row)
        self._row = row
        for part in (self.disc, self.words, self.count):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_line(line)

    def show_line(self, line: PauseLine) -> None:
        """Show a pause point; only what differs is drawn anew."""
        shown = line._replace(steps=())
        if shown == self.line:
            return
        self.line = shown
        state = "here" if line.here else "done" if line.complete else ""
        theme.set_prop(self, state=state)
        theme.set_prop(self.disc, state=state)
        if state == "done":
            self.disc.setPixmap(theme.picture("check", "ok", 16))
        else:
            self.disc.setText(str(line.number))
        self.words.setText(f"{line.name} · {line.extra}" if line.extra else line.name)
        theme.set_prop(self.words, weight="bold" if line.here else "")
        self.count.setText(f"{line.done}/{line.total}")
        theme.set_prop(self.count, weight="bold" if line.here else "", tone="" if line.here else "quiet")
        spoken = say("runner.pause", number=line.number, name=line.name, done=line.done, total=line.total)
        self.setAccessibleName(spoken)
        self._row.invalidate()
        self._fit()

    def _fit(self) -> None:
        """As high as its words need at this width."""
        wanted = max(self._row.heightForWidth(self.width()), 42)
        if self.height() != wanted:
            self.setFixedHeight(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(self._row.sizeHint().width(), 42)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 42)


class StepsCard(QWidget):
    """Signals: ``chosen(str)``: a question, or the first of a pause point · ``checks_asked()`` · ``cold_asked(str)`` ·
    ``next_run_asked()`` · ``left()``: back to the list of runs."""

    chosen = Signal(str)
    checks_asked = Signal()
    cold_asked = Signal(str)
    next_run_asked = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        outer = kit.column(self)
        self.frame, column = kit.card("", (14, 14, 12, 12), gap=6)
        outer.addWidget(self.frame)
        self._title = kit.label(size="large", wrap=True)
        self._template = kit.label(size="small", tone="quiet")
        self._head = kit.row(self._title, self._template)
        self._head.setStretch(0, 1)
        column.addLayout(self._head)
        self._column = column
        inside = QWidget()
        self._rows: QVBoxLayout = kit.column(inside, gap=2)
        self.area = kit.scroller(inside)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The rows know their heights only once they are laid out: the range says when.
        self.area.verticalScrollBar().rangeChanged.connect(lambda *_: self._look())
        column.addWidget(self.area, 1)
        self.cold = kit.key("runner.cold", "alarm", icon="storage")
        self.checks = Key(icon="people")
        self.next_run = Key(icon="refresh")
        self.pause = kit.key("runner.pause_key", "link")
        self.pieces = put(kit.key("runner.pieces_key", "link"), "runner.pieces.title", "setToolTip")
        self.back = kit.key("runner.list", "link", icon="back")
        for key, shortcut in ((self.cold, "F7"), (self.checks, "F4"), (self.next_run, "F6")):
            key.setMinimumHeight(44)
            key.setToolTip(shortcut)
            column.addWidget(key)
        for key in (self.pause, self.pieces):
            key.setMinimumHeight(36)
        column.addLayout(kit.row(self.pause, None, self.pieces, gap=0))
        column.addWidget(self.back)
        self._cold = ""
        self.cold.clicked.connect(lambda: self.cold_asked.emit(self._cold))
        self.checks.clicked.connect(self.checks_asked)
        self.next_run.clicked.connect(self.next_run_asked)
        self.back.clicked.connect(self.left)
        self._shown: tuple[PauseLine, ...] = ()
        self._here: QWidget | None = None
        self._drawn: list[PauseRow | StepRow] = []

    def show_steps(
        self, title: str, template: str, pauses: Sequence[PauseLine], *, checks: int, cold: str, others: int,
        pieces: bool = False,
    ) -> None:  # fmt: skip
        """Show the walk; ``cold``: the first position not yet scanned, reachable from everywhere; ``pieces``: whether
        it is about containers that were announced."""
        self._title.setText(title)
        self._template.setText(template)
        self._cold = cold
        self.cold.setVisible(bool(cold))
        put(self.checks, "runner.checks", count=checks)
        self.checks.setVisible(checks > 0)
        put(self.next_run, "runner.next_run", count=others)
        self.next_run.setVisible(others > 0)
        self.pieces.setVisible(pieces)
        if tuple(pauses) == self._shown:
            return
        self._shown = tuple(pauses)
        wanted: list[PauseLine | StepLine] = []
        for pause in pauses:
            wanted += [pause, *pause.steps]
        if [type(one) for one in wanted] != [type(row.line) for row in self._drawn]:
            self._draw(wanted)
        for row, line in zip(self._drawn, wanted, strict=True):
            row.show_line(line)  # type: ignore[arg-type]
        self._here = next((row for row in self._drawn if isinstance(row, StepRow) and row.line.state == "here"), None)
        self._look()

    def _draw(self, wanted: Sequence[PauseLine | StepLine]) -> None:
        look.drop(self._rows)
        self._drawn = []
        for place, line in enumerate(wanted):
            row = PauseRow(line) if isinstance(line, PauseLine) else StepRow(line)
            row.clicked.connect(lambda _on=False, place=place: self._choose(place))
            self._rows.addWidget(row)
            self._drawn.append(row)
        self._rows.addStretch(1)

    def _choose(self, place: int) -> None:
        line = self._drawn[place].line
        if line is not None:
            self.chosen.emit(line.ident)

    def _look(self) -> None:
        if self._here is not None and shiboken6.isValid(self._here):
            self.area.ensureWidgetVisible(self._here, 0, 60)

    def set_compact(self, compact: bool) -> None:
        """Leave the height to the questions: the way back moves beside the title."""
        self._column.setContentsMargins(*((10, 8, 8, 8) if compact else (14, 14, 12, 12)))
        self._template.setVisible(not compact)
        (self._head if compact else self._column).addWidget(self.back)
        put(self.back, "runner.list_short" if compact else "runner.list")

    def forget(self) -> None:
        """Say everything anew next time (the language has changed)."""
        self._shown = ()

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
        self.setText(line.text)
        self.setAccessibleName(f"{line.text}, {say(f'runner.state.{line.state}')}{line.spoken}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _font(self) -> QFont:
        made = QFont(theme.FACE)
        made.setPixelSize(theme.size("text_small"))
        made.setBold(self.line.state == "here")
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.height() != self.heightForWidth(self.width()):
            self.setFixedHeight(self.heightForWidth(self.width()))

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
        state = "here" if line.here else "done" if line.complete else ""
        self.setProperty("state", state)
        disc = QLabel()
        disc.setProperty("kit", "disc")
        disc.setProperty("state", state)
        disc.setFixedSize(26, 26)
        disc.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if state == "done":
            disc.setPixmap(theme.picture("check", "ok", 16))
        else:
            disc.setText(str(line.number))
        name = kit.label(f"{line.name} · {line.extra}" if line.extra else line.name, bold=line.here, wrap=True)
        count = f"{line.done}/{line.total}"
        row = kit.row(disc, name, kit.label(count, "small", "" if line.here else "quiet", bold=line.here), gap=10)
        row.setContentsMargins(8, 8, 10, 8)
        row.setStretch(1, 1)
        self.setLayout(row)
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(
            say("runner.pause", number=line.number, name=line.name, done=line.done, total=line.total)
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = max(self.layout().heightForWidth(self.width()), 42)
        if self.height() != wanted:
            self.setFixedHeight(wanted)

    def sizeHint(self) -> QSize:
        return QSize(self.layout().sizeHint().width(), 42)

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
        self.scroll = kit.scroller(inside)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The rows know their heights only once they are laid out: the range says when.
        self.scroll.verticalScrollBar().rangeChanged.connect(lambda *_: self._look())
        column.addWidget(self.scroll, 1)
        self.cold = kit.key("runner.cold", "alarm", icon="storage")
        self.checks = Key(icon="people")
        self.next_run = Key(icon="refresh")
        self.back = kit.key("runner.list", "link", icon="back")
        for key, shortcut in ((self.cold, "F7"), (self.checks, "F4"), (self.next_run, "F6")):
            key.setMinimumHeight(44)
            key.setToolTip(shortcut)
            column.addWidget(key)
        column.addWidget(self.back)
        self._cold = ""
        self.cold.clicked.connect(lambda: self.cold_asked.emit(self._cold))
        self.checks.clicked.connect(self.checks_asked)
        self.next_run.clicked.connect(self.next_run_asked)
        self.back.clicked.connect(self.left)
        self._shown: tuple[PauseLine, ...] = ()
        self._here: QWidget | None = None

    def show_steps(
        self, title: str, template: str, pauses: Sequence[PauseLine], *, checks: int, cold: str, others: int
    ) -> None:
        """Show the walk; ``cold``: the first position not yet scanned, reachable from everywhere."""
        self._title.setText(title)
        self._template.setText(template)
        self._cold = cold
        self.cold.setVisible(bool(cold))
        put(self.checks, "runner.checks", count=checks)
        self.checks.setVisible(checks > 0)
        put(self.next_run, "runner.next_run", count=others)
        self.next_run.setVisible(others > 0)
        if tuple(pauses) == self._shown:
            return
        self._shown = tuple(pauses)
        kit.clear(self._rows)
        here: QWidget | None = None
        for pause in pauses:
            made = PauseRow(pause)
            made.clicked.connect(lambda _on=False, ident=pause.ident: self.chosen.emit(ident))
            self._rows.addWidget(made)
            for line in pause.steps:
                row = StepRow(line)
                row.clicked.connect(lambda _on=False, ident=line.ident: self.chosen.emit(ident))
                self._rows.addWidget(row)
                here = row if line.state == "here" else here
        self._rows.addStretch(1)
        self._here = here
        self._look()

    def _look(self) -> None:
        if self._here is not None and shiboken6.isValid(self._here):
            self.scroll.ensureWidgetVisible(self._here, 0, 60)

    def set_compact(self, compact: bool) -> None:
        """Leave the height to the questions: the way back moves beside the title."""
        self._column.setContentsMargins(*((10, 8, 8, 8) if compact else (14, 14, 12, 12)))
        self._template.setVisible(not compact)
        (self._head if compact else self._column).addWidget(self.back)
        put(self.back, "runner.list_short" if compact else "runner.list")

    def forget(self) -> None:
        """Draw everything anew next time (the language has changed)."""
        self._shown = ()

"""The positions of a rack as cells: free or taken, in which state, a letter beside the colour (clinical-review 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui import theme

CELL_HEIGHT, GAP, RING = 44, 9, 4
CELL_WIDTH_MIN = 40
PER_ROW, WIDE = 6, 640


class CellLook(NamedTuple):
    """One position. ``look``: a name of _LOOKS; ``letter``: the state's sign; ``tail``: the
    last three characters of the chain of identity; ``said``: all of it in words."""

    code: str
    look: str
    letter: str
    tail: str
    said: str
    dim: bool = False


# fill, border, text; free cells are quiet, alarm colours are used for what is locked or rejected alone.
_LOOKS = {
    "free": ("ground", "line", "text_quiet"),
    "stored": ("accent_soft", "accent_line", "text"),
    "pending": ("warn_pale", "warn", "warn"),
    "locked": ("alarm_pale", "alarm", "alarm_deep"),
    "rejected": ("off", "alarm", "alarm_deep"),
    "other": ("info_pale", "info_line", "info"),
    "reserved": ("ground", "info_line", "info"),
    "off": ("off", "off", "text_off"),
}


def paint_cell(painter: QPainter, box: QRectF, look: str, *, chosen: bool = False) -> None:
    """One cell without words; the legend draws the same."""
    fill, border, _ = _LOOKS[look]
    pen = QPen(QColor(theme.colour("accent" if chosen else border)), 1.2)
    if look in ("pending", "reserved") and not chosen:
        pen.setDashPattern([3, 2.4])
    painter.setPen(pen)
    painter.setBrush(QColor(theme.colour("accent" if chosen else fill)))
    painter.drawRoundedRect(box, 7, 7)


class RackGrid(QWidget):
    """A rack's cells; arrows walk, Enter opens.

    Signals: ``picked(str)``: the position's code · ``left(int)``: the walk goes on above (−1) or below (+1).
    """

    picked = Signal(str)
    left = Signal(int)

    def __init__(self, name: str, cells: Sequence[CellLook]) -> None:
        super().__init__()
        self.cells = tuple(cells)
        self.chosen = ""
        self._here = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if cells else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name = name
        self._say_where()
        self._fit()

    @property
    def per_row(self) -> int:
        """Cells in one row: six, twice as many in a wide window, or as many as find room."""
        room = (self.width() - 2 * RING + GAP) // (CELL_WIDTH_MIN + GAP)
        return max(1, min(PER_ROW if self.width() < WIDE else 2 * PER_ROW, room))

    def _fit(self) -> None:
        rows = -(-len(self.cells) // self.per_row) if self.cells else 0
        self.setFixedHeight(max(rows * (CELL_HEIGHT + GAP) - GAP, 0) + 2 * RING)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(PER_ROW * (CELL_WIDTH_MIN + GAP), self.height())

    def box(self, at: int) -> QRectF:
        """Where a cell stands."""
        width = (self.width() - 2 * RING - GAP * (self.per_row - 1)) / self.per_row
        row, column = divmod(at, self.per_row)
        return QRectF(RING + column * (width + GAP), RING + row * (CELL_HEIGHT + GAP), width, CELL_HEIGHT)

    def at(self, point: QPointF) -> int:
        """Which cell stands there, −1 for none."""
        return next((n for n in range(len(self.cells)) if self.box(n).contains(point)), -1)

    def choose(self, code: str) -> bool:
        """Mark a cell as chosen; says whether it stands here."""
        self.chosen = code
        for n, cell in enumerate(self.cells):
            if cell.code == code:
                self._here = n
                self._say_where()
        self.update()
        return any(cell.code == code for cell in self.cells)

    def enter(self, way: int) -> None:
        """The walk comes in from above (+1) or below (−1)."""
        self._here = 0 if way > 0 else len(self.cells) - 1
        self.setFocus()
        self._say_where()
        self.update()

    def _say_where(self) -> None:
        here = self.cells[self._here].said if self.cells else ""
        self.setAccessibleName(f"{self._name} {here}".strip())

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for n, cell in enumerate(self.cells):
            self._paint(painter, self.box(n), cell, here=self.hasFocus() and n == self._here)
        painter.end()

    def _paint(self, painter: QPainter, box: QRectF, cell: CellLook, *, here: bool) -> None:
        chosen = cell.code == self.chosen and bool(self.chosen)
        painter.setOpacity(0.28 if cell.dim and not chosen else 1.0)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.colour("accent_line")))
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 9, 9)
        paint_cell(painter, box, cell.look, chosen=chosen)
        if here:
            painter.setPen(QPen(QColor(theme.colour("focus")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), 9, 9)
        painter.setPen(QColor(theme.colour("on_accent" if chosen else _LOOKS[cell.look][2])))
        face = QFont(theme.FACE)
        face.setPixelSize(14)
        face.setBold(True)
        half = box.height() / 2
        if cell.tail:
            painter.setFont(face)
            painter.drawText(box.adjusted(0, 3, 0, -half + 2), Qt.AlignmentFlag.AlignCenter, cell.letter)
            face.setBold(False)
            face.setPixelSize(12)
            painter.setFont(face)
            painter.drawText(box.adjusted(0, half - 2, 0, -4), Qt.AlignmentFlag.AlignCenter, cell.tail)
        elif cell.letter:
            painter.setFont(face)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cell.letter)
        painter.setOpacity(1.0)

    # --- walking

    def mousePressEvent(self, event: QMouseEvent) -> None:
        n = self.at(event.position())
        if n >= 0:
            self._here = n
            self._say_where()
            self.picked.emit(self.cells[n].code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.per_row,
            Qt.Key.Key_Down: self.per_row,
        }.get(Qt.Key(event.key()), 0)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit(self.cells[self._here].code)
        elif not step:
            super().keyPressEvent(event)
        elif 0 <= self._here + step < len(self.cells):
            self._here += step
            self._say_where()
            self.update()
        else:
            self.left.emit(1 if step > 0 else -1)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            n = self.at(QPointF(event.pos()))
            if n >= 0:
                QToolTip.showText(event.globalPos(), self.cells[n].said, self, QRect())
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


class LegendCell(QWidget):
    """One cell of the legend."""

    def __init__(self, look: str) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, border, _ = _LOOKS[self._look]
        pen = QPen(QColor(theme.colour(border)), 1.2)
        if self._look == "pending":
            pen.setDashPattern([2.4, 2])
        painter.setPen(pen)
        painter.setBrush(QColor(theme.colour(fill)))
        painter.drawRoundedRect(QRectF(0.5, 0.5, 15, 15), 4, 4)
        painter.end()

"""What was found, under the search field of the top bar: a short list, walked with the arrows while typing goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QLineEdit, QWidget

from ui import kit
from ui.language import follow, put, say
from ui.rows import Column, RowsTable

WIDE, ROW, ROWS_SHOWN = 620, 40, 9


class FoundLine(NamedTuple):
    """One thing: ``kind`` and ``ident`` lead to it; ``what`` is the kind's word, ``title`` its number and name."""

    kind: str
    ident: str
    what: str
    title: str
    line: str


_COLUMNS = (
    Column("search.column.kind", lambda row: row.what, width=104),
    Column("search.column.title", lambda row: row.title, bold=True),
    Column("search.column.line", lambda row: row.line),
)


class FoundList(QFrame):
    """Lies over the page below the field ``under`` while there is something to say; the field keeps the keyboard.

    Signals: ``chosen(str, str)``: kind and id, by Enter or a click.
    """

    chosen = Signal(str, str)

    def __init__(self, under: QLineEdit, owner: QWidget) -> None:
        super().__init__(owner)
        self.setProperty("kit", "card")
        self._under, self._more = under, False
        self.table = RowsTable(_COLUMNS, "search.name", "search.nothing", row_height=ROW)
        self.table.view.horizontalHeader().hide()
        self.table.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.view.clicked.connect(lambda _index: self.choose())
        self.count = kit.label(size="small", tone="quiet")
        self.count.setContentsMargins(8, 0, 8, 0)
        column = kit.column(self, (6, 6, 6, 8), 4)
        column.addWidget(self.table)
        column.addWidget(self.count)
        put(self, "search.name", "setAccessibleName")
        shade = QGraphicsDropShadowEffect(self)
        shade.setBlurRadius(24)
        shade.setOffset(QPoint(0, 6))
        self.setGraphicsEffect(shade)
        under.installEventFilter(self)
        owner.installEventFilter(self)
        follow(self)
        self.hide()

    def show_lines(self, lines: Sequence[FoundLine], *, more: bool = False) -> None:
        """Show what was found; an empty list says that nothing was. ``more``: there may be older ones."""
        self._more = more
        self.table.show_rows(lines)
        self._say()
        self._lay()
        self.show()
        self.raise_()

    def current(self) -> FoundLine | None:
        """The line the person went to with the arrows, or None."""
        line = self.table.current()
        return line if isinstance(line, FoundLine) else None

    def choose(self) -> bool:
        """Go to the line that is marked; False where none is."""
        line = self.current()
        if line is None or not self.isVisible():
            return False
        self.hide()
        self.chosen.emit(line.kind, line.ident)
        return True

    def retranslate(self) -> None:
        self._say()

    def _say(self) -> None:
        count = len(self.table.model.rows)
        self.count.setText(say("search.newest" if self._more else "search.keys", count=count) if count else "")
        self.count.setVisible(bool(count))

    def _lay(self) -> None:
        owner = self.parentWidget()
        width = min(WIDE, owner.width() - 24)
        rows = min(max(len(self.table.model.rows), 1), ROWS_SHOWN)
        height = rows * ROW + (44 if self.table.model.rows else 40)
        below = self._under.mapTo(owner, QPoint(self._under.width(), self._under.height() + 6))
        left = min(max(12, below.x() - width), owner.width() - width - 12)
        self.setGeometry(left, below.y(), width, min(height, owner.height() - below.y() - 12))

    def _move(self, by: int) -> None:
        count = self.table.proxy.rowCount()
        if count:
            here = self.table.view.currentIndex().row()
            self.table.pick((here + by) % count if here >= 0 else (0 if by > 0 else count - 1))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize and self.isVisible():
            self._lay()
        if watched is not self._under or not self.isVisible():
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            if event.key() in steps:
                self._move(steps[event.key()])
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing found stays in it, so that the lock leaves no name behind."""
        super().hideEvent(event)
        self.hide()  # covered with its window: it does not come back by itself
        self.table.show_rows(())

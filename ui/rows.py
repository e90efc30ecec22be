"""Tables: frozen rows, column descriptions, sorting, search as you type, and a text where there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui import kit, theme
from ui.language import follow, put, say

SORT_ROLE = Qt.ItemDataRole.UserRole + 1
TONE_ROLE = Qt.ItemDataRole.UserRole + 2
SHARE_LEAST = 96
SCROLL_BAR = 18
Index = QModelIndex | QPersistentModelIndex


class Column(NamedTuple):
    """One column: what stands in it, how it sorts, how it is read aloud.

    ``text``: row → what is shown · ``sort``: row → sort key, else the text · ``spoken``: row → accessible text, else
    the text · ``tone``: row → pill tone (``None``: no pill) · ``width`` in logical pixels, 0 stretches.
    """

    title_key: str
    text: Callable[[Any], str]
    sort: Callable[[Any], Any] | None = None
    spoken: Callable[[Any], str] | None = None
    right: bool = False
    tone: Callable[[Any], str | None] | None = None
    width: int = 0
    bold: bool = False


class RowsModel(QAbstractTableModel):
    """Any rows under column descriptions; rows are replaced as a whole."""

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: tuple[Any, ...] = ()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def speak(self) -> None:
        """Say titles and cells anew after the language has changed."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                key = self.columns[section].title_key
                return say(key) if key else ""
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == SORT_ROLE:
            return (column.sort or column.text)(row)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return (column.spoken or column.text)(row)
        if role == TONE_ROLE:
            return column.tone(row) if column.tone else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and column.bold:
            font = QFont(theme.FACE)
            font.setPixelSize(theme.size("text"))
            font.setBold(True)
            return font
        return None


class RowsProxy(QSortFilterProxyModel):
    """Sorts by the columns' sort keys; filters by words anywhere in the row and by a test of the page's own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSortRole(SORT_ROLE)
        self._needles: tuple[str, ...] = ()
        self._test: Callable[[Any], bool] | None = None

    def search(self, text: str) -> None:
        """Keep rows in which every word of ``text`` occurs."""
        self._needles = tuple(text.casefold().split())
        self.invalidate()

    def keep(self, test: Callable[[Any], bool] | None) -> None:
        """Keep rows for which ``test`` holds; None keeps all."""
        self._test = test
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        model = self.sourceModel()
        assert isinstance(model, RowsModel)
        row = model.rows[source_row]
        if self._test is not None and not self._test(row):
            return False
        hay = " ".join(column.text(row) for column in model.columns).casefold()
        return all(needle in hay for needle in self._needles)

    def lessThan(self, left: Index, right: Index) -> bool:
        return bool(left.data(SORT_ROLE) < right.data(SORT_ROLE))


class PillDelegate(QStyledItemDelegate):
    """Paints a cell with a tone as a pill."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tone = index.data(TONE_ROLE)
        if tone is None:
            super().paint(painter, option, index)
            return
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        text, shown.text = shown.text, ""
        shown.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        font = QFont(theme.FACE)
        font.setPixelSize(theme.size("text_small"))
        font.setBold(True)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        width = min(painter.fontMetrics().horizontalAdvance(text) + 20, option.rect.width() - 8)
        box = QRectF(option.rect.left() + 6, option.rect.center().y() - 10, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colour(f"{tone}_pale") if tone else "#eaeff2"))
        painter.drawRoundedRect(box, 11, 11)
        painter.setPen(QColor(theme.colour(tone or "text_quiet")))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class RowsTable(QWidget):
    """A table with keyboard use, search, and a text where there is nothing to show.

    Signals: ``picked(object)``: the row the person is on · ``opened(object)``: Enter or double click on a row.
    """

    picked = Signal(object)
    opened = Signal(object)

    def __init__(self, columns: Sequence[Column], name_key: str, empty_key: str, row_height: int = 44) -> None:
        super().__init__()
        self.model = RowsModel(columns, self)
        self.proxy = RowsProxy(self)
        self.proxy.setSourceModel(self.model)
        self.view = put(QTableView(), name_key, "setAccessibleName")
        self.view.setModel(self.proxy)
        self.view.setItemDelegate(PillDelegate(self.view))
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setShowGrid(False)
        self.view.setTabKeyNavigation(False)
        self.view.setWordWrap(False)
        self.view.setSortingEnabled(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(row_height)
        self._shape_header(columns)
        self.empty = kit.words(empty_key, tone="quiet", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self.view.selectionModel().currentRowChanged.connect(self._pick)
        self.view.activated.connect(self._open)
        follow(self)
        self._settle()

    def _shape_header(self, columns: Sequence[Column]) -> None:
        header = self.view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicatorShown(False)
        header.setMinimumSectionSize(48)
        header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, column in enumerate(columns):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            if column.width:
                self.view.setColumnWidth(place, column.width)
        self.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show rows in the order given until the person sorts."""
        self.model.show_rows(rows)
        self._settle()

    def search(self, text: str) -> None:
        """Filter as the person types."""
        self.proxy.search(text)
        self._settle()

    def keep(self, test: Callable[[Any], bool] | None) -> None:
        """Filter by a test of the page's own."""
        self.proxy.keep(test)
        self._settle()

    def pick(self, place: int) -> None:
        """Go to the row at ``place`` as shown."""
        self.view.setCurrentIndex(self.proxy.index(place, 0))

    def current(self) -> Any | None:
        """The row the person is on, or None."""
        return self._row(self.view.currentIndex())

    def retranslate(self) -> None:
        self.model.speak()

    def _settle(self) -> None:
        self._stack.setCurrentWidget(self.view if self.proxy.rowCount() else self.empty)

    def _row(self, index: Index) -> Any | None:
        return self.model.rows[self.proxy.mapToSource(index).row()] if index.isValid() else None

    def _pick(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.picked.emit(self._row(index))

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._row(index))

    def _share(self) -> None:
        """Give columns without a width an equal share, never less than can be read; the table scrolls sideways then."""
        wide = [place for place, column in enumerate(self.model.columns) if not column.width]
        fixed = sum(column.width for column in self.model.columns)
        room = self.width() - fixed - SCROLL_BAR
        for place in wide:
            self.view.setColumnWidth(place, max(SHARE_LEAST, room // len(wide)))

    def sizeHint(self) -> QSize:
        return QSize(480, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

"""Records: search as you type, a list, the pages as they print, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import kit, theme
from ui.columns import SidePage
from ui.forms import ChoiceField
from ui.kit import Key, Mark
from ui.language import put, say
from ui.rows import Column, RowsTable
from ui.topbar import SearchField


class RecordLine(NamedTuple):
    """One record of the list. ``kind`` is a value of the kind filter, ``kind_text`` its words."""

    ident: str
    number: str
    version: str
    kind_text: str
    patient: str
    product: str
    finished: str
    mark: Mark
    waiting: bool = False
    can_void: bool = False
    can_remake: bool = False
    can_amend: bool = False


class Sheet(QWidget):
    """One page of a record as the printer draws it (UI-24: the same renderer)."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        put(self, "records.sheet", "setAccessibleName")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_image(self, image: QImage) -> None:
        """Show a rendered page, as wide as there is room."""
        self._image = image
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return 0 if self._image.isNull() else round(width * self._image.height() / self._image.width())

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(0.5, 0.5, self.width() - 1, self.heightForWidth(self.width()) - 1)
        painter.drawImage(box, self._image)
        painter.setPen(QPen(theme.colour("line")))
        painter.drawRect(box)
        painter.end()


class RecordsPage(SidePage):
    """Signals: ``searched(str)`` as typed · ``filtered(str, str)``: kind, state, ``""`` for all · ``picked(str)`` ·
    ``page_wanted(str, int)``: record, page from 1 · ``print_asked(str)`` · ``save_asked(str)`` · ``verify_asked(str)``
    · ``sign_asked(str)`` · ``void_asked(str)`` · ``remake_asked(str)``: judge a temperature record anew ·
    ``amend_asked(str)``: correct it, or decide again ·
    ``scan_asked(str)``: an inked page was scanned back · ``history_asked(str)``.
    The caller answers with ``show_rows``, ``show_sheet``, ``show_verdict``."""

    searched = Signal(str)
    filtered = Signal(str, str)
    picked = Signal(str)
    page_wanted = Signal(str, int)
    print_asked = Signal(str)
    save_asked = Signal(str)
    verify_asked = Signal(str)
    sign_asked = Signal(str)
    void_asked = Signal(str)
    remake_asked = Signal(str)
    amend_asked = Signal(str)
    scan_asked = Signal(str)
    history_asked = Signal(str)
    title_key = "frame.page.records"

    def __init__(self) -> None:
        super().__init__(side_width=336)
        self.ident = ""
        self._line: RecordLine | None = None
        self._page, self._pages, self._total = 0, 0, 0
        self.search = SearchField("records.search", "search")
        self.search.textEdited.connect(self.searched)
        self.kind = put(ChoiceField(), "records.kind.name", "setAccessibleName")
        self.state = put(ChoiceField(), "records.state.name", "setAccessibleName").offer(
            ("", "records.state.all"),
            ("waiting", "records.state.waiting"),
            ("signed", "records.state.signed"),
            ("amended", "records.state.amended"),
            ("void", "records.state.void"),
        )
        self.show_kinds(())
        for field in (self.kind, self.state):
            field.setMinimumHeight(40)
            field.currentIndexChanged.connect(lambda _i: self.filtered.emit(self.kind.value(), self.state.value()))
        self.count = kit.label(size="small", tone="quiet")
        bar = kit.row(self.search, self.kind, self.state, gap=10)
        bar.setStretch(0, 1)
        self.main.addLayout(bar)
        card, column = kit.card("", (8, 4, 8, 8), gap=4)
        self.table = RowsTable(_COLUMNS, "records.table", "records.empty")
        self.table.picked.connect(self._pick)
        self.table.opened.connect(self._open)
        column.addWidget(self.table, 1)
        self.main.addWidget(card, 1)
        self.main.addWidget(self.count)
        self._build_side()
        self._settle()

    def _build_side(self) -> None:
        card, column = kit.card("", (16, 14, 16, 14), gap=10)
        self._number = kit.label(size="large")
        self._verdict = kit.pill(Mark(""))
        self._verdict.hide()
        column.addLayout(kit.row(self._number, None, self._verdict))
        self._verdict_text = kit.label(size="small", tone="quiet", wrap=True)
        self._verdict_text.hide()
        column.addWidget(self._verdict_text)
        self.print_key = kit.key("records.print", "primary", icon="print")
        self.save_key = kit.key("records.save", icon="save")
        self.verify_key = kit.key("records.verify", icon="check")
        for key, signal in (
            (self.print_key, self.print_asked),
            (self.save_key, self.save_asked),
            (self.verify_key, self.verify_asked),
        ):
            key.setMinimumHeight(44)
            key.clicked.connect(lambda _on=False, signal=signal: signal.emit(self.ident))
        self.sign_key = kit.key("records.sign", "primary", icon="key")
        self.sign_key.setMinimumHeight(44)
        self.sign_key.clicked.connect(lambda: self.sign_asked.emit(self.ident))
        self.void_key = kit.key("records.void", "link")
        self.void_key.clicked.connect(lambda: self.void_asked.emit(self.ident))
        self.scan_key = kit.key("records.scan_back", "link")
        self.scan_key.clicked.connect(lambda: self.scan_asked.emit(self.ident))
        column.addWidget(self.sign_key)
        column.addWidget(self.print_key)
        column.addLayout(kit.row(self.save_key, self.verify_key))
        self.remake_key = kit.key("records.remake")
        self.remake_key.setMinimumHeight(44)
        self.remake_key.clicked.connect(lambda: self.remake_asked.emit(self.ident))
        self.amend_key = kit.key("records.amend")
        self.amend_key.setMinimumHeight(44)
        self.amend_key.clicked.connect(lambda: self.amend_asked.emit(self.ident))
        column.addWidget(self.amend_key)
        self.history_key = kit.key("history.open", "link")
        self.history_key.clicked.connect(lambda: self.history_asked.emit(self.ident))
        column.addLayout(kit.row(self.scan_key, None, self.history_key, self.void_key))
        column.addWidget(self.remake_key)
        inside = QWidget()
        holder = kit.column(inside)
        self.sheet = Sheet()
        self._nothing = kit.words("records.nothing", tone="quiet", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        holder.addWidget(self.sheet)
        holder.addWidget(self._nothing, 1)
        holder.addStretch(1)
        column.addWidget(kit.scroller(inside), 1)
        self.before, self.after = Key("link", icon="back"), Key("link", icon="next")
        put(self.before, "records.before", "setAccessibleName")
        put(self.after, "records.after", "setAccessibleName")
        for key, step in ((self.before, -1), (self.after, 1)):
            key.setMinimumSize(44, 36)
            key.clicked.connect(lambda _on=False, step=step: self.page_wanted.emit(self.ident, self._page + step))
        self._where = kit.label(size="small", tone="quiet")
        column.addLayout(kit.row(None, self.before, self._where, self.after, None))
        self.side.addWidget(card, 1)

    def show_kinds(self, kinds: Sequence[tuple[str, str]]) -> None:
        """Offer the kinds of record to filter by: (value, text in the moment's language)."""
        from ui.forms import Choice

        self.kind.show_choices([Choice("", say("records.kind.all")), *(Choice(*kind) for kind in kinds)])

    def show_rows(self, rows: Sequence[RecordLine], total: int) -> None:
        """Show what was found, newest first; ``total`` of all that match."""
        self._total = total
        self.table.show_rows(rows)
        self._line = next((row for row in rows if row.ident == self.ident), self._line)
        self._settle()
        self.retranslate()

    def show_sheet(self, ident: str, number: int, count: int, image: QImage) -> None:
        """Show page ``number`` of ``count`` of the picked record; one that is no longer picked is let go."""
        if ident == self.ident:
            self._page, self._pages = number, count
            self.sheet.show_image(image)
            self.retranslate()
            self._settle()

    def show_verdict(self, ident: str, mark: Mark, text: str) -> None:
        """Show what verification found, in one word and one sentence."""
        if ident == self.ident:
            self._verdict.setText(mark.text)
            theme.set_tone(self._verdict, mark.tone)
            self._verdict.setFixedWidth(self._verdict.sizeHint().width())
            self._verdict.show()
            self._verdict_text.setText(text)
            self._verdict_text.show()

    def _open(self, _line: RecordLine) -> None:
        if self.compact:
            self.toggle_side()

    def pick(self, ident: str) -> None:
        """Choose a record as a click would; nothing happens when it is not in the list."""
        line = next((row for row in self.table.model.rows if row.ident == ident), None)
        if line is not None:
            self._pick(line)

    def _pick(self, line: RecordLine) -> None:
        self.ident = line.ident
        self._line = line
        self._page, self._pages = 0, 0
        self._number.setText(f"{line.number} · {line.version}")
        self._verdict.hide()
        self._verdict_text.hide()
        self.sheet.show_image(QImage())
        self._settle()
        self.picked.emit(line.ident)
        self.page_wanted.emit(line.ident, 1)

    def _settle(self) -> None:
        for key in (self.print_key, self.save_key, self.verify_key, self.scan_key, self.history_key):
            key.setEnabled(bool(self.ident))
        self.sign_key.setVisible(self._line is not None and self._line.waiting)
        self.void_key.setVisible(self._line is not None and self._line.can_void)
        self.remake_key.setVisible(self._line is not None and self._line.can_remake)
        self.amend_key.setVisible(self._line is not None and self._line.can_amend)
        self.before.setEnabled(self._page > 1)
        self.after.setEnabled(0 < self._page < self._pages)
        self._nothing.setVisible(not self.ident)
        self.sheet.setVisible(bool(self._pages))
        self._where.setVisible(bool(self._pages))

    def retranslate(self) -> None:
        super().retranslate()
        self.count.setText(say("records.count", shown=len(self.table.model.rows), total=self._total))
        self._where.setText(say("records.page", number=self._page, count=self._pages))


_COLUMNS = (
    Column("records.column.number", lambda r: f"{r.number} {r.version}", width=158, bold=True),
    Column("records.column.kind", lambda r: r.kind_text),
    Column("records.column.patient", lambda r: r.patient, width=96),
    Column("records.column.product", lambda r: r.product, width=112),
    Column("records.column.finished", lambda r: r.finished, width=136),
    Column("records.column.state", lambda r: r.mark.text, tone=lambda r: r.mark.tone, width=108),
)

"""Orders: search as you type, a list by state, and everything about the one that is picked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from ui import kit
from ui.columns import SidePage
from ui.forms import ChoiceField
from ui.kit import Mark
from ui.language import put, say
from ui.pages.panel import Detail, KeyGrid, Panel
from ui.rows import Column, RowsTable
from ui.topbar import SearchField

# What may be done with an order; the caller offers some, the clear one first.
ACTS = ("verify", "decide", "reinstate", "receive", "reserve", "change", "announce", "notice", "number", "dose",
        "backup", "ld_start", "enquiry", "replace", "cancel")  # fmt: skip
STATES = ("live", "provisional", "placed", "verified", "over", "all")


class OrderLine(NamedTuple):
    """One order of the list. ``points``: how much is open, in words and a tone. ``late``: its planned day is over."""

    ident: str
    planned: str
    patient: str
    product: str
    coi: str
    points: Mark
    mark: Mark
    late: bool = False


class OrdersPage(SidePage):
    """Signals: ``searched(str)`` as typed · ``filtered(str)``: one of STATES · ``picked(str)`` · ``new_asked()`` ·
    ``act_asked(str, str)``: one of ACTS, the order · ``history_asked(str)``.
    The caller answers with ``show_rows`` and ``show_detail``."""

    searched = Signal(str)
    filtered = Signal(str)
    picked = Signal(str)
    new_asked = Signal()
    act_asked = Signal(str, str)
    history_asked = Signal(str)
    title_key = "frame.page.orders"

    def __init__(self) -> None:
        super().__init__(side_width=400)
        self.ident = ""
        self._detail: Detail | None = None
        self._total = 0
        self.search = SearchField("orders_page.search", "search")
        self.search.textEdited.connect(self.searched)
        self.state = put(ChoiceField(), "orders_page.state_name", "setAccessibleName").offer(
            *((name, f"orders_page.state.{name}") for name in STATES)
        )
        self.state.setMinimumHeight(40)
        self.state.chosen.connect(self.filtered)
        self.new = kit.key("orders_page.new", "primary", icon="plus")
        self.new.setMinimumHeight(44)
        self.new.clicked.connect(self.new_asked)
        bar = kit.row(self.search, self.state, self.new, gap=10)
        bar.setStretch(0, 1)
        self.main.addLayout(bar)
        card, column = kit.card("", (8, 4, 8, 8), gap=4)
        self.table = RowsTable(_COLUMNS, "orders_page.table", "orders_page.empty", row_height=48)
        self.table.picked.connect(self._pick)
        self.table.opened.connect(lambda _line: self.toggle_side())
        self._covered = kit.words("orders_page.covered", tone="quiet", wrap=True)
        self._covered.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._covered)
        column.addWidget(self._stack, 1)
        self.main.addWidget(card, 1)
        self.count = kit.label(size="small", tone="quiet")
        self.main.addWidget(self.count)
        self._build_side()
        self.retranslate()

    def _build_side(self) -> None:
        card, column = kit.card("", (20, 16, 12, 16), gap=10)
        self.panel = Panel()
        column.addWidget(kit.scroller(self.panel), 1)
        self.acts = KeyGrid(ACTS, "orders_page.act")
        self.acts.pressed.connect(lambda name: self.act_asked.emit(name, self.ident))
        column.addWidget(self.acts)
        self.history = kit.key("history.open", "link")
        self.history.clicked.connect(lambda: self.history_asked.emit(self.ident))
        column.addLayout(kit.row(None, self.history))
        self.side.addWidget(card, 1)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.acts.set_compact(compact)

    def allow(self, *, new: bool) -> None:
        """Offer a new order only to whom it is allowed."""
        self.new.setVisible(new)

    def show_rows(self, rows: Sequence[OrderLine], total: int) -> None:
        """Show what was found; ``total`` of all that match."""
        self._total = total
        self.table.show_rows(rows)
        self.retranslate()

    def show_detail(self, ident: str, detail: Detail, acts: Sequence[str]) -> None:
        """Show the picked order; the first of ``acts`` is the clear one."""
        if ident != self.ident:
            return
        self._detail = detail
        self.acts.offer(acts)
        self.retranslate()

    def cover(self, covered: bool) -> None:
        """Hide list and panel while a second person gives values of their own: they must not be read here."""
        self._stack.setCurrentIndex(1 if covered else 0)
        self.panel.setVisible(not covered)

    def pick(self, ident: str) -> None:
        """Show this order's panel, whether or not the list holds it."""
        self.ident, self._detail = ident, None
        self.picked.emit(ident)

    def _pick(self, line: OrderLine) -> None:
        self.pick(line.ident)

    def retranslate(self) -> None:
        super().retranslate()
        if not hasattr(self, "panel"):
            return
        self.count.setText(say("orders_page.count", shown=len(self.table.model.rows), total=self._total))
        self.history.setVisible(self._detail is not None)
        if self._detail is None:
            self.acts.offer(())
            self.panel.show_nothing(say("orders_page.nothing"))
        else:
            self.panel.show_detail(self._detail)


_COLUMNS = (
    Column("orders_page.column.planned", lambda r: r.planned, tone=lambda r: "warn" if r.late else None, width=108),
    Column("orders_page.column.patient", lambda r: r.patient, bold=True),
    Column("orders_page.column.product", lambda r: r.product),
    Column("orders_page.column.coi", lambda r: r.coi, width=158),
    Column("orders_page.column.points", lambda r: r.points.text, tone=lambda r: r.points.tone or None, width=80),
    Column("orders_page.column.state", lambda r: r.mark.text, tone=lambda r: r.mark.tone, width=96),
)

"""Products: profiles with every limit and what it rests on, verified by two; the limits that no label gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QStackedWidget

from ui import kit
from ui.columns import SidePage
from ui.forms import ChoiceField
from ui.kit import Key, Mark
from ui.language import put, say
from ui.pages.panel import Detail, KeyGrid, Panel, matching
from ui.rows import Column, RowsTable
from ui.topbar import SearchField

TAB_EDGES_PX = 38  # padding and border left and right
# What may be done with one profile, the likeliest first; the page offers what the caller allows.
ACTS = ("verify", "adopt", "compare", "bring_in", "export", "review", "retire")


class ProductLine(NamedTuple):
    """One profile of the list. ``missing``: needed fields nobody has read, as text; ``state``: one of the filter's."""

    ident: str
    name: str
    generic: str
    jurisdiction: str
    label: str
    missing: str
    state: str
    mark: Mark


class LimitLine(NamedTuple):
    """One site limit: what is confirmed, or what is proposed."""

    ident: str
    name: str
    value: str
    source: str
    mark: Mark


class ProductsPage(SidePage):
    """Signals: ``picked(str)`` · ``limit_picked(str)`` · ``act_asked(str, str)``: one of ACTS, the profile ·
    ``bring_in_asked()``: a file for any profile · ``confirm_asked(str)``: a site limit.
    The caller answers with ``show_rows``, ``show_detail``, ``show_limits``, ``show_limit``."""

    picked = Signal(str)
    limit_picked = Signal(str)
    act_asked = Signal(str, str)
    bring_in_asked = Signal()
    confirm_asked = Signal(str)
    title_key = "frame.page.products"

    def __init__(self) -> None:
        super().__init__(side_width=408)
        self.ident, self.limit = "", ""
        self._detail: Detail | None = None
        self._limit: Detail | None = None
        self._offered: tuple[str, ...] = ()
        self._may_bring_in, self._may_confirm = True, True
        self._build_bar()
        self.count = kit.label(size="small", tone="quiet")
        self.products = RowsTable(_PRODUCTS, "products_page.table", "products_page.empty", row_height=48)
        self.limits = RowsTable(_LIMITS, "products_page.limits_table", "products_page.limits_empty")
        self.stack = QStackedWidget()
        for table in (self.products, self.limits):
            card, column = kit.card("", (8, 4, 8, 8))
            column.addWidget(table, 1)
            self.stack.addWidget(card)
        self.main.addWidget(self.stack, 1)
        self.main.addLayout(kit.row(self.count, None, self.bring_in))
        self._build_side()
        self.search.textEdited.connect(self._search)
        self.state.chosen.connect(lambda _value: self._filter())
        self.products.picked.connect(self._pick)
        self.limits.picked.connect(self._pick_limit)
        for table in (self.products, self.limits):
            table.opened.connect(lambda _line: self.toggle_side())
        self.show_tab("profiles")

    def _build_bar(self) -> None:
        self.tabs: dict[str, Key] = {}
        group = QButtonGroup(self)
        for name in ("profiles", "limits"):
            tab = kit.key(f"products_page.tab.{name}", "tab")
            tab.setCheckable(True)
            tab.setMinimumHeight(40)
            tab.clicked.connect(lambda _on=False, name=name: self.show_tab(name))
            group.addButton(tab)
            self.tabs[name] = tab
        self.search = SearchField("products_page.search", "search")
        self.state = put(ChoiceField(), "products_page.state.name", "setAccessibleName").offer(
            *(
                (value, f"products_page.state.{value or 'all'}")
                for value in ("", "verified", "draft", "waiting", "review")
            )
        )
        self.state.setMinimumHeight(40)
        self.bring_in = kit.key("products_page.bring_in", icon="folder")
        self.bring_in.setMinimumHeight(40)
        self.bring_in.clicked.connect(self.bring_in_asked)
        bar = kit.row(*self.tabs.values(), self.search, self.state, gap=10)
        bar.setStretch(2, 1)
        self.main.addLayout(bar)

    def _build_side(self) -> None:
        card, column = kit.card("", (20, 16, 12, 16), gap=10)
        self.panel = Panel()
        self.seek = SearchField("products_page.find", "search")
        self.seek.textEdited.connect(lambda _text: self._draw())
        column.addWidget(self.seek)
        column.addWidget(kit.scroller(self.panel), 1)
        self.acts = KeyGrid(ACTS, "products_page.act")
        self.acts.pressed.connect(lambda name: self.act_asked.emit(name, self.ident))
        column.addWidget(self.acts)
        self.confirm = kit.key("products_page.act.confirm", "primary", big=True)
        self.confirm.clicked.connect(lambda: self.confirm_asked.emit(self.limit))
        column.addWidget(self.confirm)
        self.side.addWidget(card, 1)

    # --- what is shown

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.acts.set_compact(compact)

    def allow(self, acts: Sequence[str]) -> None:
        """Offer ``bring_in`` for a new file and ``confirm`` for limits only to whom they are allowed."""
        self._may_bring_in, self._may_confirm = "bring_in" in acts, "confirm" in acts
        self._draw_keys()

    def show_tab(self, name: str) -> None:
        """Show profiles or limits."""
        self.tabs[name].setChecked(True)
        self.stack.setCurrentIndex(0 if name == "profiles" else 1)
        self.search.setText("")
        self._search("")
        self._draw()

    @property
    def on_limits(self) -> bool:
        """Whether the limits' tab shows."""
        return self.stack.currentIndex() == 1

    def show_rows(self, rows: Sequence[ProductLine]) -> None:
        """Show every profile."""
        self.products.show_rows(rows)
        self._draw_keys()

    def show_limits(self, rows: Sequence[LimitLine]) -> None:
        """Show every site limit."""
        self.limits.show_rows(rows)

    def show_detail(self, ident: str, detail: Detail, acts: Sequence[str]) -> None:
        """Show the picked profile; the first of ``acts`` is the page's one clear action."""
        if ident == self.ident:
            self._detail, self._offered = detail, tuple(acts)
            self._draw()

    def show_limit(self, ident: str, detail: Detail) -> None:
        """Show the picked limit."""
        if ident == self.limit:
            self._limit = detail
            self._draw()

    def _pick(self, line: ProductLine) -> None:
        self.ident, self._detail = line.ident, None
        self.picked.emit(line.ident)

    def _pick_limit(self, line: LimitLine) -> None:
        self.limit, self._limit = line.ident, None
        self.limit_picked.emit(line.ident)

    def _search(self, text: str) -> None:
        (self.limits if self.on_limits else self.products).search(text)

    def _filter(self) -> None:
        wanted = self.state.value()
        self.products.keep((lambda line: line.state == wanted) if wanted else None)

    def _draw(self) -> None:
        self._draw_keys()
        detail = self._limit if self.on_limits else self._detail
        if detail is None:
            self.panel.show_nothing(say("products_page.limits_nothing" if self.on_limits else "products_page.nothing"))
            return
        if not self.on_limits:
            detail = detail._replace(sections=matching(detail.sections, self.seek.value()))
        self.panel.show_detail(detail)

    def _draw_keys(self) -> None:
        on_limits = self.on_limits
        detail = self._limit if on_limits else self._detail
        table = self.limits if on_limits else self.products
        self.count.setText(say("products_page.count", count=len(table.model.rows)))
        self.state.setVisible(not on_limits)
        self.bring_in.setVisible(not on_limits and self._may_bring_in)
        self.seek.setVisible(not on_limits and detail is not None)
        self.confirm.setVisible(on_limits and detail is not None and self._may_confirm)
        self.acts.offer(() if on_limits or detail is None else self._offered)

    def retranslate(self) -> None:
        super().retranslate()
        if hasattr(self, "confirm"):
            for tab in self.tabs.values():
                _make_room(tab)
            self._draw()


def _make_room(tab: Key) -> None:
    """The chosen tab is bold, and the style sheet's size hint is the plain word's."""
    tab.ensurePolished()
    bold = QFont(tab.font())
    bold.setBold(True)
    tab.setMinimumWidth(QFontMetrics(bold).horizontalAdvance(tab.text()) + TAB_EDGES_PX)


_PRODUCTS = (
    Column("products_page.column.name", lambda r: r.name, width=122, bold=True),
    Column("products_page.column.generic", lambda r: r.generic),
    Column("products_page.column.jurisdiction", lambda r: r.jurisdiction, width=72),
    Column("products_page.column.label", lambda r: r.label, width=98),
    Column("products_page.column.missing", lambda r: r.missing, width=98),
    Column("products_page.column.state", lambda r: r.mark.text, tone=lambda r: r.mark.tone, width=118),
)
_LIMITS = (
    Column("products_page.column.limit", lambda r: r.name, bold=True),
    Column("products_page.column.value", lambda r: r.value, width=120, right=True),
    Column("products_page.column.source", lambda r: r.source),
    Column("products_page.column.state", lambda r: r.mark.text, tone=lambda r: r.mark.tone, width=118),
)

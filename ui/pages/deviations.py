"""Deviations: a plain list, open or closed; comments; closing by a quality officer with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal

from ui import kit
from ui.columns import SidePage
from ui.forms import ChoiceField
from ui.kit import Mark
from ui.language import put, say
from ui.pages.panel import Detail, KeyGrid, Panel
from ui.rows import Column, RowsTable
from ui.topbar import SearchField

ACTS = ("comment", "close")
STATES = ("open", "closed", "all")


class DeviationLine(NamedTuple):
    """One deviation of the list. ``what`` leads to order or container; never to a name or a patient's number."""

    ident: str
    opened: str
    what: str
    severity: Mark
    mark: Mark


class DeviationsPage(SidePage):
    """Signals: ``filtered(str)``: one of STATES · ``picked(str)`` · ``open_asked()`` · ``act_asked(str, str)``: one of
    ACTS, the deviation · ``history_asked(str)``. The caller answers with ``show_rows`` and ``show_detail``."""

    filtered = Signal(str)
    picked = Signal(str)
    open_asked = Signal()
    act_asked = Signal(str, str)
    history_asked = Signal(str)
    title_key = "frame.page.deviations"

    def __init__(self) -> None:
        super().__init__(side_width=400)
        self.ident = ""
        self._detail: Detail | None = None
        self.search = SearchField("deviations_page.search", "search")
        self.state = put(ChoiceField(), "deviations_page.state_name", "setAccessibleName").offer(
            *((name, f"deviations_page.state.{name}") for name in STATES)
        )
        self.state.setMinimumHeight(40)
        self.state.chosen.connect(self.filtered)
        self.open_key = kit.key("deviations_page.open", "primary", icon="plus")
        self.open_key.setMinimumHeight(44)
        self.open_key.clicked.connect(self.open_asked)
        bar = kit.row(self.search, self.state, self.open_key, gap=10)
        bar.setStretch(0, 1)
        self.main.addLayout(bar)
        card, column = kit.card("", (8, 4, 8, 8))
        self.table = RowsTable(_COLUMNS, "deviations_page.table", "deviations_page.empty", row_height=58)
        self.table.view.setWordWrap(True)  # what happened is read to its end
        self.search.textEdited.connect(self.table.search)
        self.table.picked.connect(self._pick)
        self.table.opened.connect(lambda _line: self.toggle_side())
        column.addWidget(self.table, 1)
        self.main.addWidget(card, 1)
        self.count = kit.label(size="small", tone="quiet")
        self.main.addWidget(self.count)
        side, side_column = kit.card("", (20, 16, 12, 16), gap=10)
        self.panel = Panel()
        side_column.addWidget(kit.scroller(self.panel), 1)
        self.acts = KeyGrid(ACTS, "deviations_page.act")
        self.acts.pressed.connect(lambda name: self.act_asked.emit(name, self.ident))
        side_column.addWidget(self.acts)
        self.history = kit.key("history.open", "link")
        self.history.clicked.connect(lambda: self.history_asked.emit(self.ident))
        side_column.addLayout(kit.row(None, self.history))
        self.side.addWidget(side, 1)
        self.retranslate()

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.acts.set_compact(compact)

    def allow(self, *, opening: bool) -> None:
        """Offer a new one only to whom it is allowed."""
        self.open_key.setVisible(opening)

    def show_rows(self, rows: Sequence[DeviationLine]) -> None:
        """Show the list, newest first."""
        self.table.show_rows(rows)
        self.retranslate()

    def show_detail(self, ident: str, detail: Detail, acts: Sequence[str]) -> None:
        """Show the picked one."""
        if ident == self.ident:
            self._detail = detail
            self.acts.offer(acts)
            self.retranslate()

    def pick(self, ident: str) -> None:
        """Show this one's panel."""
        self.ident, self._detail = ident, None
        self.picked.emit(ident)

    def _pick(self, line: DeviationLine) -> None:
        self.pick(line.ident)

    def retranslate(self) -> None:
        super().retranslate()
        if not hasattr(self, "panel"):
            return
        self.count.setText(say("deviations_page.count", count=len(self.table.model.rows)))
        self.history.setVisible(self._detail is not None)
        if self._detail is None:
            self.acts.offer(())
            self.panel.show_nothing(say("deviations_page.nothing"))
        else:
            self.panel.show_detail(self._detail)


_COLUMNS = (
    Column("deviations_page.column.ident", lambda r: r.ident, width=140, bold=True),
    Column("deviations_page.column.opened", lambda r: r.opened[:10], width=98),
    Column("deviations_page.column.what", lambda r: r.what),
    Column("deviations_page.column.severity", lambda r: r.severity.text, tone=lambda r: r.severity.tone, width=84),
    Column("deviations_page.column.state", lambda r: r.mark.text, tone=lambda r: r.mark.tone, width=80),
)

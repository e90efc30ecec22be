"""Storage: a plain list of what stands where, device by device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal

from ui import kit
from ui.columns import SidePage
from ui.forms import Choice, ChoiceField
from ui.kit import Mark
from ui.language import put, say
from ui.pages.panel import Detail, Panel
from ui.rows import Column, RowsTable
from ui.topbar import SearchField


class StoredLine(NamedTuple):
    """One container. ``device``: its device's code, for the filter; ``place``: where, in words."""

    ident: str
    device: str
    place: str
    patient: str
    product: str
    container: str
    mark: Mark


class StoragePage(SidePage):
    """Signals: ``picked(str)``: a container · ``order_asked(str)``: its order. The caller answers with ``show_rows``,
    ``show_devices`` and ``show_detail``."""

    picked = Signal(str)
    order_asked = Signal(str)
    title_key = "frame.page.storage"

    def __init__(self) -> None:
        super().__init__(side_width=360)
        self.ident, self._order = "", ""
        self._detail: Detail | None = None
        self._overview: Detail | None = None
        self.search = SearchField("storage_page.search", "search")
        self.device = put(ChoiceField(), "storage_page.device_name", "setAccessibleName")
        self.device.setMinimumHeight(40)
        self.device.chosen.connect(lambda _code: self._keep())
        bar = kit.row(self.search, self.device, gap=10)
        bar.setStretch(0, 1)
        self.main.addLayout(bar)
        card, column = kit.card("", (8, 4, 8, 8))
        self.table = RowsTable(_COLUMNS, "storage_page.table", "storage_page.empty", row_height=48)
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
        self.to_order = kit.key("storage_page.to_order", "primary", big=True)
        self.to_order.clicked.connect(lambda: self.order_asked.emit(self._order))
        self.to_devices = kit.key("storage_page.to_devices", "link")
        self.to_devices.setMinimumHeight(44)
        self.to_devices.clicked.connect(self.show_overview)
        side_column.addWidget(self.to_order)
        side_column.addWidget(self.to_devices)
        self.side.addWidget(side, 1)
        self.show_devices((), None)

    def show_rows(self, rows: Sequence[StoredLine]) -> None:
        """Show everything that is here, place by place."""
        self.table.show_rows(rows)
        self.retranslate()

    def show_devices(self, devices: Sequence[Choice], overview: Detail | None) -> None:
        """Offer devices to filter by, and what each of them holds."""
        self.device.show_choices([Choice("", say("storage_page.all_devices")), *devices])
        self._overview = overview
        self.retranslate()

    def show_detail(self, ident: str, detail: Detail, order: str) -> None:
        """Show the picked container."""
        if ident == self.ident:
            self._detail, self._order = detail, order
            self.retranslate()

    def show_overview(self) -> None:
        """Show the devices again."""
        self.ident, self._detail = "", None
        self.table.view.clearSelection()
        self.retranslate()

    def _keep(self) -> None:
        wanted = self.device.value()
        self.table.keep((lambda line: line.device == wanted) if wanted else None)

    def _pick(self, line: StoredLine) -> None:
        self.ident, self._detail = line.ident, None
        self.picked.emit(line.ident)

    def retranslate(self) -> None:
        super().retranslate()
        if not hasattr(self, "to_devices"):
            return
        self.count.setText(say("storage_page.count", count=len(self.table.model.rows)))
        self.to_order.setVisible(self._detail is not None)
        self.to_devices.setVisible(self._detail is not None)
        shown = self._detail or self._overview
        if shown is None:
            self.panel.show_nothing(say("storage_page.nothing"))
        else:
            self.panel.show_detail(shown)


_COLUMNS = (
    Column("storage_page.column.place", lambda r: r.place, width=208, bold=True),
    Column("storage_page.column.patient", lambda r: r.patient, width=84),
    Column("storage_page.column.product", lambda r: r.product),
    Column("storage_page.column.container", lambda r: r.container, width=128),
    Column("storage_page.column.state", lambda r: r.mark.text, tone=lambda r: r.mark.tone, width=156),
)

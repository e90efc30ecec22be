"""Storage as a map one can walk and search: what is where, free and taken, in which state, expiring when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QStackedWidget, QWidget

from ui import kit
from ui.columns import SidePage
from ui.forms import Choice, ChoiceField
from ui.kit import Elided, Key, Mark
from ui.language import put, say
from ui.pages.panel import Detail, KeyGrid, Panel
from ui.rack import CellLook, LegendCell, RackGrid
from ui.rows import Column, RowsTable
from ui.topbar import SearchField

LEGEND = ("free", "reserved", "stored", "pending", "locked", "rejected")
ALARM_ACTS = ("acknowledge", "silence", "respond", "dossier", "resolve")  # of a device that no logger measures
# What may be done with what is chosen; the caller offers some, the clear one first.
ACTS = (
    *ALARM_ACTS,
    "order", "move", "reconcile", "reinstate", "round", "count", "add_probe", "certificate", "doubted",
    "change_probe", "replace_probe", "file", "retire_probe", "alarm_rules", "change", "retire", "take_back", "history",
    "up",
)  # fmt: skip
TOOLS = ("count", "bulk", "place")
DUTIES_SEEN, DUTY_PX = 4, 34


class RackLook(NamedTuple):
    """One rack (or whatever holds positions directly), with its zone in its title."""

    title: str
    cells: tuple[CellLook, ...]


class DeviceLook(NamedTuple):
    """A tank, fridge or freezer: its name, its limit and level and how full it is, its newest temperature with its age,
    its racks."""

    code: str
    name: str
    line: str
    mark: Mark
    age: str
    racks: tuple[RackLook, ...]


class ShipperLook(NamedTuple):
    """A shipper used as a store: what is in it, the next reading, until when somebody must act."""

    code: str
    title: str
    line: str
    mark: Mark


class Duty(NamedTuple):
    """A planned round of today, or a container whose position must be scanned. ``verb``: its key's word, or ``""``."""

    ident: str
    text: str
    mark: Mark
    verb: str = ""


class StoredRow(NamedTuple):
    """One container of the list."""

    code: str
    place: str
    patient: str
    product: str
    coi: str
    lot: str
    expiry: str
    state: Mark


class _DeviceCard(QFrame):
    """Signals: ``picked(str)``: a position, or the device · ``opened(str)``: the device's temperatures."""

    picked = Signal(str)
    opened = Signal(str)

    def __init__(self, look: DeviceLook) -> None:
        super().__init__()
        self.setProperty("kit", "card")
        column = kit.column(self, (20, 14, 16, 14), gap=4)
        pill = kit.pill(look.mark)
        pill.setToolTip(look.age)
        head = kit.row(Elided(look.name, "large", bold=True), pill, gap=8)
        head.setStretch(0, 1)
        column.addLayout(head)
        column.addWidget(Elided(look.line, "small", "quiet"))
        line = kit.row(Elided(look.age, "small", "quiet"), gap=8)
        curve = kit.key("map.curve", "link")
        put(curve, "map.curve_of", "setAccessibleName", device=look.name)
        curve.clicked.connect(lambda: self.opened.emit(look.code))
        itself = kit.key("map.device", "link")
        put(itself, "map.device_of", "setAccessibleName", device=look.name)
        itself.clicked.connect(lambda: self.picked.emit(look.code))
        line.addWidget(itself)
        line.addWidget(curve)
        line.setStretch(0, 1)
        column.addLayout(line)
        self.grids: list[RackGrid] = []
        for rack in look.racks:
            column.addSpacing(4)
            column.addWidget(kit.label(rack.title, "small", "quiet"))
            grid = RackGrid(f"{look.name} {rack.title}", rack.cells)
            grid.picked.connect(self.picked)
            self.grids.append(grid)
            column.addWidget(grid)
        column.addStretch(1)


class MapPage(SidePage):
    """Signals: ``picked(str)``: a place's code, or what a way in the panel leads to · ``searched(str)`` ·
    ``room_chosen(str)`` · ``tool_asked(str)``: one of TOOLS · ``act_asked(str, str)``: one of ACTS, the chosen place ·
    ``device_opened(str)`` · ``shipper_asked(str)``: a reading · ``duty_asked(str)``."""

    picked = Signal(str)
    searched = Signal(str)
    room_chosen = Signal(str)
    tool_asked = Signal(str)
    act_asked = Signal(str, str)
    device_opened = Signal(str)
    shipper_asked = Signal(str)
    duty_asked = Signal(str)
    title_key = "frame.page.storage"

    def __init__(self) -> None:
        super().__init__(side_width=340)
        self.chosen = ""
        self._detail: Detail | None = None
        self._devices: tuple[DeviceLook, ...] = ()
        self._shippers: tuple[ShipperLook, ...] = ()
        self._cards: list[_DeviceCard] = []
        self.main.addLayout(self._bar())
        self.main.addLayout(self._finder())
        self._build_views()
        self._build_side()
        self._show_view("map")

    def _bar(self) -> QHBoxLayout:
        self.views: dict[str, Key] = {}
        for name in ("map", "list"):
            key = kit.key(f"map.view.{name}", "tab")
            key.setCheckable(True)
            key.clicked.connect(lambda _on=False, name=name: self._show_view(name))
            self.views[name] = key
        self.tools: dict[str, Key] = {}
        for name in TOOLS:
            key = kit.key(f"map.tool.{name}", "link" if name == "place" else "")
            key.clicked.connect(lambda _on=False, name=name: self.tool_asked.emit(name))
            self.tools[name] = key
        return kit.row(
            *self.views.values(), 4, self.tools["count"], self.tools["bulk"], None, self.tools["place"], gap=8
        )

    def _finder(self) -> QHBoxLayout:
        self.search = SearchField("map.search", "search")
        self.search.textEdited.connect(self.searched)
        self.room = put(ChoiceField(), "map.room", "setAccessibleName")
        self.room.setStyleSheet("min-height: 32px;")
        self.room.chosen.connect(self.room_chosen)
        self._legend = QWidget()
        line = kit.row(gap=6, owner=self._legend)
        for name in LEGEND:
            line.addWidget(LegendCell(name))
            line.addWidget(kit.words(f"map.legend.{name}", "small", "quiet"))
            line.addSpacing(8)
        row = kit.row(self.search, self.room, 6, self._legend, gap=10)
        row.setStretch(0, 1)
        return row

    def _build_views(self) -> None:
        self._map_host = QWidget()
        self._map_column = kit.column(self._map_host, gap=14)
        self._grid = QGridLayout()
        self._grid.setSpacing(14)
        self._map_column.addLayout(self._grid)
        self._shipper_host = QWidget()
        self._shipper_column = kit.column(self._shipper_host, gap=10)
        self._nothing = kit.words("map.empty", tone="quiet", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._map_column.addWidget(self._nothing)
        self._map_column.addStretch(1)
        self.area = kit.scroller(self._map_host)
        self.table = RowsTable(_COLUMNS, "map.table", "map.no_rows", row_height=44)
        self.table.picked.connect(lambda row: self.pick(row.code))
        self.search.textEdited.connect(self.table.search)
        card, column = kit.card("", (8, 4, 8, 8))
        column.addWidget(self.table, 1)
        self._views = QStackedWidget()
        self._views.addWidget(self.area)
        self._views.addWidget(card)
        self.main.addWidget(self._views, 1)
        self.main.addWidget(self._shipper_host)

    def _build_side(self) -> None:
        card, column = kit.card("", (20, 16, 14, 14), gap=10)
        self.panel = Panel()
        self.panel.followed.connect(self.pick)
        column.addWidget(kit.scroller(self.panel), 1)
        self.acts = KeyGrid(ACTS, "map.act")
        self.acts.pressed.connect(lambda name: self.act_asked.emit(name, self.chosen))
        column.addWidget(self.acts)
        self.side.addWidget(card, 1)
        self._duty_card, duty_column = kit.card("", (20, 12, 8, 12), gap=6)
        duty_column.addWidget(kit.words("map.duties", "large", bold=True))
        inside = QWidget()
        self._duties = kit.column(inside, (0, 0, 6, 0), gap=6)
        self._duty_scroll = kit.scroller(inside)
        duty_column.addWidget(self._duty_scroll)
        self.side.addWidget(self._duty_card)
        self.show_duties(())
        self._show_panel()

    # --- what it shows

    def show_rooms(self, rooms: Sequence[Choice]) -> None:
        """Offer rooms where there is more than one."""
        self.room.show_choices([Choice("", say("map.all_rooms")), *rooms])
        self.room.setVisible(len(rooms) > 1)

    def show_devices(self, devices: Sequence[DeviceLook], shippers: Sequence[ShipperLook]) -> None:
        """Show the map anew; what was chosen stays chosen."""
        devices, shippers = tuple(devices), tuple(shippers)
        if (devices, shippers) == (self._devices, self._shippers) and self._cards:
            return
        self._devices, self._shippers = devices, shippers
        at = self.area.verticalScrollBar().value()
        kit.clear(self._grid)
        self._cards = []
        for look in devices:
            card = _DeviceCard(look)
            card.picked.connect(self.pick)
            card.opened.connect(self.device_opened)
            self._cards.append(card)
        self._walkable()
        self._place_cards()
        kit.clear(self._shipper_column)
        for shipper in shippers:
            self._shipper_column.addWidget(self._shipper(shipper))
        self._shipper_host.setVisible(bool(shippers))
        self._nothing.setVisible(not devices and not shippers)
        self._mark()
        self.area.verticalScrollBar().setValue(at)

    def _walkable(self) -> None:
        """Arrows lead from rack to rack and from device to device."""
        grids = [grid for card in self._cards for grid in card.grids if grid.cells]
        for n, grid in enumerate(grids):
            grid.left.connect(lambda way, n=n: self._walk(grids, n + way, way))

    def _walk(self, grids: list[RackGrid], to: int, way: int) -> None:
        if 0 <= to < len(grids):
            grids[to].enter(way)
            self.area.ensureWidgetVisible(grids[to])

    def _place_cards(self) -> None:
        across = 1 if self.compact else 2
        for n, card in enumerate(self._cards):
            self._grid.addWidget(card, n // across, n % across)
        for column in range(2):
            self._grid.setColumnStretch(column, 1 if column < across else 0)

    def _shipper(self, look: ShipperLook) -> QFrame:
        card, column = kit.card("", (20, 12, 16, 12), gap=2)
        key = kit.key("map.read_shipper", "link")
        key.clicked.connect(lambda: self.shipper_asked.emit(look.code))
        name = Elided(look.title, "large", bold=True)
        head = kit.row(name, kit.pill(look.mark), gap=8)
        head.setStretch(0, 1)
        itself = kit.key("map.device", "link")
        put(itself, "map.device_of", "setAccessibleName", device=look.title)
        itself.clicked.connect(lambda: self.pick(look.code))
        below = kit.row(Elided(look.line, "small", "quiet"), itself, key, gap=8)
        below.setStretch(0, 1)
        column.addLayout(head)
        column.addLayout(below)
        return card

    def show_rows(self, rows: Sequence[StoredRow]) -> None:
        """Everything that is here, as a list."""
        self.table.show_rows(rows)

    def show_detail(self, code: str, detail: Detail, acts: Sequence[str]) -> None:
        """Show what is chosen; the first of ``acts`` is the clear one."""
        if code == self.chosen:
            self._detail = detail
            self.acts.offer(acts)
            self._show_panel()

    def show_duties(self, duties: Sequence[Duty]) -> None:
        """Today's rounds, and positions to be scanned after an emergency."""
        kit.clear(self._duties)
        if not duties:
            self._duties.addWidget(kit.rule())
            self._duties.addWidget(kit.words("map.no_duties", "small", "quiet", wrap=True))
        for duty in duties:
            self._duties.addWidget(kit.rule())
            text = Elided(duty.text, "small")
            line = kit.row(text, gap=8)
            line.setStretch(0, 1)
            if duty.verb:
                key = Key("link")
                key.setText(duty.verb)
                key.setAccessibleName(f"{duty.verb} {duty.text}")
                key.clicked.connect(lambda _on=False, ident=duty.ident: self.duty_asked.emit(ident))
                line.addWidget(key)
            else:
                line.addWidget(kit.label(duty.mark.text, "small", duty.mark.tone, bold=True))
            self._duties.addLayout(line)
        self._duties.addStretch(1)
        self._duty_scroll.setMinimumHeight(min(max(len(duties), 1), DUTIES_SEEN) * DUTY_PX)
        self._duty_card.setMaximumHeight(16_777_215 if self.compact else DUTIES_SEEN * DUTY_PX + 70)

    def allow(self, tools: Sequence[str]) -> None:
        """Offer tools only to whom they are allowed."""
        for name, key in self.tools.items():
            key.setVisible(name in tools)

    def pick(self, code: str) -> None:
        """Choose a position or a device."""
        self.chosen, self._detail = code, None
        self._mark()
        self.picked.emit(code)

    def _mark(self) -> None:
        for card in self._cards:
            for grid in card.grids:
                if grid.choose(self.chosen) and self.chosen:
                    self.area.ensureWidgetVisible(grid)

    def _show_view(self, name: str) -> None:
        for key_name, key in self.views.items():
            key.setChecked(key_name == name)
        self._views.setCurrentIndex(0 if name == "map" else 1)
        self._legend.setVisible(name == "map")

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.acts.set_compact(compact)
        self._legend.setVisible(not compact and self.views["map"].isChecked())
        self._place_cards()
        ways = QBoxLayout.Direction
        self.side.setDirection(ways.LeftToRight if compact else ways.TopToBottom)
        self._duty_card.setMaximumHeight(16_777_215 if compact else DUTIES_SEEN * DUTY_PX + 70)
        self._duty_card.setMinimumWidth(300 if compact else 0)
        # A shipper's end is always in sight, but in a low window it scrolls with the map.
        if compact:
            self._map_column.insertWidget(0, self._shipper_host)
        else:
            self.main.addWidget(self._shipper_host)

    def _show_panel(self) -> None:
        if self._detail is None:
            self.acts.offer(())
            self.panel.show_nothing(say("map.nothing"))
        else:
            self.panel.show_detail(self._detail)

    def retranslate(self) -> None:
        super().retranslate()
        if hasattr(self, "_duty_card"):
            self._show_panel()


_COLUMNS = (
    Column("map.column.place", lambda r: r.place, bold=True),
    Column("map.column.patient", lambda r: r.patient, width=110),
    Column("map.column.product", lambda r: r.product),
    Column("map.column.coi", lambda r: r.coi, width=116),
    Column("map.column.lot", lambda r: r.lot, width=110),
    Column("map.column.expiry", lambda r: r.expiry, width=104),
    Column("map.column.state", lambda r: r.state.text, tone=lambda r: r.state.tone, width=148),
)

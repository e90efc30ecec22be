"""The holder's notice: waybill, shipper, seals, hold end, and each container that is to come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QWidget

from cellguide.shipments import Announced, Shipment
from ui import kit
from ui.dialogs.days import iso
from ui.dialogs.dialog import Dialog
from ui.forms import DateField, Form, FreeField, TextField
from ui.kit import Elided
from ui.language import put, say

CONTAINERS_MAX = 16
_NOTICE = ("waybill", "shipper", "carrier", "seals", "hold_end_at", "departed_at", "transport", "supplier")
_TIMES = ("hold_end_at", "departed_at")
_ACCEPTANCE = ("approval_no", "produced_on", "quantity", "unit_price", "bought_on")
_CELLS = ("lot", "expiry", "din")


class ShipmentDialog(Dialog):
    """Signals: ``saved()``: read ``shipment(zone)``, ``announced()``, ``files()``; the caller answers with ``accept()``
    or ``show_error``."""

    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=1000)
        put(self.title, "orders_page.shipment.title")
        put(self, "orders_page.shipment.title", "setWindowTitle")
        self.body.addWidget(kit.words("orders_page.shipment.help", tone="quiet", wrap=True))
        self.why = Form()
        self.reason = FreeField(2)
        self.why.add_row("orders_page.shipment.reason", self.reason)
        self.why.hide()
        self.body.addWidget(self.why)
        self.fields: dict[str, TextField] = {}
        self.form = self._form(_NOTICE)
        self.body.addWidget(self.form)
        self._containers_words = kit.words("orders_page.shipment.containers", "large", bold=True)
        self.body.addWidget(self._containers_words)
        self._grid_host = QWidget()
        self._grid = QGridLayout(self._grid_host)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        for column in (1, 2, 3):
            self._grid.setColumnStretch(column, 1)
        self._rows: list[tuple[QLabel, dict[str, TextField]]] = []
        self.body.addWidget(self._grid_host)
        self.more = kit.key("orders_page.shipment.add", "link", icon="plus")
        self.more.clicked.connect(self.add_container)
        self._path = ""
        self._file_name = Elided(tone="quiet")
        choose = kit.key("orders_page.shipment.file", icon="folder")
        choose.setMinimumHeight(40)
        choose.clicked.connect(self._choose)
        line = kit.row(self.more, None, self._file_name, choose, gap=12)
        line.setStretch(2, 1)
        self.body.addLayout(line)
        self.body.addWidget(kit.rule())
        self.body.addWidget(kit.words("orders_page.shipment.acceptance", "large", bold=True))
        self.body.addWidget(self._form(_ACCEPTANCE))
        self.body.addStretch(1)
        self.add_back("orders_page.form.back")
        self.key = self.add_key("orders_page.shipment.save")
        self.key.clicked.connect(self.saved)

    def _form(self, names: tuple[str, ...]) -> Form:
        form = Form(columns=4)
        for name in names:
            field = DateField() if name in ("produced_on", "bought_on") else TextField(free=True)
            if name in _TIMES:
                put(field, "orders_page.shipment.time_hint", "setPlaceholderText")
            form.add_row(f"shipment.field.{name}", field)
            self.fields[name] = field
        return form

    def show_order(self, order: str, patient: str, containers: int) -> None:
        """Ask for the notice of one order; as many container lines as were ordered."""
        put(self.kicker, "orders_page.shipment.kicker", order=order, patient=patient)
        for _ in range(max(1, min(containers, CONTAINERS_MAX))):
            self.add_container()
        self.fields["waybill"].setFocus()

    def show_shipment(self, held: Shipment, patient: str) -> None:
        """Fill in what a notice did not say; what stood there is changed with a reason. Containers stay as they are."""
        put(self.kicker, "orders_page.shipment.kicker", order=held.order, patient=patient)
        put(self.title, "orders_page.shipment.title_change", shipment=held.id)
        put(self, "orders_page.shipment.title_change", "setWindowTitle", shipment=held.id)
        for name, field in self.fields.items():
            value = "、".join(held.seals) if name == "seals" else str(getattr(held, name))
            field.setText(value.replace("T", " ", 1)[:16] if name in _TIMES else value)
        self.why.show()
        for part in (self._containers_words, self._grid_host, self.more):
            part.hide()
        self.fields["waybill"].setFocus()

    def add_container(self) -> None:
        """One container line more."""
        place = len(self._rows)
        name = kit.label(bold=True)
        cells = {}
        self._grid.addWidget(name, place, 0)
        for column, cell in enumerate(_CELLS, start=1):
            key = "order.field.din" if cell == "din" else f"shipment.field.{cell}"
            field = put(TextField(), key, "setAccessibleName")
            put(field, "orders_page.shipment.expiry_hint" if cell == "expiry" else key, "setPlaceholderText")
            if place and cell == "lot":
                field.setText(self._rows[0][1]["lot"].value())
            self._grid.addWidget(field, place, column)
            cells[cell] = field
        self._rows.append((name, cells))
        for n, (label, _) in enumerate(self._rows, start=1):
            label.setText(say("orders_page.shipment.n_of", n=n, of=len(self._rows)))
        self.more.setVisible(len(self._rows) < CONTAINERS_MAX)

    def choose_file(self, path: str) -> None:
        """Take the notice's file."""
        self._path = path
        self._file_name.show_text(Path(path).name)

    def _choose(self) -> None:
        chooser = QFileDialog(self, say("orders_page.shipment.file"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.choose_file)
        chooser.open()

    def shipment(self, offset: str) -> Shipment:
        """The notice as typed; times get the site's ``offset`` ("+08:00") when they name none."""
        given: dict[str, Any] = {
            name: iso(field) if isinstance(field, DateField) else field.value() for name, field in self.fields.items()
        }
        for name in _TIMES:
            given[name] = _with_offset(given[name], offset)
        seals = tuple(
            part for part in given.pop("seals").replace("，", ",").replace("、", ",").split(",") if part.strip()
        )
        return replace(Shipment(), **{"seals": tuple(seal.strip() for seal in seals), **given})

    def announced(self) -> tuple[Announced, ...]:
        """The containers as typed."""
        total = len(self._rows)
        return tuple(
            Announced(n, total, **{name: field.value() for name, field in cells.items()})
            for n, (_, cells) in enumerate(self._rows, start=1)
        )

    def files(self) -> dict[str, bytes]:
        """The notice's bytes, where a file was chosen. Raises OSError."""
        return {"notice": Path(self._path).read_bytes()} if self._path else {}

    def settle(self) -> None:
        if hasattr(self, "key"):
            self.key.setEnabled(not self._busy)


def _with_offset(text: str, offset: str) -> str:
    """An ISO time with the offset it lacks.

    >>> _with_offset("2026-11-25 18:00", "+08:00"), _with_offset("", "+08:00")
    ('2026-11-25T18:00+08:00', '')
    """
    if not text or "+" in text or text.endswith("Z"):
        return text
    return text.replace(" ", "T", 1) + offset

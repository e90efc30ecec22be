"""Receipt: what is on its way and what is being received; one of them opened is the runner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from ui import kit
from ui.kit import Mark, Page
from ui.rows import Column, RowsTable
from ui.runner.panel import RunnerPanel

TEMPLATES = ("receipt", "receipt-not-opened", "night-custody")


class DeliveryLine(NamedTuple):
    """One shipment or, before any notice, one order. ``ident``: ``shipment:…`` or ``order:…``."""

    ident: str
    patient: str
    product: str
    waybill: str
    containers: str
    mark: Mark


class OpenRunLine(NamedTuple):
    """One walk that is not finished."""

    ident: str
    title: str
    patient: str
    product: str
    started: str
    mark: Mark


class ReceiptPage(Page):
    """Signals: ``start_asked(str, str)``: delivery and checklist · ``run_opened(str)`` · ``end_asked(str)``: a walk
    that should not go on · ``ready_asked(str)``: positions are to be kept for a delivery."""

    start_asked = Signal(str, str)
    run_opened = Signal(str)
    end_asked = Signal(str)
    ready_asked = Signal(str)
    title_key = "frame.page.receipt"

    def __init__(self) -> None:
        super().__init__()
        self._stack = QStackedLayout(self)
        self._list = QWidget()
        self.panel = RunnerPanel()
        self._stack.addWidget(self._list)
        self._stack.addWidget(self.panel)
        self._keys: list[tuple[QHBoxLayout, QHBoxLayout, tuple[QWidget, ...]]] = []
        column = kit.column(self._list, gap=14)
        column.addWidget(self._runs_card(), 2)
        column.addWidget(self._deliveries_card(), 3)
        self._arrange()
        self._settle()

    def _runs_card(self) -> QWidget:
        card, column = kit.card("", (12, 12, 12, 10), gap=6)
        head = kit.row(kit.words("runner.list_open", "large"), None, gap=12)
        column.addLayout(head)
        self.runs = RowsTable(_RUNS, "runner.list_open", "runner.list_open_empty")
        self.runs.opened.connect(lambda line: self.run_opened.emit(line.ident))
        self.runs.picked.connect(lambda _line: self._settle())
        self.resume = kit.key("runner.list_resume", "primary")
        self.resume.setMinimumHeight(44)
        self.resume.clicked.connect(self._resume)
        column.addWidget(self.runs, 1)
        self.end = kit.key("runner.list_end", "link")
        self.end.clicked.connect(self._end)
        foot = kit.row(None, gap=12)
        column.addLayout(foot)
        self._keys.append((head, foot, (self.end, self.resume)))
        return card

    def _deliveries_card(self) -> QWidget:
        card, column = kit.card("", (12, 12, 12, 10), gap=6)
        head = kit.row(kit.words("runner.list_expected", "large"), None, gap=10)
        column.addLayout(head)
        self.deliveries = RowsTable(_DELIVERIES, "runner.list_expected", "runner.list_expected_empty")
        self.deliveries.picked.connect(lambda _line: self._settle())
        self.deliveries.opened.connect(lambda line: self.start_asked.emit(line.ident, TEMPLATES[0]))
        column.addWidget(self.deliveries, 1)
        self.starts = {}
        foot = kit.row(None, gap=10)
        for name in reversed(TEMPLATES):
            key = kit.key(f"runner.start.{name.replace('-', '_')}", "primary" if name == TEMPLATES[0] else "")
            key.setMinimumHeight(44)
            key.clicked.connect(lambda _on=False, name=name: self._start(name))
            self.starts[name] = key
        self.ready = kit.key("runner.ready", "link")
        self.ready.clicked.connect(self._ready)
        column.addLayout(foot)
        self._keys.append((head, foot, (self.ready, *self.starts.values())))
        return card

    def _arrange(self) -> None:
        """In a low window the keys stand beside the title: the rows have the height."""
        for head, foot, keys in self._keys:
            for key in keys:
                (head if self.compact else foot).addWidget(key)

    def show_lists(self, runs: Sequence[OpenRunLine], deliveries: Sequence[DeliveryLine]) -> None:
        """Show open walks, newest first, and what is expected; the first of each is picked."""
        run, delivery = self.runs.current(), self.deliveries.current()
        self.runs.show_rows(runs)
        self.deliveries.show_rows(deliveries)
        for table, lines, before in ((self.runs, runs, run), (self.deliveries, deliveries, delivery)):
            if lines:
                kept = [place for place, line in enumerate(lines) if before is not None and line[0] == before[0]]
                table.pick(kept[0] if kept else 0)
        self._settle()

    def show_list(self) -> None:
        """Show the lists."""
        self.has_side = False
        self._stack.setCurrentWidget(self._list)

    def show_runner(self) -> None:
        """Show the runner."""
        self.has_side = True
        self._stack.setCurrentWidget(self.panel)

    @property
    def running(self) -> bool:
        """Whether the runner shows."""
        return self._stack.currentWidget() is self.panel

    def _resume(self) -> None:
        line = self.runs.current()
        if line is not None:
            self.run_opened.emit(line.ident)

    def _end(self) -> None:
        line = self.runs.current()
        if line is not None:
            self.end_asked.emit(line.ident)

    def _ready(self) -> None:
        line = self.deliveries.current()
        if line is not None:
            self.ready_asked.emit(line.ident)

    def _start(self, template: str) -> None:
        line = self.deliveries.current()
        if line is not None:
            self.start_asked.emit(line.ident, template)

    def _settle(self) -> None:
        for key in (self.resume, self.end):
            key.setEnabled(self.runs.current() is not None)
        for key in (self.ready, *self.starts.values()):
            key.setEnabled(self.deliveries.current() is not None)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self._arrange()
        self.panel.set_compact(compact)

    def toggle_side(self) -> None:
        if self.running:
            self.panel.toggle_side()


_RUNS = (
    Column("runner.column.checklist", lambda r: r.title, width=190, bold=True),
    Column("runner.column.patient", lambda r: r.patient),
    Column("runner.column.product", lambda r: r.product),
    Column("runner.column.started", lambda r: r.started, width=140),
    Column("runner.column.state", lambda r: r.mark.text, tone=lambda r: r.mark.tone, width=262),
)
_DELIVERIES = (
    Column("runner.column.patient", lambda r: r.patient, bold=True),
    Column("runner.column.product", lambda r: r.product),
    Column("runner.column.waybill", lambda r: r.waybill, width=170),
    Column("runner.column.containers", lambda r: r.containers, width=80, right=True),
    Column("runner.column.state", lambda r: r.mark.text, tone=lambda r: r.mark.tone, width=130),
)

"""The right column: the product's limits, the clause that speaks of this step, what has happened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import kit
from ui.language import say
from ui.runner.values import FactLine, RunView, TrailLine


class SideCards(QWidget):
    """Three cards; those that have nothing to show are hidden."""

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        column = kit.column(inside, gap=14)
        self._product, self._product_rows = kit.card("", (16, 14, 16, 14), gap=8)
        self._guide, self._guide_rows = kit.card("", (16, 14, 16, 14), gap=6)
        self._trail, self._trail_rows = kit.card("", (16, 14, 16, 14), gap=8)
        for card in (self._product, self._guide, self._trail):
            column.addWidget(card)
        column.addStretch(1)
        outer = kit.column(self)
        scroll = kit.scroller(inside)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(scroll)
        self._shown: tuple[object, ...] = ()

    def show_run(self, view: RunView) -> None:
        """Show what belongs to the run and its question."""
        shown = (view.facts, view.facts_foot, view.guide, view.guide_text, view.trail)
        if shown == self._shown:
            return
        self._shown = shown
        self._show_facts(view.facts, view.facts_foot)
        kit.clear(self._guide_rows)
        self._guide.setVisible(bool(view.guide_text))
        if view.guide_text:
            self._guide_rows.addWidget(kit.label(view.guide, "large"))
            self._guide_rows.addWidget(kit.label(view.guide_text, tone="quiet", wrap=True))
        self._show_trail(view.trail)

    def forget(self) -> None:
        """Draw everything anew next time."""
        self._shown = ()

    def _show_facts(self, facts: Sequence[FactLine], foot: str) -> None:
        rows = self._product_rows
        kit.clear(rows)
        self._product.setVisible(bool(facts))
        rows.addWidget(kit.label(say("runner.product"), "large"))
        for fact in facts:
            rows.addWidget(kit.rule())
            value = kit.label(fact.value, tone="alarm" if fact.loud else "", bold=True, wrap=True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            row = kit.row(gap=10)
            row.addWidget(kit.label(fact.name, "small", "quiet"), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(value, 1)
            rows.addLayout(row)
        if foot:
            rows.addWidget(kit.label(foot, "small", "quiet", wrap=True))

    def _show_trail(self, trail: Sequence[TrailLine]) -> None:
        rows: QVBoxLayout = self._trail_rows
        kit.clear(rows)
        self._trail.setVisible(bool(trail))
        rows.addWidget(kit.label(say("runner.trail"), "large"))
        for line in trail:
            rows.addWidget(kit.rule())
            row = kit.row(gap=10)
            row.addWidget(kit.label(f"{line.at} {line.text}", "small", wrap=True), 1)
            row.addWidget(kit.label(line.who, "small", bold=True), 0, Qt.AlignmentFlag.AlignTop)
            rows.addLayout(row)

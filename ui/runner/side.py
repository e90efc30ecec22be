"""The right column: the product's limits, the clause that speaks of this step, what has happened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ui import kit
from ui.language import say
from ui.runner import look
from ui.runner.values import FactLine, RunView, TrailLine


class SideCards(QWidget):
    """Three cards; those that have nothing to show are hidden."""

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        column = kit.column(inside, (0, 0, 12, 0), gap=14)  # the scroll bar stands beside the cards, never over them
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
        self._clause, self._clause_text = kit.label(size="large"), kit.label(tone="quiet", wrap=True)
        self._guide_rows.addWidget(self._clause)
        self._guide_rows.addWidget(self._clause_text)
        self._trail_rows.addWidget(kit.words("runner.trail", "large"))
        self._lines: list[tuple[QWidget, QLabel, QLabel]] = []

    def show_run(self, view: RunView) -> None:
        """Show what belongs to the run and its question."""
        facts = (view.facts, view.facts_foot)
        if facts != self._shown:
            self._shown = facts
            self._show_facts(view.facts, view.facts_foot)
        self._guide.setVisible(bool(view.guide_text))
        self._clause.setText(view.guide)
        self._clause_text.setText(view.guide_text)
        self._show_trail(view.trail)

    def forget(self) -> None:
        """Draw everything anew next time."""
        self._shown = ()

    def _show_facts(self, facts: Sequence[FactLine], foot: str) -> None:
        rows = self._product_rows
        look.drop(rows)
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
        self._trail.setVisible(bool(trail))
        while len(self._lines) < len(trail):
            host = QWidget()
            column = kit.column(host, gap=2)
            column.addWidget(kit.rule())
            column.addSpacing(4)
            who, text = kit.label(size="small", tone="quiet", wrap=True), kit.label(size="small", wrap=True)
            column.addWidget(who)
            column.addWidget(text)
            self._trail_rows.addWidget(host)
            self._lines.append((host, text, who))
        for place, (host, text, who) in enumerate(self._lines):
            host.setVisible(place < len(trail))
            if place < len(trail):
                text.setText(trail[place].text)
                who.setText(" · ".join(part for part in (trail[place].at, trail[place].who) if part))

"""The right column's paper: title, facts in two columns, headings and notes about the one thing that is picked."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui import kit, theme
from ui.kit import Elided, Key, Mark


class Fact(NamedTuple):
    """A line of the panel: name, value, and in small what it rests on; ``tone`` colours the value."""

    name: str
    value: str
    small: str = ""
    tone: str = ""


class Note(NamedTuple):
    """A card in a tone: what is wrong or open, and each point of it."""

    tone: str
    title: str
    lines: tuple[str, ...] = ()


class Way(NamedTuple):
    """Something that belongs to what is picked and can be picked itself: its code, name, a line about it, its mark."""

    code: str
    title: str
    line: str
    mark: Mark


class Section(NamedTuple):
    """Facts under a heading, or ways on; ``empty`` stands there when there are none."""

    title: str
    facts: tuple[Fact, ...] = ()
    empty: str = ""
    ways: tuple[Way, ...] = ()


class Detail(NamedTuple):
    """Everything the panel shows about one thing, in the language of the moment."""

    title: str
    mark: Mark
    kicker: str = ""
    line: str = ""
    notes: tuple[Note, ...] = ()
    sections: tuple[Section, ...] = ()


class Panel(QWidget):
    """Draws a Detail from top to bottom; long ones scroll in whatever holds it.

    Signals: ``followed(str)``: a way was taken.
    """

    followed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._column = kit.column(self, gap=6)

    def show_detail(self, detail: Detail) -> None:
        """Draw it anew."""
        kit.clear(self._column)
        if detail.kicker:
            self._column.addWidget(Elided(detail.kicker, "small", "quiet"))
        head = kit.row(Elided(detail.title, "title"), kit.pill(detail.mark))
        head.setStretch(0, 1)
        self._column.addLayout(head)
        if detail.line:
            self._column.addWidget(kit.label(detail.line, tone="quiet", wrap=True))
        if detail.notes:
            self._column.addSpacing(4)
        for note in detail.notes:
            self._column.addWidget(_note(note))
        for section in detail.sections:
            self._section(section)
        self._column.addStretch(1)

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show cards alone."""
        kit.clear(self._column)
        for note in notes:
            self._column.addWidget(_note(note))

    def show_sections(self, sections: Sequence[Section]) -> None:
        """Show sections alone."""
        kit.clear(self._column)
        for section in sections:
            self._section(section)

    def show_nothing(self, text: str) -> None:
        """Say what to do while nothing is picked."""
        kit.clear(self._column)
        self._column.addWidget(kit.label(text, tone="quiet", wrap=True))
        self._column.addStretch(1)

    def _section(self, section: Section) -> None:
        if section.title:
            self._column.addSpacing(8)
            self._column.addWidget(kit.label(section.title, "large", bold=True))
        if not section.facts and not section.ways and section.empty:
            self._column.addWidget(kit.rule())
            self._column.addWidget(kit.label(section.empty, tone="quiet", wrap=True))
        if section.facts:
            self._column.addWidget(facts_label(section.facts))
        for way in section.ways:
            self._column.addWidget(kit.rule())
            key = Key("link")
            key.setText(way.title)
            key.setAccessibleDescription(f"{way.line} {way.mark.text}")
            key.clicked.connect(lambda _on=False, code=way.code: self.followed.emit(code))
            line = kit.row(key, None, kit.pill(way.mark), gap=8)
            self._column.addLayout(line)
            if way.line:
                self._column.addWidget(kit.label(way.line, "small", "quiet", wrap=True))


class KeyGrid(QWidget):
    """The keys of what may be done: the clear one over the whole width, the others below it in columns. A first name
    of "" says that none of them is the clear one.

    Signals: ``pressed(str)``: the act's name.
    """

    pressed = Signal(str)

    def __init__(self, acts: Sequence[str], words_prefix: str) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setSpacing(8)
        self._offered: tuple[str, ...] = ()
        self._columns = self._most = 2
        self.keys: dict[str, Key] = {}
        for name in acts:
            key = kit.key(f"{words_prefix}.{name}")
            key.setMinimumHeight(44)
            key.clicked.connect(lambda _on=False, name=name: self.pressed.emit(name))
            key.hide()
            self.keys[name] = key

    @property
    def names(self) -> tuple[str, ...]:
        """What is offered."""
        return tuple(name for name in self._offered if name)

    def set_compact(self, compact: bool) -> None:
        """In the compact form more keys stand in one line, where their words leave room for it."""
        self._most = 4 if compact else 2
        self.offer(self._offered)

    def _fitting(self) -> int:
        """How many columns leave every word whole."""
        keys = [self.keys[name] for name in self._offered[1:]]
        widest = max((key.sizeHint().width() for key in keys), default=0)
        if not widest:
            return self._most
        gap = self._grid.horizontalSpacing()
        return min(self._most, max(1, (self.contentsRect().width() - 8 + gap) // (widest + gap)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_words()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_words()

    def _fit_words(self) -> None:
        if self._fitting() != self._columns:
            self.offer(self._offered)

    def offer(self, acts: Sequence[str]) -> None:
        """Offer these, the clear one first."""
        self._offered = tuple(acts)
        self._columns = self._fitting() if self.isVisible() else self._most
        for key in self.keys.values():
            self._grid.removeWidget(key)
            key.hide()
        for place, name in enumerate(self._offered):
            if not name:
                continue
            key = self.keys[name]
            theme.set_prop(key, look="primary" if place == 0 else "")
            wide = place == 0
            row, column = (0, 0) if wide else (1 + (place - 1) // self._columns, (place - 1) % self._columns)
            self._grid.addWidget(key, row, column, 1, self._columns if wide else 1)
            key.show()
        self.setVisible(any(self._offered))


def facts_label(facts: Sequence[Fact]) -> QLabel:
    """Facts in two columns, names left and values right, what they rest on in small; each whole, on as many lines as
    it needs. One label for all of them: a profile has eighty, and a widget for each takes longer than a person waits.
    """
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.RichText)  # every value is escaped: nothing that was typed is markup here
    made.setWordWrap(True)
    made.setText("".join(("<table width='100%' cellspacing='0'>", *map(_row, facts), "</table>")))
    made.setAccessibleName(
        "; ".join(" ".join(part for part in (f"{one.name}: {one.value}", one.small) if part) for one in facts)
    )
    return made


def _row(fact: Fact) -> str:
    quiet, line = theme.colour("text_quiet"), theme.colour("line")
    edge = f"border-top: 1px solid {line}; padding: 5px 0 5px 0"
    tone = theme.colour({"quiet": "text_quiet", "": "text"}.get(fact.tone, fact.tone))
    small = ""
    if fact.small:
        small = f"<br><span style='color: {quiet}; font-size: {theme.size('text_tiny')}px'>{escape(fact.small)}</span>"
    return (
        f"<tr><td width='40%' style='{edge}; color: {quiet}'>{escape(fact.name)}</td>"
        f"<td align='right' style='{edge}; padding-left: 10px'>"
        f"<span style='color: {tone}; font-weight: 700'>{escape(fact.value)}</span>{small}</td></tr>"
    )


def _note(note: Note) -> QWidget:
    card, column = kit.card(note.tone, (14, 10, 14, 10), gap=3)
    tone = note.tone if note.tone in ("warn", "alarm", "ok", "info") else ""
    icon = {"warn": "warning", "alarm": "warning", "ok": "check", "info": "info"}.get(note.tone, "info")
    title = kit.label(note.title, tone=tone, bold=True, wrap=True)
    line = kit.row(kit.picture(icon, tone or "text", 18), title)
    line.setStretch(1, 1)
    column.addLayout(line)
    for text in note.lines:
        column.addWidget(kit.label(f"· {text}", "small", wrap=True))
    return card


def matching(sections: Sequence[Section], word: str) -> tuple[Section, ...]:
    """Sections with only the facts that hold ``word`` in name, value or source; all of them where it is empty."""
    needle = word.strip().casefold()
    if not needle:
        return tuple(sections)
    kept = []
    for section in sections:
        facts = tuple(fact for fact in section.facts if needle in " ".join(fact[:3]).casefold())
        if facts:
            kept.append(section._replace(facts=facts))
    return tuple(kept)

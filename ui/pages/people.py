"""People: who may do what, who is trained for what, and the acts of two administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.columns import SidePage
from ui.kit import Elided, Mark
from ui.language import say
from ui.rows import Column, RowsTable
from ui.topbar import SearchField


class TrainingLine(NamedTuple):
    """One training: product and task, until when, in a tone."""

    what: str
    until: str
    mark: Mark


class PersonLine(NamedTuple):
    """One person. ``fingerprint``: of the certificate, as on the person's card; ``mark``: active, locked, left;
    ``envelope``: the sheet that certified the person where no two administrators were left; ``clinical``: has roles
    that can change, for an administrator stays one; ``certified_by``: the two who issued the certificate."""

    ident: str
    name: str
    reading: str
    roles: str
    training: Mark
    mark: Mark
    fingerprint: str = ""
    enrolled: str = ""
    trainings: tuple[TrainingLine, ...] = ()
    here: bool = True
    envelope: str = ""
    clinical: bool = True
    certified_by: str = ""


class PeoplePage(SidePage):
    """Signals: ``enrol_asked()`` · ``training_asked(str)`` · ``roles_asked(str)`` · ``reset_asked(str)`` ·
    ``leave_asked(str)`` · ``history_asked(str)``: staff number · ``entries_asked()``. Only what ``allow`` names is
    offered, but a person's history always."""

    enrol_asked = Signal()
    training_asked = Signal(str)
    roles_asked = Signal(str)
    reset_asked = Signal(str)
    leave_asked = Signal(str)
    history_asked = Signal(str)
    entries_asked = Signal()
    title_key = "frame.page.people"

    def __init__(self) -> None:
        super().__init__()
        self._person: PersonLine | None = None
        self._allowed: frozenset[str] = frozenset(("enrol", "training", "roles", "reset", "leave"))
        self.search = SearchField("people.search", "search")
        self.enrol = kit.key("people.enrol", "primary", icon="plus")
        self.enrol.setMinimumHeight(44)
        self.enrol.clicked.connect(self.enrol_asked)
        self.entries = kit.key("history.open_all")
        self.entries.setMinimumHeight(44)
        self.entries.clicked.connect(self.entries_asked)
        bar = kit.row(self.search, self.entries, self.enrol, gap=12)
        bar.setStretch(0, 1)
        self.main.addLayout(bar)
        self.opened, opened = kit.card("warn", (14, 10, 14, 10), gap=4)
        opened.addWidget(kit.words("recovery.shown.title", bold=True))
        self._openings = kit.column(gap=2)
        opened.addLayout(self._openings)
        self.opened.hide()
        self.main.addWidget(self.opened)
        card, column = kit.card("", (8, 4, 8, 8))
        self.table = RowsTable(_COLUMNS, "people.table", "people.empty")
        self.search.textEdited.connect(self.table.search)
        self.table.picked.connect(self._pick)
        self.table.opened.connect(lambda _line: self.toggle_side())
        column.addWidget(self.table, 1)
        self.main.addWidget(card, 1)
        self._build_side()
        self.retranslate()

    def _build_side(self) -> None:
        card, self._card = kit.card("", (20, 16, 20, 18), gap=8)
        inside = QWidget()
        self._detail = kit.column(inside, gap=6)
        self._card.addWidget(kit.scroller(inside), 1)
        self.training = kit.key("people.training", "primary", big=True)
        self.roles = kit.key("people.roles", big=True)
        self.reset = kit.key("people.reset", big=True)
        self.leave = kit.key("people.leave", "link")
        self.history = kit.key("history.open", "link")
        for key, signal in (
            (self.training, self.training_asked),
            (self.roles, self.roles_asked),
            (self.reset, self.reset_asked),
            (self.leave, self.leave_asked),
            (self.history, self.history_asked),
        ):
            key.clicked.connect(lambda _on=False, signal=signal: self._ask(signal))
            if key not in (self.leave, self.history):
                self._card.addWidget(key)
        self._card.addLayout(kit.row(self.history, None, self.leave))
        self.leave.setMinimumHeight(44)
        self.side.addWidget(card, 1)

    def _ask(self, signal: Signal) -> None:
        if self._person is not None:
            signal.emit(self._person.ident)  # type: ignore[attr-defined]

    def allow(self, acts: Sequence[str]) -> None:
        """Offer only these: enrol, training, roles, reset, leave, entries."""
        self._allowed = frozenset(acts)
        self.retranslate()

    def show_people(self, people: Sequence[PersonLine]) -> None:
        """Show everybody; the person picked stays picked."""
        self.table.show_rows(people)
        ident = self._person.ident if self._person else ""
        self._person = next((person for person in people if person.ident == ident), None)
        self.retranslate()

    def show_openings(self, lines: Sequence[str]) -> None:
        """Say each time that the sealed envelope was opened; it never goes away."""
        kit.clear(self._openings)
        for line in lines:
            self._openings.addWidget(kit.label(line, "small", wrap=True))
        self.opened.setVisible(bool(lines))

    def _pick(self, person: PersonLine) -> None:
        self._person = person
        self.retranslate()

    def retranslate(self) -> None:
        super().retranslate()
        kit.clear(self._detail)
        person = self._person
        self.enrol.setVisible("enrol" in self._allowed)
        self.entries.setVisible("entries" in self._allowed)
        self.history.setVisible(person is not None)
        keys = {"training": self.training, "roles": self.roles, "reset": self.reset, "leave": self.leave}
        for name, key in keys.items():
            key.setVisible(name in self._allowed and person is not None and person.here)
        self.roles.setVisible(not self.roles.isHidden() and person is not None and person.clinical)
        if person is None:
            self._detail.addWidget(kit.label(say("people.nothing"), tone="quiet", wrap=True))
            self._detail.addStretch(1)
            return
        self._detail.addLayout(kit.row(Elided(person.name, "title"), kit.pill(person.mark)))
        self._detail.addWidget(kit.label(f"{person.ident} · {person.roles}", tone="quiet", wrap=True))
        self._detail.addSpacing(6)
        for words_key, value in (
            ("people.reading", person.reading),
            ("people.enrolled", person.enrolled),
            ("people.fingerprint", person.fingerprint),
            ("recovery.shown.certificate", person.envelope),
        ):
            if value:
                self._detail.addWidget(kit.rule())
                self._detail.addLayout(
                    kit.row(kit.label(say(words_key), tone="quiet"), None, kit.label(value, bold=True))
                )
        if person.certified_by:
            self._detail.addWidget(kit.rule())
            self._detail.addWidget(kit.label(say("people.certified_by"), tone="quiet"))
            self._detail.addWidget(kit.label(person.certified_by, bold=True, wrap=True))
        self._detail.addSpacing(10)
        self._detail.addWidget(kit.label(say("people.trainings"), "large"))
        for line in person.trainings:
            self._detail.addWidget(kit.rule())
            self._detail.addLayout(
                kit.row(Elided(line.what), kit.label(line.until, "small", "quiet"), kit.pill(line.mark))
            )
        if not person.trainings:
            self._detail.addWidget(kit.label(say("people.no_training"), tone="quiet", wrap=True))
        self._detail.addStretch(1)


_COLUMNS = (
    Column("people.column.ident", lambda p: p.ident, width=96),
    Column("people.column.name", lambda p: p.name, width=150, bold=True),
    Column("people.column.roles", lambda p: p.roles),
    Column("people.column.training", lambda p: p.training.text, tone=lambda p: p.training.tone, width=150),
    Column("people.column.state", lambda p: p.mark.text, tone=lambda p: p.mark.tone, width=104),
)

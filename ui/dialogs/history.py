"""What happened to one thing, or everything that happened: newest first, a page at a time, filtered (REG-017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, DateField
from ui.kit import Key
from ui.language import put, say
from ui.rows import Column, RowsTable
from ui.topbar import SearchField

TABLE_PX = 300
DETAIL_PX = 168
NARROW_PX = 760  # below this the filters stand in two lines


class ChangeLine(NamedTuple):
    """One thing that an entry changed: ``old`` ``""`` where nothing stood there."""

    name: str
    old: str
    new: str


class EntryLine(NamedTuple):
    """One entry in the words of the moment. ``known``: who, in which role and how known · ``number``: where in the
    ledger · ``what``: the changes on one line · ``tone``: of the act's pill, None for an ordinary one."""

    n: int
    at: str
    who: str
    act: str
    about: str
    what: str
    known: str
    number: str
    reason: str
    changes: tuple[ChangeLine, ...]
    tone: str | None = None


class Asked(NamedTuple):
    """What the filters say; ``""`` for all. ``about``: an object, ``act``: an act or ``exceptions``."""

    person: str = ""
    act: str = ""
    about: str = ""
    day: str = ""
    text: str = ""


class HistoryDialog(Dialog):
    """Signals: ``asked(Asked)``: a filter was changed · ``older_asked()`` · ``newer_asked()``. The caller answers with
    ``show_page``, and with ``show_looking`` while it looks."""

    asked = Signal(object)
    older_asked = Signal()
    newer_asked = Signal()

    def __init__(self, parent: QWidget | None = None, *, everything: bool = False) -> None:
        super().__init__(parent, width=1120)
        put(self.kicker, "history.kicker")
        self._line: EntryLine | None = None
        self._range = (0, 0)
        self.person, self.act, self.about = ChoiceField(), ChoiceField(), ChoiceField()
        self.day = DateField()
        self.text = SearchField("history.search", "search")
        self._filters = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._filters.setSpacing(10)
        for field, name in ((self.person, "person"), (self.act, "act"), (self.about, "about"), (self.day, "day")):
            put(field, f"history.filter.{name}", "setAccessibleName")
            field.setMinimumHeight(40)
        for choice in (self.person, self.act, self.about):
            choice.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.chosen.connect(self._ask)
            self._filters.addWidget(choice, 2)
        self.day.setMinimumWidth(128)
        self.day.editingFinished.connect(self._ask)
        self.text.editingFinished.connect(self._ask)
        self._filters.addWidget(self.day, 1)
        self._filters.addWidget(self.text, 3)
        self.about.setVisible(not everything)
        self.body.addLayout(self._filters)
        self.table = RowsTable(_COLUMNS, "history.table", "history.empty", row_height=36)
        self.table.view.setSortingEnabled(False)
        self.table.setMinimumHeight(TABLE_PX)
        self.table.picked.connect(self._pick)
        self.body.addWidget(self.table, 1)
        inside = QWidget()
        self._detail = kit.column(inside, gap=6)
        detail = kit.scroller(inside)
        detail.setFixedHeight(DETAIL_PX)
        detail.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # arrow keys read on
        put(detail, "history.column.what", "setAccessibleName")
        self.body.addWidget(detail)
        self.add_back("history.back")
        self._where = kit.label(size="small", tone="quiet")
        self.newer, self.older = Key("", big=True, icon="back"), Key("", big=True, icon="next")
        put(self.newer, "history.newer")
        put(self.older, "history.older")
        self.newer.clicked.connect(self.newer_asked)
        self.older.clicked.connect(self.older_asked)
        for part in (self._where, self.newer, self.older):
            self.foot.addWidget(part)
        self._pages = (False, False)
        self._show_detail()

    def show_about(self, title: str, people: Sequence[Choice], acts: Sequence[Choice], about: Sequence[Choice]) -> None:
        """Say whose history it is, and what can be filtered for."""
        self.title.setText(title)
        self.setWindowTitle(title)
        self.person.show_choices([Choice("", say("history.filter.every_person")), *people])
        first = (Choice("", say("history.filter.every_act")), Choice("exceptions", say("history.filter.exceptions")))
        self.act.show_choices([*first, *acts])
        self.about.show_choices([Choice("", say("history.filter.everything")), *about])

    def filters(self) -> Asked:
        """What the filters say now."""
        day = self.day.day()
        return Asked(
            self.person.value(),
            self.act.value(),
            self.about.value(),
            day.isoformat() if day is not None else "",
            self.text.value(),
        )

    def show_page(self, lines: Sequence[EntryLine], first: int, *, newer: bool, older: bool) -> None:
        """Show a page; ``first``: the place of its first line among all that fit, from 1."""
        kept = self._line
        self.table.show_rows(lines)
        self._range = (first, first + len(lines) - 1)
        self._pages = (newer, older)
        place = next((place for place, line in enumerate(lines) if kept is not None and line.n == kept.n), None)
        self._line = lines[place] if place is not None else None
        self._show_detail()
        self.settle()
        self._say_where("")

    def show_looking(self, at: str) -> None:
        """Say how far back the search is while nothing that fits fills the page."""
        self._say_where(at)

    def _say_where(self, looking: str) -> None:
        first, last = self._range
        shown = say("history.shown", first=first, last=last) if last >= first > 0 else ""
        self._where.setText(say("history.looking", at=looking) if looking else shown)

    def _ask(self, *_what: object) -> None:
        self.asked.emit(self.filters())

    def _pick(self, line: EntryLine) -> None:
        self._line = line
        self._show_detail()

    def _show_detail(self) -> None:
        kit.clear(self._detail)
        line = self._line
        if line is None:
            self._detail.addWidget(kit.words("history.none", tone="quiet", wrap=True))
            self._detail.addStretch(1)
            return
        self._detail.addWidget(kit.label(f"{line.at} · {line.act} · {line.about}", bold=True, wrap=True))
        self._detail.addWidget(kit.label(line.known, "small", "quiet", wrap=True))
        if line.reason:
            self._detail.addWidget(kit.label(say("history.reason", reason=line.reason), wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, change in enumerate(line.changes):
            new = say("history.from_to", old=change.old, new=change.new) if change.old else change.new
            grid.addWidget(kit.label(change.name, "small", "quiet"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(kit.label(new, wrap=True), row, 1)
        self._detail.addLayout(grid)
        self._detail.addWidget(kit.label(line.number, "small", "quiet", wrap=True))
        self._detail.addStretch(1)

    def settle(self) -> None:
        newer, older = self._pages
        self.newer.setEnabled(newer)
        self.older.setEnabled(older)

    def open(self) -> None:
        narrow = self._room()[0] < NARROW_PX
        self._filters.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        super().open()
        self.table.view.setFocus()


_COLUMNS = (
    Column("history.column.at", lambda r: r.at, width=152),
    Column("history.column.who", lambda r: r.who, width=112),
    Column("history.column.act", lambda r: r.act, width=160, bold=True, tone=lambda r: r.tone),
    Column("history.column.about", lambda r: r.about, width=176),
    Column("history.column.what", lambda r: r.what),
)

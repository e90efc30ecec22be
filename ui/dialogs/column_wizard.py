"""The column wizard: what an unknown table looks like, what its columns are, what comes of it, whose it is.

Every answer can be changed until it is saved, and the preview follows at once (formats 2.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QGridLayout, QHeaderView, QTableView, QWidget

from cellguide.loggers.description import ROLES
from cellguide.loggers.source import Answers
from ui import kit, theme
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form, TextField
from ui.kit import Elided, Mark
from ui.language import put, say

PAGES = 4
UNITS = ("C", "F", "K")
ORDERS = ("ymd", "dmy", "mdy")
DECIMALS = (".", ",")


class Look(NamedTuple):
    """Page 1: how the bytes become rows. ``header_line``: 0 for none; lines count from 1."""

    encoding: str
    separator: str
    header_line: int
    data_line: int


class ColumnLook(NamedTuple):
    """Page 2: one column with an example, its role, a temperature's unit ("" while nobody has said)."""

    at: int
    name: str
    sample: str
    role: str
    unit: str


class Reading(NamedTuple):
    """Page 3: what was understood. ``facts``: (name, value); ``rows``: raw text, stamp, value; ``bad``: line, text;
    ``open``: what is still to be answered, in words; ``fault``: why nothing can be read."""

    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()
    bad: tuple[tuple[int, str], ...] = ()
    open: str = ""
    fault: str = ""


class ColumnWizard(Dialog):
    """Signals: ``look_changed()`` · ``columns_changed()`` · ``saved()``; the caller reads ``look()``, ``columns()``,
    ``answers()``, ``no_value()``, ``probe``, ``words()``."""

    look_changed = Signal()
    columns_changed = Signal()
    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=940)
        self.page = 1
        self._columns: tuple[ColumnLook, ...] = ()
        self._reading = Reading(fault=" ")
        self._roles: dict[int, ChoiceField] = {}
        self._units: dict[int, ChoiceField] = {}
        self._pages = [QWidget() for _ in range(PAGES)]
        for page in self._pages:
            self.body.addWidget(page)
        self._build_look()
        self._build_columns()
        self._build_reading()
        self._build_owner()
        self.add_back("import_page.wizard.back")
        self.before = self.add_key("import_page.wizard.before", decides=False, look="")
        self.before.clicked.connect(lambda: self.go(self.page - 1))
        self.next = self.add_key("import_page.wizard.next", decides=False)
        self.next.clicked.connect(lambda: self.go(self.page + 1))
        self.save = self.add_key("import_page.wizard.save")
        self.save.clicked.connect(self.saved)
        self.go(1)

    # --- page 1

    def _build_look(self) -> None:
        column = kit.column(self._pages[0], gap=10)
        form = Form(columns=4)
        self.encoding, self.separator = ChoiceField(), ChoiceField()
        self.header, self.data = ChoiceField(), ChoiceField()
        for name in ("encoding", "separator", "header", "data"):
            field: ChoiceField = getattr(self, name)
            form.add_row(f"import_page.wizard.{name}", field)
            field.chosen.connect(lambda _value: self.look_changed.emit())
        column.addWidget(form)
        self._raw = QStandardItemModel()
        self.raw = put(QTableView(), "import_page.wizard.raw", "setAccessibleName")
        self.raw.setModel(self._raw)
        _plain(self.raw)
        self.raw.setFixedHeight(260)
        column.addWidget(self.raw)

    def show_look(self, look: Look, encodings: Sequence[str], separators: Sequence[Choice]) -> None:
        """Offer what page 1 asks; ``look`` is how the file seems to be."""
        self.encoding.show_choices([Choice(name, name) for name in encodings])
        self.encoding.setEnabled(len(encodings) > 1)
        self.separator.show_choices(separators)
        self.encoding.choose(look.encoding)
        self.separator.choose(look.separator)

    def show_raw(self, rows: Sequence[tuple[int, Sequence[str]]], look: Look) -> None:
        """Show the first rows as they are split now: heading bold, what stands before it quiet."""
        lines = [Choice(str(line), say("import_page.wizard.line_n", n=line)) for line, _ in rows]
        self.header.show_choices([Choice("0", say("import_page.wizard.no_header")), *lines])
        self.data.show_choices(lines)
        self.header.choose(str(look.header_line))
        self.data.choose(str(look.data_line))
        self._raw.clear()
        bold = self.raw.font()
        bold.setBold(True)
        for line, cells in rows:
            items = [QStandardItem(str(line)), *(QStandardItem(cell) for cell in cells)]
            for item in items:
                heading = bool(look.header_line) and look.header_line <= line < look.data_line
                role = "accent" if heading else "text" if line >= look.data_line else "text_quiet"
                item.setForeground(QBrush(QColor(theme.colour(role))))
                if heading:
                    item.setFont(bold)
            self._raw.appendRow(items)
        self.raw.resizeColumnsToContents()

    def look(self) -> Look:
        """Page 1 as answered."""
        header, data = int(self.header.value() or 0), int(self.data.value() or 1)
        return Look(self.encoding.value(), self.separator.value(), header, data)

    # --- page 2

    def _build_columns(self) -> None:
        column = kit.column(self._pages[1], gap=12)
        self._grid_host = QWidget()
        self._grid = QGridLayout(self._grid_host)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        self._grid.setColumnStretch(2, 2)
        column.addWidget(self._grid_host)
        column.addWidget(kit.rule())
        form = Form(columns=3)
        nothing = ("", "import_page.decimal.file")
        self.decimal = ChoiceField().offer(
            nothing, (".", "import_page.decimal.dot"), (",", "import_page.decimal.comma")
        )
        self.order = ChoiceField().offer(nothing, *((name, f"import_page.order.{name}") for name in ORDERS))
        self.empty = TextField(free=True)
        form.add_row("import_page.wizard.decimal", self.decimal)
        form.add_row("import_page.wizard.date_order", self.order)
        form.add_row("import_page.wizard.no_value", self.empty)
        for field in (self.decimal, self.order):
            field.chosen.connect(lambda _value: self.columns_changed.emit())
        self.empty.editingFinished.connect(self.columns_changed)
        column.addWidget(form)

    def show_columns(self, columns: Sequence[ColumnLook]) -> None:
        """Show every column with what it seems to be."""
        self._columns = tuple(columns)
        kit.clear(self._grid)
        self._roles, self._units = {}, {}
        for row, one in enumerate(columns):
            name = one.name or say("import_page.wizard.column_n", n=one.at + 1)
            texts = kit.column(gap=0)
            texts.addWidget(Elided(name, bold=True))
            texts.addWidget(Elided(say("import_page.wizard.sample", text=one.sample), "small", "quiet"))
            role = ChoiceField([Choice(word, say(f"import_page.role.{word}")) for word in ROLES])
            role.choose(one.role)
            unit = ChoiceField([Choice("", say("import_page.wizard.no_unit")),
                                *(Choice(code, say(f"import_page.unit.{code}")) for code in UNITS)])  # fmt: skip
            unit.choose(one.unit)
            unit.setEnabled(one.role in ("temperature", "dew_point"))
            for field in (role, unit):
                field.setAccessibleName(name)
                field.chosen.connect(self._column_chosen)
            self._roles[one.at], self._units[one.at] = role, unit
            self._grid.addLayout(texts, row, 0)
            self._grid.addWidget(role, row, 1)
            self._grid.addWidget(unit, row, 2)
        self._fit()

    def _column_chosen(self, _value: str) -> None:
        for at, role in self._roles.items():
            self._units[at].setEnabled(role.value() in ("temperature", "dew_point"))
        self.columns_changed.emit()

    def columns(self) -> tuple[ColumnLook, ...]:
        """Page 2 as answered."""
        return tuple(
            one._replace(role=self._roles[one.at].value(), unit=self._units[one.at].value()) for one in self._columns
        )

    def answers(self) -> Answers:
        """Decimal sign, date order and zone as answered; what stays open is None."""
        return Answers(
            zone=self.zone.value() or None,
            decimal=self.decimal.value() or None,
            date_order=self.order.value() or None,
        )

    def show_no_value(self, texts: Sequence[str]) -> None:
        """Which texts mean that there is no value."""
        self.empty.setText("; ".join(texts))

    def no_value(self) -> tuple[str, ...]:
        """The texts that mean no value."""
        parts = self.empty.value().replace("；", ";").split(";")
        return tuple(sorted({part.strip() for part in parts if part.strip()}))

    # --- page 3

    def _build_reading(self) -> None:
        column = kit.column(self._pages[2], gap=10)
        self._notice = kit.label("", bold=True, tone="warn", wrap=True)
        column.addWidget(self._notice)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(24)
        self._facts.setVerticalSpacing(6)
        column.addLayout(self._facts)
        column.addWidget(kit.rule())
        self._samples = QGridLayout()
        self._samples.setHorizontalSpacing(16)
        column.addLayout(self._samples)
        column.addWidget(kit.rule())
        self._bad = kit.column(gap=2)
        column.addLayout(self._bad)

    def show_reading(self, reading: Reading) -> None:
        """Show what comes of it; only what can be read can be saved."""
        self._reading = reading
        notice = reading.fault or (say("import_page.wizard.open", questions=reading.open) if reading.open else "")
        self._notice.setText(notice)
        self._notice.setVisible(bool(notice.strip()))
        kit.clear(self._facts)
        for at, (name, value) in enumerate(reading.facts):
            self._facts.addWidget(kit.label(name, "small", "quiet"), at // 3, at % 3 * 2)
            self._facts.addWidget(Elided(value, bold=True), at // 3, at % 3 * 2 + 1)
        kit.clear(self._samples)
        for place, key in enumerate(("seen", "read_at", "read_c")):
            self._samples.addWidget(kit.label(say(f"import_page.wizard.{key}"), "small", "quiet"), 0, place)
        for row, cells in enumerate(reading.rows, start=1):
            for place, text in enumerate(cells):
                self._samples.addWidget(Elided(text, "small", "quiet" if not place else ""), row, place)
        self._samples.setColumnStretch(0, 3)
        self._samples.setColumnStretch(1, 2)
        kit.clear(self._bad)
        title = "import_page.wizard.bad" if reading.bad else "import_page.wizard.no_bad"
        self._bad.addWidget(kit.label(say(title), "small", "warn" if reading.bad else "ok"))
        for number, text in reading.bad:
            line = kit.row(kit.pill(Mark(say("import_page.line", line=number), "warn")), Elided(text, "small"), gap=8)
            line.setStretch(1, 1)
            self._bad.addLayout(line)
        self.settle()
        self._fit()

    # --- page 4

    def _build_owner(self) -> None:
        column = kit.column(self._pages[3], gap=10)
        form = Form(columns=2)
        self.probe, self.zone = ChoiceField(), ChoiceField()
        self.zh, self.en = TextField(free=True), TextField(free=True)
        form.add_row("import_page.wizard.probe", self.probe)
        form.add_row("import_page.wizard.zone", self.zone)
        form.add_row("import_page.wizard.zh", self.zh)
        form.add_row("import_page.wizard.en", self.en)
        self.probe.chosen.connect(lambda _value: self.settle())
        self.zone.chosen.connect(lambda _value: self.columns_changed.emit())
        self.zh.textChanged.connect(self.settle)
        self.en.textChanged.connect(self.settle)
        column.addWidget(form)
        column.addWidget(kit.words("import_page.wizard.review", tone="quiet", wrap=True))

    def show_owner(self, probes: Sequence[Choice], probe: str, zones: Sequence[Choice], zone: str, name: str) -> None:
        """Offer probes and zones; ``name`` proposes what the source is called."""
        self.probe.show_choices([Choice("", say("import_page.no_probe")), *probes])
        self.probe.choose(probe)
        self.zone.show_choices(zones)
        self.zone.choose(zone)
        self.zh.setText(name)
        self.en.setText(name)

    def words(self) -> Mapping[str, str]:
        """What the source is called."""
        return {"zh": self.zh.value(), "en": self.en.value()}

    # --- walking

    def go(self, page: int) -> None:
        """Go to a page, 1 to 4."""
        self.page = min(max(page, 1), PAGES)
        for n, widget in enumerate(self._pages, start=1):
            widget.setVisible(n == self.page)
        put(self.kicker, "import_page.wizard.kicker", n=self.page)
        put(self.title, f"import_page.wizard.title_{self.page}")
        put(self, f"import_page.wizard.title_{self.page}", "setWindowTitle")
        self.error.hide()
        self.settle()
        self._fit()

    def settle(self) -> None:
        if not hasattr(self, "save"):
            return
        readable = not self._reading.fault and not self._reading.open
        self.before.setVisible(self.page > 1)
        self.next.setVisible(self.page < PAGES)
        self.next.setEnabled(self.page < 3 or readable)
        self.save.setVisible(self.page == PAGES)
        named = bool(self.zh.value() and self.en.value() and self.probe.value())
        self.save.setEnabled(readable and named and not self._busy)


def _plain(view: QTableView) -> None:
    """A table to look at, not to edit."""
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.horizontalHeader().hide()
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(28)
    view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

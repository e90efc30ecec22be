"""A hold: two people let a container go on because its holder says so, and the letter that was owed is filed later."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.dialogs.vouch import Vouchers
from ui.dialogs.wall_time import wall_time
from ui.forms import ChoiceField, DateField, Form, FreeField, TextField
from ui.kit import Elided
from ui.language import language, put, say

LETTER, WORD = "letter", "word"


class HoldText(NamedTuple):
    """One hold in the language of the moment. ``why``: what happened; ``planned``: the infusion, or ""."""

    hold: str
    container: str
    product: str
    since: str
    why: tuple[str, ...]
    planned: str


class FileChoice(QWidget):
    """A key that chooses a file, and its name.

    Signals: ``chosen()``.
    """

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self.key = kit.key("holds_page.file", icon="folder")
        self.key.setMinimumHeight(40)
        self.key.clicked.connect(self._choose)
        self._name = put(Elided(tone="quiet"), "holds_page.no_file", "show_text")
        line = kit.row(self.key, self._name, gap=12, owner=self)
        line.setStretch(1, 1)
        self.setFocusProxy(self.key)

    def choose(self, path: str) -> None:
        """Take a file."""
        self.path = Path(path)
        language.drop(self._name, "show_text")
        self._name.show_text(self.path.name)
        self.chosen.emit()

    def _choose(self) -> None:
        chooser = QFileDialog(self.window(), say("holds_page.file"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.choose)
        chooser.open()


class _Facts(QWidget):
    """What is on hold, since when and why."""

    def __init__(self) -> None:
        super().__init__()
        self._column = kit.column(self, gap=8)

    def show_hold(self, text: HoldText) -> None:
        kit.clear(self._column)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for place, (key, value) in enumerate(
            (
                ("holds_page.container", text.container),
                ("holds_page.product", text.product),
                ("holds_page.since", text.since),
                ("holds_page.planned", text.planned or "—"),
            )
        ):
            grid.addWidget(kit.words(key, tone="quiet"), place, 0)
            grid.addWidget(kit.label(value, bold=True, wrap=True), place, 1)
        self._column.addLayout(grid)
        for why in text.why:
            line = kit.row(kit.picture("warning", "alarm", 18), kit.label(why, wrap=True), gap=10)
            line.setStretch(1, 1)
            self._column.addLayout(line)


class HoldDialog(Dialog):
    """Signals: ``given()``: read ``kind``, ``reason``, ``file``, ``name``, ``said_at()``, ``case``, ``vouchers``; the
    caller answers with ``show_busy``, then ``accept()`` or ``show_error`` · ``stale()``: the language has changed."""

    given = Signal()
    stale = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=1060)
        self._zone = "UTC"
        put(self.title, "holds_page.title")
        put(self, "holds_page.title", "setWindowTitle")
        sides = QGridLayout()
        sides.setHorizontalSpacing(20)
        sides.setColumnStretch(0, 3)
        sides.setColumnStretch(1, 2)
        left = kit.column(gap=12)
        facts, facts_column = kit.card("plain", (18, 14, 18, 14))
        self._facts = _Facts()
        facts_column.addWidget(self._facts)
        left.addWidget(facts)
        left.addWidget(self._disposition())
        left.addStretch(1)
        right, right_column = kit.card("plain", (18, 14, 18, 16))
        self.vouchers = Vouchers(("holds_page.first", "holds_page.second"), "holds_page.needs.letter")
        right_column.addWidget(self.vouchers)
        right_column.addStretch(1)
        sides.addLayout(left, 0, 0)
        sides.addWidget(right, 0, 1)
        self.body.addLayout(sides)
        self.add_back("holds_page.back")
        self.key = self.add_key("holds_page.lift")
        self.key.clicked.connect(self.given)
        for field in (self.name, self.day, self.time, self.case, self.reason):
            field.textChanged.connect(self.settle)
        self.file.chosen.connect(self.settle)
        self.vouchers.changed.connect(self.settle)
        self.kind.currentIndexChanged.connect(lambda _index: self._show_kind())
        self._show_kind()

    def _disposition(self) -> QWidget:
        """What the holder said, and what is written down of it."""
        self.source, self.form = Form(), Form(columns=2)
        self.kind = ChoiceField()
        self.file = FileChoice()
        self.name, self.case, self.time = TextField(free=True), TextField(free=True), TextField(width=180)
        self.day, self.reason = DateField(), FreeField(2)
        self.time.setPlaceholderText("HH:MM")
        self.source.add_row("holds_page.kind", self.kind)
        self.form.add_row("holds_page.letter", self.file, span=2)
        self.form.add_row("holds_page.name", self.name)
        self.form.add_row("holds_page.case", self.case)
        self.form.add_row("holds_page.said_on", self.day)
        self.form.add_row("holds_page.said_at", self.time)
        self.form.add_row("holds_page.reason", self.reason, help_key="holds_page.reason_help", span=2)
        self.note = kit.words("holds_page.only_letter", "small", "quiet", wrap=True)
        part = QWidget()
        column = kit.column(part, gap=8)
        for one in (self.source, self.note, self.form):
            column.addWidget(one)
        return part

    def show_hold(self, text: HoldText, zone: str) -> None:
        """Show one hold; ``zone``: in which the time of the holder's word is typed."""
        self._zone = zone
        put(self.kicker, "holds_page.kicker", hold=text.hold)
        self._facts.show_hold(text)
        self.settle()

    def show_person(self, person: str, today: datetime.date, *, urgent: bool) -> None:
        """Who sits there; ``urgent``: the holder's word may do, until its letter comes."""
        self.vouchers.fix_first(person)
        offered = [(LETTER, "holds_page.by.letter"), *([(WORD, "holds_page.by.word")] if urgent else [])]
        self.kind.offer(*offered)
        self.note.setVisible(not urgent)
        self.day.setText(today.isoformat())
        self._show_kind()
        self.file.setFocus()

    def _show_kind(self) -> None:
        by_word = self.kind.value() == WORD
        self.form.show_row(self.file, not by_word)
        for field in (self.name, self.case, self.day, self.time):
            self.form.show_row(field, by_word)
        self.vouchers.show_hint("holds_page.needs.word" if by_word else "holds_page.needs.letter")
        self.settle()

    def said_at(self) -> str:
        """When the holder gave its word: ISO with the site's offset; "" where day or time is none."""
        return wall_time(self.day.day(), self.time.value(), self._zone)

    def _is_complete(self) -> bool:
        if self.kind.value() == WORD:
            told = bool(self.name.value() and self.case.value() and self.said_at())
        else:
            told = self.file.path is not None
        return told and bool(self.reason.value()) and self.vouchers.vouching().is_complete

    def settle(self) -> None:
        if hasattr(self, "key"):
            self.key.setEnabled(self._is_complete() and not self._busy)

    def show_error(self, text: str) -> None:
        """Say why the hold stands; both passwords are given anew."""
        super().show_error(text)
        if text:
            self.vouchers.clear_passwords()

    def retranslate(self) -> None:
        super().retranslate()
        if self.isVisible():
            self.stale.emit()


class OwedDialog(Dialog):
    """Files the letter that was owed since the holder gave its word.

    Signals: ``given()``: read ``file``; the caller answers with ``accept()`` or ``show_error``.
    """

    given = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=680)
        put(self.title, "holds_page.owed.title")
        put(self, "holds_page.owed.title", "setWindowTitle")
        self.word = kit.label(wrap=True)
        self.body.addWidget(self.word)
        self.form = Form()
        self.file = FileChoice()
        self.form.add_row("holds_page.letter", self.file, help_key="holds_page.owed.help")
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.add_back("holds_page.owed.back")
        self.key = self.add_key("holds_page.owed.give")
        self.key.clicked.connect(self.given)
        self.file.chosen.connect(self.settle)

    def show_hold(self, hold: str, word: str) -> None:
        """Which hold, and what the holder said then."""
        put(self.kicker, "holds_page.kicker", hold=hold)
        self.word.setText(word)
        self.file.setFocus()
        self.settle()

    def settle(self) -> None:
        if hasattr(self, "key"):
            self.key.setEnabled(self.file.path is not None and not self._busy)

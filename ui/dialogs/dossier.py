"""An excursion's dossier: what happened, each container with its holds, and the letters to the holders."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.kit import Mark
from ui.language import put


class HoldLine(NamedTuple):
    """One hold in a line. ``act``: "lift", "file", or "" where nothing is to be done (by this person)."""

    hold: str
    text: str
    act: str = ""


class ContainerText(NamedTuple):
    """One container: who and what, its state, what happened to it, its holds."""

    title: str
    mark: Mark
    lines: tuple[str, ...]
    holds: tuple[HoldLine, ...] = ()


class LetterText(NamedTuple):
    """A letter to a holder in one language. ``name``: the name of the file it is saved in."""

    title: str
    text: str
    name: str


class DossierText(NamedTuple):
    """Everything the dialog shows, in the language of the moment."""

    ident: str
    title: str
    lines: tuple[str, ...]
    containers: tuple[ContainerText, ...]
    letters: tuple[LetterText, ...]


class DossierDialog(Dialog):
    """Signals: ``lift_asked(str)`` · ``file_asked(str)``: a hold · ``copy_asked(LetterText)`` ·
    ``save_asked(LetterText)`` · ``mark_asked()``: say what happened at the device · ``stale()``: the language has
    changed."""

    lift_asked = Signal(str)
    file_asked = Signal(str)
    copy_asked = Signal(object)
    save_asked = Signal(object)
    mark_asked = Signal()
    stale = Signal()

    def __init__(self, parent: QWidget | None = None, *, kicker: str = "holds_page.dossier.kicker") -> None:
        super().__init__(parent, width=1040)
        self._kicker = kicker
        self._column = kit.column(gap=12)
        self.body.addLayout(self._column)
        self.body.addStretch(1)
        self.keys: dict[tuple[str, str], kit.Key] = {}
        self.letters: list[QPlainTextEdit] = []
        self.told = kit.label(tone="ok", wrap=True)
        self.told.hide()
        self.add_back()
        self.foot.insertWidget(1, self.told, 1)
        self.mark = self.add_key("holds_page.act.mark", decides=False, look="")
        self.mark.clicked.connect(self.mark_asked)
        self.mark.hide()

    def show_dossier(self, text: DossierText) -> None:
        """Draw it anew."""
        put(self.kicker, self._kicker, ident=text.ident)
        self.title.setText(text.title)
        self.setWindowTitle(text.title)
        self.keys, self.letters = {}, []
        kit.clear(self._column)
        for line in text.lines:
            self._column.addWidget(kit.label(line, wrap=True))
        self._column.addWidget(kit.words("holds_page.dossier.containers", "large", bold=True))
        for container in text.containers:
            self._column.addWidget(self._container(container))
        if not text.containers:
            self._column.addWidget(kit.words("holds_page.dossier.nobody", tone="quiet", wrap=True))
        if text.letters:
            self._column.addWidget(kit.words("holds_page.dossier.letters", "large", bold=True))
            self._column.addWidget(kit.words("holds_page.dossier.letters_help", "small", "quiet", wrap=True))
            self._column.addLayout(self._letters(text.letters))
        self._fit()

    def _container(self, text: ContainerText) -> QWidget:
        made, column = kit.card("plain", (18, 12, 18, 14), gap=4)
        title = kit.label(text.title, bold=True, wrap=True)
        top = kit.row(title, kit.pill(text.mark), gap=12)
        top.setStretch(0, 1)
        column.addLayout(top)
        for told in text.lines:
            column.addWidget(kit.label(told, wrap=True))
        for hold in text.holds:
            column.addSpacing(4)
            column.addWidget(kit.rule())
            line = kit.row(kit.label(hold.text, wrap=True), gap=12)
            line.setStretch(0, 1)
            if hold.act:
                key = kit.key(f"holds_page.act.{hold.act}")
                key.setMinimumHeight(44)
                asked = self.lift_asked if hold.act == "lift" else self.file_asked
                key.clicked.connect(lambda _on=False, asked=asked, hold=hold.hold: asked.emit(hold))
                put(key, f"holds_page.act.{hold.act}_of", "setAccessibleName", hold=hold.hold)
                self.keys[hold.act, hold.hold] = key
                line.addWidget(key)
            column.addLayout(line)
        return made

    def _letters(self, letters: tuple[LetterText, ...]) -> QGridLayout:
        """Two beside each other: one product's letter in both languages."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for place, letter in enumerate(letters):
            row, column = place // 2 * 3, place % 2
            grid.setColumnStretch(column, 1)
            grid.addWidget(kit.label(letter.title, bold=True, wrap=True), row, column)
            shown = QPlainTextEdit(letter.text)
            shown.setReadOnly(True)
            shown.setTabChangesFocus(True)
            shown.setFixedHeight(250)
            shown.setAccessibleName(letter.title)
            self.letters.append(shown)
            grid.addWidget(shown, row + 1, column)
            line = kit.row(gap=8)
            for act, asked in (("copy", self.copy_asked), ("save", self.save_asked)):
                key = kit.key(f"holds_page.act.{act}")
                key.setMinimumHeight(40)
                put(key, f"holds_page.act.{act}_of", "setAccessibleName", letter=letter.title)
                key.clicked.connect(lambda _on=False, asked=asked, letter=letter: asked.emit(letter))
                self.keys[act, letter.name] = key
                line.addWidget(key)
            line.addStretch(1)
            grid.addLayout(line, row + 2, column)
        return grid

    def show_done(self, text: str) -> None:
        """Say that a letter was copied or saved."""
        self.show_error("")
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def show_error(self, text: str) -> None:
        """Say what was not done."""
        self.told.hide()
        super().show_error(text)

    def retranslate(self) -> None:
        super().retranslate()
        if self.isVisible():
            self.stale.emit()

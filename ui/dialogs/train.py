"""A person was trained: for which product and task, until when, with the certificate's file."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, DateField, Form
from ui.kit import Elided
from ui.language import put, say


class Training(NamedTuple):
    """What was recorded; ``file`` is ``""`` where no certificate was chosen."""

    ident: str
    product: str
    task: str
    given: datetime.date
    until: datetime.date
    file: str = ""


class TrainDialog(Dialog):
    """Signals: ``given(Training)``; the caller answers with ``accept()`` or ``show_error``."""

    given = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=640)
        self._ident, self._file = "", ""
        put(self.title, "people.train.title")
        put(self, "people.train.title", "setWindowTitle")
        form = Form(columns=2)
        self.product, self.task = ChoiceField(), ChoiceField()
        self.given_on, self.until = DateField(), DateField()
        form.add_row("people.train.product", self.product)
        form.add_row("people.train.task", self.task)
        form.add_row("people.train.given", self.given_on)
        form.add_row("people.train.until", self.until)
        self.body.addWidget(form)
        self._file_name = Elided(tone="quiet")
        choose = kit.key("people.train.choose", icon="folder")
        choose.setMinimumHeight(44)
        choose.clicked.connect(self._choose)
        self.body.addWidget(kit.words("people.train.file", "small", "quiet"))
        self.body.addLayout(kit.row(choose, self._file_name, gap=12))
        self.body.addStretch(1)
        self.add_back("people.train.back")
        self.key = self.add_key("people.train.give")
        self.key.clicked.connect(self._give)
        for field in (self.given_on, self.until):
            field.textChanged.connect(self.settle)
        self.retranslate()

    def show_person(self, ident: str, name: str, products: Sequence[Choice], tasks: Sequence[Choice]) -> None:
        """Ask for one person; products and tasks in the words of the moment."""
        self._ident = ident
        put(self.kicker, "people.train.kicker", name=name, ident=ident)
        self.product.show_choices(products)
        self.task.show_choices(tasks)
        self.settle()

    def choose_file(self, path: str) -> None:
        """Take the certificate's file."""
        self._file = path
        self.retranslate()

    def _choose(self) -> None:
        chooser = QFileDialog(self, say("people.train.choose"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.choose_file)
        chooser.open()

    def _give(self) -> None:
        given, until = self.given_on.day(), self.until.day()
        assert given is not None and until is not None
        self.given.emit(Training(self._ident, self.product.value(), self.task.value(), given, until, self._file))

    def settle(self) -> None:
        given, until = self.given_on.day(), self.until.day()
        dated = given is not None and until is not None and given <= until
        self.key.setEnabled(dated and bool(self.product.value() and self.task.value()) and not self._busy)

    def retranslate(self) -> None:
        if hasattr(self, "_file_name"):
            self._file_name.show_text(Path(self._file).name if self._file else say("people.train.no_file"))
        super().retranslate()

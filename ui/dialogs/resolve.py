"""An excursion is over: its cause, what was done, and whether the probe was to blame."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from ui import kit, theme
from ui.dialogs.dialog import Dialog
from ui.dialogs.hold import FileChoice
from ui.dialogs.vouch import Vouchers
from ui.forms import Choice, ChoiceField, Form, FreeField
from ui.language import put


class ResolveDialog(Dialog):
    """Signals: ``given()``: read ``cause``, ``text``, ``artefact``, and for an artefact ``second``, ``file`` and
    ``vouchers``; the caller answers with ``accept()`` or ``show_error`` · ``second_chosen(str)``: answered with
    ``show_witness``."""

    given = Signal()
    second_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=960)
        put(self.title, "temperature_page.resolve.title")
        put(self, "temperature_page.resolve.title", "setWindowTitle")
        self.what = kit.label(tone="quiet", wrap=True)
        left = kit.column(gap=14)
        left.addWidget(self.what)
        self.form = Form()
        self.cause, self.text = ChoiceField(), FreeField(3)
        self.form.add_row("temperature_page.resolve.cause", self.cause)
        self.form.add_row("temperature_page.resolve.text", self.text)
        left.addWidget(self.form)
        self.artefact = put(QCheckBox(), "temperature_page.resolve.artefact")
        self.artefact.toggled.connect(self._fit_kind)
        left.addWidget(self.artefact)
        self.proof, self.shown, self.second, self.file = Form(), Form(), ChoiceField(), FileChoice()
        self.proof.add_row("temperature_page.resolve.second", self.second)
        self.witness = kit.label(size="small", tone="quiet", wrap=True)
        self.shown.add_row("temperature_page.resolve.file", self.file)
        self.vouchers = Vouchers(("holds_page.first", "holds_page.second"), "temperature_page.resolve.needs")
        right, right_column = kit.card("plain", (18, 14, 18, 16))
        right_column.addWidget(self.vouchers)
        right_column.addStretch(1)
        self._proofs = (self.proof, self.witness, self.shown, right)
        for part in self._proofs[:3]:
            left.addWidget(part)
        left.addStretch(1)
        sides = kit.row(left, right, gap=20)
        sides.setStretch(0, 3)
        sides.setStretch(1, 2)
        self.body.addLayout(sides)
        for part in self._proofs:
            part.hide()
        self.second.chosen.connect(self.second_chosen)
        self.add_back("temperature_page.period.back")
        self.key = self.add_key("temperature_page.resolve.save")
        self.key.clicked.connect(self.given)
        self.text.textChanged.connect(self.settle)
        self.file.chosen.connect(self.settle)
        self.vouchers.changed.connect(self.settle)

    def show_excursion(self, kicker: str, what: str, causes: Sequence[str], cause: str) -> None:
        """Ask about one excursion."""
        self.kicker.setText(kicker)
        self.what.setText(what)
        self.cause.offer(*((name, f"letter.cause.{name}") for name in causes))
        self.cause.choose(cause)
        self.settle()

    def show_seconds(self, person: str, probes: Sequence[Choice]) -> None:
        """Who sits there, and the probes that might say it was not warm; without one nobody can blame the probe."""
        self.vouchers.fix_first(person)
        self.artefact.setEnabled(bool(probes))
        put(self.artefact, "temperature_page.resolve.artefact" if probes else "temperature_page.resolve.no_second")
        self.second.show_choices(probes)
        if probes:
            self.second.choose(probes[0].value)

    def show_witness(self, text: str, tone: str) -> None:
        """What the chosen probe says of that time."""
        theme.set_tone(self.witness, tone)
        self.witness.setText(text)

    def _fit_kind(self, artefact: bool) -> None:
        for part in self._proofs:
            part.setVisible(artefact)
        if artefact:
            self.second_chosen.emit(self.second.value())
        self.settle()
        self._fit()

    def settle(self) -> None:
        if hasattr(self, "key"):
            proved = self.file.path is not None and self.vouchers.is_complete()
            told = bool(self.text.value()) and (not self.artefact.isChecked() or proved)
            self.key.setEnabled(told and not self._busy)

    def show_error(self, text: str) -> None:
        """Say why it stays open; passwords are given anew."""
        super().show_error(text)
        if text:
            self.vouchers.clear_passwords()

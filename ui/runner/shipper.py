"""The shipper's logger file at R-18: what it leaves open is asked, one question after the other, never guessed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cellguide.acts import shipper_file
from cellguide.refusal import Refusal
from cellguide.runs import Run
from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form, TextField
from ui.language import put, say
from ui.runner.values import Blob
from ui.station import Station, sentence

STEP = shipper_file.STEP


class OpenQuestion(Dialog):
    """One thing that the file leaves open.

    Signals: ``given(str)``: the answer.
    """

    given = Signal(str)

    def __init__(self, about: str, options: tuple[str, ...], proposal: str, station: Station) -> None:
        super().__init__(station.frame, width=560)
        put(self.kicker, "runner.file.open")
        put(self.title, f"logger.question.{about}")
        self.setWindowTitle(self.title.text())
        self.form = Form()
        self.choice: ChoiceField | None = None
        self.text: TextField | None = None
        if options:
            self.choice = ChoiceField((Choice("", "—"), *(Choice(option, option) for option in options)))
            self.choice.currentIndexChanged.connect(self.settle)
            self.form.add_row("runner.file.answer", self.choice)
        else:
            self.text = TextField()
            self.text.setText(proposal)
            self.text.textChanged.connect(self.settle)
            self.form.add_row("runner.file.answer", self.text)
        self.body.addWidget(self.form)
        if proposal:
            self.body.addWidget(kit.label(say("runner.file.proposal", proposal=proposal), "small", "quiet", wrap=True))
        self.body.addStretch(1)
        self.add_back("runner.file.back")
        self.key = self.add_key("runner.file.take")
        self.key.clicked.connect(lambda: self.given.emit(self._value()))
        self.settle()

    def _value(self) -> str:
        return self.choice.value() if self.choice is not None else self.text.value() if self.text is not None else ""

    def settle(self) -> None:
        if hasattr(self, "key"):
            self.key.setEnabled(bool(self._value()) and not self._busy)


class ShipperFile(QObject):
    """Signals: ``taken(object)``: the run after it · ``ended()``: nothing is asked any more."""

    taken = Signal(object)
    ended = Signal()

    def __init__(self, station: Station, run: Run, blob: Blob, reason: str = "") -> None:
        super().__init__(station)
        self.station, self.run, self.blob, self.reason = station, run, blob, reason
        self.said: dict[str, str] = {}
        self.dialog: OpenQuestion | None = None

    def start(self) -> None:
        """Take the file in, or ask for what it leaves open."""
        zone, unit = self.said.get("zone"), self.said.get("unit")
        others = {about: answer for about, answer in self.said.items() if about not in ("zone", "unit")}
        try:
            self.station.parts.faults.require_sound()
            run = shipper_file.take_in_shipper_file(
                self.station.desk,
                self.run.id,
                self.blob.data,
                self.blob.name,
                zone=zone,
                unit=unit,
                answers=others,
                reason=self.reason,
            )
        except Refusal as refusal:
            if refusal.code == "import.question":
                self._ask(refusal)
                return
            if self.dialog is not None:
                self.dialog.show_error(sentence(refusal))
                return
            self.station.refuse(refusal)
            self.ended.emit()
            return
        if self.dialog is not None:
            self.dialog.accept()
        self.taken.emit(run)

    def _ask(self, refusal: Refusal) -> None:
        about = str(refusal.facts["question"])
        options = tuple(option for option in str(refusal.facts["options"]).split(", ") if option)
        before, self.dialog = (
            self.dialog,
            OpenQuestion(about, options, str(refusal.facts["proposal"]), self.station),
        )

        def given(answer: str) -> None:
            self.said[about] = answer
            self.start()

        self.dialog.given.connect(given)
        self.dialog.gone_back.connect(self.ended)
        if before is not None:
            before.accept()
        self.dialog.open()

"""A signature in the middle of a checklist, from the window: the dialog, the password, the act."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cellguide.acts import run_signatures, staff, walks
from cellguide.refusal import Refusal
from cellguide.runs import Key, Run
from ui.dialogs.sign import SignDialog, SignRequest
from ui.kit import Mark
from ui.language import language, say
from ui.runner import boxes, facing
from ui.station import Station, sentence


class RunSigning(QObject):
    """Signals: ``signed(object)``: the run after it · ``ended()``: the dialog closed in any way."""

    signed = Signal(object)
    ended = Signal()

    def __init__(self, station: Station, run: Run, key: Key) -> None:
        super().__init__(station)
        self.station, self.run, self.key = station, run, key
        self.step = run.template.step(key.step)
        self.dialog = SignDialog(station.frame)
        self.dialog.show_request(self._request())
        self.dialog.signed.connect(self._given)
        self.dialog.closed.connect(self.ended)

    def start(self) -> None:
        """Show what is to be signed."""
        self.dialog.open()

    def _request(self) -> SignRequest:
        desk, meaning = self.station.desk, self.step.meaning
        digest = run_signatures.answers_sha256(desk, self.run)
        at = desk.now()
        facts = walks.facts_of(desk, self.run, at)
        missing = walks.runs.gate(self.run, self.key, {"meaning": meaning}, facts, at)
        words = [f"{one.key} · {say(f'run.missing.{one.what}')}" for one in missing]
        return SignRequest(
            say("station.sign.kicker", meaning=say(f"station.meaning.{meaning}"), number=1, of=1),
            self.step.en if language.now == "en" else self.step.zh,
            (
                (say("station.sign.record"), f"{self.run.id} · {facing.title_of(self.run)}"),
                (say("station.sign.patient"), facing.patient_line(desk, self.run, Mark(""), second=False).name),
                (say("station.sign.roles"), boxes.role_words(("|".join(self.step.by),))),
                (say("station.sign.covers"), str(len(self.run.events))),
                ("SHA-256", f"{digest[:4]} {digest[4:8]} {digest[8:12]} … {digest[-4:]}"),
            ),
            say(f"station.sign_as.{meaning}"),
            (),
            tuple(words),
        )

    def _given(self, person: str, password: str) -> None:
        self.dialog.show_busy(say("station.signing"))
        self.station.prove(person, password, self._proved, self._failed)

    def _proved(self, proof: staff.Proof) -> None:
        desk = self.station.desk
        try:
            self.station.parts.faults.require_sound()
            roles = desk.person(proof.person).roles
            role = next((role for role in self.step.by if role in roles), roles[0])
            after = walks.sign_step(desk, self.run.id, self.key.step, self.key.container, proof, role)
        except Refusal as refusal:
            self._failed(refusal)
            return
        self.dialog.accept()
        self.station.say_done("station.signed", record=str(self.key))
        self.station.changed.emit()
        self.signed.emit(after)

    def _failed(self, refusal: Refusal) -> None:
        self.dialog.show_error(sentence(refusal))

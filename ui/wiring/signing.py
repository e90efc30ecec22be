"""Signing a record from the window: the dialog, the key in the pool, the act, the backup afterwards."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject, Signal

from cellguide import keys
from cellguide.acts import records, staff
from cellguide.refusal import Refusal
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.sign import SignDialog, SignRequest
from ui.jobs import Job, Outcome
from ui.language import language, say
from ui.station import Station, sentence


class SigningFlow(QObject):
    """One signature on one record.

    Signals: ``signed(str)``: the record · ``ended()``: the dialog closed in any way.
    """

    signed = Signal(str)
    ended = Signal()

    def __init__(self, station: Station, record: str) -> None:
        super().__init__(station)
        self.station = station
        self.record = record
        self.reason = ""
        self.dialog: SignDialog | None = None

    def start(self) -> None:
        """Draw the paper first where it has not been drawn; then ask for the signature."""
        desk = self.station.desk
        held = desk.store.get("record", self.record)
        assert held is not None
        if held.doc["state"] == "frozen":
            drawing = records.pending_drawing(desk, self.record)
            job = Job(lambda _work: records.make_drawing(drawing))
            job.finished.connect(self._drawn)
            job.start()
            return
        self._ask()

    def _drawn(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            if isinstance(outcome.error, Refusal):
                self.station.refuse(outcome.error)
            self.ended.emit()
            return
        self.station.act(lambda: records.file_drawing(self.station.desk, self.record, outcome.value))
        self._ask()

    def _ask(self) -> None:
        request = sign_request(self.station, self.record)
        if request is None:
            self.ended.emit()
            return
        dialog = SignDialog(self.station.frame)
        self.dialog = dialog
        dialog.show_request(request)
        dialog.signed.connect(self._given)
        dialog.closed.connect(self.ended)
        dialog.open()

    def _given(self, person: str, password: str) -> None:
        assert self.dialog is not None
        desk = self.station.desk
        meaning = records.next_meaning(desk, self.record)
        if meaning is None:
            self._failed(Refusal("record.closed", record=self.record, state="signed"))
            return
        both = records.needed(desk, self.record, person, meaning) == "both" or not self._fixed()
        self.dialog.show_busy(say("station.signing"))
        self.station.prove(person, password, lambda proof: self._proved(proof, meaning), self._failed, both=both)

    def _fixed(self) -> bool:
        return self.dialog is not None and self.dialog.person_id.isReadOnly()

    def _proved(self, proof: staff.Proof, meaning: str) -> None:
        desk = self.station.desk
        try:
            if records.needed(desk, self.record, proof.person, meaning) == "both" and proof.components != "both":
                raise Refusal("sign.both_needed")
            pending = records.pending_signature(desk, self.record, meaning, proof.person, reason=self.reason)
            secret = proof.spend(desk.now())
        except Refusal as refusal:
            self._failed(refusal)
            if refusal.code == "sign.late_reason":
                self._ask_reason()
            return
        job = Job(lambda _work: _sign(pending, secret))
        job.finished.connect(lambda outcome: self._made(pending, outcome))
        job.start()

    def _made(self, pending: records.Pending, outcome: Outcome) -> None:
        if isinstance(outcome.error, Refusal):
            self._failed(outcome.error)
            return
        if outcome.error is not None:
            self._failed(Refusal("store.frozen", act="sign_record"))
            return
        try:
            self.station.parts.faults.require_sound()
            records.file_signature(self.station.desk, pending, outcome.value)
        except Refusal as refusal:
            self._failed(refusal)
            return
        if self.dialog is not None:
            self.dialog.accept()
        self.station.changed.emit()
        self.station.say_done("station.signed", record=self.record)
        if pending.statement["number"] == pending.statement["of"]:
            self.station.back_up()
        self.signed.emit(self.record)

    def _ask_reason(self) -> None:
        dialog = ReasonDialog(self.dialog)
        dialog.show_request(say("station.late_title"), ())
        dialog.given.connect(lambda text: self._reason_given(text, dialog))
        dialog.open()

    def _reason_given(self, text: str, dialog: ReasonDialog) -> None:
        self.reason = text
        dialog.accept()

    def _failed(self, refusal: Refusal) -> None:
        if self.dialog is not None:
            self.dialog.show_error(sentence(refusal))


def _sign(pending: records.Pending, secret: keys.Secret) -> records.Signed:
    return records.make_signature(pending, secret)


def sign_request(station: Station, record: str) -> SignRequest | None:
    """What the dialog shows: the record, its conclusion, its hash, what was abnormal."""
    desk = station.desk
    meaning = records.next_meaning(desk, record)
    held = desk.store.get("record", record)
    if meaning is None or held is None:
        return None
    doc = held.doc
    content = json.loads(desk.store.blob(str(doc["sha256"])))
    lang = language.now
    patient = content["subject"].get("patient") or {}
    numbers = " ".join(str(item["value"]) for item in patient.get("numbers", ())[:1])
    decision = content["decision"][lang] if content["decision"] else content["template"][lang]
    digest = str(doc["sha256"])
    facts = (
        (say("station.sign.record"), f"{record} · v{doc['number']}"),
        (say("station.sign.patient"), " · ".join(part for part in (patient.get("name", ""), numbers) if part) or "—"),
        (say("station.sign.decision"), decision),
        ("SHA-256", f"{digest[:4]} {digest[4:8]} {digest[8:12]} … {digest[-4:]}"),
    )
    fast = [step for section in content["sections"] for step in section["steps"] if step.get("fast")]
    too_fast = tuple(say("station.sign.too_fast", step=step["id"], person=step["person"]["id"]) for step in fast)
    abnormal = (*(item[lang] for item in content["deviations"]), *too_fast)
    session = desk.session
    mine = session is not None and records.needed(desk, record, session.person, meaning) == "password"
    number = len(doc["signed"]) + 1
    return SignRequest(
        say("station.sign.kicker", meaning=say(f"station.meaning.{meaning}"), number=number, of=len(doc["required"])),
        say(f"station.statement.{meaning}"),
        facts,
        say(f"station.sign_as.{meaning}"),
        abnormal,
        (),
        session.person if mine and session is not None else "",
        mine,
    )

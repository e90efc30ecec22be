"""Overriding held stops from the window: the dialog, the signatures of the people it asks for, the act."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cellguide import runs
from cellguide.acts import staff, walks
from cellguide.entry import Actor
from cellguide.refusal import Refusal
from cellguide.runs import Key, Proof, Reason, Run
from ui.language import language, say
from ui.runner import boxes, reading, standing
from ui.runner.stops import StopAnswer, StopDialog, StopRequest
from ui.runner.times import when
from ui.station import Station, sentence


class Clearing(QObject):
    """Signals: ``ended()``: the dialog closed in any way."""

    ended = Signal()

    def __init__(self, station: Station, run: Run, key: Key, reader: reading.Reader) -> None:
        super().__init__(station)
        self.station, self.run, self.key = station, run, key
        stops = runs.stops_of_cause(run, key)
        self.roles = runs.roles_needed(stops)
        self.signers: dict[int, Actor] = {}
        self.proofs: dict[int, staff.Proof] = {}
        verdict = run.standing[key].verdict
        cause = boxes.cause_words(verdict.cause)
        about = []
        for stop in stops:
            step = run.template.step(stop.key.step)
            place = standing.container_word(reader.run, stop.key.container)
            about.append(f"· {standing.words_of(step)} {place}".strip())
        roles = tuple((role, boxes.role_words((role,))) for role in self.roles)
        proof = any(stop.verdict.proof for stop in stops)
        request = StopRequest(say("runner.stop.title", cause=cause), tuple(about), roles, proof)
        self.dialog = StopDialog(request, (), station.frame)
        self.dialog.identify_asked.connect(self._identify)
        self.dialog.given.connect(self._given)
        self.dialog.closed.connect(self.ended)

    def start(self) -> None:
        """Show what is to be overridden."""
        self.dialog.open()

    def take_scan(self, untrusted_text: str) -> None:
        """A badge: it names a person; the signature asks their password."""
        try:
            self.dialog.show_person(staff.badge_owner(self.station.desk, untrusted_text))
        except Refusal as refusal:
            self.dialog.show_error(sentence(refusal))

    def _identify(self, place: int, who: str, password: str) -> None:
        self.dialog.show_busy(say("runner.identifying"))
        wanted = self.roles[place].split("|")

        def failed(refusal: Refusal) -> None:
            self.dialog.show_role_fault(place, sentence(refusal))

        def proved(proof: staff.Proof) -> None:
            who = self.station.desk.person(proof.person)
            role = next((role for role in wanted if role in who.roles), "")
            if not role:
                failed(Refusal("runner.role", person=who.id, needed=self.roles[place]))
                return
            if any(other.person == who.id for other in self.signers.values()):
                self.dialog.show_role_fault(place, say("runner.stop.twice"))
                return
            self.signers[place], self.proofs[place] = Actor(who.id, role, "password"), proof
            self.dialog.show_known(place, f"{who.called(language.now)} · {say(f'people.role.{role}')}")

        self.station.prove(who, password, proved, failed)

    def _given(self, answer: StopAnswer) -> None:
        desk = self.station.desk
        blobs: tuple[bytes, ...] = ()
        proof: Proof | None = None
        if answer.proof_file is not None:
            blobs = (answer.proof_file.data,)
            proof = Proof(sha256=walks.photo(answer.proof_file.data)["sha256"])
        elif answer.proof_name:
            proof = Proof("", answer.proof_name, when(answer.proof_at, desk.now()).iso, answer.proof_case)
        signers = tuple(self.signers[place] for place in sorted(self.signers))
        try:
            self.station.parts.faults.require_sound()
            walks.clear_stop(
                desk,
                self.run.id,
                self.key.step,
                self.key.container,
                reason=Reason("other", answer.reason),
                signers=signers,
                proofs=tuple(self.proofs.values()),
                proof=proof,
                slot=self.key.slot,
                blobs=blobs,
            )
        except Refusal as refusal:
            if refusal.code == "sign.proof_used":
                self.signers, self.proofs = {}, {}
                self.dialog.ask_again()
            self.dialog.show_error(sentence(refusal))
            return
        self.station.changed.emit()
        self.dialog.accept()

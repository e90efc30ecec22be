"""Changing one's own password, badge and PIN."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide import keys, passwords
from cellguide.acts import staff
from cellguide.refusal import Refusal
from ui.dialogs.own import OwnDialog
from ui.jobs import Job, Outcome
from ui.language import say
from ui.station import Station, sentence


class OwnWire(QObject):
    """One opening of the dialog."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog = OwnDialog(station.frame)
        self.dialog.password_given.connect(self._password)
        self.dialog.pin_given.connect(self._pin)
        station.scanned.connect(self.dialog.show_badge)
        self.dialog.closed.connect(self._leave)

    def start(self) -> None:
        """Show the dialog for whoever sits there."""
        if self.station.desk.session is not None:
            self.dialog.open()

    def _leave(self) -> None:
        self.station.scanned.disconnect(self.dialog.show_badge)

    def _failed(self, refusal: Refusal) -> None:
        self.dialog.show_error(sentence(refusal))

    def _person(self) -> str:
        session = self.station.desk.session
        return session.person if session is not None else ""

    def _password(self, present: str, new: str) -> None:
        desk = self.station.desk
        who = desk.person(self._person())
        words = (who.name, who.latin, who.id, str(desk.site.get("zh", "")), str(desk.site.get("en", "")))
        try:
            passwords.check_password(new, words)
        except Refusal as refusal:
            self._failed(refusal)
            return
        self.dialog.show_busy(say("own.busy"))
        self.station.prove(who.id, present, lambda proof: self._wrap(proof, new), self._failed)

    def _wrap(self, proof: staff.Proof, new: str) -> None:
        secret = proof.secret

        def made(outcome: Outcome) -> None:
            if outcome.error is not None:
                self.dialog.show_error(say("people.enrolment.no_key"))
                return
            try:
                staff.change_password(self.station.desk, proof, outcome.value)
            except Refusal as refusal:
                self._failed(refusal)
                return
            self.dialog.show_busy("")
            self.dialog.accept()
            self.station.say_done("own.changed")

        job = Job(lambda _work: keys.lock(secret, new))
        job.finished.connect(made)
        job.start()

    def _pin(self, present: str, badge: str, pin: str) -> None:
        try:
            passwords.check_pin(pin)
        except Refusal as refusal:
            self._failed(refusal)
            return
        self.dialog.show_busy(say("own.busy"))
        self.station.prove(self._person(), present, lambda proof: self._set(proof, pin, badge), self._failed)

    def _set(self, proof: staff.Proof, pin: str, badge: str) -> None:
        try:
            staff.set_pin(self.station.desk, proof, pin, badge)
        except Refusal as refusal:
            self._failed(refusal)
            return
        self.dialog.show_busy("")
        self.dialog.accept()
        self.station.say_done("own.pin_set")

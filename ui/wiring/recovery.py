"""The sealed envelope, opened from the sign-in page: the sheet, two people's keys in the pool, one act."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide import passwords
from cellguide.acts import recovery, staff
from cellguide.acts.site import Enrolment
from cellguide.people import ADMINISTRATOR
from cellguide.refusal import Refusal
from ui.dialogs.enrol import NewPerson as Typed
from ui.dialogs.recover import RecoverDialog, Recovery
from ui.forms import Choice
from ui.jobs import Job, Outcome
from ui.language import language, say
from ui.station import Station, sentence
from ui.wiring.people import as_new_person, new_lock


def ask_recovery(station: Station) -> RecoverDialog:
    """Ask for the sheet and the two people; nobody need be signed in, and nobody is afterwards."""
    dialog = RecoverDialog(station.frame)
    flow = _Flow(station, dialog)
    dialog.sheet_given.connect(flow.compare)
    dialog.given.connect(flow.enrol)
    scanned = station.parts.scanner.scanned
    scanned.connect(dialog.take_scan)
    dialog.closed.connect(lambda: scanned.disconnect(dialog.take_scan))
    dialog.open()
    return dialog


class _Flow(QObject):
    """What is known between the two steps: the sheet that was read. It lives and dies with its dialog."""

    def __init__(self, station: Station, dialog: RecoverDialog) -> None:
        super().__init__(dialog)
        self.station, self.dialog = station, dialog
        self.sheet: recovery.SheetRead | None = None

    def compare(self, untrusted_text: str) -> None:
        """Compare the typed key with the site's root certificate."""
        desk = self.station.desk
        try:
            self.station.parts.faults.require_sound()
            self.sheet = recovery.read_sheet(desk, untrusted_text)
        except Refusal as refusal:
            self.dialog.show_error(sentence(refusal))
            return
        at = self.sheet.printed_at[:16].replace("T", " ")
        found = say("recovery.sheet.found", envelope=self.sheet.number)
        standing = say(f"recovery.standing.{self.sheet.standing}", at=at)
        known = [
            Choice(who.id, f"{who.called(language.now)} ({who.id})")
            for who in desk.people()
            if who.active and ADMINISTRATOR in who.roles
        ]
        self.dialog.show_sheet(f"{found} {standing}", known)

    def enrol(self, given: Recovery) -> None:
        """Both people's keys are made in the pool, then the act."""
        try:
            people = [self._person(typed) for typed in (given.first, given.second)]
            for typed, person in zip((given.first, given.second), people, strict=True):
                passwords.check_password(typed.password, staff.known_words(self.station.desk.site, person))
        except Refusal as refusal:
            self.dialog.show_error(sentence(refusal))
            return
        self.dialog.show_busy(say("recovery.busy"))
        job = Job(lambda _work: [new_lock(one.ident, one.password) for one in (given.first, given.second)])
        job.finished.connect(lambda outcome: self._write(given, people, outcome))
        job.start()

    def _person(self, typed: Typed) -> staff.NewPerson:
        desk = self.station.desk
        if desk.store.get("person", typed.ident) is not None:
            return recovery.administrator(desk, typed.ident, typed.document)
        return as_new_person(typed, demo=desk.demo)

    def _write(self, given: Recovery, people: list[staff.NewPerson], outcome: Outcome) -> None:
        if outcome.error is not None or self.sheet is None:
            self.dialog.show_error(say("recovery.no_key"))
            return
        two = [Enrolment(person, *made) for person, made in zip(people, outcome.value, strict=True)]
        try:
            self.station.parts.faults.require_sound()
            recovery.open_envelope(self.station.desk, self.sheet, two, given.reason, given.present)
        except Refusal as refusal:
            self.dialog.show_error(sentence(refusal))
            return
        number, self.sheet = self.sheet.number, None
        names = say("recovery.sheet.and").join(f"{person.name} ({person.staff_no})" for person in people)
        self.dialog.show_busy("")
        self.dialog.show_done(say("recovery.done.text", names=names, envelope=number))
        self.station.changed.emit()

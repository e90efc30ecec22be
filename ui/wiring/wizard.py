"""First start: the wizard's answers become a site, or the demonstration is made and opened."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cellguide import passwords
from cellguide.acts import site, staff
from cellguide.clock import SystemClock
from cellguide.desk import Desk
from cellguide.doors import Doors
from cellguide.refusal import Refusal
from ui.app import Parts
from ui.dialogs.enrol import NewPerson as Typed
from ui.dialogs.wizard import NewSite, WizardDialog
from ui.jobs import Job, Outcome, Work
from ui.language import say
from ui.station import sentence
from ui.wiring.people import as_new_person, new_lock


class WizardWire(QObject):
    """Signals: ``opened(object)``: the Desk of the site or the demonstration."""

    opened = Signal(object)

    def __init__(self, parts: Parts, doors: Doors, path: Path, station: Path | None) -> None:
        super().__init__(parts.app)
        self.parts, self.doors, self.path, self.station = parts, doors, path, station
        self.dialog = WizardDialog()
        self.dialog.demonstration_chosen.connect(self._demonstrate)
        self.dialog.finished_with.connect(self._found)
        self.dialog.gone_back.connect(parts.app.quit)

    def start(self) -> None:
        """Show the wizard."""
        self.dialog.open()

    # --- the site ---------------------------------------------------------------------------------------------------

    def _found(self, new: NewSite) -> None:
        people = [person for person in (new.first, new.second, *new.people) if person is not None]
        facts = site.SiteFacts(
            new.facts.name_zh,
            new.facts.name_en,
            new.facts.zone,
            tuple(new.facts.paper.split("+")),
            new.facts.base,
            new.facts.ink_lines,
            department_zh=new.facts.department_zh,
            department_en=new.facts.department_en,
        )
        try:
            for person in people:
                typed = as_new_person(person, demo=False)
                passwords.check_password(person.password, staff.known_words(facts.doc, typed))
        except Refusal as refusal:
            self.dialog.show_error(sentence(refusal))
            return
        self.dialog.show_busy(say("wizard.making"))
        job = Job(lambda work: _enrolments(people, work))
        job.progressed.connect(lambda done, total: self.dialog.show_busy(say("wizard.making"), done, total))
        job.finished.connect(lambda outcome: self._write(facts, outcome, new))
        job.start()

    def _write(self, facts: site.SiteFacts, outcome: Outcome, new: NewSite) -> None:
        if outcome.error is not None:
            self.dialog.show_error(say("people.enrolment.no_key"))
            return
        try:
            store, pepper = self.doors.open(self.path, self.station, True)
        except Refusal as refusal:
            self.dialog.show_error(sentence(refusal))
            return
        desk = Desk(store, SystemClock(facts.zone), pepper=pepper)
        try:
            site.found_site(desk, facts, outcome.value)
            for typed, made in zip((new.first, new.second, *new.people), outcome.value, strict=False):
                if typed is not None and typed.badge and typed.pin:
                    staff.set_pin(desk, staff.proved(desk, made.secret), typed.pin, typed.badge)
        except Refusal as refusal:
            store.close()
            self.dialog.show_error(sentence(refusal))
            return
        self._done(desk)

    def _done(self, desk: Desk) -> None:
        self.dialog.show_busy("")
        self.dialog.hide()
        self.dialog.deleteLater()
        self.opened.emit(desk)

    # --- the demonstration --------------------------------------------------------------------------------------------

    def _demonstrate(self) -> None:
        self.dialog.show_busy(say("wizard.demonstrating"))
        folder = Path(tempfile.mkdtemp(prefix="cellguide-demo-"))
        job = Job(lambda work: _make_demo(folder, self.doors, work))
        job.progressed.connect(lambda done, total: self.dialog.show_busy(say("wizard.demonstrating"), done, total))
        job.finished.connect(lambda outcome: self._open_demo(folder, outcome))
        job.start()

    def _open_demo(self, folder: Path, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.dialog.show_error(
                sentence(outcome.error) if isinstance(outcome.error, Refusal) else say("wizard.no_demo")
            )
            return
        try:
            store, pepper = self.doors.open(folder / "cellguide.db", None, False)
        except Refusal as refusal:
            self.dialog.show_error(sentence(refusal))
            return
        self._done(Desk(store, SystemClock("Asia/Shanghai"), pepper=pepper, demo=True))


def _enrolments(people: list[Typed], work: Work) -> list[site.Enrolment]:
    made = []
    for done, person in enumerate(people):
        work.progress(done, len(people))
        locked, secret = new_lock(person.ident, person.password)
        made.append(site.Enrolment(as_new_person(person, demo=False), locked, secret))
    return made


def _make_demo(folder: Path, doors: Doors, work: Work) -> None:
    from cellguide import demo

    demo.make(folder, doors, progress=work.progress)

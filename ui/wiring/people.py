"""The People page: who is here, enrolment and reset side by side, training, leaving."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from cellguide import keys, passwords
from cellguide.acts import site, staff
from cellguide.entry import Doc
from cellguide.people import ADMINISTRATOR, Person, may
from cellguide.products import load_packaged, profile_ids
from cellguide.refusal import Refusal
from cellguide.templates.released import released
from ui.dialogs.enrol import EnrolDialog, NewPerson
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.roles import RolesDialog
from ui.dialogs.train import TrainDialog, Training
from ui.dialogs.vouch import Vouching
from ui.forms import Choice
from ui.jobs import Job, Outcome
from ui.kit import Mark
from ui.language import language, say
from ui.pages.people import PeoplePage, PersonLine, TrainingLine
from ui.station import Station, sentence
from ui.wiring.fresh import Fresh
from ui.wiring.history import open_entries, open_history
from ui.wiring.password_needs import tried_mark

ACTS = {
    "enrol": "enrol_person",
    "reset": "reset_person",
    "roles": "change_roles",
    "leave": "person_leaves",
    "training": "record_training",
    "entries": "view_entries",
}


class PeopleWire(QObject):
    """Holds the page and answers it."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = PeoplePage()
        self.page.enrol_asked.connect(self._enrol)
        self.page.training_asked.connect(self._train)
        self.page.roles_asked.connect(self._change_roles)
        self.page.reset_asked.connect(self._reset)
        self.page.leave_asked.connect(self._leave)
        self.page.history_asked.connect(lambda person: open_history(station, "person", person))
        self.page.entries_asked.connect(lambda: open_entries(station))
        self.fresh = Fresh(station, self.page, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read everybody anew."""
        session = self.station.desk.session
        role = session.role if session is not None else ""
        self.page.allow([name for name, act in ACTS.items() if may(role, act)])
        self.page.show_people([self._line(person) for person in self.station.desk.people()])
        self.page.show_openings([opening_words(doc) for doc in reversed(site.openings(self.station.desk))])

    def _line(self, person: Person) -> PersonLine:
        store = self.station.desk.store
        today = self.station.desk.now().day.isoformat()
        held = store.get("person", person.id)
        assert held is not None
        trainings = []
        soonest = ""
        for item in store.find("training", person=person.id):
            expires = str(item.doc["expires"])
            state = "over" if expires < today else "valid"
            what = f"{_product(str(item.doc['product']))} · {task_words(str(item.doc['task']))}"
            trainings.append(
                TrainingLine(what, expires, Mark(say(f"people.{state}"), "alarm" if state == "over" else "ok"))
            )
            soonest = min(soonest or expires, expires)
        tries = int(held.doc.get("failed_count") or 0)
        state = Mark(say(f"people.state.{person.state}"), "ok" if person.active else "")
        mark = Mark("—") if not soonest else Mark(soonest, "alarm" if soonest < today else "")
        return PersonLine(
            person.id,
            person.called(language.now),
            person.called("zh" if language.now == "en" else "en"),
            "、".join(say(f"people.role.{role}") for role in person.roles)
            if language.now == "zh"
            else ", ".join(say(f"people.role.{role}") for role in person.roles),
            mark,
            tried_mark(tries) if person.active and tries >= passwords.LOCKOUT_FAILURES else state,
            str(held.doc.get("fingerprint", "")),
            str(held.doc.get("enrolled_at", ""))[:10],
            tuple(trainings),
            person.active,
            str(held.doc.get("envelope", "")),
            ADMINISTRATOR not in person.roles,
            self._certified_by(held.doc),
        )

    def _certified_by(self, doc: Doc) -> str:
        """The two who issued the certificate, and the envelope where they came by it: two can, and it shows."""
        desk, found = self.station.desk, []
        for ident in doc.get("approved_by", ()):
            held = desk.store.get("person", ident)
            envelope = str(held.doc.get("envelope", "")) if held is not None else ""
            name = f"{desk.person(ident).called(language.now)} ({ident})"
            found.append(f"{name} · {envelope}" if envelope else name)
        return say("recovery.sheet.and").join(found)

    # --- enrolment and reset --------------------------------------------------------------------------------------

    def _enrol(self) -> None:
        dialog = EnrolDialog(self.station.frame, alone=self._alone())
        dialog.given.connect(lambda new, vouching: self._given(dialog, new, vouching))
        self.station.scanned.connect(dialog.fill_badge)
        dialog.open()

    def _alone(self) -> bool:
        return len([who for who in self.station.desk.people() if who.active and ADMINISTRATOR in who.roles]) == 1

    def _reset(self, person: str) -> None:
        dialog = EnrolDialog(self.station.frame, reset=True)
        dialog.show_reset(person, self.station.desk.person(person).called(language.now))
        dialog.given.connect(lambda new, vouching: self._reset_given(dialog, new, vouching))
        dialog.open()

    def _given(self, dialog: EnrolDialog, new: NewPerson, vouching: Vouching) -> None:
        person = as_new_person(new, demo=self.station.desk.demo)
        try:
            passwords.check_password(new.password, staff.known_words(self.station.desk.site, person))
            if new.pin:
                passwords.check_pin(new.pin)
        except Refusal as refusal:
            dialog.show_error(sentence(refusal))
            return
        self._vouched(dialog, new, vouching, lambda made, pair: self._enrolled(dialog, new, person, made, pair))

    def _vouched(self, dialog: EnrolDialog, new: NewPerson, vouching: Vouching, then: object) -> None:
        """Both administrators' passwords and the new person's lock, in the pool; then the act."""
        dialog.show_busy(say("people.enrolment.busy"))
        desk = self.station.desk

        def failed(refusal: Refusal) -> None:
            dialog.show_error(sentence(refusal))

        def second(first_proof: staff.Proof) -> None:
            if not vouching.second:
                make([first_proof])
                return
            self.station.prove(
                vouching.second, vouching.second_password, lambda proof: make([first_proof, proof]), failed
            )

        def make(pair: list[staff.Proof]) -> None:
            job = Job(lambda _work: new_lock(new.ident, new.password))
            job.finished.connect(lambda outcome: made(outcome, pair))
            job.start()

        def made(outcome: Outcome, pair: list[staff.Proof]) -> None:
            if outcome.error is not None:
                dialog.show_error(say("people.enrolment.no_key"))
                return
            try:
                then(outcome.value, pair)  # type: ignore[operator]
            except Refusal as refusal:
                failed(refusal)
                return
            dialog.accept()
            self.station.changed.emit()
            self.station.say_done("people.enrolment.done", name=new.name or desk.person(new.ident).called(language.now))

        self.station.prove(vouching.first, vouching.first_password, second, failed)

    def _enrolled(
        self,
        _dialog: EnrolDialog,
        new: NewPerson,
        person: staff.NewPerson,
        made: tuple[keys.Lock, keys.Secret],
        pair: list[staff.Proof],
    ) -> None:
        desk = self.station.desk
        locked, secret = made
        staff.enrol_person(desk, pair, person, locked, secret)
        if new.badge and new.pin:
            staff.set_pin(desk, staff.proved(desk, secret), new.pin, new.badge)

    def _reset_given(self, dialog: EnrolDialog, new: NewPerson, vouching: Vouching) -> None:
        desk = self.station.desk
        who = desk.person(new.ident)
        try:
            passwords.check_password(
                new.password, (who.name, who.latin, who.id, str(desk.site.get("zh", "")), str(desk.site.get("en", "")))
            )
        except Refusal as refusal:
            dialog.show_error(sentence(refusal))
            return
        self._vouched(
            dialog, new, vouching, lambda made, pair: staff.reset_person(desk, pair, new.ident, made[0], made[1])
        )

    # --- roles, training and leaving ----------------------------------------------------------------------------------

    def _change_roles(self, person: str) -> None:
        dialog = RolesDialog(self.station.frame)
        held = self.station.desk.person(person)
        dialog.show_person(held.called(language.now), held.roles)
        dialog.given.connect(lambda roles, reason: self._roles_given(dialog, person, roles, reason))
        dialog.open()

    def _roles_given(self, dialog: RolesDialog, person: str, roles: tuple[str, ...], reason: str) -> None:
        try:
            staff.change_roles(self.station.desk, person, roles, reason)
        except Refusal as refusal:
            dialog.show_error(sentence(refusal))
            return
        dialog.accept()
        self.station.changed.emit()
        self.station.say_done("station.saved")

    def _train(self, person: str) -> None:
        dialog = TrainDialog(self.station.frame)
        products = [
            Choice("*", say("people.train.every_product")),
            *(Choice(name, _product(name)) for name in profile_ids()),
        ]
        tasks = [Choice("*", say("people.train.every_task"))]
        tasks += [Choice(name, task_words(name)) for name in sorted({name for name, _ in released()})]
        dialog.show_person(
            person, self.station.desk.person(person).called(language.now), products, tasks, self.station.desk.now().day
        )
        dialog.given.connect(lambda training: self._trained(dialog, training))
        dialog.open()

    def _trained(self, dialog: TrainDialog, training: Training) -> None:
        try:
            evidence = Path(training.file).read_bytes() if training.file else None
            staff.record_training(
                self.station.desk, training.ident, training.product, training.task, training.until.isoformat(), evidence
            )
        except OSError as fault:
            dialog.show_error(say("people.train.no_such_file", reason=fault.strerror or str(fault)))
            return
        except Refusal as refusal:
            dialog.show_error(sentence(refusal))
            return
        dialog.accept()
        self.station.changed.emit()
        self.station.say_done("station.saved")

    def _leave(self, person: str) -> None:
        dialog = ReasonDialog(self.station.frame)
        dialog.show_request(say("people.leave_title", name=self.station.desk.person(person).called(language.now)), ())
        dialog.given.connect(lambda reason: self._left(dialog, person, reason))
        dialog.open()

    def _left(self, dialog: ReasonDialog, person: str, reason: str) -> None:
        try:
            staff.person_leaves(self.station.desk, person, reason)
        except Refusal as refusal:
            dialog.show_error(sentence(refusal))
            return
        dialog.accept()
        self.station.changed.emit()


def opening_words(doc: Doc) -> str:
    """One opening of the envelope: when, which, who became administrator, why, and who else was there."""
    names = say("recovery.sheet.and").join(f"{who['name']} ({who['person']})" for who in doc["administrators"])
    at = str(doc["at"])[:16].replace("T", " ")
    line = say("recovery.shown.line", at=at, envelope=doc["envelope"], names=names, reason=doc["reason"])
    return f"{line} · {say('recovery.shown.present', present=doc['present'])}" if doc["present"] else line


def as_new_person(new: NewPerson, *, demo: bool) -> staff.NewPerson:
    """What the form gave, as the act takes it."""
    return staff.NewPerson(new.ident, new.name, new.reading, new.roles, new.document, _initials(new.reading), demo)


def _initials(latin: str) -> str:
    return "".join(word[0] for word in latin.split()).upper()


def new_lock(person: str, password: str) -> tuple[keys.Lock, keys.Secret]:
    """A new key wrapped by its person's password. Slow: runs in the pool."""
    secret = keys.new_secret(person)
    return keys.lock(secret, password), secret


def _product(name: str) -> str:
    if name == "*":
        return say("people.train.every_product")
    profile = load_packaged(name) if name in profile_ids() else None
    return str(profile.id).upper() if profile is not None else name


def task_words(task: str) -> str:
    """A task is a checklist: its title in the language of the moment."""
    from cellguide.templates import latest

    if task == "*":
        return say("people.train.every_task")
    return str(getattr(latest(task), language.now))

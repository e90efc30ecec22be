"""The station: one desk, one window. It wires the frame to the acts; pages get wires of their own in ``ui.wiring``.

Signals go up from widgets, calls go down to acts; a refusal becomes a notice in the language of the moment.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from cellguide import keys, sessions
from cellguide.acts import site, staff
from cellguide.desk import Desk
from cellguide.doors import Doors
from cellguide.refusal import Refusal
from cellguide.words import Lang
from ui.app import Parts
from ui.forms import Choice
from ui.frame import Frame
from ui.jobs import Job, Outcome
from ui.kit import Mark
from ui.language import language, say
from ui.pages.lock import LockPage
from ui.pages.signin import SignInPage

T = TypeVar("T")

_ACTIVITY = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
        QEvent.Type.MouseMove,
    }
)


def sentence(refusal: Refusal) -> str:
    """The refusal in the language of the screens."""
    return say(f"refusal_{refusal.code}", **refusal.facts)


class Station(QObject):
    """Signals: ``changed()``: an act wrote something; pages that show it read again · ``entered()``: somebody sits
    down · ``left()``: nobody sits there any more · ``scanned(str)``: an untrusted scan while the pages show ·
    ``ticked()``: each second."""

    changed = Signal()
    entered = Signal()
    left = Signal()
    scanned = Signal(str)
    ticked = Signal()

    def __init__(self, parts: Parts, doors: Doors, desk: Desk) -> None:
        super().__init__()
        self.parts = parts
        self.doors = doors
        self.desk = desk
        self.frame = Frame()
        parts.faults.window = self.frame
        parts.faults.failed.connect(self._stop_writing)
        self.sign_in_page = SignInPage()
        self.lock_page = LockPage()
        self.wires: dict[str, object] = {}
        self._proof: staff.Proof | None = None
        self._badge = ""
        self._closed = False
        self._wire()
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)
        self.show_sign_in()

    def _wire(self) -> None:
        frame, sign_in, lock = self.frame, self.sign_in_page, self.lock_page
        sign_in.sign_in_asked.connect(self._ask_sign_in)
        sign_in.role_chosen.connect(self._choose_role)
        lock.unlock_asked.connect(self._ask_unlock)
        lock.pin_asked.connect(self._unlock_by_badge)
        lock.switch_asked.connect(self._switch_person)
        frame.lock_pressed.connect(self.lock)
        frame.sign_out_pressed.connect(self.sign_out)
        frame.about_pressed.connect(self._about)
        frame.own_pressed.connect(self._own)
        frame.language_chosen.connect(self._language)
        for cover in (sign_in, lock):
            cover.language_chosen.connect(self._language)
        language.changed.connect(lambda _lang: self.show_facts())
        frame.closing.connect(self.close)
        self.parts.scanner.scanned.connect(self._scan)
        self.parts.app.installEventFilter(self)

    # --- acts ---------------------------------------------------------------------------------------------------

    def act(self, work: Callable[[], T]) -> T | None:
        """Do something that may be refused; the refusal becomes a notice and None comes back."""
        try:
            self.parts.faults.require_sound()
            result = work()
        except Refusal as refusal:
            self.refuse(refusal)
            return None
        self.changed.emit()
        return result

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal; what concerns saving is red."""
        kind = "not_saved" if refusal.code.startswith(("store.", "backup.", "frame.stopped")) else "warn"
        self.frame.tell(kind, sentence(refusal))

    def say_done(self, key: str, **facts: object) -> None:
        """A short notice that something was saved."""
        self.frame.tell("info", say(key, **facts), stays=False)

    def prove(
        self,
        person: str,
        password: str,
        done: Callable[[staff.Proof], None],
        failed: Callable[[Refusal], None],
        *,
        both: bool = True,
    ) -> None:
        """Check a password in the pool and hand the proof to ``done``."""
        try:
            locked = staff.open_lock(self.desk, person)
        except Refusal as refusal:
            failed(refusal)
            return

        def finish(outcome: Outcome) -> None:
            if isinstance(outcome.error, Refusal):
                try:
                    staff.note_failure(self.desk, person)
                except Refusal as refusal:
                    failed(refusal)
                    return
                failed(outcome.error)
            elif outcome.error is None:
                try:
                    proof = staff.proved(self.desk, outcome.value, "both" if both else "password")
                except Refusal as refusal:
                    failed(refusal)
                    return
                done(proof)

        job = Job(lambda _work: keys.unlock(locked, password))
        job.finished.connect(finish)
        job.start()

    def back_up(self) -> None:
        """A verified copy in the pool, after each signed record; a failure is red and stays."""
        path = self.desk.store.path
        if path is None:
            return
        try:
            folder = site.begin_backup(self.desk)
        except Refusal as refusal:
            self.refuse(refusal)
            return
        if not folder:
            return
        doors = self.doors

        def done(outcome: Outcome) -> None:
            failed = outcome.error.code if isinstance(outcome.error, Refusal) else "fault"
            verdict = str(outcome.value) if outcome.error is None else f"FAILED {failed}"
            if not self._closed:
                self.act(lambda: site.file_backup(self.desk, folder, verdict))

        job = Job(lambda work: doors.backup(path, Path(folder), work.progress))
        job.finished.connect(done)
        job.start()

    # --- signing in, locking --------------------------------------------------------------------------------------

    def show_sign_in(self) -> None:
        """Nobody sits here."""
        self.sign_in_page.start_over()
        self.frame.show_cover(self.sign_in_page)
        self.show_facts()
        self._timer.start()

    def _ask_sign_in(self, person: str, password: str) -> None:
        self.sign_in_page.show_busy(True)
        self.prove(person, password, self._enter, lambda refusal: self.sign_in_page.show_error(sentence(refusal)))

    def _enter(self, proof: staff.Proof, role: str | None = None) -> None:
        try:
            staff.sign_in(self.desk, proof, role)
        except Refusal as refusal:
            if refusal.code != "session.choose_role":
                self.sign_in_page.show_error(sentence(refusal))
                return
            self._proof = proof
            roles = self.desk.person(proof.person).roles
            self.sign_in_page.ask_role([Choice(item, say(f"people.role.{item}")) for item in roles])
            return
        self._proof = None
        self.sign_in_page.show_busy(False)
        self.sign_in_page.start_over()
        self.frame.show_work()
        self.show_facts()
        self.entered.emit()

    def _choose_role(self, role: str) -> None:
        if self._proof is not None:
            self._enter(self._proof, role)

    def lock(self) -> None:
        """Hide everything but clocks."""
        self.act(lambda: staff.lock_session(self.desk))
        session = self.desk.session
        if session is not None and session.locked:
            self._show_lock()

    def _show_lock(self) -> None:
        session = self.desk.session
        assert session is not None
        for dialog in list(QApplication.topLevelWidgets()):
            if dialog.isModal() and dialog.isVisible():
                dialog.close()  # a dialog may show a patient; what was answered is saved already
        self.lock_page.show_locked(
            self.desk.person(session.person).called(language.now), self.desk.now().local.strftime("%H:%M")
        )
        self.frame.show_cover(self.lock_page)
        self.show_facts()

    def _ask_unlock(self, password: str) -> None:
        session = self.desk.session
        if session is None:
            self.show_sign_in()
            return
        self.lock_page.show_busy(True)
        self.prove(
            session.person, password, self._unlocked, lambda refusal: self.lock_page.show_error(sentence(refusal))
        )

    def _unlocked(self, proof: staff.Proof) -> None:
        try:
            staff.unlock_session(self.desk, proof)
        except Refusal as refusal:
            self.lock_page.show_error(sentence(refusal))
            return
        self.lock_page.show_busy(False)
        self.frame.show_work()
        self.show_facts()
        self.changed.emit()

    def _unlock_by_badge(self, pin: str) -> None:
        try:
            staff.unlock_by_badge(self.desk, staff.identify(self.desk, self._badge, pin))
        except Refusal as refusal:
            self.lock_page.show_error(sentence(refusal))
            return
        self._badge = ""
        self.frame.show_work()
        self.show_facts()
        self.changed.emit()

    def _switch_person(self) -> None:
        self.act(lambda: staff.sign_out(self.desk))
        self.left.emit()
        self.show_sign_in()

    def sign_out(self) -> None:
        """Leave; the next person signs in."""
        self._switch_person()

    # --- time -------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Each second: the time, the idle lock."""
        at = self.desk.now()
        text = at.local.strftime("%H:%M")
        self.frame.show_time(text)
        for cover in (self.sign_in_page, self.lock_page):
            cover.show_time(text)
        session = self.desk.session
        if session is not None and not session.locked:
            minutes = int(self.desk.site.get("lock_minutes", sessions.LOCK_MINUTES))
            if sessions.idle_lock(session, at, minutes).locked:
                self.lock()
        self.ticked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVITY and event.spontaneous() and self.desk.session is not None:
            session = self.desk.session
            if not session.locked:
                self.desk.session = sessions.touch(session, self.desk.now())
        return False

    def _scan(self, untrusted_text: str) -> None:
        session = self.desk.session
        if self.frame.is_working():
            self.scanned.emit(untrusted_text)
        elif session is not None and session.locked:
            self._badge = untrusted_text
            self.lock_page.show_badge()

    # --- what the frame shows ---------------------------------------------------------------------------------------

    def show_facts(self) -> None:
        """Person, station, chain and site in the words of the moment."""
        facts = self.desk.site
        name = str(facts.get(language.now, ""))
        chain = Mark(say("station.chain_ok"), "ok")
        if not facts.get("backup_folder"):
            chain = Mark(say("station.no_backup"), "alarm")
        station = say("station.letter", letter=self.desk.store.station)
        if self.desk.demo:
            station = f"{station} · {say('station.demo')}"
        self.frame.show_station(station, chain)
        for cover in (self.sign_in_page, self.lock_page):
            cover.show_station(name, station, chain)
        session = self.desk.session
        if session is not None:
            self.frame.show_person(
                self.desk.person(session.person).called(language.now), say(f"people.role.{session.role}")
            )

    def day_words(self) -> str:
        """The day as the title shows it."""
        return day_words(self.desk.now().day, language.now)

    def _language(self, _lang: str) -> None:
        self.show_facts()

    def _about(self) -> None:
        from ui.dialogs.about import AboutDialog
        from ui.wiring.about import facts

        dialog = AboutDialog(self.frame)
        dialog.show_facts(*facts(self))
        dialog.open()

    def _own(self) -> None:
        from ui.wiring.own import OwnWire

        OwnWire(self).start()

    def _stop_writing(self, _reference: str) -> None:
        self.desk.frozen = True

    def close(self) -> None:
        """At closing: a checkpoint, a backup where a folder was chosen, the database given free."""
        self._timer.stop()
        self._closed = True
        if self.desk.frozen:
            self.desk.store.close()
            return
        try:
            if self.desk.site and not site.make_backup(self.desk):
                self.desk.store.checkpoint(sessions_actor(self.desk), self.desk.now())
        except Refusal as refusal:
            self.refuse(refusal)
        self.desk.store.close()


def sessions_actor(desk: Desk) -> staff.Actor:
    """Who closes the program: the person who sits there, or the station."""
    return desk.session.actor if desk.session is not None else staff.STATION


def day_words(day: date, lang: Lang) -> str:
    """A day with its weekday.

    >>> day_words(date(2026, 11, 22), "zh")
    '11 月 22 日 星期日'
    """
    if lang == "zh":
        return f"{day.month} 月 {day.day} 日 星期{'一二三四五六日'[day.weekday()]}"
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{names[day.weekday()]} {day.day} {months[day.month - 1]}"


def database_of(path: Path | None, doors: Doors) -> Path:
    """The database to open: as named, else the machine's."""
    return path if path is not None else doors.default_database()

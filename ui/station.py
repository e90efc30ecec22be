"""The station: one desk, one window. It wires the frame to the acts; pages get wires of their own in ``ui.wiring``.

Signals go up from widgets, calls go down to acts; a refusal becomes a notice in the language of the moment.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from cellguide import refusal_words, sessions
from cellguide.desk import Desk
from cellguide.entry import STATION, Actor
from cellguide.refusal import Refusal
from ui.app import Parts
from ui.covering import CoveredDialogs
from ui.forms import Choice
from ui.frame import Frame
from ui.kit import Mark
from ui.language import language, say
from ui.pages.cover import Cover
from ui.pages.signin import SignInPage

if TYPE_CHECKING:
    from cellguide.acts import staff
    from cellguide.doors import Doors
    from ui.pages.lock import LockPage

T = TypeVar("T")

SCREEN_LANGUAGE = "screen_language"  # remembered beside the ledger: which language this station's screens were left in

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
    return refusal_words.said(refusal, language.now)


def chain_mark(verdict: str) -> Mark:
    """What is known of the ledger; nothing is called intact that was not looked at. ``""``: not checked yet."""
    if not verdict:
        return Mark(say("station.chain_unchecked"))
    if verdict == "INTACT":
        return Mark(say("station.chain_ok"), "ok")
    return Mark(say("station.chain_bad", verdict=verdict), "alarm")


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
        self.covers: list[Cover] = [self.sign_in_page]
        self.wires: dict[str, object] = {}
        self._proof: staff.Proof | None = None
        self._badge = ""
        self.closed = False
        self.covered = CoveredDialogs(self.frame, self._is_locked)
        self.verdict = ""  # of the last check of the whole ledger while this window was open
        self._wire()
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)
        self.show_sign_in()

    def _wire(self) -> None:
        frame, sign_in = self.frame, self.sign_in_page
        sign_in.sign_in_asked.connect(self._ask_sign_in)
        sign_in.role_chosen.connect(self._choose_role)
        self._wire_cover(sign_in)
        frame.lock_pressed.connect(self.lock)
        frame.sign_out_pressed.connect(self.sign_out)
        frame.about_pressed.connect(self._about)
        frame.own_pressed.connect(self._own)
        language.changed.connect(self._language)
        frame.closing.connect(self.close)
        self.parts.scanner.scanned.connect(self._scan)
        self.parts.app.installEventFilter(self)

    def _wire_cover(self, cover: Cover) -> None:
        cover.clock_pressed.connect(self.frame.clock_pressed)

    @functools.cached_property
    def lock_page(self) -> LockPage:
        """The locked screen, made when it is first needed or while nobody waits."""
        from ui.pages.lock import LockPage

        lock = LockPage()
        lock.unlock_asked.connect(self._ask_unlock)
        lock.pin_asked.connect(self._unlock_by_badge)
        lock.switch_asked.connect(self._switch_person)
        self._wire_cover(lock)
        lock.show_time(self.desk.now().local.strftime("%H:%M"))
        self.covers.append(lock)
        return lock

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
        if not self.frame.is_working():  # a clock that could not be started at the lock must not fail in silence
            for cover in self.covers:
                cover.show_notice(sentence(refusal))

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
        from ui.pooled import prove

        prove(self, person, password, done, failed, both=both)

    def back_up(self) -> None:
        """A verified copy in the pool, after each signed record; a failure is red and stays."""
        from ui.pooled import back_up

        back_up(self)

    # --- signing in, locking --------------------------------------------------------------------------------------

    def show_sign_in(self) -> None:
        """Nobody sits here."""
        self.sign_in_page.start_over()
        self.sign_in_page.show_notice("")
        self.frame.show_cover(self.sign_in_page)
        self.show_facts()
        self._timer.start()

    def _ask_sign_in(self, person: str, password: str) -> None:
        self.sign_in_page.show_busy(True)
        self.prove(person, password, self._enter, lambda refusal: self.sign_in_page.show_error(sentence(refusal)))

    def _enter(self, proof: staff.Proof, role: str | None = None) -> None:
        from cellguide.acts import staff

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
        from cellguide.acts import staff

        self.act(lambda: staff.lock_session(self.desk))
        session = self.desk.session
        if session is not None and session.locked:
            self._show_lock()

    def _show_lock(self) -> None:
        session = self.desk.session
        assert session is not None
        self.covered.put_away()
        self.lock_page.show_notice("")
        self.lock_page.show_locked(
            self.desk.person(session.person).called(language.now), self.desk.now().local.strftime("%H:%M")
        )
        self.frame.show_cover(self.lock_page)
        self.show_facts()

    def _is_locked(self) -> bool:
        return self.desk.session is not None and self.desk.session.locked

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
        from cellguide.acts import staff

        try:
            staff.unlock_session(self.desk, proof)
        except Refusal as refusal:
            self.lock_page.show_error(sentence(refusal))
            return
        self.lock_page.show_busy(False)
        self._open_again()

    def _open_again(self) -> None:
        self.frame.show_work()
        self.show_facts()
        self.changed.emit()
        self.covered.bring_back()

    def _unlock_by_badge(self, pin: str) -> None:
        from cellguide.acts import staff

        try:
            staff.unlock_by_badge(self.desk, staff.identify(self.desk, self._badge, pin))
        except Refusal as refusal:
            self.lock_page.show_error(sentence(refusal))
            return
        self._badge = ""
        self._open_again()

    def _switch_person(self) -> None:
        from cellguide.acts import staff

        self.covered.give_up()
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
        for cover in self.covers:
            cover.show_time(text)
        session = self.desk.session
        if session is not None and not session.locked:
            minutes = int(self.desk.site.get("lock_minutes", sessions.LOCK_MINUTES))
            if sessions.idle_lock(session, at, minutes).locked:
                self.lock()
        self.ticked.emit()
        self.desk.store.rest()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        session = self.desk.session
        if session is not None and not session.locked and event.type() in _ACTIVITY and event.spontaneous():
            self.desk.session = sessions.touch(session, self.desk.now())
        self.covered.look(watched, event)
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
        chain = chain_mark(self.verdict)
        if not facts.get("backup_folder") and chain.tone != "alarm":
            chain = Mark(say("station.no_backup"), "alarm")
        station = say("station.letter", letter=self.desk.store.station)
        if self.desk.demo:
            station = f"{station} · {say('station.demo')}"
        self.frame.show_station(station, chain)
        for cover in self.covers:
            cover.show_station(name, station, chain)
        session = self.desk.session
        if session is not None:
            self.frame.show_person(
                self.desk.person(session.person).called(language.now), say(f"people.role.{session.role}")
            )

    def _language(self, lang: str) -> None:
        if self.closed:
            return
        with suppress(Refusal):  # a disk that takes no more is said where something could be lost
            self.desk.store.remember(SCREEN_LANGUAGE, lang)
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
        from cellguide.acts import site

        self._timer.stop()
        self.closed = True
        if self.desk.frozen:
            self.desk.store.close()
            return
        try:
            if self.desk.site and not site.make_backup(self.desk):
                self.desk.store.checkpoint(sessions_actor(self.desk), self.desk.now())
        except Refusal as refusal:
            self.refuse(refusal)
        self.desk.store.close()


def sessions_actor(desk: Desk) -> Actor:
    """Who closes the program: the person who sits there, or the station."""
    return desk.session.actor if desk.session is not None else STATION

"""The clock key and the clock strip: press, count, claim, set back, end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cellguide.acts import marks
from cellguide.clock import Moment, parse_iso
from cellguide.refusal import Refusal
from ui.bars import RunningClock
from ui.forms import Choice
from ui.language import say
from ui.station import Station, sentence

if TYPE_CHECKING:
    from ui.dialogs.mark import MarkDialog

KEEP_EVERY_S = 10


class MarksWire(QObject):
    """Connects the key in the frame, on sign-in and on the lock with the act; shows every running clock each second."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self._ticks = 0
        frame = station.frame
        frame.clock_pressed.connect(self.start)  # the covers' keys press the frame's
        frame.clock_opened.connect(self.open_mark)
        station.ticked.connect(self.show)

    def start(self) -> None:
        """Count from now. Works with nobody signed in; only a fault of the disk can refuse it."""
        try:
            mark = marks.start_clock(self.station.desk)
        except Refusal as refusal:
            self.station.refuse(refusal)
            return
        self.station.changed.emit()
        self.show()
        held = self.station.desk.store.get("mark", mark)
        assert held is not None
        time = parse_iso(held.doc["event_at"]).local.strftime("%H:%M:%S")
        self.station.frame.tell("info", say("mark.started", time=time))

    def show(self) -> None:
        """Show all clocks; every ten seconds remember the largest time shown."""
        running = marks.running(self.station.desk)
        shown = [chip(clock, self._who(clock)) for clock in running]
        for place in (self.station.frame, *self.station.covers):
            place.show_clocks(shown)
        self._ticks += 1
        if running and self._ticks % KEEP_EVERY_S == 0:
            marks.keep_shown(self.station.desk, running)

    def _who(self, clock: marks.Running) -> str:
        held = self.station.desk.store.get("order", clock.order) if clock.order else None
        if held is None:
            return clock.id
        patient = held.doc.get("patient") or {}
        initials = self.station.desk.site.get("names_on_board") == "initials"
        name = str(patient.get("initials" if initials else "name") or clock.order)
        return " ".join(part for part in (name, str(held.doc.get("bed", ""))) if part)

    def open_mark(self, mark: str) -> None:
        """Set back, claim, name the container, end."""
        from cellguide.acts.containers import in_state
        from cellguide.containers import FINAL, STATES
        from ui.dialogs.mark import MarkDialog

        desk = self.station.desk
        held = desk.store.get("mark", mark)
        if held is None or not self.station.frame.is_working():
            return
        dialog = MarkDialog(self.station.frame)
        here = in_state(desk, *(state for state in STATES if state not in FINAL))
        bags = [
            Choice(one.id, f"{one.id} · {self._patient(one.order)}") for one in sorted(here, key=lambda one: one.id)
        ]
        time = parse_iso(held.doc["event_at"]).local.strftime("%H:%M:%S")
        dialog.show_mark(mark, time, str(held.doc["container"]), bags)
        dialog.given.connect(lambda text, container, reason: self._given(dialog, mark, text, container, reason))
        dialog.ended.connect(lambda reason: self._ended(dialog, mark, reason))
        dialog.open()

    def _patient(self, order: str) -> str:
        held = self.station.desk.store.get("order", order)
        return str((held.doc.get("patient") or {}).get("name", "")) if held is not None else ""

    def _given(self, dialog: MarkDialog, mark: str, text: str, container: str, reason: str) -> None:
        desk = self.station.desk
        held = desk.store.get("mark", mark)
        assert held is not None
        before = parse_iso(held.doc["event_at"])
        wanted = at_time(before, text)
        if wanted is None:
            dialog.show_error(say("mark.bad_time", given=text))
            return
        try:
            if wanted.utc_ms // 1000 != before.utc_ms // 1000:
                marks.set_back(desk, mark, wanted)
            if container or reason or held.doc["person"] == marks.NOBODY.person:
                marks.claim_mark(desk, mark, reason, container)
        except Refusal as refusal:
            dialog.show_error(sentence(refusal))
            return
        dialog.accept()
        self.station.changed.emit()
        self.show()

    def _ended(self, dialog: MarkDialog, mark: str, reason: str) -> None:
        try:
            marks.end_mark(self.station.desk, mark, reason)
        except Refusal as refusal:
            dialog.show_error(sentence(refusal))
            return
        dialog.accept()
        self.station.changed.emit()
        self.show()


def at_time(near: Moment, untrusted_text: str) -> Moment | None:
    """The latest moment not after ``near`` with that time of day; None when the text is no time."""
    for form in ("%H:%M:%S", "%H:%M"):
        try:
            given = datetime.strptime(untrusted_text.strip(), form).time()  # noqa: DTZ007 - a time of day has no zone
        except ValueError:
            continue
        local = near.local.replace(hour=given.hour, minute=given.minute, second=given.second, microsecond=0)
        if local > near.local:
            local -= timedelta(days=1)
        if local == near.local.replace(microsecond=0):
            return near
        return parse_iso(local.isoformat())
    return None


def chip(clock: marks.Running, who: str) -> RunningClock:
    """One clock as the strip shows it: the limit's wall time and what is left, or how long it has counted."""
    if clock.left_s is None or clock.deadline is None:
        text = say("mark.unclaimed") if clock.person == marks.NOBODY.person else say("mark.counting")
        return RunningClock(
            clock.id, who, clock.id, text, clock.event_at.local.strftime("%H:%M"), span(clock.elapsed_s), "warn"
        )
    tone = "alarm" if clock.left_s <= 0 else "warn" if clock.left_s < clock.limit_s * 0.2 else ""  # type: ignore[operator]
    return RunningClock(
        clock.id, who, clock.id, say("mark.limit"), clock.deadline.local.strftime("%H:%M"), span(clock.left_s), tone
    )


def span(seconds: int) -> str:
    """h:mm:ss, with the true minus sign once a limit has passed.

    >>> span(2566), span(-5)
    ('00:42:46', '−00:00:05')
    """
    sign, rest = ("−" if seconds < 0 else ""), abs(seconds)
    return f"{sign}{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"

"""The watched folder: looked into once a minute while somebody is signed in; slow parts run in the pool."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from cellguide.refusal import Refusal
from ui.jobs import Job, Outcome
from ui.language import say
from ui.station import Station, sentence

if TYPE_CHECKING:
    from cellguide.acts.watched_folder import Watched

EVERY_MS = 60_000


class WatchedWire(QObject):
    """Drives ``watch_folder``: never two looks at once; what was taken in, or could not be, is said in the frame."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self._steps: Generator[Callable[[], Any], Any, list[Watched]] | None = None
        self._unread = ""
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        station.frame.closing.connect(self.stop)

    @property
    def busy(self) -> bool:
        """Whether a look is under way."""
        return self._steps is not None

    def look(self) -> None:
        """Look into the folder, unless nobody is signed in, a look is under way or nothing may be written."""
        if self._steps is not None or self.station.desk.session is None:
            return
        from cellguide.acts.watched_folder import watch_folder

        try:
            self.station.parts.faults.require_sound()
        except Refusal:
            return  # the fault was said when it happened
        self._steps = watch_folder(self.station.desk)
        self._go_on(lambda steps: next(steps))

    def stop(self) -> None:
        """The window closes: the store is given free and no step may follow."""
        self._timer.stop()
        self._steps = None

    def _go_on(self, move: Callable[[Generator[Callable[[], Any], Any, list[Watched]]], Callable[[], Any]]) -> None:
        """Take the look to its next slow part, or to its end."""
        steps = self._steps
        assert steps is not None
        try:
            work = move(steps)
        except StopIteration as done:
            self._steps, self._unread = None, ""
            self._tell(done.value)
        except Refusal as refusal:
            self._steps = None
            self._tell_once(refusal)
        except Exception:
            self._steps = None  # the fault is shown as any other; no look stays under way behind it
            raise
        else:
            job = Job(lambda _work: work())
            job.finished.connect(lambda outcome: self._answered(steps, outcome))
            job.start()

    def _answered(self, steps: Generator[Callable[[], Any], Any, list[Watched]], outcome: Outcome) -> None:
        if steps is not self._steps:  # the window closed meanwhile
            return
        error = outcome.error
        if error is None:
            self._go_on(lambda found: found.send(outcome.value))
        elif isinstance(error, Refusal):
            self._go_on(lambda found: found.throw(error))
        else:
            self._steps = None  # a fault: the job has shown it

    # --- saying it

    def _tell(self, looked: list[Watched]) -> None:
        if not looked:
            return
        self.station.changed.emit()
        for one in looked:
            for series in one.series:
                self._tell_taken_in(one, series)
            if one.code:
                reason = sentence(Refusal(one.code, **one.facts))
                self.station.frame.tell("warn", say("watched.not_taken_in", name=one.name, reason=reason))

    def _tell_taken_in(self, one: Watched, series: str) -> None:
        from ui.wiring.temperature_words import verdict_mark

        held = self.station.desk.store.get("series", series)
        assert held is not None
        mark = verdict_mark(held.doc["judgement"], 0)
        facts = {"name": one.name, "count": held.doc["count"], "verdict": mark.text, "ident": series}
        if mark.tone == "alarm":
            self.station.frame.tell("alarm", say("watched.taken_in", **facts))
        else:
            self.station.say_done("watched.taken_in", **facts)

    def _tell_once(self, refusal: Refusal) -> None:
        """A folder that cannot be read is said once, not every minute."""
        text = sentence(refusal)
        if text != self._unread:
            self._unread = text
            self.station.refuse(refusal)

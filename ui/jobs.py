"""Slow pure work in the thread pool: one signal back, errors as values, never lost.

Workers get values and return values; they never see the database (a sqlite3 connection refuses other threads).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot
from shiboken6 import isValid

from cellguide.refusal import Refusal


class Outcome(NamedTuple):
    """How a job ended: with a value, with an error, or cancelled."""

    value: Any = None
    error: Exception | None = None
    cancelled: bool = False


class Cancelled(Exception):  # noqa: N818 - an answer, not a fault
    """Raised by ``Work.check`` when the person has cancelled."""


class Work:
    """What the working function may ask and say; safe from its thread."""

    def __init__(self, say: Callable[[int, int], None], stop: threading.Event) -> None:
        self._say = say
        self._stop = stop

    def progress(self, done: int, total: int) -> None:
        """Say how far the work is; also a place to stop."""
        self.check()
        self._say(done, total)

    def check(self) -> None:
        """Raise Cancelled when the person has cancelled."""
        if self._stop.is_set():
            raise Cancelled

    @property
    def cancelled(self) -> bool:
        """Whether the person has cancelled."""
        return self._stop.is_set()


class Job(QObject):
    """One piece of work.

    Signals: ``finished(Outcome)`` once, in the thread that made the job · ``progressed(int, int)``: done, total.
    An error that is no Refusal goes to ``sys.excepthook`` too, so that it is never only printed.
    """

    finished = Signal(object)
    progressed = Signal(int, int)
    _returned = Signal(object)
    _living: set[Job] = set()

    def __init__(self, work: Callable[[Work], Any]) -> None:
        super().__init__()
        self._work = work
        self._stop = threading.Event()
        self._returned.connect(self._end)

    def start(self, pool: QThreadPool | None = None) -> Job:
        """Begin in the pool; the job keeps itself alive until it has answered."""
        Job._living.add(self)
        (pool or QThreadPool.globalInstance()).start(self._run)
        return self

    def cancel(self) -> None:
        """Ask the work to stop; ``finished`` still comes, with ``cancelled``."""
        self._stop.set()

    def _run(self) -> None:
        try:
            outcome = Outcome(self._work(Work(self.progressed.emit, self._stop)))
        except Cancelled:
            outcome = Outcome(cancelled=True)
        except Exception as error:
            outcome = Outcome(error=error)
        if isValid(self):  # the program may have ended meanwhile; then nobody is there to hear it
            self._returned.emit(outcome)

    @Slot(object)
    def _end(self, outcome: Outcome) -> None:
        Job._living.discard(self)
        error = outcome.error
        if error is not None and not isinstance(error, Refusal):
            sys.excepthook(type(error), error, error.__traceback__)
        self.finished.emit(outcome)

"""The ledger is checked as a stranger would, beside the window, after somebody signs in and once a day."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from cellguide import sessions
from cellguide.clock import Moment
from ui.jobs import Job, Outcome
from ui.language import say
from ui.station import Station

EVERY_S = 24 * 3600
AFTER_MS = 10_000  # Today comes first


class ChainWire(QObject):
    """Says what the check found: in the rail, on the covers, and loudly where anything is wrong."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self._checked: Moment | None = None
        self._job: Job | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AFTER_MS)
        self._soon.timeout.connect(self.check)
        station.frame.closing.connect(self._stop)

    def soon(self) -> None:
        """Check in a while: somebody has signed in."""
        self._soon.start()

    def check(self) -> None:
        """Check the database on disk where that was not done within a day."""
        path, now = self.station.desk.store.path, self.station.desk.now()
        done = self._checked is not None and sessions.elapsed_s(self._checked, now) < EVERY_S
        if path is None or done or self._job is not None:
            return
        doors = self.station.doors
        self._checked = now
        self._job = Job(lambda work: doors.check(path, work.progress))
        self._job.finished.connect(self._found)
        self._job.start()

    def _found(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.cancelled or outcome.error is not None:
            self._checked = None
            return
        verdict = outcome.value
        self.station.verdict = str(verdict)
        self.station.show_facts()
        if not verdict.intact:
            text = say("station.chain_found", verdict=verdict, why=verdict.why or "—")
            self.station.frame.tell("alarm", text)

    def _stop(self) -> None:
        self._soon.stop()
        if self._job is not None:
            self._job.cancel()

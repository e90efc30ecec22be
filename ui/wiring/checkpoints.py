"""Each hour how far the chain reaches is signed and kept outside the database, whoever sits here (DESIGN.md 3)."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide import sessions
from cellguide.refusal import Refusal
from ui.station import Station

EVERY_S = 3600


class CheckpointsWire(QObject):
    """Counts by the station's clock, so that a sleep is not forgotten."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self._since = station.desk.now()
        station.ticked.connect(self.keep)

    def keep(self) -> None:
        """Sign where an hour has passed; what fails is said and tried again after the next hour."""
        now = self.station.desk.now()
        if self.station.desk.frozen or sessions.elapsed_s(self._since, now) < EVERY_S:
            return
        self._since = now
        from cellguide.acts import site  # an hour from now: nobody who waits for the window waits for this

        try:
            site.keep_checkpoint(self.station.desk)
        except Refusal as refusal:
            self.station.refuse(refusal)

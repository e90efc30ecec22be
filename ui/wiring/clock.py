"""The station's clock is watched while the program runs; one that was moved is said at once, wherever one is."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide.acts import clock_watch
from cellguide.acts.clock_watch import Jump, Watch
from cellguide.refusal import Refusal
from ui.language import say
from ui.station import Station


class ClockWire(QObject):
    """Compares wall and monotonic time each second, and with the last entry when the program starts (REG-029)."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.watch: Watch | None = None
        station.ticked.connect(self.look)

    def look(self) -> None:
        """One second later. The first time: since the last entry."""
        desk = self.station.desk
        if self.watch is None:
            self.watch, jump = clock_watch.begin(desk)
        else:
            self.watch, jump = clock_watch.look(self.watch, desk.now())
        if jump is not None:
            self._found(jump)

    def _found(self, jump: Jump) -> None:
        station = self.station
        text = say(f"station.clock_{jump.how}", seconds=abs(jump.seconds))
        station.frame.tell("alarm", text)
        if not station.frame.is_working():
            for cover in station.covers:
                cover.show_notice(text)
        try:
            clock_watch.note_jump(station.desk, jump)
        except Refusal as refusal:
            station.refuse(refusal)
            return
        station.changed.emit()

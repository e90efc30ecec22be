"""The excursion banner above every page: what is out of limits, whose cells are in it, one key (clinical-review 7)."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from cellguide.acts import excursions, shipper_store
from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.clock import parse_iso
from cellguide.refusal import Refusal
from ui.bars import BannerText
from ui.language import follow
from ui.station import Station
from ui.wiring.excursion_words import excursion_words, whom_words

SOUND_EVERY_TICKS = 10
LOOK_EVERY_TICKS = 60


class BannerWire(QObject):
    """Feeds the frame's banner and makes it heard; made once, at the start, not with a page."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self._ticks = 0
        station.changed.connect(self.refresh)
        station.entered.connect(self.refresh)
        station.ticked.connect(self._tick)
        follow(self)
        station.frame.excursion_opened.connect(self.open)
        self.refresh()

    def retranslate(self) -> None:
        """Say anew what is composed of values and words."""
        self.refresh()

    def refresh(self) -> None:
        """Show every open excursion that holds somebody's cells; the others wait on the Temperature page."""
        desk = self.station.desk
        found = [(id, doc) for id, doc in excursions.listed(desk) if doc["containers"]]
        tree, zone = place_acts.tree(desk), str(desk.site.get("zone", "UTC"))
        items = [
            BannerText(id, excursion_words(tree.places[str(doc["place"])], doc, zone), whom_words(desk, doc))
            for id, doc in found
        ]
        self.station.frame.show_excursions(items)

    def sounding(self) -> list[str]:
        """The excursions that are heard: nobody has seen them, and no silence runs (UI-15)."""
        now_ms = self.station.desk.now().utc_ms
        heard = []
        for id, doc in excursions.listed(self.station.desk):
            until = str(doc["silenced_until"])
            if doc["containers"] and not doc["acknowledged"] and (not until or parse_iso(until).utc_ms <= now_ms):
                heard.append(id)
        return heard

    def _tick(self) -> None:
        self._ticks += 1
        if self._ticks % LOOK_EVERY_TICKS == 1:
            self._look()
        if self._ticks % SOUND_EVERY_TICKS == 0 and self.sounding():
            from ui.runner.sound import ring  # nobody waits for the sound at the start

            if not ring():
                QApplication.beep()

    def _look(self) -> None:
        """A shipper whose time is over is held without anybody asking: each minute somebody could have done it."""
        if self.station.desk.frozen:
            return
        try:
            opened = shipper_store.hold_over(self.station.desk)
        except Refusal:
            return  # nothing was written; the next minute tries again, and Today shows it in red meanwhile
        if opened:
            self.station.changed.emit()

    def open(self, id: str) -> None:
        """Go to the Temperature page, at that excursion; of a device that no logger measures, to its place."""
        desk = self.station.desk
        doc = excursions.get(desk, id) if id else None
        place = place_acts.tree(desk).places.get(str(doc["place"])) if doc is not None else None
        if place is not None and not probe_acts.listed(desk, place.id) and "storage" in self.station.frame.offered():
            self.station.frame.open_page("storage")
            self.station.wires["storage"].page.pick(place.code)  # type: ignore[attr-defined]
            return
        self.station.frame.open_page("temperature")
        wire = self.station.wires.get("temperature")
        if wire is not None:
            wire.open_excursion(id)  # type: ignore[attr-defined]

"""Seen, quiet for a while, over: three acts upon an excursion and never one (UI-15); the checklist leads through it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide.acts import excursions, rounds
from cellguide.acts import places as place_acts
from cellguide.clock import parse_iso
from cellguide.excursion_dossier import CAUSES
from cellguide.people import QUALITY
from ui.dialogs.resolve import ResolveDialog
from ui.language import language
from ui.station import Station
from ui.wiring.excursion_words import excursion_words
from ui.wiring.holds import open_dossier
from ui.wiring.in_dialog import act_in
from ui.wiring.rounds import open_walk

SILENCE_MIN = 10


class AlarmActs(QObject):
    """Does what the keys of an open excursion say."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog: object = None

    def do(self, act: str, id: str) -> None:
        """One of the page's ALARM_ACTS, upon this excursion."""
        {
            "acknowledge": self._acknowledge,
            "silence": self._silence,
            "respond": self._respond,
            "dossier": lambda id: open_dossier(self.station, id),
            "resolve": self._resolve,
        }[act](id)

    def _acknowledge(self, id: str) -> None:
        def work() -> bool:
            excursions.acknowledge_excursion(self.station.desk, id)
            return True

        session = self.station.desk.session
        if self.station.act(work) and session is not None:
            name = self.station.desk.person(session.person).called(language.now)
            self.station.say_done("temperature_page.done.acknowledge", person=name, ident=id)

    def _silence(self, id: str) -> None:
        until = self.station.act(lambda: excursions.silence_alarm(self.station.desk, id, SILENCE_MIN))
        if until is not None:
            self.station.say_done("temperature_page.done.silence", time=parse_iso(until).local.strftime("%H:%M"))

    def _respond(self, id: str) -> None:
        run = self.station.act(lambda: rounds.start_response(self.station.desk, id))
        if run is not None:
            open_walk(self.station, run.id)

    def _resolve(self, id: str) -> None:
        desk = self.station.desk
        doc = excursions.get(desk, id)
        dialog = ResolveDialog(self.station.frame)
        quality = desk.session is not None and desk.session.role == QUALITY
        place = place_acts.tree(desk).places[str(doc["place"])]
        what = excursion_words(place, doc, str(desk.site.get("zone", "UTC")))
        dialog.show_excursion(id, what, CAUSES, str(doc["cause"]) or "lid_open", quality=quality)

        def given() -> None:
            def work() -> bool:
                excursions.resolve_excursion(
                    desk, id, dialog.cause.value(), dialog.text.value(), artefact=dialog.artefact.isChecked(),
                    second_probe=dialog.second.value(),
                )  # fmt: skip
                return True

            if act_in(self.station, dialog, work):
                self.station.say_done("temperature_page.done.resolve", ident=id)

        dialog.given.connect(given)
        self.dialog = dialog
        dialog.open()

"""Seen, quiet for a while, over: three acts upon an excursion and never one (UI-15); the checklist leads through it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from cellguide.acts import excursions, rounds
from cellguide.clock import parse_iso
from cellguide.desk import Desk
from cellguide.entry import Doc
from ui.dialogs.reason import ReasonDialog
from ui.language import language, put, say
from ui.station import Station
from ui.wiring.holds import open_dossier
from ui.wiring.in_dialog import act_in
from ui.wiring.resolve import open_resolve
from ui.wiring.rounds import open_walk

SILENCE_MIN = 10


def offered(desk: Desk, doc: Doc, may: Callable[[str], bool]) -> tuple[str, ...]:
    """Which of the page's ALARM_ACTS may be done now with an open excursion."""
    quiet_until = str(doc["silenced_until"])
    silent = bool(quiet_until) and parse_iso(quiet_until).utc_ms > desk.now().utc_ms
    acts = [] if doc["acknowledged"] else ["acknowledge"]
    acts += [] if silent else ["silence"]
    acts += ["respond", "dossier"]
    return (*acts, *(["resolve"] if may("resolve_excursion") else []))


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
        def work(comment: str) -> str:
            excursions.acknowledge_excursion(self.station.desk, id, comment)
            return id

        def done(_id: str) -> None:
            session = self.station.desk.session
            if session is not None:
                name = self.station.desk.person(session.person).called(language.now)
                self.station.say_done("temperature_page.done.acknowledge", person=name, ident=id)

        self._commented("acknowledge", id, work, done)

    def _silence(self, id: str) -> None:
        def work(comment: str) -> str:
            return excursions.silence_alarm(self.station.desk, id, SILENCE_MIN, comment)

        def done(until: str) -> None:
            self.station.say_done("temperature_page.done.silence", time=parse_iso(until).local.strftime("%H:%M"))

        self._commented("silence", id, work, done)

    def _commented(self, act: str, id: str, work: Callable[[str], str], done: Callable[[str], None]) -> None:
        """Do it at once; a grave alarm first asks what was seen, or why it is silenced (REG-051)."""
        if not excursions.needs_comment(excursions.get(self.station.desk, id)):
            made = self.station.act(lambda: work(""))
            if made is not None:
                done(made)
            return
        dialog = ReasonDialog(self.station.frame)
        put(dialog.kicker, f"alarm_acts.{act}.kicker", ident=id)
        presets = [say(f"alarm_acts.{act}.{name}") for name in ("one", "two", "three")]
        dialog.show_request(say(f"alarm_acts.{act}.question", minutes=SILENCE_MIN), presets)
        put(dialog.key, f"alarm_acts.{act}.give")

        def given(comment: str) -> None:
            made = act_in(self.station, dialog, lambda: work(comment))
            if made is not None:
                done(made)

        dialog.given.connect(given)
        self.dialog = dialog
        dialog.open()

    def _respond(self, id: str) -> None:
        run = self.station.act(lambda: rounds.start_response(self.station.desk, id))
        if run is not None:
            open_walk(self.station, run.id)

    def _resolve(self, id: str) -> None:
        self.dialog = open_resolve(self.station, id)

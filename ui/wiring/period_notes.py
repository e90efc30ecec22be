"""What stands beside the curve of a period: made in the pool as a record would have it, shown as a key and a line."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QObject

from cellguide.acts import imports, temperature_standing
from cellguide.acts.temperature_standing import Standing
from cellguide.clock import Moment
from cellguide.desk import Desk
from cellguide.places import Place
from cellguide.probes import Probe
from cellguide.refusal import Refusal
from cellguide.temperature import mkt
from cellguide.temperature.limits import Period
from cellguide.temperature.mkt import Mkt
from cellguide.temperature.stream import Stream
from cellguide.temperature.verdict import Judgement
from cellguide.temperature_notes import Note, notes
from cellguide.temperature_tables import Known
from ui.chart_view import wall
from ui.dialogs.notes import NotesDialog
from ui.language import language, say
from ui.pages import panel
from ui.pages.temperature import TemperaturePage
from ui.station import Station
from ui.wiring.probe_readings import ProbeReadings


class Meaning(NamedTuple):
    """A period judged. ``mkt``: or the Refusal that there is none."""

    judgement: Judgement
    mkt: Mkt | Refusal
    notes: tuple[Note, ...]


class Paper(NamedTuple):
    """What the notes need besides judgement and readings."""

    place: Place
    probe: Probe
    zone: str
    days: tuple[date, date]
    imports: tuple[tuple[str, dict[str, object]], ...]


def paper_of(desk: Desk, place: Place, readings: ProbeReadings, period: Period, now: Moment) -> Paper:
    """Read what the notes need: the files of the probe that touch the period, oldest first."""
    inside = [(id, doc) for id, doc in readings.imports
              if doc["last_ms"] >= period.start_ms and doc["first_ms"] < period.end_ms]  # fmt: skip
    days = wall(period.start_ms, readings.zone).date(), wall(min(period.end_ms - 1, now.utc_ms), readings.zone).date()
    ordered = sorted(inside, key=lambda one: (int(one[1]["first_ms"]), one[0]))
    return Paper(place, readings.probe, readings.zone, days, tuple(ordered))


def meant(known: imports.Evidence, paper: Paper, streams: tuple[Stream, ...], period: Period, now: Moment) -> Meaning:
    """Judge the period. Pure and slow."""
    judgement = imports.judged(known, period, now)
    try:
        warmest: Mkt | Refusal = mkt.of_period(streams, judgement.upper, judgement.excursions, period)
    except Refusal as refusal:
        warmest = refusal
    whole = Known(
        paper.place, (), paper.probe, *paper.days, period, paper.zone, judgement, streams, paper.imports, (), (), (),
        {}, known.rules,
    )  # fmt: skip
    return Meaning(judgement, warmest, notes(whole))


class PeriodNotes(QObject):
    """The key and the line above the curve, and the dialog behind them."""

    def __init__(self, station: Station, page: TemperaturePage) -> None:
        super().__init__(station)
        self.station = station
        self.page = page
        self.dialog: NotesDialog | None = None
        self._cards: tuple[panel.Note, ...] = ()

    def show(self, probe: Probe, period: Period, found: tuple[Note, ...]) -> None:
        """Of the period that is shown; years have records and files, and no readings to say more of."""
        standing = temperature_standing.standing(self.station.desk, probe.id, period)
        waiting = [id for id, _ in imports.to_review(self.station.desk)]
        cards = [panel.Note(note.level, note.title[language.now], tuple(line[language.now] for line in note.lines))
                 for note in found]  # fmt: skip
        if standing:
            tone = "warn" if any(one.late for one in standing) else "ok"
            lines = tuple(record_line(one) for one in standing)
            cards.append(panel.Note(tone, say("temperature_page.notes.records"), lines))
        if waiting:
            cards.append(panel.Note("warn", say("temperature_page.notes.to_review"), (", ".join(waiting),)))
        self._cards = tuple(sorted(cards, key=lambda card: card.tone != "warn"))
        wrong = sum(card.tone == "warn" for card in self._cards)
        key = "temperature_page.notes.wrong" if wrong else "temperature_page.notes.none_wrong"
        self.page.show_notes(say(key, n=wrong) if self._cards else "", "warn" if wrong else "")
        newest = next((one for one in standing if one.late), standing[0] if standing else None)
        tone = "warn" if newest is not None and newest.late else "quiet"
        self.page.show_told(record_line(newest) if newest is not None else "", tone)

    def open(self) -> None:
        """Show all of it."""
        dialog = self.dialog = NotesDialog(self.station.frame)
        dialog.show_notes(self.page.probe.currentText(), self._cards)
        dialog.open()


def record_line(one: Standing) -> str:
    """A record of these days, and whether a file came after it was made."""
    key = "late" if one.late else one.state if one.state in ("frozen", "awaiting", "signed") else "made"
    facts = {"record": one.record, "first": one.first.isoformat(), "last": one.last.isoformat(), "n": len(one.late)}
    return say(f"temperature_page.record.{key}", **facts)

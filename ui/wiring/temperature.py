"""The Temperature page: a probe over time, what its place's judgement says, its files, and its open excursion."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal

from cellguide.acts import excursions, imports
from cellguide.acts import places as place_acts
from cellguide.entry import Doc
from cellguide.people import may
from cellguide.places import Place
from cellguide.probes import Probe
from cellguide.temperature.limits import MINUTE_MS, Period
from cellguide.temperature.plot import READINGS_UP_TO_MS
from cellguide.temperature.verdict import Judgement
from ui.chart_view import DAY_MS, Scene, wall
from ui.dialogs.period import PeriodDialog
from ui.forms import Choice
from ui.jobs import Job, Outcome, Work
from ui.language import language, say
from ui.pages.temperature import OpenAlarm, TemperaturePage, said_period
from ui.station import Station
from ui.wiring import period_facts
from ui.wiring import temperature_words as words
from ui.wiring.alarm_acts import AlarmActs, offered
from ui.wiring.device_marks import open_mark
from ui.wiring.excursion_words import excursion_words, whom_words
from ui.wiring.fresh import Fresh
from ui.wiring.imports import ImportWire
from ui.wiring.new_probe import open_new_probe
from ui.wiring.period_notes import Meaning, PeriodNotes, meant, paper_of
from ui.wiring.probe_readings import ProbeReadings, probes_of, retired_with_readings
from ui.wiring.probe_words import PREFIX
from ui.wiring.rounds import RoundWire
from ui.wiring.temperature_record import TemperatureRecordWire

_LENGTHS = {"30d": 30 * DAY_MS, "7d": 7 * DAY_MS, "24h": DAY_MS}
SETTLE_MS = 200  # the judgement follows when a person stops panning


class TemperatureWire(QObject):
    """Holds the page and answers it.

    Signals: ``record_made(str)``: a period became this record; signing it is another's part.
    """

    record_made = Signal(str)

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = TemperaturePage()
        self.zone = str(station.desk.site.get("zone", "UTC"))
        self.probes: list[Probe] = []
        self.readings: ProbeReadings | None = None
        self.place: Place | None = None
        self.kind = "30d"
        self.judgement: Judgement | None = None
        self.dialog: object = None
        self._job: Job | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._judge)
        self.imports = ImportWire(station)
        self.imports.taken_in.connect(self._show_import)
        self.imports.probe_wanted.connect(self.register_probe)
        self.rounds = RoundWire(station)
        self.alarms = AlarmActs(station)
        self.records = TemperatureRecordWire(station)
        self.notes = PeriodNotes(station, self.page)
        self.records.record_made.connect(self.record_made)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        page = self.page
        page.probe_chosen.connect(self.show_probe)
        page.period_asked.connect(self._ask_period)
        page.manual_asked.connect(lambda: self.rounds.ask(self.place.code if self.place is not None else ""))
        page.import_asked.connect(lambda: self.imports.ask())
        page.files_dropped.connect(self.imports.ask)
        page.probe_asked.connect(lambda: self.register_probe())
        page.alarm_asked.connect(self.alarms.do)
        page.import_picked.connect(self._show_import)
        page.review_asked.connect(self._review)
        page.record_asked.connect(self._ask_record)
        page.mark_asked.connect(self._open_mark)
        page.notes_asked.connect(self.notes.open)
        page.tile_asked.connect(self._lead)
        page.chart.moved.connect(self._moved)
        page.chart.event_opened.connect(self.open_excursion)
        self.fresh = Fresh(self.station, self.page, self.refresh)

    # --- which probe, which time ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read what is shown anew; the period stays where the person looks."""
        desk = self.station.desk
        self.probes = [*probes_of(desk), *retired_with_readings(desk)]
        tree = place_acts.tree(desk)
        choices = [Choice(one.id, words.choice_name(tree.places[one.place], one)) for one in self.probes]
        known = self.readings.probe.id if self.readings is not None else ""
        chosen = known if any(one.id == known for one in self.probes) else self._first_probe()
        self.page.show_probes(choices, chosen)
        may_probe = self._may("add_probe")
        self.page.allow(
            manual=self._may("start_round"),
            take_in=self._may("take_in_file"),
            probe=may_probe,
            record=self._may("make_temperature_record"),
            mark=self._may("mark_device"),
        )
        if not chosen:
            self.readings = None
            return
        probe = next(one for one in self.probes if one.id == chosen)
        fresh = self.readings is None or known != chosen
        self.readings = ProbeReadings(desk, probe, self.zone)
        self.place = tree.places[probe.place]
        bounds = self._bounds()
        self.page.chart.set_source(self.readings.points, self.readings.nearest, bounds, self.zone)
        if fresh:
            self._go(self.kind)
        else:
            self._after_move()
            self._judge()
        self._show_rest()

    def _first_probe(self) -> str:
        """What to look at first: where something is wrong, then whatever has readings."""
        find = self.station.desk.store.find
        wrong = {str(doc["place"]) for _, doc in excursions.listed(self.station.desk)}
        empty = {one.id for one in self.probes if not find("series", probe=one.id, limit=1)}
        ranked = sorted(self.probes, key=lambda one: (one.place not in wrong, one.id in empty))
        return ranked[0].id if ranked else ""

    def _may(self, act: str) -> bool:
        session = self.station.desk.session
        return session is not None and may(session.role, act)

    def show_probe(self, id: str) -> None:
        """Look at another probe, over the same length of time."""
        self.readings = ProbeReadings(self.station.desk, next(one for one in self.probes if one.id == id), self.zone)
        self.place = place_acts.tree(self.station.desk).places[self.readings.probe.place]
        self.page.probe.choose(id)
        self.page.chart.set_source(self.readings.points, self.readings.nearest, self._bounds(), self.zone)
        self._go(self.kind)
        self._show_rest()

    def show_place(self, code: str) -> None:
        """Look at the first probe of a device (from the map, from Today)."""
        device = place_acts.device(self.station.desk, code)
        found = next((one for one in self.probes if one.place == device.id), None)
        if found is not None:
            self.show_probe(found.id)

    def _bounds(self) -> Period:
        """From the first reading, or a month ago, until now."""
        now_ms = self.station.desk.now().utc_ms
        span = self.readings.span() if self.readings is not None else None
        first = min(span.start_ms if span is not None else now_ms, now_ms - 30 * DAY_MS)
        return Period(first, max(now_ms, span.end_ms if span is not None else now_ms))

    def _go(self, kind: str) -> None:
        """The last 30 days, 7 days or 24 hours, up to now."""
        end_ms = self.page.chart.bounds.end_ms
        length = _LENGTHS.get(kind, self.page.chart.period.length_ms)
        start = end_ms - length if kind in _LENGTHS else self.page.chart.period.start_ms
        self.kind = kind
        self._look(Period(start, start + length))

    def _look(self, period: Period) -> None:
        self.judgement = None
        self.page.chart.show_period(period)
        self._after_move()
        self._judge()

    def _ask_period(self, kind: str) -> None:
        if kind != "own":
            self._go(kind)
            return
        dialog = PeriodDialog(self.station.frame)
        first, last = (wall(at, self.zone).date() for at in self.page.chart.period)
        dialog.show_period(self.page.probe.currentText(), first, last)
        dialog.chosen.connect(self._choose_days)
        self.dialog = dialog
        dialog.open()

    def _ask_record(self) -> None:
        """Make a record out of what this probe measured."""
        if self.readings is not None:
            self.records.ask(self.readings.probe, self.page.probe.currentText(), self.page.chart.period)

    def _choose_days(self, first: datetime.date, last: datetime.date) -> None:
        start, end = (
            int(datetime.datetime.combine(day, datetime.time(), ZoneInfo(self.zone)).timestamp() * 1000)
            for day in (first, last + datetime.timedelta(days=1))
        )
        self.kind = "own"
        self._look(Period(start, end))

    def _moved(self, _period: Period) -> None:
        self.kind = "own"
        self._after_move()
        self._settle.start()

    def _after_move(self) -> None:
        start, end = (wall(at, self.zone) for at in self.page.chart.period)
        shape = "%m-%d" if end - start >= datetime.timedelta(days=2) else "%m-%d %H:%M"
        if end - start > datetime.timedelta(days=330):
            shape = "%Y-%m-%d"
        self.page.mark_period(self.kind, said_period(start.strftime(shape), end.strftime(shape)))

    # --- what it means ----------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        """Judge the period in the pool; years are shown by each day's extremes and by what the ledger holds."""
        readings, place = self.readings, self.place
        if readings is None or place is None:
            return
        if self._job is not None:
            self._job.cancel()
        period = self.page.chart.period
        if period.length_ms > READINGS_UP_TO_MS:
            self._show_meaning(period, None)
            return
        desk = self.station.desk
        known, now = imports.evidence(desk, place.id, period), desk.now()
        streams, paper = readings.read(period), paper_of(desk, place, readings, period, now)

        def work(_work: Work) -> Meaning:
            return meant(known, paper, streams, period, now)

        def done(outcome: Outcome) -> None:
            if outcome.value is not None and period == self.page.chart.period and readings is self.readings:
                self._show_meaning(period, outcome.value)

        self._job = Job(work)
        self._job.finished.connect(done)
        self._job.start()

    def _show_meaning(self, period: Period, meaning: Meaning | None) -> None:
        assert self.place is not None and self.readings is not None
        desk, readings = self.station.desk, self.readings
        self.judgement = meaning.judgement if meaning is not None else None
        extremes, excursed = period_facts.extremes(readings, period), self._excursions(period)
        coverage = readings.coverage(period) if meaning is None else None
        mkt = meaning.mkt if meaning is not None else None
        known = words.Known(self.place, readings.probe, period, self.judgement, extremes, excursed, mkt, coverage,
                            imports.rules(desk), self.zone)  # fmt: skip
        level = self.rounds.level_tile(self.place)
        tiles = words.tiles(known, level, desk.now().day)
        if "storage" in self.station.frame.offered():
            tiles[-1] = tiles[-1]._replace(act="calibration")
        self.page.show_tiles(tiles)
        signs = [*self.rounds.signs(self.place, period),
                 *period_facts.file_and_lid_signs(desk, self.place, readings, period)]  # fmt: skip
        scene: Scene = words.scene(known, sorted(signs, key=lambda sign: sign.at_ms), readings.dots())
        self.page.chart.show_scene(scene)
        self.notes.show(readings.probe, period, meaning.notes if meaning is not None else ())

    def _excursions(self, period: Period) -> list[tuple[str, Doc]]:
        assert self.place is not None
        return period_facts.excursions_in(self.station.desk, self.place, period)

    def _open_mark(self) -> None:
        if self.place is not None:
            self.dialog = open_mark(self.station, self.place.code)

    def _lead(self, act: str) -> None:
        """From the calibration figure to the probe's certificates on the map."""
        if act == "calibration" and self.readings is not None:
            self.station.frame.open_page("storage")
            self.station.wires["storage"].page.pick(f"{PREFIX}{self.readings.probe.id}")

    # --- last reading, files, open excursion ------------------------------------------------------------------------

    def _show_rest(self) -> None:
        assert self.readings is not None and self.place is not None
        desk, now = self.station.desk, self.station.desk.now()
        last = self.readings.last()
        if last is None:
            self.page.show_last(say("temperature_page.last.none"), "quiet")
        else:
            old_ms = now.utc_ms - last.at_ms
            value = last.value.removesuffix(" °C")
            text = say("temperature_page.last.text", value=value, time=last.time[:16], age=words.age(old_ms))
            fresh = not words.old(imports.rules(desk), old_ms, self.readings.interval_ms)
            self.page.show_last(text, "" if fresh else "quiet")
        holds: dict[str, int] = {}
        for _, doc in self._excursions(self.page.chart.bounds):
            for series in doc["series"]:
                holds[series] = len(doc["containers"])
        people = {person.id: person.called(language.now) for person in desk.people()}
        lines = [
            words.import_line(id, doc, people.get(str(doc["by"]), str(doc["by"])), holds.get(id, 0), self.zone)
            for id, doc in self.readings.imports
        ]
        self.page.show_imports(lines)
        self.page.show_alarm(self._alarm())

    def _alarm(self) -> OpenAlarm | None:
        assert self.place is not None
        desk = self.station.desk
        here = [(id, doc) for id, doc in excursions.listed(desk) if doc["place"] == self.place.id]
        if not here:
            return None
        id, doc = here[0]
        words = excursion_words(self.place, doc, self.zone), whom_words(desk, doc)
        return OpenAlarm(id, *words, offered(desk, doc, self._may))

    def _show_import(self, id: str) -> None:
        """Look at one file's time."""
        held = self.station.desk.store.get("series", id)
        if held is None:
            return
        if self.readings is None or held.doc["probe"] != self.readings.probe.id:
            self.show_probe(str(held.doc["probe"]))
        first, last = int(held.doc["first_ms"]), int(held.doc["last_ms"])
        around = max((last - first) // 20, 10 * MINUTE_MS)
        self.kind = "own"
        self._look(Period(first - around, last + around))

    def _review(self, id: str) -> None:
        def review() -> bool:
            imports.review_import(self.station.desk, id)
            return True

        if self.station.act(review):
            self.station.say_done("temperature_page.reviewed", ident=id)

    # --- seen, quiet, over ------------------------------------------------------------------------------------------

    def open_excursion(self, id: str) -> None:
        """Look at an excursion's time, with a day around it (from the flag, from the banner)."""
        if not id:
            return
        doc = excursions.get(self.station.desk, id)
        probe = next((one.id for one in self.probes if one.id == doc["probe"]), "")
        if probe and (self.readings is None or self.readings.probe.id != probe):
            self.show_probe(probe)
        first = min(start for _, start, _ in doc["spans"])
        last = max(end if end is not None else start for _, start, end in doc["spans"])
        around = max((last - first), DAY_MS // 2)
        self.kind = "own"
        self._look(Period(first - around, last + around))

    def scenes(self) -> list[tuple[str, Callable[[], object]]]:
        """The dialogs of this page, for the tour."""
        return [
            ("dialog-temperature-record", self._ask_record),
            ("dialog-temperature-notes", self.notes.open),
            ("dialog-import", lambda: self.imports.ask()),
            ("dialog-mark", self._open_mark),
        ]

    # --- a probe ----------------------------------------------------------------------------------------------------

    def register_probe(self, serial: str = "", then: Callable[[str], None] | None = None) -> None:
        """Register a probe; ``serial`` as a file said it; ``then`` is told its id."""

        def made(id: str) -> None:
            self.show_probe(id)
            if then is not None:
                then(id)

        self.dialog = open_new_probe(self.station, self.place.code if self.place is not None else "", serial, made)

"""The Temperature page: a probe over time, what its place's judgement says, its files, and its open excursion."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer

from cellguide.acts import excursions, imports
from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.clock import parse_iso
from cellguide.entry import Doc
from cellguide.people import may
from cellguide.places import Place
from cellguide.probes import Probe
from cellguide.refusal import Refusal
from cellguide.temperature.limits import MINUTE_MS, Period
from cellguide.temperature.verdict import Judgement
from ui.chart_view import DAY_MS, Scene, Sign, wall
from ui.dialogs.period import PeriodDialog
from ui.dialogs.probe import ProbeDialog
from ui.forms import Choice
from ui.jobs import Job, Outcome, Work
from ui.language import language, say
from ui.pages.temperature import OpenAlarm, TemperaturePage, said_period
from ui.station import Station
from ui.wiring import temperature_words as words
from ui.wiring.alarm_acts import AlarmActs
from ui.wiring.excursion_words import device_name, excursion_words, whom_words
from ui.wiring.fresh import Fresh
from ui.wiring.imports import ImportWire
from ui.wiring.in_dialog import act_in
from ui.wiring.probe_readings import READINGS_UP_TO_MS, ProbeReadings, probes_of
from ui.wiring.rounds import RoundWire

_LENGTHS = {"30d": 30 * DAY_MS, "7d": 7 * DAY_MS, "24h": DAY_MS}
SETTLE_MS = 200  # the judgement follows when a person stops panning
FRESH_INTERVALS = 4


class TemperatureWire(QObject):
    """Holds the page and answers it."""

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
        page.chart.moved.connect(self._moved)
        page.chart.event_opened.connect(self.open_excursion)
        self.fresh = Fresh(self.station, self.page, self.refresh)

    # --- which probe, which time ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read what is shown anew; the period stays where the person looks."""
        desk = self.station.desk
        self.probes = probes_of(desk)
        tree = place_acts.tree(desk)
        choices = [Choice(one.id, words.probe_name(tree.places[one.place], one)) for one in self.probes]
        known = self.readings.probe.id if self.readings is not None else ""
        chosen = known if any(one.id == known for one in self.probes) else self._first_probe()
        self.page.show_probes(choices, chosen)
        may_probe = self._may("add_probe")
        self.page.allow(manual=self._may("start_round"), take_in=self._may("take_in_file"), probe=may_probe)
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
            self._show_meaning(period, None, None)
            return
        desk = self.station.desk
        known, now = imports.evidence(desk, place.id, period), desk.now()
        streams = () if words.cryogenic(place) else readings.read(period)

        def work(_work: Work) -> tuple[Judgement, float | Refusal | None]:
            mkt = None if words.cryogenic(place) else words.mkt_of(streams, period)
            return imports.judged(known, period, now), mkt

        def done(outcome: Outcome) -> None:
            if outcome.value is not None and period == self.page.chart.period and readings is self.readings:
                self._show_meaning(period, *outcome.value)

        self._job = Job(work)
        self._job.finished.connect(done)
        self._job.start()

    def _show_meaning(self, period: Period, judgement: Judgement | None, mkt: float | Refusal | None) -> None:
        assert self.place is not None and self.readings is not None
        self.judgement = judgement
        known = words.Known(
            self.place, self.readings.probe, period, judgement, self._extremes(period), self._excursions(period), mkt
        )
        level = self.rounds.level_tile(self.place)
        self.page.show_tiles(words.tiles(known, level, self.station.desk.now().day))
        scene: Scene = words.scene(known, self._signs(period), self.readings.dots())
        self.page.chart.show_scene(scene)

    def _extremes(self, period: Period) -> tuple[Decimal, Decimal] | None:
        assert self.readings is not None
        heads = [head for head in self.readings.heads() if head.lo is not None and head.hi is not None
                 and period.start_ms < (head.day + 1) * DAY_MS and head.day * DAY_MS < period.end_ms]  # fmt: skip
        if not heads:
            return None
        low = min(Decimal(head.lo or 0).scaleb(-head.scale) for head in heads)
        return low, max(Decimal(head.hi or 0).scaleb(-head.scale) for head in heads)

    def _excursions(self, period: Period) -> list[tuple[str, Doc]]:
        assert self.place is not None
        found = []
        for held in self.station.desk.store.find("excursion", place=self.place.id):
            if any(start <= period.end_ms and (end or start) >= period.start_ms for _, start, end in held.doc["spans"]):
                found.append((held.id, held.doc))
        return found

    def _signs(self, period: Period) -> list[Sign]:
        """Files, rounds, refills, and who put something in or took it out: the lid was open then."""
        assert self.readings is not None and self.place is not None
        found = self.rounds.signs(self.place, period)
        for _, doc in self.readings.imports:
            text = say("temperature_page.sign.import", source=doc["name"])
            found.append(Sign(parse_iso(str(doc["at"])).utc_ms, "import", text))
        if period.length_ms <= READINGS_UP_TO_MS:
            for stay in place_acts.stays_in(self.station.desk, self.place.id, *period):
                for moment in (stay.since, stay.until):
                    if moment is not None and period.start_ms <= moment.utc_ms <= period.end_ms:
                        text = say("temperature_page.sign.moved", container=stay.container)
                        found.append(Sign(moment.utc_ms, "door", text))
        return sorted(found, key=lambda sign: sign.at_ms)

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
            fresh = old_ms <= FRESH_INTERVALS * max(self.readings.interval_ms, MINUTE_MS)
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
        quiet_until = doc["silenced_until"]
        silent = bool(quiet_until) and parse_iso(quiet_until).utc_ms > desk.now().utc_ms
        acts = [] if doc["acknowledged"] else ["acknowledge"]
        acts += [] if silent else ["silence"]
        acts += ["respond", "dossier"]
        acts += ["resolve"] if self._may("resolve_excursion") else []
        return OpenAlarm(
            id, excursion_words(self.place, doc, self.zone), whom_words(self.station.desk, doc), tuple(acts)
        )

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

    # --- a probe ----------------------------------------------------------------------------------------------------

    def register_probe(self, serial: str = "", then: Callable[[str], None] | None = None) -> None:
        """Register a probe; ``serial`` as a file said it; ``then`` is told its id."""
        desk = self.station.desk
        tree = place_acts.tree(desk)
        devices = [one for one in tree.places.values() if one.device and one.state == "in_use"]
        dialog = ProbeDialog(self.station.frame)
        dialog.show_places(
            [Choice(one.code, device_name(one)) for one in devices],
            serial,
            self.place.code if self.place is not None else "",
        )

        def save() -> None:
            made = act_in(self.station, dialog, lambda: probe_acts.add_probe(desk, dialog.probe()))
            if made is not None:
                self.station.say_done("temperature_page.probe_form.saved", serial=made.serial)
                self.show_probe(made.id)
                if then is not None:
                    then(made.id)

        dialog.saved.connect(save)
        self.dialog = dialog
        dialog.open()

"""Logger files taken in: read, kept by day, judged, and what follows from the judgement, in one append.

The slow parts are pure: ``pending_import`` (read the store) → ``read_pending`` (pool; a file of several channels is
several) → ``gather_pending`` (read the store) → ``judge_pending`` (pool) → ``filing`` (write, step by step).
``take_in_file`` does all five.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import alarm_rules, probes
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import Change, Doc
from ..facts import SILENT
from ..places import Place
from ..probes import Probe
from ..refusal import Refusal
from ..temperature.guard import Certificate, CertificateState, certificate_state
from ..temperature.limits import MINUTE_MS, TANK_MARGIN_C, Period, PlaceLimits, Rules, Setting, Stock
from . import containers as container_acts
from . import excursions, site_limits
from . import places as place_acts
from . import probes as probe_acts
from .file_reading import Given, Read, pending_import, read_pending
from .records import check_reason

if TYPE_CHECKING:
    from ..temperature.series import DaySummary, Series
    from ..temperature.verdict import Judgement

UNREVIEWED, REVIEWED = "unreviewed", "reviewed"
CRYOGENIC = ("tank", "shipper")


# --- what is known of a place -----------------------------------------------------------------------------------------


class Evidence(NamedTuple):
    """Everything a judgement of a device needs, read from the store: no connection to it any more.

    ``imports``: (document, stored bytes) of every import there that touches the period; ``rounds``: (UTC ms, °C) that
    people read from the display. ``probes``: that measured there in the period, else those that are there now.
    """

    place: Place
    limits: PlaceLimits
    stock: tuple[Stock, ...]
    rules: Rules
    imports: tuple[tuple[Doc, Mapping[str, bytes]], ...]
    rounds: tuple[tuple[int, Decimal], ...]
    probes: tuple[Probe, ...]


def evidence(desk: Desk, device_id: str, period: Period) -> Evidence:
    """Read what is known of a device in a period, a day on either side included, and what its alarm rules reach back
    for."""
    from .. import imports

    known = place_acts.tree(desk)
    place = known.places[device_id]
    limits = _limits(desk, place)
    # A rule that adds up over a window must see all of it; events and holes are seen whole with a day.
    begin_ms = period.start_ms - max(_DAY_MS, alarm_rules.reach_min(limits.alarms) * MINUTE_MS)
    wanted = Period(begin_ms, period.end_ms)
    kept: list[tuple[Doc, dict[str, bytes]]] = []
    measured: list[Probe] = []
    for one in probe_acts.ever(desk, device_id):  # what a probe measured here stays, whatever became of the probe
        for held in desk.store.find("series", probe=one.id):
            if held.doc["last_ms"] >= begin_ms and held.doc["first_ms"] <= period.end_ms + _DAY_MS:
                kept.append((held.doc, imports.wanted(held.doc, wanted, desk.store.blob)))
                if held.doc["last_ms"] >= period.start_ms and held.doc["first_ms"] < period.end_ms:
                    measured.append(one)
    there = {one.id: one for one in measured or probe_acts.listed(desk, device_id)}
    rounds = []
    for held in desk.store.find("round", place=device_id):
        if held.doc.get("c"):
            rounds.append((parse_iso(held.doc["at"]).utc_ms, Decimal(held.doc["c"])))
    stock = tuple(_stock(desk, device_id, period))
    return Evidence(place, limits, stock, rules(desk), tuple(kept), tuple(rounds), tuple(there.values()))


def of_probe(known: Evidence, probe: Probe) -> Evidence:
    """The same by the readings of one probe alone; rounds are another's readings."""
    own = tuple(one for one in known.imports if one[0]["probe"] == probe.id)
    return known._replace(imports=own, rounds=(), probes=(probe,))


_DAY_MS = 86_400_000
# Of several probes in a device, the one with the weakest paper speaks for all.
_WORST = (CertificateState.NONE, CertificateState.EXPIRED, CertificateState.VALID)


# Of the rules, those that a site signs under their own name; the others are put together below.
_SIGNED = (
    "unknown_min_max", "minor_min", "call_holder_c", "fresh_intervals", "fault_below_c", "fault_above_c", "jump_c",
    "jump_s", "stuck_s",
)  # fmt: skip


def rules(desk: Desk) -> Rules:
    """The site's numbers for judging, each as two people signed it; the program's defaults where they did not."""

    def read() -> Rules:
        signed = {name: Setting(one.value, one.source) for name, one in site_limits.confirmed(desk).items()}
        found: dict[str, Any] = {name: signed[name] for name in _SIGNED if name in signed}
        for name in ("coverage_green", "coverage_amber"):
            if (share := signed.get(f"{name}_percent")) is not None:
                found[name] = Setting(share.value / 100, share.source)
        cold, warm = Rules().lines_c
        lines = (signed.get("line_1_c", cold), signed.get("line_2_c", warm))
        return Rules(**found, lines_c=lines)

    return desk.once("rules", desk.store.written("site_limit"), read)


def _limits(desk: Desk, place: Place) -> PlaceLimits:
    """What the site holds the device to. Alarm 1 stands below the limit in a cryogenic device (clinical-review E11)."""
    margin = None
    values, sources = site_limits.site_facts(desk), site_limits.site_sources(desk)
    if place.margin_c:
        margin = Setting(Decimal(place.margin_c), place.limit_source)
    elif place.kind in CRYOGENIC:
        name = "site.tank_margin_c"
        margin = Setting(values[name], sources[name]) if name in values else TANK_MARGIN_C
    return PlaceLimits(
        place.code,
        Decimal(place.limit_c_max) if place.limit_c_max else None,
        Decimal(place.limit_c_min) if place.limit_c_min else None,
        place.limit_source,
        margin,
        alarm_rules.rules(place.alarms),
    )


def _stock(desk: Desk, device_id: str, period: Period) -> Iterable[Stock]:
    for stay in place_acts.stays_in(desk, device_id, period.start_ms, period.end_ms):
        order = container_acts.get(desk, stay.container).order
        limit, source = place_acts.product_limit(desk, order)
        until_ms = None if stay.until is None else stay.until.utc_ms
        yield Stock(stay.container, limit, SILENT, source, stay.since.utc_ms, until_ms)


def judged(
    known: Evidence,
    period: Period,
    now: Moment,
    more: Iterable[Series] = (),
    summaries: Iterable[DaySummary] = (),
) -> Judgement:
    """Judge a device over a period. Pure; ``more``: readings that are not in the store yet."""
    from .. import imports
    from ..temperature.judge import judge
    from ..temperature.series import Kind, series_of_points

    read = [imports.load(doc, held) for doc, held in known.imports]
    series = [one for one, _ in read if one is not None] + list(more)
    spoken = [one for _, days in read for one in days] + list(summaries)
    if known.rounds:
        series.append(series_of_points("round", "round", known.rounds, kind=Kind.ROUND))
    calibration = calibrated(known.probes, period, now)
    return judge(series, spoken, known.limits, known.stock, known.rules, period, now.utc_ms, calibration)


def calibrated(there: Sequence[Probe], period: Period, now: Moment) -> tuple[CertificateState, Certificate | None]:
    """What the readings of the first and of the last day of a period rest on: the weakest of every probe there."""
    last = min(period.end_ms - 1, now.utc_ms)
    days = {Moment(at_ms, now.offset_min).day for at_ms in (min(period.start_ms, last), last)}
    states = [certificate_state(probe.certified, day) for probe in there for day in sorted(days, reverse=True)]
    return min(states, key=lambda state: _WORST.index(state[0]), default=(CertificateState.NONE, None))


def readings_of(desk: Desk, probe: str, period: Period) -> list[Series]:
    """The readings of one probe around a period, import by import (charts, dossiers)."""
    from .. import imports

    found: list[Series] = []
    for held in desk.store.find("series", probe=probe) if probe else ():
        if held.doc["last_ms"] >= period.start_ms and held.doc["first_ms"] <= period.end_ms:
            series, _ = imports.load(held.doc, imports.wanted(held.doc, period, desk.store.blob))
            found += [series] if series is not None else []
    return found


def judge_place(desk: Desk, code: str, start_ms: int, end_ms: int) -> Judgement:
    """What can be said of a device over a period, now. Nothing is written (the Temperature page, the monthly sheet)."""
    place = place_acts.device(desk, code)
    period = Period(start_ms, end_ms)
    return judged(evidence(desk, place.id, period), period, desk.now())


# --- one file ---------------------------------------------------------------------------------------------------------


class Gathered(NamedTuple):
    """A file with what it is judged by. ``period``: from the reading before it, so that a hole between two files is
    seen, to its own last one."""

    read: Read
    known: Evidence
    period: Period


class Judged(NamedTuple):
    """Ready to be filed. ``facts``: the judgement as the ledger keeps it."""

    read: Read
    facts: Doc


def gather_pending(desk: Desk, read: Read) -> Gathered:
    """Read from the store what the readings are judged with. Raises ``import.same_file``."""
    _not_yet(desk, read)
    start_ms = read.period.start_ms
    before = [int(held.doc["last_ms"]) for held in desk.store.find("series", probe=read.probe.id)]
    period = Period(max((last for last in before if last < start_ms), default=start_ms), read.period.end_ms)
    known = evidence(desk, read.probe.place, period)
    if read.probe.id not in {one.id for one in known.probes}:
        known = known._replace(probes=(*known.probes, read.probe))
    return Gathered(read, known, period)


def judge_pending(gathered: Gathered) -> Judged:
    """Judge the readings with everything that is known of the place. Pure and slow."""
    from ..temperature.verdict import facts

    read = gathered.read
    series = [read.taken.series] if read.taken.series is not None else []
    verdict = judged(gathered.known, gathered.period, read.pending.at, series, read.taken.summaries)
    return Judged(read, facts(verdict))


def file_import(desk: Desk, ready: Judged) -> str:
    """Write it all: raw file, day chunks, judgement, holds, excursion and deviations; returns the import's id.

    Raises ``import.changed`` when the probe was changed meanwhile, ``import.same_file``.
    """
    steps = filing(desk, ready)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return str(done.value)


def filing(desk: Desk, ready: Judged) -> Generator[None, None, str]:
    """The same in steps, so that a window can breathe between them: earlier years a year at a time, and last the entry
    with what follows from it. The raw file lies in the shelf since it was read. Nothing refers to what was written
    before the entry commits; an import that is broken off leaves only bytes that nothing names (engineering-review 14).
    """
    read, at, who = ready.read, ready.read.pending.at, ready.read.pending.who
    _still_fits(desk, read)
    for part in read.kept.slices:
        desk.write("take_in_file", [], at=at, who=who, blobs=part)
        yield
    held = _still_fits(desk, read)
    id = desk.store.next_id("series", f"I-{desk.store.station}-{at.local.year}-")
    doc = read.kept.doc | {"at": at.iso, "by": who.person, "judgement": ready.facts}
    changes = [Change("series", id, doc, read.pending.reason)]
    learnt = {name: value for name, value in read.pending.said.items() if name in probes.REMEMBERED}
    answers = {**(held.answers or {}), **learnt, **read.learnt}
    probe: Doc = {"answers": answers} if answers != dict(held.answers or {}) else {}
    probe |= {"source": read.source} if read.source and not held.source else {}
    changes += [Change("probe", held.id, probe)] if probe else []
    changes += excursions.judged_changes(desk, held, id, ready.facts, at=at, who=who)
    desk.write("take_in_file", changes, at=at, who=who, blobs=read.kept.blobs)
    return id


def _still_fits(desk: Desk, read: Read) -> Probe:
    """The probe, unchanged since the file was read. Raises ``import.changed``, ``import.same_file``."""
    held = probe_acts.get(desk, read.probe.id)
    if (held.place, held.serial, held.state) != (read.probe.place, read.probe.serial, read.probe.state):
        raise Refusal("import.changed")
    _not_yet(desk, read)
    return held


def still_to_take(desk: Desk, reads: Sequence[Read]) -> list[Read]:
    """The channels that were not taken in before. Raises ``import.same_file`` where there is none."""
    waiting, known = [], None
    for read in reads:
        try:
            _not_yet(desk, read)
            waiting.append(read)
        except Refusal as refusal:
            known = refusal
    if known is not None and not waiting:
        raise known
    return waiting


def _not_yet(desk: Desk, read: Read) -> None:
    for held in desk.store.find("series", sha256=read.taken.sha256):
        if held.doc["probe"] == read.probe.id:
            raise Refusal("import.same_file", import_id=held.id, at=held.doc["at"])


def take_in_file(
    desk: Desk,
    data: bytes,
    name: str,
    probe: str = "",
    *,
    zone: str | None = None,
    unit: str | None = None,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
) -> str:
    """One channel of a file, all steps at once, for whoever can wait (the command line, demonstrations, tests)."""
    return take_in_channels(desk, data, name, probe, zone=zone, unit=unit, answers=answers, reason=reason)[0]


def take_in_channels(
    desk: Desk,
    data: bytes,
    name: str,
    given: str | Given = "",
    *,
    zone: str | None = None,
    unit: str | None = None,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
) -> tuple[str, ...]:
    """The same for every channel that is given to a probe, or that a probe is found for; each is an import of its own,
    one after the other, and sees what the one before it led to. Returns their ids."""
    if reason:
        check_reason(reason)
    pending = pending_import(desk, data, name, given, zone=zone, unit=unit, answers=answers, reason=reason)
    reads = still_to_take(desk, read_pending(pending))
    return tuple(file_import(desk, judge_pending(gather_pending(desk, read))) for read in reads)


def review_import(desk: Desk, id: str, note: str = "") -> None:
    """A person has looked at what the watched folder took in. Raises ``import.unknown``, ``import.reviewed``."""
    at, who = desk.begin("review_import")
    held = desk.store.get("series", id)
    if held is None:
        raise Refusal("import.unknown", import_id=id)
    if held.doc["state"] == REVIEWED:
        raise Refusal("import.reviewed", import_id=id)
    doc: Doc = {"state": REVIEWED, "reviewed_at": at.iso, "reviewed_by": who.person}
    desk.write("review_import", [Change("series", id, doc, note.strip())], at=at, who=who)


def to_review(desk: Desk) -> list[tuple[str, Doc]]:
    """Imports that nobody has looked at, newest first, of probes out of use too."""

    def read() -> list[tuple[str, Doc]]:
        found = []
        for probe in desk.store.find("probe"):
            found += [(held.id, held.doc) for held in desk.store.find("series", probe=probe.id, newest=True)]
        return [(id, doc) for id, doc in found if doc["state"] == UNREVIEWED]

    return desk.once("to review", desk.store.written("series"), read)

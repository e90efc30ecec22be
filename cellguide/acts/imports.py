"""Logger files taken in: read, kept by day, judged, and what follows from the judgement, in one append.

The slow parts are pure: ``pending_import`` (read the store) → ``read_pending`` (pool) → ``gather_pending`` (read the
store) → ``judge_pending`` (pool) → ``file_import`` (write). ``take_in_file`` does all five.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import probes
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import STATION, Actor, Change, Doc
from ..facts import SILENT
from ..places import Place
from ..probes import Probe
from ..refusal import Refusal
from ..temperature.guard import CertificateState, certificate_state
from ..temperature.limits import TANK_MARGIN_C, Period, PlaceLimits, Rules, Setting, Stock
from . import containers as container_acts
from . import excursions, site_limits
from . import places as place_acts
from . import probes as probe_acts
from .records import check_reason

if TYPE_CHECKING:
    from ..imports import Kept, Taken
    from ..temperature.series import DaySummary, Series
    from ..temperature.verdict import Judgement

UNREVIEWED, REVIEWED = "unreviewed", "reviewed"
CRYOGENIC = ("tank", "shipper")


# --- what is known of a place -----------------------------------------------------------------------------------------


class Evidence(NamedTuple):
    """Everything a judgement of a device needs, read from the store: no connection to it any more.

    ``imports``: (document, stored bytes) of every import there that touches the period; ``rounds``: (UTC ms, °C) that
    people read from the display. ``calibrations``: of the probes there.
    """

    place: Place
    limits: PlaceLimits
    stock: tuple[Stock, ...]
    rules: Rules
    imports: tuple[tuple[Doc, Mapping[str, bytes]], ...]
    rounds: tuple[tuple[int, Decimal], ...]
    probes: tuple[Probe, ...]


def evidence(desk: Desk, device_id: str, period: Period) -> Evidence:
    """Read what is known of a device in a period, a day on either side included."""
    from .. import imports

    known = place_acts.tree(desk)
    place = known.places[device_id]
    there = probe_acts.listed(desk, device_id)
    kept = []
    for one in there:
        for held in desk.store.find("series", probe=one.id):
            if held.doc["last_ms"] >= period.start_ms - _DAY_MS and held.doc["first_ms"] <= period.end_ms + _DAY_MS:
                kept.append((held.doc, imports.wanted(held.doc, period, desk.store.blob)))
    rounds = []
    for held in desk.store.find("round", place=device_id):
        if held.doc.get("c"):
            rounds.append((parse_iso(held.doc["at"]).utc_ms, Decimal(held.doc["c"])))
    stock = tuple(_stock(desk, device_id, period))
    return Evidence(place, _limits(desk, place), stock, rules(desk), tuple(kept), tuple(rounds), tuple(there))


_DAY_MS = 86_400_000
# Of several probes in a device, the one with the weakest paper speaks for all.
_WORST = (CertificateState.NONE, CertificateState.EXPIRED, CertificateState.VALID)


def rules(desk: Desk) -> Rules:
    """The site's numbers for judging, each as two people signed it; the program's defaults where they did not."""
    values, sources = site_limits.site_facts(desk), site_limits.site_sources(desk)
    name = "site.unknown_min_max"
    return Rules(unknown_min_max=Setting(values[name], sources[name])) if name in values else Rules()


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
    day = Moment(min(period.end_ms, now.utc_ms), now.offset_min).day
    states = [certificate_state(probe.certified, day) for probe in known.probes]
    calibration = min(states, key=lambda state: _WORST.index(state[0]), default=(CertificateState.NONE, None))
    return judge(series, spoken, known.limits, known.stock, known.rules, period, now.utc_ms, calibration)


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


class Pending(NamedTuple):
    """A file that is to be read. ``probe``: chosen by a person, None to find it by the file's serial number."""

    at: Moment
    who: Actor
    data: bytes
    name: str
    probe: Probe | None
    probes: tuple[Probe, ...]
    descriptions: Mapping[str, Any]
    said: Mapping[str, str]
    reason: str


class Read(NamedTuple):
    """A file that was understood, and whose it is."""

    pending: Pending
    taken: Taken
    probe: Probe
    period: Period
    kept: Kept


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


def pending_import(
    desk: Desk,
    data: bytes,
    name: str,
    probe: str = "",
    *,
    zone: str | None = None,
    unit: str | None = None,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
    station: bool = False,
) -> Pending:
    """Read what reading the file needs. ``probe``: its id, "" to find it by the logger's serial number; ``reason``: why
    the file of another logger is taken for this probe. ``station``: a watched folder, nobody sits there."""
    at, who = (desk.now(), STATION) if station else desk.begin("take_in_file")
    known = tuple(probe_acts.listed(desk))
    descriptions = {one.id: probe_acts.description_of(desk, one) for one in known if one.source}
    said = dict(answers or {}) | {key: value for key, value in (("zone", zone), ("unit", unit)) if value}
    chosen = probe_acts.get(desk, probe) if probe else None
    return Pending(at, who, data, name, chosen, known, descriptions, said, reason)


def read_pending(pending: Pending) -> Read:
    """Understand the file. Pure and slow. Raises what ``imports.take`` raises, ``import.no_probe``,
    ``import.other_logger``."""
    from .. import imports

    probe = pending.probe
    if probe is None:
        probe = _probe_of(pending)
    said = dict(probe.answers or {}) | dict(pending.said)
    if "interval" not in said and probe.interval_s:
        said["interval"] = probe.interval_s
    description = pending.descriptions.get(probe.id)
    taken = imports.take(
        pending.data, pending.name, answers=said, description=description, now_ms=pending.at.utc_ms, sensor=probe.id
    )
    serial = taken.file.serial or ""
    if serial and not probes.same_serial(serial, probe.serial) and not pending.reason:
        raise Refusal("import.other_logger", found=serial, expected=probe.serial)
    reviewed = pending.who != STATION
    kept = imports.keep(taken, probe=probe.id, place=probe.place, reviewed=reviewed)
    first_ms, last_ms = int(kept.doc["first_ms"]), int(kept.doc["last_ms"])
    return Read(pending, taken, probe, Period(first_ms, max(last_ms, first_ms + 1)), kept)


def _probe_of(pending: Pending) -> Probe:
    """Whose file it is, by the serial number in it. Raises ``import.no_probe``."""
    from .. import loggers

    file = loggers.read(pending.data, pending.name, answers=dict(pending.said))
    serial = file.serial or ""
    found = [one for one in pending.probes if probes.same_serial(one.serial, serial)]
    if not found:
        raise Refusal("import.no_probe", name=pending.name, serial=serial or "–")
    return found[0]


def gather_pending(desk: Desk, read: Read) -> Gathered:
    """Read from the store what the readings are judged with. Raises ``import.same_file``."""
    _not_yet(desk, read)
    start_ms = read.period.start_ms
    before = [int(held.doc["last_ms"]) for held in desk.store.find("series", probe=read.probe.id)]
    period = Period(max((last for last in before if last < start_ms), default=start_ms), read.period.end_ms)
    return Gathered(read, evidence(desk, read.probe.place, period), period)


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
    """The same in steps, so that a window can breathe between them: the raw file, earlier years a year at a time, and
    last the entry with what follows from it. Nothing refers to what was written before the entry commits; an import
    that is broken off leaves only bytes that nothing names (engineering-review 14).
    """
    read, at, who = ready.read, ready.read.pending.at, ready.read.pending.who
    _still_fits(desk, read)
    for part in ((read.taken.raw,), *read.kept.slices):
        desk.write("take_in_file", [], at=at, who=who, blobs=part)
        yield
    held = _still_fits(desk, read)
    id = desk.store.next_id("series", f"I-{desk.store.station}-{at.local.year}-")
    doc = read.kept.doc | {"at": at.iso, "by": who.person, "judgement": ready.facts}
    changes = [Change("series", id, doc, read.pending.reason)]
    learnt = {name: value for name, value in read.pending.said.items() if name in probes.REMEMBERED}
    answers = dict(held.answers or {}) | learnt
    if answers != dict(held.answers or {}):
        changes.append(Change("probe", held.id, {"answers": answers}))
    changes += excursions.judged_changes(desk, held, id, ready.facts, at=at, who=who)
    desk.write("take_in_file", changes, at=at, who=who, blobs=read.kept.blobs[1:])
    return id


def _still_fits(desk: Desk, read: Read) -> Probe:
    """The probe, unchanged since the file was read. Raises ``import.changed``, ``import.same_file``."""
    held = probe_acts.get(desk, read.probe.id)
    if (held.place, held.serial) != (read.probe.place, read.probe.serial):
        raise Refusal("import.changed")
    _not_yet(desk, read)
    return held


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
    """All five steps at once, for whoever can wait (the command line, demonstrations, tests)."""
    if reason:
        check_reason(reason)
    pending = pending_import(desk, data, name, probe, zone=zone, unit=unit, answers=answers, reason=reason)
    return file_import(desk, judge_pending(gather_pending(desk, read_pending(pending))))


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
    """Imports that nobody has looked at, newest first."""
    found = []
    for probe in probe_acts.listed(desk):
        found += [(held.id, held.doc) for held in desk.store.find("series", probe=probe.id, newest=True)]
    return [(id, doc) for id, doc in found if doc["state"] == UNREVIEWED]

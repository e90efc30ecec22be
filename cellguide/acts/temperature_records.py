"""A period of one probe as a signed record: judged whole from what is in the store, frozen, drawn, signed.

The slow part is pure: ``pending_record`` (read the store) → ``compose`` (pool) → ``file_record`` (write).
``make_temperature_record`` does all three. A record of a run is amended through its run; this one has none, so its next
version is made by judging the same days anew, when a file that came late has filled a gap, or an excursion has been
dealt with meanwhile (``remake_temperature_record``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import Doc
from ..places import Place
from ..probes import Probe
from ..refusal import Refusal
from ..temperature.limits import Period
from . import containers as container_acts
from . import device_marks, excursions, imports, records
from . import places as place_acts
from . import probes as probe_acts

if TYPE_CHECKING:
    from ..temperature_tables import Mark, Stored

ACT = "make_temperature_record"
KIND = "temperature"
REQUIRED = ("performed", "reviewed")
DAYS_MAX = 366


class Days(NamedTuple):
    """Whole days at the site, both included, and the time they are; a day that is not over ends now."""

    first: date
    last: date
    period: Period


class Pending(NamedTuple):
    """Everything a record is made of, read from the store: no connection to it any more. ``known``: of this probe
    alone. ``stand``: versions of what it rests on. ``record``: the one this becomes the next version of, or ""."""

    at: Moment
    probe: Probe
    path: tuple[Place, ...]
    days: Days
    zone: str
    known: imports.Evidence
    imports: tuple[tuple[str, Doc], ...]
    indexes: tuple[tuple[Doc, bytes], ...]
    excursions: tuple[tuple[str, Doc], ...]
    stored: tuple[Stored, ...]
    marks: tuple[Mark, ...]
    people: Mapping[str, str]
    deviations: list[Doc]
    stand: tuple[tuple[str, int], ...]
    record: str = ""


class Ready(NamedTuple):
    """A record that only has to be written."""

    pending: Pending
    draft: records.Draft


# --- which days -------------------------------------------------------------------------------------------------------


def days_of(desk: Desk, first: date, last: date) -> Days:
    """Read a choice of days. Raises ``temperature_record.days``, ``.future``, ``.too_long``."""
    now = desk.now()
    zone = ZoneInfo(str(desk.site.get("zone", "UTC")))
    today = datetime.fromtimestamp(now.utc_ms / 1000, zone).date()
    if first > last:
        raise Refusal("temperature_record.days")
    if last > today:
        raise Refusal("temperature_record.future", last=last.isoformat(), today=today.isoformat())
    if (last - first).days >= DAYS_MAX:
        raise Refusal("temperature_record.too_long", days=(last - first).days + 1, most=DAYS_MAX)
    start_ms, end_ms = (
        round(datetime.combine(day, time(), zone).timestamp() * 1000) for day in (first, last + timedelta(days=1))
    )
    return Days(first, last, Period(start_ms, min(end_ms, now.utc_ms)))


def last_month(today: date) -> tuple[date, date]:
    """The first and the last day of the calendar month before.

    >>> last_month(date(2026, 3, 31))
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


# --- reading ----------------------------------------------------------------------------------------------------------


def pending_record(desk: Desk, probe: str, first: date, last: date) -> Pending:
    """Read what making the record needs. Raises those of ``days_of``, ``probe.unknown``,
    ``temperature_record.no_readings``."""
    at, _ = desk.begin(ACT)
    return _read(desk, probe_acts.get(desk, probe), days_of(desk, first, last), at)


def pending_again(desk: Desk, record: str) -> Pending:
    """The same days of the same probe as they stand now, for the record's next version. Raises ``record.unknown``,
    ``temperature_record.other_kind`` and those of ``pending_record``."""
    at, _ = desk.begin("amend_record")
    doc = records.doc_of(desk, record)
    body = _body(desk, doc)
    if doc["kind"] != KIND or body is None:
        raise Refusal("temperature_record.other_kind", record=record)
    days = days_of(desk, date.fromisoformat(body["first"]), date.fromisoformat(body["last"]))
    return _read(desk, probe_acts.get(desk, str(body["probe"])), days, at)._replace(record=record)


def _body(desk: Desk, doc: Doc) -> Doc | None:
    body: Doc | None = json.loads(desk.store.blob(str(doc["sha256"]))).get(KIND)
    return body


def _read(desk: Desk, probe: Probe, days: Days, at: Moment) -> Pending:
    period = days.period
    found = [
        (held.id, held.doc)
        for held in desk.store.find("series", probe=probe.id)
        if held.doc["last_ms"] >= period.start_ms and held.doc["first_ms"] < period.end_ms
    ]
    found.sort(key=lambda one: (int(one[1]["first_ms"]), one[0]))
    if not found:
        raise _nothing(probe, days)
    known = imports.of_probe(imports.evidence(desk, probe.place, period), probe)  # a record speaks for one probe
    excursed = _excursions(desk, probe.place, period)
    stays = place_acts.stays_in(desk, probe.place, *period)
    return Pending(
        at=at,
        probe=probe,
        path=place_acts.tree(desk).up(probe.place),
        days=days,
        zone=str(desk.site.get("zone", "UTC")),
        known=known,
        imports=tuple(found),
        indexes=tuple((doc, desk.store.blob(str(doc["index"]))) for _, doc in found if doc["index"]),
        excursions=excursed,
        stored=tuple(_stored(desk, stays, excursed)),
        marks=tuple(_marks(desk, probe.place, period, stays, excursed)),
        people={person.id: person.name for person in desk.people()},
        deviations=_deviations(desk, excursed),
        stand=_stand(desk, probe),
    )


def _nothing(probe: Probe, days: Days) -> Refusal:
    return Refusal(
        "temperature_record.no_readings",
        serial=probe.serial,
        first=days.first.isoformat(),
        last=days.last.isoformat(),
    )


def _touches(doc: Doc, period: Period) -> bool:
    return any(
        start <= period.end_ms and (end if end is not None else period.end_ms) >= period.start_ms
        for _, start, end in doc["spans"]
    )


def _excursions(desk: Desk, place: str, period: Period) -> tuple[tuple[str, Doc], ...]:
    found = desk.store.find("excursion", place=place)
    return tuple((held.id, held.doc) for held in found if _touches(held.doc, period))


def _deviations(desk: Desk, excursed: Iterable[tuple[str, Doc]]) -> list[Doc]:
    """The deviations that those excursions opened, as they stand now."""
    found = []
    for _, doc in excursed:
        held = desk.store.get("deviation", str(doc.get("deviation", ""))) if doc.get("deviation") else None
        if held is not None:
            found.append({"id": held.id, "zh": held.doc["zh"], "en": held.doc["en"], "state": held.doc["state"]})
    return found


def _stored(desk: Desk, stays: Iterable[place_acts.Stay], excursed: Iterable[tuple[str, Doc]]) -> Iterable[Stored]:
    from ..temperature_tables import Stored

    held: dict[str, list[str]] = {}
    for id, _ in excursed:
        for _, hold in excursions.holds_of(desk, id):
            held.setdefault(str(hold["container"]), []).append(id)
    for stay in stays:
        order = desk.store.get("order", container_acts.get(desk, stay.container).order)
        doc = order.doc if order is not None else {}
        product = {lang: str(doc.get(f"product_{lang}") or doc.get("product", "")) for lang in ("zh", "en")}
        until_ms = stay.until.utc_ms if stay.until is not None else None
        holds = tuple(dict.fromkeys(held.get(stay.container, ())))
        yield Stored(stay.container, str(doc.get("coi", "")), product, stay.since.utc_ms, until_ms, holds)


def _marks(
    desk: Desk,
    place: str,
    period: Period,
    stays: Iterable[place_acts.Stay],
    excursed: Iterable[tuple[str, Doc]],
) -> Iterable[Mark]:
    """What people did at the device in the period: rounds, refills, putting in, taking out, and causes they found."""
    from ..answer_words import both
    from ..temperature_tables import MARK_LANES, Mark, mark_words, marked
    from ..temperature_writing import celsius

    people = {person.id: f"{person.name} {person.id}" for person in desk.people()}
    for held in desk.store.find("round", place=place):
        at_ms, doc = parse_iso(str(held.doc["at"])).utc_ms, held.doc
        if period.start_ms <= at_ms <= period.end_ms:
            who, c = people.get(str(doc["by"]), str(doc["by"])), str(doc.get("c") or "")
            yield Mark(at_ms, "round", mark_words("round_read", c=celsius(c)) if c else mark_words("round"), who, c)
            if doc.get("filled"):
                yield Mark(at_ms, "refill", mark_words("refill"), who)
    for stay in stays:
        for name, moment in (("in", stay.since), ("out", stay.until)):
            if moment is not None and period.start_ms <= moment.utc_ms <= period.end_ms:
                by = _mover(desk, stay.container, moment.utc_ms)
                yield Mark(moment.utc_ms, "door", mark_words(name, container=stay.container), people.get(by, by))
    for one in device_marks.marks_of(desk, place, *period):
        until_ms = one.until.utc_ms if one.until is not None else None
        told = marked(one.kind, until_ms, one.text, one.file, one.sha256, str(desk.site.get("zone", "UTC")))
        yield Mark(one.since.utc_ms, MARK_LANES[one.kind], told, people.get(one.by, one.by))
    for id, doc in excursed:
        if doc.get("cause"):
            cause = both(f"letter.cause.{doc['cause']}")
            told = {lang: mark_words("cause", excursion=id, cause=word)[lang] for lang, word in cause.items()}
            by = doc["resolved"]["by"] if doc.get("resolved") else ""
            start_ms = max(min(int(span[1]) for span in doc["spans"]), period.start_ms)
            yield Mark(start_ms, "cause", told, people.get(by, by))


def _mover(desk: Desk, container: str, at_ms: int) -> str:
    """Who put a container in, or took it out, at that moment."""
    for entry in desk.store.history("container", container):
        happened = parse_iso(str(entry.fields.get("event") or entry["ts"]))
        if "place" in entry["new"] and happened.utc_ms == at_ms:
            return str(entry["actor"])
    return ""


def _stand(desk: Desk, probe: Probe) -> tuple[tuple[str, int], ...]:
    """Versions of what a record rests on: other ones when it is written, and it is made again."""
    find = desk.store.find
    held = [desk.store.get("probe", probe.id), desk.store.get("place", probe.place)]
    found = [*held, *find("series", probe=probe.id), *find("excursion", place=probe.place)]
    return tuple((one.id, one.version) for one in found if one is not None)


# --- judging, pure ----------------------------------------------------------------------------------------------------


def compose(pending: Pending, progress: Callable[[int, int], None] | None = None) -> Ready:
    """Judge the period and put the record into words. Pure and slow: runs in the pool, and may be stopped where
    ``progress`` (done, total) is told. Raises ``temperature_record.no_readings``."""
    from .. import temperature_content
    from ..imports import load
    from ..temperature.judge import judge
    from ..temperature.stream import streams
    from ..temperature_tables import Known

    known, period, total = pending.known, pending.days.period, len(pending.known.imports) + 2
    tell = progress or (lambda _done, _total: None)
    read = []
    for done, (doc, held) in enumerate(known.imports):
        tell(done, total)
        read.append(load(doc, held))
    tell(total - 2, total)
    series = [one for one, _ in read if one is not None]
    summaries = [
        day for _, days in read for day in days if day.end_ms > period.start_ms and day.start_ms < period.end_ms
    ]
    calibration = imports.calibrated((pending.probe,), period, pending.at)
    judgement = judge(series, summaries, known.limits, known.stock, known.rules, period, pending.at.utc_ms, calibration)
    if not judgement.readings and not summaries:
        raise _nothing(pending.probe, pending.days)
    tell(total - 1, total)
    whole = Known(
        place=known.place,
        path=pending.path,
        probe=pending.probe,
        first=pending.days.first,
        last=pending.days.last,
        period=period,
        zone=pending.zone,
        judgement=judgement,
        streams=streams(series),
        imports=pending.imports,
        excursions=pending.excursions,
        stored=pending.stored,
        marks=pending.marks,
        people=pending.people,
        rules=known.rules,
    )
    content = temperature_content.build(whole, summaries, _heads(pending), pending.deviations, pending.at)
    words = temperature_content.search_words(whole)
    return Ready(pending, records.Draft(KIND, content, REQUIRED, {}, words, (), ()))


def _heads(pending: Pending) -> list[Any]:
    from ..temperature.chunks import ChunkHead

    found = []
    for doc, index in pending.indexes:
        found += [ChunkHead(day, n, lo, hi, int(doc["scale"])) for day, _, n, lo, hi in json.loads(index)]
    return found


# --- writing ----------------------------------------------------------------------------------------------------------


def file_record(desk: Desk, ready: Ready) -> str:
    """Freeze it, to be drawn and signed; returns the record's id. Whoever makes it is the one who signs "performed".

    Raises ``temperature_record.changed`` when something it rests on changed meanwhile.
    """
    at, who = desk.begin(ACT)
    _check_stand(desk, ready.pending)
    draft = ready.draft._replace(performers=(who.person,))
    record, change, data = records.freeze(desk, draft, at=at, who=who)
    desk.write(ACT, [change], at=at, who=who, blobs=[data])
    return record


def file_again(desk: Desk, ready: Ready, reason: str) -> str:
    """Freeze it as the next version; the signed one stays byte for byte and goes along inside it.

    Raises ``reason.short``, ``temperature_record.changed``, ``temperature_record.nothing_new`` and those of
    ``records.replace_version``.
    """
    _, who = desk.begin("amend_record")
    record = ready.pending.record
    records.check_reason(reason)
    _check_stand(desk, ready.pending)
    if _body(desk, records.doc_of(desk, record)) == ready.draft.content[KIND]:
        raise Refusal("temperature_record.nothing_new", record=record)
    records.replace_version(desk, record, ready.draft._replace(performers=(who.person,)), reason, "amend_record")
    return record


def _check_stand(desk: Desk, pending: Pending) -> None:
    if pending.stand != _stand(desk, pending.probe):
        raise Refusal("temperature_record.changed", serial=pending.probe.serial)


def make_temperature_record(desk: Desk, probe: str, first: date, last: date) -> str:
    """All three steps at once, for whoever can wait; returns the record's id."""
    return file_record(desk, compose(pending_record(desk, probe, first, last)))


def remake_temperature_record(desk: Desk, record: str, reason: str) -> str:
    """The same for the next version of a record."""
    records.check_reason(reason)
    return file_again(desk, compose(pending_again(desk, record)), reason)

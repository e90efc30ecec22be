"""The tables of a temperature record, in words of both languages: limits, certificates, excursions, gaps, marks, files.

Pure: everything was read and judged before. A cell that needs no word is the same in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from .alarm_words import rule_words
from .answer_words import Both, both
from .entry import Doc
from .places import Place
from .probes import Probe
from .temperature.excursions import Excursion
from .temperature.gaps import Gap, GapKind
from .temperature.guard import CertificateState, Guarded
from .temperature.limits import Limit, Period, Rules
from .temperature.stream import Stream
from .temperature.verdict import Judgement, Level, ProductVerdict
from .temperature_writing import celsius, length, moment, same, stamp

ROWS_MAX = 300  # of one table on paper; all of them stand in the judgement's facts
SHOWN_CONFLICTS = 40
CLOCK_PROBLEMS = ("repeated_hour", "clock_stepped_back", "equal_stamps", "offset_missing")
MARK_LANES = {"lid_open": "door", "refill": "refill", "probe_fault": "fault"}
LINE_LEVEL = {Level.HOLD: "hard", Level.CALL: "hard", Level.TANK: "warn"}


class Stored(NamedTuple):
    """A container that was in the device. ``holds``: the excursions for which it was put on hold there."""

    container: str
    coi: str
    product: Both
    since_ms: int
    until_ms: int | None
    holds: tuple[str, ...] = ()


class Mark(NamedTuple):
    """Something that somebody did at the device. ``lane``: door, refill, round, fault or cause; ``c``: what a display
    read."""

    at_ms: int
    lane: str
    what: Both
    who: str
    c: str = ""


class Known(NamedTuple):
    """What the record is made of. ``path``: the device, then what it stands in. ``first`` … ``last``: whole days at the
    site. ``imports``: of this probe and device, in order of time; ``streams``: their readings, put together;
    ``excursions``: documents of the ledger that touch the period; ``people``: id → name."""

    place: Place
    path: tuple[Place, ...]
    probe: Probe
    first: date
    last: date
    period: Period
    zone: str
    judgement: Judgement
    streams: tuple[Stream, ...]
    imports: tuple[tuple[str, Doc], ...]
    excursions: tuple[tuple[str, Doc], ...]
    stored: tuple[Stored, ...]
    marks: tuple[Mark, ...]
    people: Mapping[str, str]
    rules: Rules = Rules()


Row = tuple[list[Both], str]


def tables(known: Known) -> list[Doc]:
    """Every table, in the order of the paper."""
    return [
        _table("limits", ("rule", "value", "guard", "whose", "source"), limit_rows(known)),
        _table("calibration", ("certificate", "held", "points", "as_found"), _certificates(known)),
        _table("excursions", ("number", "time", "length", "bounds", "peak", "dealt"), _excursions(known)),
        _table("gaps", ("kind", "from", "until", "length", "missing"), gap_rows(known)),
        _table("conflicts", ("kind", "time", "what"), conflict_rows(known)),
        _table("containers", ("container", "inside", "limit", "warmest", "over", "hole", "level"), _containers(known)),
        _table("marks", ("time", "what", "who"), _marks(known)),
        _table("sources", ("number", "file", "reader", "period", "readings", "taken"), _sources(known)),
    ]


def _table(name: str, columns: Sequence[str], rows: Iterable[Row]) -> Doc:
    found = list(rows)
    return {
        "id": name,
        **both(f"temperature_record.table.{name}"),
        "columns": [both(f"temperature_record.column.{column}") for column in columns],
        "rows": [cells for cells, _ in found[:ROWS_MAX]],
        "levels": [level for _, level in found[:ROWS_MAX]],
        "none": both(f"temperature_record.none.{name}"),
        "left_out": max(len(found) - ROWS_MAX, 0),
    }


# --- what the probe was held to, and what it rests on -----------------------------------------------------------------


def limit_rows(known: Known) -> Iterable[Row]:
    """Every limit and rule that was used, with how far it can be told and where it comes from."""
    one, rules = known.judgement, known.rules
    for name, limit in (("upper", one.upper), ("lower", one.lower)):
        if limit is not None:
            whose = both(f"temperature_record.whose.{_whose(known.place, limit)}")
            guarded = next((state for held, state in one.guarded if held == limit), None)
            key = "temperature_record.no_point" if guarded is None else f"temperature_rule.guard.{guarded.value}"
            key = "temperature_rule.calibration.none" if one.calibration is CertificateState.NONE else key
            row = [both(f"temperature_record.limit.{name}"), same(celsius(limit.value_c)), both(key), whose]
            yield [*row, same(limit.source or "—")], "warn" if guarded is Guarded.WITHIN else ""
    if one.alarm_1 is not None:
        row = [both("temperature_record.limit.alarm_1"), same(celsius(one.alarm_1.value_c)), same("—")]
        yield [*row, both("temperature_record.whose.site"), same(one.alarm_1.source or "—")], ""
    for result in one.alarms:
        at = f"\n{moment(result.at_ms, known.zone)}" if result.at_ms is not None else ""
        state = {lang: f"{text}{at}" for lang, text in both(f"temperature_rule.alarm.{result.state.value}").items()}
        limit, whose = result.rule.limit, both("temperature_record.whose.site")
        row = [rule_words(result.rule), same(celsius(limit.value_c)), state, whose, same(limit.source)]
        yield row, "warn" if at else ""
    for line in one.lines:
        source = next(setting.source for setting in rules.lines_c if setting.value == line.line_c)
        row = [both("temperature_record.limit.line"), same(celsius(line.line_c)), same("—")]
        yield [*row, both("temperature_record.whose.site"), same(source)], ""


def _whose(place: Place, limit: Limit) -> str:
    own = {"high": place.limit_c_max, "low": place.limit_c_min}[limit.side.value]
    return "device" if own and Decimal(own) == limit.value_c and limit.source == place.limit_source else "product"


def _certificates(known: Known) -> Iterable[Row]:
    """Every certificate that held on some day of the period, else the newest before it."""
    docs = known.probe.certificates
    held = [doc for doc in docs if doc["calibrated_on"] <= known.last.isoformat()]
    inside = [doc for doc in held if doc["due_on"] >= known.first.isoformat()]
    for doc in inside or held[-1:]:
        over = doc["due_on"] < known.last.isoformat()
        points = "\n".join(
            f"{celsius(nominal)} · U {u} °C (k = 2) · {celsius(error)}" for nominal, u, error in doc.get("points", ())
        )
        until = same(f"{doc['calibrated_on']} → {doc['due_on']}")
        if over:
            until = {lang: f"{text}\n{both('temperature_record.expired')[lang]}" for lang, text in until.items()}
        found = both(f"temperature_record.as_found.{doc.get('as_found', 'not_done')}")
        number = "\n".join(part for part in (str(doc["number"]), str(doc.get("lab", ""))) if part)
        yield [same(number), until, same(points or "—"), found], "warn" if over else ""


def _sources(known: Known) -> Iterable[Row]:
    zone = known.zone
    for id, doc in known.imports:
        unit = "readings" if doc["count"] else "days"
        count = doc["count"] or len(doc["summaries"])
        signature = both(f"temperature_record.signature.{doc['signature'] or 'none'}")
        read = " ".join(part for part in (str(doc["reader"]), str(doc["reader_version"])) if part)
        maker = " ".join(part for part in (doc["vendor"], doc["model"], doc["serial"]) if part)
        yield (
            [
                same(id),
                same(f"{doc['name']}\nSHA-256 {_groups(str(doc['sha256']))}"),
                {lang: f"{read}\n{maker or '—'}\n{signature[lang]}" for lang in signature},
                same(f"{moment(int(doc['first_ms']), zone)}\n{moment(int(doc['last_ms']), zone)}"),
                both(f"temperature_record.count.{unit}", n=count),
                same(f"{_person(known, doc['by'])}\n{stamp(doc['at'], zone)}\n{doc['zone'] or '—'}"),
            ],
            "",
        )


def _groups(sha256: str) -> str:
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))


def _person(known: Known, id: object) -> str:
    name = known.people.get(str(id), "")
    return f"{name} {id}".strip()


# --- what was out of order --------------------------------------------------------------------------------------------


def excursion_of(known: Known, start_ms: int) -> tuple[str, Doc] | None:
    """The excursion of the ledger that speaks of this moment."""
    for id, doc in known.excursions:
        for kind, start, end in doc["spans"]:
            if kind != "unknown" and start <= start_ms <= (end if end is not None else start_ms):
                return id, doc
    return None


def _excursions(known: Known) -> Iterable[Row]:
    """What the readings show, each with what the ledger says of it; then what the ledger holds besides."""
    told: set[str] = set()
    for number, event in enumerate(known.judgement.excursions, start=1):
        held = excursion_of(known, event.start_ms)
        told |= {held[0]} if held is not None else set()
        yield _event(known, number, event, held), "hard"
    for day in known.judgement.summary_breaches:
        held = excursion_of(known, day.start_ms)
        told |= {held[0]} if held is not None else set()
        times = same(f"{moment(day.start_ms, known.zone)}\n→ {moment(day.end_ms, known.zone)}")
        peak = same(f"{celsius(day.lo_c)} … {celsius(day.hi_c)}")
        yield (
            [same("—"), times, both("temperature_record.ledger.summary"), same("—"), peak, _dealt(known, held)],
            "hard",
        )
    for id, doc in known.excursions:
        if id not in told:
            yield _ledger_only(known, id, doc), "warn"


def _event(known: Known, number: int, event: Excursion, held: tuple[str, Doc] | None) -> list[Both]:
    zone = known.zone
    until = same(moment(event.end_ms, zone)) if event.end_ms is not None else both("temperature_record.open")
    most = same(length(event.max_ms)) if event.max_ms is not None else both("temperature_record.no_bound")
    start = moment(event.start_ms, zone)
    worst = both("temperature_record.worst", length=length(event.worst_ms))
    return [
        same(f"{number}\n{celsius(event.limit.value_c)}"),
        {lang: f"{start}\n→ {text}" for lang, text in until.items()},
        {lang: f"{length(event.measured_ms)}\n{text}" for lang, text in worst.items()},
        {lang: f"{length(event.min_ms)} – {text}" for lang, text in most.items()},
        same(f"{celsius(event.peak_c)}\n{moment(event.peak_ms, zone)}\n{event.degree_min:.1f} °C·min"),
        _dealt(known, held),
    ]


def _ledger_only(known: Known, id: str, doc: Doc) -> list[Both]:
    """Time that was unknown for too long, a day summary beyond the limit, or what another probe or a round showed."""
    kinds = {str(span[0]) for span in doc["spans"]}
    kind = "unknown" if kinds == {"unknown"} else "summary" if kinds == {"summary"} else "other"
    first = min(int(span[1]) for span in doc["spans"])
    last = max(int(span[2] if span[2] is not None else span[1]) for span in doc["spans"])
    what = both(f"temperature_record.ledger.{kind}")
    peak = celsius(doc["peak_c"]) if doc["peak_c"] else "—"
    times = same(f"{moment(first, known.zone)}\n→ {moment(last, known.zone)}")
    return [same("—"), times, what, same("—"), same(peak), _dealt(known, (id, doc))]


def _dealt(known: Known, held: tuple[str, Doc] | None) -> Both:
    """Number, level, who has seen it, the cause, and whether it is over."""
    if held is None:
        return both("temperature_record.not_opened")
    id, doc = held
    seen = doc["acknowledged"]
    facts = {"excursion": id, "level": max(int(doc["level"]), 0)}
    lines = [both("temperature_record.dealt.level", **facts)]
    if seen:
        facts = {"person": _person(known, seen["by"]), "at": stamp(seen["at"], known.zone)}
        lines.append(both("temperature_record.dealt.seen", **facts))
    else:
        lines.append(both("temperature_record.dealt.unseen"))
    if doc.get("cause"):
        lines.append(both(f"letter.cause.{doc['cause']}"))
    lines.append(both(f"temperature_record.dealt.{doc['state']}"))
    return {lang: "\n".join(line[lang] for line in lines) for lang in lines[0]}


def gap_rows(known: Known) -> Iterable[Row]:
    """Every time without a record that is longer than the sampling at the two ends."""
    slack_ms = max((stream.interval_ms for stream in known.streams), default=0) * 3 // 2
    for gap in known.judgement.gaps:
        if gap.kind is GapKind.HOLE or gap.length_ms > slack_ms:  # at the two ends 1.5 intervals are the sampling
            yield _gap(gap, known.zone), "warn"


def _gap(gap: Gap, zone: str) -> list[Both]:
    missing = same(gap.missing) if gap.missing else same("—")
    times = [same(moment(gap.start_ms, zone)), same(moment(gap.end_ms, zone))]
    return [both(f"temperature_rule.gap.{gap.kind.value}"), *times, same(length(gap.length_ms)), missing]


def conflict_rows(known: Known) -> Iterable[Row]:
    """Overlapping files, stamps with two values, times out of order, clocks that stepped back, a doubtful probe."""
    zone = known.zone
    for number, (id, doc) in enumerate(known.imports):
        for other, more in known.imports[number + 1 :]:
            start, end = max(doc["first_ms"], more["first_ms"]), min(doc["last_ms"], more["last_ms"])
            if start <= end:
                times = same(f"{moment(int(start), zone)}\n→ {moment(int(end), zone)}")
                yield [both("temperature_record.conflict.overlap"), times, same(f"{id} · {other}")], ""
    stamps = [at for stream in known.streams for at in stream.conflicts_ms]
    inside = [at for at in stamps if known.period.start_ms <= at <= known.period.end_ms]
    if inside:
        text = "\n".join(moment(at, zone) for at in inside[:SHOWN_CONFLICTS])
        more_text = both("temperature_record.conflict.both_kept", n=len(inside))
        yield [both("temperature_record.conflict.values"), same(text), more_text], "warn"
    for id, doc in known.imports:
        for code, texts in _clock_problems(doc):
            shown = "\n".join(texts[:SHOWN_CONFLICTS])
            yield [both(f"logger.problem.{code}"), same(shown or "—"), same(f"{id} · {len(texts)}")], "warn"
    one = known.judgement
    for doubt in one.suspicions:
        times = same(f"{moment(doubt.start_ms, zone)}\n→ {moment(doubt.end_ms, zone)}")
        yield [both(f"temperature_rule.doubt.{doubt.doubt.value}"), times, same(celsius(doubt.value_c))], "warn"
    for flag in one.flags:
        if flag.value not in ("conflict", "near_limit", "calibration_expired", "not_calibrated"):
            yield [both(f"temperature_rule.flag.{flag.value}"), same("—"), same("—")], "warn"


def _clock_problems(doc: Doc) -> Iterable[tuple[str, list[str]]]:
    """What the reader found wrong with a file's clock: an hour twice, a step back, stamps without their offset."""
    for code in CLOCK_PROBLEMS:
        texts = [str(text) for found, _, _, text in doc["problems"] if found == code]
        if texts:
            yield code, texts


# --- who was inside, what was done ------------------------------------------------------------------------------------


def _containers(known: Known) -> Iterable[Row]:
    verdicts: dict[str, list[ProductVerdict]] = {}
    for one in known.judgement.products:
        verdicts.setdefault(one.key, []).append(one)
    for stored in known.stored:
        mine = verdicts.get(stored.container)
        if mine:
            yield _container(known, stored, mine.pop(0) if len(mine) > 1 else mine[0])


def _container(known: Known, stored: Stored, one: ProductVerdict) -> Row:
    zone = known.zone
    until = moment(stored.until_ms, zone) if stored.until_ms is not None else None
    still = both("temperature_record.still")
    name = {lang: f"{stored.container}\n{stored.coi}\n{stored.product[lang]}" for lang in stored.product}
    source = one.limit.source.removeprefix(f"{stored.container}: ") if one.limit is not None else ""
    limit = "—" if one.limit is None else f"{celsius(one.limit.value_c)}\n{source or '—'}"
    level = both(f"temperature_rule.level.{one.level.name.lower()}")
    holds = "".join(f"\n{hold}" for hold in stored.holds)
    return (
        [
            name,
            {lang: f"{moment(stored.since_ms, zone)}\n→ {until or text}" for lang, text in still.items()},
            same(limit),
            same("—" if one.warmest is None else celsius(one.warmest.value_c)),
            same(f"{length(one.over_ms)} / {length(one.over_worst_ms)}"),
            same(length(one.hole_ms)),
            {lang: f"{text}{holds}" for lang, text in level.items()},
        ],
        LINE_LEVEL.get(one.level, ""),
    )


def _marks(known: Known) -> Iterable[Row]:
    for mark in sorted(known.marks, key=lambda one: one.at_ms):
        yield [same(moment(mark.at_ms, known.zone)), mark.what, same(mark.who or "—")], ""


def marked(kind: str, until_ms: int | None, text: str, file: str, sha256: str, zone: str) -> Both:
    """What somebody marked at the device: what it was, until when, their words, and the evidence kept for it."""
    until = f" → {moment(until_ms, zone)}" if until_ms is not None else ""
    evidence = f"\n{file} SHA-256 {_groups(sha256)}" if sha256 else ""
    return {lang: f"{word}{until} · {text}{evidence}" for lang, word in both(f"letter.cause.{kind}").items()}


def mark_words(name: str, **facts: Any) -> Both:
    """What a mark says, in both languages."""
    return both(f"temperature_record.mark.{name}", **facts)

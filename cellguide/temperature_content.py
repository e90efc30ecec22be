"""A period of one probe as the body of ``record.json``: who measured, what it showed, what that means, in words.

Pure: what the paper shows is frozen here in both languages, so that no later catalogue can change what was signed. No
patient's name stands in it: containers and the chain of identity lead to the patient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from . import probes
from .answer_words import Both, both
from .clock import Moment
from .entry import Doc
from .refusal import Refusal
from .temperature import mkt, plot
from .temperature.chunks import DAY_MS, ChunkHead
from .temperature.gaps import GapKind
from .temperature.guard import CertificateState
from .temperature.limits import Period, Side, printed_c
from .temperature.mkt import mean_c
from .temperature.series import DaySummary, unscaled
from .temperature.stream import Stream
from .temperature.verdict import Extreme, Verdict, facts
from .temperature_tables import Known, tables
from .temperature_writing import celsius, iso, length, moment, same

KIND = "temperature"
FORM_VERSION = 1
COLUMNS = 480  # of the chart: what a screen draws on as many pixels is what the paper shows
TICKS_MAX = 15  # labels below the chart
MONTHLY_FROM_D = 190
GOOD = (Verdict.IN_RANGE, Verdict.BY_SUMMARY)


def build(
    known: Known, summaries: Sequence[DaySummary], heads: Sequence[ChunkHead], deviations: list[Doc], made: Moment
) -> Doc:
    """Return the fields of ``cellguide.record/1`` for a temperature record; ``acts.records.freeze`` adds the rest.

    ``summaries``: days that a device gives the extremes of; ``heads``: the extremes of each day read, for a chart of
    more than 62 days.
    """
    return {
        "template": {"id": KIND, "version": FORM_VERSION, "sha256": "", **both("temperature_record.title")},
        "profile": None,
        "subject": _subject(known),
        "opened": made.iso,
        "closed": made.iso,
        "sections": [],
        "clearances": [],
        "deviations": deviations,
        "signatures": [],
        "photos": [],
        "series": None,
        "decision": _decision(known),
        KIND: {
            "probe": known.probe.id,
            "serial": known.probe.serial,
            "place": known.place.id,
            "first": known.first.isoformat(),
            "last": known.last.isoformat(),
            "start": iso(known.period.start_ms, known.zone),
            "end": iso(known.period.end_ms, known.zone),
            "zone": known.zone,
            "identity": _identity(known),
            "figures": _figures(known, summaries),
            "chart": chart(known, summaries, heads),
            "tables": tables(known),
            "notes": _notes(known),
            "facts": facts(known.judgement),
        },
    }


def _subject(known: Known) -> Doc:
    empty = dict.fromkeys(("order", "coi", "lot", "din", "aph_id"), "")
    return {"patient": None, "product": None, "containers": [], "device": _device(known), **empty}


def _device(known: Known) -> Both:
    place = known.place
    return {"zh": place.zh or place.code, "en": place.en or place.code}


def search_words(known: Known) -> tuple[str, ...]:
    """What search finds the record by."""
    title, probe = both("temperature_record.title"), known.probe
    words = [*title.values(), probe.serial, probe.id, probe.zh, probe.en, known.place.code]
    words += [name for place in known.path for name in (place.zh, place.en)]
    words += [day.isoformat() for day in (known.first, known.last)]
    return tuple(dict.fromkeys(word for word in words if word))


# --- who measured, and what it showed ---------------------------------------------------------------------------------


def _cell(name: str, text: Both | str) -> Doc:
    return {**both(f"temperature_record.cell.{name}"), "text": same(text) if isinstance(text, str) else text}


def _identity(known: Known) -> list[Doc]:
    """Where, by what, from when to when: the head of the paper."""
    probe, zone, period = known.probe, known.zone, known.period
    where = {lang: " / ".join(_called(place, lang) for place in reversed(known.path)) for lang in ("zh", "en")}
    sits = both(f"temperature_page.sits.{probe.sits}")
    named = {"zh": probe.zh, "en": probe.en}
    position = {lang: " · ".join(dict.fromkeys(part for part in (named[lang], sits[lang]) if part)) for lang in sits}
    maker = " ".join(dict.fromkeys(part for _, doc in known.imports for part in (doc["vendor"], doc["model"]) if part))
    return [
        _cell("place", where),
        _cell("code", known.place.code),
        _cell("position", position),
        _cell("serial", " · ".join(part for part in (probe.serial, maker or probe.vendor) if part)),
        _cell("from", moment(period.start_ms, zone)),
        _cell("until", moment(period.end_ms, zone)),
        _cell("zone", zone),
        _cell("calibration", _calibration(known)),
    ]


def _called(place: Any, lang: str) -> str:
    return str((place.zh if lang == "zh" else place.en) or place.code)


def _calibration(known: Known) -> Both:
    """The weakest of what the readings rest on; until when, while it holds throughout."""
    due = probes.due(known.probe, known.last)
    state = both(f"temperature_rule.calibration.{known.judgement.calibration.value}")
    valid = known.judgement.calibration is CertificateState.VALID and due.on is not None
    until = f"\n→ {due.on.isoformat()}" if valid and due.on is not None else ""
    return {lang: f"{text}{until}" for lang, text in state.items()}


def _figures(known: Known, summaries: Sequence[DaySummary]) -> list[Doc]:
    """The numbers of the period; those of readings rest on covered time alone, extremes on day summaries too."""
    one, known_part = known.judgement, known.judgement.coverage
    grade = both(f"temperature_rule.coverage.{one.grade}")
    gaps = [gap.length_ms for gap in one.gaps if gap.kind is GapKind.HOLE]
    crossed = " · ".join(f"{celsius(line.line_c)} × {line.crossings}" for line in one.lines)
    cells = [
        _cell("lowest", _extreme(one.lo, Side.LOW, summaries, known.zone)),
        _cell("highest", _extreme(one.hi, Side.HIGH, summaries, known.zone)),
        _cell("mean", _mean(known)),
        _cell("mkt", _mkt(known)[0]),
        _cell("readings", f"{one.readings} / {one.expected}"),
        _cell("interval", _interval(known.streams)),
        _cell("coverage", {lang: f"{known_part.percent} %\n{text}" for lang, text in grade.items()}),
        _cell("unknown", length(known_part.unknown_ms)),
        _cell("over", _over(known)),
        _cell("longest", length(one.totals.longest_ms)),
        _cell("gaps", f"{len(gaps)} · {length(sum(gaps))}" if gaps else "0"),
        _cell("twice", f"{one.duplicates} / {one.conflicts} / {one.absent}"),
    ]
    if known_part.summary_ms:
        cells.append(_cell("summary", length(known_part.summary_ms)))
    return [*cells, _cell("lines", crossed)] if crossed else cells


def _over(known: Known) -> Both | str:
    """How often and how long outside; days that lie beyond by their summary have no length."""
    one = known.judgement
    parts = [same(f"{one.totals.events} · {length(one.totals.cumulative_ms)}" if one.totals.events else "0")]
    if one.totals.events:
        parts.append(both("temperature_record.worst", length=length(one.totals.worst_ms)))
    if one.summary_breaches:
        parts.append(both("temperature_record.days_beyond", n=len(one.summary_breaches)))
    return {lang: "\n".join(part[lang] for part in parts) for lang in parts[0]}


def _extreme(extreme: Extreme | None, side: Side, summaries: Sequence[DaySummary], zone: str) -> Both | str:
    """The outermost reading with its time, or the day's extreme where a device gives no more and it lies beyond."""
    high = side is Side.HIGH
    days = [(one.hi_c if high else one.lo_c, one) for one in summaries]
    day = (max if high else min)(days, key=lambda pair: pair[0], default=None)
    outer = day is not None and (extreme is None or (day[0] > extreme.value_c if high else day[0] < extreme.value_c))
    if day is not None and outer:
        at = moment(day[1].start_ms, zone)[:10]
        return {lang: f"{celsius(day[0])}\n{text}" for lang, text in both("temperature_record.of_day", day=at).items()}
    return "—" if extreme is None else f"{celsius(extreme.value_c)}\n{moment(extreme.at_ms, zone)}"


def _interval(streams: Sequence[Stream]) -> Both | str:
    if any(stream.irregular for stream in streams):
        return both("temperature_record.irregular")
    found = sorted({stream.interval_ms for stream in streams})
    return " · ".join(f"{ms // 1000} s" if ms % 60_000 else f"{ms // 60_000} min" for ms in found) or "—"


def _mean(known: Known) -> str:
    found = [mean_c(stream, known.period) for stream in known.streams]
    if not found or found[0] is None:
        return "—"
    return celsius(printed_c(Decimal(repr(found[0])), known.streams[0].scale))


def _mkt(known: Known) -> tuple[Both | str, Both]:
    """The mean kinetic temperature with its window, or that there is none and why (regulation 3.1)."""
    one = known.judgement
    try:
        found = mkt.of_period(known.streams, one.upper, one.excursions, known.period)
    except Refusal as refusal:
        return both("temperature_record.no_mkt"), both(f"refusal_{refusal.code}", **_signed(refusal.facts))
    value = Decimal(repr(found.mkt_c)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    window = f"{moment(found.start_ms, known.zone)} – {moment(found.end_ms, known.zone)}"
    key = "temperature_record.note.mkt" if found.whole else "temperature_record.note.mkt_short"
    note = both(key, hours=mkt.window_ms(one.upper) // 3_600_000, window=window, covered=length(found.covered_ms),
                ratio=f"{found.dh_over_r_k:g}")  # fmt: skip
    return celsius(value), note


def _signed(told: Mapping[str, object]) -> dict[str, object]:
    return {name: str(value).replace("-", "−") for name, value in told.items()}


def _notes(known: Known) -> list[Both]:
    """How the numbers were made, so that another can make them again."""
    names = ["covered", "excursion", "gap", "raw"]
    notes = [both(f"temperature_record.note.{name}") for name in names]
    long = known.period.length_ms > plot.READINGS_UP_TO_MS
    notes.append(both("temperature_record.note.chart_days" if long else "temperature_record.note.chart", n=COLUMNS))
    return [_mkt(known)[1], *notes]


def _decision(known: Known) -> Doc:
    one = known.judgement
    word = both(f"temperature_rule.verdict.{one.verdict.value}")
    days = f"{known.first.isoformat()} – {known.last.isoformat()}"
    return {
        "code": one.verdict.value,
        "level": "ok" if one.verdict in GOOD else "held",
        **{lang: f"{text} · {days}" for lang, text in word.items()},
    }


# --- the chart --------------------------------------------------------------------------------------------------------


def chart(known: Known, summaries: Sequence[DaySummary], heads: Sequence[ChunkHead]) -> Doc:
    """The points that the screen's chart would draw ``COLUMNS`` pixels wide, by the same function, and what stands
    around them. Times UTC milliseconds, temperatures decimal strings; a ``band`` is pairs of a day's extremes."""
    period, one = known.period, known.judgement
    long = period.length_ms > plot.READINGS_UP_TO_MS
    if long:
        drawn = [(segment, _scale(heads)) for segment in plot.day_curve(heads, period, COLUMNS)]
    else:
        drawn = [(each, stream.scale) for stream in known.streams for each in plot.curve(stream, period, COLUMNS)]
    lines = [_points(segment, scale) for segment, scale in drawn]
    strokes = [] if long else list(_spoken(summaries, period))
    limits = [limit for limit in (one.upper, one.lower) if limit is not None]
    return {
        "start_ms": period.start_ms,
        "end_ms": period.end_ms,
        "lines": [] if long else lines,
        "bands": lines if long else strokes,
        "gaps": [[gap.start_ms, gap.end_ms] for gap in one.gaps if not long or gap.length_ms >= DAY_MS],
        "limits": [[limit.side.value, str(limit.value_c)] for limit in limits],
        "alarm_1": None if one.alarm_1 is None else str(one.alarm_1.value_c),
        "ticks": [list(tick) for tick in _ticks(period, known.zone)],
        "events": [[event.start_ms, event.end_ms, event.peak_ms, str(event.peak_c)] for event in one.excursions],
        "marks": [[max(m.at_ms, period.start_ms), m.lane, m.c] for m in known.marks if m.lane != "cause"],
    }


def _ticks(period: Period, zone: str) -> Iterable[tuple[int, str]]:
    """Midnights at the site, no more than fit side by side: of months the first of each; of few days hours too."""
    days = period.length_ms / DAY_MS
    monthly = days > MONTHLY_FROM_D
    step = 1 if monthly else next(n for n in (1, 2, 3, 7, 14) if days / n <= TICKS_MAX)
    hours = 24 * step if days >= 3 else 6 if days >= 1 else 2
    at = datetime.fromtimestamp(period.start_ms / 1000, ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0)
    at = at.replace(tzinfo=None, hour=0)
    while True:
        at_ms = round(at.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)
        if at_ms > period.end_ms:
            return
        if at_ms >= period.start_ms and (at.day == 1 or not monthly):
            yield at_ms, at.strftime("%m-%d" if at.hour == 0 else "%H:%M")
        at += timedelta(hours=hours)


def _scale(heads: Iterable[ChunkHead]) -> int:
    return max((head.scale for head in heads), default=0)


def _points(segment: plot.Segment, scale: int) -> list[list[Any]]:
    return [[at, str(unscaled(round(c * 10**scale), scale))] for at, c in segment.points]


def _spoken(summaries: Sequence[DaySummary], period: Period) -> Iterable[list[list[Any]]]:
    """Days of which the device gives the extremes only: one stroke each, in the middle of the day."""
    for one in summaries:
        if one.start_ms <= period.end_ms and one.end_ms >= period.start_ms:
            middle = (one.start_ms + one.end_ms) // 2
            yield [[middle, str(one.lo_c)], [middle, str(one.hi_c)]]

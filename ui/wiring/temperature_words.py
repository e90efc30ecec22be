"""A judgement of a device as the Temperature page says it: tiles, the chart's scene, the lines of the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from cellguide import probes, refusal_words
from cellguide.clock import parse_iso
from cellguide.entry import Doc
from cellguide.places import Place
from cellguide.probes import Probe
from cellguide.refusal import Refusal
from cellguide.temperature.gaps import Coverage, GapKind
from cellguide.temperature.limits import MINUTE_MS, Period, Rules
from cellguide.temperature.mkt import Mkt
from cellguide.temperature.verdict import Judgement
from ui.chart_view import DAY_MS, Dot, Event, Hole, LimitLine, Scene, Sign, wall
from ui.kit import Mark
from ui.language import language, say
from ui.pages.temperature import ImportLine
from ui.pages.tiles import Tile
from ui.wiring.excursion_words import device_name, minus

CRYOGENIC_C = Decimal("-100")
THIN = " "  # between thousands
_TONES = {"excursion": "alarm", "not_demonstrated": "warn", "no_limit": "warn", "no_data": "warn", "in_range": "ok"}
_SIGNATURES = {"consistent": "ok", "altered": "alarm", "not_checkable": "warn"}


class Known(NamedTuple):
    """What the words are made of. ``judgement``: of the period shown, None while it is too long to be judged here;
    ``extremes``: (lowest, highest) of the days then, ``coverage``: as the imports' own judgements have it. ``mkt``:
    or the Refusal that there is none. ``rules``: the site's numbers."""

    place: Place
    probe: Probe
    period: Period
    judgement: Judgement | None
    extremes: tuple[Decimal, Decimal] | None
    excursions: Sequence[tuple[str, Doc]]
    mkt: Mkt | Refusal | None = None
    coverage: Coverage | None = None
    rules: Rules = Rules()
    zone: str = "UTC"


def cryogenic(place: Place) -> bool:
    """Whether MKT has no meaning there (regulation 3.1)."""
    limit = Decimal(place.limit_c_max) if place.limit_c_max else None
    return place.kind in ("tank", "shipper") or (limit is not None and limit <= Decimal("-25"))


def grouped(number: int) -> str:
    """A whole number in groups of three.

    >>> grouped(43200)
    '43 200'
    """
    return f"{number:,}".replace(",", THIN)


def minutes(length_ms: int) -> str:
    """Whole minutes, rounded up: what is longer than a limit must not look as if it were not."""
    return grouped(-(-length_ms // MINUTE_MS))


def age(length_ms: int) -> str:
    """How long ago, in the largest unit of which there are two."""
    n = max(length_ms, 0) // MINUTE_MS
    if n < 120:
        return say("temperature_page.age.minutes", n=n)
    return say("temperature_page.age.hours", n=n // 60) if n < 2880 else say("temperature_page.age.days", n=n // 1440)


def probe_name(place: Place, probe: Probe) -> str:
    """Device and where in it the probe sits, or the name it was given."""
    own = {"zh": probe.zh, "en": probe.en}[language.now]
    return f"{device_name(place)} · {own or say(f'temperature_page.sits.{probe.sits}')}"


def choice_name(place: Place, probe: Probe) -> str:
    """The same in the list of probes, where those out of use say so."""
    name = probe_name(place, probe)
    return name if probe.state == probes.IN_USE else say("temperature_page.retired", name=name, serial=probe.serial)


def old(rules: Rules, age_ms: int, interval_ms: int) -> bool:
    """Whether a last reading is too old to be "now", by the site's number of intervals."""
    return age_ms > rules.fresh_intervals.value * max(interval_ms, MINUTE_MS)


# --- tiles ------------------------------------------------------------------------------------------------------------


def tiles(known: Known, level: Tile | None, today: Any) -> list[Tile]:
    """The five figures of a period."""
    found = [_range(known), _over(known), _mkt(known) if not cryogenic(known.place) else _lines(known)]
    if known.place.level_unit and level is not None:
        found.append(level)
    return [*found, _calibration(known.probe, today)]


def _range(known: Known) -> Tile:
    title = say("temperature_page.tile.range")
    one = known.judgement
    if one is None:
        if known.extremes is None:
            return Tile(title, say("temperature_page.tile.no_data"), "")
        return Tile(title, f"{minus(known.extremes[0])} – {minus(known.extremes[1])} °C", _days(known))
    note = say("temperature_page.tile.range_note", minutes=grouped(one.coverage.elapsed_ms // MINUTE_MS),
               percent=one.coverage.percent)  # fmt: skip
    if one.lo is None or one.hi is None:
        if known.extremes is not None and one.coverage.summary_ms:  # the device gives the extremes of days only
            return Tile(title, f"{minus(known.extremes[0])} – {minus(known.extremes[1])} °C", note)
        return Tile(title, say("temperature_page.tile.no_data"), note, "warn")
    return Tile(title, f"{minus(one.lo.value_c)} – {minus(one.hi.value_c)} °C", note)


def _days(known: Known) -> str:
    n = grouped(known.period.length_ms // DAY_MS)
    percent = "—" if known.coverage is None else known.coverage.percent
    return say("temperature_page.age.span", n=n, percent=percent)


def _over(known: Known) -> Tile:
    limit = known.judgement.upper if known.judgement is not None else None
    limit_c = str(limit.value_c) if limit is not None else known.place.limit_c_max
    if not limit_c:
        return Tile(say("temperature_page.tile.no_limit"), say("temperature_page.tile.no_limit_value"),
                    say("temperature_page.tile.no_limit_note"), "warn")  # fmt: skip
    title = say("temperature_page.tile.over", limit=minus(limit_c))
    one = known.judgement
    if one is None:
        count, measured, worst = len(known.excursions), 0, 0
        for _, doc in known.excursions:
            measured, worst = measured + int(doc["out_ms"]), worst + int(doc["out_worst_ms"])
        highest = max((Decimal(doc["peak_c"]) for _, doc in known.excursions if doc["peak_c"]), default=None)
        unknown_ms = known.coverage.unknown_ms if known.coverage is not None else 0
    else:
        count, measured, worst = len(one.excursions), one.totals.cumulative_ms, one.totals.worst_ms
        highest = one.hi.value_c if one.hi is not None else None
        unknown_ms = one.coverage.unknown_ms
    spoken = len(one.summary_breaches) if one is not None else 0
    if spoken and not count:  # how long is not known, and that it was is
        days = say("temperature_page.tile.over_days", count=spoken)
        warmest = max((day.hi_c for day in one.summary_breaches), default=None) if one is not None else None
        return Tile(title, days, say("temperature_page.tile.over_days_note", highest=minus(warmest or "—")), "alarm")
    if not count:
        note = say("temperature_page.tile.over_known")
        if unknown_ms:
            note = say("temperature_page.tile.over_unknown", minutes=minutes(unknown_ms))
        no_data = one is not None and one.hi is None
        value = say("temperature_page.tile.no_data" if no_data else "temperature_page.tile.over_none")
        return Tile(title, value, note, "warn" if no_data else "ok")
    value = say("temperature_page.tile.over_value", count=count, minutes=minutes(measured))
    shown = minus(highest) if highest is not None else "—"
    return Tile(title, value, say("temperature_page.tile.over_note", worst=minutes(worst), highest=shown), "alarm")


def _lines(known: Known) -> Tile:
    one = known.judgement
    lines = one.lines if one is not None else ()
    names = [str(line.line_c) for line in lines] or [str(line.value) for line in known.rules.lines_c]
    title = say("temperature_page.tile.lines", lines=" / ".join(minus(name) for name in names))
    note = say("temperature_page.tile.no_mkt")
    if not lines or one is None or one.hi is None:
        return Tile(title, "—", note)
    value = " / ".join(say("temperature_page.tile.lines_count", count=line.crossings) for line in lines)
    return Tile(title, value, note, "alarm" if any(line.crossings for line in lines) else "ok")


def _mkt(known: Known) -> Tile:
    title = say("temperature_page.tile.mkt")
    why = known.mkt
    if isinstance(why, Mkt):
        value = Decimal(repr(why.mkt_c)).quantize(Decimal("0.1"), ROUND_HALF_UP)
        hours = round((why.end_ms - why.start_ms) / 3_600_000)
        facts = {"hours": hours, "start": _short(why.start_ms, known.zone)}
        facts |= {"covered": 100 * why.covered_ms // (why.end_ms - why.start_ms), "ratio": f"{why.dh_over_r_k:g}"}
        key = "mkt_note" if why.whole else "mkt_short"
        return Tile(title, f"{minus(value)} °C", say(f"temperature_page.tile.{key}", **facts))
    note = refusal_words.said(why, language.now) if isinstance(why, Refusal) else ""
    return Tile(title, say("temperature_page.tile.mkt_none"), note)


def _calibration(probe: Probe, today: Any) -> Tile:
    due = probes.due(probe, today)
    title = say("temperature_page.tile.cal")
    if due.on is None:
        return Tile(title, say("temperature_page.tile.cal_none"), probe.serial, "warn")
    day = due.on.strftime("%m-%d") if due.word == "soon" else due.on.isoformat()
    value = say("temperature_page.tile.cal_over" if due.word == "over" else "temperature_page.tile.cal_due", day=day)
    newest = max(probe.certified, key=lambda one: one.calibrated_on)
    u_c = max((point.u_c for point in newest.points), default=None)
    note = probe.serial if u_c is None else say("temperature_page.tile.cal_note", serial=probe.serial, u=u_c)
    return Tile(title, value, note, {"over": "alarm", "soon": "warn", "ok": "ok"}[due.word])


def _short(at_ms: int, zone: str) -> str:
    return wall(at_ms, zone).strftime("%m-%d %H:%M")


# --- the chart --------------------------------------------------------------------------------------------------------


def scene(known: Known, signs: Iterable[Sign], dots: Sequence[Dot]) -> Scene:
    """Limits, excursions, gaps, signs and hand readings around the curve."""
    return Scene(tuple(_limit_lines(known)), tuple(_events(known)), tuple(_holes(known)), tuple(signs), tuple(dots))


def _limit_lines(known: Known) -> Iterable[LimitLine]:
    one, place = known.judgement, known.place
    upper = str(one.upper.value_c) if one is not None and one.upper is not None else place.limit_c_max
    lower = str(one.lower.value_c) if one is not None and one.lower is not None else place.limit_c_min
    if upper:
        yield LimitLine(float(upper), say("temperature_page.chart.upper", limit=minus(upper)))
    if lower:
        yield LimitLine(float(lower), say("temperature_page.chart.lower", limit=minus(lower)), forbidden="below")
    if one is not None and one.alarm_1 is not None:
        value = one.alarm_1.value_c
        yield LimitLine(
            float(value), say("temperature_page.chart.alarm_1", limit=minus(value)), "warn", "", always=False
        )
    if upper and Decimal(upper) <= CRYOGENIC_C:
        for line in known.rules.lines_c:
            text = say("temperature_page.chart.line", limit=minus(line.value))
            yield LimitLine(float(line.value), text, "text_quiet", "", always=False)


def _events(known: Known) -> Iterable[Event]:
    """Each excursion of the judgement under its name in the ledger; of years, those that the ledger has."""
    now_ms = known.period.end_ms
    if known.judgement is None:
        for id, doc in known.excursions:
            for kind, start, end in doc["spans"]:
                if kind != "unknown":
                    peak = int(doc["peak_ms"] or start)
                    inside = start <= peak <= (end or peak)
                    length = (end if end is not None else now_ms) - start
                    yield _event(id, doc, int(start), end, peak if inside else int(start), length)
        return
    for event in known.judgement.excursions:
        id, doc = next(((id, doc) for id, doc in known.excursions if _in(doc, event.start_ms)), ("", {}))
        yield _event(id, doc, event.start_ms, event.end_ms, event.peak_ms, event.measured_ms)


def _in(doc: Mapping[str, Any], at_ms: int) -> bool:
    return any(start <= at_ms <= (end if end is not None else at_ms) for _, start, end in doc["spans"])


def _event(id: str, doc: Mapping[str, Any], start: int, end: int | None, peak: int, length_ms: int) -> Event:
    if end is None:
        text = say("temperature_page.chart.event_open")
    elif doc.get("cause"):
        cause = say(f"letter.cause.{doc['cause']}")
        text = say("temperature_page.chart.event_cause", minutes=minutes(length_ms), cause=cause)
    else:
        text = say("temperature_page.chart.event", minutes=minutes(length_ms))
    over = doc.get("state") == "resolved"
    return Event(id, start, end if end is not None else max(peak, start), peak, text, "text_quiet" if over else "alarm")


def _holes(known: Known) -> Iterable[Hole]:
    if known.judgement is None:
        return
    for gap in known.judgement.gaps:
        text = say("temperature_page.chart.tail")
        if gap.kind is not GapKind.TAIL:
            text = say("temperature_page.chart.hole", length=length_words(gap.length_ms))
        yield Hole(gap.start_ms, gap.end_ms, text)


def length_words(length_ms: int) -> str:
    """A length in minutes, or hours where there are more than three of them."""
    if length_ms < 180 * MINUTE_MS:
        return say("temperature_page.chart.minutes", n=minutes(length_ms))
    return say("temperature_page.chart.hours", n=f"{length_ms / 3_600_000:.1f}")


# --- the table --------------------------------------------------------------------------------------------------------


def import_line(id: str, doc: Doc, person: str, held: int, zone: str) -> ImportLine:
    """One file. ``held``: how many containers are on hold because of what it shows."""
    first, last = (wall(int(doc[name]), zone) for name in ("first_ms", "last_ms"))
    this_year = first.year == last.year
    shape = "%m-%d %H:%M" if this_year else "%Y-%m-%d"
    judgement = doc.get("judgement") or {}
    gaps = [row for row in judgement.get("gaps", ()) if row[0] == "hole"]
    gap_text = "0"
    if gaps:
        gap_text = f"{len(gaps)} · {length_words(sum(row[2] - row[1] for row in gaps))}"
    ending = str(doc["name"]).rpartition(".")[2].lower() if "." in str(doc["name"]) else ""
    source = " · ".join(
        part for part in (doc.get("model") or doc.get("vendor") or _reader(str(doc["reader"])), ending) if part
    )
    highest = judgement.get("hi")
    signature = str(doc["signature"])
    at = wall(parse_iso(str(doc["at"])).utc_ms, zone).strftime("%m-%d %H:%M")
    raw = str(doc["sha256"])
    return ImportLine(
        id,
        source,
        f"{first.strftime(shape)} → {last.strftime(shape)}",
        grouped(int(doc["count"])) if doc["count"] else f"{len(doc['summaries'])} d",
        gap_text,
        minus(highest[0] if highest else doc["hi"] or "—"),
        verdict_mark(judgement, held),
        Mark(say(f"temperature_page.signature.{signature}"), _SIGNATURES[signature])
        if signature in _SIGNATURES
        else Mark("—"),
        f"{raw[:4]}…{raw[-2:]}",
        f"{person} {at}",
        doc["state"] == "unreviewed",
    )


def _reader(name: str) -> str:
    """What an import without a maker is called."""
    return say("temperature_page.plain_table") if name == "table" else name


def verdict_mark(judgement: Mapping[str, Any], held: int) -> Mark:
    """The verdict of one import in a word and a tone."""
    verdict = str(judgement.get("verdict", "no_limit"))
    if verdict == "excursion":
        text = say("temperature_page.verdict.over", count=held) if held else say("temperature_page.verdict.over_none")
    elif verdict == "not_demonstrated":
        unknown = int(judgement["coverage"]["unknown_ms"])
        text = say("temperature_page.verdict.unknown", minutes=minutes(unknown))
    else:
        text = say(f"temperature_rule.verdict.{verdict}")
    return Mark(text, _TONES.get(verdict, ""))

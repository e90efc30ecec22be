"""A logger file taken in: bytes → readings, day chunks and the document that the ledger keeps. Pure; runs in the pool.

What the file leaves open is a question (Refusal ``import.question``), never a guess; what is wrong with it stands among
its problems and is kept with it. Importing this module needs numpy: acts import it when a file is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from . import canonical, loggers
from .canonical import Named, named
from .entry import Doc
from .facts import SILENT
from .loggers import form, instants
from .loggers.description import SourceDescription
from .refusal import Refusal
from .temperature import chunks, plot
from .temperature.evidence import gather
from .temperature.gaps import GapKind
from .temperature.limits import MINUTE_MS, Period, Side
from .temperature.series import DaySummary, Series, series_of_columns, unscaled
from .temperature.stream import Stream
from .words import Word

SLICE_DAYS = 365
POINTS_MAX = 400
PROBLEMS_MAX = 200
_WIDTHS_PX = (100, 80, 60, 40, 20)


class Taken(NamedTuple):
    """One file as it was understood. ``series``: its temperature channel in UTC, None where it has day summaries only.
    ``answers``: what a person said about it."""

    raw: bytes
    file: form.LoggerFile
    series: Series | None
    summaries: tuple[DaySummary, ...]
    answers: Mapping[str, str]

    @property
    def sha256(self) -> str:
        return self.file.source.sha256


def take(
    untrusted_data: bytes,
    name: str,
    *,
    zone: str | None = None,
    unit: str | None = None,
    answers: Mapping[str, str] | None = None,
    description: SourceDescription | None = None,
    now_ms: int | None = None,
    sensor: str = "",
    digest: Callable[[], str] | None = None,
) -> Taken:
    """Read one file. ``now_ms``: a summary of today speaks of the day only until then. ``sensor``: what the
    program calls the probe; many files name no serial number, and two probes must never become one line. ``digest``:
    gives the bytes' SHA-256 where somebody else hashes them meanwhile.

    Raises what ``loggers.read`` raises, and Refusal ``import.question`` (facts: question, options, proposal, name) for
    the first question without whose answer nothing may be kept.
    """
    said = {key: value for key, value in (answers or {}).items() if value}
    file = loggers.read(
        untrusted_data, name, zone=zone, unit=unit, answers=said, description=description, digest=digest
    )
    said |= {key: value for key, value in (("zone", zone), ("unit", unit)) if value}
    return taken_of(untrusted_data, file, said, now_ms=now_ms, sensor=sensor)


def taken_of(
    untrusted_data: bytes,
    file: form.LoggerFile,
    said: Mapping[str, str],
    *,
    channel: str = "",
    now_ms: int | None = None,
    sensor: str = "",
) -> Taken:
    """The same for a file that is read already. ``channel``: which of its temperature channels, by name; ``said``: the
    answers it was read with. Raises ``import.question``, ``logger.answer_unknown``, ``logger.no_temperature``."""
    file = file.led_by(channel) if channel else file
    said = {**said, "channel": channel} if channel else said
    ask(file)
    measured, sha256 = file.temperature, file.source.sha256
    series = None
    if measured is not None and len(measured):
        interval_s = Decimal(said["interval"]) if "interval" in said else file.interval_s
        series = series_of_columns(
            sha256,
            sensor or sensor_of(file, measured),
            instants.utc_ms(file, measured),
            measured.values,
            measured.scale,
            form.NO_VALUE,
            interval_s=interval_s,
        )
    summaries = tuple(_summaries(file, sha256, now_ms))
    if series is None and not summaries:
        raise Refusal("logger.no_temperature", name=file.source.name)
    return Taken(untrusted_data, file, series, summaries, said)


def ask(file: form.LoggerFile) -> None:
    """Raise Refusal ``import.question`` for the first question that must be answered before readings are kept."""
    from .loggers.reading import BLOCKING

    for question in file.questions:
        if question.about in BLOCKING:
            raise Refusal(
                "import.question",
                question=Word(question.about, f"logger.question.{question.about}"),
                options=_in_words(question.about, [option.answer for option in question.options], "open"),
                proposal=_in_words(question.about, [question.proposal] if question.proposal else [], "no_proposal"),
                name=file.source.name,
            )


def _in_words(about: str, answers: Sequence[str], nothing: str) -> Word:
    """Answers as a refusal's fact: their own names as data, and said as a person says them."""
    told = {"date_order": "date_order", "unit": "unit"}.get(about)
    keys = [f"logger.answer.{told}.{one}" for one in answers] if told else []
    return Word(", ".join(answers), *(keys if answers else [f"logger.answer.{nothing}"]))


def sensor_of(file: form.LoggerFile, channel: form.Channel) -> str:
    """What names the same physical sensor in every import: vendor, serial number and channel."""
    return "/".join((file.vendor, file.serial or "", channel.sensor or channel.name))


def _summaries(file: form.LoggerFile, sha256: str, now_ms: int | None) -> Iterable[DaySummary]:
    """Each day as the device summed it up; the first speaks from its start on, the last until it was read out."""
    zone = file.zone.name or "UTC"
    told = [(event.kind, _wall_ms(event.at_ms, zone)) for event in file.events if event.at_ms is not None]
    started, ended = ([at_ms for kind, at_ms in told if kind == name] for name in ("start", "read_out"))
    for day in file.days:
        if day.min_c is None or day.max_c is None:
            continue
        start_ms = _utc_ms(datetime.combine(day.day, time()), zone)
        end_ms = _utc_ms(datetime.combine(day.day + timedelta(days=1), time()), zone)
        begun = max((at for at in started if start_ms < at < end_ms), default=start_ms)
        until = min((at for at in ended if start_ms < at < end_ms), default=end_ms)
        start_ms, end_ms = begun, until if now_ms is None else min(until, now_ms)
        if end_ms > start_ms:
            yield DaySummary(sha256, start_ms, end_ms, day.min_c, day.max_c)


def _wall_ms(at_ms: int, zone: str) -> int:
    """A device's wall stamp, counted as if it were UTC, in UTC."""
    return _utc_ms(datetime.fromtimestamp(at_ms / 1000, UTC).replace(tzinfo=None), zone)


def _utc_ms(naive: datetime, zone: str) -> int:
    fixed = zone[0] in "+-"
    aware = datetime.fromisoformat(f"{naive.isoformat()}{zone}") if fixed else naive.replace(tzinfo=ZoneInfo(zone))
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


# --- what is kept -----------------------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """What goes into the store: blobs in slices of at most a year, each written before the entry; ``blobs`` belong into
    the entry's own transaction: the raw file first, then the index and the last year. All are hashed here, once."""

    doc: Doc
    slices: tuple[tuple[Named, ...], ...]
    blobs: tuple[Named, ...]


def keep(
    taken: Taken,
    *,
    probe: str = "",
    subject: str = "",
    place: str = "",
    reviewed: bool = True,
    laid: Named | None = None,
) -> Kept:
    """The document of kind ``series`` and the blobs it refers to. Day chunks are found through ``index``, a blob of
    ``[[UTC day, SHA-256, n, lo, hi], …]``, so that a document is as small for ten years as for a day. ``laid``: the raw
    file where it lies in the store's shelf already.
    """
    file, series = taken.file, taken.series
    channel = file.temperature
    cut = chunks.split_days(series) if series is not None else []
    data = [named(one.to_bytes()) for one in cut]
    index = named(
        canonical.encode(
            [
                [one.head.day, chunk.sha256, one.head.n, one.head.lo, one.head.hi]
                for one, chunk in zip(cut, data, strict=True)
            ]
        )
    )
    lo = min((one.head.lo for one in cut if one.head.lo is not None), default=None)
    hi = max((one.head.hi for one in cut if one.head.hi is not None), default=None)
    scale = series.scale if series is not None else 0
    starts = [int(series.t_ms[0])] if series is not None else []
    ends = [int(series.t_ms[-1])] if series is not None else []
    doc: Doc = {
        "probe": probe,
        "subject": subject,
        "place": place,
        "sha256": file.source.sha256,
        "name": file.source.name,
        "size": file.source.size,
        "reader": file.reader,
        "reader_version": file.reader_version,
        "vendor": file.vendor,
        "model": file.model or "",
        "serial": file.serial or "",
        "zone": file.zone.name or "",
        "zone_evidence": file.zone.evidence,
        "channel": channel.name if channel is not None else "",
        "sensor": series.sensor if series is not None else "",
        "scale": scale,
        "count": len(series) if series is not None else 0,
        "empty": channel.empty if channel is not None else 0,
        "first_ms": min([*starts, *(one.start_ms for one in taken.summaries)]),
        "last_ms": max([*ends, *(one.end_ms for one in taken.summaries)]),
        "lo": None if lo is None else str(unscaled(lo, scale)),
        "hi": None if hi is None else str(unscaled(hi, scale)),
        "last_c": _last_c(series),
        "interval_ms": series.interval_ms if series is not None else None,
        "disordered": series.disordered if series is not None else 0,
        "gaps": len(channel.gaps) if channel is not None else 0,
        "index": index.sha256 if cut else "",
        "summaries": [[one.start_ms, one.end_ms, str(one.lo_c), str(one.hi_c)] for one in taken.summaries],
        "answers": dict(taken.answers),
        "questions": [question.about for question in file.questions],
        "problems": [list(problem) for problem in file.problems[:PROBLEMS_MAX]],
        "signature": file.signature,
        "state": "reviewed" if reviewed else "unreviewed",
    }
    slices = tuple(tuple(data[at : at + SLICE_DAYS]) for at in range(0, len(data), SLICE_DAYS))
    raw = laid or Named(file.source.sha256, file.source.size, taken.raw)
    return Kept(doc, slices[:-1], (raw, *((index,) if cut else ()), *(slices[-1] if slices else ())))


def _last_c(series: Series | None) -> str | None:
    """The newest reading that has a value."""
    found = (series.value_c(at) for at in range(len(series) - 1, -1, -1)) if series is not None else iter(())
    newest = next((c for c in found if c is not None), None)
    return None if newest is None else str(newest)


def wanted(doc: Mapping[str, Any], period: Period, blob: Callable[[str], bytes]) -> dict[str, bytes]:
    """The stored bytes that :func:`load` needs for ``period``, so that it runs where no store is. ``blob``: SHA-256 →
    bytes."""
    name = str(doc["index"])
    if not name:
        return {}
    first, last = period.start_ms // chunks.DAY_MS - 1, period.end_ms // chunks.DAY_MS + 1
    index = blob(name)
    return {name: index} | {row[1]: blob(row[1]) for row in json.loads(index) if first <= row[0] <= last}


def load(doc: Mapping[str, Any], held: Mapping[str, bytes]) -> tuple[Series | None, list[DaySummary]]:
    """The readings of one kept import (whole UTC days, of those that ``wanted`` gave) and its day summaries."""
    name = str(doc["sha256"])
    summaries = [DaySummary(name, a, b, Decimal(lo), Decimal(hi)) for a, b, lo, hi in doc["summaries"]]
    days = [held[row[1]] for row in json.loads(held[str(doc["index"])]) if row[1] in held] if held else []
    if not days:
        return None, summaries
    read = [chunks.read_chunk(one) for one in days]
    return chunks.join_days(read, source=name, sensor=str(doc["sensor"]), interval_ms=doc["interval_ms"]), summaries


# --- a journey --------------------------------------------------------------------------------------------------------


class Journey(NamedTuple):
    """What a shipper's file says of the way. ``c_max`` and ``c_min`` in °C within the period; ``gap_ms``: longest time
    without a record, None where the file has day summaries only; ``alarm``: none or alarm, as the file has it;
    ``calibrated``: yes, no or silent. ``points``: (UTC ms, °C), at most 400; ``holes``: (UTC ms, UTC ms)."""

    period: Period
    c_max: Decimal
    c_min: Decimal
    gap_ms: int | None
    alarm: str
    calibrated: str
    points: tuple[tuple[int, Decimal], ...]
    holes: tuple[tuple[int, int], ...]


def journey(taken: Taken, start_ms: int | None, end_ms: int, arrived_ms: int | None = None) -> Journey:
    """Judge nothing, measure: the file between departure (None: its own beginning) and ``end_ms``, the placing.

    ``arrived_ms``: a logger that was stopped on arrival owes no record after it. Raises Refusal
    ``import.other_journey`` when the file says nothing of that time: it is another shipment's.
    """
    series, summaries = taken.series, taken.summaries
    first_ms = min([one.start_ms for one in summaries] + ([int(series.t_ms[0])] if series is not None else []))
    last_ms = max([one.end_ms for one in summaries] + ([int(series.t_ms[-1])] if series is not None else []))
    begin_ms = first_ms if start_ms is None else start_ms
    other = Refusal("import.other_journey", name=taken.file.source.name, first=_iso(first_ms), last=_iso(last_ms))
    if last_ms < begin_ms or first_ms >= end_ms or begin_ms >= end_ms:
        raise other
    period = Period(begin_ms, end_ms)
    evidence = gather([series] if series is not None else [], summaries, period, end_ms)
    streams, spoken = evidence.streams, [one for one in summaries if one.end_ms > begin_ms and one.start_ms < end_ms]
    highest, lowest = evidence.extreme(Side.HIGH, period), evidence.extreme(Side.LOW, period)
    warmest = [one.hi_c for one in spoken] + ([highest.value_c] if highest is not None else [])
    coldest = [one.lo_c for one in spoken] + ([lowest.value_c] if lowest is not None else [])
    if not warmest or not coldest:
        raise other
    holes = tuple((gap.start_ms, gap.end_ms) for gap in evidence.gaps if gap.kind is not GapKind.TAIL)
    tails = [gap.start_ms for gap in evidence.gaps if gap.kind is GapKind.TAIL]
    unknown = [b - a for a, b in holes] + [(arrived_ms or end_ms) - start for start in tails]
    return Journey(
        period,
        max(warmest),
        min(coldest),
        max([*unknown, *(stream.interval_ms for stream in streams)]) if streams else None,
        _alarm(taken.file, min(coldest), max(warmest)),
        _calibrated(taken.file, end_ms),
        points_of(streams[0], period) if streams else _summary_points(spoken),
        holes if streams else (),
    )


def points_of(stream: Stream, period: Period, most: int = POINTS_MAX) -> tuple[tuple[int, Decimal], ...]:
    """At most ``most`` points of the line that is drawn; a spike keeps its height at its own time."""
    found: list[tuple[int, Decimal]] = []
    for width_px in _WIDTHS_PX:
        line = [point for segment in plot.curve(stream, period, width_px) for point in segment.points]
        found = [(at, unscaled(round(c * 10**stream.scale), stream.scale)) for at, c in line]
        if len(found) <= most:
            break
    inside = [point for point in found if period.start_ms <= point[0] <= period.end_ms]
    return tuple(_thinned(inside, most))


def _thinned(points: Sequence[tuple[int, Decimal]], most: int) -> list[tuple[int, Decimal]]:
    """A line broken by very many gaps: the coldest and the warmest point of each stretch of equally many points."""
    if len(points) <= most:
        return list(points)
    size = -(-len(points) // (most // 2))
    kept: set[tuple[int, Decimal]] = set()
    for at in range(0, len(points), size):
        part = points[at : at + size]
        kept |= {min(part, key=lambda point: point[1]), max(part, key=lambda point: point[1])}
    return sorted(kept)


def _summary_points(summaries: Sequence[DaySummary]) -> tuple[tuple[int, Decimal], ...]:
    """A day that is known by its extremes only is drawn as the stroke between them, in the middle of the day."""
    found: list[tuple[int, Decimal]] = []
    for one in summaries[-(POINTS_MAX // 2) :]:
        middle = (one.start_ms + one.end_ms) // 2
        found += [(middle, one.lo_c), (middle + 1, one.hi_c)]
    return tuple(found)


def _alarm(file: form.LoggerFile, c_min: Decimal, c_max: Decimal) -> str:
    """Whether the device itself says that an alarm went off: a mark, an alarm stamp of a day, a limit of its own."""
    channel = file.temperature
    said = (
        any(day.low_alarm_at or day.high_alarm_at for day in file.days),
        any("alarm" in f"{event.kind} {event.text}".casefold() for event in file.events),
        channel is not None and any(channel.marks),
        any(
            limit.delay_min is None and (c_max > limit.limit_c if limit.side == "high" else c_min < limit.limit_c)
            for limit in file.limits
        ),
    )
    return "alarm" if any(said) else "none"


def _calibrated(file: form.LoggerFile, at_ms: int) -> str:
    """A calibration date in the file is compared; without one the file is silent."""
    for name, text in (*file.notes, *file.summary_reported):
        if "calibrat" not in name.casefold() and "校准" not in name:
            continue
        if not any(word in name.casefold() for word in ("due", "valid", "expir", "next", "有效", "到期")):
            continue
        try:
            due = datetime.fromisoformat(text.strip()[:10]).replace(tzinfo=UTC)
        except ValueError:
            continue
        return "yes" if at_ms <= (due + timedelta(days=1)).timestamp() * 1000 else "no"
    return SILENT.value


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="minutes")


def minutes(length_ms: int) -> int:
    """Whole minutes, rounded up: what is longer than a limit must not look as if it were not."""
    return -(-length_ms // MINUTE_MS)

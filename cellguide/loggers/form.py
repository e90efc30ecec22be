"""The neutral form of a logger file: what every reader returns (formats 2.1), as frozen values.

The readings of a channel are parallel read-only columns, not objects: a million of them cost 17 bytes each.
Stamps are the *device's wall time* in milliseconds since 1970-01-01 00:00 on that same wall; turning them into
instants needs the zone and is done by :func:`cellguide.loggers.instants.utc_ms`, never here. Nothing is sorted,
filled, joined or dropped.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from ..refusal import Refusal

Kind = Literal["temperature", "humidity", "dew_point", "other"]
Unit = Literal["C", "F", "K"]
Evidence = Literal["file", "asked", "none"]
Severity = Literal["info", "warn", "error"]
Signature = Literal["consistent", "altered", "none", "not_checkable"]

NO_VALUE = -(2**31)
"""Stands in ``values`` where there is none; it lies outside everything a scaled temperature can be."""

OK, EMPTY, FAULT, CONFLICT, DUPLICATE = range(5)
"""Quality of one reading: a value · the device says it has none (``--.-``, empty cell) · a number that is no
temperature (a sentinel such as -200, or below absolute zero) · the same stamp with another value, both kept · the
same stamp with the same value."""

WITHOUT_VALUE = frozenset({EMPTY, FAULT})


def ints(values: Iterable[int] | bytes) -> memoryview:
    """Return a read-only column of signed 64-bit integers from numbers, or from its native bytes.

    >>> ints([3, -1])[1], len(ints(b""))
    (-1, 0)
    """
    raw = values if isinstance(values, bytes) else array("q", values).tobytes()
    return memoryview(raw).cast("q")


def iso(wall_ms: int, offset_min: int | None = None) -> str:
    """Return a wall-time stamp as ISO 8601, with the offset only where the file wrote one.

    >>> iso(86_400_000), iso(1500, 120)
    ('1970-01-02T00:00:00', '1970-01-01T00:00:01.500+02:00')
    """
    stamp = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall_ms)
    text = stamp.replace(tzinfo=None).isoformat(timespec="milliseconds" if wall_ms % 1000 else "seconds")
    return text if offset_min is None else text + offset_text(offset_min)


def offset_text(offset_min: int) -> str:
    """Return minutes east of UTC as ``+08:00``."""
    hours, minutes = divmod(abs(offset_min), 60)
    return f"{'-' if offset_min < 0 else '+'}{hours:02d}:{minutes:02d}"


class SourceFile(NamedTuple):
    """The file as it was given: its name is for people only, nothing is recognised by it."""

    name: str
    size: int
    sha256: str


class Zone(NamedTuple):
    """In which zone the device's wall clock ran: an IANA name or ``+08:00``; None while nobody has said so."""

    name: str | None
    evidence: Evidence


class Gap(NamedTuple):
    """A hole between two neighbouring readings, by their wall stamps; ``missing``: readings that should lie in it."""

    from_ms: int
    to_ms: int
    missing: int


class Problem(NamedTuple):
    """Something a person must be able to see: ``line`` counts from 1 (0: the whole file), ``text`` is the file's."""

    code: str
    severity: Severity
    line: int = 0
    text: str = ""


class Option(NamedTuple):
    """One possible answer and what it would make of the file's first and last row."""

    answer: str
    first: str = ""
    last: str = ""


class Question(NamedTuple):
    """What the file leaves open. ``about``: zone, unit, date_order, decimal, channel, interval or fold."""

    about: str
    options: tuple[Option, ...] = ()
    proposal: str | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class DaySummary:
    """One day as the device summed it up; such a day has limits, never durations in one go.

    Values in °C, or the file's own numbers while its unit is an open question.
    """

    day: date
    min_c: Decimal | None
    max_c: Decimal | None
    mean_c: Decimal | None
    min_at: str = ""
    max_at: str = ""
    low_min: int | None = None
    high_min: int | None = None
    low_alarm_at: str = ""
    high_alarm_at: str = ""
    sensor_off_min: int | None = None


class Event(NamedTuple):
    """Something the device noted: its wall stamp (None when the file gives none), the kind and the file's words."""

    at_ms: int | None
    kind: str
    text: str


class DeviceLimit(NamedTuple):
    """An alarm limit set in the device. ``mode``: single, cumulative or threshold; delay in minutes."""

    side: Literal["low", "high"]
    limit_c: Decimal
    mode: str
    delay_min: int | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """One measured column. ``value = values[i] / 10**scale``, temperatures in °C once the unit is known.

    ``unit`` is the unit as read: C, F, K, another text (``%``), or None while it is an open question; then
    ``values`` hold the file's own numbers. ``original`` and ``original_scale`` keep the file's numbers where they
    are not °C. ``marks[i]`` is 1 where the device itself marked the reading. ``offsets_min`` is there where each
    stamp carries its own offset. ``stamps_ms`` is empty while the date order is an open question.
    """

    name: str
    kind: Kind
    unit: str | None
    scale: int
    stamps_ms: memoryview
    values: memoryview
    quality: bytes
    original_scale: int
    original: memoryview
    sensor: str = ""
    marks: bytes = b""
    offsets_min: memoryview | None = None
    interval_s: Decimal | None = None
    gaps: tuple[Gap, ...] = ()
    regular: bool = True
    counts: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    lowest: int | None = None
    highest: int | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def empty(self) -> int:
        """How many readings have no value."""
        return self.counts[EMPTY] + self.counts[FAULT]

    @property
    def min_value(self) -> Decimal | None:
        """The smallest value, in °C for a temperature whose unit is known."""
        return None if self.lowest is None else Decimal(self.lowest).scaleb(-self.scale)

    @property
    def max_value(self) -> Decimal | None:
        """The largest value, in °C for a temperature whose unit is known."""
        return None if self.highest is None else Decimal(self.highest).scaleb(-self.scale)

    def value(self, index: int) -> Decimal | None:
        """Return one value, or None where the device had none."""
        if self.quality[index] in WITHOUT_VALUE:
            return None
        return Decimal(self.values[index]).scaleb(-self.scale)

    def stamp(self, index: int) -> str:
        """Return one stamp as ISO 8601, as the file has it."""
        return iso(self.stamps_ms[index], None if self.offsets_min is None else self.offsets_min[index])


NO_ZONE = Zone(None, "none")


@dataclass(frozen=True, slots=True)
class LoggerFile:
    """One logger file as it was understood, with everything it leaves open and everything that is wrong with it."""

    source: SourceFile
    reader: str
    reader_version: str
    vendor: str
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    zone: Zone = NO_ZONE
    unit: str | None = None
    interval_s: Decimal | None = None
    channels: tuple[Channel, ...] = ()
    days: tuple[DaySummary, ...] = ()
    events: tuple[Event, ...] = ()
    limits: tuple[DeviceLimit, ...] = ()
    summary_reported: tuple[tuple[str, str], ...] = ()
    signature: Signature = "none"
    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[tuple[str, str], ...] = field(default=())

    @property
    def temperature(self) -> Channel | None:
        """The first temperature channel, None when the file has day summaries only."""
        return next((channel for channel in self.channels if channel.kind == "temperature"), None)

    @property
    def temperatures(self) -> tuple[Channel, ...]:
        """Every temperature channel; each may be another probe's."""
        return tuple(channel for channel in self.channels if channel.kind == "temperature")

    def led_by(self, name: str) -> LoggerFile:
        """The same file with the channel of that name first, and the question which one it is answered.

        Raises Refusal ``logger.answer_unknown`` for a name that no temperature channel has.
        """
        names = [channel.name for channel in self.temperatures]
        if name not in names:
            raise Refusal("logger.answer_unknown", question="channel", answer=name, allowed=", ".join(names))
        led = tuple(sorted(self.channels, key=lambda one: (one.kind != "temperature", one.name != name)))
        questions = tuple(question for question in self.questions if question.about != "channel")
        return replace(self, channels=led, unit=led[0].unit, questions=questions)

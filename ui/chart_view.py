"""What a temperature chart shows, as plain values, and where on the picture it falls. No pen here.

The points come from ``cellguide.temperature.plot``, the same for screen and paper; nothing is thinned or judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cellguide.clock import offset_at
from cellguide.temperature.limits import Period

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
SHORTEST_MS = 10 * MINUTE_MS
LEAST_SPAN_C = 4.0  # a steady store must not look like a storm of hundredths
_STEPS_MS = (
    *(n * MINUTE_MS for n in (1, 2, 5, 10, 15, 30)),
    *(n * HOUR_MS for n in (1, 2, 3, 6, 12)),
    *(n * DAY_MS for n in (1, 2, 5, 7, 14)),
)
_STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60)
_MONTH_MS = 30 * DAY_MS


class Stroke(NamedTuple):
    """One unbroken line through (UTC ms, °C). ``band``: the points are pairs, each day's lowest and highest value.
    ``beside``: another probe of the same place, drawn quieter."""

    points: Sequence[tuple[int, float]]
    band: bool = False
    beside: bool = False


class LimitLine(NamedTuple):
    """A limit with its words. ``forbidden``: which side is tinted: above, below, or ``""`` for a line alone.
    ``always``: the axis makes room for it; else it shows only where the axis reaches it."""

    c: float
    text: str
    tone: str = "alarm"
    forbidden: str = "above"
    always: bool = True


class Event(NamedTuple):
    """An excursion: its flag stands above its warmest (or coldest) moment. ``tone``: alarm, or warn when it is over
    and dealt with."""

    ident: str
    start_ms: int
    end_ms: int
    peak_ms: int
    text: str
    tone: str = "alarm"


class Hole(NamedTuple):
    """Time without evidence; it is hatched, and nothing is drawn across it."""

    start_ms: int
    end_ms: int
    text: str = ""


class Sign(NamedTuple):
    """Something that somebody did, in a lane below the curve. ``lane``: one of LANES."""

    at_ms: int
    lane: str
    text: str


LANES = ("door", "refill", "round", "import")


class Dot(NamedTuple):
    """A value that a person read from a display: a ring, never joined to a line."""

    at_ms: int
    c: float


class Scene(NamedTuple):
    """Everything beside the curve itself."""

    limits: tuple[LimitLine, ...] = ()
    events: tuple[Event, ...] = ()
    holes: tuple[Hole, ...] = ()
    signs: tuple[Sign, ...] = ()
    dots: tuple[Dot, ...] = ()


class Reading(NamedTuple):
    """What the crosshair says: when (UTC ms), where on the scale, both in words; a day's envelope has two values."""

    at_ms: int
    c: tuple[float, ...]
    value: str
    time: str


Points = Callable[[Period, int], Sequence[Stroke]]
Nearest = Callable[[int, Period], Reading | None]


class View(NamedTuple):
    """Which part of time and scale lies where: a rectangle in pixels, a period, °C from bottom to top."""

    left: float
    top: float
    width: float
    height: float
    period: Period
    low_c: float
    high_c: float

    def x(self, at_ms: float) -> float:
        return self.left + (at_ms - self.period.start_ms) * self.width / self.period.length_ms

    def y(self, c: float) -> float:
        return self.top + (self.high_c - c) * self.height / (self.high_c - self.low_c)

    def at_ms(self, x: float) -> int:
        return self.period.start_ms + round((x - self.left) * self.period.length_ms / self.width)

    def shows(self, start_ms: int, end_ms: int) -> bool:
        return start_ms <= self.period.end_ms and end_ms >= self.period.start_ms


def scale(strokes: Sequence[Stroke], scene: Scene, period: Period) -> tuple[float, float]:
    """The lowest and highest °C to make room for: what is drawn, what was read by hand, the limits."""
    values = [c for stroke in strokes for _, c in stroke.points]
    values += [dot.c for dot in scene.dots if period.start_ms <= dot.at_ms <= period.end_ms]
    values += [line.c for line in scene.limits if line.always]
    if not values:
        return 0.0, 10.0
    low, high = min(values), max(values)
    missing = max(0.0, LEAST_SPAN_C - (high - low)) / 2
    return low - missing, high + missing


class Tick(NamedTuple):
    """A mark of the time axis; ``strong``: a larger unit begins here (a day among hours, a year among months)."""

    at_ms: int
    text: str
    strong: bool


def ticks(period: Period, room: int, zone: str) -> tuple[Tick, ...]:
    """At most ``room`` + 1 marks on round local times of the site.

    >>> [tick.text for tick in ticks(Period(1_700_000_000_000, 1_700_000_000_000 + 4 * HOUR_MS), 4, "Asia/Shanghai")]
    ['07:00', '08:00', '09:00', '10:00']
    """
    rough = period.length_ms / max(room, 1)
    step_ms = next((step for step in _STEPS_MS if step >= rough), 0)
    if not step_ms:
        return tuple(_months(period, rough, zone))
    return tuple(_even(period, step_ms, zone))


def _even(period: Period, step_ms: int, zone: str) -> Iterator[Tick]:
    offset_ms = offset_at(period.start_ms, zone) * MINUTE_MS
    at = -(-(period.start_ms + offset_ms) // step_ms) * step_ms
    while at - offset_ms <= period.end_ms:
        # Where the site's clock is put forward or back, the wall time of the mark counts, not the old offset.
        utc_ms = at - offset_at(at - offset_ms, zone) * MINUTE_MS
        local = wall(utc_ms, zone)
        midnight = local.hour == local.minute == 0
        if step_ms >= DAY_MS:
            yield Tick(utc_ms, local.strftime("%m-%d"), False)
        else:
            yield Tick(utc_ms, local.strftime("%m-%d" if midnight else "%H:%M"), midnight)
        at += step_ms


def _months(period: Period, rough: float, zone: str) -> Iterator[Tick]:
    step = next((n for n in _STEPS_MONTHS if n * _MONTH_MS >= rough), _STEPS_MONTHS[-1])
    first = wall(period.start_ms, zone)
    month = (first.year * 12 + first.month - 1) // step * step
    while True:
        local = datetime(month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(zone))
        at_ms = int(local.timestamp() * 1000)
        if at_ms > period.end_ms:
            return
        if at_ms >= period.start_ms:
            yield Tick(at_ms, local.strftime("%Y" if step >= 12 else "%Y-%m"), step < 12 and local.month == 1)
        month += step


def wall(utc_ms: int, zone: str) -> datetime:
    """The site's wall time of an instant."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=utc_ms)).astimezone(ZoneInfo(zone))


def fit(period: Period, bounds: Period) -> Period:
    """The same length, moved so that it stays inside what there is; what is longer than that begins with it."""
    length = min(max(period.length_ms, SHORTEST_MS), max(bounds.length_ms, SHORTEST_MS))
    start = min(max(period.start_ms, bounds.start_ms), max(bounds.end_ms - length, bounds.start_ms))
    return Period(start, start + length)


def zoomed(period: Period, factor: float, at_ms: int, bounds: Period) -> Period:
    """``factor`` < 1 looks closer; what stands at ``at_ms`` stays where it is."""
    length = min(max(period.length_ms * factor, SHORTEST_MS), max(bounds.length_ms, SHORTEST_MS))
    share = (at_ms - period.start_ms) / period.length_ms
    start = round(at_ms - length * share)
    return fit(Period(start, start + round(length)), bounds)


def plain(c: float, digits: int = 0) -> str:
    """A number of degrees with a true minus sign.

    >>> plain(-140.0), plain(2.5, 1)
    ('−140', '2.5')
    """
    text = f"{c:.{digits}f}"
    if not float(text):
        text = text.lstrip("-")
    return text.replace("-", "−")

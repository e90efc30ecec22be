"""The temperature curve on paper: lines through the points that are given, broken where nothing is known.

The points are those of the screen's chart (DESIGN 11): nothing is read, thinned or judged here. A gap is shown as a
gap, never as a line (DESIGN 6). Days that are known by their extremes only are bands, each from its lowest to its
highest value, as on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from cellguide.clock import parse_iso
from cellguide.papers import lines
from cellguide.papers.lines import AMBER, FAINT, GREY, RED, RULE, TEAL, Line, Style
from cellguide.papers.sheet import WIDTH, Block
from cellguide.papers.voice import Voice, stamp

PLOT_HEIGHT, TALL_HEIGHT = 92.0, 168.0
LEFT = 34.0  # room for the scale
STEPS = tuple(Decimal(text) for text in ("0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100"))
LANES = ("door", "refill", "round", "fault")
LANE_HEIGHT = 8.0
BAND_FILL = "#d3e6ea"

Points = tuple[tuple[int, float], ...]


class LimitMark(NamedTuple):
    """A limit with its words. ``side``: high or low, what lies beyond is tinted; "" for a line alone."""

    c: float
    side: str
    word: tuple[Line, ...]


class Event(NamedTuple):
    """An excursion at its peak, with its number in the table."""

    start_ms: int
    end_ms: int
    peak_ms: int
    peak_c: float
    number: tuple[Line, ...]


class Lane(NamedTuple):
    """What people did, as ticks in a row below the plot."""

    word: tuple[Line, ...]
    at_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve ready to draw. ``stretches``: unbroken lines of (utc ms, °C); ``bands``: pairs of a day's extremes;
    ``gaps``: (utc ms, utc ms); ``times``: labels below; ``dots``: what people read from a display."""

    stretches: tuple[Points, ...]
    span: tuple[int, int]
    gaps: tuple[tuple[int, int], ...]
    limits: tuple[LimitMark, ...]
    ticks_c: tuple[Decimal, ...]
    gap_word: tuple[Line, ...]
    ends: tuple[tuple[Line, ...], tuple[Line, ...]]
    plot: float = PLOT_HEIGHT
    bands: tuple[Points, ...] = ()
    times: tuple[tuple[int, tuple[Line, ...]], ...] = ()
    events: tuple[Event, ...] = ()
    dots: Points = ()
    lanes: tuple[Lane, ...] = ()
    keep: bool = False
    head: Block | None = None

    @property
    def height(self) -> float:
        return self.plot + 22 + LANE_HEIGHT * len(self.lanes) + (8 if self.times else 0)

    def split(self, room: float) -> tuple[Block, Block] | None:
        return None

    def _x(self, at_ms: int) -> float:
        first, last = self.span
        return LEFT + (WIDTH - LEFT) * (at_ms - first) / max(last - first, 1)

    def _y(self, celsius: float) -> float:
        low, high = float(self.ticks_c[0]), float(self.ticks_c[-1])
        return self.plot * (celsius - low) / (high - low)

    def draw(self, canvas: Any, x: float, top: float) -> None:
        bottom = top - self.plot - 4
        self._draw_scale(canvas, x, bottom)
        self._draw_gaps(canvas, x, bottom)
        for limit in self.limits:  # over the gaps: a limit is never hidden
            self._draw_limit(canvas, limit, x, bottom)
        canvas.saveState()
        frame = canvas.beginPath()
        frame.rect(x + LEFT, bottom, WIDTH - LEFT, self.plot)
        canvas.clipPath(frame, stroke=0, fill=0)  # a line leaves the picture, as on the screen
        for band in self.bands:
            self._draw_band(canvas, band, x, bottom)
        canvas.setStrokeColor(TEAL)
        canvas.setLineWidth(1 if self.plot == PLOT_HEIGHT else 0.6)
        canvas.setLineJoin(1)
        for stretch in self.stretches:
            self._draw_stretch(canvas, stretch, x, bottom)
        canvas.restoreState()
        for at, celsius in self.dots:
            canvas.setStrokeColor(AMBER)
            canvas.setLineWidth(0.8)
            canvas.circle(x + self._x(at), bottom + self._y(celsius), 1.8, stroke=1, fill=0)
        taken = x
        for event in self.events:
            taken = self._draw_event(canvas, event, x, bottom, taken)
        self._draw_foot(canvas, x, bottom)

    def _draw_scale(self, canvas: Any, x: float, bottom: float) -> None:
        canvas.setLineWidth(0.4)
        canvas.setStrokeColor(RULE)
        for tick in self.ticks_c:
            y = bottom + self._y(float(tick))
            canvas.line(x + LEFT, y, x + WIDTH, y)
            label = lines.wrap_one(str(tick).replace("-", "−"), Style(6.2, colour=GREY), LEFT)
            lines.draw_lines(canvas, label, x, y + 4, align_right=LEFT - 5)

    def _draw_limit(self, canvas: Any, limit: LimitMark, x: float, bottom: float) -> None:
        y = bottom + self._y(limit.c)
        if limit.side:
            edge, height = (y, bottom + self.plot - y) if limit.side == "high" else (bottom, y - bottom)
            canvas.setFillColor("#fdeceb")
            canvas.rect(x + LEFT, edge, WIDTH - LEFT, height, stroke=0, fill=1)
        canvas.setStrokeColor(RED if limit.side else AMBER)
        canvas.setLineWidth(0.8)
        canvas.setDash(4, 3)
        canvas.line(x + LEFT, y, x + WIDTH, y)
        canvas.setDash()
        lines.draw_lines(canvas, limit.word, x + WIDTH - 164, y + 9.5, align_right=160)

    def _draw_gaps(self, canvas: Any, x: float, bottom: float) -> None:
        for start, end in self.gaps:
            left, right = (x + min(max(self._x(at), LEFT), WIDTH) for at in (start, end))
            canvas.setFillColor("#eceff1")
            canvas.rect(left, bottom, max(right - left, 1.2), self.plot, stroke=0, fill=1)
            word = self.gap_word[0]
            if right - left > word.width + 4:
                lines.draw_line(canvas, word, (left + right - word.width) / 2, bottom + 4)

    def _places(self, points: Points, x: float, bottom: float) -> list[tuple[float, float]]:
        return [(x + self._x(at), bottom + self._y(celsius)) for at, celsius in points]

    def _draw_stretch(self, canvas: Any, stretch: Points, x: float, bottom: float) -> None:
        places = self._places(stretch, x, bottom)
        if len(places) == 1:
            canvas.setFillColor(TEAL)
            canvas.circle(*places[0], 1.1, stroke=0, fill=1)
            return
        _polyline(canvas, places)

    def _draw_band(self, canvas: Any, band: Points, x: float, bottom: float) -> None:
        """Between each day's lowest and highest value, with both edges drawn."""
        places = self._places(band, x, bottom)
        lows, highs = places[0::2], places[1::2]
        canvas.setStrokeColor(TEAL)
        canvas.setLineWidth(1.4 if len(lows) == 1 else 0.6)
        if len(lows) == 1:
            canvas.line(*lows[0], *highs[0])
            return
        path = canvas.beginPath()
        path.moveTo(*lows[0])
        for place in [*lows[1:], *reversed(highs)]:
            path.lineTo(*place)
        path.close()
        canvas.setFillColor(BAND_FILL)
        canvas.drawPath(path, stroke=0, fill=1)
        _polyline(canvas, lows)
        _polyline(canvas, highs)

    def _draw_event(self, canvas: Any, event: Event, x: float, bottom: float, taken: float) -> float:
        """``taken``: where the last number ended; two that are close stand side by side. Returns where it ends."""
        left, right = (x + min(max(self._x(at), LEFT), WIDTH) for at in (event.start_ms, event.end_ms))
        canvas.setFillColor(RED)
        canvas.rect(left, bottom, max(right - left, 1.2), 2.2, stroke=0, fill=1)
        if self.span[0] <= event.peak_ms <= self.span[1]:
            at, y = x + self._x(event.peak_ms), bottom + self._y(event.peak_c)
            canvas.circle(at, y, 1.5, stroke=0, fill=1)
            place = min(max(at + 3, taken + 1.5), x + WIDTH - 8)
            lines.draw_line(canvas, event.number[0], place, y + 2)
            taken = place + event.number[0].width
        return taken

    def _draw_foot(self, canvas: Any, x: float, bottom: float) -> None:
        """Times, lanes, and both ends with their dates."""
        y = bottom
        if self.times:
            canvas.setStrokeColor(GREY)
            canvas.setLineWidth(0.5)
            for at, label in self.times:
                place = x + self._x(at)
                canvas.line(place, y, place, y - 2.5)
                width = label[0].width
                lines.draw_line(canvas, label[0], min(place - width / 2, x + WIDTH - width), y - 9)
            y -= 11
        for lane in self.lanes:
            lines.draw_lines(canvas, lane.word, x, y, align_right=LEFT - 5)
            canvas.setStrokeColor(GREY)
            canvas.setLineWidth(1.1)
            for at in lane.at_ms:
                canvas.line(x + self._x(at), y - 1.6, x + self._x(at), y - LANE_HEIGHT + 1.6)
            y -= LANE_HEIGHT
        lines.draw_lines(canvas, self.ends[0], x + LEFT, y - 3)
        lines.draw_lines(canvas, self.ends[1], x + WIDTH - 160, y - 3, align_right=160)


def _polyline(canvas: Any, places: Sequence[tuple[float, float]]) -> None:
    path = canvas.beginPath()
    path.moveTo(*places[0])
    for place in places[1:]:
        path.lineTo(*place)
    canvas.drawPath(path, stroke=1, fill=0)


def _ticks(low: Decimal, high: Decimal) -> tuple[Decimal, ...]:
    """Three to seven round numbers that hold both ends.

    >>> [str(tick) for tick in _ticks(Decimal("-181.3"), Decimal("-150"))]
    ['-190', '-180', '-170', '-160', '-150', '-140']
    """
    step = next((one for one in STEPS if (high - low) / one <= 4), STEPS[-1])
    first = (low // step) * step
    if first >= low:
        first -= step
    found = [first]
    while found[-1] <= high:
        found.append(found[-1] + step)
    return tuple(found)


def _limit_word(value: object, voice: Voice, key: str = "series.limit", colour: str = RED) -> tuple[Line, ...]:
    word = voice.two(key, limit=str(value).replace("-", "−"))
    return lines.wrap_one(word, Style(6.4, colour=colour), 160)


def _ends(first: str, last: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    small = Style(6.2, colour=GREY)
    return lines.wrap_one(stamp(first), small, 160), lines.wrap_one(stamp(last), small, 160)


# --- the curve inside a run's record ----------------------------------------------------------------------------------


def curve(series: Mapping[str, Any], voice: Voice) -> Curve | None:
    """The curve of a record's ``series``: points as [ISO time, °C]. None where there are no points.

    ``by_day``: the points are pairs of a day's extremes, and each day is a stroke of its own.
    """
    if not series["points"]:
        return None
    points = tuple((parse_iso(at).utc_ms, Decimal(str(celsius))) for at, celsius in series["points"])
    gaps = tuple((parse_iso(start).utc_ms, parse_iso(end).utc_ms) for start, end in series["gaps"])
    limit = None if series["limit_c"] is None else Decimal(str(series["limit_c"]))
    values = [celsius for _, celsius in points] + ([limit] if limit is not None else [])
    drawn = tuple((at, float(celsius)) for at, celsius in points)
    times = [at for at, _ in points] + [at for gap in gaps for at in gap]
    days = tuple(drawn[at : at + 2] for at in range(0, len(drawn) - 1, 2)) if series.get("by_day") else ()
    return Curve(
        stretches=() if days else tuple(_stretches(drawn, gaps)),
        span=(min(times), max(times)),
        gaps=gaps,
        limits=() if limit is None else (LimitMark(float(limit), "high", _limit_word(limit, voice)),),
        ticks_c=_ticks(min(values), max(values)),
        gap_word=lines.wrap_one(voice.one("series.gap"), Style(6, colour=FAINT), 100),
        ends=_ends(series["points"][0][0], series["points"][-1][0]),
        bands=days,
    )


def _stretches(points: Points, gaps: Iterable[tuple[int, int]]) -> Iterable[Points]:
    """The points between gaps."""
    found: list[list[tuple[int, float]]] = [[]]
    starts = sorted(start for start, _ in gaps)
    for point in points:
        while starts and point[0] > starts[0]:
            starts.pop(0)
            found.append([])
        found[-1].append(point)
    return (tuple(stretch) for stretch in found if stretch)


# --- the chart of a temperature record --------------------------------------------------------------------------------


def period_curve(body: Mapping[str, Any], voice: Voice) -> Curve:
    """The chart of a temperature record: its ``chart`` (docs/paper.md), at the record's own period."""
    chart = body["chart"]
    stretches, bands = (tuple(_points(one) for one in chart[name]) for name in ("lines", "bands"))
    span = (int(chart["start_ms"]), int(chart["end_ms"]))
    dots = _points([at, c] for at, lane, c in chart["marks"] if lane == "round" and c)
    limits = [
        LimitMark(float(c), side, _limit_word(c, voice, "series.limit" if side == "high" else "series.lower"))
        for side, c in chart["limits"]
    ]
    values = [Decimal(str(c)) for one in (*stretches, *bands, dots) for _, c in one]
    values += [Decimal(c) for _, c in chart["limits"]]
    values = values or [Decimal(0)]
    if chart["alarm_1"] is not None and min(values) < Decimal(chart["alarm_1"]) < max(values):
        c = chart["alarm_1"]
        limits.append(LimitMark(float(c), "", _limit_word(c, voice, "series.alarm_1", AMBER)))
    return Curve(
        stretches=stretches,
        span=span,
        gaps=tuple((int(start), int(end)) for start, end in chart["gaps"]),
        limits=tuple(limits),
        ticks_c=_ticks(min(values), max(values)),
        gap_word=lines.wrap_one(voice.one("series.gap"), Style(6, colour=FAINT), 100),
        ends=_ends(body["start"], body["end"]),
        plot=TALL_HEIGHT,
        bands=bands,
        times=tuple((at, lines.wrap_one(label, Style(6.2, colour=GREY), 60)) for at, label in chart["ticks"]),
        events=tuple(_events(chart["events"], span)),
        dots=dots,
        lanes=tuple(_lanes(chart["marks"], voice)),
    )


def _points(pairs: Iterable[Sequence[Any]]) -> Points:
    return tuple((int(at), float(c)) for at, c in pairs)


def _events(rows: Iterable[Sequence[Any]], span: tuple[int, int]) -> Iterable[Event]:
    for number, (start, end, peak_ms, peak_c) in enumerate(rows, start=1):
        word = lines.wrap_one(str(number), Style(6.4, bold=True, colour=RED), 30)
        yield Event(int(start), int(end if end is not None else span[1]), int(peak_ms), float(peak_c), word)


def _lanes(marks: Sequence[Sequence[Any]], voice: Voice) -> Iterable[Lane]:
    for name in LANES:
        at_ms = tuple(int(at) for at, lane, _ in marks if lane == name)
        if at_ms:
            yield Lane(lines.wrap_one(voice.word("lane", name), Style(6, colour=GREY), LEFT), at_ms)

"""The temperature curve on paper: a polyline through the points that are given, broken where nothing is known.

The points are those of the screen's chart (DESIGN 11): nothing is read, thinned or judged here. A gap is shown as a
gap, never as a line (DESIGN 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cellguide.clock import parse_iso
from cellguide.papers import lines
from cellguide.papers.lines import FAINT, GREY, RED, RULE, TEAL, Line, Style
from cellguide.papers.sheet import WIDTH, Block
from cellguide.papers.voice import Voice, stamp

PLOT_HEIGHT = 92.0
LEFT = 34.0  # room for the scale
STEPS = tuple(Decimal(text) for text in ("0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100"))


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve ready to draw. ``points``: (utc ms, °C); ``gaps``: (utc ms, utc ms)."""

    points: tuple[tuple[int, float], ...]
    gaps: tuple[tuple[int, int], ...]
    limit_c: float | None
    ticks_c: tuple[Decimal, ...]
    limit_word: tuple[Line, ...]
    gap_word: tuple[Line, ...]
    ends: tuple[tuple[Line, ...], tuple[Line, ...]]
    keep: bool = False
    head: Block | None = None

    @property
    def height(self) -> float:
        return PLOT_HEIGHT + 22

    def split(self, room: float) -> tuple[Block, Block] | None:
        return None

    def _x(self, at_ms: int) -> float:
        first, last = self._span()
        return LEFT + (WIDTH - LEFT) * (at_ms - first) / max(last - first, 1)

    def _span(self) -> tuple[int, int]:
        times = [at for at, _ in self.points] + [at for gap in self.gaps for at in gap]
        return min(times), max(times)

    def _y(self, celsius: float) -> float:
        low, high = float(self.ticks_c[0]), float(self.ticks_c[-1])
        return PLOT_HEIGHT * (celsius - low) / (high - low)

    def draw(self, canvas: Any, x: float, top: float) -> None:
        bottom = top - PLOT_HEIGHT - 4
        canvas.setLineWidth(0.4)
        canvas.setStrokeColor(RULE)
        for tick in self.ticks_c:
            y = bottom + self._y(float(tick))
            canvas.line(x + LEFT, y, x + WIDTH, y)
            label = lines.wrap_one(str(tick).replace("-", "−"), Style(6.2, colour=GREY), LEFT)
            lines.draw_lines(canvas, label, x, y + 4, align_right=LEFT - 5)
        self._draw_gaps(canvas, x, bottom)
        self._draw_limit(canvas, x, bottom)  # over the gaps: a limit is never hidden
        canvas.setStrokeColor(TEAL)
        canvas.setLineWidth(1)
        canvas.setLineJoin(1)
        for stretch in self._stretches():
            self._draw_stretch(canvas, stretch, x, bottom)
        lines.draw_lines(canvas, self.ends[0], x + LEFT, bottom - 3)
        lines.draw_lines(canvas, self.ends[1], x + WIDTH - 160, bottom - 3, align_right=160)

    def _draw_limit(self, canvas: Any, x: float, bottom: float) -> None:
        if self.limit_c is None:
            return
        y = bottom + self._y(self.limit_c)
        canvas.setFillColor("#fdeceb")
        canvas.rect(x + LEFT, y, WIDTH - LEFT, bottom + PLOT_HEIGHT - y, stroke=0, fill=1)
        canvas.setStrokeColor(RED)
        canvas.setLineWidth(0.8)
        canvas.setDash(4, 3)
        canvas.line(x + LEFT, y, x + WIDTH, y)
        canvas.setDash()
        lines.draw_lines(canvas, self.limit_word, x + WIDTH - 164, y + 9.5, align_right=160)

    def _draw_gaps(self, canvas: Any, x: float, bottom: float) -> None:
        for start, end in self.gaps:
            left, right = x + self._x(start), x + self._x(end)
            canvas.setFillColor("#eceff1")
            canvas.rect(left, bottom, max(right - left, 1.2), PLOT_HEIGHT, stroke=0, fill=1)
            word = self.gap_word[0]
            if right - left > word.width + 4:
                lines.draw_line(canvas, word, (left + right - word.width) / 2, bottom + 4)

    def _stretches(self) -> list[list[tuple[int, float]]]:
        """The points between gaps."""
        stretches: list[list[tuple[int, float]]] = [[]]
        starts = sorted(start for start, _ in self.gaps)
        for point in self.points:
            while starts and point[0] > starts[0]:
                starts.pop(0)
                stretches.append([])
            stretches[-1].append(point)
        return [stretch for stretch in stretches if stretch]

    def _draw_stretch(self, canvas: Any, stretch: list[tuple[int, float]], x: float, bottom: float) -> None:
        places = [(x + self._x(at), bottom + self._y(celsius)) for at, celsius in stretch]
        if len(places) == 1:
            canvas.setFillColor(TEAL)
            canvas.circle(*places[0], 1.1, stroke=0, fill=1)
            return
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


def curve(series: Mapping[str, Any], voice: Voice) -> Curve | None:
    """The curve of a record's ``series``: points as [ISO time, °C]. None where there are no points."""
    if not series["points"]:
        return None
    points = tuple((parse_iso(at).utc_ms, Decimal(str(celsius))) for at, celsius in series["points"])
    gaps = tuple((parse_iso(start).utc_ms, parse_iso(end).utc_ms) for start, end in series["gaps"])
    limit = None if series["limit_c"] is None else Decimal(str(series["limit_c"]))
    values = [celsius for _, celsius in points] + ([limit] if limit is not None else [])
    word = voice.two("series.limit", limit=str(limit).replace("-", "−"))
    small = Style(6.2, colour=GREY)
    first, last = series["points"][0][0], series["points"][-1][0]
    return Curve(
        tuple((at, float(celsius)) for at, celsius in points),
        gaps,
        None if limit is None else float(limit),
        _ticks(min(values), max(values)),
        lines.wrap_one(word, Style(6.4, colour=RED), 160),
        lines.wrap_one(voice.one("series.gap"), Style(6, colour=FAINT), 100),
        (lines.wrap_one(stamp(first), small, 160), lines.wrap_one(stamp(last), small, 160)),
    )

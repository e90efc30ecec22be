"""The pen of the temperature chart: bands, hatching, axis, limits, curve, flags, lanes, crosshair, back to front."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from ui import theme
from ui.chart_view import Dot, Event, Hole, LimitLine, Reading, Scene, Sign, Stroke, Tick, View, plain
from ui.language import say

AXIS_PX, FOOT_PX, HEAD_PX, RIGHT_PX = 56, 24, 8, 12
LANE_PX = 20
LANES_TOP_PX = 9
FLAG_PX = 26
_LANE_ROLES = {"door": "warn", "refill": "info", "round": "accent", "import": "text_quiet"}
Left, Right, Centre = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
Middle = Qt.AlignmentFlag.AlignVCenter


def colour(role: str, alpha: int = 255) -> QColor:
    """A role's colour, seen through by ``alpha``."""
    made = QColor(theme.colour(role))
    made.setAlpha(alpha)
    return made


def face(pixels: int, *, bold: bool = False) -> QFont:
    """The bundled face."""
    made = QFont(theme.FACE)
    made.setPixelSize(pixels)
    made.setBold(bold)
    return made


class Flag(NamedTuple):
    """Where an excursion's flag stands; ``text`` is empty where there is room for a triangle only."""

    ident: str
    box: QRectF
    text: str
    tone: str


def polygons(strokes: Iterable[Stroke], view: View) -> list[tuple[Stroke, QPolygonF]]:
    """Every stroke in pixels, point for point."""
    x, y = view.x, view.y
    return [(one, QPolygonF([QPointF(x(at), y(c)) for at, c in one.points])) for one in strokes]


def flags(events: Sequence[Event], view: View) -> list[Flag]:
    """Flags that do not cover each other: the worst first; the others become triangles."""
    metrics = QFontMetricsF(face(13, bold=True))
    taken: list[QRectF] = []
    found = []
    for event in events:
        if not view.shows(event.start_ms, event.end_ms):
            continue
        middle = min(max(view.x(event.peak_ms), view.left), view.left + view.width)
        width = metrics.horizontalAdvance(event.text) + 24
        left = min(max(middle - width / 2, view.left + 4), view.left + view.width - width - 4)
        box = QRectF(left, view.top + 4, width, FLAG_PX)
        if width > view.width or any(box.adjusted(-4, 0, 4, 0).intersects(other) for other in taken):
            found.append(Flag(event.ident, QRectF(middle - 7, view.top + FLAG_PX + 8, 14, 12), "", event.tone))
            continue
        taken.append(box)
        found.append(Flag(event.ident, box, event.text, event.tone))
    return found


class Pen:
    """Draws one picture; the caller owns the painter."""

    def __init__(self, painter: QPainter, view: View) -> None:
        self.p = painter
        self.view = view
        self.box = QRectF(view.left, view.top, view.width, view.height)

    def text(
        self, box: QRectF, text: str, role: str, pixels: int, flags: Qt.AlignmentFlag, *, bold: bool = False
    ) -> None:
        """One line of text in a box."""
        self.p.setFont(face(pixels, bold=bold))
        self.p.setPen(colour(role))
        self.p.drawText(box, flags | Middle, text)

    def bands(self, limits: Sequence[LimitLine]) -> None:
        """What lies beyond a limit is tinted."""
        for line in limits:
            if not line.forbidden:
                continue
            edge = min(max(self.view.y(line.c), self.box.top()), self.box.bottom())
            top, bottom = (self.box.top(), edge) if line.forbidden == "above" else (edge, self.box.bottom())
            self.p.fillRect(QRectF(self.box.left(), top, self.box.width(), bottom - top), colour(line.tone, 16))

    def axis(self, ticks_c: Sequence[float], marks: Sequence[Tick], foot: float) -> None:
        """Temperatures on the left with hairlines, times below."""
        digits = 0 if all(float(tick).is_integer() for tick in ticks_c) else 1
        self.p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for tick in ticks_c:
            y = round(self.view.y(tick))
            self.p.setPen(QPen(colour("line", 150), 1))
            self.p.drawLine(QPointF(self.box.left(), y), QPointF(self.box.right(), y))
            box = QRectF(0, y - 9, AXIS_PX - 12, 18)
            self.text(box, plain(tick, digits), "text_quiet", 12, Right)
        for mark in marks:
            x = round(self.view.x(mark.at_ms))
            if mark.strong:
                self.p.setPen(QPen(colour("line"), 1))
                self.p.drawLine(QPointF(x, self.box.top()), QPointF(x, self.box.bottom()))
            self.p.setPen(QPen(colour("edge"), 1))
            self.p.drawLine(QPointF(x, foot), QPointF(x, foot + 4))
            box = QRectF(x - 40, foot + 5, 80, 18)
            flags = Centre
            if x - 20 < self.box.left():
                box, flags = QRectF(x, foot + 5, 80, 18), Left
            elif x + 20 > self.box.right() + RIGHT_PX:
                box, flags = QRectF(x - 80, foot + 5, 80, 18), Right
            self.text(box, mark.text, "text_quiet", 12, flags, bold=mark.strong)
        self.p.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def limits(self, limits: Sequence[LimitLine]) -> None:
        """Dashed lines with their words on the forbidden side."""
        said: list[QRectF] = []
        for line in sorted(limits, key=lambda one: not one.always):  # where words would meet, the limit's stay
            y = self.view.y(line.c)
            if not self.box.top() <= y <= self.box.bottom():
                continue
            pen = QPen(colour(line.tone), 1.2)
            pen.setDashPattern([5, 4])
            self.p.setPen(pen)
            self.p.drawLine(QPointF(self.box.left(), y), QPointF(self.box.right(), y))
            below = line.forbidden == "below" or y - 20 < self.box.top()
            words = QRectF(self.box.left() + 8, y + 1 if below else y - 20, self.box.width() - 16, 18)
            if not any(words.intersects(other) for other in said):
                said.append(words)
                self.text(words, line.text, line.tone, 12, Left)

    def holes(self, holes: Sequence[Hole]) -> None:
        """Time without evidence: hatched, with a word where there is room."""
        metrics = QFontMetricsF(face(12))
        for hole in holes:
            if not self.view.shows(hole.start_ms, hole.end_ms):
                continue
            left = max(self.view.x(hole.start_ms), self.box.left())
            right = min(self.view.x(hole.end_ms), self.box.right())
            part = QRectF(left, self.box.top(), max(right - left, 1.5), self.box.height())
            self.p.fillRect(part, colour("off", 90))
            self.p.fillRect(part, QBrush(colour("edge", 70), Qt.BrushStyle.BDiagPattern))
            if metrics.horizontalAdvance(hole.text) + 16 < part.width():
                words = QRectF(part.left(), part.bottom() - 26, part.width(), 20)
                size = metrics.horizontalAdvance(hole.text) + 12
                back = QRectF(words.center().x() - size / 2, words.top(), size, 20)
                self.p.setPen(Qt.PenStyle.NoPen)
                self.p.setBrush(colour("surface", 225))
                self.p.drawRoundedRect(back, 6, 6)
                self.text(words, hole.text, "text_quiet", 12, Centre)

    def curve(self, drawn: Sequence[tuple[Stroke, QPolygonF]]) -> int:
        """The readings; returns how many points went to the painter."""
        self.p.save()
        self.p.setClipRect(self.box.adjusted(-1, -1, 1, 1))
        count = 0
        for stroke, polygon in drawn:
            role = "edge" if stroke.beside else "accent"
            pen = QPen(colour(role), 1.1 if stroke.beside else 1.2)
            count += polygon.size()
            if stroke.band:
                self._envelope(polygon, pen)
            elif polygon.size() == 1:
                self.p.setPen(Qt.PenStyle.NoPen)
                self.p.setBrush(colour(role))
                self.p.drawEllipse(polygon.at(0), 1.8, 1.8)
            else:
                self.p.setPen(pen)
                self._line(polygon.toList())
        self.p.restore()
        return count

    def _envelope(self, polygon: QPolygonF, pen: QPen) -> None:
        """Between each day's lowest and highest value, with both edges drawn."""
        points = polygon.toList()
        lows, highs = points[0::2], points[1::2]
        pen.setWidthF(1.1)
        self.p.setPen(pen)
        if len(lows) == 1:
            self.p.drawLine(lows[0], highs[0])
            return
        self.p.setPen(Qt.PenStyle.NoPen)
        self.p.setBrush(colour("accent", 48))
        self.p.drawPolygon(QPolygonF([*lows, *reversed(highs)]))
        self.p.setPen(pen)
        self._line(lows)
        self._line(highs)

    def _line(self, points: Sequence[QPointF]) -> None:
        """Piece by piece: one path through thousands of crowded points takes Qt a second, its pieces a hundredth."""
        self.p.drawLines([QLineF(one, other) for one, other in itertools.pairwise(points)])

    def nothing(self, text: str) -> None:
        """There is nothing to draw, and it says so."""
        width = QFontMetricsF(face(15, bold=True)).horizontalAdvance(text) + 32
        box = QRectF(self.box.center().x() - width / 2, self.box.top() + self.box.height() / 3 - 18, width, 36)
        self.p.setPen(Qt.PenStyle.NoPen)
        self.p.setBrush(colour("surface"))
        self.p.drawRoundedRect(box, 8, 8)
        self.text(box, text, "text_quiet", 15, Centre, bold=True)

    def dots(self, dots: Sequence[Dot]) -> None:
        """Values read by hand: rings."""
        self.p.setPen(QPen(colour("accent"), 1.6))
        self.p.setBrush(colour("surface"))
        for dot in dots:
            if self.view.shows(dot.at_ms, dot.at_ms):
                self.p.drawEllipse(QPointF(self.view.x(dot.at_ms), self.view.y(dot.c)), 3.4, 3.4)

    def events(self, events: Sequence[Event], placed: Sequence[Flag]) -> None:
        """How long each excursion lasted, along the upper edge, and its flag."""
        for event in events:
            if self.view.shows(event.start_ms, event.end_ms):
                left = max(self.view.x(event.start_ms), self.box.left())
                right = min(self.view.x(event.end_ms), self.box.right())
                self.p.fillRect(QRectF(left, self.box.top() - 3, max(right - left, 2), 3), colour(event.tone))
        for flag in placed:
            self.p.setPen(Qt.PenStyle.NoPen)
            self.p.setBrush(colour(flag.tone))
            if not flag.text:
                box = flag.box
                self.p.drawPolygon(QPolygonF([box.topLeft(), box.topRight(), QPointF(box.center().x(), box.bottom())]))
                continue
            self.p.drawRoundedRect(flag.box, 6, 6)
            self.text(flag.box, flag.text, "on_alarm", 13, Centre, bold=True)

    def lanes(self, lanes: Sequence[str], signs: Sequence[Sign]) -> None:
        """What was done, one lane for each kind, its name on the left."""
        metrics = QFontMetricsF(face(12))
        for row, lane in enumerate(lanes):
            top = self.box.bottom() + LANES_TOP_PX + row * LANE_PX
            self.text(
                QRectF(0, top, AXIS_PX - 12, LANE_PX), say(f"temperature_page.lane.{lane}"), "text_quiet", 12, Right
            )
            here = [sign for sign in signs if sign.lane == lane and self.view.shows(sign.at_ms, sign.at_ms)]
            role = _LANE_ROLES[lane]
            for at, sign in enumerate(here):
                x = self.view.x(sign.at_ms)
                self.p.setPen(Qt.PenStyle.NoPen)
                self.p.setBrush(colour(role))
                self.p.drawRoundedRect(QRectF(x - 1.5, top + 3, 3, LANE_PX - 6), 1, 1)
                after = self.view.x(here[at + 1].at_ms) if at + 1 < len(here) else self.box.right()
                if metrics.horizontalAdvance(sign.text) + 14 < after - x:
                    self.text(QRectF(x + 7, top, after - x, LANE_PX), sign.text, role, 12, Left)

    def cross(self, reading: Reading, extra: str) -> None:
        """The crosshair with the exact value and time, and what happened there."""
        x = self.view.x(reading.at_ms)
        self.p.setPen(QPen(colour("text", 130), 1))
        self.p.drawLine(QPointF(x, self.box.top()), QPointF(x, self.box.bottom()))
        self.p.setPen(QPen(colour("surface"), 1.5))
        self.p.setBrush(colour("text"))
        for c in reading.c:
            self.p.drawEllipse(QPointF(x, self.view.y(c)), 4, 4)
        bold, usual = QFontMetricsF(face(14, bold=True)), QFontMetricsF(face(12))
        second = " · ".join(part for part in (reading.time, extra) if part)
        width = max(bold.horizontalAdvance(reading.value), usual.horizontalAdvance(second)) + 24
        width = min(width, self.box.width())
        height = 46.0
        left = x + 12 if x + 12 + width < self.box.right() else x - 12 - width
        left = min(max(left, self.box.left()), self.box.right() - width)
        top = min(
            max(self.view.y(max(reading.c)) - height - 10, self.box.top() + FLAG_PX + 8), self.box.bottom() - height
        )
        box = QRectF(left, top, width, height)
        self.p.setPen(Qt.PenStyle.NoPen)
        self.p.setBrush(colour("text", 235))
        self.p.drawRoundedRect(box, 8, 8)
        self.text(box.adjusted(12, 4, -12, -22), reading.value, "surface", 14, Left, bold=True)
        self.text(
            box.adjusted(12, 23, -12, -4),
            usual.elidedText(second, Qt.TextElideMode.ElideRight, width - 24),
            "surface",
            12,
            Left,
        )


def lanes_of(scene: Scene) -> tuple[str, ...]:
    """Which lanes the scene needs, in their order."""
    used = {sign.lane for sign in scene.signs}
    return tuple(lane for lane in _LANE_ROLES if lane in used)

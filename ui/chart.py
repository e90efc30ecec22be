"""The temperature chart: years of one-minute readings, panned and zoomed without a hitch (DESIGN 11).

Nobody hands it readings: it asks ``points(period, width_px)`` for what can be seen at this width, whenever the period
or the width changes, and draws exactly that. Wheel zooms where the pointer is, dragging pans; arrows, + and −, Home and
End, Page Up and Page Down (from excursion to excursion) do the same without a mouse; Shift with the arrows moves the
crosshair.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cellguide.temperature import plot
from cellguide.temperature.limits import Period
from ui import chart_paint as paint
from ui import theme
from ui.chart_view import DAY_MS, Nearest, Points, Reading, Scene, Stroke, View, fit, plain, scale, ticks, wall, zoomed
from ui.language import follow, put, say

_KEYS_ZOOM = {Qt.Key.Key_Plus: 0.5, Qt.Key.Key_Equal: 0.5, Qt.Key.Key_Minus: 2.0}
_KEYS_PAN = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_PAN_SHARE = 0.1
_AXIS_MARGIN = 0.06
_ABSOLUTE_ZERO_C = -273.15
_LANES_FROM_PX = 190  # below that height the curve needs the room more than the lanes do
_CLICK_PX = 4


class Chart(QWidget):
    """Signals: ``moved(object)``: the Period that a person went to · ``event_opened(str)``: an excursion's flag."""

    moved = Signal(object)
    event_opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.zone = "UTC"
        self.scene = Scene()
        self.period = Period(0, DAY_MS)
        self.bounds = Period(0, DAY_MS)
        self.strokes: Sequence[Stroke] = ()
        self.drawn_points = 0
        self.cross: Reading | None = None
        self._points: Points | None = None
        self._nearest: Nearest | None = None
        self._asked: tuple[Period, int] | None = None
        self._picture: QPixmap | None = None
        self._view: View | None = None
        self._ticks_c: tuple[float, ...] = ()
        self._flags: list[paint.Flag] = []
        self._dragged: tuple[QPointF, Period] | None = None
        put(self, "temperature_page.chart.name", "setAccessibleName")
        follow(self)

    # --- what is shown

    def set_source(self, points: Points | None, nearest: Nearest | None, bounds: Period, zone: str) -> None:
        """Draw from other readings. ``bounds``: from when to when there is anything to see; ``zone`` of the site."""
        self._points, self._nearest, self.zone = points, nearest, zone
        self.bounds = bounds
        self.cross = None
        self._renew()

    def show_scene(self, scene: Scene) -> None:
        """Show other limits, excursions, gaps and signs."""
        self.scene = scene
        self._renew()

    def show_period(self, period: Period) -> None:
        """Look at another time; kept inside the bounds."""
        self.period = fit(period, self.bounds)
        self._renew()

    def retranslate(self) -> None:
        self._renew()

    def _renew(self) -> None:
        self._asked = None
        self._picture = None
        self.update()

    def _go(self, period: Period) -> None:
        if period == self.period:
            return
        self.period = period
        self.cross = None
        self._renew()
        self.moved.emit(period)

    # --- geometry

    @property
    def plot_width(self) -> int:
        """Pixels from the left to the right end of the curve."""
        return max(self.width() - paint.AXIS_PX - paint.RIGHT_PX, 40)

    def _lanes(self) -> tuple[str, ...]:
        return paint.lanes_of(self.scene) if self.height() >= _LANES_FROM_PX else ()

    def view(self) -> View:
        """Which part of time and scale lies where now; asks for the points when they are not there yet."""
        asked = (self.period, self.plot_width)
        if self._asked != asked or self._view is None:
            self.strokes = tuple(self._points(*asked)) if self._points is not None else ()
            self._asked = asked
            self._view = self._measured()
            self._describe()
        return self._view

    def _measured(self) -> View:
        low, high = scale(self.strokes, self.scene, self.period)
        if any(e.start_ms <= self.period.end_ms and e.end_ms >= self.period.start_ms for e in self.scene.events):
            high += (high - low) * (paint.FLAG_PX + 8) / max(self.height() - 80, 100)  # a flag covers no peak
        axis = plot.axis(low, high, max(5, min(9, (self.height() - 40) // 36)))
        # The scale ends near what is shown, not at the next round number: a low window needs its height.
        margin = (high - low) * _AXIS_MARGIN
        bottom, top = max(low - margin, _ABSOLUTE_ZERO_C), high + margin
        self._ticks_c = tuple(tick for tick in axis.ticks_c if bottom <= tick <= top)
        lanes = len(self._lanes()) * paint.LANE_PX
        height = self.height() - paint.HEAD_PX - paint.FOOT_PX - lanes - (paint.LANES_TOP_PX if lanes else 0)
        return View(paint.AXIS_PX, paint.HEAD_PX, self.plot_width, max(height, 30), self.period, bottom, top)

    def _describe(self) -> None:
        """What the picture says, for who cannot see it."""
        values = [c for stroke in self.strokes for _, c in stroke.points]
        start, end = (wall(at, self.zone).strftime("%Y-%m-%d %H:%M") for at in self.period)
        if not values:
            text = say("temperature_page.chart.nothing", start=start, end=end)
        else:
            events = sum(1 for event in self.scene.events if event.start_ms <= self.period.end_ms
                         and event.end_ms >= self.period.start_ms)  # fmt: skip
            low, high = plain(min(values), 1), plain(max(values), 1)
            text = say("temperature_page.chart.said", start=start, end=end, low=low, high=high, events=events)
        self.setAccessibleDescription(text)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        view = self.view()
        if self._picture is None or self._picture.deviceIndependentSize().toSize() != self.size():
            self._picture = self._draw(view)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.cross is not None:
            paint.Pen(painter, view).cross(self.cross, self._happened(self.cross.at_ms))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.colour("focus")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 8, 8)
        painter.end()

    def _draw(self, view: View) -> QPixmap:
        ratio = self.devicePixelRatioF()
        made = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = paint.Pen(painter, view)
        lanes = self._lanes()
        foot = view.top + view.height + (len(lanes) * paint.LANE_PX + paint.LANES_TOP_PX if lanes else 0)
        pen.bands(self.scene.limits)
        pen.holes(self.scene.holes)
        pen.axis(self._ticks_c, ticks(self.period, max(2, self.plot_width // 150), self.zone), foot)
        self.drawn_points = pen.curve(paint.polygons(self.strokes, view))
        pen.limits(self.scene.limits)
        if not self.strokes and not self.scene.dots:
            pen.nothing(say("temperature_page.chart.empty"))
        pen.dots(self.scene.dots)
        self._flags = paint.flags(self.scene.events, view)
        pen.events(self.scene.events, self._flags)
        pen.lanes(lanes, self.scene.signs)
        painter.end()
        return made

    def _happened(self, at_ms: int) -> str:
        """What else stands at that time: an excursion, a hole, what somebody did within four pixels."""
        near = self.period.length_ms * _CLICK_PX // self.plot_width
        said = [one.text for one in self.scene.events if one.start_ms - near <= at_ms <= one.end_ms + near]
        said += [one.text for one in self.scene.signs if abs(one.at_ms - at_ms) <= near]
        return " · ".join(said[:3])

    # --- where a person goes

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(steps.x()) > abs(steps.y()):
            self._pan(-(steps.x() or steps.y()) / 120 * _PAN_SHARE)
        else:
            at_ms = self.view().at_ms(event.position().x())
            self._go(zoomed(self.period, 0.8 ** (steps.y() / 120), at_ms, self.bounds))
        event.accept()

    def _pan(self, share: float) -> None:
        by = round(self.period.length_ms * share)
        self._go(fit(Period(self.period.start_ms + by, self.period.end_ms + by), self.bounds))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = (event.position(), self.period)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._point_at(event.position().x())
            return
        start, period = self._dragged
        moved = event.position().x() - start.x()
        if abs(moved) >= _CLICK_PX or self.period != period:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            by = -round(moved * period.length_ms / self.plot_width)
            self._go(fit(Period(period.start_ms + by, period.end_ms + by), self.bounds))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._dragged = self._dragged, None
        self.unsetCursor()
        if dragged is None or (event.position() - dragged[0]).manhattanLength() >= _CLICK_PX:
            return
        for flag in self._flags:
            if flag.box.adjusted(-4, -4, 4, 4).contains(event.position()):
                self.event_opened.emit(flag.ident)
                return

    def leaveEvent(self, event: QEvent) -> None:
        self._show_cross(None)
        super().leaveEvent(event)

    def _point_at(self, x: float) -> None:
        view = self.view()
        inside = view.left <= x <= view.left + view.width
        found = self._nearest(view.at_ms(x), self.period) if inside and self._nearest is not None else None
        self._show_cross(found)

    def _show_cross(self, reading: Reading | None) -> None:
        if reading != self.cross:
            self.cross = reading
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        code, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if code in _KEYS_PAN and shift:
            self._step_cross(_KEYS_PAN[Qt.Key(code)])
        elif code in _KEYS_PAN:
            self._pan(_KEYS_PAN[Qt.Key(code)] * _PAN_SHARE)
        elif code in _KEYS_ZOOM:
            middle = (self.period.start_ms + self.period.end_ms) // 2
            at_ms = self.cross.at_ms if self.cross is not None else middle
            self._go(zoomed(self.period, _KEYS_ZOOM[Qt.Key(code)], at_ms, self.bounds))
        elif code == Qt.Key.Key_Home:
            self._go(self.bounds)
        elif code == Qt.Key.Key_End:
            length = self.period.length_ms
            self._go(fit(Period(self.bounds.end_ms - length, self.bounds.end_ms), self.bounds))
        elif code in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._to_event(-1 if code == Qt.Key.Key_PageUp else 1)
        elif code in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_near()
        else:
            super().keyPressEvent(event)

    def _step_cross(self, by: int) -> None:
        """The crosshair goes to the reading a two-hundredth of the picture further on."""
        if self._nearest is None:
            return
        from_ms = self.cross.at_ms if self.cross is not None else (self.period.start_ms + self.period.end_ms) // 2
        step = max(self.period.length_ms // 200, 1)
        for more in range(1, 21):  # a hole has no reading: look on beyond it
            found = self._nearest(from_ms + by * step * more, self.period)
            if found is not None and (found.at_ms - from_ms) * by > 0:
                self._show_cross(found)
                self.setAccessibleDescription(f"{found.time} {found.value}")
                return

    def _to_event(self, by: int) -> None:
        middle = (self.period.start_ms + self.period.end_ms) // 2
        peaks = sorted(event.peak_ms for event in self.scene.events)
        ahead = [at for at in peaks if (at - middle) * by > self.period.length_ms // 1000]
        if not ahead:
            return
        to = ahead[0] if by > 0 else ahead[-1]
        half = self.period.length_ms // 2
        self._go(fit(Period(to - half, to - half + self.period.length_ms), self.bounds))

    def _open_near(self) -> None:
        at_ms = self.cross.at_ms if self.cross is not None else (self.period.start_ms + self.period.end_ms) // 2
        shown = [e for e in self.scene.events if e.start_ms <= self.period.end_ms and e.end_ms >= self.period.start_ms]
        if shown:
            self.event_opened.emit(min(shown, key=lambda one: abs(one.peak_ms - at_ms)).ident)

    # --- size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._renew()

    def sizeHint(self) -> QSize:
        return QSize(640, 300)

"""The chart draws what its width can show, and no more; whoever has no mouse gets everywhere."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cellguide.temperature import plot
from cellguide.temperature.chunks import DAY_MS, split_days
from cellguide.temperature.limits import Period
from cellguide.temperature.series import make_series
from cellguide.temperature.stream import Stream, streams
from ui import chart_paint
from ui.chart import Chart
from ui.chart_view import Event, Hole, LimitLine, Reading, Scene, Sign, Stroke, fit, ticks, zoomed

START_MS = 1_450_000_000_000 // DAY_MS * DAY_MS
COUNT = 5_000_000
MINUTE_MS = 60_000
ZONE = "Asia/Shanghai"


@pytest.fixture(scope="module")
def years() -> Stream:
    """Nine and a half years at one reading a minute, with one reading at -140 °C and one hole."""
    t_ms = START_MS + np.arange(COUNT, dtype=np.int64) * MINUTE_MS
    v = (-1840 + (np.arange(COUNT) * 7919) % 23).astype(np.int32)
    v[COUNT // 2] = -1400
    t_ms[COUNT // 3 :] += 5 * 60 * MINUTE_MS
    return streams([make_series("I-1", "DEMO/1", t_ms, v, 1, interval_ms=MINUTE_MS)])[0]


class Source:
    """Counts what was asked and what was given."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.asked: list[tuple[Period, int]] = []

    def points(self, period: Period, width_px: int) -> list[Stroke]:
        self.asked.append((period, width_px))
        return [Stroke(part.points) for part in plot.curve(self.stream, period, width_px)]

    def nearest(self, at_ms: int, period: Period) -> Reading | None:
        index = min(int(np.searchsorted(self.stream.t_ms, at_ms)), len(self.stream) - 1)
        c = int(self.stream.warm[index]) / 10
        return Reading(int(self.stream.t_ms[index]), (c,), f"{c} °C", "t")


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    made = Chart()
    qtbot.addWidget(made)
    made.resize(900, 360)
    made.show()
    QApplication.processEvents()
    return made


def fill(chart: Chart, stream: Stream, period: Period) -> Source:
    source = Source(stream)
    bounds = Period(int(stream.t_ms[0]), int(stream.t_ms[-1]))
    chart.set_source(source.points, source.nearest, bounds, ZONE)
    chart.show_period(period)
    chart.grab()
    return source


def test_five_million_readings_pan_by_keys_with_a_line_bounded_by_the_width(chart: Chart, years: Stream) -> None:
    whole = Period(int(years.t_ms[0]), int(years.t_ms[-1]))
    source = fill(chart, years, whole)
    most = 4 * chart.plot_width + 16
    assert 0 < chart.drawn_points <= most
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Plus, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Minus):
        before = chart.period
        QTest.keyClick(chart, key)
        chart.grab()
        assert chart.period != before
        assert 0 < chart.drawn_points <= most
    assert len(source.asked) == 7  # once per step, and never for a mere repaint
    chart.grab()
    assert len(source.asked) == 7
    assert all(width == chart.plot_width for _, width in source.asked)


def test_a_single_warm_minute_in_ten_years_is_drawn_at_its_height_and_its_true_width(
    chart: Chart, years: Stream
) -> None:
    fill(chart, years, Period(int(years.t_ms[0]), int(years.t_ms[-1])))
    points = [point for stroke in chart.strokes for point in stroke.points]
    spike = int(years.t_ms[COUNT // 2])
    assert max(points, key=lambda point: point[1]) == (spike, -140.0)
    near = sorted(at for at, c in points if abs(at - spike) <= 2 * MINUTE_MS)
    assert near[0] >= spike - 2 * MINUTE_MS and all(c < -180 for at, c in points if at != spike)


def test_nothing_is_drawn_across_a_hole(chart: Chart, years: Stream) -> None:
    hole = int(years.t_ms[COUNT // 3])
    fill(chart, years, Period(hole - DAY_MS, hole + DAY_MS))
    assert len(chart.strokes) == 2
    assert chart.strokes[0].points[-1][0] < hole - 4 * 3_600_000 and chart.strokes[1].points[0][0] == hole


def test_days_are_drawn_as_a_band_between_their_lowest_and_highest(chart: Chart, years: Stream) -> None:
    part = slice(0, 40 * 1440)
    days = split_days(make_series("I-1", "DEMO/1", years.t_ms[part], np.asarray(years.warm[part]), 1))
    heads = [one.head for one in days]
    chart.set_source(
        lambda period, width: [Stroke(p.points, band=True) for p in plot.day_curve(heads, period, width)],
        None, Period(START_MS, START_MS + 40 * DAY_MS), ZONE,
    )  # fmt: skip
    chart.show_period(chart.bounds)
    chart.grab()
    assert chart.drawn_points == 2 * len(heads)
    low, high = chart.strokes[0].points[0], chart.strokes[0].points[1]
    assert low[0] == high[0] and low[1] < high[1]


def test_the_wheel_keeps_the_moment_under_the_pointer_where_it_is(chart: Chart, years: Stream) -> None:
    fill(chart, years, Period(START_MS, START_MS + 30 * DAY_MS))
    x = chart_paint.AXIS_PX + chart.plot_width * 0.7
    before = chart.view().at_ms(x)
    at = QPointF(x, 100)
    event = QWheelEvent(at, chart.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    chart.wheelEvent(event)
    assert chart.period.length_ms < 30 * DAY_MS
    assert abs(chart.view().at_ms(x) - before) <= chart.period.length_ms // chart.plot_width


def test_dragging_moves_the_time_with_the_hand(chart: Chart, years: Stream) -> None:
    begin = START_MS + 400 * DAY_MS
    fill(chart, years, Period(begin, begin + 30 * DAY_MS))
    moved: list[Period] = []
    chart.moved.connect(moved.append)
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=QPoint(500, 100))
    QTest.mouseMove(chart, QPoint(400, 100))
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=QPoint(400, 100))
    wanted = begin + 100 * 30 * DAY_MS // chart.plot_width
    assert moved and abs(chart.period.start_ms - wanted) < DAY_MS // 4
    assert chart.period.length_ms == 30 * DAY_MS


def test_home_shows_everything_and_end_the_newest(chart: Chart, years: Stream) -> None:
    fill(chart, years, Period(START_MS + DAY_MS, START_MS + 2 * DAY_MS))
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert chart.period == Period(chart.bounds.end_ms - DAY_MS, chart.bounds.end_ms)
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert chart.period == chart.bounds


def test_nobody_can_pan_or_zoom_out_of_what_there_is() -> None:
    bounds = Period(1000, 1000 + 10 * DAY_MS)
    assert fit(Period(-5 * DAY_MS, -4 * DAY_MS), bounds) == Period(1000, 1000 + DAY_MS)
    assert fit(Period(0, 99 * DAY_MS), bounds) == bounds
    assert zoomed(Period(1000, 1000 + DAY_MS), 1000, 2000, bounds) == bounds
    assert zoomed(Period(1000, 1000 + DAY_MS), 1e-9, 2000, bounds).length_ms == 10 * MINUTE_MS


def test_the_crosshair_walks_by_keys_and_says_the_exact_value(chart: Chart, years: Stream) -> None:
    fill(chart, years, Period(START_MS, START_MS + DAY_MS))
    QTest.keyClick(chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    first = chart.cross
    QTest.keyClick(chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert first is not None and chart.cross is not None and chart.cross.at_ms > first.at_ms
    index = int(np.searchsorted(years.t_ms, chart.cross.at_ms))
    assert chart.cross.value == f"{int(years.warm[index]) / 10} °C"
    assert chart.cross.value in chart.accessibleDescription()
    chart.grab()


def test_page_down_goes_to_the_next_excursion_and_enter_opens_it(chart: Chart, years: Stream) -> None:
    peak = START_MS + 100 * DAY_MS
    fill(chart, years, Period(START_MS, START_MS + 10 * DAY_MS))
    chart.show_scene(Scene(events=(Event("X-1", peak - MINUTE_MS, peak + MINUTE_MS, peak, "超温 2 min"),)))
    opened: list[str] = []
    chart.event_opened.connect(opened.append)
    QTest.keyClick(chart, Qt.Key.Key_PageDown)
    assert chart.period.start_ms < peak < chart.period.end_ms
    chart.grab()
    QTest.keyClick(chart, Qt.Key.Key_Return)
    flag = chart._flags[0]
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=flag.box.center().toPoint())
    assert opened == ["X-1", "X-1"]


def test_the_scale_holds_limit_and_readings_and_ends_near_them(chart: Chart, years: Stream) -> None:
    fill(chart, years, Period(START_MS, START_MS + DAY_MS))
    chart.show_scene(
        Scene(limits=(LimitLine(-150.0, "上限"), LimitLine(-123.0, "临界", "text_quiet", "", always=False)))
    )
    view = chart.view()
    assert view.low_c < -184 and -150 < view.high_c < -140
    assert view.low_c >= -273.15 and view.y(-150.0) > view.top


def test_flags_never_cover_each_other() -> None:
    from ui.chart_view import View

    view = View(56, 8, 800, 300, Period(0, DAY_MS), -200, -140)
    events = [Event(str(n), n * MINUTE_MS, n * MINUTE_MS, n * MINUTE_MS, "超温 2 min") for n in range(10)]
    placed = chart_paint.flags(events, view)
    words = [flag.box for flag in placed if flag.text]
    assert len(placed) == 10 and len(words) == 1


@pytest.mark.parametrize("days", [0.05, 1, 7, 30, 365, 3650])
def test_times_stand_on_round_local_moments_and_are_few(days: float) -> None:
    period = Period(START_MS + 12_345, START_MS + 12_345 + round(days * DAY_MS))
    marks = ticks(period, 7, ZONE)
    assert 2 <= len(marks) <= 9
    assert all(period.start_ms <= mark.at_ms <= period.end_ms for mark in marks)
    assert len({mark.text for mark in marks}) == len(marks)


def test_midnights_stay_midnights_over_a_change_of_summer_time() -> None:
    october = 1_792_800_000_000  # 2026-10-24 in Berlin; the clock goes back on the 25th
    marks = ticks(Period(october, october + 5 * DAY_MS), 5, "Europe/Berlin")
    assert [mark.text for mark in marks] == ["10-25", "10-26", "10-27", "10-28", "10-29"]
    assert len({(b.at_ms - a.at_ms) // 3_600_000 for a, b in itertools.pairwise(marks)}) == 2


def test_signs_have_lanes_of_their_own_and_an_empty_period_says_so(chart: Chart, years: Stream) -> None:
    fill(chart, years, Period(START_MS, START_MS + DAY_MS))
    before = chart.view().height
    chart.show_scene(Scene(signs=(Sign(START_MS + 1000, "refill", "加注液氮"), Sign(START_MS + 9, "round", "巡检")),
                           holes=(Hole(START_MS, START_MS + MINUTE_MS, "中断"),)))  # fmt: skip
    assert before - chart.view().height == 2 * chart_paint.LANE_PX + chart_paint.LANES_TOP_PX
    chart.set_source(lambda _period, _width: (), None, chart.bounds, ZONE)
    chart.grab()
    assert chart.drawn_points == 0 and "没有读数" in chart.accessibleDescription()

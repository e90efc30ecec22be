"""The points that screen and paper draw."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from temperature_makers import START_MS, a_stream, at, span, steady

from cellguide.temperature.chunks import DAY_MS, ChunkHead
from cellguide.temperature.limits import Period
from cellguide.temperature.plot import axis, curve, day_curve
from cellguide.temperature.series import make_series
from cellguide.temperature.stream import streams


def a_month() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(43_200, dtype=np.int64) * 60_000 + START_MS


def test_few_readings_are_drawn_as_they_are() -> None:
    (segment,) = curve(a_stream([(0, "5"), (10, "6.5"), (20, "5")]), span(0, 20), 400)
    assert segment.points == ((at(0), 5.0), (at(10), 6.5), (at(20), 5.0))


def test_a_gap_breaks_the_line_and_a_single_reading_is_a_dot() -> None:
    segments = curve(a_stream([(0, "5"), (10, "5"), (100, "5"), (200, "5"), (210, "5")]), span(0, 210), 400)
    assert [len(segment.points) for segment in segments] == [2, 1, 2]


def test_a_one_minute_spike_in_a_month_keeps_its_height_and_its_width() -> None:
    t_ms = a_month()
    v = np.full(t_ms.size, -1800, np.int32)
    v[20_000] = -1440
    stream = streams([make_series("i", "p", t_ms, v, 1)])[0]
    (segment,) = curve(stream, Period(int(t_ms[0]), int(t_ms[-1])), 800)
    assert len(segment.points) <= 4 * 801
    top = int(np.argmax(segment.c))
    assert segment.points[top] == (int(t_ms[20_000]), -144.0)
    assert float(segment.c.min()) == -180.0
    assert segment.t_ms[top + 1] - segment.t_ms[top - 1] <= 2 * (t_ms[-1] - t_ms[0]) // 800


@given(st.integers(0, 2**32 - 1), st.integers(3, 60))
def test_every_pixel_column_keeps_its_extremes_in_order_of_time(seed: int, width: int) -> None:
    t_ms = a_month()[:2000]
    v = np.random.default_rng(seed).integers(-1900, -1400, t_ms.size)
    stream = streams([make_series("i", "p", t_ms, v, 1)])[0]
    (segment,) = curve(stream, Period(int(t_ms[0]), int(t_ms[-1]) + 1), width)
    assert bool((np.diff(segment.t_ms) > 0).all())
    column = (t_ms - t_ms[0]) * width // (int(t_ms[-1]) + 1 - int(t_ms[0]))
    drawn = (segment.t_ms - t_ms[0]) * width // (int(t_ms[-1]) + 1 - int(t_ms[0]))
    for pixel in range(width):
        assert segment.c[drawn == pixel].min() == v[column == pixel].min() / 10
        assert segment.c[drawn == pixel].max() == v[column == pixel].max() / 10


def test_outside_the_readings_nothing_is_drawn() -> None:
    assert curve(a_stream(steady("5", 0, 100)), span(500, 600), 100) == ()


def test_years_are_drawn_from_day_extremes_and_missing_days_break_the_line() -> None:
    first = START_MS // DAY_MS
    heads = [ChunkHead(first + day, 144, -1850 - day, -1750 + day, 1) for day in (0, 1, 2, 5, 6)]
    heads.append(ChunkHead(first + 3, 10, None, None, 1))
    segments = day_curve(heads, Period(START_MS, START_MS + 10 * DAY_MS), 1000)
    assert [len(segment.points) for segment in segments] == [6, 4]
    assert segments[0].points[:2] == ((START_MS + DAY_MS // 2, -185.0), (START_MS + DAY_MS // 2, -175.0))
    assert day_curve([], Period(START_MS, START_MS + DAY_MS), 100) == ()


def test_ten_years_in_a_narrow_picture_keep_the_warmest_day() -> None:
    first = START_MS // DAY_MS
    heads = [ChunkHead(first + day, 1440, -1850, -1750 if day != 1234 else -900, 1) for day in range(3650)]
    (segment,) = day_curve(heads, Period(START_MS, START_MS + 3650 * DAY_MS), 500)
    assert len(segment.points) <= 2 * 501
    assert float(segment.c.max()) == -90.0


def test_two_imports_of_a_day_are_one_stroke() -> None:
    first = START_MS // DAY_MS
    heads = [ChunkHead(first, 10, 40, 60, 1), ChunkHead(first, 10, 300, 700, 2)]
    (segment,) = day_curve(heads, Period(START_MS, START_MS + DAY_MS), 100)
    assert [c for _, c in segment.points] == [3.0, 7.0]


@given(st.integers(-27315, 15000).map(lambda n: n / 100), st.integers(0, 40000).map(lambda n: n / 100))
def test_the_axis_holds_both_values_and_ends_at_the_physically_possible(low: float, spread: float) -> None:
    one = axis(low, low + spread)
    assert one.low_c <= low <= low + spread <= one.high_c
    assert one.low_c >= -273.15
    assert 2 <= len(one.ticks_c) <= 10
    assert list(one.ticks_c) == sorted(set(one.ticks_c))


def test_conflicting_values_are_drawn_at_the_outer_one() -> None:
    from temperature_makers import a_series

    (stream,) = streams([a_series(steady("-180", 0, 20)), a_series([(10, "-140")], source="b")])
    (segment,) = curve(stream, span(0, 20), 100)
    assert (at(10), -140.0) in segment.points
    assert Decimal(str(min(c for _, c in segment.points))) == Decimal("-180.0")

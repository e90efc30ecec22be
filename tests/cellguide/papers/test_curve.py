from __future__ import annotations

from decimal import Decimal
from typing import Any

import poppler
import pytest
import record_makers as make
from hypothesis import given
from hypothesis import strategies as st

from cellguide.papers import curve, run_record
from cellguide.papers.render import render
from cellguide.papers.sheet import MARGIN, PAGE_HEIGHT
from cellguide.papers.voice import Voice

VOICE = Voice(["zh", "en"])


def series(**changes: Any) -> dict[str, Any]:
    return make.series() | changes


def test_a_gap_is_never_bridged_by_a_line() -> None:
    drawn = curve.curve(series(), VOICE)
    assert drawn is not None
    stretches = drawn.stretches
    assert len(stretches) == 2
    start, end = drawn.gaps[0]
    assert stretches[0][-1][0] <= start < end <= stretches[1][0][0]


@given(st.decimals(-200, 60, places=1), st.decimals(-200, 60, places=1))
def test_the_scale_holds_every_value_with_few_round_numbers(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    ticks = curve._ticks(low, high)
    assert ticks[0] < low
    assert ticks[-1] > high
    assert 3 <= len(ticks) <= 8


def test_the_limit_is_on_the_scale_even_when_nothing_comes_near_it() -> None:
    drawn = curve.curve(series(), VOICE)
    assert drawn is not None
    (limit,) = drawn.limits
    assert limit.c == -150.0
    assert drawn.ticks_c[0] < Decimal(str(limit.c)) < drawn.ticks_c[-1]


def test_no_points_is_said_not_drawn() -> None:
    assert curve.curve(series(points=[]), VOICE) is None
    record = make.small_record(series=series(points=[], gaps=[]))
    assert "没有读数" in poppler.flat(run_record.draw(record, {}))


@pytest.mark.parametrize("limit", [None, "-150"])
def test_a_curve_of_one_reading_is_drawn(limit: str | None) -> None:
    point = ["2026-11-22T10:00:00.000+08:00", "-181.2"]
    record = make.small_record(series=series(points=[point], gaps=[], limit_c=limit))
    text = poppler.text(run_record.draw(record, {}))
    assert "2026-11-22 10:00:00 +08:00" in text
    assert ("限值 −150 °C" in text) == (limit is not None)


def test_the_line_is_on_the_page_where_the_readings_are() -> None:
    record = make.small_record(sections=[], series=series(points=series()["points"][:60], gaps=[]))
    pixels = render(run_record.draw(record, {}), 0, 1)
    teal = [
        y
        for y in range(round(PAGE_HEIGHT) - 700, round(PAGE_HEIGHT) - 100)
        if pixels.rgb[(y * pixels.width + round(MARGIN) + 250) * 3 + 2]
        > pixels.rgb[(y * pixels.width + round(MARGIN) + 250) * 3] + 60
    ]
    assert teal, "the curve's colour is found in the column"


# --- the chart of a period --------------------------------------------------------------------------------------------

DAY_MS = 86_400_000
FIRST_MS = 1_790_784_000_000  # 2026-10-01T00:00+08:00


def body(**changes: Any) -> dict[str, Any]:
    """Ten days of a fridge with one gap, one excursion, one round."""
    points = [[FIRST_MS + n * DAY_MS // 4, "9.5" if n == 10 else "4.5"] for n in range(41)]
    chart = {
        "start_ms": FIRST_MS,
        "end_ms": FIRST_MS + 10 * DAY_MS,
        "lines": [points[:20], points[24:]],
        "bands": [],
        "gaps": [[points[19][0], points[24][0]]],
        "limits": [["high", "8"], ["low", "2"]],
        "alarm_1": None,
        "events": [[points[9][0], points[11][0], points[10][0], "9.5"]],
        "marks": [[points[30][0], "round", "4.4"], [points[31][0], "door", ""]],
        "ticks": [[FIRST_MS, "10-01"], [FIRST_MS + 5 * DAY_MS, "10-06"]],
    }
    start, end = "2026-10-01T00:00:00.000+08:00", "2026-10-11T00:00:00.000+08:00"
    return {"start": start, "end": end, "chart": chart | changes}


def test_the_chart_of_a_period_is_as_wide_as_the_period_and_not_as_its_readings() -> None:
    late = [[FIRST_MS + 8 * DAY_MS, "4.5"], [FIRST_MS + 9 * DAY_MS, "4.6"]]
    drawn = curve.period_curve(body(lines=[late], gaps=[], events=[], marks=[]), VOICE)
    assert drawn._x(FIRST_MS) == curve.LEFT
    assert drawn._x(late[0][0]) > curve.LEFT + 0.7 * (drawn._x(FIRST_MS + 10 * DAY_MS) - curve.LEFT)


def test_points_limits_excursions_and_what_people_did_stand_on_the_chart() -> None:
    drawn = curve.period_curve(body(), VOICE)
    assert [len(stretch) for stretch in drawn.stretches] == [20, 17]
    assert [(limit.c, limit.side) for limit in drawn.limits] == [(8.0, "high"), (2.0, "low")]
    assert drawn.dots == ((body()["chart"]["marks"][0][0], 4.4),)
    assert len(drawn.lanes) == 2
    assert drawn.events[0].peak_c == 9.5
    assert drawn.ticks_c[0] < 2 < 9.5 < drawn.ticks_c[-1]


def test_an_open_excursion_reaches_to_the_end_of_the_chart() -> None:
    start = body()["chart"]["events"][0][0]
    drawn = curve.period_curve(body(events=[[start, None, start, "9.5"]]), VOICE)
    assert drawn.events[0].end_ms == FIRST_MS + 10 * DAY_MS


def test_an_alarm_line_is_drawn_only_where_the_scale_reaches_it() -> None:
    shown = curve.period_curve(body(alarm_1="7"), VOICE)
    assert [limit.side for limit in shown.limits] == ["high", "low", ""]
    assert len(curve.period_curve(body(alarm_1="20"), VOICE).limits) == 2


def test_days_known_by_their_extremes_are_strokes_and_never_a_line_from_day_to_day() -> None:
    points = [["2026-10-01T12:00:00.000+08:00", "3.1"], ["2026-10-01T12:00:00.001+08:00", "5.2"],
              ["2026-10-02T12:00:00.000+08:00", "3.0"], ["2026-10-02T12:00:00.001+08:00", "5.9"]]  # fmt: skip
    drawn = curve.curve(series(points=points, gaps=[], by_day=True), VOICE)
    assert drawn is not None
    assert not drawn.stretches
    assert [[c for _, c in band] for band in drawn.bands] == [[3.1, 5.2], [3.0, 5.9]]

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
    stretches = drawn._stretches()
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
    assert drawn.limit_c is not None
    assert drawn.ticks_c[0] < Decimal(str(drawn.limit_c)) < drawn.ticks_c[-1]


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

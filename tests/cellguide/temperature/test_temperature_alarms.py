"""The rules engine: WHO shipment-indicator alarms and the vaccine-fridge convention as vectors (regulation 3.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temperature_makers import a_stream, at, high, low, minutes, steady

from cellguide.temperature.alarms import AlarmState, most_in_window_ms, run_rule
from cellguide.temperature.limits import MINUTE_MS, AlarmRule, Mode

WHO_HOT = AlarmRule("≥ 45 °C 1 h", high("45", inclusive=True), Mode.SINGLE, 60)
WHO_WARM = AlarmRule("≥ 30 °C 10 h", high("30", inclusive=True), Mode.CUMULATIVE, 600)
WHO_COOL = AlarmRule("≥ 10 °C 20 h", high("10", inclusive=True), Mode.CUMULATIVE, 1200)
WHO_FREEZE = AlarmRule("≤ -0.5 °C 1 h", low("-0.5", inclusive=True), Mode.SINGLE, 60)
FRIDGE_WARM = AlarmRule("> 8 °C 10 h", high("8"), Mode.SINGLE, 600)
FRIDGE_FREEZE = AlarmRule("< -0.5 °C 60 min", low("-0.5"), Mode.SINGLE, 60)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (WHO_HOT, "45.0"),
        (WHO_WARM, "30.0"),
        (WHO_COOL, "10.0"),
        (WHO_FREEZE, "-0.5"),
        (FRIDGE_WARM, "8.1"),
        (FRIDGE_FREEZE, "-0.6"),
    ],
)
def test_each_alarm_is_raised_when_its_time_is_reached_and_not_ten_minutes_before(rule: AlarmRule, value: str) -> None:
    reached = run_rule(a_stream(steady(value, 0, rule.minutes)), rule)
    assert (reached.state, reached.at_ms) == (AlarmState.RAISED, at(rule.minutes))
    short = run_rule(a_stream(steady(value, 0, rule.minutes - 10)), rule)
    assert (short.state, short.at_ms) == (AlarmState.QUIET, None)


@pytest.mark.parametrize(("rule", "value"), [(FRIDGE_WARM, "8.0"), (FRIDGE_FREEZE, "-0.5"), (WHO_WARM, "29.9")])
def test_a_value_on_an_exclusive_limit_raises_nothing(rule: AlarmRule, value: str) -> None:
    assert run_rule(a_stream(steady(value, 0, 3000)), rule).state is AlarmState.QUIET


def test_two_events_add_up_for_a_cumulative_rule_and_not_for_a_single_one() -> None:
    points = [*steady("31", 0, 300), (310, "20"), *steady("20", 320, 400), *steady("31", 410, 720)]
    stream = a_stream(points)
    cumulative = run_rule(stream, WHO_WARM)
    single = run_rule(stream, WHO_WARM._replace(mode=Mode.SINGLE))
    assert cumulative.state is AlarmState.RAISED
    assert single.state is AlarmState.QUIET
    assert cumulative.measured_ms > 600 * MINUTE_MS > single.measured_ms


def test_gaps_make_an_alarm_possible_but_do_not_raise_it() -> None:
    result = run_rule(a_stream([(0, "46"), (10, "46"), (80, "46"), (90, "46")]), WHO_HOT)
    assert (result.state, minutes(result.measured_ms), minutes(result.worst_ms)) == (AlarmState.POSSIBLE, 20, 90)
    assert result.at_ms is None


def test_a_window_forgets_what_lies_before_it() -> None:
    points = [*steady("9", 0, 30), (40, "5"), *steady("5", 50, 500), *steady("9", 510, 540), (550, "5")]
    within_a_day = AlarmRule("", high("8"), Mode.CUMULATIVE, 60, window_min=1440)
    within_an_hour = within_a_day._replace(window_min=60)
    assert run_rule(a_stream(points), within_a_day).state is AlarmState.RAISED
    assert run_rule(a_stream(points), within_an_hour).state is AlarmState.QUIET


def test_a_rule_without_minutes_needs_one_reading_outside() -> None:
    at_once = AlarmRule("any", high("-150"), Mode.SINGLE, 0)
    assert run_rule(a_stream([(0, "-160"), (60, "-140"), (120, "-160")]), at_once).at_ms == at(60)
    assert run_rule(a_stream([(0, "-160"), (10, "-150")]), at_once).state is AlarmState.QUIET


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=1, max_size=12),
    st.integers(1, 60),
)
def test_the_most_in_any_window_equals_sliding_it_minute_by_minute(pairs: list[tuple[int, int]], window: int) -> None:
    import numpy as np

    spans, now = [], 0
    for gap, length in pairs:
        spans.append((now + gap, now + gap + length))
        now += gap + length
    slow = max(
        sum(max(0, min(b, begin + window) - max(a, begin)) for a, b in spans) for begin in range(-window, now + 1)
    )
    assert most_in_window_ms(np.array(spans, np.int64), window) == slow

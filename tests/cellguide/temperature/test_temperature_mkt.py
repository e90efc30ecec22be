"""Mean kinetic temperature: published and computed vectors, properties and refusals (regulation 3.1, 3.2)."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal

import pytest
import slow_oracle
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from temperature_makers import a_series, a_stream, at, high, low, minutes, span, steady

from cellguide.refusal import Refusal
from cellguide.temperature.excursions import breaches
from cellguide.temperature.limits import MINUTE_MS
from cellguide.temperature.mkt import around, mean_kinetic_c, of_period, warmest_window, window_ms
from cellguide.temperature.series import Kind, series_of_points
from cellguide.temperature.stream import streams

DAY = 24 * 60


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        ([20, 2, 25], [2, 4, 1], 15.677581),
        ([5, 5, 5], None, 5.0),
        ([12.3, 15.9, 16.2, 14.7, 14.9], None, 14.9025),
        ([2, 3, 4, 5, 6, 7, 8], None, 5.2423),
        ([5, 15], [23, 1], 5.7635),
        ([3, 15], [22, 2], 4.9746),
        ([5, 14], [18, 6], 8.2852),
        ([20, 29], [717, 3], 20.0629),
        ([25, 40], [29, 1], 26.1130),
        ([22, 40], [29, 1], 23.5996),
        ([20, 30], None, 26.2599),
        ([0, 10], None, 6.4327),
        ([-20, -15, -10], None, -13.8678),
    ],
    ids=["P1", "P2", "P3", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10"],
)
def test_the_vectors_of_the_regulation_come_out(
    values: list[float], weights: list[float] | None, expected: float
) -> None:
    assert mean_kinetic_c(values, weights) == pytest.approx(expected, abs=0.00005)


def test_vector_p4_a_shorter_window_around_a_warm_day_is_warmer_than_a_year() -> None:
    points = [(day * DAY, "22.0") for day in range(364)]
    points[200] = (200 * DAY, "31.0")
    stream = a_stream(points, DAY)
    year = mean_kinetic_c([float(text) for _, text in points])
    (event,) = breaches(stream, high("25")).excursions()
    month, day = (warmest_window(stream, days * DAY * MINUTE_MS, event).mkt_c for days in (30, 3))
    assert 22 < year < month < day < 31


def test_the_gas_constant_used_hardly_matters_when_the_ratio_is_given() -> None:
    for gas, heat in ((8.314, 83.144), (8.314472, 83.14472), (8.314462618, 83.144)):
        other = mean_kinetic_c([5, 14], [18, 6], dh_over_r_k=heat * 1000 / gas)
        assert other == pytest.approx(8.2852, abs=0.001)


TEMPS = st.lists(st.floats(-25, 60).filter(lambda c: c != 85.0), min_size=1, max_size=30)


@given(TEMPS, st.randoms(use_true_random=False))
def test_it_lies_between_mean_and_maximum_whatever_the_order_or_repetition(values: list[float], random: object) -> None:
    result = mean_kinetic_c(values)
    mean = math.fsum(values) / len(values)
    assert mean - 1e-9 <= result <= max(values)
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert mean_kinetic_c(shuffled) == pytest.approx(result, abs=1e-9)
    assert mean_kinetic_c(values * 3) == pytest.approx(result, abs=1e-9)
    if max(values) - min(values) > 0.1:
        assert result > mean


@given(TEMPS, st.data())
def test_raising_one_reading_raises_it_and_scaling_or_splitting_weights_does_not(
    values: list[float], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.floats(0.5, 100), min_size=len(values), max_size=len(values)))
    result = mean_kinetic_c(values, weights)
    index = data.draw(st.integers(0, len(values) - 1))
    raised = [value + 1 if k == index else value for k, value in enumerate(values)]
    assert mean_kinetic_c(raised, weights) > result
    assert mean_kinetic_c(values, [7 * weight for weight in weights]) == pytest.approx(result, abs=1e-9)
    split = [*weights, weights[index] / 4]
    split[index] *= 0.75
    assert mean_kinetic_c([*values, values[index]], split) == pytest.approx(result, abs=1e-9)


@given(TEMPS, st.data())
def test_the_slow_oracle_computes_the_same_mean(values: list[float], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.floats(0.01, 100), min_size=len(values), max_size=len(values)))
    assert mean_kinetic_c(values, weights) == pytest.approx(slow_oracle.mean_kinetic(values, weights), abs=1e-7)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from([2, 4, 6, 10]), st.integers(20, 150)), min_size=3, max_size=15),
    st.sampled_from([8, 20, 36]),
)
def test_no_window_of_the_slow_oracle_is_warmer(steps: list[tuple[int, int]], window: int) -> None:
    points, now = [], 0
    for step, value in steps:
        now += step
        points.append((now, value))
    assume(points[-1][0] - points[0][0] >= window)
    pairs = [(at(t), Decimal(v).scaleb(-1)) for t, v in points]
    series = series_of_points("oracle", "p", pairs, interval_ms=4 * MINUTE_MS)
    try:
        found = warmest_window(streams([series])[0], window * MINUTE_MS)
    except Refusal as refusal:
        assert refusal.code == "temperature.mkt_nothing"
        return
    first = next(a for a, b in itertools.pairwise(points) if b[0] - a[0] <= 6)[0]
    last = max(b[0] for a, b in itertools.pairwise(points) if b[0] - a[0] <= 6)
    assume(last - first >= window)
    slow = slow_oracle.warmest_window([(t, v / 10) for t, v in points], 4, window, range(first, last - window + 1))
    assert found.mkt_c == pytest.approx(slow, abs=1e-6)


def test_the_window_is_the_warmest_of_all_that_contain_the_excursion() -> None:
    points = [*steady("5", 0, 600), *steady("12", 610, 700), *steady("5", 710, 1400), *steady("7", 1410, 2900)]
    stream = a_stream(points)
    (event,) = breaches(stream, high("8")).excursions()
    found = warmest_window(stream, DAY * MINUTE_MS, event)
    assert found.whole
    assert found.start_ms <= event.start_ms <= event.end_ms <= found.end_ms  # type: ignore[operator]
    assert found.end_ms - found.start_ms == found.covered_ms == DAY * MINUTE_MS
    assert found.mean_c <= found.mkt_c
    earliest = warmest_window(stream, DAY * MINUTE_MS, event, span(0, DAY))
    assert earliest.mkt_c < found.mkt_c


def test_readings_shorter_than_the_window_are_all_used_and_it_says_so() -> None:
    stream = a_stream([*steady("5", 0, 100), (110, "9"), (120, "5")])
    (event,) = breaches(stream, high("8")).excursions()
    found = warmest_window(stream, DAY * MINUTE_MS, event)
    assert not found.whole
    assert minutes(found.covered_ms) == 120


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-25.1, "mkt_frozen"),
        (-150.0, "mkt_frozen"),
        (-127.0, "sensor_code"),
        (85.0, "sensor_code"),
        (-999.0, "sensor_code"),
        (999.9, "sensor_code"),
        (-274.0, "impossible"),
        (math.nan, "not_a_number"),
        (math.inf, "not_a_number"),
        (-math.inf, "not_a_number"),
    ],
)
def test_it_is_refused_where_it_would_mean_nothing(value: float, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        mean_kinetic_c([5.0, value])
    assert caught.value.code == f"temperature.{code}"


def test_unusable_weights_and_empty_lists_are_refused() -> None:
    for values, weights, code in (
        ([], None, "mkt_nothing"),
        ([5.0], [0.0], "mkt_nothing"),
        ([5.0], [-1.0], "mkt_weights"),
        ([5.0], [1.0, 2.0], "mkt_weights"),
        ([5.0], [math.nan], "mkt_weights"),
    ):
        with pytest.raises(Refusal) as caught:
            mean_kinetic_c(values, weights)
        assert caught.value.code == f"temperature.{code}"


def test_minus_twenty_five_exactly_is_still_computed() -> None:
    assert mean_kinetic_c([-25.0, -25.0]) == pytest.approx(-25.0)


def test_cold_excursions_rounds_and_tanks_have_no_kinetic_mean() -> None:
    stream = a_stream([(0, "3"), (10, "1"), (20, "3")])
    (event,) = breaches(stream, low("2")).excursions()
    rounds = streams([a_series([(0, "5"), (720, "6")], 720, kind=Kind.ROUND)])[0]
    tank = a_stream([(0, "-150"), (10, "-100")])
    for call, code in (
        (lambda: warmest_window(stream, 600_000, event), "mkt_cold_side"),
        (lambda: warmest_window(rounds, 600_000), "mkt_round"),
        (lambda: warmest_window(tank, 600_000), "mkt_frozen"),
        (lambda: warmest_window(stream, 0), "period_empty"),
        (lambda: warmest_window(stream, 600_000, None, span(500, 600)), "mkt_nothing"),
    ):
        with pytest.raises(Refusal) as caught:
            call()
        assert caught.value.code == f"temperature.{code}"


def test_controlled_cold_is_looked_at_by_the_day_and_room_by_thirty() -> None:
    assert window_ms(high("8")) == window_ms(high("15")) == 24 * 60 * MINUTE_MS
    assert window_ms(high("25")) == window_ms(None) == 30 * 24 * 60 * MINUTE_MS


def test_of_a_period_the_warmest_stream_speaks_and_no_window_around_an_excursion_is_warmer() -> None:
    day = DAY
    cold = a_stream(steady("4.0", 0, 4 * day))
    spike = [
        *steady("5.0", 0, 2 * day),
        *steady("14.0", 2 * day + 10, 2 * day + 120),
        *steady("5.0", 2 * day + 130, 4 * day),
    ]
    warm = a_stream(spike)
    (event,) = breaches(warm, high("8")).excursions()
    whole = of_period((cold, warm), high("8"), (event,), span(0, 4 * day))
    near = around((warm,), high("8"), event)
    assert whole.mkt_c == pytest.approx(near.mkt_c) and whole.whole
    assert near.start_ms <= event.start_ms and near.end_ms >= (event.end_ms or 0)
    assert whole.mkt_c > of_period((cold,), high("8"), (), span(0, 4 * day)).mkt_c


def test_an_excursion_to_the_cold_side_or_nothing_automatic_refuses_the_period() -> None:
    frozen = a_stream([*steady("4.0", 0, DAY), *steady("-1.0", DAY + 10, DAY + 60), *steady("4.0", DAY + 70, 2 * DAY)])
    (event,) = breaches(frozen, low("2")).excursions()
    with pytest.raises(Refusal, match=r"temperature\.mkt_cold_side"):
        of_period((frozen,), high("8"), (event,), span(0, 2 * DAY))
    with pytest.raises(Refusal, match=r"temperature\.mkt_nothing"):
        of_period((), high("8"), (), span(0, 2 * DAY))
    with pytest.raises(Refusal, match=r"temperature\.mkt_nothing"):
        around((), high("8"), event)

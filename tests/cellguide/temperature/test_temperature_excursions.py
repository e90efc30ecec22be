"""Vectors E1–E7 of regulation 3.3, the crossing rules, and the walk of the slow oracle."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
import slow_oracle
from hypothesis import given
from hypothesis import strategies as st
from temperature_makers import a_series, a_stream, at, high, low, minutes, span

from cellguide.temperature.excursions import Edge, bounded, breaches, totals
from cellguide.temperature.gaps import coverage, find_gaps
from cellguide.temperature.limits import MINUTE_MS
from cellguide.temperature.series import Kind, series_of_points
from cellguide.temperature.stream import streams


def test_vector_e1_one_peak_is_ten_minutes_between_its_crossings() -> None:
    (event,) = breaches(a_stream([(0, "6"), (10, "7"), (20, "9"), (30, "7")]), high("8.0")).excursions()
    assert (event.start_ms, event.end_ms) == (at(15), at(25))
    assert minutes(event.measured_ms) == minutes(event.worst_ms) == 10.0
    assert (minutes(event.min_ms), minutes(event.max_ms)) == (0, 20)
    assert (event.peak_c, event.peak_ms, event.degree_min) == (Decimal(9), at(20), 5.0)


def test_vector_e2_equality_is_inside_on_both_sides() -> None:
    stream = a_stream([(0, "8.0"), (10, "8.0"), (20, "8.0")])
    assert not len(breaches(stream, high("8.0")))
    assert not len(breaches(stream, low("8.0")))


def test_vector_e3_an_unfinished_excursion_stays_open() -> None:
    (event,) = breaches(a_stream([(0, "7"), (10, "9")]), high("8.0")).excursions()
    assert event.open
    assert (event.start_ms, event.end_ms, event.end_edge) == (at(5), None, Edge.OPEN)
    assert minutes(event.measured_ms) == 5.0
    assert event.max_ms is None


def test_vector_e4_a_gap_inside_a_breach_counts_as_out_in_the_worst_case() -> None:
    found = breaches(a_stream([(0, "9"), (10, "9"), (100, "9"), (110, "7")]), high("8.0"))
    (event,) = found.excursions()
    assert minutes(event.measured_ms) == 15.0
    assert minutes(event.worst_ms) == 105.0
    assert [(minutes(a - at(0)), minutes(b - at(0))) for a, b in found.pieces.tolist()] == [(0, 10), (100, 105)]
    assert event.start_edge is Edge.OPEN


def test_vector_e5_a_gap_between_good_readings_is_no_excursion_but_not_covered() -> None:
    stream = a_stream([(0, "7"), (10, "7"), (100, "7"), (110, "7")])
    assert not len(breaches(stream, high("8.0")))
    (gap,) = find_gaps([stream], span(0, 110), at(110))
    assert (minutes(gap.length_ms), gap.missing) == (90, 8)
    assert coverage([stream], [], span(0, 110), at(110)).percent == Decimal("18.2")


def test_vector_e6_two_events_have_a_longest_and_a_sum() -> None:
    points = [(0, "7"), (10, "9"), (20, "7"), (30, "7"), (40, "9"), (50, "7")]
    sums = totals([breaches(a_stream(points), high("8.0"))], at(0), at(50))
    assert (sums.events, minutes(sums.longest_ms), minutes(sums.cumulative_ms)) == (2, 10, 20)


def test_vector_e7_a_label_excursion_that_does_not_reach_the_critical_line() -> None:
    stream = a_stream([(0, "-151"), (10, "-149.9"), (20, "-140"), (30, "-151")])
    (event,) = breaches(stream, high("-150")).excursions()
    assert minutes(event.start_ms - at(0)) == pytest.approx(9.091, abs=0.0005)
    assert minutes(event.end_ms - at(0)) == pytest.approx(29.091, abs=0.0005)  # type: ignore[operator]
    assert minutes(event.measured_ms) == 20.0
    assert (minutes(event.min_ms), minutes(event.max_ms)) == (10, 30)
    assert not len(breaches(stream, high("-135")))


def test_a_gap_beside_a_breach_is_out_at_worst_until_the_good_reading() -> None:
    (event,) = breaches(a_stream([(0, "7"), (10, "9"), (100, "7")]), high("8")).excursions()
    assert event.end_edge is Edge.GAP
    assert (minutes(event.measured_ms), minutes(event.worst_ms), minutes(event.max_ms)) == (5, 95, 100)
    assert event.end_ms == at(10)


def test_nothing_is_interpolated_when_neighbours_are_more_than_one_and_a_half_intervals_apart() -> None:
    (linked,) = breaches(a_stream([(0, "7"), (15, "9"), (30, "7")]), high("8")).excursions()
    (apart,) = breaches(a_stream([(0, "7"), (15.1, "9"), (30.2, "7")]), high("8")).excursions()
    assert minutes(linked.measured_ms) == 15
    assert minutes(apart.measured_ms) == 0


def test_a_limit_finer_than_the_loggers_resolution_is_compared_exactly() -> None:
    stream = a_stream([(0, "8.0"), (10, "8.1"), (20, "8.0")])
    (event,) = breaches(stream, high("8.05")).excursions()
    assert minutes(event.measured_ms) == 10
    assert not len(breaches(stream, high("8.1")))
    assert breaches(stream, low("8.05")).first.tolist() == [0, 2]


def test_below_the_lower_limit_the_peak_is_the_coldest_reading() -> None:
    (event,) = breaches(a_stream([(0, "3"), (10, "1"), (20, "-1"), (30, "3")]), low("2")).excursions()
    assert (event.peak_c, event.peak_ms) == (Decimal(-1), at(20))


def test_conflicting_values_at_one_time_speak_each_for_the_limit_they_break() -> None:
    (stream,) = streams([a_series([(0, "5"), (10, "9"), (20, "5")]), a_series([(10, "1")], source="import-2")])
    assert breaches(stream, high("8")).excursions()[0].peak_c == Decimal(9)
    assert breaches(stream, low("2")).excursions()[0].peak_c == Decimal(1)
    assert stream.conflicts_ms == (at(10),)


def test_a_round_out_of_range_is_bounded_by_the_logger_beside_it() -> None:
    logger = a_series([(minute, "-160") for minute in range(0, 200, 10)])
    round_ = a_series([(-700, "-160"), (55, "-140"), (800, "-160")], 720, sensor="round", kind=Kind.ROUND)
    both = streams([logger, round_])
    alone = breaches(both[1], high("-150"))
    assert minutes(alone.excursions()[0].max_ms) == 1500
    (event,) = bounded(alone, both).excursions()
    assert (minutes(event.measured_ms), minutes(event.worst_ms), minutes(event.max_ms)) == (0, 10, 10)


def test_totals_cut_time_at_the_period_and_count_each_moment_once_over_two_probes() -> None:
    points = [(0, "9"), (10, "9"), (20, "9"), (30, "7")]
    twins = streams([a_series(points), a_series(points, sensor="probe-2")])
    sums = totals([breaches(stream, high("8")) for stream in twins], at(5), at(15))
    assert minutes(sums.cumulative_ms) == 10
    assert sums.events == 2


STEPS = st.lists(st.tuples(st.sampled_from([1, 5, 10, 15, 16, 40]), st.integers(60, 100)), min_size=1, max_size=40)


@given(STEPS, st.integers(650, 950), st.booleans())
def test_the_slow_oracle_finds_the_same_excursions(steps: list[tuple[int, int]], limit: int, warm: bool) -> None:
    points, now = [], 0
    for step, value in steps:
        now += step
        points.append((now, value))
    text = str(Decimal(limit).scaleb(-2))
    series = series_of_points(
        "oracle", "p", [(at(t), Decimal(v).scaleb(-1)) for t, v in points], interval_ms=10 * MINUTE_MS
    )
    found = breaches(streams([series])[0], high(text) if warm else low(text)).excursions()
    exact = [(Fraction(t), Fraction(v, 10)) for t, v in points]
    expected = slow_oracle.excursions(exact, Fraction(limit, 100), Fraction(10), warm)
    assert len(found) == len(expected)
    for event, other in zip(found, expected, strict=True):
        assert event.last_out_ms == at(int(other["last"]))
        assert abs(event.measured_ms - other["measured"] * MINUTE_MS) <= 1
        assert abs(event.worst_ms - other["worst"] * MINUTE_MS) <= 1
        assert event.peak_c == Decimal(other["peak"].numerator) / other["peak"].denominator
        assert event.peak_ms == at(int(other["peak_at"]))
        assert event.open is other["open"]
        assert event.degree_min == pytest.approx(float(other["area"]), abs=1e-3)
        if other["bound"] is not None:
            assert event.max_ms == other["bound"] * MINUTE_MS
        assert event.min_ms <= event.measured_ms <= event.worst_ms

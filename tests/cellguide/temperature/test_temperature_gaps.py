"""Intervals, gaps, coverage and the kinds of not-knowing (regulation 3.4, engineering-review 4)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
import slow_oracle
from hypothesis import given
from hypothesis import strategies as st
from temperature_makers import a_series, a_stream, at, minutes, span, steady

from cellguide.temperature.gaps import Coverage, GapKind, coverage, find_gaps
from cellguide.temperature.limits import MINUTE_MS, Rules
from cellguide.temperature.series import DaySummary, Kind, series_of_points
from cellguide.temperature.spacing import stretches
from cellguide.temperature.stream import streams


def test_a_declared_interval_is_believed() -> None:
    (stretch,) = stretches(a_series(steady("5", 0, 100, 20), 10))
    assert (minutes(stretch.interval_ms), stretch.irregular) == (10, False)


def test_without_one_the_mode_of_the_spacings_is_the_interval() -> None:
    points = [*steady("5", 0, 50, 5), *steady("5", 90, 150, 5)]
    (stretch,) = stretches(a_series(points, None))
    assert (minutes(stretch.interval_ms), stretch.irregular) == (5, False)


def test_a_logger_set_to_another_interval_half_way_has_two_stretches_and_no_gaps() -> None:
    series = a_series([*steady("5", 0, 100, 5), *steady("5", 110, 300, 10)], None)
    assert [minutes(stretch.interval_ms) for stretch in stretches(series)] == [5, 10]
    assert find_gaps(streams([series]), span(0, 300), at(300)) == ()


def test_a_few_long_spacings_are_gaps_and_not_a_new_setting() -> None:
    points = [*steady("5", 0, 100, 5), *steady("5", 120, 180, 20), *steady("5", 185, 300, 5)]
    gaps = find_gaps(streams([a_series(points, None)]), span(0, 300), at(300))
    assert [minutes(gap.length_ms) for gap in gaps] == [20, 20, 20, 20]


def test_seconds_of_jitter_do_not_make_a_logger_irregular() -> None:
    points = [(5 * k + (k % 3 - 1) / 60, "5") for k in range(60)]
    (stretch,) = stretches(a_series(points, None))
    assert not stretch.irregular
    assert minutes(stretch.interval_ms) == pytest.approx(5, abs=0.04)


def test_spacings_without_a_pattern_are_flagged_irregular() -> None:
    minute, points = 0, []
    for step in [1, 7, 3, 20, 11, 2, 45, 5, 13, 30, 4, 9]:
        minute += step
        points.append((minute, "5"))
    assert stretches(a_series(points, None))[0].irregular
    assert stretches(a_series([(0, "5"), (720, "5")], None))[0].irregular


@pytest.mark.parametrize(("step", "gaps"), [(15, 0), (15.01, 1)])
def test_a_gap_begins_beyond_one_and_a_half_intervals(step: float, gaps: int) -> None:
    found = find_gaps([a_stream([(0, "5"), (step, "5")])], span(0, 15), at(20))
    assert len([gap for gap in found if gap.kind is GapKind.HOLE]) == gaps


def test_a_stamp_without_a_value_proves_nothing() -> None:
    (gap,) = find_gaps([a_stream([(0, "5"), (10, None), (20, "5"), (30, "5")])], span(0, 30), at(30))
    assert (gap.kind, minutes(gap.length_ms), gap.missing) == (GapKind.HOLE, 20, 1)


def test_head_hole_and_tail_are_told_apart() -> None:
    stream = a_stream([(100, "5"), (110, "5"), (200, "5"), (210, "5")])
    gaps = find_gaps([stream], span(0, 1000), at(400))
    assert [(gap.kind.value, minutes(gap.start_ms - at(0)), minutes(gap.end_ms - at(0))) for gap in gaps] == [
        ("head", 0, 100),
        ("hole", 110, 200),
        ("tail", 210, 400),
    ]


def test_a_round_ends_the_tail_and_divides_a_hole_but_covers_no_time() -> None:
    logger = a_series([(0, "5"), (10, "5"), (200, "5"), (210, "5")])
    rounds = a_series([(100, "5"), (300, "5")], 720, sensor="round", kind=Kind.ROUND)
    both = streams([logger, rounds])
    gaps = find_gaps(both, span(0, 400), at(400))
    assert [(gap.kind.value, minutes(gap.length_ms)) for gap in gaps] == [
        ("hole", 90),
        ("hole", 100),
        ("hole", 90),
        ("tail", 100),
    ]
    assert minutes(coverage(both, [], span(0, 400), at(400)).covered_ms) == 20


def test_a_hole_over_the_edge_of_the_period_keeps_its_whole_length() -> None:
    stream = a_stream([(-60, "5"), (-50, "5"), (50, "5"), (60, "5")])
    (gap,) = find_gaps([stream], span(0, 60), at(60))
    assert minutes(gap.length_ms) == 100
    assert minutes(coverage([stream], [], span(0, 60), at(60)).covered_ms) == 10


def test_two_imports_of_one_sensor_close_each_others_gap() -> None:
    first, second = a_series(steady("5", 0, 100)), a_series(steady("5", 90, 200), source="import-2")
    joined = streams([second, first])
    assert len(joined) == 1
    assert (joined[0].duplicates, joined[0].conflicts_ms) == (2, ())
    assert find_gaps(joined, span(0, 200), at(200)) == ()


def test_day_summaries_are_counted_apart_from_readings() -> None:
    stream = a_stream(steady("5", 0, 100))
    summary = DaySummary("import-1", at(0), at(1440), Decimal(3), Decimal(6))
    known = coverage([stream], [summary], span(0, 2000), at(2000))
    parts = (minutes(known.covered_ms), minutes(known.summary_ms), minutes(known.unknown_ms))
    assert parts == (100, 1340, 560)


@pytest.mark.parametrize(
    ("covered", "grade"),
    [(9900, "green"), (9899, "amber"), (9500, "amber"), (9499, "insufficient")],
)
def test_coverage_is_graded_by_the_sites_shares(covered: int, grade: str) -> None:
    assert Coverage(10_000, covered, 10_000 - covered, 0).grade(Rules()) == grade


STEPS = st.lists(st.sampled_from([1, 5, 10, 15, 16, 40]), min_size=1, max_size=40)


@given(STEPS, st.integers(0, 300), st.integers(1, 300))
def test_the_slow_oracle_finds_the_same_coverage(steps: list[int], start: int, length: int) -> None:
    moments = [sum(steps[: k + 1]) for k in range(len(steps))]
    series = series_of_points("o", "p", [(at(m), Decimal(5)) for m in moments], interval_ms=10 * MINUTE_MS)
    joined, period = streams([series]), span(start, start + length)
    known = coverage(joined, [], period, at(start + length))
    points = [(Fraction(moment), Fraction(5)) for moment in moments]
    slow = slow_oracle.covered(points, Fraction(10), Fraction(start), Fraction(start + length))
    assert known.covered_ms == slow * MINUTE_MS
    gaps = find_gaps(joined, period, at(start + length))
    cut = sum(min(gap.end_ms, period.end_ms) - max(gap.start_ms, period.start_ms) for gap in gaps)
    assert known.covered_ms + cut == known.elapsed_ms

"""Coverage over years from the imports' own judgements is what all the readings together would give, or less."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import storage_makers as sm
from hypothesis import given
from hypothesis import strategies as st

from cellguide.acts import imports
from cellguide.desk import Desk
from cellguide.temperature.gaps import Coverage, coverage, find_gaps
from cellguide.temperature.kept_coverage import kept_coverage
from cellguide.temperature.limits import Period
from cellguide.temperature.series import Series, series_of_points
from cellguide.temperature.stream import streams

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
FIRST_MS = 1_793_462_400_000  # 2026-11-01T00:00+08:00


@pytest.fixture
def probe(desk: Desk) -> str:
    sm.tanks(desk)
    return sm.probe(desk, "A")


def take(desk: Desk, probe: str, first: str, last: str) -> None:
    imports.take_in_file(desk, sm.steady(f"2026-{first}", f"2026-{last}"), f"{first}.csv", probe)


def kept(desk: Desk, probe: str, period: Period) -> Coverage:
    docs = [held.doc for held in desk.store.find("series", probe=probe)]
    return kept_coverage(docs, period, desk.now().utc_ms)


def exact(desk: Desk, period: Period) -> Coverage:
    return imports.judge_place(desk, "A", *period).coverage


def days(first: float, last: float) -> Period:
    return Period(FIRST_MS + int(first * DAY_MS), FIRST_MS + int(last * DAY_MS))


def test_a_hole_between_two_files_is_not_covered(desk: Desk, probe: str) -> None:
    take(desk, probe, "11-01 00:00", "11-05 00:00")
    take(desk, probe, "11-05 12:00", "11-20 00:00")
    period = days(0, 20)
    assert kept(desk, probe, period) == exact(desk, period)
    assert kept(desk, probe, period).unknown_ms == 12 * HOUR_MS + DAY_MS


def test_a_file_that_came_late_fills_the_hole_it_covers(desk: Desk, probe: str) -> None:
    take(desk, probe, "11-01 00:00", "11-05 00:00")
    take(desk, probe, "11-06 00:00", "11-10 00:00")
    before = kept(desk, probe, days(0, 9)).unknown_ms
    take(desk, probe, "11-04 00:00", "11-07 00:00")
    assert before == DAY_MS
    assert kept(desk, probe, days(0, 9)) == exact(desk, days(0, 9))
    assert kept(desk, probe, days(0, 9)).unknown_ms == 0


def test_before_the_first_file_and_after_the_last_nothing_is_known(desk: Desk, probe: str) -> None:
    take(desk, probe, "11-02 00:00", "11-03 00:00")
    found = kept(desk, probe, days(0, 30))
    assert found.covered_ms == DAY_MS
    assert found.elapsed_ms == desk.now().utc_ms - FIRST_MS  # the period has not passed


def test_without_files_nothing_is_covered() -> None:
    assert kept_coverage([], days(0, 2), FIRST_MS + 9 * DAY_MS) == Coverage(2 * DAY_MS, 0, 0, 2 * DAY_MS)


def test_day_summaries_are_counted_apart(desk: Desk) -> None:
    doc: dict[str, Any] = {"index": "", "interval_ms": None, "judgement": None}
    doc["summaries"] = [[FIRST_MS, FIRST_MS + DAY_MS, "2.0", "5.0"]]
    assert kept_coverage([doc], days(0, 2), FIRST_MS + 9 * DAY_MS) == Coverage(2 * DAY_MS, 0, DAY_MS, DAY_MS)


STEP_MS = 5 * 60_000
NOW_MS = FIRST_MS + 9 * DAY_MS
spans = st.lists(st.tuples(st.integers(0, 300), st.integers(2, 90)), min_size=1, max_size=5, unique=True)


def file_of(start: int, length: int) -> Series:
    """``length`` readings from the ``start``-th step on."""
    points = [(FIRST_MS + at * STEP_MS, Decimal("-185.0")) for at in range(start, start + length)]
    return series_of_points(f"{start}-{length}", "probe", points, interval_ms=STEP_MS)


def taken_in(files: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Documents as the imports would keep them, one file after the other (acts.imports.gather_pending)."""
    docs: list[dict[str, Any]] = []
    before: list[Series] = []
    for start, length in files:
        one = file_of(start, length)
        first_ms, last_ms = int(one.t_ms[0]), int(one.t_ms[-1])
        earlier = [int(other.t_ms[-1]) for other in before if int(other.t_ms[-1]) < first_ms]
        period = Period(max(earlier, default=first_ms), last_ms)
        before.append(one)
        gaps = find_gaps(streams(before), period, NOW_MS)
        judgement = {"period": list(period), "gaps": [[gap.kind.value, gap.start_ms, gap.end_ms] for gap in gaps]}
        docs.append({"index": "x", "interval_ms": STEP_MS, "summaries": [], "judgement": judgement})
    return docs


@given(spans)
def test_it_is_what_all_the_readings_together_give(files: list[tuple[int, int]]) -> None:
    period = days(0, 1.3)
    whole = coverage(streams(file_of(*one) for one in files), (), period, NOW_MS)
    assert kept_coverage(taken_in(files), period, NOW_MS) == whole


@given(spans)
def test_where_no_interval_is_declared_it_never_claims_more(files: list[tuple[int, int]]) -> None:
    docs = [doc | {"interval_ms": None} for doc in taken_in(files)]
    whole = coverage(streams(file_of(*one) for one in files), (), days(0, 1.3), NOW_MS)
    assert kept_coverage(docs, days(0, 1.3), NOW_MS).covered_ms <= whole.covered_ms

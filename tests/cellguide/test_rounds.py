"""Rounds that are due and missed; the day the nitrogen runs out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cellguide.clock import Moment, parse_iso
from cellguide.rounds import Level, schedule, trend

ZONE = "Asia/Shanghai"


def at(text: str) -> Moment:
    return parse_iso(f"2026-11-{text}:00+08:00")


def words(done: list[str], now: str, times: tuple[str, ...] = ()) -> list[str]:
    made = [at(one) for one in done]
    return [one.word for one in schedule(times, made, at("20T00:00"), at(now), ZONE)]


def test_twice_a_day_unless_the_site_says_otherwise() -> None:
    assert words([], "20T05:59") == ["ahead", "ahead"]
    assert words([], "20T05:59", ("07:00", "13:00", "22:30")) == ["due", "ahead", "ahead"]


@pytest.mark.parametrize(
    ("done", "now", "found"),
    [
        ([], "20T06:00", ["due", "ahead"]),
        ([], "20T10:00", ["due", "ahead"]),
        ([], "20T10:01", ["missed", "ahead"]),
        (["20T09:59"], "20T12:00", ["done", "ahead"]),
        (["20T10:30"], "20T12:00", ["late", "ahead"]),
        (["20T08:00", "20T19:00"], "21T09:00", ["done", "done", "due", "ahead"]),
        (["20T08:00", "20T08:05"], "20T12:00", ["done", "late"]),
    ],
)
def test_a_round_counts_for_the_time_it_is_nearest_to(done: list[str], now: str, found: list[str]) -> None:
    assert words(done, now) == found


def test_summer_time_moves_no_planned_wall_time() -> None:
    start, now = parse_iso("2026-03-28T00:00:00+01:00"), parse_iso("2026-03-29T23:00:00+02:00")
    found = schedule(("08:00",), [], start, now, "Europe/Berlin")
    assert [one.at.local.strftime("%d %H:%M") for one in found] == ["28 08:00", "29 08:00"]
    assert found[1].at.utc_ms - found[0].at.utc_ms == 23 * 3_600_000


def levels(*values: tuple[str, str]) -> list[Level]:
    return [Level(at(day), Decimal(value)) for day, value in values]


def test_the_day_it_runs_out_follows_from_the_mean_use() -> None:
    found = trend(levels(("18T08:00", "45"), ("19T08:00", "43"), ("20T08:00", "41")), Decimal(25))
    assert (found.used_per_d, found.mean_per_d, found.high) == (Decimal("2.00"), Decimal("2.00"), False)
    assert found.runs_out_at is not None
    assert found.runs_out_at.iso == at("28T08:00").iso


def test_a_refill_is_not_counted_as_use() -> None:
    found = trend(levels(("18T08:00", "30"), ("19T08:00", "28"), ("19T20:00", "50"), ("20T20:00", "48")), Decimal(25))
    assert found.mean_per_d == Decimal("2.00")


def test_more_than_twice_the_usual_use_is_said() -> None:
    usual = levels(("16T08:00", "50"), ("17T08:00", "49"), ("18T08:00", "48"), ("19T08:00", "47"))
    assert trend([*usual, *levels(("20T08:00", "44"))], Decimal(25)).high
    assert not trend([*usual, *levels(("20T08:00", "45"))], Decimal(25)).high


def test_one_reading_is_no_trend() -> None:
    assert trend(levels(("20T08:00", "44")), Decimal(25)).runs_out_at is None

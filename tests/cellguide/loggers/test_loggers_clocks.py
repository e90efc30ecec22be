"""Clocks that step back, hours that repeat, stamps that occur twice, holes: listed, never smoothed."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from loggers_makers import codes, minutes, table

from cellguide.loggers import instants, reading
from cellguide.loggers.form import CONFLICT, DUPLICATE, OK, LoggerFile
from cellguide.refusal import Refusal

# --- clocks -------------------------------------------------------------------------------------------------------


def test_equal_stamps_are_all_kept_and_flagged() -> None:
    lines = [f"{at},4.0" for at in minutes("2026-03-25T08:00", 12)]
    file = table(*lines[:4], lines[3], *lines[4:8], lines[7].replace("4.0", "9.0"), *lines[8:])
    channel = file.temperature
    assert channel is not None
    assert len(channel) == 14
    assert [row for row in range(14) if channel.quality[row] == DUPLICATE] == [4]
    assert [row for row in range(14) if channel.quality[row] == CONFLICT] == [8, 9]
    assert channel.max_value == Decimal("9.0")
    assert "equal_stamps" in codes(file)


def test_a_clock_that_steps_back_is_listed_and_nothing_is_sorted() -> None:
    first, second = minutes("2026-03-25T08:00", 12), minutes("2026-03-25T06:30", 12)
    file = table(*(f"{at},4.0" for at in first + second), zone="Asia/Shanghai")
    channel = file.temperature
    assert channel is not None
    assert ("clock_stepped_back", 14) in [(problem.code, problem.line) for problem in file.problems]
    assert list(channel.stamps_ms) != sorted(channel.stamps_ms)


def autumn(zone: str | None) -> LoggerFile:
    before, after = minutes("2026-10-25T01:00", 24), minutes("2026-10-25T02:00", 24)
    answers = {} if zone is None else {"zone": zone}
    rows = [f"{at},{4 + index % 3}.0" for index, at in enumerate(before + after)]
    return table(*rows, **answers)


def test_a_repeated_hour_is_a_question_and_not_a_repetition() -> None:
    file = autumn(None)
    channel = file.temperature
    assert channel is not None
    assert set(channel.quality) == {OK}
    assert [problem.line for problem in file.problems if problem.code == "repeated_hour"] == [26]
    assert "fold" in [question.about for question in file.questions]


@pytest.mark.req("REG-027")
def test_a_repeated_hour_becomes_two_hours_in_order_once_the_zone_is_known() -> None:
    file = autumn("Europe/Paris")
    channel = file.temperature
    assert channel is not None
    utc = list(instants.utc_ms(file, channel))
    assert [later - sooner for sooner, later in pairwise(utc)] == [300_000] * 47
    assert file.questions == ()


def test_an_hour_that_repeats_in_a_zone_without_summer_time_is_a_clock_set_back() -> None:
    file = autumn("Asia/Shanghai")
    channel = file.temperature
    assert channel is not None
    assert "clock_stepped_back" in codes(file)
    assert {CONFLICT, DUPLICATE} & set(channel.quality)


def test_a_clock_that_ignores_summer_time_is_refused_in_a_zone_that_skips_an_hour() -> None:
    file = table(*(f"{at},4.0" for at in minutes("2026-03-29T01:00", 24)), zone="Europe/Paris")
    channel = file.temperature
    assert channel is not None
    with pytest.raises(Refusal, match=r"logger\.no_such_local_time"):
        instants.utc_ms(file, channel)


def test_a_fixed_offset_turns_wall_time_into_instants() -> None:
    file = table("1970-01-01 08:00,4.0", "1990-01-01 08:00,4.0", zone="UTC+8")
    assert file.zone.name == "+08:00"
    channel = file.temperature
    assert channel is not None
    assert instants.utc_ms(file, channel)[-1] == int(np.datetime64("1990-01-01", "ms").astype(np.int64))


def test_no_instant_without_a_zone() -> None:
    file = table("2026-03-25 08:00,4.0")
    assert file.temperature is not None
    with pytest.raises(Refusal, match=r"logger\.zone_open"):
        instants.utc_ms(file, file.temperature)


def test_stamps_with_changing_offsets_need_no_zone() -> None:
    file = table("2026-10-25T02:30:00+0200,4.0", "2026-10-25T02:30:00+0100,5.0", "2026-10-25T03:30:00+0100,4.0")
    channel = file.temperature
    assert channel is not None
    assert file.questions == ()
    assert set(channel.quality) == {OK}
    utc = instants.utc_ms(file, channel)
    assert [utc[1] - utc[0], utc[2] - utc[1]] == [3_600_000, 3_600_000]


# --- gaps ---------------------------------------------------------------------------------------------------------


def test_a_hole_is_longer_than_one_and_a_half_intervals() -> None:
    stamps_there = ["08:00", "08:05", "08:10", "08:17", "08:22", "08:30", "08:35"]
    channel = table(*(f"2026-03-25 {at},4.0" for at in stamps_there)).temperature
    assert channel is not None
    assert [(gap.to_ms - gap.from_ms, gap.missing) for gap in channel.gaps] == [(480_000, 1)]


def test_a_logger_set_to_another_interval_half_way_has_no_holes() -> None:
    lines = minutes("2026-03-25T08:00", 60, 1) + minutes("2026-03-25T09:00", 40, 10)
    file = table(*(f"{at},4.0" for at in lines))
    assert reading.summary(file)["gaps"] == 0


def test_an_irregular_logger_is_asked_about_and_has_no_holes_until_then() -> None:
    offsets = (0, 1, 5, 6, 30, 33, 50, 90, 91, 140)
    lines = [f"2026-03-25 {8 + offset // 60:02d}:{offset % 60:02d},4.0" for offset in offsets]
    said = reading.summary(table(*lines))
    assert said["gaps"] is None
    assert "interval" in said["questions"]
    assert reading.summary(table(*lines, interval="1200"))["gaps"] == 2


def test_newest_first_is_turned_round_and_said() -> None:
    file = table(*(f"{at},{row}.0" for row, at in enumerate(reversed(minutes("2026-03-25T08:00", 12)))))
    channel = file.temperature
    assert channel is not None
    assert channel.stamp(0) == "2026-03-25T08:00:00"
    assert channel.value(0) == Decimal("11.0")
    assert "newest_first" in codes(file)

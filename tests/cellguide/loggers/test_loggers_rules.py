"""The rules that keep a file from being understood wrongly: dates, numbers, encodings, clocks, gaps, hostile files."""

from __future__ import annotations

import io
import sys
import zipfile
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide.loggers import assemble, decoding, instants, numbers, reading, stamps, workbook
from cellguide.loggers.form import CONFLICT, DUPLICATE, EMPTY, FAULT, NO_VALUE, OK, LoggerFile
from cellguide.loggers.source import MAX_BYTES, load
from cellguide.refusal import Refusal


def table(*lines: str, heading: str = "Date Time,Temp °C", **answers: str) -> LoggerFile:
    return reading.read("\n".join([heading, *lines, ""]).encode(), "table.csv", answers=answers)


def codes(file: LoggerFile) -> list[str]:
    return [problem.code for problem in file.problems]


def minutes(start: str, count: int, step: int = 5) -> list[str]:
    first = np.datetime64(start)
    return [str(first + np.timedelta64(step * index, "m")).replace("T", " ") for index in range(count)]


# --- dates --------------------------------------------------------------------------------------------------------


def test_a_date_that_fits_two_orders_is_a_question_with_both_readings() -> None:
    file = table("03/04/2026 10:00,4.0", "03/04/2026 10:05,4.1")
    (question,) = [asked for asked in file.questions if asked.about == "date_order"]
    assert {(option.answer, option.first) for option in question.options} == {
        ("dmy", "2026-04-03T10:00:00"),
        ("mdy", "2026-03-04T10:00:00"),
    }
    assert reading.summary(file)["first"] is None
    with pytest.raises(Refusal, match=r"logger\.questions_open"):
        reading.settled(file)


def test_the_answer_settles_the_date_order() -> None:
    file = table("03/04/2026 10:00,4.0", "03/04/2026 10:05,4.1", date_order="mdy", zone="+08:00")
    assert reading.summary(file)["first"] == "2026-03-04T10:00:00"
    reading.settled(file)


def test_a_thirteenth_settles_the_date_order() -> None:
    assert stamps.orders(["12/04/2026 10:00", "13/04/2026 10:00"]) == ("dmy",)


def test_an_order_that_makes_time_jump_every_midnight_falls_out() -> None:
    texts = [f"{day:02d}/03/2026 {hour:02d}:00" for day in range(1, 8) for hour in range(24)]
    assert stamps.orders(texts) == ("dmy",)


def test_an_answer_that_the_dates_rule_out_is_refused() -> None:
    with pytest.raises(Refusal, match=r"logger\.answer_unknown"):
        table("03/04/26 10:00,4.0", "03/04/26 10:05,4.1", date_order="ymd", unit="X")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026年3月5日 下午 2:07", "2026-03-05T14:07"),
        ("2026-03-05 12:00:00 AM", "2026-03-05T00:00"),
        ("5 Mär 2026 14:07", "2026-03-05T14:07"),
        ("Mar 5, 2026 02:07 pm", "2026-03-05T14:07"),
        ("14:07:00 05/Mar/2026", "2026-03-05T14:07"),
        ("05.03.26 14:07", "2026-03-05T14:07"),
    ],
)
def test_stamps_are_read_in_many_spellings(text: str, iso: str) -> None:
    order = "ymd" if text[:4] == "2026" or text.startswith("Mar") else "dmy"
    stamp = stamps.parse(text, order)
    assert stamp is not None
    assert stamp.wall_ms == int(np.datetime64(iso).astype("datetime64[ms]").astype(np.int64))


@pytest.mark.parametrize("text", ["2026-02-30 10:00", "2026-03-01 24:00", "2026-03-01 10:60", "13:00 PM", "soon", ""])
def test_what_is_no_time_is_not_made_one(text: str) -> None:
    assert stamps.parse(text, "ymd") is None


# --- numbers and units ---------------------------------------------------------------------------------------------


def test_no_value_and_sentinels_never_become_a_temperature() -> None:
    cells = ["4.0", "--.-", "-200", "-200.0", "-999.9", "", "32767"]
    file = table(*(f"{at},{cell}" for at, cell in zip(minutes("2026-03-25T08:00", 7), cells, strict=True)))
    channel = file.temperature
    assert channel is not None
    assert list(channel.quality) == [OK, EMPTY, FAULT, FAULT, FAULT, EMPTY, FAULT]
    assert [channel.value(row) for row in range(7)] == [Decimal("4.0"), *[None] * 6]
    assert (channel.min_value, channel.max_value, channel.empty) == (Decimal("4.0"), Decimal("4.0"), 6)
    assert codes(file).count("sentinel_value") == 4


def test_a_value_below_absolute_zero_is_no_value_but_liquid_nitrogen_is() -> None:
    file = table("2026-03-25 08:00,-195.8", "2026-03-25 08:05,-273.2", "2026-03-25 08:10,-195.7")
    assert reading.summary(file)["min_c"] == -195.8
    assert "below_absolute_zero" in codes(file)


def test_decimals_keep_the_files_resolution() -> None:
    channel = table("2026-03-25 08:00,4.25", "2026-03-25 08:05,4", "2026-03-25 08:10,3.500").temperature
    assert channel is not None
    assert (channel.scale, list(channel.values)) == (3, [4250, 4000, 3500])


@given(st.lists(st.integers(-4000, 4000), min_size=1, max_size=30), st.integers(0, 3))
def test_fahrenheit_is_converted_exactly_to_half_a_last_place(values: list[int], scale: int) -> None:
    celsius, finer = assemble.celsius(np.array(values, dtype=np.int64), scale, "F")
    for value, converted in zip(values, celsius.tolist(), strict=True):
        exact = (Fraction(value, 10**scale) - 32) * Fraction(5, 9)
        assert abs(Fraction(converted, 10**finer) - exact) <= Fraction(1, 2 * 10**finer)


@given(st.integers(-4000, 4000), st.integers(0, 2), st.integers(-2000, 2000))
def test_fahrenheit_never_crosses_a_limit_of_one_decimal_by_rounding(value: int, scale: int, limit_tenths: int) -> None:
    celsius, finer = assemble.celsius(np.array([value], dtype=np.int64), scale, "F")
    exact = (Fraction(value, 10**scale) - 32) * Fraction(5, 9)
    limit = Fraction(limit_tenths, 10)
    assert (Fraction(int(celsius[0]), 10**finer) > limit) == (exact > limit)


def test_the_original_numbers_and_unit_are_kept_beside_celsius() -> None:
    channel = table("2026-03-25 08:00,37.2", heading="Date Time,Temp °F").temperature
    assert channel is not None
    assert (channel.unit, channel.original_scale, list(channel.original)) == ("F", 1, [372])
    assert channel.min_value == Decimal("2.889")


def test_both_decimal_signs_in_one_column_are_refused() -> None:
    with pytest.raises(Refusal, match=r"logger\.mixed_decimal"):
        numbers.read_column(["4.1", "4,2"], numbers.SENTINELS)


def test_a_comma_that_may_be_two_things_is_a_question_and_both_answers_read() -> None:
    lines = [f"{at},4,{digit}" for digit, at in enumerate(minutes("2026-03-25T08:00", 6))]
    assert [q.about for q in table(*lines, heading="time,temp °C").questions] == ["decimal", "zone"]
    channel = table(*lines, heading="time,temp °C", decimal=",").temperature
    assert channel is not None
    assert (channel.min_value, channel.max_value) == (Decimal("4.0"), Decimal("4.5"))


def test_a_unit_that_nobody_states_is_asked_and_the_answer_taken() -> None:
    lines = ["2026-03-25 08:00,39.2", "2026-03-25 08:05,41.0"]
    assert reading.summary(table(*lines, heading="time,value"))["max_c"] is None
    assert reading.summary(table(*lines, heading="time,value", unit="F"))["max_c"] == 5.0


def test_the_files_own_unit_and_zone_stand_above_an_answer() -> None:
    path = Path(__file__).resolve().parents[2] / "data/loggers/hobo/ok_hoboware.csv"
    file = reading.read(path.read_bytes(), "x", zone="Asia/Tokyo", unit="C")
    assert (file.zone.name, file.unit) == ("+08:00", "F")
    assert {"zone_in_file", "unit_in_file"} <= set(codes(file))


# --- rows ---------------------------------------------------------------------------------------------------------


def test_a_bad_row_is_listed_with_its_line() -> None:
    lines = [f"{at},4.0" for at in minutes("2026-03-25T08:00", 40)]
    lines[7] = "2026-03-25 25:99,4.0"
    lines[9] = lines[9].replace("4.0", "four")
    file = table(*lines)
    assert [(p.code, p.line) for p in file.problems if p.code.startswith("bad")] == [("bad_row", 9), ("bad_value", 11)]
    assert file.temperature is not None
    assert len(file.temperature) == 39


def test_a_first_row_without_a_number_is_not_taken_for_a_heading() -> None:
    file = table("2026-03-25 08:00,ERR", *(f"{at},4.0" for at in minutes("2026-03-25T08:05", 30)))
    assert ("bad_value", 2) in [(problem.code, problem.line) for problem in file.problems]


def test_more_than_five_percent_bad_rows_are_refused_with_the_first_line() -> None:
    lines = [f"{at},{'4.0' if row % 4 else 'x'}" for row, at in enumerate(minutes("2026-03-25T08:00", 40), start=1)]
    with pytest.raises(Refusal) as refusal:
        table(*lines)
    assert (refusal.value.code, refusal.value.facts["line"]) == ("logger.too_many_bad_rows", 5)


def test_a_last_line_without_an_end_is_noted() -> None:
    assert "no_final_line_end" in codes(reading.read(b"Time,Temp \xc2\xb0C\n2026-03-25 08:00,4.0", "x"))


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


# --- encodings, sizes, hostile files --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["时间,温度(℃)\n", "记录时间,温度(°C)\n", "Temp °C,Température\n", "Größe °C\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "cp1252"])
def test_the_encoding_is_told_by_content(text: str, encoding: str) -> None:
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return
    if (encoding == "gb18030" and "é" in text) or (encoding == "gb18030" and "ß" in text):
        return
    assert decoding.decoded(data, decoding.encoding_of(data)) == text


def test_a_gigabyte_is_refused_by_its_size_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(Refusal) as refusal:
        load(path)
    assert (refusal.value.code, refusal.value.facts["mebibytes"]) == ("logger.too_large", 1024)
    assert MAX_BYTES < 2**30


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"logger\.unreadable"):
        load(tmp_path / "gone.csv")


def workbook_of(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"xl/workbook.xml": b"<workbook/>", **parts}.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (workbook_of(**{"xl/worksheets/sheet1.xml": b" " * 50_000_000}), "logger.workbook_too_large"),
        (workbook_of(**{f"{number}.xml": b"<a/>" for number in range(400)}), "logger.workbook_too_large"),
        (workbook_of(**{"a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}), "logger.hostile_workbook"),
        (workbook_of(**{"a.xml": '<?xml version="1.0"?><a/>'.encode("utf-16")}), "logger.hostile_workbook"),
        (workbook_of(), "logger.broken_workbook"),
        (b"PK\x03\x04 and nothing more", "logger.broken_workbook"),
    ],
)
def test_a_hostile_workbook_is_refused_unopened(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        workbook.read(data)
    assert refusal.value.code == code


@pytest.mark.parametrize("answers", [{"zone": "Mars/Olympus"}, {"unit": "R"}, {"colour": "red"}, {"interval": "0"}])
def test_an_answer_that_is_none_is_refused(answers: dict[str, str]) -> None:
    with pytest.raises(Refusal, match=r"logger\.(answer|zone)_unknown"):
        table("2026-03-25 08:00,4.0", **answers)


def test_the_form_can_be_imported_without_numpy() -> None:
    import subprocess

    code = "import sys, cellguide.loggers.form, cellguide.loggers; sys.exit('numpy' in sys.modules)"
    root = Path(__file__).resolve().parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_no_value_fits_32_bits_and_is_no_temperature() -> None:
    assert np.iinfo(np.int32).min == NO_VALUE

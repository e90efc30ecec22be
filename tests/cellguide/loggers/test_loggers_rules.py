"""The rules that keep a file from being understood wrongly: dates, numbers, encodings, clocks, gaps, hostile files."""

from __future__ import annotations

import io
import sys
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loggers_makers import codes, minutes, table

from cellguide.loggers import assemble, decoding, numbers, reading, rows, stamps, workbook
from cellguide.loggers.form import EMPTY, FAULT, NO_VALUE, OK
from cellguide.loggers.source import MAX_BYTES, load
from cellguide.refusal import Refusal

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


def test_a_row_with_more_cells_than_the_heading_names_is_not_half_read() -> None:
    lines = [f"{at},55,{row % 10},4,{row % 10}" for row, at in enumerate(minutes("2026-03-25T08:00", 20))]
    assert [q.about for q in table(*lines, heading="time,RH %,temp °C").questions] == ["decimal", "zone"]
    said = reading.summary(table(*lines, heading="time,RH %,temp °C", decimal=","))
    assert (said["min_c"], said["max_c"]) == (4.0, 4.9)
    with pytest.raises(Refusal, match=r"logger\.too_many_bad_rows"):
        table(*lines, heading="time,RH %,temp °C", decimal=".")
    govee = b"Timestamp for sample frequency every 1 min,Temperature (\xc2\xb0C)\n2026-03-25 08:00,4,7\n"
    with pytest.raises(Refusal, match=r"logger\.too_many_bad_rows"):
        reading.read(govee, "x")


def test_cells_that_contradict_their_heading_on_the_unit_are_refused() -> None:
    with pytest.raises(Refusal, match=r"logger\.mixed_units"):
        table("2026-03-25 08:00,39.2 °F", "2026-03-25 08:05,39.4 °F")


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


def test_times_with_and_without_an_offset_are_a_problem_and_the_zone_is_asked() -> None:
    file = table("2026-03-25T08:00:00+0800,4.0", "2026-03-25T08:05:00,4.0", "2026-03-25T08:10:00+0800,4.0")
    assert "offset_missing" in codes(file)
    assert "zone" in [question.about for question in file.questions]


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


def test_more_rows_than_memory_should_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 5)
    assert len(rows.rows("a,b\n" * 5, ",")) == 5
    with pytest.raises(Refusal, match=r"logger\.too_many_rows"):
        rows.rows("a,b\n" * 6, ",")


def test_a_file_on_disk_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "fridge.csv"
    path.write_bytes("Time,Temp °C\n2026-03-25 08:00,4.0\n".encode())
    assert reading.read_path(path, zone="UTC") == reading.read(path.read_bytes(), "fridge.csv", zone="UTC")

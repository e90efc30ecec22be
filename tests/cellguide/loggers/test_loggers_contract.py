"""What holds for every reader and every file: recognised by one, read the same twice, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellguide import words
from cellguide.loggers import readers, reading
from cellguide.loggers.form import LoggerFile
from cellguide.loggers.source import Source
from cellguide.refusal import Refusal

FIXTURES = Path(__file__).resolve().parents[2] / "data" / "loggers"
FILES = sorted(path for path in FIXTURES.rglob("*") if path.is_file())
GOOD = [path for path in FILES if path.parent.name != "broken"]
BROKEN = [path for path in FILES if path.parent.name == "broken"]

KEYS = [
    "reader", "version", "vendor", "model", "serial", "zone", "unit", "count", "empty", "first", "last", "min_c",
    "max_c", "interval_s", "gaps", "days", "signature", "questions", "problems", "channels",
]  # fmt: skip
"""As DESIGN 8 names them for the verb ``read``."""

ZONE = ["zone"]
EXPECTED: dict[str, tuple[Any, ...]] = {
    # file: count, first, last, min_c, max_c, interval_s, questions
    "berlinger/ok_altered.txt": (12, "2026-03-03T08:00:00", "2026-03-03T08:55:00", 2.8, 7.7, 300, ZONE),
    "berlinger/ok_days.txt": (0, None, None, None, None, None, ZONE),
    "berlinger/ok_qtag.txt": (12, "2026-03-03T08:00:00", "2026-03-03T09:50:00", 2.8, 8.3, 600, ZONE),
    "berlinger/ok_signed.txt": (12, "2026-03-03T08:00:00", "2026-03-03T08:55:00", 2.8, 8.3, 300, ZONE),
    "berlinger/ok_signed_lf.txt": (12, "2026-03-03T08:00:00", "2026-03-03T08:55:00", 2.8, 8.3, 300, ZONE),
    "elitech/ok.xls": (12, "2026-03-25T08:00:22", "2026-03-25T09:50:22", 2.8, 8.3, 600, ZONE),
    "elitech/ok_zh.xlsx": (12, "2026-03-25T08:00:22", "2026-03-25T09:50:22", 2.8, 8.3, 600, ZONE),
    "govee/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T10:45:00", 2.8, 8.3, 900, ZONE),
    "govee/ok_celsius.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:11:00", 2.8, 8.3, 60, ZONE),
    "hanwell/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T13:30:00", 2.8, 8.3, 1800, ZONE),
    "hanwell/ok_one_missing.csv": (11, "2026-03-25T08:00:00", "2026-03-25T13:30:00", 2.8, 8.3, 1800, ZONE),
    "hobo/ok_ambiguous_date.csv": (12, None, None, 2.8, 8.3, None, ["date_order"]),
    "hobo/ok_hobomobile.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, []),
    "hobo/ok_hoboware.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, []),
    "hobo/ok_semicolon.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ZONE),
    "hobo/ok_tab.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ZONE),
    "ibutton/ok.csv": (12, "2026-04-05T08:00:00", "2026-04-05T19:00:00", 2.8, 8.3, 3600, ZONE),
    "lascar/ok.txt": (12, "2026-03-25T08:00:00", "2026-03-25T08:11:00", 2.8, 8.3, 60, ZONE),
    "logtag/ok.csv": (12, "2026-03-03T08:00:00", "2026-03-03T08:55:00", 2.8, 8.3, 300, ZONE),
    "logtag/ok_cp1252.csv": (12, "2026-03-03T08:00:00", "2026-03-03T08:55:00", 2.8, 8.3, 300, ZONE),
    "madgetech/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T10:45:00", 2.8, 8.3, 900, ZONE),
    "meaco/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T09:50:00", None, None, 600, ["unit", "channel", "zone"]),
    "meaco/ok_titled.csv": (12, "2026-03-25T08:00:00", "2026-03-25T09:50:00", None, None, 600, ["unit", "zone"]),
    "pdf/ok.pdf": (12, "2026-03-25T08:00:00", "2026-03-25T09:50:00", 2.8, 8.3, 600, ZONE),
    "pdf/ok_fridgetag.pdf": (0, None, None, None, None, None, ZONE),
    "rotronic/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T13:30:00", 2.8, 8.3, 1800, ZONE),
    "rotronic/ok_tab.xls": (12, "2026-03-25T08:00:00", "2026-03-25T13:30:00", 2.8, 8.3, 1800, ZONE),
    "ruuvi/ok.csv": (12, "2026-03-25T08:00:00+08:00", "2026-03-25T08:33:20+08:00", -8.3, -2.8, None, ["interval"]),
    "table/ok.xlsx": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ZONE),
    "table/ok_ambiguous_date.csv": (12, None, None, 2.8, 8.3, None, ["date_order", "zone"]),
    "table/ok_comma_twice.csv": (0, None, None, None, None, None, ["decimal", "zone"]),
    "table/ok_decimal_comma.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ZONE),
    "table/ok_gb18030.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ZONE),
    "table/ok_plain.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", None, None, 300, ["unit", "zone"]),
    "table/ok_two_probes.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ["channel", "zone"]),
    "table/ok_utf16.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ZONE),
    "table/ok_utf16_without_mark.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ZONE),
    "tandd/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T10:45:00", 2.8, 8.3, 900, ZONE),
    "tandd/ok_trailing_comma.csv": (12, "2026-03-25T08:00:00", "2026-03-25T10:45:00", 2.8, 8.3, 900, ZONE),
    "testo_csv/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ZONE),
    "testo_csv/ok_smart.csv": (12, "2026-03-25T08:00:00", "2026-03-25T08:55:00", 2.8, 8.3, 300, ["channel", "zone"]),
    "testo_vi2/ok.vi2": (400, "2026-03-25T08:00:00", "2026-03-26T17:15:00", 2.8, 8.3, 300, ZONE),
    "testo_vi2/ok_other_range.vi2": (
        400, "2026-03-25T08:00:00", "2026-03-26T17:15:00", None, None, 300, ["unit", "zone"],
    ),
    "tinytag/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T13:30:00", 2.8, 8.3, 1800, ZONE),
    "tinytag/ok_no_unit.csv": (12, "2026-03-25T08:00:00", "2026-03-25T13:30:00", None, None, 1800, ["unit", "zone"]),
    "tomst/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T10:45:00", 2.8, 8.3, 900, []),
    "tomst/ok_three.csv": (12, "2026-03-25T08:00:00", "2026-03-25T10:45:00", 2.8, 8.3, 900, ["channel"]),
    "trend/ok.csv": (12, "2026-03-25T08:00:00", "2026-03-25T13:30:00", 2.8, 8.3, 1800, ZONE),
}  # fmt: skip


def named(path: Path) -> str:
    return path.relative_to(FIXTURES).as_posix()


def outcome(data: bytes) -> LoggerFile | Refusal:
    """A LoggerFile whose summary is plain JSON, or a Refusal that has its sentence in both languages."""
    try:
        file = reading.read(data, "some file")
    except Refusal as refusal:
        for lang in words.LANGS:
            assert words.say(f"refusal_{refusal.code}", lang, **refusal.facts)
        return refusal
    json.dumps(reading.summary(file), allow_nan=False)
    return file


def test_every_reader_has_files_that_are_well_and_files_that_are_broken() -> None:
    for reader in readers.READERS:
        folders = {path.relative_to(FIXTURES).parts[0] for path in GOOD}
        broken = {path.relative_to(FIXTURES).parts[0] for path in BROKEN}
        assert reader.name in folders & broken


def test_every_good_file_stands_in_the_table_of_expectations() -> None:
    assert sorted(EXPECTED) == [named(path) for path in GOOD]


@pytest.mark.parametrize("path", GOOD, ids=named)
def test_a_file_is_claimed_by_exactly_one_reader_whatever_its_name(path: Path) -> None:
    found = reading.claimants(Source(path.read_bytes(), "holiday.jpg"))
    assert [reader.name for reader in found] == [path.relative_to(FIXTURES).parts[0]]


@pytest.mark.req("REG-032")
@pytest.mark.parametrize("path", GOOD, ids=named)
def test_a_good_file_is_read_as_expected_and_the_same_twice(path: Path) -> None:
    file = reading.read(path.read_bytes(), path.name)
    said = reading.summary(file)
    keys = ("count", "first", "last", "min_c", "max_c", "interval_s", "questions")
    assert tuple(said[key] for key in keys) == EXPECTED[named(path)]
    assert list(said) == KEYS
    assert file == reading.read(path.read_bytes(), path.name)
    for problem in file.problems:
        assert words.say(f"logger.problem.{problem.code}", "zh")
    for question in file.questions:
        assert words.say(f"logger.question.{question.about}", "en")


@pytest.mark.parametrize("path", BROKEN, ids=named)
def test_a_broken_file_is_refused_with_a_sentence(path: Path) -> None:
    assert isinstance(outcome(path.read_bytes()), Refusal)


@pytest.mark.parametrize("path", GOOD, ids=named)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_a_logger_file_or_a_refusal(path: Path, data: st.DataObject) -> None:
    whole = bytearray(path.read_bytes())
    if data.draw(st.booleans(), "cut"):
        damaged = whole[: data.draw(st.integers(0, len(whole) - 1), "length")]
    else:
        for _ in range(data.draw(st.integers(1, 3), "flips")):
            bit = data.draw(st.integers(0, len(whole) * 8 - 1), "bit")
            whole[bit // 8] ^= 1 << bit % 8
        damaged = whole
    assert outcome(bytes(damaged)) is not None


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_logger_file_or_a_refusal(data: bytes) -> None:
    assert outcome(data) is not None


def test_every_code_that_the_readers_can_raise_has_its_sentence() -> None:
    source = Path(reading.__file__).parent
    text = "\n".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
    import re

    codes = set(re.findall(r'"logger\.(\w+)"', text))
    known = {key.removeprefix("refusal_logger.") for key in words.catalogue("refusal_logger")}
    assert codes == known
    problems = set(re.findall(r'[pP]roblem\(\s*"(\w+)"', text)) | {
        f"signature_{verdict}" for verdict in ("altered", "none", "not_checkable")
    }
    assert problems == {
        key.removeprefix("logger.problem.") for key in words.catalogue("logger") if key.startswith("logger.problem.")
    }

"""A Fridge-tag's report has a row for each day and no readings; what is compressed is refused by its kind."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cellguide import imports, words
from cellguide.loggers import reading
from cellguide.refusal import Refusal

FOLDER = Path(__file__).resolve().parents[2] / "data" / "loggers" / "pdf"


def test_each_row_is_a_day_with_its_extremes_how_long_and_when_the_alarm_went() -> None:
    file = reading.read((FOLDER / "ok_fridgetag.pdf").read_bytes(), "report.pdf")
    assert (file.vendor, file.model, file.serial, file.channels) == ("Berlinger", "Fridge-tag® 2", "130599990001", ())
    assert [(f"{day.day:%m-%d}", str(day.min_c), str(day.max_c)) for day in file.days] == [
        ("03-01", "4.0", "7.9"), ("03-02", "1.1", "7.4"), ("03-03", "4.1", "9.3"), ("03-04", "4.0", "6.2"),
    ]  # fmt: skip
    warm, cold = file.days[2], file.days[1]
    assert (warm.high_min, warm.high_alarm_at, cold.low_min, cold.low_alarm_at) == (612, "14:55", 93, "00:00")
    assert [(one.side, one.limit_c, one.delay_min) for one in file.limits] == [
        ("low", Decimal("2.0"), 60), ("high", Decimal("8.0"), 600),
    ]  # fmt: skip
    assert {problem.code for problem in file.problems} == {"read_from_pdf", "days_only"}


def test_the_first_and_the_last_day_speak_of_their_part_only() -> None:
    taken = imports.take((FOLDER / "ok_fridgetag.pdf").read_bytes(), "report.pdf", zone="Asia/Shanghai")
    assert taken.series is None and len(taken.summaries) == 4
    first, last = taken.summaries[0], taken.summaries[-1]
    assert (first.end_ms - first.start_ms) // 60_000 == 24 * 60 - (9 * 60 + 30)
    assert (last.end_ms - last.start_ms) // 60_000 == 10 * 60 + 14


def test_a_row_that_cannot_be_read_refuses_the_report_by_its_number() -> None:
    with pytest.raises(Refusal) as refused:
        reading.read((FOLDER / "broken" / "fridgetag_row_missing.pdf").read_bytes(), "report.pdf")
    assert (refused.value.code, refused.value.facts["row"]) == ("logger.pdf_row_missing", 3)


@pytest.mark.parametrize(("head", "kind"), [(b"\xfd7zXZ\x00", "xz"), (b"\x1f\x8b\x08", "gzip"), (b"BZh9", "bzip2")])
def test_a_compressed_file_is_refused_by_its_kind(head: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as refused:
        reading.read(head + b"\x00" * 64, "logger.vi2.xz")
    assert refused.value.code == "logger.compressed"
    for lang in words.LANGS:
        assert kind in words.say("refusal_logger.compressed", lang, **refused.value.facts)

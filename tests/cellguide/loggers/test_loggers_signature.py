"""The device signature of Berlinger files, on files signed with keys of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from cellguide.loggers import reading
from cellguide.loggers.berlinger_signature import KNOWN_ROOT, verdict

FOLDER = Path(__file__).resolve().parents[2] / "data" / "loggers" / "berlinger"
OUR_ROOT = (
    "09112e6a4aca2a2b36f53ea695e981dc047f5593d753bd3536a1452e5be0c946"
    "9802f799f92e8103039c07c6ca179b2c4c2ff6b18efc78b865b262e4e7a7620b"
)


def data(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", ["ok_signed.txt", "ok_signed_lf.txt"])
def test_a_signed_file_is_consistent_also_when_its_line_ends_were_turned(name: str) -> None:
    assert verdict(data(name), OUR_ROOT) == "consistent"


def test_another_makers_certificate_cannot_be_checked() -> None:
    assert verdict(data("ok_signed.txt"), KNOWN_ROOT) == "not_checkable"


@pytest.mark.parametrize("place", [b"8.3", b"Serial: 999900000042", b"Fw Vers: 4.0p1o", b"Owner: DEMO"])
def test_one_changed_byte_anywhere_is_seen(place: bytes) -> None:
    whole = data("ok_signed.txt")
    at = whole.index(place) + len(place) - 1
    changed = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    assert verdict(changed, OUR_ROOT) == "altered"


def test_a_file_without_signature_says_so() -> None:
    assert verdict(data("ok_days.txt"), OUR_ROOT) == "none"


def test_a_signature_without_its_certificate_cannot_be_checked() -> None:
    lines = [line for line in data("ok_signed.txt").splitlines(keepends=True) if not line.startswith(b"Sig Cert")]
    assert verdict(b"".join(lines), OUR_ROOT) == "not_checkable"


def test_a_key_that_is_no_point_of_the_curve_is_no_consistent_signature() -> None:
    whole = data("ok_signed.txt")
    at = whole.index(b"Public Key: ") + 12
    assert verdict(whole[:at] + b"0" * 128 + whole[at + 128 :], OUR_ROOT) == "altered"


def test_the_verdict_and_the_days_stand_in_what_was_read() -> None:
    file = reading.read(data("ok_signed.txt"), "x")
    assert file.signature == "not_checkable"
    assert [(str(day.day), day.max_c is None, day.high_min) for day in file.days] == [
        ("2026-03-01", True, 0),
        ("2026-03-02", False, 0),
        ("2026-03-03", False, 75),
    ]
    assert [(limit.side, str(limit.limit_c), limit.mode, limit.delay_min) for limit in file.limits] == [
        ("low", "2.0", "cumulative", 60),
        ("high", "8.0", "cumulative", 600),
    ]
    assert [event.kind for event in file.events] == ["start", "ack", "read_out"]
    assert file.temperature is not None
    assert list(file.temperature.marks).count(1) == 2


def test_day_summaries_without_a_unit_are_asked_about_and_fahrenheit_is_converted() -> None:
    bare = data("ok_days.txt").replace(b" Temp unit: C\r\n", b"")
    assert [question.about for question in reading.read(bare, "x").questions] == ["unit", "zone"]
    file = reading.read(bare, "x", unit="F")
    assert [str(day.min_c) for day in file.days] == ["None", "-16.111", "-16.056"]

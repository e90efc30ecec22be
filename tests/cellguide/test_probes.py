"""Probes: whose file it is, and how long the calibration holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cellguide.probes import Probe, certificate, check_probe, due, in_doubt_since, probe, same_serial
from cellguide.refusal import Refusal

PAPER = {"number": "C-1", "calibrated_on": "2026-01-10", "due_on": "2027-01-09", "points": [["-196", "0.8", "0.1"]]}
PROBE = Probe("T-1", "DEMO-1", "P3", "探头", "Probe", "product_dummy", certificates=(PAPER,))


@pytest.mark.parametrize(
    ("day", "word", "days"),
    [("2026-06-01", "ok", 222), ("2026-12-11", "soon", 29), ("2027-01-09", "soon", 0), ("2027-01-10", "over", -1)],
)
def test_a_calibration_holds_until_the_end_of_its_last_day(day: str, word: str, days: int) -> None:
    found = due(PROBE, date.fromisoformat(day))
    assert (found.word, found.days) == (word, days)


def test_a_certificate_from_after_the_day_proves_nothing_about_it() -> None:
    assert due(PROBE, date(2026, 1, 9)).word == "none"


def test_doubt_reaches_back_to_the_calibration_before_the_failure() -> None:
    newer = PAPER | {"number": "C-2", "calibrated_on": "2026-07-01", "due_on": "2027-06-30"}
    assert in_doubt_since(replace(PROBE, certificates=(PAPER, newer)), date(2026, 11, 22)) == date(2026, 7, 1)
    assert in_doubt_since(PROBE, date(2026, 1, 10)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_on": "2025-01-01"},
        {"calibrated_on": "10/01/2026"},
        {"number": " "},
        {"points": [["-196", "wide", "0"]]},
        {"points": [["-196", "-0.8", "0"]]},
        {"points": [["NaN", "0.8", "0"]]},
    ],
)
def test_a_certificate_that_cannot_be_right_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal, match=r"probe\.certificate"):
        certificate(PAPER | wrong)
    assert certificate(PAPER).points[0].u_c == Decimal("0.8")


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (Probe("", "", "P3", "x"), "probe.serial"),
        (Probe("", "demo 1", "P3", "x", sits="lid"), "probe.serial_used"),
        (Probe("", "DEMO-2", "P3", "x", sits="cellar"), "probe.sits"),
        (Probe("", "DEMO-2", "P3", "x", interval_s="5m"), "probe.interval"),
        (Probe("", "DEMO-2", "P3", "x", answers={"owner": "me"}), "probe.answer"),
    ],
)
def test_what_cannot_be_registered_is_refused(new: Probe, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_probe(new, [PROBE])
    assert refused.value.code == why


def test_a_serial_number_is_the_same_however_it_is_written() -> None:
    assert same_serial("DEMO-010 203", "demo010203")
    assert not same_serial("", "")
    assert not same_serial("DEMO-1", "DEMO-11")


def test_a_probe_is_what_its_document_says() -> None:
    assert probe("T-1", PROBE.doc) == replace(PROBE, answers={})

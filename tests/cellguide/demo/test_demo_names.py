"""The invented patients' derived names are what the dictionary proposes and a person would confirm."""

from __future__ import annotations

import pytest

from cellguide import patients
from cellguide.demo.receipts import PATIENTS


@pytest.mark.parametrize(("name", "latin", "initials"), [(one[0], one[1], one[2]) for one in PATIENTS])
def test_initials_and_latin_follow_the_reading(name: str, latin: str, initials: str) -> None:
    readings = [syllable.readings[0] for syllable in patients.propose_readings(name)]
    assert initials == patients.confirmed(name, readings)[1]
    assert latin == f"DEMO Patient {readings[-1].capitalize()}"


def test_no_two_of_them_share_a_name() -> None:
    assert len({one[0] for one in PATIENTS}) == len(PATIENTS)

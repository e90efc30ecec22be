"""A signature holds for its very statement and for no other (11.70, REG-011)."""

from __future__ import annotations

from datetime import UTC, datetime

import makers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide import canonical, keys, signature
from cellguide.clock import Moment
from cellguide.people import person

AT = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = keys.new_secret(makers.PHARMACIST)
ROOT_KEY, ROOT = keys.new_root("DEMO Hospital", AT)
DER = keys.issue(ROOT_KEY, ROOT, SECRET, name="演示药甲", staff_no=makers.PHARMACIST, at=AT)
OTHER = keys.issue(ROOT_KEY, ROOT, keys.new_secret(makers.NURSE), name="演示护甲", staff_no=makers.NURSE, at=AT)
AGAIN = keys.issue(ROOT_KEY, ROOT, SECRET, name="演示药甲", staff_no=makers.PHARMACIST, at=AT)
SIGNER = person(makers.PHARMACIST, makers.STAFF[2].doc)
STATED = signature.statement(
    record="R-A-2026-000318",
    version=2,
    sha256="9f" * 32,
    meaning="performed",
    signer=SIGNER,
    role="pharmacist",
    certificate=keys.serial_of(DER),
    at=Moment(1_795_307_815_123, 480),
    method="staff number and password",
    number=1,
    of=3,
)
SIGNED = signature.sign(STATED, SECRET)


def test_the_statement_names_all_that_11_70_asks() -> None:
    assert signature.holds(STATED, SIGNED, DER)
    assert {"record", "version", "sha256", "meaning", "signer", "role", "certificate", "time", "number", "of"} <= set(
        STATED
    )


@pytest.mark.req("REG-011")
@pytest.mark.parametrize("field", sorted(STATED))
@given(value=st.one_of(st.text(max_size=9), st.integers(0, 9), st.none()))
def test_any_field_changed_or_taken_away_breaks_it(field: str, value: object) -> None:
    if STATED[field] != value:
        assert not signature.holds(STATED | {field: value}, SIGNED, DER)
    assert not _holds_without(field)


def _holds_without(field: str) -> bool:
    rest = {name: value for name, value in STATED.items() if name != field}
    return keys.verify(DER, canonical.encode(rest), SIGNED)


def test_a_field_more_another_key_and_another_certificate_of_the_same_key_break_it_too() -> None:
    assert not signature.holds(STATED | {"late": "我迟到了"}, SIGNED, DER)
    assert not signature.holds(STATED, SIGNED, OTHER)
    assert not signature.holds(STATED, SIGNED, AGAIN), "the same key, but not the certificate that the statement names"

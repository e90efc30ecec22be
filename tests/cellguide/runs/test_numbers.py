"""Numbers as gloved hands, Chinese keyboards and other countries type them (UI-03)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide.refusal import Refusal
from cellguide.runs.numbers import parse_number

# typed, sign required, decimal or the refusal
TABLE = [
    ("-151.2", True, "-151.2"),
    ("−151.2", True, "-151.2"),
    ("－151.2", True, "-151.2"),
    ("－１５１．２", True, "-151.2"),
    ("−151。2", True, "-151.2"),
    ("-151,2", True, "-151.2"),
    ("-151，2", True, "-151.2"),
    ("−151.20", True, "-151.20"),
    ("  -196\u3000", True, "-196"),
    ("+4.5", True, "4.5"),
    ("＋4.5", True, "4.5"),
    ("0", True, "0"),
    ("-0.0", True, "0.0"),
    ("007.50", False, "7.50"),
    (".5", False, "0.5"),
    ("-.5", True, "-0.5"),
    ("20.9", False, "20.9"),
    ("２０.９", False, "20.9"),
    ("0,125", False, "0.125"),
    ("150", True, "run.number_sign"),
    ("１５０．０", True, "run.number_sign"),
    ("1,234", False, "run.number_thousands"),
    ("-1，234", True, "run.number_thousands"),
    ("1.234,5", False, "run.no_number"),
    ("-151.2 °C", True, "run.no_number"),
    ("-151.2x", True, "run.no_number"),
    ("–151.2", True, "run.no_number"),
    ("- 151", True, "run.no_number"),
    ("5.", False, "run.no_number"),
    ("", False, "run.no_number"),
    ("-", True, "run.no_number"),
    ("--5", True, "run.no_number"),
    ("1e6", False, "run.no_number"),
    ("٣", False, "run.no_number"),
    ("NaN", False, "run.no_number"),
    ("1234567890123456", False, "run.no_number"),
]


def test_the_table_has_thirty_inputs_and_more() -> None:
    assert len({typed for typed, _, _ in TABLE}) >= 30


@pytest.mark.parametrize(("typed", "signed", "expected"), TABLE)
def test_a_typed_number_is_read_or_refused(typed: str, signed: bool, expected: str) -> None:
    if not expected.startswith("run."):
        number = parse_number(typed, signed=signed)
        assert number == (typed, expected)
        return
    with pytest.raises(Refusal) as refused:
        parse_number(typed, signed=signed)
    assert refused.value.code == expected


@given(st.decimals(min_value=-9999, max_value=9999, places=2, allow_nan=False))
def test_every_decimal_is_read_back_from_every_way_of_typing_it(value: Decimal) -> None:
    plain = f"{value:+f}"
    wide = plain.translate({ord(a): b for a, b in zip("+-.0123456789", "＋－。０１２３４５６７８９", strict=True)})
    assert parse_number(plain, signed=True).value == value
    assert parse_number(wide, signed=True).value == value


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused_and_nothing_else(text: str) -> None:
    try:
        number = parse_number(text)
    except Refusal:
        return
    assert number.typed == text
    assert Decimal(number.decimal).is_finite()

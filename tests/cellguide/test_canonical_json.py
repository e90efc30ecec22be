"""Canonical JSON against an independent implementation of RFC 8785."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from cellguide import canonical

SOUND = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = st.text(st.characters(codec="ascii"), max_size=8)
NUMBERS = st.integers(-canonical.INT_MAX, canonical.INT_MAX)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, SOUND),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@given(VALUES)
def test_the_bytes_are_those_of_rfc_8785_and_read_back_the_same(value: object) -> None:
    data = canonical.encode(value)
    assert data == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert json.loads(data) == value


@pytest.mark.parametrize("text", ["\u2028\u2029", '\x00\x1f\x7f"\\/\b\f\n\r\t', "神\ufa19𠮷", "é", "é", "−151.2"])
def test_every_character_stays_itself_and_no_line_breaks(text: str) -> None:
    data = canonical.encode({"t": text})
    assert data == rfc8785.dumps({"t": text})
    assert b"\n" not in data
    assert json.loads(data)["t"] == text


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (1.0, TypeError),
        ({"a": [1, {"b": float("nan")}]}, TypeError),
        (2**53, ValueError),
        (-(2**53), ValueError),
        ({1: 2}, TypeError),
        ({"温度": 1}, TypeError),
        ({"a": b"bytes"}, TypeError),
        ({"a": {1, 2}}, TypeError),
        ("\ud800", ValueError),
    ],
)
def test_what_has_no_one_form_is_refused(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        canonical.encode(value)


@given(st.lists(st.tuples(KEYS, st.integers(0, 3)), max_size=6, unique_by=lambda pair: pair[0]))
def test_the_order_of_keys_does_not_matter(pairs: list[tuple[str, int]]) -> None:
    assert canonical.encode(dict(pairs)) == canonical.encode(dict(reversed(pairs)))

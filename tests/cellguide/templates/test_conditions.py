"""Conditions: one operator, nothing nested, and only names that exist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide.products import schema
from cellguide.products.site_limits import proposals
from cellguide.templates.conditions import OPS, NotACondition, operands, parse
from cellguide.templates.fact_names import FACTS, MEANINGS, NAMESPACES

SIDES = st.sampled_from(["it", "it.due", "R-23", "R-23.due", "now", "today", "accept", "12", *sorted(FACTS)[:20]])


@given(SIDES.filter(lambda text: text not in ("accept", "12")), st.sampled_from(OPS), SIDES, st.integers(0, 999))
def test_whatever_the_grammar_allows_is_read_and_its_words_are_kept(left: str, op: str, right: str, shift: int) -> None:
    plain = parse(f"{left} {op} {right}")
    assert (plain.op, plain.plus_min, len(operands(plain))) == (op, 0, 2)
    assert parse(f"{left} {op} {right} + {shift} h").plus_min == shift * 60
    assert operands(parse(left)) == operands(plain)[:1]


@given(st.text(max_size=40))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    try:
        condition = parse(text)
    except NotACondition as error:
        assert len(error.args) == 2
        return
    assert condition.text == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("it = yes and it = no", "nested"),
        ("(it = yes)", "nested"),
        ("not it", "nested"),
        ("it is yes", "unknown_operator"),
        ("it = ", "no_condition"),
        ("it = now + 4", "no_condition"),
        ("it = now - 4 h", "no_shift"),
        ("it = now + 4 y", "no_shift"),
        ("it = now + x h", "no_shift"),
        ("it <= profile.nonsense", "unknown_fact"),
        ("it <= weather.c_now", "unknown_fact"),
        ("it <= 37.5", "unknown_operand"),
        ("accept", "unknown_operand"),
    ],
)
def test_the_reason_says_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(NotACondition) as refused:
        parse(text)
    assert refused.value.args[0] == why


def test_the_facts_of_the_site_are_the_limits_a_site_can_sign() -> None:
    named = {name.removeprefix("site.") for name in FACTS if name.startswith("site.")}
    assert named == set(proposals())


def test_the_list_of_facts_is_closed_and_every_fact_says_what_it_is() -> None:
    assert schema.FACTS <= FACTS
    assert all(name.partition(".")[0] in NAMESPACES for name in FACTS)
    for name, meaning in MEANINGS.items():
        kind, _, says = meaning.partition(": ")
        assert kind in ("flag", "number", "text", "codes", "day", "time"), name
        assert says

"""The tree of places and its rules, without a store."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide.container_life import Container
from cellguide.facts import MISSING, SILENT
from cellguide.places import (
    Incoming,
    Place,
    check_place,
    count,
    device_limit,
    fold,
    problems,
    stock,
    tree,
)
from cellguide.refusal import Refusal

SITE = Place("P1", "site", "SITE", zh="院区")
ROOM = Place("P2", "room", "ROOM", "P1", "细胞库")
TANK = Place("P3", "tank", "A", "P2", "罐 A", limit_c_max="-150", limit_source="SOP")
RACK = Place("P4", "rack", "A/1", "P3", "架 1")
APART = Place("P5", "rack", "A/4", "P3", "架 4", zone="quarantine")
ONE = Place("P6", "position", "A/1/01", "P4", "01")
TWO = Place("P7", "position", "A/4/01", "P5", "01")
TREE = tree([SITE, ROOM, TANK, RACK, APART, ONE, TWO])
BAG = Container("O-1-1", "O-1", "accepted")


def codes(target: Place, coming: Incoming, there: tuple[Container, ...] = ()) -> list[str]:
    return [problem.code for problem in problems(TREE, target, coming, there)]


def test_a_position_knows_its_device_its_zone_and_its_path() -> None:
    assert TREE.device("P6") == TANK
    assert TREE.zone("P7") == "quarantine"
    assert TREE.path("P6") == "罐 A · 架 1 · 01"
    assert TREE.by_code(" a/1/01 ") == ONE
    assert {one.code for one in TREE.leaves("P3")} == {"A/1/01", "A/4/01"}


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (Place("", "shelf", "X", "P3", "x"), "place.kind"),
        (Place("", "position", "", "P4", "x"), "place.code"),
        (Place("", "position", "a/1/01", "P4", "x"), "place.code_used"),
        (Place("", "tank", "B", "P4", "x"), "place.parent"),
        (Place("", "tank", "B", "P2", "x", limit_c_max="-150"), "place.source"),
        (Place("", "tank", "B", "P2", "x", limit_c_max="cold", limit_source="SOP"), "place.number"),
        (Place("", "tank", "B", "P2", "x", rounds=("8:00",)), "place.times"),
        (Place("", "tank", "B", "P2", "x", zone="attic"), "place.zone"),
    ],
)
def test_what_cannot_be_is_refused(new: Place, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_place(new, TREE)
    assert refused.value.code == why


def test_a_good_container_fits_and_one_in_doubt_stands_apart() -> None:
    cold = Decimal("-150")
    assert codes(ONE, Incoming(BAG, cold)) == []
    assert codes(TWO, Incoming(BAG, cold)) == ["quarantine"]
    pending = Container("O-1-2", "O-1", "pending")
    assert codes(ONE, Incoming(pending, cold)) == ["not_quarantine"]
    assert codes(TWO, Incoming(pending, cold)) == []


@pytest.mark.parametrize(("limit", "found"), [("-150", []), ("-150.1", ["too_warm"]), ("-196", ["too_warm"])])
def test_a_device_is_too_warm_when_its_limit_is_above_the_products(limit: str, found: list[str]) -> None:
    assert codes(ONE, Incoming(BAG, Decimal(limit))) == found


def test_a_limit_nobody_read_refuses_no_cold_place() -> None:
    assert codes(ONE, Incoming(BAG, MISSING)) == codes(ONE, Incoming(BAG, SILENT)) == []


def test_another_patient_in_the_position_is_worse_than_a_full_one() -> None:
    stranger, sibling = Container("O-2-1", "O-2", "accepted"), Container("O-1-9", "O-1", "accepted")
    assert codes(ONE, Incoming(BAG, MISSING), (stranger,)) == ["other_patient"]
    assert codes(ONE, Incoming(BAG, MISSING), (sibling,)) == ["occupied"]
    assert codes(ONE, Incoming(BAG, MISSING), (BAG,)) == []


def test_a_device_is_held_to_the_coldest_limit_of_anything_in_it() -> None:
    assert device_limit(TANK, [("label", Decimal("-130"))]) == (Decimal("-150"), "SOP")
    assert device_limit(TANK, [("label", Decimal("-180"))]) == (Decimal("-180"), "label")
    assert device_limit(Place("", "tank", "B"), []) is None


def test_the_map_counts_what_is_free() -> None:
    cells = {
        cell.place.code: cell for cell in stock(TREE, "P3", [Container("O-1-1", "O-1", "accepted", place="a/1/01")])
    }
    assert (cells["A/1/01"].free, cells["A/4/01"].free) == (0, 1)


names = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["A/1", "A/2", "a/1"]), max_size=6)


@given(names, names)
def test_a_count_is_clean_only_when_books_and_shelf_are_the_same(booked: dict[str, str], seen: dict[str, str]) -> None:
    found = count(booked, seen, {})
    same = {one: fold(at) for one, at in booked.items()} == {one: fold(at) for one, at in seen.items()}
    assert found.clean == same

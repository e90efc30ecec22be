"""The sheet's groups: what is typed comes back, and a typing mistake is named at its group."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide import keys, sheet_code
from cellguide.refusal import Refusal

RAW = st.binary(min_size=32, max_size=32)
KEYS = st.builds(
    sheet_code.Key,
    st.sampled_from(["root", "station"]),
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    st.integers(1, sheet_code.NUMBER_MAX),
    RAW,
)
PLACES = st.integers(0, sheet_code.GROUPS - 1)
SIGNS = st.integers(0, sheet_code.GROUP_LENGTH - 1)


def a_key(raw: bytes = bytes(range(32))) -> sheet_code.Key:
    return sheet_code.Key("root", "A", 7, raw)


def code_of(text: str) -> str:
    with pytest.raises(Refusal) as caught:
        sheet_code.read(text)
    return caught.value.code


@given(KEYS, RAW)
def test_a_sheet_comes_back_from_its_groups_however_they_are_typed(key: sheet_code.Key, other: bytes) -> None:
    root = key._replace(part="root")
    made = sheet_code.groups(root)
    assert len(made) == sheet_code.GROUPS
    assert sheet_code.read("".join(made)).root == root
    untidy = "  ".join(group.lower().replace("0", "o").replace("1", "l") for group in made)
    assert sheet_code.read(untidy) == sheet_code.Sheet(root)
    whole = sheet_code.Sheet(root, root._replace(part="station", raw=other))
    assert sheet_code.read(sheet_code.line(whole)) == whole
    assert set(sheet_code.line(whole)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")


@given(KEYS, PLACES, SIGNS, st.integers(1, 31))
def test_one_wrong_sign_is_named_at_its_group(key: sheet_code.Key, place: int, at: int, by: int) -> None:
    made = list(sheet_code.groups(key._replace(part="root")))
    group = made[place]
    wrong = sheet_code.SIGNS[(sheet_code.SIGNS.index(group[at]) + by) % 32]
    made[place] = group[:at] + wrong + group[at + 1 :]
    with pytest.raises(Refusal) as caught:
        sheet_code.read("".join(made))
    assert (caught.value.code, caught.value.facts) == ("envelope.group", {"group": place + 1})


@given(KEYS, PLACES, st.integers(0, sheet_code.GROUP_LENGTH - 2))
def test_two_swapped_neighbours_are_found(key: sheet_code.Key, place: int, at: int) -> None:
    group = sheet_code.groups(key)[place]
    swapped = group[:at] + group[at + 1] + group[at] + group[at + 2 :]
    assert swapped == group or not sheet_code.group_holds(place, swapped)


@given(KEYS, PLACES, PLACES)
def test_a_group_in_another_groups_place_is_found(key: sheet_code.Key, one: int, other: int) -> None:
    assert sheet_code.group_holds(other, sheet_code.groups(key)[one]) == (one == other)


@given(RAW, PLACES.filter(lambda place: 0 < place < 14), st.integers(1, 31), st.integers(1, 31))
def test_two_mistakes_that_cancel_in_the_check_sign_are_found_in_the_whole(
    raw: bytes, place: int, by: int, more: int
) -> None:
    made = list(sheet_code.groups(a_key(raw)))
    typed = made[place]
    first = sheet_code.SIGNS[sheet_code.SIGNS.index(typed[0]) ^ by]
    second = sheet_code.SIGNS[sheet_code.SIGNS.index(typed[1]) ^ more]
    for check in sheet_code.SIGNS:
        made[place] = first + second + typed[2:4] + check
        assert code_of("".join(made)) in ("envelope.group", "envelope.whole")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    try:
        sheet_code.read(text)
    except Refusal as refusal:
        assert refusal.code.startswith("envelope.")


def test_too_few_signs_the_stations_key_and_two_sheets_mixed_are_told_apart() -> None:
    root = a_key()
    station = root._replace(part="station", raw=bytes(32))
    text = "".join(sheet_code.groups(root))
    assert code_of(text[:-1]) == "envelope.length"
    assert code_of("".join(sheet_code.groups(station))) == "envelope.other_part"
    other = "".join(sheet_code.groups(station._replace(number=8)))
    assert code_of(text + other) == "envelope.whole"
    assert code_of(text + text) == "envelope.whole"


def test_the_roots_number_gives_its_key_again_and_no_other_roots() -> None:
    der, pem = keys.new_root("DEMO Hospital", datetime(2026, 11, 22, tzinfo=UTC))
    _, other = keys.new_root("DEMO Hospital", datetime(2026, 11, 22, tzinfo=UTC))
    assert keys.root_from_number(keys.root_number(der), pem) == der
    for number, root in ((keys.root_number(der), other), (bytes(32), pem), (b"\xff" * 32, pem)):
        with pytest.raises(Refusal) as caught:
            keys.root_from_number(number, root)
        assert caught.value.code == "envelope.not_root"

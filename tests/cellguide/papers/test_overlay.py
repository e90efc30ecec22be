from __future__ import annotations

import pytest

from cellguide.papers.overlay import overlay


def texts(**facts: object) -> list[str]:
    known: dict[str, object] = {"signed": 3, "required": 3} | facts
    return [mark.text for mark in overlay(["zh", "en"], **known).diagonals]  # type: ignore[arg-type]


@pytest.mark.req("REG-034")
@pytest.mark.parametrize("signed", [0, 1, 2])
def test_a_paper_that_lacks_a_signature_is_a_draft_and_nothing_switches_it_off(signed: int) -> None:
    assert texts(signed=signed) == ["草稿 DRAFT"]


def test_a_fully_signed_paper_carries_no_mark() -> None:
    assert texts() == []


def test_a_superseded_paper_names_the_version_that_replaced_it() -> None:
    assert texts(superseded_by=2) == ["已被第 2 版取代 SUPERSEDED BY VERSION 2"]


def test_a_void_draft_carries_both_marks() -> None:
    assert texts(void=True, signed=0) == ["作废 VOID", "草稿 DRAFT"]


@pytest.mark.req("REG-035")
def test_a_print_says_which_copy_it_is_and_a_screen_does_not() -> None:
    at = "2026-11-22T17:00:00.000+08:00"
    printed = overlay(["en"], signed=3, required=3, copy=2, person="DEMO A", at=at).line
    assert printed is not None
    assert printed.text == "Copy 2, printed by DEMO A at 2026-11-22 17:00:00 +08:00"
    assert overlay(["en"], signed=3, required=3).line is None

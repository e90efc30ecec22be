from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide.papers import glyphs, lines
from cellguide.papers.lines import Line, Style


def shown(found: tuple[Line, ...]) -> list[str]:
    return ["".join(atom.text for atom in line.atoms) for line in found]


words = st.text(st.sampled_from("王芳 （）。，−150.2°CSAMPLE-cel10⁶\n\u3000𠮷"), max_size=120)


@given(words, st.floats(40, 400))
def test_no_line_is_wider_than_its_column(text: str, width: float) -> None:
    # A stand-in for a missing character is one piece; nothing else may be wider than the column.
    assert all(line.width <= width + 0.01 for line in lines.wrap_one(text, Style(), width))


@given(words)
def test_setting_loses_nothing_but_the_space_at_which_a_line_breaks(text: str) -> None:
    kept = "".join(shown(lines.wrap_one(text, Style(), 90)))
    given_text = "".join(piece.text for piece in glyphs.pieces(text))
    assert kept.replace(" ", "") == given_text.replace(" ", "").replace("\n", "")


def test_chinese_breaks_between_characters_and_keeps_its_punctuation() -> None:
    found = shown(lines.wrap_one("运输全程温度最高，超限（零分钟）。", Style(10), 62))
    assert all(line[0] not in "，）。" and line[-1] not in "（" for line in found)


def test_latin_words_and_units_stay_whole() -> None:
    found = shown(lines.wrap_one("Temperature during shipping −178.2 °C", Style(8), 70))
    assert found == ["Temperature", "during shipping", "−178.2 °C"]


def test_a_word_longer_than_the_column_is_broken_rather_than_run_off_the_paper() -> None:
    found = lines.wrap_one("9" * 200, Style(8), 100)
    assert len(found) > 1
    assert "".join(shown(found)) == "9" * 200


def test_markup_in_a_name_is_a_name() -> None:
    text = '<b>&amp;<font color="red">x</font>'
    assert "".join(shown(lines.wrap_one(text, Style(), 400))) == text


def test_powers_are_raised_digits_that_know_what_they_are() -> None:
    atoms = lines.wrap_one("100×10⁶", Style(), 200)[0].atoms
    assert [(atom.text, atom.rise, atom.source) for atom in atoms[-1:]] == [("6", 1, "⁶")]


@pytest.mark.parametrize("text", ["", " ", "   "])
def test_nothing_takes_no_room(text: str) -> None:
    assert lines.height(lines.wrap_one(text, Style(), 100)) == 0

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.ttfonts import TTFontFile

from cellguide import resources
from cellguide.papers import glyphs


def test_our_reading_of_the_character_map_agrees_with_the_drawing_library() -> None:
    for file in (glyphs.REGULAR_FILE, glyphs.BOLD_FILE):
        face = TTFontFile(resources.path_of(file), validate=0)
        codes = [*range(0x20, 0x7F), *range(0xA0, 0x3100), *range(0x4E00, 0x9FFF, 23), *range(0x20000, 0x2A6DF, 401)]
        assert [code for code in codes if glyphs.has(chr(code)) != (code in face.charToGlyph)] == []


def test_a_name_outside_the_face_is_found_before_an_order_is_saved() -> None:
    assert glyphs.missing("王𠮷 10⁶ ₂") == ("𠮷",)


def test_bidirectional_and_invisible_characters_are_never_drawn_as_nothing() -> None:
    assert glyphs.missing("a\u202eb\u200bc\x00") == ("\u202e", "\u200b", "\x00")
    assert glyphs.stand_in("\u202e") == "［U+202E］"


def test_a_missing_character_leaves_room_for_a_pen_and_gives_its_reading_where_known() -> None:
    assert glyphs.stand_in("𠮷") == "［\u3000］U+20BB7"
    assert glyphs.stand_in("𪚥") == "［\u3000］U+2A6A5 zhé"


def test_data_cannot_carry_the_mark_of_a_changed_value() -> None:
    assert glyphs.pieces("▲ 5")[0].text == "［U+25B2］"


@given(st.text())
def test_cutting_into_pieces_loses_nothing(text: str) -> None:
    assert "".join(piece.source for piece in glyphs.pieces(text)) == text


@given(st.text())
def test_whatever_is_drawn_has_a_glyph(text: str) -> None:
    drawn = "".join(piece.text for piece in glyphs.pieces(text))
    assert [char for char in drawn if char != "\n" and not glyphs.has(char)] == []


def test_asking_for_missing_characters_does_not_load_the_printing_libraries() -> None:
    code = (
        "import sys; from cellguide.papers import glyphs, overlay; glyphs.missing('王'); "
        "print([m for m in ('reportlab', 'pikepdf', 'pyhanko', 'zxingcpp', 'numpy', 'pypinyin') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

"""Every character is looked up before it is drawn; what the paper's face cannot show is printed as its code point.

Needs neither reportlab nor Qt: an order asks ``missing`` before it is saved (engineering-review 25), and reads only
the font's character map for it.
"""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from cellguide import resources

REGULAR_FILE = "fonts/NotoSansSC-Regular.ttf"
BOLD_FILE = "fonts/NotoSansSC-Bold.ttf"

CHANGED_MARK = "▲"  # EU Annex 11 §8.2; in data it prints as a code point, so that the marks on a page can be counted
MACHINE_MARK = "◆"  # before a value that the program computed or read

# The face has some of these and not others (no ⁶ ⁸ ⁹ ₂): drawn as raised and lowered digits, all powers look alike.
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+−", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

Kind = Literal["plain", "raised", "lowered", "missing"]


class Piece(NamedTuple):
    """A stretch of text drawn one way. ``text`` is what is drawn, ``source`` what it stands for."""

    text: str
    kind: Kind
    source: str


@cache
def _ranges(font_file: str) -> tuple[tuple[int, int], ...]:
    """The covered code points of a TrueType face as (first, last), from a Unicode ``cmap`` of format 4 or 12."""
    with Path(resources.path_of(font_file)).open("rb") as font:
        _, tables = struct.unpack(">IH", font.read(6))
        font.seek(12)
        directory = {tag: (at, size) for tag, _, at, size in struct.iter_unpack(">4sIII", font.read(16 * tables))}
        start, size = directory[b"cmap"]
        font.seek(start)
        data = font.read(size)
    count = struct.unpack_from(">H", data, 2)[0]
    best: tuple[int, int] | None = None
    for platform, encoding, at in struct.iter_unpack(">HHI", data[4 : 4 + 8 * count]):
        form = struct.unpack_from(">H", data, at)[0]
        if (platform, encoding) in {(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)} and form in {4, 12}:
            best = max(best or (0, 0), (form, at))
    assert best is not None, f"{font_file} has no Unicode character map"
    return _groups(data, best[1]) if best[0] == 12 else _segments(data, best[1])


def _groups(data: bytes, at: int) -> tuple[tuple[int, int], ...]:
    groups = struct.unpack_from(">I", data, at + 12)[0]
    rows = struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * groups])
    return tuple((first, last) for first, last, glyph in rows if glyph or last > first)


def _segments(data: bytes, at: int) -> tuple[tuple[int, int], ...]:
    double = struct.unpack_from(">H", data, at + 6)[0]
    ends = struct.unpack_from(f">{double // 2}H", data, at + 14)
    starts = struct.unpack_from(f">{double // 2}H", data, at + 16 + double)
    return tuple((first, last) for first, last in zip(starts, ends, strict=True) if first != 0xFFFF)


@cache
def has(char: str) -> bool:
    """Whether the paper's face draws this character as a glyph of its own.

    >>> has("赵"), has("\\U00020bb7"), has("\\u202e")
    (True, False, False)
    """
    code = ord(char)
    if code < 32 or 0x7F <= code < 0xA0:
        return False
    return any(first <= code <= last for first, last in _ranges(REGULAR_FILE))


def missing(text: str) -> tuple[str, ...]:
    """The distinct characters of ``text`` that paper prints as a code point, in their order.

    A line break is not one of them; raised and lowered digits are drawn.

    >>> missing("王\\U00020bb7 10⁶")
    ('𠮷',)
    """
    return tuple(dict.fromkeys(char for char in text if char != "\n" and _kind(char) == "missing"))


def _kind(char: str) -> Kind:
    if char in RAISED:
        return "raised"
    if char in LOWERED:
        return "lowered"
    return "plain" if char != CHANGED_MARK and has(char) else "missing"


@cache
def reading(char: str) -> str:
    """The usual pinyin of a Chinese character, or "" where none is known."""
    if ord(char) < 0x2E80:
        return ""
    from pypinyin import lazy_pinyin
    from pypinyin.constants import Style

    found: str = lazy_pinyin(char, style=Style.TONE)[0]
    return "" if found == char else found


def stand_in(char: str) -> str:
    """What is printed for a missing character: a place for handwriting, the code point, the reading if known.

    >>> stand_in("\\U00020bb7")
    '［　］U+20BB7'
    """
    code = f"U+{ord(char):04X}"
    if ord(char) < 0x2E80:  # controls, signs and other scripts: nothing that a hand would write into a name
        return f"［{code}］"
    sound = reading(char)
    return f"［　］{code} {sound}" if sound else f"［　］{code}"


def pieces(text: str) -> tuple[Piece, ...]:
    """Cut ``text`` into stretches that are drawn alike. Joining ``source`` gives ``text`` back.

    >>> [(p.text, p.kind) for p in pieces("100×10⁶")]
    [('100×10', 'plain'), ('6', 'raised')]
    """
    found: list[Piece] = []
    for char in text:
        kind = _kind(char) if char != "\n" else "plain"
        shown = RAISED.get(char) or LOWERED.get(char) or (stand_in(char) if kind == "missing" else char)
        if found and found[-1].kind == kind and kind != "missing":
            found[-1] = Piece(found[-1].text + shown, kind, found[-1].source + char)
        else:
            found.append(Piece(shown, kind, char))
    return tuple(found)

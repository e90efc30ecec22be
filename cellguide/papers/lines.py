"""Setting text: runs of words become lines of a given width.

Names and answers never pass through a markup language on their way to the paper, so there is nothing to escape:
a patient called ``<b>`` is printed as ``<b>``. Chinese breaks between characters, Latin at spaces, and marks of
punctuation keep to their side.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from cellguide import resources
from cellguide.papers import glyphs

REGULAR = "CellGuide"
BOLD = "CellGuide-Bold"

INK = "#15232d"
GREY = "#51626e"
FAINT = "#8a98a3"
TEAL = "#0B6E7F"
GREEN = "#1b7a4b"
AMBER = "#8a5a00"
RED = "#b3261e"
RULE = "#d8dfe4"

NOT_AT_START = set("，。、；：？！）》」』】〕］”’…·,.;:!?)]}%‰℃°")
NOT_AT_END = set("（《「『【〔［“‘([{")


class Style(NamedTuple):
    """How a run looks; sizes in points. ``mark`` lets through the one character that data may not use."""

    size: float = 8.2
    bold: bool = False
    colour: str = INK
    mark: bool = False

    @property
    def font(self) -> str:
        return BOLD if self.bold else REGULAR

    @property
    def leading(self) -> float:
        return self.size * 1.36


class Atom(NamedTuple):
    """The smallest thing that is drawn: never broken. ``rise``: +1 raised, −1 lowered."""

    text: str
    style: Style
    rise: int
    source: str
    width: float


class Line(NamedTuple):
    """One set line. ``leading`` in points is the room it takes."""

    atoms: tuple[Atom, ...]
    leading: float

    @property
    def width(self) -> float:
        return sum(atom.width for atom in self.atoms)


@cache
def load_faces() -> None:
    """Register both weights of the embedded face (Noto Sans SC, TrueType outlines: models.md 8.9)."""
    for name, file in ((REGULAR, glyphs.REGULAR_FILE), (BOLD, glyphs.BOLD_FILE)):
        pdfmetrics.registerFont(TTFont(name, resources.path_of(file)))


@cache
def _width(text: str, font: str, size: float) -> float:
    load_faces()
    return float(pdfmetrics.stringWidth(text, font, size))


def _atom(text: str, style: Style, rise: int = 0, source: str = "") -> Atom:
    size = style.size * 0.66 if rise else style.size
    width = _width(text, style.font, size) if len(text) < 24 else sum(_width(c, style.font, size) for c in text)
    return Atom(text, style, rise, source or text, width)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _words(text: str) -> Iterator[str]:
    """Break plain text into single wide characters, spaces and Latin words."""
    word = ""
    for char in text:
        if char in " \n\u3000" or _is_wide(char):
            if word:
                yield word
            word = ""
            yield char
        else:
            word += char
    if word:
        yield word


def _atoms(runs: Iterable[tuple[str, Style]]) -> Iterator[Atom]:
    for text, style in runs:
        if style.mark:
            yield _atom(text, style)
            continue
        for piece in glyphs.pieces(text):
            if piece.kind == "plain":
                yield from (_atom(word, style) for word in _words(piece.text))
            elif piece.kind == "missing":
                yield _atom(piece.text, style._replace(colour=AMBER), 0, piece.source)
            else:
                yield _atom(piece.text, style, 1 if piece.kind == "raised" else -1, piece.source)


def _chunks(atoms: Iterable[Atom]) -> Iterator[list[Atom]]:
    """Group atoms between which no line may break."""
    chunk: list[Atom] = []
    for atom in atoms:
        if chunk and _may_break(chunk[-1], atom):
            yield chunk
            chunk = []
        chunk.append(atom)
    if chunk:
        yield chunk


def _may_break(before: Atom, after: Atom) -> bool:
    """Spaces stay with the word before them, so that what follows them decides (−178.2 °C is one)."""
    if "\n" in (before.text, after.text):
        return True
    if after.text == " " or after.rise or after.text[0] in NOT_AT_START or before.text[-1] in NOT_AT_END:
        return False
    return before.text == " " or _is_wide(before.text[-1]) or _is_wide(after.text[0])


def _fit(chunk: list[Atom], width: float) -> Iterator[list[Atom]]:
    """Cut a chunk that is wider than the column, between characters: better than running off the paper."""
    if _solid(chunk) <= width:
        yield chunk
        return
    part: list[Atom] = []
    room = width
    for atom in chunk:
        letters = [atom] if atom.rise else [_atom(char, atom.style) for char in atom.text]
        for letter in letters:
            if part and letter.width > room:
                yield part
                part, room = [], width
            part.append(letter)
            room -= letter.width
    if part:
        yield part


def _solid(chunk: list[Atom]) -> float:
    """The width of a chunk without the spaces at its end, which may hang over."""
    end = len(chunk)
    while end and chunk[end - 1].text == " ":
        end -= 1
    return sum(atom.width for atom in chunk[:end])


def wrap(runs: Sequence[tuple[str, Style]], width: float) -> tuple[Line, ...]:
    """Set ``runs`` of (text, style) into lines of at most ``width`` points. Empty text gives no line."""
    lines: list[Line] = []
    line: list[Atom] = []
    room = width

    def close() -> None:
        while line and line[-1].text == " ":
            line.pop()
        styles = [atom.style for atom in line] or [runs[0][1]]
        lines.append(Line(tuple(line), max(style.leading for style in styles)))
        line.clear()

    for whole in _chunks(_atoms(runs)):
        for chunk in _fit(whole, width):
            if chunk[0].text == "\n":
                close()
                room = width
                continue
            if line and _solid(chunk) > room:
                close()
                room = width
            while not line and chunk and chunk[0].text == " ":
                del chunk[0]
            line.extend(chunk)
            room -= sum(atom.width for atom in chunk)
    if line:
        close()
    return tuple(lines)


def wrap_one(text: str, style: Style, width: float) -> tuple[Line, ...]:
    """Set one run."""
    return wrap([(text, style)], width)


def height(lines: Iterable[Line]) -> float:
    """The room that lines take, in points."""
    return sum(line.leading for line in lines)


def draw_line(canvas: Any, line: Line, x: float, baseline: float) -> None:
    """Draw one line. Raised digits carry their own character for those who copy or search the text."""
    group: list[Atom] = []
    for atom in (*line.atoms, None):
        if group and (atom is None or atom.rise or group[-1].rise or atom.style != group[-1].style):
            _draw_group(canvas, group, x, baseline)
            x += sum(one.width for one in group)
            group = []
        if atom is not None:
            group.append(atom)


def _draw_group(canvas: Any, group: list[Atom], x: float, baseline: float) -> None:
    style, rise = group[0].style, group[0].rise
    text = "".join(atom.text for atom in group)
    canvas.setFillColor(style.colour)
    canvas.setFont(style.font, style.size * 0.66 if rise else style.size)
    if rise:
        actual = ("\ufeff" + group[0].source).encode("utf-16-be").hex()
        canvas._code.append(f"/Span <</ActualText <{actual}>>> BDC")
    canvas.drawString(x, baseline + style.size * {0: 0.0, 1: 0.34, -1: -0.14}[rise], text)
    if rise:
        canvas._code.append("EMC")


def draw_lines(canvas: Any, lines: Iterable[Line], x: float, top: float, align_right: float | None = None) -> float:
    """Draw lines downwards from ``top``; return where they end. ``align_right``: the column's width, if flush right."""
    for line in lines:
        shift = (align_right - line.width) if align_right is not None else 0.0
        draw_line(canvas, line, x + shift, top - line.leading * 0.76)
        top -= line.leading
    return top

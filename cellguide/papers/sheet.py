"""The page: size, header, footer, and blocks that flow from page to page.

A paper is laid out first and drawn after, so that every page knows how many there are, and the places of the
signature fields are known before anything is signed. Same values, same bytes (``invariant``).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from cellguide.papers import lines, qr
from cellguide.papers.lines import BOLD, GREY, REGULAR, RULE, TEAL, Style
from cellguide.papers.voice import groups

rl_config.useA85 = 0  # binary streams: a fifth smaller than letters, for thirty years of records

PAGE_WIDTH, PAGE_HEIGHT = 595.276, 841.89  # A4 in points
MARGIN = 40.0
WIDTH = PAGE_WIDTH - 2 * MARGIN
FIRST_TOP = PAGE_HEIGHT - 126
LATER_TOP = PAGE_HEIGHT - 92
BOTTOM = 74.0
WORTH_DIVIDING = 120.0  # points of a page; less is left white rather than filled with the first lines of a row
QR_SIDE = 62.0
QR_SIDE_LATER = 48.0


class Block(Protocol):
    """Something with a height that can be drawn below a line. Blocks are laid out for ``WIDTH`` when made."""

    @property
    def height(self) -> float: ...

    @property
    def keep(self) -> bool:
        """Whether it must not be the last on its page."""
        ...

    @property
    def head(self) -> Block | None:
        """What is repeated above it when it begins a page."""
        ...

    def split(self, room: float) -> tuple[Block, Block] | None:
        """Itself in two, the first at most ``room`` points high; None where it cannot be divided."""
        ...

    def draw(self, canvas: Any, x: float, top: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Head:
    """What every page says. Lines of text, ready to print; ``code`` is the page's QR code but for its page."""

    site: str
    title: str
    subtitle: str
    number: str  # record id and version
    whose: str  # patient and product, so that no page is an orphan
    demo: str
    code: qr.PageCode
    footer: tuple[str, ...]
    page_word: str  # with {page} and {pages}
    lang: str
    author: str


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a signature goes: ``page`` from 0, ``box`` = left, bottom, right, top in points."""

    meaning: str
    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn paper and the places of its signature fields."""

    pdf: bytes
    pages: int
    fields: tuple[FieldPlace, ...]


Placed = tuple[Block, float]


def paginate(blocks: Sequence[Block]) -> list[list[Placed]]:
    """Distribute blocks over pages as (block, top)."""
    pages: list[list[Placed]] = [[]]
    top = FIRST_TOP
    queue = list(blocks)
    while queue:
        unit = _unit(queue)
        room = top - BOTTOM
        if sum(block.height for block in unit) > room:
            kept = sum(block.height for block in unit[:-1])
            # A long row is divided where the rest of the page is worth it; on an empty page there is no choice.
            parts = unit[-1].split(room - kept) if room - kept > WORTH_DIVIDING or not pages[-1] else None
            if parts:
                queue[len(unit) - 1 : len(unit)] = list(parts)
                unit = [*unit[:-1], parts[0]]
            elif pages[-1]:
                pages.append([])
                top = LATER_TOP
                if unit[0].head is not None:
                    pages[-1].append((unit[0].head, top))
                    top -= unit[0].head.height
                continue
        for block in unit:
            pages[-1].append((block, top))
            top -= block.height
        del queue[: len(unit)]
    return pages


def _unit(queue: list[Block]) -> list[Block]:
    """The blocks at the front of the queue that stay on one page, as long as one page can hold them."""
    unit: list[Block] = []
    for block in queue:
        unit.append(block)
        if not block.keep or sum(one.height for one in unit) > LATER_TOP - BOTTOM:
            break
    return unit


def draw(head: Head, blocks: Sequence[Block]) -> Drawn:
    """Lay out and draw a whole paper."""
    lines.load_faces()
    pages = paginate(blocks)
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        invariant=1,
        pageCompression=1,
        pdfVersion=(1, 7),
        lang=head.lang,
        initialFontName=REGULAR,
        initialFontSize=8,
    )
    canvas.setTitle(f"{head.title} {head.number}")
    canvas.setAuthor(head.author)
    canvas.setSubject(head.subtitle)
    canvas.setCreator("CellGuide")
    fields: list[FieldPlace] = []
    for number, placed in enumerate(pages, start=1):
        _draw_frame(canvas, head, number, len(pages))
        for block, top in placed:
            block.draw(canvas, MARGIN, top)
            meaning = getattr(block, "field", None)
            if meaning:
                box = (MARGIN, top - block.height + block_gap(block), MARGIN + WIDTH, top)
                fields.append(FieldPlace(meaning, number - 1, box))
        canvas.showPage()
    canvas.save()
    return Drawn(out.getvalue(), len(pages), tuple(fields))


def block_gap(block: Block) -> float:
    """White below a block that is part of its height but not of its box."""
    return float(getattr(block, "gap", 0.0))


def _draw_frame(canvas: Any, head: Head, page: int, pages: int) -> None:
    first = page == 1
    side = QR_SIDE if first else QR_SIDE_LATER
    top = PAGE_HEIGHT - 32
    code = head.code._replace(page=page, pages=pages)
    qr.draw(canvas, code.text, PAGE_WIDTH - MARGIN - side, top, side)
    room = WIDTH - side - 14
    if first:
        y = lines.draw_lines(canvas, lines.wrap_one(head.site, Style(8, colour=GREY), room)[:1], MARGIN, top)
        y = lines.draw_lines(canvas, lines.wrap_one(head.title, Style(17, bold=True), room)[:1], MARGIN, y)
        y = lines.draw_lines(canvas, lines.wrap_one(head.subtitle, Style(8, colour=GREY), room)[:1], MARGIN, y - 1)
        lines.draw_lines(canvas, lines.wrap_one(head.number, Style(8.6, bold=True), room)[:1], MARGIN, y - 3)
        rule = FIRST_TOP + 16
    else:
        y = lines.draw_lines(canvas, lines.wrap_one(head.site, Style(6.8, colour=GREY), room)[:1], MARGIN, top)
        runs = [(head.title + "  ", Style(9.6, bold=True)), (head.number, Style(8.4))]
        y = lines.draw_lines(canvas, lines.wrap(runs, room)[:1], MARGIN, y)
        lines.draw_lines(canvas, lines.wrap_one(head.whose, Style(7.4), room)[:1], MARGIN, y)
        rule = LATER_TOP + 9
    if head.demo:
        _draw_tag(canvas, head.demo, MARGIN, rule + 4)
    canvas.setStrokeColor(TEAL)
    canvas.setLineWidth(1.3)
    canvas.line(MARGIN, rule, PAGE_WIDTH - MARGIN, rule)
    _draw_footer(canvas, head, page, pages)


def _draw_tag(canvas: Any, text: str, right_of: float, bottom: float) -> None:
    """The demonstration's mark: beside the title, in amber, on every page."""
    width = lines.wrap_one(text, Style(6.6, bold=True), WIDTH)[0].width + 12
    x = right_of
    canvas.setFillColor("#fdf3e0")
    canvas.roundRect(x, bottom, width, 11, 5, stroke=0, fill=1)
    tag = lines.wrap_one(text, Style(6.6, bold=True, colour=lines.AMBER), WIDTH)
    lines.draw_lines(canvas, tag, x + 6, bottom + 10)


def _draw_footer(canvas: Any, head: Head, page: int, pages: int) -> None:
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, BOTTOM - 10, PAGE_WIDTH - MARGIN, BOTTOM - 10)
    canvas.setFillColor(GREY)
    canvas.setFont(REGULAR, 6.3)
    canvas.drawString(MARGIN, BOTTOM - 20, f"SHA-256 {groups(head.code.sha256)}")
    canvas.setFont(BOLD, 7)
    canvas.drawRightString(PAGE_WIDTH - MARGIN, BOTTOM - 20, head.page_word.format(page=page, pages=pages))
    y = BOTTOM - 24.5
    for text in head.footer:
        y = lines.draw_lines(canvas, lines.wrap_one(text, Style(6.3, colour=GREY), WIDTH)[:1], MARGIN, y)

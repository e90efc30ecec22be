"""What pages are made of: headings, labelled values, table rows, bands, pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cellguide.papers import lines
from cellguide.papers.lines import AMBER, GREY, INK, RULE, Line, Style
from cellguide.papers.sheet import WIDTH, Block

PAD = 2.6  # above and below the text of a row, in points
GUTTER = 7.0


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph across the page."""

    text: tuple[Line, ...]
    keep: bool = False
    before: float = 0.0
    after: float = 0.0
    head: Block | None = None

    @property
    def height(self) -> float:
        return self.before + lines.height(self.text) + self.after

    def split(self, room: float) -> tuple[Block, Block] | None:
        fits = _fitting(self.text, room - self.before)
        if not 0 < fits < len(self.text):
            return None
        return replace(self, text=self.text[:fits], after=0.0), replace(self, text=self.text[fits:], before=0.0)

    def draw(self, canvas: Any, x: float, top: float) -> None:
        lines.draw_lines(canvas, self.text, x, top - self.before)


def words(text: str, style: Style, *, keep: bool = False, before: float = 0.0, after: float = 0.0) -> Words:
    """A paragraph of one run."""
    return Words(lines.wrap_one(text, style, WIDTH), keep, before, after)


def heading(main: str, second: str = "") -> Words:
    """A section's name; never the last line of a page."""
    runs = [(main, Style(10.4, bold=True))]
    if second:
        runs.append(("  " + second, Style(7.6, colour=GREY)))
    return Words(lines.wrap(runs, WIDTH), keep=True, before=11.0)


def _fitting(text: Sequence[Line], room: float) -> int:
    count = 0
    for line in text:
        room -= line.leading
        if room < 0:
            break
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Grid:
    """Labelled values in columns: small grey label above, value below."""

    cells: tuple[tuple[tuple[Line, ...], tuple[Line, ...]], ...]  # (label, value)
    columns: int
    keep: bool = False
    head: Block | None = None

    @property
    def height(self) -> float:
        return sum(self._rows()) + 4

    def _rows(self) -> list[float]:
        heights = [lines.height(label) + lines.height(value) + 5 for label, value in self.cells]
        return [max(heights[at : at + self.columns]) for at in range(0, len(heights), self.columns)]

    def split(self, room: float) -> tuple[Block, Block] | None:
        return None

    def draw(self, canvas: Any, x: float, top: float) -> None:
        step = WIDTH / self.columns
        for row, height in enumerate(self._rows()):
            for column, (label, value) in enumerate(self.cells[row * self.columns : (row + 1) * self.columns]):
                y = lines.draw_lines(canvas, label, x + column * step, top)
                lines.draw_lines(canvas, value, x + column * step, y)
            top -= height


def grid(pairs: Sequence[tuple[str, str]], columns: int = 4) -> Grid:
    """Labelled values from (label, value)."""
    room = WIDTH / columns - GUTTER
    cells = tuple(
        (lines.wrap_one(label, Style(6.8, colour=GREY), room), lines.wrap_one(value, Style(8.6, bold=True), room))
        for label, value in pairs
    )
    return Grid(cells, columns)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: a cell is lines that fit its column. ``tint`` colours the row's left edge."""

    cells: tuple[tuple[Line, ...], ...]
    widths: tuple[float, ...]
    head: Block | None = None
    keep: bool = False
    tint: str | None = None
    is_head: bool = False
    gap: float = 0.0  # white above it

    @property
    def height(self) -> float:
        return max((lines.height(cell) for cell in self.cells), default=0.0) + 2 * PAD + self.gap

    def split(self, room: float) -> tuple[Block, Block] | None:
        fits = [_fitting(cell, room - 2 * PAD) for cell in self.cells]
        if max(fits, default=0) == 0 or all(count == len(cell) for count, cell in zip(fits, self.cells, strict=True)):
            return None
        upper = tuple(cell[:count] for count, cell in zip(fits, self.cells, strict=True))
        lower = tuple(cell[count:] for count, cell in zip(fits, self.cells, strict=True))
        return replace(self, cells=upper), replace(self, cells=lower)

    def draw(self, canvas: Any, x: float, top: float) -> None:
        top -= self.gap
        height = self.height - self.gap
        if self.tint:
            canvas.setFillColor(self.tint)
            canvas.rect(x - 5, top - height + 1.2, 2.2, height - 2.4, stroke=0, fill=1)
        column = x
        for cell, width in zip(self.cells, self.widths, strict=True):
            lines.draw_lines(canvas, cell, column, top - PAD)
            column += width
        canvas.setStrokeColor("#5b6b76" if self.is_head else RULE)
        canvas.setLineWidth(0.7 if self.is_head else 0.5)
        canvas.line(x, top - height, x + WIDTH, top - height)


def head_row(labels: Sequence[str], widths: Sequence[float]) -> Row:
    """The names of the columns; repeated on each page the table reaches."""
    style = Style(6.8, colour=GREY)
    cells = tuple(lines.wrap_one(label, style, w - GUTTER) for label, w in zip(labels, widths, strict=True))
    return Row(cells, tuple(widths), keep=True, is_head=True)


def rows(head: Row, table: Sequence[Sequence[Sequence[tuple[str, Style]]]]) -> list[Block]:
    """A table's head and its rows; a cell is a sequence of runs."""
    found: list[Block] = [head]
    for cells in table:
        set_cells = tuple(
            lines.wrap(cell, w - GUTTER) if cell else () for cell, w in zip(cells, head.widths, strict=True)
        )
        found.append(Row(set_cells, head.widths, head=head))
    return found


@dataclass(frozen=True, slots=True)
class Band:
    """A coloured band with one statement, and a short one at its right end."""

    text: tuple[Line, ...]
    right: tuple[Line, ...]
    fill: str
    edge: str
    keep: bool = False
    icon: str = ""  # a level whose sign is drawn at the left: ok, held, hard
    gap: float = 8.0
    head: Block | None = None

    @property
    def height(self) -> float:
        return lines.height(self.text) + 16 + self.gap

    def split(self, room: float) -> tuple[Block, Block] | None:
        fits = _fitting(self.text, room - 16 - self.gap)
        if not 0 < fits < len(self.text):
            return None
        return replace(self, text=self.text[:fits]), replace(self, text=self.text[fits:], right=())

    def draw(self, canvas: Any, x: float, top: float) -> None:
        height = self.height - self.gap
        canvas.setFillColor(self.fill)
        canvas.setStrokeColor(self.edge)
        canvas.setLineWidth(0.6)
        canvas.roundRect(x, top - height, WIDTH, height, 5, stroke=1, fill=1)
        if self.icon:
            _draw_icon(canvas, self.icon, x + 19, top - height / 2)
        lines.draw_lines(canvas, self.text, x + 10 + (ICON_ROOM if self.icon else 0), top - 8)
        lines.draw_lines(canvas, self.right, x + WIDTH - 10 - RIGHT_ROOM, top - 8, align_right=RIGHT_ROOM)


@dataclass(frozen=True, slots=True)
class Legend:
    """What the marks mean. The changed mark is drawn as a shape: only changed values may carry the character."""

    changed: tuple[Line, ...]
    machine: tuple[Line, ...]
    identified: tuple[Line, ...] = ()
    keep: bool = True
    head: Block | None = None

    @property
    def height(self) -> float:
        return 26.0

    def split(self, room: float) -> tuple[Block, Block] | None:
        return None

    def draw(self, canvas: Any, x: float, top: float) -> None:
        baseline = top - 17
        canvas.setFillColor(AMBER)
        path = canvas.beginPath()
        path.moveTo(x, baseline)
        path.lineTo(x + 5.6, baseline)
        path.lineTo(x + 2.8, baseline + 5)
        path.close()
        canvas.drawPath(path, stroke=0, fill=1)
        x += 8
        for text in (self.changed, self.machine, self.identified):
            if text:
                lines.draw_line(canvas, text[0], x, baseline)
                x += text[0].width + 14


RIGHT_ROOM = 150.0
ICON_ROOM = 22.0


def _draw_icon(canvas: Any, level: str, x: float, y: float) -> None:
    """A disc with a tick (accepted), two bars (held) or a cross (rejected): read without colour too."""
    canvas.setFillColor(BAND_COLOURS[level][2])
    canvas.circle(x, y, 7, stroke=0, fill=1)
    canvas.setStrokeColor("#ffffff")
    canvas.setLineWidth(1.5)
    canvas.setLineCap(1)
    strokes = {
        "ok": ((-3.2, 0.2, -1.0, -2.4), (-1.0, -2.4, 3.4, 2.8)),
        "hard": ((-2.6, -2.6, 2.6, 2.6), (-2.6, 2.6, 2.6, -2.6)),
    }.get(level, ((-1.8, -2.8, -1.8, 2.8), (1.8, -2.8, 1.8, 2.8)))
    for left, low, right, high in strokes:
        canvas.line(x + left, y + low, x + right, y + high)
    canvas.setLineCap(0)


BAND_COLOURS = {
    "ok": ("#e5f3eb", "#b7dcc6", lines.GREEN),
    "warn": ("#fdf3e0", "#ecd9ae", AMBER),
    "held": ("#fdf3e0", "#ecd9ae", AMBER),
    "hard": ("#fdeceb", "#efc4c1", lines.RED),
}


def band(
    runs: Sequence[tuple[str, Style]],
    level: str,
    right: str = "",
    *,
    right_level: str = "ok",
    keep: bool = False,
    icon: bool = False,
) -> Band:
    """A band in the colours of a level (ok, warn, held, hard); ``right_level`` colours the words at its end."""
    fill, edge, _ = BAND_COLOURS[level]
    room = WIDTH - 20 - (RIGHT_ROOM + GUTTER if right else 0) - (ICON_ROOM if icon else 0)
    colour = BAND_COLOURS[right_level][2]
    end = lines.wrap_one(right, Style(7.8, bold=True, colour=colour), RIGHT_ROOM) if right else ()
    return Band(lines.wrap(runs, room), end, fill, edge, keep, level if icon else "")


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture with its caption; ``image`` None where the bytes cannot be shown."""

    image: Any
    caption: tuple[Line, ...]


PICTURES_A_ROW = 5
PICTURE_HEIGHT = 66.0
PICTURE_GAP = 8.0
PICTURE_WIDTH = (WIDTH - PICTURE_GAP * (PICTURES_A_ROW - 1)) / PICTURES_A_ROW


@dataclass(frozen=True, slots=True)
class Pictures:
    """A row of pictures."""

    pictures: tuple[Picture, ...]
    head: Block | None = None
    keep: bool = False

    @property
    def height(self) -> float:
        return PICTURE_HEIGHT + 11 + max(lines.height(one.caption) for one in self.pictures)

    def split(self, room: float) -> tuple[Block, Block] | None:
        return None

    def draw(self, canvas: Any, x: float, top: float) -> None:
        for column, one in enumerate(self.pictures):
            left = x + column * (PICTURE_WIDTH + PICTURE_GAP)
            if one.image is None:
                canvas.setStrokeColor(RULE)
                canvas.setLineWidth(0.6)
                canvas.rect(left, top - PICTURE_HEIGHT, PICTURE_WIDTH, PICTURE_HEIGHT, stroke=1, fill=0)
            else:
                wide, high = one.image.getSize()
                scale = min(PICTURE_WIDTH / wide, PICTURE_HEIGHT / high)
                canvas.drawImage(one.image, left, top - high * scale, wide * scale, high * scale)
            lines.draw_lines(canvas, one.caption, left, top - PICTURE_HEIGHT - 2)


def readable_image(untrusted_photo: bytes) -> Any:
    """A photograph made small for paper, as reportlab takes it; None where it cannot be read as a picture.

    The original is a blob of its own; paper shows what it is about. Location and camera data do not travel.
    """
    import warnings

    from PIL import Image, ImageOps
    from reportlab.lib.utils import ImageReader

    small = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(untrusted_photo)) as photo:
                upright = ImageOps.exif_transpose(photo).convert("RGB")
                upright.thumbnail((520, 400))
                upright.save(small, "JPEG", quality=82)
    # Pillow's decoders raise almost anything on damaged files; a picture that cannot be shown must not stop a record.
    except Exception:
        return None
    small.seek(0)
    return ImageReader(small)


def strong(text: str) -> tuple[str, Style]:
    """A bold run."""
    return text, Style(8.2, bold=True)


def plain(text: str, colour: str = INK) -> tuple[str, Style]:
    """A run of body text."""
    return text, Style(8.2, colour=colour)


def small(text: str, colour: str = GREY) -> tuple[str, Style]:
    """A run of small print."""
    return text, Style(6.5, colour=colour)

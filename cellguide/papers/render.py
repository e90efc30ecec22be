"""A page of a PDF as pixels, for the screen and for the printer.

``init_forms`` is not optional: without it pdfium draws no signature blocks, and a signed record would look unsigned
on screen and on paper (engineering-review 6).
"""

from __future__ import annotations

import threading
from typing import NamedTuple

import pypdfium2

from cellguide.refusal import Refusal

# pdfium may not be entered by two threads, and pages are rendered in the pool.
_ONE_AT_A_TIME = threading.Lock()


class Pixels(NamedTuple):
    """An image: ``rgb`` has 3 bytes per pixel, rows from the top, no padding."""

    width: int
    height: int
    rgb: bytes


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def render(pdf: bytes, page: int, scale: float) -> Pixels:
    """Page ``page`` (from 0) at ``scale`` pixels per point (300 dpi: 300/72). Raises Refusal ``paper.no_such_page``."""
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        if not 0 <= page < len(document):
            raise Refusal("paper.no_such_page", page=page + 1, pages=len(document))
        document.init_forms()
        bitmap = document[page].render(scale=scale, may_draw_forms=True, rev_byteorder=True)
        image = bitmap.to_pil().convert("RGB")
        return Pixels(image.width, image.height, image.tobytes())

"""The sealed-envelope sheet: the site's root key and the station's on one page, for the safe.

Drawn for the printer and never kept: who holds these bytes can vouch for signers in the site's name
(docs/decisions/0004, 0007). Both languages stand on it, because it may be opened in thirty years by people nobody
knows: groups for the hand, a code for the scanner, and a PEM file for openssl where CellGuide is gone.
"""

from __future__ import annotations

import base64
import io
import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

from reportlab.pdfgen.canvas import Canvas

from cellguide import sheet_code
from cellguide.papers import lines, qr
from cellguide.papers.lines import AMBER, GREY, REGULAR, RULE, TEAL, Style
from cellguide.papers.sheet import MARGIN, PAGE_HEIGHT, PAGE_WIDTH, WIDTH
from cellguide.papers.voice import both
from cellguide.words import say

QR_SIDE = 118.0
LETTERS_A_LINE = 64  # as in a PEM file, so that a typist can compare line by line
GROUPS_A_ROW = 5
ROW_HEIGHT = 26.0


class Envelope(NamedTuple):
    """What the sheet says. ``root_key``: PKCS #8 DER · ``sheet``: both keys with the sheet's number · ``fingerprint``:
    of the root's certificate · ``at``: "2026-11-22 10:14 +08:00" · ``administrators``: who opened the root,
    "name (number)"."""

    site: str
    at: str
    administrators: tuple[str, ...]
    fingerprint: str
    root_key: bytes
    sheet: sheet_code.Sheet
    demo: str = ""


def key_text(root_key: bytes) -> str:
    """The root's key as a PEM file, ready for openssl."""
    body = "\n".join(textwrap.wrap(base64.b64encode(root_key).decode(), LETTERS_A_LINE))
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"


def draw(sheet: Envelope) -> bytes:
    """Draw the sheet as a one-page PDF."""
    lines.load_faces()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, initialFontName=REGULAR, initialFontSize=8)
    canvas.setTitle(both("envelope.title"))
    y = PAGE_HEIGHT - 44
    y = _text(canvas, sheet.site, Style(9, colour=GREY), y)
    y = _text(canvas, f"{both('envelope.title')} · {sheet.sheet.root.sheet}", Style(17, bold=True), y)
    if sheet.demo:
        y = _text(canvas, sheet.demo, Style(9, bold=True, colour=AMBER), y)
    canvas.setStrokeColor(TEAL)
    canvas.setLineWidth(1.3)
    canvas.line(MARGIN, y - 6, PAGE_WIDTH - MARGIN, y - 6)
    y -= 16
    for key in ("what", "keep", "open", "read"):
        for lang in ("zh", "en"):
            y = _text(canvas, say(f"paper.envelope.{key}", lang), Style(9), y)
        y -= 4
    for key, value in (
        ("station", sheet.sheet.root.letter),
        ("printed", sheet.at),
        ("administrators", " · ".join(sheet.administrators)),
        ("fingerprint", sheet.fingerprint),
    ):
        y = _text(canvas, f"{both(f'envelope.{key}')}: {value}", Style(9, bold=True), y)
    y = _groups(canvas, "envelope.root_groups", sheet_code.groups(sheet.sheet.root), y - 6)
    if sheet.sheet.station is not None:
        y = _groups(canvas, "envelope.station_groups", sheet_code.groups(sheet.sheet.station), y - 4)
    y -= 8
    qr.draw(canvas, sheet_code.line(sheet.sheet), MARGIN, y, QR_SIDE)
    canvas.setFillColor("#000000")
    canvas.setFont("Courier", 7.5)
    for number, line in enumerate(key_text(sheet.root_key).splitlines()):
        canvas.drawString(MARGIN + QR_SIDE + 16, y - 12 - number * 11, line)
    y -= QR_SIDE + 28
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.6)
    for name in (*sheet.administrators, both("envelope.sealed")):
        canvas.line(MARGIN, y, MARGIN + 260, y)
        lines.draw_lines(canvas, lines.wrap_one(name, Style(8, colour=GREY), WIDTH), MARGIN, y - 3)
        y -= 38
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _groups(canvas: Any, title: str, made: Sequence[str], top: float) -> float:
    """Numbered groups in rows of five, wide enough to be read aloud by one and typed by the other."""
    y = _text(canvas, both(title), Style(9, colour=GREY), top) - 2
    step = WIDTH / GROUPS_A_ROW
    for place, group in enumerate(made):
        x = MARGIN + place % GROUPS_A_ROW * step
        base = y - (place // GROUPS_A_ROW) * ROW_HEIGHT - 15
        canvas.setFillColor("#666666")
        canvas.setFont("Courier", 8)
        canvas.drawRightString(x + 14, base, str(place + 1))
        canvas.setFillColor("#000000")
        canvas.setFont("Courier-Bold", 15)
        canvas.drawString(x + 20, base, group)
    return y - (len(made) + GROUPS_A_ROW - 1) // GROUPS_A_ROW * ROW_HEIGHT


def _text(canvas: Any, text: str, style: Style, top: float) -> float:
    return lines.draw_lines(canvas, lines.wrap_one(text, style, WIDTH), MARGIN, top)

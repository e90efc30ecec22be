"""The sealed-envelope sheet: the site's root key on one page, for the safe.

Drawn for the printer and never kept: who holds these bytes can vouch for signers in the site's name
(docs/decisions/0004). Both languages stand on it, because it may be opened in thirty years by people nobody knows.
"""

from __future__ import annotations

import base64
import io
import textwrap
from typing import Any, NamedTuple

from reportlab.pdfgen.canvas import Canvas

from cellguide.papers import lines, qr
from cellguide.papers.lines import AMBER, GREY, REGULAR, RULE, TEAL, Style
from cellguide.papers.sheet import MARGIN, PAGE_HEIGHT, PAGE_WIDTH, WIDTH
from cellguide.papers.voice import both, groups
from cellguide.words import say

QR_SIDE = 150.0
LETTERS_A_LINE = 64  # as in a PEM file, so that a typist can compare line by line


class Envelope(NamedTuple):
    """What the sheet says. ``root_key``: PKCS #8 DER · ``station_key``: raw Ed25519 · ``fingerprint``: of the root's
    certificate · ``at``: "2026-11-22 10:14 +08:00" · ``administrators``: who opened the root, "name (number)"."""

    site: str
    station: str
    at: str
    administrators: tuple[str, ...]
    fingerprint: str
    root_key: bytes
    station_key: bytes
    demo: str = ""


def key_text(root_key: bytes) -> str:
    """The key as the sheet's code carries it: a PEM file, ready for openssl."""
    body = "\n".join(textwrap.wrap(base64.b64encode(root_key).decode(), LETTERS_A_LINE))
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"


def draw(sheet: Envelope) -> bytes:
    """Draw the sheet as a one-page PDF."""
    lines.load_faces()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, initialFontName=REGULAR, initialFontSize=8)
    canvas.setTitle(both("envelope.title"))
    y = PAGE_HEIGHT - 60
    y = _text(canvas, sheet.site, Style(9, colour=GREY), y)
    y = _text(canvas, both("envelope.title"), Style(17, bold=True), y)
    if sheet.demo:
        y = _text(canvas, sheet.demo, Style(9, bold=True, colour=AMBER), y)
    canvas.setStrokeColor(TEAL)
    canvas.setLineWidth(1.3)
    canvas.line(MARGIN, y - 6, PAGE_WIDTH - MARGIN, y - 6)
    y -= 18
    for key in ("what", "keep", "open"):
        for lang in ("zh", "en"):
            y = _text(canvas, say(f"paper.envelope.{key}", lang), Style(9.5), y)
        y -= 6
    for key, value in (
        ("station", sheet.station),
        ("printed", sheet.at),
        ("administrators", " · ".join(sheet.administrators)),
        ("fingerprint", sheet.fingerprint),
        ("station_key", groups(sheet.station_key.hex())),
    ):
        y = _text(canvas, f"{both(f'envelope.{key}')}: {value}", Style(9, bold=True), y)
    text = key_text(sheet.root_key)
    y -= 12
    qr.draw(canvas, text, MARGIN, y, QR_SIDE)
    canvas.setFont("Courier", 8.5)
    canvas.setFillColor("#000000")
    for number, line in enumerate(text.splitlines()):
        canvas.drawString(MARGIN + QR_SIDE + 16, y - 12 - number * 13, line)
    y -= QR_SIDE + 40
    canvas.setStrokeColor(RULE)
    for name in (*sheet.administrators, both("envelope.sealed")):
        canvas.line(MARGIN, y, MARGIN + 260, y)
        lines.draw_lines(canvas, lines.wrap_one(name, Style(8, colour=GREY), WIDTH), MARGIN, y - 3)
        y -= 46
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _text(canvas: Any, text: str, style: Style, top: float) -> float:
    return lines.draw_lines(canvas, lines.wrap_one(text, style, WIDTH), MARGIN, top)

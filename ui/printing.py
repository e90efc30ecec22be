"""Pages as the printer gets them: the kept PDF rendered, the marks of the moment painted over (DESIGN.md 5)."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from cellguide.papers import render
from cellguide.papers.overlay import Overlay
from ui import theme

PRINT_DPI = 300
SCREEN_SCALE = 1.6


def page_image(pdf: bytes, page: int, overlay: Overlay, scale: float = SCREEN_SCALE) -> QImage:
    """Page ``page`` (from 0) of a PDF with ``overlay`` painted on it. Safe outside the GUI thread."""
    pixels = render.render(pdf, page, scale)
    image = QImage(pixels.rgb, pixels.width, pixels.height, pixels.width * 3, QImage.Format.Format_RGB888).copy()
    painter = QPainter(image)
    paint_overlay(painter, overlay, QRectF(0, 0, image.width(), image.height()))
    painter.end()
    return image


def paint_overlay(painter: QPainter, overlay: Overlay, page: QRectF) -> None:
    """Paint what depends on the moment: marks across the page, the copy line in its lower margin."""
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    for place, mark in enumerate(overlay.diagonals):
        font = QFont(theme.FACE)
        font.setBold(True)
        font.setPixelSize(max(1, round(mark.height * page.height())))
        room = math.hypot(page.width(), page.height()) * 0.72
        width = QFontMetricsF(font).horizontalAdvance(mark.text)
        if width > room:
            font.setPixelSize(max(1, int(font.pixelSize() * room / width)))
        painter.save()
        painter.setFont(font)
        colour = QColor(mark.colour)
        colour.setAlphaF(mark.opacity)
        painter.setPen(colour)
        painter.translate(page.center() + QPointF(0, place * page.height() * 0.12))
        painter.rotate(-mark.angle_deg)
        box = QRectF(-room, -font.pixelSize(), 2 * room, 2 * font.pixelSize())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.text)
        painter.restore()
    if overlay.line is not None:
        line = overlay.line
        font = QFont(theme.FACE)
        font.setPixelSize(max(1, round(line.height * page.height())))
        painter.setFont(font)
        painter.setPen(QColor(line.colour))
        painter.drawText(QPointF(line.left * page.width(), line.baseline * page.height()), line.text)


def print_pages(printer: object, pdf: bytes, overlay: Overlay) -> int:
    """Send every page with its overlay to a QPrinter; returns how many. Raises RuntimeError when it does not begin."""
    painter = QPainter()
    if not painter.begin(printer):  # type: ignore[call-overload]
        raise RuntimeError("the printer did not begin")
    count = render.page_count(pdf)
    try:
        for page in range(count):
            if page:
                printer.newPage()  # type: ignore[attr-defined]
            image = page_image(pdf, page, overlay, PRINT_DPI / 72)
            target = QRectF(painter.viewport())
            scale = min(target.width() / image.width(), target.height() / image.height())
            painter.drawImage(QRectF(0, 0, image.width() * scale, image.height() * scale), image)
    finally:
        painter.end()
    return count

"""The QR code of a page: what an inked page needs to find its way back to its record (engineering-review 6)."""

from __future__ import annotations

from typing import Any, NamedTuple

from cellguide.refusal import Refusal


class Pixels(NamedTuple):
    """An image: 3 bytes per pixel, rows from the top, no padding."""

    width: int
    height: int
    rgb: bytes


class PageCode(NamedTuple):
    """What a page's code says. ``root``: the first 16 hex digits of the checkpoint's tree root."""

    record: str
    version: int
    page: int
    pages: int
    sha256: str
    size: int
    root: str

    @property
    def text(self) -> str:
        """``id|version|page/pages|hash|size:root``.

        >>> PageCode("R-A-2026-000318", 1, 2, 4, "ab" * 32, 4812, "0123456789abcdef").text[:30]
        'R-A-2026-000318|1|2/4|abababab'
        """
        return f"{self.record}|{self.version}|{self.page}/{self.pages}|{self.sha256}|{self.size}:{self.root}"


def parse(untrusted_text: str) -> PageCode:
    """Read what a scanner read from a printed page. Raises Refusal ``paper.not_a_page_code``."""
    parts = untrusted_text.strip().split("|")
    try:
        record, version, place, sha256, checkpoint = parts
        page, pages = (int(number) for number in place.split("/"))
        size, root = checkpoint.split(":")
        code = PageCode(record, int(version), page, pages, sha256, int(size), root)
        bytes.fromhex(sha256)
    except ValueError:
        raise Refusal("paper.not_a_page_code", text=untrusted_text[:40]) from None
    if len(sha256) != 64 or not record or not 1 <= page <= pages:
        raise Refusal("paper.not_a_page_code", text=untrusted_text[:40])
    return code


def read_image(untrusted_image: bytes) -> str:
    """The text of the first QR code in a scanned page (PNG or JPEG). Raises Refusal ``scan.not_a_page`` for none."""
    import io

    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(untrusted_image)).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as fault:
        raise Refusal("scan.not_a_page") from fault
    for code in zxingcpp.read_barcodes(image):
        if code.text.count("|") >= 4:
            return str(code.text)
    raise Refusal("scan.not_a_page")


def matrix(text: str, side: int = 8) -> Pixels:
    """A Data Matrix of any text, ``side`` pixels per module with its quiet zone: for screens."""
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix)
    found: Any = code.to_image(scale=side, add_quiet_zones=True)
    height, width = found.shape
    grey = memoryview(found).tobytes()
    return Pixels(width, height, b"".join(bytes((level,)) * 3 for level in grey))


def modules(text: str) -> tuple[bytes, ...]:
    """The code's rows, one byte per module, 0 is dark; error correction M, without the quiet zone."""
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    rows, columns = image.shape
    flat = memoryview(image).tobytes()
    return tuple(flat[row * columns : (row + 1) * columns] for row in range(rows))


def draw(canvas: Any, text: str, x: float, top: float, side: float) -> None:
    """Draw the code as filled rectangles (sharp at any resolution), ``side`` points wide, below ``top``."""
    rows = modules(text)
    step = side / len(rows)
    canvas.setFillColor("#000000")
    for number, row in enumerate(rows):
        column = 0
        while column < len(row):
            end = column
            while end < len(row) and row[end] == 0:
                end += 1
            if end > column:
                # 2 % more height than the module, or a hairline shows between rows when it is printed
                canvas.rect(
                    x + column * step, top - (number + 1) * step, (end - column) * step, step * 1.02, stroke=0, fill=1
                )
            column = max(end, column + 1)

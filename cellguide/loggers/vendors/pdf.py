"""Reports of loggers as PDF, where the text itself carries the table of readings (formats 1.5, 1.13).

No genuine table report was at hand: this reader is tried on our own files only, and says so with every file it reads.
A Fridge-tag's report has a row for each day (``berlinger_pdf``). A PDF that has no such table, or lies beside a better
file of the same device, is refused with that reason.
"""

from __future__ import annotations

import re

from ...refusal import Refusal
from .. import headings
from ..assemble import Column, Findings, Table, assemble
from ..form import LoggerFile
from ..reader import Device, Reader, finish
from ..source import Answers, Source
from . import berlinger_pdf

_NAME, _VERSION = "pdf", "2"
_MOST_PAGES = 500
_MOST_TEXT = 20_000_000
_LEAST_ROWS = 3
_ROW = re.compile(
    r"(?P<day>\d{4}[-/.]\d{2}[-/.]\d{2}|\d{2}[-/.]\d{2}[-/.]\d{4})[ T]?(?P<time>\d{2}:\d{2}(?::\d{2})?)\s{0,3}"
    r"(?P<value>[+-]?\d{1,3}[.,]\d{1,2}|--\.-)(?:\s?(?P<unit>°[CF]|℃|℉))?(?![.,\d])"
)
_SERIAL = re.compile(r"(?:S/N|SN|Serial(?: Number| No\.?)?|序列号|设备编号)\s?[:：]?\s?([A-Z0-9-]{5,24})")
_MAKERS = {
    "Elitech": "Elitech",
    "精创": "Elitech",
    "TempTale": "Sensitech",
    "Libero": "ELPRO",
    "LIBERO": "ELPRO",
    "testo": "Testo",
    "tempmate": "tempmate",
    "LogTag": "LogTag",
    "Haier": "Haier",
    "海尔": "Haier",
}


def _text(untrusted_data: bytes) -> str:
    """The text of all pages. Raises Refusal ``logger.broken_pdf``, ``logger.pdf_too_long``."""
    import pypdfium2

    parts: list[str] = []
    try:
        document = pypdfium2.PdfDocument(untrusted_data)
        try:
            if len(document) > _MOST_PAGES:
                raise Refusal("logger.pdf_too_long", pages=len(document), limit_pages=_MOST_PAGES)
            for number in range(len(document)):
                page = document[number]
                parts.append(page.get_textpage().get_text_bounded())
                if sum(map(len, parts)) > _MOST_TEXT:
                    raise Refusal("logger.pdf_too_long", pages=number + 1, limit_pages=_MOST_PAGES)
        finally:
            document.close()
    except Refusal:
        raise
    except Exception as error:  # pdfium's own errors, and whatever its wrapper makes of a damaged page
        raise Refusal("logger.broken_pdf", reason=type(error).__name__) from error
    return "\n".join(parts)


def _recognises(source: Source) -> bool:
    return source.kind == "pdf"


def _read(source: Source, answers: Answers) -> LoggerFile:
    text = _text(source.untrusted_data)
    if berlinger_pdf.recognises(text):
        return berlinger_pdf.read(source, text, (_NAME, _VERSION), answers)
    if re.search(r"Fridge-tag|Q-tag", text):
        raise Refusal("logger.pdf_beside_text", vendor="Berlinger")
    found = list(_ROW.finditer(text))
    if len(found) < _LEAST_ROWS:
        raise Refusal("logger.pdf_no_table")
    units = {headings.unit_of(match["unit"]) for match in found if match["unit"]}
    units = units or {unit for unit in map(headings.unit_of, re.findall(r"° ?[CF]|℃|℉", text)) if unit}
    if len(units) > 1:
        raise Refusal("logger.mixed_units", units=", ".join(sorted(filter(None, units))))
    column = Column("PDF", "temperature", next(iter(units), None), [match["value"] for match in found])
    stamps = [f"{match['day']} {match['time']}" for match in found]
    findings = Findings()
    findings.problem("read_from_pdf", "warn", 0, str(len(found)))
    assemble(Table(range(1, len(found) + 1), stamps, [column]), answers, findings)
    serial = _SERIAL.search(text)
    maker = next((name for word, name in _MAKERS.items() if word in text), "")
    device = Device(serial=serial[1] if serial else None)
    return finish(source, (_NAME, _VERSION, maker), device, findings, answers)


READER = Reader(_NAME, _VERSION, "", (".pdf",), _recognises, _read, genuine=False)

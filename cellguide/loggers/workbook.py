"""Spreadsheets as rows of text, with a hostile file in mind: size on unpacking, entities, formulas (formats 2.2.1).

A formula stays the text that it is; nothing is evaluated, nothing outside the file is opened.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date, datetime, time

from ..refusal import Refusal
from .rows import MOST_CELLS, Row

MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 300
MOST_RATIO = 200
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


def check(untrusted_data: bytes) -> None:
    """Refuse an archive that is no workbook, would unpack to too much, or declares entities.

    Raises Refusal ``logger.broken_workbook``, ``logger.not_a_workbook``, ``logger.workbook_too_large``,
    ``logger.hostile_workbook``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted_data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise Refusal("logger.not_a_workbook")
            bombs = [part for part in parts if part.file_size > MOST_RATIO * max(part.compress_size, 1024)]
            if bombs or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refusal("logger.workbook_too_large", limit_mebibytes=MOST_UNPACKED // 2**20)
            if len(names) != len(parts) or any(part.flag_bits & 1 for part in parts):
                raise Refusal("logger.broken_workbook", reason="encrypted or repeated parts")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(archive.read(part))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError, RuntimeError) as error:
        raise Refusal("logger.broken_workbook", reason=type(error).__name__) from error
    except Exception as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal("logger.broken_workbook", reason=type(error).__name__) from error


def _check_part(untrusted_xml: bytes) -> None:
    """No logger's workbook declares a document type; UTF-16 parts, in which one could hide, do not occur either."""
    if any(word in untrusted_xml for word in _DECLARATIONS) or untrusted_xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refusal("logger.hostile_workbook")


def read(untrusted_data: bytes) -> dict[str, list[Row]]:
    """Return the sheets by name, in order, every cell as text. Raises what :func:`check` raises."""
    check(untrusted_data)
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(untrusted_data), data_only=False, keep_links=False)
        sheets: dict[str, list[Row]] = {}
        for sheet in book.worksheets:
            if sheet.max_column > MOST_CELLS:
                raise Refusal("logger.broken_workbook", reason="too many columns")
            found = [
                Row(number, [_text(value) for value in values])
                for number, values in enumerate(sheet.iter_rows(values_only=True), start=1)
            ]
            sheets[sheet.title] = [row for row in found if any(row.cells)]
    except Refusal:
        raise
    except Exception as error:  # whatever a library makes of a broken file is one answer for us
        raise Refusal("logger.broken_workbook", reason=type(error).__name__) from error
    return sheets


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds" if value.microsecond >= 1000 else "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)

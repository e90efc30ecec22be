"""The one way in: bytes of a logger file → what was understood, or a Refusal. And the same as plain JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..refusal import Refusal
from . import generic
from .description import SourceDescription
from .form import LoggerFile, Problem
from .instants import zone_name
from .reader import Reader
from .readers import FALLBACK, READERS
from .source import Answers, Source, load

BLOCKING = frozenset({"unit", "date_order", "decimal", "channel", "zone", "fold"})
"""Questions without whose answer readings must not be kept; ``interval`` only leaves the holes unjudged."""


def claimants(source: Source) -> tuple[Reader, ...]:
    """Return the readers that recognise the file by its content; the generic one only when nobody else does.

    Raises what a container's guard refuses (a hostile workbook, a damaged OLE file, bytes that are no text).
    """
    found = tuple(reader for reader in READERS if reader is not FALLBACK and reader.recognises(source))
    if not found and FALLBACK.recognises(source):
        found = (FALLBACK,)
    return found


def read(
    untrusted_data: bytes,
    name: str,
    *,
    zone: str | None = None,
    unit: str | None = None,
    answers: Mapping[str, str] | None = None,
    description: SourceDescription | None = None,
    digest: Callable[[], str] | None = None,
) -> LoggerFile:
    """Read one logger file; ``name`` is kept and never looked at.

    ``zone`` and ``unit`` are short for those answers; ``description`` reads a table as its source was described;
    ``digest`` gives the SHA-256 where it is made elsewhere at the same time.
    Raises Refusal: ``logger.unknown`` when nobody recognises it, else what is wrong with it.
    """
    said = Answers.of(dict(answers or {}))
    said = replace(said, zone=zone or said.zone, unit=unit or said.unit)
    if said.zone is not None:
        said = replace(said, zone=zone_name(said.zone))
    if description is not None:
        described = replace(description, zone=said.zone or description.zone)
        file = generic.apply(described, Source(untrusted_data, name, described.encoding, digest))
        return _with_end(file, untrusted_data)
    source = Source(untrusted_data, name, said.encoding, digest)
    found = claimants(source)
    if not found:
        raise Refusal("logger.old_workbook" if source.kind == "ole" else "logger.unknown", name=name)
    if len(found) > 1:
        raise Refusal("logger.two_readers", readers=", ".join(reader.name for reader in found))
    return _with_end(found[0].read(source, said), untrusted_data)


def read_path(path: Path, *, zone: str | None = None, unit: str | None = None) -> LoggerFile:
    """Read a file from disk; one that is too large is refused by its size, unread. Raises what :func:`read` raises,
    and Refusal ``logger.too_large``, ``logger.unreadable``."""
    return read(load(path), path.name, zone=zone, unit=unit)


def _with_end(file: LoggerFile, untrusted_data: bytes) -> LoggerFile:
    """A text that ends without a line end may have been cut; many whole files do so too, hence only a note."""
    if untrusted_data[:4] in (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0") or untrusted_data[-2:-1] == b"\n":
        return file
    if untrusted_data[-1:] in (b"\n", b"\r", b"\0"):
        return file
    return replace(file, problems=(*file.problems, Problem("no_final_line_end", "info")))


def settled(file: LoggerFile) -> None:
    """Raise Refusal ``logger.questions_open`` while the file leaves open what its readings cannot be kept without."""
    still = [question.about for question in file.questions if question.about in BLOCKING]
    if still:
        raise Refusal("logger.questions_open", questions=", ".join(dict.fromkeys(still)))


def _number(value: Decimal | None) -> int | float | None:
    """A decimal as a JSON number: the shortest text of the nearest double is the file's own."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)


def summary(file: LoggerFile) -> dict[str, Any]:
    """Return the JSON values of the verb ``read`` (DESIGN 8), in the order named there.

    Top level: the first temperature channel. ``min_c``/``max_c``: numbers in °C with the file's resolution, null
    while the unit is open; ``first``/``last``: ISO 8601 as the file has them, null while the date order is open;
    ``gaps``: how many, null while the interval is open (each stands in ``problems``); ``questions``: words.
    """
    channel = file.temperature
    dated = channel is not None and len(channel.stamps_ms) > 0
    celsius = channel is not None and channel.unit is not None
    interval = file.interval_s or (channel.interval_s if channel is not None else None)
    open_interval = channel is not None and (not channel.regular or not dated)
    return {
        "reader": file.reader,
        "version": file.reader_version,
        "vendor": file.vendor or None,
        "model": file.model,
        "serial": file.serial,
        "zone": file.zone.name,
        "unit": file.unit,
        "count": len(channel) if channel is not None else 0,
        "empty": channel.empty if channel is not None else 0,
        "first": channel.stamp(0) if channel is not None and dated else None,
        "last": channel.stamp(-1) if channel is not None and dated else None,
        "min_c": _number(channel.min_value) if channel is not None and celsius else None,
        "max_c": _number(channel.max_value) if channel is not None and celsius else None,
        "interval_s": _number(interval),
        "gaps": None if open_interval else (len(channel.gaps) if channel is not None else 0),
        "days": len(file.days),
        "signature": file.signature,
        "questions": list(dict.fromkeys(question.about for question in file.questions)),
        "problems": [problem._asdict() for problem in file.problems],
        "channels": [
            {
                "name": one.name,
                "kind": one.kind,
                "unit": one.unit,
                "count": len(one),
                "min_c": _number(one.min_value) if one.kind == "temperature" and one.unit is not None else None,
                "max_c": _number(one.max_value) if one.kind == "temperature" and one.unit is not None else None,
            }
            for one in file.channels
        ],
    }

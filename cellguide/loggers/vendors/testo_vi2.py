"""Testo ComSoft ``.vi2`` (174/175): an OLE file (formats 1.6, decoded from two files of a 175 H1).

Each channel's property 3 and 4 are the lower and upper end of its measuring range: 0…100 is relative humidity, and
-20…55 is the 175 H1's own range in °C; another range leaves the unit an open question. The stamps look like zone time
without summer time, which nobody could verify: the zone is asked, the file's standard offset proposed.
"""

from __future__ import annotations

import struct

import numpy as np

from ...refusal import Refusal
from ..analyse import Longs
from ..assemble import Column, Findings, Readings, add_channel
from ..compound import Compound
from ..form import EMPTY, NO_VALUE, OK, LoggerFile, offset_text
from ..reader import Device, Extras, Reader, finish
from ..source import Answers, Source
from ..stamps import DAY_MS

_NAME, _VERSION, _VENDOR = "testo_vi2", "1", "Testo"
_KNOWN_C_RANGES = {(-20.0, 55.0)}
_SUMMARY = struct.Struct("<9I")


def _recognises(source: Source) -> bool:
    return source.compound is not None and source.compound.root_of("data", "values") is not None


def _stamps_ms(packed: Longs) -> Longs:
    """Unpack times: 6 bits seconds, 6 minutes, 5 hours, 9 day of the year from 0, 6 years since 1980."""
    seconds, minutes, hours = packed & 63, (packed >> 6) & 63, (packed >> 12) & 31
    day, year = (packed >> 17) & 511, 1980 + (packed >> 26)
    if bool(((seconds > 59) | (minutes > 59) | (hours > 23) | (day > 365)).any()):
        raise Refusal("logger.bad_value", line=0, text="time")
    years = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    return np.asarray(((years + day) * 86400 + hours * 3600 + minutes * 60 + seconds) * 1000, dtype=np.int64)


def _scaled(values: np.ndarray[tuple[int], np.dtype[np.float32]]) -> tuple[Longs, int]:
    """Shortest decimals of the stored single floats, as scaled integers; not-a-number becomes no value."""
    there = np.isfinite(values) & (np.abs(values) < 1e5)
    distinct, back = np.unique(values[there], return_inverse=True)
    texts = [np.format_float_positional(value, unique=True, trim="-") for value in distinct]
    scale = min(max((len(text.partition(".")[2]) for text in texts), default=0), 4)
    rounded = np.array([round(float(text) * 10**scale) for text in texts], dtype=np.int64)
    scaled = np.full(len(values), NO_VALUE, dtype=np.int64)
    scaled[there] = rounded[back]
    return scaled, scale


def _zone(record: bytes) -> tuple[str | None, str]:
    """Standard offset and name of a Windows zone record of 172 bytes that stands at the end of the stream."""
    if len(record) < 172:
        return None, ""
    zone = record[-172:]
    bias = struct.unpack_from("<i", zone, 0)[0]
    name = zone[4:68].decode("utf-16-le", "replace").split("\0", 1)[0]
    return (offset_text(-bias), name) if abs(bias) <= 14 * 60 else (None, name)


def _range(compound: Compound, root: str, channel: int) -> tuple[float, float] | tuple[None, None]:
    """The two doubles of a channel's property set: identifiers 3 and 4, each of type 5."""
    place = next((path for path in compound.paths if path[:3] == (root, "channels", str(channel))), None)
    data = compound.stream(*place) if place else b""
    if len(data) < 56:
        return None, None
    start = struct.unpack_from("<I", data, 44)[0]
    if start + 8 > len(data):
        return None, None
    ends: dict[int, float] = {}
    for number in range(min(struct.unpack_from("<I", data, start + 4)[0], 64)):
        entry = start + 8 + 8 * number
        if entry + 8 > len(data):
            break
        name, offset = struct.unpack_from("<II", data, entry)
        if name in (3, 4) and start + offset + 12 <= len(data):
            kind, value = struct.unpack_from("<Id", data, start + offset)
            if kind == 5:
                ends[name] = value
    return (ends[3], ends[4]) if len(ends) == 2 else (None, None)


def _kinds(compound: Compound, root: str, channels: int) -> list[Column]:
    columns = []
    for number in range(1, channels + 1):
        lower, upper = _range(compound, root, number)
        if (lower, upper) == (0.0, 100.0):
            columns.append(Column(f"channel {number}", "humidity", "%", ()))
        elif lower is not None and lower < 0:
            unit = "C" if (lower, upper) in _KNOWN_C_RANGES else None
            columns.append(Column(f"channel {number}", "temperature", unit, ()))
        else:
            columns.append(Column(f"channel {number}", "other", "", ()))
    return columns


def _read(source: Source, answers: Answers) -> LoggerFile:
    compound = source.compound
    root = compound.root_of("data", "values") if compound is not None else None
    assert compound is not None and root is not None
    raw = compound.stream(root, "data", "values")
    summary = compound.stream(root, "summary")
    count = _SUMMARY.unpack_from(summary)[3] if len(summary) >= _SUMMARY.size else 0
    interval = _SUMMARY.unpack_from(summary)[7] if count else 0
    channels = sum(1 for path in compound.paths if path[:2] == (root, "channels") and len(path) == 4)
    size = 4 + 4 * channels
    if not channels or len(raw) < size:
        raise Refusal("logger.no_rows")
    findings = Findings()
    rows = len(raw) // size
    if len(raw) % size or (count and count != rows):
        findings.problem("count_differs", "error", 0, f"{count} ≠ {rows}")
    table = np.frombuffer(raw[: rows * size], dtype="<u4").reshape(rows, channels + 1)
    wall = _stamps_ms(table[:, 0].astype(np.int64))
    columns = _kinds(compound, root, channels)
    if answers.channel is not None and not any(column.name == answers.channel for column in columns):
        allowed = ", ".join(column.name for column in columns)
        raise Refusal("logger.answer_unknown", question="channel", answer=answers.channel, allowed=allowed)
    declared = int(interval) if 1000 <= interval <= DAY_MS else None
    for at, column in enumerate(columns, start=1):
        kind = "temperature" if column.name == answers.channel else column.kind
        values, scale = _scaled(np.ascontiguousarray(table[:, at]).view("<f4"))
        quality = np.where(values == NO_VALUE, EMPTY, OK).astype(np.uint8)
        judged = Column(column.name, kind, column.unit if kind == column.kind else None, ())
        add_channel(
            Readings(wall, None, values, scale, quality, range(1, rows + 1)),
            judged,
            judged.unit,
            declared,
            answers,
            findings,
        )
    stated = dict(line.split("\t", 1) for line in _lines(compound, root) if "\t" in line)
    offset, zone_word = _zone(compound.stream(root, "data", "timezone"))
    device = Device(
        model=f"device type {stated['DeviceType']}" if "DeviceType" in stated else None,
        serial=stated.get("SerialNumber"),
        proposed_zone=offset,
        interval_ms=declared,
    )
    notes = (("zone", zone_word),) if zone_word else ()
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, Extras(notes=notes))


def _lines(compound: Compound, root: str) -> list[str]:
    return compound.stream(root, "t17c").decode("cp1252", "replace").splitlines()


READER = Reader(_NAME, _VERSION, _VENDOR, (".vi2",), _recognises, _read, genuine=True)

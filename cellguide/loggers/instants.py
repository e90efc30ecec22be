"""From the device's wall time to instants: only with a zone that somebody has named, and once for a whole column."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import numpy as np

from ..refusal import Refusal
from .analyse import Flags, Longs
from .form import Channel, LoggerFile, ints, iso, offset_text
from .stamps import DAY_MS

_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?$")
_QUARTER_MS = 900_000
_AFTER_MS = 6 * 3_600_000


def zone_name(text: str) -> str:
    """Return the zone in one spelling: ``+08:00``, ``UTC`` or an IANA name. Raises Refusal ``logger.zone_unknown``.

    >>> zone_name("GMT-07:00"), zone_name("+0200"), zone_name("Asia/Shanghai"), zone_name("UTC")
    ('-07:00', '+02:00', 'Asia/Shanghai', 'UTC')
    """
    text = text.strip()
    if text in ("UTC", "Z", "GMT"):
        return "UTC"
    match = _OFFSET.match(text)
    if match is not None:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes <= 14 * 60:
            return offset_text(-minutes if match[1] == "-" else minutes)
        raise Refusal("logger.zone_unknown", zone=text)
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError) as error:
        raise Refusal("logger.zone_unknown", zone=text) from error


def _rules(name: str) -> tzinfo:
    match = _OFFSET.match(name)
    if match is None:
        return UTC if name == "UTC" else ZoneInfo(name)
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def hour_repeats(zone: str, wall_ms: int) -> bool:
    """Say whether the zone's clocks show this wall time twice.

    >>> hour_repeats("Europe/Paris", 1792895400000), hour_repeats("Asia/Shanghai", 1792895400000)
    (True, False)
    """
    rules = _rules(zone)
    return _plain_offset_ms(wall_ms, rules) != _plain_offset_ms(wall_ms, rules, fold=1)


def utc_ms(file: LoggerFile, channel: Channel) -> memoryview:
    """Return the channel's instants in ms since 1970 UTC, one per stamp, in the file's order.

    In the hour that the clocks go back, readings before the backward step count as the first pass and those after it
    as the second. Raises Refusal ``logger.zone_open`` without a zone, ``logger.no_such_local_time`` where the zone's
    clocks skip an hour that the device's clock did not skip.
    """
    wall = np.asarray(channel.stamps_ms, dtype=np.int64)
    if channel.offsets_min is not None:
        return ints((wall - np.asarray(channel.offsets_min, dtype=np.int64) * 60_000).tobytes())
    if file.zone.name is None:
        raise Refusal("logger.zone_open", name=file.source.name)
    rules = _rules(file.zone.name)
    if not len(wall) or isinstance(rules, timezone):
        return ints((wall - (_offset_ms(0, 0, rules) if len(wall) else 0)).tobytes())
    offsets = np.empty(len(wall), dtype=np.int64)
    days = wall // DAY_MS
    starts = np.flatnonzero(np.concatenate(([True], days[1:] != days[:-1])))
    second_pass = _second_pass(wall)
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(wall)], strict=True):
        offsets[start:end] = _of_one_day(wall[start:end], second_pass[start:end], rules)
    return ints((wall - offsets).tobytes())


def _second_pass(wall: Longs) -> Flags:
    """1 for readings within six hours after the wall clock went back: there a repeated hour comes the second time."""
    passes = np.zeros(len(wall), dtype=np.uint8)
    back = (np.flatnonzero(np.diff(wall) < 0) + 1).tolist()
    for row, until in zip(back, [*back, len(wall)][1:], strict=True):
        passes[row : row + int(np.searchsorted(wall[row:until], wall[row] + _AFTER_MS, "right"))] = 1
    return passes


def _of_one_day(wall: Longs, second_pass: Flags, rules: tzinfo) -> Longs:
    """Offsets in ms of one local day's readings; only a day on which the clocks change is looked at closely."""
    midnight = int(wall[0]) // DAY_MS * DAY_MS
    first, last = _plain_offset_ms(midnight, rules), _plain_offset_ms(midnight + DAY_MS, rules)
    if first == last:
        return np.full(len(wall), first, dtype=np.int64)
    known: dict[tuple[int, int], int] = {}
    for key in set(zip((wall // _QUARTER_MS).tolist(), second_pass.tolist(), strict=True)):
        known[key] = _offset_ms(key[0] * _QUARTER_MS, key[1], rules)
    keys = zip((wall // _QUARTER_MS).tolist(), second_pass.tolist(), strict=True)
    return np.array([known[key] for key in keys], dtype=np.int64)


def _local(wall_ms: int, fold: int, rules: tzinfo) -> datetime:
    naive = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall_ms)
    return naive.replace(tzinfo=rules, fold=fold)


def _plain_offset_ms(wall_ms: int, rules: tzinfo, fold: int = 0) -> int:
    offset = _local(wall_ms, fold, rules).utcoffset()
    assert offset is not None
    return offset // timedelta(milliseconds=1)


def _offset_ms(wall_ms: int, fold: int, rules: tzinfo) -> int:
    local = _local(wall_ms, fold, rules)
    offset = local.utcoffset()
    assert offset is not None
    if local.astimezone(UTC).astimezone(rules).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refusal("logger.no_such_local_time", at=iso(wall_ms))
    return offset // timedelta(milliseconds=1)

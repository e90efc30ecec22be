"""From the device's wall time to instants: only with a zone that somebody has named, and once for a whole column."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from ..refusal import Refusal
from .form import Channel, LoggerFile, ints, iso, offset_text

_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?$")
_QUARTER_MS = 900_000


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


def utc_ms(file: LoggerFile, channel: Channel) -> memoryview:
    """Return the channel's instants in ms since 1970 UTC, one per stamp, in the file's order.

    In the hour that the clocks go back, readings before the backward step count as the first pass and those after it
    as the second. Raises Refusal ``logger.zone_open`` without a zone, ``logger.no_such_local_time`` where the zone's
    clocks skip an hour that the device's clock did not skip.
    """
    if channel.offsets_min is not None:
        pairs = zip(channel.stamps_ms, channel.offsets_min, strict=True)
        return ints(wall - offset * 60_000 for wall, offset in pairs)
    if file.zone.name is None:
        raise Refusal("logger.zone_open", name=file.source.name)
    rules = _rules(file.zone.name)
    known: dict[tuple[int, int], int] = {}
    result: list[int] = []
    before, passed, last_day = -(2**62), 0, 0
    for wall in channel.stamps_ms:
        if wall < before:
            passed, last_day = 1, wall
        elif wall - last_day > 6 * 3_600_000:
            passed = 0
        before = wall
        key = (wall // _QUARTER_MS, passed)
        offset_ms = known.get(key)
        if offset_ms is None:
            offset_ms = known[key] = _offset_ms(wall, passed, rules)
        result.append(wall - offset_ms)
    return ints(result)


def _offset_ms(wall_ms: int, fold: int, rules: tzinfo) -> int:
    naive = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=wall_ms)
    local = naive.replace(tzinfo=rules, fold=fold)
    offset = local.utcoffset()
    assert offset is not None
    if local.astimezone(UTC).astimezone(rules).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refusal("logger.no_such_local_time", at=iso(wall_ms))
    return offset // timedelta(milliseconds=1)

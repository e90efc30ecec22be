"""Which temperature records speak of a time, and which do not know all of it any more (the Temperature page)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..clock import parse_iso
from ..desk import Desk
from ..entry import Doc
from ..temperature.limits import Period
from .temperature_records import KIND

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Standing(NamedTuple):
    """A record of a probe as it stands. ``late``: files taken in after it was frozen that speak of its days."""

    record: str
    state: str
    first: date
    last: date
    late: tuple[str, ...]


def standing(desk: Desk, probe: str, period: Period) -> list[Standing]:
    """The records of a probe that touch a period, newest first (the Temperature page)."""
    found, files = [], desk.store.find("series", probe=probe)
    for held in desk.store.find("record", kind=KIND, newest=True):
        words = {str(word) for word in held.doc["words"]}
        if probe not in words:
            continue
        days = sorted(date.fromisoformat(word) for word in words if _DAY.fullmatch(word))
        own = _whole_days(desk, days[0], days[-1])
        if own.start_ms < period.end_ms and own.end_ms > period.start_ms:
            frozen_ms = parse_iso(str(held.doc["frozen_at"])).utc_ms
            late = tuple(one.id for one in files if _late(one.doc, own, frozen_ms))
            found.append(Standing(held.id, str(held.doc["state"]), days[0], days[-1], late))
    return found


def _whole_days(desk: Desk, first: date, last: date) -> Period:
    """From the first midnight to the last at the site, whatever the clock says now."""
    zone = ZoneInfo(str(desk.site.get("zone", "UTC")))
    ends = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    return Period(*(round(one.timestamp() * 1000) for one in ends))


def _late(doc: Doc, own: Period, frozen_ms: int) -> bool:
    touches = doc["first_ms"] < own.end_ms and doc["last_ms"] >= own.start_ms
    return bool(touches and parse_iso(str(doc["at"])).utc_ms > frozen_ms)

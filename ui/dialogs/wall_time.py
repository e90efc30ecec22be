"""A day and a time as a person types them, in the site's zone."""

from __future__ import annotations

import datetime
import unicodedata
from zoneinfo import ZoneInfo


def typed_instant(typed: str, zone: str) -> str:
    """ISO of "2026-11-25 18:00" typed as one; what is no day and time comes back as it was typed, to be refused.

    >>> typed_instant("2026-11-25 18:00", "Asia/Shanghai"), typed_instant("", "UTC"), typed_instant("soon", "UTC")
    ('2026-11-25T18:00:00+08:00', '', 'soon')
    """
    day, _, time = unicodedata.normalize("NFKC", typed).strip().replace("T", " ").partition(" ")
    try:
        return wall_time(datetime.date.fromisoformat(day), time.strip(), zone) or typed
    except ValueError:
        return typed


def wall_time(day: datetime.date | None, typed: str, zone: str) -> str:
    """ISO with the site's offset; "" where day or time is none.

    >>> wall_time(datetime.date(2026, 11, 22), "9：05", "Asia/Shanghai"), wall_time(None, "09:05", "UTC")
    ('2026-11-22T09:05:00+08:00', '')
    """
    plain = unicodedata.normalize("NFKC", typed)
    if len(plain) == 4 and plain[1] == ":":
        plain = f"0{plain}"
    try:
        time = datetime.time.fromisoformat(plain)
    except ValueError:
        return ""
    if day is None or time.tzinfo is not None:
        return ""
    return datetime.datetime.combine(day, time, ZoneInfo(zone)).isoformat()

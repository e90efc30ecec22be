"""Typed times of day → moments: ``14:22``, ``14:22:08``, ``2026-11-22 14:22`` (24 h, the site's offset)."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone

from cellguide.clock import Moment, parse_iso

_TIME = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})(?::(\d{2}))?")


def plain(untrusted_text: str) -> str:
    """The text with full-width signs made plain: ``１４：２２`` → ``14:22``."""
    return unicodedata.normalize("NFKC", untrusted_text).strip()


def is_time(untrusted_text: str) -> bool:
    """Say whether the text is a time that ``when`` can read.

    >>> is_time("14:22"), is_time("14：22"), is_time("2026-11-22 03:00"), is_time("25:00"), is_time("soon")
    (True, True, True, False, False)
    """
    found = _TIME.fullmatch(plain(untrusted_text))
    if found is None or int(found[2]) > 23 or int(found[3]) > 59 or int(found[4] or 0) > 59:
        return False
    try:
        datetime.fromisoformat(found[1] or "2026-01-01")
    except ValueError:
        return False
    return True


def when(untrusted_text: str, now: Moment, *, future: bool = False) -> Moment:
    """Read a time. Without a day it is the latest one that has passed, or with ``future`` the next one to come.

    Raises ValueError where ``is_time`` says no.

    >>> now = parse_iso("2026-11-22T00:10:00+08:00")
    >>> when("23:50", now).iso, when("04:00", now, future=True).iso
    ('2026-11-21T23:50:00.000+08:00', '2026-11-22T04:00:00.000+08:00')
    """
    if not is_time(untrusted_text):
        raise ValueError(untrusted_text)
    found = _TIME.fullmatch(plain(untrusted_text))
    assert found is not None
    zone = timezone(timedelta(minutes=now.offset_min))
    day = found[1] or now.day.isoformat()
    stamp = datetime.fromisoformat(day).replace(
        hour=int(found[2]), minute=int(found[3]), second=int(found[4] or 0), tzinfo=zone
    )
    if not found[1]:
        if future and stamp < now.local:
            stamp += timedelta(days=1)
        if not future and stamp > now.local:
            stamp -= timedelta(days=1)
    return parse_iso(stamp.isoformat(timespec="milliseconds"))

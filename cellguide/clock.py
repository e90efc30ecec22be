"""Time is an argument: a Moment is read from a Clock once per act and handed on.

``mono_ms`` counts sleep (CLOCK_BOOTTIME, GetTickCount64): a lid that was closed for twenty minutes is twenty
minutes on a thaw clock too (engineering-review 3). It means something only together with ``boot``.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as the station knew it. ``utc_ms``: since 1970; ``offset_min``: the site's, east positive."""

    utc_ms: int
    offset_min: int = 0
    mono_ms: int = 0
    boot: str = ""

    @property
    def local(self) -> datetime:
        """The instant as an aware datetime in the site's offset."""
        zone = timezone(timedelta(minutes=self.offset_min))
        return datetime.fromtimestamp(self.utc_ms / 1000, UTC).astimezone(zone)

    @property
    def iso(self) -> str:
        """ISO 8601 with milliseconds and offset.

        >>> Moment(1795307815123, 480).iso
        '2026-11-22T08:36:55.123+08:00'
        """
        return self.local.isoformat(timespec="milliseconds")

    @property
    def utc(self) -> str:
        """ISO 8601 in UTC with milliseconds, as the ledger writes it."""
        stamp = datetime.fromtimestamp(self.utc_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{stamp}.{self.utc_ms % 1000:03d}Z"

    @property
    def day(self) -> date:
        """The calendar day at the site."""
        return self.local.date()

    def plus(self, *, seconds: float = 0) -> Moment:
        """The moment so many seconds later, in wall and in monotonic time."""
        return replace(self, utc_ms=self.utc_ms + round(seconds * 1000), mono_ms=self.mono_ms + round(seconds * 1000))


def parse_iso(text: str) -> Moment:
    """Read what ``Moment.iso`` or ``Moment.utc`` wrote. Raises ValueError when the offset is missing."""
    stamp = datetime.fromisoformat(text)
    offset = stamp.utcoffset()
    if offset is None:
        raise ValueError(f"a time without an offset: {text!r}")
    utc_ms = (stamp - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return Moment(utc_ms, offset // timedelta(minutes=1))


def offset_at(utc_ms: int, zone: str) -> int:
    """Minutes east of UTC at that instant in the IANA zone ``zone``."""
    offset = datetime.fromtimestamp(utc_ms / 1000, ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset // timedelta(minutes=1)


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> Moment: ...


@cache
def boot_id() -> str:
    """An id that changes when the machine starts anew; falls back to one per process."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8]
    except OSError:
        if sys.platform == "win32":
            import ctypes

            ticks_ms = ctypes.windll.kernel32.GetTickCount64()
            return f"{round((time.time() * 1000 - ticks_ms) / 60_000):08x}"
        return os.urandom(4).hex()


def _mono_ms() -> int:
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.kernel32.GetTickCount64())
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


class SystemClock:
    """The station's clock in the site's zone."""

    def __init__(self, zone: str) -> None:
        self.zone = zone

    def now(self) -> Moment:
        utc_ms = time.time_ns() // 1_000_000
        return Moment(utc_ms, offset_at(utc_ms, self.zone), _mono_ms(), boot_id())


class SetClock:
    """A clock that stands until it is moved: demonstrations and tests live by it."""

    def __init__(self, start: str, zone: str = "Asia/Shanghai", boot: str = "00000000") -> None:
        first = parse_iso(start)
        self.zone = zone
        self.boot = boot
        self.utc_ms = first.utc_ms
        self.mono_ms = 0

    def now(self) -> Moment:
        return Moment(self.utc_ms, offset_at(self.utc_ms, self.zone), self.mono_ms, self.boot)

    def move(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> Moment:
        """Let time pass, in wall and monotonic time alike."""
        step_ms = round(((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000)
        self.utc_ms += step_ms
        self.mono_ms += step_ms
        return self.now()

    def set(self, iso: str) -> Moment:
        """Let time pass until ``iso``; monotonic time follows."""
        target = parse_iso(iso)
        self.mono_ms += target.utc_ms - self.utc_ms
        self.utc_ms = target.utc_ms
        return self.now()

    def jump(self, *, seconds: float) -> Moment:
        """Set the wall clock alone, as a person or a broken battery does."""
        self.utc_ms += round(seconds * 1000)
        return self.now()

"""Rounds: when a device is looked at, which rounds are due or missed, and how liquid nitrogen goes down. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .clock import Moment, offset_at

USUAL = ("08:00", "20:00")
WINDOW_H = 2
MEAN_DAYS = 30
# More than twice the usual use is worth a look (L-07); 120 % of the least level as well (L-06).
USE_FACTOR = 2
LEVEL_WARN = Decimal("1.2")


class Planned(NamedTuple):
    """One planned round. ``word``: done, late (done outside its window), due (now), missed or ahead; ``done_at``."""

    at: Moment
    word: str
    done_at: Moment | None


def _moment(local: datetime, zone: str) -> Moment:
    aware = local.replace(tzinfo=ZoneInfo(zone))
    utc_ms = round(aware.timestamp() * 1000)
    return Moment(utc_ms, offset_at(utc_ms, zone))


def schedule(
    times: Sequence[str], done: Iterable[Moment], start: Moment, now: Moment, zone: str
) -> tuple[Planned, ...]:
    """The planned rounds from ``start`` until the end of today at the site, oldest first.

    ``times``: "HH:MM" at the site, () for the usual two; ``done``: when rounds were made. A round belongs to the
    planned time it is nearest to; each planned time takes one. Summer time moves no planned wall time.
    """
    rounds = sorted(done, key=lambda moment: moment.utc_ms)
    first, last = start.local.date(), now.local.date()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    clock = [time.fromisoformat(text) for text in sorted(times or USUAL)]
    planned = [_moment(datetime.combine(day, at), zone) for day in days for at in clock]
    planned = [at for at in planned if at.utc_ms >= start.utc_ms]
    taken: dict[int, Moment] = {}
    for made in rounds:
        free = [number for number in range(len(planned)) if number not in taken]
        near = min(free, key=lambda number: abs(planned[number].utc_ms - made.utc_ms), default=None)
        if near is not None and abs(planned[near].utc_ms - made.utc_ms) <= 12 * 3_600_000:
            taken[near] = made
    return tuple(Planned(at, _word(at, taken.get(n), now), taken.get(n)) for n, at in enumerate(planned))


def _word(planned: Moment, made: Moment | None, now: Moment) -> str:
    window_ms = WINDOW_H * 3_600_000
    if made is not None:
        return "done" if abs(made.utc_ms - planned.utc_ms) <= window_ms else "late"
    if now.utc_ms < planned.utc_ms - window_ms:
        return "ahead"
    return "due" if now.utc_ms <= planned.utc_ms + window_ms else "missed"


# --- liquid nitrogen --------------------------------------------------------------------------------------------------


class Level(NamedTuple):
    """One reading of the level, in the device's unit. ``filled``: nitrogen was added just then."""

    at: Moment
    value: Decimal
    filled: bool = False


class Trend(NamedTuple):
    """``used_per_d``: since the reading before, ``mean_per_d``: over thirty days, in the device's unit per day (None:
    unknown); ``runs_out_at``: when the level is down to the least at the mean use; ``high``: more than twice the mean.
    """

    used_per_d: Decimal | None
    mean_per_d: Decimal | None
    runs_out_at: Moment | None
    high: bool


def trend(levels: Sequence[Level], least: Decimal | None) -> Trend:
    """How the level goes down. A rise is a refill, whether somebody noted it or not, and is no use."""
    ordered = sorted(levels, key=lambda level: level.at.utc_ms)
    falls: list[tuple[Moment, Decimal, Decimal]] = []
    for before, after in itertools.pairwise(ordered):
        days = Decimal(after.at.utc_ms - before.at.utc_ms) / 86_400_000
        if days > 0 and not after.filled and after.value <= before.value:
            falls.append((after.at, before.value - after.value, days))
    if not ordered or not falls:
        return Trend(None, None, None, False)
    last = ordered[-1]
    since_ms = last.at.utc_ms - MEAN_DAYS * 86_400_000
    recent = [(used, days) for at, used, days in falls if at.utc_ms > since_ms]
    mean = _rate(recent)
    newest = falls[-1]
    used = _rate([newest[1:]]) if newest[0] == last.at else None
    earlier = _rate([(amount, days) for at, amount, days in falls if since_ms < at.utc_ms < last.at.utc_ms])
    high = used is not None and earlier is not None and earlier > 0 and used > USE_FACTOR * earlier
    runs_out = None
    if mean and least is not None:
        left_d = max(Decimal(0), last.value - least) / mean
        runs_out = last.at.plus(seconds=float((left_d * 86_400).to_integral_value(ROUND_FLOOR)))
    return Trend(used, mean, runs_out, high)


def _rate(falls: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    days = sum((days for _, days in falls), Decimal(0))
    if not days:
        return None
    return (sum((used for used, _ in falls), Decimal(0)) / days).quantize(Decimal("0.01"))

"""How long a shipper may be a store: never from its certificate alone (clinical-review E12). Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from .clock import Moment, parse_iso
from .places import Place

SHIPPER_READING_H = Decimal(4)
SHIPPER_ALARMS_H = (24, 12)


class ShipperReading(NamedTuple):
    """What a person read, with a photograph."""

    at: Moment
    c: Decimal
    photo: str
    upright: bool = True


class Countdown(NamedTuple):
    """``act_by``: the earlier of certificate and site cap, None where neither is known. ``next_reading``: when the next
    one is due: four hours after the last, or when somebody said. ``trusted``: the countdown counts only while the last
    reading is young, cold and upright (E12); ``why``: the code of what is wrong else. ``alarm_h``: 24 or 12 when no
    more hours than that are left, 0 when none are."""

    act_by: Moment | None
    next_reading: Moment | None
    trusted: bool
    why: str
    alarm_h: int | None


def countdown(
    shipper: Place,
    last: ShipperReading | None,
    now: Moment,
    *,
    limit_c_max: Decimal | None,
    cap_d: Decimal | None = None,
    every_h: Decimal = SHIPPER_READING_H,
) -> Countdown:
    """How long a shipper may still be a store: never from the certificate alone (clinical-review E12).

    ``cap_d``: the site's cap in days from ``filled_at``; ``every_h``: hours between two readings.
    """
    ends = [parse_iso(shipper.hold_end_at)] if shipper.hold_end_at else []
    if shipper.filled_at and cap_d is not None:
        ends.append(parse_iso(shipper.filled_at).plus(seconds=float(cap_d * 86_400)))
    act_by = min(ends, key=lambda end: end.utc_ms, default=None)
    next_reading = _next_reading(shipper, last, every_h)
    left_h = None if act_by is None else (act_by.utc_ms - now.utc_ms) / 3_600_000
    alarm = (
        None
        if left_h is None
        else 0
        if left_h <= 0
        else next((h for h in reversed(SHIPPER_ALARMS_H) if left_h <= h), None)
    )
    why = _doubt(shipper, last, next_reading, now, limit_c_max, act_by)
    return Countdown(act_by, next_reading, not why, why, alarm)


def _next_reading(shipper: Place, last: ShipperReading | None, every_h: Decimal) -> Moment | None:
    """A promise counts until it was kept, and never puts off what the rule asks."""
    due = [] if last is None else [last.at.plus(seconds=float(every_h * 3600))]
    promised = parse_iso(shipper.reading_due_at) if shipper.reading_due_at else None
    if promised is not None and (last is None or promised.utc_ms > last.at.utc_ms):
        due.append(promised)
    return min(due, key=lambda at: at.utc_ms, default=None)


def _doubt(
    shipper: Place,
    last: ShipperReading | None,
    due: Moment | None,
    now: Moment,
    limit_c_max: Decimal | None,
    act_by: Moment | None,
) -> str:
    if last is None:
        return "no_reading"
    if due is not None and due.utc_ms < now.utc_ms:
        return "reading_old"
    if shipper.tilted_at or not last.upright:
        return "tilted"
    if limit_c_max is None:
        return "no_limit"
    if last.c > limit_c_max:
        return "warm"
    if act_by is None:
        return "no_end"
    return "over" if act_by.utc_ms <= now.utc_ms else ""

"""A shipper used as a store in words and colour: the same on Today as on the map (clinical-review E12)."""

from __future__ import annotations

from datetime import timedelta

from cellguide.clock import Moment
from cellguide.shipper_hold import Countdown
from ui.language import say

SOON = timedelta(minutes=30)


def shipper_tone(count: Countdown, now: Moment) -> str:
    """Red where the countdown cannot be trusted or half a day is left; yellow in the last day or half an hour before
    the next reading."""
    if count.alarm_h in (0, 12) or count.why not in ("", "no_end"):
        return "alarm"
    due = count.next_reading
    soon = due is not None and due.utc_ms - now.utc_ms < SOON.total_seconds() * 1000
    return "warn" if count.alarm_h or count.why or soon else "info"


def act_by_words(count: Countdown) -> str:
    """Until when a shipper may be the store, with the warnings at 24 and 12 hours before."""
    if count.act_by is None:
        return say("map.shipper.no_end")
    if count.alarm_h == 0:
        return say("map.shipper.over", time=stamp(count.act_by))
    text = say("map.shipper.act_by", time=stamp(count.act_by))
    return say("map.need.shipper_hours", act_by=text, hours=count.alarm_h) if count.alarm_h else text


def stamp(at: Moment) -> str:
    """Day and time, as short as they may be."""
    return at.local.strftime("%m-%d %H:%M")

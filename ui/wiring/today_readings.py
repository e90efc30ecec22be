"""The last readings on Today: each probe's newest value with its age; history is grey (engineering-review 4)."""

from __future__ import annotations

from cellguide.acts import places as place_acts
from cellguide.desk import Desk
from cellguide.temperature.chunks import DAY_MS
from cellguide.temperature.limits import MINUTE_MS, Period
from ui.pages.today import LastReading
from ui.wiring import temperature_words as words
from ui.wiring.probe_readings import ProbeReadings, probes_of

SHOWN = 5
CURVE_PX = 96
FRESH_INTERVALS = 4


def last_readings(desk: Desk) -> list[LastReading]:
    """The probes' newest readings, as Today shows them; ``ident`` is the code of the device."""
    zone, now_ms = str(desk.site.get("zone", "UTC")), desk.now().utc_ms
    tree = place_acts.tree(desk)
    found = []
    for probe in probes_of(desk)[:SHOWN]:
        place = tree.places.get(probe.place)
        readings = ProbeReadings(desk, probe, zone)
        span = readings.span()
        if place is None or span is None:
            continue
        # The curve first: the newest reading then comes out of the same day, already read.
        day = Period(span.end_ms - DAY_MS, span.end_ms)
        points = [value for stroke in readings.points(day, CURVE_PX) for _, value in stroke.points]
        last = readings.last()
        if last is None:
            continue
        old_ms = now_ms - last.at_ms
        limit_c = float(place.limit_c_max) if place.limit_c_max else None
        tone = "ok"
        if limit_c is not None and max(last.c) > limit_c:
            tone = "alarm"
        elif old_ms > FRESH_INTERVALS * max(readings.interval_ms, MINUTE_MS):
            tone = "quiet"
        name = words.probe_name(place, probe)
        found.append(LastReading(place.code, name, words.age(old_ms), last.value, tone, tuple(points), limit_c))
    return found

"""The last readings on Today: of each device the worst, the worst device first; history is grey (engineering-review 4).

Each is held against the coldest limit of what stands in the device, as the storage map does (domain 0.5).
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from cellguide.acts import imports
from cellguide.acts import places as place_acts
from cellguide.clock import parse_iso
from cellguide.desk import Desk
from cellguide.places import IN_USE, Place, Tree
from cellguide.probes import Probe
from cellguide.temperature.chunks import DAY_MS
from cellguide.temperature.limits import Period
from ui.pages.today import LastReading
from ui.wiring import temperature_words as words
from ui.wiring.excursion_words import device_name, minus
from ui.wiring.place_readings import UNDECLARED_MS
from ui.wiring.probe_readings import ProbeReadings, probes_of

SHOWN = 8  # devices; the worst of a larger site come first, the map has them all
CURVE_PX = 96
FRESH_BY_HAND_MS = 4 * 3_600_000
_RANK = {"alarm": 0, "quiet": 1, "ok": 2}


class _Newest(NamedTuple):
    """The newest reading of one probe, or of a device's display (``probe`` None). ``slack_c``: below its limit."""

    place: Place
    probe: Probe | None
    c: str
    at_ms: int
    tone: str
    slack_c: Decimal
    limit_c: Decimal | None

    @property
    def order(self) -> tuple[int, Decimal, str]:
        return _RANK[self.tone], self.slack_c, self.place.code


def last_readings(desk: Desk) -> list[LastReading]:
    """The newest reading of each device, as Today shows it; ``ident`` is the code of the device."""
    tree, now_ms = place_acts.tree(desk), desk.now().utc_ms
    worst: dict[str, _Newest] = {}
    for one in [*_by_probe(desk, tree, now_ms), *_by_hand(desk, tree, now_ms)]:
        known = worst.get(one.place.id)
        by_hand_beside_a_logger = known is not None and one.probe is None
        if known is None or (one.order < known.order and not by_hand_beside_a_logger):
            worst[one.place.id] = one
    return [_shown(desk, one, now_ms) for one in sorted(worst.values(), key=lambda one: one.order)[:SHOWN]]


def _by_probe(desk: Desk, tree: Tree, now_ms: int) -> list[_Newest]:
    found, fresh = [], imports.rules(desk).fresh_intervals.value
    for probe in probes_of(desk):
        place = tree.places.get(probe.place)
        docs = [held.doc for held in desk.store.find("series", probe=probe.id) if held.doc.get("last_c") is not None]
        if place is None or not docs:
            continue
        last = max(docs, key=lambda doc: int(doc["last_ms"]))
        fresh_ms = int(fresh * int(last["interval_ms"] or UNDECLARED_MS))
        found.append(_newest(desk, tree, place, probe, str(last["last_c"]), int(last["last_ms"]), fresh_ms, now_ms))
    return found


def _by_hand(desk: Desk, tree: Tree, now_ms: int) -> list[_Newest]:
    """Displays that people read, of devices without a logger: a shipper, a fridge."""
    found = []
    for place in tree.places.values():
        gone = bool(place.shipment) and not place_acts.inside(desk, tree, place.id)  # the holder has its shipper back
        if not place.device or place.state != IN_USE or gone:
            continue
        docs = [held.doc for held in desk.store.find("round", place=place.id) if held.doc.get("c")]
        if docs:
            last = max(docs, key=lambda doc: parse_iso(doc["at"]).utc_ms)
            at_ms = parse_iso(last["at"]).utc_ms
            found.append(_newest(desk, tree, place, None, str(last["c"]), at_ms, FRESH_BY_HAND_MS, now_ms))
    return found


def _newest(
    desk: Desk, tree: Tree, place: Place, probe: Probe | None, c: str, at_ms: int, fresh_ms: int, now_ms: int
) -> _Newest:
    limit = place_acts.device_limit(desk, tree, place)
    slack = limit[0] - Decimal(c) if limit is not None else Decimal(0)
    tone = "alarm" if slack < 0 else "quiet" if now_ms - at_ms > fresh_ms else "ok"
    return _Newest(place, probe, c, at_ms, tone, slack, None if limit is None else limit[0])


def _shown(desk: Desk, one: _Newest, now_ms: int) -> LastReading:
    limit_c = None if one.limit_c is None else float(one.limit_c)
    age = words.age(now_ms - one.at_ms)
    if one.probe is None:
        return LastReading(one.place.code, device_name(one.place), age, f"{minus(one.c)} °C", one.tone, (), limit_c)
    readings = ProbeReadings(desk, one.probe, str(desk.site.get("zone", "UTC")))
    # The curve first: the newest reading then comes out of the same day, already read.
    day = Period(one.at_ms - DAY_MS, one.at_ms)
    points = tuple(value for stroke in readings.points(day, CURVE_PX) for _, value in stroke.points)
    last = readings.last()
    value = last.value if last is not None else f"{minus(one.c)} °C"
    name = words.probe_name(one.place, one.probe)
    return LastReading(one.place.code, name, age, value, one.tone, points, limit_c)

"""What a device read last and how warm it was, as the storage map shows it."""

from __future__ import annotations

from decimal import Decimal

from cellguide.acts import device_rounds, imports
from cellguide.acts import probes as probe_acts
from cellguide.clock import parse_iso
from cellguide.desk import Desk
from cellguide.entry import Doc
from cellguide.places import Place
from ui.chart_view import wall
from ui.kit import Mark
from ui.language import say
from ui.wiring.excursion_words import minus
from ui.wiring.probe_readings import clock_time
from ui.wiring.temperature_words import age

UNDECLARED_MS = 900_000  # what the rounds take for the spacing of a logger that declares none


def _newest(desk: Desk, device: Place) -> tuple[str, int, int] | None:
    """(°C, UTC ms, interval ms) of the newest reading of any kind."""
    find = desk.store.find
    found = []
    for probe in probe_acts.ever(desk, device.id):
        for held in find("series", probe=probe.id):
            if held.doc.get("last_c") is not None:
                interval = int(held.doc["interval_ms"] or UNDECLARED_MS)
                found.append((int(held.doc["last_ms"]), str(held.doc["last_c"]), interval))
    for held in find("round", place=device.id):
        if held.doc.get("c"):
            found.append((parse_iso(held.doc["at"]).utc_ms, str(held.doc["c"]), 0))
    if not found:
        return None
    at_ms, c, interval = max(found)
    return c, at_ms, interval


def newest_mark(desk: Desk, device: Place, limit: Decimal | None, zone: str) -> tuple[Mark, str]:
    """The newest temperature with its age; old ones are grey, never "now" (engineering-review 4)."""
    newest = _newest(desk, device)
    if newest is None:
        return Mark(say("map.no_reading")), say("map.no_reading_yet")
    c, at_ms, interval_ms = newest
    old_ms = desk.now().utc_ms - at_ms
    fresh = imports.rules(desk).fresh_intervals.value
    reach_ms = int(fresh * interval_ms) if interval_ms else device_rounds.ROUND_FRESH_H * 3_600_000
    warm = limit is not None and Decimal(c) > limit
    tone = "" if old_ms > reach_ms else "alarm" if warm else "ok"
    told = say("map.age", time=wall(at_ms, zone).strftime("%m-%d %H:%M"), age=age(old_ms))
    return Mark(f"{minus(c)} °C", tone), told


def warmest_since(desk: Desk, device: Place, since_iso: str, zone: str) -> str:
    """The warmest that the device's imports show since then: of whole files, never cooler than what it met."""
    since_ms = parse_iso(since_iso).utc_ms
    peaks: list[tuple[Decimal, int]] = []
    for probe in probe_acts.ever(desk, device.id):
        for one in desk.store.find("series", probe=probe.id):
            judgement: Doc = one.doc.get("judgement") or {}
            if int(one.doc["last_ms"]) >= since_ms and judgement.get("hi"):
                for product in judgement.get("products", ()):
                    if product["warmest"]:
                        peaks.append((Decimal(product["warmest"][0]), int(product["warmest"][1])))
                peaks.append((Decimal(judgement["hi"][0]), int(judgement["hi"][1])))
    inside = [(c, at_ms) for c, at_ms in peaks if at_ms >= since_ms]
    if not inside:
        return ""
    c, at_ms = max(inside)
    return say("map.fact.at_device", value=minus(c), time=clock_time(at_ms, zone)[5:16])

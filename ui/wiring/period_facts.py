"""What the ledger says of a device and a probe over a time: extremes of days, excursions, signs above the curve."""

from __future__ import annotations

from decimal import Decimal

from cellguide.acts import places as place_acts
from cellguide.clock import parse_iso
from cellguide.desk import Desk
from cellguide.entry import Doc
from cellguide.places import Place
from cellguide.temperature.limits import Period
from cellguide.temperature.plot import READINGS_UP_TO_MS
from ui.chart_view import DAY_MS, Sign
from ui.language import say
from ui.wiring.probe_readings import ProbeReadings


def extremes(readings: ProbeReadings, period: Period) -> tuple[Decimal, Decimal] | None:
    """The lowest and the highest of the days of a period, those known by their summaries included."""
    found: list[tuple[Decimal, Decimal]] = []
    for head in readings.heads():
        inside = period.start_ms < (head.day + 1) * DAY_MS and head.day * DAY_MS < period.end_ms
        if inside and head.lo is not None and head.hi is not None:
            found.append((Decimal(head.lo).scaleb(-head.scale), Decimal(head.hi).scaleb(-head.scale)))
    for _, doc in readings.imports:
        for start, end, low, high in doc["summaries"]:
            if start < period.end_ms and end > period.start_ms:
                found.append((Decimal(low), Decimal(high)))
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


def excursions_in(desk: Desk, place: Place, period: Period) -> list[tuple[str, Doc]]:
    """The excursions of a device that touch a period."""
    found = []
    for held in desk.store.find("excursion", place=place.id):
        if any(start <= period.end_ms and (end or start) >= period.start_ms for _, start, end in held.doc["spans"]):
            found.append((held.id, held.doc))
    return found


def file_and_lid_signs(desk: Desk, place: Place, readings: ProbeReadings, period: Period) -> list[Sign]:
    """Files, and who put something in or took it out: the lid was open then."""
    found = []
    for _, doc in readings.imports:
        text = say("temperature_page.sign.import", source=doc["name"])
        found.append(Sign(parse_iso(str(doc["at"])).utc_ms, "import", text))
    if period.length_ms <= READINGS_UP_TO_MS:
        for stay in place_acts.stays_in(desk, place.id, *period):
            for moment in (stay.since, stay.until):
                if moment is not None and period.start_ms <= moment.utc_ms <= period.end_ms:
                    text = say("temperature_page.sign.moved", container=stay.container)
                    found.append(Sign(moment.utc_ms, "door", text))
    return found

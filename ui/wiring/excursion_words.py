"""An excursion in one line, as banner, strip and dialog say it. No reading is touched: it all stands in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cellguide.desk import Desk
from cellguide.entry import Doc
from cellguide.excursion_dossier import HOLD_END, minutes
from cellguide.places import Place
from ui.language import language, say


def excursion_words(place: Place, doc: Doc, zone: str) -> str:
    """An excursion in one line: where, how warm against which limit, for how long."""
    name = device_name(place)
    first_ms = min(span[1] for span in doc["spans"])
    start = datetime.fromtimestamp(first_ms / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    if all(span[0] == HOLD_END for span in doc["spans"]):
        return say("temperature_page.banner.hold_end", place=name, time=start)
    if not doc["peak_c"] or all(span[0] == "unknown" for span in doc["spans"]):
        return say("temperature_page.banner.unknown", place=name, time=start)
    facts = {"place": name, "peak": minus(doc["peak_c"]), "limit": minus(doc["limit_c"] or "—"), "time": start}
    if any(span[2] is None for span in doc["spans"]):
        return say("temperature_page.banner.open", **facts)
    return say("temperature_page.banner.over", minutes=minutes(int(doc["out_ms"])), **facts)


def whom_words(desk: Desk, doc: Doc) -> str:
    """Whose cells are on hold for it, with the planned days; by site setting only initials."""
    names: dict[str, None] = {}
    initials = desk.site.get("names_on_board") == "initials"
    for container in doc["containers"]:
        held = desk.store.get("container", container)
        order = desk.store.get("order", str(held.doc["order"])) if held is not None else None
        if order is None:
            continue
        patient = order.doc.get("patient") or {}
        name = str(patient.get("initials" if initials else "name") or order.id)
        day = (order.doc.get("planned") or {}).get("infusion_on", "")
        names[say("temperature_page.banner.patient", name=name, day=day[5:]) if day else name] = None
    if not names:
        return ""
    return say("temperature_page.banner.whom", count=len(names), names=" · ".join(names))


def device_name(place: Place) -> str:
    """The device in the language of the moment."""
    return {"zh": place.zh, "en": place.en}[language.now] or place.code


def minus(value: object) -> str:
    """A number with a true minus sign."""
    return str(value).replace("-", "−")

"""When a container is to be infused, as far as that is planned: by the hour where a time is known, else by the day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..clock import Moment, offset_at, parse_iso
from ..container_life import Container
from ..desk import Desk
from ..excursion_dossier import URGENT_H
from . import containers as container_acts


class Planned(NamedTuple):
    """When a container is to be infused: the earliest it can be. ``timed``: a time of day was planned; else the day's
    first minute is assumed, because waiting for a letter must not cost a patient the hours before an early infusion."""

    at: Moment
    timed: bool


def planned_infusion(desk: Desk, container: str) -> Planned | None:
    """The planned infusion of a container: its dose's, else the order's; None while none is planned."""
    order = container_acts.get(desk, container).order
    doses = [held.doc for held in desk.store.find("dose", order=order)]
    own = [doc for doc in doses if container in doc["containers"]] or [doc for doc in doses if not doc["containers"]]
    texts = [str(doc["planned_on"]) for doc in own]
    if not texts:
        held = desk.store.get("order", order)
        text = held.doc.get("planned", {}).get("infusion_on") if held is not None else None
        texts = [str(text)] if text else []
    if not texts:
        return None
    text = min(texts)
    if "T" in text:
        return Planned(parse_iso(text), True)
    zone = str(desk.site.get("zone", "UTC"))
    first_ms = int(datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone)).timestamp() * 1000)
    return Planned(Moment(first_ms, offset_at(first_ms, zone)), False)


def urgent(desk: Desk, container: str, now: Moment) -> bool:
    """Whether the infusion is planned within 72 hours from now (clinical-review E10), and its day is not over."""
    planned = planned_infusion(desk, container)
    if planned is None or planned.at.day < now.day:
        return False
    return planned.at.utc_ms - now.utc_ms <= URGENT_H * 3_600_000


def infusion_on(desk: Desk, order: str) -> date | None:
    """The planned day of infusion of an order, None while none is planned."""
    held = desk.store.get("order", order)
    planned = held.doc.get("planned", {}).get("infusion_on") if held is not None else None
    return date.fromisoformat(planned) if planned else None


def passed(desk: Desk, held: Container) -> date | None:
    """The planned day of a container that is over without an infusion; None while it is ahead or none is planned.

    A dose that names no container is meant for the next one: as many of those as were begun are no longer waited for.
    """
    doses = sorted((one.doc for one in desk.store.find("dose", order=held.order)), key=lambda doc: int(doc["n"]))
    days = [str(doc["planned_on"]) for doc in doses if held.id in doc["containers"]]
    if not days:
        open_to_all = [str(doc["planned_on"]) for doc in doses if not doc["containers"]]
        begun = sum(one.marked_at("inf_start") is not None for one in container_acts.of_order(desk, held.order))
        days = open_to_all[begun : begun + 1]
        if not doses:
            planned = infusion_on(desk, held.order)
            days = [planned.isoformat()] if planned is not None else []
    day = date.fromisoformat(days[0][:10]) if days else None
    return day if day is not None and day < desk.now().day else None

"""Invented tanks, probes, logger files and stored containers for tests of storage and temperature."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from cellguide.clock import Moment, parse_iso
from cellguide.desk import Desk
from cellguide.entry import Change

ORDER, SHIPMENT = "O-A-2026-000001", "SH-A-2026-000001"


def csv(first: str, values: Iterable[object], minutes: float = 5) -> bytes:
    """A plain table as a logger exports it, in the site's wall time: the stamp, and °C; None is left empty."""
    stamp = datetime.fromisoformat(first)
    rows = ["Date Time,Temperature (C)"]
    for value in values:
        rows.append(f"{stamp:%Y-%m-%d %H:%M:%S},{'' if value is None else value}")
        stamp += timedelta(minutes=minutes)
    return ("\n".join(rows) + "\n").encode()


def readings(first: str, last: str, value: Callable[[datetime], float], minutes: float = 5) -> bytes:
    """The same between two wall times, by a function of the time."""
    stamp, until, found = datetime.fromisoformat(first), datetime.fromisoformat(last), []
    while stamp <= until:
        found.append(f"{value(stamp):.1f}")
        stamp += timedelta(minutes=minutes)
    return csv(first, found, minutes)


def steady(first: str, last: str, c: float = -185.0, minutes: float = 5) -> bytes:
    """A quiet tank: every third reading a tenth of a degree warmer, so that nothing looks stuck."""
    return readings(first, last, lambda at: c + (at.minute // 5 % 3) / 10, minutes)


def order(desk: Desk, id: str = ORDER, *, product: str = "demo-cel", coi: str = "DEMO-24118", infusion_on: str = "",
          name: str = "演示患者") -> str:  # fmt: skip
    """An order of an invented patient, as it stands in the ledger."""
    at, who = desk.begin("place_order")
    doc = {
        "state": "placed",
        "coi": coi,
        "patient": {"name": name, "latin": "DEMO Patient", "initials": "YSHZ", "sex": "f", "birth_date": "1968-04-17",
                    "numbers": [{"type": "inpatient", "value": f"DEMO-{coi}", "since": "2026-01-01"}]},
        "product": product,
        "product_zh": "演示赛注射液",
        "product_en": "DEMO-CEL",
        "containers": 1,
        "planned": {"infusion_on": infusion_on} if infusion_on else {},
    }  # fmt: skip
    desk.write("place_order", [Change("order", id, doc)], at=at, who=who)
    return id


def shipment(desk: Desk, id: str = SHIPMENT, order_id: str = ORDER, **fields: object) -> str:
    """The holder's notice for it."""
    at, who = desk.begin("announce_shipment")
    doc = {"order": order_id, "state": "announced", "waybill": "999-1234 5678", "shipper": "DEMO-SN-1"} | fields
    desk.write("announce_shipment", [Change("shipment", id, doc)], at=at, who=who)
    return id


def moment(iso: str) -> Moment:
    return parse_iso(iso)

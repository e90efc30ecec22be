"""Invented tanks, probes, logger files and stored containers for tests of storage and temperature."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import makers

from cellguide.clock import Moment, parse_iso
from cellguide.desk import Desk
from cellguide.entry import Actor, Change

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


def second(desk: Desk) -> Actor:
    """A pharmacist beside whoever sits here."""
    sits = desk.session.person if desk.session is not None else ""
    return Actor(makers.PHARMACIST if sits == makers.PHARMACIST_2 else makers.PHARMACIST_2, "pharmacist", "badge+pin")


def tanks(desk: Desk) -> None:
    """A room with tanks A and B (held to -150 °C, alarm 10 °C below, quarantine in A/4) and a warmer device W."""
    from cellguide.acts import places
    from cellguide.places import Place

    site = places.add_place(desk, Place("", "site", "SITE", "", "演示院区", "DEMO site"))
    room = places.add_place(desk, Place("", "room", "ROOM", site.id, "细胞库", "Cell store"))
    for code in "AB":
        limits = {"limit_c_max": "-150", "limit_source": "DEMO SOP-07", "margin_c": "10"}
        tank = places.add_place(
            desk,
            Place("", "tank", code, room.id, f"液氮罐 {code}", f"Tank {code}", phase="vapour", level_unit="cm",
                  level_min="25", rounds=("08:00", "20:00"), **limits),
            second(desk),
        )  # fmt: skip
        rack = places.add_place(desk, Place("", "rack", f"{code}/1", tank.id, "架 1", "Rack 1"))
        places.add_positions(desk, rack.code, [f"{code}/1/{n:02d}" for n in range(1, 7)])
        if code == "A":
            apart = places.add_place(desk, Place("", "rack", "A/4", tank.id, "架 4", "Rack 4", zone="quarantine"))
            places.add_positions(desk, apart.code, ["A/4/01", "A/4/02"])
    warm = Place("", "freezer", "W", room.id, "深低温冰箱", "Freezer", limit_c_max="-80", limit_source="DEMO SOP-08")
    places.add_place(desk, warm, second(desk))
    places.add_positions(desk, "W", ["W/01"])


def stored(desk: Desk, id: str, place: str, *, order_id: str = ORDER, accepted: bool = True, at: str = "") -> str:
    """A container that came and was placed, and accepted unless said otherwise. ``at``: when it was placed, ISO."""
    from cellguide import container_life

    now, who = desk.begin("record_fact")
    held = container_life.container(id, container_life.new_container(id, order_id, lot="DEMO-L1").new)
    when = parse_iso(at) if at else None
    changes = [container_life.new_container(id, order_id, lot="DEMO-L1")]
    for fact, where in (("arrived", ""), ("placed", place)):
        done = container_life.record(held, fact, at=now, who=who, event_at=when, place=where)
        changes.append(done.change)
        held = done.container
    if accepted:
        changes.append(container_life.grant(held, "accept", at=now, who=who).change)
    desk.write("record_fact", changes, at=now, who=who)
    return id


def probe(desk: Desk, place: str = "A", serial: str = "DEMO-PT100-04", **fields: object) -> str:
    """A calibrated logger at a device; its clock ran in the site's zone."""
    from dataclasses import replace

    from cellguide.acts import probes
    from cellguide.probes import Probe

    certificate = {"number": "DEMO-CAL-1", "calibrated_on": "2026-05-30", "due_on": "2027-05-29",
                   "points": [["-196", "0.8", "0.1"], ["-80", "0.8", "0"]]}  # fmt: skip
    new = Probe("", serial, place, f"探头 {serial}", f"Probe {serial}", "product_dummy", interval_s="300",
                answers={"zone": "Asia/Shanghai", "unit": "C"}, certificates=(certificate,))  # fmt: skip
    return probes.add_probe(desk, replace(new, **fields)).id  # type: ignore[arg-type]


def two_channels(first: str, hours: int = 24, *, headings: tuple[str, str] = ("Temp 1 (°C)", "Temp 2 (°C)")) -> bytes:
    """A table of a logger with two probes, at -184 and -188 °C, and the room's humidity beside them."""
    stamp, rows = datetime.fromisoformat(first), [f"Date Time,{','.join(headings)},RH (%)"]
    for n in range(hours * 12):
        rows.append(f"{stamp:%Y-%m-%d %H:%M:%S},{-184.0 - n % 3 / 10:.1f},{-188.0 - n % 5 / 10:.1f},{40 + n % 7}")
        stamp += timedelta(minutes=5)
    return ("\n".join(rows) + "\n").encode()


def hobo_channels() -> bytes:
    """A HOBO export of one logger with two sensors, each with its own serial number, in a zone that it names."""
    heading = ["#", "Date Time, GMT+08:00", "Temp, °C (LGR S/N: 10173910, SEN S/N: 10173911)",
               "Temp, °C (LGR S/N: 10173910, SEN S/N: 10173912)"]  # fmt: skip
    rows = ['"Plot Title: DEMO"', ",".join(f'"{name}"' for name in heading)]
    stamp = datetime(2026, 11, 21)
    for n in range(288):
        rows.append(f"{n + 1},{stamp:%m/%d/%y %I:%M:%S %p},{-184.0 - n % 3 / 10:.3f},{-188.0 - n % 5 / 10:.3f}")
        stamp += timedelta(minutes=5)
    return ("\r\n".join(rows) + "\r\n").encode()

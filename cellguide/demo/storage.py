"""The demonstration's tank, its probe, and what the probe's logger saw in October."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..acts import excursions, imports, places, probes, records, temperature_records
from ..places import Place
from ..probes import Probe
from .hospital import Hospital
from .people import PHARMACIST, PHARMACIST_2, QUALITY

TANK = "演示罐A"
SERIAL = "DEMO-PT100-01"
BOXES = 16
STEP = timedelta(minutes=5)
# Wall times as the logger writes them; its zone is an answer of its probe.
FIRST, LAST = (datetime.fromisoformat(text) for text in ("2026-10-01 09:30", "2026-10-30 08:30"))
WARM_FROM, WARM_UNTIL = (datetime.fromisoformat(text) for text in ("2026-10-01 10:40", "2026-10-01 11:10"))


def tank(hospital: Hospital) -> None:
    """Site, room, one tank with four racks, and a calibrated probe in a product dummy."""
    desk = hospital.desk
    site = places.add_place(desk, Place("", "site", "演示院区", "", "演示院区", "Demonstration site"))
    room = places.add_place(desk, Place("", "room", "演示细胞库", site.id, "演示细胞库", "Demonstration cell store"))
    held = places.add_place(
        desk,
        Place(
            "", "tank", TANK, room.id, TANK, "Demo tank A", phase="vapour", level_unit="cm", level_min="25",
            limit_c_max="-150", limit_source="演示 DEMO SOP-07", margin_c="10",
        ),
        hospital.actor(PHARMACIST_2),
    )  # fmt: skip
    for n in range(1, 5):
        rack = places.add_place(desk, Place("", "rack", f"{TANK}/架{n}", held.id, f"架{n}", f"Rack {n}"))
        boxes = [box for box in range(1, BOXES + 1) if 1 + box % 4 == n]
        places.add_positions(desk, rack.code, [f"{rack.code}/盒{box:02d}-{at}" for box in boxes for at in (1, 2)])
    certificate = {
        "number": "DEMO-CAL-1", "calibrated_on": "2026-05-30", "due_on": "2027-05-29",
        "points": [["-196", "0.8", "0.1"], ["-80", "0.8", "0"]],
    }  # fmt: skip
    probes.add_probe(
        desk,
        Probe(
            "", SERIAL, TANK, "模拟药袋", "product dummy", "product_dummy", interval_s="300",
            answers={"zone": "Asia/Shanghai", "unit": "C"}, certificates=(certificate,),
        ),
    )  # fmt: skip


def month_read(hospital: Hospital) -> None:
    """The logger is read out. It was warm while the empty tank was being filled; nothing had been placed yet. The whole
    days of the month become a signed temperature record."""
    desk = hospital.desk
    probe = probes.by_serial(desk, SERIAL)
    assert probe is not None
    imports.take_in_file(desk, csv(), f"{SERIAL}-2026-10.csv", probe.id)
    for id, doc in excursions.listed(desk):
        if not doc["containers"]:
            excursions.acknowledge_excursion(desk, id, "首次充液，罐内没有药品（演示）")
            excursions.resolve_excursion(desk, id, "refill", "首次充液时探头尚未冷透，罐内没有药品（演示）")
    record = temperature_records.make_temperature_record(desk, probe.id, FIRST.date(), LAST.date() - timedelta(days=1))
    records.draw_record(desk, record)
    hospital.sign(record, {"performed": PHARMACIST, "reviewed": QUALITY})


def csv() -> bytes:
    """The logger's export: cold and steady, a little colder after each refill, warm once while it was filled."""
    rows, at = ["Date Time,Temperature (C)"], FIRST
    while at <= LAST:
        rows.append(f"{at:%Y-%m-%d %H:%M:%S},{_c(at):.1f}")
        at += STEP
    return ("\n".join(rows) + "\n").encode()


def _c(at: datetime) -> float:
    if WARM_FROM <= at <= WARM_UNTIL:
        return -138.0 - (at.minute % 7) / 10
    since_refill_h = ((at - FIRST).total_seconds() / 3600) % 84
    return -190.0 + since_refill_h * 0.07 + (at.minute // 5 % 4) / 10

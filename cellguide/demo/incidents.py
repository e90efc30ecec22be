"""What goes wrong in the demonstration's stores, and what is done: a shipper as a store, moves, a quarantine, a lid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from .. import runs
from ..acts import containers, excursions, imports, moves, places, probes, shipper_store, site_limits, walks
from ..clock import parse_iso
from ..places import Place
from ..probes import Probe
from ..products.site_limits import proposals
from . import receipts
from .hospital import Hospital, picture
from .people import PHARMACIST, PHARMACIST_2
from .storage import STEP, TANK

Scene = Callable[[Hospital], object]
TANK_B, SERIAL_B = "演示罐B", "DEMO-PT100-02"
QUARANTINE = f"{TANK_B}/隔离架"
ROOM = "演示细胞库"
# Wall times as the logger of tank B writes them: somebody left the lid open.
FIRST, LAST = (datetime.fromisoformat(text) for text in ("2026-10-12 10:00", "2026-10-29 08:30"))
WARM_FROM, WARM_UNTIL = (datetime.fromisoformat(text) for text in ("2026-10-28 22:10", "2026-10-28 22:40"))


def _after(n: int, scene: Callable[[Hospital, str], object]) -> Scene:
    """A scene about the first container of the n-th delivery; a month that is played in part has none."""

    def played(hospital: Hospital) -> None:
        shipments = hospital.desk.store.find("shipment", shipper=f"DEMO-SN-{n:03d}")
        if shipments:
            scene(hospital, hospital.desk.store.find("container", shipment=shipments[0].id)[0].id)

    return played


# --- a shipper as a store ---------------------------------------------------------------------------------------------


def shippers_limited(hospital: Hospital) -> None:
    """How long a shipper may be a store here, and how often it is read, by two pharmacists."""
    for name in ("shipper_cap_d", "shipper_reading_h_max"):
        people = hospital.proof(PHARMACIST), hospital.proof(PHARMACIST_2)
        site_limits.confirm_site_limit(hospital.desk, name, proposals()[name].value, "演示 DEMO", *people)


def read(n: int, shown_c: str) -> Scene:
    """Four hours later somebody reads the n-th delivery's shipper again, with a photograph."""

    def scene(hospital: Hospital, _container: str) -> None:
        data = picture(100 + n)
        shipper_store.record_shipper_reading(hospital.desk, f"DEMO-SN-{n:03d}", Decimal(shown_c), data)

    return _after(n, scene)


def into_the_tank(hospital: Hospital, container: str) -> None:
    """The shipper's time runs: its bag goes into tank A, by the checklist of a planned move, signed by both."""
    desk = hospital.desk
    order = desk.store.get("order", containers.get(desk, container).order)
    assert order is not None
    target = f"{TANK}/架1/盒08-1"
    known: dict[str, Any] = {
        "S-05": "yes", "S-06": "-187.0", "S-07": "47", "S-09": "20.9", "S-12": None, "S-14": "ok", "S-15": target,
        "S-13": {"text": str(order.doc["coi"]), "how": "scanned"},
    }  # fmt: skip
    run = moves.start_transfer(desk, container, TANK, "relocation").id
    while (due := _due(hospital, run)) is not None:
        value = known.get(due.step.id)
        if due.step.id == "S-17":
            value = str(len(places.inside(desk, places.tree(desk), places.get(desk, TANK).id)))
        hospital.answer(run, due.step.id, value, due.key.container)
    hospital.sign(hospital.close(run), receipts.SIGNERS)


def _due(hospital: Hospital, run: str) -> Any:
    walk, now = walks.load_run(hospital.desk, run), hospital.clock.now()
    due = runs.next_step(walk, walks.facts_of(hospital.desk, walk, now), now)
    return None if due is None or due.step.ask == "sign" else due


def kept_closed(hospital: Hospital) -> None:
    """The month's last shipper may not be opened either; it waits for tomorrow's thaw."""
    receipts.kept_in_shipper(hospital, receipts.deliver(hospital, 15, "demo-cel", "2026-10-31"))


# --- a tank with a quarantine -----------------------------------------------------------------------------------------


def tank_b(hospital: Hospital) -> None:
    """A small tank: one rack apart for what is in doubt, one for what is good, one calibrated probe."""
    desk = hospital.desk
    held = places.add_place(
        desk,
        Place(
            "", "tank", TANK_B, places.get(desk, ROOM).id, TANK_B, "Demo tank B", phase="vapour",
            limit_c_max="-150", limit_source="演示 DEMO SOP-07", margin_c="10",
        ),
        hospital.actor(PHARMACIST_2),
    )  # fmt: skip
    apart = places.add_place(desk, Place("", "rack", QUARANTINE, held.id, "隔离架", "Quarantine", zone="quarantine"))
    good = places.add_place(desk, Place("", "rack", f"{TANK_B}/架1", held.id, "架1", "Rack 1"))
    for rack in (apart, good):
        places.add_positions(desk, rack.code, [f"{rack.code}/{n:02d}" for n in range(1, 7)])
    certificate = {
        "number": "DEMO-CAL-2", "calibrated_on": "2026-06-11", "due_on": "2027-06-10",
        "points": [["-196", "0.8", "0.1"], ["-80", "0.8", "0"]],
    }  # fmt: skip
    probes.add_probe(
        desk,
        Probe(
            "", SERIAL_B, TANK_B, "气相上部", "vapour, top", "air_top", interval_s="300",
            answers={"zone": "Asia/Shanghai", "unit": "C"}, certificates=(certificate,),
        ),
    )  # fmt: skip


def moved(n: int, code: str, why: str) -> Scene:
    """Taken out, fifty seconds later put in."""

    def scene(hospital: Hospital, container: str) -> None:
        move = moves.take_out(hospital.desk, container, why, hospital.actor(PHARMACIST_2))
        hospital.clock.move(seconds=50)
        moves.put_in(hospital.desk, move, code)

    return _after(n, scene)


def lid_left_open(hospital: Hospital) -> None:
    """The logger of tank B is read out in the morning: half an hour too warm at night. What stood there is on hold; its
    dossier waits for the holder."""
    desk = hospital.desk
    probe = probes.by_serial(desk, SERIAL_B)
    assert probe is not None
    imports.take_in_file(desk, csv(), f"{SERIAL_B}-2026-10.csv", probe.id)
    for id, doc in excursions.listed(desk):
        if doc["place"] == probe.place:
            excursions.acknowledge_excursion(desk, id, "夜间罐盖未盖严，晨间发现并盖好（演示）")


def csv() -> bytes:
    """The logger's export: cold and steady, once warm."""
    rows, at = ["Date Time,Temperature (C)"], FIRST
    while at <= LAST:
        warm = WARM_FROM <= at <= WARM_UNTIL
        c = -141.0 - (at.minute % 7) / 10 if warm else -184.0 - (at.hour % 5) / 10 - (at.minute // 5 % 4) / 10
        rows.append(f"{at:%Y-%m-%d %H:%M:%S},{c:.1f}")
        at += STEP
    return ("\n".join(rows) + "\n").encode()


def _every_four_hours(n: int, first: str, count: int) -> list[tuple[str, Scene]]:
    start = parse_iso(first)
    hours = timedelta(hours=4).total_seconds()
    return [(start.plus(seconds=k * hours - 300 * k).iso, read(n, f"-18{6 - k % 3}.{k}")) for k in range(count)]


SCENES: tuple[tuple[str, Scene], ...] = (
    ("2026-10-02T08:30:00+08:00", shippers_limited),
    ("2026-10-12T08:50:00+08:00", tank_b),
    ("2026-10-12T11:30:00+08:00", moved(6, f"{QUARANTINE}/01", "quarantine")),
    *_every_four_hours(8, "2026-10-14T19:00:00+08:00", 5),
    ("2026-10-15T13:40:00+08:00", _after(8, into_the_tank)),
    ("2026-10-22T10:00:00+08:00", moved(10, f"{TANK_B}/架1/01", "relocation")),
    ("2026-10-29T08:50:00+08:00", lid_left_open),
    ("2026-10-29T16:20:00+08:00", kept_closed),
    *_every_four_hours(15, "2026-10-29T20:10:00+08:00", 5),
)

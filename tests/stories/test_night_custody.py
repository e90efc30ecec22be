"""A product arrives at half past eleven at night; one pharmacist takes it into custody, and the record is signed."""

from __future__ import annotations

import makers

from cellguide import proof
from cellguide.acts import closing, walks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Change


def an_order(desk: Desk) -> dict[str, str]:
    at, who = desk.begin("place_order")
    order = {"state": "placed", "coi": "DEMO-24118", "patient": {"name": "演示患者", "latin": "DEMO Patient",
             "sex": "F", "birth_date": "1968-04-17", "numbers": [{"type": "inpatient", "value": "DEMO-2024"}]},
             "product_zh": "演示赛注射液", "product_en": "DEMO-CEL", "lot": "DEMO-L1"}  # fmt: skip
    shipment = {"order": "O-A-2026-000001", "waybill": "999-1234 5678", "shipper": "DEMO-SN-1", "state": "announced"}
    changes = [Change("order", "O-A-2026-000001", order), Change("shipment", "SH-A-2026-000001", shipment)]
    desk.write("place_order", changes, at=at, who=who)
    return {"order": "O-A-2026-000001", "shipment": "SH-A-2026-000001"}


def test_one_pharmacist_takes_a_night_delivery_into_custody(desk: Desk, clock: SetClock) -> None:
    clock.set("2026-11-22T23:30:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    run = walks.start_run(desk, "night-custody", an_order(desk))
    walks.answer_step(desk, run.id, "R-09", value={"text": "999-1234 5678", "how": "scanned"})
    for step, picture in (("R-12", b"seal"), ("R-16", b"display")):
        clock.move(seconds=40)
        parts = {"shown_c": "-182.0"} if step == "R-16" else {}
        walks.answer_step(desk, run.id, step, value=walks.photo(picture), parts=parts, blobs=(picture,))
    walks.answer_step(desk, run.id, "R-45", value="演示药库 1 号柜旁")
    run = walks.answer_step(desk, run.id, "R-46", value="2026-11-23T03:00:00+08:00")
    assert [str(item) for item in closing.closing_gate(desk, run, clock.now())] == []
    record = closing.close_run(desk, run.id)
    assert record == "R-A-2026-000001"
    held = desk.store.get("record", record)
    assert held.doc["required"] == ["performed", "reviewed"]
    assert [hit.id for hit in desk.store.search("演示患者", kinds=["record"])] == [record]
    verdict = proof.check({"A": (line for _, line in desk.store.entries())}, desk.store.blob)
    assert str(verdict) == "INTACT"

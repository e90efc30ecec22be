"""Shippers that stay closed, deliveries at night, and an engine that dies half-way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import receiving
from receiving import a_delivery, causes, open_house, states

import db
from cellguide import runs
from cellguide.acts import walks
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.hospital import Hospital
from cellguide.demo.people import PHARMACIST, PHARMACIST_2
from cellguide.desk import Desk


def test_night_custody_and_the_receipt_in_the_morning(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    clock.set("2026-10-16T23:30:00+08:00")
    case = a_delivery(house, 9)
    # One pharmacist alone: five answers, nothing opened.
    custody = receipts.night_custody(house, case)
    assert states(house, case) == {"pending"}
    at_night = house.desk.store.get("shipment", case.shipment.id)
    assert at_night is not None
    # In the morning the same shipment is received as any other, and nothing of it looks like a departure.
    clock.set("2026-10-17T08:10:00+08:00")
    record = receipts.receive(house, case)
    assert states(house, case) == {"accepted"}
    assert causes(house) == []
    held = {name: house.desk.store.get("record", name) for name in (custody, record)}
    assert [one.doc["state"] for one in held.values() if one is not None] == ["signed", "signed"]
    assert [one.doc["required"] for one in held.values() if one is not None] == [
        ["performed", "reviewed"],
        ["performed", "checked", "reviewed"],
    ]


def test_the_shipper_stays_closed_and_is_the_store(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    case = a_delivery(house, 8)
    record = receipts.kept_in_shipper(house, case)
    # Accepted without a cassette having been seen: no exposure, no cassette scan on the record.
    assert states(house, case) == {"accepted"}
    found = receiving.content(house, record)
    steps = {one["id"] for section in found["sections"] for one in section["steps"]}
    assert {"R-44", "R-45", "R-46"} <= steps
    assert not steps & {"R-26", "R-29", "R-38"}
    assert found["subject"]["containers"][0]["exposure_s"] is None
    assert causes(house) == []


@pytest.mark.req("REG-014")
def test_the_engine_dies_between_two_answers(tmp_path: Path, machine: db.Machine, clock: SetClock) -> None:
    path = tmp_path / "cellguide.db"
    store = db.open_store(path, machine, create=True)
    house = open_house(Desk(store, clock, pepper=machine.pepper, demo=True), clock)
    case = a_delivery(house)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    house.answer(run, "R-06", "20.9")
    house.answer(run, "R-26", None)
    before = walks.load_run(house.desk, run)
    # No goodbye: nothing is flushed, nobody signs out. What lies on the disk at this moment is all that is left.
    left = tmp_path / "left"
    left.mkdir()
    for name in ("cellguide.db", "cellguide.db-wal"):
        if (tmp_path / name).exists():
            shutil.copy(tmp_path / name, left)
    if (tmp_path / "cellguide.db.blobs").exists():
        shutil.copytree(tmp_path / "cellguide.db.blobs", left / "cellguide.db.blobs")
    store.close()
    again = db.open_store(left / "cellguide.db", machine)
    try:
        desk = Desk(again, clock, pepper=machine.pepper, demo=True)
        house = Hospital(desk, clock)
        house.sit(PHARMACIST)
        assert walks.load_run(desk, run) == before
        assert [name for name, _ in walks.open_runs(desk)] == [run]
        due = runs.next_step(before, walks.facts_of(desk, before, clock.now()), clock.now())
        assert due is not None and due.key.step == "R-27"
        # Ambient exposure has been counting since the shipper was opened, engine or no engine.
        clock.move(seconds=40)
        house.answer(run, "R-27", ["none"])
        house.answer(run, "R-28", "1")
        house.check(run, "R-28", "1", person=PHARMACIST_2)
        house.answer(run, "R-37", case.place, case.containers[0])
        exposure = walks.load_run(desk, run).current[runs.Key("R-38", case.containers[0])].value
        assert exposure == {"number": "85"}
        assert states(house, case) == {"pending"}
        assert receiving.intact(desk)
    finally:
        again.close()

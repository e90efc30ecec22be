"""The label names another expiry than the holder announced; and a walk keeps the checklist it began with."""

from __future__ import annotations

from datetime import date

import pytest
from receiving import a_delivery, causes, open_house, states, stopped_by

from cellguide.acts import gathering, orders, walks
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.hospital import Hospital
from cellguide.demo.people import PHARMACIST_2
from cellguide.desk import Desk
from cellguide.entry import Change
from cellguide.facts import SILENT
from cellguide.runs import Proof, Reason


@pytest.fixture
def house(bare_desk: Desk, clock: SetClock) -> Hospital:
    return open_house(bare_desk, clock)


def announced(house: Hospital, container: str, expiry: str) -> None:
    """The notice named another expiry for this one."""
    at, who = house.desk.begin("announce_shipment")
    house.desk.write("announce_shipment", [Change("container", container, {"expiry": expiry})], at=at, who=who)


def desk_reached(house: Hospital, case: receipts.Case, version: int | None = None) -> str:
    subjects = {"shipment": case.shipment.id, "order": case.order.id}
    run = walks.start_run(house.desk, "receipt", subjects, case.containers, version).id
    receipts.door(house, run, case)
    receipts.cold(house, run, case)
    return run


def test_a_label_that_names_another_day_is_held_until_the_holder_says_which(house: Hospital) -> None:
    case = a_delivery(house)
    run = desk_reached(house, case)
    receipts.desk_work(house, run, case, expiry="2027-07-30")
    receipts.file_in(house, run, case)
    assert stopped_by(house, run) == {"R-33": "held"}
    word = Proof(name="演示持有人质量 DEMO", at=house.clock.now().iso, case="DEMO-EXP-1")
    house.clear(run, "R-33", "持有人确认标签日期正确", (PHARMACIST_2,), proof=word)
    receipts.decide(house, run, "accept")
    assert states(house, case) == {"accepted"}
    assert causes(house) == ["expiry_differs"]
    # From now on the label's day is the container's; what was announced stays to be seen.
    held = house.desk.store.get("container", case.containers[0])
    assert held is not None
    assert (held.doc["expiry"], held.doc["notice_expiry"]) == ("2027-07-30", "2027-06-30")


def test_read_again_it_is_held_against_the_notice_not_against_the_first_reading(house: Hospital) -> None:
    case = a_delivery(house)
    run = desk_reached(house, case)
    house.answer(run, "R-33", "2027-07-30")
    assert stopped_by(house, run) == {"R-33": "held"}
    for label, stopped in (("2027-08-30", {"R-33": "held"}), ("2027-06-30", {})):
        walks.correct_answer(house.desk, run, "R-33", case.containers[0], label, reason=Reason("misread", "看错月份"))
        assert stopped_by(house, run) == stopped
    held = house.desk.store.get("container", case.containers[0])
    assert held is not None and held.doc["expiry"] == "2027-06-30"


def known(house: Hospital, run: str, name: str) -> str:
    return str(gathering.gather(house.desk, walks.load_run(house.desk, run), house.clock.now()).fact(name))


def test_a_notice_of_a_month_means_its_last_day_and_the_earliest_of_several_counts(house: Hospital) -> None:
    case = a_delivery(house, bags=2)
    announced(house, case.containers[0], "2027-06")
    run = receipts.start(house, case)
    house.answer(run, "R-09", {"text": case.shipment.waybill, "how": "scanned"})
    house.answer(run, "R-33", "2027-06-30")
    assert stopped_by(house, run) == {}
    other = a_delivery(house, 2, bags=2)
    announced(house, other.containers[1], "2027-05")
    assert known(house, receipts.start(house, other), "shipment.expires_on") == "2027-05-31"
    third = a_delivery(house, 3)
    announced(house, third.containers[0], "")
    assert known(house, receipts.start(house, third), "shipment.expires_on") == str(SILENT)


def test_the_second_part_of_a_split_dose_after_the_expiry_is_shown(house: Hospital) -> None:
    case = a_delivery(house, bags=2)
    for n, day in ((1, "2026-10-28"), (2, "2027-07-15")):
        orders.plan_dose(house.desk, case.order.id, n, date.fromisoformat(day), reason="分次回输")
    run = receipts.start(house, case)
    house.answer(run, "R-09", {"text": case.shipment.waybill, "how": "scanned"})
    house.answer(run, "R-33", "2027-06-30")
    walk = walks.load_run(house.desk, run)
    [verdict] = [held.verdict for key, held in walk.standing.items() if key.step == "R-33"]
    assert (verdict.level, verdict.limit) == ("warn", "order.planned_last_on = 2027-07-15")


def test_a_walk_keeps_the_checklist_that_it_began_with(house: Hospital) -> None:
    case = a_delivery(house)
    run = desk_reached(house, case, version=1)
    house.answer(run, "R-33", "2027-07-30")
    assert walks.load_run(house.desk, run).template.version == 1
    assert stopped_by(house, run) == {}, "version 1 did not ask what the notice said"

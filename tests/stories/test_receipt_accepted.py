"""Receipts that end in acceptance: the plain one, several containers, initials on the label, two at once, a pause."""

from __future__ import annotations

import pytest
import receiving
from receiving import a_delivery, acts_of, causes, open_house, states, stopped_by, walk_up_to_the_decision

from cellguide.acts import walks
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.hospital import picture
from cellguide.demo.people import NURSE, PHARMACIST, PHARMACIST_2, PHARMACIST_3, PHYSICIAN
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from cellguide.runs import Reason


@pytest.mark.req("REG-008")
def test_a_clean_receipt_asks_little_of_two_people(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    counted = {}
    for n, bags in ((1, 1), (2, 2)):
        # A shipper comes; two pharmacists take it in, agree to accept, and sign.
        case = a_delivery(house, n, bags=bags)
        run = walk_up_to_the_decision(house, case)
        assert states(house, case) == {"pending"}
        receipts.decide(house, run, "accept")
        record = house.close(run)
        house.sign(record, receipts.SIGNERS)
        # The containers are accepted, nothing is open, and each did no more than is needed.
        assert states(house, case) == {"accepted"}
        counted[bags] = acts_of(house, PHARMACIST, run, record), acts_of(house, PHARMACIST_2, run, record)
    first, second = counted[1]
    assert (first, second) == (26, 8)
    assert counted[2] == (first + 3, second)
    assert causes(house) == []
    assert receiving.intact(house.desk)
    # What an inspector asks of an acceptance record stands on it, besides lot, expiry and conclusion.
    told = {one["zh"]: one["text"] for one in receiving.content(house, record)["subject"]["acceptance"]}
    assert told["批准文号"] and told["供货单位"] and told["运输方式"]


def test_initials_on_the_label_are_the_name_in_another_form(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    # The second product prints initials; two pharmacists verify its profile first.
    from cellguide.demo.month import profile_verified

    profile_verified(house)
    case = a_delivery(house, 4, "sample-cel")
    run = walk_up_to_the_decision(house, case)
    assert stopped_by(house, run) == {}
    receipts.decide(house, run, "accept")
    assert states(house, case) == {"accepted"}
    record = house.close(run)
    assert receiving.printed(house, record, "R-30")["text"]["zh"] == case.order.patient.initials


def test_the_holder_s_operator_handles_it_and_a_pharmacist_stands_by(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    case = a_delivery(house)
    operator = "演示持有人操作人员 DEMO-OP-1"
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    # A nurse enters what the holder's engineer does: that alone is nobody's supervision.
    house.sit(NURSE)
    receipts.cold(house, run, case, performer=operator)
    house.sit(PHARMACIST)
    receipts.desk_work(house, run, case)
    receipts.file_in(house, run, case)
    with pytest.raises(Refusal) as refused:
        house.answer(run, "R-40", "accept")
    assert [(item.what, item.key.step) for item in refused.value.facts["missing"]] == [("unchecked", "R-29")]
    # The pharmacist who stood beside them says so.
    house.check(run, "R-29", None, case.containers[0])
    receipts.decide(house, run, "accept")
    record = house.close(run)
    assert receiving.printed(house, record, "R-29")["performer"] == operator


def test_a_conditional_release_needs_the_physician(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case, status="conditional")
    # Sterility is outstanding: it is held, and the pharmacist alone cannot go on.
    assert stopped_by(house, run) == {"R-23": "held"}
    with pytest.raises(Refusal, match=r"run\.roles"):
        house.clear(run, "R-23", "无菌检查未出结果", (PHARMACIST_2,))
    house.clear(run, "R-23", "医师知悉并同意按条件放行使用", (PHYSICIAN,))
    receipts.decide(house, run, "accept")
    assert states(house, case) == {"accepted"}
    # It is a deviation all the same, and the record says who allowed it.
    assert causes(house) == ["conditional"]
    record = house.close(run)
    assert [one["role"] for one in receiving.content(house, record)["clearances"][0]["people"]] == ["physician"]


def test_another_pharmacist_takes_over_after_a_pause(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    case = a_delivery(house)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    receipts.cold(house, run, case)
    walks.note(house.desk, run, "pause", "交班，等待药师丙")
    house.clock.move(minutes=40)
    house.sit(PHARMACIST_3)
    walks.note(house.desk, run, "resume", "药师丙接手")
    receipts.desk_work(house, run, case)
    receipts.file_in(house, run, case)
    receipts.decide(house, run, "accept")
    record = house.close(run)
    # Each answer says who gave it.
    assert receiving.printed(house, record, "R-37")["person"]["id"] == PHARMACIST
    assert receiving.printed(house, record, "R-32")["person"]["id"] == PHARMACIST_3
    assert states(house, case) == {"accepted"}


def test_two_deliveries_at_once_do_not_touch_each_other(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    one, other = a_delivery(house, 1), a_delivery(house, 2)
    first, second = receipts.start(house, one), receipts.start(house, other)
    receipts.door(house, first, one)
    receipts.door(house, second, other)
    receipts.cold(house, second, other)
    assert (states(house, one), states(house, other)) == ({"arrived"}, {"pending"})
    receipts.cold(house, first, one)
    for run, case in ((second, other), (first, one)):
        receipts.desk_work(house, run, case)
        receipts.file_in(house, run, case)
        receipts.decide(house, run, "accept")
        house.close(run)
    assert states(house, one) == states(house, other) == {"accepted"}
    assert causes(house) == []


def test_a_nurse_as_second_person_may_agree_on_the_decision(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    house.answer(run, "R-40", "accept")
    # The pharmacist decided; the second person, whoever they are, found the same.
    house.check(run, "R-40", "accept", person=NURSE)
    assert states(house, case) == {"accepted"}


@pytest.mark.req("REG-033")
def test_a_slip_taken_back_within_ten_seconds_stays_visible(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    case = a_delivery(house)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    house.answer(run, "R-06", "29.0")
    house.clock.move(seconds=6)
    walks.correct_answer(house.desk, run, "R-06", None, "20.9", reason=Reason("slip"))
    # Later than that it wants words.
    house.clock.move(seconds=30)
    with pytest.raises(Refusal, match=r"run\.slip_over"):
        walks.correct_answer(house.desk, run, "R-06", None, "20.8", reason=Reason("slip"))
    house.answer(run, "R-26", None)
    house.answer(run, "R-27", ["none"])
    house.answer(run, "R-28", "1")
    house.check(run, "R-28", "1")
    data = picture(150)
    house.answer(
        run,
        "R-29",
        {"text": case.order.coi, "how": "scanned"},
        case.containers[0],
        parts={"label": walks.photo(data)},
        blobs=(data,),
    )
    house.answer(run, "R-37", case.place, case.containers[0])
    receipts.desk_work(house, run, case)
    receipts.file_in(house, run, case)
    receipts.decide(house, run, "accept")
    record = house.close(run)
    [change] = receiving.printed(house, record, "R-06")["changes"]
    assert (change["old"]["zh"], change["new"]["zh"]) == ("29.0 % O2", "20.9 % O2")
    assert causes(house) == []


@pytest.mark.req("REG-026")
def test_an_entry_made_afterwards_says_so(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    case = a_delivery(house)
    run = receipts.start(house, case)
    opened = house.clock.now()
    house.clock.move(minutes=25)
    house.answer(run, "R-09", {"text": case.shipment.waybill, "how": "scanned"}, event_at=opened)
    answered = next(one for one in walks.load_run(house.desk, run).answers if one.key.step == "R-09")
    assert answered.late == "late"
    assert answered.event_at == opened.iso
    # The container arrived when it arrived, not when somebody typed it.
    held = house.desk.store.get("shipment", case.shipment.id)
    assert held is not None and held.doc["arrived_at"] == opened.iso

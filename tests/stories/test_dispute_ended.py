"""A label in dispute is held at receipt and ends later, from the same record: put right and accepted, or never."""

from __future__ import annotations

from dataclasses import replace

import pytest
import receiving
from receiving import a_delivery, open_house, states

from cellguide.acts import closing, orders, walks
from cellguide.acts import receiving as receipt_acts
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.hospital import Hospital
from cellguide.demo.people import PHARMACIST, PHARMACIST_2, PHYSICIAN, QUALITY
from cellguide.desk import Desk
from cellguide.orders import Again
from cellguide.refusal import Refusal
from cellguide.runs import Proof, Reason


@pytest.fixture
def house(bare_desk: Desk, clock: SetClock) -> Hospital:
    return open_house(bare_desk, clock)


def disputed(house: Hospital, name: str) -> tuple[receipts.Case, str]:
    """A receipt whose label says another name than the order; in dispute, held, closed and signed."""
    case = a_delivery(house)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    receipts.cold(house, run, case)
    on_label = replace(case, order=replace(case.order, patient=replace_name(case, name)))
    receipts.desk_work(house, run, on_label)
    receipts.file_in(house, run, case)
    receipt_acts.open_dispute(house.desk, run, "R-30", None, "重读照片后姓名仍与订单不同")
    receipts.decide(house, run, "hold", contact="等待持有人质量部书面答复")
    record = house.close(run)
    house.sign(record, receipts.SIGNERS)
    assert states(house, case) == {"locked"}
    house.clock.move(hours=30)
    house.sit(PHARMACIST)
    return case, record


def replace_name(case: receipts.Case, name: str) -> object:
    return case.order.patient._replace(name=name)


@pytest.mark.req("REG-033")
def test_an_order_that_was_wrong_is_put_right_and_the_dispute_ends_in_acceptance(house: Hospital) -> None:
    case, record = disputed(house, "演示患者嘉")
    # The admission desk and the holder's quality unit say in writing: the label is right, the order was mistyped.
    right = case.order.patient._replace(name="演示患者嘉")
    orders.change_order(house.desk, case.order.id, {"patient": right}, "姓名录入错误，持有人书面确认标签属实")
    second = house.actor(PHARMACIST_2)
    number = case.order.patient.numbers[0].value
    orders.verify_order(house.desk, case.order.id, Again(case.order.coi, right.birth_date, number), second)
    receipts.decide_again(house, record, "持有人质量部书面确认标签属实")
    assert states(house, case) == {"accepted"}
    found = receiving.content(house, record)
    assert found["version"] == 2
    assert "重读照片后姓名仍与订单不同" in receiving.printed(house, record, "R-30")["comment"]
    assert receiving.intact(house.desk)


def test_another_persons_label_is_never_accepted_whoever_signs(house: Hospital) -> None:
    case, record = disputed(house, "演示患者乙")
    run = closing.amend_record(house.desk, record, "持有人已答复").id
    word = Proof(name="演示持有人质量部", at=house.clock.now().iso, case="DEMO-C-30")
    with pytest.raises(Refusal, match=r"run\.hard_stop"):
        house.clear(run, "R-30", "四方书面同意", (PHYSICIAN, PHARMACIST_2, QUALITY), proof=word)
    with pytest.raises(Refusal) as refused:
        walks.correct_answer(house.desk, run, "R-40", None, "accept", reason=Reason("late_news", "四方书面同意"))
    assert "R-30" in [item.key.step for item in refused.value.facts["missing"]]
    # What is left is to refuse it, and that is done from the same record.
    walks.correct_answer(house.desk, run, "R-40", None, "reject", reason=Reason("late_news", "标签属于他人，拒收"))
    house.check(run, "R-40", "reject")
    house.close(run)
    assert states(house, case) == {"rejected"}

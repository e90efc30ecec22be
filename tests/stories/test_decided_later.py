"""A product that could only be held at receipt is accepted once what was missing is there: the next version."""

from __future__ import annotations

import io

import pikepdf
import pytest
import receiving
from receiving import a_delivery, open_house, states

from cellguide import runs
from cellguide.acts import closing, prints, records, walks
from cellguide.clock import SetClock
from cellguide.demo import month, receipts
from cellguide.demo.hospital import Hospital
from cellguide.demo.people import PHARMACIST, PHARMACIST_2, PHYSICIAN, QUALITY
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from cellguide.runs import Proof, Reason


@pytest.fixture
def house(bare_desk: Desk, clock: SetClock) -> Hospital:
    return open_house(bare_desk, clock)


def held_for_its_profile(house: Hospital) -> tuple[receipts.Case, str]:
    """A delivery of a product whose profile nobody has verified: signed as held, in the cold."""
    case = a_delivery(house, 3, "sample-cel")
    record = receipts.receive(house, case, "hold", contact="品种档案待核实")
    assert states(house, case) == {"locked"}
    house.clock.move(hours=20)
    house.sit(PHARMACIST)
    return case, record


@pytest.mark.req("REG-033")
def test_a_product_held_for_its_draft_profile_is_accepted_when_it_is_verified(house: Hospital) -> None:
    case, record = held_for_its_profile(house)
    first = prints.paper(house.desk, record)
    # As long as nobody has compared the profile with the insert, deciding again changes nothing.
    run = closing.amend_record(house.desk, record, "重新处置").id
    with pytest.raises(Refusal) as refused:
        walks.correct_answer(house.desk, run, "R-40", None, "accept", reason=Reason("late_news", "希望现在验收"))
    assert "R-03" in [item.key.step for item in refused.value.facts["missing"]]
    closing.leave_amendment(house.desk, run)
    # Two pharmacists verify it. The same record is decided again, and its walk knows it.
    month.profile_verified(house)
    house.sit(PHARMACIST)
    receipts.decide_again(house, record, "档案已由两名药师核实")
    assert states(house, case) == {"accepted"}
    found = receiving.content(house, record)
    assert (found["version"], found["decision"]["code"], found["amends"]["version"]) == (2, "accept", 1)
    assert receiving.printed(house, record, "R-40")["changes"][0]["reason"] == "档案已由两名药师核实"
    with pikepdf.open(io.BytesIO(prints.paper(house.desk, record))) as pdf:
        assert first in [file.get_file().read_bytes() for file in pdf.attachments.values()]
    assert receiving.intact(house.desk)


def test_a_record_that_is_taken_up_and_left_stands_as_it_was(house: Hospital) -> None:
    case, record = held_for_its_profile(house)
    run = closing.amend_record(house.desk, record, "想再看一眼").id
    with pytest.raises(Refusal, match=r"run\.not_closed"):
        closing.amend_record(house.desk, record, "同时再开一次")
    with pytest.raises(Refusal, match=r"record\.nothing_amended|run\.unfinished"):
        closing.close_run(house.desk, run)
    with pytest.raises(Refusal, match=r"run\.amended"):
        closing.abort_run(house.desk, run, "不想要这次核对")
    closing.leave_amendment(house.desk, run)
    held = house.desk.store.get("record", record)
    assert held is not None
    assert (held.doc["number"], held.doc["state"]) == (1, "signed")
    assert states(house, case) == {"locked"}
    assert [name for name, _ in walks.open_runs(house.desk)] == []


def test_what_was_answered_since_cannot_be_dropped(house: Hospital) -> None:
    _, record = held_for_its_profile(house)
    run = closing.amend_record(house.desk, record, "有效期再核对").id
    read = house.first(run, "R-33")
    walks.correct_answer(house.desk, run, "R-33", read, "2027-05-30", reason=Reason("misread", "看错一位"))
    with pytest.raises(Refusal, match=r"run\.amended"):
        closing.leave_amendment(house.desk, run)


def test_a_voided_record_and_one_of_no_walk_are_not_taken_up(house: Hospital) -> None:
    _, record = held_for_its_profile(house)
    records.void_record(house.desk, record, "登记到了别的患者名下")
    records.draw_record(house.desk, record)
    records.sign_record(house.desk, record, "voided", house.proof(PHARMACIST))
    with pytest.raises(Refusal, match=r"record\.not_signed"):
        closing.amend_record(house.desk, record, "再想一次")
    with pytest.raises(Refusal, match=r"reason\.short"):
        closing.amend_record(house.desk, record, "x")


def test_a_walk_begun_by_mistake_ends_without_a_record(house: Hospital) -> None:
    case = a_delivery(house)
    run = receipts.start(house, case)
    closing.abort_run(house.desk, run, "点错了到货")
    assert walks.open_runs(house.desk) == []
    with pytest.raises(Refusal, match=r"run\.not_open"):
        house.answer(run, "R-09", case.shipment.waybill)
    assert house.desk.store.find("record") == []


def test_an_override_of_the_first_version_still_holds_in_the_second(house: Hospital) -> None:
    case = a_delivery(house)
    run = receiving.walk_up_to_the_decision(house, case, status="oos")
    people, word = (PHYSICIAN, PHARMACIST_2, QUALITY), Proof(name="演示持有人", at=house.clock.now().iso, case="DEMO-C")
    house.clear(run, "R-23", "放行检验结果待定，医师知情", people, proof=word)
    receipts.decide(house, run, "hold", contact="等待持有人确认")
    record = house.close(run)
    house.sign(record, receipts.SIGNERS)
    house.sit(PHARMACIST)
    again = closing.amend_record(house.desk, record, "持有人已确认")
    assert "R-23" not in {stop.key.step for stop in runs.open_stops(again)}

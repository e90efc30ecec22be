"""Receipts that cannot be accepted, or not yet. The product is in the cold all the while; nothing is ever lost."""

from __future__ import annotations

import pytest
import receiving
from receiving import a_delivery, causes, open_house, states, stopped_by, walk_up_to_the_decision

from cellguide import runs
from cellguide.acts import closing, orders, products, shipments, staff, walks
from cellguide.acts.reinstating import reinstate_container
from cellguide.clock import SetClock
from cellguide.demo import month, receipts
from cellguide.demo.hospital import Hospital, picture
from cellguide.demo.people import ADMIN, NURSE, PHARMACIST, PHARMACIST_2, PHYSICIAN, QUALITY
from cellguide.desk import Desk
from cellguide.orders import Again
from cellguide.refusal import Refusal
from cellguide.runs import Proof, Reason


@pytest.fixture
def house(bare_desk: Desk, clock: SetClock) -> Hospital:
    return open_house(bare_desk, clock)


def cannot_be_accepted(house: Hospital, run: str) -> list[str]:
    """Try; returns the steps that stand in the way."""
    with pytest.raises(Refusal) as refused:
        house.answer(run, "R-40", "accept")
    assert refused.value.code == "run.gate"
    return [item.key.step for item in refused.value.facts["missing"]]


def test_a_draft_profile_stops_acceptance_and_not_receipt(house: Hospital) -> None:
    case = a_delivery(house, 3, "sample-cel")
    run = walk_up_to_the_decision(house, case)
    # Nobody has compared the profile with the insert: it is in the cold, in quarantine, and cannot be accepted.
    assert states(house, case) == {"pending"}
    assert "R-03" in cannot_be_accepted(house, run)
    receipts_open = {str(one.doc["cause"]): str(one.doc["severity"]) for one in house.desk.store.find("deviation")}
    assert receipts_open.get("profile", "minor") == "minor", "a draft on day one is no critical deviation"
    # Two pharmacists verify it while the walk is open; the same walk can now go on.
    month.profile_verified(house)
    assert "R-03" not in stopped_by(house, run)
    receipts.decide(house, run, "accept")
    assert states(house, case) == {"accepted"}


@pytest.mark.req("REG-019")
def test_a_product_on_the_dock_before_its_order_is_complete_is_taken_in(house: Hospital) -> None:
    case = a_delivery(house, 13, provisional=True)
    run = walk_up_to_the_decision(house, case)
    assert states(house, case) == {"pending"}
    assert "R-01" in cannot_be_accepted(house, run)
    receipts.decide(house, run, "hold", contact="订单待补全，先入待验")
    house.close(run)
    assert states(house, case) == {"locked"}


def test_a_wrong_lot_is_never_accepted_and_cold_all_the_while(house: Hospital) -> None:
    case = a_delivery(house, 6)
    run = walk_up_to_the_decision(house, case, lot="DC260960")
    assert stopped_by(house, run) == {"R-32": "hard"}
    assert cannot_be_accepted(house, run) == ["R-32"]
    # Nobody can talk it away.
    with pytest.raises(Refusal, match=r"run\.hard_stop"):
        house.clear(run, "R-32", "持有人电话说可以", (PHARMACIST_2, QUALITY))
    assert states(house, case) == {"pending"}
    receipts.decide(house, run, "hold", contact="批号不一致，已请持有人书面确认")
    assert states(house, case) == {"locked"}
    assert causes(house) == ["identity"]
    record = house.close(run)
    assert receiving.printed(house, record, "R-32")["verdict"]["limit"]["en"] == f"= {case.shipment.lot}"


def test_out_of_specification_needs_three_people_and_the_holder_s_word(house: Hospital) -> None:
    case = a_delivery(house)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    receipts.cold(house, run, case)
    receipts.desk_work(house, run, case, status="oos")
    receipts.file_in(house, run, case)
    # The holder's risk evaluation is part of the answer.
    letter = b"%PDF-DEMO risk evaluation"
    parts = {"tests": "细胞活率 68 %（标准 ≥ 70 %）", "risk_letter": walks.photo(letter)}
    told = Reason("late_news", "持有人风险评估函已到")
    walks.correct_answer(house.desk, run, "R-23", None, "oos", reason=told, parts=parts, blobs=(letter,))
    house.check(run, "R-23", None)
    assert stopped_by(house, run) == {"R-23": "held"}
    word = Proof(name="演示持有人质量 DEMO", at=house.clock.now().iso, case="DEMO-OOS-1")
    with pytest.raises(Refusal, match=r"run\.roles"):
        house.clear(run, "R-23", "患者病情需要", (PHYSICIAN, PHARMACIST_2), proof=word)
    with pytest.raises(Refusal, match=r"run\.proof"):
        house.clear(run, "R-23", "患者病情需要", (PHYSICIAN, PHARMACIST_2, QUALITY))
    house.clear(run, "R-23", "患者病情需要，家属知情", (PHYSICIAN, PHARMACIST_2, QUALITY), proof=word)
    receipts.decide(house, run, "accept")
    assert states(house, case) == {"accepted"}
    assert causes(house) == ["oos"]
    record = house.close(run)
    [cleared] = receiving.content(house, record)["clearances"]
    assert {one["role"] for one in cleared["people"]} == {"physician", "pharmacist", "quality"}
    assert "DEMO-OOS-1" in cleared["proof"]


def test_one_warm_shipper_is_one_deviation(house: Hospital) -> None:
    case = a_delivery(house, 5, warm_c="-141.0")
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    # The display shows it, the file shows it, and the cassette stood outside for too long on top.
    shown = picture(121)
    walks.correct_answer(
        house.desk, run, "R-16", None, walks.photo(shown), reason=Reason("look_again", "显示温度补录"),
        parts={"shown_c": "-141.0"}, blobs=(shown,),
    )  # fmt: skip
    house.answer(run, "R-06", "20.9")
    house.answer(run, "R-26", None)
    house.clock.move(minutes=6)
    house.answer(run, "R-27", ["none"])
    house.answer(run, "R-28", "1")
    house.check(run, "R-28", "1")
    label = picture(160)
    scanned = {"text": case.order.coi, "how": "scanned"}
    house.answer(run, "R-29", scanned, case.containers[0], parts={"label": walks.photo(label)}, blobs=(label,))
    house.answer(run, "R-37", case.place, case.containers[0])
    receipts.desk_work(house, run, case)
    receipts.file_in(house, run, case)
    assert {"R-16", "R-19", "R-38"} <= set(stopped_by(house, run))
    assert causes(house) == ["warm"]
    # One override with everybody it needs and the holder's word covers all of it.
    word = Proof(name="演示持有人质量 DEMO", at=house.clock.now().iso, case="DEMO-WARM-1")
    house.clear(run, "R-19", "持有人书面确认可用", (PHARMACIST_2, QUALITY), proof=word)
    assert stopped_by(house, run) == {}
    assert causes(house) == ["warm"]


@pytest.mark.req("REG-008")
def test_the_second_person_reads_something_else(house: Hospital) -> None:
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    house.answer(run, "R-40", "accept")
    # The second person, not seeing the first one's answer, would hold it.
    house.check(run, "R-40", "hold")
    assert states(house, case) == {"pending"}
    assert stopped_by(house, run) == {"R-40": "hard"}
    # The first looks again and sees why; both say hold.
    walks.correct_answer(house.desk, run, "R-40", None, "hold", reason=Reason("look_again", "标签有污渍，先锁定"))
    house.check(run, "R-40", "hold")
    assert states(house, case) == {"locked"}


def test_nobody_checks_themselves(house: Hospital) -> None:
    case = a_delivery(house)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    house.answer(run, "R-28", "1")
    with pytest.raises(Refusal, match=r"run\.same_person"):
        house.check(run, "R-28", "1", person=PHARMACIST)


def test_an_expiry_on_the_label_that_is_earlier_than_announced_counts(house: Hospital) -> None:
    case = a_delivery(house)
    # The label says a day before the planned infusion; the notice had said next June.
    run = walk_up_to_the_decision(house, case, expiry="2026-10-27")
    assert stopped_by(house, run) == {"R-33": "held"}
    held = house.desk.store.get("container", case.containers[0])
    assert held is not None and held.doc["expiry"] == "2026-10-27"


def test_training_that_has_run_out_holds(house: Hospital) -> None:
    house.sit(QUALITY)
    staff.record_training(house.desk, PHARMACIST_2, "*", "*", "2026-10-06")
    house.clock.move(hours=48)
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    assert stopped_by(house, run) == {"R-04": "held"}
    # At night a physician signs for it; the quality officer finds the deviation.
    house.clear(run, "R-04", "夜间无其他受训人员", (PHYSICIAN,))
    receipts.decide(house, run, "accept")
    assert states(house, case) == {"accepted"}
    assert causes(house) == ["training"]


@pytest.mark.parametrize(("decision", "state"), [("accept", "accepted"), ("hold", "locked"), ("reject", "rejected")])
def test_a_decision_moves_the_containers(house: Hospital, decision: str, state: str) -> None:
    case = a_delivery(house, bags=2)
    run = walk_up_to_the_decision(house, case)
    house.answer(run, "R-40", decision)
    # One person's word moves nothing.
    assert states(house, case) == {"pending"}
    house.check(run, "R-40", decision)
    assert states(house, case) == {state}


def test_a_decision_may_be_changed_while_the_walk_is_open(house: Hospital) -> None:
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    receipts.decide(house, run, "hold", contact="等待持有人确认")
    assert states(house, case) == {"locked"}
    # The holder rings back: all is well. Both decide anew, and the container is no longer held.
    walks.correct_answer(house.desk, run, "R-40", None, "accept", reason=Reason("late_news", "持有人已书面确认"))
    assert states(house, case) == {"locked"}
    house.check(run, "R-40", "accept")
    assert states(house, case) == {"accepted"}


def test_a_rejection_is_taken_back_by_two_before_anybody_can_accept(house: Hospital) -> None:
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    receipts.decide(house, run, "reject", contact="持有人召回本批")
    assert states(house, case) == {"rejected"}
    # The holder recalls its recall. The decision alone cannot bring it back, and the first person is told so.
    withdrawn = Reason("late_news", "持有人撤回召回")
    with pytest.raises(Refusal, match=r"run\.rejected") as refused:
        walks.correct_answer(house.desk, run, "R-40", None, "accept", reason=withdrawn)
    assert refused.value.facts["containers"] == case.containers[0]
    # A pharmacist and a quality officer take the rejection back; the bag is judged anew, by this walk's decision.
    proofs = house.proof(PHARMACIST), house.proof(QUALITY)
    reinstate_container(house.desk, case.containers[0], "持有人撤回召回，来函存档", *proofs)
    assert states(house, case) == {"pending"}
    assert "reinstated" in causes(house)
    walks.correct_answer(house.desk, run, "R-40", None, "accept", reason=withdrawn)
    assert states(house, case) == {"pending"}
    house.check(run, "R-40", "accept")
    assert states(house, case) == {"accepted"}


def test_a_rejection_in_a_signed_record_is_taken_back_and_the_record_amended(house: Hospital) -> None:
    case = a_delivery(house)
    record = receipts.receive(house, case, "reject", contact="批号看错")
    house.sit(PHARMACIST)
    proofs = house.proof(PHARMACIST), house.proof(QUALITY)
    reinstate_container(house.desk, case.containers[0], "批号看错，复核无误", *proofs)
    assert states(house, case) == {"pending"}
    run = closing.amend_record(house.desk, record, "批号看错，复核无误").id
    again = Reason("look_again", "批号看错，复核无误")
    walks.correct_answer(house.desk, run, "R-40", None, "accept", reason=again)
    house.check(run, "R-40", "accept")
    assert states(house, case) == {"accepted"}


def test_an_order_that_is_changed_meanwhile_is_noticed(house: Hospital) -> None:
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    assert stopped_by(house, run) == {}
    # The ward finds that the COI was typed wrong in the order; what was read now equals nothing.
    orders.change_order(house.desk, case.order.id, {"coi": "DEMO-24199999"}, "身份链编号录入有误")
    assert {"R-01", "R-22", "R-29"} <= set(stopped_by(house, run))
    settled = [one for one in receiving.entries(house) if one["act"] == "settle_run" and one["ver"] == 1]
    assert {one["actor"] for one in settled} == {"station"}
    assert "R-22" in cannot_be_accepted(house, run)
    assert states(house, case) == {"pending"}
    # It was the change that was wrong. Put right and verified again, the walk stands as it stood.
    orders.change_order(house.desk, case.order.id, {"coi": case.order.coi}, "更正有误，改回原编号")
    number = case.order.patient.numbers[0].value
    again = Again(case.order.coi, case.order.patient.birth_date, number)
    orders.verify_order(house.desk, case.order.id, again, house.actor(PHARMACIST_2))
    assert stopped_by(house, run) == {}
    receipts.decide(house, run, "accept")
    assert states(house, case) == {"accepted"}


def test_an_order_that_is_replaced_takes_its_walk_along(house: Hospital) -> None:
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    new = orders.replace_order(
        house.desk, case.order.id, receipts.new_order(1, "demo-cel", "2026-10-28", 1), "患者录入有误"
    )
    # The new order is nobody's verified one yet.
    assert walks.load_run(house.desk, run).subjects["order"] == new.id
    assert stopped_by(house, run) == {"R-01": "hard"}
    again = Again(new.coi, new.patient.birth_date, new.patient.numbers[0].value)
    orders.verify_order(house.desk, new.id, again, house.actor(PHARMACIST_2))
    assert stopped_by(house, run) == {}


def test_a_notice_that_is_put_right_is_noticed(house: Hospital) -> None:
    case = a_delivery(house, 6)
    run = walk_up_to_the_decision(house, case, lot="DC260960")
    assert stopped_by(house, run) == {"R-32": "hard"}
    # The holder sends a corrected notice: the lot on the label was right.
    shipments.change_shipment(house.desk, case.shipment.id, {"lot": "DC260960"}, "持有人更正通知")
    assert stopped_by(house, run) == {}
    # That the lot once was not the announced one stays a deviation.
    assert causes(house) == ["identity"]


def test_a_profile_put_under_review_stops_the_walk_that_is_open(house: Hospital) -> None:
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    products.put_under_review(house.desk, "demo-cel", "标签印示温度与说明书不同")
    assert stopped_by(house, run) == {"R-03": "hard"}


def test_an_answer_that_a_rule_stops_is_still_kept(house: Hospital) -> None:
    case = a_delivery(house)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    # Too little oxygen: everybody out. The shipper was opened nevertheless, and that is written down.
    house.answer(run, "R-06", "18.2")
    house.answer(run, "R-26", None)
    assert stopped_by(house, run)["R-06"] == "hard"
    assert runs.check_state(walks.load_run(house.desk, run), runs.Key("R-26")) == "none"
    walks.correct_answer(house.desk, run, "R-06", None, "20.8", reason=Reason("remeasured", "通风后重测"))
    assert "R-06" not in stopped_by(house, run)
    assert causes(house) == ["oxygen"]


def test_a_nurse_cannot_accept_alone_with_another_nurse(house: Hospital) -> None:
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    house.sit(NURSE)
    house.answer(run, "R-40", "accept")
    # Who must come now is said at once; the physician is not even asked.
    waiting = walks.load_run(house.desk, run)
    decision = next(key for key, step in waiting.questions() if step.id == "R-40")
    assert runs.second_must_be(waiting, decision) == {"pharmacist"}
    assert [due.key.step for due in runs.checks_due(waiting, PHYSICIAN, "physician")] == []
    assert [due.key.step for due in runs.checks_due(waiting, PHARMACIST_2, "pharmacist")] == ["R-40"]
    with pytest.raises(Refusal, match=r"run\.decider"):
        house.check(run, "R-40", "accept", person=PHYSICIAN)
    assert states(house, case) == {"pending"}
    house.check(run, "R-40", "accept")
    assert states(house, case) == {"accepted"}


def test_two_nurses_at_night_may_lock_it_but_a_pharmacist_of_yesterday_lends_them_no_name(house: Hospital) -> None:
    case = a_delivery(house)
    run = walk_up_to_the_decision(house, case)
    house.sit(NURSE)
    house.answer(run, "R-40", "hold")
    house.check(run, "R-40", "hold", person=PHARMACIST_2)
    assert states(house, case) == {"locked"}
    walks.correct_answer(house.desk, run, "R-40", None, "accept", reason=Reason("late_news", "持有人已确认"))
    with pytest.raises(Refusal, match=r"run\.decider"):
        house.check(run, "R-40", "accept", person=PHYSICIAN)
    assert states(house, case) == {"locked"}


def test_the_second_person_needs_a_right_of_their_own(house: Hospital) -> None:
    case = a_delivery(house)
    run = receipts.start(house, case)
    house.answer(run, "R-28", "1")
    for actor, code in (
        (house.actor(ADMIN), "session.role"),
        (house.actor(NURSE)._replace(role="pharmacist"), "session.left"),
    ):
        with pytest.raises(Refusal) as refused:
            walks.check_step(house.desk, run, "R-28", None, "1", by=actor)
        assert refused.value.code == code
    gone = house.actor(PHARMACIST_2)
    house.sit(ADMIN)
    staff.person_leaves(house.desk, PHARMACIST_2, "调离本院")
    house.sit(PHARMACIST)
    with pytest.raises(Refusal, match=r"session\.left"):
        walks.check_step(house.desk, run, "R-28", None, "1", by=gone)
    with pytest.raises(Refusal, match=r"session\.left"):
        walks.answer_step(house.desk, run, "R-06", None, "20.9", by=gone)
    assert walks.load_run(house.desk, run).checks == ()

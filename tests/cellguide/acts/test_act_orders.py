"""Stories of orders: typed, verified blind by another person, wrong and replaced, provisional, cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import makers
import order_makers as make
import pytest

from cellguide import orders
from cellguide.acts import containers, deviations, shipments
from cellguide.acts import orders as acts
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.orders import Again, Evidence, Order
from cellguide.patients import Number, Patient
from cellguide.refusal import Refusal
from cellguide.shipments import Announced, Shipment

RIGHT = Again("DC-24097-ZXM", "1980-05-17", "M0012345")


def placed(desk: Desk) -> Order:
    return acts.place_order(desk, make.ORDER)


def verified(desk: Desk) -> Order:
    return acts.verify_order(desk, placed(desk).id, RIGHT, second=make.PHARMACIST_2)


def stored(desk: Desk, order: str) -> list[str]:
    """Two bags announced, arrived and in the cold."""
    held = shipments.announce_shipment(desk, order, Shipment(lot="L-0417"), (Announced(1, 2), Announced(2, 2)))
    shipments.record_arrival(desk, held.id)
    bags = [one.id for one in containers.of_order(desk, order)]
    for bag in bags:
        containers.record_fact(desk, bag, "placed", place="T1-A1")
    return bags


def test_an_order_carries_the_station_s_letter_and_is_found_by_initials_and_number(desk: Desk) -> None:
    order = placed(desk)
    assert order.id == "O-A-2026-000001"
    assert order.state == orders.PLACED
    assert order.entered_by == makers.PHARMACIST
    for typed in ("ZXM", "赵小", "ZY2026", "DC-24097"):
        assert [hit.id for hit in desk.store.search(typed, kinds=["order"])] == [order.id], typed


@pytest.mark.req("REG-008", "REG-055")
def test_a_second_person_verifies_blind_and_never_whoever_typed_it(desk: Desk) -> None:
    order = placed(desk)
    with pytest.raises(Refusal) as caught:
        acts.verify_order(desk, order.id, RIGHT)
    assert caught.value.code == "check.same_person"
    makers.sit(desk, makers.NURSE)
    with pytest.raises(Refusal) as caught:
        acts.verify_order(desk, order.id, Again("DC-24097-ZXM", "1980-05-07", "M0012346"))
    assert caught.value.code == "order.mismatch"
    assert caught.value.facts["fields"] == "birth_date, number"
    assert acts.get(desk, order.id).state == orders.PLACED
    held = acts.verify_order(desk, order.id, RIGHT)
    assert (held.state, held.verified_by) == (orders.VERIFIED, makers.NURSE)
    with pytest.raises(Refusal) as caught:
        acts.verify_order(desk, order.id, RIGHT)
    assert caught.value.code == "order.not_to_verify"


def test_two_pharmacists_side_by_side_verify_without_signing_out_and_the_entry_names_the_second(desk: Desk) -> None:
    order = verified(desk)
    entry = desk.store.history("order", order.id)[-1]
    assert (entry["act"], entry["actor"], entry["how"]) == ("verify_order", makers.PHARMACIST_2, "badge+pin")
    with pytest.raises(Refusal) as caught:
        acts.verify_order(desk, order.id, RIGHT, second=make.QUALITY)
    assert caught.value.code == "order.not_to_verify"


@pytest.mark.req("REG-016")
def test_a_change_keeps_the_old_value_wants_a_reason_and_a_new_verification(desk: Desk) -> None:
    order = verified(desk)
    with pytest.raises(Refusal) as caught:
        acts.change_order(desk, order.id, {"containers": 3}, "x")
    assert caught.value.code == "reason.short"
    held = acts.change_order(desk, order.id, {"containers": 3}, "持有人通知改为三袋")
    assert (held.state, held.verified_by, held.containers) == (orders.PLACED, "", 3)
    entry = desk.store.history("order", order.id)[-1]
    assert (entry["old"]["containers"], entry["new"]["containers"], entry["reason"]) == (2, 3, "持有人通知改为三袋")
    assert "patient" not in entry["new"], "only what changed is written"


def test_a_result_a_day_or_a_paper_that_comes_later_does_not_ask_for_the_second_person_again(desk: Desk) -> None:
    order = verified(desk)
    planned = dict(order.planned) | {"infusion_on": "2026-12-01"}
    held = acts.change_order(desk, order.id, {"planned": planned, "bed": "12"}, "输注推迟一天")
    assert held.state == orders.VERIFIED
    held = acts.change_order(desk, order.id, {}, "补交质量协议", files={"agreement": b"scan of the agreement"})
    assert held.state == orders.VERIFIED
    assert desk.store.blob(held.holder["agreement"].sha256) == b"scan of the agreement"


@pytest.mark.parametrize(
    ("changes", "code"), [({"state": "verified"}, "order.field"), ({"bed": ""}, "order.nothing_changed")]
)
def test_what_no_change_may_touch_is_refused(desk: Desk, changes: dict[str, str], code: str) -> None:
    order = verified(desk)
    with pytest.raises(Refusal) as caught:
        acts.change_order(desk, order.id, changes, "试着改一下")
    assert caught.value.code == code


# --- the wrong patient ----------------------------------------------------------------------------


def test_a_second_patient_of_the_same_name_is_asked_about_and_the_answer_is_kept(desk: Desk) -> None:
    first = placed(desk)
    twin = replace(make.OTHER, patient=make.OTHER.patient._replace(name="赵小明"))
    with pytest.raises(Refusal) as caught:
        acts.place_order(desk, twin)
    assert (caught.value.code, caught.value.facts["orders"]) == ("order.similar", first.id)
    shown = acts.traps(desk, twin)
    assert [trap.code for trap in shown] == ["same_name"]
    second = acts.place_order(desk, twin, looked_at=frozenset(trap.key for trap in shown))
    assert second.traps == (f"same_name:{first.id}",)
    held = acts.change_order(desk, second.id, {"bed": "7"}, "转床位")
    assert held.traps == second.traps, "what was looked at once is not asked again"


def test_a_coi_belongs_to_one_live_order(desk: Desk) -> None:
    first = placed(desk)
    with pytest.raises(Refusal) as caught:
        acts.place_order(desk, replace(make.OTHER, coi="dc 24097 zxm"))
    assert (caught.value.code, caught.value.facts["order"]) == ("order.coi_used", first.id)
    acts.cancel_order(desk, first.id, "重复开立的订单")
    assert acts.place_order(desk, replace(make.OTHER, coi="DC-24097-ZXM")).live


# --- story: an order typed wrong ------------------------------------------------------------------


def test_an_order_typed_for_the_wrong_patient_is_replaced_and_its_bags_go_over(desk: Desk) -> None:
    wrong = acts.verify_order(
        desk,
        acts.place_order(desk, replace(make.OTHER, coi="DC-24097-ZXM")).id,
        Again("DC-24097-ZXM", "1961-02-03", "M0099001"),
        second=make.PHARMACIST_2,
    )
    bags = stored(desk, wrong.id)
    acts.plan_dose(desk, wrong.id, 1, date(2026, 11, 30), of=tuple(bags))
    right = acts.replace_order(desk, wrong.id, make.ORDER, "选错了患者，按医嘱重开")
    assert (right.replaces, right.state) == (wrong.id, orders.PLACED)
    assert acts.get(desk, wrong.id).state == orders.REPLACED
    assert acts.get(desk, wrong.id).replaced_by == right.id
    assert [one.id for one in containers.of_order(desk, right.id)] == bags
    assert containers.of_order(desk, wrong.id) == []
    assert [one.order for one in shipments.of_order(desk, right.id)] == [right.id]
    assert [dose.order for dose in acts.doses(desk, right.id)] == [right.id]
    with pytest.raises(Refusal) as caught:
        acts.change_order(desk, wrong.id, {"bed": "9"}, "再改一下")
    assert caught.value.code == "order.over"
    assert acts.verify_order(desk, right.id, RIGHT, second=make.PHARMACIST_2).state == orders.VERIFIED


def test_while_a_bag_is_released_or_out_whose_it_is_stands_still(desk: Desk) -> None:
    order = verified(desk)
    [bag, _] = stored(desk, order.id)
    containers.authorise_container(desk, bag, "accept")
    containers.authorise_container(desk, bag, "release")
    for attempt in (
        lambda: acts.change_order(desk, order.id, {"coi": "DC-24079-ZXM"}, "更正编号"),
        lambda: acts.replace_order(desk, order.id, make.OTHER, "选错了患者"),
        lambda: acts.cancel_order(desk, order.id, "患者转院"),
    ):
        with pytest.raises(Refusal) as caught:
            attempt()
        assert caught.value.code == "order.in_use"
    containers.authorise_container(desk, bag, "withdraw_release", reason="更正订单")
    assert acts.change_order(desk, order.id, {"coi": "DC-24079-ZXM"}, "更正编号").coi == "DC-24079-ZXM"


def test_a_cancelled_order_strikes_off_what_never_came_and_keeps_what_is_here(desk: Desk) -> None:
    order = verified(desk)
    shipments.announce_shipment(desk, order.id, Shipment(), (Announced(1, 2), Announced(2, 2)))
    containers.record_fact(desk, f"{order.id}-1", "arrived")
    containers.record_fact(desk, f"{order.id}-1", "placed", place="T1-A1")
    assert acts.cancel_order(desk, order.id, "患者病情变化，不再使用").state == orders.CANCELLED
    assert [one.state for one in containers.of_order(desk, order.id)] == ["pending", "cancelled"]
    assert containers.record_fact(desk, f"{order.id}-1", "held").state == "locked", "facts are still taken"


# --- story: a product on the dock without an order ------------------------------------------------


@pytest.mark.req("REG-054")
def test_a_product_on_the_dock_without_an_order_is_received_into_pending_and_its_order_completed_later(
    desk: Desk,
) -> None:
    rough = acts.place_order(desk, Order(product="demo-cel", coi="DC-24097-ZXM"), provisional=True)
    assert rough.state == orders.PROVISIONAL
    bags = stored(desk, rough.id)
    assert {one.state for one in containers.of_order(desk, rough.id)} == {"pending"}
    assert deviations.listed(desk) == [], "arriving before its order is no deviation of the container"
    points = orders.open_points(rough, None, True, desk.now().day)
    assert points[0] == "provisional"
    with pytest.raises(Refusal) as caught:
        containers.authorise_container(desk, bags[0], "accept", points)
    assert caught.value.code == "container.gate"
    with pytest.raises(Refusal) as caught:
        acts.verify_order(desk, rough.id, RIGHT, second=make.PHARMACIST_2)
    assert caught.value.code == "order.provisional"
    half = acts.change_order(desk, rough.id, {"patient": make.PATIENT}, "标签上读到患者")
    assert half.state == orders.PROVISIONAL
    rest = {name: getattr(make.ORDER, name) for name in ("physician", "containers", "holder", "clinical", "consent_on")}
    whole = acts.change_order(desk, rough.id, rest, "医嘱已到，补全")
    assert whole.state == orders.PLACED
    held = acts.verify_order(desk, rough.id, RIGHT, second=make.PHARMACIST_2)
    gate = orders.open_points(held, None, True, desk.now().day)
    assert containers.authorise_container(desk, bags[0], "accept", gate).state == "accepted"


# --- numbers --------------------------------------------------------------------------------------


def test_a_readmitted_patient_s_new_number_is_given_by_two_people_and_the_old_one_stays(
    desk: Desk, clock: SetClock
) -> None:
    order = verified(desk)
    new = Number("inpatient", "ZY2026-2001", "2026-11-22")
    for second, value, code in (
        (make.PHARMACIST, "ZY2026-2001", "check.same_person"),
        (make.QUALITY, "ZY2026-2001", "session.role"),
        (make.NURSE, "ZY2026-2010", "patient.number_differs"),
    ):
        with pytest.raises(Refusal) as caught:
            acts.add_patient_number(desk, order.id, new, second, value)
        assert caught.value.code == code
    held = acts.add_patient_number(desk, order.id, new, make.NURSE, "zy2026 2001", replaces=True)
    assert held.state == orders.VERIFIED
    assert [(number.value, number.until) for number in held.patient.numbers][1:] == [
        ("ZY2026-1187", "2026-11-21"),
        ("ZY2026-2001", ""),
    ]


# --- doses, lymphodepletion -----------------------------------------------------------------------


def test_a_dose_is_planned_anew_with_a_reason_and_only_of_its_own_bags(desk: Desk) -> None:
    order = verified(desk)
    bags = stored(desk, order.id)
    dose = acts.plan_dose(desk, order.id, 1, date(2026, 11, 30), of=(bags[0],))
    assert dose.id == f"{order.id}-D1"
    with pytest.raises(Refusal) as caught:
        acts.plan_dose(desk, order.id, 1, date(2026, 12, 2), of=(bags[0],))
    assert caught.value.code == "reason.short"
    acts.plan_dose(desk, order.id, 1, date(2026, 12, 2), of=(bags[0],), reason="患者发热，推迟")
    assert [one.planned_on for one in acts.doses_to_give(desk, order.id)] == ["2026-12-02"]
    for n, day, of, code in (
        (0, date(2026, 12, 2), (), "order.count"),
        (2, date(2026, 11, 21), (), "order.dose_past"),
        (2, date(2026, 12, 2), ("O-A-2026-000777-1",), "order.not_its_container"),
    ):
        with pytest.raises(Refusal) as caught:
            acts.plan_dose(desk, order.id, n, day, of=of)
        assert caught.value.code == code


def test_lymphodepletion_that_began_without_a_product_is_written_down_and_opens_a_deviation(desk: Desk) -> None:
    order = verified(desk)
    held = acts.record_ld_start(desk, order.id, date(2026, 11, 21))
    assert held.ld_started_on == "2026-11-21"
    [found] = deviations.listed(desk)
    assert (found.cause, found.order, found.severity) == ("ld_unbacked", order.id, "major")
    assert "赵" not in found.zh, "no patient's name in a deviation"


def test_lymphodepletion_on_the_holder_s_release_and_a_confirmed_delivery_opens_none(desk: Desk) -> None:
    order = verified(desk)
    holder = dict(order.holder) | {"release_notice": Evidence(text="放行通知 0417")}
    planned = dict(order.planned) | {"delivery_confirmed_on": "2026-11-24"}
    acts.change_order(desk, order.id, {"holder": holder, "planned": planned}, "持有人已放行")
    acts.record_ld_start(desk, order.id, date(2026, 11, 22))
    assert deviations.listed(desk) == []


def test_an_order_is_finished_when_every_ordered_bag_has_come_to_its_end(desk: Desk) -> None:
    order = verified(desk)
    [one, two] = stored(desk, order.id)
    containers.record_fact(desk, one, "inf_end")
    assert acts.get(desk, order.id).live
    containers.record_fact(desk, two, "inf_end")
    assert acts.get(desk, order.id).state == orders.FINISHED
    assert acts.live(desk) == []


@pytest.mark.req("REG-020")
def test_a_nurse_places_no_order_and_an_unknown_order_is_named(desk: Desk) -> None:
    makers.sit(desk, makers.NURSE)
    with pytest.raises(Refusal) as caught:
        acts.place_order(desk, make.ORDER)
    assert caught.value.code == "session.role"
    with pytest.raises(Refusal) as caught:
        acts.get(desk, "O-A-2026-000099")
    assert caught.value.code == "order.unknown"


def test_a_refused_order_leaves_no_entry(desk: Desk) -> None:
    before = desk.store.size
    for bad in (replace(make.ORDER, containers=0), replace(make.ORDER, patient=Patient())):
        with pytest.raises(Refusal):
            acts.place_order(desk, bad)
    assert desk.store.size == before

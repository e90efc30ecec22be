"""A rejection taken back by a pharmacist and a quality officer: signed, explained, judged anew."""

from __future__ import annotations

import json

import makers
import order_makers as make
import pytest

from cellguide import canonical, proof
from cellguide.acts import containers, deviations, orders, shipments
from cellguide.acts.reinstating import reinstate_container
from cellguide.desk import Desk
from cellguide.entry import Change
from cellguide.refusal import Refusal
from cellguide.shipments import Announced, Shipment

WHY = "批号看错，持有人来函确认无误"


@pytest.fixture
def bag(desk: Desk) -> str:
    """One bag in store that was rejected."""
    order = orders.place_order(desk, make.ORDER).id
    shipments.announce_shipment(desk, order, Shipment(lot="L-0417"), (Announced(1, 1),))
    id = f"{order}-1"
    for fact in ("arrived", "placed"):
        containers.record_fact(desk, id, fact)
    containers.authorise_container(desk, id, "reject", reason="批号不符")
    return id


def take_back(desk: Desk, id: str, first: str = makers.PHARMACIST, second: str = makers.QUALITY, why: str = WHY) -> str:
    return reinstate_container(desk, id, why, makers.proof(desk, first), makers.proof(desk, second)).state


def put_on_hold(desk: Desk, id: str, state: str) -> None:
    """A hold of an excursion, as its judgement writes it."""
    at = desk.now()
    held = Change("hold", "H-A-2026-000001", {"container": id, "state": "on", "at": at.iso})
    changes = containers.fact_changes(desk, "held", [id], at=at, who=make.QUALITY)
    desk.write("judge_series", [held, *changes], at=at, who=make.QUALITY)
    if state == "lifted":
        desk.write("lift_hold", [Change("hold", held.id, {"state": "lifted"})], at=desk.now(), who=make.QUALITY)


def test_two_people_take_it_back_and_it_waits_to_be_judged_anew(desk: Desk, bag: str) -> None:
    assert take_back(desk, bag) == "pending"
    [found] = deviations.listed(desk)
    assert (found.cause, found.severity, found.container, found.text) == ("reinstated", "major", bag, WHY)
    assert found.zh == f"{bag}：撤销拒收，恢复为待验"
    entry = desk.store.history("container", bag)[-1]
    assert (entry["act"], entry["reason"], entry["role"]) == ("reinstate_container", WHY, "pharmacist")
    assert containers.authorise_container(desk, bag, "accept").state == "accepted"


@pytest.mark.req("REG-010")
def test_each_of_the_two_signs_what_became_of_it_and_why(desk: Desk, bag: str) -> None:
    take_back(desk, bag)
    held = desk.store.get("container", bag)
    assert held is not None
    said = {"container": bag, "was": "rejected", "becomes": "pending", "reason": WHY}
    words = [desk.store.get("signature", id) for id in held.doc["reinstated"]["words"]]
    stated = [word.doc["statement"] for word in words if word is not None]
    assert [(one["signer"], one["role"], one["meaning"]) for one in stated] == [
        (makers.PHARMACIST, "pharmacist", "performed"),
        (makers.QUALITY, "quality", "checked"),
    ]
    for one in stated:
        assert {name: one[name] for name in said} == said
        assert one["sha256"] == canonical.sha256(canonical.encode(said)) == held.doc["reinstated"]["signed"]
    assert str(proof.check({"A": (line for _, line in desk.store.entries())}, desk.store.blob)) == "INTACT"


def test_taken_back_twice_the_words_are_four_and_each_its_own(desk: Desk, bag: str) -> None:
    take_back(desk, bag)
    containers.authorise_container(desk, bag, "reject", reason="再次判定不合格")
    assert take_back(desk, bag) == "pending"
    assert len([one for one in desk.store.find("signature") if one.doc["record"] == f"container:{bag}"]) == 4


@pytest.mark.parametrize(("hold", "state"), [("on", "locked"), ("lifted", "pending")])
def test_a_hold_that_stands_keeps_it_locked_and_one_lifted_meanwhile_does_not(
    desk: Desk, bag: str, hold: str, state: str
) -> None:
    put_on_hold(desk, bag, hold)
    assert containers.get(desk, bag).state == "rejected"
    assert take_back(desk, bag) == state


def test_the_quality_officer_may_sit_there_and_the_pharmacist_come_second(desk: Desk, bag: str) -> None:
    makers.sit(desk, makers.QUALITY)
    assert take_back(desk, bag, makers.QUALITY, makers.PHARMACIST) == "pending"


@pytest.mark.parametrize(
    ("first", "second", "why", "code"),
    [
        (makers.PHARMACIST, makers.PHARMACIST_2, WHY, "reinstate.roles"),
        (makers.PHARMACIST, makers.PHARMACIST, WHY, "reinstate.roles"),
        (makers.PHARMACIST, makers.PHYSICIAN, WHY, "reinstate.roles"),
        (makers.PHARMACIST_2, makers.QUALITY, WHY, "reinstate.first"),
        (makers.PHARMACIST, makers.QUALITY, "…", "reason.short"),
    ],
)
def test_the_wrong_people_or_no_reason_take_nothing_back(
    desk: Desk, bag: str, first: str, second: str, why: str, code: str
) -> None:
    before = desk.store.size
    with pytest.raises(Refusal) as caught:
        take_back(desk, bag, first, second, why)
    assert caught.value.code == code
    assert (containers.get(desk, bag).state, desk.store.size) == ("rejected", before)


def test_a_nurse_does_not_get_that_far(desk: Desk, bag: str) -> None:
    makers.sit(desk, makers.NURSE)
    with pytest.raises(Refusal) as caught:
        take_back(desk, bag, makers.NURSE, makers.QUALITY)
    assert caught.value.code == "session.role"


def test_one_person_alone_has_no_other_way_to_it(desk: Desk, bag: str) -> None:
    with pytest.raises(Refusal) as caught:
        containers.authorise_container(desk, bag, "reinstate", reason=WHY)
    assert caught.value.code == "container.unknown_authorisation"


def test_what_is_waste_stays_waste_and_no_word_is_kept(desk: Desk, bag: str) -> None:
    containers.authorise_container(desk, bag, "discard", reason="按感染性废物处置")
    before = desk.store.size
    with pytest.raises(Refusal) as caught:
        take_back(desk, bag)
    assert caught.value.code == "container.not_allowed"
    assert desk.store.size == before
    assert not [entry for _, line in desk.store.entries() if "reinstated" in (entry := json.loads(line))["new"]]

"""What a receipt finds besides its questions: one container more, one fewer, a label in dispute."""

from __future__ import annotations

import makers
import order_makers as make
import pytest

from cellguide import runs
from cellguide.acts import containers, deviations, orders, receiving, shipments, walks
from cellguide.desk import Desk
from cellguide.entry import Actor
from cellguide.refusal import Refusal
from cellguide.runs import Key
from cellguide.shipments import Announced, Shipment

NOTICE = Shipment(waybill="WB-1102", shipper="LN-0093", seals=("S-55120",), carrier="演示冷链")
BAGS = (Announced(1, 2, "L-0417", "2027-02"), Announced(2, 2, "L-0417", "2027-02"))


@pytest.fixture
def order(desk: Desk) -> str:
    return orders.place_order(desk, make.ORDER).id


@pytest.fixture
def run(desk: Desk, order: str) -> str:
    """A receipt of two bags, its waybill scanned: both have arrived."""
    held = shipments.announce_shipment(desk, order, NOTICE, BAGS)
    bags = tuple(one.id for one in containers.of_order(desk, order))
    id = walks.start_run(desk, "receipt", {"shipment": held.id, "order": order}, bags).id
    walks.answer_step(desk, id, "R-09", None, {"text": "WB-1102", "how": "scanned"})
    return id


def test_one_more_than_announced_gets_a_number_a_place_in_the_walk_and_a_deviation(
    desk: Desk, order: str, run: str
) -> None:
    after = receiving.one_more_came(desk, run, "L-0417")
    more = containers.get(desk, f"{order}-3")
    assert (more.state, more.lot, more.shipment) == ("arrived", "L-0417", after.subjects["shipment"])
    assert after.containers[-1] == more.id
    assert Key("R-37", more.id) in dict(after.questions())
    [found] = [one for one in deviations.listed(desk) if one.cause == "unannounced"]
    assert found.container == more.id
    assert len({one.id for one in deviations.listed(desk)}) == len(deviations.listed(desk))
    placed = walks.answer_step(desk, run, "R-37", more.id, "T1-A3")
    assert containers.get(desk, more.id).state == "pending"
    assert walks.load_run(desk, run).events == placed.events


def test_one_that_did_not_come_is_asked_about_no_more_and_waits_as_expected(desk: Desk, order: str, run: str) -> None:
    gone = f"{order}-2"
    assert containers.get(desk, gone).state == "arrived"
    after = receiving.did_not_come(desk, run, gone, "罐内只有一件")
    assert after.containers == (f"{order}-1",)
    assert containers.get(desk, gone).state == "expected"
    with pytest.raises(Refusal) as caught:
        walks.answer_step(desk, run, "R-37", gone, "T1-A3")
    assert caught.value.code == "run.unknown_container"
    entry = list(desk.store.history("container", gone))[-1]
    assert entry["reason"] == "罐内只有一件"


def test_one_that_was_placed_came_and_nothing_is_written(desk: Desk, order: str, run: str) -> None:
    walks.answer_step(desk, run, "R-37", f"{order}-2", "T1-A3")
    before = desk.store.size
    for reason, code in (("罐内只有一件", "run.container_answered"), ("", "reason.short")):
        with pytest.raises(Refusal) as caught:
            receiving.did_not_come(desk, run, f"{order}-2", reason)
        assert caught.value.code == code
    assert desk.store.size == before


def test_a_dispute_locks_what_it_is_on_and_opens_its_deviation_at_once(desk: Desk, order: str, run: str) -> None:
    walks.answer_step(desk, run, "R-29", f"{order}-1", {"text": "OTHER-1", "how": "scanned"})
    assert "identity" not in {one.cause for one in deviations.listed(desk)}, "a wrong scan may be repeated"
    after = receiving.open_dispute(desk, run, "R-29", f"{order}-1", "重扫仍不一致")
    assert [containers.get(desk, f"{order}-{n}").state for n in (1, 2)] == ["locked", "arrived"]
    assert [one.container for one in deviations.listed(desk) if one.cause == "identity"] == [f"{order}-1"]
    assert [(note.about, note.text, note.key) for note in after.notes] == [
        ("dispute", "重扫仍不一致", Key("R-29", f"{order}-1"))
    ]
    assert runs.stops_of_cause(after, Key("R-29", f"{order}-1"))[0].verdict.level == "hard"
    again = receiving.open_dispute(desk, run, "R-29", f"{order}-1", "第二次说明")
    assert len(again.notes) == 2
    assert len(containers.get(desk, f"{order}-1").events) == 2, "locked once"


def test_a_dispute_about_the_papers_locks_everything_that_came(desk: Desk, order: str, run: str) -> None:
    walks.answer_step(desk, run, "R-22", None, {"text": "OTHER-1", "how": "scanned"})
    receiving.open_dispute(desk, run, "R-22", None, "放行证明与订单不符")
    assert {one.state for one in containers.of_order(desk, order)} == {"locked"}
    with pytest.raises(Refusal) as caught:
        receiving.open_dispute(desk, run, "R-22", None, "!")
    assert caught.value.code == "run.reason"


def test_another_person_takes_up_a_walk_that_rests(desk: Desk, run: str) -> None:
    walks.note(desk, run, "pause", "等待持有人答复")
    assert walks.load_run(desk, run).paused
    after = walks.note(desk, run, "resume", "", by=Actor(makers.NURSE, "nurse", "badge+pin"))
    assert not after.paused
    assert [(note.about, note.by.person) for note in after.notes] == [
        ("pause", makers.PHARMACIST),
        ("resume", makers.NURSE),
    ]

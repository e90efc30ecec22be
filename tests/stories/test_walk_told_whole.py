"""What a record tells beside its questions: rests, containers more or fewer than announced, who really did it."""

from __future__ import annotations

import io

import pikepdf
import pytest
import receiving
from receiving import a_delivery, open_house

from cellguide import runs
from cellguide.acts import prints, walks
from cellguide.acts import receiving as receipt_acts
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.hospital import Hospital
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from cellguide.runs import KEPT, Reason

OPERATOR, ANOTHER = "演示操作员甲 · 演示持有人 · DEMO-7", "演示操作员乙 · 演示持有人 · DEMO-8"


@pytest.fixture
def house(bare_desk: Desk, clock: SetClock) -> Hospital:
    return open_house(bare_desk, clock)


def test_rests_and_a_container_that_did_not_come_are_on_the_record(house: Hospital) -> None:
    case = a_delivery(house, bags=2)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    walks.note(house.desk, run, "pause", "等待持有人电话")
    house.clock.move(minutes=6)
    walks.note(house.desk, run, "resume", "")
    receipt_acts.did_not_come(house.desk, run, case.containers[1], "承运人说第二件改日送达")
    one = receipts.Case(case.n, case.order, case.shipment, case.containers[:1], case.place)
    receipts.cold(house, run, one)
    receipts.desk_work(house, run, one)
    receipts.file_in(house, run, one)
    receipts.decide(house, run, "hold", contact="少到一件，等待持有人答复")
    record = house.close(run)
    found = receiving.content(house, record)["events"]
    assert [(one["about"], one["text"]) for one in found] == [
        ("pause", "等待持有人电话"),
        ("resume", ""),
        ("absent", case.containers[1]),
    ]
    assert all(one["person"]["name"] and one["at"] for one in found)
    house.sign(record, receipts.SIGNERS)
    with pikepdf.open(io.BytesIO(prints.paper(house.desk, record))) as pdf:
        assert len(pdf.pages) >= 1


def test_a_wrongly_named_operator_is_corrected_and_the_value_stays(house: Hospital) -> None:
    case = a_delivery(house)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    receipts.cold(house, run, case, performer=OPERATOR)
    container = case.containers[0]
    before = walks.load_run(house.desk, run).current[runs.Key("R-29", container)]
    why = Reason("other", "当班的是另一位操作员")
    with pytest.raises(Refusal, match=r"run\.reason"):
        walks.correct_answer(house.desk, run, "R-29", container, KEPT, reason=Reason("other", ""), performer=ANOTHER)
    after = walks.correct_answer(house.desk, run, "R-29", container, KEPT, reason=why, performer=ANOTHER)
    now = after.current[runs.Key("R-29", container)]
    assert (now.performer, now.value, now.parts, now.event_at) == (
        ANOTHER, before.value, before.parts, before.event_at
    )  # fmt: skip
    own = walks.correct_answer(house.desk, run, "R-29", container, KEPT, reason=why, performer="")
    assert own.current[runs.Key("R-29", container)].performer == ""
    receipts.desk_work(house, run, case)
    receipts.file_in(house, run, case)
    receipts.decide(house, run, "accept")
    changes = receiving.printed(house, house.close(run), "R-29")["changes"]
    assert OPERATOR in changes[0]["old"]["zh"] and ANOTHER in changes[0]["new"]["zh"]
    assert changes[1]["new"]["en"].endswith("done by whoever recorded it")

"""Taking a record up again from Records, and ending a walk from the list, in the window."""

from __future__ import annotations

from collections.abc import Iterator

import makers
import pytest
import runner_bench as rb
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from runner_bench import DemoHospital

from cellguide.acts import containers, walks
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.desk import Desk
from cellguide.runs import Key
from ui.dialogs.reason import ReasonDialog
from ui.scan import ScanFilter
from ui.wiring import held_since, taking_up, today_board
from ui.wiring.orders import OrdersWire
from ui.wiring.records import RecordsWire


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[rb.Bench]:
    clock.set("2026-11-22T14:00:00+08:00")
    made = rb.bench(desk, clock, qapp, scanner)
    made.station.wires["receipt"] = made.wire
    qtbot.addWidget(made.station.frame)
    yield made
    rb.put_away(made, qapp)


def held(bench: rb.Bench) -> str:
    """A receipt that ended in a hold, signed."""
    record = receipts.receive(bench.hospital, bench.case, "hold", contact="等待持有人确认")
    makers.sit(bench.desk, makers.PHARMACIST)
    return record


def give(dialog: ReasonDialog, reason: str) -> None:
    dialog.text.setPlainText(reason)
    assert dialog.key.isEnabled()
    dialog.key.click()


def test_a_held_delivery_is_decided_again_from_its_record(bench: rb.Bench) -> None:
    record = held(bench)
    wire = RecordsWire(bench.station)
    wire.page.pick(record)
    assert not wire.page.amend_key.isHidden()
    wire.page.amend_key.click()
    dialog = bench.station.frame.findChildren(ReasonDialog)[-1]
    give(dialog, "持有人已答复，再次处置")
    run = bench.walk.run
    assert run is not None and bench.wire.page.running
    assert walks.load_run(bench.desk, run.id).current[Key("R-40")].value == "hold"
    # Nothing was done yet: the list shows what it is, and leaving it changes nothing.
    bench.wire.show_list()
    [line] = bench.wire.page.runs.model.rows
    assert record in line.mark.text
    bench.wire.page.end.click()
    assert bench.wire.page.runs.model.rows == ()
    assert bench.desk.store.get("record", record).doc["number"] == 1


def test_a_walk_begun_by_mistake_is_ended_with_its_reason(bench: rb.Bench) -> None:
    run = receipts.start(bench.hospital, bench.case)
    bench.wire.refresh()
    bench.wire.page.end.click()
    dialog = bench.station.frame.findChildren(ReasonDialog)[-1]
    assert not dialog.key.isEnabled(), "a reason is asked"
    give(dialog, "误点开始")
    assert bench.wire.page.runs.model.rows == ()
    assert bench.desk.store.get("run", run).doc["state"] == "aborted"


def test_a_void_record_and_one_without_a_walk_offer_nothing(bench: rb.Bench) -> None:
    doc = bench.desk.store.get("record", held(bench)).doc
    assert taking_up.can_amend(doc)
    assert not taking_up.can_amend(doc | {"required": ["voided"]})
    assert not taking_up.can_amend(doc | {"run": ""})
    assert not taking_up.can_amend(doc | {"state": "frozen"})
    assert isinstance(bench.hospital, DemoHospital)


def test_orders_and_today_lead_to_the_decision_that_holds_a_bag(bench: rb.Bench) -> None:
    record = held(bench)
    orders = OrdersWire(bench.station)
    orders.page.pick(bench.case.order.id)
    assert orders.page.acts.names[0] == "decide"
    board = today_board.board(bench.desk, bench.desk.store.find("order", state="verified"))
    [card] = [card for column in board for card in column.cards]
    assert card.mark.tone == "alarm" and "2026-11-2" in card.foot.splitlines()[0]
    [need] = held_since.held_needs(bench.desk, bench.desk.store.find("order"))
    assert need.ident == f"decide:{record}" and bench.case.containers[0] in need.text
    orders.page.acts.keys["decide"].click()
    give(bench.station.frame.findChildren(ReasonDialog)[-1], "持有人已答复，再次处置")
    assert bench.walk.run is not None and bench.wire.page.running
    # While it is walked again nobody is sent to begin it once more.
    assert held_since.held_needs(bench.desk, bench.desk.store.find("order")) == []
    orders.refresh()
    assert "decide" not in orders.page.acts.names
    orders.page.deleteLater()


def test_a_lock_that_no_receipt_put_on_is_not_decided_there(bench: rb.Bench) -> None:
    for fact in ("arrived", "placed", "held"):
        containers.record_fact(bench.desk, bench.case.containers[0], fact)
    [one] = containers.of_order(bench.desk, bench.case.order.id)
    assert one.state == "locked" and held_since.lock_of(bench.desk, one) is None
    assert held_since.decide_again(bench.station, bench.case.order.id) is None


def test_an_order_leads_to_its_delivery_and_to_its_walk(bench: rb.Bench) -> None:
    bench.wire.show_order(bench.case.order.id)
    line = bench.wire.page.deliveries.current()
    assert line is not None and line.ident == f"shipment:{bench.case.shipment.id}"
    bench.wire._start(line.ident, "receipt")
    run = bench.walk.run
    bench.wire.show_list()
    bench.wire.show_order(bench.case.order.id)
    assert run is not None and bench.walk.run is not None and bench.walk.run.id == run.id


def test_every_scene_of_receipt_and_records_can_be_shown(bench: rb.Bench) -> None:
    held(bench)
    run = receipts.start(bench.hospital, bench.case)
    records = RecordsWire(bench.station)
    names = []
    for name, show in [*bench.wire.scenes(), *records.scenes()]:
        show()
        names.append(name)
        for dialog in bench.station.frame.findChildren(QDialog):
            dialog.close()
    assert run and {"dialog-run-pause", "dialog-run-pieces", "dialog-run-ask-performer"} <= set(names)
    assert {"dialog-record-amend", "dialog-record-void"} <= set(names)

"""The Orders page on a real store: writing, the wrong-patient question, the blind second person, the end."""

from __future__ import annotations

from collections.abc import Iterator

import makers
import pytest
import station_makers as sm
from PySide6.QtWidgets import QApplication, QWidget

from cellguide import orders as domain
from cellguide.acts import containers, deviations, orders
from cellguide.desk import Desk
from cellguide.patients import Number, Patient
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.orders import OrdersWire


@pytest.fixture
def wire(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> Iterator[OrdersWire]:
    sm.adopted(desk)
    with sm.a_station(desk, qapp, scanner) as station:
        made = OrdersWire(station)
        station.frame.register("orders", lambda: made.page)
        station.frame.resize(1440, 900)
        station.frame.show()
        station.frame.open_page("orders")
        yield made


def fill(
    wire: OrdersWire, qtbot: object, *, name: str = "演示乙", number: str = "20249001", coi: str = "DEMO-20269001"
):  # type: ignore[no-untyped-def]
    wire.page.new.click()
    dialog = wire.entry.dialog
    assert dialog is not None
    dialog.product.choose("demo-cel")
    dialog.product_chosen.emit("demo-cel")
    dialog.containers.setText("２")
    dialog.numbers["coi"].setText(coi)
    dialog.patient.name.setText(name)
    dialog.patient._name_typed()
    qtbot.waitUntil(lambda: dialog.patient.readings.name == name)  # type: ignore[attr-defined]
    dialog.patient.birth_date.setText("19750203")
    dialog.patient.numbers._rows[0][1].setText(number)
    dialog.where["physician"].setText("演示医甲")
    return dialog


def test_a_new_order_is_typed_and_saved_with_the_reading_a_person_confirmed(wire: OrdersWire, qtbot: object) -> None:
    dialog = fill(wire, qtbot, name="单乐乙")
    assert dialog.order().patient.latin == ""
    dialog.patient.readings._fields[1].choose("yue")
    assert not dialog.patient.readings.confirmed.isChecked()
    dialog.patient.readings.confirmed.setChecked(True)
    dialog.key.click()
    [saved] = orders.live(wire.station.desk)
    assert not dialog.isVisible()
    assert (saved.patient.latin, saved.patient.initials) == ("Shan Yueyi", "SYY")
    assert (saved.patient.birth_date, saved.containers, saved.state) == ("1975-02-03", 2, "placed")
    assert (saved.product_zh, saved.product_en) == ("演示赛", "DEMO-CEL")
    assert wire.page.ident == saved.id


def test_what_is_missing_is_said_in_the_dialog_in_words_and_nothing_is_saved(wire: OrdersWire, qtbot: object) -> None:
    dialog = fill(wire, qtbot)
    dialog.where["physician"].setText("")
    dialog.key.click()
    assert dialog.isVisible()
    assert "医师" in dialog.error.text()
    assert orders.live(wire.station.desk) == []
    dialog.containers.setText("两袋")
    dialog.key.click()
    assert orders.live(wire.station.desk) == []


def test_a_provisional_order_takes_whatever_is_known(wire: OrdersWire) -> None:
    wire.page.new.click()
    dialog = wire.entry.dialog
    assert dialog is not None
    dialog.provisional.setChecked(True)
    dialog.key.click()
    [saved] = orders.live(wire.station.desk)
    assert saved.state == domain.PROVISIONAL
    assert wire.page.acts._offered[0] == "change"


def test_a_name_that_paper_cannot_show_is_said_before_the_order_is_saved(wire: OrdersWire, qtbot: object) -> None:
    dialog = fill(wire, qtbot, name="演\U00020bb7")
    dialog.key.click()
    assert "\U00020bb7" in dialog.error.text()
    assert orders.live(wire.station.desk) == []


def test_two_patients_that_are_alike_are_shown_side_by_side_before_saving(wire: OrdersWire, qtbot: object) -> None:
    first = sm.placed(wire.station.desk)
    dialog = fill(wire, qtbot, name="演示甲", coi="DEMO-20260010")
    dialog.key.click()
    question = wire.entry.question
    assert question is not None
    assert question.isVisible()
    assert len(orders.live(wire.station.desk)) == 1
    assert not question.key.isEnabled()
    question._boxes[0].setChecked(True)
    question.key.click()
    saved = orders.get(wire.station.desk, wire.page.ident)
    assert saved.id != first.id
    assert set(saved.traps) == {f"same_name:{first.id}", f"near_coi:{first.id}"}


def test_the_second_person_gives_values_blind_and_a_mismatch_verifies_nothing(wire: OrdersWire, qtbot: object) -> None:
    held = sm.placed(wire.station.desk)
    wire.station.changed.emit()
    wire.page.table.pick(0)
    wire.page.acts.keys["verify"].click()
    dialog = wire.dialog
    assert wire.page.panel.isHidden()
    assert wire.page._stack.currentIndex() == 1
    dialog.identified.emit("password", makers.PHARMACIST, makers.password(makers.PHARMACIST))
    qtbot.waitUntil(lambda: bool(dialog.error.text()))  # type: ignore[attr-defined]
    assert makers.PHARMACIST in dialog.error.text()
    dialog.identified.emit("password", makers.NURSE, makers.password(makers.NURSE))
    qtbot.waitUntil(lambda: dialog._stage == "values")  # type: ignore[attr-defined]
    shown = " ".join(label.text() for label in dialog.findChildren(QWidget) if hasattr(label, "text"))
    assert held.coi not in shown
    dialog.answered.emit({"coi": "DEMO-20260002", "birth_date": "1968-04-17", "number": "20241103"})
    assert "COI" in dialog.error.text()
    assert orders.get(wire.station.desk, held.id).state == "placed"
    dialog.answered.emit({"coi": "DEMO-20260001", "birth_date": "1968/04/17", "number": "2024 1103"})
    after = orders.get(wire.station.desk, held.id)
    assert (after.state, after.verified_by) == ("verified", makers.NURSE)
    assert not wire.page.panel.isHidden()


def test_whoever_did_not_type_the_order_is_asked_for_values_at_once(wire: OrdersWire) -> None:
    held = sm.placed(wire.station.desk)
    makers.sit(wire.station.desk, makers.PHARMACIST_2)
    wire.verify(held.id)
    assert wire.dialog._stage == "values"
    wire.dialog.answered.emit({"coi": "DEMO-20260001", "birth_date": "1968-04-17", "number": "20241103"})
    assert orders.get(wire.station.desk, held.id).verified_by == makers.PHARMACIST_2


def test_a_change_wants_a_reason_and_keeps_the_numbers_history(wire: OrdersWire) -> None:
    held = sm.placed(wire.station.desk)
    wire.entry.ask("change", held.id)
    dialog = wire.entry.dialog
    assert dialog is not None
    dialog.where["bed"].setText("15")
    assert not dialog.key.isEnabled()
    dialog.reason_text.setPlainText("转床")
    dialog.key.click()
    after = orders.get(wire.station.desk, held.id)
    assert (after.bed, after.patient.numbers) == ("15", held.patient.numbers)


def test_replacing_an_order_moves_everything_to_the_new_one(wire: OrdersWire) -> None:
    held = sm.placed(wire.station.desk)
    wire.entry.ask("replace", held.id)
    dialog = wire.entry.dialog
    assert dialog is not None
    dialog.numbers["coi"].setText("DEMO-20260088")
    dialog.reason_text.setPlainText("COI 录错")
    dialog.key.click()
    assert orders.get(wire.station.desk, held.id).state == "replaced"
    assert orders.get(wire.station.desk, wire.page.ident).replaces == held.id


def test_the_holders_notice_makes_the_containers(wire: OrdersWire) -> None:
    held = sm.placed(wire.station.desk)
    wire.announce(held.id)
    dialog = wire.dialog
    dialog.fields["waybill"].setText("WB-1")
    dialog.fields["seals"].setText("S1，S2")
    dialog.fields["hold_end_at"].setText("2026-11-25 18:00")
    dialog._rows[0][1]["expiry"].setText("2027-13")
    dialog.key.click()
    assert "2027-13" in dialog.error.text()
    dialog._rows[0][1]["expiry"].setText("2027-04")
    dialog.key.click()
    [shipment] = wire.station.desk.store.find("shipment", order=held.id)
    assert (shipment.doc["seals"], shipment.doc["hold_end_at"]) == (["S1", "S2"], "2026-11-25T18:00+08:00")
    assert [one.id for one in containers.of_order(wire.station.desk, held.id)] == [f"{held.id}-1", f"{held.id}-2"]
    wire.page.pick(held.id)
    wire.page.acts.keys["notice"].click()
    dialog = wire.dialog
    assert dialog.fields["hold_end_at"].value() == "2026-11-25 18:00"
    dialog.fields["approval_no"].setText("DEMO-S1")
    dialog.key.click()
    [shipment] = wire.station.desk.store.find("shipment", order=held.id)
    assert (shipment.doc["approval_no"], shipment.doc["hold_end_at"]) == ("DEMO-S1", "2026-11-25T18:00+08:00")
    wire.complete_notice(held.id)
    wire.dialog.fields["waybill"].setText("WB-2")
    wire.dialog.key.click()
    assert wire.dialog.error.text()
    wire.dialog.reason.setPlainText("承运单位更换运单")
    wire.dialog.key.click()
    assert wire.station.desk.store.find("shipment", waybill="WB-2")


def test_a_number_is_added_by_two_people(wire: OrdersWire, qtbot: object) -> None:
    held = sm.placed(wire.station.desk)
    wire.add_number(held.id)
    first = wire.dialog
    first.value.setText("20249999")
    first.replaces.setChecked(True)
    first.key.click()
    second = wire.dialog
    assert second is not first
    second.identified.emit("password", makers.NURSE, makers.password(makers.NURSE))
    qtbot.waitUntil(lambda: second._stage == "values")  # type: ignore[attr-defined]
    second.answered.emit({"number": "20249998"})
    assert second.error.text()
    second.answered.emit({"number": "20249999"})
    numbers = orders.get(wire.station.desk, held.id).patient.numbers
    assert [number.value for number in numbers] == ["20241103", "20249999"]
    assert numbers[0].until == "2026-11-21"


def test_days_of_infusion_and_lymphodepletion_are_entered(wire: OrdersWire) -> None:
    desk = wire.station.desk
    held = sm.placed(desk)
    wire._do("dose", held.id)
    assert wire.dialog.day.value() == "2026-12-03"
    wire.dialog.key.click()
    assert [dose.planned_on for dose in orders.doses(desk, held.id)] == ["2026-12-03"]
    wire._do("ld_start", held.id)
    wire.dialog.key.click()
    assert orders.get(desk, held.id).ld_started_on == "2026-11-22"
    assert [one.cause for one in deviations.listed(desk)] == ["ld_unbacked"]


def test_cancelling_asks_why(wire: OrdersWire) -> None:
    held = sm.placed(wire.station.desk)
    wire._do("cancel", held.id)
    wire.dialog.given.emit("患者病情变化")
    assert orders.get(wire.station.desk, held.id).state == "cancelled"
    wire.page.pick(held.id)
    assert wire.page.acts._offered == ()


def test_the_list_is_searched_and_filtered(wire: OrdersWire) -> None:
    sm.placed(wire.station.desk)
    other = Patient("演示癸", "1980-01-01", "f", (Number("mrn", "M-77"),), "Yan Shigui", "YSG")
    second = sm.placed(wire.station.desk, patient=other, coi="DEMO-20267777")
    orders.cancel_order(wire.station.desk, second.id, "重复录入")
    wire.refresh()
    assert [row.patient for row in wire.page.table.model.rows] == ["演示甲"]
    wire.page.filtered.emit("all")
    assert len(wire.page.table.model.rows) == 2
    wire.page.searched.emit("M-77")
    assert [row.patient for row in wire.page.table.model.rows] == ["演示癸"]


def test_a_nurse_sees_orders_and_writes_none(wire: OrdersWire) -> None:
    held = sm.placed(wire.station.desk)
    makers.sit(wire.station.desk, makers.NURSE)
    wire.station.entered.emit()
    assert wire.page.new.isHidden()
    wire.page.pick(held.id)
    assert set(wire.page.acts._offered) == {"verify", "number", "ld_start"}


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (910, 433)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_key_of_the_page_is_cut(wire: OrdersWire, qapp: QApplication, lang: str, size: tuple[int, int]) -> None:
    held = sm.placed(wire.station.desk)
    language.switch(lang)  # type: ignore[arg-type]
    wire.station.frame.resize(*size)
    wire.page.pick(held.id)
    if wire.page.compact:
        wire.page.toggle_side()
    qapp.processEvents()
    for key in wire.page.acts.keys.values():
        if key.isVisible():
            assert key.width() >= key.fontMetrics().horizontalAdvance(key.text()) + 8, key.text()

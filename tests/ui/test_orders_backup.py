"""Backup bags, the enquiry and the lymphodepletion rule from the window; what Today says of doses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import makers
import pytest
import station_makers as sm
from PySide6.QtWidgets import QApplication

from cellguide.acts import containers, deviations, orders, products, shipments
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.orders import Evidence, Order
from cellguide.refusal import Refusal
from cellguide.shipments import Announced, Shipment
from ui.dialogs.order_backup import CALL, KEEP
from ui.language import language
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.orders import OrdersWire
from ui.wiring.settings import SettingsWire
from ui.wiring.today import TodayWire

BAGS = (Announced(1, 2, "L-0417", "2027-02"), Announced(2, 2, "L-0417", "2027-02"))


@pytest.fixture
def station(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> Iterator[Station]:
    sm.adopted(desk)
    with sm.a_station(desk, qapp, scanner) as made:
        made.frame.resize(1440, 900)
        made.frame.show()
        yield made


@pytest.fixture
def wire(station: Station) -> OrdersWire:
    made = station.wires["orders"] = OrdersWire(station)
    station.frame.register("orders", lambda: made.page)
    station.frame.open_page("orders")
    return made


@pytest.fixture
def order(wire: OrdersWire) -> Order:
    held = sm.placed(wire.station.desk)
    shipments.announce_shipment(wire.station.desk, held.id, Shipment(waybill="WB-1"), BAGS)
    wire.station.changed.emit()
    wire.page.pick(held.id)
    return held


def fact(wire: OrdersWire, name: str) -> tuple[str, str, str]:
    """Value, small words and tone of a line of the panel."""
    found = [one for part in wire.page._detail.sections for one in part.facts if one.name == name]
    return found[0].value, found[0].small, found[0].tone


# --- backup bags ------------------------------------------------------------------------------------------------------


def test_a_bag_is_kept_as_backup_and_called_in_as_a_dose(wire: OrdersWire, order: Order) -> None:
    desk, bag = wire.station.desk, f"{order.id}-2"
    wire.page.acts.keys["backup"].click()
    dialog = wire.dialog
    dialog.container.choose(bag)
    assert (dialog.what.value(), dialog.keeper.value(), dialog.expiry.value()) == (KEEP, "holder", "2027-02")
    assert not dialog.key.isEnabled()
    dialog.decide_by.setText("20261220")
    dialog.key.click()
    kept = containers.get(desk, bag)
    assert (kept.state, kept.backup) == (
        "backup",
        {"keeper": "holder", "expiry": "2027-02", "decide_by": "2026-12-20"},
    )
    words = [one.small for part in wire.page._detail.sections for one in part.facts if "2026-12-20" in one.small]
    assert words and "持有人保管" in words[0]
    wire.page.acts.keys["backup"].click()
    dialog = wire.dialog
    dialog.container.choose(bag)
    assert dialog.what.value() == CALL and not dialog.key.isEnabled()
    dialog.reason.setPlainText("首剂漏液，启用备用")
    dialog.key.click()
    assert containers.get(desk, bag).state == "expected"
    assert desk.store.history("container", bag)[-1]["reason"] == "首剂漏液，启用备用"


def test_a_backup_that_is_kept_anew_wants_a_reason_from_the_act_too(wire: OrdersWire, order: Order) -> None:
    desk, bag = wire.station.desk, f"{order.id}-2"
    containers.set_backup(desk, bag, "holder", "2027-02", date(2026, 12, 20))
    with pytest.raises(Refusal) as caught:
        containers.set_backup(desk, bag, "here", "2027-02", date(2027, 1, 20))
    assert caught.value.code == "reason.short"
    again = containers.set_backup(desk, bag, "here", "2027-02", date(2027, 1, 20), "改由本院保管")
    assert again.backup is not None and again.backup["decide_by"] == "2027-01-20"


def test_a_day_after_the_expiry_is_refused_in_the_dialog(wire: OrdersWire, order: Order) -> None:
    wire.page.acts.keys["backup"].click()
    dialog = wire.dialog
    dialog.decide_by.setText("20270401")
    dialog.key.click()
    assert dialog.isVisible() and "2027-04-01" in dialog.error.text()
    assert {one.state for one in containers.of_order(wire.station.desk, order.id)} == {"expected"}


def test_only_the_pharmacy_is_offered_the_backup(wire: OrdersWire, order: Order) -> None:
    makers.sit(wire.station.desk, makers.PHYSICIAN)
    wire.refresh()
    assert "backup" not in wire.page.acts._offered and "dose" in wire.page.acts._offered


# --- the enquiry ------------------------------------------------------------------------------------------------------


def test_the_holder_is_asked_about_a_delivery_once_it_has_come(wire: OrdersWire, order: Order) -> None:
    desk = wire.station.desk
    assert "enquiry" not in wire.page.acts._offered
    [held] = shipments.of_order(desk, order.id)
    shipments.record_arrival(desk, held.id)
    wire.station.changed.emit()
    wire.page.acts.keys["enquiry"].click()
    assert wire.dialog is not None and held.id in wire.dialog.title.text() + wire.dialog.kicker.text()
    wire.dialog.reject()
    orders.cancel_order(desk, order.id, "患者转院治疗")
    wire.station.changed.emit()
    assert wire.page.acts._offered == ("enquiry",), "what came is asked about whatever became of the order"


# --- lymphodepletion --------------------------------------------------------------------------------------------------


def test_the_sites_rule_for_lymphodepletion_is_chosen_with_what_it_rests_on(
    station: Station, wire: OrdersWire, order: Order
) -> None:
    desk = station.desk
    assert fact(wire, "本院规定的清淋依据")[0].startswith("本院尚未选择")
    settings = SettingsWire(station)
    assert settings.page._ld_text.text() == "本院尚未选择"
    settings.page.choose_ld.click()
    dialog = settings.dialog
    assert dialog is not None and not dialog.key.isEnabled()
    dialog.choices["accepted_here"].setChecked(True)
    assert not dialog.key.isEnabled(), "it rests on something"
    dialog.source.setPlainText("演示制度 DEMO-SOP-12")
    dialog.key.click()
    chosen = orders.ld_choice(desk)
    assert chosen is not None
    assert (chosen.choice, chosen.source, chosen.by) == ("accepted_here", "演示制度 DEMO-SOP-12", makers.PHARMACIST)
    assert settings.page._ld_text.text() == "本院已验收合格" and "DEMO-SOP-12" in settings.page._ld_rest.text()
    wire.page.pick(order.id)
    assert fact(wire, "本院规定的清淋依据") == ("本院已验收合格", "尚未满足", "warn")
    language.switch("en")
    assert settings.page._ld_text.text() == "Accepted here"


def test_the_other_basis_is_no_deviation_and_the_entry_says_what_it_rested_on(
    desk: Desk, wire: OrdersWire, order: Order
) -> None:
    orders.choose_ld(desk, "accepted_here", "演示制度 DEMO-SOP-12")
    holder = {**order.holder, "release_notice": Evidence(text="DEMO 放行通知")}
    planned = {**order.planned, "delivery_confirmed_on": "2026-11-20"}
    orders.change_order(desk, order.id, {"holder": holder, "planned": planned}, "补录放行通知")
    orders.record_ld_start(desk, order.id, date(2026, 11, 22))
    assert [one.cause for one in deviations.listed(desk)] == []
    entry = desk.store.history("order", order.id)[-1]
    assert (entry["new"]["ld_basis"], entry["new"]["ld_choice"]) == (["holder_release"], "accepted_here")


@pytest.mark.parametrize(
    ("choice", "source", "code"),
    [("whenever", "演示制度", "order.ld_choice"), ("accepted_here", "!", "reason.short")],
)
def test_a_rule_that_is_none_or_rests_on_nothing_is_refused(desk: Desk, choice: str, source: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        orders.choose_ld(desk, choice, source)
    assert caught.value.code == code
    assert orders.ld_choice(desk) is None


@pytest.mark.req("REG-022")
def test_an_administrator_does_not_choose_it(desk: Desk, station: Station) -> None:
    makers.sit(desk, makers.ADMIN)
    settings = SettingsWire(station)
    assert settings.page.choose_ld.isHidden()
    with pytest.raises(Refusal) as caught:
        orders.choose_ld(desk, "accepted_here", "演示制度 DEMO-SOP-12")
    assert caught.value.code == "session.role"


# --- a profile under review -------------------------------------------------------------------------------------------


def test_an_order_says_that_its_profile_is_under_review_and_what_goes_on(wire: OrdersWire, order: Order) -> None:
    desk = wire.station.desk
    sha256 = products.profile_state(desk, "demo-cel").profile.sha256
    for person in (makers.PHARMACIST, makers.PHARMACIST_2):
        products.verify_profile(desk, "demo-cel", sha256, makers.proof(desk, person))
    makers.sit(desk, makers.PHARMACIST)

    def titles() -> list[str]:
        wire.page.pick(order.id)
        return [note.title for note in wire.page._detail.notes]

    assert not any("复审" in title for title in titles())
    products.put_under_review(desk, "demo-cel", "标签与档案不符")
    assert any("复审" in title and "继续" in title for title in titles())


# --- Today ------------------------------------------------------------------------------------------------------------


def test_today_says_whose_dose_is_due_and_which_backup_waits_for_a_decision(
    wire: OrdersWire, order: Order, clock: SetClock
) -> None:
    desk = wire.station.desk
    orders.plan_dose(desk, order.id, 1, date(2026, 11, 23), of=(f"{order.id}-1",))
    containers.set_backup(desk, f"{order.id}-2", "holder", "2027-02", date(2026, 12, 20))
    today = TodayWire(wire.station)

    def said() -> list[str]:
        return [need.text for need in today._needs() if need.ident == f"order:{order.id}"]

    assert said() == []
    clock.move(days=1)
    assert said() == ["演示甲 · 演示赛 · 第 1 次回输，计划 2026-11-23"]
    clock.move(days=25)
    [dose, backup] = [need for need in today._needs() if need.ident == f"order:{order.id}"]
    assert dose.mark.text == "过期未回输" and f"{order.id}-2" in backup.text and "2026-12-20" in backup.text
    today._open_need(dose.ident)
    assert wire.page.ident == order.id and wire.station.frame.page_name == "orders"

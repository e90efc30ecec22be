"""The storage map over a real store: walked by keys, searched, scanned; what stands there is moved, counted, added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import makers
import pytest
import storage_bench as sb
import storage_makers
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from test_ui_pages import cut, visible

from cellguide.acts import containers, moves, places, shipper_store
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.places import Place
from cellguide.words import LANGS, Lang
from ui.language import language
from ui.rack import RackGrid
from ui.scan import ScanFilter
from ui.wiring.map import MapWire


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[sb.Bench]:
    made = sb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    yield made
    sb.put_away(made, qapp)


def opened(bench: sb.Bench) -> MapWire:
    wire = MapWire(bench.station)
    bench.station.wires["storage"] = wire
    bench.station.frame.register("storage", lambda: wire.page)
    bench.station.frame.open_page("storage")
    QApplication.processEvents()
    return wire


def grids(wire: MapWire) -> list[RackGrid]:
    return [grid for card in wire.page._cards for grid in card.grids]


def cell(wire: MapWire, code: str):
    return next(one for grid in grids(wire) for one in grid.cells if one.code == code)


def said(wire: MapWire) -> str:
    QApplication.processEvents()
    return " ".join(part.text() for part in visible(wire.page.panel, QLabel))


def test_a_cell_carries_a_letter_and_the_end_of_the_chain_of_identity(bench: sb.Bench) -> None:
    sb.warm_week(bench)
    wire = opened(bench)
    assert cell(wire, "A/1/02")[1:4] == ("stored", "在", "102")
    assert cell(wire, "B/1/01")[1:4] == ("locked", "锁", "077")
    assert cell(wire, "A/1/01")[1:4] == ("free", "", "")
    assert "演示丙" in cell(wire, "B/1/01").said and "DEMO-24077" in cell(wire, "B/1/01").said
    language.switch("en")
    assert cell(wire, "A/1/02").letter == "S" and cell(wire, "B/1/01").letter == "H"


def test_the_panel_shows_whose_it_is_since_when_how_warm_and_when_it_is_wanted(bench: sb.Bench) -> None:
    sb.warm_week(bench)
    wire = opened(bench)
    wire.page.pick("B/1/01")
    text = said(wire)
    for part in ("演示丙", "DEMO-24077", "DEMO-L1", "锁定·待处理", "11-20 09:00", "2026-12-02", "−145.0 °C（11-21 14:"):
        assert part in text
    assert wire.page.acts.keys["move"].isVisible()
    assert not wire.page.acts.keys["order"].isVisible()  # a page that is not there has no key


def test_the_temperature_of_a_device_is_grey_when_it_is_old(bench: sb.Bench) -> None:
    sb.warm_week(bench)
    wire = opened(bench)
    tank_b = next(look for look in wire.page._devices if look.code == "B")
    assert tank_b.mark.text == "−184.5 °C" and tank_b.mark.tone == "ok" and "5 分钟前" in tank_b.age
    bench.clock.move(hours=5)
    wire.refresh()
    tank_b = next(look for look in wire.page._devices if look.code == "B")
    assert tank_b.mark.tone == "" and "5 小时前" in tank_b.age


def test_arrows_walk_from_cell_to_cell_and_from_rack_to_rack(bench: sb.Bench) -> None:
    wire = opened(bench)
    first, second = grids(wire)[:2]
    first.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(first, key)
    assert wire.page.chosen == "A/1/02" and "演示己" in said(wire)
    assert "演示己" in first.accessibleName()
    for _ in range(5):
        QTest.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert wire.page.chosen == second.cells[0].code


def test_searching_lets_everything_else_step_back(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page.search.textEdited.emit("24098")
    assert not cell(wire, "B/1/03").dim and cell(wire, "B/1/01").dim and cell(wire, "A/1/01").dim
    wire.page.search.textEdited.emit("")
    assert not any(one.dim for grid in grids(wire) for one in grid.cells)


def test_a_scan_shows_its_place_whatever_has_the_keyboard(bench: sb.Bench) -> None:
    wire = opened(bench)
    bench.station.scanned.emit(" b/1/03 ")
    assert wire.page.chosen == "B/1/03"
    bench.station.scanned.emit("C-3")
    assert wire.page.chosen == "A/1/02"


def test_a_bag_is_moved_with_its_timer_and_a_wrong_position_is_refused_with_its_reason(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page.pick("A/1/02")
    wire.page.acts.keys["move"].click()
    dialog = wire.moves.dialog
    dialog.take.click()
    assert bench.desk.store.find("move", state=moves.OUT)
    bench.clock.move(seconds=42)
    bench.station.tick()
    assert "42 s" in dialog.timer.text()
    bench.station.scanned.emit("B/1/01")
    dialog.put.click()
    assert dialog.error.text() and dialog.isVisible() and dialog.forced.isVisible()
    assert containers.get(bench.desk, "C-3").place == "A/1/02"
    bench.station.scanned.emit("A/1/05")
    dialog.put.click()
    assert not dialog.isVisible() and containers.get(bench.desk, "C-3").place == "A/1/05"
    assert cell(wire, "A/1/05").tail == "102" and cell(wire, "A/1/02").look == "free"


def test_a_move_that_was_left_is_taken_up_again_and_the_timer_never_stood(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.moves.move("C-3")
    wire.moves.dialog.take.click()
    wire.moves.dialog.reject()
    bench.clock.move(seconds=90)
    wire.refresh()
    duty = next(one for one in wire._duties() if one.ident.startswith("out:"))
    assert "90 s" in duty.text
    wire.page.duty_asked.emit(duty.ident)
    wire.moves.dialog.show_scan("A/1/06")
    wire.moves.dialog.put.click()
    (done,) = [one.doc for one in bench.desk.store.find("move", state=moves.DONE)]
    assert done["exposure_s"] == 90


def test_a_tank_is_emptied_by_two_scans_and_every_position_waits_to_be_scanned(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page.tool_asked.emit("bulk")
    dialog = wire.moves.dialog
    bench.station.scanned.emit("B")
    bench.station.scanned.emit("A")
    dialog.reason.setPlainText("液氮罐 B 真空失效")
    dialog._save()
    assert {containers.get(bench.desk, f"C-{n}").place for n in (1, 2)} == {"A"}
    waiting = [one for one in wire._duties() if one.ident.startswith("at:")]
    assert len(waiting) == 2
    wire.page.duty_asked.emit("at:C-1")
    bench.station.scanned.emit("A/1/04")
    wire.moves.dialog.put.click()
    assert containers.get(bench.desk, "C-1").place == "A/1/04"
    assert len([one for one in wire._duties() if one.ident.startswith("at:")]) == 1


def test_a_count_by_two_people_finds_what_is_missing(bench: sb.Bench, qtbot: QtBot) -> None:
    wire = opened(bench)
    wire.page.tool_asked.emit("count")
    dialog = wire.moves.dialog
    dialog.device.choose("B")
    bench.station.scanned.emit("C-1")
    assert "已扫描 1 件，账上 2 件" in dialog.count.text()
    dialog.done_key.click()
    second = next(
        one for one in QApplication.topLevelWidgets() if type(one).__name__ == "SecondPersonDialog" and one.isVisible()
    )
    second.identified.emit("password", makers.PHARMACIST_2, makers.password(makers.PHARMACIST_2))
    qtbot.waitUntil(lambda: any(held.doc["kind"] == "count" for held in bench.desk.store.find("event")))
    (count,) = [held.doc for held in bench.desk.store.find("event") if held.doc["kind"] == "count"]
    assert count["missing"] == ["C-2"] and len(count["by"]) == 2
    assert any("C-2" in notice.text for notice in bench.station.frame.notices.notices)


def test_a_new_tank_is_looked_at_twice_a_day_unless_the_site_says_otherwise(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page.tool_asked.emit("place")
    dialog = wire.places.dialog
    dialog.kind.choose("tank")
    dialog._fit_kind()
    assert dialog.place().rounds == ("08:00", "20:00")
    dialog.kind.choose("shipper")
    dialog._fit_kind()
    assert dialog.place().rounds == ()
    dialog.kind.choose("fridge")
    dialog._fit_kind()
    dialog.rounds.setText("07:30")
    dialog._fit_kind()
    assert dialog.place().rounds == ("07:30",)
    dialog.reject()


def test_a_rack_is_registered_with_its_positions_at_once(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page.tool_asked.emit("place")
    dialog = wire.places.dialog
    tree = places.tree(bench.desk)
    dialog.kind.choose("rack")
    dialog._fit_kind()
    dialog.parent_place.choose(tree.by_code("B").id)
    dialog.code.setText("B/2")
    dialog.zh.setText("架 2")
    dialog.count.setText("12")
    dialog._save()
    assert not dialog.isVisible()
    assert cell(wire, "B/2/12").look == "free" and len([g for g in grids(wire) if len(g.cells) == 12]) == 1


def test_a_shipper_used_as_a_store_shows_its_end_and_trusts_only_young_readings(
    bench: sb.Bench, tmp_path: Path
) -> None:
    desk = bench.desk
    room = places.tree(desk).by_code("ROOM")
    new = Place("", "shipper", "SN-1", room.id, "运输罐 SN-1", "Shipper SN-1", limit_c_max="-150", limit_source="DEMO",
                hold_end_at="2026-11-25T18:00:00+08:00")  # fmt: skip
    places.add_place(desk, new, storage_makers.second(desk))
    order = storage_makers.order(desk, "O-A-2026-000009", coi="DEMO-24118", name="演示寅")
    storage_makers.stored(desk, "C-9", "SN-1", order_id=order, accepted=False)
    wire = opened(bench)
    (look,) = wire.page._shippers
    assert "演示寅 DEMO-24118" in look.title and "11-25 18:00" in look.mark.text and look.mark.tone == "alarm"
    photo = tmp_path / "display.png"
    photo.write_bytes(b"demo photograph")
    wire.page.shipper_asked.emit("SN-1")
    dialog = wire.rounds.dialog
    dialog.c_field.setText("189.0")
    dialog._save()
    assert not desk.store.find("round")  # a cryogenic value needs its sign
    dialog.c_field.setText("−189.0")
    dialog.upright.setChecked(True)
    dialog.choose_photo(str(photo))
    dialog._save()
    assert shipper_store.shipper_countdown(desk, "SN-1").trusted
    (look,) = wire.page._shippers
    assert "−189.0 °C" in look.line and look.mark.tone == "info"


def test_who_may_not_move_or_register_is_offered_neither(bench: sb.Bench) -> None:
    makers.sit(bench.desk, makers.PHYSICIAN)
    wire = opened(bench)
    wire.page.pick("A/1/02")
    assert not wire.page.acts.keys["move"].isVisible()
    assert not wire.page.tools["place"].isVisible() and not wire.page.tools["bulk"].isVisible()


@pytest.mark.req("REG-050")
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (910, 433)])
def test_nothing_is_cut_in_either_language(bench: sb.Bench, lang: Lang, size: tuple[int, int]) -> None:
    sb.warm_week(bench)
    wire = opened(bench)
    bench.station.frame.register("orders", lambda: wire.page)
    language.switch(lang)
    bench.station.frame.resize(*size)
    wire.page.pick("B/1/01")
    for _ in range(2):
        for _again in range(3):
            QApplication.processEvents()
        parts = [*visible(wire.page, QLabel), *visible(wire.page, QPushButton)]
        assert [text for part in parts if (text := cut(part)) and not text.startswith("<table")] == []
        assert all(grid.height() >= 44 for grid in grids(wire) if grid.cells)
        wire.page.toggle_side()
        QApplication.processEvents()

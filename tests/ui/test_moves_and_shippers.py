"""A planned move walks its checklist from the map, an emergency is timed by its two scans, a shipper is watched."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
import storage_bench as sb
import storage_makers
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cellguide.acts import containers, excursions, moves, places, shipper_store, walks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.places import Place
from ui.scan import ScanFilter
from ui.wiring import banner as banner_wiring
from ui.wiring.banner import BannerWire
from ui.wiring.map import MapWire
from ui.wiring.receipt import ReceiptWire
from ui.wiring.storage_needs import open_storage_need, storage_needs
from ui.wiring.today_readings import last_readings


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[sb.Bench]:
    made = sb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    yield made
    sb.put_away(made, qapp)


def opened(bench: sb.Bench) -> MapWire:
    wire, walk = MapWire(bench.station), ReceiptWire(bench.station)
    bench.station.wires |= {"storage": wire, "receipt": walk}
    bench.station.frame.register("storage", lambda: wire.page)
    bench.station.frame.register("receipt", lambda: walk.page)
    bench.station.frame.open_page("storage")
    QApplication.processEvents()
    return wire


def a_shipper(bench: sb.Bench, *, hold_end: str = "2026-11-25T18:00:00+08:00") -> None:
    new = Place("", "shipper", "SN-1", "", "运输罐 SN-1", "Shipper SN-1", limit_c_max="-150", limit_source="DEMO",
                hold_end_at=hold_end)  # fmt: skip
    places.add_place(bench.desk, new, storage_makers.second(bench.desk))
    order = storage_makers.order(bench.desk, "O-A-2026-000009", coi="DEMO-24118", name="演示寅")
    storage_makers.stored(bench.desk, "C-9", "SN-1", order_id=order)


def needs(bench: sb.Bench) -> dict[str, tuple[str, str]]:
    return {need.ident: (need.mark.tone, need.text) for need in storage_needs(bench.desk)}


def test_a_planned_move_walks_its_checklist(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page.pick("A/1/02")
    wire.page.acts.keys["move"].click()
    dialog = wire.moves.dialog
    assert dialog.into.value() == "A" and dialog.take.isVisible()
    dialog.show_scan("B")
    dialog.why.choose("quarantine")
    dialog.begin.click()
    assert not dialog.isVisible() and bench.station.frame.page_name == "receipt"
    [(run, doc)] = walks.open_runs(bench.desk)
    walk = walks.load_run(bench.desk, run)
    assert (doc["template"], walk.containers) == ("transfer", ("C-3",))
    assert walk.subjects["device"] == places.get(bench.desk, "B").id
    assert {key.step: answer.value for key, answer in walk.current.items()}["S-01"] == "quarantine"
    # Nothing has moved yet; the same key goes on with the walk instead of beginning a second one.
    assert containers.get(bench.desk, "C-3").place == "A/1/02"
    bench.station.frame.open_page("storage")
    wire.page.acts.keys["move"].click()
    assert bench.station.frame.page_name == "receipt" and len(walks.open_runs(bench.desk)) == 1


def test_what_is_out_already_is_timed_at_once_and_stands_on_today_until_it_is_in(
    bench: sb.Bench, clock: SetClock
) -> None:
    wire = opened(bench)
    wire.page.pick("A/1/02")
    wire.page.acts.keys["move"].click()
    wire.moves.dialog.take.click()
    wire.moves.dialog.reject()
    [(ident, (tone, text))] = [(key, one) for key, one in needs(bench).items() if key.startswith("out:")]
    assert tone == "alarm" and "C-3" in text
    clock.move(seconds=40)
    open_storage_need(bench.station, *ident.split(":", 1))
    wire.moves.dialog.target.setText("A/1/05")
    wire.moves.dialog.put.click()
    assert containers.get(bench.desk, "C-3").place == "A/1/05"
    assert not any(key.startswith("out:") for key in needs(bench))
    assert bench.desk.store.find("move")[0].doc["exposure_s"] == 40


def test_an_emergency_is_timed_from_the_first_scan_to_the_second(bench: sb.Bench, clock: SetClock) -> None:
    wire = opened(bench)
    wire.moves.empty_tank()
    dialog = wire.moves.dialog
    bench.station.scanned.emit("B")
    clock.move(seconds=170)
    bench.station.ticked.emit()
    assert "170" in dialog.timer.text()
    bench.station.scanned.emit("A")
    clock.move(seconds=60)
    dialog.reason.setPlainText("罐 B 真空失效")
    dialog._save()
    waiting = moves.unreconciled(bench.desk)
    assert [doc["exposure_s"] for _, doc, _ in waiting] == [170, 170]
    [(ident, (tone, text))] = [(key, one) for key, one in needs(bench).items() if key.startswith("at:")]
    assert tone == "warn" and " 2 " in text
    clock.move(hours=25)
    assert needs(bench)[ident][0] == "alarm"
    open_storage_need(bench.station, *ident.split(":", 1))
    assert wire.moves.dialog.reconciles


def test_a_shipper_stands_on_today_until_it_is_empty(bench: sb.Bench, clock: SetClock) -> None:
    a_shipper(bench)
    wire = opened(bench)
    tone, text = needs(bench)["shipper:SN-1"]
    assert tone == "alarm" and "演示寅" in text and "没有读数" in text
    shipper_store.record_shipper_reading(bench.desk, "SN-1", Decimal("-188"), b"photo")
    tone, text = needs(bench)["shipper:SN-1"]
    assert tone == "info" and "11-22 12:00" in text and "11-25 18:00" in text
    clock.move(hours=3, minutes=45)
    assert needs(bench)["shipper:SN-1"][0] == "warn"
    clock.move(hours=1)
    assert needs(bench)["shipper:SN-1"][0] == "alarm"
    open_storage_need(bench.station, "shipper", "SN-1")
    assert wire.rounds.dialog.isVisible()
    moves.move_container(bench.desk, "C-9", "B/1/05", "relocation")
    assert "shipper:SN-1" not in needs(bench)


def test_a_shipper_past_its_time_is_held_and_heard_without_anybody_asking(
    bench: sb.Bench, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_shipper(bench, hold_end="2026-11-22T09:00:00+08:00")
    heard: list[bool] = []
    monkeypatch.setattr("ui.runner.sound.ring", lambda: bool(heard.append(True)) or True)
    wire = BannerWire(bench.station)
    wire._tick()
    assert excursions.listed(bench.desk) == []
    clock.move(hours=2)
    for _ in range(banner_wiring.LOOK_EVERY_TICKS):
        wire._tick()
    [(id, doc)] = excursions.listed(bench.desk)
    assert doc["containers"] == ["C-9"] and wire.sounding() == [id]
    assert containers.get(bench.desk, "C-9").state == "locked"
    for _ in range(banner_wiring.SOUND_EVERY_TICKS):
        wire._tick()
    assert heard
    assert len(excursions.listed(bench.desk)) == 1


def test_the_alarm_of_a_shipper_leads_to_its_place_where_it_is_seen_and_answered(bench: sb.Bench) -> None:
    a_shipper(bench)
    shipper_store.record_shipper_reading(bench.desk, "SN-1", Decimal("-80"), b"photo")
    map_wire, wire = opened(bench), BannerWire(bench.station)
    bench.station.frame.open_page("receipt")
    [id] = wire.sounding()
    wire.open(id)
    QApplication.processEvents()
    assert (bench.station.frame.page_name, map_wire.page.chosen) == ("storage", "SN-1")
    keys = map_wire.page.acts.keys
    assert all(keys[name].isVisible() for name in ("acknowledge", "silence", "respond", "dossier", "resolve"))
    keys["acknowledge"].click()
    map_wire.alarms.dialog.given.emit("已到现场，准备转入液氮罐")
    assert excursions.get(bench.desk, id)["acknowledged"]["text"].startswith("已到现场")
    assert wire.sounding() == [] and not keys["acknowledge"].isVisible()


def test_today_shows_every_device_the_worst_first_against_the_coldest_content(bench: sb.Bench) -> None:
    a_shipper(bench)
    sb.warm_week(bench)
    shipper_store.record_shipper_reading(bench.desk, "SN-1", Decimal("-80"), b"photo")
    first, second = last_readings(bench.desk)
    assert (first.ident, first.tone, first.value, first.limit_c) == ("SN-1", "alarm", "−80 °C", -150.0)
    assert (second.ident, second.tone) == ("B", "ok") and len(second.points) > 1

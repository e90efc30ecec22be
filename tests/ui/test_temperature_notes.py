"""Beside the curve: notes, records of the time, marks, probes out of use, the figure that leads to the map."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import makers
import pytest
import storage_bench as sb
import storage_makers as given
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cellguide.acts import excursions, imports, places, probes, temperature_records
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Actor, Change
from cellguide.places import Place
from cellguide.words import LANGS, Lang
from ui.dialogs.device_mark import DeviceMarkDialog
from ui.dialogs.second import SecondPersonDialog
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.alarm_rules import open_alarm_rules
from ui.wiring.map import MapWire
from ui.wiring.resolve import open_resolve
from ui.wiring.temperature import TemperatureWire


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[sb.Bench]:
    made = sb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    yield made
    sb.put_away(made, qapp)


def opened(bench: sb.Bench, qtbot: QtBot) -> TemperatureWire:
    wire = TemperatureWire(bench.station)
    bench.station.wires["temperature"] = wire
    bench.station.frame.register("temperature", lambda: wire.page)
    bench.station.frame.open_page("temperature")
    settled(wire, qtbot)
    return wire


def settled(wire: TemperatureWire, qtbot: QtBot) -> None:
    """The judgement of the period shown has come back from the pool."""
    qtbot.waitUntil(lambda: wire.judgement is not None and wire.judgement.period == wire.page.chart.period)


def cards(wire: TemperatureWire) -> dict[str, tuple[str, ...]]:
    return {card.title: card.lines for card in wire.notes._cards}


@pytest.mark.parametrize("lang", LANGS)
def test_coverage_calibration_guard_band_and_conflicts_are_named(bench: sb.Bench, qtbot: QtBot, lang: Lang) -> None:
    sb.warm_week(bench)
    data = given.readings("2026-11-22 07:30", "2026-11-22 08:40", lambda at: -186.0)
    imports.take_in_file(bench.desk, data, "late.csv", bench.probe, zone="Asia/Shanghai")
    language.switch(lang)
    wire = opened(bench, qtbot)
    told = cards(wire)
    names = {
        "zh": ("数据不足", "校准有效", "采用的限值及来源", "同一时刻不同读数", "两个文件重叠"),
        "en": ("Data insufficient", "Calibration valid", "Limits used, and where they come from",
               "Different values at one time", "Two files overlap"),
    }[lang]  # fmt: skip
    assert set(names[:3]) <= set(told)
    everything = "\n".join(line for lines in told.values() for line in lines)
    assert names[3] in everything and names[4] in everything and "DEMO SOP-07" in everything
    assert wire.page.notes.property("tone") == "warn" and wire.page.notes.text()
    wire.page.notes.click()
    assert wire.notes.dialog is not None and wire.notes.dialog.isVisible()


def test_a_record_of_the_shown_time_stands_above_the_curve_until_a_late_file_makes_it_old(
    bench: sb.Bench, qtbot: QtBot
) -> None:
    sb.warm_week(bench)
    record = temperature_records.make_temperature_record(
        bench.desk, bench.probe, date(2026, 11, 21), date(2026, 11, 21)
    )
    wire = opened(bench, qtbot)
    assert record in wire.page.told.whole and wire.page.told.property("tone") == "quiet"
    bench.clock.move(hours=1)
    makers.sit(bench.desk, makers.PHARMACIST)
    data = given.steady("2026-11-20 20:00:00", "2026-11-21 00:30:00")
    imports.take_in_file(bench.desk, data, "earlier.csv", bench.probe, zone="Asia/Shanghai")
    wire.refresh()
    qtbot.waitUntil(lambda: "1 个文件" in wire.page.told.whole)
    assert wire.page.told.property("tone") == "warn"


def test_the_calibration_figure_leads_to_the_probe_on_the_map(bench: sb.Bench, qtbot: QtBot) -> None:
    sb.warm_week(bench)
    map_wire = MapWire(bench.station)
    bench.station.wires["storage"] = map_wire
    bench.station.frame.register("storage", lambda: map_wire.page)
    wire = opened(bench, qtbot)
    card = next(card for card in wire.page._cards if "校准" in card.title.whole)
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert bench.station.frame.page_name == "storage" and map_wire.page.chosen == f"probe:{bench.probe}"
    assert all(one.focusPolicy() == Qt.FocusPolicy.NoFocus for one in wire.page._cards if one is not card)


def test_what_happened_is_marked_from_the_page(bench: sb.Bench, qtbot: QtBot) -> None:
    sb.warm_week(bench)
    wire = opened(bench, qtbot)
    wire.page.mark.click()
    assert isinstance(wire.dialog, DeviceMarkDialog) and wire.dialog.isVisible()
    wire.dialog.reject()


def test_a_probe_out_of_use_can_still_be_looked_at_and_its_files_wait_for_review(bench: sb.Bench, qtbot: QtBot) -> None:
    id = sb.warm_week(bench)
    at, who = bench.desk.begin("take_in_file")
    bench.desk.write("take_in_file", [Change("series", id, {"state": "unreviewed"})], at=at, who=who)
    given.probe(bench.desk, "A")
    probes.retire_probe(bench.desk, bench.probe, "记录仪损坏，已更换")
    wire = opened(bench, qtbot)
    wire.page.probe.choose(bench.probe)
    assert wire.page.probe.currentText().endswith(f"{sb.SERIAL}（已停用）")
    settled(wire, qtbot)
    assert len(wire.page.table.model.rows) == 1
    assert cards(wire)["待复核的导入（所有探头）"] == (id,)


def test_a_store_of_two_to_eight_degrees_names_window_ratio_and_coverage_of_its_mkt(
    bench: sb.Bench, qtbot: QtBot
) -> None:
    room = places.get(bench.desk, "ROOM").id
    limits = {"limit_c_max": "8", "limit_c_min": "2", "limit_source": "DEMO"}
    fridge = Place("", "fridge", "F", room, "冰箱", "Fridge", **limits)
    places.add_place(bench.desk, fridge, Actor(makers.QUALITY, "quality", "badge"))
    id = given.probe(bench.desk, "F", serial="DEMO-F")
    data = given.readings(
        "2026-11-20 00:00", "2026-11-22 08:00", lambda at: 12.0 if (at.day, at.hour) == (21, 3) else 5.0
    )
    imports.take_in_file(bench.desk, data, "fridge.csv", id, zone="Asia/Shanghai")
    wire = opened(bench, qtbot)
    wire.show_probe(id)
    qtbot.waitUntil(lambda: any("动力学" in card.title.whole and "°C" in card.value.whole for card in wire.page._cards))
    card = next(card for card in wire.page._cards if "动力学" in card.title.whole)
    assert "最热 24 h" in card.note.whole and "ΔH/R 10000 K" in card.note.whole and "覆盖 100 %" in card.note.whole
    [line] = cards(wire)["平均动力学温度（仅供评估）"]
    assert "峰值 12.0 °C" in line and "ΔH/R 10000 K" in line


def test_rules_are_added_in_words_refused_by_their_field_and_signed_for_by_a_second_person(
    bench: sb.Bench, qtbot: QtBot
) -> None:
    dialog = open_alarm_rules(bench.station, "B")
    dialog.name.setText("夜间升温")
    dialog.limit.setText("−170")
    dialog.mode.choose("cumulative")
    dialog.minutes.setText("90")
    dialog.source.setText("DEMO SOP-12")
    dialog.add.click()
    assert "时间窗" in dialog.error.text() and dialog.rows() == []
    dialog.window.setText("1440")
    dialog.add.click()
    assert dialog.rows() == [("夜间升温", "high", "-170", "cumulative", "90", "1440", "DEMO SOP-12")]
    assert not dialog.save.isEnabled()
    dialog.reason.setPlainText("夜间升温频繁")
    dialog.save.click()
    [second] = bench.station.frame.findChildren(SecondPersonDialog)
    second.identified.emit("password", makers.PHARMACIST_2, makers.password(makers.PHARMACIST_2))
    qtbot.waitUntil(lambda: len(places.get(bench.desk, "B").alarms) == 1)


def test_the_probe_is_blamed_only_with_a_second_probe_a_file_and_two_signatures(
    bench: sb.Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    sb.warm_week(bench)
    [(id, _)] = excursions.listed(bench.desk)
    alone = open_resolve(bench.station, id)
    assert not alone.artefact.isEnabled()
    alone.reject()
    for hold, _ in excursions.holds_of(bench.desk, id):
        word = excursions.Disposition("可继续使用，无附加条件", file=b"%PDF DEMO letter")
        proofs = makers.proof(bench.desk, makers.PHARMACIST), makers.proof(bench.desk, makers.QUALITY)
        excursions.lift_hold(bench.desk, hold, word, *proofs)
    second = given.probe(bench.desk, "B", serial="DEMO-2")
    imports.take_in_file(bench.desk, given.steady("2026-11-21 00:00:00", "2026-11-22 07:55:00"), "b.csv", second)
    dialog = open_resolve(bench.station, id)
    dialog.cause.choose("probe_fault")
    dialog.text.setPlainText("插头松动，已重新固定")
    dialog.artefact.setChecked(True)
    assert "在范围内" in dialog.witness.text() and not dialog.key.isEnabled()
    photo = tmp_path / "plug.jpg"
    photo.write_bytes(b"DEMO photograph")
    dialog.file.choose(str(photo))
    dialog.vouchers.first[1].setText(makers.password(makers.PHARMACIST))
    dialog.vouchers.second[0].setText(makers.QUALITY)
    dialog.vouchers.second[1].setText(makers.password(makers.QUALITY))
    dialog.key.click()
    qtbot.waitUntil(lambda: excursions.get(bench.desk, id)["state"] == "resolved", timeout=10_000)
    assert excursions.get(bench.desk, id)["resolved"]["file"] == "plug.jpg"

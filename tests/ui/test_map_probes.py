"""The storage map's panel of devices and probes: certificates, failures, changes, and what Today says of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import makers
import pytest
import storage_bench as sb
import storage_makers
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from test_ui_pages import cut, visible

from cellguide.acts import containers, deviations, moves, places, probes
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.places import Place
from cellguide.words import LANGS, Lang
from ui.dialogs.doubted import DoubtedDialog
from ui.dialogs.place import PlaceDialog
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.map import MapWire
from ui.wiring.storage_needs import open_storage_need, storage_needs


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


def said(wire: MapWire) -> str:
    QApplication.processEvents()
    labels = " ".join(part.accessibleName() or part.text() for part in visible(wire.page.panel, QLabel))
    return labels + " ".join(part.text() for part in visible(wire.page.panel, QPushButton))


def offered(wire: MapWire) -> list[str]:
    return [name for name, key in wire.page.acts.keys.items() if key.isVisible()]


def press(wire: MapWire, act: str) -> None:
    QApplication.processEvents()
    wire.page.acts.keys[act].click()


def certificate(wire: MapWire, *, as_found: str = "pass", day: str = "2026-11-20"):
    press(wire, "certificate")
    dialog = wire.probes.dialog
    dialog.number.setText("DEMO-2026-9")
    dialog.lab.setText("演示计量院")
    dialog.calibrated_on.setText(day)
    dialog.as_found.choose(as_found)
    dialog._doubt()
    for field, text in zip(dialog.rows.rows[0], ("-196", "0.8", "0,1"), strict=True):
        field.setText(text)
    return dialog


def test_the_panel_of_a_device_shows_limits_rounds_count_and_its_probes(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page._cards[1].picked.emit("B")
    text = said(wire)
    for part in (
        "≤ −150 °C",
        "DEMO SOP-07",
        "08:00 20:00",
        "本月盘点: 尚未",
        sb.SERIAL,
        "8 天后到期",
        "2026-11-30 到期",
    ):
        assert part in text
    assert offered(wire) == ["round", "count", "add_probe", "alarm_rules", "change", "retire", "up"]
    assert wire.page.acts.keys["count"].property("look") == "primary", "what is due comes first"


def test_a_way_leads_from_the_device_to_its_probe_and_up_again(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page.pick("B")
    QApplication.processEvents()
    next(key for key in visible(wire.page.panel, QPushButton) if key.text() == sb.SERIAL).click()
    assert wire.page.chosen == f"probe:{bench.probe}" and "DEMO-2025-7" in said(wire)
    for code in ("B", "ROOM", "SITE"):
        press(wire, "up")
        assert wire.page.chosen == code
    wire.page.pick("B/1/02")
    press(wire, "up")
    assert wire.page.chosen == "B/1" and "演示丙" not in said(wire)


def test_a_scan_of_a_loggers_number_shows_the_probe(bench: sb.Bench) -> None:
    wire = opened(bench)
    bench.station.scanned.emit("demo pt04")
    assert wire.page.chosen == f"probe:{bench.probe}"


def test_a_certificate_is_recorded_with_its_points_and_file(bench: sb.Bench, tmp_path: Path) -> None:
    wire = opened(bench)
    wire.show_probe(bench.probe)
    dialog = certificate(wire)
    paper = tmp_path / "cal.pdf"
    paper.write_bytes(b"%PDF demo")
    dialog.choose_file(str(paper))
    dialog._save()
    held = probes.get(bench.desk, bench.probe)
    assert held.certificates[-1]["points"] == [["-196", "0.8", "0.1"]] and not dialog.isVisible()
    assert "2027-11-20 到期" in said(wire) and "演示计量院" in said(wire)
    wire.probes.write_file(bench.probe, tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == b"%PDF demo"


def test_nothing_is_recorded_before_somebody_said_what_was_found_and_cold_points_have_their_sign(
    bench: sb.Bench,
) -> None:
    wire = opened(bench)
    wire.show_probe(bench.probe)
    dialog = certificate(wire, as_found="")
    dialog._save()
    dialog.as_found.choose("pass")
    dialog.rows.rows[0][0].setText("196")
    dialog._save()
    assert "−196" in dialog.error.text()
    dialog.rows.rows[0][0].setText("-196")
    dialog.rows.rows[0][1].setText("")
    dialog._save()
    assert "第 1 个校准点" in dialog.error.text() and dialog.isVisible()
    assert len(probes.get(bench.desk, bench.probe).certificates) == 1
    dialog.reject()


@pytest.mark.req("REG-053")
def test_a_failure_as_found_is_announced_recorded_and_listed(bench: sb.Bench) -> None:
    series = sb.warm_week(bench)
    wire = opened(bench)
    wire.show_probe(bench.probe)
    dialog = certificate(wire, as_found="fail", day="2026-11-22")
    warning = " ".join(part.text() for part in dialog.notes.findChildren(QLabel))
    assert "2025-12-01" in warning and "1 次导入，2 件产品，1 次超温" in warning
    dialog._save()
    shown = wire.probes.dialog
    assert isinstance(shown, DoubtedDialog) and shown.isVisible()
    text = " ".join(part.accessibleName() for part in shown.panel.findChildren(QLabel))
    for part in (series, "C-1", "C-2", "2026-11-21 00:00 → 2026-11-22 07:55", "DEMO-24077 · B/1/01", "X-A-2026-000001"):
        assert part in text
    assert any(one.cause == "as_found" for one in deviations.listed(bench.desk))
    shown.reject()
    press(wire, "doubted")
    assert wire.probes.dialog is not shown and wire.probes.dialog.isVisible()
    wire.probes.dialog.reject()


def test_a_probe_is_changed_replaced_and_retired(bench: sb.Bench) -> None:
    sb.warm_week(bench)
    wire = opened(bench)
    wire.show_probe(bench.probe)
    press(wire, "change_probe")
    dialog = wire.probes.dialog
    assert dialog.serial.isReadOnly() and not dialog.proof.isVisible()
    dialog.sits.choose("product_dummy")
    dialog._save()
    assert dialog.error.text() and dialog.isVisible()  # no reason yet
    dialog.reason.setPlainText("移入模拟药袋")
    dialog._save()
    assert probes.get(bench.desk, bench.probe).sits == "product_dummy"
    press(wire, "replace_probe")
    dialog = wire.probes.dialog
    dialog.serial.setText("DEMO-NEW-7")
    dialog.reason.setPlainText("电池耗尽")
    dialog._save()
    new = probes.by_serial(bench.desk, "DEMO-NEW-7")
    assert new is not None and "由其接替: DEMO-NEW-7" in said(wire) and offered(wire) == ["up"]
    wire.show_probe(new.id)
    press(wire, "retire_probe")
    wire.probes.dialog.given.emit("探头损坏")
    assert probes.listed(bench.desk) == [] and "已停用" in said(wire)


def test_a_limit_is_changed_only_with_a_second_person(bench: sb.Bench, qtbot: QtBot) -> None:
    wire = opened(bench)
    wire.page.pick("B")
    press(wire, "change")
    dialog = wire.places.dialog
    dialog._save()
    assert "没有任何更改" in dialog.error.text()
    dialog.limit.setText("−155")
    dialog.source.setText("DEMO SOP-07 第 2 版")
    dialog.reason.setPlainText("收紧限值")
    dialog._save()
    second = wire.places.second
    assert second.isVisible() and places.get(bench.desk, "B").limit_c_max == "-150"
    second.identified.emit("password", makers.PHARMACIST_2, makers.password(makers.PHARMACIST_2))
    qtbot.waitUntil(lambda: places.get(bench.desk, "B").limit_c_max == "-155")
    assert not dialog.isVisible() and "≤ −155 °C" in said(wire)


def test_a_name_is_changed_by_one_person_and_what_belongs_to_other_kinds_is_not_asked(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page.pick("B/1/02")
    press(wire, "change")
    dialog = wire.places.dialog
    assert isinstance(dialog, PlaceDialog)
    assert not any(part.isVisible() for part in (dialog.code, dialog.kind, dialog.parent_place, dialog.limit))
    dialog.capacity.setText("0")
    dialog._save()
    assert dialog.isVisible()
    dialog.capacity.setText("2")
    dialog.zh.setText("双层盒 02")
    dialog.reason.setPlainText("换成双层盒")
    dialog._save()
    found = places.get(bench.desk, "B/1/02")
    assert (found.capacity, found.zh, found.parent) == (2, "双层盒 02", places.get(bench.desk, "B/1").id)


def test_a_place_in_use_is_not_retired_and_says_why(bench: sb.Bench) -> None:
    wire = opened(bench)
    wire.page.pick("B")
    press(wire, "retire")
    wire.places.dialog.given.emit("设备报废")
    assert "还有 2 件产品" in wire.places.dialog.error.text()
    wire.places.dialog.reject()
    wire.page.pick("B/1/02")
    press(wire, "retire")
    wire.places.dialog.given.emit("盒子损坏")
    assert places.get(bench.desk, "B/1/02").state == "retired" and "停用" in said(wire)
    assert offered(wire) == ["take_back", "up"]
    press(wire, "take_back")
    wire.places.dialog.given.emit("误停用")
    assert places.get(bench.desk, "B/1/02").state == "in_use"


def test_what_stands_in_a_device_and_in_no_position_is_led_to_one_by_one(bench: sb.Bench) -> None:
    moves.move_tank(bench.desk, "B", "A", "液氮罐 B 真空失效")
    wire = opened(bench)
    wire.page.pick("A")
    QApplication.processEvents()
    keys = [key for key in visible(wire.page.panel, QPushButton) if key.text() in ("演示丙", "演示丁")]
    assert len(keys) == 2
    keys[0].click()
    assert "DEMO-24077" in said(wire) and "reconcile" in offered(wire) and "change" not in offered(wire)
    press(wire, "reconcile")
    wire.moves.dialog.show_scan("A/1/05")
    wire.moves.dialog.put.click()
    assert containers.get(bench.desk, "C-1").place == "A/1/05"


def test_a_shipper_has_its_panel_too(bench: sb.Bench) -> None:
    room = places.tree(bench.desk).by_code("ROOM")
    assert room is not None
    places.add_place(bench.desk, Place("", "shipper", "SN-1", room.id, "运输罐 SN-1", "Shipper SN-1"))
    wire = opened(bench)
    next(key for key in visible(wire.page._shipper_host, QPushButton) if key.text() == "设备与探头").click()
    assert wire.page.chosen == "SN-1" and "未登记" in said(wire)


def test_a_nurse_sees_probes_and_places_and_changes_none(bench: sb.Bench) -> None:
    makers.sit(bench.desk, makers.NURSE)
    wire = opened(bench)
    wire.page.pick("B")
    assert offered(wire) == ["round", "count", "up"]
    wire.show_probe(bench.probe)
    assert offered(wire) == ["up"]


def test_today_names_calibrations_rounds_and_counts_and_opens_them(bench: sb.Bench) -> None:
    opened(bench)
    needs = {need.ident: need for need in storage_needs(bench.desk)}
    probe = needs[f"probe:{bench.probe}"]
    assert "2026-11-30" in probe.text and probe.mark.tone == "warn"
    assert "round:A" in needs and {"count:A", "count:B"} <= set(needs) and "count:W" not in needs
    bench.clock.set("2026-12-01T12:00:00+08:00")
    makers.sit(bench.desk, makers.PHARMACIST)
    first, *_ = storage_needs(bench.desk)
    assert first.ident == probe.ident and first.mark.tone == "alarm", "what is over comes first"
    missed = next(need for need in storage_needs(bench.desk) if need.ident == "round:B" and "漏检" in need.text)
    assert "12-01 08:00" in missed.text
    wire = bench.station.wires["storage"]
    open_storage_need(bench.station, "probe", bench.probe)
    assert wire.page.chosen == probe.ident
    open_storage_need(bench.station, "count", "B")
    assert wire.moves.dialog.isVisible() and wire.moves.dialog.device.value() == "B"
    wire.moves.dialog.reject()


def test_every_scene_of_the_tour_can_be_shown(bench: sb.Bench) -> None:
    wire = opened(bench)
    names = []
    for name, show in wire.scenes():
        show()
        names.append(name)
        for dialog in (wire.moves.dialog, wire.places.dialog, wire.probes.dialog, wire.rounds.dialog):
            if dialog is not None:
                dialog.reject()
    assert {"storage-device", "storage-position", "dialog-place-change", "dialog-round"} <= set(names)


@pytest.mark.req("REG-050")
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (910, 433)])
def test_nothing_of_the_panel_is_cut(bench: sb.Bench, lang: Lang, size: tuple[int, int]) -> None:
    sb.warm_week(bench)
    probes.record_calibration(bench.desk, bench.probe, "DEMO-9", storage_makers.moment("2026-11-22T00:00:00+08:00").day,
                              as_found="fail", file=("a.pdf", b"demo"))  # fmt: skip
    wire = opened(bench)
    language.switch(lang)
    bench.station.frame.resize(*size)
    if wire.page.compact:
        wire.page.toggle_side()
    for code in ("B", f"probe:{bench.probe}", "B/1/01", "B/1/02"):
        wire.page.pick(code)
        for _again in range(3):
            QApplication.processEvents()
        parts = [*visible(wire.page, QLabel), *visible(wire.page, QPushButton)]
        assert [text for part in parts if (text := cut(part)) and not text.startswith("<table")] == []

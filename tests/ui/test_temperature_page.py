"""The Temperature page over a real store: what it says of a probe, what it takes in, what it does when it is warm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import storage_bench as sb
import storage_makers
from PySide6.QtCore import QMimeData, QPoint, Qt, QThreadPool, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from test_ui_pages import cut, visible

from cellguide.acts import excursions
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.temperature.limits import Period
from cellguide.words import LANGS, Lang
from ui.chart_view import DAY_MS
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.banner import BannerWire
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


def tiles(wire: TemperatureWire) -> list[str]:
    return [f"{card.title.whole}|{card.value.whole}|{card.note.whole}" for card in wire.page._cards if card.isVisible()]


def test_a_warm_quarter_of_an_hour_is_a_flag_a_red_figure_and_a_row(bench: sb.Bench, qtbot: QtBot) -> None:
    sb.warm_week(bench)
    wire = opened(bench, qtbot)
    shown = tiles(wire)
    assert shown[0].startswith("最低 – 最高|−184.5 – −145.0 °C|")
    assert "高于 −150 °C|1 次 ·" in shown[1]
    assert "低温储存不计算 MKT" in shown[2] and "0 次 / 0 次" in shown[2]
    assert shown[4].startswith("探头校准|11-30 到期|DEMO-PT-04 · U 0.8")
    (event,) = wire.page.chart.scene.events
    assert event.ident == excursions.listed(bench.desk)[0][0] and "min" in event.text
    line = wire.page.table.model.rows[0]
    assert line.verdict.text == "超温 · 已锁定 2 例" and line.verdict.tone == "alarm"
    assert line.raw.startswith(bench.desk.store.find("series")[0].doc["sha256"][:4])


def test_the_last_reading_carries_its_age_and_is_grey_when_it_is_old(bench: sb.Bench, qtbot: QtBot) -> None:
    sb.warm_week(bench)
    wire = opened(bench, qtbot)
    assert "5 分钟前" in wire.page.last.whole and wire.page.last.property("tone") in ("", None)
    bench.clock.move(hours=3)
    wire.refresh()
    assert "3 小时前" in wire.page.last.whole and wire.page.last.property("tone") == "quiet"


def commented(wire: TemperatureWire, act: str, text: str) -> None:
    """Press a key of a grave alarm: it asks for words before it does anything (REG-051)."""
    wire.page.strip.keys[act].click()
    dialog = wire.alarms.dialog
    assert not dialog.key.isEnabled()
    dialog.text.setPlainText(text)
    dialog.key.click()


@pytest.mark.req("REG-051")
def test_seen_quiet_and_over_are_three_acts(bench: sb.Bench, qtbot: QtBot) -> None:
    sb.warm_week(bench)
    wire = opened(bench, qtbot)
    ident = excursions.listed(bench.desk)[0][0]
    strip = wire.page.strip
    assert strip.isVisible() and all(key.isEnabled() for key in strip.keys.values())
    commented(wire, "silence", "正在处理")
    doc = excursions.get(bench.desk, ident)
    assert doc["silenced_until"] and doc["acknowledged"] is None
    commented(wire, "acknowledge", "已到现场，罐盖已关好")
    doc = excursions.get(bench.desk, ident)
    assert doc["acknowledged"]["text"] == "已到现场，罐盖已关好" and doc["state"] == "open"
    assert not strip.keys["acknowledge"].isEnabled() and strip.isVisible()
    strip.keys["resolve"].click()
    dialog = wire.alarms.dialog
    dialog.text.setPlainText("罐盖取放时开启过久，已培训")
    dialog.given.emit()
    assert "C-1" in dialog.error.text()  # two bags are on hold for it: it is not over
    dialog.reject()


def test_the_banner_names_whose_cells_are_warm_and_is_heard_until_seen_or_silenced(
    bench: sb.Bench, qtbot: QtBot
) -> None:
    sb.warm_week(bench)
    wire = opened(bench, qtbot)
    banner = BannerWire(bench.station)
    frame = bench.station.frame
    assert frame.banner.isVisible()
    assert "−145.0 °C" in frame.banner.accessibleName() and "演示丙（回输 12-02）" in frame.banner.accessibleName()
    ident = excursions.listed(bench.desk)[0][0]
    assert banner.sounding() == [ident]
    excursions.silence_alarm(bench.desk, ident, 10, "正在赶往现场")
    assert banner.sounding() == []
    bench.clock.move(minutes=11)
    assert banner.sounding() == [ident]
    excursions.acknowledge_excursion(bench.desk, ident, "已到现场")
    banner.refresh()
    assert banner.sounding() == [] and frame.banner.isVisible()
    frame.banner.go.click()
    begins, ends = wire.page.chart.period
    first = min(span[1] for span in excursions.get(bench.desk, ident)["spans"])
    assert begins < first < ends and ends - begins < 3 * DAY_MS


def test_panning_keeps_the_length_and_judges_what_is_shown(bench: sb.Bench, qtbot: QtBot) -> None:
    sb.warm_week(bench)
    wire = opened(bench, qtbot)
    wire._ask_period("24h")
    settled(wire, qtbot)
    assert wire.page.periods["24h"].isChecked()
    chart = wire.page.chart
    chart._go(Period(chart.period.start_ms - DAY_MS // 2, chart.period.end_ms - DAY_MS // 2))
    assert wire.page.periods["own"].isChecked() and wire.page.periods["own"].text().count("→") == 1
    settled(wire, qtbot)
    assert "1 次" in tiles(wire)[1]


def test_years_are_drawn_from_days_and_read_no_readings(bench: sb.Bench, qtbot: QtBot) -> None:
    sb.warm_week(bench)
    wire = opened(bench, qtbot)
    end = wire.page.chart.bounds.end_ms
    wire.page.chart.bounds = Period(end - 900 * DAY_MS, end)
    wire.readings._loaded = None
    wire._look(Period(end - 900 * DAY_MS, end))
    wire.page.chart.grab()
    assert wire.readings._loaded is None
    assert all(stroke.band for stroke in wire.page.chart.strokes) and wire.page.chart.strokes
    assert "−184.5 – −145.0 °C" in tiles(wire)[0] and "1 次" in tiles(wire)[1]


def test_a_dropped_file_is_read_given_to_its_probe_and_judged(bench: sb.Bench, qtbot: QtBot, tmp_path: Path) -> None:
    wire = opened(bench, qtbot)
    path = tmp_path / "demo.csv"
    path.write_bytes(storage_makers.steady("2026-11-21 00:00", "2026-11-22 07:00"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(QPoint(9, 9).toPointF(), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                      Qt.KeyboardModifier.NoModifier)  # fmt: skip
    wire.page.dropEvent(drop)
    dialog = wire.imports.dialog
    qtbot.waitUntil(lambda: dialog.stage == "question")
    assert dialog._asked.about == "zone" and not dialog.go_on.isEnabled()
    dialog.choose_answer("Asia/Shanghai")
    dialog.go_on.click()
    qtbot.waitUntil(lambda: dialog.stage == "understood")
    assert not dialog.take.isEnabled()  # whose it is, a person says
    dialog.probe.choose(bench.probe)
    dialog.probe.chosen.emit(bench.probe)
    dialog.take.click()
    qtbot.waitUntil(lambda: dialog.stage == "done")
    (held,) = bench.desk.store.find("series")
    assert held.doc["probe"] == bench.probe and held.doc["judgement"]["verdict"]
    assert held.id in dialog._done.text()
    assert len(wire.page.table.model.rows) == 1
    dialog.reject()


def test_the_same_file_twice_is_noticed_before_anything_is_kept(bench: sb.Bench, qtbot: QtBot, tmp_path: Path) -> None:
    sb.warm_week(bench)
    wire = opened(bench, qtbot)
    path = tmp_path / "again.csv"
    path.write_bytes(bench.desk.store.blob(bench.desk.store.find("series")[0].doc["sha256"]))
    wire.imports.ask([str(path)])
    dialog = wire.imports.dialog
    qtbot.waitUntil(lambda: dialog.stage == "question")
    dialog.choose_answer("Asia/Shanghai")
    dialog.go_on.click()
    qtbot.waitUntil(lambda: dialog.stage == "understood")
    dialog.probe.choose(bench.probe)
    dialog.settle()
    assert "不会重复保存" in dialog._notice.text() and not dialog.take.isEnabled()
    assert len(bench.desk.store.find("series")) == 1
    dialog.reject()


def test_a_file_that_is_none_is_refused_in_one_sentence_and_the_next_can_be_chosen(
    bench: sb.Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    wire = opened(bench, qtbot)
    path = tmp_path / "poem.txt"
    path.write_text("no readings here\n" * 9)
    wire.imports.ask([str(path)])
    dialog = wire.imports.dialog
    qtbot.waitUntil(lambda: dialog.stage == "choose" and bool(dialog.error.text()))
    assert dialog.drop.isVisible() and not bench.desk.store.find("series")
    dialog.reject()


def test_a_reading_that_is_stopped_leaves_nothing_and_comes_back_to_the_choice(
    bench: sb.Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    wire = opened(bench, qtbot)
    path = tmp_path / "demo.csv"
    path.write_bytes(storage_makers.steady("2026-11-21 00:00", "2026-11-22 07:00"))
    wire.imports.ask([str(path)])
    dialog = wire.imports.dialog
    assert dialog.stage == "reading" and dialog.stop.isVisible()
    dialog.stop.click()
    assert dialog.stage == "choose"
    QThreadPool.globalInstance().waitForDone()
    QApplication.processEvents()  # what the stopped reading has to say arrives now
    assert dialog.stage == "choose" and not dialog.error.isVisible()
    dialog.reject()


@pytest.mark.req("REG-050")
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (910, 433)])
def test_nothing_is_cut_and_everything_is_named(
    bench: sb.Bench, qtbot: QtBot, lang: Lang, size: tuple[int, int]
) -> None:
    sb.warm_week(bench)
    wire = opened(bench, qtbot)
    language.switch(lang)
    bench.station.frame.resize(*size)
    QApplication.processEvents()
    for _ in range(3):
        parts = [*visible(wire.page, QLabel), *visible(wire.page, QPushButton)]
        assert [text for part in parts if (text := cut(part))] == []
        assert all(key.accessibleName() or key.text() for key in visible(wire.page, QAbstractButton))
        wire.page.toggle_side()
        QApplication.processEvents()


def test_without_a_probe_the_page_says_how_to_begin(
    desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot
) -> None:
    from runner_bench import station_of

    station = station_of(desk, qapp, scanner)
    qtbot.addWidget(station.frame)
    wire = TemperatureWire(station)
    assert wire.page._outer.currentWidget() is wire.page._nothing
    sb.put_away(sb.Bench(desk, clock, station, ""), qapp)

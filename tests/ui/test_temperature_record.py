"""A temperature record from the window: which days, judged in the pool, stopped, refused, signed, made anew."""

from __future__ import annotations

from collections.abc import Iterator

import makers
import pytest
import storage_bench as sb
import storage_makers as sm
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from test_ui_pages import cut, visible

from cellguide.acts import imports, records, temperature_records
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.temperature.limits import Period
from cellguide.words import LANGS, Lang
from ui.chart_view import DAY_MS
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.records import RecordsWire
from ui.wiring.temperature import TemperatureWire


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[sb.Bench]:
    made = sb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    sb.warm_week(made)
    yield made
    QThreadPool.globalInstance().waitForDone()
    sb.put_away(made, qapp)


def opened(bench: sb.Bench, qtbot: QtBot) -> TemperatureWire:
    wire = TemperatureWire(bench.station)
    bench.station.frame.register("temperature", lambda: wire.page)
    bench.station.frame.open_page("temperature")
    qtbot.waitUntil(lambda: wire.judgement is not None)
    return wire


def asked(wire: TemperatureWire, which: str = "shown"):
    wire.page.make_record.click()
    dialog = wire.records.dialog
    dialog.which.choose(which)
    dialog.which.chosen.emit(which)
    return dialog


def test_what_is_shown_becomes_a_record_that_waits_for_its_first_signature(bench: sb.Bench, qtbot: QtBot) -> None:
    wire = opened(bench, qtbot)
    dialog = asked(wire)
    assert (dialog.first.text(), dialog.last.text()) == ("2026-10-23", "2026-11-22")
    assert dialog.first.isReadOnly()
    with qtbot.waitSignal(wire.record_made) as made:
        dialog.key.click()
        assert dialog.stop.isVisible() and not dialog.key.isVisible()
    assert not dialog.isVisible()
    doc = records.doc_of(bench.desk, made.args[0])
    assert (doc["kind"], doc["state"], doc["required"]) == ("temperature", "frozen", ["performed", "reviewed"])


def test_last_month_is_offered_first_and_one_without_readings_is_refused_in_words(
    bench: sb.Bench, qtbot: QtBot
) -> None:
    wire = opened(bench, qtbot)
    wire.page.make_record.click()
    dialog = wire.records.dialog
    assert (dialog.first.text(), dialog.last.text()) == ("2026-10-01", "2026-10-31")
    dialog.key.click()
    assert "没有生成记录" in dialog.error.text() and dialog.isVisible()
    assert not bench.desk.store.find("record")
    dialog.reject()


def test_other_days_are_typed_and_days_to_come_are_refused(bench: sb.Bench, qtbot: QtBot) -> None:
    wire = opened(bench, qtbot)
    dialog = asked(wire, "own")
    assert not dialog.first.isReadOnly()
    for first, last, said in (("2026-11-22", "2026-11-21", "开始不晚于结束"), ("2026-11-21", "2026-11-23", "晚于今天")):
        dialog.first.setText(first)
        dialog.last.setText(last)
        dialog.key.click()
        assert said in dialog.error.text()
    dialog.reject()


def test_making_it_can_be_stopped_and_nothing_is_made(bench: sb.Bench, qtbot: QtBot) -> None:
    wire = opened(bench, qtbot)
    dialog = asked(wire)
    dialog.key.click()
    dialog.stop.click()
    QThreadPool.globalInstance().waitForDone()
    QApplication.processEvents()  # what the stopped work has to say arrives now
    assert dialog.isVisible() and dialog.key.isVisible() and not dialog.error.isVisible()
    assert not bench.desk.store.find("record")
    dialog.reject()


def test_who_may_not_make_one_is_not_offered_the_key(bench: sb.Bench, qtbot: QtBot) -> None:
    wire = opened(bench, qtbot)
    assert wire.page.make_record.isVisible()
    makers.sit(bench.desk, makers.QUALITY)
    wire.refresh()
    assert not wire.page.make_record.isVisible()


def signed(bench: sb.Bench) -> str:
    desk, today = bench.desk, bench.desk.now().day
    record = temperature_records.make_temperature_record(desk, bench.probe, today.replace(day=20), today)
    records.draw_record(desk, record)
    records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST))
    makers.sit(desk, makers.QUALITY)
    records.sign_record(desk, record, "reviewed", makers.proof(desk, makers.QUALITY))
    makers.sit(desk, makers.PHARMACIST)
    return record


def test_it_is_in_the_list_by_its_kind_and_a_late_file_makes_its_next_version(bench: sb.Bench, qtbot: QtBot) -> None:
    record = signed(bench)
    wire = RecordsWire(bench.station)
    bench.station.frame.register("records", lambda: wire.page)
    bench.station.frame.open_page("records")
    wire._filter("temperature", "")
    (line,) = wire.page.table.model.rows
    assert (line.ident, line.kind_text, line.product) == (record, "温度记录", "液氮罐 B")
    wire.page.pick(record)
    assert wire.page.remake_key.isVisible()
    imports.take_in_file(
        bench.desk, sm.steady("2026-11-20 00:00", "2026-11-20 23:55"), "late.csv", bench.probe, zone="Asia/Shanghai"
    )
    wire.page.remake_key.click()
    dialog = wire.remaking.asking
    dialog.text.setPlainText("迟到的记录仪文件补上了空缺")
    with qtbot.waitSignal(wire.remaking.record_made):
        dialog.key.click()
    assert records.doc_of(bench.desk, record)["number"] == 2
    QThreadPool.globalInstance().waitForDone()  # its paper is being drawn for the first signature
    qtbot.waitUntil(lambda: records.doc_of(bench.desk, record)["state"] == "awaiting")


def test_a_record_that_would_say_the_same_stays_and_the_dialog_says_so(bench: sb.Bench, qtbot: QtBot) -> None:
    record = signed(bench)
    wire = RecordsWire(bench.station)
    wire.refresh()
    wire.page.pick(record)
    wire.page.remake_key.click()
    dialog = wire.remaking.asking
    dialog.text.setPlainText("再判定一遍看看")
    dialog.key.click()
    qtbot.waitUntil(lambda: bool(dialog.error.text()))
    assert "未形成新版本" in dialog.error.text()
    assert records.doc_of(bench.desk, record)["number"] == 1
    dialog.reject()


def test_years_say_how_much_of_them_is_covered(bench: sb.Bench, qtbot: QtBot) -> None:
    wire = opened(bench, qtbot)
    end = wire.page.chart.bounds.end_ms
    wire.page.chart.bounds = Period(end - 100 * DAY_MS, end)
    wire.readings._loaded = None
    wire._look(Period(end - 100 * DAY_MS, end))
    note = wire.page._cards[0].note.whole
    assert note == "100 天 · 覆盖 1.3 %"  # 32 hours of 2400
    assert wire.readings._loaded is None  # not one reading was read for it


@pytest.mark.req("REG-050")
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", [(1440, 900), (910, 433)])
def test_nothing_is_cut_in_the_dialog(bench: sb.Bench, qtbot: QtBot, lang: Lang, size: tuple[int, int]) -> None:
    language.switch(lang)
    bench.station.frame.resize(*size)
    wire = opened(bench, qtbot)
    dialog = asked(wire)
    for busy in ("", "判定 judging"):
        dialog.show_busy(busy)
        QApplication.processEvents()
        parts = [*visible(dialog, QLabel), *visible(dialog, QPushButton)]
        assert [text for part in parts if (text := cut(part))] == []
        assert all(field.accessibleName() for field in (dialog.which, dialog.first, dialog.last))
    dialog.show_busy("")
    dialog.reject()

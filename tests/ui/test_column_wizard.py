"""The column wizard: an unknown table described once with a live preview; its next file needs no question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import makers
import pytest
import storage_bench as sb
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from cellguide.acts import probes
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.loggers.source import Source
from cellguide.words import LANGS, Lang
from ui.dialogs.column_wizard import ColumnWizard
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.imports import ImportWire
from ui.wiring.source_wizard import WizardWire, seen


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[sb.Bench]:
    made = sb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    yield made
    sb.put_away(made, qapp)


def odd_table(day: int = 1, rows: int = 300) -> bytes:
    """Two lines before the heading, names that say nothing, decimal commas, and a row that cannot be read."""
    lines = ["DEMO export", "", "Moment;K1;K2"]
    for n in range(rows):
        lines.append(f"2026-11-{day + n // 288:02d} {n % 288 // 12:02d}:{n % 12 * 5:02d};-184,{n % 7};41")
    lines[20] = "kaputt;;"
    return ("\n".join(lines) + "\n").encode()


def opened(bench: sb.Bench, qtbot: QtBot, data: bytes) -> tuple[WizardWire, ColumnWizard]:
    wire = WizardWire(bench.station)
    wire.ask(data, "odd.csv", bench.probe, {})
    dialog = wire.dialog
    assert dialog is not None
    QApplication.processEvents()
    return wire, dialog


def say_columns(dialog: ColumnWizard) -> None:
    """K1 is the temperature in °C, K2 is left out."""
    for at, role in ((1, "temperature"), (2, "ignore")):
        dialog._roles[at].choose(role)
    dialog._units[1].choose("C")
    dialog._column_chosen("")


def review(wire: WizardWire, qtbot: QtBot, person: str = makers.PHARMACIST_2) -> None:
    """A second person looks and says who they are."""
    wire.review.identified.emit("password", person, makers.password(person))
    qtbot.waitUntil(lambda: not wire.review.isVisible() or bool(wire.review.error.text()))


def readable(dialog: ColumnWizard) -> bool:
    return not dialog._reading.fault and not dialog._reading.open


def test_the_first_page_finds_separator_heading_and_first_row(bench: sb.Bench, qtbot: QtBot) -> None:
    _, dialog = opened(bench, qtbot, odd_table())
    look = dialog.look()
    assert (look.separator, look.header_line, look.data_line) == (";", 3, 4)
    assert dialog._raw.item(1, 1).text() == "Moment" and dialog._raw.item(1, 1).font().bold()
    dialog.reject()


def test_nothing_can_be_saved_before_a_temperature_can_be_read(bench: sb.Bench, qtbot: QtBot) -> None:
    _, dialog = opened(bench, qtbot, odd_table())
    for at in (1, 2):
        dialog._roles[at].choose("ignore")
    dialog._column_chosen("")
    dialog.go(3)
    assert "请指定时间列与温度列" in dialog._notice.text() and not dialog.next.isEnabled()
    dialog.go(4)
    assert not dialog.save.isEnabled()
    dialog.reject()


def test_the_preview_follows_every_answer_and_lists_bad_rows_by_line(bench: sb.Bench, qtbot: QtBot) -> None:
    _, dialog = opened(bench, qtbot, odd_table())
    say_columns(dialog)
    qtbot.waitUntil(lambda: readable(dialog))
    reading = dialog._reading
    assert dict(reading.facts)["最低"] == "−184.6 °C" and dict(reading.facts)["最高"] == "−184.0 °C"
    assert [line for line, _ in reading.bad] == [21]
    assert reading.rows[0] == ("2026-11-01 00:00;-184,0;41", "2026-11-01 00:00:00", "−184.0 °C")
    dialog._units[1].choose("F")
    dialog._column_chosen("")
    qtbot.waitUntil(lambda: dict(dialog._reading.facts)["最高"] != "−184.0 °C")
    assert dict(dialog._reading.facts)["最高"].startswith("−120.0")
    dialog.reject()


def test_another_separator_splits_the_preview_anew_and_keeps_no_false_columns(bench: sb.Bench, qtbot: QtBot) -> None:
    _, dialog = opened(bench, qtbot, odd_table())
    dialog.separator.choose(",")
    dialog.look_changed.emit()
    assert len(dialog.columns()) == 2
    dialog.separator.choose(";")
    dialog.look_changed.emit()
    assert [one.name for one in dialog.columns()] == ["Moment", "K1", "K2"]
    dialog.reject()


def test_a_described_source_needs_no_question_the_next_time(bench: sb.Bench, qtbot: QtBot, tmp_path: Path) -> None:
    wire, dialog = opened(bench, qtbot, odd_table())
    say_columns(dialog)
    qtbot.waitUntil(lambda: readable(dialog))
    dialog.go(4)
    assert dialog.save.isEnabled()
    dialog.save.click()
    assert not bench.desk.store.find("source"), "one person alone decides nothing for the files to come"
    review(wire, qtbot)
    (source,) = [held for held in bench.desk.store.find("source") if held.doc["probe"] == bench.probe]
    assert source.doc["description"] and source.doc["zh"] == "odd"
    assert (source.doc["by"], source.doc["reviewed_by"]) == (makers.PHARMACIST, makers.PHARMACIST_2)
    path = tmp_path / "next.csv"
    path.write_bytes(odd_table(day=10))
    imports = ImportWire(bench.station)
    imports.ask([str(path)])
    shown = imports.dialog
    qtbot.waitUntil(lambda: shown.stage in ("understood", "question"))
    assert shown.stage == "understood" and shown.probe.value() == bench.probe
    shown.take.click()
    qtbot.waitUntil(lambda: shown.stage == "done")
    (held,) = bench.desk.store.find("series")
    assert (held.doc["lo"], held.doc["hi"]) == ("-184.6", "-184.0")
    shown.reject()


def test_the_second_person_sees_what_was_read_and_is_another_one(bench: sb.Bench, qtbot: QtBot) -> None:
    wire, dialog = opened(bench, qtbot, odd_table())
    say_columns(dialog)
    qtbot.waitUntil(lambda: readable(dialog))
    dialog.go(4)
    dialog.save.click()
    shown = " ".join(label.accessibleName() for label in wire.review.panel.findChildren(QLabel))
    for part in ("K1: 温度 摄氏度 °C", "2026-11-01 00:00;-184,0;41: 2026-11-01 00:00:00 · −184.0 °C", "分号 ;"):
        assert part in shown
    review(wire, qtbot, makers.PHARMACIST)
    assert wire.review.isVisible() and not bench.desk.store.find("source")
    wire.review.error.clear()
    review(wire, qtbot, makers.PHYSICIAN)
    assert wire.review.isVisible() and not bench.desk.store.find("source")
    wire.review.reject()
    assert dialog.isVisible() and dialog.page == 4
    dialog.reject()


def test_describing_again_is_the_next_version(bench: sb.Bench, qtbot: QtBot) -> None:
    for _ in range(2):
        wire, dialog = opened(bench, qtbot, odd_table())
        say_columns(dialog)
        qtbot.waitUntil(lambda dialog=dialog: readable(dialog))
        dialog.go(4)
        dialog.save.click()
        review(wire, qtbot)
    held = bench.desk.store.get("source", probes.get(bench.desk, bench.probe).source)
    assert held is not None and held.version == 2
    described = probes.description_of(bench.desk, probes.get(bench.desk, bench.probe))
    assert described.version == 2


def test_a_file_that_seems_no_table_can_still_be_described_by_hand() -> None:
    found = seen(Source(b"a b c\n1 2 3\n", "x.txt"))
    assert found.columns == () and found.look.separator == ","


@pytest.mark.req("REG-050")
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_every_page_stands_inside_the_smallest_window(bench: sb.Bench, qtbot: QtBot, lang: Lang, page: int) -> None:
    language.switch(lang)
    bench.station.frame.resize(910, 433)
    _, dialog = opened(bench, qtbot, odd_table())
    dialog.go(page)
    QApplication.processEvents()
    assert dialog.width() <= 910 and dialog.height() <= 433
    shown = [key for key in (dialog.before, dialog.next, dialog.save) if key.isVisible()]
    assert shown and all(dialog.rect().contains(key.mapTo(dialog, key.rect().bottomRight())) for key in shown)
    dialog.reject()

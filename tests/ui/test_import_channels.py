"""A logger of several channels in the import dialog: a line for each, its probe remembered, the rest not taken in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import storage_bench as sb
import storage_makers as given
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.words import LANGS, Lang
from ui.dialogs.import_file import NEW, ImportDialog
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.imports import ImportWire

ZONE = "Asia/Shanghai"


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter) -> Iterator[sb.Bench]:
    made = sb.bench(desk, clock, qapp, scanner)
    yield made
    sb.put_away(made, qapp)


def asked(bench: sb.Bench, qtbot: QtBot, path: Path, data: bytes) -> tuple[ImportWire, ImportDialog]:
    """The dialog once the file was read and its zone was said."""
    path.write_bytes(data)
    wire = ImportWire(bench.station)
    wire.ask([str(path)])
    dialog = wire.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.stage in ("question", "understood"))
    if dialog.stage == "question":
        assert dialog._asked is not None and dialog._asked.about == "zone"
        dialog.choose_answer(ZONE)
        dialog.go_on.click()
        qtbot.waitUntil(lambda: dialog.stage == "understood")
    return wire, dialog


def give(dialog: ImportDialog, channel: str, probe: str) -> None:
    field = dialog.lines[channel]
    field.choose(probe)
    field.chosen.emit(probe)


def taken(dialog: ImportDialog, qtbot: QtBot) -> None:
    dialog.take.click()
    qtbot.waitUntil(lambda: dialog.stage == "done")


def docs(bench: sb.Bench) -> list[tuple[str, str, str | None]]:
    return [(held.doc["channel"], held.doc["probe"], held.doc["hi"]) for held in bench.desk.store.find("series")]


def test_each_channel_is_given_to_its_probe_and_the_next_file_needs_no_question(
    bench: sb.Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    other = given.probe(bench.desk, "A", "DEMO-PT-05", answers={})
    _, dialog = asked(bench, qtbot, tmp_path / "two.csv", given.two_channels("2026-11-21T00:00:00"))
    assert set(dialog.lines) == {"Temp 1 (°C)", "Temp 2 (°C)"} and not dialog.take.isEnabled()
    assert not dialog.probe.isVisible() and "RH" in dialog._left_out.text()
    give(dialog, "Temp 1 (°C)", bench.probe)
    give(dialog, "Temp 2 (°C)", other)
    taken(dialog, qtbot)
    assert docs(bench) == [("Temp 1 (°C)", bench.probe, "-184.0"), ("Temp 2 (°C)", other, "-188.0")]
    assert all(held.id in dialog._done.text() for held in bench.desk.store.find("series"))
    dialog.reject()
    answers = bench.desk.store.get("probe", other).doc["answers"]  # type: ignore[union-attr]
    assert answers == {"channel": "Temp 2 (°C)", "zone": ZONE}


def test_a_channel_that_nobody_wants_is_left_and_can_be_taken_in_later(
    bench: sb.Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    data = given.two_channels("2026-11-21T00:00:00")
    _, dialog = asked(bench, qtbot, tmp_path / "two.csv", data)
    give(dialog, "Temp 2 (°C)", bench.probe)
    taken(dialog, qtbot)
    dialog.reject()
    other = given.probe(bench.desk, "A", "DEMO-PT-05", answers={})
    _, again = asked(bench, qtbot, tmp_path / "same.csv", data)
    assert set(again.lines) == {"Temp 1 (°C)"}, "the other one was taken in already, and says so"
    give(again, "Temp 1 (°C)", other)
    taken(again, qtbot)
    again.reject()
    assert [row[0] for row in docs(bench)] == ["Temp 2 (°C)", "Temp 1 (°C)"]
    _, last = asked(bench, qtbot, tmp_path / "third.csv", data)
    assert not last.lines and not last.take.isEnabled()
    last.reject()


def test_one_probe_cannot_be_two_channels(bench: sb.Bench, qtbot: QtBot, tmp_path: Path) -> None:
    _, dialog = asked(bench, qtbot, tmp_path / "two.csv", given.two_channels("2026-11-21T00:00:00"))
    give(dialog, "Temp 1 (°C)", bench.probe)
    give(dialog, "Temp 2 (°C)", bench.probe)
    assert not dialog.take.isEnabled() and "一支探头" in dialog._notice.text()
    give(dialog, "Temp 2 (°C)", "")
    assert dialog.take.isEnabled() and not dialog._notice.isVisible()
    dialog.reject()


def test_a_new_probe_is_registered_by_serial_number_and_channel_and_proposed_from_then_on(
    bench: sb.Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    wire, dialog = asked(bench, qtbot, tmp_path / "hobo.csv", given.hobo_channels())
    wanted: list[tuple[str, Any]] = []
    wire.probe_wanted.connect(lambda serial, then: wanted.append((serial, then)))
    first, second = dialog.lines
    give(dialog, second, NEW)
    [(serial, then)] = wanted
    assert serial == "10173910/10173912"
    made = given.probe(bench.desk, "A", serial, answers={})
    then(made)
    assert dialog.given() == {second: made} and first in dialog.lines
    dialog.reject()
    _, again = asked(bench, qtbot, tmp_path / "again.csv", given.hobo_channels())
    assert again.given() == {second: made}, "found by its serial number and channel"
    again.reject()


@pytest.mark.parametrize("lang", LANGS)
def test_the_lines_stand_inside_the_smallest_window(bench: sb.Bench, qtbot: QtBot, tmp_path: Path, lang: Lang) -> None:
    language.switch(lang)
    bench.station.frame.resize(910, 433)
    _, dialog = asked(bench, qtbot, tmp_path / "two.csv", given.two_channels("2026-11-21T00:00:00"))
    QApplication.processEvents()
    assert dialog.width() <= bench.station.frame.width()
    assert all(field.accessibleName() for field in dialog.lines.values())
    assert any(name in label.text() for label in dialog.findChildren(QLabel) for name in ("℃", "°C"))
    dialog.reject()

"""Lid open, refill and probe fault marked from the dossier: asked, kept with the file, and drawn in their lanes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import storage_bench as sb
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from test_ui_pages import cut, visible

from cellguide.acts import device_marks, excursions, places
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.temperature.limits import Period
from cellguide.words import LANGS, Lang
from ui.dialogs.device_mark import DeviceMarkDialog
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.device_marks import open_mark
from ui.wiring.holds import open_dossier
from ui.wiring.rounds import RoundWire


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[sb.Bench]:
    made = sb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    sb.warm_week(made)
    yield made
    sb.put_away(made, qapp)


def test_the_dossier_leads_to_the_mark_and_shows_it_afterwards(bench: sb.Bench, tmp_path: Path) -> None:
    photo = tmp_path / "DEMO-lid.jpg"
    photo.write_bytes(b"DEMO photograph")
    ident = excursions.listed(bench.desk)[0][0]
    dossier = open_dossier(bench.station, ident)
    assert dossier is not None and dossier.mark.isVisible()
    dossier.mark.click()
    (asked,) = (one for one in bench.station.frame.findChildren(DeviceMarkDialog) if one.isVisible())
    assert asked.since().startswith("2026-11-21T13:5") or asked.since().startswith("2026-11-21T14:0")
    assert not asked.key.isEnabled(), "how it is known must be said"
    asked.text.setPlainText("盘点时罐盖未关严")
    asked.file.choose(str(photo))
    asked.key.click()
    place = places.device(bench.desk, "B")
    [mark] = device_marks.marks_of(bench.desk, place.id, 0, 2**53)
    assert (mark.kind, mark.file, mark.excursion) == ("lid_open", "DEMO-lid.jpg", ident)
    again = open_dossier(bench.station, ident)
    assert again is not None
    assert any("盘点时罐盖未关严" in label.text() for label in visible(again, QLabel))
    again.reject()


def test_each_kind_of_mark_stands_in_its_lane(bench: sb.Bench) -> None:
    now = bench.desk.now()
    for kind in device_marks.KINDS:
        device_marks.mark_device(bench.desk, "B", kind, now.plus(seconds=-3600), None, "演示标记一次")
    place = places.device(bench.desk, "B")
    signs = RoundWire(bench.station).signs(place, Period(now.utc_ms - 7_200_000, now.utc_ms))
    assert [sign.lane for sign in signs] == ["door", "refill", "round"]
    assert all("演示标记一次" in sign.text for sign in signs)


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_of_the_dialog_is_cut(bench: sb.Bench, lang: Lang) -> None:
    language.switch(lang)
    bench.station.frame.resize(910, 433)
    dialog = open_mark(bench.station, "B", excursions.listed(bench.desk)[0][0])
    assert dialog is not None
    QApplication.processEvents()
    assert [text for label in visible(dialog, QLabel) if (text := cut(label))] == []
    dialog.reject()

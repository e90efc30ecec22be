"""The watched folder in the window: a real folder, real files, one look at a time, everything said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import makers
import pytest
import storage_makers as given
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide.acts import imports, staff, watched_folder
from cellguide.desk import Desk
from ui import program
from ui.jobs import Job
from ui.language import language
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.settings import SettingsWire
from ui.wiring.watched import EVERY_MS, WatchedWire

LOGTAG = Path(__file__).resolve().parents[1] / "data/loggers/logtag/ok.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "loggers"
    made.mkdir()
    return made


@pytest.fixture
def station(desk: Desk, folder: Path, qapp: QApplication, scanner: ScanFilter) -> Iterator[Station]:
    """A station that watches the folder; the logger of LOGTAG is registered at tank B."""
    given.tanks(desk)
    given.probe(desk, "B", "DEMO010203", answers={"zone": "Asia/Shanghai"}, interval_s="300")
    watched_folder.choose_watch_folder(desk, str(folder))
    with a_station(desk, qapp, scanner) as made:
        yield made


@pytest.fixture
def wire(station: Station) -> WatchedWire:
    return WatchedWire(station)


def looked(wire: WatchedWire, qtbot: Any, times: int = 1) -> None:
    for _ in range(times):
        wire.look()
        qtbot.waitUntil(lambda: not wire.busy, timeout=10_000)


def told(wire: WatchedWire) -> list[tuple[str, str]]:
    return [(notice.kind, notice.text) for notice in wire.station.frame.notices.notices]


def test_a_file_is_taken_in_at_the_second_look_that_finds_it_unchanged(
    wire: WatchedWire, folder: Path, qtbot: Any
) -> None:
    desk, changes = wire.station.desk, []
    wire.station.changed.connect(lambda: changes.append(1))
    data = LOGTAG.read_bytes()
    (folder / "a.csv").write_bytes(data[: len(data) // 2])
    looked(wire, qtbot)
    (folder / "a.csv").write_bytes(data)
    looked(wire, qtbot)
    assert imports.to_review(desk) == [] and told(wire) == []
    looked(wire, qtbot)
    [(id, doc)] = imports.to_review(desk)
    assert (doc["by"], doc["name"]) == ("station", "a.csv")
    [(kind, text)] = told(wire)
    assert kind in ("info", "alarm") and "a.csv" in text and id in text
    assert changes == [1]
    looked(wire, qtbot, 2)
    assert len(imports.to_review(desk)) == 1 and changes == [1]
    assert (folder / "a.csv").read_bytes() == data


def test_what_a_file_leaves_open_is_said_once_and_nothing_is_guessed(
    desk: Desk, wire: WatchedWire, folder: Path, qtbot: Any
) -> None:
    given.probe(desk, "A", "DEMO-77", answers={}, interval_s="300")
    text = LOGTAG.read_bytes().replace(b"DEMO010203", b"DEMO-77")
    (folder / "open.csv").write_bytes(text)
    (folder / "letter.csv").write_bytes(b"no table at all")
    looked(wire, qtbot, 3)
    assert imports.to_review(desk) == []
    notices = told(wire)
    assert sorted(kind for kind, _ in notices) == ["warn", "warn"]
    assert any("open.csv" in text and "时区" in text for _, text in notices)
    assert any("letter.csv" in text for _, text in notices)
    events = [held.doc for held in desk.store.find("event") if held.doc["kind"] == "not_taken_in"]
    assert {doc["name"] for doc in events} == {"open.csv", "letter.csv"}


def test_nobody_signed_in_nothing_is_looked_at(wire: WatchedWire, folder: Path, qtbot: Any) -> None:
    desk = wire.station.desk
    (folder / "a.csv").write_bytes(LOGTAG.read_bytes())
    staff.sign_out(desk)
    looked(wire, qtbot, 3)
    makers.sit(desk, makers.PHARMACIST)
    assert imports.to_review(desk) == []
    looked(wire, qtbot, 2)
    assert len(imports.to_review(desk)) == 1


def test_a_locked_station_goes_on_taking_in(wire: WatchedWire, folder: Path, qtbot: Any) -> None:
    (folder / "a.csv").write_bytes(LOGTAG.read_bytes())
    staff.lock_session(wire.station.desk)
    looked(wire, qtbot, 2)
    assert [doc["by"] for _, doc in imports.to_review(wire.station.desk)] == ["station"]


def test_the_window_has_it_from_the_start(station: Station) -> None:
    program.register(station)
    assert isinstance(station.wires["watched"], WatchedWire)


def test_never_two_looks_at_once(wire: WatchedWire, folder: Path, qtbot: Any) -> None:
    (folder / "a.csv").write_bytes(LOGTAG.read_bytes())
    looked(wire, qtbot)
    wire.look()
    first = wire._steps
    assert wire.busy
    wire.look()
    assert wire._steps is first
    qtbot.waitUntil(lambda: not wire.busy, timeout=10_000)
    assert len(imports.to_review(wire.station.desk)) == 1


def test_the_window_that_closes_takes_no_further_step(wire: WatchedWire, folder: Path, qtbot: Any) -> None:
    (folder / "a.csv").write_bytes(LOGTAG.read_bytes())
    looked(wire, qtbot)
    wire.look()
    wire.stop()
    qtbot.waitUntil(lambda: not Job._living, timeout=10_000)
    assert not wire.busy and not wire._timer.isActive()
    assert imports.to_review(wire.station.desk) == []


def test_a_folder_that_is_gone_is_said_once(wire: WatchedWire, folder: Path, qtbot: Any) -> None:
    folder.rmdir()
    looked(wire, qtbot)
    frame = wire.station.frame
    [notice] = frame.notices.notices
    assert notice.kind == "warn" and str(folder) in notice.text
    frame.notices.dismiss(notice)
    looked(wire, qtbot, 2)
    assert told(wire) == []


def test_it_looks_once_a_minute(wire: WatchedWire) -> None:
    assert wire._timer.isActive() and wire._timer.interval() == EVERY_MS == 60_000


def test_the_folder_is_chosen_and_given_up_in_the_settings(
    station: Station, folder: Path, tmp_path: Path, qtbot: Any
) -> None:
    settings = SettingsWire(station)
    page = settings.page
    assert str(folder) in page._watched_text.whole
    assert not page.watch.isHidden() and not page.unwatch.isHidden()
    page.unwatch.click()
    assert watched_folder.watched_folder(station.desk) == ""
    assert page.unwatch.isHidden()
    looked(WatchedWire(station), qtbot)
    other = tmp_path / "other"
    other.mkdir()
    page.watch_chosen.emit(str(other))
    assert watched_folder.watched_folder(station.desk) == str(other)
    page.watch_chosen.emit(str(tmp_path / "nowhere"))
    assert watched_folder.watched_folder(station.desk) == str(other), "a folder that is not there is refused"
    language.switch("en")
    assert str(other) in page._watched_text.whole


def test_who_may_not_describe_sources_sees_the_folder_but_no_keys(station: Station, folder: Path) -> None:
    makers.sit(station.desk, makers.PHYSICIAN)
    page = SettingsWire(station).page
    assert str(folder) in page._watched_text.whole
    assert page.watch.isHidden() and page.unwatch.isHidden()

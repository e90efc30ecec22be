"""Sign-in first: what the pages take is made ready while a person types, and at once where it is needed sooner."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import makers
import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from station_makers import a_station
from test_startup import HEAVY

import db
from cellguide.acts import marks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from ui.frame import Frame
from ui.kit import Mark, Page
from ui.scan import ScanFilter
from ui.wiring.marks import MarksWire

ROOT = Path(__file__).resolve().parents[2]

START = """
import sys, time
from pathlib import Path
from db.doors import DOORS
from ui import program
from ui.app import make_app

heavy = sys.argv[3].split()
parts = make_app(["cellguide"], "zh")
station = program.show(parts, DOORS, program.desk_of(Path(sys.argv[1]), Path(sys.argv[2]), DOORS))
later = ("ui.pages.lock", "ui.pages.today", "cellguide.acts.staff", "cellguide.acts.walks")
print("early", station.frame.built, *(name for name in later if name in sys.modules))
until = time.monotonic() + 60
while "lock_page" not in vars(station) and time.monotonic() < until:
    parts.app.processEvents()
print("ready", station.frame.built, *(name for name in later if name in sys.modules))
print("heavy", *(name for name in heavy if name in sys.modules))
station.frame.close()
"""


@pytest.fixture
def founded(tmp_path: Path, machine: db.Machine, clock: SetClock) -> Path:
    path = tmp_path / "cellguide.db"
    store = db.open_store(path, machine, create=True)
    makers.found(Desk(store, clock, pepper=machine.pepper, demo=True))
    store.close()
    return path


def test_pages_wait_for_sign_in_and_no_heavy_library_comes_while_somebody_types(
    founded: Path, machine: db.Machine
) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", START, str(founded), str(machine.folder), " ".join(HEAVY)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    early, ready, heavy = done.stdout.splitlines()
    assert early == "early False"
    assert ready == "ready True ui.pages.lock ui.pages.today cellguide.acts.staff cellguide.acts.walks"
    assert heavy == "heavy"


class _Plain(Page):
    def title(self) -> str:
        return "P"


def test_what_was_said_to_the_frame_before_it_was_built_shows_once_it_is(qtbot: QtBot) -> None:
    frame, cover = Frame(), QWidget()
    qtbot.addWidget(frame)
    frame.show_cover(cover)
    frame.register("today", _Plain)
    frame.show_station("Station A", Mark("no backup", "alarm"))
    frame.show_station("Station B", Mark("no backup", "alarm"))
    frame.show_person("赵药师", "药师")
    frame.show_badges({"today": 3})
    frame.show()
    assert not frame.built
    frame.show_work()
    assert frame.built and list(frame.rail.keys) == ["today"]
    assert "Station B" in frame.rail._foot.accessibleName()
    assert frame.rail.keys["today"].badge.text() == "3"
    built = frame.rail
    frame.build()
    assert frame.rail is built, "it is built once"


def test_the_narrow_form_reaches_a_frame_that_is_built_later(qtbot: QtBot) -> None:
    frame = Frame()
    qtbot.addWidget(frame)
    frame.show_cover(QWidget())
    frame.register("today", _Plain)
    frame.resize(1000, 600)
    frame.show()
    assert not frame.built and frame.compact
    frame.open_page("today")
    assert frame.rail.width() == 56 and frame.pages["today"].compact


def test_the_clock_key_of_both_covers_starts_one_clock(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    """「立即计时」 is never refused: on sign-in, where nothing else is ready yet, and on the locked screen."""
    with a_station(desk, qapp, scanner) as station:
        MarksWire(station)
        station.sign_in_page.clock_key.click()
        assert len(marks.running(desk)) == 1
        station.lock_page.clock_key.click()
        assert len(marks.running(desk)) == 2
        assert station.lock_page.clocks.isVisibleTo(station.lock_page)

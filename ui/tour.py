"""``tour``: a PNG of every page and dialog from the demonstration, so that nobody finishes a screen without looking."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from cellguide import demo
from cellguide.acts import records, staff
from cellguide.clock import SetClock
from cellguide.demo import people
from cellguide.desk import Desk
from cellguide.doors import Doors
from cellguide.keys import Cost
from ui.app import Parts, make_app
from ui.language import language
from ui.program import register
from ui.station import Station

SIZES = {"": (1440, 900), "-1366": (1366, 768), "-compact": (910, 433)}
CHEAP = Cost(64, 1, 1)


def main(argv: Sequence[str], doors: Doors) -> int:
    """``tour --out DIR [--lang zh|en]``: write the pictures and list them."""
    parser = argparse.ArgumentParser(prog="python main.py tour")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--lang", choices=["zh", "en"], default="zh")
    args = parser.parse_args(list(argv))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parts = make_app(sys.argv[:1], args.lang)
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo.make(Path(folder), doors, cost=CHEAP)
        store, pepper = doors.open(Path(folder) / "cellguide.db", None, False)
        desk = Desk(store, SetClock("2026-10-30T14:32:00+08:00"), pepper=pepper, demo=True)
        for path in walk(parts, doors, desk, args.out):
            print(path)  # noqa: T201 - this is a mouth of the command line
        store.close()
    return 0


def walk(parts: Parts, doors: Doors, desk: Desk, out: Path) -> Iterator[Path]:
    """Show everything once and save it."""
    station = Station(parts, doors, desk)
    register(station)
    camera = Camera(station, out)
    frame = station.frame
    frame.resize(*SIZES[""])
    frame.show()
    yield camera.shoot("sign-in")
    staff.sign_in(desk, staff.prove(desk, people.PHARMACIST, people.PASSWORD))
    station.show_facts()
    frame.show_work()
    station.entered.emit()
    for name in frame.offered():
        frame.open_page(name)
        for suffix, size in SIZES.items():
            frame.resize(*size)
            yield camera.shoot(f"{name}{suffix}")
        frame.resize(*SIZES[""])
        for scene in scenes(station, name):
            yield camera.scene(scene)
    station.lock()
    yield camera.shoot("locked")
    frame.close()


class Scene:
    """A state of a page or a dialog: how to reach it."""

    def __init__(self, name: str, show: Callable[[], object]) -> None:
        self.name = name
        self.show = show


def scenes(station: Station, page: str) -> list[Scene]:
    """What else there is to see on a page: every wire may name its own."""
    own = getattr(station.wires.get(page), "scenes", None)
    found = [Scene(name, show) for name, show in own()] if own is not None else []
    if page == "receipt":
        from cellguide.acts import walks

        found += [
            Scene(f"run-{number}", lambda run=run: station.wires["receipt"].open_run(run))
            for number, (run, _) in enumerate(walks.open_runs(station.desk), 1)
        ]
        found.append(Scene("receipt-list", lambda: station.wires["receipt"].show_list()))
    if page == "orders":
        orders = station.desk.store.find("order", newest=True)
        found.append(Scene("orders-picked", lambda: station.wires["orders"].page.pick(orders[-1].id)))
    if page == "records":
        waiting = [record for record, _, _ in records.awaiting(station.desk)]
        everything = station.desk.store.find("record", newest=True)
        wire = station.wires["records"]
        if everything:
            found.append(Scene("records-picked", lambda: wire.page.pick(everything[-1].id)))
            found.append(Scene("dialog-history", lambda: wire.page.history_key.click()))
        if waiting:
            found.append(Scene("dialog-sign", lambda: wire.sign(waiting[0])))
    return found


class Camera:
    """Lets the window settle, then saves what it shows; closes dialogs afterwards."""

    def __init__(self, station: Station, out: Path) -> None:
        self.station = station
        self.out = out

    def shoot(self, name: str) -> Path:
        """Save the window (with whatever dialog is over it)."""
        settle()
        path = self.out / f"{name}-{language.now}.png"
        dialogs = open_dialogs()
        picture = self.station.frame.grab()
        if dialogs:
            from PySide6.QtGui import QPainter

            painter = QPainter(picture)
            for dialog in dialogs:
                corner = dialog.mapToGlobal(dialog.rect().topLeft()) - self.station.frame.mapToGlobal(
                    self.station.frame.rect().topLeft()
                )
                painter.drawPixmap(corner, dialog.grab())
            painter.end()
        picture.save(str(path))
        return path

    def scene(self, scene: Scene) -> Path:
        """Reach a state, save it, leave it."""
        scene.show()
        path = self.shoot(scene.name)
        for dialog in reversed(open_dialogs()):
            dialog.close()
        settle()
        return path


def open_dialogs() -> list[QWidget]:
    """Every dialog that shows, the one that takes the keys last."""
    found = [item for item in QApplication.topLevelWidgets() if isinstance(item, QDialog) and item.isVisible()]
    return sorted(found, key=lambda item: item is QApplication.activeModalWidget())


def settle(milliseconds: int = 350) -> None:
    """Let jobs in the pool and delayed layouts come to their end."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
    QApplication.processEvents()

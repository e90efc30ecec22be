"""The program with a window: open the database (or the wizard), wire the pages, run."""

from __future__ import annotations

import argparse
import functools
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from cellguide.clock import SystemClock
from cellguide.desk import Desk
from cellguide.doors import Doors
from cellguide.refusal import Refusal
from ui.app import Parts, make_app
from ui.kit import Page
from ui.language import say
from ui.station import Station, sentence


def desk_of(path: Path, station: Path | None, doors: Doors, *, create: bool = False) -> Desk:
    """Open a database as a desk on the system's clock."""
    store, pepper = doors.open(path, station, create)
    held = store.get("site", "site")
    zone = str(held.doc["zone"]) if held is not None else "UTC"
    return Desk(store, SystemClock(zone), pepper=pepper, demo=bool(held and held.doc.get("demo")))


def main(argv: Sequence[str], doors: Doors) -> int:
    """Open the window; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python main.py")
    parser.add_argument("--db", type=Path)
    parser.add_argument("--station", type=Path)
    parser.add_argument("--lang", choices=["zh", "en"], default="zh")
    args = parser.parse_args(list(argv))
    parts = make_app(sys.argv[:1], args.lang)
    path = args.db if args.db is not None else doors.default_database()
    opened = _open(parts, path, args.station, doors)
    if opened is None:
        return 2
    return parts.app.exec()


def _open(parts: Parts, path: Path, station: Path | None, doors: Doors) -> object | None:
    try:
        if path.exists():
            desk = desk_of(path, station, doors)
            if desk.site:
                return show(parts, doors, desk)
            desk.store.close()
    except Refusal as refusal:
        print(sentence(refusal), file=sys.stderr)  # noqa: T201 - there is no window yet to say it in
        return _tell(parts, sentence(refusal))
    from ui.wiring.wizard import WizardWire

    wire = WizardWire(parts, doors, path, station)
    wire.opened.connect(lambda desk: show(parts, doors, desk))
    wire.start()
    return wire


def _tell(parts: Parts, text: str) -> None:
    from ui.dialogs.dialog import Dialog
    from ui.kit import label

    dialog = Dialog(None, width=560)
    dialog.title.setText(say("station.not_opened"))
    dialog.body.addWidget(label(text, wrap=True))
    dialog.add_back()
    dialog.closed.connect(parts.app.quit)
    dialog.open()
    parts.app.exec()


def show(parts: Parts, doors: Doors, desk: Desk) -> Station:
    """Make the station with its pages and show it."""
    station = Station(parts, doors, desk)
    register(station)
    frame = station.frame
    screen = parts.app.primaryScreen().availableGeometry()
    frame.resize(min(1440, screen.width()), min(900, screen.height()))
    if screen.width() <= 1440:
        frame.showMaximized()
    else:
        frame.show()
    return station


# The page's name in the rail, its module in ui.wiring, and the wire.
PAGES = (
    ("today", "today", "TodayWire"),
    ("orders", "orders", "OrdersWire"),
    ("receipt", "receipt", "ReceiptWire"),
    ("storage", "map", "MapWire"),
    ("temperature", "temperature", "TemperatureWire"),
    ("deviations", "deviations", "DeviationsWire"),
    ("records", "records", "RecordsWire"),
    ("products", "products", "ProductsWire"),
    ("people", "people", "PeopleWire"),
    ("settings", "settings", "SettingsWire"),
)


def register(station: Station) -> None:
    """Offer every page; each is made, with what it imports, when it is first opened."""
    from ui.wiring.marks import MarksWire
    from ui.wiring.watched import WatchedWire

    station.wires["marks"] = MarksWire(station)
    station.entered.connect(functools.partial(_watch_excursions, station))
    station.wires["watched"] = WatchedWire(station)
    for name, module, wire in PAGES:
        station.frame.register(name, functools.partial(_make, station, name, module, wire))
    station.entered.connect(lambda: station.frame.open_page("today"))


def _watch_excursions(station: Station) -> None:
    """The banner is nobody's before somebody signs in, and what it reads takes a tenth of a second to load."""
    if "banner" not in station.wires:
        from ui.wiring.banner import BannerWire

        station.wires["banner"] = BannerWire(station)


def _make(station: Station, name: str, module: str, wire: str) -> Page:
    made = getattr(importlib.import_module(f"ui.wiring.{module}"), wire)(station)
    station.wires[name] = made
    if name == "receipt":
        made.record_made.connect(functools.partial(_sign, station))
    elif name == "storage":
        made.order_opened.connect(functools.partial(_open_order, station))
    page: Page = made.page
    return page


def _sign(station: Station, record: str) -> None:
    """A walk has become a record: show it, and ask for its first signature while the people are still there."""
    station.frame.open_page("records")
    station.wires["records"].page.pick(record)
    station.wires["records"].sign(record)


def _open_order(station: Station, order: str) -> None:
    station.frame.open_page("orders")
    station.wires["orders"].page.pick(order)

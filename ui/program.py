"""The program with a window: open the database (or the wizard), wire the pages, run."""

from __future__ import annotations

import argparse
import functools
import gc
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer

from cellguide.clock import SystemClock
from cellguide.desk import Desk
from cellguide.doors import Doors
from cellguide.refusal import Refusal
from cellguide.words import LANGS, Lang
from ui.app import Parts, make_app
from ui.kit import Page
from ui.language import language, say
from ui.station import SCREEN_LANGUAGE, Station, sentence


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
    parser.add_argument("--lang", choices=["zh", "en"], help="else the language in which this station was left")
    args = parser.parse_args(list(argv))
    parts = make_app(sys.argv[:1], args.lang or "zh")
    path = args.db if args.db is not None else doors.default_database()
    opened = _open(parts, path, args.station, doors, args.lang)
    if opened is None:
        return 2
    return parts.app.exec()


def _open(parts: Parts, path: Path, station: Path | None, doors: Doors, lang: Lang | None) -> object | None:
    try:
        if path.exists():
            desk = desk_of(path, station, doors)
            if desk.site:
                take_language(desk, lang)
                return show(parts, doors, desk)
            desk.store.close()
    except Refusal as refusal:
        print(sentence(refusal), file=sys.stderr)  # noqa: T201 - there is no window yet to say it in
        return _tell(parts, sentence(refusal))
    from ui.wiring.wizard import WizardWire

    wire = WizardWire(parts, doors, path, station)
    wire.opened.connect(functools.partial(_founded, parts, doors))
    wire.start()
    return wire


def take_language(desk: Desk, asked: Lang | None) -> None:
    """Begin in the language that was asked for, else in the one in which this station was left."""
    known = asked or desk.store.note(SCREEN_LANGUAGE)
    language.switch(next((lang for lang in LANGS if lang == known), language.now))


def _founded(parts: Parts, doors: Doors, desk: Desk) -> None:
    """The wizard's language is the station's from now on."""
    desk.store.remember(SCREEN_LANGUAGE, language.now)
    show(parts, doors, desk)


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
    QTimer.singleShot(WARM_AFTER_MS, station, functools.partial(_warm, station, _cold_parts(station)))
    return station


# What the first page after sign-in takes, made ready while a person types; each alone is short enough to type through.
WARM_AFTER_MS = 100
_FIRST_MODULES = (
    "cellguide.acts.staff",
    "ui.pooled",
    "cellguide.orders",
    "cellguide.acts.records",
    "cellguide.acts.walks",
    "cellguide.acts.excursions",
    "ui.wiring.banner",
    "ui.wiring.today",
)


def _cold_parts(station: Station) -> Iterator[Callable[[], object]]:
    yield from (functools.partial(importlib.import_module, name) for name in _FIRST_MODULES)
    yield station.frame.build
    yield lambda: station.lock_page


def _warm(station: Station, parts: Iterator[Callable[[], object]]) -> None:
    """Make the next part ready, then let whatever the person does come first."""
    part = next(parts, None)
    if station.closed:
        return
    if part is None:
        # What is loaded stays to the end: a look for unused cycles need not go through it in the middle of an answer.
        gc.freeze()
        return
    part()
    QTimer.singleShot(0, station, functools.partial(_warm, station, parts))


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
    from ui.wiring.checkpoints import CheckpointsWire
    from ui.wiring.clock import ClockWire
    from ui.wiring.marks import MarksWire
    from ui.wiring.search import SearchWire
    from ui.wiring.watched import WatchedWire

    station.wires["marks"] = MarksWire(station)
    station.wires["search"] = SearchWire(station)
    station.wires["checkpoints"] = CheckpointsWire(station)
    station.wires["clock"] = ClockWire(station)
    station.entered.connect(functools.partial(_watch_excursions, station))
    station.entered.connect(functools.partial(_watch_chain, station))
    station.wires["watched"] = WatchedWire(station)
    for name, module, wire in PAGES:
        station.frame.register(name, functools.partial(_make, station, name, module, wire))
    station.entered.connect(lambda: station.frame.open_page("today"))
    station.sign_in_page.envelope_asked.connect(functools.partial(_open_envelope, station))


def _open_envelope(station: Station) -> None:
    """Nobody can sign in who could help: what that takes is loaded only then."""
    from ui.wiring.recovery import ask_recovery

    ask_recovery(station)


def _watch_chain(station: Station) -> None:
    """Until the first check the rail says that none was made."""
    if "chain" not in station.wires:
        from ui.wiring.chain import ChainWire

        station.wires["chain"] = ChainWire(station)
    station.wires["chain"].soon()


def _watch_excursions(station: Station) -> None:
    """The banner is nobody's before somebody signs in, and what it reads takes a tenth of a second to load."""
    if "banner" not in station.wires:
        from ui.wiring.banner import BannerWire

        station.wires["banner"] = BannerWire(station)


def _make(station: Station, name: str, module: str, wire: str) -> Page:
    made = getattr(importlib.import_module(f"ui.wiring.{module}"), wire)(station)
    station.wires[name] = made
    if name in ("receipt", "temperature"):
        made.record_made.connect(functools.partial(_sign, station))
    elif name == "storage":
        made.order_opened.connect(functools.partial(_open_order, station))
    page: Page = made.page
    return page


def _sign(station: Station, record: str) -> None:
    """A walk, or a probe's period, has become a record: show it, and ask for its first signature while the people are
    still there."""
    station.frame.open_page("records")
    station.wires["records"].page.pick(record)
    station.wires["records"].sign(record)


def _open_order(station: Station, order: str) -> None:
    station.frame.open_page("orders")
    station.wires["orders"].page.pick(order)

"""A station with a window over a real store in memory, and orders of invented patients."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import shiboken6
from PySide6.QtWidgets import QApplication, QDialog

from cellguide.acts import orders, products
from cellguide.desk import Desk
from cellguide.orders import Evidence, Order
from cellguide.patients import Number, Patient
from cellguide.products import load_packaged, packaged_text
from ui.app import Faults, Parts
from ui.scan import ScanFilter
from ui.station import Station

HOLDER = {name: Evidence(text=f"DEMO {name}") for name in ("approval", "agreement", "training")}


class NoDoors:
    """Pages never open a database."""


@contextlib.contextmanager
def a_station(desk: Desk, app: QApplication, scanner: ScanFilter) -> Iterator[Station]:
    """The desk's window, whose clock does not tick by itself; it is gone afterwards, with its filters and signals."""
    station = Station(Parts(app, scanner, Faults()), NoDoors(), desk)  # type: ignore[arg-type]
    station._timer.stop()
    station.frame.show_work()
    try:
        yield station
    finally:
        station.show_facts = lambda: None  # type: ignore[method-assign]
        for dialog in station.frame.findChildren(QDialog):
            dialog.close()
        app.removeEventFilter(station)
        for thing in (station, station.frame):
            shiboken6.delete(thing)


def adopted(desk: Desk, *ids: str) -> None:
    """The invented products, as drafts."""
    for id in ids or ("demo-cel",):
        products.adopt_profile(desk, id, packaged_text(id))


def an_order(**changes: Any) -> Order:
    """A whole order of an invented patient."""
    who = Patient("演示甲", "1968-04-17", "m", (Number("inpatient", "20241103", "2026-11-01"),), "Yan Shijia", "YSJ")
    whole = Order(
        patient=who,
        product="demo-cel",
        product_zh="演示赛",
        product_en="DEMO-CEL",
        coi="DEMO-20260001",
        containers=2,
        physician="演示医甲",
        consent_on="2026-11-10",
        planned={"ld_start": "2026-11-28", "ld_end": "2026-11-30", "infusion_on": "2026-12-03"},
        clinical={"hbsag": "neg", "anti_hbc": "neg"},
        holder=HOLDER,
    )
    return replace(whole, **changes)


def placed(desk: Desk, **changes: Any) -> Order:
    """The same, written down."""
    return orders.place_order(desk, an_order(**changes), profile=load_packaged("demo-cel"))

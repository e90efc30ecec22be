"""A demonstration hospital with its window: real acts, a real store in memory, a clock moved by hand."""

from __future__ import annotations

from typing import NamedTuple

import makers
from PySide6.QtWidgets import QApplication, QWidget

from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.hospital import Hospital
from cellguide.demo.receipts import Case
from cellguide.desk import Desk
from db.doors import DOORS
from ui.app import Faults, Parts
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.receipt import ReceiptWire


class Bench(NamedTuple):
    """Everything a test holds in its hands."""

    desk: Desk
    clock: SetClock
    station: Station
    wire: ReceiptWire
    hospital: Hospital
    case: Case

    @property
    def walk(self):
        return self.wire.walk

    @property
    def centre(self):
        return self.wire.page.panel.centre

    @property
    def here(self) -> str:
        return str(self.walk.here) if self.walk.here is not None else ""

    def keyboard(self) -> QWidget:
        """Whatever has the keyboard."""
        widget = QApplication.focusWidget()
        return widget if widget is not None else self.station.frame


class DemoHospital(Hospital):
    """The demonstration's hands with the people of ``makers``."""

    def proof(self, person: str):
        return makers.proof(self.desk, STAND_INS.get(person, person))

    def sit(self, person: str) -> None:
        person = STAND_INS.get(person, person)
        if self.desk.session is None or self.desk.session.person != person:
            makers.sit(self.desk, person)

    def actor(self, person: str):
        return super().actor(STAND_INS.get(person, person))


STAND_INS: dict[str, str] = {}


def stand_in() -> None:
    """The demonstration's staff numbers → those of ``makers``."""
    from cellguide.demo import people

    STAND_INS.update(
        {
            people.PHARMACIST: makers.PHARMACIST,
            people.PHARMACIST_2: makers.PHARMACIST_2,
            people.PHYSICIAN: makers.PHYSICIAN,
            people.QUALITY: makers.QUALITY,
        }
    )


def station_of(desk: Desk, app: QApplication, scanner: ScanFilter) -> Station:
    """A station on an open desk, somebody signed in, at its pages."""
    station = Station(Parts(app, scanner, Faults()), DOORS, desk)
    station.frame.resize(1440, 900)
    return station


def bench(desk: Desk, clock: SetClock, app: QApplication, scanner: ScanFilter, *, bags: int = 1) -> Bench:
    """A verified product, site limits, training, one delivery on its way, the Receipt page open."""
    stand_in()
    hospital = DemoHospital(desk, clock)
    house(hospital)
    case = receipts.deliver(hospital, 1, "demo-cel", "2026-12-20", bags)
    makers.sit(desk, makers.PHARMACIST)
    station = station_of(desk, app, scanner)
    wire = ReceiptWire(station)
    frame = station.frame
    frame.register("receipt", lambda: wire.page)
    frame.open_page("receipt")
    frame.show_work()
    station.show_facts()
    frame.show()
    frame.activateWindow()
    return Bench(desk, clock, station, wire, hospital, case)


def confirm_limits(desk: Desk) -> None:
    """The site's own limits, signed by two: oxygen and the exposure that is worth a warning."""
    from decimal import Decimal

    from cellguide.acts import site_limits
    from cellguide.products.site_limits import proposals

    for name in ("o2_percent_min", "o2_percent_max", "ambient_warn_s"):
        proofs = makers.proof(desk, makers.PHARMACIST), makers.proof(desk, makers.PHARMACIST_2)
        site_limits.confirm_site_limit(desk, name, Decimal(proposals()[name].value), "演示 DEMO", *proofs)


def put_away(made: Bench, app: QApplication) -> None:
    """The window closes; nothing of it answers any more (the language is one for all tests)."""
    made.walk.leave()
    made.station._timer.stop()
    app.removeEventFilter(made.station)
    made.station.show_facts = lambda: None  # type: ignore[method-assign]
    made.wire.retranslate = lambda: None  # type: ignore[method-assign]


def house(hospital: Hospital) -> None:
    """What a site does before its first product comes."""
    from cellguide.acts import products, staff
    from cellguide.products import packaged_text

    desk = hospital.desk
    products.adopt_profile(desk, "demo-cel", packaged_text("demo-cel"))
    sha256 = products.profile_state(desk, "demo-cel").profile.sha256
    for person in (makers.PHARMACIST, makers.PHARMACIST_2):
        products.verify_profile(desk, "demo-cel", sha256, makers.proof(desk, person))
    for person in (makers.PHARMACIST, makers.PHARMACIST_2, makers.PHYSICIAN, makers.QUALITY):
        staff.record_training(desk, person, "*", "*", "2027-10-01")

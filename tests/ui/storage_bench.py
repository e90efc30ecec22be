"""A station with invented tanks, probes and containers, for the temperature and storage pages."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import storage_makers
from PySide6.QtWidgets import QApplication
from runner_bench import station_of

from cellguide.acts import imports, probes
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.probes import Probe
from ui.language import language
from ui.scan import ScanFilter
from ui.station import Station

SERIAL = "DEMO-PT-04"
CERTIFICATE = {"number": "DEMO-2025-7", "calibrated_on": "2025-12-01", "due_on": "2026-11-30",
               "points": [["-180", "0.8", "0.1"]]}  # fmt: skip


class Bench(NamedTuple):
    """Everything a test holds in its hands."""

    desk: Desk
    clock: SetClock
    station: Station
    probe: str


def bench(desk: Desk, clock: SetClock, app: QApplication, scanner: ScanFilter) -> Bench:
    """Tanks A and B; probe on B; two patients' bags in B, one in A; nobody's window open yet."""
    storage_makers.tanks(desk)
    made = probes.add_probe(
        desk, Probe("", SERIAL, "B", "气相上部", "Vapour, top", "air_top", certificates=(CERTIFICATE,))
    )
    for n, (coi, name) in enumerate((("DEMO-24077", "演示丙"), ("DEMO-24098", "演示丁"), ("DEMO-24102", "演示己")), 1):
        order = storage_makers.order(desk, f"O-A-2026-00000{n}", coi=coi, name=name, infusion_on="2026-12-02")
        place = ("B/1/01", "B/1/03", "A/1/02")[n - 1]
        storage_makers.stored(desk, f"C-{n}", place, order_id=order, at="2026-11-20T09:00:00+08:00")
    station = station_of(desk, app, scanner)
    station.frame.show_work()
    station.frame.show()
    return Bench(desk, clock, station, made.id)


def warm_week(made: Bench, *, name: str = "tank-b.csv") -> str:
    """A day of readings with a quarter of an hour above the limit; the import's id."""

    def c(at: datetime) -> float:
        return -145.0 if at.day == 21 and at.hour == 14 and at.minute < 15 else -184.5

    data = storage_makers.readings("2026-11-21 00:00", "2026-11-22 07:55", c)
    return imports.take_in_file(made.desk, data, name, made.probe, zone="Asia/Shanghai")


def put_away(made: Bench, app: QApplication) -> None:
    """The window closes, and nothing of it answers the language of the next test any more."""
    made.station._timer.stop()
    app.removeEventFilter(made.station)
    language.changed.disconnect()
    QApplication.processEvents()

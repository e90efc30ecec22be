"""A store without people, for what only the file can show; and the child that the kill test kills."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import db
from cellguide.clock import SetClock
from cellguide.entry import STATION, Change

CLOCK = SetClock("2026-11-22T08:00:00+08:00")
LARGE = 300 * 1024  # larger than what lies inside the database


def order(number: int, **more: Any) -> Change:
    doc = {"state": "open", "coi": f"DEMO-{number}", "product_zh": "演示赛", "bed": str(number % 40)}
    return Change("order", f"O-A-2026-{number:06d}", doc | more)


def open_at(folder: Path, machine: db.Machine | None = None) -> db.SqliteStore:
    """Open the store there; a new one gets the one entry that lists the station's key."""
    store = db.open_store(folder / "cellguide.db", machine or db.Machine(folder / "station"), create=True)
    if store.size == 0:
        site = Change("site", "site", {"stations": {store.station: store.public_key().hex()}})
        store.append("found_site", [site], who=STATION, at=CLOCK.now())
    return store


def fill(store: db.SqliteStore, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        store.append("place_order", [order(number)], who=STATION, at=CLOCK.now())


def write_for_ever(folder: Path) -> None:
    """Append one act after the other and say each that was acknowledged; whoever started it ends it."""
    store = open_at(folder)
    number = store.size
    while True:
        number += 1
        blobs = [number.to_bytes(4, "big") * (LARGE // 4)] if number % 7 == 0 else [str(number).encode()]
        changes = [order(number), Change("dose", f"P-{number}", {"order": f"O-A-2026-{number:06d}"})]
        written = store.append("place_order", changes, who=STATION, at=CLOCK.now(), blobs=blobs)
        if number % 5 == 0:
            store.checkpoint(STATION, CLOCK.now())
        sys.stdout.write(f"{written[-1].seq}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]))

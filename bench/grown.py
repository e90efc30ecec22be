"""A database that has grown for years: a founded site, then so many finished orders in its ledger."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

import makers  # noqa: E402
from ledger import order  # noqa: E402

import db  # noqa: E402
from cellguide import entry, ledger  # noqa: E402
from cellguide.clock import Moment, SetClock  # noqa: E402
from cellguide.desk import Desk  # noqa: E402
from cellguide.entry import STATION, Change, Place  # noqa: E402
from db import project  # noqa: E402

START = "2026-11-22T08:00:00+08:00"


def make(folder: Path, count: int) -> Path:
    """Write ``folder/cellguide.db`` with its station beside it; returns its path. The lines go in as one transaction
    and are projected by ``rebuild``, or the making would take longer than the measuring."""
    path = folder / "cellguide.db"
    machine = db.Machine(folder / "station")
    store = db.open_store(path, machine, create=True)
    makers.found(Desk(store, SetClock(START), pepper=machine.pepper, demo=True))
    lines = []
    n, seq, prev = store._n, store._seq, store._prev
    for number in range(1, count + 1):
        change = order(number)
        change = Change(change.kind, change.id, change.new | {"state": "finished"})
        at = Moment(1_795_000_000_000 + number * 1000, 480, number * 1000, "00000000")
        made = entry.write(
            "place_order", change, who=STATION, at=at, place=Place("A", seq + number, prev), version=1, old={}
        )
        lines.append((n + number, "A", seq + number, made.line))
        prev = ledger.link(made.line)
    store.conn.execute("BEGIN")
    store.conn.executemany("INSERT INTO entry (n, station, seq, line) VALUES (?, ?, ?, ?)", lines)
    store.conn.execute("COMMIT")
    store._read_tail()
    project.rebuild(store.conn)
    store.checkpoint(STATION, Moment(1_795_000_000_000 + count * 1000, 480))
    store.close()
    return path

"""The ledger's budgets (DESIGN.md 9), each beside what a user would use instead, in one run on one machine.

.venv/bin/python bench/ledger.py              all timings
.venv/bin/python bench/ledger.py --kills 1000 the long kill test as well
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "db")]

import db  # noqa: E402
from cellguide import entry, ledger, proof  # noqa: E402
from cellguide.clock import Moment  # noqa: E402
from cellguide.entry import STATION, Change, Place  # noqa: E402
from db import project  # noqa: E402
from db.verify import verify_database  # noqa: E402


class Row(NamedTuple):
    """One line of the table. ``ratio``: measured against compared; ``good``: whether the budget is kept."""

    name: str
    measured: str
    compared_with: str
    ratio: float
    budget: str
    good: bool


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on the disk that temporary files lie on, gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="cellguide-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def order(number: int) -> Change:
    """An order as long as real ones are."""
    doc = {
        "state": "open",
        "coi": f"DEMO-{number:07d}",
        "din": f"A9999 26 {number:06d} 0 0",
        "patient": {
            "name": f"演示{'甲乙丙丁戊己庚辛'[number % 8]}{number % 97}",
            "latin": f"DEMO Jia {number % 97}",
            "numbers": [{"value": f"{number:08d}"}],
        },
        "product_zh": "演示赛",
        "product_en": "DEMO-CEL",
        "lot": f"L{number % 5000:05d}",
        "bed": str(number % 40),
    }  # fmt: skip
    return Change("order", f"O-A-2026-{number:06d}", doc)


def mixed(number: int) -> Change:
    """What a ledger is mostly made of: answers of runs, sign-ins; of twenty entries one order and one record."""
    turn = number % 20
    if turn == 0:
        return order(number)
    if turn == 1:
        doc = {"state": "signed", "number": 1, "run": f"W-{number}", "words": [f"DEMO-{number}", "演示赛", "接收"]}
        return Change("record", f"R-A-2026-{number:06d}", doc)
    if turn == 2:
        return Change(
            "person", f"9000{number % 30:02d}", {"signed_in_at": "2026-11-22T08:00:00.000+08:00", "state": "active"}
        )
    if turn < 6:
        return Change(
            "run", f"W-{number // 20 * 20 + 1}", {"state": "open", "template": "receipt", "subject": f"S-{number}"}
        )
    answer = {
        "run": f"W-{number // 20 * 20 + 1}",
        "step": f"R-{turn}",
        "value": "-151.2",
        "how": "typed",
        "verdict": "ok",
    }
    return Change("view", f"W-{number // 20 * 20 + 1}/R-{turn}", answer)


def chain(count: int, make: Callable[[int], Change] = order) -> list[str]:
    """``count`` entries, chained."""
    made: list[str] = []
    prev = ledger.START
    for seq in range(1, count + 1):
        at = Moment(1_795_000_000_000 + seq * 1000, 480, seq * 1000, "00000000")
        place = Place("A", seq, prev)
        made.append(entry.write("place_order", make(seq), who=STATION, at=at, place=place, version=1, old={}).line)
        prev = ledger.link(made[-1])
    return made


def timed(act: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def quantiles(act: Callable[[int], object], times: int) -> tuple[float, float]:
    """(p50, p99) in milliseconds."""
    found = sorted(timed(lambda number=number: act(number)) * 1000 for number in range(times))  # type: ignore[misc]
    return statistics.median(found), found[int(len(found) * 0.99)]


def filled(path: Path, lines: list[str]) -> db.SqliteStore:
    """A store that holds ``lines``, rebuilt."""
    store = db.open_store(path / "cellguide.db", db.Machine(path / "station"), create=True)
    store.conn.execute("BEGIN")
    rows = ((seq, "A", seq, line) for seq, line in enumerate(lines, 1))
    store.conn.executemany("INSERT INTO entry (n, station, seq, line) VALUES (?, ?, ?, ?)", rows)
    store.conn.execute("COMMIT")
    store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store._read_tail()
    return store


# --- what is measured -------------------------------------------------------------------------------------------------


def append_rows(times: int = 2000) -> list[Row]:
    """An act, durable, beside a bare commit of the same bytes with synchronous=FULL; the two take turns."""
    with folder() as path:
        store = db.open_store(path / "cellguide.db", db.Machine(path / "station"), create=True)
        bare = sqlite3.connect(path / "bare.db", isolation_level=None)
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, line TEXT)")
        at = Moment(1_795_000_000_000, 480)
        text = chain(1)[0]

        def commit() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO t (line) VALUES (?)", (text,))
            bare.execute("COMMIT")

        ours, theirs = [], []
        for number in range(times):
            change = order(number)
            theirs.append(timed(commit) * 1000)
            ours.append(timed(lambda change=change: store.append("place_order", [change], who=STATION, at=at)) * 1000)  # type: ignore[misc]
        store.close()
        bare.close()
    rows = []
    for name, at_share in (("p50", 0.5), ("p99", 0.99)):
        a, b = (sorted(values)[int(times * at_share)] for values in (ours, theirs))
        good = a <= b + 2
        rows.append(
            Row(f"append, durable, {name}", f"{a:.2f} ms", f"bare commit {b:.2f} ms", a / b, "≤ bare + 2 ms", good)
        )
    return rows


def verify_rows(count: int = 1_000_000) -> list[Row]:
    """Chain alone, and chain with root, beside bare SHA-256 calls over the same lines."""
    lines = chain(count)
    raw = [line.encode() for line in lines]
    digest = hashlib.sha256

    def bare() -> None:
        for data in raw:
            digest(data).hexdigest()

    base = timed(bare)
    alone = timed(lambda: ledger.audit(raw, with_root=False))
    both = timed(lambda: proof.check({"A": raw}, lambda name: None))
    return [
        Row(
            f"verify {count:,}, chain",
            f"{alone:.2f} s",
            f"SHA-256 {base:.2f} s",
            alone / base,
            "≤ 3 ×",
            alone <= 3 * base,
        ),
        Row(
            f"verify {count:,}, chain + root + claims",
            f"{both:.2f} s",
            f"SHA-256 {base:.2f} s",
            both / base,
            "≤ 6 ×",
            both <= 6 * base,
        ),
    ]


def rebuild_rows(count: int = 200_000) -> list[Row]:
    """Every projection anew, and what a person waits for in between."""
    with folder() as path:
        (path / "mixed").mkdir()
        everyday = filled(path / "mixed", chain(count, mixed))
        took = timed(lambda: project.rebuild(everyday.conn))
        everyday.close()
        store = filled(path, chain(count))
        heavy = timed(lambda: project.rebuild(store.conn))
        words = [f"DEMO-{number:07d}" for number in range(0, count, count // 40)]
        words += [
            "演",
            "演示",
            "D",
            "DE",
            "DEM",
            "demo",
            "L0",
            "L00",
            "A9999",
            "甲",
            "Jia",
            "O-A-2026-1",
            "999",
            "1",
            "演示赛",
            "没有",
        ]
        p50, _ = quantiles(lambda number: store.search(words[number % len(words)]), 400)
        found = sorted(timed(lambda word=word: store.search(word)) * 1000 for word in words * 8)  # type: ignore[misc]
        p95 = found[int(len(found) * 0.95)]
        newest = store.search("演示赛")[0].id == f"O-A-2026-{count:06d}"
        conn = store.conn
        scan = timed(lambda: conn.execute("SELECT id FROM p_order WHERE doc LIKE '%没有%' LIMIT 30").fetchall()) * 1000
        store.close()
        verdict_took = timed(lambda: verify_database(path / "cellguide.db"))
    return [
        Row(f"rebuild {count:,} entries", f"{took:.2f} s", "—", took / 3, "≤ 3 s", took <= 3),
        Row(f"rebuild {count:,} searchable orders", f"{heavy:.2f} s", "—", heavy / 3, "shown only", True),
        Row(
            f"search in {count:,}, p95 (p50 {p50:.2f})",
            f"{p95:.2f} ms",
            f"table scan {scan:.0f} ms",
            p95 / 20,
            "≤ 20 ms, newest first",
            p95 <= 20 and newest,
        ),
        Row(f"verify_database {count:,}", f"{verdict_took:.2f} s", "—", 0.0, "shown only", True),
    ]


def kill_rows(kills: int = 50) -> list[Row]:
    """SIGKILL at random moments: every acknowledged act must be there, and nothing half."""
    from test_kills import kill_once

    chance = random.Random(20261122)
    lost = 0
    with folder() as path:
        for _ in range(kills):
            acknowledged = kill_once(path, chance.randrange(1, 12), chance)
            verdict = verify_database(path / "cellguide.db", db.Machine(path / "station"), deep=True)
            lost += not verdict.intact or verdict.size < acknowledged
    return [Row(f"{kills:,} kills", f"{lost} with a loss", "—", float(lost), "0", lost == 0)]


def rows() -> list[Row]:
    """What ``make bench`` shows of the ledger."""
    return [*append_rows(), *verify_rows(), *rebuild_rows(), *kill_rows()]


def main() -> int:
    """Print the table; 1 where a budget is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, metavar="N")
    args = parser.parse_args()
    found = rows() if args.kills is None else kill_rows(args.kills)
    for row in found:
        mark = "ok " if row.good else "NOT"
        print(f"{mark} {row.name:<44} {row.measured:>12}  {row.compared_with:<22} {row.ratio:6.2f}  {row.budget}")
    return 0 if all(row.good for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())

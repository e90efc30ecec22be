"""A logger file of a million readings: loaded, judged, hashed and kept durably, beside DuckDB, sqlite3 and pandas.

Each contender runs in a process of its own, imports excluded, and must find the same: count, lowest, highest, gaps,
their length, excursions above the limit, SHA-256. Each leaves a durable copy of the file and of its readings.

    .venv/bin/python bench/imports.py one ours FILE FOLDER    what one contender finds, as JSON
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from ledger import Row, folder  # noqa: E402

LIMIT = "-150.0"
STEP_S = 60
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
Found = dict[str, Any]
AT = 1_795_000_000_000


def write_csv(path: Path, count: int) -> None:
    """One tank at one reading a minute: calm, eleven warm spells, seven holes of hours, none inside a spell."""
    spells = {count * k // 12 for k in range(1, 12)}
    holes = {count * k // 8 + 500 for k in range(1, 8)}
    at, warm, lines = FIRST, 0, ["time,temperature °C\n"]
    for n in range(count):
        warm = 25 if n in spells else max(0, warm - 1)
        tenths = -1490 + warm if warm else -1560 - (n * 7919 % 37)
        lines.append(f"{at:%Y-%m-%d %H:%M:%S},-{-tenths // 10}.{-tenths % 10}\n")
        at += timedelta(hours=6) if n in holes else timedelta(seconds=STEP_S)
    path.write_text("".join(lines), "utf-8")


# --- contenders -------------------------------------------------------------------------------------------------------


def ours(path: Path, out: Path) -> Callable[[], Found]:
    """What taking in a file does: ``imports.take``, gaps and excursions, day chunks, one append."""
    import db
    from cellguide import imports
    from cellguide.clock import Moment
    from cellguide.entry import STATION, Change
    from cellguide.loggers import reading  # noqa: F401 - imports are not counted, on any side
    from cellguide.temperature.evidence import gather
    from cellguide.temperature.excursions import breaches
    from cellguide.temperature.gaps import GapKind
    from cellguide.temperature.limits import Limit, Period, Side

    store = db.open_store(out / "ours.db", db.Machine(out / "station"), create=True)
    at = Moment(AT, 0)

    def work() -> Found:
        data = path.read_bytes()
        laying = store.shelf.begin(data)
        taken = imports.take(data, path.name, zone="UTC", unit="C", digest=laying.digest)
        series = taken.series
        assert series is not None
        period = Period(int(series.t_ms[0]), int(series.t_ms[-1]))
        known = gather([series], [], period, period.end_ms)
        events = breaches(known.streams[0], Limit(Side.HIGH, Decimal(LIMIT)))
        gaps = [gap for gap in known.gaps if gap.kind is GapKind.HOLE]
        kept = imports.keep(taken, probe="P-1", laid=laying.keep())
        held_ms = []
        changes = [Change("series", "I-1", kept.doc)]
        for part, after in [*((part, []) for part in kept.slices), (kept.blobs, changes)]:
            start = time.perf_counter()
            store.append("take_in_file", after, who=STATION, at=at, blobs=part)
            held_ms.append((time.perf_counter() - start) * 1000)
        return {
            "n": len(series),
            "lo": str(Decimal(kept.doc["lo"])),
            "hi": str(Decimal(kept.doc["hi"])),
            "gaps": len(gaps),
            "gap_s": sum(gap.end_ms - gap.start_ms for gap in gaps) // 1000,
            "events": len(events.first),
            "sha256": taken.sha256,
            "held_ms": max(held_ms),
        }

    return work


QUERY = f"""
WITH s AS (SELECT t, v, lag(t) OVER w AS before, lag(v) OVER w AS was FROM r WINDOW w AS (ORDER BY t))
SELECT count(*), min(v), max(v),
       sum(CASE WHEN {{gap}} > 90 THEN 1 ELSE 0 END), sum(CASE WHEN {{gap}} > 90 THEN {{gap}} ELSE 0 END),
       sum(CASE WHEN v > {LIMIT} AND (was IS NULL OR was <= {LIMIT}) THEN 1 ELSE 0 END) FROM s
"""


def copied(path: Path, out: Path) -> Callable[[], str]:
    """Hash and durable copy of the raw file beside the other work, in a thread: the best a rival can be given."""
    found: list[str] = []

    def copy() -> None:
        data = path.read_bytes()
        found.append(hashlib.sha256(data).hexdigest())
        with (out / "raw.csv").open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    thread = threading.Thread(target=copy)
    thread.start()

    def join() -> str:
        thread.join()
        return found[0]

    return join


def answer(row: tuple[Any, ...], sha256: str) -> Found:
    """The six numbers in one form."""
    lo, hi = (str(Decimal(str(value)).quantize(Decimal("0.1"))) for value in row[1:3])
    return {
        "n": int(row[0]),
        "lo": lo,
        "hi": hi,
        "gaps": int(row[3]),
        "gap_s": int(row[4]),
        "events": int(row[5]),
        "sha256": sha256,
    }


def duckdb_file(path: Path, out: Path) -> Callable[[], Found]:
    """DuckDB into a file database, with the column types told to it."""
    import duckdb

    conn = duckdb.connect(str(out / "rival.duckdb"))

    def work() -> Found:
        sha256 = copied(path, out)
        columns = "{'t': 'TIMESTAMP', 'v': 'DECIMAL(6,1)'}"
        conn.execute(f"CREATE TABLE r AS SELECT * FROM read_csv('{path}', header = true, columns = {columns})")
        row = conn.execute(QUERY.format(gap="epoch(t - before)")).fetchone()
        conn.execute("CHECKPOINT")
        assert row is not None
        return answer(row, sha256())

    return work


def sqlite_rows(path: Path, out: Path) -> Callable[[], Found]:
    """The standard library: csv, ``executemany`` with ``synchronous=FULL``, window functions."""
    import csv
    import sqlite3

    conn = sqlite3.connect(out / "rival.db", isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")

    def work() -> Found:
        sha256 = copied(path, out)
        conn.execute("CREATE TABLE r (t TEXT PRIMARY KEY, v REAL) WITHOUT ROWID")
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            conn.execute("BEGIN")
            conn.executemany("INSERT INTO r VALUES (?, ?)", rows)
            conn.execute("COMMIT")
        row = conn.execute(QUERY.format(gap="(strftime('%s', t) - strftime('%s', before))")).fetchone()
        return answer(row, sha256())

    return work


def pandas_frame(path: Path, out: Path) -> Callable[[], Found]:
    """pandas with its C reader; kept as a pickle, which is the fastest thing it has."""
    import pandas

    def work() -> Found:
        sha256 = copied(path, out)
        frame = pandas.read_csv(path, header=0, names=["t", "v"], parse_dates=["t"], date_format="%Y-%m-%d %H:%M:%S")
        step = frame["t"].diff().dt.total_seconds()
        above = frame["v"] > float(LIMIT)
        entered = above & ~above.shift(fill_value=False)
        with (out / "frame.pickle").open("wb") as file:
            frame.to_pickle(file)
            file.flush()
            os.fsync(file.fileno())
        holes = step[step > 90]
        row = (len(frame), frame["v"].min(), frame["v"].max(), len(holes), holes.sum(), entered.sum())
        return answer(row, sha256())

    return work


CONTENDERS = {"ours": ours, "duckdb": duckdb_file, "sqlite3": sqlite_rows, "pandas": pandas_frame}


def peak_kb() -> float:
    """The most memory this process has had. ``ru_maxrss`` alone would begin at the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return float(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")))
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)


def one(name: str, path: Path, out: Path) -> Found:
    """Run one contender here; adds seconds and growth of memory in MB."""
    work = CONTENDERS[name](path, out)
    before = peak_kb()
    start = time.perf_counter()
    found = work()
    found["seconds"] = time.perf_counter() - start
    found["grown_mb"] = (peak_kb() - before) / 1024
    return found


def apart(name: str, path: Path) -> Found:
    """Run one contender in a process and a folder of its own."""
    with folder() as out:
        done = subprocess.run(
            [sys.executable, __file__, "one", name, str(path), str(out)], capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: Found = json.loads(done.stdout)
    return found


def rows(count: int = 1_000_000, times: int = 3) -> list[Row]:
    """The contenders take turns; medians; results equal, or nothing is said."""
    found: dict[str, list[Found]] = {name: [] for name in CONTENDERS}
    with folder() as place:
        path = place / "tank.csv"
        write_csv(path, count)
        for _ in range(times):
            for name in CONTENDERS:
                found[name].append(apart(name, path))
    measured = ("seconds", "grown_mb", "held_ms")
    results = {
        name: {key: value for key, value in runs[0].items() if key not in measured} for name, runs in found.items()
    }
    assert all(result == results["ours"] for result in results.values()), results
    middle = {name: statistics.median(run["seconds"] for run in runs) for name, runs in found.items()}
    mine = middle["ours"]
    label = f"import {count:,} readings, durable"
    made = []
    for rival in ("duckdb", "sqlite3", "pandas"):
        budget, good = ("< DuckDB", mine < middle[rival]) if rival == "duckdb" else ("shown only", True)
        grown = statistics.median(run["grown_mb"] for run in found[rival])
        made.append(
            Row(
                label,
                f"{mine:.2f} s",
                f"{rival} {middle[rival]:.2f} s, +{grown:.0f} MB",
                mine / middle[rival],
                budget,
                good,
            )
        )
    grown = statistics.median(run["grown_mb"] for run in found["ours"])
    held = statistics.median(run["held_ms"] for run in found["ours"])
    theirs = statistics.median(run["grown_mb"] for run in found["duckdb"])
    made.append(
        Row("  its memory growth", f"{grown:.0f} MB", f"duckdb {theirs:.0f} MB", grown / 200, "≤ 200 MB", grown <= 200)
    )
    made.append(Row("  its longest hold of the GUI thread", f"{held:.0f} ms", "—", held / 60, "≤ 60 ms", held <= 60))
    return made


# --- ten years --------------------------------------------------------------------------------------------------------


def decade_rows(years: int = 10, probes: int = 20) -> list[Row]:
    """A month of twenty probes, a year and ten years of one, out of day chunks in the store."""
    import numpy as np

    import db
    from cellguide import imports
    from cellguide.clock import Moment
    from cellguide.entry import STATION
    from cellguide.temperature import chunks, plot
    from cellguide.temperature.evidence import gather
    from cellguide.temperature.limits import Limit, Period, Side
    from cellguide.temperature.series import make_series

    minutes = years * 365 * 1440
    first_ms = 1_451_606_400_000
    limit = Limit(Side.HIGH, Decimal(LIMIT))
    with folder() as place:
        store = db.open_store(place / "ten.db", db.Machine(place / "station"), create=True)
        docs = []
        for probe in range(probes):
            length = minutes if probe == 0 else 45 * 1440  # one probe has all ten years; the others what a month needs
            t_ms = first_ms + np.arange(minutes - length, minutes, dtype=np.int64) * 60_000
            v = (-1560 - (np.arange(length) * (7919 + probe)) % 37).astype(np.int32)
            series = make_series(f"F-{probe}", f"demo/{probe}", t_ms, v, 1)
            cut = chunks.split_days(series)
            raw = [day.to_bytes() for day in cut]
            index = json.dumps(
                [
                    [day.head.day, hashlib.sha256(data).hexdigest(), day.head.n, day.head.lo, day.head.hi]
                    for day, data in zip(cut, raw, strict=True)
                ]
            )
            for at in range(0, len(raw), 365):
                store.append("take_in_file", [], who=STATION, at=Moment(AT, 0), blobs=raw[at : at + 365])
            store.append("take_in_file", [], who=STATION, at=Moment(AT, 0), blobs=[index.encode()])
            docs.append(
                {
                    "sha256": f"F-{probe}",
                    "index": hashlib.sha256(index.encode()).hexdigest(),
                    "summaries": [],
                    "sensor": series.sensor,
                    "interval_ms": 60_000,
                }
            )
        end_ms = first_ms + minutes * 60_000

        def read(doc: dict[str, Any], period: Period) -> None:
            series, _ = imports.load(doc, imports.wanted(doc, period, store.blob))
            assert series is not None
            known = gather([series], [], period, end_ms)
            known.extreme(Side.HIGH, period)
            known.touching(limit, period)
            plot.curve(known.streams[0], period, 900)

        def best(docs_read: list[dict[str, Any]], days: int) -> float:
            period = Period(end_ms - days * 86_400_000, end_ms)
            took = []
            for _ in range(3):
                start = time.perf_counter()
                for doc in docs_read:
                    read(doc, period)
                took.append((time.perf_counter() - start) * 1000)
            return statistics.median(took)

        month, year, decade = best(docs, 31), best(docs[:1], 365), best(docs[:1], years * 365)
        store.close()
    return [
        Row(
            f"month × {probes} probes at 1/min of {years} years",
            f"{month:.0f} ms",
            "—",
            month / 100,
            "≤ 100 ms",
            month <= 100,
        ),
        Row("year of one probe", f"{year:.0f} ms", "—", 0.0, "shown only", True),
        Row(f"{years} years of one probe, every reading", f"{decade:.0f} ms", "—", 0.0, "shown only", True),
    ]


if __name__ == "__main__":
    _, _, contender, file, target = sys.argv
    print(json.dumps(one(contender, Path(file), Path(target))))

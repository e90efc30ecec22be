"""Every budget of docs/bench.md in one run, beside what a user would use instead. ``make bench`` runs it.

.venv/bin/python bench/run.py            all of it, some minutes
.venv/bin/python bench/run.py --quick    a tenth of the amounts, within a minute: says whether it runs, proves less
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
LOCK = "requirements-bench.lock"


def need_rivals() -> None:
    """DuckDB and pandas are no part of the program: they are fetched once, by their hashes, into the same .venv."""
    missing = [name for name in ("duckdb", "pandas") if importlib.util.find_spec(name) is None]
    if not missing:
        return
    print(f"{' and '.join(missing)} not here: installing {LOCK} into {Path(sys.prefix).name}", flush=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        LOCK,
    ]
    if importlib.util.find_spec("pip") is None:
        command = ["uv", "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes", "-r", LOCK]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"could not install {LOCK}; nothing was measured. With a network, run: make bench")
    importlib.invalidate_caches()


def parts(quick: bool) -> Iterator[tuple[str, Callable[[], list[object]]]]:
    """(heading, what measures it), cheapest first."""
    import acts
    import grown
    import imports
    import ledger
    import paper
    import search
    import window

    share = 10 if quick else 1
    records = 200_000 // share
    yield "readings", lambda: imports.rows(1_000_000 // share, 1 if quick else 3)
    yield "ten years of readings", lambda: imports.decade_rows(1 if quick else 10)

    def walked() -> list[object]:
        answers, commits, made = acts.month_of_receipts(2 if quick else len(acts.month.SCENES))
        return [*acts.rows(answers, commits), *paper.rows(made)]

    yield "a month of receipts", walked

    def grown_up() -> list[object]:
        with ledger.folder() as place:
            (place / "small").mkdir()
            small, large = grown.make(place / "small", records // 100), grown.make(place, records)
            both = ((small, records // 100), (large, records))
            return [*window.rows(*both, 3 if quick else 5), *search.rows(*both)]

    yield "the window and search", grown_up
    yield (
        "the ledger",
        lambda: [
            *ledger.append_rows(2000 // share),
            *ledger.verify_rows(1_000_000 // share),
            *ledger.rebuild_rows(records),
            *ledger.kill_rows(50 // share),
        ],
    )


def show(row: object) -> None:
    """One line of the table."""
    name, measured, beside, ratio, budget, good = row  # type: ignore[misc]
    shown = f"{ratio:6.2f}" if ratio else "     —"
    print(f"{'ok ' if good else 'NOT'} {name:<50} {measured:>12}  {beside:<34} {shown}  {budget}", flush=True)


def main() -> int:
    """Print the table; 1 where a budget is not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the amounts")
    args = parser.parse_args()
    need_rivals()
    load = f", load {os.getloadavg()[0]:.1f} when it began" if hasattr(os, "getloadavg") else ""
    share = ", a tenth of the amounts" if args.quick else ""
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}{load}{share}")
    begun, kept = time.perf_counter(), True
    for heading, measure in parts(args.quick):
        print(f"\n{heading}", flush=True)
        for row in measure():
            show(row)
            kept = kept and bool(row[5])  # type: ignore[index]
    print(f"\n{time.perf_counter() - begun:.0f} s; {'every budget kept' if kept else 'a budget is NOT kept'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

"""An answered step, durable, through ``acts.walks`` on a real file, beside one bare commit with ``synchronous=FULL``.

The steps are those of the demonstration's receipts: settled facts, stops, deviations and photographs included.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from ledger import Row, folder, timed  # noqa: E402

from cellguide import demo  # noqa: E402
from cellguide.acts import closing, records, walks  # noqa: E402
from cellguide.demo import month  # noqa: E402
from cellguide.keys import Cost  # noqa: E402
from db.doors import DOORS  # noqa: E402

LINE = "x" * 1400  # as long as an answer's entry


class Watch:
    """Times calls of an act where the demonstration makes them; ``before`` runs first and is not counted."""

    def __init__(self, module: Any, name: str, before: Callable[[], object] = lambda: None) -> None:
        self.took_ms: list[float] = []
        inner = getattr(module, name)

        def timed_call(*args: Any, **more: Any) -> Any:
            before()
            start = time.perf_counter()
            try:
                return inner(*args, **more)
            finally:
                self.took_ms.append((time.perf_counter() - start) * 1000)

        setattr(module, name, timed_call)
        self.undo = lambda: setattr(module, name, inner)


def month_of_receipts(scenes: int) -> tuple[list[float], list[float], dict[str, list[float]]]:
    """(answers in ms, bare commits in ms, papers' parts in ms) of the demonstration's first scenes."""
    with folder() as path:
        bare = sqlite3.connect(path / "bare.db", isolation_level=None)
        bare.execute("PRAGMA journal_mode = WAL")
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, line TEXT)")
        commits: list[float] = []

        def commit() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO t (line) VALUES (?)", (LINE,))
            bare.execute("COMMIT")

        answers = Watch(walks, "answer_step", lambda: commits.append(timed(commit) * 1000))
        parts = {
            "freeze": Watch(closing, "close_run"),
            "draw": Watch(records, "draw_record"),
            "sign": Watch(records, "sign_record"),
        }
        played = month.SCENES
        month.SCENES = played[:scenes]
        try:
            demo.make(path / "out", DOORS, cost=Cost(64, 1, 1))
        finally:
            month.SCENES = played
            for watch in (answers, *parts.values()):
                watch.undo()
            bare.close()
    return answers.took_ms, commits, {name: watch.took_ms for name, watch in parts.items()}


def rows(answers: list[float], commits: list[float]) -> list[Row]:
    """p50 and p99."""
    made = []
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        a, b = (sorted(values)[int(len(values) * share)] for values in (answers, commits))
        label = f"an answered step, durable, {name} of {len(answers)}"
        made.append(
            Row(
                label,
                f"{a:.2f} ms",
                f"bare commit {b:.2f} ms",
                a / b,
                "≤ bare + 2 ms" if name == "p99" else "shown only",
                name == "p50" or a <= b + 2,
            )
        )
    return made

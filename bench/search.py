"""Search as you type: every prefix of what people type, in a database a hundred times larger and in a small one."""

from __future__ import annotations

import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from ledger import Row, timed  # noqa: E402

import db  # noqa: E402


def typed(count: int) -> list[str]:
    """What a person has typed after each key: identities, names, lots, Chinese, things that are not there."""
    chance = random.Random(20261122)
    whole = ["演示赛", "演示甲", "DEMO Jia", "没有的词", "zzzz", "A9999 26"]
    whole += [f"DEMO-{chance.randrange(1, count):07d}" for _ in range(12)] + [
        f"L{chance.randrange(5000):05d}" for _ in range(6)
    ]
    whole += [f"{chance.randrange(1, count):08d}" for _ in range(6)] + [
        f"O-A-2026-{chance.randrange(1, count):06d}" for _ in range(4)
    ]
    return [word[:end] for word in whole for end in range(1, len(word) + 1)]


def quantile(path: Path, count: int, at: float) -> float:
    """Milliseconds at quantile ``at`` over all prefixes, three rounds; the newest hit must come first."""
    store = db.open_store(path, db.Machine(path.parent / "station"))
    try:
        words = typed(count) * 3
        found = sorted(timed(lambda word=word: store.search(word)) * 1000 for word in words)  # type: ignore[misc]
        hits = store.search("演示赛")
        assert hits[0].id == f"O-A-2026-{count:06d}", "newest first"
    finally:
        store.close()
    return found[int(len(found) * at)]


def rows(small: tuple[Path, int], large: tuple[Path, int]) -> list[Row]:
    """p95 in the large one; its ratio to the small one says whether it is flat."""
    little, big = quantile(*small, 0.95), quantile(*large, 0.95)
    name = f"search as you type, {large[1]:,} records, p95"
    return [Row(name, f"{big:.2f} ms", f"{small[1]:,} records {little:.2f} ms", big / little, "≤ 20 ms", big <= 20)]

"""What was acknowledged survives SIGKILL at any moment; what was not is whole or absent."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import small_store

import db
from db.verify import verify_database

ROOT = Path(__file__).resolve().parents[2]


def kill_once(folder: Path, after_acts: int, delay: random.Random) -> int:
    """Start the child, kill it a moment after ``after_acts`` acknowledgements; returns the last seq it acknowledged."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "db")])
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "db" / "small_store.py"), str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert child.stdout is not None
    last = 0
    for _ in range(after_acts):
        last = int(child.stdout.readline())
    for _ in range(delay.randrange(20_000)):  # spend a random part of the next act, without asking a clock
        pass
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate()
    whole = [int(line) for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]
    return whole[-1] if whole else last


@pytest.mark.req("REG-013", "REG-041")
def test_fifty_kills_lose_no_acknowledged_act_and_leave_nothing_half(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    acknowledged = 0
    for round_ in range(50):
        acknowledged = kill_once(tmp_path, chance.randrange(1, 12), chance)
        if round_ % 10 == 9:
            verdict = verify_database(tmp_path / "cellguide.db", db.Machine(tmp_path / "station"), deep=True)
            assert str(verdict) == "INTACT"
            assert verdict.size >= acknowledged
    store = small_store.open_at(tmp_path)
    try:
        assert store.size >= acknowledged
        pairs = store.conn.execute("SELECT (SELECT count(*) FROM p_order), (SELECT count(*) FROM p_dose)").fetchone()
        assert pairs[0] == pairs[1], "one act of two changes was saved by half"
        small_store.fill(store, 3, start=900_000)
    finally:
        store.close()
    assert str(verify_database(tmp_path / "cellguide.db", deep=True)) == "INTACT"

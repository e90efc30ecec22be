"""Writes that really fail, at every offset: not saved is said, nothing is half saved, and the store goes on."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import small_store

import db
from cellguide.entry import STATION, Change
from cellguide.refusal import Refusal
from db.machine import write_durably
from db.verify import verify_database


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """No file of this process may grow beyond ``size`` bytes: the kernel cuts the write that crosses it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def attempt(store: db.SqliteStore, number: int, blob: bytes) -> str:
    """One act; returns the refusal's code, or nothing when it was saved."""
    changes = [small_store.order(number, detail="演" * 600), Change("dose", f"P-{number}", {"order": "x" * 900})]
    try:
        store.append("place_order", changes, who=STATION, at=small_store.CLOCK.now(), blobs=[blob])
    except Refusal as refusal:
        return refusal.code
    return ""


@pytest.mark.req("REG-013")
def test_a_write_that_fails_at_any_offset_saves_nothing_and_says_so(tmp_path: Path) -> None:
    """The limit creeps through the log (small blob) and through the blob's file (large one)."""
    store = small_store.open_at(tmp_path)
    small_store.fill(store, 5)
    failed = 0
    for number in range(340):
        large = number % 4 == 0
        blob = (f"{number:08d}".encode() * (small_store.LARGE // 8)) if large else f"{number:08d}".encode() * 1500
        store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = (store.size, store.conn.execute("SELECT count(*) FROM blob").fetchone()[0])
        limit = (number * 997) % small_store.LARGE if large else (number * 61) % 12_000
        with files_end_at(limit):
            code = attempt(store, 1000 + number, blob)
        after = (store.size, store.conn.execute("SELECT count(*) FROM blob").fetchone()[0])
        if code:
            failed += 1
            assert code == "store.not_saved"
            assert after == before
            assert store.get("order", f"O-A-2026-{1000 + number:06d}") is None
        else:
            assert after == (before[0] + 2, before[1] + 1)
    assert failed >= 300
    assert attempt(store, 5000, b"after the fault") == ""
    store.close()
    assert str(verify_database(tmp_path / "cellguide.db", deep=True)) == "INTACT"
    assert not list((tmp_path / "cellguide.db.blobs").rglob(".*")), "half a blob was left behind"


def test_a_failing_move_of_the_log_into_the_database_loses_nothing(tmp_path: Path) -> None:
    store = small_store.open_at(tmp_path)
    small_store.fill(store, 200)
    size = (tmp_path / "cellguide.db").stat().st_size
    for step in range(30):
        with files_end_at(size + step * 1024), suppress(sqlite3.OperationalError):
            store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert attempt(store, 5000, b"after") == ""
    assert store.size == 203
    store.close()
    assert str(verify_database(tmp_path / "cellguide.db", deep=True)) == "INTACT"


def test_a_full_disk_refuses_side_notes_vault_and_checkpoint_alike(tmp_path: Path) -> None:
    store = small_store.open_at(tmp_path)
    small_store.fill(store, 3)
    store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    at = small_store.CLOCK.now()
    with files_end_at(0):
        for act in (
            lambda: store.remember("clock", "1"),
            lambda: store.set_secrets({("900011", "throttle"): b"1"}),
            lambda: store.checkpoint(STATION, at),
        ):
            with pytest.raises(Refusal) as caught:
                act()
            assert caught.value.code == "store.not_saved"
    assert store.note("clock") is None
    assert store.secret("900011", "throttle") is None
    assert store.size == 4
    store.checkpoint(STATION, at)
    store.close()
    assert str(verify_database(tmp_path / "cellguide.db", deep=True)) == "INTACT"


def test_a_database_that_may_only_be_read_refuses_and_recovers(tmp_path: Path) -> None:
    store = small_store.open_at(tmp_path)
    store.conn.execute("PRAGMA query_only = ON")
    assert attempt(store, 1, b"x") == "store.not_saved"
    store.conn.execute("PRAGMA query_only = OFF")
    assert attempt(store, 1, b"x") == ""
    store.close()
    if os.geteuid() != 0:
        (tmp_path / "cellguide.db").chmod(0o400)
        with pytest.raises(Refusal) as caught:
            small_store.open_at(tmp_path)
        assert caught.value.code == "store.unreadable"


def test_a_fault_in_the_middle_of_an_act_of_many_changes_leaves_none(tmp_path: Path) -> None:
    store = small_store.open_at(tmp_path)
    before = store.size
    with pytest.raises(KeyError):
        store.append(
            "x", [small_store.order(1), Change("no such kind", "1", {})], who=STATION, at=small_store.CLOCK.now()
        )
    assert (store.size, store.get("order", "O-A-2026-000001")) == (before, None)
    assert attempt(store, 1, b"x") == ""
    store.close()


def test_a_small_file_is_written_whole_or_stays_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "station.json"
    write_durably(path, b"old" * 100)
    for limit in range(0, 4000, 160):
        with files_end_at(limit), pytest.raises(OSError):
            write_durably(path, b"new" * 1400)
        assert path.read_bytes() == b"old" * 100
    assert [item.name for item in tmp_path.iterdir()] == ["station.json"]

"""Backups that were verified, and what becomes of those that did not verify (REG-043)."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import small_store

import db
from cellguide.entry import STATION
from cellguide.refusal import Refusal
from db import backup

LARGE = b"\x03" * small_store.LARGE


@pytest.fixture
def store(tmp_path: Path) -> db.SqliteStore:
    opened = small_store.open_at(tmp_path)
    small_store.fill(opened, 5)
    at = small_store.CLOCK.now()
    secrets = {("900011", "lock"): b"wrapped"}
    opened.append("place_order", [small_store.order(9)], who=STATION, at=at, blobs=[LARGE, b"small"], secrets=secrets)
    yield opened
    opened.close()


@pytest.mark.req("REG-043")
def test_a_pool_thread_copies_while_the_window_writes_on(store: db.SqliteStore, tmp_path: Path) -> None:
    found: list[str] = []
    heard: list[tuple[int, int]] = []
    assert store.path is not None
    path = store.path
    worker = threading.Thread(
        target=lambda: found.append(backup.make(path, tmp_path / "copies", lambda *count: heard.append(count)))
    )
    worker.start()
    small_store.fill(store, 20, start=100)
    worker.join()
    assert found == ["INTACT"]
    assert heard[-1][0] == heard[-1][1]
    assert store.size == 27
    copy = next((tmp_path / "copies").iterdir())
    assert sorted(item.name for item in copy.iterdir()) == ["backup.json", "cellguide.db", "cellguide.db.blobs"]
    reader = db.verify.connect(copy / "cellguide.db")
    assert reader.execute("SELECT value FROM vault").fetchall() == [(b"wrapped",)]
    reader.close()


def test_the_newest_fourteen_stay_and_share_what_never_changes(store: db.SqliteStore, tmp_path: Path) -> None:
    for number in range(17):
        assert store.backup(str(tmp_path / "copies")) == "INTACT"
        small_store.fill(store, 1, start=200 + number)
    names = sorted(item.name for item in (tmp_path / "copies").iterdir())
    assert len(names) == backup.KEEP
    assert (names[0], names[-1]) == ("A-000000010", "A-000000023")
    places = {path.stat().st_ino for path in (tmp_path / "copies").rglob("*") if path.stat().st_size == len(LARGE)}
    assert len(places) == 1
    assert store.backup(str(tmp_path / "copies")) == "INTACT", "nothing new is a copy of the same name"


@pytest.mark.req("REG-043")
def test_a_source_with_one_bad_byte_makes_no_backup_and_the_good_ones_stay(
    store: db.SqliteStore, tmp_path: Path
) -> None:
    store.backup(str(tmp_path / "copies"))
    for path in (tmp_path / "cellguide.db.blobs").rglob("*"):
        if path.is_file():
            path.write_bytes(LARGE[:-1] + b"\x04")
    (tmp_path / "copies" / "A-000000007" / "cellguide.db.blobs").rename(tmp_path / "aside")
    small_store.fill(store, 1, start=300)
    assert store.backup(str(tmp_path / "copies")) == "DAMAGED"
    names = sorted(item.name for item in (tmp_path / "copies").iterdir())
    assert names == ["A-000000007", "A-000000008-FAILED"]
    with pytest.raises(Refusal) as caught:
        backup.restore_files(tmp_path / "copies" / "A-000000008-FAILED", tmp_path / "new" / "cellguide.db")
    assert caught.value.code == "restore.not_intact"


def test_a_copy_that_went_bad_does_not_spoil_the_next_one(store: db.SqliteStore, tmp_path: Path) -> None:
    store.backup(str(tmp_path / "copies"))
    spoilt = [path for path in (tmp_path / "copies").rglob("*") if path.is_file() and path.stat().st_size == len(LARGE)]
    spoilt[0].write_bytes(LARGE[:-1] + b"\x04")
    small_store.fill(store, 1, start=300)
    assert store.backup(str(tmp_path / "copies")) == "INTACT"


@pytest.mark.req("REG-043")
@pytest.mark.parametrize("part", ["database", "blob"])
def test_a_corrupt_byte_in_a_copy_stops_its_restore(store: db.SqliteStore, tmp_path: Path, part: str) -> None:
    store.backup(str(tmp_path / "copies"))
    copy = tmp_path / "copies" / "A-000000007"
    path = (
        copy / "cellguide.db"
        if part == "database"
        else next(p for p in (copy / "cellguide.db.blobs").rglob("*") if p.is_file())
    )
    data = bytearray(path.read_bytes())
    at = data.find(b"DEMO-3") if part == "database" else 5
    data[at] ^= 1
    path.unlink()
    path.write_bytes(data)
    target = tmp_path / "new" / "cellguide.db"
    with pytest.raises(Refusal) as caught:
        backup.restore_files(copy, target)
    assert caught.value.code == "restore.not_intact"
    assert not target.exists()


def test_a_restore_never_writes_over_anything(store: db.SqliteStore, tmp_path: Path) -> None:
    store.backup(str(tmp_path / "copies"))
    copy = tmp_path / "copies" / "A-000000007"
    for name in ("cellguide.db", "other.db-wal"):
        (tmp_path / name).touch()
    for name in ("cellguide.db", "other.db"):
        with pytest.raises(Refusal) as caught:
            backup.restore_files(copy, tmp_path / name)
        assert caught.value.code == "restore.in_the_way"
    with pytest.raises(Refusal) as caught:
        backup.restore_files(tmp_path / "copies", tmp_path / "third.db")
    assert caught.value.code == "restore.no_copy"


def test_a_folder_that_cannot_be_written_or_lies_inside_the_blobs_is_refused(
    store: db.SqliteStore, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file" / "below", tmp_path / "cellguide.db.blobs" / "inside"):
        with pytest.raises(Refusal) as caught:
            store.backup(str(folder))
        assert caught.value.code == "backup.folder"
    with pytest.raises(Refusal) as caught:
        backup.make(tmp_path / "no.db", tmp_path / "copies")
    assert caught.value.code == "backup.source"

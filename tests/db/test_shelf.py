"""The shelf: a worker hashes a large blob and lays it down, and only then an entry names it (engineering-review 9)."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest
import small_store
from test_failing_writes import files_end_at

import db
from cellguide.canonical import Named, named
from cellguide.entry import STATION, Change
from cellguide.refusal import Refusal
from db.blobs import INLINE_BYTES_MAX
from db.verify import verify_database

LARGE = b"0123456789abcdef" * (INLINE_BYTES_MAX // 16 + 1)
NAME = hashlib.sha256(LARGE).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> db.SqliteStore:
    return small_store.open_at(tmp_path)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "cellguide.db.blobs").rglob("*") if path.is_file())


def save(store: db.SqliteStore, *blobs: bytes | Named) -> None:
    change = Change("series", "I-A-2026-000001", {"sha256": NAME})
    store.append("take_in_file", [change], who=STATION, at=small_store.CLOCK.now(), blobs=blobs)


def test_a_worker_lays_a_file_that_the_entry_then_only_names(store: db.SqliteStore, tmp_path: Path) -> None:
    shelf, kept = store.shelf, []
    worker = threading.Thread(target=lambda: kept.append(shelf.begin(LARGE).keep()))
    worker.start()
    worker.join()
    assert kept == [Named(NAME, len(LARGE), None)]
    assert files(tmp_path) == [NAME[2:]]
    save(store, *kept)
    assert store.blob(NAME) == LARGE
    store.close()
    assert str(verify_database(tmp_path / "cellguide.db", deep=True)) == "INTACT"


def test_the_hash_is_there_before_the_file_is(store: db.SqliteStore) -> None:
    laying = store.shelf.begin(LARGE)
    assert laying.digest() == NAME
    assert laying.keep().sha256 == NAME
    store.close()


def test_a_file_that_no_entry_came_to_name_is_not_called_broken(store: db.SqliteStore, tmp_path: Path) -> None:
    """Killed between the laying and the entry: the file lies there, the ledger knows nothing of it."""
    store.shelf.begin(LARGE).keep()
    store.close()
    assert files(tmp_path) == [NAME[2:]]
    assert str(verify_database(tmp_path / "cellguide.db", deep=True)) == "INTACT"
    again = small_store.open_at(tmp_path)
    save(again, LARGE)
    assert again.blob(NAME) == LARGE
    again.close()


def test_what_is_given_up_leaves_nothing_and_takes_nothing_that_lay_there(
    store: db.SqliteStore, tmp_path: Path
) -> None:
    store.shelf.begin(LARGE).drop()
    assert files(tmp_path) == []
    save(store, store.shelf.begin(LARGE).keep())
    store.shelf.begin(LARGE).drop()
    assert store.blob(NAME) == LARGE
    store.close()


def test_what_a_killed_program_half_wrote_is_swept_away_when_the_next_one_opens(
    store: db.SqliteStore, tmp_path: Path
) -> None:
    save(store, LARGE)
    store.close()
    (tmp_path / "cellguide.db.blobs" / ".laying-4711-0").write_bytes(LARGE[:100])
    small_store.open_at(tmp_path).close()
    assert files(tmp_path) == [NAME[2:]]


@pytest.mark.req("REG-013")
def test_a_disk_that_is_full_while_a_worker_writes_is_not_saved_and_nothing_stays(
    store: db.SqliteStore, tmp_path: Path
) -> None:
    with files_end_at(INLINE_BYTES_MAX // 2):
        laying = store.shelf.begin(LARGE)
        with pytest.raises(Refusal, match=r"store\.not_saved"):
            laying.keep()
    assert files(tmp_path) == []
    store.close()


def test_an_entry_does_not_name_a_file_that_lies_there_no_more(store: db.SqliteStore, tmp_path: Path) -> None:
    laid = store.shelf.begin(LARGE).keep()
    (tmp_path / "cellguide.db.blobs" / NAME[:2] / NAME[2:]).unlink()
    with pytest.raises(Refusal, match=r"store\.not_saved"):
        save(store, laid)
    assert store.get("series", "I-A-2026-000001") is None and store.blobs.names() == []
    store.close()


def test_a_small_blob_goes_into_the_database_with_its_entry(store: db.SqliteStore, tmp_path: Path) -> None:
    kept = store.shelf.begin(b"small").keep()
    assert kept == named(b"small")
    save(store, kept)
    assert store.blob(kept.sha256) == b"small" and files(tmp_path) == []
    store.close()

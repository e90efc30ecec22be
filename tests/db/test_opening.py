"""Opening: what is refused before anything is read, one program at a time, and a database that was set back."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import small_store

import db
from cellguide.entry import STATION
from cellguide.refusal import Refusal
from db import location, schema

ROOT = Path(__file__).resolve().parents[2]


def refused(path: Path, machine: db.Machine, **options: bool) -> Refusal:
    with pytest.raises(Refusal) as caught:
        db.open_store(path, machine, **options)
    return caught.value


def test_a_database_that_is_not_there_is_not_made_by_opening(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.db", db.Machine(tmp_path / "station")).code == "store.missing"
    assert not (tmp_path / "none.db").exists()


def test_a_newer_schema_a_stranger_and_a_wreck_are_refused_unchanged(tmp_path: Path) -> None:
    machine = db.Machine(tmp_path / "station")
    small_store.open_at(tmp_path, machine).close()
    path = tmp_path / "cellguide.db"
    conn = sqlite3.connect(path)
    conn.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION + 1}")
    conn.close()
    assert refused(path, machine).code == "store.newer"
    stranger = tmp_path / "stranger.db"
    conn = sqlite3.connect(stranger)
    conn.execute("CREATE TABLE ours (x)")
    conn.close()
    assert refused(stranger, machine).code == "store.not_ours"
    wreck = tmp_path / "wreck.db"
    wreck.write_bytes(b"this was a database once" * 400)
    assert refused(wreck, machine).code == "store.unreadable"
    assert wreck.read_bytes() == b"this was a database once" * 400
    folder = tmp_path / "folder.db"
    folder.mkdir()
    assert refused(folder, machine).code == "store.unreadable"


@pytest.mark.parametrize(
    ("mounts", "path", "refusal"),
    [
        ("//server/share /mnt/share cifs rw 0 0", "/mnt/share/a/cellguide.db", "store.network_share"),
        ("srv:/x /mnt/my\\040share nfs4 rw 0 0", "/mnt/my share/cellguide.db", "store.network_share"),
        (
            "host: /mnt/s fuse.sshfs rw 0 0\n/dev/sda1 /mnt/s/disk ext4 rw 0 0",
            "/mnt/s/cellguide.db",
            "store.network_share",
        ),
        ("host: /mnt/s fuse.sshfs rw 0 0\n/dev/sda1 /mnt/s/disk ext4 rw 0 0", "/mnt/s/disk/cellguide.db", None),
        ("/dev/sda1 / ext4 rw 0 0\nsrv:/x /mnt/shared nfs rw 0 0", "/mnt/shared2/cellguide.db", None),
        ("", "/home/a/OneDrive - 医院/cellguide.db", "store.sync_folder"),
        ("", "/home/a/WeChat Files/cellguide.db", "store.sync_folder"),
        ("", "/home/a/坚果云/x/cellguide.db", "store.sync_folder"),
        ("", "/home/a/病房 药房/cellguide.db", None),
    ],
)
def test_network_shares_and_synchronised_folders_are_refused(mounts: str, path: str, refusal: str | None) -> None:
    if refusal is None:
        location.check(Path(path), mounts)
        return
    with pytest.raises(Refusal) as caught:
        location.check(Path(path), mounts)
    assert caught.value.code == refusal


def test_a_folder_with_chinese_characters_and_a_space_works_through_every_door(tmp_path: Path) -> None:
    folder = tmp_path / "王芳 的资料 %41?x"
    folder.mkdir()
    store = small_store.open_at(folder)
    large = b"\x01" * small_store.LARGE
    store.append("place_order", [small_store.order(1)], who=STATION, at=small_store.CLOCK.now(), blobs=[large])
    store.checkpoint(STATION, small_store.CLOCK.now())
    assert store.backup(str(folder / "备 份")) == "INTACT"
    store.close()
    assert str(db.verify.verify_database(folder / "cellguide.db", deep=True)) == "INTACT"
    again = small_store.open_at(folder)
    assert again.search("演示赛")[0].id == "O-A-2026-000001"
    again.close()


def test_a_second_program_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "db")])
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "db" / "small_store.py"), str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert child.stdout is not None
    child.stdout.readline()
    machine = db.Machine(tmp_path / "station")
    refusal = refused(tmp_path / "cellguide.db", machine)
    assert refusal.code == "store.in_use"
    assert str(child.pid) in str(refusal.facts["holder"])
    assert db.verify.verify_database(tmp_path / "cellguide.db").intact, "reading needs no lock"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    db.open_store(tmp_path / "cellguide.db", machine).close()


def test_the_same_process_cannot_open_it_twice_either(tmp_path: Path) -> None:
    machine = db.Machine(tmp_path / "station")
    store = small_store.open_at(tmp_path, machine)
    assert refused(tmp_path / "cellguide.db", machine).code == "store.in_use"
    store.close()
    small_store.open_at(tmp_path, machine).close()


@pytest.mark.req("REG-042")
def test_an_older_copy_put_back_is_refused_at_the_door_and_named_by_verify(tmp_path: Path) -> None:
    machine = db.Machine(tmp_path / "station")
    path = tmp_path / "cellguide.db"
    store = small_store.open_at(tmp_path, machine)
    small_store.fill(store, 5)
    store.close()
    shutil.copy(path, tmp_path / "yesterday.db")
    store = small_store.open_at(tmp_path, machine)
    small_store.fill(store, 5, start=5)
    store.checkpoint(STATION, small_store.CLOCK.now())
    store.close()
    shutil.copy(tmp_path / "yesterday.db", path)
    refusal = refused(path, machine)
    assert (refusal.code, refusal.facts["size"], refusal.facts["head"]) == ("store.rolled_back", 6, 12)
    verdict = db.verify.verify_database(path, machine)
    assert (str(verdict), verdict.station) == ("ROLLED BACK AT 7", "A")
    assert db.verify.verify_database(path).intact, "without the station's memory nothing is missing"


@pytest.mark.req("REG-042")
def test_another_past_of_the_same_length_is_refused_too(tmp_path: Path) -> None:
    machine = db.Machine(tmp_path / "station")
    path = tmp_path / "cellguide.db"
    store = small_store.open_at(tmp_path, machine)
    small_store.fill(store, 3)
    store.close()
    shutil.copy(path, tmp_path / "before.db")
    store = small_store.open_at(tmp_path, machine)
    small_store.fill(store, 2, start=3)
    store.checkpoint(STATION, small_store.CLOCK.now())
    store.close()
    shutil.copy(tmp_path / "before.db", path)
    (tmp_path / "forger").mkdir()
    shutil.copy(machine.folder / "station.json", tmp_path / "forger")  # whoever owns the machine has its key
    other = db.Machine(tmp_path / "forger")
    store = db.open_store(path, other)
    small_store.fill(store, 9, start=100)
    store.close()
    assert refused(path, machine).code == "store.other_past"
    assert str(db.verify.verify_database(path, machine)) == "BROKEN AT 7"


@pytest.mark.req("REG-042")
def test_a_head_behind_the_database_is_fine(tmp_path: Path) -> None:
    machine = db.Machine(tmp_path / "station")
    store = small_store.open_at(tmp_path, machine)
    small_store.fill(store, 3)
    store.checkpoint(STATION, small_store.CLOCK.now())
    small_store.fill(store, 4, start=3)
    store.close()
    again = small_store.open_at(tmp_path, machine)
    assert again.size == 9
    again.close()


def test_a_head_that_cannot_be_kept_costs_no_act(tmp_path: Path) -> None:
    machine = db.Machine(tmp_path / "station")
    store = small_store.open_at(tmp_path, machine)
    small_store.fill(store, 2)
    shutil.rmtree(machine.folder)
    machine.folder.write_text("a file stands where the folder was")
    store.checkpoint(STATION, small_store.CLOCK.now())
    assert store.head_fault
    machine.folder.unlink()
    store.checkpoint(STATION, small_store.CLOCK.now())
    assert not store.head_fault
    store.close()


def test_a_garbled_tree_is_made_anew_from_the_entries(tmp_path: Path) -> None:
    store = small_store.open_at(tmp_path)
    small_store.fill(store, 6)
    first = store.checkpoint(STATION, small_store.CLOCK.now())
    for garbled in ("not a tree", "4096:" + "00" * 32):
        store.remember("tree-A", garbled)
        assert store.checkpoint(STATION, small_store.CLOCK.now()) != first
    store.close()
    assert str(db.verify.verify_database(tmp_path / "cellguide.db")) == "INTACT"


def test_another_computers_database_is_refused_until_two_people_take_it_over(tmp_path: Path) -> None:
    small_store.open_at(tmp_path).close()
    refusal = refused(tmp_path / "cellguide.db", db.Machine(tmp_path / "new computer"))
    assert (refusal.code, refusal.facts["station"]) == ("store.other_station", "A")
    store = db.open_store(tmp_path / "cellguide.db", db.Machine(tmp_path / "new computer"), succeed=True)
    assert store.station == "B"
    with pytest.raises(Refusal) as caught:
        small_store.fill(store, 1)
    assert caught.value.code == "store.not_restored"
    store.close()

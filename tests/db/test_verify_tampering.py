"""Whoever takes the triggers away and changes the past is found, by word and number (REG-041)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import small_store

import db
from cellguide import ledger
from cellguide.entry import STATION
from cellguide.refusal import Refusal
from db import schema
from db.verify import verify_database, verify_in_child

Sql = sqlite3.Connection
LAST = 14  # site, ten orders, checkpoint, two orders


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = small_store.open_at(tmp_path)
    small_store.fill(store, 10)
    store.append(
        "place_order", [], who=STATION, at=small_store.CLOCK.now(), blobs=[b"photo", b"\x02" * small_store.LARGE]
    )
    store.checkpoint(STATION, small_store.CLOCK.now())
    small_store.fill(store, 2, start=10)
    store.close()
    return tmp_path / "cellguide.db"


def tamper(path: Path, change: Callable[[Sql], object], *, restore_triggers: bool = True) -> None:
    """Drop the triggers, change, put the triggers back: what a person with the file and sqlite3 can do."""
    conn = sqlite3.connect(path, isolation_level=None)
    for name in schema.TRIGGERS:
        conn.execute(f"DROP TRIGGER {name}")
    change(conn)
    if restore_triggers:
        for sql in schema.TRIGGERS.values():
            conn.execute(sql)
    conn.close()


def edit(n: int, old: str, new: str) -> Callable[[Sql], object]:
    return lambda conn: conn.execute("UPDATE entry SET line = replace(line, ?, ?) WHERE n = ?", (old, new, n))


def delete(n: int) -> Callable[[Sql], object]:
    def act(conn: Sql) -> None:
        conn.execute("DELETE FROM entry WHERE n = ?", (n,))
        conn.execute("UPDATE entry SET n = n - 1, seq = seq - 1 WHERE n > ?", (n,))

    return act


def insert(n: int) -> Callable[[Sql], object]:
    def act(conn: Sql) -> None:
        conn.execute("UPDATE entry SET n = -n - 1, seq = -seq - 1 WHERE n >= ?", (n,))
        conn.execute("UPDATE entry SET n = -n, seq = -seq WHERE n < 0")
        conn.execute("INSERT INTO entry SELECT ?, station, ?, line FROM entry WHERE n = 1", (n, n))

    return act


def swap(a: int, b: int) -> Callable[[Sql], object]:
    def act(conn: Sql) -> None:
        lines = dict(conn.execute("SELECT n, line FROM entry WHERE n IN (?, ?)", (a, b)).fetchall())
        conn.execute("UPDATE entry SET line = ? WHERE n = ?", (lines[b], a))
        conn.execute("UPDATE entry SET line = ? WHERE n = ?", (lines[a], b))

    return act


def rewrite(n: int) -> Callable[[Sql], object]:
    """Change entry ``n`` and chain everything after it anew: the forger who knows how."""

    def act(conn: Sql) -> None:
        prev = ""
        for place, line in conn.execute("SELECT n, line FROM entry ORDER BY n").fetchall():
            if place == n:
                line = line.replace("DEMO", "FAKE")
            if prev:
                line = line[: line.rfind(',"prev":"') + 9] + prev + line[line.rfind(',"prev":"') + 73 :]
            conn.execute("UPDATE entry SET line = ? WHERE n = ?", (line, place))
            prev = ledger.link(line)

    return act


@pytest.mark.req("REG-041")
@pytest.mark.parametrize("n", range(1, LAST))
def test_an_edited_line_breaks_the_next_one(path: Path, n: int) -> None:
    tamper(path, edit(n, '"off":480', '"off":540'))
    assert str(verify_database(path)) == f"BROKEN AT {n + 1}"


@pytest.mark.req("REG-041")
@pytest.mark.parametrize("n", range(1, LAST))
def test_a_deleted_line_breaks_where_it_stood(path: Path, n: int) -> None:
    tamper(path, delete(n))
    assert str(verify_database(path)) == f"BROKEN AT {n}"


@pytest.mark.req("REG-041")
@pytest.mark.parametrize("n", range(2, LAST + 2))
def test_an_inserted_line_breaks_where_it_stands(path: Path, n: int) -> None:
    tamper(path, insert(n))
    assert str(verify_database(path)) == f"BROKEN AT {n}"


@pytest.mark.req("REG-041")
@pytest.mark.parametrize("n", range(1, LAST))
def test_two_lines_in_the_other_order_break_at_the_first(path: Path, n: int) -> None:
    tamper(path, swap(n, n + 1))
    assert str(verify_database(path)) == f"BROKEN AT {n}"


@pytest.mark.req("REG-041", "REG-042")
def test_a_cut_end_is_seen_by_the_stations_memory_or_by_the_projections(path: Path, tmp_path: Path) -> None:
    machine = db.Machine(tmp_path / "station")
    tamper(path, lambda conn: conn.execute("DELETE FROM entry WHERE n > 9"))
    assert str(verify_database(path, machine)) == "ROLLED BACK AT 10"
    assert verify_database(path, deep=True).word == "DAMAGED"


@pytest.mark.req("REG-041")
def test_a_past_that_was_chained_anew_is_caught_by_the_checkpoint(path: Path) -> None:
    tamper(path, rewrite(3))
    verdict = verify_database(path)
    assert (str(verdict), verdict.why) == ("BROKEN AT 12", "checkpoint")


def test_what_was_chained_anew_behind_the_last_checkpoint_is_caught_by_the_stations_memory(
    path: Path, tmp_path: Path
) -> None:
    store = small_store.open_at(tmp_path)
    store.machine.set_head(store.identity, "A", store.size, store._prev)
    store.close()
    tamper(path, rewrite(13))
    assert verify_database(path).intact, "nothing inside the file can tell: say so in the manual"
    assert str(verify_database(path, db.Machine(tmp_path / "station"))) == "BROKEN AT 14"


@pytest.mark.parametrize("place", ["origin", "signature"])
def test_a_note_that_another_key_signed_is_foreign(path: Path, tmp_path: Path, place: str) -> None:
    other = db.Machine(tmp_path / "other")

    def act(conn: Sql) -> None:
        fields = json.loads(conn.execute("SELECT line FROM entry WHERE n = 12").fetchone()[0])
        point, _, _ = ledger.read_note(fields["new"]["note"])
        forged = ledger.note(point, other.sign, other.public())
        if place == "signature":  # the right key's id over the wrong key's signature
            real = db.Machine(tmp_path / "station").public()
            forged = ledger.note(point, other.sign, real)
        fields["new"]["note"] = forged
        from cellguide import canonical

        conn.execute("UPDATE entry SET line = ? WHERE n = 12", (canonical.encode(fields).decode(),))

    tamper(path, act)
    assert str(verify_database(path)) == "FOREIGN AT 12"


@pytest.mark.req("REG-032")
def test_a_blob_with_one_other_byte_or_none_at_all_is_damaged(path: Path) -> None:
    large = next((path.parent / "cellguide.db.blobs").rglob("??*/*"))
    data = bytearray(large.read_bytes())
    data[7] ^= 1
    large.write_bytes(data)
    assert verify_database(path).word == "DAMAGED"
    large.unlink()
    assert "missing" in verify_database(path).why
    data[7] ^= 1
    large.write_bytes(data)
    assert verify_database(path).intact
    tamper(path, lambda conn: conn.execute("UPDATE blob SET data = x'00' WHERE data IS NOT NULL"))
    assert "changed" in verify_database(path).why


def test_missing_triggers_a_newer_schema_a_stranger_and_a_wreck_have_their_words(path: Path, tmp_path: Path) -> None:
    wreck = tmp_path / "wreck.db"
    data = bytearray(path.read_bytes())
    wreck.write_bytes(data[: len(data) // 2])
    assert verify_database(wreck).word == "DAMAGED"
    wreck.write_bytes(b"no database at all " * 300)
    assert verify_database(wreck).word == "DAMAGED"
    tamper(path, lambda conn: None, restore_triggers=False)
    assert verify_database(path).word == "DAMAGED"
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA user_version = 99")
    assert verify_database(path).word == "NEWER"
    conn.execute("PRAGMA application_id = 7")
    conn.close()
    assert verify_database(path).word == "FOREIGN"
    with pytest.raises(Refusal):
        verify_database(tmp_path / "nothing.db")


def test_any_flipped_byte_of_the_file_is_never_a_traceback(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    copy = tmp_path / "copy.db"
    blobs = tmp_path / "copy.db.blobs"
    (tmp_path / "cellguide.db.blobs").rename(blobs)
    words = set()
    for at in range(20, len(whole), max(1, len(whole) // 150)):
        data = bytearray(whole)
        data[at] ^= 0xFF
        copy.write_bytes(data)
        words.add(verify_database(copy, deep=True).word)
    assert words <= {"INTACT", "BROKEN", "DAMAGED", "FOREIGN", "NEWER", "ROLLED BACK"}
    assert "DAMAGED" in words


def test_verifying_leaves_the_folder_as_it_was_and_hears_progress(path: Path) -> None:
    before = {item.name: item.stat().st_mtime_ns for item in path.parent.iterdir()}
    assert verify_database(path, deep=True).size == LAST
    assert {item.name: item.stat().st_mtime_ns for item in path.parent.iterdir()} == before


def test_a_child_process_says_the_same(path: Path, tmp_path: Path) -> None:
    assert verify_in_child(path, db.Machine(tmp_path / "station"), deep=True) == verify_database(path)
    tamper(path, edit(3, "DEMO", "FAKE"))
    assert str(verify_in_child(path)) == "BROKEN AT 4"
    with pytest.raises(Refusal) as caught:
        verify_in_child(tmp_path / "nothing.db")
    assert caught.value.code == "store.missing"

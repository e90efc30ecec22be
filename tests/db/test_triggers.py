"""Every way of SQL to change an entry or a blob is refused by the file itself."""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path

import pytest
import small_store
from sqlite_utils import Database

import db
from cellguide.refusal import Refusal
from db import schema

ATTACKS = {
    "update": "UPDATE entry SET line = '{}' WHERE n = 2",
    "update_or_ignore": "UPDATE OR IGNORE entry SET line = '{}' WHERE n = 2",
    "update_or_replace": "UPDATE OR REPLACE entry SET n = 1 WHERE n = 2",
    "delete": "DELETE FROM entry WHERE n = 3",
    "delete_all": "DELETE FROM entry",
    "insert_same": "INSERT INTO entry VALUES (2, 'A', 2, '{}')",
    "insert_replace": "INSERT OR REPLACE INTO entry VALUES (2, 'A', 2, '{}')",
    "insert_replace_place": "INSERT OR REPLACE INTO entry VALUES (4, 'A', 2, '{}')",
    "insert_ignore": "INSERT OR IGNORE INTO entry VALUES (9, 'A', 9, '{}')",
    "upsert": "INSERT INTO entry VALUES (2, 'A', 2, '{}') ON CONFLICT (n) DO UPDATE SET line = excluded.line",
    "upsert_place": "INSERT INTO entry VALUES (4, 'A', 2, '{}') ON CONFLICT (station, seq) DO UPDATE SET line = '{}'",
    "insert_gap": "INSERT INTO entry VALUES (5, 'A', 5, '{}')",
    "insert_gap_in_station": "INSERT INTO entry VALUES (4, 'B', 2, '{}')",
    "insert_any_rowid": "INSERT INTO entry (station, seq, line) VALUES ('A', 4, '{}')",
    "replace_word": "REPLACE INTO entry VALUES (1, 'A', 1, '{}')",
    "blob_update": "UPDATE blob SET data = x'00'",
    "blob_update_or_replace": "UPDATE OR REPLACE blob SET sha256 = 'x'",
    "blob_delete": "DELETE FROM blob",
    "blob_insert_replace": "INSERT OR REPLACE INTO blob SELECT sha256, 1, x'00' FROM blob",
    "blob_insert_ignore": "INSERT OR IGNORE INTO blob SELECT sha256, 1, x'00' FROM blob",
    "blob_upsert": "INSERT INTO blob SELECT sha256, 1, x'00' FROM blob WHERE 1 ON CONFLICT DO UPDATE SET size = 0",
    "blob_replace_word": "REPLACE INTO blob SELECT sha256, 1, x'00' FROM blob",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    store = small_store.open_at(tmp_path)
    small_store.fill(store, 1)
    store.append(
        "place_order", [small_store.order(2)], who=small_store.STATION, at=small_store.CLOCK.now(), blobs=[b"photo"]
    )
    store.close()
    return tmp_path / "cellguide.db"


def content(path: Path) -> list[object]:
    with sqlite3.connect(path) as conn:
        found = [
            conn.execute("SELECT * FROM entry ORDER BY n").fetchall(),
            conn.execute("SELECT * FROM blob").fetchall(),
        ]
    conn.close()
    return found


@pytest.mark.req("REG-014", "REG-046")
@pytest.mark.parametrize(("attack", "recursive"), list(itertools.product(ATTACKS, (False, True))))
def test_no_statement_changes_or_removes_what_was_written(path: Path, attack: str, recursive: bool) -> None:
    before = content(path)
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute(f"PRAGMA recursive_triggers = {'ON' if recursive else 'OFF'}")
    with pytest.raises(sqlite3.IntegrityError, match=r"entries|blob"):
        conn.execute(ATTACKS[attack])
    conn.close()
    assert content(path) == before


@pytest.mark.req("REG-014", "REG-046")
def test_every_trigger_stands_alone_against_something(path: Path) -> None:
    unneeded = set(schema.TRIGGERS)
    for name, attack in itertools.product(schema.TRIGGERS, ATTACKS.values()):
        conn = sqlite3.connect(path, isolation_level=None)
        conn.execute("BEGIN")
        conn.execute(f"DROP TRIGGER {name}")
        try:
            conn.execute(attack)
            unneeded.discard(name)
        except sqlite3.IntegrityError:
            pass
        conn.execute("ROLLBACK")
        conn.close()
    assert unneeded == set(), "these triggers hold nothing back that another one would not"


@pytest.mark.parametrize("way", ["upsert", "insert_replace", "insert_ignore_gap", "update", "delete_where"])
def test_sqlite_utils_is_refused_too(path: Path, way: str) -> None:
    before = content(path)
    database = Database(path, execute_plugins=False)
    table = database.table("entry")
    row = {"n": 2, "station": "A", "seq": 2, "line": "{}"}
    with pytest.raises(sqlite3.IntegrityError):
        if way == "upsert":
            table.upsert(row, pk="n")
        elif way == "insert_replace":
            table.insert(row, pk="n", replace=True)
        elif way == "insert_ignore_gap":
            table.insert(row | {"n": 9, "seq": 9}, pk="n", ignore=True)
        elif way == "update":
            table.update(2, {"line": "{}"})
        else:
            table.delete_where("n = 3")
    database.conn.rollback()
    database.close()
    assert content(path) == before


def test_transform_drops_the_triggers_and_the_next_opening_says_so(path: Path, tmp_path: Path) -> None:
    database = Database(path, execute_plugins=False)
    database.table("entry").transform(types={"line": str})
    database.close()
    with pytest.raises(Refusal) as caught:
        small_store.open_at(tmp_path)
    assert caught.value.code == "store.damaged"
    assert "entry_never_changed" in str(caught.value.facts["what"])


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("DROP TRIGGER blob_once", "blob_once"),
        ("CREATE TRIGGER extra AFTER INSERT ON entry BEGIN DELETE FROM vault; END", "extra"),
        ("DROP TABLE side", "side"),
    ],
)
def test_a_missing_or_added_trigger_and_a_missing_table_are_named(
    path: Path, tmp_path: Path, sql: str, named: str
) -> None:
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute(sql)
    conn.close()
    with pytest.raises(Refusal) as caught:
        small_store.open_at(tmp_path)
    assert (caught.value.code, caught.value.facts["what"]) == ("store.damaged", named)


def test_the_hot_path_holds_no_statement_that_changes_entries_or_blobs() -> None:
    for source in Path(db.__file__).parent.glob("*.py"):
        text = source.read_text("utf-8")
        if source.name != "schema.py":
            for forbidden in (
                "UPDATE entry",
                "DELETE FROM entry",
                "INTO entry ",
                "UPDATE blob",
                "DELETE FROM blob",
                ".transform(",
            ):
                allowed = forbidden == "INTO entry " and source.name == "store.py"
                assert allowed or forbidden not in text, f"{source.name}: {forbidden}"

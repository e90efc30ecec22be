"""Projections: what stands in them is what a rebuild finds, whatever happened before."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import small_store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import db
from cellguide.entry import STATION, Change
from cellguide.refusal import Refusal
from db import project, tables
from db.verify import verify_database

KINDS = st.sampled_from(["order", "dose", "container", "person", "record", "deviation", "place", "view"])
VALUE = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=6), st.lists(st.integers(0, 3), max_size=2)
)
FIELD = st.sampled_from(["state", "order", "coi", "name", "zh", "en", "lot", "person", "obj"])
CHANGE = st.builds(
    Change,
    KINDS,
    st.sampled_from(["1", "2", "甲", "x/y"]),
    st.dictionaries(FIELD, VALUE, max_size=4),
    st.text(max_size=4),
)


def texts_only(change: Change) -> Change:
    """What search reads must be text, as the domain writes it."""
    words = {name: str(value or "") for name, value in change.new.items() if name in ("coi", "name", "zh", "en", "lot")}
    return Change(change.kind, change.id, change.new | words, change.reason)


def rows(conn: sqlite3.Connection) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {
        kind.name: conn.execute(f'SELECT * FROM "p_{kind.name}" ORDER BY id').fetchall() for kind in tables.KINDS
    }
    found["search"] = conn.execute("SELECT rowid, kind, id, text FROM p_search ORDER BY rowid").fetchall()
    return found


@pytest.fixture(scope="module")
def machine() -> db.Machine:
    return db.Machine(Path(tempfile.mkdtemp()) / "station")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.lists(CHANGE, min_size=1, max_size=3), max_size=8))
def test_a_rebuild_finds_the_same_rows_whatever_was_appended(machine: db.Machine, acts: list[list[Change]]) -> None:
    store = db.memory_store(machine)
    for changes in acts:
        store.append("act", [texts_only(change) for change in changes], who=STATION, at=small_store.CLOCK.now())
    before = rows(store.conn)
    assert project.rebuild(store.conn) == store.size
    assert rows(store.conn) == before
    store.close()


def damage(path: Path, sql: str) -> None:
    conn = sqlite3.connect(path)
    conn.execute(sql)
    conn.commit()
    conn.close()


@pytest.mark.req("REG-045")
def test_a_database_of_an_older_projection_is_rebuilt_at_opening(tmp_path: Path) -> None:
    store = small_store.open_at(tmp_path)
    small_store.fill(store, 30)
    before = rows(store.conn)
    store.close()
    path = tmp_path / "cellguide.db"
    damage(path, "UPDATE side SET value = '0' WHERE name = 'projection_version'")
    damage(path, "DROP TABLE p_order")
    damage(path, "UPDATE p_site SET doc = '{}'")
    assert str(verify_database(path, deep=True)) == "INTACT", "an older projection proves and disproves nothing"
    again = small_store.open_at(tmp_path)
    assert rows(again.conn) == before
    assert again.search("演示赛")
    again.close()


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_rebuild_that_ends_half_way_leaves_the_old_tables(tmp_path: Path, step: int) -> None:
    store = small_store.open_at(tmp_path)
    small_store.fill(store, 10)
    before = rows(store.conn)

    calls: list[str] = []
    store.conn.set_trace_callback(calls.append)
    wanted = ("CREATE VIRTUAL TABLE new_search", "DROP TABLE IF EXISTS", "ALTER TABLE new_search")[step]
    limit: Callable[[], int] = lambda: int(any(sql.startswith(wanted) for sql in calls))  # noqa: E731
    store.conn.set_progress_handler(limit, 1)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        project.rebuild(store.conn)
    store.conn.set_progress_handler(None, 0)
    store.conn.set_trace_callback(None)
    assert rows(store.conn) == before
    small_store.fill(store, 1, start=10)
    store.close()
    assert str(verify_database(tmp_path / "cellguide.db", deep=True)) == "INTACT"


def test_an_entry_of_an_unknown_kind_is_refused_by_name(tmp_path: Path) -> None:
    store = small_store.open_at(tmp_path)
    line = '{"new":{},"obj":"teleport:1"}'
    store.conn.execute("INSERT INTO entry VALUES (2, 'A', 2, ?)", (line,))
    with pytest.raises(Refusal) as caught:
        project.rebuild(store.conn)
    assert (caught.value.code, caught.value.facts) == ("store.unknown_kind", {"kind": "teleport", "n": 2})
    store.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE p_order SET doc = replace(doc, 'DEMO-3', 'DEMO-4') WHERE id LIKE '%3'",
        "UPDATE p_order SET version = 2 WHERE id LIKE '%3'",
        "DELETE FROM p_order WHERE id LIKE '%3'",
        "INSERT INTO p_order VALUES ('X', 1, 99, 99, '{}')",
        "DELETE FROM p_search WHERE id LIKE '%3'",
        "UPDATE p_search SET text = 'other' WHERE id LIKE '%3'",
    ],
)
def test_a_projection_that_was_changed_by_hand_is_damaged(tmp_path: Path, sql: str) -> None:
    store = small_store.open_at(tmp_path)
    small_store.fill(store, 5)
    store.close()
    shutil.copy(tmp_path / "cellguide.db", tmp_path / "whole.db")
    damage(tmp_path / "cellguide.db", sql)
    assert verify_database(tmp_path / "cellguide.db", deep=True).word == "DAMAGED"
    assert str(verify_database(tmp_path / "whole.db", deep=True)) == "INTACT"

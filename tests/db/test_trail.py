"""The audit trail, newest first, a page at a time: each question goes through an index, and nothing is sorted."""

from __future__ import annotations

import json

import pytest

import db
from cellguide.clock import SetClock
from cellguide.entry import Actor, Change
from db import trail

CLOCK = SetClock("2026-11-22T08:00:00+08:00")


@pytest.fixture
def filled(store: db.SqliteStore) -> db.SqliteStore:
    """Forty entries: two objects, written by two people in turn."""
    for number in range(40):
        who = Actor(("A", "B")[number % 2], "pharmacist", "session")
        thing = ("order", "mark")[number % 4 // 2]
        store.append("change_order", [Change(thing, "X", {"n": number})], who=who, at=CLOCK.move(seconds=1))
    return store


def numbers(rows: list[tuple[int, str]]) -> list[int]:
    return [n for n, _ in rows]


@pytest.mark.req("REG-017")
def test_pages_follow_each_other_without_a_gap_and_end_at_the_first_entry(filled: db.SqliteStore) -> None:
    seen: list[int] = []
    before: int | None = None
    while rows := filled.trail(before, 7):
        seen += numbers(rows)
        before = rows[-1][0]
    assert seen == list(range(40, 0, -1))


def test_what_is_about_some_objects_is_merged_newest_first(filled: db.SqliteStore) -> None:
    whole = filled.trail(None, 100, about=["order:X", "mark:X"])
    assert numbers(whole) == list(range(40, 0, -1))
    orders = filled.trail(None, 100, about=["order:X", "order:X", "order:none"])
    assert len(orders) == 20, "an object named twice is read once"
    assert {json.loads(line)["obj"] for _, line in orders} == {"order:X"}
    first = filled.trail(None, 4, about=["order:X", "mark:X"])
    assert first + filled.trail(first[-1][0], 100, about=["order:X", "mark:X"]) == whole


def test_what_one_person_did(filled: db.SqliteStore) -> None:
    assert {json.loads(line)["actor"] for _, line in filled.trail(None, 100, by="B")} == {"B"}
    assert len(filled.trail(None, 100, by="B")) == 20


@pytest.mark.parametrize(("sql", "value"), [(trail.ALL, ()), (trail.ABOUT, ("order:X",)), (trail.BY, ("A",))])
def test_a_page_takes_the_same_however_many_entries_there_are(
    filled: db.SqliteStore, sql: str, value: tuple[str, ...]
) -> None:
    plan = " ".join(row[3] for row in filled.conn.execute(f"EXPLAIN QUERY PLAN {sql}", (*value, 99, 10)))
    assert "SEARCH" in plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN" not in plan

"""Who stood where: followed with each entry, made again from the ledger, found by place and time."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import small_store

import db
from cellguide.clock import parse_iso
from cellguide.entry import STATION, Change
from db import project, stays
from db.verify import verify_database

DAY_MS = 86_400_000
FIRST = parse_iso("2026-11-01T00:00:00Z")


def put(store: db.SqliteStore, container: str, place: str, day: int, **more: str) -> None:
    at = FIRST.plus(seconds=day * 86_400)
    change = Change("container", container, {"state": "accepted", "place": place} | more)
    store.append("move_container", [change], who=STATION, at=at)


def days(store: db.SqliteStore, places: list[str], first: int, last: int) -> list[tuple[str, str, str, str]]:
    found = store.stood(places, FIRST.utc_ms + first * DAY_MS, FIRST.utc_ms + last * DAY_MS)
    return [(one.container, one.place, one.since[8:10], one.until[8:10]) for one in found]


@pytest.fixture
def store(tmp_path: Path) -> db.SqliteStore:
    return small_store.open_at(tmp_path)


def test_a_stay_begins_ends_and_is_found_by_its_place_and_time(store: db.SqliteStore) -> None:
    put(store, "C-1", "A/1/01", 1)
    put(store, "C-2", "A/1/02", 2)
    put(store, "C-1", "B/1/01", 5)
    put(store, "C-2", "", 6)
    both = ["A/1/01", "A/1/02"]
    assert days(store, both, 0, 9) == [("C-1", "A/1/01", "02", "06"), ("C-2", "A/1/02", "03", "07")]
    assert days(store, both, 7, 9) == []
    assert days(store, ["B/1/01"], 8, 9) == [("C-1", "B/1/01", "06", "")]
    assert days(store, [], 0, 9) == []
    store.close()


def test_a_code_typed_another_way_is_the_same_place(store: db.SqliteStore) -> None:
    put(store, "C-1", "a/1/01 ", 1)
    assert days(store, ["A/1/01"], 0, 9) == [("C-1", "a/1/01 ", "02", "")]
    store.close()


def test_what_happened_earlier_than_it_was_written_down_counts_from_when_it_happened(store: db.SqliteStore) -> None:
    change = Change("container", "C-1", {"place": "A/1/01"}, event_at=FIRST.iso)
    store.append("move_container", [change], who=STATION, at=FIRST.plus(seconds=9 * 86_400))
    assert days(store, ["A/1/01"], 0, 0) == [("C-1", "A/1/01", "01", "")]
    store.close()


def test_a_change_that_moves_nothing_begins_no_stay(store: db.SqliteStore) -> None:
    put(store, "C-1", "A/1/01", 1)
    store.append("record_fact", [Change("container", "C-1", {"state": "locked"})], who=STATION, at=FIRST)
    store.append("add_probe", [Change("probe", "T-1", {"place": "A/1/01"})], who=STATION, at=FIRST)
    assert len(days(store, ["A/1/01"], 0, 30)) == 1
    store.close()


@pytest.mark.req("REG-013")
def test_a_write_that_is_undone_leaves_the_stays_as_they_were(store: db.SqliteStore) -> None:
    put(store, "C-1", "A/1/01", 1)
    with pytest.raises(ValueError, match="too large"):
        put(store, "C-1", "B/1/01", 2, broken=2**60)  # type: ignore[arg-type]
    assert days(store, ["A/1/01", "B/1/01"], 0, 9) == [("C-1", "A/1/01", "02", "")]
    store.close()


def test_following_gives_what_the_entries_add_up_to(store: db.SqliteStore) -> None:
    """A hundred moves of five containers, in and out of six positions, some of them to where they stand already."""
    dice = random.Random(14)
    positions = ["A/1", "A/2", "A/3", "B/1", "B/2", ""]
    for day in range(100):
        put(store, f"C-{dice.randrange(5)}", dice.choice(positions), day)
    assert not stays.differ(store.conn)
    before = store.stood(positions, 0, 2**53)
    assert len(before) > 60
    project.rebuild(store.conn)
    assert store.stood(positions, 0, 2**53) == before
    put(store, "C-1", "A/1", 140)
    assert days(store, ["A/1"], 140, 141)[-1] == ("C-1", "A/1", "21", "")
    assert not stays.differ(store.conn)
    store.close()


@pytest.mark.req("REG-014")
def test_a_stay_that_nobody_wrote_is_found_by_verifying(store: db.SqliteStore, tmp_path: Path) -> None:
    put(store, "C-1", "A/1/01", 1)
    store.conn.execute("UPDATE p_stay SET until_ms = 5, until = 'x'")
    store.close()
    verdict = verify_database(tmp_path / "cellguide.db", deep=True)
    assert (verdict.word, verdict.why) == ("DAMAGED", "projection stay")


def test_a_database_without_the_table_gets_it_when_it_is_opened(store: db.SqliteStore, tmp_path: Path) -> None:
    put(store, "C-1", "A/1/01", 1)
    store.conn.execute("DROP TABLE p_stay")
    store.conn.execute("UPDATE side SET value = '1' WHERE name = 'projection_version'")
    store.close()
    again = small_store.open_at(tmp_path)
    assert days(again, ["A/1/01"], 0, 9) == [("C-1", "A/1/01", "02", "")]
    again.close()


def test_finding_them_looks_at_those_places_alone(store: db.SqliteStore) -> None:
    plan = store.conn.execute(
        "EXPLAIN QUERY PLAN SELECT container FROM p_stay WHERE place IN ('a', 'b') AND until_ms >= 1 AND since_ms <= 2"
    ).fetchall()
    assert ["p_stay_place" in row[-1] for row in plan] == [True]
    store.close()

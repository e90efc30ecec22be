"""A rebuild reads of a line only what it needs: the same documents, byte for byte, as writing them one by one made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_store import CLOCK, open_at, order

import db
from cellguide import entry
from cellguide.clock import Moment
from cellguide.entry import STATION, Change, Place
from db import project, tables

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12) | st.sampled_from(
    ['","new":{"a":1},"obj":"order:X"', ',"new":', '"obj":"', "演示\\", "\u2028"]
)
KEYS = st.sampled_from(["new", "obj", "old", "prev", "state", "zh"])
DOCS = st.dictionaries(
    KEYS,
    st.recursive(
        WORDS | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans(), lambda inner: st.dictionaries(KEYS, inner)
    ),
    max_size=4,
)


@given(new=DOCS, old=DOCS, act=WORDS, id=WORDS, event=WORDS)
def test_whatever_people_type_the_document_is_found_in_its_line(
    new: dict[str, object], old: dict[str, object], act: str, id: str, event: str
) -> None:
    change = Change("order", id, new, "reason", event)
    place = Place("A", 7, "0" * 64)
    line = entry.write(act, change, who=STATION, at=Moment(1, 480), place=place, version=1, old=old).line
    fields = json.loads(line)
    assert project.said(line) == (fields["obj"], fields["new"], project.dump(fields["new"]))


@pytest.mark.parametrize(
    "line",
    [
        '{"act":"x","new":{"b":1,"a":2},"off":0,"obj":"order:1"}',
        '{"new":{"b":1,"a":2},"obj":"order:1"}',
        '{"act":"x", "new": {"b": 1, "a": 2}, "obj": "order:1"}',
    ],
)
def test_a_line_of_another_form_is_read_as_a_whole(line: str) -> None:
    assert project.said(line) == ("order:1", {"b": 1, "a": 2}, '{"a":2,"b":1}')


def test_a_rebuild_makes_the_rows_that_writing_made(tmp_path: Path, machine: db.Machine) -> None:
    store = open_at(tmp_path, machine)
    for number in range(30):  # some objects of one entry, some of several
        change = order(number % 20, zh=f"演示 “{number}”", text='","new":{}')
        store.append("place_order", [change], who=STATION, at=CLOCK.now())
    before = _rows(store)
    project.rebuild(store.conn)
    assert _rows(store) == before
    assert store.conn.execute("PRAGMA cache_size").fetchone()[0] == -2000, "the large cache is for the rebuild alone"
    store.close()


def _rows(store: db.SqliteStore) -> list[object]:
    found: list[object] = []
    for kind in tables.KINDS:
        found += store.conn.execute(f'SELECT id, version, first, n, doc FROM "p_{kind.name}" ORDER BY id').fetchall()
    return found + store.conn.execute("SELECT rowid, kind, id, text FROM p_search ORDER BY rowid").fetchall()

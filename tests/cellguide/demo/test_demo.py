"""The demonstration month: it plays, every ending it promises is in it, and all it leaves behind verifies."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import makers
import pytest

from cellguide import demo
from cellguide.clock import Moment, parse_iso
from cellguide.papers import verdicts
from cellguide.refusal import Refusal
from db.doors import DOORS
from db.store import SqliteStore

NOW = parse_iso("2026-11-01T08:00:00.000+08:00")


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One month, played once for all tests of this file. Nobody may write into it."""
    out = tmp_path_factory.mktemp("demo") / "month"
    demo.make(out, DOORS, cost=makers.CHEAP)
    return out


@pytest.fixture
def store(month: Path) -> Iterator[SqliteStore]:
    opened, _ = DOORS.open(month / "cellguide.db", month / "cellguide.db.station", False)
    assert isinstance(opened, SqliteStore)
    yield opened
    opened.close()


def serials(month: Path) -> dict[str, str]:
    lines = (month / "certificates.jsonl").read_text("utf-8").splitlines()
    return {one["serial"]: one["sha256"] for one in map(json.loads, lines)}


def papers(month: Path) -> list[Path]:
    return sorted((month / "records").glob("*.pdf"))


def judged(month: Path, pdf: bytes, now: Moment = NOW) -> verdicts.Word:
    return verdicts.verify_pdf(pdf, (month / "root.pem").read_bytes(), serials(month), now).word


def test_the_month_has_every_ending(store: SqliteStore) -> None:
    records = [json.loads(store.blob(str(held.doc["sha256"]))) for held in store.find("record")]
    receipts = [one for one in records if one["kind"].startswith("receipt")]
    assert len(receipts) >= 12
    ends = Counter(one["decision"]["code"] for one in receipts)
    assert ends["accept"] >= 6
    assert ends["hold"] >= 4
    assert ends["reject"] == 1
    assert {one["kind"] for one in records} == {"receipt", "receipt-not-opened", "night-custody"}
    assert any(one["amends"] for one in records)
    assert any(one["clearances"] for one in records)
    assert any(len(one["subject"]["containers"]) == 2 for one in records)
    assert any(step.get("performer") for one in records for part in one["sections"] for step in part["steps"])
    assert any(one["profile"] and not one["profile"]["verified"] for one in records)
    assert {held.doc["cause"] for held in store.find("deviation")} >= {"warm", "identity", "conditional"}
    assert [held.doc["template"] for held in store.find("run", state="open")] == ["receipt"]
    assert {held.doc["state"] for held in store.find("container")} >= {"accepted", "locked", "rejected", "pending"}


def test_everything_in_it_says_that_it_is_invented(store: SqliteStore) -> None:
    for held in store.find("order"):
        assert "演示" in held.doc["patient"]["name"]
        assert "DEMO" in held.doc["patient"]["latin"]
    for held in store.find("record"):
        assert json.loads(store.blob(str(held.doc["sha256"])))["demo"] is True


def test_the_database_verifies(month: Path) -> None:
    assert str(DOORS.verify(month / "cellguide.db", (month / "root.pem").read_bytes())) == "INTACT"


def test_one_changed_byte_of_the_database_is_found(month: Path, tmp_path: Path) -> None:
    copy = tmp_path / "month"
    shutil.copytree(month, copy)
    data = (copy / "cellguide.db").read_bytes()
    at = data.index("演示患者乙".encode())
    changed = data[:at] + "演示患者丙".encode() + data[at + len("演示患者乙".encode()) :]
    (copy / "cellguide.db").write_bytes(changed)
    assert str(DOORS.verify(copy / "cellguide.db", (copy / "root.pem").read_bytes())) != "INTACT"


def test_tables_made_anew_from_the_entries_are_the_same(month: Path, tmp_path: Path) -> None:
    copy = tmp_path / "month"
    shutil.copytree(month, copy)
    opened, _ = DOORS.open(copy / "cellguide.db", copy / "cellguide.db.station", False)
    assert isinstance(opened, SqliteStore)
    try:
        before = tables(opened)
        assert DOORS.rebuild(opened) > 0
        assert tables(opened) == before
        assert len(before) > 10
    finally:
        opened.close()


def tables(store: SqliteStore) -> dict[str, list[tuple[object, ...]]]:
    """Every projection's rows."""
    names = [name for (name,) in store.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = [name for name in names if name.startswith("p_") and not name.startswith("p_search_")]
    return {name: sorted(store.conn.execute(f'SELECT * FROM "{name}"').fetchall()) for name in kept}


@pytest.mark.req("REG-040")
def test_every_paper_verifies(month: Path) -> None:
    found = papers(month)
    assert len(found) >= 13
    assert {path.name: judged(month, path.read_bytes()) for path in found} == dict.fromkeys(
        [path.name for path in found], verdicts.Word.INTACT
    )


@pytest.mark.req("REG-040")
def test_one_changed_byte_of_a_paper_is_found(month: Path) -> None:
    pdf = papers(month)[0].read_bytes()
    for place in (len(pdf) // 3, len(pdf) // 2, len(pdf) - 2000):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        assert judged(month, changed) is not verdicts.Word.INTACT


def test_a_folder_in_use_is_left_alone(month: Path) -> None:
    with pytest.raises(Refusal, match=r"demo\.not_empty"):
        demo.make(month, DOORS, cost=makers.CHEAP)

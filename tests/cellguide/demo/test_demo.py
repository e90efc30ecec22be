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
from cellguide.acts import dossiers, excursions, rounds, shipper_store
from cellguide.clock import Moment, SetClock, parse_iso
from cellguide.desk import Desk
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
    assert ends["hold"] >= 3
    assert ends["reject"] == 1
    kinds = {"receipt", "receipt-not-opened", "night-custody", "temperature", "round", "transfer"}
    assert {one["kind"] for one in records} == kinds
    assert any(one["amends"] for one in records)
    assert any(one["clearances"] for one in records)
    assert any(len(one["subject"]["containers"]) == 2 for one in records)
    assert any(step.get("performer") for one in records for part in one["sections"] for step in part["steps"])
    before = [json.loads(store.blob(str(held.doc["sha256"]))) for held in store.find("revision")]
    assert any(one["profile"] and not one["profile"]["verified"] for one in before)
    assert {held.doc["cause"] for held in store.find("deviation")} >= {"warm", "identity", "conditional"}
    assert [held.doc["template"] for held in store.find("run", state="open")] == ["receipt"]
    assert {held.doc["state"] for held in store.find("container")} >= {"accepted", "locked", "rejected", "pending"}


def test_its_rounds_are_made_and_one_is_missed(store: SqliteStore) -> None:
    made = [held.doc for held in store.find("round") if held.doc["kind"] == "round"]
    assert len(made) == 5
    assert [bool(doc["filled"]) for doc in made].count(True) == 1
    assert all(one.doc["state"] == "signed" for one in store.find("record", kind="round"))
    desk = Desk(store, SetClock("2026-10-30T14:32:00+08:00"))
    words = Counter(duty.planned.word for duty in rounds.duties(desk))
    assert words == {"missed": 1, "done": 1, "ahead": 1}


def test_its_incidents_are_there_to_be_seen(store: SqliteStore) -> None:
    desk = Desk(store, SetClock("2026-10-30T14:32:00+08:00"))
    # One shipper is the store of one bag, and was read in time; the other's bag was moved into the tank.
    [(shipper, there)] = shipper_store.stores(desk)
    assert shipper_store.shipper_countdown(desk, shipper.code).trusted and len(there) == 1
    # A lid left open holds what stood there, in quarantine or not, and its dossier has letters in both languages.
    [(id, doc)] = excursions.listed(desk)
    assert len(doc["containers"]) == 2 and doc["acknowledged"]
    assert [letter.lang for letter in dossiers.dossier(desk, id).letters] == ["zh", "en"]
    places_of = {held.doc["place"] for held in store.find("container")}
    assert "演示罐B/隔离架/01" in places_of
    assert [held.doc["exposure_s"] for held in store.find("move")] == [50, 50]


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

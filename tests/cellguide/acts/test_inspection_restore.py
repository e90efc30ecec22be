"""Going on after a restore or on another computer: two people, a new letter, and both chains prove themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import makers
import pytest
from test_inspection_copy import script

import db
from cellguide import canonical, copies, proof
from cellguide.acts import inspection, site, staff
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from db import backup
from db.verify import verify_database

REASON = "硬盘故障，由昨日备份恢复"


@dataclass
class Scene:
    """A station with yesterday's backup, whose database of today is gone."""

    folder: Path
    machine: db.Machine
    clock: SetClock

    @property
    def path(self) -> Path:
        return self.folder / "cellguide.db"

    def put_back(self) -> None:
        copy = max(path for path in (self.folder / "copies").iterdir() if path.is_dir())
        assert backup.restore_files(copy, self.path).intact

    def open(self, machine: db.Machine | None = None, *, succeed: bool = True) -> Desk:
        store = db.open_store(self.path, machine or self.machine, succeed=succeed)
        return Desk(store, self.clock, pepper=self.machine.pepper, demo=True)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    made = Scene(tmp_path, db.Machine(tmp_path / "station"), SetClock("2026-11-22T08:00:00+08:00"))
    store = db.open_store(made.path, made.machine, create=True)
    desk = Desk(store, made.clock, pepper=made.machine.pepper, demo=True)
    makers.found(desk)
    makers.sit(desk, makers.QUALITY)
    site.choose_backup_folder(desk, str(tmp_path / "copies"))
    assert site.make_backup(desk) == "INTACT"
    site.change_site(desk, {"lock_minutes": 5}, "今天做的更改")
    store.checkpoint(desk.session.actor, desk.now())
    store.close()
    made.path.unlink()
    return made


def two(desk: Desk, *people: str) -> list[staff.Proof]:
    chosen = people or (makers.ADMIN, makers.QUALITY)
    return [inspection.prove_restorer(desk, person, makers.password(person)) for person in chosen]


@pytest.fixture
def restored(scene: Scene) -> Iterator[tuple[Scene, Desk]]:
    scene.put_back()
    desk = scene.open()
    inspection.restore_database(desk, two(desk), REASON)
    yield scene, desk
    desk.store.close()


@pytest.mark.req("REG-042", "REG-044")
def test_a_restored_backup_opened_as_usual_is_rolled_back(scene: Scene) -> None:
    scene.put_back()
    with pytest.raises(Refusal) as caught:
        scene.open(succeed=False)
    assert caught.value.code == "store.rolled_back"
    assert verify_database(scene.path, scene.machine).word == "ROLLED BACK"


@pytest.mark.req("REG-044")
def test_two_people_go_on_under_the_next_letter_and_both_chains_are_intact(restored: tuple[Scene, Desk]) -> None:
    scene, desk = restored
    assert (desk.store.station, scene.machine.letter) == ("B", "B")
    makers.sit(desk, makers.QUALITY)
    site.change_site(desk, {"lock_minutes": 7}, "恢复之后继续")
    desk.store.checkpoint(desk.session.actor, desk.now())
    desk.store.close()
    verdict = verify_database(scene.path, db.Machine(scene.folder / "station"), deep=True)
    assert str(verdict) == "INTACT"
    again = scene.open(db.Machine(scene.folder / "station"), succeed=False)
    assert set(again.site["stations"]) == {"A", "B"}
    assert verdict.size == len(list(again.store.entries()))
    again.store.close()


def test_the_first_entry_names_where_the_old_chain_ends_and_what_is_lost(restored: tuple[Scene, Desk]) -> None:
    _, desk = restored
    first = next(json.loads(line) for _, line in desk.store.entries() if '"ws":"B"' in line)
    claim = first["new"]["succession"]
    old = [line for _, line in desk.store.entries() if '"ws":"A"' in line]
    assert (first["act"], first["seq"]) == ("restore_database", 1)
    assert claim["follows"] == [{"station": "A", "size": len(old), "chain": canonical.sha256(old[-1].encode() + b"\n")}]
    assert claim["checkpoint"].startswith("cellguide/")
    assert claim["lost"]["from"] == len(old) + 1
    assert claim["lost"]["to"] > len(old) + 1
    assert {item["statement"]["signer"] for item in claim["statements"]} == {makers.ADMIN, makers.QUALITY}


def test_the_inspection_copy_has_both_chains_and_the_script_accepts_it(
    restored: tuple[Scene, Desk], tmp_path: Path
) -> None:
    _, desk = restored
    makers.sit(desk, makers.QUALITY)
    inspection.export_copy(desk, tmp_path / "copy")
    assert (tmp_path / "copy" / "audit-B.jsonl").is_file()
    assert copies.verify(tmp_path / "copy").intact
    code, said = script(tmp_path / "copy")
    assert (code, said.splitlines()[0]) == (0, "INTACT"), said
    assert "station B" in said


def test_a_new_computer_takes_over_the_same_way(scene: Scene) -> None:
    scene.put_back()
    other = db.Machine(scene.folder / "new computer")
    with pytest.raises(Refusal) as caught:
        scene.open(other, succeed=False)
    assert caught.value.code == "store.other_station"
    desk = scene.open(other)
    inspection.restore_database(desk, two(desk, makers.PHARMACIST, makers.ADMIN_2), REASON)
    claim = desk.site["succession"]
    assert claim["lost"] is None, "this computer never saw the old chain"
    assert desk.site["stations"]["B"] == other.public().hex() != desk.site["stations"]["A"]
    desk.store.close()
    assert verify_database(scene.path, other, deep=True).intact


def test_one_person_two_nurses_or_the_same_one_twice_cannot(scene: Scene) -> None:
    scene.put_back()
    desk = scene.open()
    groups = [
        (makers.ADMIN,),
        (makers.ADMIN, makers.ADMIN),
        (makers.NURSE, makers.NURSE_2),
        (makers.QUALITY, makers.PHARMACIST),
    ]
    for people in [*groups, (makers.ADMIN, makers.NURSE)]:
        with pytest.raises(Refusal) as caught:
            inspection.restore_database(desk, two(desk, *people), REASON)
        assert caught.value.code == "restore.two_needed", people
    with pytest.raises(Refusal) as caught:
        inspection.prove_restorer(desk, makers.ADMIN, "not the password at all")
    assert caught.value.code == "password.wrong"
    with pytest.raises(Refusal) as caught:
        inspection.restore_database(desk, two(desk), "x")
    assert caught.value.code == "reason.short"
    with pytest.raises(Refusal) as caught:
        staff.sign_in(desk, two(desk)[0], "administrator")
    assert caught.value.code == "store.not_restored"
    assert desk.store.size == 0
    assert scene.machine.letter == "A"
    desk.store.close()


def test_a_store_that_was_never_restored_needs_no_restoring(desk: Desk) -> None:
    with pytest.raises(Refusal) as caught:
        inspection.restore_database(desk, two(desk), REASON)
    assert caught.value.code == "restore.not_needed"


# --- forging a succession -------------------------------------------------------------------------------------------


def chains(desk: Desk) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _, line in desk.store.entries():
        found.setdefault(json.loads(line)["ws"], []).append(line)
    return found


def judged(desk: Desk, lines: dict[str, list[str]]) -> proof.Verdict:
    return proof.check(lines, lambda name: desk.store.blob(name))


def changed(line: str, change) -> str:  # type: ignore[no-untyped-def]
    fields = json.loads(line)
    change(fields)
    return canonical.encode(fields).decode()


def test_a_chain_that_follows_without_two_signatures_over_it_is_foreign(restored: tuple[Scene, Desk]) -> None:
    _, desk = restored
    whole = chains(desk)
    assert judged(desk, whole).intact
    first = whole["B"][0]

    def once(fields: dict) -> None:  # type: ignore[type-arg]
        claim = fields["new"]["succession"]
        claim["statements"] = claim["statements"][:1] * 2

    def key(fields: dict) -> None:  # type: ignore[type-arg]
        fields["new"]["stations"]["B"] = "07" * 32

    def act(fields: dict) -> None:  # type: ignore[type-arg]
        fields["act"] = "change_site"

    def other_reason(fields: dict) -> None:  # type: ignore[type-arg]
        for item in fields["new"]["succession"]["statements"]:
            item["statement"]["reason"] = "another"

    for forge in (once, key, act, other_reason):
        verdict = judged(desk, {"A": whole["A"], "B": [changed(first, forge)]})
        assert (verdict.word, verdict.at, verdict.station) == ("FOREIGN", 1, "B"), forge


def test_an_old_chain_that_was_cut_or_continued_after_its_end_is_seen(restored: tuple[Scene, Desk]) -> None:
    _, desk = restored
    whole = chains(desk)
    cut = judged(desk, {"A": whole["A"][:-1], "B": whole["B"]})
    assert (cut.word, cut.at) == ("ROLLED BACK", len(whole["A"]))
    prev = canonical.sha256(whole["A"][-1].encode() + b"\n")
    more = changed(whole["A"][1], lambda fields: fields.update(prev=prev, seq=len(whole["A"]) + 1, obj="view:x"))
    continued = judged(desk, {"A": [*whole["A"], more], "B": whole["B"]})
    assert (continued.word, continued.station) == ("BROKEN", "B")

"""The envelope is opened: two people become administrators, and it shows; at a station and after a restore alike."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import makers
import pytest
from test_inspection_copy import script

import db
from cellguide import copies, keys, proof, sheet_code, signature
from cellguide.acts import inspection, recovery, site, staff
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from db import backup
from db.verify import verify_database

REASON = "两名管理员都忘记了口令"
NEW = staff.NewPerson("900007", "演示管新", "DEMO Guan Xin", ("administrator",), "DEMO 0007", "GX", True)
NEW_2 = staff.NewPerson("900008", "演示管又", "DEMO Guan You", ("administrator",), "DEMO 0008", "GU", True)


def sheet(desk: Desk) -> str:
    """Two administrators print a sheet; its one line."""
    makers.sit(desk, makers.ADMIN)
    sealed = site.envelope(desk, [makers.proof(desk, makers.ADMIN), makers.proof(desk, makers.ADMIN_2)])
    staff.sign_out(desk)
    return sheet_code.line(sealed.sheet)


def again(desk: Desk, person: str) -> site.Enrolment:
    """An administrator who stands here, with a new password."""
    secret = keys.new_secret(person)
    locked = keys.lock(secret, f"一个全新的口令 {person[::-1]} 九月", makers.CHEAP)
    return site.Enrolment(recovery.administrator(desk, person, "DEMO 护照 0001"), locked, secret)


def opened(desk: Desk, text: str, *people: site.Enrolment) -> None:
    two = people or (makers.enrolment(NEW), makers.enrolment(NEW_2))
    recovery.open_envelope(desk, recovery.read_sheet(desk, text), two, REASON, "演示质甲（质量管理员）")


def judged(desk: Desk) -> proof.Verdict:
    lines: dict[str, list[str]] = {}
    for _, line in desk.store.entries():
        lines.setdefault(json.loads(line)["ws"], []).append(line)
    return proof.check(lines, lambda name: desk.store.blob(name))


@pytest.mark.req("REG-002", "REG-023")
def test_two_new_administrators_can_open_the_root_and_enrol_people_again(desk: Desk) -> None:
    text = sheet(desk)
    opened(desk, text)
    assert desk.session is None, "an envelope signs nobody in"
    pair = [makers.proof(desk, person) for person in (NEW.staff_no, NEW_2.staff_no)]
    assert staff.open_root(desk, pair)
    makers.sit(desk, NEW.staff_no)
    nurse = makers.enrolment(staff.NewPerson("900077", "演示新护", "DEMO Hu", ("nurse",), "DEMO 77", demo=True))
    staff.enrol_person(desk, pair, nurse.new, nurse.locked, nurse.secret)
    assert makers.proof(desk, "900077").person == "900077"
    assert judged(desk).intact


def test_the_opening_stays_with_the_site_the_people_and_their_certificates(desk: Desk) -> None:
    opened(desk, sheet(desk))
    (opening,) = site.openings(desk)
    assert (opening["envelope"], opening["standing"], opening["station_key"]) == ("E-A-000001", "current", True)
    assert opening["reason"] == REASON
    assert opening["present"] == "演示质甲（质量管理员）"
    assert [who["person"] for who in opening["administrators"]] == ["900007", "900008"]
    written = [json.loads(line) for _, line in desk.store.entries() if '"act":"open_envelope"' in line]
    assert {fields["prev"] for fields in written}, "entries of one act"
    assert [fields["obj"].partition(":")[0] for fields in written] == [
        "site", "person", "certificate", "person", "certificate",
    ]  # fmt: skip
    assert {fields["how"] for fields in written} == {"envelope"}
    for item in opening["statements"]:
        held = desk.store.get("certificate", item["statement"]["certificate"])
        assert held is not None
        assert held.doc["envelope"] == "E-A-000001"
        assert held.doc["approved_by"] == ["900007", "900008"]
        assert signature.holds(item["statement"], item["signature"], desk.store.blob(held.doc["sha256"]))


def test_administrators_who_forgot_get_new_keys_and_their_old_ones_open_nothing(desk: Desk) -> None:
    text = sheet(desk)
    old = [makers.proof(desk, makers.ADMIN), makers.proof(desk, makers.ADMIN_2)]
    before = {person: desk.person(person).certificate for person in (makers.ADMIN, makers.ADMIN_2)}
    opened(desk, text, again(desk, makers.ADMIN), makers.enrolment(NEW))
    with pytest.raises(Refusal) as caught:
        makers.proof(desk, makers.ADMIN)
    assert caught.value.code == "password.wrong"
    with pytest.raises(Refusal) as caught:
        staff.open_root(desk, old)
    assert caught.value.code == "root.two_needed", "the copy for the old pair is gone"
    states = {held.id: held.doc["state"] for held in desk.store.find("certificate", person=makers.ADMIN)}
    assert states == {before[makers.ADMIN]: "replaced", desk.person(makers.ADMIN).certificate: "valid"}
    assert desk.person(makers.ADMIN_2).certificate == before[makers.ADMIN_2]
    assert judged(desk).intact


def test_a_new_sheet_is_due_until_it_is_printed_and_then_the_opened_one_is_void(desk: Desk) -> None:
    text = sheet(desk)
    assert site.sheet_due(desk) == ""
    opened(desk, text)
    assert site.sheet_due(desk) == "opened"
    assert recovery.read_sheet(desk, text).standing == "opened", "the only sheet there is still helps, and it shows"
    makers.sit(desk, NEW.staff_no)
    site.envelope(desk, [makers.proof(desk, NEW.staff_no), makers.proof(desk, NEW_2.staff_no)])
    assert site.sheet_due(desk) == ""
    with pytest.raises(Refusal) as caught:
        recovery.read_sheet(desk, text)
    assert caught.value.code == "envelope.void"
    assert caught.value.facts["envelope"] == "E-A-000001"


def test_a_sheet_that_was_replaced_or_that_the_database_does_not_know_says_so(desk: Desk) -> None:
    first, second = sheet(desk), sheet(desk)
    assert recovery.read_sheet(desk, first).standing == "replaced"
    read = recovery.read_sheet(desk, second)
    assert (read.number, read.standing, read.printed_at[:16]) == ("E-A-000002", "current", "2026-11-22T08:00")
    root = sheet_code.read(second).root
    newer = recovery.read_sheet(desk, "".join(sheet_code.groups(root._replace(number=9))))
    assert (newer.number, newer.standing, newer.printed_at, newer.station_key) == ("E-A-000009", "unknown", "", False)


@pytest.mark.req("REG-003")
def test_another_sites_sheet_opens_nothing_and_the_try_is_an_entry(desk: Desk) -> None:
    text = sheet(desk)
    der, _ = keys.new_root("DEMO other", datetime(2026, 11, 22, tzinfo=UTC))
    other = sheet_code.Key("root", "A", 1, keys.root_number(der))
    with pytest.raises(Refusal) as caught:
        recovery.read_sheet(desk, "".join(sheet_code.groups(other)))
    assert caught.value.code == "envelope.not_root"
    assert desk.store.history("site", "site")[-1]["act"] == "refuse_envelope"
    whole = sheet_code.read(text)
    assert whole.station is not None
    forged = whole._replace(station=whole.station._replace(raw=bytes(32)))
    with pytest.raises(Refusal) as caught:
        recovery.read_sheet(desk, sheet_code.line(forged))
    assert caught.value.code == "envelope.other_station"


def test_nothing_is_written_for_one_person_a_clinician_or_no_reason(desk: Desk) -> None:
    read = recovery.read_sheet(desk, sheet(desk))
    one, two = makers.enrolment(NEW), makers.enrolment(NEW_2)
    clinician = makers.enrolment(NEW._replace(staff_no="900009", roles=("nurse",)))
    known = makers.enrolment(makers.STAFF[2])
    count = len(list(desk.store.entries()))
    for people, reason, code in (
        ((one,), REASON, "envelope.two_needed"),
        ((one, one), REASON, "envelope.two_needed"),
        ((one, clinician), REASON, "envelope.not_administrator"),
        ((one, known), REASON, "envelope.not_administrator"),
        ((one, two), "x", "reason.short"),
        ((one, makers.enrolment(NEW_2._replace(document=""))), REASON, "person.field_missing"),
        ((one, makers.enrolment(NEW._replace(staff_no="900010"))), REASON, "person.enrolled_before"),
    ):
        with pytest.raises(Refusal) as caught:
            recovery.open_envelope(desk, read, people, reason)
        assert caught.value.code == code
    assert len(list(desk.store.entries())) == count
    assert site.openings(desk) == []


def test_one_administrator_alone_prints_no_sheet(bare_desk: Desk) -> None:
    desk = bare_desk
    site.found_site(desk, makers.FACTS, [makers.enrolment(new) for new in makers.STAFF if new.staff_no != "900002"])
    makers.sit(desk, makers.ADMIN)
    with pytest.raises(Refusal) as caught:
        site.envelope(desk, [makers.proof(desk, makers.ADMIN)])
    assert caught.value.code == "root.two_needed"


@pytest.mark.req("REG-023")
def test_a_sites_only_administrator_enrols_the_second_one_and_then_it_takes_both(bare_desk: Desk) -> None:
    desk = bare_desk
    site.found_site(desk, makers.FACTS, [makers.enrolment(makers.STAFF[0])])
    makers.sit(desk, makers.ADMIN)
    alone = lambda: [makers.proof(desk, makers.ADMIN)]  # noqa: E731 - a proof is good for one act
    nurse = makers.enrolment(makers.STAFF[4])
    with pytest.raises(Refusal) as caught:
        staff.enrol_person(desk, alone(), nurse.new, nurse.locked, nurse.secret)
    assert caught.value.code == "root.two_needed"
    second = makers.enrolment(makers.STAFF[1])
    staff.enrol_person(desk, alone(), second.new, second.locked, second.secret)
    with pytest.raises(Refusal) as caught:
        staff.open_root(desk, alone())
    assert caught.value.code == "root.two_needed", "the copy that one opened alone is gone"
    assert staff.open_root(desk, [*alone(), makers.proof(desk, makers.ADMIN_2)])


# --- after a restore ------------------------------------------------------------------------------------------------


@pytest.mark.req("REG-044")
def test_on_a_new_computer_the_envelope_begins_the_new_chain(tmp_path: Path) -> None:
    clock, path = SetClock("2026-11-22T08:00:00+08:00"), tmp_path / "cellguide.db"
    machine = db.Machine(tmp_path / "old computer")
    desk = Desk(db.open_store(path, machine, create=True), clock, pepper=machine.pepper, demo=True)
    makers.found(desk)
    text = sheet(desk)
    makers.sit(desk, makers.QUALITY)
    site.choose_backup_folder(desk, str(tmp_path / "copies"))
    assert site.make_backup(desk) == "INTACT"
    desk.store.close()
    path.unlink()
    copy = next(folder for folder in (tmp_path / "copies").iterdir() if folder.is_dir())
    assert backup.restore_files(copy, path).intact

    other = db.Machine(tmp_path / "new computer")
    desk = Desk(db.open_store(path, other, succeed=True), clock, pepper=other.pepper, demo=True)
    with pytest.raises(Refusal) as caught:
        recovery.read_sheet(desk, "".join(sheet_code.groups(sheet_code.Key("root", "A", 1, b"\1" * 32))))
    assert caught.value.code == "envelope.not_root"
    assert desk.store.size == 0, "a chain that has not begun takes no entry of a try"
    opened(desk, text)
    first = next(json.loads(line) for _, line in desk.store.entries() if '"ws":"B"' in line)
    assert (first["act"], first["seq"], first["role"]) == ("restore_database", 1, "administrator")
    claim = first["new"]["succession"]
    assert {item["statement"]["signer"] for item in claim["statements"]} == {"900007", "900008"}
    assert site.sheet_due(desk) == "opened"
    makers.sit(desk, NEW.staff_no)
    site.envelope(desk, [makers.proof(desk, NEW.staff_no), makers.proof(desk, NEW_2.staff_no)])
    assert max(site.printed_sheets(desk)) == "E-B-000001"
    assert site.sheet_due(desk) == ""
    makers.sit(desk, makers.QUALITY)
    inspection.export_copy(desk, tmp_path / "copy")
    listed = (tmp_path / "copy" / "certificates.jsonl").read_text("utf-8")
    assert listed.count('"envelope":"E-A-000001"') == 2
    assert copies.verify(tmp_path / "copy").intact
    code, said = script(tmp_path / "copy")
    assert (code, said.splitlines()[0]) == (0, "INTACT"), said
    desk.store.close()
    assert verify_database(path, other, deep=True).intact


def test_a_restore_by_passwords_leaves_the_stations_key_on_no_sheet(tmp_path: Path) -> None:
    clock, path = SetClock("2026-11-22T08:00:00+08:00"), tmp_path / "cellguide.db"
    machine = db.Machine(tmp_path / "old computer")
    desk = Desk(db.open_store(path, machine, create=True), clock, pepper=machine.pepper, demo=True)
    makers.found(desk)
    sheet(desk)
    desk.store.close()
    other = db.Machine(tmp_path / "new computer")
    desk = Desk(db.open_store(path, other, succeed=True), clock, pepper=other.pepper, demo=True)
    two = [inspection.prove_restorer(desk, who, makers.password(who)) for who in (makers.ADMIN, makers.QUALITY)]
    inspection.restore_database(desk, two, "旧电脑主板损坏")
    assert site.sheet_due(desk) == "station"
    desk.store.close()


def test_an_administrator_leaves_only_when_two_others_can_open_the_root(desk: Desk) -> None:
    makers.sit(desk, makers.ADMIN)
    with pytest.raises(Refusal) as caught:
        staff.person_leaves(desk, makers.ADMIN_2, "调往外院")
    assert caught.value.code == "person.last_pair"
    third = makers.enrolment(NEW)
    pair = [makers.proof(desk, makers.ADMIN), makers.proof(desk, makers.ADMIN_2)]
    staff.enrol_person(desk, pair, third.new, third.locked, third.secret)
    staff.person_leaves(desk, makers.ADMIN_2, "调往外院")
    assert staff.open_root(desk, [makers.proof(desk, makers.ADMIN), makers.proof(desk, NEW.staff_no)])

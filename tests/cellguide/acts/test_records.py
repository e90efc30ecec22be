"""Freeze, draw, sign, amend, void, print: a record's life."""

from __future__ import annotations

import io
import json

import makers
import pytest

from cellguide import keys, proof, signature
from cellguide.acts import prints, records, staff
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.refusal import Refusal


def content() -> dict[str, object]:
    return {
        "template": {"id": "trial", "version": 1, "sha256": "0" * 64, "zh": "演示记录", "en": "Demonstration record"},
        "profile": None,
        "subject": {"patient": None, "order": "O-A-2026-000001", "coi": "DEMO-1",
                    "product": {"zh": "演示", "en": "DEMO"}, "lot": "L1", "din": "", "aph_id": "", "containers": []},
        "opened": "2026-11-22T08:00:00.000+08:00",
        "closed": "2026-11-22T08:10:00.000+08:00",
        "sections": [], "clearances": [], "deviations": [], "signatures": [], "photos": [], "series": None,
        "decision": None,
    }  # fmt: skip


def draft(**changes: object) -> records.Draft:
    base = records.Draft(
        "trial",
        content(),
        records.REQUIRED,
        {},
        ("演示",),
        (makers.PHARMACIST,),
        (makers.PHARMACIST_2,),
        order="O-A-2026-000001",
    )
    return base._replace(**changes)


def freeze(desk: Desk, item: records.Draft) -> str:
    at, who = desk.begin("close_run")
    record, change, data = records.freeze(desk, item, at=at, who=who)
    desk.write("close_run", [change], at=at, who=who, blobs=[data])
    return record


@pytest.fixture
def record(desk: Desk) -> str:
    made = freeze(desk, draft())
    records.draw_record(desk, made)
    return made


def sign_all(desk: Desk, record: str) -> None:
    records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST))
    records.sign_record(desk, record, "checked", makers.proof(desk, makers.PHARMACIST_2))
    records.sign_record(desk, record, "reviewed", makers.proof(desk, makers.QUALITY))


def test_three_people_sign_and_every_signature_holds(desk: Desk, record: str) -> None:
    sign_all(desk, record)
    held = desk.store.get("record", record)
    assert held is not None
    assert held.doc["state"] == "signed"
    for name in held.doc["signed"]:
        doc = desk.store.get("signature", name).doc
        der = records.certificate_of(desk, desk.person(doc["person"]))
        assert signature.holds(doc["statement"], doc["signature"], der)
        assert doc["statement"]["sha256"] == held.doc["sha256"]
    verdict = proof.check({"A": (line for _, line in desk.store.entries())}, lambda name: desk.store.blob(name))
    assert str(verdict) == "INTACT"


@pytest.mark.req("REG-008")
def test_the_performer_cannot_check_and_the_checker_cannot_review(desk: Desk, record: str) -> None:
    records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST))
    with pytest.raises(Refusal) as caught:
        records.sign_record(desk, record, "checked", makers.proof(desk, makers.PHARMACIST))
    assert caught.value.code == "sign.same_person"
    records.sign_record(desk, record, "checked", makers.proof(desk, makers.PHARMACIST_2))
    with pytest.raises(Refusal) as caught:
        records.sign_record(desk, record, "reviewed", makers.proof(desk, makers.PHARMACIST_2))
    assert caught.value.code == "sign.same_person"


def test_signatures_come_in_their_order_from_those_who_did_the_work(desk: Desk, record: str) -> None:
    with pytest.raises(Refusal) as caught:
        records.sign_record(desk, record, "checked", makers.proof(desk, makers.PHARMACIST_2))
    assert caught.value.code == "sign.order"
    with pytest.raises(Refusal) as caught:
        records.sign_record(desk, record, "performed", makers.proof(desk, makers.NURSE))
    assert caught.value.code == "sign.not_performer"


@pytest.mark.req("REG-005")
def test_the_first_signing_of_a_series_asks_both_and_the_next_the_password(
    desk: Desk, record: str, clock: SetClock
) -> None:
    with pytest.raises(Refusal) as caught:
        records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST, "password"))
    assert caught.value.code == "sign.both_needed"
    records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST))
    second = freeze(desk, draft())
    records.draw_record(desk, second)
    assert records.needed(desk, second, makers.PHARMACIST, "performed") == "password"
    records.sign_record(desk, second, "performed", makers.proof(desk, makers.PHARMACIST, "password"))
    clock.move(minutes=10, seconds=1)
    assert records.needed(desk, second, makers.PHARMACIST, "performed") == "both"


def test_a_wrong_password_ends_the_series(desk: Desk, record: str) -> None:
    records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST))
    with pytest.raises(Refusal):
        staff.prove(desk, makers.PHARMACIST, "not the password", "password")
    assert records.needed(desk, record, makers.PHARMACIST, "performed") == "both"


@pytest.mark.req("REG-007")
def test_one_password_signs_one_record(desk: Desk, record: str) -> None:
    second = freeze(desk, draft())
    records.draw_record(desk, second)
    typed = makers.proof(desk, makers.PHARMACIST)
    records.sign_record(desk, record, "performed", typed)
    with pytest.raises(Refusal) as caught:
        records.sign_record(desk, second, "performed", typed)
    assert caught.value.code == "sign.proof_used"


def test_a_signature_forgotten_at_night_is_given_late_with_its_reason(desk: Desk, record: str, clock: SetClock) -> None:
    clock.move(hours=9)
    makers.sit(desk, makers.PHARMACIST)
    with pytest.raises(Refusal) as caught:
        records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST))
    assert caught.value.code == "sign.late_reason"
    records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST), reason="夜间忘记口令")
    name = desk.store.get("record", record).doc["signed"][0]
    assert desk.store.get("signature", name).doc["statement"]["late"] == "夜间忘记口令"


@pytest.mark.req("REG-024")
def test_expired_training_blocks_the_signature_unless_a_second_person_allows_it(desk: Desk, clock: SetClock) -> None:
    made = freeze(desk, draft(product="demo-cel"))
    records.draw_record(desk, made)
    makers.sit(desk, makers.QUALITY)
    staff.record_training(desk, makers.PHARMACIST, "demo-cel", "trial", "2026-11-22")
    makers.sit(desk, makers.PHARMACIST)
    clock.set("2026-11-22T08:30:00+08:00")
    records.sign_record(desk, made, "performed", makers.proof(desk, makers.PHARMACIST))
    with pytest.raises(Refusal) as caught:
        records.sign_record(desk, made, "checked", makers.proof(desk, makers.PHARMACIST_2))
    assert caught.value.code == "sign.training"
    records.sign_record(
        desk,
        made,
        "checked",
        makers.proof(desk, makers.PHARMACIST_2),
        reason="夜间无其他人员",
        override=makers.proof(desk, makers.PHYSICIAN),
    )
    opened = desk.store.find("deviation", state="open")
    assert [held.doc["cause"] for held in opened] == ["training"]


@pytest.mark.req("REG-012")
def test_an_amended_record_is_signed_anew_and_carries_the_old_one(desk: Desk, record: str) -> None:
    sign_all(desk, record)
    before = prints.paper(desk, record)
    records.replace_version(desk, record, draft(), "批号录入有误", "amend_record")
    held = desk.store.get("record", record)
    assert (held.doc["state"], held.doc["number"], held.doc["signed"]) == ("frozen", 2, [])
    records.draw_record(desk, record)
    sign_all(desk, record)
    data = json.loads(desk.store.blob(desk.store.get("record", record).doc["sha256"]))
    assert data["amends"]["version"] == 1
    revision = desk.store.get("revision", f"{record}-v1")
    assert desk.store.blob(revision.doc["pdf_sha256"]) == before


def test_voiding_leaves_an_empty_body_with_the_reason_and_one_signature(desk: Desk, record: str) -> None:
    sign_all(desk, record)
    records.void_record(desk, record, "选错了订单")
    records.draw_record(desk, record)
    assert records.next_meaning(desk, record) == "voided"
    records.sign_record(desk, record, "voided", makers.proof(desk, makers.PHARMACIST))
    held = desk.store.get("record", record)
    assert held.doc["state"] == "signed"
    assert prints.mark_of(held.doc) == "void"


@pytest.mark.req("REG-015")
@pytest.mark.parametrize("reason", ["", "    ", "错", "aaaaaa", "abcd", "。。。。。"])
def test_a_reason_is_words(desk: Desk, record: str, reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        records.void_record(desk, record, reason)
    assert caught.value.code == "reason.short"


@pytest.mark.req("REG-035")
def test_each_copy_is_numbered_and_an_entry(desk: Desk, record: str) -> None:
    copies = [prints.print_record(desk, record, "Office") for _ in range(3)]
    assert [copy.number for copy in copies] == [1, 2, 3]
    assert [copy.mark for copy in copies] == ["draft"] * 3
    assert len(desk.store.find("print", record=record)) == 3


@pytest.mark.req("REG-047")
def test_the_first_look_at_a_patient_since_signing_in_is_one_entry(desk: Desk, record: str) -> None:
    prints.view_record(desk, record)
    prints.view_record(desk, record)
    assert len(desk.store.find("view", person=makers.PHARMACIST)) == 1
    makers.sit(desk, makers.PHARMACIST)
    desk.clock.move(seconds=1)
    makers.sit(desk, makers.PHARMACIST)
    prints.view_record(desk, record)
    assert len(desk.store.find("view", person=makers.PHARMACIST)) == 2


def test_a_scanned_page_is_bound_to_its_record_and_to_no_other(desk: Desk, record: str) -> None:
    digest = desk.store.get("record", record).doc["sha256"]
    assert prints.bind_scan(desk, b"scan", f"{record}|1|1/2|{digest}|12:0123456789abcdef") == record
    others = (f"{record}|2|1/2|{digest}", f"{record}|1|1/2|{'0' * 64}", f"R-A-2026-000099|1|1/2|{digest}")
    for wrong in others:
        with pytest.raises(Refusal) as caught:
            prints.bind_scan(desk, b"scan", f"{wrong}|12:0123456789abcdef")
        assert caught.value.code == "scan.other_paper"
    with pytest.raises(Refusal) as caught:
        prints.bind_scan(desk, b"scan", "https://example.org")
    assert caught.value.code == "paper.not_a_page_code"


def test_a_printed_page_scanned_back_finds_its_record_by_its_code(desk: Desk, record: str) -> None:
    from PIL import Image

    from cellguide.papers import qr, render

    pixels = render.render(prints.paper(desk, record), 0, 2.5)
    out = io.BytesIO()
    Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb).save(out, "PNG")
    assert prints.bind_scan(desk, out.getvalue(), qr.read_image(out.getvalue())) == record
    with pytest.raises(Refusal) as caught:
        qr.read_image(b"no picture at all")
    assert caught.value.code == "scan.not_a_page"


def test_a_certificate_ends_never(desk: Desk) -> None:
    der = records.certificate_of(desk, desk.person(makers.NURSE))
    assert keys.certificate(der).not_valid_after_utc.year == 9999

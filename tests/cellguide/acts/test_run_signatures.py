"""Signatures inside a run: statements over the ledger's own lines, in the record, checked by everybody (E 8b)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import makers
import pypdfium2
import pytest
import test_records
from inner_run import begin
from test_inspection_copy import script

import db
from cellguide import canonical, copies, keys, proof, runs, signature
from cellguide.acts import inspection, records, run_signatures, walks
from cellguide.acts.staff import root_pem
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Actor
from cellguide.papers import run_record, verdicts
from cellguide.refusal import Refusal
from cellguide.runs import Key, Reason
from db.verify import verify_database


@pytest.fixture
def walked(desk: Desk) -> str:
    """A walk whose first answer stands behind a stop that two people signed over, and with the physician's go."""
    run = begin(desk)
    walks.answer_step(desk, run, "A-1", value="almost")
    override(desk, run)
    walks.sign_step(desk, run, "A-2", None, makers.proof(desk, makers.PHYSICIAN), "physician")
    return run


def override(desk: Desk, run: str, **other: object) -> walks.Run:
    people = (Actor(makers.PHARMACIST_2, "pharmacist", "password"), Actor(makers.QUALITY, "quality", "password"))
    given = {"proofs": [makers.proof(desk, who.person) for who in people], "signers": people} | other
    return walks.clear_stop(desk, run, "A-1", reason=Reason("other", "持有人同意"), **given)


def statements(desk: Desk, run: str) -> list[dict[str, Any]]:
    return [held.doc["statement"] for held in desk.store.find("signature", record=run)]


def checked(desk: Desk, change: Callable[[list[bytes]], list[bytes]] = list) -> str:
    """The verdict over the ledger, where the lines that a signature covers are handed in as ``change`` makes them."""
    lines = [line for _, line in desk.store.entries()]

    def about(start: str) -> Iterator[bytes]:
        return iter(change([line.encode() for line in lines if json.loads(line)["obj"].startswith(start)]))

    verdict = proof.check({"A": lines}, desk.store.blob, about)
    return f"{verdict.word} {verdict.why}".strip()


@pytest.mark.req("REG-007")
def test_an_override_is_signed_by_each_of_its_people_over_all_answers_so_far(desk: Desk, walked: str) -> None:
    first, second, go = statements(desk, walked)
    assert [one["signer"] for one in (first, second, go)] == [makers.PHARMACIST_2, makers.QUALITY, makers.PHYSICIAN]
    assert [(one["number"], one["of"]) for one in (first, second, go)] == [(1, 2), (2, 2), (1, 1)]
    assert first["sha256"] == second["sha256"] != go["sha256"]
    assert first["override"]["reason"]["text"] == "持有人同意"
    # What was signed are the ledger's own lines: an inspector needs grep, head and sha256sum.
    lines = [line for _, line in desk.store.entries() if f'"obj":"run_event:{walked}/' in line]
    covered = "".join(line + "\n" for line in lines[: go["version"]])
    assert hashlib.sha256(covered.encode()).hexdigest() == go["sha256"]


def test_the_answer_names_the_statement_and_stands_in_one_transaction_with_it(desk: Desk, walked: str) -> None:
    run = walks.load_run(desk, walked)
    go = statements(desk, walked)[-1]
    named = run.current[Key("A-2")].value["statement"]
    assert named == canonical.sha256(canonical.encode(go))
    last = [json.loads(line) for _, line in desk.store.entries()][-2:]
    assert {entry["obj"].split(":")[0] for entry in last} == {"run_event", "signature"}
    assert len({entry["ts"] for entry in last}) == 1


def test_the_whole_is_intact_and_other_answers_under_a_signature_are_found(desk: Desk, walked: str) -> None:
    assert checked(desk) == "INTACT"
    assert checked(desk, lambda lines: lines[1:]) == "BROKEN what a signature covers"
    assert (
        checked(desk, lambda lines: [line.replace(b"almost", b"ready!") for line in lines])
        == "BROKEN what a signature covers"
    )


def test_who_gave_no_password_has_overridden_nothing(desk: Desk) -> None:
    run = begin(desk)
    walks.answer_step(desk, run, "A-1", value="almost")
    before = desk.store.size
    with pytest.raises(Refusal, match=r"sign\.proof_missing"):
        override(desk, run, proofs=[makers.proof(desk, makers.QUALITY)])
    with pytest.raises(Refusal, match=r"sign\.both_needed"):
        both = (makers.PHARMACIST_2, makers.QUALITY)
        override(desk, run, proofs=[makers.proof(desk, person, "password") for person in both])
    assert desk.store.size == before
    assert [stop.key.step for stop in runs.open_stops(walks.load_run(desk, run))] == ["A-1"]


def test_a_shut_gate_costs_nobody_a_password(desk: Desk) -> None:
    run = begin(desk)
    given = makers.proof(desk, makers.PHYSICIAN)
    with pytest.raises(Refusal, match=r"run\.gate"):
        walks.sign_step(desk, run, "A-2", None, given, "physician")
    assert not given.spent
    with pytest.raises(Refusal, match=r"sign\.role"):
        walks.sign_step(desk, run, "A-2", None, makers.proof(desk, makers.NURSE), "nurse")


def test_what_the_record_keeps_is_enough_to_check_it_with_the_root_alone(desk: Desk, walked: str) -> None:
    kept = run_signatures.told(desk, walks.load_run(desk, walked))
    assert [(one["zh"], one["statement"]["meaning"]) for one in kept] == [
        ("体积", "approved"), ("体积", "approved"), ("医师放行", "approved"),
    ]  # fmt: skip
    for one in kept:
        der = base64.b64decode(one["certificate"])
        assert signature.holds(one["statement"], one["signature"], der)
        assert keys.issued_by(der, root_pem(desk))


def frozen(desk: Desk, kept: list[dict[str, Any]]) -> dict[str, Any]:
    """A small record's content with these signatures given on the way."""
    at, who = desk.begin("close_run")
    _, _, data = records.freeze(desk, test_records.draft(), at=at, who=who)
    return json.loads(data) | {"signatures": kept}


def judged(desk: Desk, kept: list[dict[str, Any]]) -> verdicts.PdfVerdict:
    """The verdict over that record's paper, which nobody has signed yet."""
    return verdicts.verify_pdf(run_record.prepare(frozen(desk, kept), {}), root_pem(desk), None, desk.now())


def test_a_paper_with_a_signature_that_does_not_hold_is_broken(desk: Desk, walked: str) -> None:
    kept = run_signatures.told(desk, walks.load_run(desk, walked))
    assert judged(desk, kept).word is verdicts.Word.INCOMPLETE
    kept[-1]["statement"]["name"] = "演示别人"
    found = judged(desk, kept)
    assert found.word is verdicts.Word.BROKEN
    assert "过程中的一个签名" in found.sentence("zh")
    assert "during the run" in found.sentence("en")
    kept[-1]["certificate"] = "no certificate"
    assert judged(desk, kept).word is verdicts.Word.BROKEN


def test_a_signature_of_another_site_s_people_is_foreign(desk: Desk, walked: str) -> None:
    kept = run_signatures.told(desk, walks.load_run(desk, walked))
    at = datetime(2026, 11, 1, tzinfo=UTC)
    root_key, root = keys.new_root("演示别院", at)
    secret = keys.new_secret(makers.PHYSICIAN)
    der = keys.issue(root_key, root, secret, name="演示医甲", staff_no=makers.PHYSICIAN, at=at)
    stated = kept[-1]["statement"] | {"certificate": keys.serial_of(der)}
    kept[-1] |= {
        "statement": stated,
        "signature": signature.sign(stated, secret),
        "certificate": base64.b64encode(der).decode(),
    }
    found = judged(desk, kept)
    assert found.word is verdicts.Word.FOREIGN
    assert "演示医甲" in found.sentence("zh")


def test_pages_show_the_cards_of_the_signatures_given_on_the_way(desk: Desk, walked: str) -> None:
    kept = run_signatures.told(desk, walks.load_run(desk, walked))
    pdf = run_record.draw(frozen(desk, kept), {})
    with pypdfium2.PdfDocument(pdf) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    for word in ("过程中的签名", "演示医甲", "医师放行", "越过停止项", "持有人同意"):
        assert word in text, word


def test_the_inspection_copy_proves_what_was_covered_with_a_shell_script(tmp_path: Path) -> None:
    machine = db.Machine(tmp_path / "station")
    store = db.open_store(tmp_path / "cellguide.db", machine, create=True)
    desk = Desk(store, SetClock("2026-11-22T08:00:00+08:00"), pepper=machine.pepper, demo=True)
    makers.found(desk)
    makers.sit(desk, makers.PHARMACIST)
    run = begin(desk)
    walks.answer_step(desk, run, "A-1", value="almost")
    override(desk, run)
    makers.sit(desk, makers.QUALITY)
    out = tmp_path / "copy"
    inspection.export_copy(desk, out, store.source())
    assert script(out)[1].splitlines()[0] == "INTACT"
    assert str(copies.verify(out)) == "INTACT"
    assert str(verify_database(tmp_path / "cellguide.db", machine)) == "INTACT"
    store.close()

"""A signature row that was moved is found, even by a chain that was written anew (11.70, REG-011)."""

from __future__ import annotations

import json

import makers
import pytest
import test_records

from cellguide import canonical, keys, proof
from cellguide.acts import records
from cellguide.desk import Desk


@pytest.mark.req("REG-011")
def test_a_signature_row_moved_to_another_record_version_meaning_or_person_is_found(desk: Desk) -> None:
    first = test_records.freeze(desk, test_records.draft())
    other = test_records.freeze(desk, test_records.draft())
    records.draw_record(desk, first)
    test_records.sign_all(desk, first)
    lines = [line for _, line in desk.store.entries()]
    assert judged(desk, lines) == "INTACT"
    place = next(at for at, line in enumerate(lines) if '"obj":"signature:' in line)
    fields = json.loads(lines[place])
    moves = {
        "record": other,
        "person": makers.PHARMACIST_2,
        "signature": keys.sign(keys.new_secret(makers.PHARMACIST), b"something else"),
        "statement.record": other,
        "statement.version": 2,
        "statement.sha256": "00" * 32,
        "statement.meaning": "reviewed",
        "statement.signer": makers.PHARMACIST_2,
        "statement.time": "2026-11-23T08:00:00.000+08:00",
        "statement.certificate": desk.person(makers.PHARMACIST_2).certificate,
    }
    for name, value in moves.items():
        new = json.loads(json.dumps(fields["new"]))
        part, _, inner = name.partition(".")
        if inner:
            new[part][inner] = value
        else:
            new[part] = value
        assert judged(desk, chained(lines, place, fields | {"new": new})) == f"BROKEN AT {place + 1}", name


def chained(lines: list[str], place: int, fields: dict[str, object]) -> list[str]:
    """The forger chains everything after the change anew, and leaves the notes behind it out of the way."""
    found = [*lines[:place], canonical.encode(fields).decode()]
    for line in lines[place + 1 :]:
        after = json.loads(line)
        if after["obj"].startswith("checkpoint:"):
            after["obj"], after["new"] = "view:x", {}
        after["prev"] = canonical.sha256(found[-1].encode() + b"\n")
        found.append(canonical.encode(after).decode())
    return found


def judged(desk: Desk, lines: list[str]) -> str:
    return str(proof.check({"A": lines}, lambda name: desk.store.blob(name)))

"""An opening of the envelope that nobody signed is found, even by whoever could write the whole chain anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import makers
import pytest
from test_recovery import NEW, NEW_2, opened, sheet

from cellguide import canonical, ledger, proof
from cellguide.desk import Desk


def rechained(desk: Desk, change: Callable[[dict[str, Any]], None]) -> proof.Verdict:
    """What is said of the ledger written anew without its checkpoints; ``change`` is given each entry about the site
    that tells of openings."""
    lines: list[str] = []
    prev = ledger.START
    for _, line in desk.store.entries():
        fields = json.loads(line)
        if fields["obj"].startswith("checkpoint:"):
            continue
        if "envelope_openings" in fields["new"]:
            change(fields["new"])
        made = canonical.encode(fields | {"seq": len(lines) + 1, "prev": prev}).decode()
        lines.append(made)
        prev = ledger.link(made)
    return proof.check({"A": lines}, lambda name: desk.store.blob(name))


def other_reason(new: dict[str, Any]) -> None:
    new["envelope_openings"][0]["reason"] = "没有发生过"


def other_reason_signed(new: dict[str, Any]) -> None:
    other_reason(new)
    for item in new["envelope_openings"][0]["statements"]:
        item["statement"]["reason"] = "没有发生过"


def one_word_alone(new: dict[str, Any]) -> None:
    del new["envelope_openings"][0]["statements"][1]


def one_word_twice(new: dict[str, Any]) -> None:
    statements = new["envelope_openings"][0]["statements"]
    statements[1] = statements[0]


def other_people(new: dict[str, Any]) -> None:
    new["envelope_openings"][0]["administrators"][0]["person"] = makers.NURSE


def nobody(new: dict[str, Any]) -> None:
    del new["envelope_openings"][0]["administrators"]


def test_the_true_opening_is_believed(desk: Desk) -> None:
    opened(desk, sheet(desk))
    assert rechained(desk, lambda _new: None).intact


@pytest.mark.req("REG-011", "REG-023")
@pytest.mark.parametrize(
    "forged", [other_reason, other_reason_signed, one_word_alone, one_word_twice, other_people, nobody]
)
def test_a_forged_opening_is_found(desk: Desk, forged: Callable[[dict[str, Any]], None]) -> None:
    opened(desk, sheet(desk))
    verdict = rechained(desk, forged)
    assert verdict.word == "FOREIGN"
    assert "envelope" in verdict.why


@pytest.mark.req("REG-013")
def test_an_earlier_opening_cannot_be_left_out_of_a_later_entry(desk: Desk) -> None:
    text = sheet(desk)
    opened(desk, text)
    makers.sit(desk, NEW.staff_no)
    opened(desk, text, *(makers.enrolment(one) for one in (NEWER, NEWER_2)))
    assert rechained(desk, lambda _new: None).intact

    def forget(new: dict[str, Any]) -> None:
        if len(new["envelope_openings"]) == 2:
            del new["envelope_openings"][0]

    verdict = rechained(desk, forget)
    assert (verdict.word, verdict.why) == ("BROKEN", "an envelope opening changed")


NEWER = NEW._replace(staff_no="900017", name="演示管丙", document="DEMO 0017")
NEWER_2 = NEW_2._replace(staff_no="900018", name="演示管丁", document="DEMO 0018")

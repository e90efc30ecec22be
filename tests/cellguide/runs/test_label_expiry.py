"""R-33: the expiry on the label against the arrival, the planned infusions and the holder's notice."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from receipt_walk import Walk

from cellguide.facts import MISSING, SILENT
from cellguide.runs import Key
from cellguide.templates import latest

ARRIVED = date(2026, 11, 22)
NOTHING = {"order__planned_on": SILENT, "order__planned_last_on": SILENT, "shipment__expires_on": SILENT}


def judged(label: str, template: str = "receipt", **known: Any) -> Any:
    """The verdict on the label's expiry, in a receipt of 22 November 2026 (infusion planned for 20 December)."""
    walk = Walk(template=latest(template), **known)
    walk.give("R-09", "999-12345675")
    given = walk.give("R-33", label)
    return walk.run.standing[given.key].verdict


@pytest.mark.parametrize("template", ["receipt", "receipt-not-opened"])
@pytest.mark.parametrize(
    ("label", "known", "level", "cause"),
    [
        ("2027-06-30", {}, "ok", ""),
        # another day than the holder announced, either way
        ("2027-05-30", {}, "held", "expiry_differs"),
        ("2027-07-30", {}, "held", "expiry_differs"),
        # the notice named no day, so there is nothing to hold it against
        ("2027-05-30", {"shipment__expires_on": SILENT}, "ok", ""),
        # over before the infusion
        ("2026-12-19", {"shipment__expires_on": date(2026, 12, 19)}, "held", "expiry"),
        # the last day counts until its end; and less than two weeks are left
        ("2026-12-20", {"shipment__expires_on": date(2026, 12, 20)}, "warn", "expiry"),
        ("2027-01-02", {"shipment__expires_on": date(2027, 1, 2)}, "warn", "expiry"),
        ("2027-01-03", {"shipment__expires_on": date(2027, 1, 3)}, "ok", ""),
        # a split dose: its second part comes after the expiry
        ("2027-06-30", {"order__planned_last_on": date(2027, 7, 4)}, "warn", "expiry"),
        # expired when it came, also while no infusion is planned
        ("2026-11-21", NOTHING, "held", "expiry"),
        ("2026-11-22", NOTHING, "ok", ""),
    ],
)
def test_the_expiry_is_held_against_arrival_infusions_and_notice(
    template: str, label: str, known: dict[str, Any], level: str, cause: str
) -> None:
    verdict = judged(label, template, **known)
    assert (verdict.level, verdict.cause) == (level, cause)


def test_who_may_go_on_with_it_and_on_whose_word() -> None:
    differs, over = judged("2027-07-30"), judged("2026-12-01", shipment__expires_on=date(2026, 12, 1))
    assert (differs.by, differs.proof, differs.limit) == (
        ("pharmacist",), "holder", "container.notice_expires_on = 2027-06-30",
    )  # fmt: skip
    assert (over.by, over.proof) == (("physician", "pharmacist"), "holder")


def test_while_nobody_knows_what_was_announced_it_is_not_passed_over() -> None:
    verdict = judged("2027-06-30", shipment__expires_on=MISSING)
    assert (verdict.level, verdict.why) == ("held", "unknown")


def test_it_is_the_arrival_that_counts_not_the_day_of_looking_again() -> None:
    walk = Walk(**NOTHING)
    walk.give("R-09", "999-12345675")
    walk.clock.move(days=40)
    given = walk.give("R-33", "2026-12-20")
    assert walk.run.standing[given.key].verdict.level == "ok"


@pytest.mark.parametrize(
    ("scanned", "level"),
    [("dc 24097", "held"), ("A999924123456", "held"), ("AP-24-0717", "held"), ("81234567890123456789", "ok")],
)
def test_an_identifier_of_the_chain_is_no_traceability_code(scanned: str, level: str) -> None:
    walk = Walk().through("R-40")
    walk.give("R-39", scanned)
    assert walk.run.standing[Key("R-39")].verdict.level == level


def test_a_shipper_that_tilted_and_is_the_store_is_assessed_anew_by_the_holder() -> None:
    for template, level in (("receipt", "warn"), ("receipt-not-opened", "held")):
        walk = Walk(template=latest(template))
        walk.give("R-11", ["tilt_or_shock"])
        verdict = walk.run.standing[Key("R-11")].verdict
        assert (verdict.level, verdict.proof) == (level, "holder" if level == "held" else "")


def test_a_label_limit_that_is_not_the_profile_s_is_decided_by_a_pharmacist() -> None:
    walk = Walk()
    walk.give("R-35", "-130")
    verdict = walk.run.standing[Key("R-35")].verdict
    assert (verdict.level, verdict.by, verdict.proof) == ("held", ("pharmacist",), "")

"""Shipments: what the notice may say, the end of the hold, what an acceptance record still needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cellguide import shipments
from cellguide.clock import parse_iso
from cellguide.facts import MISSING, SILENT
from cellguide.refusal import Refusal
from cellguide.shipments import Announced, Shipment
from cellguide.templates import fact_names

NOTICE = Shipment(
    id="SH-A-2026-000001",
    order="O-A-2026-000001",
    waybill="WB 778-1102",
    shipper="LN-0093",
    seals=("S-55120", "S-55121"),
    hold_end_at="2026-12-02T08:00:00+08:00",
    departed_at="2026-11-23T20:00:00+08:00",
    count=2,
    lot="L-0417",
)


def test_a_shipment_comes_back_from_its_document_unchanged() -> None:
    assert shipments.shipment(NOTICE.id, NOTICE.doc) == NOTICE


def test_an_empty_notice_is_no_mistake() -> None:
    shipments.check_shipment(Shipment())
    shipments.check_announced(())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"hold_end_at": "2026-12-02 08:00"}, "shipment.time"),
        ({"departed_at": "noon"}, "shipment.time"),
        ({"produced_on": "2026/10/01"}, "shipment.day"),
        ({"quantity": "two"}, "shipment.number"),
        ({"unit_price": "-1"}, "shipment.number"),
        ({"unit_price": "NaN"}, "shipment.number"),
    ],
)
def test_what_cannot_be_read_later_is_refused_now(change: dict[str, str], code: str) -> None:
    shipments.check_shipment(NOTICE)
    with pytest.raises(Refusal) as caught:
        shipments.check_shipment(replace(NOTICE, **change))  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize("places", [[(1, 2), (1, 2)], [(1, 2), (2, 3)], [(3, 2)], [(0, 1)]])
def test_containers_that_do_not_add_up_are_refused(places: list[tuple[int, int]]) -> None:
    with pytest.raises(Refusal) as caught:
        shipments.check_announced(tuple(Announced(n, of) for n, of in places))
    assert caught.value.code == "shipment.n_of_m"
    shipments.check_announced((Announced(2, 3), Announced(3, 3)))


def test_the_hold_ends_with_the_certificate_or_with_the_site_s_cap_whichever_is_earlier() -> None:
    certificate = parse_iso(NOTICE.hold_end_at)
    assert shipments.hold_end(NOTICE, MISSING) == certificate
    assert shipments.hold_end(NOTICE, Decimal(10)) == certificate
    assert shipments.hold_end(NOTICE, Decimal(5)) == parse_iso("2026-11-28T20:00:00+08:00")
    assert shipments.hold_end(replace(NOTICE, hold_end_at=""), Decimal(5)) == parse_iso("2026-11-28T20:00:00+08:00")
    assert shipments.hold_end(Shipment(), Decimal(5)) is MISSING


def test_an_acceptance_record_lists_what_nobody_has_given_yet() -> None:
    assert shipments.acceptance_missing(NOTICE, ("2027-02", "")) == (
        "approval_no", "produced_on", "supplier", "quantity", "unit_price", "bought_on", "transport", "expiry",
    )  # fmt: skip
    whole = replace(NOTICE, **dict.fromkeys(shipments.ACCEPTANCE, "x"))  # type: ignore[arg-type]
    assert shipments.acceptance_missing(whole, ("2027-02", "2027-02")) == ()


def test_every_shipment_fact_that_a_template_may_name_is_given_and_nothing_unknown_is_empty() -> None:
    wanted = {name for name in fact_names.FACTS if name.startswith("shipment.")}
    empty = shipments.shipment_facts(Shipment())
    assert wanted <= set(empty)
    assert all(value is MISSING for name, value in empty.items() if name != "shipment.acceptance_missing")
    read = {"serial": "77120", "calibrated": "yes", "alarm": "none", "c_max": "-158.2", "gap_min": "5"}
    facts = shipments.shipment_facts(replace(NOTICE, logger=read))
    assert facts["shipment.seal"] == "S-55120"
    assert facts["shipment.logger_c_max"] == Decimal("-158.2")
    assert facts["shipment.logger_calibrated"] is True
    assert shipments.shipment_facts(replace(NOTICE, logger={"calibrated": "no"}))["shipment.logger_calibrated"] is False
    silent = shipments.shipment_facts(replace(NOTICE, logger={"calibrated": "silent"}))
    assert silent["shipment.logger_calibrated"] is SILENT
    for announced, day in ((("", ""), SILENT), (("2027-06", "2027-05-30", ""), date(2027, 5, 30))):
        assert shipments.shipment_facts(NOTICE, announced=announced)["shipment.expires_on"] == day

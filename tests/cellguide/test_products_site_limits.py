"""Limits that no label gives: a proposal is not a limit until two people have confirmed it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cellguide import words
from cellguide.facts import MISSING
from cellguide.products import site_limits
from cellguide.refusal import Refusal
from cellguide.templates import fact_names


@pytest.mark.req("REG-052")
def test_an_unconfirmed_proposal_is_missing_and_a_confirmed_limit_is_its_own_value() -> None:
    confirmed = {"o2_percent_min": site_limits.site_limit("o2_percent_min", Decimal("19.8"), "SOP 12")}
    assert site_limits.fact("site.o2_percent_min", {}) is MISSING
    assert site_limits.fact("site.o2_percent_min", confirmed) == Decimal("19.8")
    assert site_limits.fact("site.ambient_warn_s", confirmed) is MISSING
    with pytest.raises(KeyError):
        site_limits.fact("site.nothing", confirmed)


def test_every_proposal_lies_in_its_own_range_and_says_whether_its_source_was_read() -> None:
    proposals = site_limits.proposals()
    for name, proposal in proposals.items():
        low, high = proposal.allowed
        assert low <= proposal.value <= high, name
        assert proposal.source and proposal.unit and proposal.label.zh and proposal.label.en
        assert bool(proposal.url) or not proposal.read or name == "ambient_warn_s"
    assert {name for name, proposal in proposals.items() if proposal.read} == {
        *("o2_percent_min", "o2_percent_max", "ambient_warn_s"),
        *("transport_gap_min", "storage_gap_min", "waste_keep_d_max"),
    }
    assert proposals["o2_percent_min"].value == Decimal("19.5")
    assert proposals["ambient_warn_s"].value == 180


def test_every_site_limit_a_template_may_name_can_be_confirmed() -> None:
    named = {name.removeprefix("site.") for name in fact_names.FACTS if name.startswith("site.")}
    assert named <= set(site_limits.proposals())


@pytest.mark.parametrize(
    ("name", "value", "source", "code"),
    [
        ("o2_percent_min", Decimal("18"), "SOP", "product.site_limit_outside"),
        ("o2_percent_min", Decimal("NaN"), "SOP", "product.site_limit_outside"),
        ("o2_percent_min", Decimal("19.5"), "  ", "product.site_limit_no_source"),
        ("oxygen", Decimal("19.5"), "SOP", "product.unknown_site_limit"),
    ],
)
def test_a_number_nobody_could_mean_or_without_a_source_is_refused(
    name: str, value: Decimal, source: str, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        site_limits.site_limit(name, value, source)
    assert caught.value.code == code
    for lang in words.LANGS:
        assert name in words.say(f"refusal_{code}", lang, **caught.value.facts)


def test_the_signed_limit_carries_the_unit_of_its_proposal() -> None:
    limit = site_limits.site_limit("shipper_cap_d", Decimal(4), " agreement with the carrier ")
    assert (limit.value, limit.unit, limit.source) == (Decimal(4), "d", "agreement with the carrier")

"""Orders: what may be saved, what still blocks acceptance, lymphodepletion, facts for templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import order_makers as make
import pytest

from cellguide import orders
from cellguide.clock import parse_iso
from cellguide.container_life import Container
from cellguide.facts import MISSING, SILENT
from cellguide.orders import Again, Evidence, Order
from cellguide.products.profile import Fact, LdRule, Profile, Text, Value
from cellguide.refusal import Refusal
from cellguide.templates import fact_names

TODAY = date(2026, 11, 22)
NOW = parse_iso("2026-11-22T08:00:00+08:00")
VERIFIED = replace(make.ORDER, id="O-A-2026-000001", state=orders.VERIFIED)


def profile(**facts: Value) -> Profile:
    """A profile of the invented product with only these facts; everything else is missing."""
    return Profile(
        "demo-cel", 1, "DEMO", True, "demo-cel.toml", "0" * 64, {name: Fact(value) for name, value in facts.items()}, {}
    )


def test_an_order_comes_back_from_its_document_unchanged() -> None:
    assert orders.order("O-A-2026-000001", VERIFIED.doc) == VERIFIED
    assert orders.order("O-1", {"state": "provisional"}) == Order(id="O-1", state="provisional")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"product": ""}, "order.field_missing"),
        ({"coi": " "}, "order.field_missing"),
        ({"physician": ""}, "order.field_missing"),
        ({"containers": 0}, "order.count"),
        ({"containers": 100}, "order.count"),
        ({"clinical": {"hbsag": "maybe"}}, "order.code"),
        ({"clinical": {"shoe_size": "42"}}, "order.code"),
        ({"clinical": {"weight_kg": "615"}}, "order.code"),
        ({"clinical": {"weight_kg": "61,5"}}, "order.code"),
        ({"clinical": {"weight_on": "yesterday"}}, "order.day"),
        ({"planned": {"ld_start": "26-11-25"}}, "order.day"),
        ({"planned": {"wedding": "2026-11-25"}}, "order.day"),
        ({"planned": {"ld_start": "2026-11-27", "ld_end": "2026-11-25"}}, "order.days_order"),
        ({"consent_on": "soon"}, "order.day"),
        ({"holder": {"poem": Evidence(text="x")}}, "order.evidence"),
        ({"holder": {"agreement": Evidence(text="x", until="2027")}}, "order.day"),
        ({"patient": make.PATIENT._replace(birth_date="")}, "patient.field_missing"),
    ],
)
def test_what_cannot_be_an_order_is_refused(change: dict[str, object], code: str) -> None:
    orders.check_order(make.ORDER, TODAY)
    with pytest.raises(Refusal) as caught:
        orders.check_order(replace(make.ORDER, **change), TODAY)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_provisional_order_may_lack_everything_but_not_say_nonsense() -> None:
    orders.check_order(Order(state=orders.PROVISIONAL), TODAY)
    with pytest.raises(Refusal) as caught:
        orders.check_order(Order(state=orders.PROVISIONAL, clinical={"hiv": "?"}), TODAY)
    assert caught.value.code == "order.code"
    assert not orders.complete(Order(state=orders.PROVISIONAL))
    assert orders.complete(make.ORDER)


def test_a_coi_that_is_not_of_the_product_s_form_is_refused_and_an_allogeneic_product_needs_none() -> None:
    with pytest.raises(Refusal) as caught:
        orders.check_order(make.ORDER, TODAY, profile(pattern_coi=r"DC-\d{5}"))
    assert caught.value.code == "order.coi_form"
    orders.check_order(replace(make.ORDER, coi=""), TODAY, profile(autologous=False))
    orders.check_order(replace(make.ORDER, coi=""), TODAY, profile(ids_required=("lot", "patient_name")))


@pytest.mark.parametrize(
    ("again", "wrong"),
    [
        (Again("dc24097zxm", "1980/05/17", "zy2026-1187"), ()),
        (Again("DC-24079-ZXM", "1980-05-17", "M0012345"), ("coi",)),
        (Again("DC-24097-ZXM", "1980-05-71", "M0012345"), ("birth_date",)),
        (Again("DC-24097-ZXM", "17 may 1980", "M0012346"), ("number",)),
        (Again("", "", ""), ("coi", "birth_date", "number")),
    ],
)
def test_a_blind_second_entry_says_which_fields_differ(again: Again, wrong: tuple[str, ...]) -> None:
    assert orders.differing(make.ORDER, again, TODAY) == wrong


def test_an_earlier_stay_s_number_does_not_verify_today() -> None:
    old = make.PATIENT.numbers[1]._replace(until="2026-11-20")
    held = replace(make.ORDER, patient=make.PATIENT._replace(numbers=(make.PATIENT.numbers[0], old)))
    assert orders.differing(held, Again(held.coi, "1980-05-17", old.value), TODAY) == ("number",)


# --- open points ------------------------------------------------------------------------------------------------------


def test_a_whole_and_verified_order_has_no_open_point() -> None:
    assert orders.open_points(VERIFIED, profile(label_name_form="initials"), True, TODAY) == ()


@pytest.mark.parametrize("name", orders.HOLDER)
def test_missing_or_lapsed_evidence_of_the_holder_blocks_acceptance(name: str) -> None:
    without = {kind: evidence for kind, evidence in make.ORDER.holder.items() if kind != name}
    assert orders.open_points(replace(VERIFIED, holder=without), None, True, TODAY) == (f"{name}_missing",)
    lapsed = without | {name: Evidence(sha256="ab" * 32, until="2026-11-21")}
    assert orders.open_points(replace(VERIFIED, holder=lapsed), None, True, TODAY) == (f"{name}_lapsed",)
    last_day = without | {name: Evidence(sha256="ab" * 32, until="2026-11-22")}
    assert orders.open_points(replace(VERIFIED, holder=last_day), None, True, TODAY) == ()


@pytest.mark.parametrize(
    ("clinical", "points"),
    [
        ({}, ("hbv_unknown",)),
        ({"hbsag": "neg"}, ("hbv_unknown",)),
        ({"hbsag": "neg", "anti_hbc": "pos"}, ("hbv_prophylaxis",)),
        ({"hbsag": "pos", "hbv_prophylaxis": "no"}, ("hbv_prophylaxis",)),
        ({"hbsag": "pos", "hbv_prophylaxis": "yes"}, ()),
    ],
)
def test_an_unknown_hbv_status_and_a_positive_one_without_prophylaxis_are_open(
    clinical: dict[str, str], points: tuple[str, ...]
) -> None:
    assert orders.open_points(replace(VERIFIED, clinical=clinical), None, True, TODAY) == points


def test_a_provisional_order_on_a_draft_profile_says_all_that_is_open() -> None:
    held = Order(id="O-1", state=orders.PROVISIONAL, product="demo-cel")
    points = orders.open_points(held, profile(label_name_form="initials"), False, TODAY)
    assert points[:4] == ("provisional", "profile_draft", "no_coi", "no_initials")
    assert {"approval_missing", "agreement_missing", "training_missing", "consent_missing", "hbv_unknown"} <= set(
        points
    )


# --- lymphodepletion --------------------------------------------------------------------------------------------------


def test_each_label_s_rule_counts_from_its_own_anchor() -> None:
    held = replace(VERIFIED, planned={"ld_start": "2026-11-25", "ld_end": "2026-11-27", "infusion_on": "2026-11-30"})
    from_end, from_start = LdRule("LD_END", 2, 7, None, ()), LdRule("LD_START", 2, 4, None, ())
    fifth_day = LdRule("DAY_MINUS_5", 3, 3, Text("", "label that counts back"), ())
    assert orders.ld_gap(held, profile(ld_rules=(from_end,))) is True
    assert orders.ld_gap(held, profile(ld_rules=(from_start,))) is False
    assert orders.ld_gap(held, profile(ld_rules=(from_start, fifth_day))) is True
    assert orders.ld_gap(replace(held, ld_started_on="2026-11-26"), profile(ld_rules=(fifth_day,))) is False
    assert orders.ld_gap(held, profile()) is MISSING
    assert orders.ld_gap(replace(held, planned={}), profile(ld_rules=(from_end,))) is MISSING
    assert "ld_gap" in orders.reminders(held, profile(ld_rules=(from_start,)))


def test_lymphodepletion_rests_on_acceptance_here_or_on_release_and_a_confirmed_delivery() -> None:
    bags = [Container(f"C-{n}", "O-1", state="accepted", n=n) for n in (1, 2)]
    assert orders.ld_basis(VERIFIED, bags) == ("accepted_here",)
    assert orders.ld_basis(VERIFIED, bags[:1]) == (), "one of two bags has not come"
    assert orders.ld_basis(VERIFIED, [bags[0], replace(bags[1], state="locked")]) == ()
    released = replace(VERIFIED, holder={"release_notice": Evidence(text="放行通知 0417")})
    assert orders.ld_basis(released, []) == (), "the delivery is not confirmed"
    confirmed = replace(released, planned={"delivery_confirmed_on": "2026-11-24"})
    assert orders.ld_basis(confirmed, []) == ("holder_release",)
    assert set(orders.LD_CHOICES) == {"accepted_here", "holder_release"}


# --- facts ------------------------------------------------------------------------------------------------------------


def test_the_facts_of_a_whole_order() -> None:
    facts = orders.order_facts(VERIFIED, NOW, profile=profile(label_name_form="masked"), verified=True)
    assert facts["order.confirmed"] is True
    assert facts["order.name_form"] == "赵*明"
    assert facts["order.chain_ids"] == ("DC-24097-ZXM", "A9999 26 123456", "APH-0417")
    assert {"1980-05-17", "M0012345", "ZY2026-1187"} <= set(facts["order.second_ids"])  # type: ignore[arg-type]
    assert facts["order.planned_on"] == date(2026, 11, 30)
    later = orders.order_facts(VERIFIED, NOW, dose_days=["2026-12-10", "2026-12-01"])
    assert later["order.planned_on"] == date(2026, 12, 1)


def test_the_facts_of_a_provisional_order_are_missing_and_never_empty() -> None:
    facts = orders.order_facts(Order(state=orders.PROVISIONAL), NOW)
    assert facts["order.confirmed"] is False
    for name in ("coi", "chain_ids", "name_form", "second_ids", "containers", "place_reserved"):
        assert facts[f"order.{name}"] is MISSING
    assert facts["order.planned_on"] is SILENT
    silent = orders.order_facts(VERIFIED, NOW, profile=profile(label_name_form="none"))
    assert silent["order.name_form"] is SILENT


def test_every_order_fact_that_a_template_may_name_is_given() -> None:
    wanted = {name for name in fact_names.FACTS if name.startswith("order.")}
    assert wanted <= set(orders.order_facts(VERIFIED, NOW))

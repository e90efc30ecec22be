"""Readiness, comparison, the tank's limit, derived facts, tocilizumab, and profiles in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide import words
from cellguide.facts import MISSING, SILENT
from cellguide.products import (
    FACTS,
    FIELDS,
    NEEDED,
    Profile,
    coldest,
    compare,
    load,
    load_packaged,
    packaged_text,
    plain_number_kinds,
    profile_ids,
    readiness,
    show,
    show_devices,
    show_sources,
    show_value,
    tocilizumab_dose_mg,
    tocilizumab_stock,
)
from cellguide.products.schema import FILTER_RULES, GROUPS, HEADER_FACTS
from cellguide.refusal import Refusal


def made(*lines: str, profile_id: str = "test-cel") -> Profile:
    head = f'schema = 1\nid = "{profile_id}"\nrevision = 1\njurisdiction = "CN"\n[fact]\n'
    tail = '\n[source.A]\nbasis = "insert"\ntext = "说明书"\nlabel_version = "1"\nlabel_date = "2025"\n'
    return load(head + "\n".join(lines) + tail, "test-cel.toml")


def fact(name: str, value: str) -> str:
    return f'{name} = {{ value = {value}, source = "A" }}'


def silent(name: str) -> str:
    return f'{name} = {{ silent = true, source = "A" }}'


def test_missing_blocks_verification_and_silent_does_not() -> None:
    demo = load_packaged("demo-cel")
    assert readiness(demo).complete
    quoted = 'receipt_ambient_s_max = { value = "180 s", source = "DEMO" }'
    text = packaged_text("demo-cel")
    assert quoted in text
    gone = load(text.replace(quoted, ""), "x.toml")
    assert readiness(gone).missing == ("receipt_ambient_s_max",)
    quiet = load(text.replace(quoted, 'receipt_ambient_s_max = { silent = true, source = "DEMO" }'), "x.toml")
    assert readiness(quiet).complete
    assert quiet.fact("receipt_ambient_s_max") is SILENT


def test_every_limit_that_is_stated_or_defaulted_asks_for_a_photo_of_its_paragraph() -> None:
    profile = made(fact("storage_c_max", "-150"), silent("thaw_c"), fact("container_type", '"bag"'))
    assert readiness(profile).photograph == ("storage_c_max", "thaw_c", "next_after_infused")


def test_an_unknown_product_is_refused_with_its_id() -> None:
    for attempt in ("nothing-xx", "../words/product", ""):
        with pytest.raises(Refusal) as caught:
            load_packaged(attempt)
        assert (caught.value.code, caught.value.facts) == ("product.unknown", {"id": attempt})


def test_two_versions_are_compared_field_by_field() -> None:
    old = made(fact("storage_c_max", "-150"), fact("thaw_c", "37"))
    new = made(fact("storage_c_max", "-150.0"), fact("thaw_c", "38"), fact("overwrap", '"bag"'))
    assert [(d.field, d.old.value, d.new.value, d.value_changed) for d in compare(old, new)] == [
        ("thaw_c", Decimal(37), Decimal(38), True),
        ("overwrap", MISSING, "bag", True),
    ]
    assert compare(old, old) == ()


def test_another_label_date_is_a_difference_though_the_number_stands() -> None:
    text = packaged_text("demo-cel")
    new = load(text.replace('label_date = "not stated"', 'label_date = "2026"'), "x.toml")
    differences = compare(load_packaged("demo-cel"), new)
    assert "storage_c_max" in {difference.field for difference in differences}
    assert not any(difference.value_changed for difference in differences)


def test_a_changed_rule_shows_the_default_it_changes_too() -> None:
    old = made(fact("filter_rule", '"NO_INLINE"'))
    new = made(fact("filter_rule", '"INLINE_REQUIRED"'))
    assert [difference.field for difference in compare(old, new)] == ["filter_rule", "filter_devices"]


def test_a_tank_is_held_to_the_coldest_limit_in_it() -> None:
    demo, sample = load_packaged("demo-cel"), load_packaged("sample-cel")
    assert coldest([sample, demo, sample]) == Decimal(-150)
    assert coldest([sample]) == Decimal(-130)


def test_a_tank_with_an_unread_limit_in_it_has_no_limit_that_could_be_promised() -> None:
    assert coldest([load_packaged("demo-cel"), load_packaged("relmacel-cn")]) is MISSING
    assert coldest([made(silent("storage_c_max")), load_packaged("sample-cel")]) == Decimal(-130)
    assert coldest([]) is SILENT


@given(st.lists(st.integers(-200, -80), min_size=1, max_size=5))
def test_adding_a_product_never_makes_a_tank_warmer(limits: list[int]) -> None:
    profiles = [made(fact("storage_c_max", str(limit))) for limit in limits]
    first, last = coldest(profiles[:1]), coldest(profiles)
    assert isinstance(first, Decimal)
    assert isinstance(last, Decimal)
    assert last <= first
    assert last == min(limits)


def test_the_next_bag_is_locked_unless_the_insert_says_otherwise() -> None:
    bag = fact("container_type", '"bag"')
    assert made(bag).fact("profile.next_after_infused") is True
    assert made(bag, silent("next_after_infused")).fact("next_after_infused") is True
    assert made(bag, fact("next_after_infused", "false")).fact("next_after_infused") is False
    assert made(fact("container_type", '"vial"')).fact("next_after_infused") is MISSING
    assert [source.basis for source in made(bag).look("next_after_infused").sources] == ["default"]


@pytest.mark.parametrize("rule", sorted(FILTER_RULES))
def test_the_lines_that_may_hang_follow_from_the_labels_rule(rule: str) -> None:
    assert made(fact("filter_rule", f'"{rule}"')).fact("profile.filter_devices") == FILTER_RULES[rule]


def test_a_product_may_allow_fewer_lines_and_a_silent_label_opens_no_harmful_one() -> None:
    narrow = made(fact("filter_rule", '"NO_LEUKODEPLETING"'), fact("filter_devices", '["holder_line"]'))
    assert narrow.fact("filter_devices") == ("holder_line",)
    assert made(silent("filter_rule")).fact("filter_devices") == FILTER_RULES["NO_LEUKODEPLETING"]
    assert made(fact("thaw_c", "37")).fact("filter_devices") is MISSING


def test_the_sentence_at_the_infusion_set_names_what_is_forbidden_from_the_profile() -> None:
    sentence = show_devices(load_packaged("carvykti-us"), "zh")
    allowed, forbidden = sentence.split("禁用：")
    assert "输血器" in allowed
    for word in ("普通输液器", "精密过滤输液器", "去白细胞滤器", "无滤器管路"):
        assert word in forbidden
    assert "药师" in show_devices(load_packaged("axicel-cn"), "zh")


def test_a_plain_number_is_told_by_its_form_and_by_nothing_else() -> None:
    demo = load_packaged("demo-cel")
    assert plain_number_kinds(demo, "DEMO-00001234") == ("coi",)
    assert plain_number_kinds(demo, "AB123456") == ("lot",)
    for other in ("DEMO-0000123", "DEMO-00001234\n", "DEMO-٠٠٠٠١٢٣٤", "", "A" * 10_000):
        assert plain_number_kinds(demo, other) == ()
    both = made(fact("pattern_coi", "'\\d{8}'"), fact("pattern_lot", "'\\d{6,8}'"))
    assert plain_number_kinds(both, "12345678") == ("coi", "lot")


def test_six_vials_of_80_mg_are_one_dose_for_60_kg() -> None:
    demo = load_packaged("demo-cel")
    dose = tocilizumab_dose_mg(demo, Decimal(60))
    assert dose == Decimal(480)
    stock = tocilizumab_stock(Decimal(480), Decimal(80), 6)
    assert (stock.vials_per_dose, stock.doses) == (6, 1)
    assert tocilizumab_stock(Decimal(480), Decimal(80), 11).doses == 1
    assert tocilizumab_stock(Decimal(481), Decimal(80), 6).doses == 0


def test_a_child_has_its_own_dose_and_nobody_more_than_the_most() -> None:
    demo = load_packaged("demo-cel")
    assert tocilizumab_dose_mg(demo, Decimal("29.9")) == Decimal("358.8")
    assert tocilizumab_dose_mg(demo, Decimal(30)) == Decimal(240)
    assert tocilizumab_dose_mg(demo, Decimal(130)) == Decimal(800)
    assert tocilizumab_dose_mg(load_packaged("relmacel-cn"), Decimal(60)) is MISSING


def test_doses_are_not_counted_from_nonsense() -> None:
    for numbers in ((Decimal(0), Decimal(80), 1), (Decimal(480), Decimal(0), 1), (Decimal(480), Decimal(80), -1)):
        with pytest.raises(Refusal) as caught:
            tocilizumab_stock(*numbers)
        assert caught.value.code == "product.no_dose"
        assert "480" in words.say("refusal_product.no_dose", "zh", dose_mg=480, vial_mg=0, vials=1)


def test_templates_may_name_every_field_and_the_header_and_nothing_else() -> None:
    profile = load_packaged("sample-cel")
    assert {f"profile.{name}" for name in (*FIELDS, *HEADER_FACTS)} == FACTS
    assert "profile.status" not in FACTS
    for name in FACTS:
        profile.fact(name)
    assert set(NEEDED) <= set(FIELDS)


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_field_of_every_profile_can_be_shown_and_sourced(lang: words.Lang) -> None:
    for profile_id in profile_ids():
        profile = load_packaged(profile_id)
        for name in FIELDS:
            assert show(profile, name, lang)
            assert bool(show_sources(profile, name, lang)) == (profile.look(name).value is not MISSING)


def test_values_are_shown_as_people_write_them() -> None:
    demo, yescarta = load_packaged("demo-cel"), load_packaged("yescarta-us")
    assert show(demo, "storage_c_max", "en") == "≤ \N{MINUS SIGN}150 °C"
    assert show(demo, "clocks", "zh") == "复融完成 → 输注结束：90 分钟（每一容器）"
    assert show(demo, "toci_next_s_max", "en") == "8 h"
    assert show(demo, "autologous", "zh") == "是"
    assert show(yescarta, "ld_rules", "en") == "lymphodepletion from 5 days before; infusion 3 days after its last day"
    assert show(yescarta, "storage_c_max", "zh") == "尚未录入"
    assert show_value("thaw_c", SILENT, "en") == "no label limit"
    assert show_sources(yescarta, "clocks", "en").endswith("2024-04-19")
    assert show_sources(demo, "thaw_c", "en") == "invented for demonstrations; no such medicine exists"


def test_every_field_group_and_closed_word_has_its_words() -> None:
    catalogue = words.catalogue("product")
    assert {key.removeprefix("product.field.") for key in catalogue if key.startswith("product.field.")} == set(FIELDS)
    assert {key.removeprefix("product.group.") for key in catalogue if key.startswith("product.group.")} == set(GROUPS)
    closed = {f"{name}.{word}" for name, field in FIELDS.items() for word in field.words}
    assert {key.removeprefix("product.word.") for key in catalogue if key.startswith("product.word.")} == closed

"""The packaged profiles: nothing remembered is shipped as if read, nothing invented stands under a real brand."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from cellguide import resources
from cellguide.facts import MISSING
from cellguide.products import FIELDS, NEEDED, Clock, LdRule, Text, load_packaged, profile_ids, readiness
from cellguide.products.schema import FILTER_RULES

PROFILES = {profile_id: load_packaged(profile_id) for profile_id in profile_ids()}
HOLDS_CELLS_BACK = {
    *("ordinary_infusion_set", "precision_infusion_set", "microaggregate_filter", "leukodepleting_filter"),
}
DEMONSTRATIONS = {"demo-cel", "sample-cel"}
CHINESE = sorted(profile_id for profile_id in PROFILES if profile_id.endswith("-cn"))

EXPECTED = {
    *("kymriah-us", "kymriah-eu", "yescarta-us", "yescarta-eu", "tecartus-eu", "tecartus-uk", "tecartus-ch"),
    *("tecartus-us", "yescarta-uk"),
    *("breyanzi-eu", "breyanzi-uk", "breyanzi-us", "abecma-eu", "abecma-us", "carvykti-us", "carvykti-eu"),
    *("aucatzyl-us", "aucatzyl-uk", "tecelra-us", "amtagvi-us", "casgevy-eu", "ebvallo-eu"),
    *("zynteglo-us", "lyfgenia-us"),
    *("axicel-cn", "relmacel-cn", "equecel-cn", "inaticel-cn", "zevorcel-cn", "ciltacel-cn", "renikecel-cn"),
    *("pcar19b-cn", "satricel-cn", "amimestrocel-cn"),
    *DEMONSTRATIONS,
}

# What is remembered but was never read (tag OK of the research, and its list of open questions): must not be shipped.
NEVER_READ = [
    ("kymriah-us", "wash_forbidden"),
    ("kymriah-eu", "wash_forbidden"),
    ("kymriah-us", "steroid_text"),
    ("kymriah-eu", "steroid_text"),
    ("kymriah-eu", "shelf_life_months"),
    ("kymriah-us", "toci_doses_min"),
    ("yescarta-us", "storage_c_max"),
    ("yescarta-us", "toci_doses_min"),
    ("tecartus-uk", "storage_c_max"),
    ("tecartus-us", "storage_c_max"),
    ("tecartus-us", "toci_doses_min"),
    ("yescarta-uk", "storage_c_max"),
    ("yescarta-uk", "clocks"),
    ("tecartus-eu", "clocks"),
    ("breyanzi-uk", "storage_c_max"),
    ("breyanzi-us", "storage_c_max"),
    ("breyanzi-eu", "thaw_methods"),
    ("breyanzi-uk", "thaw_methods"),
    ("breyanzi-us", "thaw_methods"),
    ("breyanzi-eu", "clocks"),
    ("abecma-us", "clocks"),
    ("abecma-us", "storage_c_max"),
    ("carvykti-us", "thaw_c"),
    ("carvykti-us", "thaw_s_max"),
    ("carvykti-us", "thaw_methods"),
    ("carvykti-eu", "thaw_c"),
    ("carvykti-eu", "ld_rules"),
    ("carvykti-eu", "clocks"),
    *(
        (f"aucatzyl-{where}", field)
        for where in ("us", "uk")
        for field in ("storage_c_max", "thaw_c", "thaw_usual_s_min", "thaw_usual_s_max", "clocks", "excipient_alerts")
    ),
    ("tecelra-us", "clocks"),
    ("amtagvi-us", "storage_c_max"),
    ("amtagvi-us", "clocks"),
    ("amtagvi-us", "holder"),
    ("casgevy-eu", "post_thaw_c_min"),
    *(
        (product, field)
        for product in ("zynteglo-us", "lyfgenia-us")
        for field in FIELDS
        if field not in ("generic_name", "brand_name")
    ),
    ("ciltacel-cn", "holder"),
    ("renikecel-cn", "holder"),
    ("renikecel-cn", "brand_name"),
    ("renikecel-cn", "approved_on"),
    ("pcar19b-cn", "brand_name"),
    ("satricel-cn", "brand_name"),
    ("amimestrocel-cn", "holder"),
]
# Remembered words that must not slip into a text either: file, what its bytes must not contain.
NEVER_WRITTEN = [
    ("kymriah-us", "替沙"),
    ("kymriah-eu", "替沙"),
    ("breyanzi-eu", "利基迈仑赛"),
    ("abecma-eu", "艾基维仑赛"),
    ("tecartus-eu", "1×10^8"),
    ("breyanzi-eu", "7.5 %"),
    ("aucatzyl-us", "7.5 %"),
    ("renikecel-cn", "恒"),
    ("renikecel-cn", "Hrain"),
    ("satricel-cn", "恺力美"),
    ("amimestrocel-cn", "铂生卓越"),
    ("ciltacel-cn", "传奇"),
]
IN_CHINA = {"generic_name", "brand_name", "holder", "approved_on", "autologous"}


def test_every_product_of_the_research_has_its_file_and_no_other_does() -> None:
    assert set(PROFILES) == EXPECTED
    assert {profile.id for profile in PROFILES.values()} == EXPECTED


@pytest.mark.parametrize("profile_id", sorted(EXPECTED))
def test_every_value_names_a_source_with_a_label_version_and_date_or_says_not_stated(profile_id: str) -> None:
    profile = PROFILES[profile_id]
    used = set()
    for name, fact in profile.facts.items():
        assert name in FIELDS
        assert (fact.value is MISSING) == (fact.sources == ())
        for source in fact.sources:
            used.add(source.key)
            assert source.text
            assert source.label_version
            assert source.label_date == "not stated" or re.match(r"\d{4}", source.label_date)
        for row in fact.value if isinstance(fact.value, tuple) else ():
            assert not isinstance(row, Clock | LdRule) or row.sources
    assert used == set(profile.sources), "a source that nothing rests on"


@pytest.mark.parametrize(("profile_id", "field"), NEVER_READ)
def test_a_remembered_number_is_not_shipped(profile_id: str, field: str) -> None:
    assert PROFILES[profile_id].look(field).value is MISSING


@pytest.mark.parametrize(("profile_id", "words"), NEVER_WRITTEN)
def test_a_remembered_word_is_not_shipped(profile_id: str, words: str) -> None:
    assert words not in resources.read_text(f"products/{profile_id}.toml")


@pytest.mark.parametrize("profile_id", CHINESE)
def test_a_chinese_draft_has_names_and_approval_and_nothing_that_a_label_would_limit(profile_id: str) -> None:
    profile = PROFILES[profile_id]
    assert {name for name, fact in profile.facts.items() if fact.value is not MISSING} <= IN_CHINA
    # each gap says in both languages where to look, and no note hands over a number to copy
    for name in set(NEEDED) - IN_CHINA:
        note = profile.look(name).note
        assert isinstance(note, Text)
        assert note.zh and note.en
        assert not re.search(r"\d{2}", note.zh + note.en.replace("24", ""))


@pytest.mark.parametrize("profile_id", sorted(EXPECTED - DEMONSTRATIONS))
def test_no_real_product_is_ready_for_use_as_it_is_shipped(profile_id: str) -> None:
    assert not readiness(PROFILES[profile_id]).complete
    assert all(source.basis not in ("insert", "invented") for source in PROFILES[profile_id].sources.values())


def test_the_invented_products_are_marked_and_complete_and_no_brand_is() -> None:
    assert {profile_id for profile_id, profile in PROFILES.items() if profile.demonstration} == DEMONSTRATIONS
    for profile_id, words in (("demo-cel", ("演示", "DEMO")), ("sample-cel", ("示例", "SAMPLE"))):
        profile = PROFILES[profile_id]
        assert profile.jurisdiction == "DEMO"
        assert readiness(profile).missing == ()
        for name in ("generic_name", "brand_name"):
            text = profile.fact(name)
            assert isinstance(text, Text)
            assert words[0] in text.zh and words[1] in text.en
        assert {source.basis for source in profile.sources.values()} == {"invented"}


def test_the_two_invented_products_differ_where_a_demonstration_needs_it() -> None:
    demo, sample = PROFILES["demo-cel"], PROFILES["sample-cel"]
    assert (demo.fact("storage_c_max"), sample.fact("storage_c_max")) == (Decimal(-150), Decimal(-130))
    assert (demo.fact("containers_max"), sample.fact("containers_min")) == (2, 2)
    assert sample.fact("next_after_infused") is True
    limits = [
        [(clock.anchor, clock.target, clock.limit_s) for clock in rows if isinstance(clock, Clock)]
        for rows in (demo.fact("clocks"), sample.fact("clocks"))
        if isinstance(rows, tuple)
    ]
    assert limits == [[("THAW_END", "INF_END", 5400)], [("THAW_START", "INF_END", 3600)]]


# the facts that were read, spot by spot
READ = [
    ("kymriah-us", "storage_c_max", Decimal(-120)),
    ("yescarta-eu", "storage_c_max", Decimal(-150)),
    ("tecartus-ch", "storage_c_max", Decimal(-150)),
    ("breyanzi-eu", "storage_c_max", Decimal(-130)),
    ("abecma-eu", "storage_c_max", Decimal(-130)),
    ("carvykti-eu", "storage_c_max", Decimal(-120)),
    ("tecelra-us", "storage_c_max", Decimal(-130)),
    ("casgevy-eu", "storage_c_max", Decimal(-135)),
    ("ebvallo-eu", "storage_c_max", Decimal(-150)),
    ("carvykti-us", "receipt_ambient_s_max", 180),
    ("carvykti-us", "filter_rule", "INLINE_REQUIRED"),
    ("casgevy-eu", "filter_rule", "NO_INLINE"),
    ("casgevy-eu", "thaw_c_max", Decimal(40)),
    ("casgevy-eu", "rate_ml_kg_h_max", Decimal("2.6")),
    ("ebvallo-eu", "autologous", False),
    ("amimestrocel-cn", "autologous", False),
    ("abecma-us", "next_after_infused", True),
    ("tecartus-eu", "no_driving_days", 56),
    ("tecartus-uk", "monitor_daily_days", 7),
    ("tecartus-us", "monitor_daily_days", 7),
    ("yescarta-uk", "container_type", "bag"),
    ("breyanzi-eu", "stay_near_days", 28),
    ("breyanzi-uk", "stay_near_days", 14),
    ("relmacel-cn", "approved_on", "2021-09-01"),
]


@pytest.mark.parametrize(("profile_id", "field", "value"), READ)
def test_a_fact_that_was_read_is_shipped_as_read(profile_id: str, field: str, value: object) -> None:
    assert PROFILES[profile_id].fact(field) == value


CLOCKS = [
    ("kymriah-eu", [("THAW_END", "INF_END", 30, "per_container")]),
    (
        "yescarta-eu",
        [
            ("THAW_END", "INF_START", 30, "per_container"),
            ("INF_START", "INF_END", 30, "per_container"),
            ("THAW_END", "INF_END", 180, "per_container"),
        ],
    ),
    ("breyanzi-uk", [("REMOVED", "INF_END", 120, "per_preparation")]),
    ("abecma-eu", [("THAW_START", "INF_END", 60, "per_container")]),
    ("carvykti-us", [("THAW_END", "INF_END", 150, "per_container")]),
    ("casgevy-eu", [("THAW_END", "INF_END", 20, "per_container")]),
    ("ebvallo-eu", [("THAW_START", "PREP_DONE", 60, "per_dose"), ("THAW_START", "INF_END", 180, "per_dose")]),
]


@pytest.mark.parametrize(("profile_id", "expected"), CLOCKS)
def test_the_clocks_count_from_the_event_the_label_names(
    profile_id: str, expected: list[tuple[str, str, int, str]]
) -> None:
    rows = PROFILES[profile_id].fact("clocks")
    assert isinstance(rows, tuple)
    assert [(c.anchor, c.target, c.limit_s // 60, c.scope) for c in rows if isinstance(c, Clock)] == expected


@pytest.mark.parametrize(
    ("profile_id", "has", "has_not"),
    [
        ("yescarta-eu", {"gentamicin", "hsa", "dmso"}, {"kanamycin"}),
        ("tecartus-eu", {"gentamicin", "hsa", "sodium"}, {"kanamycin"}),
        ("breyanzi-eu", {"hsa", "potassium"}, {"gentamicin"}),
        ("abecma-eu", {"sodium", "potassium"}, {"hsa", "gentamicin"}),
        ("carvykti-eu", {"kanamycin"}, {"gentamicin"}),
        ("kymriah-us", {"dextran40"}, {"gentamicin"}),
    ],
)
def test_the_excipient_alerts_are_the_corrected_ones(profile_id: str, has: set[str], has_not: set[str]) -> None:
    alerts = PROFILES[profile_id].fact("excipient_alerts")
    assert isinstance(alerts, tuple)
    assert has <= set(alerts)
    assert not has_not & set(alerts)


@pytest.mark.parametrize(
    ("profile_id", "field"), [("yescarta-us", "clocks"), ("tecartus-uk", "clocks"), ("kymriah-us", "ld_rules")]
)
def test_rows_of_which_only_some_were_read_block_verification(profile_id: str, field: str) -> None:
    assert field in readiness(PROFILES[profile_id]).missing
    assert isinstance(PROFILES[profile_id].fact(field), tuple)
    assert PROFILES[profile_id].look(field).note is not None


def test_no_profile_lets_a_filter_hang_that_holds_cells_back() -> None:
    assert not {device for devices in FILTER_RULES.values() for device in devices} & HOLDS_CELLS_BACK
    for profile in PROFILES.values():
        devices = profile.fact("filter_devices")
        assert devices is MISSING or not set(devices) & HOLDS_CELLS_BACK  # type: ignore[arg-type]


def test_the_page_for_hospitals_lists_every_product_and_exactly_what_it_lacks() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "products.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \|[^|]*\| ([^|]*) \|$", page, re.MULTILINE))
    assert set(rows) == EXPECTED
    for profile_id, cell in rows.items():
        lacking = readiness(PROFILES[profile_id]).missing
        assert cell == (" ".join(f"`{name}`" for name in lacking) or "–"), profile_id

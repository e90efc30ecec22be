"""The profile loader: what it reads, and how it says where a file is wrong."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cellguide import words
from cellguide.facts import MISSING, SILENT
from cellguide.products import Clock, LdRule, Profile, Text, load
from cellguide.products.lines import line_of
from cellguide.refusal import Refusal

SMALL = """\
# a profile for tests
schema = 1
id = "test-cel"
revision = 3
jurisdiction = "CN"

[fact]
generic_name = { value = { zh = "测试赛", en = "TEST-CEL" }, source = "INSERT" }
storage_c_max = { value = -150.5, source = "INSERT", note = "printed on the cassette" }
receipt_ambient_s_max = { silent = true, source = "INSERT" }
thaw_methods = { missing = "look under dosage" }
container_type = { value = "bag", source = ["INSERT", "SITE-2"] }
containers_min = { value = 1, source = "INSERT" }
containers_max = { value = 2, source = "INSERT" }
filter_rule = { value = "INLINE_REQUIRED", source = "INSERT" }
pattern_lot = { value = '[A-Z]{2}\\d{6}', source = "INSERT" }
wash_forbidden = { value = true, source = "INSERT" }
monitor_days = { value = "2 wk", source = "INSERT" }
shelf_life_months = { value = "2 years", source = "INSERT" }

[[clock]]
anchor = "THAW_END"
target = "INF_START"
limit = "30 min"
scope = "per_container"
source = "INSERT"

[[clock]]
anchor = "THAW_START"
target = "INF_END"
limit = "3 h"
scope = "per_dose"
source = "SITE-2"

[[ld_rule]]
anchor = "LD_END"
days_min = 2
days_max = 7
source = "INSERT"

[source.INSERT]
basis = "insert"
text = "测试赛注射液说明书"
label_version = "核准日期 2025年1月2日"
label_date = 2025-01-02

[source.SITE-2]
basis = "secondary"
text = "letter"
url = "https://example.org/letter"
label_version = "not stated"
label_date = "2025-03"
"""


def refused(text: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        load(text, "test-cel.toml")
    return caught.value


def test_a_value_comes_with_its_sources_note_and_label() -> None:
    fact = load(SMALL, "test-cel.toml").look("storage_c_max")
    assert fact.value == Decimal("-150.5")
    assert fact.note == Text("printed on the cassette", "printed on the cassette")
    assert [(source.key, source.basis, source.label_date) for source in fact.sources] == [
        ("INSERT", "insert", "2025-01-02")
    ]


def test_value_silent_and_missing_are_three_answers() -> None:
    profile = load(SMALL, "test-cel.toml")
    assert profile.fact("profile.container_type") == "bag"
    assert profile.fact("profile.receipt_ambient_s_max") is SILENT
    assert profile.fact("profile.thaw_methods") is MISSING
    assert profile.fact("profile.overwrap") is MISSING
    assert profile.look("thaw_methods").note == Text("look under dosage", "look under dosage")


def test_lengths_become_the_units_of_their_field() -> None:
    profile = load(SMALL, "test-cel.toml")
    assert profile.fact("monitor_days") == 14
    assert profile.fact("shelf_life_months") == 24
    clocks = profile.fact("clocks")
    assert isinstance(clocks, tuple)
    assert [(c.anchor, c.target, c.limit_s, c.scope) for c in clocks if isinstance(c, Clock)] == [
        ("THAW_END", "INF_START", 1800, "per_container"),
        ("THAW_START", "INF_END", 10800, "per_dose"),
    ]
    assert [source.key for source in profile.look("clocks").sources] == ["INSERT", "SITE-2"]


def test_rows_that_were_read_may_stand_beside_a_note_of_those_that_were_not() -> None:
    fact = load(SMALL.replace("[fact]\n", '[fact]\nclocks = { missing = "more" }\n'), "test-cel.toml").look("clocks")
    assert isinstance(fact.value, tuple)
    assert (len(fact.value), fact.note, fact.partial) == (2, Text("more", "more"), True)


def test_the_hash_is_that_of_the_file_as_it_is_byte_for_byte() -> None:
    text = SMALL.replace("\n", "\r\n")
    profile = load(text, "test-cel.toml")
    assert profile.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert profile.sha256 != load(SMALL, "test-cel.toml").sha256
    assert profile.facts == load(SMALL, "test-cel.toml").facts


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert load("\ufeff" + SMALL, "test-cel.toml").id == "test-cel"


def test_header_fields_are_facts_too_and_an_unknown_name_is_a_key_error() -> None:
    profile = load(SMALL, "test-cel.toml")
    assert (profile.fact("profile.revision"), profile.fact("profile.demonstration")) == (3, False)
    with pytest.raises(KeyError):
        profile.fact("profile.status")


def test_a_profile_cannot_be_changed_after_loading() -> None:
    profile = load(SMALL, "test-cel.toml")
    with pytest.raises(TypeError):
        profile.facts["storage_c_max"] = profile.look("storage_c_max")  # type: ignore[index]


# what is wrong, what to put instead, the reason, the line it must name
MISTAKES = [
    ("storage_c_max = { value = -150.5", "storge_c_max = { value = -150.5", "unknown_field", 9),
    ("value = -150.5", "value = -300", "not_a_temperature", 9),
    ("value = -150.5", "value = 101", "not_a_temperature", 9),
    ("value = -150.5", 'value = "-150"', "not_a_temperature", 9),
    ("value = -150.5", "value = nan", "not_a_temperature", 9),
    ("value = -150.5", "value = 1e99999999999999999999", "not_a_temperature", 9),
    ("value = -150.5", "value = " + "9" * 5000, "syntax", 9),
    ("value = -150.5", "silent = true, value = 1", "one_way", 9),
    ("value = -150.5, source", "source", "one_way", 9),
    ('source = "INSERT", note', 'source = "INSRT", note', "unknown_source", 9),
    (', source = "INSERT", note', ", note", "no_source", 9),
    (', source = "INSERT", note', ", source = [], note", "no_source", 9),
    ('note = "printed on the cassette"', 'nota = "x"', "unknown_field", 9),
    ('note = "printed on the cassette"', 'note = "two\\nlines"', "not_text", 9),
    ("silent = true", "silent = false", "silent_is_true", 10),
    ('missing = "look under dosage"', 'missing = "x", source = "INSERT"', "missing_with_source", 11),
    ('missing = "look under dosage"', "missing = true", "not_text", 11),
    ('value = "bag"', 'value = "box"', "unknown_word", 12),
    ("containers_min = { value = 1,", "containers_min = { value = 5,", "upside_down", 14),
    ("containers_min = { value = 1,", "containers_min = { value = 1.5,", "not_a_count", 13),
    ("containers_min = { value = 1,", "containers_min = { value = true,", "not_a_count", 13),
    ("[A-Z]{2}\\d{6}", "(a+)+", "not_a_pattern", 16),
    ("[A-Z]{2}\\d{6}", "[A-Z]{6,2}", "not_a_pattern", 16),
    ("wash_forbidden = { value = true", 'wash_forbidden = { value = "yes"', "not_a_flag", 17),
    ('value = "2 wk"', 'value = "2 weeks"', "not_a_length", 18),
    ('value = "2 wk"', 'value = "30 min"', "not_a_length", 18),
    ('value = "2 wk"', "value = 14", "not_a_length", 18),
    ('limit = "30 min"', 'limit = "30"', "not_a_length", 24),
    ('limit = "30 min"', 'limit = "0 min"', "not_a_length", 24),
    ('limit = "30 min"\n', "", "lacks", 21),
    ('limit = "3 h"', 'limit = "3 hours"', "not_a_length", 31),
    ('target = "INF_END"', 'target = "THAW_START"', "clock_backwards", 30),
    ('anchor = "LD_END"', 'anchor = "DAY_MINUS_0"', "unknown_word", 36),
    ("days_min = 2", "days_min = 8", "upside_down", 38),
    ("label_date = 2025-01-02", 'label_date = "2. 1. 2025"', "not_a_date", 45),
    ('label_date = "2025-03"', 'label_date = "2025-13"', "not_a_date", 52),
    ('label_date = "2025-03"\n', "", "lacks", 47),
    ('basis = "insert"', 'basis = "web"', "unknown_word", 42),
    ('basis = "insert"', 'basis = "invented"', "demonstration_source", 42),
    ("[source.SITE-2]", "[source.site]", "bad_source_key", 47),
    ('jurisdiction = "CN"', 'jurisdiction = "DEMO"', "demonstration_mark", 5),
    ('id = "test-cel"', 'id = "Test Cel"', "bad_id", 3),
    ("schema = 1", "schema = 2", "other_schema", 2),
    ("schema = 1", "schema = true", "other_schema", 2),
    ("schema = 1\n", "", "lacks", 1),
    ("schema = 1", "schema = 1\nstatus = 'verified'", "unknown_field", 3),
    ('id = "test-cel"', 'id = "test-cel', "syntax", 3),
    ("[[ld_rule]]", "[[fact]]", "syntax", 35),
    ("[[ld_rule]]", "[clock]", "syntax", 35),
    ("[source.INSERT]", "[source.INSERT]\n[source.INSERT]", "syntax", 42),
    ("[fact]\n", '[fact]\nclocks = { silent = true, source = "INSERT" }\n', "both_ways", 8),
    ("[fact]\n", '[fact]\nld_rules = { value = 3, source = "INSERT" }\n', "table_instead", 8),
    ("[fact]\n", "[fact]\noverwrap = 3\n", "not_a_table", 8),
    ("[fact]\n", '[fact]\nexcipient_alerts = { value = "dmso", source = "INSERT" }\n', "not_a_list", 8),
    ("[fact]\n", '[fact]\nexcipient_alerts = { value = ["dmso", "dmso"], source = "INSERT" }\n', "twice_in_list", 8),
    ("[fact]\n", '[fact]\ntoci_mg_kg = { value = 0, source = "INSERT" }\n', "not_an_amount", 8),
    (
        "[fact]\n",
        '[fact]\nfilter_devices = { value = ["unfiltered_line"], source = "INSERT" }\n',
        "forbidden_device",
        8,
    ),
    (
        "[fact]\n",
        '[fact]\nfilter_devices = { value = ["ordinary_infusion_set"], source = "INSERT" }\n',
        "forbidden_device",
        8,
    ),
]


@pytest.mark.parametrize(("found", "instead", "reason", "line"), MISTAKES)
def test_a_mistake_is_refused_with_file_line_and_reason(found: str, instead: str, reason: str, line: int) -> None:
    assert SMALL.count(found) >= 1
    refusal = refused(SMALL.replace(found, instead, 1))
    assert refusal.code == f"product.bad_profile.{reason}"
    assert (refusal.facts["file"], refusal.facts["line"], refusal.facts["reason"]) == ("test-cel.toml", line, reason)
    for lang in words.LANGS:
        sentence = words.say(f"refusal_{refusal.code}", lang, **refusal.facts)
        assert "test-cel.toml" in sentence
        assert str(line) in sentence


def test_every_reason_that_can_be_raised_has_a_sentence_and_none_is_left_over() -> None:
    from pathlib import Path

    import cellguide.products as package

    assert package.__file__ is not None
    source = "".join(path.read_text() for path in Path(package.__file__).parent.glob("*.py"))
    known = {key.rpartition(".")[2] for key in words.catalogue("refusal_product") if ".bad_profile." in key}
    assert {reason for reason in known if f'"{reason}"' not in source} == set()
    assert {reason for *_, reason, _ in MISTAKES} | {"too_long"} == known


def test_a_text_too_long_for_a_profile_is_refused_before_it_is_read() -> None:
    assert refused("#" * 300_000).code == "product.bad_profile.too_long"


def test_deep_nesting_and_endless_numbers_are_refused_not_crashed_on() -> None:
    for nasty in ("a = " + "[" * 20_000, "a = " + "9" * 5000, "a = '\ud800'"):
        assert refused(nasty).code == "product.bad_profile.syntax"


def test_the_line_of_a_field_is_found_in_every_way_toml_can_write_it() -> None:
    text = 'x = """\n[fact]\nthaw_c = 1\n"""\n["fact"]\n"thaw_c".value = 37\n'
    text += '[fact.overwrap]\nsource = "A"\nvalue = "bag"\n'
    assert line_of(text, ("fact", "thaw_c", "value")) == 6
    assert line_of(text, ("fact", "overwrap", "value")) == 9
    assert line_of(text, ("fact", "overwrap", "silent")) == 7
    assert line_of(text, ("source",)) == 1


def test_lymphodepletion_is_counted_from_the_day_the_label_counts_from() -> None:
    start, end = date(2026, 11, 1), date(2026, 11, 3)
    from_end = LdRule("LD_END", 2, 7, None, ())
    assert [from_end.met(start, end, date(2026, 11, day)) for day in (4, 5, 10, 11)] == [False, True, True, False]
    from_start = LdRule("LD_START", 5, 7, None, ())
    assert [from_start.met(start, end, date(2026, 11, day)) for day in (5, 6, 8, 9)] == [False, True, True, False]


def test_a_label_that_counts_back_from_the_infusion_fixes_both_ends() -> None:
    rule = LdRule("DAY_MINUS_5", 3, 3, None, ())
    infusion = date(2026, 11, 6)
    assert rule.met(date(2026, 11, 1), date(2026, 11, 3), infusion)
    assert not rule.met(date(2026, 11, 1), date(2026, 11, 4), infusion)
    assert not rule.met(date(2026, 10, 31), date(2026, 11, 3), infusion)


# Whole lines shuffled and damaged come closer to a profile than random text does.
_LINES = st.sampled_from([*SMALL.splitlines(), "[fact]", "value = 1", "= ", "[[clock]]", 'x = "', "'''", '"""', "{"])
_ANY = st.one_of(st.text(max_size=200), st.lists(_LINES, max_size=60).map("\n".join))


@settings(max_examples=300, deadline=None)
@given(_ANY)
@example("")
@example("fact = 3\nschema = 1\nid = 'a'\nrevision = 1\njurisdiction = 'CN'\nsource = {}")
@example("clock = []\nschema = 1\nid = 'a'\nrevision = 1\njurisdiction = 'CN'\nsource = {}")
def test_any_text_is_a_profile_or_one_refusal_with_a_line_inside_it(text: str) -> None:
    try:
        assert isinstance(load(text, "any.toml"), Profile)
    except Refusal as refusal:
        line = refusal.facts["line"]
        assert isinstance(line, int)
        assert 1 <= line <= text.count("\n") + 1
        for lang in words.LANGS:
            words.say(f"refusal_{refusal.code}", lang, **refusal.facts)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_one_damaged_character_never_escapes_the_loader(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(SMALL) - 1))
    damaged = SMALL[:at] + data.draw(st.characters()) + SMALL[at + 1 :]
    try:
        load(damaged, "test-cel.toml")
    except Refusal as refusal:
        assert refusal.code.startswith("product.bad_profile.")

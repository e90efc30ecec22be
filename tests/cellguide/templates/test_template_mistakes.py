"""Mistakes planted in a released checklist: each is found, with its line and its reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cellguide import resources
from cellguide.refusal import Refusal
from cellguide.templates import load

GOOD = resources.read_text("templates/receipt/1.toml")

# (reason, text that is there, text that is planted). The line is that of the planted text.
PLANTED = [
    # the ten of the prototype
    ("unknown_word", 'ask = "photo"\norigin = "JNJ-PORTAL"', 'ask = "foto"\norigin = "JNJ-PORTAL"'),
    ("text_too_long", 'zh = "实收件数"', 'zh = "请逐一清点并填写本次实际收到的冻存盒药盒或西林瓶的总件数"'),
    ("text_too_long", 'en = "Scan the waybill"', 'en = "Scan the one way bill that he hands us with all of it"'),
    ("missing_key", 'en = "Expiry date"\n', ""),
    ("id_twice", 'id = "R-10"', 'id = "R-09"'),
    ("unknown_fact", "it = shipment.count", "it = shipment.cuont"),
    ("unknown_operator", "it matches shipment.seal", "it like shipment.seal"),
    ("nested", "it >= order.planned_on\"", "it >= order.planned_on and it > today\""),
    ("no_earlier_step", 'when = "R-40 = accept"', 'when = "R-42 = accept"'),
    ("check_proves_nothing", 'ask = "photo"\norigin = "JNJ', 'ask = "yn"\ncheck = "value"\norigin = "JNJ'),
    # and further ones
    ("unknown_key", 'marks = "OPENED"', 'mark = "OPENED"'),
    ("unknown_word", 'marks = "PLACED"', 'marks = "STORED"'),
    ("unknown_code", 'gate = ["accept"]', 'gate = ["accepted"]'),
    ("unknown_code", "it != oos", "it != ooss"),
    ("code_without_words", 'of = ["accept", "hold", "reject"]', 'of = ["accept", "hold", "refuse", "reject"]'),
    ("unknown_calc", 'calc = "exposure_s"', 'calc = "exposure_m"'),
    ("unknown_word", 'else = "warn", cause = "outside"', 'else = "note", cause = "outside"'),
    ("unknown_role", 'by = ["physician"], cause = "conditional"', 'by = ["doctor"], cause = "conditional"'),
    ("held_needs_roles", 'else = "held", by = ["pharmacist"], cause = "storage"', 'else = "held", cause = "storage"'),
    ("only_held_is_overridden", 'else = "hard", cause = "oxygen"', 'else = "hard", by = ["nurse"], cause = "oxygen"'),
    ("unknown_word", 'proof = "holder", cause = "count"', 'proof = "maker", cause = "count"'),
    ("unknown_word", 'path = "2.16"', 'path = "9.99"'),
    ("a_limit_is_a_fact", "it <= site.transport_gap_min", "it <= 5"),
    ("no_such_part", "it.shown_c <=", "it.shown <="),
    ("no_shift", "order.planned_on + 14 d", "order.planned_on + 14 w"),
    ("no_origin", 'origin = "EBV-EUPL"', 'origin = ""'),
    ("no_step_id", 'id = "R-35"', 'id = "35"'),
    ("no_flag", "optional = true", 'optional = "yes"'),
    ("no_such_loop", 'id = "R-37"\nper = "container"', 'id = "R-37"\nper = "order"'),
    ("no_text", 'zh = "到达时间"', "zh = 7"),
    ("gate_true_is_for_signatures", 'gate = ["accept"]', "gate = true"),
    ("signed_is_for_numbers", 'id = "R-33"', 'id = "R-33"\nsigned = true'),
    ("future_is_for_times", 'id = "R-33"', 'id = "R-33"\nfuture = true'),
    ("times_are_for_sets", 'id = "R-33"', 'id = "R-33"\ntimes = { after = "ARRIVED", min = [0] }'),
    ("a_mark_is_a_fact", 'calc = "arrived_at"', 'calc = "arrived_at"\nmarks = "ARRIVED"'),
    ("a_fact_has_no_gate", 'gate = ["accept"]', 'gate = ["accept"]\nmarks = "LEFT"'),
    ("calc_needs_ask_calc", 'id = "R-33"', 'id = "R-33"\ncalc = "exposure_s"'),
    ("of_belongs_to_choices", 'id = "R-33"', 'id = "R-33"\nof = ["a"]'),
    ("agree_within_is_for_numbers", 'id = "R-33"', 'id = "R-33"\nagree_within = "2"'),
    ("signed_is_for_numbers", 'id = "due"', 'id = "due"\nsigned = true'),
    ("future_is_for_times", 'id = "due"', 'id = "due"\nfuture = true'),
    ("id_twice", 'id = "desk"', 'id = "cold"'),
    ("no_code", 'id = "desk"', 'id = "Desk 1"'),
    ("no_list", 'of = ["final", "conditional", "oos"]', 'of = "final"'),
    ("no_code", 'cause = "conditional"', 'cause = "Under condition"'),
    ("unknown_key", 'else = "held", by = ["pharmacist"], cause = "storage"', 'else = "held", role = "x"'),
    ("words_without_code", 'of = ["final", "conditional", "oos"]', 'of = ["final", "conditional"]'),
    ("no_times", 'id = "R-33"', 'id = "R-33"\ntimes = { after = "ARRIVED", min = [30, 15] }'),
    ("no_times", 'id = "R-33"', 'id = "R-33"\ntimes = 15'),
    ("both_languages", 'id = "R-32"', 'id = "R-32"\ndetail = { zh = "只有中文" }'),
    ("no_tables", 'id = "R-32"', 'id = "R-32"\nalso = "x"'),
    ("not_toml", 'zh = "到达时间"', 'zh = "到达时间'),
    ("id_is_not_the_folder", 'id = "receipt"', 'id = "reception"'),
    ("unknown_word", 'per = "shipment"', 'per = "parcel"'),
]  # fmt: skip


def planted(old: str, new: str) -> tuple[str, int]:
    """The text with one mistake, and the line where it begins to differ."""
    assert old in GOOD
    bad = GOOD.replace(old, new, 1)
    for number, (line, other) in enumerate(zip(bad.splitlines(), GOOD.splitlines(), strict=False), 1):
        if line != other:
            return bad, number
    raise AssertionError("nothing was planted")


@pytest.mark.parametrize(("reason", "old", "new"), PLANTED, ids=[f"{row[0]}-{n}" for n, row in enumerate(PLANTED)])
def test_a_planted_mistake_is_found_with_its_line(reason: str, old: str, new: str) -> None:
    bad, line = planted(old, new)
    if reason == "check_proves_nothing":  # the ask differs first, the check below it is what is wrong
        line += 1
    with pytest.raises(Refusal) as refused:
        load(bad, "receipt/1.toml")
    facts = refused.value.facts
    assert (refused.value.code, facts["reason"]) == ("template.mistake", reason)
    assert facts["file"] == "receipt/1.toml"
    if reason == "missing_key":  # what is missing has no line: that of its step is named
        line = GOOD.splitlines().index('id = "R-33"')
    assert facts["line"] == line, f"{facts}: {bad.splitlines()[int(str(facts['line'])) - 1]}"


def test_a_tenth_step_in_a_pause_point_is_refused_at_its_line() -> None:
    step = '[[section.step]]\nid = "X-{0}"\nzh = "项"\nen = "Item"\nask = "yn"\norigin = "test"\n'
    head = 'id = "long"\nper = "dose"\nzh = "长"\nen = "Long"\n[[section]]\nid = "one"\nzh = "一"\nen = "One"\n'
    assert len(load(head + "".join(step.format(n) for n in range(9)), "long/1.toml").sections[0].steps) == 9
    with pytest.raises(Refusal) as refused:
        load(head + "".join(step.format(n) for n in range(10)), "long/1.toml")
    assert refused.value.facts["reason"] == "too_many_steps"
    assert refused.value.facts["line"] == 8 + 9 * 6 + 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [("receipt/one.toml", "no_version"), ("receipt/0.toml", "no_version"), ("x/1.toml", "id_is_not_the_folder")],
)
def test_the_file_name_is_the_version_and_the_folder_the_id(name: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        load(GOOD, name)
    assert refused.value.facts["reason"] == reason


def test_a_step_of_every_container_cannot_be_named_where_there_is_no_one_container() -> None:
    bad = GOOD.replace('when = "R-40 != accept"', 'when = "R-29 != R-22"', 1)
    with pytest.raises(Refusal) as refused:
        load(bad, "receipt/1.toml")
    assert refused.value.facts["reason"] == "no_one_container"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_checklist_with_any_line_cut_out_or_damaged_is_read_or_refused_with_a_line(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    cut = data.draw(st.integers(0, len(lines[number])))
    lines[number] = lines[number][:cut] + data.draw(st.sampled_from(["", "x", '"', "= 1", "[[section]]", "true"]))
    try:
        template = load("\n".join(lines), "receipt/1.toml")
    except Refusal as refusal:
        assert refusal.code == "template.mistake"
        assert 1 <= int(str(refusal.facts["line"])) <= len(lines)
        return
    assert template.id == "receipt"

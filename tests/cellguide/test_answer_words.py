# ruff: noqa: E501  (tables read better in one line a row)
from __future__ import annotations

import pytest

from cellguide.answer_words import limit_words, unit_words, value_words, verdict_words
from cellguide.runs.state import Verdict
from cellguide.templates import latest
from cellguide.templates.values import Step
from cellguide.words import catalogue

RECEIPT = latest("receipt")


def step(id: str) -> Step:
    return RECEIPT.step(id)


@pytest.mark.parametrize(
    ("id", "kept", "zh", "en"),
    [
        ("R-09", {"text": "999-1", "how": "scanned"}, "999-1", "999-1"),
        ("R-09", {"text": "999-1", "how": "typed"}, "999-1（手工输入）", "999-1 (typed)"),
        ("R-28", {"decimal": "2"}, "2 件", "2 pcs"),
        ("R-35", {"decimal": "-150"}, "−150 °C", "−150 °C"),
        ("R-40", "hold", "锁定·待处理", "hold"),
        ("R-21", ["delivery_note", "invoice"], "随货同行单、发票", "delivery note, invoice"),
        ("R-26", "2026-10-05T09:14:48.000+08:00", "2026-10-05 09:14:48 +08:00", "2026-10-05 09:14:48 +08:00"),
        ("R-17", {"text": "none"}, "无报警", "no alarm"),
        ("R-17", {"text": "alarm"}, "有报警", "alarm"),
        ("R-19", {"number": "-183.9"}, "−183.9 °C", "−183.9 °C"),
        ("R-15", {"silent": True}, "未载明", "not stated"),
        ("R-01", {"flag": False}, "否", "No"),
        ("R-43", {"number": "0"}, "0", "0"),
        ("R-30", None, "—", "—"),
    ],
)
def test_an_answer_reads_as_a_person_would_say_it(id: str, kept: object, zh: str, en: str) -> None:
    assert value_words(step(id), kept) == {"zh": zh, "en": en}


@pytest.mark.parametrize(
    ("id", "rule", "limit", "level", "zh", "en"),
    [
        ("R-19", "it <= profile.storage_c_max", "profile.storage_c_max = -150", "ok", "≤ −150 °C", "≤ −150 °C"),
        ("R-20", "it <= site.transport_gap_min", "site.transport_gap_min = 5", "warn", "≤ 5 min", "≤ 5 min"),
        ("R-06", "it >= site.o2_percent_min", "site.o2_percent_min = 19.5", "ok", "≥ 19.5 % O2", "≥ 19.5 % O2"),
        ("R-16", "it.shown_c <= profile.storage_c_max", "profile.storage_c_max = -150", "ok", "≤ −150 °C", "≤ −150 °C"),
        ("R-28", "it = shipment.count", "shipment.count = 2", "ok", "= 2 件", "= 2 pcs"),
        ("R-32", "it matches container.lot", "container.lot = DC = 7", "hard", "= DC = 7", "= DC = 7"),
        ("R-33", "it >= order.planned_on + 14 d", "order.planned_on = 2026-10-22", "warn", "≥ 2026-10-22 + 14 天", "≥ 2026-10-22 + 14 d"),
        ("R-30", "it in order.name_forms", "order.name_forms = 演示", "ok", "= 演示", "= 演示"),
        ("R-31", "it in order.second_ids", "order.second_ids = a, b, c, d", "ok", "所知 4 种之一", "one of 4 known"),
        ("R-31", "it in order.second_ids", "order.second_ids = a, b, c, d", "hard", "之一：a、b、c 等 4 种", "one of: a, b, c … (4 in all)"),
        ("R-21", "it has profile.docs_required", "profile.docs_required = delivery_note, invoice", "ok", "必备 2 种", "the 2 required"),
        ("R-21", "it has profile.docs_required", "profile.docs_required = rfic", "held", "须有：输注放行证明（RfIC）", "must include: release for infusion certificate"),
    ],
)  # fmt: skip
def test_a_limit_reads_as_a_person_would_write_it(id: str, rule: str, limit: str, level: str, zh: str, en: str) -> None:
    assert limit_words(step(id), Verdict(level, rule, limit)) == {"zh": zh, "en": en}


def test_a_time_is_compared_with_a_time_in_the_same_form() -> None:
    rule = next(rule for rule in step("R-14").rules if not rule.need.plus_min)
    found = limit_words(step("R-14"), Verdict("ok", rule.text, "run.arrived_at = 2026-10-05T09:13:12.000+08:00"))
    assert found == {"zh": "> 2026-10-05 09:13:12 +08:00", "en": "> 2026-10-05 09:13:12 +08:00"}


@pytest.mark.parametrize(
    ("id", "rule", "limit"),
    [
        ("R-01", "it = yes", ""),
        ("R-38", "it <= profile.receipt_ambient_s_max", "profile.receipt_ambient_s_max = silent"),
        ("R-38", "it <= site.ambient_warn_s", "site.ambient_warn_s = missing"),
        ("R-37", "container.place_free", "container.place_free = yes"),
        ("R-19", "a rule of another version", "profile.storage_c_max = -150"),
    ],
)
def test_where_there_is_no_value_there_is_no_limit(id: str, rule: str, limit: str) -> None:
    assert limit_words(step(id), Verdict("ok", rule, limit)) is None


def test_a_verdict_says_only_what_its_level_does_not() -> None:
    assert verdict_words(Verdict("ok", "it = yes"))["zh"] == ""
    assert verdict_words(Verdict("ok", "r", "profile.x = silent", why="silent"))["en"] == "no label limit"
    assert verdict_words(Verdict("held", "r", why="unknown"))["zh"] == "尚未查明"
    assert verdict_words(Verdict("held", "r", why="not_met"), cleared=True)["en"] == "cleared, see below"


def test_every_code_of_every_question_has_a_word_in_both_languages() -> None:
    for name in ("receipt", "receipt-not-opened", "night-custody", "clock-check"):
        for one in latest(name).steps:
            for code in one.of:
                words = value_words(one, [code] if one.ask == "many" else code)
                assert words["zh"] != code, (name, one.id, code)


def test_units_that_are_words_are_words() -> None:
    assert unit_words("pcs", "zh") == "件"
    assert unit_words("% O2", "zh") == "% O2"
    assert {key for key in catalogue("answer") if key.startswith("answer.unit.")} == {
        "answer.unit.pcs",
        "answer.unit.d",
    }

"""What a person is told names no code where there is a word for it."""

from __future__ import annotations

import re

import pytest

from cellguide import refusal_words
from cellguide.people import MAY, MAY_SIGN, ROLES
from cellguide.refusal import Refusal
from cellguide.templates.released import released
from cellguide.words import catalogue

SAID = (
    (Refusal("session.role", act="add_place", role="nurse"), "护士", "Nurse"),
    (Refusal("run.roles", needed="pharmacist, quality|physician", given="nurse"), "或医师", " or Physician"),
    (Refusal("order.field_missing", field="coi"), "COI", "COI"),
    (Refusal("order.over", order="O-A-1", state="cancelled"), "已取消", "cancelled"),
    (Refusal("sign.order", first="performed", meaning="checked"), "执行", "Performed"),
    (Refusal("sign.training", person="1", product="P", task="receipt"), "接收", "receipt"),
    (Refusal("record.not_signed", record="R", state="frozen"), "待生成", "not drawn yet"),
    (Refusal("run.unfinished", count=1, first="R-05", what="unsigned"), "R-05", "R-05"),
    (Refusal("excursion.roles", needed="pharmacist + quality"), "药师＋质量", "Pharmacist + Quality"),
)


@pytest.mark.parametrize(("refusal", "zh", "en"), SAID, ids=lambda one: getattr(one, "code", ""))
def test_codes_are_said_in_the_language_of_the_moment(refusal: Refusal, zh: str, en: str) -> None:
    assert zh in refusal_words.said(refusal, "zh")
    assert en in refusal_words.said(refusal, "en")
    chinese = refusal_words.said(refusal, "zh")
    assert not re.search(r"\b(add_place|pharmacist|quality|receipt|coi|frozen|performed)\b", chinese)


def test_what_has_no_word_stands_as_it_was_given() -> None:
    typed = refusal_words.said(Refusal("order.code", field="sex", given="演示 x, y"), "en")
    assert "演示 x, y" in typed
    assert "7" in refusal_words.said(Refusal("order.count", given=7), "zh")


@pytest.mark.req("REG-020")
def test_every_act_role_and_checklist_has_its_words() -> None:
    assert {f"act.{name}" for name in MAY} == set(catalogue("act"))
    assert {name.partition(".")[2] for name in catalogue("people") if name.startswith("people.role.")} >= {
        f"role.{role}" for role in ROLES
    }
    assert {f"station.meaning.{name}" for name in MAY_SIGN} <= set(catalogue("station"))
    assert {f"fact.task.{name}" for name, _ in released()} <= set(catalogue("fact"))

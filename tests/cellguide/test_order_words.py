"""Every refusal and every code of orders, shipments, containers and deviations has its words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cellguide import deviations, orders, patients, shipments, similar, words
from cellguide.deviations import Cause

ROOT = Path(__file__).resolve().parents[2] / "cellguide"
FILES = [
    *(
        ROOT / f"{name}.py"
        for name in ("patients", "similar", "deviations", "containers", "container_life", "orders", "shipments")
    ),
    *(ROOT / "acts" / f"{name}.py" for name in ("orders", "shipments", "containers", "deviations")),
    *(ROOT.parent / "ui" / "wiring" / f"{name}.py" for name in ("backups", "reserving")),
]
AREAS = ("patient", "order", "shipment", "container", "deviation")
CODE = re.compile(r'Refusal\(\s*"(\w+)\.(\w+)"((?:[^()]|\([^()]*(?:\([^()]*\))?[^()]*\))*)\)')


def _raised() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in FILES:
        for area, code, facts in CODE.findall(path.read_text(encoding="utf-8")):
            if area in AREAS:
                names = set(re.findall(r"(\w+)=", facts))
                found[f"refusal_{area}.{area and code}"] = found.get(f"refusal_{area}.{code}", names) & names
    return found


def test_every_refusal_has_a_sentence_that_names_only_facts_it_has() -> None:
    raised = _raised()
    known = {key: pair for area in AREAS for key, pair in words.catalogue(f"refusal_{area}").items()}
    assert set(raised) == set(known)
    for key, pair in known.items():
        for text in pair.values():
            assert set(re.findall(r"{(\w+)}", text)) <= raised[key], key


@pytest.mark.parametrize("area", AREAS)
def test_a_refusal_says_what_was_not_saved(area: str) -> None:
    for key, pair in words.catalogue(f"refusal_{area}").items():
        assert re.search("没有(保存|更改|核实|批准|关闭)", pair["zh"]), key
        assert re.search("(Nothing was|not closed)", pair["en"]), key
        assert "复苏" not in pair["zh"]


@pytest.mark.req("REG-050")
def test_every_code_that_a_list_shows_has_its_word() -> None:
    held = {f"{name}_{how}" for name in orders.HOLDER for how in ("missing", "lapsed")}
    others = {"provisional", "identity_not_verified", "no_product", "profile_draft", "no_coi", "no_initials"}
    points = held | others | {"consent_missing", "hbv_unknown", "hbv_prophylaxis"}
    expected = {
        "order": {
            *(f"point.{code}" for code in points),
            *(f"trap.{code}" for code in similar.CODES),
            *(f"number.{code}" for code in patients.NUMBER_TYPES),
            *(f"field.{name}" for name in (*orders.CLINICAL, *orders.DAYS, *orders.EVIDENCE)),
            *(f"result.{code}" for codes in orders.CLINICAL.values() for code in codes),
            *(f"ld.{code}" for code in orders.LD_CHOICES),
        },
        "shipment": {
            *(f"field.{name}" for name in (*shipments.ACCEPTANCE, "lot", "expiry")),
            *(f"state.{state}" for state in (shipments.ANNOUNCED, shipments.ARRIVED, shipments.RECEIVED)),
        },
        "deviation": {f"severity.{code}" for code in deviations.SEVERITIES},
    }
    for area, codes in expected.items():
        assert {f"{area}.{code}" for code in codes} <= set(words.catalogue(area))


def test_a_cause_is_told_in_the_words_of_its_language() -> None:
    cause = Cause("unexpected_fact", "major", facts=(("container", "C-1"), ("fact", "removed"), ("state", "pending")))
    assert deviations.sentence(cause, "zh") == "C-1：取出（当时状态：待验）"
    assert deviations.sentence(cause, "en") == "C-1: taken out of the cold, while it was pending acceptance"
    assert "warm_shipper" in deviations.sentence(Cause("warm_shipper", "major"), "en")
    step = Cause("warm_shipper", "major", facts=(("step", "R-16"), ("title", "到货温度")))
    assert deviations.sentence(step, "zh") == "R-16 到货温度：不符合要求"

"""What the judge says, line by line: the table of engineering-review C and its corners."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from one_step import AT, BY, begun, checklist, judged

from cellguide.clock import parse_iso
from cellguide.facts import MISSING, SILENT
from cellguide.runs import Facts, Key, Verdict, answer, judge, not_applicable

EXPOSURE = (
    'id = "R-26"\nask = "time"\nmarks = "OPENED"',
    'id = "R-37"\nask = "place"\nmarks = "PLACED"\nper = "container"',
    'id = "R-38"\nask = "calc"\ncalc = "exposure_s"\nper = "container"\n'
    'rule = [{ need = "it <= profile.receipt_ambient_s_max", else = "held", by = ["pharmacist"], proof = "holder" },'
    '{ need = "it <= site.ambient_warn_s", else = "warn" }]',
)
OUT_128_S = [("R-26", "2026-11-22T13:57:52+08:00"), ("R-37", "A/3/07")]
RELEASE = (
    'id = "R-23"\nask = "choice"\nof = ["final", "conditional"]\n'
    'words = { final = { zh = "a", en = "b" }, conditional = { zh = "a", en = "b" } }\n'
    'also = [{ id = "due", ask = "date", zh = "日期", en = "Date", when = "it = conditional" }]\n'
    'rule = [{ need = "it = final", else = "held", by = ["physician"] }]',
)
REMOVE = (
    'id = "T-21"\nask = "time"\nmarks = "REMOVED"\n'
    'rule = [{ when = "profile.next_after_infused", need = "container.previous_infused", else = "hard" }]',
)
NEXT, PREVIOUS = "profile.next_after_infused", "container.previous_infused"
EXPIRY = (
    'id = "R-33"\nask = "date"\n'
    'rule = [{ need = "it >= order.planned_on", else = "held", by = ["physician"] },'
    '{ need = "it >= order.planned_on + 14 d", else = "warn" }]',
)
PLANNED = {"order.planned_on": date(2026, 12, 1)}
LIMIT = (
    'id = "R-35"\nask = "num"\nunit = "°C"\nsigned = true\n'
    'rule = [{ need = "it = profile.storage_c_max", else = "held", by = ["quality"] }]',
)
SCAN = ('id = "R-29"\nask = "scan"\nrule = [{ need = "it in order.chain_ids", else = "hard" }]',)
PAPERS = (
    'id = "R-21"\nask = "many"\nof = ["coa", "rfic"]\n'
    'words = { coa = { zh = "a", en = "b" }, rfic = { zh = "a", en = "b" } }\n'
    'rule = [{ need = "it has profile.docs_required", else = "held", by = ["pharmacist"] }]',
)
NAME = ('id = "R-30"\nask = "text"\nrule = [{ need = "it matches order.name_form", else = "hard" }]',)
READING = ('id = "R-46"\nask = "time"\nfuture = true\nrule = [{ need = "it <= now + 4 h", else = "warn" }]',)
OUTSIDE = (
    'id = "R-11"\nask = "many"\nof = ["none", "dent"]\n'
    'words = { none = { zh = "a", en = "b" }, dent = { zh = "a", en = "b" } }\n'
    'rule = [{ when = "it has dent", need = "it = none", else = "held", by = ["pharmacist"] }]',
)
DISPLAY = (
    'id = "R-16"\nask = "photo"\n'
    'also = [{ id = "shown_c", ask = "num", zh = "温度", en = "Shown", signed = true, optional = true }]\n'
    'rule = [{ need = "it.shown_c <= profile.storage_c_max", else = "held", by = ["quality"] }]',
)
PHOTO = {"sha256": "0" * 64}
TWO = (
    'id = "R-28"\nask = "num"\nunit = "pcs"',
    'id = "R-29"\nask = "num"\nunit = "pcs"\nrule = [{ need = "it = R-28", else = "warn" }]',
)
VITALS = (
    'id = "A-39"\nask = "set"\nof = ["temp_c", "pulse"]\n'
    'words = { temp_c = { zh = "a", en = "b" }, pulse = { zh = "a", en = "b" } }\n'
    'rule = [{ need = "it.temp_c <= device.c_limit_max", else = "warn" }]',
)
HOLD = ('id = "R-14"\nask = "calc"\ncalc = "shipment.hold_end_at"\nrule = [{ need = "it > now", else = "warn" }]',)
OPEN = ('id = "R-02"\nask = "yn"\nrule = [{ need = "it = yes", else = "warn" }]',)
DAYS = ('id = "R-33"\nask = "date"\nrule = [{ need = "it >= today", else = "warn" }]',)
HOURS = ('id = "R-33"\nask = "date"\nrule = [{ need = "it > order.planned_on + 36 h", else = "warn" }]',)
LATER = (
    'id = "R-28"\nask = "num"\nunit = "pcs"',
    'id = "R-30"\nask = "text"\nrule = [{ need = "it = R-28 + 4 h", else = "warn" }]',
)
LIST = ('id = "R-30"\nask = "text"\nrule = [{ need = "it in order.coi", else = "warn" }]',)
ORDER = ('id = "R-30"\nask = "text"\nrule = [{ need = "it <= order.coi", else = "warn" }]',)
CODES = (
    'id = "R-43"\nask = "calc"\ncalc = "shipment.acceptance_missing"\n'
    'rule = [{ need = "it in order.chain_ids", else = "warn" }]',
)
DAY = ('id = "R-33"\nask = "calc"\ncalc = "order.planned_on"\nrule = [{ need = "it >= today", else = "warn" }]',)
FLAG = ('id = "R-03"\nask = "calc"\ncalc = "profile.verified"\nrule = [{ need = "it", else = "hard" }]',)

TABLE: list[tuple[tuple[str, ...], list[tuple[str, Any]], dict[str, Any], str, str]] = [
    (EXPOSURE, OUT_128_S, {"profile.receipt_ambient_s_max": 180, "site.ambient_warn_s": 180}, "ok", ""),
    (EXPOSURE, OUT_128_S, {"profile.receipt_ambient_s_max": 128, "site.ambient_warn_s": 180}, "ok", ""),
    (EXPOSURE, OUT_128_S, {"profile.receipt_ambient_s_max": 127, "site.ambient_warn_s": 180}, "held", "not_met"),
    (EXPOSURE, OUT_128_S, {"profile.receipt_ambient_s_max": SILENT, "site.ambient_warn_s": 100}, "warn", "not_met"),
    (EXPOSURE, OUT_128_S, {"profile.receipt_ambient_s_max": SILENT, "site.ambient_warn_s": 180}, "ok", "silent"),
    (EXPOSURE, OUT_128_S, {"site.ambient_warn_s": 180}, "held", "unknown"),
    (RELEASE, [("R-23", "final")], {}, "ok", ""),
    (RELEASE, [("R-23", ("conditional", {"due": "2026-12-01"}))], {}, "held", "not_met"),
    (REMOVE, [("T-21", None)], {NEXT: True, PREVIOUS: True}, "ok", ""),
    (REMOVE, [("T-21", None)], {NEXT: True, PREVIOUS: False}, "hard", "not_met"),
    (REMOVE, [("T-21", None)], {NEXT: MISSING, PREVIOUS: False}, "hard", "not_met"),
    (REMOVE, [("T-21", None)], {PREVIOUS: True}, "ok", ""),
    (REMOVE, [("T-21", None)], {NEXT: True}, "hard", "unknown"),
    (REMOVE, [("T-21", None)], {NEXT: SILENT, PREVIOUS: False}, "ok", ""),
    (REMOVE, [("T-21", None)], {NEXT: False, PREVIOUS: False}, "ok", ""),
    (EXPIRY, [("R-33", "2026-11-30")], PLANNED, "held", "not_met"),
    (EXPIRY, [("R-33", "2026-12-14")], PLANNED, "warn", "not_met"),
    (EXPIRY, [("R-33", "2026-12-15")], PLANNED, "ok", ""),
    (EXPIRY, [("R-33", "2026-11-30")], {"order.planned_on": SILENT}, "ok", "silent"),
    (EXPIRY, [("R-33", "2026-12-01")], {"order.planned_on": parse_iso("2026-12-01T23:00:00+08:00")}, "warn", "not_met"),
    (LIMIT, [("R-35", "−150.00")], {"profile.storage_c_max": Decimal("-150")}, "ok", ""),
    (LIMIT, [("R-35", "-130")], {"profile.storage_c_max": Decimal("-150")}, "held", "not_met"),
    (LIMIT, [("R-35", "-150")], {"profile.storage_c_max": "-150"}, "held", "unknown"),
    (SCAN, [("R-29", "dc24097")], {"order.chain_ids": ("DC-24097",)}, "ok", ""),
    (SCAN, [("R-29", "DC-24096")], {"order.chain_ids": ("DC-24097",)}, "hard", "not_met"),
    (SCAN, [("R-29", "DC-24097")], {"order.chain_ids": ()}, "hard", "not_met"),
    (PAPERS, [("R-21", ["rfic", "coa"])], {"profile.docs_required": ("coa",)}, "ok", ""),
    (PAPERS, [("R-21", ["rfic"])], {"profile.docs_required": ("coa",)}, "held", "not_met"),
    (NAME, [("R-30", "ｚｍｍ")], {"order.name_form": "ZMM"}, "ok", ""),
    (NAME, [("R-30", "ZXM")], {"order.name_form": "ZMM"}, "hard", "not_met"),
    (NAME, [("R-30", {"text": "\ufa19", "as_typed": True})], {"order.name_form": "\u795e"}, "hard", "not_met"),
    (NAME, [("R-30", "--")], {"order.name_form": "--"}, "hard", "not_met"),
    (READING, [("R-46", "2026-11-22T18:00:00+08:00")], {}, "ok", ""),
    (READING, [("R-46", "2026-11-22T10:00:01+00:00")], {}, "warn", "not_met"),
    (OUTSIDE, [("R-11", ["none"])], {}, "ok", ""),
    (OUTSIDE, [("R-11", ["none", "dent"])], {}, "held", "not_met"),
    (DISPLAY, [("R-16", PHOTO)], {"profile.storage_c_max": -150}, "ok", "silent"),
    (DISPLAY, [("R-16", (PHOTO, {"shown_c": "-149.9"}))], {"profile.storage_c_max": -150}, "held", "not_met"),
    (TWO, [("R-28", "2"), ("R-29", "2.0")], {}, "ok", ""),
    (TWO, [("R-29", "2")], {}, "warn", "unknown"),
    (VITALS, [("A-39", {"temp_c": "36.8"})], {"device.c_limit_max": 38}, "ok", ""),
    (VITALS, [("A-39", {"pulse": "80"})], {"device.c_limit_max": 38}, "warn", "unknown"),
    (HOLD, [], {"shipment.hold_end_at": parse_iso("2026-11-22T14:00:00+08:00")}, "warn", "not_met"),
    (HOLD, [], {"shipment.hold_end_at": SILENT}, "ok", "silent"),
    (OPEN, [("R-02", False)], {}, "warn", "not_met"),
    (DAYS, [("R-33", "2026-11-22")], {}, "ok", ""),
    (DAYS, [("R-33", "2026-11-21")], {}, "warn", "not_met"),
    (HOURS, [("R-33", "2026-12-03")], PLANNED, "ok", ""),
    (HOURS, [("R-33", "2026-12-02")], PLANNED, "warn", "not_met"),
    (LATER, [("R-28", "2"), ("R-30", "x")], {}, "warn", "unknown"),
    (LIST, [("R-30", "x")], {"order.coi": "x"}, "warn", "unknown"),
    (LIST, [("R-30", "x")], {"order.coi": ("x",)}, "ok", ""),
    (ORDER, [("R-30", "x")], {"order.coi": "y"}, "warn", "unknown"),
    (CODES, [], {"shipment.acceptance_missing": ("a",), "order.chain_ids": ("a", "b")}, "ok", ""),
    (CODES, [], {"shipment.acceptance_missing": ("invoice",), "order.chain_ids": ("a",)}, "warn", "not_met"),
    (DAY, [], {"order.planned_on": date(2026, 11, 22)}, "ok", ""),
    (DAY, [], {"order.planned_on": date(2026, 11, 21)}, "warn", "not_met"),
    (FLAG, [], {"profile.verified": True}, "ok", ""),
    (FLAG, [], {"profile.verified": False}, "hard", "not_met"),
]


@pytest.mark.parametrize(("steps", "answers", "values", "level", "why"), TABLE)
def test_the_verdict_is(
    steps: tuple[str, ...], answers: list[tuple[str, Any]], values: dict[str, Any], level: str, why: str
) -> None:
    verdict = judged(steps, answers, values)
    assert (verdict.level, verdict.why) == (level, why)


def test_a_verdict_names_the_rule_the_limit_and_its_source() -> None:
    run = begun(checklist(*LIMIT))
    facts = Facts({"profile.storage_c_max": -150}, sources={"profile.storage_c_max": "演示说明书 2026-01-15"})
    _, given = answer(run, "R-35", None, "-130", by=BY, at=AT, facts=facts)
    assert given.verdict.rule == "it = profile.storage_c_max"
    assert given.verdict.limit == "profile.storage_c_max = -150"
    assert given.verdict.source == "演示说明书 2026-01-15"


def test_a_fact_of_one_container_is_not_that_of_another() -> None:
    template = checklist(
        'id = "R-37"\nask = "place"\nper = "container"\nrule = [{ need = "container.place_free", else = "warn" }]'
    )
    facts = Facts({"container.place_free": True}, {"C2": {"container.place_free": False}})
    run = begun(template, ("C1", "C2"))
    levels = [
        answer(run, "R-37", container, "A/1", by=BY, at=AT, facts=facts)[1].verdict.level for container in ("C1", "C2")
    ]
    assert levels == ["ok", "warn"]


@pytest.mark.parametrize(
    ("extra", "level"),
    [
        ("", "ok"),
        ('rule = [{ need = "it = order.coi", else = "warn" }]', "warn"),
        ('rule = [{ need = "it = order.coi", else = "held", by = ["nurse"] }]', "held"),
        ('rule = [{ need = "it = order.coi", else = "hard" }]', "hard"),
        ('check = "witness"', "held"),
        ('check = "value"', "hard"),
    ],
)
def test_leaving_a_step_out_weighs_as_much_as_what_hangs_on_it(extra: str, level: str) -> None:
    run = begun(checklist(f'id = "R-22"\nask = "scan"\n{extra}'))
    run, given = not_applicable(run, "R-22", None, reason="罐内，尚未开启", by=BY, at=AT, facts=Facts())
    assert given.verdict.level == level


def test_an_unanswered_step_has_no_stop_of_its_own() -> None:
    run = begun(checklist(*LIMIT))
    assert judge(run, Key("R-35"), Facts(), AT) == Verdict("ok", why="unanswered")

"""The limit that an answer was held against, in words of both languages, as the record freezes it."""

from __future__ import annotations

import re

from .answer_words import Both, joined, minus, stamp, unit_words
from .runs.state import Verdict
from .templates.values import Condition, Step
from .words import LANGS, Lang, catalogue, say

SAID_BY_THE_VERDICT = {"silent", "missing", "yes", "no"}  # facts without a value to print
SIGNS = {"<=": "≤ ", ">=": "≥ ", "<": "< ", ">": "> ", "=": "= ", "!=": "≠ ", "matches": "= ", "in": "= "}
LISTED_MAX = 3  # of several values that would do, more are counted, not listed: the entry holds them all
_MINUTES = {"d": 24 * 60, "h": 60, "min": 1}


def limit_words(step: Step, verdict: Verdict) -> Both | None:
    """``≤ −150 °C``, ``= DEMO-L1``, ``≥ 2026-10-22 + 14 d``; None where the rule names no value.

    ``verdict.limit`` is ``fact = value`` as ``runs.judging`` writes it; sign and unit come from the rule that spoke.
    """
    name, equals, value = verdict.limit.partition(" = ")
    need = next((rule.need for rule in step.rules if rule.text == verdict.rule), None)
    if not equals or need is None or not need.op or value in SAID_BY_THE_VERDICT:
        return None
    if need.right is None or need.right.name != name:
        return None
    return {lang: _limit(step, need, name, value, lang) for lang in LANGS}


def _limit(step: Step, need: Condition, name: str, value: str, lang: Lang) -> str:
    if need.op == "has":
        codes = [_code(step, name, code, lang) for code in value.split(", ")]
        return say("answer.must_have", lang, list=joined(codes, lang))
    if need.op == "in":
        values = value.split(", ")
        if len(values) > 1:
            more = say("answer.and_more", lang, count=len(values)) if len(values) > LISTED_MAX else ""
            return say("answer.one_of", lang, list=joined(values[:LISTED_MAX], lang)) + more
    return SIGNS[need.op] + _value(value, _unit(step, need), lang) + _plus(need.plus_min, lang)


def _code(step: Step, name: str, code: str, lang: Lang) -> str:
    """The word for a code: the step's own, else the profile's."""
    if code in step.of and step.words:
        return step.words[step.of.index(code)].say(lang)
    key = f"product.word.{name.removeprefix('profile.')}.{code}"
    return say(key, lang) if key in catalogue("product") else code


def _value(value: str, unit: str, lang: Lang) -> str:
    if re.fullmatch(r"-?\d+(\.\d+)?", value) and unit:
        return f"{minus(value)} {unit_words(unit, lang)}"
    return stamp(value)


def _unit(step: Step, need: Condition) -> str:
    """The unit of what is compared: that of the part which the rule speaks of, else the step's."""
    part = next((part for part in step.also if need.left.name in (part.id, f"it.{part.id}")), None)
    return part.unit if part is not None else step.unit


def _plus(minutes: int, lang: Lang) -> str:
    if not minutes:
        return ""
    unit = next(unit for unit, size in _MINUTES.items() if minutes % size == 0)
    return f" + {minutes // _MINUTES[unit]} {unit_words(unit, lang)}"

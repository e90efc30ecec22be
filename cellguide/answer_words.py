"""Answers, verdicts and limits as words in both languages, as the record freezes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .runs.state import Verdict
from .templates.values import Condition, Part, Step
from .words import LANGS, Lang, catalogue, say

Both = dict[str, str]

SAID_BY_THE_VERDICT = {"silent", "missing", "yes", "no"}  # facts without a value to print
SIGNS = {"<=": "≤ ", ">=": "≥ ", "<": "< ", ">": "> ", "=": "= ", "!=": "≠ ", "matches": "= ", "in": "= "}
LISTED_MAX = 3  # of several values that would do, more are counted, not listed: the entry holds them all
_MINUTES = {"d": 24 * 60, "h": 60, "min": 1}


def both(key: str, **facts: object) -> Both:
    """One sentence in both languages."""
    return {lang: say(key, lang, **facts) for lang in LANGS}


def value_words(spec: Step | Part, kept: Any) -> Both:
    """The kept value of an answer (``runs.inputs`` has the forms) as a person reads it."""
    return {lang: _words(spec, kept, lang) for lang in LANGS}


def _words(spec: Step | Part, kept: Any, lang: Lang) -> str:
    if kept is None:
        return "—"
    reader = _READERS.get(spec.ask)
    return reader(spec, kept, lang) if reader is not None else str(kept)


def joined(texts: Iterable[str], lang: Lang) -> str:
    """A list as each language writes it.

    >>> joined(["甲", "乙"], "zh"), joined(["one", "two"], "en")
    ('甲、乙', 'one, two')
    """
    return ("、" if lang == "zh" else ", ").join(texts)


def _coded(spec: Step | Part, code: str, lang: Lang) -> str:
    """The template's word for a code; for a code that a fact gives, the catalogue's."""
    if code in spec.of and spec.words:
        return spec.words[spec.of.index(code)].say(lang)
    key = f"answer.fact.{spec.calc}.{code}" if isinstance(spec, Step) else ""
    return say(key, lang) if key in catalogue("answer") else code


def unit_words(unit: str, lang: Lang) -> str:
    """A unit in words where it is one: counts and days; °C, s and min are the same everywhere.

    >>> unit_words("pcs", "zh"), unit_words("°C", "zh")
    ('件', '°C')
    """
    key = f"answer.unit.{unit}"
    return say(key, lang) if key in catalogue("answer") else unit


def _number(text: str, spec: Step | Part, lang: Lang) -> str:
    return minus(f"{text} {unit_words(spec.unit, lang)}" if spec.unit else text)


def stamp(iso: str) -> str:
    """Date, time to the second and offset.

    >>> stamp("2026-11-22T08:36:55.123+08:00")
    '2026-11-22 08:36:55 +08:00'
    """
    return f"{iso[:10]} {iso[11:19]} {iso[-6:]}" if re.match(r"\d{4}-\d\d-\d\dT", iso) and len(iso) >= 25 else iso


def minus(number: str) -> str:
    """A number with the true minus sign, as paper and screens print temperatures.

    >>> minus("-151.2 °C")
    '−151.2 °C'
    """
    return number.replace("-", "−", 1) if number.startswith("-") else number


def _calc(spec: Step | Part, kept: Mapping[str, Any], lang: Lang) -> str:
    [(kind, value)] = kept.items()
    if kind == "silent":
        return say("answer.not_stated", lang)
    if kind == "flag":
        return say("answer.yes" if value else "answer.no", lang)
    if kind == "time":
        return stamp(value)
    if kind == "codes":
        return joined((_coded(spec, code, lang) for code in value), lang) or "—"
    if kind == "number":
        return _number(str(value), spec, lang)
    return _coded(spec, str(value), lang)


def _scan(_spec: Step | Part, kept: Mapping[str, str], lang: Lang) -> str:
    how = "" if kept["how"] == "scanned" else say("answer.aside", lang, text=say(f"answer.{kept['how']}", lang))
    return kept["text"] + how


_READERS: Mapping[str, Callable[[Any, Any, Lang], str]] = {
    "yn": lambda spec, kept, lang: say(f"answer.{kept}", lang),
    "num": lambda spec, kept, lang: _number(kept["decimal"], spec, lang),
    "time": lambda spec, kept, lang: stamp(kept),
    "scan": _scan,
    "choice": _coded,
    "many": lambda spec, kept, lang: joined((_coded(spec, code, lang) for code in kept), lang),
    "photo": lambda spec, kept, lang: f"{say('answer.photo', lang)} {kept['sha256'][:8]}",
    "file": lambda spec, kept, lang: f"{kept.get('name', say('answer.file', lang))} · SHA-256 {kept['sha256'][:16]}",
    "set": lambda spec, kept, lang: " · ".join(
        f"{_coded(spec, name, lang)} {num['decimal']}" for name, num in kept.items()
    ),
    "sign": lambda spec, kept, lang: say(f"answer.signed_{kept['meaning']}", lang),
    "calc": _calc,
}


def verdict_words(verdict: Verdict, *, cleared: bool = False) -> Both:
    """What there is to say of a verdict besides its level: why nothing could be compared, or that people went on."""
    if cleared:
        return both("answer.cleared")
    if verdict.why == "silent":
        return both("answer.no_label_limit")
    return both("answer.unknown") if verdict.why == "unknown" else dict.fromkeys(LANGS, "")


# --- limits ----------------------------------------------------------------------------------------------------------


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
    return {lang: _limit(step, verdict, need, value, lang) for lang in LANGS}


def _limit(step: Step, verdict: Verdict, need: Condition, value: str, lang: Lang) -> str:
    name = verdict.limit.partition(" = ")[0]
    values = value.split(", ")
    if need.op == "has":
        if verdict.level == "ok":  # what was required stands in the answer
            return say("answer.all_required", lang, count=len(values))
        return say("answer.must_have", lang, list=joined([_word(step, name, code, lang) for code in values], lang))
    if need.op == "in" and len(values) > 1:
        if verdict.level == "ok":
            return say("answer.one_of_count", lang, count=len(values))
        more = say("answer.and_more", lang, count=len(values)) if len(values) > LISTED_MAX else ""
        return say("answer.one_of", lang, list=joined(values[:LISTED_MAX], lang)) + more
    return SIGNS[need.op] + _value(value, _unit(step, need), lang) + _plus(need.plus_min, lang)


def _word(step: Step, name: str, code: str, lang: Lang) -> str:
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
    part = next((part for part in step.also if part.id == need.left.part), None)
    return part.unit if part is not None else step.unit


def _plus(minutes: int, lang: Lang) -> str:
    if not minutes:
        return ""
    unit = next(unit for unit, size in _MINUTES.items() if minutes % size == 0)
    return f" + {minutes // _MINUTES[unit]} {unit_words(unit, lang)}"

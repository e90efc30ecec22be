"""Why a rule was not met: what was read, what was wanted, and where that stands, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellguide import runs
from cellguide.answer_words import limit_words, value_words
from cellguide.runs import Key
from cellguide.templates.values import Step
from ui.language import language, say

if TYPE_CHECKING:
    from ui.runner.reading import Reader

MISSING = "missing"  # how an entry says that nobody knows a fact yet


def why_words(reader: Reader, key: Key, step: Step, verdict: runs.Verdict) -> str:
    """One sentence: why, the value that the rule spoke of, what it must be, and the source of that."""
    why = say(f"run.why.{verdict.why}") if verdict.why else ""
    if verdict.why == "unknown":
        name = _fact_name(verdict.limit)
        return say("runner.why.unknown", why=_big(why), fact=name) if name else say("runner.why.alone", why=_big(why))
    if verdict.why != "not_met":
        return say("runner.why.alone", why=_big(why)) if why else ""
    facts = {"why": _big(why), "value": _value(reader, key, step, verdict)}
    limit = limit_words(step, verdict)
    if limit is None:
        return say("runner.why.value", **facts)
    facts["limit"] = limit[language.now]
    source = verdict.source_in(language.now)
    return say("runner.why.source", **facts, source=source) if source else say("runner.why.limit", **facts)


def _big(text: str) -> str:
    return text[:1].upper() + text[1:]


def _value(reader: Reader, key: Key, step: Step, verdict: runs.Verdict) -> str:
    """What the rule was held against: the answer, or that further input of it which the rule names."""
    answer = reader.run.current[key]
    rule = next((rule for rule in step.rules if rule.text == verdict.rule), None)
    part = step.part(rule.need.left.part) if rule is not None and rule.need.left.part else None
    if part is not None and part.id in answer.parts:
        return value_words(part, answer.parts[part.id])[language.now]
    return value_words(step, answer.value)[language.now]


def _fact_name(limit: str) -> str:
    """The name of the fact that nobody knows yet, where it has one for people."""
    name, _, value = limit.partition(" = ")
    space, _, field = name.partition(".")
    if value != MISSING:
        return ""
    if space == "site":
        from cellguide.products.site_limits import proposals

        return proposals()[field].label.say(language.now) if field in proposals() else ""
    if space == "profile":
        from cellguide.products import schema

        return say(f"product.field.{field}") if field in schema.FIELDS else ""
    return ""

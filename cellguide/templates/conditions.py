"""Reading one condition: ``operand [op operand [+ n h|d|min]]``, nothing nested (engineering-review C)."""

from __future__ import annotations

import re

from .fact_names import FACTS, NAMESPACES
from .values import Condition, Operand

OPS = ("=", "!=", "<=", ">=", "<", ">", "in", "has", "matches")
UNITS_MIN = {"min": 1, "h": 60, "d": 1440}

_STEP = re.compile(r"([A-Z]{1,3}-[0-9]{1,3})(?:\.([a-z][a-z0-9_]*))?")
_FACT = re.compile(r"[a-z]+\.[a-z0-9_]+")
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"-?[0-9]+")


class NotACondition(ValueError):  # noqa: N818 - it names what was found
    """Why a text is no condition, as a code the loader turns into a refusal."""


def parse_operand(text: str) -> Operand:
    """Read one operand. Raises NotACondition with a code and the word it failed at."""
    if text in ("now", "today"):
        return Operand(text, text)
    if text == "it" or text.startswith("it."):
        return Operand("it", "it", text[3:])
    if found := _STEP.fullmatch(text):
        return Operand("step", found[1], found[2] or "")
    if _NUMBER.fullmatch(text):
        return Operand("number", text)
    if _FACT.fullmatch(text):
        if text.partition(".")[0] not in NAMESPACES or text not in FACTS:
            raise NotACondition("unknown_fact", text)
        return Operand("fact", text)
    if _CODE.fullmatch(text):
        return Operand("code", text)
    raise NotACondition("unknown_operand", text)


def parse(text: str) -> Condition:
    """Read a condition.

    >>> parse("it >= order.planned_on + 14 d").plus_min
    20160
    >>> parse("profile.autologous").op
    ''

    Raises NotACondition: ``unknown_fact``, ``unknown_operand``, ``unknown_operator``, ``nested``, ``no_shift``.
    """
    words = text.split()
    if any(word in ("and", "or", "not") for word in words) or "(" in text:
        raise NotACondition("nested", text)
    if len(words) not in (1, 3, 6):
        raise NotACondition("no_condition", text)
    left = parse_operand(words[0])
    if len(words) == 1:
        if left.kind in ("code", "number"):
            raise NotACondition("unknown_operand", text)
        return Condition(text, left)
    if words[1] not in OPS:
        raise NotACondition("unknown_operator", words[1])
    plus_min = 0
    if len(words) == 6:
        if words[3] != "+" or not words[4].isdigit() or words[5] not in UNITS_MIN:
            raise NotACondition("no_shift", text)
        plus_min = int(words[4]) * UNITS_MIN[words[5]]
    return Condition(text, left, words[1], parse_operand(words[2]), plus_min)


def operands(condition: Condition) -> tuple[Operand, ...]:
    """Both sides of a condition, or the one it has."""
    return (condition.left,) if condition.right is None else (condition.left, condition.right)

"""A condition against a run: true, false, or one of the two ways of not knowing (engineering-review C and 12)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from ..clock import Moment
from ..facts import MISSING, SILENT, Unknown
from ..templates.fact_names import SCAN_FIELDS, FactSource, FactValue
from ..templates.values import Condition, Operand, Part, Step
from . import calcs
from .inputs import comparable, fold, same_text
from .scanned import again, field
from .state import Answer, Key, Run

Value = FactValue | Unknown


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a condition is read: the question, the answer proposed or given, the facts and the moment."""

    run: Run
    key: Key
    step: Step
    answer: Answer | None
    facts: FactSource
    at: Moment


def holds(condition: Condition, scene: Scene) -> bool | Unknown:
    """Evaluate. SILENT when a side says nothing; MISSING when one is not known yet or the two cannot be compared."""
    left = value_of(condition.left, scene)
    if condition.right is None:
        return left if isinstance(left, Unknown) else left is True or left == "yes"
    right = value_of(condition.right, scene)
    for unknown in (SILENT, MISSING):  # what one side leaves open by saying nothing, the other cannot break
        if left is unknown or right is unknown:
            return unknown
    assert not isinstance(left, Unknown)
    assert not isinstance(right, Unknown)
    shifted = _shift(right, condition.plus_min, scene.at)
    return shifted if isinstance(shifted, Unknown) else compare(left, condition.op, shifted, scene.at)


def applies(condition: Condition | None, scene: Scene) -> bool:
    """A ``when``: the unknown applies, the silent does not; so what nobody looked up cannot unlock anything."""
    if condition is None:
        return True
    result = holds(condition, scene)
    return result is True or result is MISSING


def value_of(operand: Operand, scene: Scene) -> Value:
    """What one side of a condition is worth here."""
    if operand.kind == "now":
        return scene.at
    if operand.kind == "today":
        return scene.at.day
    if operand.kind == "number":
        return Decimal(operand.name)
    if operand.kind == "code":
        return operand.name
    if operand.kind == "fact":
        return fact(operand.name, scene.run, scene.key.container, scene.facts)
    if operand.kind == "it":
        return _answered(scene.step, scene.answer, operand.part, scene)
    step = scene.run.template.step(operand.name)
    container = scene.key.container if step.per == "container" else None
    key = Key(step.id, container, scene.key.slot if step.times else 0)
    return _answered(step, scene.run.current.get(key), operand.part, scene)


def fact(name: str, run: Run, container: str | None, facts: FactSource) -> Value:
    """A fact by name; those of the run are computed here, all others are asked of ``facts``."""
    own = calcs.RUN_FACTS.get(name)
    return own(run) if own else facts.fact(name, container)


def _answered(step: Step, answer: Answer | None, part_name: str, scene: Scene) -> Value:
    if answer is None:
        return MISSING
    if answer.not_applicable:
        return SILENT
    if not part_name:
        return comparable(step, answer.value)
    if step.ask == "scan" and part_name in SCAN_FIELDS and step.part(part_name) is None:
        return again(scene.run, answer) if part_name == "again" else field(answer.value, part_name)
    if step.ask == "set":
        kept = answer.value.get(part_name)
        return Decimal(kept["decimal"]) if kept else MISSING
    kept = answer.parts.get(part_name)
    part = step.part(part_name)
    if part is None:
        return MISSING
    if kept is None:
        return MISSING if part_due(part, scene) else SILENT
    return comparable(part, kept)


def part_due(part: Part, scene: Scene) -> bool:
    """True when a further input has to be given with this answer."""
    return not part.optional and applies(part.when, scene)


# --- comparing --------------------------------------------------------------------------------------------------


def _shift(value: FactValue, minutes: int, at: Moment) -> Value:
    if not minutes:
        return value
    if isinstance(value, Moment):
        return value.plus(seconds=minutes * 60)
    if isinstance(value, date):
        days, rest = divmod(minutes, 1440)
        return value + timedelta(days=days) if not rest else end_of(value, at).plus(seconds=minutes * 60)
    return MISSING  # only times can be later


def end_of(day: date, at: Moment) -> Moment:
    """The last millisecond of a day at the site: a date without a time lasts until then (engineering-review F)."""
    zone = timezone(timedelta(minutes=at.offset_min))
    start = datetime.combine(day, time(), zone)
    since = start - datetime(1970, 1, 1, tzinfo=UTC)
    return Moment(since // timedelta(milliseconds=1) + 86_400_000 - 1, at.offset_min)


_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


def compare(left: FactValue, op: str, right: FactValue, at: Moment) -> bool | Unknown:
    """Compare two known values. MISSING where the two have nothing in common, so that no rule is met by accident."""
    if op in ("in", "has"):
        inner, outer = (left, right) if op == "in" else (right, left)
        return _within(inner, outer)
    if op == "matches":
        return same_text(left, right) if isinstance(left, str) and isinstance(right, str) else MISSING
    sides = _scale(left, right, at)
    if sides is not None:
        return _ORDER[op](*sides)
    if op in ("=", "!="):
        equal = _equal(left, right)
        return equal if isinstance(equal, Unknown) else equal == (op == "=")
    return MISSING


def _scale(left: FactValue, right: FactValue, at: Moment) -> tuple[Decimal, Decimal] | None:
    """Both as numbers on one scale, or None."""
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return Decimal(left), Decimal(right)
    if isinstance(left, date) and isinstance(right, date):
        return Decimal(left.toordinal()), Decimal(right.toordinal())
    if isinstance(left, Moment | date) and isinstance(right, Moment | date):
        first = left if isinstance(left, Moment) else end_of(left, at)
        second = right if isinstance(right, Moment) else end_of(right, at)
        return Decimal(first.utc_ms), Decimal(second.utc_ms)
    return None


def _equal(left: FactValue, right: FactValue) -> bool | Unknown:
    if isinstance(left, tuple) != isinstance(right, tuple):  # `it = none` of a step where many can be ticked
        left = left if isinstance(left, tuple) else (str(left),)
        right = right if isinstance(right, tuple) else (str(right),)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return set(left) == set(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return _yes(left) == _yes(right) if _yes(left) is not None and _yes(right) is not None else MISSING
    return left == right if isinstance(left, str) and isinstance(right, str) else MISSING


def _yes(value: FactValue) -> bool | None:
    return value if isinstance(value, bool) else {"yes": True, "no": False}.get(str(value))


def _within(inner: FactValue, outer: FactValue) -> bool | Unknown:
    if not isinstance(outer, tuple):
        return MISSING
    wanted = inner if isinstance(inner, tuple) else (inner,)
    if not all(isinstance(item, str) for item in wanted):
        return MISSING
    known = {fold(item) for item in outer} - {""}
    return all(fold(str(item)) in known for item in wanted)

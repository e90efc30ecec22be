"""A site's own alarm rules of a device: beyond a threshold for so long at once, or in all within a window.

Pure. A rule is kept as its fields, in the form of ``FIELDS``, all of them strings: numbers as they were typed. What a
rule judges stands in ``temperature.alarms``; it holds nothing and rejects nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from .refusal import Refusal
from .temperature.limits import AlarmRule, Limit, Mode, Side

FIELDS = ("name", "side", "limit_c", "mode", "minutes", "window_min", "source")
RULES_MAX = 6
MINUTES_MAX = 31 * 24 * 60


def rule(row: Sequence[str]) -> AlarmRule:
    """Read one rule; its source stands with its threshold. Raises Refusal ``place.alarm_rule`` (fact ``field``)."""
    if len(row) != len(FIELDS):
        raise Refusal("place.alarm_rule", field="name", given=str(len(row)))
    said = dict(zip(FIELDS, (str(one).strip() for one in row), strict=True))
    for field in ("name", "source"):
        if not said[field]:
            raise Refusal("place.alarm_rule", field=field, given="–")
    for field, allowed in (("side", Side), ("mode", Mode)):
        if said[field] not in {one.value for one in allowed}:
            raise Refusal("place.alarm_rule", field=field, given=said[field])
    mode, minutes = Mode(said["mode"]), _whole("minutes", said["minutes"], 1)
    window = None
    if mode is Mode.CUMULATIVE:  # "in all" means nothing without the time in which it is added up
        window = _whole("window_min", said["window_min"], minutes)
    elif said["window_min"]:
        raise Refusal("place.alarm_rule", field="window_min", given=said["window_min"])
    limit = Limit(Side(said["side"]), _celsius(said["limit_c"]), said["source"])
    return AlarmRule(said["name"], limit, mode, minutes, window)


def rules(rows: Iterable[Sequence[str]]) -> tuple[AlarmRule, ...]:
    """Read every rule of a device. Raises ``place.alarm_rule``; ``place.alarm_rules``: too many, or two of one name."""
    found = tuple(rule(row) for row in rows)
    if len(found) > RULES_MAX or len({one.name for one in found}) < len(found):
        raise Refusal("place.alarm_rules", count=len(found), most=RULES_MAX)
    return found


def reach_min(found: Iterable[AlarmRule]) -> int:
    """How far back readings must be looked at: the longest window, in minutes."""
    return max((one.window_min or 0 for one in found), default=0)


def raised(judgement: Mapping[str, Any]) -> list[tuple[str, int]]:
    """(name, UTC ms) of the rules that a judgement (``temperature.verdict.facts``) raised."""
    return [(str(name), int(at_ms)) for name, state, at_ms in judgement.get("alarms", ()) if state == "raised"]


def _whole(field: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= MINUTES_MAX):
        raise Refusal("place.alarm_rule", field=field, given=text or "–")
    return int(text)


def _celsius(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise Refusal("place.alarm_rule", field="limit_c", given=text or "–") from None
    if not found.is_finite():
        raise Refusal("place.alarm_rule", field="limit_c", given=text)
    return found

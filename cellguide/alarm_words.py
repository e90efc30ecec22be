"""A site's alarm rule in words, the same on the page, in the record and in the device's panel."""

from __future__ import annotations

from .answer_words import Both, both
from .temperature.limits import AlarmRule, Side

_HOUR_MIN = 60


def rule_words(rule: AlarmRule) -> Both:
    """Its name, beyond what, for how long: at once, or in all within a window."""
    sign = ">" if rule.limit.side is Side.HIGH else "<"
    limit = f"{sign} {rule.limit.value_c} °C".replace("-", "−")
    facts = {"name": rule.name, "limit": limit, "minutes": duration(rule.minutes)}
    return both(f"temperature_record.rule.{rule.mode.value}", window=duration(rule.window_min or 0), **facts)


def duration(minutes: int) -> str:
    """Minutes, or whole hours where they are some.

    >>> duration(90), duration(1440)
    ('90 min', '24 h')
    """
    hours, rest = divmod(minutes, _HOUR_MIN)
    return f"{hours} h" if hours and not rest else f"{minutes} min"

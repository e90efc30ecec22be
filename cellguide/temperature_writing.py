"""How times, lengths and temperatures are written in a temperature record and on the page beside it."""

from __future__ import annotations

from .answer_words import Both
from .clock import Moment, offset_at, parse_iso
from .temperature.limits import MINUTE_MS


def same(text: object) -> Both:
    """A text that is the same in both languages."""
    return dict.fromkeys(("zh", "en"), str(text))


def celsius(value: object) -> str:
    """A temperature as paper has it.

    >>> celsius("-150.0")
    '−150.0 °C'
    """
    return f"{value} °C".replace("-", "−")


def iso(at_ms: int, zone: str) -> str:
    """The time at the site with its offset, as a record keeps it."""
    return Moment(at_ms, offset_at(at_ms, zone)).iso


def moment(at_ms: int, zone: str) -> str:
    """The same as paper has it; seconds where there are some.

    >>> moment(1790822400000, "Asia/Shanghai")
    '2026-10-01 10:40 +08:00'
    """
    text = iso(at_ms, zone)
    clock = text[11:19] if text[17:19] != "00" else text[11:16]
    return f"{text[:10]} {clock} {text[23:]}"


def stamp(stamped: object, zone: str) -> str:
    """The same for an ISO time."""
    return moment(parse_iso(str(stamped)).utc_ms, zone)


def length(length_ms: int) -> str:
    """Whole minutes, rounded up: what is longer than a limit must not look as if it were not; days from two on.

    >>> length(840_001), length(3 * 86_400_000)
    ('15 min', '3.0 d')
    """
    if length_ms >= 2 * 86_400_000:
        return f"{-(-length_ms // 8_640_000) / 10:.1f} d"
    return f"{-(-length_ms // MINUTE_MS)} min"

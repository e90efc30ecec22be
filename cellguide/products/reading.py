"""From what a TOML file holds to typed values. What does not fit raises Wrong; the loader makes a Refusal of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from . import schema
from .profile import Text, Value


class Wrong(Exception):  # noqa: N818 - never leaves the loader
    """A reason word (``product.bad_profile.<reason>`` has its sentence), where it is, and what was found."""

    def __init__(self, reason: str, path: tuple[str | int, ...], **facts: object) -> None:
        self.reason = reason
        self.path = path
        self.facts = facts
        super().__init__(reason, path)


class NotA(Exception):  # noqa: N818 - never leaves the loader
    """A reader's "this is not a …": the reason word and what was expected."""

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason = reason
        self.facts = facts
        super().__init__(reason)


_SECONDS = {"s": 1, "min": 60, "h": 3600}
_DAYS = {"d": 1, "wk": 7}
_MONTHS = {"months": 1, "years": 12}
_LENGTH = re.compile(r"(\d{1,5}) (s|min|h|d|wk|months|years)")
_PATTERN = re.compile(r"(?:(?:\[[A-Za-z0-9-]+\]|\\d|[A-Za-z0-9]|[-/. ])(?:\{\d{1,2}(?:,\d{1,2})?\})?){1,20}")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_TEXT_MAX = 2000
COLDEST_C, WARMEST_C = Decimal("-273.15"), Decimal(100)
_PICTURE = 60
NUMBERS = (int, Decimal)


def picture(value: object) -> str:
    """What was found, short enough for a sentence."""
    text = str(value)
    return text if len(text) <= _PICTURE else text[: _PICTURE - 1] + "…"


def number(text: str) -> Decimal:
    """tomllib's ``parse_float``: exact. What is no number becomes NaN, so that the field's reader names its line."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def line(raw: object) -> str:
    """One line of words, trimmed by whoever wrote it."""
    if not isinstance(raw, str) or not raw or raw != raw.strip() or not raw.isprintable() or len(raw) > _TEXT_MAX:
        raise NotA("not_text", found=picture(raw))
    return raw


def text(raw: object) -> Text:
    """``"words"`` for both languages, or a table with ``zh``, ``en`` or both."""
    if isinstance(raw, str):
        return Text(line(raw), line(raw))
    if isinstance(raw, dict) and raw and set(raw) <= {"zh", "en"}:
        return Text(*(line(raw[lang]) if lang in raw else "" for lang in ("zh", "en")))
    raise NotA("not_text", found=picture(raw))


def flag(raw: object) -> bool:
    """``true`` or ``false``."""
    if not isinstance(raw, bool):
        raise NotA("not_a_flag", found=picture(raw))
    return raw


def count(raw: object) -> int:
    """A whole number from 0 to 999."""
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= 999:
        raise NotA("not_a_count", found=picture(raw))
    return raw


def _decimal(raw: object, reason: str) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise NotA(reason, found=picture(raw))
    value = Decimal(raw)
    if not value.is_finite():
        raise NotA(reason, found=picture(raw))
    return value


def temp_c(raw: object) -> Decimal:
    """Degrees Celsius between absolute zero and boiling water."""
    value = _decimal(raw, "not_a_temperature")
    if not COLDEST_C <= value <= WARMEST_C:
        raise NotA("not_a_temperature", found=picture(raw))
    return value


def amount(raw: object) -> Decimal:
    """A number above 0 and at most 100 000, in the unit of the field's name."""
    value = _decimal(raw, "not_an_amount")
    if not 0 < value <= 100_000:
        raise NotA("not_an_amount", found=picture(raw))
    return value


def _length(units: Mapping[str, int]) -> Callable[[object], int]:
    def read(raw: object) -> int:
        match = _LENGTH.fullmatch(raw) if isinstance(raw, str) else None
        if match is None or match[2] not in units or int(match[1]) == 0:
            raise NotA("not_a_length", found=picture(raw), units=" ".join(units))
        return int(match[1]) * units[match[2]]

    return read


seconds = _length(_SECONDS)
days = _length(_DAYS)
months = _length(_MONTHS)


def pattern(raw: object) -> str:
    """What a plain number looks like: letters, digits, ``[A-Z]``, ``\\d``, each with ``{n}`` or ``{n,m}``; no more, so
    that no pattern can take long."""
    value = line(raw)
    if _PATTERN.fullmatch(value) is None:
        raise NotA("not_a_pattern", found=picture(raw))
    try:
        re.compile(value)
    except re.error:
        raise NotA("not_a_pattern", found=picture(raw)) from None
    return value


def label_date(raw: object) -> str:
    """A TOML date, or ``"2024"``, ``"2024-04"``, ``"2024-04-19"``, or ``"not stated"``."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw.isoformat()
    if raw == schema.NOT_STATED:
        return schema.NOT_STATED
    match = _DATE.fullmatch(raw) if isinstance(raw, str) else None
    try:
        if match is None:
            raise ValueError
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise NotA("not_a_date", found=picture(raw)) from None
    return match[0]


def word(raw: object, allowed: tuple[str, ...]) -> str:
    """One of a closed list."""
    if not isinstance(raw, str) or raw not in allowed:
        raise NotA("unknown_word", found=picture(raw), allowed=" ".join(allowed))
    return raw


def words(raw: object, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Several of a closed list, each once, at least one."""
    if not isinstance(raw, list) or not raw:
        raise NotA("not_a_list", found=picture(raw))
    found = tuple(word(item, allowed) for item in raw)
    if len(set(found)) != len(found):
        raise NotA("twice_in_list", found=picture(" ".join(found)))
    return found


_PLAIN: dict[str, Callable[[object], Value]] = {
    "text": text,
    "line": line,
    "flag": flag,
    "count": count,
    "temp_c": temp_c,
    "amount": amount,
    "seconds": seconds,
    "days": days,
    "months": months,
    "pattern": pattern,
}


def value_of(field: schema.Field, raw: object) -> Value:
    """Read ``raw`` as the field's kind. Raises NotA."""
    if field.kind == "word":
        return word(raw, field.words)
    if field.kind == "words":
        return words(raw, field.words)
    return _PLAIN[field.kind](raw)

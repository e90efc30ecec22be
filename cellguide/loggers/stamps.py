"""Reading time stamps, and finding out in which order a file writes day, month and year – or that it cannot be known.

A date order is settled by the file's own content only: orders that cannot parse every date fall out; so do those
that make the times jump where another order makes them run evenly (formats 2.2.7). Two left: it is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from statistics import mode
from typing import NamedTuple

DAY_MS = 86_400_000
EPOCH_DAY = date(1970, 1, 1).toordinal()
ORDERS = ("ymd", "dmy", "mdy")

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan januar january janvier enero ene gennaio janeiro",
            "feb februar february février fevrier fév febrero fevereiro",
            "mar march märz marz mär mars marzo março",
            "apr april avril avr abril abr",
            "may mai mayo maio",
            "jun june juni juin junio junho",
            "jul july juli juillet juil julio julho",
            "aug august août aout agosto ago",
            "sep sept september septembre septiembre set setembro",
            "oct october okt oktober octobre octubre out outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember décembre déc diciembre dic dezembro",
        ),
        start=1,
    )
    for word in words.split()
}
_DATE = r"(?P<a>\d{1,4})\s?(?:[-/. ]|年)\s?(?P<b>\d{1,2}|[^\W\d]{3,10}\.?)\s?(?:[-/. ,]|月)\s?(?P<c>\d{1,4})日?"
_NAMED = r"(?P<m>[^\W\d]{3,10})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})"
_TIME = (
    r"(?P<half0>上午|下午)?\s?(?P<h>\d{1,2})[:时](?P<min>\d{2})(?:[:分](?P<s>\d{2})(?:[.,](?P<f>\d{1,6}))?)?秒?"
    r"\s?(?P<half>[AaPp]\.?\s?[Mm]\.?|上午|下午)?"
)
_ZONE = r"\s?(?P<zone>Z|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|UTC|GMT)?"
_BOTH = re.compile(rf"(?:{_DATE})(?:[T,;]\s?|\s+)?(?:{_TIME}{_ZONE})?$")
_NAMED_BOTH = re.compile(rf"(?:{_NAMED})[T ,;]+(?:{_TIME}{_ZONE})?$")
_TIME_FIRST = re.compile(rf"(?:{_TIME}{_ZONE})[T ,;]+(?:{_DATE})$")
_ISO = re.compile(r"(\d{4})[-/.](\d{2})[-/.](\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?$")


class Stamp(NamedTuple):
    """Wall time in ms since 1970 and, where the text has one, the offset in minutes east of UTC."""

    wall_ms: int
    offset_min: int | None


class Parts(NamedTuple):
    """A stamp taken apart, its day not yet in any order."""

    a: str
    b: str
    c: str
    day_ms: int
    offset_min: int | None


def parse(text: str, order: str) -> Stamp | None:
    """Read one stamp in the given date order; None when it is none, or no such day or time exists.

    >>> parse("2020-05-05T09:17:51+0200", "ymd")
    Stamp(wall_ms=1588670271000, offset_min=120)
    >>> parse("12:30:00 21/Nov/2025", "dmy") == parse("21.11.25 12:30", "dmy")
    True
    >>> parse("2025-02-29 10:00", "ymd")
    """
    plain = _ISO.match(text)
    if plain is not None and order == "ymd":
        year, month, day, hour, minute, second = plain.groups()
        day_number = _day(year, month, day, "ymd")
        if day_number is None or hour > "23" or minute > "59" or (second or "00") > "59":
            return None
        seconds = int(hour) * 3600 + int(minute) * 60 + int(second or 0)
        return Stamp(day_number * DAY_MS + seconds * 1000, None)
    parts = take_apart(text)
    if parts is None:
        return None
    day_number = _day(parts.a, parts.b, parts.c, order)
    return None if day_number is None else Stamp(day_number * DAY_MS + parts.day_ms, parts.offset_min)


def take_apart(text: str) -> Parts | None:
    """Split a stamp into its three date parts and the time of day; None when it does not look like one."""
    text = text.strip()
    if len(text) > 48:
        return None
    match = _BOTH.match(text) or _TIME_FIRST.match(text)
    if match is not None:
        a, b, c = match["a"], match["b"].rstrip(".").lower(), match["c"]
    else:
        match = _NAMED_BOTH.match(text)
        if match is None:
            return None
        a, b, c = match["y"], match["m"].lower(), match["d"]
    day_ms = _time_of_day(match)
    return None if day_ms is None else Parts(a, b, c, day_ms, _offset(match["zone"]))


def _time_of_day(match: re.Match[str]) -> int | None:
    if match["h"] is None:
        return 0
    hour, minute, second = int(match["h"]), int(match["min"]), int(match["s"] or 0)
    half = (match["half0"] or match["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith(("p", "下")) else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ((hour * 60 + minute) * 60 + second) * 1000 + int((match["f"] or "0").ljust(3, "0")[:3])


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    digits = re.search(r"([+-])(\d{2}):?(\d{2})$", zone)
    if digits is None:
        return 0
    return (-1 if digits[1] == "-" else 1) * (int(digits[2]) * 60 + int(digits[3]))


@lru_cache(maxsize=65536)
def _day(a: str, b: str, c: str, order: str) -> int | None:
    """Days since 1970, or None. A four-digit year decides its own place; two digits mean 20yy."""
    if not b.isdecimal() and len(a) < 4:
        order = "dmy"
    if len(a) == 4:
        if order != "ymd":
            return None
        year, month, day = a, b, c
    elif order == "ymd":
        if len(a) != 2 or len(c) > 2:
            return None
        year, month, day = a, b, c
    else:
        year = c
        day, month = (a, b) if order == "dmy" else (b, a)
    number = _MONTHS.get(month) if not month.isdecimal() else int(month)
    if len(year) not in (2, 4) or number is None or (len(month) > 2 and month.isdecimal()):
        return None
    try:
        whole_year = int(year) + (2000 if len(year) == 2 else 0)
        return date(whole_year, number, int(day)).toordinal() - EPOCH_DAY if whole_year >= 1980 else None
    except ValueError:
        return None


def orders(texts: Sequence[str], hint: date | None = None) -> tuple[str, ...]:
    """Return the date orders that the stamps leave possible: one settles it, two are a question, none: no dates.

    ``hint`` is a first day that the file states unmistakably elsewhere (a header with a month's name).

    >>> orders(["03/04/24 10:00", "03/04/24 10:05"]), orders(["13/04/2024 10:00"])
    (('ymd', 'dmy', 'mdy'), ('dmy',))
    """
    if all(_ISO.match(text) for text in texts):
        return ("ymd",) if texts else ()
    parts = [taken for taken in map(take_apart, texts) if taken is not None]
    if not parts:
        return ()
    days = {(part.a, part.b, part.c) for part in parts}
    allowed_bad = len(days) // 20
    left = [order for order in ORDERS if sum(_day(*day, order) is None for day in days) <= allowed_bad]
    if hint is not None:
        first = hint.toordinal() - EPOCH_DAY
        hinted = [order for order in left if _day(parts[0].a, parts[0].b, parts[0].c, order) == first]
        left = hinted or left
    if len(left) < 2 or _same(days, left):
        return tuple(left[:1])
    uneven = {order: _uneven(parts, order) for order in left}
    least = min(uneven.values())
    return tuple(order for order in left if uneven[order] < least + 2)


def _same(days: Iterable[tuple[str, str, str]], left: Sequence[str]) -> bool:
    """True when the orders that are left agree on every day (03/03, or a month by name)."""
    return all(len({_day(*day, order) for order in left}) == 1 for day in days)


def _uneven(parts: Sequence[Parts], order: str) -> int:
    """How many steps run backwards or are far longer than the usual one, under this order."""
    times = [
        number * DAY_MS + part.day_ms for part in parts if (number := _day(part.a, part.b, part.c, order)) is not None
    ]
    steps = [later - sooner for sooner, later in pairwise(times)]
    if steps and sum(step < 0 for step in steps) > len(steps) / 2:
        steps = [-step for step in steps]
    if not steps:
        return 0
    usual = max(mode(steps), 1)
    return sum(step < 0 or step > 1.5 * usual for step in steps)

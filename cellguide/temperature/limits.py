"""Limits and the numbers a site may set, as values; no numpy here.

Limits are Decimal and compared as whole numbers of the series' own resolution, so that 8.0 is exactly 8.0.
Equality is inside unless the limit says otherwise (regulation 3.3).
"""

from __future__ import annotations

import enum
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ..facts import Unknown
from ..refusal import Refusal

MINUTE_MS = 60_000


class Side(enum.StrEnum):
    """Which side of the limit is forbidden: ``HIGH`` = warmer than it, ``LOW`` = colder than it."""

    HIGH = "high"
    LOW = "low"


class Limit(NamedTuple):
    """One temperature limit in °C and where it comes from.

    ``inclusive``: standing exactly on the limit is already a breach, as in the WHO shipment-indicator alarms
    ("≥ 45 °C"); a product's limit never is.
    """

    side: Side
    value_c: Decimal
    source: str = ""
    inclusive: bool = False

    def breached_by(self, value_c: Decimal) -> bool:
        """Say whether one value lies outside."""
        if self.inclusive and value_c == self.value_c:
            return True
        return value_c > self.value_c if self.side is Side.HIGH else value_c < self.value_c

    def threshold(self, scale: int) -> int:
        """Return the whole number a scaled value must exceed (HIGH) or fall below (LOW) to be outside.

        >>> Limit(Side.HIGH, Decimal("8.0")).threshold(1), Limit(Side.HIGH, Decimal("8.05")).threshold(1)
        (80, 80)
        >>> Limit(Side.LOW, Decimal("-0.5"), inclusive=True).threshold(1)
        -4
        """
        exact = self.value_c.scaleb(scale)
        floor = int(exact.to_integral_value(ROUND_FLOOR))
        ceiling = int(exact.to_integral_value(ROUND_CEILING))
        if self.side is Side.HIGH:
            return ceiling - 1 if self.inclusive else floor
        return floor + 1 if self.inclusive else ceiling


class Mode(enum.StrEnum):
    """How out-of-limit time is counted: the longest single event, or all of them together."""

    SINGLE = "single"
    CUMULATIVE = "cumulative"


class AlarmRule(NamedTuple):
    """One alarm of a product or a place, e.g. "≥ 30 °C for 10 h cumulative".

    ``minutes``: out-of-limit time that raises it (reaching it is enough; 0 = at once).
    ``window_min``: a cumulative rule counts inside any window of so many minutes; None = over the whole series.
    ``priority``: the smaller, the more urgent.
    """

    name: str
    limit: Limit
    mode: Mode
    minutes: int
    window_min: int | None = None
    priority: int = 1


class Setting(NamedTuple):
    """A number of the site with its source (SOP, label, standard); two people sign each change."""

    value: Decimal
    source: str


def _default(number: str) -> Setting:
    return Setting(Decimal(number), "CellGuide default, docs/temperature.md")


class Rules(NamedTuple):
    """The site's numbers for judging a place. The defaults and their origin stand in docs/temperature.md."""

    unknown_min_max: Setting = _default("60")
    """Minutes: a hole longer than this holds what was inside (engineering-review 4)."""
    minor_min: Setting = _default("60")
    """Minutes above alarm 1 in one event after which a minor deviation is due (domain 5.3, level 0)."""
    call_holder_c: Setting = _default("-100")
    """°C: a cryogenic product warmer than this is held and the holder is called at once (clinical-review E9)."""
    lines_c: tuple[Setting, ...] = (_default("-135"), _default("-123"))
    """°C: critical lines of a cryogenic store whose crossings are counted (regulation 3.5)."""
    fresh_intervals: Setting = _default("4")
    """A last reading older than so many intervals is grey and no longer "active" (engineering-review 4)."""
    coverage_green: Setting = _default("0.99")
    coverage_amber: Setting = _default("0.95")
    fault_below_c: Setting = _default("-197")
    """°C: nothing in liquid nitrogen is colder; a reading below is a doubtful probe."""
    fault_above_c: Setting = _default("60")
    jump_c: Setting = _default("50")
    """°C within ``jump_s``: a doubtful probe."""
    jump_s: Setting = _default("120")
    stuck_s: Setting = _default("21600")
    """Seconds: one identical value for longer than this is a doubtful probe."""


TANK_MARGIN_C = _default("10")
"""°C below a tank's limit at which alarm 1 stands (clinical-review E11)."""


class PlaceLimits(NamedTuple):
    """What a place is held to by the site itself, before any product in it is looked at.

    ``margin``: alarm 1 stands so many °C below the upper limit; None = no alarm 1 (refrigerators).
    ``alarms``: further rules of the site for this place.
    """

    place: str
    limit_c_max: Decimal | None = None
    limit_c_min: Decimal | None = None
    source: str = ""
    margin: Setting | None = None
    alarms: tuple[AlarmRule, ...] = ()


class Stock(NamedTuple):
    """A product (or one container of it) that was inside the place, and what its label allows.

    ``limit_c_max``, ``limit_c_min``: °C, or SILENT (the label says nothing: no rule) or MISSING (nobody has read
    it: never passes; it is then held to the place's limit). ``since_ms``, ``until_ms``: when it was inside, UTC
    epoch milliseconds; None = before, or still.
    """

    key: str
    limit_c_max: Decimal | Unknown
    limit_c_min: Decimal | Unknown = Unknown.SILENT
    source: str = ""
    since_ms: int | None = None
    until_ms: int | None = None


class Period(NamedTuple):
    """From ``start_ms`` until ``end_ms``, UTC epoch milliseconds."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


def checked_period(start_ms: int, end_ms: int) -> Period:
    """Return the period. Raises Refusal ``temperature.period_empty`` when it has no length."""
    if end_ms <= start_ms:
        raise Refusal("temperature.period_empty")
    return Period(start_ms, end_ms)


def printed_c(value_c: Decimal, digits: int) -> str:
    """Return °C as it is printed: ROUND_HALF_UP to the logger's resolution (regulation 3.3), for print only.

    Alarms always compare the raw value.

    >>> printed_c(Decimal("8.05"), 1), printed_c(Decimal("-150.25"), 1), printed_c(Decimal("-0.04"), 1)
    ('8.1', '-150.3', '0.0')
    """
    rounded = value_c.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return str(abs(rounded) if rounded.is_zero() else rounded)

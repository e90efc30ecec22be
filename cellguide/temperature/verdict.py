"""What judging a place gives: values only, and their form for the ledger. Nothing here ever says "reject"."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import NamedTuple

from ..facts import Unknown
from .alarms import AlarmResult
from .excursions import Excursion, Totals
from .gaps import Coverage, Gap
from .guard import CertificateState, Guarded
from .limits import Limit, Period
from .series import DaySummary
from .suspicion import Suspicion


class Verdict(enum.StrEnum):
    """One word for a place and a period. Names in both languages: words/temperature_rule.toml, ``verdict``.

    ``SO_FAR``: in range up to the last reading of a period that still runs. ``BY_SUMMARY``: within limits, part of
    it known from day summaries only.
    """

    NO_DATA = "no_data"
    NO_LIMIT = "no_limit"
    EXCURSION = "excursion"
    NOT_DEMONSTRATED = "not_demonstrated"
    SO_FAR = "so_far"
    BY_SUMMARY = "by_summary"
    IN_RANGE = "in_range"


class Activity(enum.StrEnum):
    """Of excursions that the readings leave open: ``ACTIVE`` only when the last reading is fresh."""

    NONE = "none"
    ACTIVE = "active"
    AT_LAST_IMPORT = "at_last_import"


class Flag(enum.StrEnum):
    """What a person must look at beside the verdict."""

    IRREGULAR = "irregular"
    CONFLICT = "conflict"
    DISORDERED = "disordered"
    FUTURE = "future"
    LIMIT_MISSING = "limit_missing"
    NEAR_LIMIT = "near_limit"
    CALIBRATION_EXPIRED = "calibration_expired"
    NOT_CALIBRATED = "not_calibrated"


class Reason(enum.StrEnum):
    """Why a product must go on hold."""

    OVER = "over"
    UNDER = "under"
    SUMMARY = "summary"
    HOLE = "hole"


class Level(enum.IntEnum):
    """Domain 5.3 as clinical-review E9–E11 corrects it. ``ALARM``: warmer than alarm 1, inside every limit.
    ``TANK``: warmer than the tank's limit, inside the product's own. ``HOLD``: beyond the product's limit, or
    unknown for too long. ``CALL``: warmer than the site's line for cryogenic products: hold, and the holder on the
    phone at once; still nobody's reject."""

    QUIET = -1
    ALARM = 0
    TANK = 1
    HOLD = 2
    CALL = 3


class Extreme(NamedTuple):
    value_c: Decimal
    at_ms: int


class LineCount(NamedTuple):
    """A critical line: how often it was crossed towards warm, and for how long (milliseconds)."""

    line_c: Decimal
    crossings: int
    measured_ms: int
    worst_ms: int


class Hold(NamedTuple):
    """One product that must go on hold. ``limit``: the rule broken, with its source (None for a hole);
    ``start_ms`` … ``end_ms``: from when it concerns the product, None = still open. ``call_holder``: at once."""

    key: str
    reason: Reason
    limit: Limit | None
    start_ms: int
    end_ms: int | None
    call_holder: bool


class ProductVerdict(NamedTuple):
    """A product during its time in the place within the period. ``limit``: the upper limit it was judged by (the
    place's where its own is missing; None where the label is silent). ``over_ms``: beyond its limits, measured and
    at worst; ``hole_ms``: longest time unknown."""

    key: str
    level: Level
    limit_c_max: Decimal | Unknown
    limit: Limit | None
    warmest: Extreme | None
    coldest: Extreme | None
    over_ms: int
    over_worst_ms: int
    hole_ms: int
    holds: tuple[Hold, ...]


class Judgement(NamedTuple):
    """Everything a screen, a paper or the ledger says of one place and period. Times UTC epoch milliseconds.

    ``upper``, ``lower``: the limits the place was held to (the coldest upper and the warmest lower limit of the
    site and of everything inside), each with its source. ``tail_ms``: age of the last reading, ``tail_grey``: too
    old to be "now". ``closed``: the whole period has passed (K10 and K11 count closed periods only).
    ``expected``: automatic readings there should have been in the passed part.
    """

    verdict: Verdict
    activity: Activity
    level: Level
    deviation: str | None
    period: Period
    closed: bool
    upper: Limit | None
    lower: Limit | None
    alarm_1: Limit | None
    excursions: tuple[Excursion, ...]
    totals: Totals
    alarm_events: tuple[Excursion, ...]
    alarms: tuple[AlarmResult, ...]
    lines: tuple[LineCount, ...]
    summary_breaches: tuple[DaySummary, ...]
    gaps: tuple[Gap, ...]
    coverage: Coverage
    grade: str
    tail_ms: int | None
    tail_grey: bool
    lo: Extreme | None
    hi: Extreme | None
    readings: int
    expected: int
    duplicates: int
    conflicts: int
    absent: int
    guarded: tuple[tuple[Limit, Guarded], ...]
    calibration: CertificateState
    suspicions: tuple[Suspicion, ...]
    flags: tuple[Flag, ...]
    products: tuple[ProductVerdict, ...]

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Which products must go on hold, and why."""
        return tuple(hold for product in self.products for hold in product.holds)


def facts(judgement: Judgement) -> dict[str, object]:
    """Return the judgement for a ledger entry: no floats, temperatures as decimal strings, times and durations as
    whole milliseconds; the verdict stands beside the limit used and its source, so that nothing is judged twice."""
    one = judgement
    return {
        "verdict": one.verdict.value,
        "activity": one.activity.value,
        "level": int(one.level),
        "deviation": one.deviation,
        "period": list(one.period),
        "closed": one.closed,
        "limits": [_limit(limit) for limit in (one.upper, one.lower) if limit],
        "alarm_1": _limit(one.alarm_1),
        "excursions": [_excursion(event) for event in one.excursions],
        "out_ms": one.totals.cumulative_ms,
        "out_worst_ms": one.totals.worst_ms,
        "lines": [[str(line.line_c), line.crossings, line.measured_ms, line.worst_ms] for line in one.lines],
        "alarms": [[result.rule.name, result.state.value, result.at_ms] for result in one.alarms],
        "gaps": [[gap.kind.value, gap.start_ms, gap.end_ms] for gap in one.gaps],
        "coverage": {**one.coverage._asdict(), "percent": str(one.coverage.percent), "grade": one.grade},
        "summaries_out": [[s.source, s.start_ms, s.end_ms, str(s.lo_c), str(s.hi_c)] for s in one.summary_breaches],
        "lo": _extreme(one.lo),
        "hi": _extreme(one.hi),
        "readings": one.readings,
        "expected": one.expected,
        "duplicates": one.duplicates,
        "conflicts": one.conflicts,
        "absent": one.absent,
        "guarded": [[_limit(limit), state.value] for limit, state in one.guarded],
        "calibration": one.calibration.value,
        "suspicions": [
            [s.doubt.value, s.sensor, s.start_ms, s.end_ms, str(s.value_c), s.events] for s in one.suspicions
        ],
        "flags": [flag.value for flag in one.flags],
        "products": [_product(product) for product in one.products],
    }


def _limit(limit: Limit | None) -> list[str] | None:
    return None if limit is None else [limit.side.value, str(limit.value_c), limit.source]


def _extreme(extreme: Extreme | None) -> list[object] | None:
    return None if extreme is None else [str(extreme.value_c), extreme.at_ms]


def _excursion(event: Excursion) -> dict[str, object]:
    plain = ("sensor", "start_ms", "end_ms", "measured_ms", "worst_ms", "min_ms", "max_ms", "peak_ms", "n")
    return {
        **{name: getattr(event, name) for name in plain},
        "limit": _limit(event.limit),
        "start_edge": event.start_edge.value,
        "end_edge": event.end_edge.value,
        "peak_c": str(event.peak_c),
        "degree_min": f"{event.degree_min:.1f}",
    }


def _product(product: ProductVerdict) -> dict[str, object]:
    own = product.limit_c_max
    return {
        "key": product.key,
        "level": int(product.level),
        "limit_c_max": own.value if isinstance(own, Unknown) else str(own),
        "limit": _limit(product.limit),
        "warmest": _extreme(product.warmest),
        "coldest": _extreme(product.coldest),
        "over_ms": product.over_ms,
        "over_worst_ms": product.over_worst_ms,
        "hole_ms": product.hole_ms,
        "holds": [
            [hold.reason.value, _limit(hold.limit), hold.start_ms, hold.end_ms, hold.call_holder]
            for hold in product.holds
        ],
    }

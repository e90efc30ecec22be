"""What a place's temperatures mean for each product in it: levels and holds (domain 5.3, clinical-review E9–E11).

A rule holds, it never rejects: a hold is lifted by people and the holder, a product is never lost by arithmetic.
"""

from __future__ import annotations

from decimal import Decimal

from ..facts import MISSING, Unknown
from .evidence import Evidence, touching_events
from .gaps import GapKind
from .limits import MINUTE_MS, Limit, Period, PlaceLimits, Rules, Side, Stock
from .verdict import Extreme, Hold, Level, ProductVerdict, Reason

_FOREVER_MS = 2**62


def inside(stock: Stock, period: Period) -> Period | None:
    """Return the part of the period during which the product was in the place, None when it was not."""
    start_ms = period.start_ms if stock.since_ms is None else max(period.start_ms, stock.since_ms)
    end_ms = period.end_ms if stock.until_ms is None else min(period.end_ms, stock.until_ms)
    return Period(start_ms, end_ms) if end_ms > start_ms else None


def place_limits(place: PlaceLimits, stock: tuple[Stock, ...], period: Period) -> tuple[Limit | None, Limit | None]:
    """Return (upper, lower): a place is held to the coldest upper and the warmest lower limit of the site and of
    anything that was in it during the period (domain 0.5)."""
    present = [one for one in stock if inside(one, period)]
    upper = [(place.limit_c_max, place.source), *((one.limit_c_max, _source(one)) for one in present)]
    lower = [(place.limit_c_min, place.source), *((one.limit_c_min, _source(one)) for one in present)]
    highs = [Limit(Side.HIGH, value, source) for value, source in upper if isinstance(value, Decimal)]
    lows = [Limit(Side.LOW, value, source) for value, source in lower if isinstance(value, Decimal)]
    coldest = min(highs, key=lambda limit: limit.value_c, default=None)
    return coldest, max(lows, key=lambda limit: limit.value_c, default=None)


def judge_stock(
    stock: Stock, evidence: Evidence, rules: Rules, place: tuple[Limit | None, Limit | None, Limit | None]
) -> ProductVerdict | None:
    """Judge one product; ``place`` = (upper, lower, alarm 1) of the place. None when it was not inside."""
    part = inside(stock, evidence.period)
    if part is None:
        return None
    upper, lower, alarm_1 = place
    high = _own(stock.limit_c_max, Side.HIGH, stock, upper)
    low = _own(stock.limit_c_min, Side.LOW, stock, lower)
    warmest, coldest = evidence.exposure(Side.HIGH, part), evidence.exposure(Side.LOW, part)
    hole_ms, hole_hold = _longest_hole(stock, evidence, rules, part, [limit for limit in (high, low) if limit])
    holds = [
        *_limit_holds(stock, evidence, high, warmest, part, rules),
        *_limit_holds(stock, evidence, low, coldest, part, rules),
        *hole_hold,
    ]
    over_ms, worst_ms = evidence.out_ms((high, low), part)
    return ProductVerdict(
        key=stock.key,
        level=_level(holds, warmest, upper, alarm_1),
        limit_c_max=stock.limit_c_max,
        limit=high,
        warmest=warmest,
        coldest=coldest,
        over_ms=over_ms,
        over_worst_ms=worst_ms,
        hole_ms=hole_ms,
        holds=tuple(holds),
    )


def _source(stock: Stock) -> str:
    return f"{stock.key}: {stock.source}" if stock.source else stock.key


def _own(value: Decimal | Unknown, side: Side, stock: Stock, place: Limit | None) -> Limit | None:
    """The limit a product is judged by. A silent label has none; a missing one is held to the place's."""
    if isinstance(value, Unknown):
        return place if value is MISSING else None
    return Limit(side, value, _source(stock))


def _calls(limit: Limit, value_c: Decimal, rules: Rules) -> bool:
    """The holder's line concerns products that live below it; a refrigerator is always above."""
    line_c = rules.call_holder_c.value
    return limit.side is Side.HIGH and limit.value_c < line_c < value_c


def _level(holds: list[Hold], warmest: Extreme | None, upper: Limit | None, alarm_1: Limit | None) -> Level:
    if holds:
        return Level.CALL if any(hold.call_holder for hold in holds) else Level.HOLD
    if warmest is not None and upper is not None and upper.breached_by(warmest.value_c):
        return Level.TANK
    if warmest is not None and alarm_1 is not None and alarm_1.breached_by(warmest.value_c):
        return Level.ALARM
    return Level.QUIET


def _limit_holds(
    stock: Stock, evidence: Evidence, limit: Limit | None, met: Extreme | None, part: Period, rules: Rules
) -> list[Hold]:
    """One hold for the readings and one for the day summaries that lie beyond the limit."""
    if limit is None:
        return []
    holds = []
    if met is not None and limit.breached_by(met.value_c):
        reason = Reason.OVER if limit.side is Side.HIGH else Reason.UNDER
        events = [(one, k) for one in evidence.touching(limit, part) for k in touching_events(one, part)]
        start_ms = min((int(one.start_ms[k]) for one, k in events), default=met.at_ms)
        end_ms = max((int(one.end_ms[k]) for one, k in events), default=met.at_ms)
        still = stock.until_ms is None and any(int(one.last[k]) + 1 == len(one.stream) for one, k in events)
        ended = None if still else min(end_ms, part.end_ms)
        call = _calls(limit, met.value_c, rules)
        holds.append(Hold(stock.key, reason, limit, max(start_ms, part.start_ms), ended, call))
    spoken = evidence.summaries_beyond(limit, part)
    if spoken:
        call = _calls(limit, max(one.hi_c for one in spoken), rules)
        holds.append(Hold(stock.key, Reason.SUMMARY, limit, spoken[0].start_ms, spoken[-1].end_ms, call))
    return holds


def _longest_hole(
    stock: Stock, evidence: Evidence, rules: Rules, part: Period, limits: list[Limit]
) -> tuple[int, list[Hold]]:
    """Holes hold when longer than the site's ``unknown_min_max``; a tail holds nothing, nor does a head."""
    since_ms = -_FOREVER_MS if stock.since_ms is None else stock.since_ms
    until_ms = _FOREVER_MS if stock.until_ms is None else stock.until_ms
    holes = evidence.unproved((GapKind.HOLE,), limits, Period(since_ms, until_ms))
    holes = holes[(holes[:, 1] > part.start_ms) & (holes[:, 0] < part.end_ms)]
    if not len(holes):
        return 0, []
    lengths = holes[:, 1] - holes[:, 0]
    longest = int(lengths.argmax())
    hole_ms, start_ms, end_ms = int(lengths[longest]), int(holes[longest, 0]), int(holes[longest, 1])
    if hole_ms <= rules.unknown_min_max.value * MINUTE_MS:
        return hole_ms, []
    return hole_ms, [Hold(stock.key, Reason.HOLE, None, start_ms, end_ms, False)]

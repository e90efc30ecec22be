"""One function from readings, limits and rules to a Judgement (DESIGN 6, domain 5.3, engineering-review 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..facts import MISSING
from .alarms import AlarmResult, AlarmState, run_rule
from .evidence import Evidence, gather, touching_events
from .excursions import Excursion, Totals, totals
from .gaps import Gap, GapKind, coverage, elapsed
from .guard import Certificate, CertificateState, Guarded, band_c, guard
from .limits import (
    MINUTE_MS,
    AlarmRule,
    Limit,
    Period,
    PlaceLimits,
    Rules,
    Side,
    Stock,
    checked_period,
)
from .series import DaySummary, Kind, Series
from .stock import judge_stock, place_limits
from .suspicion import suspicions
from .verdict import Activity, Extreme, Flag, Judgement, Level, LineCount, ProductVerdict, Verdict

Calibration = tuple[CertificateState, Certificate | None]
UNCALIBRATED: Calibration = (CertificateState.NONE, None)
_NOTHING = Totals(0, 0, 0, 0)


def judge(
    series: Iterable[Series],
    summaries: Sequence[DaySummary],
    place: PlaceLimits,
    stock: Sequence[Stock],
    rules: Rules,
    period: Period,
    now_ms: int,
    calibration: Calibration = UNCALIBRATED,
) -> Judgement:
    """Judge one place over a period.

    ``series``: everything read there, overlaps and rounds included, best with a day on either side of the period:
    events and holes at its edges are then seen whole. ``calibration``: from ``guard.certificate_state`` for the day
    judged. Raises Refusal ``temperature.period_empty``. Never raises for what the data are like.
    """
    checked_period(*period)
    evidence = gather(series, summaries, period, now_ms)
    upper, lower = place_limits(place, tuple(stock), period)
    alarm_1 = None
    if upper is not None and place.margin is not None:
        alarm_1 = Limit(Side.HIGH, upper.value_c - place.margin.value, place.margin.source)
    limits = [limit for limit in (upper, lower) if limit is not None]
    judged = (judge_stock(one, evidence, rules, (upper, lower, alarm_1)) for one in stock)
    products = tuple(one for one in judged if one is not None)
    events, sums = _events(evidence, limits)
    warnings, _ = _events(evidence, [alarm_1] if alarm_1 else [])
    spoken = tuple(dict.fromkeys(one for limit in limits for one in evidence.summaries_beyond(limit, period)))
    lo, hi = evidence.extreme(Side.LOW, period), evidence.extreme(Side.HIGH, period)
    level = _level(products, evidence, alarm_1, beyond=bool(events or spoken))
    known = coverage(evidence.streams, summaries, period, now_ms)
    tail_ms = _tail_ms(evidence, now_ms)
    grey = tail_ms is None or tail_ms > rules.fresh_intervals.value * _last_interval_ms(evidence)
    guarded = _guarded(limits, lo, hi, calibration)
    closed = now_ms >= period.end_ms
    verdict = _verdict(evidence, limits, bool(events or spoken), closed)
    return Judgement(
        verdict=verdict,
        activity=_activity(events, evidence, rules, now_ms),
        level=level,
        deviation=_deviation(level, verdict, warnings, rules),
        period=period,
        closed=closed,
        upper=upper,
        lower=lower,
        alarm_1=alarm_1,
        excursions=events,
        totals=sums,
        alarm_events=warnings,
        alarms=tuple(_alarm(evidence, rule) for rule in place.alarms),
        lines=_lines(evidence, upper, rules),
        summary_breaches=spoken,
        gaps=evidence.gaps,
        coverage=known,
        grade=known.grade(rules),
        tail_ms=tail_ms,
        tail_grey=grey,
        lo=lo,
        hi=hi,
        readings=_count(evidence, period),
        expected=_expected(evidence, elapsed(period, now_ms)),
        duplicates=sum(stream.duplicates for stream in evidence.streams),
        conflicts=sum(len(stream.conflicts_ms) for stream in evidence.streams),
        absent=sum(stream.absent for stream in evidence.streams),
        guarded=guarded,
        calibration=calibration[0],
        suspicions=suspicions(evidence.streams, rules, period),
        flags=_flags(evidence, products, guarded, calibration[0], now_ms),
        products=products,
    )


def _events(evidence: Evidence, limits: Sequence[Limit]) -> tuple[tuple[Excursion, ...], Totals]:
    found = [one for limit in limits for one in evidence.touching(limit, evidence.period)]
    if not found:
        return (), _NOTHING
    events = []
    for one in found:
        each = one.excursions()
        events += [each[k] for k in touching_events(one, evidence.period)]
    return tuple(sorted(events, key=lambda event: event.start_ms)), totals(found, *evidence.period)


def _verdict(evidence: Evidence, limits: Sequence[Limit], out: bool, closed: bool) -> Verdict:
    """A gap is never in range; at the two ends 1.5 intervals are the sampling, not a gap."""
    period = evidence.period
    if not evidence.streams and not evidence.summaries:
        return Verdict.NO_DATA
    if not limits:
        return Verdict.NO_LIMIT
    if out:
        return Verdict.EXCURSION
    slack_ms = 1.5 * _interval_ms(evidence)
    unproved = {kind: evidence.unproved((kind,), limits, period) for kind in GapKind}
    longest = {kind: max((int(b - a) for a, b in spans), default=0) for kind, spans in unproved.items()}
    irregular = any(stream.irregular for stream in evidence.streams if stream.kind is Kind.AUTOMATIC)
    tail = longest[GapKind.TAIL] > slack_ms
    if irregular or longest[GapKind.HOLE] or longest[GapKind.HEAD] > slack_ms or (tail and closed):
        return Verdict.NOT_DEMONSTRATED
    if tail:
        empty = all(gap.kind is GapKind.TAIL and gap.start_ms <= period.start_ms for gap in evidence.gaps)
        return Verdict.NOT_DEMONSTRATED if empty else Verdict.SO_FAR
    spoken = any(_needs_summary(gap, slack_ms) for gap in evidence.gaps)
    return Verdict.BY_SUMMARY if spoken else Verdict.IN_RANGE


def _needs_summary(gap: Gap, slack_ms: float) -> bool:
    return gap.kind is GapKind.HOLE or gap.length_ms > slack_ms


def _interval_ms(evidence: Evidence) -> int:
    """The interval of the freshest logger; 0 where only rounds are."""
    automatic = [stream for stream in evidence.streams if stream.kind is Kind.AUTOMATIC]
    newest = max(automatic, key=lambda stream: int(stream.t_ms[-1]), default=None)
    return 0 if newest is None else newest.interval_ms


def _last_interval_ms(evidence: Evidence) -> int:
    """The interval expected of whatever gave the last reading, a round's own included."""
    newest = max(evidence.streams, key=lambda stream: int(stream.t_ms[-1]), default=None)
    return 0 if newest is None else newest.interval_ms


def _tail_ms(evidence: Evidence, now_ms: int) -> int | None:
    """Age of the last reading of any kind; None when there is none."""
    last = max((int(stream.t_ms[-1]) for stream in evidence.streams), default=None)
    return None if last is None else max(0, now_ms - last)


def _activity(events: Sequence[Excursion], evidence: Evidence, rules: Rules, now_ms: int) -> Activity:
    open_sensors = {event.sensor for event in events if event.open}
    if not open_sensors:
        return Activity.NONE
    for stream in evidence.streams:
        fresh_ms = rules.fresh_intervals.value * stream.interval_ms
        if stream.sensor in open_sensors and now_ms - int(stream.t_ms[-1]) <= fresh_ms:
            return Activity.ACTIVE
    return Activity.AT_LAST_IMPORT


def _level(products: Sequence[ProductVerdict], evidence: Evidence, alarm_1: Limit | None, *, beyond: bool) -> Level:
    """The worst of the products' levels; for the place itself as if something without a limit stood in it. ``beyond``:
    an event or a day summary lies outside the place's limits, on either side."""
    own = Level.QUIET
    if beyond:
        own = Level.TANK
    elif evidence.touching(alarm_1, evidence.period):
        own = Level.ALARM
    return max([own, *(product.level for product in products)])


def _deviation(level: Level, verdict: Verdict, warnings: Sequence[Excursion], rules: Rules) -> str | None:
    """Which deviation is due: "major", "minor" or none (domain 5.3)."""
    if level >= Level.TANK or verdict is Verdict.EXCURSION:
        return "major"
    long_ms = rules.minor_min.value * MINUTE_MS
    return "minor" if any(event.measured_ms > long_ms for event in warnings) else None


def _lines(evidence: Evidence, upper: Limit | None, rules: Rules) -> tuple[LineCount, ...]:
    """Crossings of the critical lines of a store that lives below them; each run beyond a line is one crossing."""
    counts = []
    for line in rules.lines_c:
        if upper is not None and upper.value_c <= line.value:
            limit = Limit(Side.HIGH, line.value, line.source)
            found = evidence.touching(limit, evidence.period)
            # Two probes that see one warming saw one crossing.
            crossings = max((len(touching_events(one, evidence.period)) for one in found), default=0)
            counts.append(LineCount(line.value, crossings, *evidence.out_ms((limit,), evidence.period)))
    return tuple(counts)


def _alarm(evidence: Evidence, rule: AlarmRule) -> AlarmResult:
    """The worst answer of any sensor to one rule of the place."""
    order = (AlarmState.QUIET, AlarmState.POSSIBLE, AlarmState.RAISED)
    results = [run_rule(stream, rule, evidence.period) for stream in evidence.streams]
    quiet = AlarmResult(rule, AlarmState.QUIET, None, 0, 0)
    return max(results, key=lambda one: (order.index(one.state), one.measured_ms), default=quiet)


def _guarded(
    limits: Sequence[Limit], lo: Extreme | None, hi: Extreme | None, calibration: Calibration
) -> tuple[tuple[Limit, Guarded], ...]:
    """How far the extremes of the period can be told from the limits; only where the certificate has a point."""
    found = []
    for limit in limits:
        extreme = hi if limit.side is Side.HIGH else lo
        u_c = None if calibration[1] is None else band_c(calibration[1], limit.value_c)
        if extreme is not None and u_c is not None:
            found.append((limit, guard(extreme.value_c, limit, u_c)))
    return tuple(found)


def _count(evidence: Evidence, period: Period) -> int:
    """Automatic readings with a value inside the period, each moment once."""
    automatic = (stream.t_ms for stream in evidence.streams if stream.kind is Kind.AUTOMATIC)
    return sum(int(t_ms.searchsorted(period.end_ms) - t_ms.searchsorted(period.start_ms)) for t_ms in automatic)


def _expected(evidence: Evidence, past: Period) -> int:
    """Automatic readings that every sensor's interval asks for in the passed part of the period."""
    automatic = (stream for stream in evidence.streams if stream.kind is Kind.AUTOMATIC)
    return sum(past.length_ms // stream.interval_ms for stream in automatic if stream.interval_ms)


def _flags(
    evidence: Evidence,
    products: Sequence[ProductVerdict],
    guarded: Sequence[tuple[Limit, Guarded]],
    calibration: CertificateState,
    now_ms: int,
) -> tuple[Flag, ...]:
    streams = evidence.streams
    raised = {
        Flag.IRREGULAR: any(stream.irregular for stream in streams if stream.kind is Kind.AUTOMATIC),
        Flag.CONFLICT: any(stream.conflicts_ms for stream in streams),
        Flag.DISORDERED: any(stream.disordered for stream in streams),
        Flag.FUTURE: any(int(stream.t_ms[-1]) > now_ms for stream in streams),
        Flag.LIMIT_MISSING: any(product.limit_c_max is MISSING for product in products),
        Flag.NEAR_LIMIT: any(state is Guarded.WITHIN for _, state in guarded),
        Flag.CALIBRATION_EXPIRED: calibration is CertificateState.EXPIRED,
        Flag.NOT_CALIBRATED: calibration is CertificateState.NONE,
    }
    return tuple(flag for flag, up in raised.items() if up)

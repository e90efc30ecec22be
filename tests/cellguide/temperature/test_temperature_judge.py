"""Judging a place: verdict words, levels and holds (domain 5.3 as corrected, engineering-review 4 and 12)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from temperature_makers import a_series, at, minutes, span, steady

from cellguide import canonical, words
from cellguide.facts import MISSING, SILENT, Unknown
from cellguide.refusal import Refusal
from cellguide.temperature.guard import Certificate, CertificateState, Point
from cellguide.temperature.judge import judge
from cellguide.temperature.limits import TANK_MARGIN_C, AlarmRule, Mode, Period, PlaceLimits, Rules, Setting, Stock
from cellguide.temperature.series import DaySummary, Kind, Series
from cellguide.temperature.suspicion import Doubt
from cellguide.temperature.verdict import Activity, Flag, Judgement, Level, Reason, Verdict, facts

TANK = PlaceLimits("tank-B", margin=TANK_MARGIN_C)
FRIDGE = PlaceLimits("fridge-1", Decimal(8), Decimal(2), "site")
COLD = Stock("DEMO-CEL", Decimal(-150), source="label 3")
MILD = Stock("SAMPLE-CEL", Decimal(-120), source="label 1")


def a_spike(peak: str, base: str = "-180") -> Series:
    return a_series([*steady(base, 0, 590), (600, peak), *steady(base, 610, 1440)])


def judged(
    *series: Series,
    stock: tuple[Stock, ...] = (COLD, MILD),
    place: PlaceLimits = TANK,
    period: Period | None = None,
    now: float = 1440,
    summaries: tuple[DaySummary, ...] = (),
    rules: Rules = Rules(),  # noqa: B008 - an immutable value
) -> Judgement:
    return judge(series, summaries, place, stock, rules, period or span(0, 1440), at(now))


def levels(judgement: Judgement) -> dict[str, Level]:
    return {product.key: product.level for product in judgement.products}


def test_a_day_below_everything_is_in_range() -> None:
    one = judged(a_spike("-180"))
    assert (one.verdict, one.level, one.deviation, one.holds) == (Verdict.IN_RANGE, Level.QUIET, None, ())
    assert one.coverage.percent == Decimal("100.0")
    assert (one.readings, one.expected) == (144, 144)


def test_a_shared_tank_is_held_to_the_coldest_limit_in_it_and_alarm_1_stands_a_margin_below() -> None:
    one = judged(a_spike("-180"))
    assert one.upper is not None
    assert (one.upper.value_c, one.upper.source) == (Decimal(-150), "DEMO-CEL: label 3")
    assert one.alarm_1 is not None
    assert one.alarm_1.value_c == Decimal(-160)
    mild = judged(a_spike("-145", base="-165"), stock=(MILD,))
    assert mild.alarm_1 is not None
    assert mild.alarm_1.value_c == Decimal(-130)
    assert (mild.level, mild.deviation) == (Level.QUIET, None)


@pytest.mark.parametrize(
    ("peak", "cold", "mild", "held"),
    [
        ("-160", Level.QUIET, Level.QUIET, []),
        ("-155", Level.ALARM, Level.ALARM, []),
        ("-150", Level.ALARM, Level.ALARM, []),
        ("-149.9", Level.HOLD, Level.TANK, ["DEMO-CEL"]),
        ("-119.9", Level.HOLD, Level.HOLD, ["DEMO-CEL", "SAMPLE-CEL"]),
        ("-100", Level.HOLD, Level.HOLD, ["DEMO-CEL", "SAMPLE-CEL"]),
        ("-99.9", Level.CALL, Level.CALL, ["DEMO-CEL", "SAMPLE-CEL"]),
    ],
)
def test_levels_go_by_product_and_nothing_is_ever_rejected(
    peak: str, cold: Level, mild: Level, held: list[str]
) -> None:
    one = judged(a_spike(peak))
    assert levels(one) == {"DEMO-CEL": cold, "SAMPLE-CEL": mild}
    assert [hold.key for hold in one.holds] == held
    assert all(hold.reason is Reason.OVER for hold in one.holds)
    assert all(hold.call_holder == (peak == "-99.9") for hold in one.holds)
    assert "reject" not in str(facts(one))


def test_a_minor_deviation_is_due_only_after_the_sites_minutes_above_alarm_1() -> None:
    short = a_series([*steady("-170", 0, 500), *steady("-155", 510, 550), *steady("-170", 560, 1440)])
    long = a_series([*steady("-170", 0, 500), *steady("-155", 510, 600), *steady("-170", 610, 1440)])
    assert (judged(short).level, judged(short).deviation) == (Level.ALARM, None)
    assert judged(long).deviation == "minor"
    assert judged(a_spike("-149")).deviation == "major"


def test_a_product_that_was_not_inside_during_the_event_is_not_held() -> None:
    before = COLD._replace(until_ms=at(560))
    after = COLD._replace(key="later", since_ms=at(640))
    during = COLD._replace(key="during", since_ms=at(601))
    one = judged(a_spike("-140"), stock=(before, after, during))
    assert [hold.key for hold in one.holds] == ["during"]
    assert one.holds[0].start_ms == at(601)
    warmest = {product.key: product.warmest for product in one.products}
    assert warmest["during"] is not None
    assert warmest["during"].value_c == Decimal(-144)


def test_a_silent_label_makes_no_rule_and_a_missing_limit_is_held_to_the_places() -> None:
    silent = Stock("silent", SILENT)
    missing = Stock("missing", MISSING)
    one = judged(a_spike("-140"), stock=(COLD, silent, missing))
    assert levels(one) == {"DEMO-CEL": Level.HOLD, "silent": Level.TANK, "missing": Level.HOLD}
    assert Flag.LIMIT_MISSING in one.flags


@pytest.mark.parametrize("own", [SILENT, MISSING])
def test_without_any_limit_there_is_no_verdict_of_range(own: Unknown) -> None:
    one = judged(a_spike("-180"), stock=(Stock("x", own),), place=PlaceLimits("tank"))
    assert (one.verdict, one.holds) == (Verdict.NO_LIMIT, ())


def test_vector_e5_is_not_demonstrated() -> None:
    series = a_series([(0, "7"), (10, "7"), (100, "7"), (110, "7")])
    one = judged(series, stock=(), place=FRIDGE, period=span(0, 110), now=110)
    assert (one.verdict, one.excursions, one.coverage.percent) == (Verdict.NOT_DEMONSTRATED, (), Decimal("18.2"))
    assert one.grade == "insufficient"


def test_a_tail_holds_nothing_and_reads_so_far_until_the_period_has_passed() -> None:
    series = a_series(steady("-180", 0, 300))
    open_ = judged(series, now=1000)
    assert (open_.verdict, open_.holds, minutes(open_.tail_ms)) == (Verdict.SO_FAR, (), 700)
    assert open_.tail_grey
    closed = judged(series, now=1440)
    assert (closed.verdict, closed.holds, closed.closed) == (Verdict.NOT_DEMONSTRATED, (), True)
    fresh = judged(series, now=310)
    assert (fresh.verdict, fresh.tail_grey) == (Verdict.IN_RANGE, False)


@pytest.mark.parametrize(("minutes_away", "held"), [(60, False), (70, True)])
def test_a_hole_longer_than_the_site_allows_holds(minutes_away: int, held: bool) -> None:
    series = a_series([*steady("-180", 0, 500), *steady("-180", 500 + minutes_away, 1440)])
    one = judged(series, stock=(COLD,))
    assert one.verdict is Verdict.NOT_DEMONSTRATED
    assert [hold.reason for hold in one.holds] == ([Reason.HOLE] if held else [])
    assert one.level is (Level.HOLD if held else Level.QUIET)
    patient = Rules(unknown_min_max=Setting(Decimal(240), "SOP"))
    assert judged(series, stock=(COLD,), rules=patient).holds == ()


def test_a_day_summary_inside_the_limit_proves_a_hole_but_not_for_a_colder_label() -> None:
    series = a_series([*steady("-180", 0, 500), *steady("-180", 800, 1440)])
    inside = DaySummary("import-1", at(0), at(1440), Decimal(-181), Decimal(-140))
    one = judged(series, stock=(MILD,), summaries=(inside,))
    assert (one.verdict, one.holds) == (Verdict.BY_SUMMARY, ())
    assert minutes(one.coverage.summary_ms) == 300
    both = judged(series, summaries=(inside,))
    assert both.verdict is Verdict.EXCURSION
    assert both.summary_breaches == (inside,)
    assert {hold.reason for hold in both.holds if hold.key == "DEMO-CEL"} == {Reason.SUMMARY, Reason.HOLE}
    assert [hold.key for hold in both.holds if hold.key == "SAMPLE-CEL"] == []
    assert both.totals.cumulative_ms == 0


def test_an_open_excursion_is_active_only_while_its_last_reading_is_fresh() -> None:
    series = a_series([*steady("-180", 0, 500), (510, "-140"), (520, "-140")])
    assert judged(series, now=560).activity is Activity.ACTIVE
    assert judged(series, now=561).activity is Activity.AT_LAST_IMPORT
    assert judged(series, now=560).holds[0].end_ms is None
    assert judged(a_spike("-140")).activity is Activity.NONE


def test_rounds_alone_prove_their_moments_and_never_a_day() -> None:
    rounds = a_series([(480, "-180"), (1200, "-181")], 720, kind=Kind.ROUND)
    one = judged(rounds, now=1300)
    assert (one.verdict, one.coverage.covered_ms, one.readings) == (Verdict.NOT_DEMONSTRATED, 0, 0)
    assert not one.tail_grey
    warm = judged(a_spike("-180"), a_series([(605, "-140")], 720, sensor="round", kind=Kind.ROUND))
    assert (warm.verdict, minutes(warm.totals.worst_ms)) == (Verdict.EXCURSION, 10)
    assert [hold.key for hold in warm.holds] == ["DEMO-CEL"]


def test_an_irregular_logger_is_asked_about_and_proves_no_range() -> None:
    minute, points = 0, []
    for step in [0, *([1, 7, 3, 20, 11, 2, 45, 5, 13, 30] * 12)]:
        minute += step
        points.append((minute, "-180"))
    one = judged(a_series(points, None), period=span(0, minute), now=minute)
    assert one.verdict is Verdict.NOT_DEMONSTRATED
    assert Flag.IRREGULAR in one.flags


def test_a_fridge_has_two_sides() -> None:
    series = a_series([*steady("5", 0, 500), (510, "1.5"), *steady("5", 520, 700), (710, "9"), *steady("5", 720, 1440)])
    stock = (Stock("vial", Decimal(8), Decimal(2), "label"),)
    one = judged(series, stock=stock, place=FRIDGE)
    assert [(event.limit.side.value, event.peak_c) for event in one.excursions] == [
        ("low", Decimal("1.5")),
        ("high", Decimal(9)),
    ]
    assert [hold.reason for hold in one.holds] == [Reason.OVER, Reason.UNDER]
    assert (one.level, one.lines, one.alarm_1) == (Level.HOLD, (), None)


def test_crossings_of_the_critical_lines_are_counted_once_for_two_probes() -> None:
    points = [*steady("-180", 0, 100), (110, "-120"), (120, "-180"), (130, "-130"), *steady("-180", 140, 1440)]
    one = judged(a_series(points), a_series(points, sensor="probe-2"))
    assert [(line.line_c, line.crossings) for line in one.lines] == [(Decimal(-135), 2), (Decimal(-123), 1)]


def test_conflicting_imports_are_flagged_and_the_warmer_value_counts() -> None:
    other = a_series([(600, "-140")], source="import-2")
    one = judged(a_spike("-180"), other)
    assert (one.verdict, one.conflicts) == (Verdict.EXCURSION, 1)
    assert Flag.CONFLICT in one.flags


@pytest.mark.parametrize(
    ("points", "doubt", "value"),
    [
        ([*steady("-180", 0, 60), (61, "-198")], Doubt.TOO_COLD, "-198"),
        ([*steady("5", 0, 60), (70, "61")], Doubt.TOO_WARM, "61"),
        ([(0, "-180"), (1, "-150"), (2, "-129.9")], Doubt.JUMP, "50.1"),
        (steady("-180.1", 0, 370), Doubt.STUCK, "-180.1"),
    ],
)
def test_a_doubtful_probe_is_suspected_and_the_verdict_stays(
    points: list[tuple[float, str | None]], doubt: Doubt, value: str
) -> None:
    one = judged(a_series(points), period=span(0, 400), now=400)
    assert [(s.doubt, s.value_c) for s in one.suspicions] == [(doubt, Decimal(value))]


def test_six_hours_of_one_value_exactly_or_a_jump_of_fifty_degrees_exactly_are_not_suspected() -> None:
    steady_one = judged(a_series(steady("-180", 0, 360)), period=span(0, 400), now=400)
    jump = judged(a_series([(0, "-180"), (2, "-130"), (4.1, "-179")]), period=span(0, 400), now=400)
    assert steady_one.suspicions == jump.suspicions == ()


@pytest.mark.req("REG-053")
def test_an_extreme_within_the_probes_uncertainty_and_an_expired_certificate_are_flagged() -> None:
    points = tuple(Point(Decimal(nominal), Decimal("0.8")) for nominal in (-196, -100))
    certificate = Certificate("C", date(2025, 1, 1), date(2025, 12, 31), points)
    calibration = (CertificateState.EXPIRED, certificate)
    one = judge([a_spike("-150.5")], [], TANK, [COLD], Rules(), span(0, 1440), at(1440), calibration)
    assert {Flag.NEAR_LIMIT, Flag.CALIBRATION_EXPIRED} <= set(one.flags)
    assert one.verdict is Verdict.IN_RANGE


def test_the_places_own_alarm_rules_are_run() -> None:
    rule = AlarmRule("warm", judged(a_spike("-180")).upper or pytest.fail(), Mode.SINGLE, 5)
    one = judged(a_spike("-140"), place=TANK._replace(alarms=(rule,)))
    assert [(result.rule.name, result.state.value) for result in one.alarms] == [("warm", "raised")]


def test_no_data_at_all_is_said_so_and_an_empty_period_is_refused() -> None:
    assert judged().verdict is Verdict.NO_DATA
    with pytest.raises(Refusal) as caught:
        judged(a_spike("-180"), period=span(10, 10))
    assert caught.value.code == "temperature.period_empty"


def test_the_facts_of_a_judgement_are_canonical_json_with_limit_and_source() -> None:
    missing = Stock("missing", MISSING)
    one = judged(a_spike("-140"), stock=(COLD, missing), place=TANK._replace(limit_c_min=Decimal(-200), source="site"))
    line = canonical.encode(facts(one)).decode()
    assert '"limits":[["high","-150","DEMO-CEL: label 3"],["low","-200","site"]]' in line
    assert '"verdict":"excursion"' in line


def test_every_word_of_a_judgement_has_a_name_in_both_languages() -> None:
    from cellguide import excursion_dossier
    from cellguide.temperature import alarms, excursions, gaps, guard, suspicion, verdict

    named = {
        "verdict": verdict.Verdict,
        "activity": verdict.Activity,
        "reason": verdict.Reason,
        "flag": verdict.Flag,
        "gap": gaps.GapKind,
        "edge": excursions.Edge,
        "guard": guard.Guarded,
        "calibration": guard.CertificateState,
        "doubt": suspicion.Doubt,
        "alarm": alarms.AlarmState,
    }
    wanted = {f"temperature_rule.{area}.{item.value}" for area, items in named.items() for item in items}
    wanted.add(f"temperature_rule.reason.{excursion_dossier.HOLD_END}")  # of a shipper's hold time, by no reading
    wanted |= {f"temperature_rule.level.{level.name.lower()}" for level in Level}
    wanted |= {f"temperature_rule.deviation.{name}" for name in ("major", "minor")}
    wanted |= {f"temperature_rule.coverage.{name}" for name in ("green", "amber", "insufficient")}
    assert set(words.catalogue("temperature_rule")) == wanted


def test_every_refusal_of_the_temperature_code_has_a_sentence() -> None:
    import re
    from pathlib import Path

    folder = Path(__file__).parents[3] / "cellguide" / "temperature"
    text = "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))
    raised = set(re.findall(r'Refusal\("temperature\.([a-z_]+)"', text))
    assert {f"refusal_temperature.{code}" for code in raised} == set(words.catalogue("refusal_temperature"))


def test_a_day_beyond_the_limit_is_level_1_where_nothing_is_inside() -> None:
    warm = DaySummary("import-1", at(0), at(1440), Decimal("3.0"), Decimal("12.5"))
    cold = DaySummary("import-1", at(0), at(1440), Decimal("-1.0"), Decimal("7.5"))
    for beyond in (warm, cold):
        one = judged(stock=(), place=FRIDGE, summaries=(beyond,))
        assert (one.level, one.deviation, one.summary_breaches) == (Level.TANK, "major", (beyond,))

"""A site's own alarm rules: read strictly, changed by two people, judged over their whole window, told once."""

from __future__ import annotations

import json
from datetime import date

import makers
import pytest
import storage_makers as given

from cellguide import alarm_rules, words
from cellguide.acts import deviations, imports, places, records, temperature_records
from cellguide.alarm_words import duration, rule_words
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Actor
from cellguide.refusal import Refusal
from cellguide.temperature.limits import Mode

ROW = ("夜间升温", "high", "-170", "cumulative", "90", "1440", "DEMO SOP-12")


def row(**fields: str) -> tuple[str, ...]:
    return tuple((dict(zip(alarm_rules.FIELDS, ROW, strict=True)) | fields).values())


def test_a_rule_is_read_with_its_threshold_its_minutes_its_window_and_its_source() -> None:
    found = alarm_rules.rule(ROW)
    assert (str(found.limit.value_c), found.mode, found.minutes, found.window_min) == (
        "-170",
        Mode.CUMULATIVE,
        90,
        1440,
    )
    assert found.limit.source == "DEMO SOP-12"
    assert rule_words(found)["en"] == "Alarm rule “夜间升温”: > −170 °C for 90 min in all within 24 h"
    assert alarm_rules.reach_min([found]) == 1440 and duration(61) == "61 min"


@pytest.mark.parametrize(
    "fields",
    [{"name": " "}, {"source": ""}, {"side": "up"}, {"mode": "sum"}, {"limit_c": "warm"}, {"limit_c": "NaN"},
     {"minutes": "0"}, {"minutes": "1.5"}, {"window_min": ""}, {"window_min": "59"}, {"window_min": "99999"},
     {"mode": "single"}],
)  # fmt: skip
def test_a_rule_that_says_nothing_or_nonsense_is_refused_by_its_field(fields: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        alarm_rules.rule(row(**fields))
    assert refused.value.code == "place.alarm_rule"
    for lang in words.LANGS:
        assert words.say("refusal_place.alarm_rule", lang, **refused.value.facts)


def test_two_rules_of_one_name_or_too_many_are_refused() -> None:
    with pytest.raises(Refusal, match=r"place\.alarm_rules"):
        alarm_rules.rules([ROW, ROW])
    with pytest.raises(Refusal, match=r"place\.alarm_rules"):
        alarm_rules.rules([row(name=str(n)) for n in range(alarm_rules.RULES_MAX + 1)])


@pytest.fixture
def ruled(desk: Desk, clock: SetClock) -> Desk:
    """Tank A with the rule, a probe in it, and nobody's bags."""
    given.tanks(desk)
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.probe(desk)
    second = Actor(makers.QUALITY, "quality", "badge")
    with pytest.raises(Refusal, match=r"place\.second"):
        places.change_place(desk, "A", {"alarms": [ROW]}, "夜间升温频繁，增加规则")
    places.change_place(desk, "A", {"alarms": [ROW]}, "夜间升温频繁，增加规则", second)
    return desk


def warm_minutes(desk: Desk, first: str, last: str, minutes: set[tuple[int, int]], name: str) -> str:
    data = given.readings(first, last, lambda at: -165.0 if (at.day, at.hour) in minutes else -185.0 + at.minute / 100)
    return imports.take_in_file(desk, data, name, desk.store.find("probe")[0].id)


def raised(desk: Desk) -> int:
    return sum(one.cause == "alarm_rule" for one in deviations.listed(desk, open_only=False))


@pytest.mark.req("REG-052")
def test_a_rule_is_controlled_data_that_two_people_change(ruled: Desk) -> None:
    held = ruled.store.get("place", places.get(ruled, "A").id)
    assert held is not None and held.doc["alarms"] == [list(ROW)]
    assert held.doc["limits_by"] == [makers.PHARMACIST, makers.QUALITY]
    assert places.get(ruled, "A").alarms == (ROW,)


def test_minutes_of_two_files_add_up_within_the_window_and_are_told_once(ruled: Desk) -> None:
    # About an hour in each file: not enough in the first, enough with the second, which lies within a day of it.
    warm_minutes(ruled, "2026-11-20T00:00:00", "2026-11-20T12:00:00", {(20, 11)}, "one.csv")
    assert raised(ruled) == 0
    second = warm_minutes(ruled, "2026-11-20T12:05:00", "2026-11-21T08:00:00", {(21, 3)}, "two.csv")
    held = ruled.store.get("series", second)
    assert held is not None and held.doc["judgement"]["alarms"][0][:2] == ["夜间升温", "raised"]
    assert raised(ruled) == 1
    warm_minutes(ruled, "2026-11-21T08:05:00", "2026-11-22T08:00:00", set(), "three.csv")
    assert raised(ruled) == 1


def test_the_rule_stands_in_the_temperature_record_with_when_it_was_reached(ruled: Desk) -> None:
    warm_minutes(ruled, "2026-11-20T00:00:00", "2026-11-21T08:00:00", {(20, 11), (20, 12), (20, 13)}, "one.csv")
    day = date(2026, 11, 20)
    record = temperature_records.make_temperature_record(ruled, ruled.store.find("probe")[0].id, day, day)
    body = json.loads(ruled.store.blob(str(records.doc_of(ruled, record)["sha256"])))["temperature"]
    rows = next(table for table in body["tables"] if table["id"] == "limits")["rows"]
    told = next(cells for cells in rows if "夜间升温" in cells[0]["zh"])
    assert told[2]["zh"].startswith("报警\n2026-11-20 12:2") and told[4]["en"] == "DEMO SOP-12"

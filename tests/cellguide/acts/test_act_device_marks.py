"""Lid open, refill and probe fault marked with evidence; a grave alarm wants words; hours count to an infusion."""

from __future__ import annotations

import pytest
import storage_makers as given

from cellguide.acts import device_marks, excursions, imports, places, planned_infusions
from cellguide.acts.device_marks import Evidence
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Change
from cellguide.refusal import Refusal

SINCE, UNTIL = given.moment("2026-11-21T14:00:00+08:00"), given.moment("2026-11-21T14:20:00+08:00")
PHOTO = Evidence(b"DEMO photograph of the lid", "DEMO-lid.jpg")


@pytest.fixture
def warm(desk: Desk) -> Desk:
    """Tank A with a bag in it and twenty warm minutes."""
    given.tanks(desk)
    probe = given.probe(desk, "A", "DEMO-1", answers={"zone": "Asia/Shanghai"})
    given.order(desk, infusion_on="2026-11-25")
    given.stored(desk, "C-1", "A/1/01", at="2026-11-20T09:00:00+08:00")
    data = given.readings(
        "2026-11-20T08:00:00",
        "2026-11-22T07:55:00",
        lambda at: -140.0 if (at.day, at.hour) == (21, 14) and at.minute < 20 else -185.0 + at.minute % 15 / 50,
    )
    imports.take_in_file(desk, data, "a.csv", probe)
    return desk


def excursion(desk: Desk) -> str:
    return excursions.listed(desk)[0][0]


def test_a_mark_has_its_time_its_words_and_its_file_and_explains_the_excursion(warm: Desk) -> None:
    id = device_marks.mark_device(
        warm, "A", "lid_open", SINCE, UNTIL, "盘点时罐盖未关严", PHOTO, excursion=excursion(warm)
    )
    device = places.device(warm, "A")
    [mark] = device_marks.marks_of(warm, device.id, SINCE.utc_ms - 1, UNTIL.utc_ms)
    assert (mark.id, mark.kind, mark.since.iso, mark.file) == (id, "lid_open", SINCE.iso, "DEMO-lid.jpg")
    assert warm.store.blob(mark.sha256) == PHOTO.data
    doc = excursions.get(warm, excursion(warm))
    assert (doc["cause"], doc["cause_text"], doc["state"]) == ("lid_open", "盘点时罐盖未关严", "open")
    assert device_marks.marks_of(warm, device.id, UNTIL.utc_ms + 1, UNTIL.utc_ms + 2) == []
    assert device_marks.marks_of(warm, places.device(warm, "B").id, 0, UNTIL.utc_ms) == []


def test_a_mark_of_one_moment_without_an_excursion_stands_alone(warm: Desk) -> None:
    device_marks.mark_device(warm, "A", "refill", SINCE, None, "配送加注至 80%")
    [mark] = device_marks.marks_of(warm, places.device(warm, "A").id, SINCE.utc_ms, SINCE.utc_ms)
    assert (mark.until, mark.sha256, mark.file) == (None, "", "")
    assert excursions.get(warm, excursion(warm))["cause"] == ""


@pytest.mark.parametrize(
    ("kind", "since", "until", "text", "code"),
    [
        ("earthquake", SINCE, None, "有人看到", "device_mark.kind"),
        ("refill", UNTIL, SINCE, "有人看到", "device_mark.order"),
        ("refill", given.moment("2027-01-01T00:00:00+08:00"), None, "有人看到", "device_mark.future"),
        ("refill", SINCE, None, "", "reason.short"),
    ],
)
def test_what_cannot_be_is_not_marked(
    warm: Desk, kind: str, since: object, until: object, text: str, code: str
) -> None:
    with pytest.raises(Refusal) as no:
        device_marks.mark_device(warm, "A", kind, since, until, text)  # type: ignore[arg-type]
    assert no.value.code == code
    assert device_marks.marks_of(warm, places.device(warm, "A").id, 0, 2**53) == []


def test_a_mark_explains_no_excursion_of_another_device_and_none_that_is_over(warm: Desk) -> None:
    with pytest.raises(Refusal, match=r"device_mark\.other_place"):
        device_marks.mark_device(warm, "B", "lid_open", SINCE, UNTIL, "罐盖开启", excursion=excursion(warm))
    assert excursions.get(warm, excursion(warm))["cause"] == ""


@pytest.mark.req("REG-051")
def test_a_grave_alarm_is_neither_seen_nor_silenced_without_words(warm: Desk) -> None:
    id = excursion(warm)
    assert int(excursions.get(warm, id)["level"]) >= excursions.GRAVE_LEVEL
    with pytest.raises(Refusal, match=r"excursion\.comment"):
        excursions.acknowledge_excursion(warm, id)
    with pytest.raises(Refusal, match=r"excursion\.comment"):
        excursions.silence_alarm(warm, id, 10, " ")
    doc = excursions.get(warm, id)
    assert (doc["acknowledged"], doc["silenced_until"]) == (None, "")
    excursions.silence_alarm(warm, id, 10, "正在处理")
    excursions.acknowledge_excursion(warm, id, "已到现场")
    assert excursions.get(warm, id)["acknowledged"]["text"] == "已到现场"
    assert warm.store.history("excursion", id)[-2]["reason"] == "正在处理"


@pytest.mark.req("REG-051")
def test_a_minor_one_is_seen_with_one_key(warm: Desk) -> None:
    at, who = warm.begin("acknowledge_excursion")
    warm.write("acknowledge_excursion", [Change("excursion", excursion(warm), {"level": 1})], at=at, who=who)
    excursions.acknowledge_excursion(warm, excursion(warm))
    assert excursions.get(warm, excursion(warm))["acknowledged"]


# --- hours to the infusion --------------------------------------------------------------------------------------------


def planned(desk: Desk, text: str, of: tuple[str, ...] = ()) -> None:
    at, who = desk.begin("plan_dose")
    doc = {"order": given.ORDER, "n": 1, "planned_on": text, "text": "", "containers": list(of)}
    desk.write("plan_dose", [Change("dose", f"{given.ORDER}-D1", doc)], at=at, who=who)


@pytest.mark.parametrize(
    ("now", "urgent"),
    [
        ("2026-11-21T23:59:00+08:00", False),  # 72 h and a minute before the day begins
        ("2026-11-22T00:00:00+08:00", True),
        ("2026-11-25T23:00:00+08:00", True),  # the day is not over
        ("2026-11-26T00:01:00+08:00", False),
    ],
)
def test_where_only_a_day_is_planned_its_first_minute_is_assumed(
    warm: Desk, clock: SetClock, now: str, urgent: bool
) -> None:
    clock.set(now)
    found = planned_infusions.planned_infusion(warm, "C-1")
    assert found is not None and not found.timed and found.at.iso.startswith("2026-11-25T00:00")
    assert planned_infusions.urgent(warm, "C-1", warm.now()) is urgent


@pytest.mark.parametrize(("now", "urgent"), [("2026-11-22T09:59:00+08:00", False), ("2026-11-22T10:00:00+08:00", True)])
def test_where_a_time_is_planned_the_hours_count_to_it(warm: Desk, clock: SetClock, now: str, urgent: bool) -> None:
    planned(warm, "2026-11-25T10:00:00+08:00", of=("C-1",))
    clock.set(now)
    assert planned_infusions.urgent(warm, "C-1", warm.now()) is urgent


def test_the_dose_that_names_the_container_stands_above_the_orders_day(warm: Desk) -> None:
    planned(warm, "2026-12-09", of=("C-1",))
    found = planned_infusions.planned_infusion(warm, "C-1")
    assert found is not None and found.at.day.isoformat() == "2026-12-09"
    planned(warm, "2026-12-10", of=("C-9",))
    other = planned_infusions.planned_infusion(warm, "C-1")
    assert other is not None and other.at.day.isoformat() == "2026-11-25"

"""Probes: what a failure throws into doubt, who follows whom, and two people before a file is read unasked."""

from __future__ import annotations

from datetime import date

import makers
import pytest
import storage_makers as given

from cellguide.acts import deviations, imports, places, probes
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Actor
from cellguide.loggers.description import ColumnRole, SourceDescription
from cellguide.probes import RETIRED, Probe
from cellguide.refusal import Refusal
from cellguide.temperature.limits import Period

ONE, TWO = f"{given.ORDER}-1", f"{given.ORDER}-2"
SECOND = Actor(makers.PHARMACIST_2, "pharmacist", "password")
TODAY = date(2026, 11, 22)


@pytest.fixture
def tank(desk: Desk) -> Desk:
    given.tanks(desk)
    given.order(desk)
    given.stored(desk, ONE, "A/1/01", at="2026-11-20T09:00:00+08:00")
    given.stored(desk, TWO, "B/1/01", at="2026-11-20T09:00:00+08:00")
    given.probe(desk)
    return desk


def probe(desk: Desk) -> str:
    return desk.store.find("probe")[0].id


def read(desk: Desk, first: str = "2026-11-21T00:00:00", last: str = "2026-11-21T23:55:00") -> str:
    return imports.take_in_file(desk, given.steady(first, last), f"{first}.csv", probe(desk))


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    return pytest.raises(Refusal, match=rf"{code}".replace(".", r"\."))


@pytest.mark.req("REG-053")
def test_a_failure_as_found_names_files_and_containers_since_the_last_good_calibration(tank: Desk) -> None:
    before = read(tank, "2026-05-20T00:00:00", "2026-05-21T00:00:00")
    id = read(tank)
    doubted = probes.record_calibration(tank, probe(tank), "DEMO-CAL-2", TODAY, as_found="fail", lab="DEMO lab")
    assert (doubted.since, doubted.series, doubted.containers) == (date(2026, 5, 30), (id,), (ONE,))
    assert before not in doubted.series
    kept = probes.get(tank, probe(tank)).certificates[-1]
    assert probes.doubted_by(kept) == doubted
    assert kept["doubted"]["deviation"] == deviations.listed(tank)[0].id


def test_what_was_measured_after_the_calibration_is_not_in_doubt(tank: Desk) -> None:
    id = read(tank)
    assert probes.in_doubt(tank, probes.get(tank, probe(tank)), date(2026, 11, 20)).series == ()
    assert probes.in_doubt(tank, probes.get(tank, probe(tank)), date(2026, 11, 21)).series == (id,)


def test_the_day_of_a_calibration_is_the_sites_day(tank: Desk) -> None:
    """Midnight in Shanghai, not in Greenwich: what was read at two in the morning of that day counts."""
    probes.record_calibration(tank, probe(tank), "DEMO-CAL-2", date(2026, 11, 21))
    id = read(tank, "2026-11-21T01:00:00", "2026-11-21T02:00:00")
    assert probes.in_doubt(tank, probes.get(tank, probe(tank)), TODAY).series == (id,)


def test_a_certificate_of_tomorrow_or_of_yesterday_again_is_refused(tank: Desk) -> None:
    with refused("probe.certificate_ahead"):
        probes.record_calibration(tank, probe(tank), "DEMO-CAL-2", date(2026, 11, 23))
    with refused("probe.certificate_known"):
        probes.record_calibration(tank, probe(tank), "DEMO-CAL-1", date(2026, 5, 30))
    with refused("probe.as_found"):
        probes.record_calibration(tank, probe(tank), "DEMO-CAL-2", TODAY, as_found="well")
    assert len(probes.get(tank, probe(tank)).certificates) == 1


def test_the_certificates_file_is_kept_byte_for_byte(tank: Desk) -> None:
    probes.record_calibration(tank, probe(tank), "DEMO-CAL-2", TODAY, file=("cal.pdf", b"%PDF demo"))
    kept = probes.get(tank, probe(tank)).certificates[-1]
    assert (kept["file"], tank.store.blob(kept["sha256"])) == ("cal.pdf", b"%PDF demo")


def test_a_logger_with_readings_keeps_its_number_and_its_readings_stay_with_their_device(tank: Desk) -> None:
    id = read(tank)
    with refused("probe.measured"):
        probes.change_probe(tank, probe(tank), {"serial": "DEMO-OTHER"}, "序列号写错")
    moved = probes.change_probe(tank, probe(tank), {"place": "B"}, "移到罐 B")
    old = probes.get(tank, probe(tank))
    assert (old.state, moved.serial, moved.place) == (RETIRED, old.serial, tank.store.find("place", code="B")[0].id)
    assert moved.certificates == old.certificates
    period = Period(given.moment("2026-11-21T00:00:00+08:00").utc_ms, given.moment("2026-11-22T00:00:00+08:00").utc_ms)
    a, b = (tank.store.find("place", code=code)[0].id for code in "AB")
    assert len(imports.evidence(tank, a, period).imports) == 1
    assert imports.evidence(tank, b, period).imports == ()
    assert tank.store.get("series", id) is not None


def test_a_probe_without_readings_simply_goes_elsewhere(tank: Desk) -> None:
    moved = probes.change_probe(tank, probe(tank), {"place": "B", "sits": "air_top", "interval_s": "60"}, "装错了罐")
    assert (moved.id, moved.sits, moved.interval_s) == (probe(tank), "air_top", "60")
    assert probes.listed(tank, tank.store.find("place", code="A")[0].id) == []
    with refused("reason.short"):
        probes.change_probe(tank, probe(tank), {"place": "A"}, "x")
    with refused("probe.place"):
        probes.change_probe(tank, probe(tank), {"place": "ROOM"}, "装错了罐")


def test_another_logger_follows_and_both_know_it(tank: Desk) -> None:
    read(tank)
    new = Probe("", "DEMO-NEW-1", "B", "新探头", "New probe", "air_top")
    made = probes.replace_probe(tank, probe(tank), new, "电池耗尽")
    assert made.place == probes.get(tank, probe(tank)).place, "it measures where the old one did"
    held = tank.store.get("probe", probe(tank))
    assert held is not None and held.doc["after"] == made.id
    with refused("probe.retired"):
        probes.replace_probe(tank, probe(tank), new, "电池耗尽")
    with refused("probe.serial_used"):
        probes.add_probe(tank, Probe("", "DEMO-NEW-1", "B", "x", "x", "lid"))


def test_a_retired_probes_readings_still_speak_for_their_device(tank: Desk) -> None:
    read(tank)
    probes.retire_probe(tank, probe(tank), "探头损坏")
    start = given.moment("2026-11-21T01:00:00+08:00").utc_ms
    assert imports.judge_place(tank, "A", start, start + 3_600_000).readings == 12
    assert probes.calibrations_due(tank) == []
    with refused("probe.retired"):
        probes.retire_probe(tank, probe(tank), "探头损坏")


def described() -> str:
    columns = (ColumnRole(0, "t", "stamp"), ColumnRole(1, "c", "temperature", "C"))
    return SourceDescription("0" * 16, "utf-8", ",", 1, columns).to_json()


def test_a_source_is_described_by_two_people(tank: Desk) -> None:
    words = {"zh": "演示", "en": "DEMO"}
    with refused("check.same_person"):
        probes.describe_source(
            tank, probe(tank), described(), words, Actor(makers.PHARMACIST, "pharmacist", "password")
        )
    with refused("session.role"):
        probes.describe_source(tank, probe(tank), described(), words, Actor(makers.PHYSICIAN, "physician", "password"))
    assert tank.store.find("source") == []
    id = probes.describe_source(tank, probe(tank), described(), words, SECOND)
    held = tank.store.get("source", id)
    assert held is not None
    assert (held.doc["by"], held.doc["reviewed_by"]) == (makers.PHARMACIST, makers.PHARMACIST_2)


# --- places -----------------------------------------------------------------------------------------------------------


def test_what_the_history_of_positions_rests_on_does_not_change(tank: Desk) -> None:
    b = tank.store.find("place", code="B")[0].id
    for code, fields in (("A", {"code": "A2"}), ("A", {"kind": "freezer"}), ("A/1", {"parent": b})):
        with refused("place.fixed"):
            places.change_place(tank, code, fields, "重新编号")
    room = places.add_place(
        tank, places.Place("", "room", "ROOM-2", tank.store.find("place", code="SITE")[0].id, "二室")
    )
    assert places.change_place(tank, "A", {"parent": room.id}, "搬到二室").parent == room.id
    assert places.change_place(tank, "A/1/02", {"capacity": 2}, "换成双层盒").capacity == 2


def test_a_limit_is_no_business_of_who_may_not_register_places(tank: Desk) -> None:
    nurse = Actor(makers.NURSE, "nurse", "password")
    with refused("session.role"):
        places.change_place(tank, "A", {"limit_c_max": "-155"}, "收紧限值", nurse)


def test_a_device_that_is_measured_is_not_retired_and_one_that_was_retired_comes_back(tank: Desk) -> None:
    given.probe(tank, "W", "DEMO-W")
    with refused("place.measured"):
        places.retire_place(tank, "W", "设备报废")
    held = probes.by_serial(tank, "DEMO-W")
    assert held is not None
    probes.retire_probe(tank, held.id, "探头移走")
    places.retire_place(tank, "W", "设备报废")
    with refused("place.retired_in"):
        places.take_back_place(tank, "W/01", "维修合格")
    places.take_back_place(tank, "W", "维修合格")
    places.take_back_place(tank, "W/01", "维修合格")
    assert places.get(tank, "W/01").state == "in_use"


def test_rounds_are_missed_only_since_they_are_planned(tank: Desk, clock: SetClock) -> None:
    from cellguide.acts import rounds

    clock.set("2026-11-25T12:00:00+08:00")
    makers.sit(tank, makers.PHARMACIST)
    assert sum(duty.planned.word == "missed" for duty in rounds.duties(tank) if duty.device.code == "A") > 4
    places.change_place(tank, "A", {"rounds": ["07:00", "19:00"]}, "调整班次")
    clock.set("2026-11-26T06:30:00+08:00")
    makers.sit(tank, makers.PHARMACIST)
    words = [duty.planned.word for duty in rounds.duties(tank) if duty.device.code == "A"]
    assert words == ["missed", "due", "ahead"]

"""Logger files taken in for a probe: kept raw and by day, judged, never twice; by the station alone as unreviewed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import makers
import pytest
import storage_makers as given

from cellguide import proof
from cellguide.acts import containers as container_acts
from cellguide.acts import deviations, excursions, file_reading, imports, probes, watched_folder
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.refusal import Refusal

ONE = f"{given.ORDER}-1"


@pytest.fixture
def tank(desk: Desk, clock: SetClock) -> Desk:
    given.tanks(desk)
    given.order(desk)
    clock.set("2026-11-10T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.stored(desk, ONE, "A/1/01")
    given.probe(desk)
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    return desk


def quiet() -> bytes:
    return given.steady("2026-11-15T08:00:00", "2026-11-22T08:00:00")


@pytest.mark.req("REG-032")
def test_a_quiet_week_is_kept_and_judged_in_range(tank: Desk) -> None:
    data = quiet()
    id = imports.take_in_file(tank, data, "tank-a.csv", tank.store.find("probe")[0].id)
    doc = tank.store.get("series", id).doc  # type: ignore[union-attr]
    assert (doc["count"], doc["lo"], doc["hi"], doc["gaps"]) == (2017, "-185.0", "-184.8", 0)
    assert doc["judgement"]["verdict"] == "in_range"
    assert doc["judgement"]["limits"][0][1] == "-150"
    assert tank.store.blob(doc["sha256"]) == data
    assert tank.store.find("excursion") == []
    assert str(proof.check({"A": (line for _, line in tank.store.entries())}, tank.store.blob)) == "INTACT"


@pytest.mark.req("REG-032")
def test_the_readings_come_back_as_they_were(tank: Desk) -> None:
    probe = tank.store.find("probe")[0].id
    imports.take_in_file(tank, quiet(), "tank-a.csv", probe)
    start = given.moment("2026-11-17T00:00:00+08:00").utc_ms
    judgement = imports.judge_place(tank, "A", start, start + 86_400_000)
    assert judgement.verdict.value == "in_range"
    assert judgement.readings == 288
    assert str(judgement.coverage.percent) == "100.0"


def test_the_same_file_twice_is_noticed(tank: Desk) -> None:
    probe = tank.store.find("probe")[0].id
    first = imports.take_in_file(tank, quiet(), "tank-a.csv", probe)
    with pytest.raises(Refusal) as refused:
        imports.take_in_file(tank, quiet(), "copy of tank-a.csv", probe)
    assert refused.value.code == "import.same_file"
    assert refused.value.facts["import_id"] == first
    assert len(tank.store.find("series")) == 1


def test_what_a_source_leaves_open_is_asked_once(tank: Desk) -> None:
    probe = given.probe(tank, "B", "DEMO-2", answers={})
    with pytest.raises(Refusal) as refused:
        imports.take_in_file(tank, quiet(), "b.csv", probe)
    assert (refused.value.code, refused.value.facts["question"]) == ("import.question", "zone")
    imports.take_in_file(tank, quiet(), "b.csv", probe, zone="Asia/Shanghai")
    next_week = given.steady("2026-11-22T08:05:00", "2026-11-22T08:50:00")
    assert imports.take_in_file(tank, next_week, "b2.csv", probe)


def test_overlapping_exports_with_another_value_are_a_conflict_that_is_shown(tank: Desk) -> None:
    probe = tank.store.find("probe")[0].id
    imports.take_in_file(tank, given.steady("2026-11-15T08:00:00", "2026-11-16T08:00:00"), "one.csv", probe)
    other = given.steady("2026-11-16T04:00:00", "2026-11-17T08:00:00", c=-184.0)
    id = imports.take_in_file(tank, other, "two.csv", probe)
    judgement = tank.store.get("series", id).doc["judgement"]  # type: ignore[union-attr]
    assert judgement["conflicts"] == 49
    assert "conflict" in judgement["flags"]


def test_a_lid_opening_holds_what_was_inside_and_only_that(tank: Desk, clock: SetClock) -> None:
    given.stored(tank, f"{given.ORDER}-2", "B/1/01")
    data = given.readings(
        "2026-11-15T08:00:00",
        "2026-11-22T08:00:00",
        lambda at: (
            -144.0 if (at.day, at.hour, at.minute) in {(18, 10, 5), (18, 10, 10)} else -185.0 + at.minute % 15 / 50
        ),
    )
    imports.take_in_file(tank, data, "tank-a.csv", tank.store.find("probe")[0].id)
    [(_, doc)] = excursions.listed(tank)
    assert (doc["peak_c"], doc["level"], doc["containers"]) == ("-144.0", 2, [ONE])
    assert container_acts.get(tank, ONE).state == "locked"
    assert container_acts.get(tank, f"{given.ORDER}-2").state == "accepted"
    assert [hold["reasons"] for _, hold in excursions.on_hold(tank, ONE)] == [["over"]]
    found = deviations.get(tank, doc["deviation"])
    assert (found.cause, found.severity) == ("excursion", "major")


def test_a_second_export_of_the_same_event_opens_nothing_new(tank: Desk) -> None:
    probe = tank.store.find("probe")[0].id

    def warm(at: object) -> float:
        return -144.0 if str(at) in ("2026-11-18 10:05:00", "2026-11-18 10:10:00") else -185.0

    imports.take_in_file(tank, given.readings("2026-11-15T08:00:00", "2026-11-19T08:00:00", warm), "one.csv", probe)
    imports.take_in_file(tank, given.readings("2026-11-15T08:00:00", "2026-11-22T08:00:00", warm), "two.csv", probe)
    assert len(excursions.listed(tank)) == 1
    assert len(tank.store.find("hold")) == 1
    assert len([one for one in deviations.listed(tank) if one.cause == "excursion"]) == 1


def test_an_excursion_that_was_still_going_on_is_continued_in_its_dossier(tank: Desk) -> None:
    probe = tank.store.find("probe")[0].id

    def warming(at: object) -> float:
        return -149.0 if str(at) >= "2026-11-21 06:00:00" else -185.0

    def warmer(at: object) -> float:
        if str(at) > "2026-11-21 14:00:00":
            return -185.0
        return -95.0 if str(at) > "2026-11-21 08:00:00" else warming(at)

    imports.take_in_file(tank, given.readings("2026-11-20T08:00:00", "2026-11-21T08:00:00", warming), "one.csv", probe)
    imports.take_in_file(tank, given.readings("2026-11-21T08:05:00", "2026-11-22T08:00:00", warmer), "two.csv", probe)
    [(_, doc)] = excursions.listed(tank)
    assert doc["peak_c"] == "-95.0"
    assert doc["call_holder"]
    assert deviations.get(tank, doc["deviation"]).severity == "critical"
    assert len(doc["series"]) == 2
    assert doc["spans"][0][2] is not None
    assert len(tank.store.find("hold")) == 1


@pytest.mark.req("REG-021")
def test_the_file_of_another_logger_needs_a_reason(tank: Desk) -> None:
    data = (Path(__file__).parents[2] / "data/loggers/logtag/ok.csv").read_bytes()
    with pytest.raises(Refusal, match=r"import\.other_logger"):
        imports.take_in_file(tank, data, "logtag.csv", tank.store.find("probe")[0].id)
    assert imports.take_in_file(tank, data, "logtag.csv", tank.store.find("probe")[0].id, reason="备用记录仪")


def watched(desk: Desk) -> list[watched_folder.Watched]:
    """One look into the folder, its slow parts done at once."""
    steps = watched_folder.watch_folder(desk)
    work = next(steps, None)
    try:
        while work is not None:
            try:
                result = work()
            except Refusal as refusal:
                work = steps.throw(refusal)
            else:
                work = steps.send(result)
    except StopIteration as done:
        return list(done.value)
    return []


def test_the_watched_folder_is_taken_in_by_the_station_and_waits_for_a_person(tank: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "loggers"
    folder.mkdir()
    watched_folder.choose_watch_folder(tank, str(folder))
    given.probe(tank, "B", "DEMO010203", answers={"zone": "Asia/Shanghai"}, interval_s="300")
    source = Path(__file__).parents[2] / "data/loggers/logtag/ok.csv"
    (folder / "a.csv").write_bytes(source.read_bytes())
    (folder / "b.csv").write_bytes(b"no table at all")
    assert watched(tank) == [], "at the first look a program may still be writing them"
    taken = watched(tank)
    assert [(one.name, bool(one.series), one.code) for one in taken] == [
        ("a.csv", True, ""),
        ("b.csv", False, taken[1].code),
    ]
    assert taken[1].code.startswith("logger.")
    assert watched(tank) == []
    [(id, doc)] = imports.to_review(tank)
    assert doc["by"] == "station"
    imports.review_import(tank, id)
    assert imports.to_review(tank) == []


@pytest.mark.req("REG-053")
def test_a_probe_that_failed_as_found_lists_everything_it_measured(tank: Desk) -> None:
    probe = tank.store.find("probe")[0].id
    id = imports.take_in_file(tank, quiet(), "tank-a.csv", probe)
    doubted = probes.record_calibration(tank, probe, "DEMO-CAL-2", date(2026, 11, 22), as_found="fail")
    assert (doubted.since, doubted.series) == (date(2026, 5, 30), (id,))
    assert deviations.listed(tank)[0].cause == "as_found"
    assert probes.get(tank, probe).certified[-1].due_on == date(2027, 11, 22)


@pytest.mark.req("REG-053")
def test_a_calibration_that_ends_soon_stands_on_todays_list(tank: Desk, clock: SetClock) -> None:
    assert probes.calibrations_due(tank) == []
    clock.set("2027-05-10T08:00:00+08:00")
    [(held, due)] = probes.calibrations_due(tank)
    assert (held.serial, due.word, due.days) == ("DEMO-PT100-04", "soon", 19)


def test_a_long_record_is_written_a_year_at_a_time_before_the_entry_that_names_it(tank: Desk) -> None:
    data = given.readings("2024-01-01T00:00:00", "2026-11-01T00:00:00", lambda at: -185.0, minutes=60)
    before = len(tank.store.find("series"))
    id = imports.take_in_file(tank, data, "years.csv", tank.store.find("probe")[0].id, answers={"interval": "3600"})
    assert len(tank.store.find("series")) == before + 1
    assert tank.store.get("series", id).doc["count"] == 24841  # type: ignore[union-attr]
    start = given.moment("2024-02-10T00:00:00+08:00").utc_ms
    assert imports.judge_place(tank, "A", start, start + 86_400_000).readings == 24


def test_an_import_that_is_broken_off_between_two_years_leaves_nothing_that_counts(tank: Desk) -> None:
    data = given.readings("2024-01-01T00:00:00", "2026-11-01T00:00:00", lambda at: -185.0, minutes=60)
    probe = tank.store.find("probe")[0].id
    pending = file_reading.pending_import(tank, data, "years.csv", probe, answers={"interval": "3600"})
    [read] = file_reading.read_pending(pending)
    assert len(read.kept.slices) == 2
    ready = imports.judge_pending(imports.gather_pending(tank, read))
    steps = imports.filing(tank, ready)
    next(steps)
    steps.close()
    assert tank.store.find("series") == []
    assert imports.take_in_file(tank, data, "years.csv", probe, answers={"interval": "3600"})

"""The shipper's logger file at receipt: four answers come from it, in one append with the file."""

from __future__ import annotations

import json
from decimal import Decimal

import makers
import pytest
import storage_makers as given

from cellguide import proof
from cellguide.acts import shipper_file, walks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from cellguide.runs import Key, Run

ZONE = "Asia/Shanghai"


@pytest.fixture
def run(desk: Desk, clock: SetClock) -> Run:
    given.order(desk)
    given.shipment(desk, departed_at="2026-11-20T08:00:00+08:00")
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    return walks.start_run(desk, "receipt", {"order": given.ORDER, "shipment": given.SHIPMENT})


def value(run: Run, step: str) -> object:
    return run.current[Key(step, None)].value


def cold(last: str = "2026-11-22T08:55:00") -> bytes:
    return given.steady("2026-11-20T07:00:00", last)


def test_one_file_answers_four_questions_and_itself_in_one_append(desk: Desk, run: Run) -> None:
    before = list(desk.store.entries())[-1][0]
    after = shipper_file.take_in_shipper_file(desk, run.id, cold(), "shipper.csv", zone=ZONE)
    assert value(after, "R-15") == {"silent": True}
    assert value(after, "R-17") == {"text": "none"}
    assert value(after, "R-19") == {"number": "-184.8"}
    assert value(after, "R-20") == {"number": "5"}
    entries = [json.loads(line) for _, line in desk.store.entries(after=before)]
    assert {entry["act"] for entry in entries} == {"take_in_file"}
    assert len({entry["ts"] for entry in entries}) == 1
    assert {entry["obj"].split(":")[0] for entry in entries} >= {"run_event", "series", "shipment"}
    assert walks.load_run(desk, run.id).current == after.current


@pytest.mark.req("REG-032")
def test_the_raw_file_its_readings_and_the_printed_curve_are_kept(desk: Desk, run: Run) -> None:
    data = cold()
    shipper_file.take_in_shipper_file(desk, run.id, data, "shipper.csv", zone=ZONE)
    logger = desk.store.get("shipment", given.SHIPMENT).doc["logger"]  # type: ignore[union-attr]
    assert desk.store.blob(logger["sha256"]) == data
    curve = json.loads(desk.store.blob(logger["curve"]))
    assert len(curve["points"]) <= 400
    assert curve["points"][0][0].startswith("2026-11-20T08:00:00")
    assert {fact["en"] for fact in curve["facts"]} >= {"Coldest / warmest", "Longest without a record"}
    series = desk.store.get("series", logger["series"])
    assert series is not None
    assert series.doc["subject"] == given.SHIPMENT
    assert str(proof.check({"A": (line for _, line in desk.store.entries())}, desk.store.blob)) == "INTACT"


def test_a_spike_of_one_reading_keeps_its_height_in_the_curve(desk: Desk, run: Run) -> None:
    rows = cold().decode().splitlines()
    rows[300] = rows[300].rsplit(",", 1)[0] + ",-121.7"
    data = ("\n".join(rows) + "\n").encode()
    after = shipper_file.take_in_shipper_file(desk, run.id, data, "shipper.csv", zone=ZONE)
    assert value(after, "R-19") == {"number": "-121.7"}
    logger = desk.store.get("shipment", given.SHIPMENT).doc["logger"]  # type: ignore[union-attr]
    curve = json.loads(desk.store.blob(logger["curve"]))
    assert max(Decimal(c) for _, c in curve["points"]) == Decimal("-121.7")


def test_warmth_before_departure_is_not_the_journeys(desk: Desk, run: Run) -> None:
    data = given.readings(
        "2026-11-20T06:00:00", "2026-11-22T08:55:00", lambda at: 21.0 if at.hour < 7 and at.day == 20 else -184.0
    )
    after = shipper_file.take_in_shipper_file(desk, run.id, data, "shipper.csv", zone=ZONE)
    assert value(after, "R-19") == {"number": "-184.0"}


def test_a_hole_and_a_record_that_ends_too_early_are_not_hidden(desk: Desk, run: Run) -> None:
    rows = cold().decode().splitlines()
    data = ("\n".join(rows[:100] + rows[124:]) + "\n").encode()
    after = shipper_file.take_in_shipper_file(desk, run.id, data, "shipper.csv", zone=ZONE)
    assert value(after, "R-20") == {"number": "125"}


def test_what_the_file_leaves_open_is_asked(desk: Desk, run: Run) -> None:
    with pytest.raises(Refusal) as refused:
        shipper_file.take_in_shipper_file(desk, run.id, cold(), "shipper.csv")
    assert refused.value.code == "import.question"
    assert refused.value.facts["question"] == "zone"
    assert Key("R-18", None) not in walks.load_run(desk, run.id).current


def test_the_file_of_another_journey_is_refused(desk: Desk, run: Run) -> None:
    last_month = given.steady("2026-10-20T07:00:00", "2026-10-22T07:00:00")
    with pytest.raises(Refusal, match=r"import\.other_journey"):
        shipper_file.take_in_shipper_file(desk, run.id, last_month, "shipper.csv", zone=ZONE)


def test_the_same_file_twice_is_noticed_and_a_better_one_needs_a_reason(desk: Desk, run: Run) -> None:
    shipper_file.take_in_shipper_file(desk, run.id, cold("2026-11-22T06:00:00"), "part.csv", zone=ZONE)
    with pytest.raises(Refusal, match=r"import\.same_file"):
        shipper_file.take_in_shipper_file(desk, run.id, cold("2026-11-22T06:00:00"), "again.csv", zone=ZONE)
    with pytest.raises(Refusal, match=r"run\.answered"):
        shipper_file.take_in_shipper_file(desk, run.id, cold(), "whole.csv", zone=ZONE)
    after = shipper_file.take_in_shipper_file(
        desk, run.id, cold(), "whole.csv", zone=ZONE, reason="文件不完整，重新导出"
    )
    assert value(after, "R-20") == {"number": "5"}
    assert len(after.history(Key("R-18", None))) == 2


def test_a_file_of_day_summaries_gives_extremes_and_never_a_longest_gap(desk: Desk, run: Run) -> None:
    from pathlib import Path

    text = (Path(__file__).parents[2] / "data/loggers/berlinger/ok_days.txt").read_bytes()
    data = text.replace(b"2026-03-0", b"2026-11-2").replace(b"2026-11-23", b"2026-11-20")
    after = shipper_file.take_in_shipper_file(desk, run.id, data, "days.txt", zone=ZONE)
    assert value(after, "R-19") == {"number": "9.4"}
    assert Key("R-20", None) not in after.current
    assert value(after, "R-17") == {"text": "alarm"}
    held = desk.store.find("shipment")[0].doc["logger"]
    series = json.loads(desk.store.blob(held["curve"]))
    assert series["by_day"]  # days are strokes on paper, and no number of readings is claimed
    assert {fact["en"]: fact["text"]["en"] for fact in series["facts"]}["Days (day summaries)"] == "2"


def test_a_walk_about_no_shipment_takes_no_shippers_file(desk: Desk) -> None:
    other = walks.start_run(desk, "clock-check", {"device": "station-A"})
    with pytest.raises(Refusal, match=r"import\.no_shipment"):
        shipper_file.take_in_shipper_file(desk, other.id, cold(), "shipper.csv", zone=ZONE)

"""A period of one probe as a record: what it says, what is refused, and its next version."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import makers
import pytest
import storage_makers as sm
import temperature_record_makers as make

from cellguide import canonical
from cellguide.acts import (
    device_marks,
    excursions,
    imports,
    places,
    probes,
    records,
    rounds,
    temperature_records,
    walks,
)
from cellguide.clock import parse_iso
from cellguide.desk import Desk
from cellguide.places import Place
from cellguide.refusal import Refusal
from cellguide.temperature import plot
from cellguide.temperature.limits import Period
from cellguide.temperature.stream import streams
from cellguide.temperature_content import COLUMNS

FIRST, LAST = make.FIRST, make.LAST


def content(desk: Desk, record: str) -> dict[str, Any]:
    held = desk.store.get("record", record)
    assert held is not None
    found: dict[str, Any] = json.loads(desk.store.blob(str(held.doc["sha256"])))
    return found


def body(desk: Desk, record: str) -> dict[str, Any]:
    found: dict[str, Any] = content(desk, record)["temperature"]
    return found


def table(desk: Desk, record: str, name: str) -> dict[str, Any]:
    return next(one for one in body(desk, record)["tables"] if one["id"] == name)


def cell(desk: Desk, record: str, en: str) -> str:
    cells = [*body(desk, record)["identity"], *body(desk, record)["figures"]]
    return str(next(one["text"]["en"] for one in cells if one["en"] == en))


def texts(rows: list[list[dict[str, str]]]) -> list[list[str]]:
    return [[one["en"] for one in row] for row in rows]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[make.Shared]:
    """The same for every test that only makes records of it."""
    with make.shared(tmp_path_factory.mktemp("temperature")) as made:
        yield made


@pytest.fixture
def measured(desk: Desk) -> make.Measured:
    return make.measured(desk)


# --- what it says -----------------------------------------------------------------------------------------------------


def test_it_says_where_by_what_and_when(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe)
    assert cell(desk, record, "Where it is measured") == "DEMO site / Cell store / Tank B"
    assert cell(desk, record, "Device") == "B"
    assert cell(desk, record, "Probe serial") == "DEMO-PT100-04"
    assert "In a dummy product" in cell(desk, record, "Sensor position")
    assert cell(desk, record, "From") == "2026-11-18 00:00 +08:00"
    assert cell(desk, record, "Until") == "2026-11-22 00:00 +08:00"
    assert cell(desk, record, "Time zone") == "Asia/Shanghai"


@pytest.mark.req("REG-053")
def test_the_certificate_stands_in_it_with_its_points_and_how_far_the_limit_can_be_told(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe)
    (row,) = texts(table(desk, record, "calibration")["rows"])
    assert row[0] == "DEMO-CAL-1"
    assert row[1] == "2026-05-30 → 2027-05-29"
    assert row[2].split("\n")[0] == "−196 °C · U 0.8 °C (k = 2) · 0.1 °C"
    limit = texts(table(desk, record, "limits")["rows"])[0]
    assert limit == ["Upper limit", "−150 °C", "Outside", "device", "DEMO SOP-07"]


@pytest.mark.req("REG-032")
def test_every_file_stands_in_it_with_its_hash_reader_and_version(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe)
    rows = texts(table(desk, record, "sources")["rows"])
    assert [row[0] for row in rows] == [measured.first_file, measured.second_file]
    for row in rows:
        doc = desk.store.get("series", row[0]).doc
        assert doc["sha256"] in row[1].replace(" ", "")
        assert canonical.sha256(desk.store.blob(doc["sha256"])) == doc["sha256"]
        assert f"{doc['reader']} {doc['reader_version']}" in row[2]


def test_its_figures_are_the_judgement_s_of_this_probe(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe)
    facts = body(desk, record)["facts"]
    assert facts["verdict"] == "excursion"
    assert cell(desk, record, "Readings / expected") == f"{facts['readings']} / {facts['expected']}"
    assert facts["readings"] == 4 * 288 - 95  # four days, without the hole of eight hours
    assert cell(desk, record, "Coverage").split("\n")[0] == "91.7 %"
    assert cell(desk, record, "Time not recorded") == "480 min"
    assert cell(desk, record, "Interval") == "5 min"
    assert cell(desk, record, "Highest") == "−145.0 °C\n2026-11-21 14:00 +08:00"
    assert cell(desk, record, "Mean") == "−184.8 °C"


def test_another_probe_s_readings_do_not_speak_for_this_one(desk: Desk, measured: make.Measured) -> None:
    other = sm.probe(desk, "B", serial="DEMO-OTHER")
    data = sm.readings("2026-11-19 00:00", "2026-11-19 12:00", lambda at: -120.0 if at.hour < 6 else -185.0)
    imports.take_in_file(desk, data, "other.csv", other)
    record = make.made(desk, measured.probe)
    assert body(desk, record)["facts"]["hi"][0] == "-145.0"
    assert len(table(desk, record, "sources")["rows"]) == 2
    last = texts(table(desk, record, "excursions")["rows"])[-1]
    assert last[2] == "Shown by another probe, a round, or the limits of that time"  # the ledger's is not kept back


def test_an_excursion_stands_in_it_with_bounds_level_and_who_has_seen_it(desk: Desk, measured: make.Measured) -> None:
    (id, _) = excursions.listed(desk)[0]
    excursions.acknowledge_excursion(desk, id, "已到现场查看")
    walks.answer_step(desk, rounds.start_response(desk, id).id, "X-04", value="lid_open")
    record = make.made(desk, measured.probe)
    row = texts(table(desk, record, "excursions")["rows"])[0]
    assert row[1].startswith("2026-11-21 13:59")
    assert row[2].startswith("12 min")
    assert row[3] == "10 min – 20 min"
    assert row[4].startswith("−145.0 °C\n2026-11-21 14:00 +08:00")
    assert f"{id} · level 2" in row[5]
    assert "seen by 演示药甲 900011" in row[5]
    assert "lid open" in row[5]
    assert content(desk, record)["deviations"]


def test_a_hole_is_never_in_range_and_stands_in_a_row_of_its_own(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe, FIRST, datetime.date(2026, 11, 20))
    assert body(desk, record)["facts"]["verdict"] == "not_demonstrated"
    assert content(desk, record)["decision"]["level"] == "held"
    (row,) = texts(table(desk, record, "gaps")["rows"])
    assert row == ["Hole in the data", "2026-11-20 08:00 +08:00", "2026-11-20 16:00 +08:00", "480 min", "95"]


def test_a_quiet_day_is_in_range_and_says_so(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe, datetime.date(2026, 11, 19), datetime.date(2026, 11, 19))
    decision = content(desk, record)["decision"]
    assert (decision["code"], decision["level"]) == ("in_range", "ok")
    assert not table(desk, record, "excursions")["rows"]


def test_containers_inside_stand_in_it_with_their_limit_and_no_patient_s_name(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe)
    (row,) = texts(table(desk, record, "containers")["rows"])
    assert row[0].split("\n")[:2] == ["C-1", "DEMO-24118"]
    assert row[1].startswith("2026-11-19 09:00 +08:00")
    assert row[3] == "−145.0 °C"
    assert row[6].startswith("Level 2: on hold")
    assert "演示患者" not in json.dumps(content(desk, record), ensure_ascii=False)


def test_who_put_something_in_is_marked(shared: make.Shared) -> None:
    desk, measured = shared
    rows = texts(table(desk, make.made(desk, measured.probe), "marks")["rows"])
    assert ["2026-11-19 09:00 +08:00", "C-1 put in", "演示药甲 900011"] in rows


def test_a_lid_a_refill_and_a_probe_fault_stand_in_it_with_their_evidence(desk: Desk, measured: make.Measured) -> None:
    since, until = (parse_iso(f"2026-11-21T{at}:00.000+08:00") for at in ("13:58", "14:12"))
    shown = device_marks.Evidence(b"DEMO photograph", "lid.jpg")
    device_marks.mark_device(desk, "B", "lid_open", since, until, "取放时罐盖开启", shown)
    record = make.made(desk, measured.probe)
    told = next(row for row in texts(table(desk, record, "marks")["rows"]) if row[1].startswith("lid open"))
    assert told[0] == "2026-11-21 13:58 +08:00"
    assert "→ 2026-11-21 14:12 +08:00 · 取放时罐盖开启" in told[1]
    assert canonical.sha256(b"DEMO photograph") in told[1].replace(" ", "")
    assert [since.utc_ms, "door", ""] in body(desk, record)["chart"]["marks"]


def test_files_that_overlap_and_contradict_each_other_are_shown(desk: Desk, measured: make.Measured) -> None:
    data = sm.readings("2026-11-18 06:00", "2026-11-18 07:00", lambda at: -170.0)
    again = imports.take_in_file(desk, data, "again.csv", measured.probe)
    record = make.made(desk, measured.probe)
    rows = texts(table(desk, record, "conflicts")["rows"])
    assert ["Two files overlap", "2026-11-18 06:00 +08:00\n→ 2026-11-18 07:00 +08:00",
            f"{measured.first_file} · {again}"] in rows  # fmt: skip
    assert any(row[0] == "Different values at one time" and row[1].startswith("2026-11-18 06:00") for row in rows)
    assert cell(desk, record, "Repeated / conflicting / empty") == "0 / 13 / 0"


def test_mean_kinetic_temperature_is_refused_for_a_cryogenic_store_with_the_reason(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe)
    assert cell(desk, record, "MKT") == "not computed (see notes)"
    assert "mean kinetic temperature means nothing for frozen stores" in body(desk, record)["notes"][0]["en"]
    assert cell(desk, record, "Critical lines crossed") == "−135 °C × 0 · −123 °C × 0"


# --- a refrigerator, days, and zones ----------------------------------------------------------------------------------


@pytest.fixture
def fridge(desk: Desk) -> str:
    sm.tanks(desk)
    room = next(held.id for held in desk.store.find("place") if held.doc["code"] == "ROOM")
    limits = {"limit_c_max": "8", "limit_c_min": "2", "limit_source": "DEMO SOP-09"}
    places.add_place(desk, Place("", "fridge", "F", room, "冰箱", "Fridge", **limits), sm.second(desk))
    return sm.probe(desk, "F", serial="DEMO-F-1", interval_s="1800")


def test_mean_kinetic_temperature_stands_with_its_window(desk: Desk, fridge: str) -> None:
    data = sm.readings("2026-11-18 00:00", "2026-11-22 00:00", lambda at: 15.0 if at.hour == 3 else 5.0, 30)
    imports.take_in_file(desk, data, "fridge.csv", fridge)
    record = make.made(desk, fridge)
    assert cell(desk, record, "MKT") == "5.8 °C"  # regulation 3.2, C2: 23 h at 5 °C and 1 h at 15 °C
    note = body(desk, record)["notes"][0]["en"]
    assert "every window of 24 h" in note
    assert "ΔH/R = 10000 K" in note


def test_a_store_that_was_too_cold_has_no_mean_kinetic_temperature(desk: Desk, fridge: str) -> None:
    data = sm.readings("2026-11-18 00:00", "2026-11-22 00:00", lambda at: 1.0 if at.hour == 3 else 5.0, 30)
    imports.take_in_file(desk, data, "fridge.csv", fridge)
    assert "below the lower limit" in body(desk, make.made(desk, fridge))["notes"][0]["en"]


def test_the_chart_s_points_are_those_of_the_screen(shared: make.Shared) -> None:
    desk, measured = shared
    chart = body(desk, make.made(desk, measured.probe))["chart"]
    period = Period(chart["start_ms"], chart["end_ms"])
    (stream,) = streams(imports.readings_of(desk, measured.probe, period))
    drawn = [segment.points for segment in plot.curve(stream, period, COLUMNS)]
    assert len(drawn) == 2
    assert [[(at, float(c)) for at, c in line] for line in chart["lines"]] == [list(points) for points in drawn]
    assert len(chart["gaps"]) == 1


def test_a_long_period_is_drawn_by_days_as_on_the_screen(desk: Desk, fridge: str) -> None:
    data = sm.readings("2026-08-01 00:00", "2026-11-01 00:00", lambda at: 5.0 + math.sin(at.day), 30)
    imports.take_in_file(desk, data, "fridge.csv", fridge)
    chart = body(desk, make.made(desk, fridge, datetime.date(2026, 8, 1), datetime.date(2026, 10, 31)))["chart"]
    assert not chart["lines"]
    (band,) = chart["bands"]
    assert len(band) % 2 == 0
    assert len(band) >= 2 * 90
    assert all(float(low) <= float(high) for (_, low), (_, high) in zip(band[0::2], band[1::2], strict=True))


def test_days_that_a_device_only_sums_up_are_shown_as_days_and_never_as_time(desk: Desk, fridge: str) -> None:
    data = (Path(__file__).parents[2] / "data/loggers/berlinger/ok_days.txt").read_bytes()
    imports.take_in_file(desk, data, "days.txt", fridge, zone="Asia/Shanghai", reason="演示文件，另一支记录仪")
    record = make.made(desk, fridge, datetime.date(2026, 3, 2), datetime.date(2026, 3, 3))
    assert cell(desk, record, "Highest") == "9.4 °C\n2026-03-03, day summary"
    assert cell(desk, record, "Outside the limits") == "0\ndays beyond by summary: 1"
    assert cell(desk, record, "Coverage").startswith("0.0 %")
    (row,) = texts(table(desk, record, "excursions")["rows"])
    assert row[2] == "Day summary beyond the limit"
    assert texts(table(desk, record, "sources")["rows"])[0][4] == "2 days (day summaries)"
    chart = body(desk, record)["chart"]
    assert not chart["lines"]
    assert [[c for _, c in band] for band in chart["bands"]] == [["3.0", "6.6"], ["3.1", "9.4"]]


@pytest.mark.req("REG-027")
def test_a_day_of_twenty_five_hours_is_a_whole_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    site = dict(desk.site) | {"zone": "Europe/Paris"}
    monkeypatch.setattr(type(desk), "site", property(lambda _self: site))
    period = temperature_records.days_of(desk, datetime.date(2026, 10, 25), datetime.date(2026, 10, 25)).period
    assert period.length_ms == 25 * 3_600_000


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2026-11-21", "2026-11-20", "days"),
        ("2026-11-20", "2026-11-23", "future"),
        ("2025-11-21", "2026-11-21", "no_readings"),
        ("2025-11-20", "2026-11-21", "too_long"),
        ("2026-11-01", "2026-11-17", "no_readings"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(
    desk: Desk, measured: make.Measured, first: str, last: str, code: str
) -> None:
    probe = measured.probe if code != "no_readings" or first[:4] == "2026" else sm.probe(desk, "A", serial="DEMO-A")
    with pytest.raises(Refusal) as caught:
        make.made(desk, probe, datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    assert caught.value.code == f"temperature_record.{code}"
    assert not desk.store.find("record")


def test_days_inside_a_hole_have_no_readings(desk: Desk, measured: make.Measured) -> None:
    make.taken(desk, measured.probe, "01 00:00", "02 00:00")
    day = datetime.date(2026, 11, 10)
    with pytest.raises(Refusal, match="no_readings"):
        make.made(desk, measured.probe, day, day)


def test_today_is_taken_until_now_and_closes_nothing(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe, datetime.date(2026, 11, 22), datetime.date(2026, 11, 22))
    assert body(desk, record)["end"] == desk.now().iso


def test_a_probe_that_measures_elsewhere_now_still_has_its_records_here(desk: Desk, measured: make.Measured) -> None:
    probes.change_probe(desk, measured.probe, {"place": places.device(desk, "A").id}, "换到另一台设备")
    record = make.made(desk, measured.probe)
    assert cell(desk, record, "Device") == "B"
    assert body(desk, record)["facts"]["readings"] == 1057


@pytest.mark.req("REG-020")
def test_an_administrator_and_a_quality_officer_make_none(desk: Desk, measured: make.Measured) -> None:
    for person in (makers.ADMIN, makers.QUALITY):
        makers.sit(desk, person)
        with pytest.raises(Refusal, match=r"session\.role"):
            make.made(desk, measured.probe)


def test_what_changed_while_it_was_judged_is_noticed(desk: Desk, measured: make.Measured) -> None:
    ready = temperature_records.compose(temperature_records.pending_record(desk, measured.probe, FIRST, LAST))
    make.taken(desk, measured.probe, "20 08:05", "20 15:55")
    with pytest.raises(Refusal) as caught:
        temperature_records.file_record(desk, ready)
    assert caught.value.code == "temperature_record.changed"
    assert not desk.store.find("record")


# --- found again, and its next version --------------------------------------------------------------------------------


def test_search_finds_it_by_probe_device_and_word(shared: make.Shared) -> None:
    desk, measured = shared
    record = make.made(desk, measured.probe)
    for text in ("DEMO-PT100-04", "液氮罐 B", "温度记录", "temperature"):
        assert record in [hit.id for hit in desk.store.search(text, kinds=["record"])], text
    shown = desk.store.get("record", record).doc["shown"]
    assert (shown["zh"], shown["product_en"]) == ("温度记录", "Tank B")


def signed(desk: Desk, record: str) -> None:
    records.draw_record(desk, record)
    records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST))
    records.sign_record(desk, record, "reviewed", makers.proof(desk, makers.QUALITY))


@pytest.mark.req("REG-008")
def test_whoever_made_it_signs_and_another_reviews(desk: Desk, measured: make.Measured) -> None:
    record = make.made(desk, measured.probe)
    records.draw_record(desk, record)
    with pytest.raises(Refusal, match=r"sign\.not_performer"):
        records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST_2))
    records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST))
    with pytest.raises(Refusal, match=r"sign\.same_person"):
        records.sign_record(desk, record, "reviewed", makers.proof(desk, makers.PHARMACIST))
    records.sign_record(desk, record, "reviewed", makers.proof(desk, makers.QUALITY))
    assert desk.store.get("record", record).doc["state"] == "signed"


@pytest.mark.req("REG-012")
def test_a_late_file_makes_the_next_version_and_the_signed_one_goes_along(desk: Desk, measured: make.Measured) -> None:
    record = make.made(desk, measured.probe)
    signed(desk, record)
    before = desk.store.get("record", record).doc
    make.taken(desk, measured.probe, "20 08:05", "20 15:55")
    assert temperature_records.remake_temperature_record(desk, record, "迟到的文件补上了空缺") == record
    doc = desk.store.get("record", record).doc
    assert (doc["number"], doc["state"], doc["signed"]) == (2, "frozen", [])
    assert cell(desk, record, "Coverage").split("\n")[0] == "100.0 %"
    assert content(desk, record)["amends"]["pdf_sha256"] == before["pdf_sha256"]
    assert desk.store.blob(before["pdf_sha256"])
    signed(desk, record)
    assert desk.store.get("record", record).doc["state"] == "signed"


def test_what_would_say_the_same_makes_no_version(desk: Desk, measured: make.Measured) -> None:
    record = make.made(desk, measured.probe)
    signed(desk, record)
    with pytest.raises(Refusal) as caught:
        temperature_records.remake_temperature_record(desk, record, "再看一遍结果")
    assert caught.value.code == "temperature_record.nothing_new"
    with pytest.raises(Refusal, match=r"reason\.short"):
        temperature_records.remake_temperature_record(desk, record, "  ")
    assert desk.store.get("record", record).doc["number"] == 1


def test_it_is_voided_like_every_record(desk: Desk, measured: make.Measured) -> None:
    record = make.made(desk, measured.probe)
    signed(desk, record)
    records.void_record(desk, record, "探头装错了设备，作废")
    assert content(desk, record)["temperature"] is None
    records.draw_record(desk, record)
    records.sign_record(desk, record, "voided", makers.proof(desk, makers.QUALITY))
    with pytest.raises(Refusal, match=r"temperature_record\.other_kind"):
        temperature_records.remake_temperature_record(desk, record, "再生成一次看看")

"""Files of several channels, files without a serial number, and the watched folder that takes them in by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import makers
import pytest
import storage_makers as given

from cellguide.acts import file_reading, imports, probes, watched_folder
from cellguide.acts.watched_folder import Watched
from cellguide.desk import Desk
from cellguide.entry import Actor
from cellguide.loggers import generic, proposal
from cellguide.loggers.source import Answers, Source
from cellguide.refusal import Refusal

ZONE = "Asia/Shanghai"
SECOND = Actor(makers.PHARMACIST_2, "pharmacist", "password")


@pytest.fixture
def site(desk: Desk) -> Desk:
    given.tanks(desk)
    return desk


def looked(desk: Desk) -> list[Watched]:
    """One look into the watched folder, its slow parts run on the spot."""
    steps = watched_folder.watch_folder(desk)
    answer: Any = None
    refusal: Refusal | None = None
    while True:
        try:
            work = steps.throw(refusal) if refusal is not None else steps.send(answer)
        except StopIteration as done:
            return list(done.value)
        answer, refusal = None, None
        try:
            answer = work()
        except Refusal as no:
            refusal = no


def described(desk: Desk, probe: str, data: bytes, **answers: str) -> str:
    """Two people describe a table for a probe, as the wizard does."""
    said = Answers.of({"zone": ZONE} | answers)
    source = Source(data, "table.csv")
    text = proposal.settle(proposal.propose(source, said), said).to_json()
    return probes.describe_source(desk, probe, text, {"zh": "演示表", "en": "DEMO table"}, SECOND)


def watching(desk: Desk, folder: Path) -> Path:
    folder.mkdir()
    watched_folder.choose_watch_folder(desk, str(folder))
    return folder


def test_one_file_is_two_imports_each_judged_for_its_own_tank(site: Desk) -> None:
    top, bottom = given.probe(site, "A", "DEMO-1", answers={}), given.probe(site, "B", "DEMO-2", answers={})
    chosen = {"Temp 1 (°C)": top, "Temp 2 (°C)": bottom}
    data = given.two_channels("2026-11-20T08:00:00")
    ids = imports.take_in_channels(site, data, "two.csv", chosen, zone=ZONE)
    docs = [site.store.get("series", id).doc for id in ids]  # type: ignore[union-attr]
    assert [(doc["probe"], doc["channel"], doc["hi"]) for doc in docs] == [
        (top, "Temp 1 (°C)", "-184.0"),
        (bottom, "Temp 2 (°C)", "-188.0"),
    ]
    assert docs[0]["sha256"] == docs[1]["sha256"] and site.store.blob(docs[0]["sha256"]) == data
    assert [doc["place"] for doc in docs] == [probes.get(site, id).place for id in (top, bottom)]
    with pytest.raises(Refusal, match=r"import\.same_file"):
        imports.take_in_channels(site, data, "again.csv", chosen, zone=ZONE)
    later = given.two_channels("2026-11-21T08:05:00", hours=2)
    with pytest.raises(Refusal, match=r"import\.no_probe"):  # no serial number, no description
        imports.take_in_channels(site, later, "later.csv", zone=ZONE)


def test_a_channel_that_was_left_out_is_taken_in_later_from_the_same_file(site: Desk) -> None:
    top, bottom = given.probe(site, "A", "DEMO-1", answers={}), given.probe(site, "B", "DEMO-2", answers={})
    data = given.two_channels("2026-11-20T08:00:00")
    first = imports.take_in_channels(site, data, "two.csv", {"Temp 2 (°C)": bottom}, zone=ZONE)
    both = {"Temp 1 (°C)": top, "Temp 2 (°C)": bottom}
    second = imports.take_in_channels(site, data, "two.csv", both, zone=ZONE)
    assert len(first) == len(second) == 1
    assert site.store.get("series", second[0]).doc["probe"] == top  # type: ignore[union-attr]


def test_a_logger_of_two_sensors_finds_both_probes_by_serial_number_and_channel(site: Desk) -> None:
    one = given.probe(site, "A", "10173910/10173911", answers={})
    two = given.probe(site, "B", "10173912", answers={})  # by the sensor's own number alone
    ids = imports.take_in_channels(site, given.hobo_channels(), "hobo.csv")
    assert [site.store.get("series", id).doc["probe"] for id in ids] == [one, two]  # type: ignore[union-attr]


def test_a_channel_that_no_file_of_that_logger_has_is_refused(site: Desk) -> None:
    one = given.probe(site, "A", "DEMO-1", answers={})
    with pytest.raises(Refusal, match=r"logger\.answer_unknown") as no:
        imports.take_in_channels(site, given.two_channels("2026-11-20T08:00:00"), "two.csv", {"T9": one}, zone=ZONE)
    assert no.value.facts["allowed"] == "Temp 1 (°C), Temp 2 (°C)"
    assert site.store.find("series") == []


def test_a_described_table_without_a_serial_number_is_taken_in_from_the_folder(site: Desk, tmp_path: Path) -> None:
    folder = watching(site, tmp_path / "in")
    probe = given.probe(site, "A", "DEMO-1", answers={})
    data = given.steady("2026-11-20T08:00:00", "2026-11-21T08:00:00")
    (folder / "a.csv").write_bytes(data)
    looked(site)
    assert [(one.series, one.code) for one in looked(site)] == [((), "import.no_probe")]
    assert looked(site) == [], "said once"
    described(site, probe, data)
    [found] = looked(site)
    doc = site.store.get("series", found.series[0]).doc  # type: ignore[union-attr]
    assert (doc["probe"], doc["state"], doc["by"], doc["zone"]) == (probe, "unreviewed", "station", ZONE)
    assert looked(site) == []


def test_a_description_that_one_person_alone_made_counts_for_nothing_in_the_folder(site: Desk, tmp_path: Path) -> None:
    probe = given.probe(site, "A", "DEMO-1", answers={})
    data = given.steady("2026-11-20T08:00:00", "2026-11-21T08:00:00")
    id = described(site, probe, data)
    held = probes.get(site, probe)
    assert file_reading.descriptions(site, [held], reviewed=True)
    assert generic.fits(file_reading.descriptions(site, [held])[probe], Source(data, "a.csv"))
    at, who = site.begin("describe_source")
    from cellguide.entry import Change

    site.write("describe_source", [Change("source", id, {"reviewed_by": ""})], at=at, who=who)
    assert file_reading.descriptions(site, [held], reviewed=True) == {}


def test_a_table_that_two_probes_were_described_by_waits_for_a_person(site: Desk, tmp_path: Path) -> None:
    folder = watching(site, tmp_path / "in")
    data = given.steady("2026-11-20T08:00:00", "2026-11-21T08:00:00")
    for place, serial in (("A", "DEMO-1"), ("B", "DEMO-2")):
        described(site, given.probe(site, place, serial, answers={}), data)
    (folder / "a.csv").write_bytes(data)
    looked(site)
    assert [one.code for one in looked(site)] == ["import.no_probe"]
    assert site.store.find("series") == []


def test_a_file_of_an_unknown_logger_is_tried_again_when_the_probe_is_registered(site: Desk, tmp_path: Path) -> None:
    folder = watching(site, tmp_path / "in")
    (folder / "hobo.csv").write_bytes(given.hobo_channels())
    looked(site)
    assert [one.code for one in looked(site)] == ["import.no_probe"]
    given.probe(site, "A", "DEMO-ANOTHER", answers={})
    assert looked(site) == [], "tried again, in vain, and not said twice"
    assert len([held for held in site.store.find("event") if held.doc["kind"] == "not_taken_in"]) == 1
    probe = given.probe(site, "A", "10173910/10173911", answers={})
    [found] = looked(site)
    assert [site.store.get("series", id).doc["probe"] for id in found.series] == [probe]  # type: ignore[union-attr]


def test_both_channels_of_a_described_table_are_taken_in_from_the_folder(site: Desk, tmp_path: Path) -> None:
    folder = watching(site, tmp_path / "in")
    top, bottom = given.probe(site, "A", "DEMO-1", answers={}), given.probe(site, "B", "DEMO-2", answers={})
    data = given.two_channels("2026-11-20T08:00:00", hours=2)
    described(site, top, data)
    chosen = {"Temp 1 (°C)": top, "Temp 2 (°C)": bottom}
    imports.take_in_channels(site, data, "first.csv", chosen)
    assert probes.get(site, bottom).source == probes.get(site, top).source, "the second probe shares the description"
    (folder / "next.csv").write_bytes(given.two_channels("2026-11-20T10:00:00", hours=2))
    looked(site)
    [found] = looked(site)
    assert [site.store.get("series", id).doc["probe"] for id in found.series] == [top, bottom]  # type: ignore[union-attr]

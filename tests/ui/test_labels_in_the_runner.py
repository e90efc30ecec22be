"""Labels of several containers in the runner: which is asked, what a scan gives, and what is said of a wrong one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import runner_bench as rb
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typist import Typist

from cellguide.acts import walks
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.desk import Desk
from cellguide.runs import Key
from cellguide.shipments import Announced
from ui.language import language
from ui.scan import ScanFilter

GTIN = "09506000134352"
TWO_LOTS = (
    Announced(1, 2, "DC260902A", "2027-06-30", "A99992600000201", "CD8"),
    Announced(2, 2, "DC260902B", "2027-05-31", "A99992600000202", "CD4"),
)


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter) -> Iterator[rb.Bench]:
    made = rb.bench(desk, clock, qapp, scanner)
    yield made
    rb.put_away(made, qapp)


def walked_to_the_labels(bench: rb.Bench, announced: tuple[Announced, ...]) -> tuple[str, receipts.Case]:
    """Everything is in the cold; papers, COI, name and second identifier are read."""
    case = receipts.deliver(bench.hospital, 2, "demo-cel", "2026-12-20", 2, announced=announced)
    rb.makers.sit(bench.desk, rb.makers.PHARMACIST)
    run = walks.start_run(
        bench.desk, "receipt", {"shipment": case.shipment.id, "order": case.order.id}, case.containers
    ).id
    receipts.door(bench.hospital, run, case)
    receipts.cold(bench.hospital, run, case)
    house = bench.hospital
    house.answer(run, "R-21", ["delivery_note", "release_certificate", "package_insert", "temperature_record"])
    house.answer(run, "R-22", {"text": case.order.coi, "how": "scanned"})
    house.answer(run, "R-23", "final")
    house.answer(run, "R-30", case.order.patient.name)
    house.answer(run, "R-31", {"text": case.order.patient.birth_date, "how": "typed"})
    bench.wire.open_run(run)
    return run, case


def test_each_label_of_its_own_is_asked_and_a_code_gives_the_lot(bench: rb.Bench, typist: Typist) -> None:
    run, case = walked_to_the_labels(bench, TWO_LOTS)
    first, second = case.containers
    assert bench.walk.here == Key("R-32", first)
    typist.scan(bench.keyboard(), f"]d201{GTIN}17270630" + "10DC260902A\x1d21000001")
    kept = walks.load_run(bench.desk, run).current[Key("R-32", first)].value
    assert (kept["text"], kept["standard"], kept["fields"]["serial"]) == ("DC260902A", "gs1", "000001")
    assert bench.walk.here == Key("R-33", first)
    bench.hospital.answer(run, "R-33", "2027-06-30", first)
    bench.wire.open_run(run)
    # The other label is another question; its row waits beside the first one's.
    assert bench.walk.here == Key("R-32", second)
    view = bench.wire.page.panel.view
    assert view is not None and view.question is not None
    rows = {row.name: row.label for row in view.question.rows if row.name.startswith("批号")}
    assert list(rows.values()) == ["DC260902A", "—"]


def test_containers_announced_alike_are_asked_once(bench: rb.Bench) -> None:
    alike = tuple(one._replace(lot="DC260902A", expiry="2027-06-30", component="") for one in TWO_LOTS)
    _, case = walked_to_the_labels(bench, alike)
    assert bench.walk.here == Key("R-32", case.containers[0])
    view = bench.wire.page.panel.view
    assert view is not None and view.question is not None
    assert len([row for row in view.question.rows if row.name.startswith("批号")]) == 1


@pytest.mark.parametrize(
    ("scan", "zh", "en"),
    [
        ("DEMO-24100274", "扫到的是身份链编号", "chain-of-identity number"),
        (f"01{GTIN}10DC260902A17270630", "分隔符", "separator"),
        ("=G12341765432170", "捐献识别号", "donation number"),
    ],
)
def test_a_wrong_scan_is_said_and_the_question_stays(
    bench: rb.Bench, typist: Typist, scan: str, zh: str, en: str
) -> None:
    run, case = walked_to_the_labels(bench, TWO_LOTS)
    events = len(walks.load_run(bench.desk, run).events)
    for lang, words in (("zh", zh), ("en", en)):
        language.switch(lang)
        typist.scan(bench.keyboard(), scan)
        assert words in bench.station.frame.notices.notices[0].text
    assert bench.walk.here == Key("R-32", case.containers[0])
    assert len(walks.load_run(bench.desk, run).events) == events


@pytest.mark.req("REG-008")
def test_the_second_person_scans_the_code_or_types_the_lot_and_both_agree(
    bench: rb.Bench, typist: Typist, qtbot: QtBot
) -> None:
    run, case = walked_to_the_labels(bench, TWO_LOTS)
    first, coi = case.containers[0], {"text": case.order.coi, "how": "scanned"}
    birth_date = {"text": case.order.patient.birth_date, "how": "typed"}
    for step, value in (("R-22", coi), ("R-23", None), ("R-30", case.order.patient.name), ("R-31", birth_date)):
        bench.hospital.check(run, step, value)
    before = walks.load_run(bench.desk, run).checks
    bench.wire.open_run(run)
    typist.scan(bench.keyboard(), "DC260902A")
    bench.walk.handing.check()
    dialog = bench.walk.dialog.dialog
    dialog.person_id.setText(rb.makers.PHARMACIST_2)
    dialog.secret.setText(rb.makers.password(rb.makers.PHARMACIST_2))
    dialog.key.click()
    qtbot.waitUntil(lambda: not dialog._busy)
    field = dialog.fields[f"R-32|{first}|0"]
    field.setFocus()
    # Another kind of code is said in the dialog, and nothing of theirs is written down.
    bench.walk.take_scan(f"01{GTIN}17270630")
    dialog.key.click()
    assert "商品编码" in dialog.error.text()
    assert walks.load_run(bench.desk, run).checks == before
    bench.walk.take_scan(f"]d201{GTIN}10DC260902A\x1d17270630")
    dialog.key.click()
    [check] = walks.load_run(bench.desk, run).checks[-1:]
    assert (check.value["text"], check.value["fields"]["gtin"]) == ("DC260902A", GTIN)

"""A printer that is not there: said in words; no copy is counted for nothing, and none twice (DESIGN.md 10)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import runner_bench as rb
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.desk import Desk
from ui.language import say
from ui.scan import ScanFilter
from ui.wiring.records import RecordsWire


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[rb.Bench]:
    clock.set("2026-11-22T14:00:00+08:00")
    made = rb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    yield made
    rb.put_away(made, qapp)


def told(bench: rb.Bench) -> list[str]:
    return [notice.text for notice in bench.station.frame.notices.notices]


@pytest.mark.skipif(bool(QPrinterInfo.availablePrinterNames()), reason="this machine has a printer")
def test_without_a_printer_it_is_said_and_no_copy_is_counted(bench: rb.Bench) -> None:
    record = receipts.receive(bench.hospital, bench.case, "hold", contact="等待持有人确认")
    wire = RecordsWire(bench.station)
    wire.page.pick(record)
    wire.page.print_key.click()
    assert say("station.no_printer") in told(bench)
    assert bench.desk.store.find("print") == []


@pytest.mark.qt_log_ignore("Returned false")
def test_a_printer_that_fails_is_said_and_its_copy_stays_counted(bench: rb.Bench, tmp_path: Path) -> None:
    record = receipts.receive(bench.hospital, bench.case, "hold", contact="等待持有人确认")
    wire = RecordsWire(bench.station)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "gone" / "copy.pdf"))  # unplugged after it was chosen
    for copy in (1, 2):
        wire.print_on(record, printer)
        assert say("station.printer_failed", copy=copy) in told(bench)
    assert len(bench.desk.store.find("print")) == 2

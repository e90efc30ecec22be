"""The Deviations and Storage pages on a real store."""

from __future__ import annotations

from collections.abc import Iterator

import makers
import pytest
import station_makers as sm
from PySide6.QtWidgets import QApplication, QWidget

from cellguide.acts import deviations
from cellguide.desk import Desk
from ui.dialogs.deviation import Written
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.deviations import DeviationsWire


@pytest.fixture
def wire(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> Iterator[DeviationsWire]:
    with sm.a_station(desk, qapp, scanner) as station:
        made = DeviationsWire(station)
        made.page.resize(1180, 800)
        made.page.show()
        yield made
        made.page.hide()
        made.page.deleteLater()


def written(wire: DeviationsWire, text: str = "运输罐显示屏不亮", order: str = "", container: str = "") -> None:
    wire.page.open_key.click()
    wire.dialog.given.emit(Written("major", text, order, container))


def labels(page: QWidget) -> str:
    return " ".join(label.text() for label in page.findChildren(QWidget) if hasattr(label, "text"))


def test_one_is_written_down_commented_on_and_closed_by_a_quality_officer(wire: DeviationsWire) -> None:
    desk = wire.station.desk
    wire.page.open_key.click()
    dialog = wire.dialog
    dialog.text.setPlainText("运输罐显示屏不亮")
    assert not dialog.key.isEnabled()
    dialog.severity.choose("major")
    dialog.key.click()
    [row] = wire.page.table.model.rows
    assert (row.what, row.severity.text) == ("运输罐显示屏不亮", "主要")
    assert wire.page.acts._offered == ("comment",)
    wire.page.acts.keys["comment"].click()
    wire.dialog.given.emit("已换备用温度计")
    assert "已换备用温度计" in labels(wire.page.panel)
    makers.sit(desk, makers.QUALITY)
    wire.station.entered.emit()
    assert wire.page.acts._offered == ("close", "comment")
    wire.page.acts.keys["close"].click()
    wire.dialog.given.emit("显示屏损坏，未影响温度")
    assert deviations.listed(desk) == []
    assert len(wire.page.table.model.rows) == 0
    wire.page.filtered.emit("closed")
    [row] = wire.page.table.model.rows
    assert row.mark.text == "已关闭"
    assert "显示屏损坏" in labels(wire.page.panel)


def test_an_order_that_does_not_exist_is_refused_in_the_dialog(wire: DeviationsWire) -> None:
    written(wire, order="O-A-2026-009999")
    assert "O-A-2026-009999" in wire.dialog.error.text()
    assert deviations.listed(wire.station.desk) == []


def test_an_empty_list_says_so_and_the_columns_follow_the_language(wire: DeviationsWire) -> None:
    assert wire.page.table.empty.isVisible()
    language.switch("en")
    assert wire.page.table.empty.text() == "No deviation matches."
    written(wire)
    assert wire.page.table.model.rows[0].severity.text == "major"

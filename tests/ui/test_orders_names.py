"""Every field and key of the order, product, deviation and storage screens has a name to be read aloud."""

from __future__ import annotations

import pytest
import station_makers as sm
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTableView, QWidget

from cellguide.acts import products
from cellguide.desk import Desk
from cellguide.products import packaged_text
from ui.language import language
from ui.program import register
from ui.scan import ScanFilter
from ui.station import Station

FIELDS = (QLineEdit, QComboBox, QPlainTextEdit, QAbstractButton, QTableView)


def nameless(owner: QWidget) -> list[str]:
    found = []
    for widget in owner.findChildren(QWidget):
        if not isinstance(widget, FIELDS) or not widget.isVisibleTo(owner) or widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget.parent(), QComboBox | QTableView):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text):
            found.append(type(widget).__name__)
    return found


def dialogs(station: Station, order: str) -> dict[str, QWidget]:
    """Every dialog of these pages, opened one after the other."""
    made = {}
    for name in ("orders", "products", "deviations"):
        station.frame.open_page(name)
    orders, catalogue, deviations = (station.wires[name] for name in ("orders", "products", "deviations"))
    orders.entry.ask("new", "")  # type: ignore[attr-defined]
    made["order"] = orders.entry.dialog  # type: ignore[attr-defined]
    for act in ("verify", "announce", "number", "dose", "ld_start", "cancel"):
        orders._do(act, order)  # type: ignore[attr-defined]
        made[act] = orders.dialog  # type: ignore[attr-defined]
    for act in ("verify", "compare"):
        catalogue._do(act, "sample-cel")  # type: ignore[attr-defined]
        made[f"product {act}"] = catalogue.dialog  # type: ignore[attr-defined]
    catalogue._confirm("ambient_warn_s")  # type: ignore[attr-defined]
    made["limit"] = catalogue.dialog  # type: ignore[attr-defined]
    deviations.write()  # type: ignore[attr-defined]
    made["deviation"] = deviations.dialog  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_that_takes_focus_is_nameless(desk: Desk, qapp: QApplication, scanner: ScanFilter, lang: str) -> None:
    language.switch(lang)  # type: ignore[arg-type]
    sm.adopted(desk)
    products.adopt_profile(desk, "sample-cel", packaged_text("sample-cel"))
    held = sm.placed(desk)
    with sm.a_station(desk, qapp, scanner) as station:
        register(station)
        station.frame.resize(1440, 900)
        station.frame.show()
        for name, dialog in dialogs(station, held.id).items():
            assert nameless(dialog) == [], name
            dialog.close()
        for name in ("orders", "products", "deviations", "storage"):
            station.frame.open_page(name)
            assert nameless(station.frame.pages[name]) == [], name
        station.frame.hide()

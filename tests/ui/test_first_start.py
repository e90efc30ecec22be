"""The first start from end to end: the wizard's pages, a site on disk, and people who sign in (REG-001, REG-002)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import makers
import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide.acts import site, staff
from cellguide.desk import Desk
from db.doors import DOORS
from ui.app import Faults, Parts
from ui.dialogs.enrol import PersonForm
from ui.dialogs.wizard import WizardDialog
from ui.scan import ScanFilter
from ui.wiring.wizard import WizardWire

SECRET = "门前的老槐树昨天开花了 九月 {}"


@pytest.fixture
def wire(tmp_path: Path, qapp: QApplication, scanner: ScanFilter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def cheap(person: str, password: str) -> object:
        secret = makers.keys.new_secret(person)
        return makers.keys.lock(secret, password, makers.CHEAP), secret

    monkeypatch.setattr("ui.wiring.wizard.new_lock", cheap)
    made = WizardWire(Parts(qapp, scanner, Faults()), DOORS, tmp_path / "cellguide.db", tmp_path / "station")
    made.start()
    yield made
    if shiboken6.isValid(made.dialog):
        made.dialog.close()


def fill(form: PersonForm, ident: str, name: str, secret: str = SECRET, roles: tuple[str, ...] = ()) -> None:
    texts = ((form.ident, ident), (form.name, name), (form.reading, f"DEMO {ident}"), (form.document, f"DEMO {ident}"))
    for field, text in (*texts, (form.password, secret.format(ident)), (form.again, secret.format(ident))):
        field.setText(text)
    form.roles.tick(roles)


def go_to_ready(dialog: WizardDialog, *, alone: bool = False, secret: str = SECRET) -> None:
    dialog._go(1)
    dialog.site.name_zh.setText("试用医院")
    dialog.site.name_en.setText("Trial Hospital")
    dialog.key.click()
    fill(dialog.first, "700001", "管甲", secret)
    dialog.key.click()
    if alone:
        dialog.alone.setChecked(True)
    else:
        fill(dialog.second, "700001", "管乙")
        assert not dialog.key.isEnabled(), "two people, two numbers"
        fill(dialog.second, "700002", "管乙")
    dialog.key.click()
    fill(dialog.person, "700011", "药甲", roles=("pharmacist",))
    dialog.key.click()
    dialog.skip.click()
    assert dialog.step == "ready"


def founded(wire: WizardWire, qtbot: Any) -> Desk:
    opened: list[Desk] = []
    wire.opened.connect(opened.append)
    wire.dialog.key.click()
    qtbot.waitUntil(lambda: bool(opened), timeout=15_000)
    return opened[0]


@pytest.mark.req("REG-001", "REG-002")
def test_the_wizard_makes_a_site_whose_people_sign_in_with_their_own_passwords(
    wire: WizardWire, qapp: QApplication, scanner: ScanFilter, qtbot: Any, tmp_path: Path
) -> None:
    go_to_ready(wire.dialog)
    desk = founded(wire, qtbot)
    assert (desk.site["zh"], desk.site["administrators"], desk.site["demo"]) == ("试用医院", 2, False)
    assert site.sheet_due(desk) == "never", "a real site is asked for its key sheet"
    with a_station(desk, qapp, scanner) as station:
        station.show_sign_in()
        page = station.sign_in_page
        page.person_id.setText("700011")
        page.secret.setText(SECRET.format("700011"))
        page.key.click()
        qtbot.waitUntil(station.frame.is_working, timeout=10_000)
        assert desk.session is not None
        assert desk.session.role == "pharmacist"
    pair = [staff.prove(desk, ident, SECRET.format(ident)) for ident in ("700001", "700002")]
    assert staff.open_root(desk, pair)
    desk.store.close()
    assert DOORS.verify(tmp_path / "cellguide.db", None).intact


def test_a_weak_password_is_refused_before_anything_is_made(wire: WizardWire, tmp_path: Path) -> None:
    go_to_ready(wire.dialog, secret="kurz {}")
    wire.dialog.key.click()
    assert "15" in wire.dialog.error.text()
    assert not (tmp_path / "cellguide.db").exists()


def test_a_site_with_one_administrator_is_marked_so(wire: WizardWire, qtbot: Any) -> None:
    go_to_ready(wire.dialog, alone=True)
    desk = founded(wire, qtbot)
    assert desk.site["administrators"] == 1
    desk.store.close()

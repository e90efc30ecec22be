"""The envelope opened from the sign-in page: nobody can sign in, two people type the sheet, and both can afterwards."""

from __future__ import annotations

from typing import Any

import makers
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide import sheet_code
from cellguide.acts import site, staff
from cellguide.desk import Desk
from ui import program
from ui.dialogs.recover import AdministratorForm, RecoverDialog
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring import people as people_wiring
from ui.wiring.people import PeopleWire
from ui.wiring.recovery import ask_recovery
from ui.wiring.today import TodayWire

SECRET = "门前的老槐树开花了 {}"


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real lock costs 0.15 s each; the cost is no part of what is shown here."""

    def cheap(person: str, password: str) -> object:
        secret = makers.keys.new_secret(person)
        return makers.keys.lock(secret, password, makers.CHEAP), secret

    monkeypatch.setattr("ui.wiring.recovery.new_lock", cheap)
    monkeypatch.setattr(people_wiring, "new_lock", cheap)


def sheet(desk: Desk) -> sheet_code.Sheet:
    makers.sit(desk, makers.ADMIN)
    sealed = site.envelope(desk, [makers.proof(desk, makers.ADMIN), makers.proof(desk, makers.ADMIN_2)])
    staff.sign_out(desk)
    return sealed.sheet


def fill(form: AdministratorForm, ident: str, name: str = "") -> None:
    """A new administrator, or one who stands here where no name is given."""
    if name:
        form.form.name.setText(name)
        form.form.reading.setText(f"DEMO {ident}")
        form.form.ident.setText(ident)
    else:
        form.who.choose(ident)
    form.form.document.setText(f"DEMO 护照 {ident[-4:]}")
    for field in (form.form.password, form.form.again):
        field.setText(SECRET.format(ident))


def walk(dialog: RecoverDialog, qtbot: Any) -> None:
    """From the second step to the end: one who forgot, one who is new."""
    fill(dialog.first, makers.ADMIN)
    dialog.key.click()
    fill(dialog.second, makers.ADMIN)
    assert not dialog.key.isEnabled(), "the same person twice"
    dialog.second.who.choose("")
    fill(dialog.second, "900008", "演示管又")
    dialog.key.click()
    assert not dialog.key.isEnabled(), "no reason given"
    dialog.reason.setPlainText("两名管理员都忘记了口令")
    dialog.present.setText("演示质甲（质量管理员）")
    dialog.key.click()
    qtbot.waitUntil(lambda: dialog.step == "done", timeout=10_000)


@pytest.mark.req("REG-002", "REG-023")
def test_nobody_can_sign_in_the_sheet_is_scanned_and_both_can_sign_in(
    desk: Desk, qapp: QApplication, scanner: ScanFilter, qtbot: Any
) -> None:
    text = sheet_code.line(sheet(desk))
    with a_station(desk, qapp, scanner) as station:
        program.register(station)
        station.show_sign_in()
        station.sign_in_page.envelope.click()
        dialog = station.frame.findChild(RecoverDialog)
        assert dialog is not None
        scanner.feed(text)
        assert dialog.groups.is_complete()
        dialog.key.click()
        assert dialog.step == "first"
        walk(dialog, qtbot)
        assert "E-A-000001" in dialog._done.text()
        assert not dialog.groups.text(), "the key is gone from the screen"
        dialog.key.click()
        assert desk.session is None
        for ident in (makers.ADMIN, "900008"):
            assert staff.prove(desk, ident, SECRET.format(ident)).person == ident
        scanner.feed(text)
        assert not dialog.groups.text(), "a closed dialog hears no scanner"
        _shown(station)


def _shown(station: Station) -> None:
    """On People for ever, on Today until a new sheet is printed."""
    desk = station.desk
    pair = [staff.prove(desk, ident, SECRET.format(ident)) for ident in (makers.ADMIN, "900008")]
    staff.sign_in(desk, pair[0])
    people, today = PeopleWire(station), TodayWire(station)
    line = people_wiring.opening_words(site.openings(desk)[0])
    for part in ("E-A-000001", "两名管理员都忘记了口令", "演示管又 (900008)", "演示质甲"):
        assert part in line
    assert not people.page.opened.isHidden()
    assert {who.id for who in desk.people() if people._line(who).envelope} == {makers.ADMIN, "900008"}
    issued = people._line(desk.person("900008")).certified_by
    assert makers.ADMIN in issued and issued.count("E-A-000001") == 2, "two can, and it shows"
    assert any("作废" in need.text for need in today._needs())
    site.envelope(desk, pair)
    assert not any("作废" in need.text for need in today._needs())
    assert not people.page.opened.isHidden(), "what happened stays"


def test_a_typing_mistake_is_named_at_its_group_while_one_types(desk: Desk, qapp: QApplication) -> None:
    made = sheet_code.groups(sheet(desk).root)
    dialog = RecoverDialog()
    dialog.open()
    for place, group in enumerate(made):
        typed = group.lower() if place != 6 else ("1" if group[0] == "0" else "0") + group[1:]
        QTest.keyClicks(dialog.groups.fields[place], typed)
        if place != 6 and place < 14:
            assert dialog.focusWidget() is dialog.groups.fields[place + 1], "a right group goes on by itself"
    assert dialog.groups.wrong() == [7]
    assert "7" in dialog._wrong.text()
    assert not dialog.key.isEnabled()
    dialog.groups.fields[6].clear()
    QTest.keyClicks(dialog.groups.fields[6], made[6])
    assert dialog._wrong.isHidden()
    assert dialog.key.isEnabled()
    assert sheet_code.read(dialog.groups.text()).root.raw
    dialog.close()


def test_the_whole_key_can_be_pasted_into_the_first_group(desk: Desk, qapp: QApplication) -> None:
    made = sheet(desk)
    dialog = RecoverDialog()
    dialog.open()
    qapp.clipboard().setText(sheet_code.line(made))
    QTest.keyClick(dialog.groups.fields[0], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert sheet_code.read(dialog.groups.text()) == made, "the station's key comes along"
    QTest.keyClick(dialog.groups.fields[3], Qt.Key.Key_Backspace)
    assert not dialog.key.isEnabled()
    dialog.close()
    assert not dialog.groups.text()


def test_another_sites_sheet_is_refused_at_the_first_step(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    root = sheet(desk).root
    with a_station(desk, qapp, scanner) as station:
        dialog = ask_recovery(station)
        dialog.take_scan("".join(sheet_code.groups(root._replace(raw=b"\1" * 32))))
        dialog.key.click()
        assert dialog.step == "sheet"
        assert "另一机构" in dialog.error.text()
        dialog.close()


def test_a_key_left_open_on_the_screen_is_forgotten(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    text = sheet_code.line(sheet(desk))
    with a_station(desk, qapp, scanner) as station:
        dialog = ask_recovery(station)
        dialog.take_scan(text)
        assert dialog._idle.isActive()
        dialog._idle.timeout.emit()
        assert dialog.isHidden()
        assert not dialog.groups.text()


def test_a_weak_password_opens_nothing(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> None:
    text = sheet_code.line(sheet(desk))
    with a_station(desk, qapp, scanner) as station:
        dialog = ask_recovery(station)
        dialog.take_scan(text)
        dialog.key.click()
        fill(dialog.first, makers.ADMIN)
        dialog.key.click()
        fill(dialog.second, makers.ADMIN_2)
        for field in (dialog.second.form.password, dialog.second.form.again):
            field.setText("kurz")
        dialog.key.click()
        dialog.reason.setPlainText("两名管理员都忘记了口令")
        dialog.key.click()
        assert "15" in dialog.error.text()
        assert site.openings(desk) == []
        dialog.close()


def test_a_sites_only_administrator_enrols_the_second_one_in_the_window(
    bare_desk: Desk, qapp: QApplication, scanner: ScanFilter, qtbot: Any
) -> None:
    desk = bare_desk
    site.found_site(desk, makers.FACTS, [makers.enrolment(makers.STAFF[0])])
    makers.sit(desk, makers.ADMIN)
    with a_station(desk, qapp, scanner) as station:
        PeopleWire(station).page.enrol.click()
        from ui.dialogs.enrol import EnrolDialog

        dialog = station.frame.findChild(EnrolDialog)
        assert dialog is not None
        form = dialog.form
        for field, text in ((form.name, "演示管乙"), (form.reading, "DEMO Guan Yi"), (form.ident, "900002")):
            field.setText(text)
        form.document.setText("DEMO 0002")
        for field in (form.password, form.again):
            field.setText(SECRET.format("900002"))
        assert not dialog.key.isEnabled()
        dialog.vouchers.first[0].setText(makers.ADMIN)
        dialog.vouchers.first[1].setText(makers.password(makers.ADMIN))
        assert dialog.key.isEnabled()
        dialog.key.click()
        qtbot.waitUntil(lambda: desk.store.get("person", "900002") is not None, timeout=10_000)
    assert desk.person("900002").roles == ("administrator",)

"""People: roles change with a reason, tried passwords show, each hour is signed; administrators do nothing clinical."""

from __future__ import annotations

import makers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide.acts import staff
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.people import ADMINISTRATOR, MAY, MAY_SIGN, Person, check_new_person
from cellguide.refusal import Refusal
from ui.dialogs.roles import RolesDialog
from ui.scan import ScanFilter
from ui.wiring.checkpoints import CheckpointsWire
from ui.wiring.people import PeopleWire
from ui.wiring.today import TodayWire


def test_an_administrator_changes_a_nurses_roles_with_a_reason(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    makers.sit(desk, makers.ADMIN)
    with a_station(desk, qapp, scanner) as station:
        page = PeopleWire(station).page
        page.table.pick(0)
        assert page.roles.isHidden(), "an administrator is nothing else"
        page.table.pick(4)
        assert not page.roles.isHidden()
        page.roles.click()
        dialog = station.frame.findChild(RolesDialog)
        assert dialog is not None
        assert dialog.roles.values() == ["nurse"]
        assert ADMINISTRATOR not in dialog.roles._boxes
        dialog.reason.setPlainText("兼任质量管理员，院内任命")
        assert not dialog.key.isEnabled(), "nothing changed yet"
        dialog.roles.tick(["nurse", "quality"])
        dialog.key.click()
    assert desk.person(makers.NURSE).roles == ("nurse", "quality")
    entry = desk.store.history("person", makers.NURSE)[-1]
    assert (entry["act"], entry["old"], entry["reason"]) == (
        "change_roles",
        {"roles": ["nurse"]},
        "兼任质量管理员，院内任命",
    )
    makers.sit(desk, makers.ADMIN)
    with pytest.raises(Refusal) as caught:
        staff.change_roles(desk, makers.NURSE, ("nurse",), " ")
    assert caught.value.code == "reason.short"


@pytest.mark.req("REG-003")
def test_a_password_tried_to_the_lockout_shows_on_today_and_people_until_it_is_given_right(
    desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter
) -> None:
    def try_wrong() -> None:
        clock.move(seconds=1000)
        with pytest.raises(Refusal):
            staff.prove(desk, makers.NURSE, "not the password at all")

    with a_station(desk, qapp, scanner) as station:
        today, people = TodayWire(station), PeopleWire(station)

        def shown() -> tuple[bool, str]:
            line = people._line(desk.person(makers.NURSE))
            return any("DEMO" in need.text or "演示护甲" in need.text for need in today._needs()), line.mark.tone

        for _ in range(4):
            try_wrong()
        assert shown() == (False, "ok"), "slips happen"
        try_wrong()
        assert shown() == (True, "alarm")
        clock.move(seconds=1000)
        makers.proof(desk, makers.NURSE)
        assert shown() == (False, "ok")


def test_each_hour_with_entries_is_signed_and_a_quiet_one_is_not(
    desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter
) -> None:
    def count() -> int:
        return len(desk.store.find("checkpoint"))

    with a_station(desk, qapp, scanner) as station:
        wire = CheckpointsWire(station)
        clock.move(minutes=59)
        wire.keep()
        assert count() == 0
        clock.move(minutes=1)
        wire.keep()
        wire.keep()
        assert count() == 1
        clock.move(hours=5)
        wire.keep()
        assert count() == 1, "nothing was written since"
        staff.sign_out(desk)
        clock.move(hours=1)
        station.ticked.emit()
        assert count() == 2, "nobody need be signed in"


@pytest.mark.req("REG-022")
def test_administrators_may_only_look_after_people_the_site_and_copies() -> None:
    theirs = {act for act, roles in MAY.items() if ADMINISTRATOR in roles}
    assert theirs == {
        "sign_in", "sign_out", "change_password", "set_pin",
        "enrol_person", "reset_person", "change_roles", "person_leaves", "record_training", "print_envelope",
        "change_site", "check_clock", "choose_backup_folder", "make_backup", "restore_database", "export_copy",
        "print_record", "view_history", "view_record",
    }  # fmt: skip
    assert not any(ADMINISTRATOR in roles for roles in MAY_SIGN.values())


@pytest.mark.req("REG-001")
@given(st.lists(st.tuples(st.sampled_from(["N-1", "N-2", "N-3"]), st.booleans()), max_size=12))
def test_a_staff_number_is_one_humans_for_ever_whatever_comes_and_goes(steps: list[tuple[str, bool]]) -> None:
    known: dict[str, Person] = {}
    for turn, (staff_no, comes) in enumerate(steps):
        new = staff.NewPerson(staff_no, f"演示{turn}", f"DEMO {turn}", ("nurse",), f"DEMO {turn}")
        if comes and staff_no in known:
            with pytest.raises(Refusal) as caught:
                check_new_person(new.doc, list(known.values()))
            assert caught.value.code == "person.staff_no_used"
        elif comes:
            check_new_person(new.doc, list(known.values()))
            known[staff_no] = Person(staff_no, new.name, new.latin, new.roles, "active", new.document, "", False)
        elif staff_no in known:
            known[staff_no] = known[staff_no]._replace(state="left")

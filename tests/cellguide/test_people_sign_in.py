"""Signing in, throttling, PINs, enrolment side by side."""

from __future__ import annotations

import makers
import pytest

from cellguide import keys, sessions
from cellguide.acts import site, staff
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.refusal import Refusal


@pytest.mark.req("REG-003")
def test_wrong_passwords_wait_longer_each_time_and_leave_entries(desk: Desk, clock: SetClock) -> None:
    waits = []
    for _ in range(5):
        with pytest.raises(Refusal) as caught:
            staff.prove(desk, makers.NURSE, "not the password at all")
        assert caught.value.code == "password.wrong"
        try:
            staff.open_lock(desk, makers.NURSE)
            waits.append(0)
        except Refusal as refusal:
            waits.append(int(str(refusal.facts["seconds"])))
            clock.move(seconds=float(str(refusal.facts["seconds"])))
    assert waits == [0, 0, 5, 30, 900]
    failures = [entry for entry in desk.store.history("person", makers.NURSE) if entry["act"] == "password_failed"]
    assert [entry["new"]["failed_count"] for entry in failures] == [1, 2, 3, 4, 5]
    assert makers.proof(desk, makers.NURSE).person == makers.NURSE
    assert staff.open_lock(desk, makers.NURSE).person == makers.NURSE


def test_an_unknown_person_is_answered_like_a_wrong_password(desk: Desk) -> None:
    with pytest.raises(Refusal) as caught:
        staff.prove(desk, "123456", "whatever this may be")
    assert caught.value.code == "password.wrong"


def test_a_person_with_two_roles_says_which_one(desk: Desk) -> None:
    with pytest.raises(Refusal) as caught:
        makers.sit(desk, makers.NURSE_2)
    assert caught.value.code == "session.choose_role"
    makers.sit(desk, makers.NURSE_2, "quality")
    assert desk.session is not None
    assert desk.session.role == "quality"


@pytest.mark.req("REG-001")
def test_a_staff_number_is_never_given_twice_even_after_its_person_left(desk: Desk) -> None:
    makers.sit(desk, makers.ADMIN)
    staff.person_leaves(desk, makers.NURSE, "调往外院")
    again = staff.NewPerson(makers.NURSE, "演示新人", "DEMO Xin Ren", ("nurse",), "DEMO 7777", demo=True)
    with pytest.raises(Refusal) as caught:
        _enrol(desk, again)
    assert caught.value.code == "person.staff_no_used"


@pytest.mark.req("REG-022")
def test_nobody_is_administrator_and_clinician_not_even_under_a_second_number(desk: Desk) -> None:
    makers.sit(desk, makers.ADMIN)
    both = staff.NewPerson("900099", "演示两用", "DEMO Liang Yong", ("administrator", "nurse"), "DEMO 9", demo=True)
    with pytest.raises(Refusal) as caught:
        _enrol(desk, both)
    assert caught.value.code == "person.admin_and_clinician"
    second = staff.NewPerson("900098", "演示药甲", "DEMO Yao Jia", ("administrator",), "DEMO 0011", demo=True)
    with pytest.raises(Refusal) as caught:
        _enrol(desk, second)
    assert caught.value.code == "person.enrolled_before"


@pytest.mark.req("REG-002")
def test_two_administrators_enrol_a_person_who_can_then_sign_in(desk: Desk) -> None:
    makers.sit(desk, makers.ADMIN)
    new = staff.NewPerson("900077", "演示新人", "DEMO Xin Ren", ("nurse",), "DEMO 7777", demo=True)
    _enrol(desk, new)
    assert makers.proof(desk, "900077").person == "900077"
    entry = desk.store.history("person", "900077")[0]
    assert entry["new"]["approved_by"] == [makers.ADMIN, makers.ADMIN_2]
    assert "password" not in entry.line.replace('"how":"password"', "")


@pytest.mark.req("REG-023")
def test_one_administrator_alone_cannot_enrol_anyone(desk: Desk) -> None:
    makers.sit(desk, makers.ADMIN)
    new = staff.NewPerson("900077", "演示新人", "DEMO Xin Ren", ("nurse",), "DEMO 7777", demo=True)
    item = makers.enrolment(new)
    with pytest.raises(Refusal) as caught:
        staff.enrol_person(desk, [makers.proof(desk, makers.ADMIN)], new, item.locked, item.secret)
    assert caught.value.code == "root.two_needed"
    with pytest.raises(Refusal) as caught:
        twice = [makers.proof(desk, makers.ADMIN), makers.proof(desk, makers.ADMIN)]
        staff.enrol_person(desk, twice, new, item.locked, item.secret)
    assert caught.value.code == "root.two_needed"


def test_a_new_administrator_can_open_the_root_with_each_who_was_there(desk: Desk) -> None:
    makers.sit(desk, makers.ADMIN)
    new = staff.NewPerson("900003", "演示管丙", "DEMO Guan Bing", ("administrator",), "DEMO 0003", demo=True)
    _enrol(desk, new)
    for other in (makers.ADMIN, makers.ADMIN_2):
        assert staff.open_root(desk, [makers.proof(desk, "900003"), makers.proof(desk, other)])


def test_a_reset_gives_a_new_key_and_the_old_certificate_stays_listed(desk: Desk) -> None:
    makers.sit(desk, makers.ADMIN)
    before = desk.person(makers.NURSE).certificate
    secret = keys.new_secret(makers.NURSE)
    locked = keys.lock(secret, "一个全新的口令放在这里 9", makers.CHEAP)
    pair = [makers.proof(desk, makers.ADMIN), makers.proof(desk, makers.ADMIN_2)]
    staff.reset_person(desk, pair, makers.NURSE, locked, secret)
    after = desk.person(makers.NURSE).certificate
    assert after != before
    assert {held.id: held.doc["state"] for held in desk.store.find("certificate", person=makers.NURSE)} == {
        before: "replaced",
        after: "valid",
    }
    with pytest.raises(Refusal):
        makers.proof(desk, makers.NURSE)


def test_a_pin_identifies_within_twelve_hours_of_a_password_and_never_opens_a_key(desk: Desk, clock: SetClock) -> None:
    makers.sit(desk, makers.NURSE)
    staff.set_pin(desk, makers.proof(desk, makers.NURSE), "402917", "BADGE-21")
    assert staff.identify(desk, "BADGE-21", "402917").how == "badge+pin"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Refusal) as caught:
            staff.identify(desk, "BADGE-21", "000000")
        assert caught.value.facts == {"left": left}
    with pytest.raises(Refusal) as caught:
        staff.identify(desk, "BADGE-21", "402917")
    assert caught.value.code == "pin.spent"
    staff.set_pin(desk, makers.proof(desk, makers.NURSE), "402918", "BADGE-21")
    clock.move(hours=12, seconds=1)
    with pytest.raises(Refusal) as caught:
        staff.identify(desk, "BADGE-21", "402918")
    assert caught.value.code == "pin.stale"


@pytest.mark.req("REG-020")
def test_permission_is_asked_at_the_act_and_a_taken_role_ends_it(desk: Desk) -> None:
    makers.sit(desk, makers.NURSE)
    with pytest.raises(Refusal) as caught:
        desk.begin("enrol_person")
    assert caught.value.code == "session.role"
    assert desk.session is not None
    session = desk.session
    makers.sit(desk, makers.ADMIN)
    staff.person_leaves(desk, makers.NURSE, "离职交接完成")
    desk.session = session
    with pytest.raises(Refusal) as caught:
        desk.begin("answer_step")
    assert caught.value.code == "session.left"


@pytest.mark.req("REG-004")
def test_the_screen_locks_after_the_sites_minutes_and_only_the_same_person_opens_it(
    desk: Desk, clock: SetClock
) -> None:
    assert desk.session is not None
    clock.move(minutes=9, seconds=59)
    assert not sessions.idle_lock(desk.session, clock.now(), 10).locked
    clock.move(seconds=1)
    desk.session = sessions.idle_lock(desk.session, clock.now(), 10)
    assert desk.session.locked
    with pytest.raises(Refusal) as caught:
        desk.begin("answer_step")
    assert caught.value.code == "session.locked"
    with pytest.raises(Refusal) as caught:
        staff.unlock_session(desk, makers.proof(desk, makers.PHARMACIST_2))
    assert caught.value.code == "session.other_person"
    assert not staff.unlock_session(desk, makers.proof(desk, makers.PHARMACIST)).locked


def test_a_site_is_founded_once_and_needs_an_administrator(bare_desk: Desk) -> None:
    with pytest.raises(Refusal) as caught:
        site.found_site(bare_desk, makers.FACTS, [makers.enrolment(makers.STAFF[2])])
    assert caught.value.code == "site.no_administrator"
    makers.found(bare_desk)
    with pytest.raises(Refusal) as caught:
        makers.found(bare_desk)
    assert caught.value.code == "site.founded"


def _enrol(desk: Desk, new: staff.NewPerson) -> None:
    item = makers.enrolment(new)
    pair = [makers.proof(desk, makers.ADMIN), makers.proof(desk, makers.ADMIN_2)]
    staff.enrol_person(desk, pair, new, item.locked, item.secret)

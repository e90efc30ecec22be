"""The audit trail: what happened to one thing, who did it, what stood there before, and who looked at it."""

from __future__ import annotations

import makers
import pytest
from order_makers import ORDER

from cellguide.acts import deviations, history, orders, staff, walks
from cellguide.acts.history import Wanted
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.deviations import Cause
from cellguide.entry import Actor
from cellguide.orders import Again
from cellguide.refusal import Refusal
from cellguide.runs import Reason


def an_order(desk: Desk) -> str:
    """Written, verified by a second person, its bed changed."""
    id = orders.place_order(desk, ORDER, profile=None).id
    again = Again(ORDER.coi, ORDER.patient.birth_date, ORDER.patient.numbers[0].value)
    orders.verify_order(desk, id, again, Actor(makers.PHARMACIST_2, "pharmacist", "password"))
    orders.change_order(desk, id, {"bed": "12 床"}, "换床位了")
    return id


def looked(desk: Desk, wanted: Wanted) -> list[history.Found]:
    """Every entry that fits, whatever number of looks it takes."""
    found: list[history.Found] = []
    part = history.look(desk, wanted)
    found += part.found
    while part.before is not None:
        part = history.look(desk, wanted, part.before)
        found += part.found
    return found


def said(desk: Desk, found: list[history.Found]) -> list[tuple[str, str]]:
    return [(str(one.entry["act"]), str(one.entry["actor"])) for one in found]


@pytest.mark.req("REG-017")
def test_an_orders_history_says_who_did_what_newest_first(desk: Desk) -> None:
    id = an_order(desk)
    kin = history.view_history(desk, "order", id)
    assert said(desk, looked(desk, Wanted(kin))) == [
        ("change_order", makers.PHARMACIST),
        ("verify_order", makers.PHARMACIST_2),
        ("place_order", makers.PHARMACIST),
    ]


@pytest.mark.req("REG-016", "REG-017")
def test_an_entry_tells_old_and_new_in_words_of_either_language_and_leaves_out_what_stayed(desk: Desk) -> None:
    id = an_order(desk)
    newest, verified, _ = looked(desk, Wanted((f"order:{id}",)))
    assert newest.entry["reason"] == "换床位了"
    (bed,) = (one for one in history.told(desk, newest.entry, "zh") if one.name == "床号")
    assert (bed.old, bed.new) == ("", "12 床")
    (state,) = (one for one in history.told(desk, verified.entry, "en") if one.name == "State")
    assert (state.old, state.new) == ("not yet verified", "verified")
    (state,) = (one for one in history.told(desk, verified.entry, "zh") if one.name == "状态")
    assert (state.old, state.new) == ("待核实", "已核实")
    assert all(one.old != one.new for lang in ("zh", "en") for one in history.told(desk, verified.entry, lang))


@pytest.mark.req("REG-016", "REG-017")
def test_a_corrected_answer_is_told_by_its_steps_title_with_the_answer_before(desk: Desk) -> None:
    run = walks.start_run(desk, "clock-check", {"device": "station-A"}).id
    walks.answer_step(desk, run, "K-02", value="+1")
    walks.correct_answer(desk, run, "K-02", value="+3", reason=Reason("misread", "看错一行"))
    found = looked(desk, Wanted(tuple(f"run_event:{run}/{n:04d}" for n in range(1, 9)), act="correct_answer"))
    (change,) = history.told(desk, found[0].entry, "zh")
    assert change.name.startswith("步骤 K-02 本机快慢")
    assert (change.old, change.new) == ("1 s", "3 s")
    assert history.told(desk, found[0].entry, "en")[0].name.startswith("Step K-02 Station ahead")


@pytest.mark.req("REG-017")
def test_the_questions_can_be_put_together_person_act_day_and_words(desk: Desk, clock: SetClock) -> None:
    id = an_order(desk)
    clock.set("2026-11-23T09:00:00+08:00")
    orders.change_order(desk, id, {"bed": "3 床"}, "又换床位")
    everything = Wanted()
    assert len(looked(desk, everything)) > 20
    assert (
        said(desk, looked(desk, Wanted(person=makers.PHARMACIST, act="change_order")))
        == [("change_order", makers.PHARMACIST)] * 2
    )
    assert said(desk, looked(desk, Wanted(day="2026-11-23"))) == [("change_order", makers.PHARMACIST)]
    assert {act for act, _ in said(desk, looked(desk, Wanted(text="又换床位")))} == {"change_order"}
    assert {act for act, _ in said(desk, looked(desk, Wanted(text="Verify an order")))} == {"verify_order"}
    by_name = looked(desk, Wanted(text="演示药乙", act="verify_order"))
    assert said(desk, by_name) == [("verify_order", makers.PHARMACIST_2)]
    assert looked(desk, Wanted(text="没有这样的字")) == []


def test_a_day_is_the_sites_day_and_not_that_of_utc(desk: Desk, clock: SetClock) -> None:
    clock.set("2026-11-23T00:30:00+08:00")  # the evening before in UTC
    makers.sit(desk, makers.NURSE)
    acts = {act for act, who in said(desk, looked(desk, Wanted(day="2026-11-23"))) if who == makers.NURSE}
    assert acts == {"sign_in"}


@pytest.mark.req("REG-017")
def test_the_exceptions_are_what_was_changed_failed_or_given_a_reason(desk: Desk) -> None:
    an_order(desk)
    deviations.open_deviation(desk, Cause("other", "minor", facts=(("code", "x"),), text="说明"))
    with pytest.raises(Refusal):
        staff.prove(desk, makers.NURSE, "not the password")
    acts = {act for act, _ in said(desk, looked(desk, Wanted(act="exceptions")))}
    assert acts == {"change_order", "open_deviation", "password_failed"}


@pytest.mark.req("REG-047")
def test_the_first_look_at_a_patient_since_signing_in_is_an_entry_and_the_second_is_not(
    desk: Desk, clock: SetClock
) -> None:
    id = an_order(desk)

    def views() -> list[tuple[str, str]]:
        return [(str(held.doc["person"]), str(held.doc["about"])) for held in desk.store.find("view")]

    history.view_history(desk, "order", id)
    history.view_history(desk, "order", id)
    assert views() == [(makers.PHARMACIST, f"order:{id}")]
    clock.move(minutes=1)
    makers.sit(desk, makers.NURSE)
    history.view_history(desk, "order", id)
    assert views()[1:] == [(makers.NURSE, f"order:{id}")]


@pytest.mark.req("REG-020", "REG-047")
def test_everything_is_read_by_quality_officers_alone_and_that_they_did_is_an_entry(desk: Desk) -> None:
    with pytest.raises(Refusal) as caught:
        history.view_entries(desk)
    assert caught.value.code == "session.role"
    makers.sit(desk, makers.QUALITY)
    history.view_entries(desk)
    history.view_entries(desk)
    assert [held.doc["person"] for held in desk.store.find("view")] == [makers.QUALITY]


def test_what_does_not_exist_has_no_history_and_leaves_no_entry(desk: Desk) -> None:
    with pytest.raises(Refusal) as caught:
        history.view_history(desk, "order", "O-A-2026-999999")
    assert caught.value.code == "history.unknown"
    assert desk.store.find("view") == []


def test_a_long_ledger_is_looked_through_in_slices_that_miss_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_order(desk)
    whole = looked(desk, Wanted())
    monkeypatch.setattr(history, "SLICE", 3)
    assert [one.n for one in looked(desk, Wanted())] == [one.n for one in whole]

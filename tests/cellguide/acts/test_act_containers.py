"""Containers through the real acts: all pairs, one write for a fact and its deviation, backups, corrections."""

from __future__ import annotations

from datetime import date

import makers
import order_makers as make
import pytest

from cellguide import containers as table
from cellguide.acts import containers as acts
from cellguide.acts import deviations, orders, shipments
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import STATION, Change
from cellguide.refusal import Refusal
from cellguide.shipments import Announced, Shipment

# The shortest way to each state: facts and authorisations, one after the other.
TO_PENDING = ("arrived", "placed")
TO_RELEASED = (*TO_PENDING, "accept", "release")
TO_READY = (*TO_RELEASED, "removed", "thaw_start", "thaw_end", "handed_over", "go")
WAYS: dict[str, tuple[str, ...]] = {
    "expected": (),
    "arrived": ("arrived",),
    "pending": TO_PENDING,
    "locked": (*TO_PENDING, "held"),
    "accepted": (*TO_PENDING, "accept"),
    "backup": (*TO_PENDING, "accept", "set_backup"),
    "released": TO_RELEASED,
    "removed": (*TO_RELEASED, "removed"),
    "thawing": (*TO_RELEASED, "removed", "thaw_start"),
    "thawed": (*TO_RELEASED, "removed", "thaw_start", "thaw_end"),
    "leaked": (*TO_RELEASED, "removed", "leaked"),
    "at_bedside": TO_READY[:-1],
    "ready": TO_READY,
    "infusing": (*TO_READY, "inf_start"),
    "paused": (*TO_READY, "inf_start", "inf_paused"),
    "infused": (*TO_READY, "inf_start", "inf_end"),
    "part_used": (*TO_READY, "inf_start", "inf_stopped"),
    "not_used": (*TO_RELEASED, "removed", "give_up"),
    "rejected": (*TO_PENDING, "reject"),
    "to_return": (*TO_PENDING, "reject", "send_back"),
    "waste": (*TO_PENDING, "reject", "discard"),
    "returned": (*TO_PENDING, "reject", "send_back", "left"),
    "destroyed": (*TO_PENDING, "reject", "discard", "destroyed"),
    "cancelled": ("cancel",),
}
REASON = "按计划办理"


def walk(desk: Desk, id: str, way: tuple[str, ...]) -> None:
    """Take the container there, each step by a role that may."""
    for step in way:
        at = desk.now()
        if step in table.FACTS:
            changes = acts.fact_changes(desk, step, [id], at=at, who=make.PHARMACIST)
        else:
            [role] = sorted(table.AUTHORISATIONS[step].by)[-1:]
            changes = acts.grant_changes(desk, step, [id], at=at, who=make.PHARMACIST._replace(role=role))
        desk.write("record_fact", changes, at=at, who=make.PHARMACIST)


@pytest.fixture
def bag(desk: Desk) -> str:
    """The first of two announced bags; the other keeps the order live."""
    order = orders.place_order(desk, make.ORDER).id
    shipments.announce_shipment(desk, order, Shipment(lot="L-0417"), (Announced(1, 2), Announced(2, 2)))
    return f"{order}-1"


@pytest.mark.req("REG-019")
@pytest.mark.parametrize("state", table.STATES)
def test_in_every_state_every_fact_is_written_with_its_deviation_and_every_foreign_authorisation_refused(
    desk: Desk, bag: str, state: str
) -> None:
    walk(desk, bag, WAYS[state])
    assert acts.get(desk, bag).state == state
    doc = desk.store.get("container", bag)
    assert doc is not None
    for name, row in table.AUTHORISATIONS.items():
        role = sorted(row.by)[-1]
        if not table.allowed(state, name):
            before = desk.store.size
            with pytest.raises(Refusal) as caught:
                acts.grant_changes(
                    desk, name, [bag], at=desk.now(), who=make.PHARMACIST._replace(role=role), reason=REASON
                )
            assert caught.value.code == "container.not_allowed"
            assert desk.store.size == before
    for fact in table.FACTS:
        at = desk.now()
        changes = acts.fact_changes(desk, fact, [bag], at=at, who=make.NURSE)
        target, expected = table.after(state, fact)
        [moved] = [change for change in changes if change.kind == "container"]
        assert moved.new["state"] == target
        opened = [change for change in changes if change.kind == "deviation"]
        assert len(opened) == (0 if expected else 1)


def test_the_fact_and_its_deviation_are_one_write_and_the_next_surprise_is_added_to_it(desk: Desk, bag: str) -> None:
    walk(desk, bag, WAYS["pending"])
    before = desk.store.size
    assert acts.record_fact(desk, bag, "removed").state == "removed"
    entries = [desk.store.history(kind, id)[-1] for kind, id in (("container", bag), ("deviation", "D-A-2026-000001"))]
    assert [entry["seq"] for entry in entries] == [before + 1, before + 2]
    assert acts.record_fact(desk, bag, "inf_start").state == "infusing"
    [found] = deviations.listed(desk)
    assert (found.severity, found.container, len(found.comments)) == ("critical", bag, 1)
    assert found.comments[0].seen_again
    assert found.zh.startswith(f"{bag}：取出（当时状态：待验")


def test_one_fact_about_several_containers_of_a_run_shares_one_deviation(desk: Desk, bag: str) -> None:
    other = bag[:-1] + "2"
    at = desk.now()
    changes = acts.fact_changes(desk, "opened", [bag, other], at=at, who=make.PHARMACIST, run="N-A-2026-000001")
    assert [change.kind for change in changes] == ["container", "container", "deviation", "deviation"]
    desk.write("record_fact", changes, at=at, who=make.PHARMACIST)
    [found] = deviations.listed(desk)
    assert found.run == "N-A-2026-000001"
    assert other in found.comments[0].text


def test_an_answer_its_facts_and_its_deviation_can_be_one_append(desk: Desk, bag: str) -> None:
    at = desk.now()
    changes = acts.fact_changes(desk, table.BY_MARK["LEAKED"], [bag], at=at, who=make.NURSE, run="N-A-2026-000001")
    answer = Change("run", "N-A-2026-000001", {"event": 7})
    written = desk.write("answer_step", [answer, *changes], at=at, who=make.NURSE)
    assert [entry.kind for entry in written] == ["run", "container", "deviation"]
    assert [found.cause for found in deviations.listed(desk)] == ["leaked"]


def test_the_station_itself_starts_a_clock_from_the_locked_screen(desk: Desk, bag: str) -> None:
    at = desk.now()
    desk.write("record_fact", acts.fact_changes(desk, "removed", [bag], at=at, who=STATION), at=at)
    held = acts.get(desk, bag)
    assert (held.state, held.events[-1].by) == ("removed", "station")


def test_accepting_is_refused_while_the_gate_names_something_and_leaves_no_entry(desk: Desk, bag: str) -> None:
    walk(desk, bag, WAYS["pending"])
    before = desk.store.size
    with pytest.raises(Refusal) as caught:
        acts.authorise_container(desk, bag, "accept", ("R-18", "R-22"))
    assert (caught.value.code, caught.value.facts["missing"]) == ("container.gate", "R-18, R-22")
    assert desk.store.size == before
    assert acts.authorise_container(desk, bag, "accept").state == "accepted"


@pytest.mark.parametrize("authorisation", sorted(acts.WANTS_REASON))
def test_what_takes_a_container_off_its_course_is_explained(desk: Desk, bag: str, authorisation: str) -> None:
    start = next(state for state in table.STATES if table.allowed(state, authorisation))
    walk(desk, bag, WAYS[start])
    with pytest.raises(Refusal) as caught:
        acts.authorise_container(desk, bag, authorisation, reason="…")
    assert caught.value.code == "reason.short"


def test_a_nurse_gives_the_bedside_go_and_accepts_nothing(desk: Desk, bag: str) -> None:
    walk(desk, bag, WAYS["at_bedside"])
    makers.sit(desk, makers.NURSE)
    assert acts.authorise_container(desk, bag, "go").state == "ready"
    other = bag[:-1] + "2"
    walk(desk, other, WAYS["pending"])
    with pytest.raises(Refusal) as caught:
        acts.authorise_container(desk, other, "accept")
    assert caught.value.code == "container.role"


def test_a_patient_who_worsens_the_infusion_is_paused_resumed_and_stopped_half_way(desk: Desk, bag: str) -> None:
    walk(desk, bag, WAYS["infusing"])
    for fact, state in (("inf_paused", "paused"), ("inf_resumed", "infusing"), ("inf_stopped", "part_used")):
        assert acts.record_fact(desk, bag, fact).state == state
    assert deviations.listed(desk) == []
    assert acts.authorise_container(desk, bag, "discard", reason="剩余部分按感染性废物").state == "waste"
    with pytest.raises(Refusal) as caught:
        acts.authorise_container(desk, bag, "send_back", reason="持有人要求退回")
    assert caught.value.code == "container.not_allowed"


def test_a_slip_on_the_wrong_bag_is_taken_back_with_a_reason_and_stays_in_the_ledger(
    desk: Desk, bag: str, clock: SetClock
) -> None:
    walk(desk, bag, WAYS["accepted"])
    clock.move(minutes=5)
    slipped = acts.record_fact(desk, bag, "removed")
    n = slipped.events[-1].n
    with pytest.raises(Refusal) as caught:
        acts.correct_fact(desk, bag, n, "")
    assert caught.value.code == "reason.short"
    assert acts.correct_fact(desk, bag, n, "扫错了容器", back=True).state == "accepted"
    assert [entry["new"]["state"] for entry in desk.store.history("container", bag)][-2:] == ["removed", "accepted"]
    assert len(deviations.listed(desk)) == 1, "the deviation is closed by a person, not by the correction"


def test_a_backup_bag_asks_for_its_decision_and_is_called_in(desk: Desk, bag: str, clock: SetClock) -> None:
    kept = acts.set_backup(desk, bag, "holder", "2027-06", date(2026, 12, 20))
    assert (kept.state, kept.backup) == ("backup", {"keeper": "holder", "expiry": "2027-06", "decide_by": "2026-12-20"})
    assert acts.backups_to_decide(desk) == []
    clock.move(days=21)
    makers.sit(desk, makers.PHARMACIST)
    assert [one.id for one in acts.backups_to_decide(desk)] == [bag]
    assert acts.authorise_container(desk, bag, "call_backup").state == "expected"
    with pytest.raises(Refusal) as caught:
        acts.authorise_container(desk, bag, "set_backup")
    assert caught.value.code == "container.unknown_authorisation"


def test_what_is_unknown_is_named(desk: Desk, bag: str) -> None:
    for attempt, code in (
        (lambda: acts.get(desk, "O-A-2026-000001-9"), "container.unknown"),
        (lambda: acts.record_fact(desk, bag, "sung"), "container.unknown_fact"),
    ):
        with pytest.raises(Refusal) as caught:
            attempt()
        assert caught.value.code == code

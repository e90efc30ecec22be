"""A container's events: late ones, timed anew, taken back; doubts; backups; expiries."""

from __future__ import annotations

from datetime import date

import order_makers as make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide import container_life, containers
from cellguide.clock import Moment, SetClock, parse_iso
from cellguide.container_life import Container
from cellguide.refusal import Refusal
from cellguide.templates import fact_names

DAY = "2026-11-30T"


def at(clock: str) -> Moment:
    return parse_iso(f"{DAY}{clock}+08:00")


def lived(*steps: str, start: str = "08:00:00") -> Container:
    """A container to which these facts and authorisations happened, one each minute."""
    held = Container("O-A-2026-000001-1", "O-A-2026-000001")
    moment = at(start)
    for step in steps:
        if step in containers.FACTS:
            held = container_life.record(
                held, step, at=moment, who=make.PHARMACIST, place="T1-A1" if step == "placed" else ""
            ).container
        else:
            [role] = sorted(containers.AUTHORISATIONS[step].by)[-1:]
            held = container_life.grant(held, step, at=moment, who=make.PHARMACIST._replace(role=role)).container
        moment = moment.plus(seconds=60)
    return held


STORED = ("arrived", "placed", "accept")
OUT = (*STORED, "release", "removed")


def test_a_bag_that_is_out_without_release_is_out_and_the_deviation_is_critical() -> None:
    recorded = container_life.record(lived(*STORED), "removed", at=at("09:00:00"), who=make.NURSE)
    assert recorded.container.state == "removed"
    assert recorded.container.place == ""
    [cause] = recorded.causes
    assert (cause.code, cause.severity) == ("unexpected_fact", "critical")


def test_an_expected_fact_opens_nothing_and_keeps_who_and_when() -> None:
    recorded = container_life.record(lived(*STORED, "release"), "removed", at=at("09:00:00"), who=make.NURSE, run="N-1")
    assert recorded.causes == ()
    last = recorded.container.events[-1]
    assert (last.name, last.by, last.event_at, last.run) == ("removed", make.NURSE.person, at("09:00:00").iso, "N-1")


def test_a_thaw_start_entered_late_goes_where_its_time_belongs() -> None:
    held = lived(*OUT)  # removed at 08:04
    ended = container_life.record(held, "thaw_end", at=at("08:10:00"), who=make.PHARMACIST)
    assert [cause.facts[1] for cause in ended.causes] == [("fact", "thaw_end")], "no thaw start was known"
    late = container_life.record(
        ended.container, "thaw_start", at=at("08:12:00"), event_at=at("08:06:00"), who=make.PHARMACIST
    )
    assert late.container.state == "thawed"
    assert late.causes == ()
    assert late.change.event_at == at("08:06:00").iso


def test_a_removal_that_was_earlier_than_its_release_is_seen_as_what_it_was() -> None:
    held = lived(*STORED, "release", start="09:00:00")  # released at 09:03
    recorded = container_life.record(held, "removed", at=at("09:05:00"), event_at=at("09:02:30"), who=make.PHARMACIST)
    assert recorded.container.state == "removed"
    [cause] = recorded.causes
    assert dict(cause.facts)["state"] == "accepted"


def test_nothing_has_happened_later_than_now() -> None:
    with pytest.raises(Refusal) as caught:
        container_life.record(lived(*OUT), "thaw_start", at=at("09:00:00"), event_at=at("09:00:01"), who=make.NURSE)
    assert caught.value.code == "container.future"


def test_a_clock_that_is_set_back_does_not_turn_the_order_around() -> None:
    clock = SetClock("2026-11-30T08:00:00+08:00")
    held = Container("C-1", "O-1")
    for fact in ("arrived", "placed"):
        held = container_life.record(held, fact, at=clock.now(), who=make.PHARMACIST).container
        clock.jump(seconds=-3600)
    assert held.state == "pending"


def test_a_doubt_that_becomes_known_late_is_not_lifted_by_yesterday_s_lift() -> None:
    held = lived(*STORED, "held", "lift")
    assert held.state == "accepted"
    again = container_life.record(held, "held", at=at("12:00:00"), event_at=at("08:00:30"), who=make.QUALITY)
    assert again.container.state == "locked"
    assert again.causes == ()


def test_lifting_leads_back_to_what_it_was_and_a_backup_stays_a_backup() -> None:
    assert lived("arrived", "held", "lift").state == "arrived"
    assert lived("arrived", "held", "placed", "lift").state == "pending"
    assert lived("arrived", "placed", "held", "lift").state == "pending"
    assert lived(*STORED, "release", "held", "lift").state == "accepted"
    assert lived(*STORED, "set_backup", "held", "lift").state == "backup"
    assert lived(*STORED, "set_backup", "held", "lift", "call_backup").state == "accepted"
    assert lived("set_backup", "call_backup").state == "expected"


def test_a_slip_is_taken_back_and_the_container_stands_where_it_stood() -> None:
    held = lived(*STORED, "removed")
    fixed = container_life.correct(held, held.events[-1].n, at=at("08:05:00"), reason="扫错了容器", back=True)
    assert fixed.container.state == "accepted"
    assert fixed.container.events[-1].back, "it stays to be seen"
    assert fixed.causes == ()
    with pytest.raises(Refusal) as caught:
        container_life.correct(fixed.container, held.events[-1].n, at=at("08:06:00"), reason="再次", back=True)
    assert caught.value.code == "container.no_such_event"


def test_a_time_that_is_corrected_moves_the_mark_and_nothing_else() -> None:
    held = container_life.record(lived(*OUT), "thaw_start", at=at("08:10:00"), who=make.NURSE, run="N-1").container
    assert held.event_of("thaw_start", "N-2") is None
    event = held.event_of("thaw_start", "N-1")
    assert event is not None
    fixed = container_life.correct(
        held, event.n, at=at("08:12:00"), reason="看错了时间", event_at=at("08:08:00")
    ).container
    assert (fixed.marked_at("thaw_start"), fixed.state) == (at("08:08:00"), "thawing")
    with pytest.raises(Refusal) as caught:
        container_life.correct(fixed, event.n, at=at("08:12:00"), reason="看错了时间", event_at=at("08:13:00"))
    assert caught.value.code == "container.future"


def test_a_correction_that_makes_a_later_fact_unexpected_says_so() -> None:
    held = lived(*OUT, "thaw_start")
    removed = held.events[-2]
    fixed = container_life.correct(held, removed.n, at=at("09:00:00"), reason="取出的是另一袋", back=True)
    assert fixed.container.state == "thawing", "it physically is there"
    [cause] = fixed.causes
    assert dict(cause.facts) == {"container": held.id, "fact": "thaw_start", "state": "released"}


def test_a_rejection_that_is_taken_back_is_judged_anew_and_locked_while_a_doubt_stands() -> None:
    for way, doubts in (
        ((*STORED, "reject"), []),
        (("arrived", "placed", "held", "reject"), ["held"]),
        ((*STORED, "reject", "held"), ["held"]),
        ((*STORED, "leaked", "reject"), ["leaked"]),
        ((*STORED, "held", "lift", "reject"), []),
    ):
        held = lived(*way)
        assert held.state == "rejected"
        assert [event.name for event in container_life.standing_doubts(held)] == doubts
        back = container_life.reinstate(
            held, at=at("09:00:00"), who=make.QUALITY, reason="拒收有误", doubtful=bool(doubts)
        )
        assert back.container.state == ("locked" if doubts else "pending")
        assert back.change.reason == "拒收有误"
        assert back.causes == ()
        if doubts:
            lifted = container_life.grant(back.container, "lift", at=at("09:05:00"), who=make.QUALITY).container
            assert lifted.state == "pending", "not what it had been before it was rejected"


def test_what_has_left_was_thawed_or_is_waste_is_not_reinstated() -> None:
    for way in (
        (*STORED, "reject", "discard"),
        (*STORED, "reject", "send_back"),
        (*STORED, "reject", "send_back", "left"),
        (*STORED, "reject", "discard", "destroyed"),
        (*STORED, "reject", "thaw_start", "placed"),
        STORED,
    ):
        with pytest.raises(Refusal) as caught:
            container_life.reinstate(
                lived(*way), at=at("09:00:00"), who=make.QUALITY, reason="拒收有误", doubtful=False
            )
        assert caught.value.code == "container.not_allowed"


def test_a_thaw_found_out_late_undoes_the_reinstatement() -> None:
    held = lived(*STORED, "reject", "reinstate")  # rejected at 08:03
    assert held.state == "pending"
    found = container_life.record(held, "thaw_start", at=at("09:00:00"), event_at=at("08:02:30"), who=make.NURSE)
    back = container_life.record(found.container, "placed", at=at("09:01:00"), event_at=at("08:02:40"), who=make.NURSE)
    assert back.container.state == "not_used"


def test_an_authorisation_is_refused_outside_the_table_to_another_role_and_with_an_open_gate() -> None:
    held = lived("arrived", "placed")
    for who, authorisation, gate, code in (
        (make.PHARMACIST, "release", (), "container.not_allowed"),
        (make.NURSE, "accept", (), "container.role"),
        (make.PHARMACIST, "accept", ("R-18", "order.confirmed"), "container.gate"),
        (make.PHARMACIST, "sing", (), "container.unknown_authorisation"),
    ):
        with pytest.raises(Refusal) as caught:
            container_life.grant(held, authorisation, at=at("09:00:00"), who=who, gate=gate)
        assert caught.value.code == code
    assert container_life.grant(held, "accept", at=at("09:00:00"), who=make.PHARMACIST).container.state == "accepted"


def test_a_backup_at_the_holder_is_kept_with_a_day_to_decide_and_counts_nowhere() -> None:
    held = Container("C-2", "O-1")
    kept = container_life.set_backup(
        held, "holder", "2027-06", date(2026, 12, 20), at=at("08:00:00"), who=make.PHARMACIST
    ).container
    assert kept.state == "backup"
    assert not container_life.to_decide(kept, date(2026, 12, 12))
    assert container_life.to_decide(kept, date(2026, 12, 13))
    assert not container_life.unaccounted(kept, date(2026, 11, 1), date(2026, 12, 30))
    assert container_life.unaccounted(lived(*STORED), date(2026, 11, 30), date(2026, 12, 8))


@pytest.mark.parametrize(
    ("keeper", "expiry", "decide_by", "code"),
    [
        ("cupboard", "2027-06", date(2026, 12, 20), "container.keeper"),
        ("here", "soon", date(2026, 12, 20), "container.expiry"),
        ("here", "2026-12-01", date(2026, 12, 20), "container.decide_by"),
        ("here", "2027-06", date(2026, 11, 29), "container.decide_by"),
    ],
)
def test_a_backup_without_keeper_expiry_or_a_day_that_makes_sense_is_refused(
    keeper: str, expiry: str, decide_by: date, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        container_life.set_backup(lived(*STORED), keeper, expiry, decide_by, at=at("09:00:00"), who=make.PHARMACIST)
    assert caught.value.code == code


def test_a_backup_that_is_here_is_never_struck_off_as_if_it_had_not_come() -> None:
    with pytest.raises(Refusal) as caught:
        container_life.grant(lived(*STORED, "set_backup"), "cancel", at=at("09:00:00"), who=make.PHARMACIST)
    assert caught.value.code == "container.not_allowed"


@pytest.mark.parametrize("text", ["", "2027", "27-02", "2027-13", "2027-02-30", "02/2027", "2027-2-3"])
def test_an_expiry_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        container_life.expires_on(text)
    assert caught.value.code == "container.expiry"


def test_the_next_container_waits_while_one_is_out_and_goes_on_when_that_one_has_ended() -> None:
    mine = Container("C-2", "O-1", n=2, state="released")
    for state in containers.STATES:
        facts = container_life.container_facts(mine, [mine, Container("C-1", "O-1", state=state)])
        assert facts["container.previous_infused"] == (state not in containers.OUT)
    assert {"container.place_free", "container.previous_infused"} <= fact_names.FACTS


STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(containers.FACTS)), st.integers(0, 3), st.booleans()), min_size=1, max_size=12
)


@given(STEPS)
def test_whatever_is_recorded_in_whatever_order_the_document_says_what_the_events_say(
    steps: list[tuple[str, int, bool]],
) -> None:
    held = Container("C-1", "O-1")
    doc = container_life.new_container("C-1", "O-1").new
    moment = at("08:00:00")
    for fact, minutes_ago, back in steps:
        event_at = moment.plus(seconds=-60 * minutes_ago) if minutes_ago else None
        recorded = container_life.record(held, fact, at=moment, who=make.NURSE, event_at=event_at)
        doc = doc | recorded.change.new
        held = recorded.container
        if back:
            recorded = container_life.correct(held, held.events[-1].n, at=moment, reason="误触", back=True)
            doc = doc | recorded.change.new
            held = recorded.container
        assert container_life.container("C-1", doc) == held
        assert container_life.replay(held.events).state == held.state
        moment = moment.plus(seconds=45)
    assert len(held.events) == len(steps)

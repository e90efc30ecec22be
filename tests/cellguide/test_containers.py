"""The container's table: every fact in every state is accepted, every authorisation outside the table is not there."""

from __future__ import annotations

import itertools

import pytest

from cellguide import containers, words
from cellguide.people import MAY, ROLES
from cellguide.products import schema
from cellguide.templates import fact_names

# What the way from the dock to the patient must look like: fact or authorisation, and the state it leads to.
GOOD_WAY = (
    ("arrived", "arrived"),
    ("opened", "arrived"),
    ("placed", "pending"),
    ("accept", "accepted"),
    ("release", "released"),
    ("removed", "removed"),
    ("thaw_start", "thawing"),
    ("thaw_end", "thawed"),
    ("handed_over", "at_bedside"),
    ("go", "ready"),
    ("inf_start", "infusing"),
    ("inf_paused", "paused"),
    ("inf_resumed", "infusing"),
    ("inf_end", "infused"),
    ("destroyed", "infused"),
)


@pytest.mark.req("REG-019")
@pytest.mark.parametrize("state", containers.STATES)
@pytest.mark.parametrize("fact", containers.FACTS)
def test_every_fact_is_accepted_in_every_state(state: str, fact: str) -> None:
    target, expected = containers.after(state, fact)
    assert target in containers.STATES
    if not expected:
        assert containers.severity(state, fact) in ("minor", "major", "critical")
    again, _ = containers.after(target, fact)
    assert again == target or fact == "placed", "the same fact told twice moves nothing further"


@pytest.mark.req("REG-019")
@pytest.mark.parametrize("state", containers.STATES)
@pytest.mark.parametrize("authorisation", containers.AUTHORISATIONS)
def test_every_authorisation_leads_into_the_table_or_is_not_allowed(state: str, authorisation: str) -> None:
    row = containers.AUTHORISATIONS[authorisation]
    assert containers.allowed(state, authorisation) == (state in row.allowed)
    if containers.allowed(state, authorisation):
        for before in ("", *containers.STATES):
            assert containers.granted(state, authorisation, before) in containers.STATES
    if state in ("infused", "returned", "destroyed", "cancelled", "infusing", "paused"):
        assert not containers.allowed(state, authorisation), (
            "nothing is decided over what is over or runs into a patient"
        )


def test_the_good_way_from_the_dock_to_the_patient_has_no_deviation() -> None:
    state = "expected"
    for name, target in GOOD_WAY:
        if name in containers.FACTS:
            state, expected = containers.after(state, name)
            assert expected, name
        else:
            assert containers.allowed(state, name)
            state = containers.granted(state, name, "")
        assert state == target


def test_each_fact_but_a_leak_is_expected_somewhere_and_every_state_can_be_reached() -> None:
    reached = {"expected"}
    for fact, row in containers.FACTS.items():
        assert bool(row.expected) == (fact != "leaked")
        assert set(row.expected) | set(row.otherwise) <= set(containers.STATES)
        reached |= {containers.after(state, fact)[0] for state in containers.STATES}
    for name, authorisation in containers.AUTHORISATIONS.items():
        reached |= {containers.granted(state, name, "") for state in authorisation.allowed}
    assert reached == set(containers.STATES)


def test_only_what_was_accepted_can_be_released_and_only_what_was_released_is_expected_outside() -> None:
    assert set(containers.AUTHORISATIONS["release"].allowed) == {"accepted"}
    assert [state for state in containers.STATES if containers.after(state, "removed") == ("removed", True)] == [
        "released"
    ]
    assert [state for state in containers.STATES if containers.after(state, "inf_start")[1]] == ["ready"]


@pytest.mark.parametrize("state", ["thawing", "thawed", "at_bedside", "ready"])
def test_a_thawed_container_that_is_put_back_can_never_be_given_again(state: str) -> None:
    back, expected = containers.after(state, "placed")
    assert (back, expected) == ("not_used", False)
    assert containers.severity(state, "placed") == "critical"
    onward = {name for name in containers.AUTHORISATIONS if containers.allowed("not_used", name)}
    assert onward == {"send_back", "discard"}


def test_once_called_waste_it_is_never_sent_back() -> None:
    assert not any(containers.allowed("waste", name) for name in containers.AUTHORISATIONS)


def test_a_rejection_leads_back_to_be_judged_anew_and_from_nowhere_else() -> None:
    back = {state for state in containers.STATES if containers.allowed(state, "reinstate")}
    assert back == {"rejected"}, "not once it is waste, to be returned, gone or thawed"
    for before in ("", *containers.STATES):
        assert containers.granted("rejected", "reinstate", before) == "pending", "never straight to accepted"


def test_pending_and_locked_are_two_states_and_a_locked_one_is_not_accepted() -> None:
    assert words.say("container.state.pending", "zh") == "待验"
    assert words.say("container.state.locked", "zh") == "锁定·待处理"
    assert not containers.allowed("locked", "accept")
    assert containers.granted("locked", "lift", "released") == "accepted", "released anew, after it was in doubt"
    assert containers.granted("locked", "lift", "removed") == "pending"


@pytest.mark.parametrize("state", sorted(containers.HERE_COLD - {"rejected"}))
def test_a_rule_holds_and_never_rejects(state: str) -> None:
    assert containers.after(state, "held") == ("locked", True)


def test_every_mark_about_a_container_is_a_fact_of_the_table() -> None:
    about_the_station = {"CLOCK_CHECKED"}
    assert set(containers.BY_MARK) >= set(fact_names.MARKS) - about_the_station
    assert set(containers.BY_MARK) >= set(schema.MARKS)


def test_whoever_may_allow_something_may_call_the_act() -> None:
    for name, authorisation in containers.AUTHORISATIONS.items():
        assert authorisation.by <= MAY["authorise_container"] <= frozenset(ROLES), name


@pytest.mark.req("REG-050")
@pytest.mark.parametrize("lang", words.LANGS)
def test_every_state_fact_and_authorisation_has_a_word_of_its_own(lang: words.Lang) -> None:
    named = {
        "state": containers.STATES,
        "fact": tuple(containers.FACTS),
        "authorisation": tuple(containers.AUTHORISATIONS),
    }
    for group, codes in named.items():
        said = [words.say(f"container.{group}.{code}", lang) for code in codes]
        assert len(set(said)) == len(codes)
    known = {key for key in words.catalogue("container") if not key.startswith("container.keeper.")}
    assert known == {f"container.{group}.{code}" for group, codes in named.items() for code in codes}


def test_no_two_rows_say_different_things_of_one_state() -> None:
    for row, state in itertools.product(containers.FACTS.values(), containers.STATES):
        assert row.expected.get(state, "") in ("", row.otherwise.get(state, row.expected.get(state)))

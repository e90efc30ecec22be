"""Container: one bag or vial, where it stands between the holder's notice and its one end.

Two words, kept apart (DESIGN.md 0.1 and 1). A *fact* has happened: it is accepted in every state, moves the container
to where it physically is, and makes a deviation when the table did not expect it. An *authorisation* is what a person
allows: outside the table, by another role, or with an open gate it is refused.

The state is what all facts and authorisations add up to in the order in which they happened, so a fact that is entered
late, timed anew or taken back moves the container to where it then must be (REG-019, engineering-review 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .people import NURSE, PHARMACIST, PHYSICIAN, QUALITY, TECHNOLOGIST

# Their words stand in resources/words/container.toml. pending is 待验, locked 锁定·待处理: two (clinical-review 3.6).
STATES = (
    "expected",
    "arrived",
    "pending",
    "locked",
    "accepted",
    "backup",
    "released",
    "removed",
    "thawing",
    "thawed",
    "leaked",
    "at_bedside",
    "ready",
    "infusing",
    "paused",
    "infused",
    "part_used",
    "not_used",
    "rejected",
    "to_return",
    "waste",
    "returned",
    "destroyed",
    "cancelled",
)
FINAL = frozenset({"infused", "returned", "destroyed", "cancelled"})
HERE_COLD = frozenset({"pending", "locked", "accepted", "backup", "released", "rejected"})
OUT = frozenset({"removed", "thawing", "thawed", "leaked", "at_bedside", "ready", "infusing", "paused"})
BUSY = OUT | {"released"}
_UNFIT = frozenset({"not_used", "waste", "to_return", "rejected"})


class Fact(NamedTuple):
    """``expected``: where the table foresees it, and where it leads. Elsewhere it is a deviation and leads to
    ``otherwise``, then to ``leads``; without ``leads`` the container stays where it is.
    """

    expected: Mapping[str, str]
    otherwise: Mapping[str, str] = {}
    leads: str = ""


def _same(*states: str) -> dict[str, str]:
    return {state: state for state in states}


_COMES_BACK = ("returned", "destroyed", "cancelled")
_OVER = _same("infused", "part_used")
_PAST_THAW = _same("thawed", "leaked", "at_bedside", "ready", "infusing", "paused", "infused", "part_used", "not_used")

FACTS: Mapping[str, Fact] = {
    "arrived": Fact(
        # Night custody takes it in; the receipt next morning says again that it arrived.
        {"expected": "arrived", "backup": "arrived"} | _same("arrived", "pending", "locked"),
        dict.fromkeys(_COMES_BACK, "arrived"),
    ),
    "opened": Fact(_same("arrived", *sorted(HERE_COLD)), {"expected": "arrived", "cancelled": "arrived"}),
    "placed": Fact(
        {"arrived": "pending"} | _same(*sorted(HERE_COLD | _UNFIT)),
        dict.fromkeys(("expected", "cancelled"), "pending")
        | dict.fromkeys(("removed", "returned", "destroyed"), "locked")
        | dict.fromkeys(("infusing", "paused"), "part_used")
        | _OVER,
        leads="not_used",  # thawed and put back: cold again, and never again to be given (no refreeze)
    ),
    # Something puts it in doubt: an alarm, an excursion, a label that cannot be. It is held, never rejected by a rule.
    "held": Fact(
        dict.fromkeys(("arrived", "pending", "accepted", "released", "backup"), "locked") | _same("locked", *_UNFIT)
    ),
    "leaked": Fact(
        {},
        dict.fromkeys(("arrived", *sorted(HERE_COLD - {"rejected"})), "locked")
        | dict.fromkeys(("removed", "thawing", "thawed", "at_bedside", "ready"), "leaked"),
    ),
    "removed": Fact(
        {"released": "removed"} | _same("to_return", "waste"),
        {"thawing": "thawing"} | _PAST_THAW,
        leads="removed",
    ),
    "thaw_start": Fact({"removed": "thawing"}, _PAST_THAW, leads="thawing"),
    "thaw_end": Fact({"thawing": "thawed"}, _PAST_THAW, leads="thawed"),
    "prep_done": Fact(_same("thawed"), _PAST_THAW, leads="thawed"),
    "handed_over": Fact(
        {"thawed": "at_bedside"} | _same("released", "removed"),
        {"thawing": "at_bedside"},
    ),
    "inf_start": Fact({"ready": "infusing"}, _same("paused") | _OVER, leads="infusing"),
    "inf_paused": Fact({"infusing": "paused"}, _OVER, leads="paused"),
    "inf_resumed": Fact({"paused": "infusing"}, _same("infused"), leads="infusing"),
    "inf_stopped": Fact({"infusing": "part_used", "paused": "part_used"}, _same("infused"), leads="part_used"),
    "inf_end": Fact({"infusing": "infused"}, leads="infused"),
    "left": Fact({"to_return": "returned"}, _same("infused", "destroyed"), leads="returned"),
    # An infused container that is destroyed is the empty bag: its end stays that it was infused.
    "destroyed": Fact({"waste": "destroyed", "infused": "infused"}, leads="destroyed"),
}
# Doubt counts from when it was known: one that is found late must not slip in before the lift of an earlier one.
DOUBTS = frozenset({"held", "leaked"})
# The steps' marks (cellguide/templates) → facts. CLOCK_CHECKED is about the station.
BY_MARK = {name.upper(): name for name in FACTS if name not in ("held", "inf_paused", "inf_resumed", "inf_stopped")}


class Authorisation(NamedTuple):
    """``allowed``: from which state to which; "" is where it stood before. ``by``: roles that may give it."""

    allowed: Mapping[str, str]
    by: frozenset[str]


_PHARMACY = frozenset({PHARMACIST, TECHNOLOGIST})
_DISPOSAL = frozenset({PHARMACIST, QUALITY})
_IN_STORE = ("pending", "locked", "accepted", "backup")

AUTHORISATIONS: Mapping[str, Authorisation] = {
    "accept": Authorisation({"pending": "accepted"}, frozenset({PHARMACIST})),
    "reject": Authorisation(dict.fromkeys(_IN_STORE, "rejected"), _DISPOSAL),
    # A rejection is people's word and can be taken back while the container stands here; it is judged anew, and what
    # was called waste or is to be returned is past it. One gives it for two: ``acts.reinstating``.
    "reinstate": Authorisation({"rejected": "pending"}, _DISPOSAL),
    "lift": Authorisation({"locked": ""}, frozenset({PHARMACIST, QUALITY, PHYSICIAN})),
    "release": Authorisation({"accepted": "released"}, frozenset({PHARMACIST})),
    "withdraw_release": Authorisation({"released": "accepted"}, frozenset({PHARMACIST, PHYSICIAN})),
    "go": Authorisation({"thawed": "ready", "at_bedside": "ready"}, frozenset({NURSE, PHARMACIST, PHYSICIAN})),
    "use_anyway": Authorisation({"leaked": "thawed"}, frozenset({PHYSICIAN})),
    "give_up": Authorisation(
        dict.fromkeys((*_IN_STORE, "removed", "thawing", "thawed", "leaked", "at_bedside", "ready"), "not_used"),
        frozenset({PHYSICIAN, PHARMACIST}),
    ),
    "set_backup": Authorisation(_same("backup") | {"expected": "backup", "accepted": "backup"}, _PHARMACY),
    "call_backup": Authorisation({"backup": ""}, _PHARMACY),
    # Once called waste it may not travel any more (医疗废物管理条例; clinical-review E23): nothing returns from it.
    "send_back": Authorisation(dict.fromkeys((*_IN_STORE, "rejected", "not_used"), "to_return"), _DISPOSAL),
    "discard": Authorisation(
        dict.fromkeys((*_IN_STORE, "rejected", "not_used", "leaked", "part_used", "to_return"), "waste"), _DISPOSAL
    ),
    "cancel": Authorisation({"expected": "cancelled", "backup": "cancelled"}, frozenset({PHARMACIST, PHYSICIAN})),
}


def after(state: str, fact: str) -> tuple[str, bool]:
    """Where the container is after ``fact``, and whether the table expected it there. Accepts every pair.

    >>> after("released", "removed"), after("pending", "removed")
    (('removed', True), ('removed', False))
    """
    row = FACTS[fact]
    if state in row.expected:
        return row.expected[state], True
    return row.otherwise.get(state, row.leads or state), False


def allowed(state: str, authorisation: str) -> bool:
    """Whether the table has the authorisation in that state.

    >>> allowed("pending", "accept"), allowed("locked", "accept")
    (True, False)
    """
    return state in AUTHORISATIONS[authorisation].allowed


def granted(state: str, authorisation: str, before: str) -> str:
    """Where an allowed authorisation leads; ``before``: the state that the lock or the backup was put on.

    A lifted container goes back to what it was judged to be, and to 待验 when that was not in store.
    """
    target = AUTHORISATIONS[authorisation].allowed[state]
    if target:
        return target
    if authorisation == "call_backup":
        return "accepted" if before == "accepted" else "expected"
    return {"arrived": "arrived", "accepted": "accepted", "released": "accepted", "backup": "backup"}.get(
        before, "pending"
    )


def severity(state: str, fact: str) -> str:
    """How bad an unexpected fact is (domain.md 3.6): minor where nothing moved, critical where a patient is in it."""
    moved = after(state, fact)[0] != state
    if fact == "leaked":
        return "critical"
    if fact == "placed" and state in OUT:
        return "critical"
    if fact in ("removed", "thaw_start", "thaw_end", "inf_start", "inf_paused", "inf_end") and moved:
        foreseen = state in ("released", "removed", "thawing", "thawed", "at_bedside", "ready", "infusing", "paused")
        return "major" if foreseen and fact != "inf_start" else "critical"
    if fact in ("left", "destroyed") and moved:
        return "critical" if state not in _UNFIT | {"part_used"} else "major"
    return "major" if moved else "minor"

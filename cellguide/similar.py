"""Wrong-patient traps: what two orders have so nearly in common that a person must look again before saving.

Nothing is refused for being alike; the facts are asked about, and what the person answered is kept in the order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .patients import Patient, plain

TAIL = 4
DISTANCE_MAX = 2
CODES = ("same_name", "same_reading", "same_birth_date", "same_number", "same_tail", "near_coi")


class Identity(NamedTuple):
    """One order as the traps see it."""

    order: str
    patient: Patient
    coi: str = ""


class Trap(NamedTuple):
    """``code``: in what two orders are alike. ``order``: the other one. ``mine``, ``theirs``: as they are written."""

    code: str
    order: str
    mine: str
    theirs: str

    @property
    def key(self) -> str:
        """What a person confirms by name: ``code:order``."""
        return f"{self.code}:{self.order}"


def distance(one: str, other: str, most: int = DISTANCE_MAX) -> int:
    """Least number of characters changed, left out, added or swapped with their neighbour; ``most`` + 1 when more.

    >>> distance("DC-24097", "DC-24079"), distance("abc", "xyz")
    (1, 3)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, theirs in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (mine != theirs))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == theirs:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _coi_trap(mine: str, theirs: str) -> str:
    one, other = plain(mine), plain(theirs)
    if not one or not other or one == other:
        return ""
    if distance(one, other) <= DISTANCE_MAX:
        return "near_coi"
    return "same_tail" if len(one) >= TAIL and one[-TAIL:] == other[-TAIL:] else ""


def between(mine: Identity, other: Identity) -> tuple[Trap, ...]:
    """What ``mine`` shares with one other order. The same human (a number in common) is one trap, not five."""
    me, them = mine.patient, other.patient
    known = {(number.type, plain(number.value)) for number in them.numbers}
    shared = next((number for number in me.numbers if (number.type, plain(number.value)) in known), None)
    if shared is not None:
        return (Trap("same_number", other.order, shared.value, shared.value),)
    found: list[Trap] = []
    name, their_name = plain(me.name), plain(them.name)
    if name and name == their_name:
        found.append(Trap("same_name", other.order, me.name, them.name))
    elif me.latin and plain(me.latin) == plain(them.latin):
        found.append(Trap("same_reading", other.order, me.name, them.name))
    if me.birth_date and me.birth_date == them.birth_date:
        found.append(Trap("same_birth_date", other.order, me.birth_date, them.birth_date))
    coi = _coi_trap(mine.coi, other.coi)
    if coi:
        found.append(Trap(coi, other.order, mine.coi, other.coi))
    return tuple(found)


def traps(mine: Identity, others: Iterable[Identity]) -> tuple[Trap, ...]:
    """Everything to ask about before ``mine`` is saved; never about itself."""
    return tuple(trap for other in others if other.order != mine.order for trap in between(mine, other))

"""Places: site → room → device → rack → box → position; what may be put where.

Pure. A container's ``place`` is the code of the place it stands in, as it is scanned. Rules name problems; whether they
refuse (a move that is planned) or open a deviation (one that has happened) is the act's affair (DESIGN.md 0.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from . import alarm_rules
from .clock import parse_iso
from .container_life import Container
from .containers import HERE_COLD
from .entry import Doc
from .facts import Unknown
from .refusal import Refusal
from .search_words import fold

DEVICES = ("tank", "freezer", "fridge", "shipper")
KINDS = ("site", "room", *DEVICES, "rack", "box", "position")
# What may stand in what: a thing inside a larger one, steps may be left out (a tank with positions and no racks).
_RANK = {"site": 0, "room": 1, **dict.fromkeys(DEVICES, 2), "rack": 3, "box": 4, "position": 5}
INSIDE = ("rack", "box", "position")
ZONES = ("", "quarantine", "infected")
PHASES = ("", "vapour", "liquid")
LEVEL_UNITS = ("", "cm", "%")
IN_USE, RETIRED = "in_use", "retired"
# Not judged, in doubt, or refused: these stand apart from what is good (GSP: 待验, 不合格 apart from 合格).
APART = frozenset({"arrived", "pending", "locked", "rejected", "to_return", "waste"})
# Of these, what is known to be in doubt or refused; the others only wait for their judgement.
BLOCKED = frozenset({"locked", "rejected", "to_return", "waste"})
# Limits are controlled data: two people change them, with a reason (REG-052).
CONTROLLED = frozenset({"limit_c_max", "limit_c_min", "margin_c", "level_min", "alarms"})
RECONCILE_H = 24


@dataclass(frozen=True, slots=True)
class Place:
    """As the ledger adds it up. ``code``: what its barcode says, unique. ``capacity``: containers it holds itself.

    Of devices: ``limit_c_max``/``limit_c_min`` in °C with ``limit_source``; ``margin_c``: alarm 1 stands so far below;
    ``level_min`` of liquid nitrogen in ``level_unit``; ``rounds``: planned times "HH:MM". Of a shipper used as store:
    ``hold_end_at`` of its certificate and ``filled_at`` (ISO), ``shipment``; ``stands``: where it was put, as scanned
    or typed; ``reading_due_at``: when somebody said it would be read next; ``tilted_at``: found tilted then, and its
    hold time not assessed anew since. ``alarms``: the site's own rules, as ``alarm_rules.FIELDS``.
    """

    id: str
    kind: str
    code: str
    parent: str = ""
    zh: str = ""
    en: str = ""
    state: str = IN_USE
    zone: str = ""
    capacity: int = 1
    limit_c_max: str = ""
    limit_c_min: str = ""
    limit_source: str = ""
    margin_c: str = ""
    phase: str = ""
    level_unit: str = ""
    level_min: str = ""
    rounds: tuple[str, ...] = ()
    hold_end_at: str = ""
    filled_at: str = ""
    shipment: str = ""
    stands: str = ""
    reading_due_at: str = ""
    tilted_at: str = ""
    alarms: tuple[tuple[str, ...], ...] = ()

    @property
    def doc(self) -> Doc:
        """The place as its document; the id stands outside."""
        found: Doc = {name: getattr(self, name) for name in Place.__slots__ if name != "id"}
        return found | {"rounds": list(self.rounds), "alarms": [list(row) for row in self.alarms]}

    @property
    def device(self) -> bool:
        return self.kind in DEVICES


def place(id: str, doc: Mapping[str, Any]) -> Place:
    """Read a place from its document."""
    fields = {name: doc[name] for name in Place.__slots__ if name in doc and name not in ("id", "rounds", "alarms")}
    alarms = tuple(tuple(str(part) for part in row) for row in doc.get("alarms", ()))
    return Place(id=id, rounds=tuple(doc.get("rounds", ())), alarms=alarms, **fields)


@dataclass(frozen=True, slots=True)
class Tree:
    """All places of a site, by id, with who is inside whom."""

    places: Mapping[str, Place]
    below: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)

    def by_code(self, code: str) -> Place | None:
        """The place with that code; spaces and letter case of a scan do not count."""
        id = self.codes.get(fold(code))
        return self.places[id] if id is not None else None

    def up(self, id: str) -> tuple[Place, ...]:
        """The place itself, then what it stands in, up to the site."""
        found: dict[str, Place] = {}
        while id in self.places and id not in found:
            found[id] = self.places[id]
            id = found[id].parent
        return tuple(found.values())

    def device(self, id: str) -> Place | None:
        """The device that the place is, or stands in."""
        return next((one for one in self.up(id) if one.device), None)

    def inside(self, id: str) -> tuple[Place, ...]:
        """The place and everything in it, larger things first."""
        found = [self.places[id]]
        for child in self.below.get(id, ()):
            found += self.inside(child)
        return tuple(found)

    def leaves(self, id: str) -> tuple[Place, ...]:
        """Where containers can be put below ``id``: whatever holds nothing else."""
        return tuple(one for one in self.inside(id) if not self.below.get(one.id) and one.state == IN_USE)

    def zone(self, id: str) -> str:
        """The zone of the place: its own, or that of what it stands in."""
        return next((one.zone for one in self.up(id) if one.zone), "")

    def path(self, id: str, lang: str = "zh") -> str:
        """The place in words, from the device down."""
        found: list[Place] = []
        for one in self.up(id):
            found.append(one)
            if one.device:
                break
        return " · ".join((one.zh if lang == "zh" else one.en) or one.code for one in reversed(found))


def tree(places: Iterable[Place]) -> Tree:
    """Put the places of a site together."""
    by_id = {one.id: one for one in places}
    below: dict[str, list[str]] = {}
    for one in by_id.values():
        below.setdefault(one.parent, []).append(one.id)
    return Tree(
        by_id, {id: tuple(kids) for id, kids in below.items()}, {fold(one.code): one.id for one in by_id.values()}
    )


def check_place(new: Place, known: Tree) -> None:
    """Refuse what cannot be: Refusal ``place.kind``, ``place.code``, ``place.code_used``, ``place.parent``,
    ``place.number``, ``place.instant``, ``place.source``, ``place.times``, ``place.zone``, those of
    ``alarm_rules.rules``.
    """
    if new.kind not in KINDS:
        raise Refusal("place.kind", kind=new.kind)
    if not new.code.strip() or not (new.zh.strip() or new.en.strip()):
        raise Refusal("place.code")
    used = known.by_code(new.code)
    if used is not None and used.id != new.id:
        raise Refusal("place.code_used", given=new.code, place=used.id)
    above = known.places.get(new.parent)
    fits = above is not None and _RANK[above.kind] < _RANK[new.kind] and above.id != new.id
    # A holder's shipper is a store wherever it was put down, also where no place is registered yet.
    if (new.kind not in ("site", "shipper") or new.parent) and not fits:
        raise Refusal("place.parent", kind=new.kind, parent=new.parent or "–")
    if new.zone not in ZONES or new.phase not in PHASES or new.level_unit not in LEVEL_UNITS or new.capacity < 1:
        raise Refusal("place.zone", zone=new.zone, phase=new.phase)
    for name in ("limit_c_max", "limit_c_min", "margin_c", "level_min"):
        _number(name, getattr(new, name))
    if (new.limit_c_max or new.limit_c_min) and not new.limit_source.strip():
        raise Refusal("place.source", place=new.code)
    for name in ("hold_end_at", "filled_at"):
        _instant(name, getattr(new, name))
    for text in new.rounds:
        hour, _, minute = text.partition(":")
        if not (hour.isdecimal() and minute.isdecimal() and len(text) == 5 and int(hour) < 24 and int(minute) < 60):
            raise Refusal("place.times", given=text)
    alarm_rules.rules(new.alarms)


def _instant(name: str, text: str) -> None:
    try:
        known = bool(not text or parse_iso(text))
    except ValueError:
        known = False
    if not known:
        raise Refusal("place.instant", field=name, given=text)


def _number(name: str, text: str) -> None:
    try:
        finite = not text or Decimal(text).is_finite()
    except ArithmeticError:
        finite = False
    if not finite:
        raise Refusal("place.number", field=name, given=text)


# --- who is where -----------------------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """One place that can hold containers, and what is in it. ``note``: free, taken, or full."""

    place: Place
    containers: tuple[Container, ...]
    zone: str

    @property
    def free(self) -> int:
        return max(0, self.place.capacity - len(self.containers))


def stock(known: Tree, id: str, containers: Iterable[Container]) -> tuple[Cell, ...]:
    """What is free and taken below ``id``; containers without a position come with their device."""
    by_code: dict[str, list[Container]] = {}
    for held in containers:
        if held.place:
            by_code.setdefault(fold(held.place), []).append(held)
    cells = []
    for one in known.inside(id):
        there = tuple(by_code.get(fold(one.code), ()))
        if there or not known.below.get(one.id):
            cells.append(Cell(one, there, known.zone(one.id)))
    return tuple(cells)


class Problem(NamedTuple):
    """Why a container should not be put there; ``facts`` fill its sentence ``refusal_place.<code>``."""

    code: str
    facts: Mapping[str, str]


class Incoming(NamedTuple):
    """What is to be placed: the container, its product's warmest storage temperature in °C, and whether the patient's
    infection asks for a position apart (clinical-review 3.2). ``amid_good``: accepted ones stand in that device, and it
    is not there already."""

    container: Container
    limit_c_max: Decimal | Unknown
    infected: bool = False
    amid_good: bool = False


def problems(
    known: Tree, target: Place, coming: Incoming, there: Sequence[Container], kept_for: Sequence[Container] = ()
) -> tuple[Problem, ...]:
    """Everything that speaks against it; ``there``: the containers that stand in that very place; ``kept_for``: those
    of other orders that it is reserved for.

    A product limit that is missing or silent says nothing here (it is judged where the product is accepted).
    """
    one, device = coming.container, known.device(target.id)
    others = [item for item in there if item.id != one.id and item.state in HERE_COLD | APART]
    found: list[Problem] = []

    def add(code: str, **facts: object) -> None:
        found.append(Problem(code, {"place": target.code, "container": one.id} | {k: str(v) for k, v in facts.items()}))

    if device is None:
        add("not_a_store")
    if any(step.state == RETIRED for step in known.up(target.id)):
        add("retired")
    if any(item.order != one.order for item in others):
        add("other_patient", other=", ".join(item.id for item in others if item.order != one.order))
    elif target.kind == "position" and len(others) >= target.capacity:
        add("occupied", other=", ".join(item.id for item in others))
    if kept_for:
        add("reserved", other=", ".join(item.id for item in kept_for))
    if device is not None and isinstance(coming.limit_c_max, Decimal):
        if not device.limit_c_max:
            add("no_limit", device=device.code)
        elif Decimal(device.limit_c_max) > coming.limit_c_max:
            add("too_warm", device=device.code, limit=device.limit_c_max, product=coming.limit_c_max)
    if device is not None:
        _zones(known, device, target, coming, add)
    return tuple(found)


def _zones(known: Tree, device: Place, target: Place, coming: Incoming, add: Any) -> None:
    """Zones bind where the device has them. A device without a quarantine keeps nothing apart: what is locked or
    refused may not be brought among what is accepted there (GSP: 不合格 apart from 合格)."""
    zone = known.zone(target.id)
    there = {known.zone(leaf.id) for leaf in known.leaves(device.id)}
    apart = coming.container.state in APART
    if zone == "quarantine" and not apart:
        add("quarantine", state=coming.container.state)
    elif apart and "quarantine" in there and zone != "quarantine":
        add("not_quarantine", state=coming.container.state)
    elif coming.container.state in BLOCKED and coming.amid_good and "quarantine" not in there:
        add("amid_accepted", state=coming.container.state, device=device.code)
    if coming.infected and "infected" in there and zone not in ("infected", "quarantine"):
        add("infected")
    if zone == "infected" and not coming.infected:
        add("not_infected")


def device_limit(device: Place, product_limits: Iterable[tuple[str, Decimal]]) -> tuple[Decimal, str] | None:
    """The coldest upper limit of the device itself and of anything in it, with its source (domain 0.5)."""
    found = [(limit, source) for source, limit in product_limits]
    if device.limit_c_max:
        found.append((Decimal(device.limit_c_max), device.limit_source))
    return min(found, default=None)


# --- counting ---------------------------------------------------------------------------------------------------------


class Count(NamedTuple):
    """What a stock count found. ``misplaced``: (container, where it is booked, where it was found)."""

    expected: tuple[str, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    misplaced: tuple[tuple[str, str, str], ...]

    @property
    def clean(self) -> bool:
        return not (self.missing or self.unknown or self.misplaced)


def count(booked: Mapping[str, str], seen: Mapping[str, str], elsewhere: Mapping[str, str]) -> Count:
    """Compare the books with what was seen. ``booked``: container → code of its place, of the device counted; ``seen``:
    container → code of where it was scanned ("" = not noted); ``elsewhere``: where the books have all others.
    """
    missing = tuple(sorted(set(booked) - set(seen)))
    unknown = tuple(sorted(one for one in seen if one not in booked and one not in elsewhere))
    misplaced = [(one, elsewhere[one], seen[one]) for one in seen if one not in booked and one in elsewhere]
    misplaced += [
        (one, booked[one], seen[one])
        for one in seen
        if one in booked and seen[one] and fold(seen[one]) != fold(booked[one])
    ]
    return Count(tuple(sorted(booked)), tuple(sorted(seen)), missing, unknown, tuple(sorted(misplaced)))

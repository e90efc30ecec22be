"""Places: registered and looked at, with who stood where and when; stock counted against the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from .. import container_life, places, probes
from ..clock import Moment, parse_iso
from ..container_life import Container
from ..containers import HERE_COLD
from ..desk import Desk
from ..deviations import Cause
from ..entry import Actor, Change, Doc
from ..facts import MISSING, Unknown
from ..places import Incoming, Place, Problem, Tree
from ..products import show_sources
from ..refusal import Refusal
from ..search_words import fold
from . import containers as container_acts
from . import deviations, products
from .records import check_reason

_INFECTIONS = ("hbsag", "hiv", "hcv", "syphilis")


# --- reading ----------------------------------------------------------------------------------------------------------


def tree(desk: Desk) -> Tree:
    """All places of the site."""

    def read() -> Tree:
        return places.tree(places.place(held.id, held.doc) for held in desk.store.find("place"))

    return desk.once("tree", desk.store.written("place"), read)


def get(desk: Desk, code: str, known: Tree | None = None) -> Place:
    """The place whose code (or id) was scanned. Raises ``place.unknown``."""
    known = known or tree(desk)
    found = known.by_code(code) or known.places.get(code)
    if found is None:
        raise Refusal("place.unknown", given=code)
    return found


def code_of(desk: Desk, scanned: str) -> str:
    """The code of a registered place as it is written there; what nobody registered stays as it was scanned."""
    found = tree(desk).by_code(scanned)
    return found.code if found is not None else scanned


def device(desk: Desk, code: str, known: Tree | None = None) -> Place:
    """The same, which must be a storage device. Raises ``place.unknown``, ``place.not_a_device``."""
    found = get(desk, code, known)
    if not found.device:
        raise Refusal("place.not_a_device", place=found.code)
    return found


def inside(desk: Desk, known: Tree, id: str) -> list[Container]:
    """The containers that stand in the place or anywhere below it."""
    codes = dict.fromkeys(one.code for one in known.inside(id))
    return [
        container_life.container(held.id, held.doc)
        for code in codes
        for held in desk.store.find("container", place=code)
    ]


def stock(desk: Desk, code: str) -> tuple[places.Cell, ...]:
    """What is where below a place: free and taken, with the containers in their states (the storage map)."""
    known = tree(desk)
    found = get(desk, code, known)
    return places.stock(known, found.id, inside(desk, known, found.id))


def product_limit(desk: Desk, order: str) -> tuple[Decimal | Unknown, str]:
    """The warmest storage temperature of an order's product, SILENT or MISSING, and where it stands."""
    held = desk.store.get("order", order)
    product = str(held.doc.get("product", "")) if held is not None else ""
    if not product:
        return MISSING, ""
    profile, _ = products.profile_in_force(desk, product)
    if profile is None:
        return MISSING, ""
    value = profile.fact("storage_c_max")
    if isinstance(value, Unknown):
        return value, ""
    assert isinstance(value, Decimal)
    return value, show_sources(profile, "storage_c_max", "en")


def incoming(desk: Desk, one: Container) -> Incoming:
    """What the placement rules ask about a container."""
    held = desk.store.get("order", one.order)
    clinical = held.doc.get("clinical", {}) if held is not None else {}
    infected = any(clinical.get(name) == "pos" for name in _INFECTIONS)
    return Incoming(one, product_limit(desk, one.order)[0], infected)


def problems(desk: Desk, container: str, code: str, *, as_if: str = "") -> tuple[Problem, ...]:
    """Why a container should not be put there (the position chooser, the fact ``container.place_free``).

    ``as_if``: the state that it will be in by then, where that is another than now.
    """
    known = tree(desk)
    target = get(desk, code, known)
    one = container_acts.get(desk, container)
    if as_if:
        one = replace(one, state=as_if)
    there = [container_life.container(held.id, held.doc) for held in desk.store.find("container", place=target.code)]
    others = kept_for_others(kept(desk), target, one.order)
    device = known.device(target.id)
    amid = device is not None and fold(one.place) != fold(target.code) and _holds_good(desk, known, device, one)
    return places.problems(known, target, incoming(desk, one)._replace(amid_good=amid), there, others)


def _holds_good(desk: Desk, known: Tree, device: Place, one: Container) -> bool:
    """Whether anything that may be given stands in the device; only where that can matter is it looked up."""
    if one.state not in places.BLOCKED:
        return False
    return any(held.state in HERE_COLD - places.APART for held in inside(desk, known, device.id) if held.id != one.id)


_AWAITED = ("expected", "backup", "arrived")


def waits_for_place(one: Container) -> bool:
    """Whether it is still to be put somewhere, so that a position can be kept for it."""
    return one.state in _AWAITED and not one.place


def kept(desk: Desk) -> Mapping[str, tuple[Container, ...]]:
    """Code of a place → the awaited containers that it is reserved for."""

    def read() -> Mapping[str, tuple[Container, ...]]:
        found: dict[str, tuple[Container, ...]] = {}
        for one in container_acts.in_state(desk, *_AWAITED):
            if one.reserved and waits_for_place(one):
                found[one.reserved] = (*found.get(one.reserved, ()), one)
        return found

    return desk.once("kept places", desk.store.written("container"), read)


def kept_for_others(known: Mapping[str, tuple[Container, ...]], target: Place, order: str) -> tuple[Container, ...]:
    """The containers of other orders that a place is reserved for."""
    return tuple(one for one in known.get(target.code, ()) if one.order != order)


def standing(desk: Desk) -> Mapping[str, tuple[Container, ...]]:
    """Code of a place → the containers that stand in that very place."""

    def read() -> Mapping[str, tuple[Container, ...]]:
        found: dict[str, tuple[Container, ...]] = {}
        for one in container_acts.in_state(desk, *sorted(HERE_COLD | places.APART)):
            if one.place:
                found[one.place] = (*found.get(one.place, ()), one)
        return found

    return desk.once("standing", desk.store.written("container"), read)


def device_limit(desk: Desk, known: Tree, found: Place) -> tuple[Decimal, str] | None:
    """The coldest upper limit of a device and of everything in it, with its source (domain 0.5)."""
    limits = []
    for order in dict.fromkeys(one.order for one in inside(desk, known, found.id)):
        value, source = product_limit(desk, order)
        if isinstance(value, Decimal):
            limits.append((source, value))
    return places.device_limit(found, limits)


class Stay(NamedTuple):
    """A container was in ``place`` (a code) from ``since`` until ``until``; None: it still is."""

    container: str
    place: str
    since: Moment
    until: Moment | None


def position_history(desk: Desk, container: str) -> tuple[Stay, ...]:
    """Every place a container has stood in, oldest first, from the ledger's entries."""
    stays: list[Stay] = []
    for entry in desk.store.history("container", container):
        if "place" not in entry["new"]:
            continue
        place = str(entry["new"]["place"])
        moment = parse_iso(str(entry.fields.get("event") or entry["ts"]))
        if stays and stays[-1].until is None:
            stays[-1] = stays[-1]._replace(until=moment)
            if moment.utc_ms <= stays[-1].since.utc_ms:
                stays.pop()
        if place:
            stays.append(Stay(container, place, moment, None))
    return tuple(stays)


def stays_in(desk: Desk, device_id: str, start_ms: int, end_ms: int) -> tuple[Stay, ...]:
    """Who was in a device at any moment between two times, and from when to when. As fast after ten years as after a
    week: the store finds them by place and time."""
    codes = [one.code for one in tree(desk).inside(device_id)]
    found = []
    for stood in desk.store.stood(codes, start_ms, end_ms):
        held = desk.store.get("container", stood.container)
        if held is not None and held.doc["state"] not in ("expected", "cancelled"):
            until = parse_iso(stood.until) if stood.until else None
            if until is not None and until.utc_ms <= parse_iso(stood.since).utc_ms:
                continue  # it turned out to have stood there earlier: the stay that was timed anew says so
            found.append(Stay(stood.container, stood.place, parse_iso(stood.since), until))
    return tuple(found)


# --- registering ------------------------------------------------------------------------------------------------------


def add_place(desk: Desk, new: Place, second: Actor | None = None) -> Place:
    """Register a place; ``id`` and ``state`` are given here. What a device is held to is set by two people, as it is
    changed by two (``change_place``). Raises those of ``places.check_place``, ``place.second``, ``check.same_person``.
    """
    at, who = desk.begin("add_place")
    places.check_place(new, tree(desk))
    id = desk.store.next_id("place", f"P-{desk.store.station}-")
    doc = replace(new, state=places.IN_USE).doc
    doc |= _by_two(desk, new.code, {name for name in places.CONTROLLED if doc[name]}, who, second)
    desk.write("add_place", [Change("place", id, doc)], at=at, who=who)
    return places.place(id, doc)


def add_positions(desk: Desk, parent: str, codes: Sequence[str], zone: str = "") -> tuple[Place, ...]:
    """Register several positions in a rack, a box or a device at once; all of them or none."""
    at, who = desk.begin("add_place")
    known = tree(desk)
    above = get(desk, parent, known)
    first = desk.store.next_id("place", f"P-{desk.store.station}-")
    found: list[Place] = []
    for number, code in enumerate(codes, int(first[-6:])):
        short = code.removeprefix(above.code).strip("/-· ") or code
        one = Place(f"{first[:-6]}{number:06d}", "position", code, above.id, short, short, zone=zone)
        places.check_place(one, places.tree([*known.places.values(), *found]))
        found.append(one)
    desk.write("add_place", [Change("place", one.id, one.doc) for one in found], at=at, who=who)
    return tuple(found)


def change_place(desk: Desk, code: str, fields: Doc, reason: str, second: Actor | None = None) -> Place:
    """Change a place's words, limits, schedule, zone or capacity. A limit or an alarm margin is changed by two people
    (REG-052, clinical-review E11): ``second`` was identified for this alone.

    Its kind and code stay, and what is inside a device stays there: who stood where and when is told by them. Raises
    ``reason.short``, ``place.fixed``, ``place.second``, ``check.same_person``, those of ``desk.permit`` and of
    ``places.check_place``.
    """
    at, who = desk.begin("add_place")
    check_reason(reason)
    known = tree(desk)
    held = get(desk, code, known)
    changed = dict(fields) | {name: tuple(fields[name]) for name in ("rounds", "alarms") if name in fields}
    wanted = replace(held, **changed)
    places.check_place(wanted, known)
    doc = {name: value for name, value in wanted.doc.items() if value != held.doc[name]}
    if "hold_end_at" in doc and held.tilted_at:
        doc["tilted_at"] = ""  # the hold time of a shipper that was tilted has been assessed anew
    if {"kind", "code"} & set(doc) or ("parent" in doc and held.kind in places.INSIDE):
        raise Refusal("place.fixed", place=held.code)
    doc |= _by_two(desk, held.code, set(doc) & places.CONTROLLED, who, second)
    desk.write("add_place", [Change("place", held.id, doc, reason)], at=at, who=who)
    return get(desk, held.id)


def _by_two(desk: Desk, code: str, limits: set[str], who: Actor, second: Actor | None) -> Doc:
    """Who set these limits; {} where none is set."""
    if not limits:
        return {}
    if second is None:
        raise Refusal("place.second", place=code)
    if second.person == who.person:
        raise Refusal("check.same_person", person=who.person)
    desk.permit("add_place", second)
    return {"limits_by": [who.person, second.person]}


def retire_place(desk: Desk, code: str, reason: str) -> None:
    """Take a place out of use with everything in it. Raises ``place.not_empty``, ``place.measured`` (a probe is still
    registered there), ``reason.short``."""
    at, who = desk.begin("add_place")
    check_reason(reason)
    known = tree(desk)
    held = get(desk, code, known)
    there = inside(desk, known, held.id)
    if there:
        raise Refusal("place.not_empty", place=held.code, count=len(there))
    below = known.inside(held.id)
    ids = {one.id for one in below}
    measuring = [one for one in desk.store.find("probe", state=probes.IN_USE) if one.doc["place"] in ids]
    if measuring:
        serials = ", ".join(str(one.doc["serial"]) for one in measuring)
        raise Refusal("place.measured", place=held.code, serials=serials)
    changes = [Change("place", one.id, {"state": places.RETIRED}, reason) for one in below]
    desk.write("add_place", changes, at=at, who=who)


def take_back_place(desk: Desk, code: str, reason: str) -> None:
    """A place is used again, alone: what is in it is taken back by itself. Raises ``reason.short``,
    ``place.retired_in`` while it stands in something that is out of use."""
    at, who = desk.begin("add_place")
    check_reason(reason)
    known = tree(desk)
    held = get(desk, code, known)
    above = [one for one in known.up(held.id)[1:] if one.state == places.RETIRED]
    if above:
        raise Refusal("place.retired_in", place=held.code, above=above[0].code)
    desk.write("add_place", [Change("place", held.id, {"state": places.IN_USE}, reason)], at=at, who=who)


# --- counting ---------------------------------------------------------------------------------------------------------


def count_stock(desk: Desk, code: str, seen: Mapping[str, str] | Iterable[str], second: Actor) -> places.Count:
    """Compare a device's books with what two people saw in it; every difference opens one critical deviation.

    ``seen``: containers that were scanned, each with the code of its position where that was scanned too. Nothing is
    corrected by a count: a person moves the container, or records that it left. Raises ``check.same_person``.
    """
    at, who = desk.begin("count_stock")
    if second.person == who.person:
        raise Refusal("check.same_person", person=who.person)
    known = tree(desk)
    found = device(desk, code, known)
    booked = {one.id: one.place for one in inside(desk, known, found.id)}
    scanned = dict(seen) if isinstance(seen, Mapping) else dict.fromkeys(seen, "")
    others = {id: desk.store.get("container", id) for id in scanned if id not in booked}
    elsewhere = {id: str(held.doc.get("place", "")) or "–" for id, held in others.items() if held is not None}
    result = places.count(booked, scanned, elsewhere)
    id = desk.store.next_id("event", f"C-{desk.store.station}-{at.local.year}-")
    doc: Doc = {
        "kind": "count",
        "place": found.id,
        "at": at.iso,
        "by": [who.person, second.person],
        "clean": result.clean,
    }
    doc |= {"expected": list(result.expected), "found": list(result.found), "missing": list(result.missing)}
    doc |= {"unknown": list(result.unknown), "misplaced": [list(row) for row in result.misplaced]}
    causes = []
    if not result.clean:
        wrong = [*result.missing, *result.unknown, *(row[0] for row in result.misplaced)]
        facts = (("place", found.code), ("containers", ", ".join(wrong)))
        causes.append(Cause("stock_count", "critical", facts=facts, about=found.id))
    desk.write(
        "count_stock",
        [Change("event", id, doc), *deviations.opening_changes(desk, causes, at=at, who=who)],
        at=at,
        who=who,
    )
    return result


def count_due(desk: Desk, device_id: str) -> bool:
    """Whether a device has not been counted in this calendar month."""
    counts = [
        held.doc for held in desk.store.find("event", place=device_id, newest=True) if held.doc["kind"] == "count"
    ]
    month = desk.now().local.strftime("%Y-%m")
    return not any(str(doc["at"]).startswith(month) for doc in counts)

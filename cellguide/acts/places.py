"""Places: registered, filled, emptied in an emergency, counted; shippers watched while they are a store.

A planned move is refused with its reason. What has already happened is written down whatever the rules say, and what
they would have refused becomes a deviation (DESIGN.md 0.1 and 0.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from .. import container_life, places
from ..clock import Moment, parse_iso
from ..container_life import Container
from ..containers import HERE_COLD
from ..desk import Desk
from ..deviations import Cause
from ..entry import Actor, Change, Doc
from ..facts import MISSING, Unknown
from ..places import Countdown, Incoming, Place, Problem, ShipperReading, Tree
from ..refusal import Refusal
from . import containers as container_acts
from . import deviations, products, site_limits
from .records import check_reason

OUT, DONE, TO_RECONCILE = "out", "done", "to_reconcile"
REASONS = ("receipt", "relocation", "tank_failure", "quarantine", "return")
_INFECTIONS = ("hbsag", "hiv", "hcv", "syphilis")


# --- reading ----------------------------------------------------------------------------------------------------------


def tree(desk: Desk) -> Tree:
    """All places of the site."""
    return places.tree(places.place(held.id, held.doc) for held in desk.store.find("place"))


def get(desk: Desk, code: str, known: Tree | None = None) -> Place:
    """The place whose code (or id) was scanned. Raises ``place.unknown``."""
    known = known or tree(desk)
    found = known.by_code(code) or known.places.get(code)
    if found is None:
        raise Refusal("place.unknown", given=code)
    return found


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
    return value, products.show_sources(profile, "storage_c_max", "en")


def incoming(desk: Desk, one: Container) -> Incoming:
    """What the placement rules ask about a container."""
    held = desk.store.get("order", one.order)
    clinical = held.doc.get("clinical", {}) if held is not None else {}
    infected = any(clinical.get(name) == "pos" for name in _INFECTIONS)
    return Incoming(one, product_limit(desk, one.order)[0], infected)


def problems(desk: Desk, container: str, code: str) -> tuple[Problem, ...]:
    """Why a container should not be put there (the position chooser, the fact ``container.place_free``)."""
    known = tree(desk)
    target = get(desk, code, known)
    one = container_acts.get(desk, container)
    there = [container_life.container(held.id, held.doc) for held in desk.store.find("container", place=target.code)]
    return places.problems(known, target, incoming(desk, one), there)


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
        if place:
            stays.append(Stay(container, place, moment, None))
    return tuple(stays)


def stays_in(desk: Desk, device_id: str, start_ms: int, end_ms: int) -> tuple[Stay, ...]:
    """Who was in a device at any moment between two times, and from when to when."""
    known = tree(desk)
    codes = {places.fold(one.code) for one in known.inside(device_id)}
    found = []
    for held in desk.store.find("container"):
        if held.doc["state"] in ("expected", "cancelled") or _gone_before(held.doc, start_ms):
            continue
        for stay in position_history(desk, held.id):
            until_ms = end_ms if stay.until is None else stay.until.utc_ms
            if places.fold(stay.place) in codes and stay.since.utc_ms <= end_ms and until_ms >= start_ms:
                found.append(stay)
    return tuple(found)


def _gone_before(doc: Mapping[str, Any], start_ms: int) -> bool:
    """Whether everything that happened to a container that is in no place now happened before that time."""
    events = doc.get("events", ())
    return not doc.get("place") and all(parse_iso(event["event_at"]).utc_ms < start_ms for event in events)


# --- registering ------------------------------------------------------------------------------------------------------


def add_place(desk: Desk, new: Place) -> Place:
    """Register a place; ``id`` and ``state`` are given here. Raises those of ``places.check_place``."""
    at, who = desk.begin("add_place")
    places.check_place(new, tree(desk))
    id = desk.store.next_id("place", f"P-{desk.store.station}-")
    doc = replace(new, state=places.IN_USE).doc
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


def change_place(desk: Desk, code: str, fields: Doc, reason: str) -> Place:
    """Change a place's words, limits, schedule or zone. Raises ``reason.short`` and those of ``places.check_place``."""
    at, who = desk.begin("add_place")
    check_reason(reason)
    known = tree(desk)
    held = get(desk, code, known)
    wanted = replace(held, **(fields | {"rounds": tuple(fields["rounds"])} if "rounds" in fields else fields))
    places.check_place(wanted, known)
    doc = {name: value for name, value in wanted.doc.items() if value != held.doc[name]}
    desk.write("add_place", [Change("place", held.id, doc, reason)], at=at, who=who)
    return get(desk, held.id)


def retire_place(desk: Desk, code: str, reason: str) -> None:
    """Take a place out of use. Raises ``place.not_empty``, ``reason.short``."""
    at, who = desk.begin("add_place")
    check_reason(reason)
    known = tree(desk)
    held = get(desk, code, known)
    there = inside(desk, known, held.id)
    if there:
        raise Refusal("place.not_empty", place=held.code, count=len(there))
    changes = [Change("place", one.id, {"state": places.RETIRED}, reason) for one in known.inside(held.id)]
    desk.write("add_place", changes, at=at, who=who)


# --- moving -----------------------------------------------------------------------------------------------------------


class Moved(NamedTuple):
    """A move as it stands. ``level``: ok, warn or held, by the product's limit or the site's; ``limit_s`` with source."""

    id: str
    container: str
    place: str
    exposure_s: int
    level: str
    limit_s: Decimal | None
    source: str
    problems: tuple[str, ...]


def take_out(
    desk: Desk, container: str, reason: str, second: Actor | None = None, *, out_at: Moment | None = None
) -> str:
    """A container leaves its position to be put into another: the exposure timer starts. Returns the move's id.

    Never refused but for a container that stands nowhere (``place.not_in_store``): it is out already.
    """
    at, who = desk.begin("move_container")
    one = container_acts.get(desk, container)
    if not one.place:
        raise Refusal("place.not_in_store", container=container)
    id = desk.store.next_id("move", f"M-{desk.store.station}-{at.local.year}-")
    started = (out_at or at).iso
    doc = _move_doc(one, reason, who, second) | {"state": OUT, "out_at": started}
    desk.write("move_container", [Change("move", id, doc, event_at=started if out_at else "")], at=at, who=who)
    return id


def _move_doc(one: Container, reason: str, who: Actor, second: Actor | None) -> Doc:
    people = {"by": who.person, "second": second.person if second is not None else ""}
    return {"container": one.id, "order": one.order, "from": one.place, "why": reason, "bulk": ""} | people


def put_in(desk: Desk, move: str, code: str, *, placed_at: Moment | None = None, forced: bool = False) -> Moved:
    """The container is put into its new position: the timer stops, and what it was out is judged.

    A position that may not be is refused with its reason (``place.occupied``, ``place.too_warm``, ``place.other_patient``,
    ``place.not_quarantine`` …) and the timer runs on; ``forced``: it has been put there, so it is written down, and a
    deviation opens.
    """
    at, who = desk.begin("move_container")
    held = desk.store.get("move", move)
    if held is None or held.doc["state"] != OUT:
        raise Refusal("place.no_move", move=move)
    one = container_acts.get(desk, str(held.doc["container"]))
    known = tree(desk)
    target = get(desk, code, known)
    found = problems(desk, one.id, target.code)
    if found and not forced:
        raise Refusal(f"place.{found[0].code}", **found[0].facts)
    moment = placed_at or at
    exposure_s = -(-max(0, moment.utc_ms - parse_iso(held.doc["out_at"]).utc_ms) // 1000)
    level, limit_s, source = exposure(desk, one.order, exposure_s)
    moved = Moved(move, one.id, target.code, exposure_s, level, limit_s, source, tuple(item.code for item in found))
    causes = _move_causes(moved, one)
    recorded = [container_life.record(one, "placed", at=at, who=who, event_at=placed_at, place=target.code)]
    if level == "held":
        recorded.append(container_life.record(recorded[0].container, "held", at=at, who=who))
    doc: Doc = {"state": DONE, "to": target.code, "placed_at": moment.iso, "exposure_s": exposure_s, "level": level}
    doc |= {"limit_s": None if limit_s is None else str(limit_s), "source": source, "problems": list(moved.problems)}
    changes = [Change("move", move, doc), *(item.change for item in recorded)]
    causes += [cause for item in recorded for cause in item.causes]
    desk.write("move_container", [*changes, *_opened(desk, causes, at, who)], at=at, who=who)
    return moved


def move_container(
    desk: Desk, container: str, code: str, reason: str, *, out_at: Moment | None = None, second: Actor | None = None,
    forced: bool = False,
) -> Moved:  # fmt: skip
    """Take out and put in, where the position has been scanned already. Refused like ``put_in``, then nothing is
    written. ``out_at``: when it left the cold; without it the move counts no exposure.
    """
    at, _ = desk.begin("move_container")
    one = container_acts.get(desk, container)
    target = get(desk, code)
    if one.place and places.fold(one.place) == places.fold(target.code):
        raise Refusal("place.same_place", container=container, place=target.code)
    found = problems(desk, container, target.code)
    if found and not forced:
        raise Refusal(f"place.{found[0].code}", **found[0].facts)
    move = take_out(desk, container, reason, second, out_at=out_at or at)
    return put_in(desk, move, target.code, forced=forced)


def exposure(desk: Desk, order: str, exposure_s: int) -> tuple[str, Decimal | None, str]:
    """How long out of the cold is judged (S-16): the label's limit holds, the site's number warns."""
    held = desk.store.get("order", order)
    product = str(held.doc.get("product", "")) if held is not None else ""
    profile = products.profile_in_force(desk, product)[0] if product else None
    own = profile.fact("receipt_ambient_s_max") if profile is not None else MISSING
    if profile is not None and isinstance(own, int | Decimal):
        source = products.show_sources(profile, "receipt_ambient_s_max", "en")
        if exposure_s > own:
            return "held", Decimal(own), source
    warn_s = site_limits.site_facts(desk).get("site.ambient_warn_s")
    if warn_s is not None and exposure_s > warn_s:
        return "warn", warn_s, site_limits.site_sources(desk).get("site.ambient_warn_s", "")
    return "ok", Decimal(own) if isinstance(own, int | Decimal) else warn_s, ""


def _move_causes(moved: Moved, one: Container) -> list[Cause]:
    causes = []
    if moved.problems:
        facts = (("container", one.id), ("place", moved.place), ("problems", ", ".join(moved.problems)))
        causes.append(Cause("placement", "major", one.order, one.id, facts=facts))
    if moved.level == "held":
        facts = (("container", one.id), ("seconds", str(moved.exposure_s)), ("limit", str(moved.limit_s)))
        causes.append(Cause("exposure", "major", one.order, one.id, facts=facts))
    return causes


def _opened(desk: Desk, causes: Sequence[Cause], at: Moment, who: Actor) -> list[Change]:
    return deviations.opening_changes(desk, causes, at=at, who=who)


# --- a tank fails -----------------------------------------------------------------------------------------------------


class Bulk(NamedTuple):
    """An emergency move: ``id`` of all its moves, what was moved, and until when positions must be reconciled."""

    id: str
    containers: tuple[str, ...]
    due_at: str
    problems: tuple[str, ...]


def move_tank(desk: Desk, source: str, target: str, reason: str, *, event_at: Moment | None = None) -> Bulk:
    """Everything in one device is now in another: two scans, nothing more (clinical-review 3.5).

    Never refused for what the target is like; what is wrong with it (too warm, out of use) opens a deviation. Positions
    are reconciled within 24 h. Raises ``place.same_device``, ``place.nothing_there``, ``place.not_a_device``.
    """
    at, who = desk.begin("move_container")
    known = tree(desk)
    from_device, to_device = device(desk, source, known), device(desk, target, known)
    if from_device.id == to_device.id:
        raise Refusal("place.same_device", place=from_device.code)
    there = [one for one in inside(desk, known, from_device.id) if one.state in HERE_COLD | places.APART]
    if not there:
        raise Refusal("place.nothing_there", place=from_device.code)
    moment = event_at or at
    due_at = at.plus(seconds=places.RECONCILE_H * 3600).iso
    first = desk.store.next_id("move", f"M-{desk.store.station}-{at.local.year}-")
    changes: list[Change] = []
    causes: list[Cause] = []
    wrong: dict[str, None] = {}
    for number, one in enumerate(there, int(first[-6:])):
        item = container_life.record(one, "placed", at=at, who=who, event_at=event_at, place=to_device.code)
        doc = _move_doc(one, reason, who, None) | {"state": TO_RECONCILE, "bulk": first, "to": to_device.code}
        doc |= {"out_at": moment.iso, "placed_at": moment.iso, "due_at": due_at}
        changes += [Change("move", f"{first[:-6]}{number:06d}", doc, reason), item.change]
        causes += item.causes
        speaks = [p.code for p in places.problems(known, to_device, incoming(desk, one), ()) if p.code in _GRAVE]
        wrong |= dict.fromkeys(speaks)
    facts = (("from", from_device.code), ("to", to_device.code), ("count", str(len(there))))
    severity = "critical" if wrong else "major"
    causes.append(Cause("tank_moved", severity, facts=facts, text=" ".join([reason, *wrong])))
    desk.write("move_container", [*changes, *_opened(desk, causes, at, who)], at=at, who=who)
    return Bulk(first, tuple(one.id for one in there), due_at, tuple(wrong))


_GRAVE = ("too_warm", "retired", "no_limit")


def unreconciled(desk: Desk) -> list[tuple[str, Doc, bool]]:
    """(move, document, overdue) of every container whose position nobody has scanned since an emergency move."""
    now = desk.now()
    waiting = desk.store.find("move", state=TO_RECONCILE)
    return [(held.id, held.doc, parse_iso(held.doc["due_at"]).utc_ms < now.utc_ms) for held in waiting]


def reconcile(desk: Desk, container: str, code: str) -> None:
    """Scan the position in which a container stands after an emergency move. A position that may not be is recorded as
    it is and opens a deviation. Raises ``place.no_move``."""
    at, who = desk.begin("move_container")
    waiting = [held for held in desk.store.find("move", container=container) if held.doc["state"] == TO_RECONCILE]
    if not waiting:
        raise Refusal("place.no_move", move=container)
    target = get(desk, code)
    one = container_acts.get(desk, container)
    found = problems(desk, container, target.code)
    item = container_life.record(one, "placed", at=at, who=who, place=target.code)
    done: Doc = {"state": DONE, "to": target.code, "reconciled_at": at.iso, "reconciled_by": who.person}
    moved = Moved(waiting[0].id, container, target.code, 0, "ok", None, "", tuple(p.code for p in found))
    causes = [*item.causes, *_move_causes(moved, one)]
    changes = [*(Change("move", held.id, done) for held in waiting), item.change]
    desk.write("move_container", [*changes, *_opened(desk, causes, at, who)], at=at, who=who)


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
        causes.append(Cause("stock_count", "critical", facts=facts))
    desk.write("count_stock", [Change("event", id, doc), *_opened(desk, causes, at, who)], at=at, who=who)
    return result


def count_due(desk: Desk, device_id: str) -> bool:
    """Whether a device has not been counted in this calendar month."""
    counts = [
        held.doc for held in desk.store.find("event", place=device_id, newest=True) if held.doc["kind"] == "count"
    ]
    month = desk.now().local.strftime("%Y-%m")
    return not any(str(doc["at"]).startswith(month) for doc in counts)


# --- a shipper used as a store ----------------------------------------------------------------------------------------


def record_shipper_reading(desk: Desk, code: str, c: Decimal, photo: bytes, *, upright: bool = True) -> Countdown:
    """What the shipper's display shows now, with its photograph; the countdown is trusted for four hours more.

    A reading warmer than the limit of what is inside is kept like any other, and opens a deviation.
    """
    from .. import canonical

    at, who = desk.begin("start_round")
    known = tree(desk)
    shipper = get(desk, code, known)
    if shipper.kind != "shipper":
        raise Refusal("place.not_a_shipper", place=shipper.code)
    id = desk.store.next_id("round", f"L-{desk.store.station}-{at.local.year}-")
    doc: Doc = {"place": shipper.id, "state": "done", "kind": "shipper", "at": at.iso, "by": who.person, "c": str(c)}
    doc |= {"photo": canonical.sha256(photo), "upright": upright}
    limit = device_limit(desk, known, shipper)
    causes = []
    if (limit is not None and c > limit[0]) or not upright:
        facts = (("place", shipper.code), ("c", str(c)), ("limit", str(limit[0]) if limit is not None else "–"))
        causes.append(Cause("shipper_reading", "major", facts=facts))
    changes = [Change("round", id, doc), *_opened(desk, causes, at, who)]
    desk.write("start_round", changes, at=at, who=who, blobs=(photo,))
    return shipper_countdown(desk, shipper.code)


def shipper_countdown(desk: Desk, code: str) -> Countdown:
    """Until when a shipper may be the store, and when the next reading is due (Today, the storage page)."""
    known = tree(desk)
    shipper = get(desk, code, known)
    last = None
    for held in desk.store.find("round", place=shipper.id, newest=True, limit=1):
        doc = held.doc
        last = ShipperReading(parse_iso(doc["at"]), Decimal(doc["c"]), str(doc["photo"]), bool(doc["upright"]))
    limit = device_limit(desk, known, shipper)
    site = site_limits.site_facts(desk)
    return places.countdown(
        shipper,
        last,
        desk.now(),
        limit_c_max=None if limit is None else limit[0],
        cap_d=site.get("site.shipper_cap_d"),
        every_h=site.get("site.shipper_reading_h_max", places.SHIPPER_READING_H),
    )

"""Containers moved: one with its exposure timer, or a whole device in an emergency, by two scans.

A planned move is refused with its reason. What has already happened is written down whatever the rules say, and what
they would have refused becomes a deviation (DESIGN.md 0.1 and 0.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from .. import container_life, places
from ..clock import Moment, parse_iso
from ..container_life import Container
from ..containers import HERE_COLD
from ..desk import Desk
from ..deviations import Cause
from ..entry import Actor, Change, Doc
from ..facts import MISSING
from ..products import show_sources
from ..refusal import Refusal
from ..runs import Run
from ..search_words import fold
from . import containers as container_acts
from . import deviations, late_stays, products, site_limits, walks
from .places import device, get, incoming, inside, problems, tree

TRANSFER = "transfer"
OUT, DONE, TO_RECONCILE = "out", "done", "to_reconcile"


class Moved(NamedTuple):
    """A move as it stands. ``level``: ok, warn or held, by the product's limit or the site's, ``limit_s`` seconds."""

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

    A position that may not be is refused with its reason (``place.occupied``, ``place.too_warm``,
    ``place.other_patient``, ``place.not_quarantine`` …) and the timer runs on; ``forced``: it has been put there, so it
    is written down, and a deviation opens.
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
    _write(desk, changes, causes, at, who)
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
    if one.place and fold(one.place) == fold(target.code):
        raise Refusal("place.same_place", container=container, place=target.code)
    found = problems(desk, container, target.code)
    if found and not forced:
        raise Refusal(f"place.{found[0].code}", **found[0].facts)
    move = take_out(desk, container, reason, second, out_at=out_at or at)
    return put_in(desk, move, target.code, forced=forced)


def start_transfer(desk: Desk, container: str, code: str, why: str) -> Run:
    """Begin the checklist of a planned move (T2a) of one container into the device with that code: the target's limit
    and temperature, oxygen with a second person, the container's own scan, position, count, both signatures. ``why``
    is its first answer (S-01).

    Raises ``place.not_in_store``, ``place.unknown``, ``place.not_a_device``; ``place.transfer_open`` while one of this
    container is open.
    """
    desk.begin("move_container")
    one = container_acts.get(desk, container)
    if not one.place:
        raise Refusal("place.not_in_store", container=container)
    target = device(desk, code)
    running = transfer_of(desk, container)
    if running:
        raise Refusal("place.transfer_open", container=container, run=running)
    run = walks.start_run(desk, TRANSFER, {"device": target.id, "order": one.order}, (container,))
    return walks.answer_step(desk, run.id, "S-01", value=why)


def transfer_of(desk: Desk, container: str) -> str:
    """The walk in which a container is being moved, "" for none."""
    waiting = desk.store.find("run", state="open")
    moving = (held for held in waiting if held.doc["template"] == TRANSFER)
    return next((held.id for held in moving if container in held.doc["containers"]), "")


def exposure(desk: Desk, order: str, exposure_s: int) -> tuple[str, Decimal | None, str]:
    """How long out of the cold is judged (S-16): the label's limit holds, the site's number warns."""
    held = desk.store.get("order", order)
    product = str(held.doc.get("product", "")) if held is not None else ""
    profile = products.profile_in_force(desk, product)[0] if product else None
    own = profile.fact("receipt_ambient_s_max") if profile is not None else MISSING
    if profile is not None and isinstance(own, int | Decimal):
        source = show_sources(profile, "receipt_ambient_s_max", "en")
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


def _write(desk: Desk, changes: Sequence[Change], causes: Sequence[Cause], at: Moment, who: Actor) -> None:
    """Write it with its deviations; a stay that began in the past is judged by what its device has measured since."""
    opened = deviations.opening_changes(desk, causes, at=at, who=who)
    desk.write("move_container", [*changes, *opened], at=at, who=who)
    late_stays.hold_late(desk, "move_container", changes, at=at, who=who)


# --- a tank fails -----------------------------------------------------------------------------------------------------


class Bulk(NamedTuple):
    """An emergency move: ``id`` of all its moves, what was moved, until when positions must be reconciled, what is
    wrong with the target, and what was out of the cold for too long (``held``)."""

    id: str
    containers: tuple[str, ...]
    due_at: str
    problems: tuple[str, ...]
    held: tuple[str, ...] = ()


def move_tank(
    desk: Desk, source: str, target: str, reason: str, *, out_at: Moment | None = None, event_at: Moment | None = None
) -> Bulk:
    """Everything in one device is now in another: two scans, nothing more (clinical-review 3.5).

    ``out_at``: the first scan, when the first left the cold; ``event_at``: the second, when the last was put in. Every
    container was out for as long as that at most, and is judged by it. Never refused for what the target is like; what
    is wrong with it (too warm, out of use) opens a deviation. Positions are reconciled within 24 h. Raises
    ``place.same_device``, ``place.nothing_there``, ``place.not_a_device``.
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
    out = out_at or moment
    exposure_s = -(-max(0, moment.utc_ms - out.utc_ms) // 1000)
    due_at = at.plus(seconds=places.RECONCILE_H * 3600).iso
    first = desk.store.next_id("move", f"M-{desk.store.station}-{at.local.year}-")
    changes: list[Change] = []
    causes: list[Cause] = []
    wrong: dict[str, None] = {}
    for number, one in enumerate(there, int(first[-6:])):
        item = container_life.record(one, "placed", at=at, who=who, event_at=event_at, place=to_device.code)
        doc = _move_doc(one, reason, who, None) | {"state": TO_RECONCILE, "bulk": first, "to": to_device.code}
        doc |= {"out_at": out.iso, "placed_at": moment.iso, "due_at": due_at}
        level, limit_s, told = exposure(desk, one.order, exposure_s)
        doc |= {"exposure_s": exposure_s, "level": level, "source": told}
        doc |= {"limit_s": None if limit_s is None else str(limit_s)}
        changes += [Change("move", f"{first[:-6]}{number:06d}", doc, reason), item.change]
        if level == "held":
            held = container_life.record(item.container, "held", at=at, who=who)
            changes.append(held.change)
            moved = Moved(first, one.id, to_device.code, exposure_s, level, limit_s, told, ())
            causes += [*held.causes, *_move_causes(moved, one)]
        causes += item.causes
        speaks = [p.code for p in places.problems(known, to_device, incoming(desk, one), ()) if p.code in _GRAVE]
        wrong |= dict.fromkeys(speaks)
    facts = (("from", from_device.code), ("to", to_device.code), ("count", str(len(there))))
    severity = "critical" if wrong else "major"
    causes.append(Cause("tank_moved", severity, facts=facts, text=" ".join([reason, *wrong]), about=first))
    _write(desk, changes, causes, at, who)
    warm = tuple(cause.container for cause in causes if cause.code == "exposure")
    return Bulk(first, tuple(one.id for one in there), due_at, tuple(wrong), warm)


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
    _write(desk, changes, causes, at, who)

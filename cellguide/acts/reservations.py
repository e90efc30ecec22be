"""Positions kept for containers that are still to come, and what that tells a receipt of its store (R-05).

A reservation is a plan and refuses nothing at the dock: whatever arrives is put into the cold wherever that is, and the
rule of the step says what it means for the acceptance (DESIGN.md 0.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from .. import places
from ..clock import Moment
from ..container_life import Container
from ..desk import Desk
from ..entry import Change
from ..facts import MISSING, Unknown
from ..places import Place
from ..refusal import Refusal
from ..runs import Run
from . import containers as container_acts
from . import device_rounds
from . import places as place_acts

WALKS = "receipt"  # the checklists that take a delivery into a store of this site


# --- choosing ---------------------------------------------------------------------------------------------------------


def awaited(desk: Desk, order: str) -> list[Container]:
    """The containers of an order that a position can be kept for: those that stand nowhere yet."""
    return [one for one in container_acts.of_order(desk, order) if place_acts.waits_for_place(one)]


class Room(NamedTuple):
    """A device with the free positions (codes) that may hold a container of the order, as their codes go."""

    device: Place
    free: tuple[str, ...]


def rooms(desk: Desk, order: str) -> tuple[Room, ...]:
    """Where an order's containers could stand, device by device; those without room are left out."""
    waiting = awaited(desk, order)
    if not waiting:
        return ()
    known = place_acts.tree(desk)
    coming = place_acts.incoming(desk, _arrived(waiting[0]))
    taken = place_acts.standing(desk)
    kept = place_acts.kept(desk)
    found = []
    for device in known.places.values():
        if device.device and device.kind != "shipper" and device.state == places.IN_USE:
            free = sorted(
                leaf.code
                for leaf in known.leaves(device.id)
                if not places.problems(
                    known, leaf, coming, taken.get(leaf.code, ()), place_acts.kept_for_others(kept, leaf, order)
                )
            )
            if free:
                found.append(Room(device, tuple(free)))
    return tuple(sorted(found, key=lambda room: room.device.code))


def _arrived(one: Container) -> Container:
    """As it will stand here: not judged yet, so it belongs apart where a device keeps things apart."""
    return replace(one, state="arrived")


# --- keeping ----------------------------------------------------------------------------------------------------------


def reserve_places(desk: Desk, wanted: Mapping[str, str]) -> None:
    """Keep a position for each container (id → code; "" lets go of the one that was kept), all of them or none.

    Raises ``place.not_awaited`` for a container that stands somewhere, ``place.unknown``, ``place.kept_twice``, and
    what a move would raise (``place.occupied``, ``place.reserved``, ``place.too_warm`` …).
    """
    at, who = desk.begin("reserve_place")
    known = place_acts.tree(desk)
    chosen: dict[str, Place] = {}
    changes = []
    for id, code in wanted.items():
        one = container_acts.get(desk, id)
        if not place_acts.waits_for_place(one):
            raise Refusal("place.not_awaited", container=id, place=one.place or "–")
        if code:
            target = place_acts.get(desk, code, known)
            _check(desk, one, target, [other for other, place in chosen.items() if place.id == target.id])
            chosen[id] = target
            code = target.code
        if code != one.reserved:
            changes.append(Change("container", id, {"reserved": code}))
    if changes:
        desk.write("reserve_place", changes, at=at, who=who)


def _check(desk: Desk, one: Container, target: Place, beside: Sequence[str]) -> None:
    found = place_acts.problems(desk, one.id, target.code, as_if="arrived")
    if found:
        raise Refusal(f"place.{found[0].code}", **found[0].facts)
    if len(beside) >= target.capacity:
        raise Refusal("place.kept_twice", place=target.code, containers=", ".join([*beside, one.id]))


# --- what a receipt knows of it ---------------------------------------------------------------------------------------


class Store(NamedTuple):
    """The device that a delivery goes into: its newest readings, its limit with what it rests on."""

    device: Place
    readings: device_rounds.Readings
    limit_c_max: Decimal | Unknown
    source: str

    def c_now(self, at: Moment) -> Decimal | Unknown:
        """Its temperature in °C as far as it can be called that of now."""
        return device_rounds.c_now(self.readings, at)

    def worry(self, at: Moment) -> int:
        """How much it wants looking at: too warm before unread before in order."""
        now = self.c_now(at)
        if isinstance(now, Unknown):
            return 1
        return 2 if isinstance(self.limit_c_max, Decimal) and now > self.limit_c_max else 0


def facts(desk: Desk, run: Run, at: Moment) -> dict[str, Any]:
    """``device.code``, ``device.c_now`` and ``device.c_limit_max`` of a receipt: of the device in which positions were
    reserved for it, or of the only one; of several, the one that wants looking at most. {} where nobody chose."""
    stores = _stores(desk, run)
    if not stores:
        return {}
    store = max(stores, key=lambda one: one.worry(at))
    limit = store.limit_c_max
    return {"device.code": store.device.code, "device.c_now": store.c_now(at), "device.c_limit_max": limit}


def sources(desk: Desk, run: Run, at: Moment) -> dict[str, str]:
    """What ``facts`` rest on."""
    stores = _stores(desk, run)
    return {"device.c_limit_max": max(stores, key=lambda one: one.worry(at)).source} if stores else {}


def all_kept(desk: Desk, of_order: Sequence[Container]) -> bool | Unknown:
    """Whether a position was reserved for every container; MISSING while none was announced, or no store is known."""
    if not of_order or not any(one.device for one in place_acts.tree(desk).places.values()):
        return MISSING
    return all(one.reserved for one in of_order if one.state != "cancelled")


def _stores(desk: Desk, run: Run) -> tuple[Store, ...]:
    if not run.template.id.startswith(WALKS) or not run.containers:
        return ()
    stamp = desk.store.written("place", "container", "order", "profile", "probe", "series", "round")

    def read() -> tuple[Store, ...]:
        known = place_acts.tree(desk)
        held = [desk.store.get("container", id) for id in run.containers]
        codes = [str(one.doc.get("reserved") or "") for one in held if one is not None]
        found = [known.by_code(code) for code in codes if code]
        devices = [known.device(place.id) for place in found if place is not None]
        unique = {one.id: one for one in devices if one is not None and one.kind != "shipper"}
        if not unique:  # nobody chose: a site with one store leaves no choice
            stores = [one for one in known.places.values() if one.device and one.kind != "shipper"]
            unique = {one.id: one for one in stores if one.state == places.IN_USE and len(stores) == 1}
        return tuple(_store(desk, one, run.subjects.get("order", "")) for one in unique.values())

    return desk.once(("receipt stores", run.id), (stamp, run.containers), read)


def _store(desk: Desk, device: Place, order: str) -> Store:
    own = place_acts.device_limit(desk, place_acts.tree(desk), device)
    coming, source = place_acts.product_limit(desk, order)
    limits = [own] if own is not None else []
    if isinstance(coming, Decimal):
        limits.append((coming, source))
    limit, rests_on = min(limits, default=(MISSING, ""))
    return Store(device, device_rounds.readings(desk, device.id), limit, rests_on)

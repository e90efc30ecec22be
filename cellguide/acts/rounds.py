"""Rounds at storage devices: due and missed, begun as a walk; how the nitrogen goes; the response to an excursion."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from .. import rounds
from ..desk import Desk
from ..entry import Change
from ..places import Place
from ..refusal import Refusal
from ..rounds import Planned, Trend
from ..runs import Run
from . import device_rounds, excursions, walks
from . import places as place_acts

KINDS = ("round", "round-monthly", "round-yearly")


class Duty(NamedTuple):
    """One planned round of one device."""

    device: Place
    planned: Planned


def devices(desk: Desk) -> list[Place]:
    """Every storage device in use that has rounds planned."""
    return [one for one in place_acts.tree(desk).places.values() if one.device and one.state == "in_use" and one.rounds]


def duties(desk: Desk) -> list[Duty]:
    """Today's rounds and those missed in the last seven days, oldest first (Today, the storage page)."""
    now = desk.now()
    found = [Duty(one, item) for one in devices(desk) for item in device_rounds.planned(desk, one, now)]
    wanted = [item for item in found if item.planned.word == "missed" or item.planned.at.day == now.day]
    return sorted(wanted, key=lambda item: (item.planned.at.utc_ms, item.device.code))


def start_round(desk: Desk, code: str, kind: str = "round") -> Run:
    """Begin a round at a device: what only eyes can see is asked, the rest comes from its loggers.

    Raises ``place.unknown``, ``place.not_a_device``, ``round.kind``; ``round.open`` while one of that kind is open
    there.
    """
    desk.begin("start_round")
    if kind not in KINDS:
        raise Refusal("round.kind", kind=kind)
    place = place_acts.device(desk, code)
    for held in desk.store.find("run", subject=place.id):
        if held.doc["state"] == "open" and held.doc["template"] == kind:
            raise Refusal("round.open", place=place.code, run=held.id)
    return walks.start_run(desk, kind, {"device": place.id})


def trend(desk: Desk, code: str) -> Trend:
    """How a device's nitrogen goes down, and when it will be at its least."""
    place = place_acts.device(desk, code)
    least = Decimal(place.level_min) if place.level_min else None
    return rounds.trend(device_rounds.levels(desk, place.id), least)


def start_response(desk: Desk, excursion: str) -> Run:
    """Begin the walk through an excursion's response, or go on with the one that is open. Acknowledges it where nobody
    has yet. Raises ``excursion.unknown``, ``excursion.resolved``."""
    doc = excursions.get(desk, excursion)
    run = str(doc.get("run", ""))
    held = desk.store.get("run", run) if run else None
    if held is not None and held.doc["state"] == "open":
        return walks.load_run(desk, run)
    begun = walks.start_run(desk, "alarm-response", {"device": str(doc["place"]), "excursion": excursion})
    if not doc["acknowledged"]:
        excursions.acknowledge_excursion(desk, excursion, begun.id)  # the walk says the rest
    at, who = desk.begin("acknowledge_excursion")
    desk.write("acknowledge_excursion", [Change("excursion", excursion, {"run": begun.id})], at=at, who=who)
    return begun

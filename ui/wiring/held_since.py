"""What holds a locked container: the closed walk that put it in doubt, since when, and the record to decide anew."""

from __future__ import annotations

from typing import NamedTuple

from cellguide.acts import containers as container_acts
from cellguide.acts import records
from cellguide.container_life import Container
from cellguide.desk import Desk
from cellguide.people import may
from cellguide.store import Held
from ui.kit import Mark
from ui.language import say
from ui.pages.today import Need
from ui.station import Station
from ui.wiring.taking_up import amend, can_amend

ACT = "amend_record"


class Lock(NamedTuple):
    """A container that a closed walk holds. ``since``: ISO; ``record``: what the walk became, to be decided anew."""

    container: str
    since: str
    record: str


def lock_of(desk: Desk, held: Container) -> Lock | None:
    """The lock that a closed walk put on the container; None where something else holds it, or it is walked again."""
    event = held.event_of("held") if held.state == "locked" else None
    run = desk.store.get("run", event.run) if event is not None and event.run else None
    if event is None or run is None or run.doc["state"] != "closed":
        return None
    record = str(run.doc.get("record") or "")
    if not record or not can_amend(records.doc_of(desk, record)):
        return None
    return Lock(held.id, event.event_at, record)


def locks_of_order(desk: Desk, order: str) -> list[Lock]:
    """Those of every container of an order."""
    return [lock for one in container_acts.of_order(desk, order) if (lock := lock_of(desk, one)) is not None]


def held_since(desk: Desk, held: Container) -> str:
    """The lock in words, "" where no closed walk put it on."""
    lock = lock_of(desk, held)
    return say("today.held_since", day=lock.since[:10]) if lock is not None else ""


def held_needs(desk: Desk, live: list[Held]) -> list[Need]:
    """A line for every record whose decision was to hold, with the containers that still wait for another."""
    alive = {held.id for held in live}
    waiting: dict[str, list[Lock]] = {}
    for one in container_acts.in_state(desk, "locked"):
        lock = lock_of(desk, one) if one.order in alive else None
        if lock is not None:
            waiting.setdefault(lock.record, []).append(lock)
    found = []
    for record, locks in waiting.items():
        codes = ", ".join(lock.container for lock in locks)
        text = say("today.need.held_text", containers=codes, day=min(lock.since for lock in locks)[:10])
        mark = Mark(say("today.need.held"), "alarm")
        found.append(Need(f"decide:{record}", mark, text, say("today.verb.decide")))
    return found


def may_decide(station: Station) -> bool:
    """Whether who sits here may take a record up again."""
    session = station.desk.session
    return session is not None and may(session.role, ACT)


def decide_again(station: Station, order: str) -> object | None:
    """Ask why and take up the walk that holds a container of the order; a further one is offered once this is done."""
    locks = locks_of_order(station.desk, order)
    return amend(station, locks[0].record) if locks else None

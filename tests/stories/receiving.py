"""What stories of a receipt are told with: a hospital on a hand-moved clock, and plain questions to it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import makers

from cellguide import proof, runs
from cellguide.acts import site, walks
from cellguide.clock import SetClock
from cellguide.demo import people, receipts
from cellguide.demo.hospital import Hospital
from cellguide.demo.receipts import Case
from cellguide.desk import Desk

MORNING = "2026-10-05T08:00:00+08:00"


@functools.cache
def everybody() -> tuple[site.Enrolment, ...]:
    """The invented staff; their keys are made once per test process."""
    return tuple(people.enrolments(makers.CHEAP))


def open_house(desk: Desk, clock: SetClock) -> Hospital:
    """A founded site with a verified product, confirmed limits, trained people and a checked clock."""
    clock.set(MORNING)
    site.found_site(desk, people.SITE, list(everybody()))
    house = Hospital(desk, clock)
    house.open_house()
    house.clock.move(hours=1)
    return house


def a_delivery(house: Hospital, n: int = 1, product: str = "demo-cel", bags: int = 1, **told: Any) -> Case:
    """An order verified by a second person, and the holder's notice."""
    return receipts.deliver(house, n, product, "2026-10-28", bags, **told)


def walk_up_to_the_decision(house: Hospital, case: Case, **other: Any) -> str:
    """Door, cold, desk and file; only the disposition is missing. Returns the run."""
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    receipts.cold(house, run, case)
    receipts.desk_work(house, run, case, **other)
    receipts.file_in(house, run, case)
    return run


def states(house: Hospital, case: Case) -> set[str]:
    """Where the containers of a delivery stand."""
    held = [house.desk.store.get("container", name) for name in case.containers]
    return {str(one.doc["state"]) for one in held if one is not None}


def stopped_by(house: Hospital, run: str) -> dict[str, str]:
    """Step → level of everything that stands between the run and an acceptance."""
    return {stop.key.step: stop.verdict.level for stop in runs.open_stops(walks.load_run(house.desk, run))}


def causes(house: Hospital) -> list[str]:
    """The cause of every deviation, the first first."""
    return [str(held.doc["cause"]) for held in house.desk.store.find("deviation")]


def entries(house: Hospital) -> Iterator[dict[str, Any]]:
    """Every line of the ledger."""
    for _, line in house.desk.store.entries():
        yield json.loads(line)


def acts_of(house: Hospital, person: str, run: str, record: str) -> int:
    """How often somebody had to do something: answers with each further input, checks, and signatures."""
    count = 0
    for entry in entries(house):
        new = entry["new"]
        if entry["obj"].startswith(f"run_event:{run}/"):
            event = new["event"]
            if event["by"]["person"] == person if "by" in event else False:
                count += 1 + len(event.get("parts", {}))
        elif entry["obj"].startswith("signature:") and new["record"] == record and new["person"] == person:
            count += 1
    return count


def content(house: Hospital, record: str) -> dict[str, Any]:
    """record.json of a record as it stands."""
    held = house.desk.store.get("record", record)
    assert held is not None
    found: dict[str, Any] = json.loads(house.desk.store.blob(str(held.doc["sha256"])))
    return found


def printed(house: Hospital, record: str, step: str) -> dict[str, Any]:
    """One step of a record."""
    steps = [one for section in content(house, record)["sections"] for one in section["steps"]]
    return next(one for one in steps if one["id"] == step)


def intact(desk: Desk) -> bool:
    """Whether the ledger verifies."""
    lines = [line for _, line in desk.store.entries()]

    def about(start: str) -> Iterator[bytes]:
        return (line.encode() for line in lines if json.loads(line)["obj"].startswith(start))

    return str(proof.check({"A": lines}, desk.store.blob, about)) == "INTACT"

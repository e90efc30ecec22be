"""A probe shows the same number for a night. It is believed by nobody; a second probe says how warm it really was."""

from __future__ import annotations

import makers
import storage_makers as given

from cellguide.acts import containers, deviations, excursions, imports
from cellguide.clock import SetClock
from cellguide.desk import Desk

BAG = f"{given.ORDER}-1"


def test_a_stuck_probe_is_doubted_and_the_second_one_holds_the_bag(desk: Desk, clock: SetClock) -> None:
    clock.set("2026-11-20T08:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.tanks(desk)
    given.order(desk)
    given.stored(desk, BAG, "A/1/01")
    usual = given.probe(desk, "A", "DEMO-PT100-04")
    spare = given.probe(desk, "A", "DEMO-PT100-09", sits="air_top")

    # From ten at night the logger writes -185.0, to the tenth of a degree, for nine hours.
    clock.set("2026-11-21T08:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    frozen = given.readings(
        "2026-11-20T08:00:00",
        "2026-11-21T07:00:00",
        lambda at: -185.0 if at.day == 21 or at.hour >= 22 else -185.0 + at.minute % 15 / 50,
    )
    id = imports.take_in_file(desk, frozen, "usual.csv", usual)

    # By its numbers the tank was in range, so nothing is held. But the probe is in doubt, and that is a deviation.
    judgement = desk.store.get("series", id).doc["judgement"]  # type: ignore[union-attr]
    assert judgement["verdict"] == "in_range"
    assert [row[0] for row in judgement["suspicions"]] == ["stuck"]
    assert containers.get(desk, BAG).state == "accepted"
    assert [one.cause for one in deviations.listed(desk)] == ["probe_doubt"]

    # The spare logger was in the tank too. Its file shows that it was warm from two to three in the morning.
    real = given.readings(
        "2026-11-20T08:00:00",
        "2026-11-21T07:00:00",
        lambda at: -140.0 if at.day == 21 and at.hour == 2 else -184.0 + at.minute % 15 / 50,
    )
    imports.take_in_file(desk, real, "spare.csv", spare)
    [(_, doc)] = excursions.listed(desk)
    assert (doc["peak_c"], doc["probe"]) == ("-140.0", spare)
    assert containers.get(desk, BAG).state == "locked"

    # The stuck probe stays among the facts of the excursion: whoever resolves it sees both.
    assert [row[0] for row in doc["suspicions"]] == ["stuck"]

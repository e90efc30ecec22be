"""A logger's battery dies on Friday evening and is changed on Monday. Nobody knows how cold the weekend was."""

from __future__ import annotations

import makers
import pytest
import storage_makers as given

from cellguide.acts import containers, dossiers, excursions, imports
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.refusal import Refusal

BAG = f"{given.ORDER}-1"


def test_a_weekend_without_a_record_is_never_in_range(desk: Desk, clock: SetClock) -> None:
    clock.set("2026-11-16T08:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.tanks(desk)
    given.order(desk)
    given.stored(desk, BAG, "A/1/01")
    probe = given.probe(desk)

    # Friday's file ends at six. On Saturday all that can be said is "in range so far"; a tail holds nothing.
    clock.set("2026-11-21T10:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    imports.take_in_file(desk, given.steady("2026-11-16T08:00:00", "2026-11-20T18:00:00"), "friday.csv", probe)
    start = given.moment("2026-11-16T08:00:00+08:00").utc_ms
    week = imports.judge_place(desk, "A", start, start + 7 * 86_400_000)
    assert (week.verdict.value, week.tail_grey) == ("so_far", True)
    assert containers.get(desk, BAG).state == "accepted"

    # On Monday the battery is new. Between the two files lie 62 hours that nobody measured: the bag is held.
    clock.set("2026-11-23T12:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    imports.take_in_file(desk, given.steady("2026-11-23T08:00:00", "2026-11-23T11:55:00"), "monday.csv", probe)
    week = imports.judge_place(desk, "A", start, start + 7 * 86_400_000)
    assert week.verdict.value == "not_demonstrated"
    assert containers.get(desk, BAG).state == "locked"
    [(id, doc)] = excursions.listed(desk)
    assert [span[0] for span in doc["spans"]] == ["unknown"]

    # The letter says what is not known, and claims no temperature for it.
    zh, en = (one.text for one in dossiers.dossier(desk, id).letters)
    assert "3720 分钟没有温度记录" in zh
    assert "For up to 3720 min there is no record" in en
    assert "超限 0 分钟" in zh

    # The excursion is not resolved behind the bag's back.
    with pytest.raises(Refusal, match=r"excursion\.holds"):
        excursions.resolve_excursion(desk, id, "power", "记录仪电池耗尽")

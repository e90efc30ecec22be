"""A lid stays open over lunch. Next morning the file says so; two bags are held, one of them is needed on Thursday."""

from __future__ import annotations

import makers
import storage_makers as given

from cellguide import proof
from cellguide.acts import containers, deviations, dossiers, excursions, imports, rounds, walks
from cellguide.acts.excursions import Disposition
from cellguide.clock import SetClock
from cellguide.desk import Desk

LI, WU = "O-A-2026-000001", "O-A-2026-000002"


def test_a_lid_left_open_holds_two_bags_and_people_decide(desk: Desk, clock: SetClock) -> None:
    clock.set("2026-11-20T08:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.tanks(desk)
    given.order(desk, LI, coi="DEMO-24118", infusion_on="2026-11-26")
    given.order(desk, WU, coi="DEMO-24102", infusion_on="2027-01-15", name="演示患者乙")
    given.stored(desk, f"{LI}-1", "A/1/01")
    given.stored(desk, f"{WU}-1", "A/1/02", order_id=WU)
    given.probe(desk)

    # On Monday at noon the lid of tank A is open for twenty minutes. On Tuesday morning the logger's file is taken in.
    clock.set("2026-11-24T08:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    open_lid = ("12:05", "12:10", "12:15", "12:20")
    file = given.readings(
        "2026-11-20T08:00:00",
        "2026-11-24T07:55:00",
        lambda at: -144.0 if at.day == 23 and f"{at:%H:%M}" in open_lid else -185.0 + at.minute % 15 / 50,
    )
    imports.take_in_file(desk, file, "tank-a.csv", desk.store.find("probe")[0].id)

    # Both bags were inside: both are on hold by themselves, and nothing is rejected.
    assert [containers.get(desk, f"{order}-1").state for order in (LI, WU)] == ["locked", "locked"]
    [(id, doc)] = excursions.listed(desk)
    assert (doc["peak_c"], doc["limit_c"], doc["level"]) == ("-144.0", "-150", 2)
    assert [one.severity for one in deviations.listed(desk)] == ["major"]

    # The response is walked through; the letter to the holder is ready in both languages.
    response = rounds.start_response(desk, id).id
    walks.answer_step(desk, response, "X-04", value="lid_open")
    zh, en = (one.text for one in dossiers.dossier(desk, id).letters)
    assert "最高 −144.0 °C" in zh and "罐盖开启" in zh and "计划回输 2026-11-26" in zh
    assert "warmest −144.0 °C" in en and "lid open" in en and "DEMO-24102" in en

    # Thursday is less than 72 hours away: the holder's word lifts the first hold, physician and pharmacist together.
    holds = {hold["container"]: hold_id for hold_id, hold in excursions.holds_of(desk, id)}
    makers.sit(desk, makers.PHYSICIAN)
    said = Disposition("可按计划回输", name="演示持有人值班", said_at="2026-11-24T07:58:00+08:00", case="DEMO-C-77")
    people = makers.proof(desk, makers.PHYSICIAN), makers.proof(desk, makers.PHARMACIST)
    assert excursions.lift_hold(desk, holds[f"{LI}-1"], said, *people) == ("letter", "quality")
    assert containers.get(desk, f"{LI}-1").state == "accepted"

    # The other patient has time: letter, pharmacist, quality officer. The first letter follows with quality.
    clock.set("2026-11-27T10:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    letter = Disposition("可继续储存和使用", file=b"%PDF-1.7 DEMO letter")
    people = makers.proof(desk, makers.PHARMACIST), makers.proof(desk, makers.QUALITY)
    assert excursions.lift_hold(desk, holds[f"{WU}-1"], letter, *people) == ()
    makers.sit(desk, makers.QUALITY)
    excursions.complete_lift(desk, holds[f"{LI}-1"], b"%PDF-1.7 DEMO letter 2", "DEMO-2.pdf")
    excursions.resolve_excursion(desk, id, "lid_open", "午间盘点后罐盖未关严")
    assert (excursions.listed(desk), excursions.owed(desk)) == ([], [])
    assert str(proof.check({"A": (line for _, line in desk.store.entries())}, desk.store.blob)) == "INTACT"

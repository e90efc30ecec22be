"""A shipper arrives; its logger says that it was warm for an hour. The product is kept, and people decide."""

from __future__ import annotations

import makers
import pytest
import storage_makers as given

from cellguide.acts import containers, dossiers, shipper_file, walks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.entry import Actor
from cellguide.runs import Key, Proof, Reason

BAG = f"{given.ORDER}-1"
PHARMACIST_2 = Actor(makers.PHARMACIST_2, "pharmacist", "badge+pin")
QUALITY = Actor(makers.QUALITY, "quality", "badge+pin")


@pytest.mark.req("REG-054")
def test_a_warm_shipper_is_held_with_its_file_and_cleared_by_the_holder(desk: Desk, clock: SetClock) -> None:
    given.order(desk)
    given.shipment(desk, departed_at="2026-11-20T08:00:00+08:00", lot="DEMO-L1")
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.stored(desk, BAG, "A/4/01", accepted=False)
    run = walks.start_run(desk, "receipt", {"order": given.ORDER, "shipment": given.SHIPMENT}, (BAG,))

    # The file: cold all the way, but for an hour on Friday night when the shipper lay on its side.
    file = given.readings(
        "2026-11-20T07:00:00",
        "2026-11-22T08:55:00",
        lambda at: -141.5 if at.day == 20 and at.hour == 23 else -188.0 + at.minute % 15 / 50,
    )
    run = shipper_file.take_in_shipper_file(desk, run.id, file, "shipper.csv", zone="Asia/Shanghai")

    # The step fills itself in and stops; the bag stays where it is, in quarantine and in the cold.
    warmest = Key("R-19", None)
    assert run.current[warmest].value == {"number": "-141.5"}
    verdict = run.standing[warmest].verdict
    assert (verdict.level, verdict.limit, verdict.proof) == ("held", "profile.storage_c_max = -150", "holder")
    assert containers.get(desk, BAG).state == "pending"

    # The enquiry to the holder is ready, with the file's fingerprint and without the patient's name.
    zh, en = (text for _, text in dossiers.shipment_dossier(desk, given.SHIPMENT))
    assert "最高 −141.5 °C，限值 −150 °C" in zh and "演示患者" not in zh
    assert "warmest −141.5 °C, limit −150 °C" in en and "DEMO-24118" in en

    # The holder answers by telephone; pharmacist and quality officer write it down together.
    clock.move(hours=2)
    makers.sit(desk, makers.PHARMACIST)
    run = walks.clear_stop(
        desk,
        run.id,
        "R-19",
        reason=Reason("other", "持有人评估：可验收"),
        signers=(PHARMACIST_2, QUALITY),
        proofs=[makers.proof(desk, makers.PHARMACIST_2), makers.proof(desk, makers.QUALITY)],
        proof=Proof(name="演示持有人值班", at="2026-11-22T10:50:00+08:00", case="DEMO-C-78"),
    )
    assert "R-19" not in {stop.key.step for stop in _open_stops(run)}
    assert not any('"reject"' in line for _, line in desk.store.entries())


def _open_stops(run: walks.Run) -> tuple[walks.runs.Stop, ...]:
    return walks.runs.open_stops(run)

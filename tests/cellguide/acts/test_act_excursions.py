"""Holds are put by a rule and lifted by people; acknowledging, silencing and resolving are three acts."""

from __future__ import annotations

import makers
import pytest
import storage_makers as given

from cellguide import proof
from cellguide.acts import containers as container_acts
from cellguide.acts import dossiers, excursions, imports
from cellguide.acts.excursions import Disposition
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.refusal import Refusal

ONE = f"{given.ORDER}-1"
LETTER = Disposition("可继续使用，无附加条件", file=b"%PDF letter of the holder")


@pytest.fixture
def warm(desk: Desk, clock: SetClock) -> Desk:
    """A tank stood open for ten minutes with one patient's bag in it; the infusion is a month away."""
    given.tanks(desk)
    given.order(desk, infusion_on="2026-12-22")
    clock.set("2026-11-10T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.stored(desk, ONE, "A/1/01")
    given.probe(desk)
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    take_in(desk)
    return desk


def take_in(desk: Desk) -> None:
    data = given.readings(
        "2026-11-15T08:00:00",
        "2026-11-22T08:00:00",
        lambda at: -144.0 if (at.day, at.hour, at.minute) in {(18, 10, 5), (18, 10, 10)} else -185.0,
    )
    imports.take_in_file(desk, data, "tank-a.csv", desk.store.find("probe")[0].id)


def excursion(desk: Desk) -> str:
    return excursions.listed(desk)[0][0]


def hold(desk: Desk) -> str:
    return desk.store.find("hold")[0].id


def state(desk: Desk) -> str:
    return container_acts.get(desk, ONE).state


def lift(desk: Desk, word: Disposition, first: str, second: str) -> tuple[str, ...]:
    makers.sit(desk, first)
    return excursions.lift_hold(desk, hold(desk), word, makers.proof(desk, first), makers.proof(desk, second))


def test_the_letter_a_pharmacist_and_a_quality_officer_lift_a_hold(warm: Desk) -> None:
    assert state(warm) == "locked"
    assert lift(warm, LETTER, makers.PHARMACIST, makers.QUALITY) == ()
    assert state(warm) == "accepted"
    doc = warm.store.get("hold", hold(warm)).doc  # type: ignore[union-attr]
    assert warm.store.blob(doc["disposition"]["sha256"]) == LETTER.file
    assert str(proof.check({"A": (line for _, line in warm.store.entries())}, warm.store.blob)) == "INTACT"


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (makers.PHARMACIST, makers.PHARMACIST_2, "excursion.roles"),
        (makers.PHARMACIST, makers.PHYSICIAN, "excursion.roles"),
        (makers.PHARMACIST, makers.PHARMACIST, "excursion.roles"),
    ],
)
def test_two_other_people_do_not(warm: Desk, first: str, second: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        lift(warm, LETTER, first, second)
    assert refused.value.code == why
    assert state(warm) == "locked"


def test_the_holders_word_serves_only_when_hours_count(warm: Desk, clock: SetClock) -> None:
    said = Disposition("可继续使用", name="演示持有人值班", said_at="2026-11-22T08:55:00+08:00", case="DEMO-C-1")
    with pytest.raises(Refusal, match=r"excursion\.not_urgent"):
        lift(warm, said, makers.PHYSICIAN, makers.PHARMACIST)
    clock.set("2026-12-20T09:00:00+08:00")
    assert lift(warm, said, makers.PHYSICIAN, makers.PHARMACIST) == ("letter", "quality")
    assert state(warm) == "accepted"
    assert [id for id, _ in excursions.owed(warm)] == [hold(warm)]
    with pytest.raises(Refusal, match=r"session\.role"):
        excursions.complete_lift(warm, hold(warm), b"letter")
    makers.sit(warm, makers.QUALITY)
    excursions.complete_lift(warm, hold(warm), b"letter")
    assert excursions.owed(warm) == []


@pytest.mark.parametrize("missing", ["name", "said_at", "case"])
def test_a_word_without_name_time_or_case_number_is_no_word(warm: Desk, clock: SetClock, missing: str) -> None:
    clock.set("2026-12-20T09:00:00+08:00")
    said = {"name": "演示持有人值班", "said_at": "2026-12-20T08:55:00+08:00", "case": "DEMO-C-1"} | {missing: ""}
    with pytest.raises(Refusal, match=r"excursion\.no_word"):
        lift(warm, Disposition("可继续使用", **said), makers.PHYSICIAN, makers.PHARMACIST)


def test_a_container_with_two_holds_stays_locked_until_both_are_lifted(warm: Desk, clock: SetClock) -> None:
    clock.set("2026-11-24T09:00:00+08:00")
    makers.sit(warm, makers.PHARMACIST)
    again = given.readings(
        "2026-11-22T08:05:00", "2026-11-24T08:00:00", lambda at: -140.0 if (at.day, at.hour) == (23, 10) else -185.0
    )
    imports.take_in_file(warm, again, "next.csv", warm.store.find("probe")[0].id)
    assert len(excursions.on_hold(warm, ONE)) == 2
    lift(warm, LETTER, makers.PHARMACIST, makers.QUALITY)
    assert state(warm) == "locked"
    makers.sit(warm, makers.PHARMACIST)
    [(other, _)] = excursions.on_hold(warm, ONE)
    proofs = makers.proof(warm, makers.PHARMACIST), makers.proof(warm, makers.QUALITY)
    excursions.lift_hold(warm, other, LETTER, *proofs)
    assert state(warm) == "accepted"


def test_seeing_silencing_and_resolving_are_three_acts(warm: Desk, clock: SetClock) -> None:
    id = excursion(warm)
    excursions.acknowledge_excursion(warm, id, "已到现场")
    with pytest.raises(Refusal, match=r"excursion\.acknowledged"):
        excursions.acknowledge_excursion(warm, id)
    assert excursions.silence_alarm(warm, id, 30).startswith("2026-11-22T09:30")
    with pytest.raises(Refusal, match=r"excursion\.silence"):
        excursions.silence_alarm(warm, id, 31)
    with pytest.raises(Refusal, match=r"excursion\.holds"):
        excursions.resolve_excursion(warm, id, "lid_open", "盘点时罐盖开启十分钟")
    lift(warm, LETTER, makers.PHARMACIST, makers.QUALITY)
    excursions.resolve_excursion(warm, id, "lid_open", "盘点时罐盖开启十分钟")
    assert excursions.listed(warm) == []


def test_an_artefact_takes_quality_and_a_second_probe(warm: Desk) -> None:
    id = excursion(warm)
    lift(warm, LETTER, makers.PHARMACIST, makers.QUALITY)
    with pytest.raises(Refusal, match=r"excursion\.artefact"):
        excursions.resolve_excursion(warm, id, "probe_fault", "探头接触不良", artefact=True, second_probe="-184.9 °C")
    makers.sit(warm, makers.QUALITY)
    with pytest.raises(Refusal, match=r"excursion\.artefact"):
        excursions.resolve_excursion(warm, id, "probe_fault", "探头接触不良", artefact=True)
    excursions.resolve_excursion(warm, id, "probe_fault", "探头接触不良", artefact=True, second_probe="-184.9 °C")


def test_nothing_is_ever_rejected_by_a_rule(warm: Desk) -> None:
    acts = {line for _, line in warm.store.entries() if '"reject"' in line}
    assert acts == set()


def test_the_dossier_has_container_duration_warmth_curve_and_two_letters(warm: Desk) -> None:
    id = excursion(warm)
    excursions.note_cause(warm, id, "lid_open")
    found = dossiers.dossier(warm, id)
    [one] = found.affected
    assert (one.container, one.coi, one.warmest_c, one.limit_c) == (ONE, "DEMO-24118", "-144.0", "-150")
    assert one.over_ms > 5 * 60_000
    assert max(float(c) for _, c in found.curve["points"]) == -144.0
    zh, en = (one.text for one in found.letters)
    assert "−144.0 °C" in zh and "罐盖开启" in zh and "DEMO-24118" in zh
    assert "演示患者" not in zh and "DEMO Patient" not in en
    assert "lid open" in en and ONE in en

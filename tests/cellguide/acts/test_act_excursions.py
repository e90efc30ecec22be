"""Holds are put by a rule and lifted by people; acknowledging, silencing and resolving are three acts."""

from __future__ import annotations

import makers
import pytest
import storage_makers as given

from cellguide import proof
from cellguide.acts import artefacts, device_marks, dossiers, excursions, imports, probes, rounds, walks
from cellguide.acts import containers as container_acts
from cellguide.acts.device_marks import Evidence
from cellguide.acts.excursions import Disposition
from cellguide.clock import SetClock, parse_iso
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
        excursions.complete_lift(warm, hold(warm), b"letter", "DEMO-letter.pdf")
    makers.sit(warm, makers.QUALITY)
    excursions.complete_lift(warm, hold(warm), b"letter", "DEMO-letter.pdf")
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
    assert excursions.silence_alarm(warm, id, 30, "正在处理").startswith("2026-11-22T09:30")
    with pytest.raises(Refusal, match=r"excursion\.silence"):
        excursions.silence_alarm(warm, id, 31)
    with pytest.raises(Refusal, match=r"excursion\.holds"):
        excursions.resolve_excursion(warm, id, "lid_open", "盘点时罐盖开启十分钟")
    lift(warm, LETTER, makers.PHARMACIST, makers.QUALITY)
    excursions.resolve_excursion(warm, id, "lid_open", "盘点时罐盖开启十分钟")
    assert excursions.listed(warm) == []


def second_probe(desk: Desk, last: str, c: float = -185.0) -> str:
    """Another probe in the same tank, whose file reaches until ``last``."""
    id = given.probe(desk, serial="DEMO-PT100-05")
    imports.take_in_file(desk, given.steady("2026-11-15T08:00:00", last, c), "second.csv", id)
    return id


def artefact(desk: Desk, probe: str, first: str = makers.PHARMACIST, second: str = makers.QUALITY) -> artefacts.Witness:
    makers.sit(desk, first)
    proofs = makers.proof(desk, first), makers.proof(desk, second)
    shown = Evidence(b"DEMO photograph of the plug", "plug.jpg")
    return artefacts.resolve_artefact(
        desk, excursion(desk), "probe_fault", "探头接触不良，已更换", probe, shown, *proofs
    )


def test_an_artefact_takes_a_second_probe_in_range_a_photograph_and_quality_s_signature(warm: Desk) -> None:
    id = excursion(warm)
    lift(warm, LETTER, makers.PHARMACIST, makers.QUALITY)
    probe = second_probe(warm, "2026-11-22T08:00:00")
    assert artefacts.witness(warm, id, probe) == (probe, "in_range", "-184.8")
    with pytest.raises(Refusal, match=r"excursion\.artefact_roles"):
        artefact(warm, probe, second=makers.PHARMACIST_2)
    with pytest.raises(Refusal, match=r"excursion\.second_probe\b"):
        artefact(warm, str(excursions.get(warm, id)["probe"]))
    assert artefact(warm, probe).good
    done = excursions.get(warm, id)["resolved"]
    assert done["artefact"] and done["second_probe"] == probe and done["people"] == [makers.PHARMACIST, makers.QUALITY]
    assert warm.store.blob(done["sha256"]) == b"DEMO photograph of the plug"
    words = [warm.store.get("signature", word) for word in done["words"]]
    assert [word.doc["person"] for word in words if word] == [makers.PHARMACIST, makers.QUALITY]
    assert str(proof.check({"A": (line for _, line in warm.store.entries())}, warm.store.blob)) == "INTACT"


def test_a_second_probe_that_says_nothing_of_that_time_is_no_witness(warm: Desk) -> None:
    lift(warm, LETTER, makers.PHARMACIST, makers.QUALITY)
    probe = second_probe(warm, "2026-11-17T08:00:00")
    with pytest.raises(Refusal, match=r"excursion\.second_probe_out"):
        artefact(warm, probe)
    assert excursions.get(warm, excursion(warm))["state"] == "open"


def test_a_second_probe_that_was_warm_then_is_no_witness(warm: Desk) -> None:
    probe = second_probe(warm, "2026-11-22T08:00:00", -149.0)
    assert artefacts.second_probes(warm, excursion(warm)) == []
    with pytest.raises(Refusal, match=r"excursion\.second_probe\b"):
        artefacts.witness(warm, excursion(warm), probe)


def test_what_the_response_found_is_the_cause_that_the_letter_names(warm: Desk) -> None:
    id = excursion(warm)
    run = rounds.start_response(warm, id).id
    assert "罐盖开启" not in dossiers.dossier(warm, id).letters[0].text
    walks.answer_step(warm, run, "X-04", value="lid_open")
    assert excursions.get(warm, id)["cause"] == "lid_open"
    zh, en = (one.text for one in dossiers.dossier(warm, id).letters)
    assert "罐盖开启" in zh and "lid open" in en


def test_a_day_known_by_its_extremes_opens_an_excursion_with_its_peak_and_level(warm: Desk) -> None:
    probe = warm.store.find("probe")[0].id
    facts = dict(warm.store.find("series")[0].doc["judgement"])
    day = ["f" * 64, 1_795_000_000_000, 1_795_086_400_000, "-186.0", "-120.5"]
    facts |= {"excursions": [], "products": [], "summaries_out": [day], "hi": None, "level": 1}
    at, who = warm.begin("take_in_file")
    changes = excursions.judged_changes(warm, probes.get(warm, probe), "I-A-2026-000009", facts, at=at, who=who)
    opened = next(change.new for change in changes if change.kind == "excursion")
    assert (opened["peak_c"], opened["peak_ms"], opened["limit_c"], opened["level"]) == ("-120.5", day[1], "-150", 1)
    said = next(change.new for change in changes if change.kind == "deviation")
    assert "最高 -120.5 °C" in said["zh"].replace("−", "-")


def test_nothing_is_ever_rejected_by_a_rule(warm: Desk) -> None:
    acts = {line for _, line in warm.store.entries() if '"reject"' in line}
    assert acts == set()


def test_the_dossier_has_container_duration_warmth_curve_and_two_letters(warm: Desk) -> None:
    id = excursion(warm)
    since = parse_iso("2026-11-18T10:05:00+08:00")
    device_marks.mark_device(warm, "A", "lid_open", since, None, "盘点时罐盖开启", excursion=id)
    found = dossiers.dossier(warm, id)
    [one] = found.affected
    assert (one.container, one.coi, one.warmest_c, one.limit_c) == (ONE, "DEMO-24118", "-144.0", "-150")
    assert one.over_ms > 5 * 60_000
    assert max(float(c) for _, c in found.curve["points"]) == -144.0
    zh, en = (one.text for one in found.letters)
    assert "−144.0 °C" in zh and "罐盖开启" in zh and "DEMO-24118" in zh
    assert "演示患者" not in zh and "DEMO Patient" not in en
    assert "lid open" in en and ONE in en

"""The numbers of judging are the site's: signed by two people, read wherever something is judged."""

from __future__ import annotations

from decimal import Decimal

import makers
import pytest
import storage_makers as given

from cellguide.acts import imports, places, probes, site_limits
from cellguide.clock import SetClock, parse_iso
from cellguide.desk import Desk
from cellguide.probes import Probe
from cellguide.products.site_limits import proposals
from cellguide.refusal import Refusal
from cellguide.temperature.guard import CertificateState
from cellguide.temperature.limits import Period, Rules


def sign(desk: Desk, **values: str) -> None:
    for name, value in values.items():
        makers.sit(desk, makers.PHARMACIST)
        proofs = makers.proof(desk, makers.PHARMACIST), makers.proof(desk, makers.QUALITY)
        site_limits.confirm_site_limit(desk, name, Decimal(value), "DEMO SOP-11", *proofs)


@pytest.mark.req("REG-052")
def test_every_number_of_the_rules_is_the_program_s_until_two_people_sign_another(desk: Desk) -> None:
    assert imports.rules(desk) == Rules()
    sign(desk, minor_min="30", call_holder_c="-120", line_1_c="-137", line_2_c="-122", fresh_intervals="6")
    sign(desk, coverage_green_percent="98", coverage_amber_percent="90", stuck_s="43200", jump_c="30", jump_s="60")
    sign(desk, fault_below_c="-198", fault_above_c="50", unknown_min_max="45")
    found = imports.rules(desk)
    assert [str(line.value) for line in found.lines_c] == ["-137", "-122"]
    assert (found.coverage_green.value, found.coverage_amber.value) == (Decimal("0.98"), Decimal("0.9"))
    plain = ("minor_min", "call_holder_c", "fresh_intervals", "stuck_s", "jump_c", "jump_s", "fault_below_c")
    assert [str(getattr(found, name).value) for name in plain] == ["30", "-120", "6", "43200", "30", "60", "-198"]
    assert {setting.source for setting in (found.minor_min, *found.lines_c, found.coverage_green)} == {"DEMO SOP-11"}


def test_the_program_s_own_numbers_are_what_is_proposed() -> None:
    own, proposed = Rules(), proposals()
    for name in ("unknown_min_max", "minor_min", "call_holder_c", "fresh_intervals", "fault_below_c", "fault_above_c",
                 "jump_c", "jump_s", "stuck_s"):  # fmt: skip
        assert getattr(own, name).value == proposed[name].value, name
    assert [line.value for line in own.lines_c] == [proposed["line_1_c"].value, proposed["line_2_c"].value]
    assert own.coverage_green.value * 100 == proposed["coverage_green_percent"].value
    assert own.coverage_amber.value * 100 == proposed["coverage_amber_percent"].value


def test_a_signed_number_changes_what_a_file_leads_to(desk: Desk, clock: SetClock) -> None:
    given.tanks(desk)
    sign(desk, minor_min="30")
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    probe = given.probe(desk)
    at_three = {(21, 3, minute) for minute in range(0, 45, 5)}
    data = given.readings(
        "2026-11-20 00:00", "2026-11-22 08:00",
        lambda at: -155.0 if (at.day, at.hour, at.minute) in at_three else -185.0 + at.minute / 100,
    )  # fmt: skip
    id = imports.take_in_file(desk, data, "a.csv", probe)
    held = desk.store.get("series", id)
    assert held is not None and held.doc["judgement"]["deviation"] == "minor"


def test_a_past_period_rests_on_the_probe_that_measured_it(desk: Desk, clock: SetClock) -> None:
    given.tanks(desk)
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    old = given.probe(desk)
    imports.take_in_file(desk, given.steady("2026-11-20 00:00:00", "2026-11-22 08:00:00"), "a.csv", old)
    new = probes.replace_probe(desk, old, Probe("", "DEMO-NEW", "A", "新", "New"), "记录仪更换")
    period = Period(parse_iso("2026-11-20T00:00:00+08:00").utc_ms, parse_iso("2026-11-22T00:00:00+08:00").utc_ms)
    assert imports.judge_place(desk, "A", *period).calibration is CertificateState.VALID
    known = imports.evidence(desk, places.get(desk, "A").id, Period(period.end_ms + 10**9, period.end_ms + 2 * 10**9))
    assert [one.id for one in known.probes] == [new.id]


def test_a_file_is_not_filed_for_a_probe_that_was_retired_meanwhile(desk: Desk, clock: SetClock) -> None:
    from cellguide.acts.file_reading import pending_import, read_pending

    given.tanks(desk)
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    probe = given.probe(desk)
    data = given.steady("2026-11-20 00:00:00", "2026-11-22 08:00:00")
    [read] = read_pending(pending_import(desk, data, "a.csv", probe))
    ready = imports.judge_pending(imports.gather_pending(desk, read))
    probes.retire_probe(desk, probe, "记录仪损坏，已停用")
    with pytest.raises(Refusal, match=r"import\.changed"):
        imports.file_import(desk, ready)
    assert desk.store.find("series") == []

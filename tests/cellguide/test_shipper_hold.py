"""How long a shipper may be a store, from its certificate, the site's cap and its last reading."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cellguide.clock import parse_iso
from cellguide.places import Place
from cellguide.shipper_hold import ShipperReading, countdown

NOW = parse_iso("2026-11-22T12:00:00+08:00")
SHIPPER = Place("S", "shipper", "SN-1", hold_end_at="2026-11-24T12:00:00+08:00", filled_at="2026-11-19T12:00:00+08:00")


def reading(hours_ago: float = 1, c: str = "-188", upright: bool = True) -> ShipperReading:
    return ShipperReading(NOW.plus(seconds=-hours_ago * 3600), Decimal(c), "sha", upright)


@pytest.mark.parametrize(
    ("last", "cap", "why"),
    [
        (reading(), "5", ""),
        (None, "5", "no_reading"),
        (reading(4.01), "5", "reading_old"),
        (reading(c="-149.9"), "5", "warm"),
        (reading(upright=False), "5", "tilted"),
        (reading(), "2", "over"),
    ],
)
def test_a_countdown_is_never_trusted_from_the_certificate_alone(
    last: ShipperReading | None, cap: str, why: str
) -> None:
    found = countdown(SHIPPER, last, NOW, limit_c_max=Decimal("-150"), cap_d=Decimal(cap))
    assert (found.why, found.trusted) == (why, not why)


def test_the_earlier_of_certificate_and_cap_counts_and_alarms_come_at_24_and_12_hours() -> None:
    found = countdown(SHIPPER, reading(), NOW, limit_c_max=Decimal("-150"), cap_d=Decimal("4"))
    assert found.act_by is not None
    assert found.act_by.iso == "2026-11-23T12:00:00.000+08:00"
    assert found.alarm_h == 24
    later = NOW.plus(seconds=13 * 3600)
    assert countdown(SHIPPER, reading(), later, limit_c_max=None, cap_d=Decimal("4")).alarm_h == 12


@pytest.mark.parametrize(
    ("promised", "last", "due"),
    [
        ("2026-11-22T13:00:00+08:00", reading(), "2026-11-22T13:00:00+08:00"),  # sooner than four hours
        ("2026-11-22T18:00:00+08:00", reading(), "2026-11-22T15:00:00.000+08:00"),  # a promise puts nothing off
        ("2026-11-22T10:30:00+08:00", reading(), "2026-11-22T15:00:00.000+08:00"),  # kept already
        ("2026-11-22T13:00:00+08:00", None, "2026-11-22T13:00:00+08:00"),
    ],
)
def test_the_next_reading_is_due_when_somebody_said_or_after_four_hours(
    promised: str, last: ShipperReading | None, due: str
) -> None:
    shipper = replace(SHIPPER, reading_due_at=promised)
    found = countdown(shipper, last, NOW, limit_c_max=Decimal("-150"), cap_d=Decimal("5"))
    assert found.next_reading is not None and found.next_reading.utc_ms == parse_iso(due).utc_ms


def test_a_tilted_shipper_is_not_trusted_again_because_it_was_put_upright() -> None:
    shipper = replace(SHIPPER, tilted_at="2026-11-22T08:00:00+08:00")
    found = countdown(shipper, reading(), NOW, limit_c_max=Decimal("-150"), cap_d=Decimal("5"))
    assert (found.trusted, found.why) == (False, "tilted")

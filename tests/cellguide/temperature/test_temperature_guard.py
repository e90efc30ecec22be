"""Guard band and certificates (regulation 3.6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from temperature_makers import high, low

from cellguide.temperature.guard import Certificate, CertificateState, Guarded, Point, band_c, certificate_state, guard


@pytest.mark.req("REG-053")
@pytest.mark.parametrize(
    ("value", "expected"),
    [("7.6", "inside"), ("7.7", "within_uncertainty"), ("8.3", "within_uncertainty"), ("8.4", "outside")],
)
def test_the_band_includes_its_boundary(value: str, expected: str) -> None:
    assert guard(Decimal(value), high("8.0"), Decimal("0.3")).value == expected


def test_below_a_lower_limit_the_band_works_the_other_way() -> None:
    limit = low("2.0")
    states = [guard(Decimal(text), limit, Decimal("0.3")) for text in ("2.4", "2.3", "1.7", "1.6")]
    assert states == [Guarded.INSIDE, Guarded.WITHIN, Guarded.WITHIN, Guarded.OUTSIDE]


OLD = Certificate("C-1", date(2025, 1, 10), date(2026, 1, 9))
NEW = Certificate("C-2", date(2026, 3, 1), date(2027, 2, 28))


@pytest.mark.req("REG-053")
@pytest.mark.parametrize(
    ("on", "state", "number"),
    [
        (date(2025, 1, 9), CertificateState.NONE, None),
        (date(2025, 1, 10), CertificateState.VALID, "C-1"),
        (date(2026, 1, 9), CertificateState.VALID, "C-1"),
        (date(2026, 1, 10), CertificateState.EXPIRED, "C-1"),
        (date(2026, 3, 1), CertificateState.VALID, "C-2"),
        (date(2027, 3, 1), CertificateState.EXPIRED, "C-2"),
    ],
)
def test_a_reading_rests_on_the_certificate_of_its_day(on: date, state: CertificateState, number: str | None) -> None:
    found, certificate = certificate_state([NEW, OLD], on)
    assert (found, certificate.number if certificate else None) == (state, number)


def test_the_band_comes_from_the_points_around_and_never_from_outside_the_calibrated_range() -> None:
    points = (
        Point(Decimal(0), Decimal("0.2")),
        Point(Decimal(-100), Decimal("0.5"), Decimal("-0.4")),
        Point(Decimal(-196), Decimal("0.8")),
    )
    certificate = Certificate("C", date(2026, 1, 1), date(2026, 12, 31), points)
    assert band_c(certificate, Decimal(-150)) == Decimal("0.9")
    assert band_c(certificate, Decimal(-196)) == Decimal("0.8")
    assert band_c(certificate, Decimal(-197)) is None
    assert band_c(certificate, Decimal(8)) is None

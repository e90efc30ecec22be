"""Calibration and the guard band it puts around a limit (regulation 3.6); no numpy.

Readings are never corrected: not by an offset, not by a line through calibration points. What a certificate says
of the probe's error therefore belongs to the doubt: band = U + |error| (an uncorrected bias widens the
uncertainty, as in GUM F.2.4.5).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .limits import Limit, Side


class CertificateState(enum.StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    NONE = "none"


class Point(NamedTuple):
    """One calibration point: °C nominal, expanded uncertainty U (k = 2), error of the probe there."""

    nominal_c: Decimal
    u_c: Decimal
    error_c: Decimal = Decimal(0)


class Certificate(NamedTuple):
    """``calibrated_on`` and ``due_on``: first and last day on which it holds."""

    number: str
    calibrated_on: date
    due_on: date
    points: tuple[Point, ...] = ()


class Guarded(enum.StrEnum):
    """Where a value stands to a limit when the probe's doubt is looked at."""

    INSIDE = "inside"
    WITHIN = "within_uncertainty"
    OUTSIDE = "outside"


def certificate_state(certificates: Sequence[Certificate], on: date) -> tuple[CertificateState, Certificate | None]:
    """Return what a reading of that day rests on: the newest certificate that holds, else the newest that has
    expired, else nothing. A certificate from after the reading proves nothing about it."""
    begun = [one for one in certificates if one.calibrated_on <= on]
    if not begun:
        return CertificateState.NONE, None
    valid = [one for one in begun if on <= one.due_on]
    newest = max(valid or begun, key=lambda one: one.calibrated_on)
    return (CertificateState.VALID if valid else CertificateState.EXPIRED), newest


def band_c(certificate: Certificate, at_c: Decimal) -> Decimal | None:
    """Return the guard band at a temperature: the larger of the two points around it, the point itself if there.

    None when the temperature lies outside the calibrated range: a certificate of 0 and 40 °C says nothing of −150.
    """
    below = [point for point in certificate.points if point.nominal_c <= at_c]
    above = [point for point in certificate.points if point.nominal_c >= at_c]
    if not below or not above:
        return None
    around = (max(below, key=lambda point: point.nominal_c), min(above, key=lambda point: point.nominal_c))
    if around[0].nominal_c == at_c:
        return around[0].u_c + abs(around[0].error_c)
    return max(point.u_c + abs(point.error_c) for point in around)


def guard(value_c: Decimal, limit: Limit, u_c: Decimal) -> Guarded:
    """Compare one value with a limit: ``|T - limit| ≤ U`` is within uncertainty, the boundary included.

    >>> high = Limit(Side.HIGH, Decimal("8.0"))
    >>> [guard(Decimal(text), high, Decimal("0.3")).value for text in ("7.6", "7.7", "8.3", "8.4")]
    ['inside', 'within_uncertainty', 'within_uncertainty', 'outside']
    """
    if abs(value_c - limit.value_c) <= u_c:
        return Guarded.WITHIN
    outside = value_c > limit.value_c if limit.side is Side.HIGH else value_c < limit.value_c
    return Guarded.OUTSIDE if outside else Guarded.INSIDE

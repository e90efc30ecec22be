"""Probe: where it is measured; its calibration certificates, what is due, and what a failure throws into doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta

from .entry import Doc
from .refusal import Refusal
from .temperature.guard import Certificate, CertificateState, Point, band_c, certificate_state

IN_USE, RETIRED = "in_use", "retired"
# Where in the device it sits: a lid-open minute moves an air probe and not a dummy bag (clinical-review E10).
POSITIONS = ("air_top", "air_middle", "product_dummy", "lid", "outside", "other")
WARN_DAYS = 30
CALIBRATION_MONTHS = 12
AS_FOUND = ("pass", "fail", "not_done")
REMEMBERED = ("zone", "unit", "date_order", "decimal", "channel", "interval", "encoding")


@dataclass(frozen=True, slots=True)
class Probe:
    """As the ledger adds it up. ``serial``: of the logger, as its files say it; ``place``: id of the device.

    ``interval_s``: expected spacing of its readings, "" while unknown. ``answers``: what its files leave open, asked
    once (DESIGN.md 6). ``certificates``: documents, oldest first. ``folder``: watched for its files.
    """

    id: str
    serial: str
    place: str
    zh: str = ""
    en: str = ""
    sits: str = "other"
    state: str = IN_USE
    vendor: str = ""
    interval_s: str = ""
    source: str = ""
    answers: Mapping[str, str] | None = None
    certificates: tuple[Mapping[str, Any], ...] = ()

    @property
    def doc(self) -> Doc:
        """The probe as its document; the id stands outside."""
        doc: Doc = {name: getattr(self, name) for name in Probe.__slots__ if name != "id"}
        return doc | {"answers": dict(self.answers or {}), "certificates": [dict(one) for one in self.certificates]}

    @property
    def certified(self) -> tuple[Certificate, ...]:
        """Its certificates as values."""
        return tuple(certificate(doc) for doc in self.certificates)


def probe(id: str, doc: Mapping[str, Any]) -> Probe:
    """Read a probe from its document."""
    fields = {name: doc[name] for name in Probe.__slots__ if name in doc and name not in ("id", "certificates")}
    return Probe(id=id, certificates=tuple(doc.get("certificates", ())), **fields)


def check_probe(new: Probe, others: Sequence[Probe]) -> None:
    """Refuse what cannot be: ``probe.serial``, ``probe.serial_used``, ``probe.sits``, ``probe.interval``,
    ``probe.answer``."""
    if not new.serial.strip() or not (new.zh.strip() or new.en.strip()):
        raise Refusal("probe.serial")
    for other in others:
        if other.id != new.id and other.state == IN_USE and same_serial(other.serial, new.serial):
            raise Refusal("probe.serial_used", serial=new.serial, probe=other.id)
    if new.sits not in POSITIONS:
        raise Refusal("probe.sits", given=new.sits, allowed=", ".join(POSITIONS))
    if new.interval_s and not (new.interval_s.isdecimal() and int(new.interval_s) > 0):
        raise Refusal("probe.interval", given=new.interval_s)
    unknown = set(new.answers or {}) - set(REMEMBERED)
    if unknown:
        raise Refusal("probe.answer", given=", ".join(sorted(unknown)))


def same_serial(one: str, other: str) -> bool:
    """Whether both are the same serial number, whatever the spaces, hyphens and letter case.

    >>> same_serial("DEMO-010 203", "demo010203"), same_serial("", "")
    (True, False)
    """

    def plain(text: str) -> str:
        return "".join(sign for sign in text.casefold() if sign.isalnum())

    return bool(plain(one)) and plain(one) == plain(other)


# --- calibration ------------------------------------------------------------------------------------------------------


def certificate(doc: Mapping[str, Any]) -> Certificate:
    """Read a certificate: {number, calibrated_on, due_on, points: [[nominal, U, error], …]}, °C as decimal strings.

    Raises Refusal ``probe.certificate`` for what is no day, no number, or ends before it begins.
    """
    try:
        points = tuple(Point(*(Decimal(text) for text in row)) for row in doc.get("points", ()))
        found = Certificate(
            str(doc["number"]), date.fromisoformat(doc["calibrated_on"]), date.fromisoformat(doc["due_on"]), points
        )
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise Refusal("probe.certificate", reason=type(error).__name__) from error
    wrong = any(not value.is_finite() for point in points for value in point) or any(point.u_c < 0 for point in points)
    if found.due_on < found.calibrated_on or not found.number.strip() or wrong:
        raise Refusal("probe.certificate", reason=f"{found.calibrated_on} – {found.due_on}")
    return found


def check_certificate(doc: Mapping[str, Any], held: Probe, today: date) -> None:
    """Refuse a certificate that cannot be this probe's next one: ``probe.certificate``; ``probe.certificate_ahead``:
    calibrated after today; ``probe.certificate_known``: the same number of the same day."""
    new = certificate(doc)
    if new.calibrated_on > today:
        raise Refusal("probe.certificate_ahead", day=new.calibrated_on.isoformat())
    if any((one.number, one.calibrated_on) == (new.number, new.calibrated_on) for one in held.certified):
        raise Refusal("probe.certificate_known", number=new.number, serial=held.serial)


def reaches(newest: Certificate, at_c: Decimal) -> bool:
    """Whether a certificate says anything of a temperature: one of 0 and 40 °C says nothing of −150."""
    return band_c(newest, at_c) is not None


def usual_due(calibrated_on: date) -> date:
    """A year later, where the certificate names no day (L-16, S-08: at most 12 months).

    >>> usual_due(date(2028, 2, 29))
    datetime.date(2029, 2, 28)
    """
    due_on: date = calibrated_on + relativedelta(months=CALIBRATION_MONTHS)
    return due_on


class Due(NamedTuple):
    """``word``: none (no certificate), over, soon (within 30 days) or ok; ``on``: the last day of the newest one."""

    word: str
    on: date | None
    days: int | None


def due(held: Probe, day: date) -> Due:
    """How long the probe's calibration still holds."""
    state, newest = certificate_state(held.certified, day)
    if newest is None:
        return Due("none", None, None)
    days = (newest.due_on - day).days
    word = "over" if state is CertificateState.EXPIRED else "soon" if days <= WARN_DAYS else "ok"
    return Due(word, newest.due_on, days)


def in_doubt_since(held: Probe, failed_on: date) -> date | None:
    """From when on everything measured is in doubt after an as-found failure: the last calibration before it; None when
    there was none (then everything)."""
    before = [one.calibrated_on for one in held.certified if one.calibrated_on < failed_on]
    return max(before, default=None)

"""What can be said of profiles: what is missing, what changed, how cold a tank must be, how many doses are there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple, Protocol

from ..facts import MISSING, SILENT, Unknown
from ..refusal import Refusal
from . import schema
from .profile import Clock, Fact, LdRule, Profile

_NUMBER_CHARS_MAX = 64


class Difference(NamedTuple):
    """A field in which two versions differ. ``value_changed`` is false where only source, label or note did."""

    field: str
    old: Fact
    new: Fact
    value_changed: bool


class Readiness(NamedTuple):
    """``missing``: needed fields nobody has read; verification is refused while there is one.

    ``photograph``: fields with a limit, or a stated silence, that two pharmacists compare with a photo of the insert's
    paragraph (clinical-review E17); this program's own defaults are among them.
    """

    missing: tuple[str, ...]
    photograph: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether two pharmacists may verify."""
        return not self.missing


class TocilizumabStock(NamedTuple):
    """Whole doses for one patient out of the vials counted on the ward (clinical-review E2)."""

    dose_mg: Decimal
    vials_per_dose: int
    doses: int


def readiness(profile: Profile) -> Readiness:
    """Return what stands between the profile and its verification."""
    return Readiness(
        missing=tuple(name for name in schema.NEEDED if _unread(profile.look(name))),
        photograph=tuple(name for name in schema.LIMITS if profile.look(name).value is not MISSING),
    )


def _unread(fact: Fact) -> bool:
    return fact.value is MISSING or fact.partial


def compare(old: Profile, new: Profile) -> tuple[Difference, ...]:
    """Return the fields in which ``new`` differs from ``old``, in the order of the schema.

    A default that follows from another field counts: it is what the steps will obey.
    """
    found = []
    for name in schema.FIELDS:
        before, after = old.look(name), new.look(name)
        if before != after:
            found.append(Difference(name, before, after, _bare(before) != _bare(after)))
    return tuple(found)


def _bare(fact: Fact) -> object:
    """The value without what its rows rest on."""
    if not isinstance(fact.value, tuple):
        return fact.value
    return tuple(row._replace(sources=(), note=None) if isinstance(row, Clock | LdRule) else row for row in fact.value)


def coldest(profiles: Iterable[Profile]) -> Decimal | Unknown:
    """Return the limit in °C that a tank holding these products is held to (domain 0.5 point 3).

    MISSING when one of them has no limit that was read: no tank can be promised to be cold enough for it. SILENT when
    every label is silent, or when the tank holds nothing.
    """
    limits = [profile.fact("storage_c_max") for profile in profiles]
    if MISSING in limits:
        return MISSING
    return min((limit for limit in limits if isinstance(limit, Decimal)), default=SILENT)


class Facts(Protocol):
    """A profile, or whoever answers for one."""

    def fact(self, name: str) -> object: ...


def plain_number_kinds(profile: Facts, untrusted_number: str) -> tuple[str, ...]:
    """Return which of ``coi``, ``lot``, ``din`` a number scanned without any standard's prefix may be, by its form.

    Several or none mean that the person is asked. A form proves nothing about whose number it is.
    """
    if len(untrusted_number) > _NUMBER_CHARS_MAX:
        return ()
    forms = {kind: profile.fact(f"pattern_{kind}") for kind in ("coi", "lot", "din")}
    return tuple(
        kind for kind, form in forms.items() if isinstance(form, str) and re.fullmatch(form, untrusted_number, re.ASCII)
    )


def tocilizumab_dose_mg(profile: Profile, weight_kg: Decimal) -> Decimal | Unknown:
    """Return mg per dose by the profile's rule, or MISSING where the profile has none: then the physician gives it."""
    under_30kg = weight_kg < 30
    per_kg = profile.fact("toci_mg_kg_under_30kg" if under_30kg else "toci_mg_kg")
    if not isinstance(per_kg, Decimal):
        return per_kg if isinstance(per_kg, Unknown) else MISSING
    most = profile.fact("toci_mg_max")
    dose = per_kg * weight_kg
    return min(dose, most) if isinstance(most, Decimal) else dose


def tocilizumab_stock(dose_mg: Decimal, vial_mg: Decimal, vials: int) -> TocilizumabStock:
    """Count whole doses: nurses count vials, labels count doses. 480 mg out of 80 mg vials takes six.

    Raises Refusal ``product.no_dose`` when a number is not above zero, or the vials below.
    """
    if dose_mg <= 0 or vial_mg <= 0 or vials < 0:
        raise Refusal("product.no_dose", dose_mg=dose_mg, vial_mg=vial_mg, vials=vials)
    vials_per_dose = int((dose_mg / vial_mg).to_integral_value(ROUND_CEILING))
    return TocilizumabStock(dose_mg, vials_per_dose, vials // vials_per_dose)

"""Order: what a physician ordered for one patient, and everything that identity checks compare with.

States: provisional (a product stands on the dock, whatever is known is written down) → placed → verified by a second
person, blind → finished; or cancelled, or replaced by another. A change asks for verification again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from . import containers, patients
from .clock import Moment
from .container_life import Container
from .entry import Doc
from .facts import MISSING, SILENT, Unknown
from .patients import Patient, plain
from .products.profile import LdRule, Profile
from .refusal import Refusal
from .similar import Identity

PROVISIONAL, PLACED, VERIFIED = "provisional", "placed", "verified"
CANCELLED, REPLACED, FINISHED = "cancelled", "replaced", "finished"
LIVE = (PROVISIONAL, PLACED, VERIFIED)

NOBODY = Patient()
LD_CHOICES = ("accepted_here", "holder_release")
RESULTS = ("neg", "pos", "pending")
# What a physician adds (clinical-review 3.2): code → the answers it may have; () is a decimal number or a day as typed.
CLINICAL: Mapping[str, tuple[str, ...]] = {
    "hbsag": RESULTS,
    "anti_hbc": RESULTS,
    "hbv_prophylaxis": ("yes", "no"),
    "hcv": RESULTS,
    "hiv": RESULTS,
    "syphilis": RESULTS,
    "pregnancy": ("neg", "pos", "pending", "not_applicable"),
    "tls_risk": ("low", "intermediate", "high"),
    "weight_kg": (),
    "weight_on": (),
}
DAYS = ("ld_start", "ld_end", "infusion_on", "arrival_from", "arrival_until", "delivery_confirmed_on")
# What Art. 13 to 15 of the Shanghai rule ask for (clinical-review E25), and the holder's notice that E5 may rest on.
HOLDER = ("approval", "agreement", "training")
EVIDENCE = (*HOLDER, "release_notice")


class Evidence(NamedTuple):
    """A filed document, or a reference to one in words. ``until``: its last day, ISO, "" when it has none."""

    sha256: str = ""
    text: str = ""
    until: str = ""

    @property
    def there(self) -> bool:
        return bool(self.sha256 or self.text.strip())


@dataclass(frozen=True, slots=True)
class Order:
    """As the ledger adds it up; also what is typed for a new one (``id`` and ``state`` are then given by the act).

    ``product``: the profile's id. ``planned``: DAYS → ISO day. ``clinical``: CLINICAL → code or number as typed.
    ``holder``: EVIDENCE → what was filed. ``traps``: keys of what was alike in another order and was looked at.
    """

    id: str = ""
    state: str = PLACED
    patient: Patient = NOBODY
    product: str = ""
    product_zh: str = ""
    product_en: str = ""
    coi: str = ""
    din: str = ""
    aph_id: str = ""
    sec: str = ""
    containers: int = 0
    dose_text: str = ""
    consent_on: str = ""
    physician: str = ""
    ward: str = ""
    bed: str = ""
    planned: Mapping[str, str] = field(default_factory=dict)
    clinical: Mapping[str, str] = field(default_factory=dict)
    holder: Mapping[str, Evidence] = field(default_factory=dict)
    ld_started_on: str = ""
    traps: tuple[str, ...] = ()
    entered_by: str = ""
    verified_by: str = ""
    verified_at: str = ""
    replaces: str = ""
    replaced_by: str = ""

    @property
    def live(self) -> bool:
        return self.state in LIVE

    @property
    def identity(self) -> Identity:
        """What the wrong-patient traps compare."""
        return Identity(self.id, self.patient, self.coi)

    @property
    def doc(self) -> Doc:
        """The order as its document; the id stands outside."""
        doc: Doc = {name: getattr(self, name) for name in Order.__slots__ if name != "id"}
        doc["patient"] = self.patient.doc
        doc["traps"] = list(self.traps)
        doc["planned"], doc["clinical"] = dict(self.planned), dict(self.clinical)
        doc["holder"] = {name: evidence._asdict() for name, evidence in self.holder.items()}
        return doc


def order(id: str, doc: Mapping[str, Any]) -> Order:
    """Read an order from its document."""
    fields = {name: doc[name] for name in Order.__slots__ if name in doc and name not in ("id", "traps")}
    fields["patient"] = patients.patient(doc.get("patient") or {})
    fields["holder"] = {name: Evidence(**evidence) for name, evidence in (doc.get("holder") or {}).items()}
    return Order(id=id, traps=tuple(doc.get("traps", ())), **fields)


# What a person may change, and what of it says who the patient is: while a container is out it stays as it is.
EDITABLE = tuple(
    name
    for name in Order.__slots__
    if name not in ("id", "state", "traps", "entered_by", "verified_by", "verified_at", "replaces", "replaced_by")
    and name != "ld_started_on"
)
IDENTIFYING = ("patient", "product", "coi", "din", "aph_id", "sec")
# Results, days and papers come in one after the other; only what a second person compared asks for that person again.
NOT_COMPARED = ("bed", "ward", "planned", "clinical", "holder", "consent_on")


# --- what may be saved ------------------------------------------------------------------------------------------------


def check_order(new: Order, today: date, profile: Profile | None = None) -> None:
    """Refuse what cannot be an order. A provisional one may lack anything, but what is there must make sense.

    Raises Refusal: those of ``patients.check_patient``, ``order.field_missing``, ``order.count``, ``order.code``,
    ``order.day``, ``order.days_order``, ``order.coi_form``, ``order.evidence``.
    """
    complete = new.state != PROVISIONAL
    patients.check_patient(new.patient, today, complete=complete)
    if complete:
        for name in ("product", "physician"):
            if not str(getattr(new, name)).strip():
                raise Refusal("order.field_missing", field=name)
        if not new.coi.strip() and _needs_coi(profile):
            raise Refusal("order.field_missing", field="coi")
    if not 0 <= new.containers <= 99 or (complete and new.containers == 0):
        raise Refusal("order.count", given=new.containers)
    pattern = profile.fact("pattern_coi") if profile is not None else MISSING
    if new.coi and isinstance(pattern, str) and not _fits(pattern, new.coi):
        raise Refusal("order.coi_form", coi=new.coi)
    _check_codes(new.clinical)
    _check_days(new)
    unknown = set(new.holder) - set(EVIDENCE)
    if unknown:
        raise Refusal("order.evidence", evidence=", ".join(sorted(unknown)))


def _needs_coi(profile: Profile | None) -> bool:
    """An autologous product has a chain of identity; where nobody has read the profile, it is asked for."""
    if profile is None:
        return True
    ids = profile.fact("ids_required")
    return "coi" in ids if isinstance(ids, tuple) else profile.fact("autologous") is not False


def _fits(pattern: str, coi: str) -> bool:
    return re.fullmatch(pattern, coi) is not None


def _check_codes(clinical: Mapping[str, str]) -> None:
    for name, value in clinical.items():
        choices = CLINICAL.get(name)
        if choices is None or (choices and value not in choices):
            raise Refusal("order.code", field=name, given=value)
        if name == "weight_kg":
            try:
                weight_kg = Decimal(value)
            except InvalidOperation:
                raise Refusal("order.code", field=name, given=value) from None
            if not Decimal(2) <= weight_kg <= Decimal(250):  # domain.md 2.3
                raise Refusal("order.code", field=name, given=value)
        if name == "weight_on":
            _day(name, value)


def _check_days(new: Order) -> None:
    for name, value in new.planned.items():
        if name not in DAYS:
            raise Refusal("order.day", field=name, given=value)
        _day(name, value)
    if new.consent_on:
        _day("consent_on", new.consent_on)
    for evidence in new.holder.values():
        if evidence.until:
            _day("until", evidence.until)
    for earlier, later in (("ld_start", "ld_end"), ("ld_end", "infusion_on"), ("arrival_from", "arrival_until")):
        first, second = new.planned.get(earlier, ""), new.planned.get(later, "")
        if first and second and first > second:
            raise Refusal("order.days_order", earlier=earlier, later=later)


def _day(name: str, value: str) -> date:
    try:
        if len(value) != 10:
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError:
        raise Refusal("order.day", field=name, given=value) from None


def complete(held: Order, profile: Profile | None = None) -> bool:
    """Whether a provisional order has become a whole one; its days were checked when they were typed."""
    who = held.patient
    asked = (who.name, who.birth_date, who.numbers, held.product, held.physician, held.containers)
    return all(asked) and (bool(held.coi) or not _needs_coi(profile))


# --- the second person ------------------------------------------------------------------------------------------------


class Again(NamedTuple):
    """What the second person types or scans without seeing what stands there."""

    coi: str
    birth_date: str
    number: str


def differing(held: Order, again: Again, today: date) -> tuple[str, ...]:
    """The fields in which a blind second entry differs. An order without a COI (allogeneic) has none to compare."""
    found = []
    if plain(held.coi) != plain(again.coi):
        found.append("coi")
    if not held.patient.birth_date or plain(again.birth_date) not in map(
        plain, patients.birth_date_forms(held.patient.birth_date)
    ):
        found.append("birth_date")
    numbers = {plain(number.value) for number in held.patient.numbers_on(today)}
    if plain(again.number) not in numbers:
        found.append("number")
    return tuple(found)


# --- open points ------------------------------------------------------------------------------------------------------


def open_points(held: Order, profile: Profile | None, verified: bool, today: date) -> tuple[str, ...]:
    """Codes of what still blocks acceptance (never receipt), in the order in which they are best settled.

    ``verified``: the profile is verified and in force. A lapsed document is missing from its last day on.
    """
    found: list[str] = []
    if held.state == PROVISIONAL:
        found.append("provisional")
    elif held.state != VERIFIED:
        found.append("identity_not_verified")
    if not held.product:
        found.append("no_product")
    elif not verified:
        found.append("profile_draft")
    if not held.coi and _needs_coi(profile):
        found.append("no_coi")
    if profile is not None and profile.fact("label_name_form") == "initials" and not held.patient.initials:
        found.append("no_initials")
    for name in HOLDER:
        evidence = held.holder.get(name, Evidence())
        if not evidence.there:
            found.append(f"{name}_missing")
        elif evidence.until and evidence.until < today.isoformat():
            found.append(f"{name}_lapsed")
    if not held.consent_on:
        found.append("consent_missing")
    return (*found, *_hbv_points(held.clinical))


def _hbv_points(clinical: Mapping[str, str]) -> tuple[str, ...]:
    results = (clinical.get("hbsag", "pending"), clinical.get("anti_hbc", "pending"))
    if "pos" in results:
        return () if clinical.get("hbv_prophylaxis") == "yes" else ("hbv_prophylaxis",)
    return ("hbv_unknown",) if "pending" in results else ()


def reminders(held: Order, profile: Profile | None) -> tuple[str, ...]:
    """Codes of what is asked for and blocks nothing."""
    wanted = {"hiv": "hiv_unknown", "pregnancy": "pregnancy_unknown", "tls_risk": "tls_unknown"}
    found = [code for name, code in wanted.items() if held.clinical.get(name, "pending") == "pending"]
    if "weight_kg" not in held.clinical:
        found.append("weight_unknown")
    if "infusion_on" not in held.planned:
        found.append("not_planned")
    if ld_gap(held, profile) is False:
        found.append("ld_gap")
    return tuple(found)


# --- lymphodepletion --------------------------------------------------------------------------------------------------


def ld_gap(held: Order, profile: Profile | None) -> bool | Unknown:
    """Whether the planned days keep the label's rule, each from its own anchor (clinical-review E6).

    A label with several indications has several rules; one that is kept is enough, since the order names none.
    """
    rules = profile.fact("ld_rules") if profile is not None else MISSING
    if isinstance(rules, Unknown):
        return rules
    days = [held.planned.get(name, "") for name in ("ld_start", "ld_end", "infusion_on")]
    if held.ld_started_on:
        days[0] = held.ld_started_on
    if not all(days):
        return MISSING
    start, end, infusion = map(date.fromisoformat, days)
    assert isinstance(rules, tuple)
    return any(rule.met(start, end, infusion) for rule in rules if isinstance(rule, LdRule))


def ld_basis(held: Order, of_order: Iterable[Container]) -> tuple[str, ...]:
    """On what lymphodepletion may start (clinical-review E5): accepted here, or released by the holder and delivered.

    Codes of LD_CHOICES that hold. None of them is a deviation when it starts; the site's choice says which is expected.
    """
    judged = [one for one in of_order if one.state not in ("backup", "cancelled")]
    found = []
    good = containers.OUT | {"accepted", "released", "infused"}
    if judged and len(judged) >= held.containers and all(one.state in good for one in judged):
        found.append("accepted_here")
    if held.holder.get("release_notice", Evidence()).there and held.planned.get("delivery_confirmed_on"):
        found.append("holder_release")
    return tuple(found)


# --- facts for templates ----------------------------------------------------------------------------------------------


def name_forms(held: Order, profile: Profile | None) -> tuple[str, ...] | Unknown:
    """Every way the product's label may print the patient's name; unknown where ``name_form`` is."""
    form = name_form(held, profile)
    if isinstance(form, Unknown) or profile is None:
        return MISSING if profile is None or form is MISSING else SILENT
    return patients.label_names(held.patient, str(profile.fact("label_name_form")))


def chain_ids(held: Order, *dins: str) -> tuple[str, ...]:
    """Every identifier that a label of this order may carry. ``dins``: those that the notice gives its containers."""
    return tuple(dict.fromkeys(text for text in (held.coi, held.din, held.aph_id, held.sec, *dins) if text))


OrderFact = str | bool | int | date | tuple[str, ...] | Unknown


def name_form(held: Order, profile: Profile | None) -> str | Unknown:
    """The name as the product's label has it; MISSING while it cannot be derived, SILENT when labels carry none."""
    form = profile.fact("label_name_form") if profile is not None else MISSING
    if isinstance(form, Unknown):
        return form
    return SILENT if form == "none" else patients.label_name(held.patient, str(form)) or MISSING


def order_facts(
    held: Order,
    at: Moment,
    *,
    profile: Profile | None = None,
    verified: bool = False,
    dose_days: Sequence[str] = (),
    reserved: bool | Unknown = MISSING,
) -> dict[str, OrderFact]:
    """The facts ``order.*``. ``verified``: of the profile. ``dose_days``: ISO days of planned doses still to be given.

    ``order.confirmed`` leaves the profile's own verification to ``profile.verified``.
    """
    points = open_points(held, profile, True, at.day)
    second = (
        *patients.birth_date_forms(held.patient.birth_date),
        *(number.value for number in held.patient.numbers_on(at.day)),
    )
    days = sorted(dose_days) or [day for day in (held.planned.get("infusion_on"),) if day]
    return {
        "order.confirmed": not points,
        "order.open_points": open_points(held, profile, verified, at.day),
        "order.coi": held.coi or MISSING,
        "order.chain_ids": chain_ids(held) or MISSING,
        "order.name_form": name_form(held, profile),
        "order.name_forms": name_forms(held, profile),
        "order.second_ids": second or MISSING,
        "order.planned_on": date.fromisoformat(days[0]) if days else SILENT,
        "order.planned_last_on": date.fromisoformat(days[-1]) if days else SILENT,
        "order.place_reserved": reserved,
        "order.containers": held.containers or MISSING,
    }

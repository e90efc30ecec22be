"""Shipment: what the holder announced for one order (waybill, shipper, seals, hold end, containers), and what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from .clock import Moment, parse_iso
from .container_life import expires_on
from .entry import Doc
from .facts import MISSING, SILENT, Unknown
from .refusal import Refusal

DAY_MS = 86_400_000
ANNOUNCED, ARRIVED, RECEIVED = "announced", "arrived", "received"
# What an acceptance record (药品验收记录) holds besides lot, expiry and conclusion (clinical-review 3.2). The
# conclusion is the receipt's own last answer.
ACCEPTANCE = (
    "approval_no",
    "produced_on",
    "supplier",
    "quantity",
    "unit_price",
    "bought_on",
    "departed_at",
    "transport",
)


class Announced(NamedTuple):
    """One container of the holder's notice, ``n`` of ``of``."""

    n: int
    of: int
    lot: str = ""
    expiry: str = ""
    din: str = ""
    component: str = ""


@dataclass(frozen=True, slots=True)
class Shipment:
    """As the ledger adds it up; also what is typed from the notice (``id`` and ``state`` are given by the act).

    ``hold_end_at`` and ``departed_at`` are ISO with offset. ``logger``: serial, calibrated ("yes"/"no"), alarm
    ("none"/"alarm"), c_max, gap_min as the file said, written by whoever takes the file in. ``papers``: invoice,
    delivery note … → SHA-256.
    """

    id: str = ""
    order: str = ""
    state: str = ANNOUNCED
    waybill: str = ""
    shipper: str = ""
    carrier: str = ""
    seals: tuple[str, ...] = ()
    hold_end_at: str = ""
    count: int = 0
    lot: str = ""
    arrived_at: str = ""
    approval_no: str = ""
    produced_on: str = ""
    supplier: str = ""
    quantity: str = ""
    unit_price: str = ""
    bought_on: str = ""
    departed_at: str = ""
    transport: str = ""
    logger: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)

    @property
    def doc(self) -> Doc:
        """The shipment as its document; the id stands outside."""
        doc: Doc = {name: getattr(self, name) for name in Shipment.__slots__ if name != "id"}
        return doc | {"seals": list(self.seals), "logger": dict(self.logger), "papers": dict(self.papers)}


EDITABLE = tuple(
    name for name in Shipment.__slots__ if name not in ("id", "order", "state", "count", "arrived_at", "logger")
)


def shipment(id: str, doc: Mapping[str, Any]) -> Shipment:
    """Read a shipment from its document."""
    fields = {name: doc[name] for name in Shipment.__slots__ if name in doc and name not in ("id", "seals")}
    return Shipment(id=id, seals=tuple(doc.get("seals", ())), **fields)


def check_shipment(new: Shipment) -> None:
    """Refuse what cannot be read later. Nothing is compulsory: the notice may still be on its way.

    Raises Refusal: ``shipment.time``, ``shipment.day``, ``shipment.number``.
    """
    for name in ("hold_end_at", "departed_at"):
        value = getattr(new, name)
        if value:
            try:
                parse_iso(value)
            except ValueError:
                raise Refusal("shipment.time", field=name, given=value) from None
    for name in ("produced_on", "bought_on"):
        value = getattr(new, name)
        if value:
            try:
                date.fromisoformat(value)
            except ValueError:
                raise Refusal("shipment.day", field=name, given=value) from None
    for name in ("quantity", "unit_price"):
        value = getattr(new, name)
        if value and not _amount(value):
            raise Refusal("shipment.number", field=name, given=value)


def _amount(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0


def check_announced(containers: tuple[Announced, ...]) -> None:
    """Refuse a list of containers that does not add up. Raises ``shipment.n_of_m``, ``container.expiry``."""
    places = [one.n for one in containers]
    totals = {one.of for one in containers}
    if containers and (len(totals) != 1 or len(set(places)) != len(places) or not 1 <= min(places) <= max(places)):
        raise Refusal("shipment.n_of_m", given=", ".join(f"{one.n}/{one.of}" for one in containers))
    if containers and max(places) > totals.pop():
        raise Refusal("shipment.n_of_m", given=", ".join(f"{one.n}/{one.of}" for one in containers))
    for one in containers:
        if one.expiry:
            expires_on(one.expiry)


def acceptance_missing(held: Shipment, expiries: tuple[str, ...] = (), lots: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Codes of what an acceptance record still needs; ``expiries``, ``lots``: of its containers, "" where unknown."""
    found = [name for name in ACCEPTANCE if not str(getattr(held, name)).strip()]
    if not held.lot and not (lots and all(lots)):
        found.append("lot")
    if not expiries or not all(expiries):
        found.append("expiry")
    return tuple(found)


def hold_end(held: Shipment, cap_d: Decimal | Unknown) -> Moment | Unknown:
    """The end of the shipper's hold: the certificate's, or the site's cap counted from departure, whichever is earlier.

    A certificate's time is a maker's promise for a new, upright shipper (clinical-review E12). MISSING without either.
    """
    ends = [parse_iso(held.hold_end_at)] if held.hold_end_at else []
    if held.departed_at and not isinstance(cap_d, Unknown):
        departed = parse_iso(held.departed_at)
        ends.append(replace(departed, utc_ms=departed.utc_ms + int(cap_d * DAY_MS)))
    return min(ends, key=lambda end: end.utc_ms) if ends else MISSING


ShipmentFact = str | bool | int | Decimal | date | Moment | tuple[str, ...] | Unknown


def shipment_facts(
    held: Shipment,
    *,
    expiries: tuple[str, ...] = (),
    lots: tuple[str, ...] = (),
    announced: tuple[str, ...] = (),
    cap_d: Decimal | Unknown = MISSING,
) -> dict[str, ShipmentFact]:
    """The facts ``shipment.*``. ``cap_d``: the site's limit ``shipper_cap_d``, MISSING until two have signed it.

    ``announced``: the expiry that the notice named for each container, "" where it named none.
    """
    logger = held.logger
    named = [expires_on(expiry) for expiry in announced if expiry]
    calibrated = logger.get("calibrated")
    return {
        "shipment.waybill": held.waybill or MISSING,
        "shipment.shipper": held.shipper or MISSING,
        "shipment.seal": held.seals[0] if held.seals else MISSING,
        "shipment.count": held.count or MISSING,
        "shipment.lot": held.lot or MISSING,
        "shipment.expires_on": min(named) if named else SILENT if announced else MISSING,
        "shipment.hold_end_at": hold_end(held, cap_d),
        "shipment.logger_serial": logger.get("serial") or MISSING,
        "shipment.logger_calibrated": SILENT
        if calibrated == "silent"
        else calibrated == "yes"
        if calibrated
        else MISSING,
        "shipment.logger_alarm": logger.get("alarm") or MISSING,
        "shipment.logger_c_max": Decimal(logger["c_max"]) if "c_max" in logger else MISSING,
        "shipment.logger_gap_min": Decimal(logger["gap_min"]) if "gap_min" in logger else MISSING,
        "shipment.acceptance_missing": acceptance_missing(held, expiries, lots),
    }

"""A shipper used as a store: put down closed, read with a photograph, and how long it may still be one (E12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .. import canonical, excursion_dossier, places, shipper_hold
from ..clock import Moment, parse_iso
from ..container_life import Container
from ..desk import Desk
from ..deviations import Cause
from ..entry import STATION, Actor, Change, Doc
from ..excursion_dossier import HOLD_END, Known, Span
from ..places import Place
from ..refusal import Refusal
from ..runs import Answer, Run, calcs
from ..shipments import Shipment
from ..shipments import shipment as shipment_of
from ..shipper_hold import Countdown, ShipperReading
from . import deviations, excursions, late_stays, site_limits
from .places import device_limit, get, inside, tree

KIND = "shipper"
# Checklists after which the shipper stays closed and is the store (clinical-review 5.1, 5.3).
CUSTODY = ("night-custody", "receipt-not-opened")
_DISPLAY, _PLACED, _NEXT, _SERIAL = "R-16", "R-45", "R-46", "R-10"


# --- put down closed --------------------------------------------------------------------------------------------------


def shipper_code(desk: Desk, run: Run) -> str:
    """The code of the shipper that a custody walk puts down, "" for any other walk: its serial number as announced or
    scanned, else the shipment's own number."""
    id = run.subjects.get("shipment", "")
    held = desk.store.get("shipment", id) if id else None
    if run.template.id not in CUSTODY or held is None:
        return ""
    scanned = _value(run, _SERIAL)
    serial = str(held.doc.get("shipper") or "") or str(scanned["text"] if isinstance(scanned, Mapping) else "")
    known = tree(desk).by_code(serial) if serial.strip() else None
    return serial.strip() if serial.strip() and (known is None or known.kind == KIND) else id


def custody_changes(desk: Desk, run: Run, event: Answer, at: Moment, who: Actor) -> list[Change]:
    """What the answers of a custody walk make of the shipper: a place that holds its containers (R-45), read for the
    first time at the door (R-16), to be read again when somebody said (R-46). Written with the answer."""
    code = shipper_code(desk, run)
    if not code or event.not_applicable or event.key.step not in (_DISPLAY, _PLACED, _NEXT):
        return []
    held = tree(desk).by_code(code)
    if event.key.step == _PLACED:
        place = _put_down(desk, run, code, str(event.value), at)
        return [place, *_first_reading(desk, run, place.id, at)]
    if held is None or held.shipment != run.subjects["shipment"]:
        return []  # it is not a place yet: R-45 takes these answers along
    if event.key.step == _DISPLAY:
        return _first_reading(desk, run, held.id, at)
    return [Change("place", held.id, {"reading_due_at": str(event.value)})]


def _put_down(desk: Desk, run: Run, code: str, stands: str, at: Moment) -> Change:
    """The shipper's place: new, or known from an earlier delivery and now this one's."""
    known = tree(desk)
    held, spot = known.by_code(code), known.by_code(stands)
    above = [one for one in known.up(spot.id) if one.kind in ("site", "room")] if spot is not None else []
    sites = [one for one in known.places.values() if one.kind == "site" and one.state == places.IN_USE]
    parent = (above or sites)[0].id if above or sites else ""
    delivery = desk.store.get("shipment", run.subjects["shipment"])
    assert delivery is not None
    fields = _of_delivery(shipment_of(delivery.id, delivery.doc), run, at)
    fields |= {"parent": parent, "stands": stands, "state": places.IN_USE}
    if held is not None:
        again = held.shipment == delivery.id  # the same delivery put somewhere else: its tilt is not forgotten
        return Change("place", held.id, fields if again else fields | {"tilted_at": ""})
    id = desk.store.next_id("place", f"P-{desk.store.station}-")
    new = Place(id, KIND, code, zh=f"运输罐 {code}", en=f"Shipper {code}")
    return Change("place", id, new.doc | fields)


def _of_delivery(delivery: Shipment, run: Run, at: Moment) -> Doc:
    """``filled_at`` as ``shipments.hold_end`` counts it: from departure; where nobody said that, from arrival."""
    arrived = calcs.mark(run, "ARRIVED")
    filled = delivery.departed_at or delivery.arrived_at or (arrived.event_at if arrived is not None else at.iso)
    fields: Doc = {"hold_end_at": delivery.hold_end_at, "filled_at": filled, "shipment": delivery.id}
    return fields | {"reading_due_at": str(_value(run, _NEXT) or "")}


def _first_reading(desk: Desk, run: Run, place: str, at: Moment) -> list[Change]:
    """The display was photographed at the door: the reading from which the next one counts."""
    found = [answer for key, answer in run.current.items() if key.step == _DISPLAY and not answer.not_applicable]
    if not found or not isinstance(found[0].value, Mapping):
        return []
    shown, read_at = found[0].parts.get("shown_c"), parse_iso(found[0].event_at)
    c = str(shown["decimal"]) if isinstance(shown, Mapping) else str(shown or "")
    known = [one.doc for one in desk.store.find("round", place=place)]
    if not c or any(doc.get("run") == run.id and (doc["at"], doc["c"]) == (read_at.iso, c) for doc in known):
        return []
    doc = _reading(place, read_at, found[0].by.person, Decimal(c), str(found[0].value["sha256"]))
    return [Change("round", _reading_id(desk, at), doc | {"run": run.id})]


def _value(run: Run, step: str) -> Any:
    return next((one.value for key, one in run.current.items() if key.step == step and not one.not_applicable), None)


# --- read -------------------------------------------------------------------------------------------------------------


def _reading_id(desk: Desk, at: Moment) -> str:
    return desk.store.next_id("round", f"L-{desk.store.station}-{at.local.year}-")


def _reading(place: str, at: Moment, by: str, c: Decimal, photo: str, upright: bool = True) -> Doc:
    return {"place": place, "state": "done", "kind": KIND, "at": at.iso, "by": by, "c": str(c), "photo": photo,
            "upright": upright}  # fmt: skip


def record_shipper_reading(desk: Desk, code: str, c: Decimal, photo: bytes, *, upright: bool = True) -> Countdown:
    """What the shipper's display shows now, with its photograph; the countdown is trusted for four hours more.

    A reading warmer than the limit of what is inside goes the way of every device (domain 5.3): an excursion, and what
    is in it is on hold. Found tilted or knocked over, its hold time counts no more until it is assessed anew.
    """
    at, who = desk.begin("start_round")
    known = tree(desk)
    shipper = get(desk, code, known)
    if shipper.kind != KIND:
        raise Refusal("place.not_a_shipper", place=shipper.code)
    id = _reading_id(desk, at)
    changes = [Change("round", id, _reading(shipper.id, at, who.person, c, canonical.sha256(photo), upright))]
    limit = device_limit(desk, known, shipper)
    if limit is not None and c > limit[0]:
        changes += late_stays.reading_changes(desk, shipper, (at.utc_ms, c), id, at=at, who=who)
    if not upright:
        changes.append(Change("place", shipper.id, {"tilted_at": at.iso}))
    desk.write("start_round", changes, at=at, who=who, blobs=(photo,))
    if not upright and not shipper.tilted_at:
        facts = (("place", shipper.code),)
        cause = Cause("shipper_tilted", "major", facts=facts, about=shipper.id)
        desk.write("start_round", deviations.opening_changes(desk, [cause], at=at, who=who), at=at, who=who)
    hold_over(desk)
    return shipper_countdown(desk, shipper.code)


def last_reading(desk: Desk, place: str) -> ShipperReading | None:
    """The newest reading with a photograph; rounds of other kinds say nothing of it."""
    for held in desk.store.find("round", place=place, newest=True):
        doc = held.doc
        if doc["kind"] == KIND:
            return ShipperReading(parse_iso(doc["at"]), Decimal(doc["c"]), str(doc["photo"]), bool(doc["upright"]))
    return None


def shipper_countdown(desk: Desk, code: str) -> Countdown:
    """Until when a shipper may be the store, and when the next reading is due (Today, the storage page)."""
    known = tree(desk)
    shipper = get(desk, code, known)
    limit = device_limit(desk, known, shipper)
    site = site_limits.site_facts(desk)
    return shipper_hold.countdown(
        shipper,
        last_reading(desk, shipper.id),
        desk.now(),
        limit_c_max=None if limit is None else limit[0],
        cap_d=site.get("site.shipper_cap_d"),
        every_h=site.get("site.shipper_reading_h_max", shipper_hold.SHIPPER_READING_H),
    )


def stores(desk: Desk) -> Iterable[tuple[Place, list[Container]]]:
    """Every shipper that something is in, with what is in it."""
    known = tree(desk)
    for one in known.places.values():
        if one.kind == KIND and one.state == places.IN_USE:
            there = inside(desk, known, one.id)
            if there:
                yield one, there


# --- for longer than it may be ----------------------------------------------------------------------------------------


def hold_over(desk: Desk) -> list[str]:
    """Hold what is in a shipper past the end of its hold time, as the station, once: an excursion with banner, sound
    and dossier, whatever its display shows. Returns the excursions that were opened."""
    opened: list[str] = []
    for shipper, there in stores(desk):
        count = shipper_countdown(desk, shipper.code)
        if count.alarm_h != 0 or count.act_by is None:
            continue
        span = Span(HOLD_END, count.act_by.utc_ms, None)
        known = [
            Known(held.id, tuple(Span(*row) for row in held.doc["spans"]), False)
            for held in desk.store.find("excursion", place=shipper.id)
        ]
        new, _ = excursion_dossier.fresh((span,), known)
        if new:
            at, probe = desk.now(), late_stays.probe_at(desk, shipper)
            judgement = _over(desk, shipper, there, span)
            changes = excursions.opened_changes(desk, probe, "", judgement, new, at=at, who=STATION)
            desk.write("judge_series", changes, at=at, who=STATION)
            opened.append(next(change.id for change in changes if change.kind == "excursion"))
    return opened


def _over(desk: Desk, shipper: Place, there: list[Container], span: Span) -> Doc:
    """A judgement in the form of ``temperature.verdict.facts``: no reading is beyond a limit, the time is over."""
    limit = device_limit(desk, tree(desk), shipper)
    told = ["high", str(limit[0]), limit[1]] if limit is not None else None
    products = [
        {"key": one.id, "level": 2, "limit_c_max": told[1] if told else "", "limit": told, "warmest": None,
         "coldest": None, "over_ms": 0, "over_worst_ms": 0, "hole_ms": 0,
         "holds": [[HOLD_END, None, span.start_ms, None, False]]}
        for one in there
    ]  # fmt: skip
    return {"level": 2, "excursions": [], "summaries_out": [], "products": products, "hi": None, "out_ms": 0,
            "out_worst_ms": 0, "lines": [], "suspicions": [], "limits": [told] if told else []}  # fmt: skip

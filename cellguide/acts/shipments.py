"""Shipments: the holder's notice, what an acceptance record still needs, and the arrival."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .. import container_life, shipments
from ..clock import Moment
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..orders import LIVE
from ..refusal import Refusal
from ..shipments import Announced, Shipment
from . import containers as container_acts
from .records import check_reason


def get(desk: Desk, id: str) -> Shipment:
    """Raises Refusal ``shipment.unknown``."""
    held = desk.store.get("shipment", id)
    if held is None:
        raise Refusal("shipment.unknown", shipment=id)
    return shipments.shipment(id, held.doc)


def of_order(desk: Desk, order: str) -> list[Shipment]:
    """The shipments of an order, the first first."""
    return [shipments.shipment(held.id, held.doc) for held in desk.store.find("shipment", order=order)]


def expected(desk: Desk) -> list[Shipment]:
    """What has been announced and has not come."""
    return [shipments.shipment(held.id, held.doc) for held in desk.store.find("shipment", state=shipments.ANNOUNCED)]


def announce_shipment(
    desk: Desk, order: str, new: Shipment, announced: Sequence[Announced] = (), files: Mapping[str, bytes] | None = None
) -> Shipment:
    """Write down the holder's notice for one order, with its containers ``<order>-<n>``. Nothing is compulsory but the
    order, which may be provisional.

    ``files``: notice, invoice … → the document. Raises ``order.unknown``, ``order.over``, ``shipment.waybill_used``,
    those of ``shipments.check_shipment`` and ``check_announced``.
    """
    at, who = desk.begin("announce_shipment")
    held = desk.store.get("order", order)
    if held is None:
        raise Refusal("order.unknown", order=order)
    if held.doc["state"] not in LIVE:
        raise Refusal("order.over", order=order, state=held.doc["state"])
    shipments.check_shipment(new)
    shipments.check_announced(tuple(announced))
    if new.waybill:
        same = desk.store.find("shipment", waybill=new.waybill, limit=1)
        if same:
            raise Refusal("shipment.waybill_used", waybill=new.waybill, shipment=same[0].id, order=same[0].doc["order"])
    id = desk.store.next_id("shipment", f"SH-{desk.store.station}-{at.local.year}-")
    papers = dict(new.papers) | {name: hashlib.sha256(data).hexdigest() for name, data in (files or {}).items()}
    lots = {one.lot for one in announced if one.lot}
    lot = new.lot or (lots.pop() if len(lots) == 1 else "")
    doc = replace(new, order=order, state=shipments.ANNOUNCED, count=len(announced), lot=lot, papers=papers).doc
    changes = [Change("shipment", id, doc), *_container_changes(desk, order, id, lot, announced)]
    desk.write("announce_shipment", changes, at=at, who=who, blobs=list((files or {}).values()))
    return get(desk, id)


def _container_changes(desk: Desk, order: str, shipment: str, lot: str, announced: Sequence[Announced]) -> list[Change]:
    changes: dict[str, Change] = {}
    for one in announced:
        id = container_acts.free_id(desk, order, one.n, changes)
        fields = one._asdict() | {"lot": one.lot or lot}
        changes[id] = container_life.new_container(id, order, shipment=shipment, **fields)
    return list(changes.values())


def change_shipment(
    desk: Desk, id: str, fields: Mapping[str, Any], reason: str = "", files: Mapping[str, bytes] | None = None
) -> Shipment:
    """Fill in what the notice did not say (what ``acceptance_missing`` lists); replacing a value wants a reason.

    Raises ``shipment.field``, ``reason.short``, those of ``shipments.check_shipment``.
    """
    at, who = desk.begin("announce_shipment")
    held = get(desk, id)
    unknown = set(fields) - set(shipments.EDITABLE)
    if unknown:
        raise Refusal("shipment.field", field=", ".join(sorted(unknown)))
    papers = dict(held.papers) | {name: hashlib.sha256(data).hexdigest() for name, data in (files or {}).items()}
    wanted = replace(held, **{"papers": papers, **fields})
    shipments.check_shipment(wanted)
    old = held.doc
    doc: Doc = {name: value for name, value in wanted.doc.items() if value != old[name]}
    if any(old[name] for name in doc if name != "papers"):
        check_reason(reason)
    changes = [Change("shipment", id, doc, reason), *_lot_changes(desk, held, doc, reason)]
    desk.write("announce_shipment", changes, at=at, who=who, blobs=list((files or {}).values()))
    from .walks import rejudge_about  # walks reads shipments: the other way round it is a call, not a dependence

    rejudge_about(desk, held.order)
    return get(desk, id)


def _lot_changes(desk: Desk, held: Shipment, doc: Doc, reason: str) -> list[Change]:
    """The containers that carry the shipment's lot carry the new one: a notice that is put right is right for them."""
    if "lot" not in doc:
        return []
    own = [one for one in container_acts.of_order(desk, held.order) if one.shipment == held.id]
    return [Change("container", one.id, {"lot": doc["lot"]}, reason) for one in own if one.lot in ("", held.lot)]


def arrival_changes(
    desk: Desk, id: str, *, at: Moment, who: Actor, event_at: Moment | None = None, run: str = ""
) -> list[Change]:
    """Entries for the arrival of a shipment with all its containers; those that turn out to be missing are taken back
    (``containers.correction_changes``) when they are counted.
    """
    moment = event_at or at
    held = get(desk, id)
    ids = [one.id for one in container_acts.of_order(desk, held.order) if one.shipment == id]
    doc = {"state": shipments.ARRIVED, "arrived_at": moment.iso}
    arrived = Change("shipment", id, doc, event_at=moment.iso if event_at is not None else "")
    return [
        arrived,
        *container_acts.fact_changes(desk, "arrived", ids, at=at, who=who, event_at=event_at, run=run),
    ]


def record_arrival(desk: Desk, id: str, *, event_at: Moment | None = None) -> Shipment:
    """The shipment is here; accepted whatever its order says (DESIGN.md 0.3)."""
    at, who = desk.begin("record_fact")
    desk.write("record_fact", arrival_changes(desk, id, at=at, who=who, event_at=event_at), at=at, who=who)
    return get(desk, id)

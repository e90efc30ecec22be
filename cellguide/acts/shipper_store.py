"""A shipper used as a store: readings with a photograph, and how long it may still be one (clinical-review E12)."""

from __future__ import annotations

from decimal import Decimal

from .. import canonical, places
from ..clock import parse_iso
from ..desk import Desk
from ..deviations import Cause
from ..entry import Change, Doc
from ..places import Countdown, ShipperReading
from ..refusal import Refusal
from . import deviations, site_limits
from .places import device_limit, get, tree


def record_shipper_reading(desk: Desk, code: str, c: Decimal, photo: bytes, *, upright: bool = True) -> Countdown:
    """What the shipper's display shows now, with its photograph; the countdown is trusted for four hours more.

    A reading warmer than the limit of what is inside is kept like any other, and opens a deviation.
    """
    at, who = desk.begin("start_round")
    known = tree(desk)
    shipper = get(desk, code, known)
    if shipper.kind != "shipper":
        raise Refusal("place.not_a_shipper", place=shipper.code)
    id = desk.store.next_id("round", f"L-{desk.store.station}-{at.local.year}-")
    doc: Doc = {"place": shipper.id, "state": "done", "kind": "shipper", "at": at.iso, "by": who.person, "c": str(c)}
    doc |= {"photo": canonical.sha256(photo), "upright": upright}
    limit = device_limit(desk, known, shipper)
    causes = []
    if (limit is not None and c > limit[0]) or not upright:
        facts = (("place", shipper.code), ("c", str(c)), ("limit", str(limit[0]) if limit is not None else "–"))
        causes.append(Cause("shipper_reading", "major", facts=facts))
    changes = [Change("round", id, doc), *deviations.opening_changes(desk, causes, at=at, who=who)]
    desk.write("start_round", changes, at=at, who=who, blobs=(photo,))
    return shipper_countdown(desk, shipper.code)


def shipper_countdown(desk: Desk, code: str) -> Countdown:
    """Until when a shipper may be the store, and when the next reading is due (Today, the storage page)."""
    known = tree(desk)
    shipper = get(desk, code, known)
    last = None
    for held in desk.store.find("round", place=shipper.id, newest=True, limit=1):
        doc = held.doc
        last = ShipperReading(parse_iso(doc["at"]), Decimal(doc["c"]), str(doc["photo"]), bool(doc["upright"]))
    limit = device_limit(desk, known, shipper)
    site = site_limits.site_facts(desk)
    return places.countdown(
        shipper,
        last,
        desk.now(),
        limit_c_max=None if limit is None else limit[0],
        cap_d=site.get("site.shipper_cap_d"),
        every_h=site.get("site.shipper_reading_h_max", places.SHIPPER_READING_H),
    )

"""Finding what a person typed or scanned anywhere: orders, shipments, containers, records, deviations, places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .. import labels
from ..desk import Desk
from ..entry import Doc
from ..runs.inputs import same_text
from ..store import Held

KINDS = ("order", "shipment", "container", "record", "deviation", "place")
SHOWN = 30
# Fields of a scanned label that something here is known by; a GTIN is a product's, an expiry anybody's.
_TERMS = ("coi", "din", "sec", "lot", "serial", "sscc", "additional_id", "secondary_serial", "patient_id", "trace_code")
# Kind → the fields of its document that are identifiers: equal to one of them, it is meant and not merely similar.
_IDENTIFIERS = {
    "order": ("coi", "din", "aph_id", "sec"),
    "shipment": ("waybill", "shipper", "lot"),
    "container": ("din", "lot"),
    "place": ("code",),
}


class Found(NamedTuple):
    """``exact``: the text is an identifier of each · ``more``: there may be older ones."""

    held: tuple[Held, ...]
    exact: bool
    more: bool = False


def find(desk: Desk, untrusted_text: str, *, limit: int = SHOWN) -> Found:
    """What is called or numbered so, newest first. Where it is an identifier of some, the others are not shown.

    A GS1 or ISBT 128 code is looked up by each of its fields that can identify something.
    """
    scan = labels.read(untrusted_text)
    told = dict(scan.fields)
    flagged = told.get("din", "") + told.get("flags", "")  # a notice numbers bags by the two flag characters
    terms = list(dict.fromkeys([scan.text, flagged, *(told[name] for name in _TERMS if name in told)]))
    found: dict[tuple[str, str], Held] = {}
    exact: dict[tuple[str, str], Held] = {}
    for term in filter(None, terms):
        for held in _called(desk, term, limit):
            found[held.kind, held.id] = held
            if any(same_text(term, one) for one in (held.id, *_identifiers(held))):
                exact[held.kind, held.id] = held
    shown = tuple((exact or found).values())
    return Found(shown[:limit], bool(exact), len(shown) >= limit)


def _called(desk: Desk, term: str, limit: int) -> Iterator[Held]:
    yield from desk.store.find("place", code=term, limit=1)
    for hit in desk.store.search(term, kinds=KINDS, limit=limit):
        held = desk.store.get(hit.kind, hit.id)
        if held is not None:
            yield held


def _identifiers(held: Held) -> Iterator[str]:
    doc: Doc = held.doc
    yield from (str(doc.get(name, "")) for name in _IDENTIFIERS.get(held.kind, ()))
    if held.kind == "order":
        yield from (str(number.get("value", "")) for number in (doc.get("patient") or {}).get("numbers", ()))

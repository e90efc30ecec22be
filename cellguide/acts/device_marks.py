"""What happened at a device, marked with its evidence: the lid was open, nitrogen was refilled, the probe was faulty.

A mark explains a curve and judges nothing: it stands on the chart and in the dossier beside what was measured.
"""

from __future__ import annotations

from typing import NamedTuple

from .. import canonical
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import Change, Doc
from ..excursion_dossier import RESOLVED
from ..refusal import Refusal
from . import excursions
from . import places as place_acts
from .records import check_reason

KINDS = ("lid_open", "refill", "probe_fault")


class Evidence(NamedTuple):
    """What shows it: a photograph, a delivery note, a logger's own list. ``name``: of the file, as it came."""

    data: bytes
    name: str


class DeviceMark(NamedTuple):
    """One mark. ``until``: None for a single moment; ``sha256`` and ``file``: of the evidence, "" where a person's own
    words are all there is; ``excursion``: the one it explains, or ""."""

    id: str
    kind: str
    since: Moment
    until: Moment | None
    text: str
    by: str
    sha256: str
    file: str
    excursion: str


def mark_device(
    desk: Desk,
    place: str,
    kind: str,
    since: Moment,
    until: Moment | None,
    text: str,
    evidence: Evidence | None = None,
    *,
    excursion: str = "",
) -> str:
    """Mark what happened at a device (its code or id) and how that is known: ``text`` says who saw what, ``evidence``
    shows it. ``excursion``: becomes its cause too, in the same entry's transaction. Returns the mark's id.

    Raises ``device_mark.kind``, ``device_mark.future``, ``device_mark.order``, ``reason.short``,
    ``place.not_a_device``, ``device_mark.other_place``, ``excursion.unknown``, ``excursion.resolved``.
    """
    at, who = desk.begin("mark_device")
    if kind not in KINDS:
        raise Refusal("device_mark.kind", given=kind, allowed=", ".join(KINDS))
    check_reason(text)
    last = until or since
    if last.utc_ms < since.utc_ms:
        raise Refusal("device_mark.order", since=since.iso, until=last.iso)
    if last.utc_ms > at.utc_ms:
        raise Refusal("device_mark.future", given=last.iso, now=at.iso)
    device = place_acts.device(desk, place)
    id = desk.store.next_id("event", f"K-{desk.store.station}-{at.local.year}-")
    doc: Doc = {"kind": kind, "place": device.id, "at": at.iso, "by": who.person, "text": text.strip()}
    doc |= {"since": since.iso, "until": until.iso if until is not None else "", "excursion": excursion}
    doc |= {"sha256": canonical.sha256(evidence.data) if evidence is not None else ""}
    doc |= {"file": evidence.name if evidence is not None else ""}
    changes = [Change("event", id, doc, event_at=since.iso)]
    if excursion:
        about = excursions.get(desk, excursion)
        if about["state"] == RESOLVED:
            raise Refusal("excursion.resolved", excursion=excursion)
        if about["place"] != device.id:
            raise Refusal("device_mark.other_place", excursion=excursion, place=device.code)
        changes.append(Change("excursion", excursion, {"cause": kind, "cause_text": text.strip()}))
    desk.write("mark_device", changes, at=at, who=who, blobs=(evidence.data,) if evidence is not None else ())
    return id


def marks_of(desk: Desk, place_id: str, start_ms: int, end_ms: int) -> list[DeviceMark]:
    """The marks of a device that touch a time, oldest first."""
    found = []
    for held in desk.store.find("event", place=place_id):
        doc = held.doc
        if doc["kind"] not in KINDS:
            continue
        since, until = parse_iso(doc["since"]), parse_iso(doc["until"]) if doc["until"] else None
        if since.utc_ms <= end_ms and (until or since).utc_ms >= start_ms:
            facts = (str(doc[name]) for name in ("text", "by", "sha256", "file", "excursion"))
            found.append(DeviceMark(held.id, str(doc["kind"]), since, until, *facts))
    return sorted(found, key=lambda mark: mark.since.utc_ms)

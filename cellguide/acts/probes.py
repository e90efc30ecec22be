"""Probes and loggers: registered, calibrated, and the sources whose tables were described once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from .. import canonical, probes
from ..clock import parse_iso
from ..desk import Desk
from ..deviations import Cause
from ..entry import Change, Doc
from ..probes import Due, Probe
from ..refusal import Refusal
from . import deviations
from . import places as place_acts
from .records import check_reason


def get(desk: Desk, id: str) -> Probe:
    """Raises Refusal ``probe.unknown``."""
    held = desk.store.get("probe", id)
    if held is None:
        raise Refusal("probe.unknown", probe=id)
    return probes.probe(id, held.doc)


def listed(desk: Desk, place: str = "") -> list[Probe]:
    """Every probe in use, or those of one device (its id)."""
    find = desk.store.find
    found = find("probe", place=place) if place else find("probe", state=probes.IN_USE)
    return [probes.probe(held.id, held.doc) for held in found if held.doc["state"] == probes.IN_USE]


def by_serial(desk: Desk, serial: str) -> Probe | None:
    """The probe in use whose logger has that serial number, however it is written."""
    return next((one for one in listed(desk) if probes.same_serial(one.serial, serial)), None)


def add_probe(desk: Desk, new: Probe) -> Probe:
    """Register a probe at a device. Raises those of ``probes.check_probe``, ``probe.place``, ``probe.certificate``."""
    at, who = desk.begin("add_probe")
    known = place_acts.tree(desk)
    place = place_acts.get(desk, new.place, known)
    if not place.device:
        raise Refusal("probe.place", place=place.code)
    new = replace(new, place=place.id, state=probes.IN_USE)
    probes.check_probe(new, listed(desk))
    assert new.certified is not None  # every certificate is read, or refused
    id = desk.store.next_id("probe", f"T-{desk.store.station}-")
    desk.write("add_probe", [Change("probe", id, new.doc | {"added_at": at.iso})], at=at, who=who)
    return get(desk, id)


def change_probe(desk: Desk, id: str, fields: Doc, reason: str) -> Probe:
    """Change a probe: moved to another device, another place in it, its interval, its answers. Raises
    ``reason.short`` and those of ``add_probe``."""
    at, who = desk.begin("add_probe")
    check_reason(reason)
    held = get(desk, id)
    wanted = replace(held, **fields)
    if "place" in fields:
        place = place_acts.get(desk, wanted.place)
        if not place.device:
            raise Refusal("probe.place", place=place.code)
        wanted = replace(wanted, place=place.id)
    probes.check_probe(wanted, listed(desk))
    doc = {name: value for name, value in wanted.doc.items() if value != held.doc[name]}
    desk.write("add_probe", [Change("probe", id, doc, reason)], at=at, who=who)
    return get(desk, id)


# --- calibration ------------------------------------------------------------------------------------------------------


class Doubted(NamedTuple):
    """What rests on a probe that was found wrong: imports and excursions since its last good calibration."""

    since: date | None
    series: tuple[str, ...]
    excursions: tuple[str, ...]


def record_calibration(
    desk: Desk,
    id: str,
    number: str,
    calibrated_on: date,
    due_on: date | None = None,
    points: tuple[tuple[str, str, str], ...] = (),
    *,
    as_found: str = "pass",
    file: bytes | None = None,
) -> Doubted:
    """Write down a certificate; ``points``: (nominal °C, U at k = 2, error) as typed. Without ``due_on`` a year.

    ``as_found`` "fail": the list of everything measured since the last good calibration comes back, is kept in the
    entry, and a deviation opens. Raises ``probe.unknown``, ``probe.certificate``, ``probe.as_found``.
    """
    at, who = desk.begin("record_calibration")
    held = get(desk, id)
    if as_found not in probes.AS_FOUND:
        raise Refusal("probe.as_found", given=as_found)
    until = due_on or probes.usual_due(calibrated_on)
    doc: Doc = {"number": number.strip(), "calibrated_on": calibrated_on.isoformat(), "due_on": until.isoformat()}
    doc |= {"points": [list(row) for row in points], "as_found": as_found}
    doc |= {"sha256": canonical.sha256(file) if file is not None else "", "by": who.person, "at": at.iso}
    probes.certificate(doc)
    doubted, causes = Doubted(None, (), ()), []
    if as_found == "fail":
        doubted = in_doubt(desk, held, calibrated_on)
        doc["doubted"] = {"series": list(doubted.series), "excursions": list(doubted.excursions)}
        facts = (("probe", id), ("serial", held.serial), ("count", str(len(doubted.series))))
        causes.append(Cause("as_found", "major", facts=facts))
    certificates = sorted([*held.doc["certificates"], doc], key=lambda one: str(one["calibrated_on"]))
    changes = [Change("probe", id, {"certificates": certificates})]
    changes += deviations.opening_changes(desk, causes, at=at, who=who)
    desk.write("record_calibration", changes, at=at, who=who, blobs=(file,) if file is not None else ())
    return doubted


def in_doubt(desk: Desk, held: Probe, failed_on: date) -> Doubted:
    """Everything that a probe measured since the last calibration before ``failed_on``."""
    since = probes.in_doubt_since(held, failed_on)
    start_ms = parse_iso(f"{since.isoformat()}T00:00:00+00:00").utc_ms if since is not None else 0
    series = tuple(one.id for one in desk.store.find("series", probe=held.id) if one.doc["last_ms"] >= start_ms)
    excursions = tuple(
        one.id for one in desk.store.find("excursion", place=held.place) if set(one.doc["series"]) & set(series)
    )
    return Doubted(since, series, excursions)


def calibrations_due(desk: Desk) -> list[tuple[Probe, Due]]:
    """Every probe whose calibration is over, ends within 30 days, or was never recorded (Today)."""
    day = desk.now().day
    found = [(one, probes.due(one, day)) for one in listed(desk)]
    return [(one, due) for one, due in found if due.word != "ok"]


# --- described sources ------------------------------------------------------------------------------------------------


def describe_source(desk: Desk, probe: str, description: str, words: Mapping[str, str]) -> str:
    """Keep how a source's tables are to be read, as ``loggers.description`` writes it, and bind it to a probe; its next
    files are read without a question. A source that was described before is described anew as the next version.

    Raises ``logger.description_unreadable``, ``probe.unknown``.
    """
    from ..loggers.description import SourceDescription

    at, who = desk.begin("describe_source")
    held = get(desk, probe)
    read = SourceDescription.from_json(description)
    doc: Doc = {"fingerprint": read.fingerprint, "state": "in_use", "description": read.to_json(), "probe": probe}
    doc |= {"zh": words.get("zh", ""), "en": words.get("en", ""), "by": who.person, "at": at.iso}
    id = held.source or desk.store.next_id("source", f"Q-{desk.store.station}-")
    changes = [Change("source", id, doc), Change("probe", probe, {"source": id})]
    desk.write("describe_source", changes, at=at, who=who)
    return id


def description_of(desk: Desk, held: Probe) -> Any:
    """The ``SourceDescription`` that a probe's files are read with, None where none was needed."""
    source = desk.store.get("source", held.source) if held.source else None
    if source is None:
        return None
    from ..loggers.description import SourceDescription

    return SourceDescription.from_json(str(source.doc["description"]))

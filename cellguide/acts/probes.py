"""Probes and loggers: registered, replaced, calibrated, and the sources whose tables were described once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from .. import canonical, probes
from ..desk import Desk
from ..deviations import Cause
from ..entry import Actor, Change, Doc
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


def ever(desk: Desk, place: str) -> list[Probe]:
    """Every probe that was ever registered at a device (its id), those out of use included."""
    return [probes.probe(held.id, held.doc) for held in desk.store.find("probe", place=place)]


def by_serial(desk: Desk, serial: str) -> Probe | None:
    """The probe in use whose logger has that serial number, however it is written."""
    return next((one for one in listed(desk) if probes.same_serial(one.serial, serial)), None)


def add_probe(desk: Desk, new: Probe) -> Probe:
    """Register a probe at a device. Raises those of ``probes.check_probe``, ``probe.place``, ``probe.certificate``."""
    at, who = desk.begin("add_probe")
    new = replace(new, place=_device(desk, new.place), state=probes.IN_USE)
    probes.check_probe(new, listed(desk))
    assert new.certified is not None  # every certificate is read, or refused
    id = desk.store.next_id("probe", f"T-{desk.store.station}-")
    desk.write("add_probe", [Change("probe", id, new.doc | {"added_at": at.iso})], at=at, who=who)
    return get(desk, id)


def change_probe(desk: Desk, id: str, fields: Doc, reason: str) -> Probe:
    """Change a probe: its name, where in the device it sits, its interval, its answers, its device.

    What a logger measured stays with the device it measured: one that has readings is registered anew at the other
    device, and the new registration comes back. Raises ``reason.short``, ``probe.retired``, ``probe.measured`` (another
    serial number is another logger) and those of ``add_probe``.
    """
    at, who = desk.begin("add_probe")
    check_reason(reason)
    held = _in_use(desk, id)
    wanted = replace(held, **fields)
    if "place" in fields:
        wanted = replace(wanted, place=_device(desk, wanted.place))
    measured = bool(desk.store.find("series", probe=id, limit=1))
    if measured and not probes.same_serial(wanted.serial, held.serial):
        raise Refusal("probe.measured", serial=held.serial)
    probes.check_probe(wanted, listed(desk))
    if measured and wanted.place != held.place:
        return _succeed(desk, held, wanted, reason)
    doc = {name: value for name, value in wanted.doc.items() if value != held.doc[name]}
    desk.write("add_probe", [Change("probe", id, doc, reason)], at=at, who=who)
    return get(desk, id)


def replace_probe(desk: Desk, id: str, new: Probe, reason: str) -> Probe:
    """Another logger measures from now on where this one did. The old one keeps its readings and certificates.

    Raises ``reason.short``, ``probe.retired`` and those of ``add_probe``.
    """
    check_reason(reason)
    held = _in_use(desk, id)
    new = replace(new, place=held.place)
    probes.check_probe(new, [one for one in listed(desk) if one.id != id])
    assert new.certified is not None  # every certificate is read, or refused
    return _succeed(desk, held, new, reason)


def retire_probe(desk: Desk, id: str, reason: str) -> None:
    """Take a probe out of use; nothing of it is lost. Raises ``reason.short``, ``probe.retired``."""
    at, who = desk.begin("add_probe")
    check_reason(reason)
    _in_use(desk, id)
    desk.write("add_probe", [Change("probe", id, {"state": probes.RETIRED}, reason)], at=at, who=who)


def _succeed(desk: Desk, held: Probe, new: Probe, reason: str) -> Probe:
    """One probe goes and another begins, in one entry."""
    at, who = desk.begin("add_probe")
    id = desk.store.next_id("probe", f"T-{desk.store.station}-")
    doc = replace(new, state=probes.IN_USE).doc | {"added_at": at.iso, "before": held.id}
    changes = [Change("probe", held.id, {"state": probes.RETIRED, "after": id}, reason), Change("probe", id, doc)]
    desk.write("add_probe", changes, at=at, who=who)
    return get(desk, id)


def _in_use(desk: Desk, id: str) -> Probe:
    held = get(desk, id)
    if held.state != probes.IN_USE:
        raise Refusal("probe.retired", probe=id, serial=held.serial)
    return held


def _device(desk: Desk, code: str) -> str:
    place = place_acts.get(desk, code)
    if not place.device:
        raise Refusal("probe.place", place=place.code)
    return place.id


# --- calibration ------------------------------------------------------------------------------------------------------


class Doubted(NamedTuple):
    """What rests on a probe that was found wrong: the imports and excursions since its last good calibration
    (``since``, None: it never had one), and the containers that stood in the device while it measured."""

    since: date | None
    series: tuple[str, ...]
    excursions: tuple[str, ...]
    containers: tuple[str, ...] = ()


def record_calibration(
    desk: Desk,
    id: str,
    number: str,
    calibrated_on: date,
    due_on: date | None = None,
    points: tuple[tuple[str, str, str], ...] = (),
    *,
    as_found: str = "pass",
    lab: str = "",
    file: tuple[str, bytes] | None = None,
) -> Doubted:
    """Write down a certificate; ``points``: (nominal °C, U at k = 2, error) as typed; ``lab``: who calibrated;
    ``file``: the certificate's name and bytes. Without ``due_on`` a year.

    ``as_found`` "fail": the list of everything measured since the last good calibration comes back, is kept in the
    entry, and a deviation opens (regulation 3.6). Raises ``probe.unknown``, ``probe.certificate``, ``probe.as_found``,
    ``probe.certificate_ahead``, ``probe.certificate_known``.
    """
    at, who = desk.begin("record_calibration")
    held = get(desk, id)
    if as_found not in probes.AS_FOUND:
        raise Refusal("probe.as_found", given=as_found)
    until = due_on or probes.usual_due(calibrated_on)
    doc: Doc = {"number": number.strip(), "calibrated_on": calibrated_on.isoformat(), "due_on": until.isoformat()}
    doc |= {"points": [list(row) for row in points], "as_found": as_found, "lab": lab.strip()}
    doc |= {"sha256": "", "file": ""} if file is None else {"sha256": canonical.sha256(file[1]), "file": file[0]}
    doc |= {"by": who.person, "at": at.iso}
    probes.check_certificate(doc, held, at.day)
    doubted, opened = Doubted(None, (), ()), []
    if as_found == "fail":
        doubted = in_doubt(desk, held, calibrated_on)
        facts = (("probe", id), ("serial", held.serial), ("count", str(len(doubted.series))))
        cause = Cause("as_found", "major", facts=facts, about=id)
        opened = deviations.opening_changes(desk, [cause], at=at, who=who)
        doc["doubted"] = {name: list(ids) for name, ids in doubted._asdict().items() if name != "since"}
        doc["doubted"] |= {"since": doubted.since.isoformat() if doubted.since is not None else ""}
        doc["doubted"] |= {"deviation": opened[0].id}
    certificates = sorted([*held.doc["certificates"], doc], key=lambda one: str(one["calibrated_on"]))
    changes = [Change("probe", id, {"certificates": certificates}), *opened]
    desk.write("record_calibration", changes, at=at, who=who, blobs=(file[1],) if file is not None else ())
    return doubted


def in_doubt(desk: Desk, held: Probe, failed_on: date) -> Doubted:
    """Everything that a probe measured since the last calibration before ``failed_on``, that day included."""
    since = probes.in_doubt_since(held, failed_on)
    start_ms = _midnight_ms(desk, since) if since is not None else 0
    end_ms = _midnight_ms(desk, failed_on + timedelta(days=1))
    found = [
        one
        for one in desk.store.find("series", probe=held.id)
        if one.doc["last_ms"] >= start_ms and one.doc["first_ms"] < end_ms
    ]
    series = tuple(one.id for one in found)
    excursions = tuple(
        one.id for one in desk.store.find("excursion", place=held.place) if set(one.doc["series"]) & set(series)
    )
    containers: dict[str, None] = {}
    if found:
        first_ms = max(start_ms, min(int(one.doc["first_ms"]) for one in found))
        last_ms = min(end_ms, max(int(one.doc["last_ms"]) for one in found))
        stays = place_acts.stays_in(desk, held.place, first_ms, last_ms)
        containers = dict.fromkeys(stay.container for stay in stays)
    return Doubted(since, series, excursions, tuple(containers))


def doubted_by(certificate: Mapping[str, Any]) -> Doubted | None:
    """What a recorded certificate threw into doubt; None where the probe was not found wrong."""
    kept = certificate.get("doubted")
    if kept is None:
        return None
    since = date.fromisoformat(kept["since"]) if kept.get("since") else None
    return Doubted(since, *(tuple(kept.get(name, ())) for name in ("series", "excursions", "containers")))


def _midnight_ms(desk: Desk, day: date) -> int:
    zone = ZoneInfo(str(desk.site.get("zone", "UTC")))
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def calibrations_due(desk: Desk) -> list[tuple[Probe, Due]]:
    """Every probe whose calibration is over, ends within 30 days, or was never recorded (Today)."""
    day = desk.now().day
    found = [(one, probes.due(one, day)) for one in listed(desk)]
    return [(one, due) for one, due in found if due.word != "ok"]


# --- described sources ------------------------------------------------------------------------------------------------


def describe_source(desk: Desk, probe: str, description: str, words: Mapping[str, str], second: Actor) -> str:
    """Keep how a source's tables are to be read, as ``loggers.description`` writes it, and bind it to a probe; its next
    files are read without a question, so ``second`` has looked at what was read before that. A source that was
    described before is described anew as the next version.

    Raises ``logger.description_unreadable``, ``probe.unknown``, ``check.same_person``, those of ``desk.permit``.
    """
    from ..loggers.description import SourceDescription

    at, who = desk.begin("describe_source")
    held = get(desk, probe)
    if second.person == who.person:
        raise Refusal("check.same_person", person=who.person)
    desk.permit("describe_source", second)
    read = SourceDescription.from_json(description)
    doc: Doc = {"fingerprint": read.fingerprint, "state": "in_use", "description": read.to_json(), "probe": probe}
    doc |= {"zh": words.get("zh", ""), "en": words.get("en", ""), "by": who.person, "at": at.iso}
    doc |= {"reviewed_by": second.person, "reviewed_how": second.how}
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

"""Who was in a device is sometimes written down after its readings were judged: a move that is entered late, a position
that is timed anew, a tank that was emptied an hour ago. What the readings know of that stay holds the container then.

Called after the entries of the stay are written, with the changes that were: the stays are read from the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from .. import excursion_dossier
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..deviations import Cause
from ..entry import Actor, Change, Doc
from ..excursion_dossier import Span
from ..places import Place, Tree
from ..probes import Probe
from ..temperature.limits import Period
from . import deviations, excursions, imports
from . import places as place_acts
from . import probes as probe_acts

READ_BY_HAND = "round"  # the source of a judgement that rests on no logger


def hold_late(desk: Desk, act: str, written: Sequence[Change], *, at: Moment, who: Actor) -> None:
    """Judge what the devices already know of the stays that ``written`` tells of, and hold what was there, under
    ``act``. Nothing happens where a stay begins now, or where no reading touches it."""
    known = place_acts.tree(desk)
    for id, stays in _late(known, written, at).items():
        device = known.places[id]
        for since_ms, containers in sorted(stays.items()):
            judgement = _judged(desk, device, Period(since_ms, at.utc_ms), containers, at)
            changes = _held(desk, device, judgement, at=at, who=who) if judgement is not None else []
            if changes:
                desk.write(act, changes, at=at, who=who)


def _late(known: Tree, written: Sequence[Change], at: Moment) -> dict[str, dict[int, set[str]]]:
    """Device → since when (UTC ms) → containers that were put there at a time that is past."""
    found: dict[str, dict[int, set[str]]] = {}
    for change in written:
        if change.kind != "container" or not change.new.get("place") or not change.event_at:
            continue
        since_ms = parse_iso(change.event_at).utc_ms
        target = known.by_code(str(change.new["place"]))
        device = known.device(target.id) if target is not None else None
        if device is not None and since_ms < at.utc_ms:
            found.setdefault(device.id, {}).setdefault(since_ms, set()).add(change.id)
    return found


def _judged(desk: Desk, device: Place, period: Period, containers: set[str], at: Moment) -> Mapping[str, Any] | None:
    """What is known of a device while these containers were in it; None where nothing is."""
    evidence = imports.evidence(desk, device.id, period)
    stock = tuple(one for one in evidence.stock if one.key in containers)
    evidence = evidence._replace(stock=stock)
    if not evidence.imports:
        # Displays read by hand say nothing of the hours between them: each speaks for its own moment.
        read = [one for one in evidence.rounds if period.start_ms <= one[0] < period.end_ms]
        if not read:
            return None
        worst = max(read, key=lambda one: (one[1], one[0]))
        return reading_judgement(evidence, worst, at)
    return _facts(imports.judged(evidence, period, at))


def _facts(judgement: Any) -> Mapping[str, Any]:
    from ..temperature.verdict import facts

    return facts(judgement)


def reading_judgement(evidence: imports.Evidence, read: tuple[int, Decimal], at: Moment) -> Mapping[str, Any]:
    """What one reading from a display (UTC ms, °C) says, by the same rules as a file's."""
    period = Period(read[0], read[0] + 1)
    if read not in evidence.rounds:
        evidence = evidence._replace(rounds=(*evidence.rounds, read))
    return _facts(imports.judged(evidence, period, Moment(read[0] + 1, at.offset_min)))


def reading_changes(
    desk: Desk, device: Place, read: tuple[int, Decimal], source: str, *, at: Moment, who: Actor
) -> list[Change]:
    """What follows from one reading of a device's display that is too warm: excursion, holds, deviations, for the same
    append. ``source``: the round or walk that it stands in."""
    period = Period(read[0], read[0] + 1)
    judgement = reading_judgement(imports.evidence(desk, device.id, period), read, at)
    return excursions.judged_changes(desk, probe_at(desk, device), source, judgement, at=at, who=who)


def probe_at(desk: Desk, device: Place) -> Probe:
    """The probe that an excursion at a device is told by; one that is nobody's where there is none."""
    return next(iter(probe_acts.listed(desk, device.id)), Probe("", READ_BY_HAND, device.id))


def _held(desk: Desk, device: Place, judgement: Mapping[str, Any], *, at: Moment, who: Actor) -> list[Change]:
    """Holds for an excursion that is open already, or an excursion of its own where none is: one that is resolved is
    not written on any more, unless it was the probe's fault."""
    spans = tuple(span for span in excursion_dossier.spans(judgement) if span.kind != excursion_dossier.HOLD_END)
    held = [row for product in judgement["products"] for row in product["holds"]]
    spans = tuple(span for span in spans if any(excursions.about(row, span) for row in held))
    if not spans:
        return []
    there = [(one.id, one.doc) for one in desk.store.find("excursion", place=device.id)]
    touching = [(id, doc) for id, doc in there if _touched([Span(*row) for row in doc["spans"]], spans)]
    if any((doc["resolved"] or {}).get("artefact") for _, doc in touching):
        return []
    id = next((id for id, doc in touching if doc["state"] == excursion_dossier.OPEN), "")
    if not id:
        return excursions.opened_changes(desk, probe_at(desk, device), "", judgement, spans, at=at, who=who)
    return _joined(desk, id, judgement, spans, at=at, who=who)


def _touched(known: Sequence[Span], spans: Sequence[Span]) -> bool:
    return any(one.kind == span.kind and excursion_dossier.touch(one, span) for one in known for span in spans)


def _joined(
    desk: Desk, id: str, judgement: Mapping[str, Any], spans: Sequence[Span], *, at: Moment, who: Actor
) -> list[Change]:
    before = excursions.get(desk, id)
    recorded, holds = excursions.hold_changes(desk, id, judgement, spans, at=at, who=who)
    if not holds:
        return []
    new = {product["key"]: product for product in judgement["products"]}
    kept = [product for product in before["products"] if product["key"] not in new]
    doc: Doc = {
        "products": [*kept, *new.values()],
        "containers": sorted({*before["containers"], *(str(change.new["container"]) for change in holds)}),
        "level": max(int(before["level"]), int(judgement["level"])),
        "call_holder": before["call_holder"] or any(change.new["call_holder"] for change in holds),
    }
    causes = [cause for one in recorded for cause in one.causes]
    containers = ", ".join(str(change.new["container"]) for change in holds)
    causes.append(Cause("late_stay", "major", facts=(("excursion", id), ("containers", containers)), about=id))
    opened = deviations.opening_changes(desk, causes, at=at, who=who)
    return [Change("excursion", id, doc), *holds, *(one.change for one in recorded), *opened]

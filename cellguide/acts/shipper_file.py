"""The shipper's logger file at receipt: taken in once, and R-15, R-17, R-19 and R-20 answer themselves from it.

The raw bytes are kept by their hash, the readings as day chunks like any import, and the curve that the record prints
as a blob of its own. All of it, and the answer R-18, stand in one append.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import canonical, runs, shipments
from ..answer_words import both
from ..clock import Moment, offset_at, parse_iso
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..facts import Unknown
from ..products import show_sources
from ..refusal import Refusal
from ..runs import Key, Reason, Run
from ..runs.calcs import mark_at
from ..shipments import Shipment
from . import gathering, walks
from . import shipments as shipment_acts

if TYPE_CHECKING:
    from ..imports import Journey, Taken

STEP = "R-18"
CALIBRATED = {"yes": "answer.in_date", "no": "answer.out_of_date", "silent": "answer.not_stated"}


def take_in_shipper_file(
    desk: Desk,
    run_id: str,
    data: bytes,
    name: str,
    *,
    zone: str | None = None,
    unit: str | None = None,
    answers: Mapping[str, str] | None = None,
    by: Actor | None = None,
    reason: str = "",
) -> Run:
    """Take in the logger file of the shipment that the run is about, and answer R-18 with it.

    ``zone``, ``unit``, ``answers``: what a person said where the file leaves it open. ``reason``: why an earlier answer
    (a wrong file, or "cannot be had") is replaced. Raises what ``imports.take`` and ``imports.journey`` raise
    (questions as ``import.question``), ``import.no_shipment``, ``import.same_file``, ``run.answered``, ``run.reason``.
    """
    at, who = desk.begin("take_in_file")
    before = walks.opened(desk, run_id)
    if not before.subjects.get("shipment"):
        raise Refusal("import.no_shipment", run=run_id)
    shipment = shipment_acts.get(desk, before.subjects["shipment"])
    from .. import imports

    taken = imports.take(data, name, zone=zone, unit=unit, answers=answers, now_ms=at.utc_ms)
    same = [held for held in desk.store.find("series", sha256=taken.sha256) if held.doc["subject"] == shipment.id]
    if same:
        raise Refusal("import.same_file", import_id=same[0].id, at=same[0].doc["at"])
    way = imports.journey(taken, _departed_ms(shipment), _placed_ms(before, at), _arrived_ms(before))
    curve = canonical.encode(curve_of(desk, before, taken, way))
    kept = imports.keep(taken, subject=shipment.id)
    id = desk.store.next_id("series", f"I-{desk.store.station}-{at.local.year}-")
    logger = _logger(taken, way, canonical.sha256(curve)) | {"series": id}
    changes = [
        Change("series", id, kept.doc | {"at": at.iso, "by": (by or who).person}, reason),
        Change("shipment", shipment.id, {"logger": logger}, reason),
    ]
    facts = walks.facts_of(desk, before, at)
    given = {"sha256": taken.sha256, "name": name}
    if Key(STEP) in before.current and reason:
        told = Reason("other", reason)
        after, _ = runs.correct(before, STEP, None, given, reason=told, by=by or who, at=at, facts=facts)
    else:
        after, _ = runs.answer(before, STEP, None, given, by=by or who, at=at, facts=facts)
    for part in kept.slices:
        desk.write("take_in_file", [], at=at, who=by or who, blobs=part)
    return walks.store_with(
        desk,
        "take_in_file",
        before,
        after,
        at=at,
        who=by or who,
        blobs=(*kept.blobs, curve),
        reason=reason,
        changes=changes,
        known=_known(shipment, logger),
    )


def _known(shipment: Shipment, logger: Mapping[str, str]) -> dict[str, Any]:
    """The facts of a shipment that come from its logger alone."""
    found = shipments.shipment_facts(Shipment(id=shipment.id, logger=logger))
    return {name: value for name, value in found.items() if name.startswith("shipment.logger_")}


def _logger(taken: Taken, way: Journey, curve: str) -> dict[str, str]:
    from ..imports import minutes

    found = {
        "serial": taken.file.serial or "",
        "calibrated": way.calibrated,
        "alarm": way.alarm,
        "c_max": str(way.c_max),
        "curve": curve,
        "sha256": taken.sha256,
    }
    return found if way.gap_ms is None else found | {"gap_min": str(minutes(way.gap_ms))}


def _departed_ms(shipment: Shipment) -> int | None:
    return parse_iso(shipment.departed_at).utc_ms if shipment.departed_at else None


def _arrived_ms(run: Run) -> int | None:
    moment = mark_at(run, "ARRIVED")
    return None if isinstance(moment, Unknown) else moment.utc_ms


def _placed_ms(run: Run, at: Moment) -> int:
    """The end of the journey: when the last container was placed; until all are, the moment of the import."""
    placed = [mark_at(run, "PLACED", container) for container in run.containers] or [mark_at(run, "PLACED")]
    times = [moment.utc_ms for moment in placed if not isinstance(moment, Unknown)]
    return max(times) if len(times) == len(placed) else at.utc_ms


# --- what the record prints -------------------------------------------------------------------------------------------


def curve_of(desk: Desk, run: Run, taken: Taken, way: Journey) -> Doc:
    """The record's ``series`` (docs/paper.md): points, gaps and facts in both languages, temperatures as decimals."""
    from ..imports import minutes

    zone = str(desk.site.get("zone", "UTC"))
    limit_c, _ = storage_limit(desk, run)
    file = taken.file
    by_day = taken.series is None
    count = len(taken.summaries) if taken.series is None else len(taken.series)
    gap = f"{minutes(way.gap_ms)} min" if way.gap_ms is not None else "—"
    texts = {
        "logger": " ".join(part for part in (file.vendor, file.model or "", file.serial or "") if part),
        "file": f"{file.source.name} ({file.reader} {file.reader_version})",
        "period": f"{_iso(way.period.start_ms, zone)[:16]} – {_iso(way.period.end_ms, zone)[:16]}".replace("T", " "),
        "days" if by_day else "readings": str(count),
        "range": f"{_c(way.c_min)} / {_c(way.c_max)} °C",
        "gap": gap,
    }
    return {
        **both("letter.journey.title"),
        "limit_c": limit_c,
        "points": [[_iso(at_ms, zone), str(c)] for at_ms, c in way.points],
        "by_day": by_day,
        "gaps": [[_iso(start, zone), _iso(end, zone)] for start, end in way.holes],
        "facts": [
            *(
                both(f"letter.journey.{word}") | {"text": {"zh": text, "en": text}}
                for word, text in texts.items()
                if text
            ),
            both("letter.journey.alarm") | {"text": both(f"answer.fact.shipment.logger_alarm.{way.alarm}")},
            both("letter.journey.calibration") | {"text": both(CALIBRATED[way.calibrated])},
            both("letter.journey.signature") | {"text": both(f"answer.file_signature.{file.signature}")},
        ],
        "source_sha256": taken.sha256,
    }


def storage_limit(desk: Desk, run: Run) -> tuple[str | None, str]:
    """The product's warmest storage temperature as text and its source; (None, "") where the label is silent or nobody
    has read it."""
    profile, _ = gathering.profile_of(desk, run)
    value = profile.fact("storage_c_max") if profile is not None else None
    if profile is None or not isinstance(value, Decimal):
        return None, ""
    return str(value), show_sources(profile, "storage_c_max", "en")


def _iso(at_ms: int, zone: str) -> str:
    return Moment(at_ms, offset_at(at_ms, zone)).iso


def _c(celsius: Decimal) -> str:
    return str(celsius).replace("-", "−")

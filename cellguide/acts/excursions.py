"""Excursions and holds: opened by a judgement, acknowledged, silenced, resolved; holds lifted by people (domain 5.3).

A rule holds and never rejects (DESIGN.md 0.4). Acknowledging, silencing and resolving are three acts: that somebody has
seen it, that the noise may stop for a while, and that it is over and its cause is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .. import canonical, container_life, excursion_dossier
from ..clock import Moment, parse_iso
from ..container_life import Recorded
from ..desk import Desk
from ..deviations import Cause, commenting
from ..entry import Actor, Change, Doc
from ..excursion_dossier import CAUSES, LIFTED, ON, OPEN, RESOLVED, SEVERITY, URGENT_H, Known, Span
from ..people import PHARMACIST, PHYSICIAN, QUALITY
from ..probes import Probe
from ..refusal import Refusal
from ..runs import Answer, Run
from ..runs.reasons import says_something
from . import containers as container_acts
from . import deviations
from .judged_causes import rules_raised, suspicious
from .planned_infusions import urgent
from .records import check_reason
from .staff import Proof
from .two_people import give_word

SILENCE_MIN_MAX = 30
RESPONSE = "alarm-response"
GRAVE_LEVEL = 2


def get(desk: Desk, id: str) -> Doc:
    """Raises Refusal ``excursion.unknown``."""
    held = desk.store.get("excursion", id)
    if held is None:
        raise Refusal("excursion.unknown", excursion=id)
    return held.doc


def listed(desk: Desk, *, open_only: bool = True) -> list[tuple[str, Doc]]:
    """(id, document), newest first; the banner shows the open ones (clinical-review 7)."""
    find = desk.store.find
    found = find("excursion", state=OPEN, newest=True) if open_only else find("excursion", newest=True)
    return [(held.id, held.doc) for held in found]


def holds_of(desk: Desk, excursion: str) -> list[tuple[str, Doc]]:
    """Every hold of an excursion, lifted or not."""
    return [(held.id, held.doc) for held in desk.store.find("hold", excursion=excursion)]


def on_hold(desk: Desk, container: str) -> list[tuple[str, Doc]]:
    """The holds that stand on a container."""
    return [(held.id, held.doc) for held in desk.store.find("hold", container=container) if held.doc["state"] == ON]


# --- opened by a judgement --------------------------------------------------------------------------------------------


def judged_changes(
    desk: Desk, probe: Probe, series: str, judgement: Mapping[str, Any], *, at: Moment, who: Actor
) -> list[Change]:
    """What follows from a judgement, for the same append: an excursion (or more to an open one), holds, deviations.

    The same event in a second export changes nothing.
    """
    known = [_known(held.id, held.doc) for held in desk.store.find("excursion", place=probe.place)]
    new, continued = excursion_dossier.fresh(excursion_dossier.spans(judgement), known)
    if not new:
        return _quiet(desk, probe, judgement, at, who)
    causes = rules_raised(probe, judgement, at)
    return opened_changes(desk, probe, series, judgement, new, continued, causes, at=at, who=who)


def opened_changes(
    desk: Desk, probe: Probe, series: str, judgement: Mapping[str, Any], new: Sequence[Span], continued: str = "",
    causes: Sequence[Cause] = (), *, at: Moment, who: Actor,
) -> list[Change]:  # fmt: skip
    """The excursion that ``new`` opens, or the open one that they continue, with holds and deviations. ``series``: the
    import, round or walk that showed it, "" for none; ``causes``: of further deviations in the same append."""
    id = continued or desk.store.next_id("excursion", f"X-{desk.store.station}-{at.local.year}-")
    before = get(desk, id) if continued else {}
    doc = _excursion_doc(before, probe, series, judgement, new, at)
    recorded, holds = hold_changes(desk, id, judgement, new, at=at, who=who)
    doc["containers"] = sorted({*before.get("containers", ()), *(change.new["container"] for change in holds)})
    facts = (("excursion", id), ("place", probe.place), ("peak", str(doc["peak_c"])), ("limit", str(doc["limit_c"])))
    kind = _CAUSES.get(new[0].kind, "excursion") if len({span.kind for span in new}) == 1 else "excursion"
    causes = [*causes, *(cause for one in recorded for cause in one.causes)]
    if not continued:
        began = _iso(new[0].start_ms, at)
        causes.append(Cause(kind, SEVERITY[max(int(doc["level"]), 0)], facts=facts, event_at=began, about=id))
    opened = deviations.opening_changes(desk, causes, at=at, who=who)
    if not continued:
        doc["deviation"] = opened[-1].id
    elif int(doc["level"]) > int(before["level"]) and before.get("deviation"):
        opened.append(_graver(desk, before, doc, at, who))
    return [Change("excursion", id, doc), *holds, *(one.change for one in recorded), *opened]


_CAUSES = {"unknown": "no_record", excursion_dossier.HOLD_END: "shipper_over"}


def _graver(desk: Desk, before: Mapping[str, Any], doc: Mapping[str, Any], at: Moment, who: Actor) -> Change:
    """What was taken for less shows to be worse: its deviation says so, and its severity rises."""
    held = deviations.get(desk, str(before["deviation"]))
    text = f"{before['peak_c'] or '–'} °C → {doc['peak_c']} °C"
    return commenting(held, text, at=at, who=who, seen_again=True, worse=SEVERITY[int(doc["level"])])


def _known(id: str, doc: Mapping[str, Any]) -> Known:
    return Known(id, tuple(Span(*row) for row in doc["spans"]), doc["state"] == RESOLVED)


def _quiet(desk: Desk, probe: Probe, judgement: Mapping[str, Any], at: Moment, who: Actor) -> list[Change]:
    """No limit was passed: long above alarm 1 is a minor deviation, a doubtful probe a major one (domain 5.2, 5.3)."""
    causes = []
    if judgement["deviation"] == "minor" and judgement["level"] == 0 and not judgement["excursions"]:
        facts = (("place", probe.place), ("peak", str((judgement["hi"] or ["–"])[0])))
        causes.append(
            Cause("alarm_1", "minor", facts=facts, text=f"{probe.serial} {judgement['period']}", about=probe.id)
        )
    causes += [*rules_raised(probe, judgement, at), *suspicious(probe, judgement)]
    return deviations.opening_changes(desk, causes, at=at, who=who)


def _excursion_doc(
    before: Mapping[str, Any],
    probe: Probe,
    series: str,
    judgement: Mapping[str, Any],
    new: Sequence[Span],
    at: Moment,
) -> Doc:
    spans = excursion_dossier.merged([Span(*row) for row in before.get("spans", ())], new)
    peak = excursion_dossier.worst(judgement)
    side = peak[2] if peak is not None else "high"
    limit = next((row for row in judgement["limits"] if row[0] == side), None)
    doc: Doc = {
        "place": probe.place,
        "subject": "",
        "probe": probe.id,
        "state": OPEN,
        "series": sorted({*before.get("series", ()), *([series] if series else [])}),
        "spans": [list(span) for span in spans],
        "level": max(int(judgement["level"]), int(before.get("level", -1))),
        "limit_c": limit[1] if limit else "",
        "limit_source": limit[2] if limit else "",
        "peak_c": peak[0] if peak else "",
        "peak_ms": peak[1] if peak else None,
        "out_ms": judgement["out_ms"],
        "out_worst_ms": judgement["out_worst_ms"],
        "lines": judgement["lines"],
        "products": judgement["products"],
        "suspicions": judgement["suspicions"],
        "call_holder": any(hold[4] for product in judgement["products"] for hold in product["holds"]),
    }
    if not before:
        doc |= {"opened_at": at.iso, "cause": "", "acknowledged": None, "silenced_until": "", "resolved": None}
    return doc


def hold_changes(
    desk: Desk, excursion: str, judgement: Mapping[str, Any], new: Sequence[Span], *, at: Moment, who: Actor
) -> tuple[list[Recorded], list[Change]]:
    """Each container that the judgement holds is locked, and says why. A container that is held for this already stays
    as it is."""
    standing = {doc["container"] for _, doc in holds_of(desk, excursion) if doc["state"] == ON}
    first = desk.store.next_id("hold", f"H-{desk.store.station}-{at.local.year}-")
    recorded: list[Recorded] = []
    changes: list[Change] = []
    for product in judgement["products"]:
        reasons = [hold for hold in product["holds"] if any(about(hold, span) for span in new)]
        if not reasons or product["key"] in standing:
            continue
        standing.add(product["key"])
        held = container_acts.get(desk, product["key"])
        recorded.append(container_life.record(held, "held", at=at, who=who))
        doc: Doc = {
            "container": held.id,
            "excursion": excursion,
            "order": held.order,
            "state": ON,
            "at": at.iso,
            "reasons": [hold[0] for hold in reasons],
            "limit": product["limit"],
            "warmest": product["warmest"],
            "over_ms": product["over_ms"],
            "over_worst_ms": product["over_worst_ms"],
            "hole_ms": product["hole_ms"],
            "call_holder": any(hold[4] for hold in reasons),
        }
        changes.append(Change("hold", f"{first[:-6]}{int(first[-6:]) + len(changes):06d}", doc))
    return recorded, changes


def about(hold: Sequence[Any], span: Span) -> bool:
    kind = excursion_dossier.kind_of(hold[0])
    if kind != ("over" if span.kind == "summary" else span.kind):
        return False
    span_end = span.end_ms if span.end_ms is not None else hold[2]
    hold_end = hold[3] if hold[3] is not None else span_end
    return bool(hold[2] <= span_end and span.start_ms <= hold_end)


def _iso(at_ms: int, at: Moment) -> str:
    return Moment(at_ms, at.offset_min).iso


# --- three acts -------------------------------------------------------------------------------------------------------


def needs_comment(doc: Mapping[str, Any]) -> bool:
    """Whether seeing or silencing it asks for words (REG-051): levels 2 and 3 are the grave ones (domain 5.3)."""
    return int(doc["level"]) >= GRAVE_LEVEL


def _commented(id: str, doc: Mapping[str, Any], comment: str) -> None:
    if needs_comment(doc) and not says_something(comment):
        raise Refusal("excursion.comment", excursion=id)


def acknowledge_excursion(desk: Desk, id: str, found: str = "") -> None:
    """Somebody has seen it and goes there (X-02). ``found``: what they saw; a grave alarm asks for it.

    Raises ``excursion.acknowledged``, ``excursion.resolved``, ``excursion.comment``.
    """
    at, who = desk.begin("acknowledge_excursion")
    doc = _open(desk, id)
    if doc["acknowledged"]:
        raise Refusal("excursion.acknowledged", excursion=id, person=doc["acknowledged"]["by"])
    _commented(id, doc, found)
    seen = {"at": at.iso, "by": who.person, "text": found.strip()}
    desk.write("acknowledge_excursion", [Change("excursion", id, {"acknowledged": seen})], at=at, who=who)


def silence_alarm(desk: Desk, id: str, minutes: int, comment: str = "") -> str:
    """Let the sound rest, half an hour at most; the banner stays. Returns until when. ``comment``: why; a grave alarm
    asks for it. Raises ``excursion.silence``, ``excursion.comment``."""
    at, who = desk.begin("silence_alarm")
    doc = _open(desk, id)
    if not 1 <= minutes <= SILENCE_MIN_MAX:
        raise Refusal("excursion.silence", minutes=minutes, most=SILENCE_MIN_MAX)
    _commented(id, doc, comment)
    until = at.plus(seconds=minutes * 60).iso
    change = Change("excursion", id, {"silenced_until": until}, comment.strip())
    desk.write("silence_alarm", [change], at=at, who=who)
    return until


def cause_changes(desk: Desk, run: Run, event: Answer) -> list[Change]:
    """What was found at the device (X-04) becomes the excursion's cause with the answer, so that the letter names it.
    Of one that is resolved the walk only tells."""
    id = run.subjects.get("excursion", "")
    if run.template.id != RESPONSE or event.key.step != "X-04" or event.not_applicable or not id:
        return []
    doc = get(desk, id)
    if doc["state"] == RESOLVED or event.value not in CAUSES:
        return []
    text = str(event.parts.get("what") or "")
    return [Change("excursion", id, {"cause": str(event.value), "cause_text": text})]


def resolve_excursion(desk: Desk, id: str, cause: str, reason: str) -> None:
    """It is over, and its cause is known. That the probe was to blame and not the place: ``artefacts``.

    Raises ``excursion.holds`` while a container is still on hold for it, ``excursion.cause``, ``reason.short``.
    """
    at, who = desk.begin("resolve_excursion")
    check_resolvable(desk, id, cause, reason)
    done = {"at": at.iso, "by": who.person, "role": who.role, "artefact": False, "second_probe": ""}
    change = Change("excursion", id, {"state": RESOLVED, "cause": cause, "resolved": done}, reason.strip())
    desk.write("resolve_excursion", [change], at=at, who=who)


def check_resolvable(desk: Desk, id: str, cause: str, reason: str) -> Doc:
    """The excursion, which may be over. Raises ``excursion.holds``, ``excursion.cause``, ``excursion.resolved``,
    ``reason.short``."""
    doc = _open(desk, id)
    check_reason(reason)
    if cause not in CAUSES:
        raise Refusal("excursion.cause", given=cause, allowed=", ".join(CAUSES))
    waiting = [hold["container"] for _, hold in holds_of(desk, id) if hold["state"] == ON]
    if waiting:
        raise Refusal("excursion.holds", excursion=id, containers=", ".join(waiting))
    return doc


def _open(desk: Desk, id: str) -> Doc:
    doc = get(desk, id)
    if doc["state"] == RESOLVED:
        raise Refusal("excursion.resolved", excursion=id)
    return doc


# --- holds lifted -----------------------------------------------------------------------------------------------------


class Disposition(NamedTuple):
    """What the holder says of a container: its letter (``file``, named ``file_name``), or its word: who, when (ISO) and
    the case number."""

    text: str
    file: bytes | None = None
    name: str = ""
    said_at: str = ""
    case: str = ""
    file_name: str = ""


def lift_hold(desk: Desk, id: str, word: Disposition, first: Proof, second: Proof) -> tuple[str, ...]:
    """Two people let a container go on, because the holder says so. Returns what is still owed: () or letter, quality.

    With the holder's letter: a pharmacist and a quality officer. With its word alone (name, time, case number), and
    only when the infusion is within 72 hours: a physician and a pharmacist; letter and quality officer follow.
    ``first`` is the person who sits there. Raises ``excursion.no_word``, ``excursion.not_urgent``, ``excursion.roles``,
    ``excursion.not_on_hold``, ``excursion.first``, and those of ``two_people.give_word``.
    """
    at, who = desk.begin("lift_hold")
    held = desk.store.get("hold", id)
    if held is None or held.doc["state"] != ON:
        raise Refusal("excursion.not_on_hold", hold=id)
    check_reason(word.text)
    container = container_acts.get(desk, str(held.doc["container"]))
    needed = _needed(desk, container.id, word, at)
    if first.person != who.person:
        raise Refusal("excursion.first", person=who.person)
    roles = two_roles(desk, (first, second), needed)
    proof = {"text": word.text.strip(), "name": word.name.strip(), "said_at": word.said_at, "case": word.case.strip()}
    proof["sha256"] = canonical.sha256(word.file) if word.file is not None else ""
    proof["file"] = word.file_name if word.file is not None else ""
    stated = canonical.sha256(canonical.encode({"hold": id, "container": container.id} | proof))
    words, version = [], held.version + 1
    for number, (given, role) in enumerate(zip((first, second), roles, strict=True), 1):
        signed, _ = give_word(
            desk, given, role, about=f"hold:{id}", version=version, sha256=stated, number=number, serial=version, at=at,
            other=first.person if number == 2 else "", more=proof,
        )  # fmt: skip
        words.append(signed)
    owed = () if word.file is not None else ("letter", "quality")
    doc: Doc = {"state": LIFTED, "lifted_at": at.iso, "by": [first.person, second.person], "disposition": proof}
    doc |= {"owed": list(owed), "words": [one.id for one in words], "signed": stated}
    changes = [Change("hold", id, doc, word.text.strip()), *words]
    others = [other for other, _ in on_hold(desk, container.id) if other != id]
    if container.state == "locked" and not others:
        changes.append(container_life.grant(container, "lift", at=at, who=who, reason=word.text.strip()).change)
    desk.write("lift_hold", changes, at=at, who=who, blobs=(word.file,) if word.file is not None else ())
    return owed


def _needed(desk: Desk, container: str, word: Disposition, at: Moment) -> tuple[str, str]:
    if word.file is not None:
        return (PHARMACIST, QUALITY)
    if not (word.name.strip() and word.said_at and word.case.strip()):
        raise Refusal("excursion.no_word")
    if parse_iso(word.said_at).utc_ms > at.utc_ms:
        raise Refusal("excursion.no_word")
    if not urgent(desk, container, at):
        raise Refusal("excursion.not_urgent", hours=URGENT_H)
    return (PHYSICIAN, PHARMACIST)


def two_roles(desk: Desk, proofs: Sequence[Proof], needed: tuple[str, str]) -> tuple[str, ...]:
    """In which role each signs; both roles must be there. Raises ``excursion.roles``."""
    one, other = (desk.person(proof.person).roles for proof in proofs)
    for roles in (needed, needed[::-1]):
        if roles[0] in one and roles[1] in other:
            return roles
    raise Refusal("excursion.roles", needed=" + ".join(needed))


def complete_lift(desk: Desk, id: str, letter: bytes, file_name: str) -> None:
    """The quality officer files the holder's letter that was owed, under the name it came with. Raises
    ``excursion.nothing_owed``, ``session.role`` for anybody else."""
    at, who = desk.begin("lift_hold")
    held = desk.store.get("hold", id)
    if held is None or not held.doc.get("owed"):
        raise Refusal("excursion.nothing_owed", hold=id)
    if who.role != QUALITY:
        raise Refusal("session.role", act="lift_hold", role=who.role)
    doc: Doc = {"owed": [], "letter": canonical.sha256(letter), "letter_file": file_name}
    doc |= {"completed_by": who.person, "completed_at": at.iso}
    desk.write("lift_hold", [Change("hold", id, doc)], at=at, who=who, blobs=(letter,))


def owed(desk: Desk) -> list[tuple[str, Doc]]:
    """Holds that were lifted on the holder's word, and whose letter has not come (Today)."""
    return [(held.id, held.doc) for held in desk.store.find("hold", state=LIFTED) if held.doc.get("owed")]

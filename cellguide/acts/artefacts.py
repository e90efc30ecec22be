"""An excursion that the probe invented: closed on a second probe that stayed in range, a cause that is shown, and the
signatures of a pharmacist and a quality officer (domain 5.3 a to c)."""

from __future__ import annotations

from typing import NamedTuple

from .. import canonical
from ..desk import Desk
from ..entry import Change, Doc
from ..excursion_dossier import RESOLVED
from ..people import PHARMACIST, QUALITY
from ..probes import Probe
from ..refusal import Refusal
from ..temperature.limits import Period
from ..temperature.verdict import Verdict
from . import excursions, imports
from . import probes as probe_acts
from .device_marks import Evidence
from .staff import Proof
from .two_people import give_word

IN_RANGE = (Verdict.IN_RANGE, Verdict.BY_SUMMARY)


class Witness(NamedTuple):
    """What a second probe says of an excursion's time: the highest (°C) it showed, "" where it showed nothing, and
    whether it stayed in range throughout."""

    probe: str
    verdict: Verdict
    highest_c: str

    @property
    def good(self) -> bool:
        return self.verdict in IN_RANGE


def second_probes(desk: Desk, id: str) -> list[Probe]:
    """The probes that were ever at the device of an excursion and did not show it. Raises ``excursion.unknown``."""
    doc = excursions.get(desk, id)
    showed = {str(one["probe"]) for one in _showed(desk, doc)}
    return [one for one in probe_acts.ever(desk, str(doc["place"])) if one.id not in showed]


def _showed(desk: Desk, doc: Doc) -> list[Doc]:
    """The imports that an excursion was seen in."""
    found = (desk.store.get("series", str(id)) for id in doc["series"])
    return [held.doc for held in found if held is not None]


def period_of(desk: Desk, id: str) -> Period:
    """From when until when the excursion says it was out of range or unknown; one without an end lasts as long as the
    probe that showed it says so."""
    doc = excursions.get(desk, id)
    newest = max((int(one["last_ms"]) for one in _showed(desk, doc)), default=0)
    starts = [int(span[1]) for span in doc["spans"]]
    ends = [int(span[2]) if span[2] is not None else newest for span in doc["spans"]]
    return Period(min(starts), max(*ends, *(start + 1 for start in starts)))


def witness(desk: Desk, id: str, probe: str) -> Witness:
    """Judge the excursion's time by the readings of one other probe alone: an hour that it does not cover is no proof.

    Raises ``excursion.second_probe`` for a probe of another device, or for one that showed it.
    """
    if probe not in {one.id for one in second_probes(desk, id)}:
        known_as = desk.store.get("probe", probe) if probe else None
        named = str(known_as.doc["serial"]) if known_as is not None else probe or "–"
        raise Refusal("excursion.second_probe", excursion=id, probe=named)
    period, held = period_of(desk, id), probe_acts.get(desk, probe)
    known = imports.of_probe(imports.evidence(desk, held.place, period), held)
    found = imports.judged(known, period, desk.now())
    return Witness(probe, found.verdict, str(found.hi.value_c) if found.hi is not None else "")


def resolve_artefact(
    desk: Desk, id: str, cause: str, reason: str, probe: str, shown: Evidence, first: Proof, second: Proof
) -> Witness:
    """Close an excursion because the probe was wrong and the place was not warm. ``shown``: the photograph or file that
    shows the cause; ``first`` is the person who sits there, and one of the two is the quality officer.

    Raises ``excursion.second_probe``, ``excursion.second_probe_out`` (it was out of range, or does not cover the time),
    ``excursion.artefact_shown``, ``excursion.artefact_roles``, ``excursion.artefact_first``, and those of
    ``excursions.check_resolvable`` and of ``two_people.give_word``.
    """
    at, who = desk.begin("resolve_excursion")
    excursions.check_resolvable(desk, id, cause, reason)
    if not shown.data:
        raise Refusal("excursion.artefact_shown", excursion=id)
    told = witness(desk, id, probe)
    if not told.good:
        serial = probe_acts.get(desk, probe).serial
        raise Refusal("excursion.second_probe_out", probe=serial, highest=told.highest_c or "–")
    if first.person != who.person:
        raise Refusal("excursion.artefact_first", person=who.person)
    try:
        roles = excursions.two_roles(desk, (first, second), (PHARMACIST, QUALITY))
    except Refusal as refusal:
        raise Refusal("excursion.artefact_roles", **refusal.facts) from refusal
    said = {"cause": cause, "text": reason.strip(), "second_probe": probe, "verdict": told.verdict.value}
    said |= {"highest_c": told.highest_c, "sha256": canonical.sha256(shown.data), "file": shown.name}
    stated = canonical.sha256(canonical.encode({"excursion": id} | said))
    held = desk.store.get("excursion", id)
    version, words = (held.version if held is not None else 0) + 1, []
    for number, (given, role) in enumerate(zip((first, second), roles, strict=True), 1):
        signed, _ = give_word(
            desk, given, role, about=f"excursion:{id}", version=version, sha256=stated, number=number, serial=version,
            at=at, other=first.person if number == 2 else "", more=said,
        )  # fmt: skip
        words.append(signed)
    done: Doc = {"at": at.iso, "by": who.person, "role": who.role, "artefact": True} | said
    done |= {"people": [first.person, second.person], "words": [one.id for one in words], "signed": stated}
    change = Change("excursion", id, {"state": RESOLVED, "cause": cause, "resolved": done}, reason.strip())
    desk.write("resolve_excursion", [change, *words], at=at, who=who, blobs=(shown.data,))
    return told

"""Excursion dossier: which new event a judgement shows, who was there, how long and how warm, and the letters' facts.

Pure. Temperatures are decimal strings as in the ledger, times milliseconds since 1970 (UTC).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from .entry import Doc
from .words import Lang, say

OPEN, RESOLVED = "open", "resolved"
ON, LIFTED = "on", "lifted"
# Why the temperature rose. An artefact closes only with a second probe, a cause and quality (domain 5.3).
CAUSES = ("lid_open", "refill", "probe_fault", "ln2_low", "vacuum_loss", "power", "handling", "other")
URGENT_H = 72
SEVERITY = {0: "minor", 1: "major", 2: "major", 3: "critical"}


# Reasons of holds that are about another thing than a reading beyond a limit.
HOLD_END = "hold_end"
_KINDS = {"hole": "unknown", HOLD_END: HOLD_END}


def kind_of(reason: str) -> str:
    """What a hold's reason is about: a reading beyond a limit, time unknown, a shipper's hold time at its end.

    >>> kind_of("hole"), kind_of("place"), kind_of("hold_end")
    ('unknown', 'over', 'hold_end')
    """
    return _KINDS.get(reason, "over")


class Span(NamedTuple):
    """One thing that a judgement found: an excursion beyond the place's limit, time unknown for too long, or a shipper
    that is a store for longer than it may be (``kind``: over, summary, unknown, hold_end)."""

    kind: str
    start_ms: int
    end_ms: int | None


def spans(judgement: Mapping[str, Any]) -> tuple[Span, ...]:
    """What a judgement (``temperature.verdict.facts``) found that somebody must look at."""
    found = [Span("over", event["start_ms"], event["end_ms"]) for event in judgement["excursions"]]
    found += [Span("summary", row[1], row[2]) for row in judgement["summaries_out"]]
    for product in judgement["products"]:
        for reason, _, start_ms, end_ms, _ in product["holds"]:
            kind = kind_of(reason)
            if not any(one.kind == kind and _covers(one, start_ms, end_ms) for one in found):
                found.append(Span(kind, start_ms, end_ms))
    return tuple(dict.fromkeys(found))


def _covers(outer: Span, start_ms: int, end_ms: int | None) -> bool:
    return outer.start_ms <= start_ms and (outer.end_ms is None or (end_ms is not None and end_ms <= outer.end_ms))


class Known(NamedTuple):
    """An excursion that stands: ``spans`` it is about; ``resolved`` ones are not written on any more."""

    id: str
    spans: tuple[Span, ...]
    resolved: bool


def fresh(found: Iterable[Span], known: Sequence[Known]) -> tuple[tuple[Span, ...], str]:
    """What is new in a judgement, and the open excursion that it continues ("" for none).

    The same event in a second export is not a second excursion; one that was still open, or reaches further now, goes
    on in the same dossier while that is not resolved.
    """
    new: list[Span] = []
    continued = ""
    for span in found:
        if any(one.kind == span.kind and _same(one, span) for held in known for one in held.spans):
            continue
        new.append(span)
        for held in known:
            if not held.resolved and any(touch(one, span) for one in held.spans):
                continued = continued or held.id
    return tuple(new), continued


def _same(known: Span, span: Span) -> bool:
    """Known already, and as far as now: a span that was open and has an end now is news."""
    if known.end_ms is None:
        return span.end_ms is None and known.start_ms <= span.start_ms
    return known.start_ms <= span.start_ms and span.end_ms is not None and span.end_ms <= known.end_ms


def touch(one: Span, other: Span) -> bool:
    """Whether two spans of one kind are about the same time."""
    one_end = one.end_ms if one.end_ms is not None else other.start_ms
    other_end = other.end_ms if other.end_ms is not None else one.start_ms
    return one.start_ms <= max(other_end, other.start_ms) and other.start_ms <= max(one_end, one.start_ms)


def merged(known: Sequence[Span], new: Sequence[Span]) -> tuple[Span, ...]:
    """The spans of a dossier with new ones put in; a longer form of a span takes its place."""
    kept = [one for one in known if not any(one.kind == span.kind and touch(one, span) for span in new)]
    grown = []
    for span in new:
        starts = [one.start_ms for one in known if one.kind == span.kind and touch(one, span)]
        grown.append(span._replace(start_ms=min([span.start_ms, *starts])))
    return tuple(sorted({*kept, *grown}, key=lambda span: (span.start_ms, span.kind)))


def worst(judgement: Mapping[str, Any]) -> tuple[str, int, str] | None:
    """The warmest point of the events and of the days that lie beyond a limit, else the period's warmest: (°C, UTC ms,
    side). Of a day that is known by its extremes only its beginning stands for the time. Where nothing was too warm,
    the coldest point on the cold side."""
    peaks = [(str(event["peak_c"]), int(event["peak_ms"]), event["limit"][0]) for event in judgement["excursions"]]
    for side, value, _ in judgement["limits"]:
        for _, start_ms, _, lo_c, hi_c in judgement["summaries_out"]:
            beyond = Decimal(hi_c) > Decimal(value) if side == "high" else Decimal(lo_c) < Decimal(value)
            peaks += [(str(hi_c if side == "high" else lo_c), int(start_ms), side)] if beyond else []
    warm = [peak for peak in peaks if peak[2] == "high"]
    if warm:
        return max(warm, key=lambda peak: Decimal(peak[0]))
    if peaks:
        return min(peaks, key=lambda peak: Decimal(peak[0]))
    return (*judgement["hi"], "high") if judgement["hi"] else None


# --- what the dossier shows -------------------------------------------------------------------------------------------


class Affected(NamedTuple):
    """One container in a dossier. ``limit_c`` with ``limit_source``: the rule it was judged by, "" for a hole alone;
    ``over_ms``/``over_worst_ms``: beyond it, measured and at worst; ``warmest_c``; ``hole_ms``: longest time unknown.
    ``journey``: what the shipper's file said of the way here, "" where there is none. ``infusion_on``: ISO day or "".
    """

    container: str
    coi: str
    lot: str
    product: str
    product_zh: str
    product_en: str
    reasons: tuple[str, ...]
    limit_c: str
    limit_source: str
    warmest_c: str
    over_ms: int
    over_worst_ms: int
    hole_ms: int
    since: str
    until: str
    journey: str
    infusion_on: str
    call_holder: bool


class Letter(NamedTuple):
    """One enquiry to one holder: about its own product only, in one language."""

    product: str
    lang: Lang
    text: str


class Dossier(NamedTuple):
    """An excursion with everything the holders are asked about. ``curve``: in the form of a record's ``series``;
    ``letters``: for each product with containers on hold, one in each language."""

    id: str
    doc: Doc
    device_zh: str
    device_en: str
    affected: tuple[Affected, ...]
    curve: Doc
    letters: tuple[Letter, ...]


def minutes(length_ms: int) -> str:
    """Whole minutes, rounded up.

    >>> minutes(840_001)
    '15'
    """
    return str(-(-length_ms // 60_000))


def signed(celsius: str) -> str:
    """A temperature with a real minus sign, as paper has it."""
    return celsius.replace("-", "−")


def letter(dossier: Dossier, product: str, lang: Lang, *, site: str, sender: str, day: str, when: str) -> str:
    """The enquiry to the holder of ``product``, ready to send: what happened, to what, and what is asked. Names and
    patient numbers do not stand in it (the chain-of-identity number leads the holder to the patient), nor do other
    holders' products."""
    doc, own = dossier.doc, [one for one in dossier.affected if one.product == product and one.reasons]
    device = dossier.device_zh if lang == "zh" else dossier.device_en
    facts = {"site": site, "sender": sender, "day": day, "when": when, "device": device, "excursion": dossier.id}
    lines = [say("letter.enquiry.head", lang, **facts), "", say("letter.enquiry.opening", lang, **facts)]
    kinds = {span[0] for span in doc["spans"]}
    if "over" in kinds or "summary" in kinds:
        peak = signed(str(doc["peak_c"])) if doc["peak_c"] else "—"
        over = {"peak": peak, "limit": signed(str(doc["limit_c"] or "—")), "source": str(doc["limit_source"] or "—")}
        over |= {"minutes": minutes(int(doc["out_ms"])), "worst": minutes(int(doc["out_worst_ms"]))}
        lines.append(say("letter.enquiry.over", lang, **over))
        for line_c, crossings, measured_ms, _ in doc["lines"]:
            numbers = {"line": signed(str(line_c)), "count": str(crossings), "minutes": minutes(int(measured_ms))}
            lines.append(say("letter.enquiry.line", lang, **numbers))
    if "unknown" in kinds:
        longest = max((one.hole_ms for one in own), default=0)
        lines.append(say("letter.enquiry.unknown", lang, minutes=minutes(longest)))
    if HOLD_END in kinds:
        lines.append(say("letter.enquiry.hold_end", lang))
    if doc.get("cause"):
        lines.append(say("letter.enquiry.cause", lang, cause=say(f"letter.cause.{doc['cause']}", lang)))
    lines += ["", say("letter.enquiry.containers", lang)]
    lines += [f"{number}. {_row(one, lang)}" for number, one in enumerate(own, 1)]
    lines += ["", say("letter.enquiry.question", lang), say("letter.enquiry.attached", lang), "", sender, day]
    return "\n".join(lines)


def _row(one: Affected, lang: Lang) -> str:
    facts = {
        "product": one.product_zh if lang == "zh" else one.product_en,
        "coi": one.coi,
        "container": one.container,
        "lot": one.lot or "—",
        "warmest": signed(one.warmest_c) or "—",
        "limit": signed(one.limit_c) or "—",
        "minutes": minutes(one.over_ms),
        "worst": minutes(one.over_worst_ms),
        "since": one.since[:16].replace("T", " "),
    }
    parts = [say("letter.enquiry.row", lang, **facts)]
    if one.hole_ms:
        parts.append(say("letter.enquiry.row_hole", lang, minutes=minutes(one.hole_ms)))
    if one.journey:
        parts.append(say("letter.enquiry.row_journey", lang, journey=signed(one.journey)))
    if one.infusion_on:
        parts.append(say("letter.enquiry.row_infusion", lang, day=one.infusion_on))
    return "".join(parts)

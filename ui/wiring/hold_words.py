"""Holds and an excursion's dossier in the words of the screens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cellguide.acts import containers as container_acts
from cellguide.acts import excursions, imports
from cellguide.acts import places as place_acts
from cellguide.acts import shipments as shipment_acts
from cellguide.acts.device_marks import marks_of
from cellguide.acts.dossiers import AROUND_MS
from cellguide.acts.planned_infusions import Planned, planned_infusion
from cellguide.desk import Desk
from cellguide.entry import Doc
from cellguide.excursion_dossier import HOLD_END, ON, Affected, Dossier, minutes, signed
from cellguide.people import QUALITY, may
from cellguide.refusal import Refusal
from ui.dialogs.dossier import ContainerText, DossierText, HoldLine, LetterText
from ui.dialogs.hold import HoldText
from ui.kit import Mark
from ui.language import language, say
from ui.station import sentence
from ui.wiring.device_marks import mark_text
from ui.wiring.excursion_words import excursion_words

_TONES = {"locked": "alarm", "pending": "warn", "accepted": "ok", "rejected": "alarm"}


def refused(refusal: Refusal, act: str) -> str:
    """A refusal as a sentence; the act by the word of its key."""
    if refusal.code == "session.role":
        role = say(f"people.role.{refusal.facts['role']}")
        return sentence(Refusal("session.role", role=role, act=say(act)))
    return sentence(refusal)


def stamp(iso: str) -> str:
    """An ISO time up to its minute."""
    return iso[:16].replace("T", " ")


def _wall(at_ms: int, zone: str, shape: str = "%Y-%m-%d %H:%M") -> str:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime(shape)


def names(desk: Desk, people: list[str]) -> str:
    """People by name."""
    return " + ".join(desk.person(person).called(language.now) for person in people)


# --- one hold ---------------------------------------------------------------------------------------------------------


def why(doc: Mapping[str, Any]) -> tuple[str, ...]:
    """What a hold rests on, a sentence for each reason."""
    limit, warmest = doc["limit"], doc["warmest"]
    lines = []
    for reason in dict.fromkeys(doc["reasons"]):
        word = say(f"temperature_rule.reason.{reason}")
        if reason == HOLD_END:
            lines.append(word)
            continue
        if reason == "hole":
            lines.append(say("holds_page.why.hole", reason=word, minutes=minutes(int(doc["hole_ms"]))))
            continue
        facts = {
            "reason": word,
            "warmest": signed(str(warmest[0])) if warmest else "—",
            "limit": signed(str(limit[1])) if limit else "—",
            "source": str(limit[2]) if limit else "—",
            "minutes": minutes(int(doc["over_ms"])),
            "worst": minutes(int(doc["over_worst_ms"])),
        }
        lines.append(say("holds_page.why.over", **facts))
    if doc["call_holder"]:
        lines.append(say("holds_page.why.call"))
    return tuple(lines)


def hold_text(desk: Desk, id: str, doc: Mapping[str, Any]) -> HoldText:
    """What the dialog says of a hold that stands; beside its own reasons what the excursion was."""
    container = container_acts.get(desk, str(doc["container"]))
    order = desk.store.get("order", container.order)
    facts = order.doc if order is not None else {}
    name = facts.get(f"product_{language.now}") or facts.get("product", "")
    product = " · ".join(part for part in (str(name), f"COI {facts.get('coi', '')}", container.lot) if part)
    excursion = excursions.get(desk, str(doc["excursion"]))
    place = place_acts.tree(desk).places[str(excursion["place"])]
    first = f"{doc['excursion']} · {excursion_words(place, excursion, str(desk.site.get('zone', 'UTC')))}"
    planned = planned_infusion(desk, container.id)
    return HoldText(id, container.id, product, stamp(str(doc["at"])), (first, *why(doc)), planned_text(planned))


def planned_text(planned: Planned | None) -> str:
    """When the infusion is planned, and what is assumed where only its day is."""
    if planned is None:
        return ""
    if planned.timed:
        return stamp(planned.at.iso)
    return say("holds_page.planned_day", day=planned.at.day.isoformat())


def word_text(doc: Mapping[str, Any]) -> str:
    """What the holder said when the hold was lifted on its word."""
    said = doc["disposition"]
    return say(
        "holds_page.owed.word",
        container=doc["container"],
        name=said["name"],
        time=stamp(str(said["said_at"])),
        case=said["case"],
    )


# --- a shipment that came warm ----------------------------------------------------------------------------------------


def enquiries(desk: Desk) -> list[str]:
    """Shipments whose logger was warmer than the product may be, or silent for longer than the site allows, while a
    container of them waits to be accepted, or is locked since its receipt (R-40) and was never accepted."""
    waiting = {str(held.doc.get("shipment", "")) for held in desk.store.find("container", state="pending")}
    locked = [container_acts.get(desk, held.id) for held in desk.store.find("container", state="locked")]
    waiting |= {one.shipment for one in locked if one.event_of("accept") is None}
    found, gap_min = [], imports.rules(desk).unknown_min_max.value
    for id in sorted(waiting - {""}):
        held = shipment_acts.get(desk, id)
        if "c_max" not in held.logger:
            continue
        limit, _ = place_acts.product_limit(desk, held.order)
        warm = isinstance(limit, Decimal) and Decimal(held.logger["c_max"]) > limit
        if warm or Decimal(held.logger.get("gap_min", "0")) > gap_min:
            found.append(id)
    return found


def enquiry_text(desk: Desk, id: str, letters: tuple[tuple[str, str], ...]) -> DossierText:
    """The shipment's logger in words, its containers, and the letters of ``dossiers.shipment_dossier``."""
    held = shipment_acts.get(desk, id)
    limit, source = place_acts.product_limit(desk, held.order)
    order = desk.store.get("order", held.order)
    product = str(order.doc.get(f"product_{language.now}") or order.doc.get("product", "")) if order is not None else ""
    logger = held.logger
    facts = {
        "serial": logger.get("serial") or "—",
        "warmest": signed(logger["c_max"]) if "c_max" in logger else "—",
        "limit": signed(str(limit)) if isinstance(limit, Decimal) else "—",
        "source": source or "—",
        "minutes": logger.get("gap_min", "—"),
    }
    cards = tuple(
        ContainerText(" · ".join(part for part in (one.id, product, one.lot) if part), _mark(desk, one.id), ())
        for one in container_acts.of_order(desk, held.order)
        if one.shipment == id
    )
    texts = tuple(
        LetterText(say(f"holds_page.dossier.letter_{lang}", product=product), text, f"{id}-{lang}.txt")
        for lang, text in letters
    )
    title = say("holds_page.shipment.title", shipment=held.waybill or id)
    return DossierText(id, title, (say("holds_page.shipment.logger", **facts),), cards, texts)


# --- the dossier ------------------------------------------------------------------------------------------------------


def dossier_text(desk: Desk, found: Dossier) -> DossierText:
    """A dossier in the language of the moment, with what the person who sits here may do."""
    zone = str(desk.site.get("zone", "UTC"))
    place = place_acts.tree(desk).places[str(found.doc["place"])]
    holds: dict[str, list[tuple[str, Doc]]] = {}
    for id, doc in excursions.holds_of(desk, found.id):
        holds.setdefault(str(doc["container"]), []).append((id, doc))
    cards = [_container(desk, one, holds.pop(one.container, [])) for one in found.affected]
    # A later judgement may name fewer containers; whoever is on hold still stands here.
    cards += [_held_only(desk, container, rest) for container, rest in holds.items()]
    lines = [_span(span, zone) for span in found.doc["spans"]]
    if found.doc.get("cause"):
        lines.append(say("holds_page.dossier.cause", cause=say(f"letter.cause.{found.doc['cause']}")))
    first, last = found.doc["spans"][0][1], max(span[2] or span[1] for span in found.doc["spans"])
    lines += [
        say("holds_page.dossier.mark", mark=mark_text(desk, mark, zone))
        for mark in marks_of(desk, place.id, first - AROUND_MS, last + AROUND_MS)
    ]
    letters = []
    for letter in found.letters:
        own = next(one for one in found.affected if one.product == letter.product)
        product = (own.product_zh if language.now == "zh" else own.product_en) or letter.product
        title = say(f"holds_page.dossier.letter_{letter.lang}", product=product)
        letters.append(LetterText(title, letter.text, f"{found.id}-{letter.product}-{letter.lang}.txt"))
    title = excursion_words(place, found.doc, zone)
    return DossierText(found.id, title, tuple(lines), tuple(cards), tuple(letters))


def _span(span: tuple[str, int, int | None], zone: str) -> str:
    kind, start_ms, end_ms = span
    start = _wall(start_ms, zone)
    end = say("holds_page.dossier.more")
    if end_ms is not None:
        same_day = start[:10] == _wall(end_ms, zone)[:10]
        end = _wall(end_ms, zone, "%H:%M" if same_day else "%Y-%m-%d %H:%M")
    return say(f"holds_page.span.{kind}", start=start, end=end)


def _container(desk: Desk, one: Affected, holds: list[tuple[str, Doc]]) -> ContainerText:
    product = one.product_zh if language.now == "zh" else one.product_en
    coi = f"COI {one.coi}" if one.coi else ""
    title = " · ".join(part for part in (one.container, product, coi, one.lot) if part)
    lines = []
    if one.since:
        inside = "inside_until" if one.until else "inside"
        lines.append(say(f"holds_page.dossier.{inside}", since=stamp(one.since), until=stamp(one.until)))
    facts = {"warmest": signed(one.warmest_c) or "—", "limit": signed(one.limit_c) or "—"}
    facts |= {"source": one.limit_source or "—", "minutes": minutes(one.over_ms), "worst": minutes(one.over_worst_ms)}
    lines.append(say("holds_page.dossier.warmth", **facts))
    if one.hole_ms:
        lines.append(say("holds_page.dossier.unknown", minutes=minutes(one.hole_ms)))
    journey = say("holds_page.dossier.no_journey")
    if one.journey:
        journey = say("holds_page.dossier.journey", journey=signed(one.journey))
    lines.append(journey)
    if one.infusion_on:
        lines.append(say("holds_page.dossier.planned", day=one.infusion_on))
    return ContainerText(title, _mark(desk, one.container), tuple(lines), _holds(desk, holds))


def _held_only(desk: Desk, container: str, holds: list[tuple[str, Doc]]) -> ContainerText:
    lines = dict.fromkeys(line for _, doc in holds for line in why(doc))
    return ContainerText(container, _mark(desk, container), tuple(lines), _holds(desk, holds))


def _mark(desk: Desk, container: str) -> Mark:
    state = container_acts.get(desk, container).state
    return Mark(say(f"container.state.{state}"), _TONES.get(state, "info"))


def _holds(desk: Desk, holds: list[tuple[str, Doc]]) -> tuple[HoldLine, ...]:
    session = desk.session
    lifting = session is not None and may(session.role, "lift_hold")
    filing = session is not None and session.role == QUALITY
    lines = []
    for id, doc in holds:
        if doc["state"] == ON:
            text = say("holds_page.hold.on", hold=id, since=stamp(str(doc["at"])))
            reasons = [say(f"temperature_rule.reason.{reason}") for reason in dict.fromkeys(doc["reasons"])]
            call = [say("holds_page.why.call")] if doc["call_holder"] else []
            lines.append(HoldLine(id, " · ".join((text, *reasons, *call)), "lift" if lifting else ""))
            continue
        at, said = stamp(str(doc["lifted_at"])), doc["disposition"]
        if doc.get("owed"):
            text = say("holds_page.hold.owed", hold=id, at=at, name=said["name"], case=said["case"])
            lines.append(HoldLine(id, text, "file" if filing else ""))
        else:
            told = [say("holds_page.hold.lifted", hold=id, at=at, people=names(desk, doc["by"]))]
            file = doc.get("letter_file") or said.get("file")
            told += [say("holds_page.hold.letter", file=file)] if file else []
            lines.append(HoldLine(id, " ".join(told)))
    return tuple(lines)

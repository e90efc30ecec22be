"""A probe as the storage map says it: its line, its panel, and what an as-found failure throws into doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cellguide import probes
from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.acts.probes import Doubted
from cellguide.clock import parse_iso
from cellguide.desk import Desk
from cellguide.places import Place, Tree
from cellguide.probes import Due, Probe
from ui.chart_view import wall
from ui.kit import Mark
from ui.language import language, say
from ui.pages.panel import Detail, Fact, Note, Section, Way
from ui.wiring.excursion_words import device_name, minus

PREFIX = "probe:"
_TONES = {"ok": "ok", "soon": "warn", "over": "alarm", "none": "alarm"}


def probe_title(held: Probe) -> str:
    """Its own name, in the language of the moment."""
    return (held.zh if language.now == "zh" else held.en) or held.serial


def due_mark(held: Probe, day: date) -> Mark:
    """How long its calibration holds, in a word."""
    if held.state == probes.RETIRED:
        return Mark(say("probe.due.retired"))
    due = probes.due(held, day)
    return Mark(_due_words(f"probe.due.{due.word}", due), _TONES[due.word])


def _due_words(key: str, due: Due) -> str:
    return say(key, day=due.on.isoformat() if due.on is not None else "", days=due.days if due.days is not None else "")


def probe_way(held: Probe, day: date) -> Way:
    """The probe as a line of its device's panel."""
    parts = (probe_title(held), say(f"temperature_page.sits.{held.sits}"), _newest_number(held))
    return Way(f"{PREFIX}{held.id}", held.serial, " · ".join(part for part in parts if part), due_mark(held, day))


def _newest_number(held: Probe) -> str:
    return str(held.certificates[-1]["number"]) if held.certificates else ""


def due_note(held: Probe, day: date) -> Note | None:
    """The warning that its calibration asks for; None while all is well."""
    due = probes.due(held, day)
    if due.word == "ok" or held.state == probes.RETIRED:
        return None
    return Note(_TONES[due.word], _due_words(f"probe.note.{due.word}", due), (say("probe.note.line"),))


def probe_detail(desk: Desk, held: Probe, tree: Tree, zone: str) -> Detail:
    """The panel of one probe."""
    day = desk.now().day
    place = tree.places[held.place]
    notes = [note for note in (due_note(held, day), _reach_note(held, place)) if note is not None]
    notes += [_doubt_note(one) for one in reversed(held.certificates) if "doubted" in one]
    sections = (
        Section("", tuple(_facts(desk, held, zone))),
        Section(
            say("probe.certificates"),
            tuple(_certificate(one) for one in reversed(held.certificates)),
            say("probe.no_certificates"),
        ),
    )
    line = f"{probe_title(held)} · {held.id}"
    return Detail(held.serial, due_mark(held, day), device_name(place), line, tuple(notes), sections)


def _facts(desk: Desk, held: Probe, zone: str) -> list[Fact]:
    interval = say("probe.fact.seconds", n=held.interval_s) if held.interval_s else say("probe.fact.unknown")
    found = [
        Fact(say("probe.fact.sits"), say(f"temperature_page.sits.{held.sits}")),
        Fact(say("probe.fact.interval"), interval),
    ]
    series = [one.doc for one in desk.store.find("series", probe=held.id) if one.doc["last_c"] is not None]
    last = max(series, key=lambda doc: int(doc["last_ms"]), default=None)
    if last is not None:
        time = wall(int(last["last_ms"]), zone).strftime("%Y-%m-%d %H:%M")
        found.append(Fact(say("probe.fact.last"), f"{minus(last['last_c'])} °C", time))
    source = desk.store.get("source", held.source) if held.source else None
    if source is not None:
        text = say("probe.fact.source_by", ident=source.id, version=source.version)
        found.append(Fact(say("probe.fact.source"), text, str(source.doc[language.now])))
    kept = desk.store.get("probe", held.id)
    for name in ("before", "after"):
        if kept is not None and kept.doc.get(name):
            found.append(Fact(say(f"probe.fact.{name}"), probe_acts.get(desk, str(kept.doc[name])).serial))
    return found


def _certificate(doc: Mapping[str, Any]) -> Fact:
    points = "; ".join(
        say("probe.points", at=minus(row[0]), u=row[1], error=minus(row[2] if len(row) > 2 else 0))
        for row in doc.get("points", ())
    )
    found = say(f"probe.as_found.{doc['as_found']}") if "as_found" in doc else ""
    made = say("probe.calibrated", day=doc["calibrated_on"])
    below = [part for part in (made, doc.get("lab", ""), found, points or say("probe.no_points")) if part]
    failed = doc.get("as_found") == "fail"
    until = say("probe.until", day=doc["due_on"])
    return Fact(str(doc["number"]), until, " · ".join(below), "alarm" if failed else "")


def _reach_note(held: Probe, place: Place) -> Note | None:
    """A certificate of 0 and 40 °C says nothing of a tank (regulation 3.6)."""
    if not held.certified or not place.limit_c_max or probes.reaches(held.certified[-1], Decimal(place.limit_c_max)):
        return None
    return Note("warn", say("probe.no_reach", limit=minus(place.limit_c_max)), (say("probe.no_reach_line"),))


def _doubt_note(certificate: Mapping[str, Any]) -> Note:
    doubted = probe_acts.doubted_by(certificate)
    assert doubted is not None
    title = say("probe.doubt", day=certificate["calibrated_on"])
    return Note("alarm", title, (doubt_line(doubted),))


def doubt_line(doubted: Doubted) -> str:
    """How much is in doubt."""
    counts = {name: len(getattr(doubted, name)) for name in ("series", "containers", "excursions")}
    return say("probe.doubt_line", **counts)


def since_words(doubted: Doubted) -> str:
    """Since when."""
    return doubted.since.isoformat() if doubted.since is not None else say("probe.never")


# --- the list ---------------------------------------------------------------------------------------------------------


def doubted_sections(desk: Desk, held: Probe, doubted: Doubted, zone: str) -> tuple[Section, ...]:
    """Every file with its period, every container with its stay, every excursion that was judged by the probe."""
    return (
        Section(
            say("probe.doubted.series"),
            tuple(_series(desk, id, zone) for id in doubted.series),
            say("probe.doubted.no_series"),
        ),
        Section(
            say("probe.doubted.containers"),
            tuple(_stays(desk, held, doubted, zone)),
            say("probe.doubted.no_containers"),
        ),
        Section(
            say("probe.doubted.excursions"),
            tuple(_excursion(desk, id) for id in doubted.excursions),
            say("probe.doubted.no_excursions"),
        ),
    )


def _span(first_ms: int, last_ms: int | None, zone: str) -> str:
    end = wall(last_ms, zone).strftime("%Y-%m-%d %H:%M") if last_ms is not None else say("probe.doubted.still")
    return f"{wall(first_ms, zone):%Y-%m-%d %H:%M} → {end}"


def _series(desk: Desk, id: str, zone: str) -> Fact:
    held = desk.store.get("series", id)
    assert held is not None
    small = say("probe.doubted.readings", name=held.doc["name"], count=held.doc["count"])
    return Fact(id, _span(int(held.doc["first_ms"]), int(held.doc["last_ms"]), zone), small)


def _stays(desk: Desk, held: Probe, doubted: Doubted, zone: str) -> Iterator[Fact]:
    """Their stays in the device while it measured. No name stands here: container and chain of identity lead to it."""
    files = [one.doc for id in doubted.series if (one := desk.store.get("series", id)) is not None]
    if not files:
        return
    first_ms, last_ms = (min(int(doc["first_ms"]) for doc in files), max(int(doc["last_ms"]) for doc in files))
    for stay in place_acts.stays_in(desk, held.place, first_ms, last_ms):
        if stay.container not in doubted.containers:
            continue
        kept = desk.store.get("container", stay.container)
        order = desk.store.get("order", str(kept.doc["order"])) if kept is not None else None
        whose = str(order.doc.get("coi") or order.id) if order is not None else ""
        until_ms = stay.until.utc_ms if stay.until is not None else None
        small = " · ".join(part for part in (whose, stay.place) if part)
        yield Fact(stay.container, _span(stay.since.utc_ms, until_ms, zone), small)


def _excursion(desk: Desk, id: str) -> Fact:
    held = desk.store.get("excursion", id)
    assert held is not None
    peak = f"{minus(held.doc['peak_c'])} °C" if held.doc["peak_c"] else say("probe.fact.unknown")
    return Fact(id, peak, parse_iso(str(held.doc["opened_at"])).local.strftime("%Y-%m-%d %H:%M"))

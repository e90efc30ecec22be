"""What stands where, as the map says it: cells, devices, shippers, the panel of what is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cellguide.clock import Moment, parse_iso
from cellguide.container_life import Container
from cellguide.entry import Doc
from cellguide.places import RETIRED, Cell, Place, Tree
from cellguide.shipper_hold import Countdown
from ui.kit import Mark
from ui.language import language, say
from ui.pages.map import RackLook, ShipperLook, StoredRow
from ui.pages.panel import Detail, Fact, Note, Section, Way
from ui.rack import CellLook
from ui.wiring.excursion_words import device_name, minus
from ui.wiring.shipper_words import act_by_words, shipper_tone, stamp

_LOOKS = {
    "accepted": "stored",
    "backup": "stored",
    "released": "stored",
    "arrived": "pending",
    "pending": "pending",
    "locked": "locked",
    "rejected": "rejected",
}
CONTAINER = "container:"  # a container that is picked by itself, because it stands in no position
_TONES = {"stored": "ok", "pending": "warn", "locked": "alarm", "rejected": "alarm", "other": "info"}


class Held(NamedTuple):
    """A container with the document of its order."""

    one: Container
    order: Doc

    @property
    def patient(self) -> str:
        return str((self.order.get("patient") or {}).get("name") or "—")

    @property
    def coi(self) -> str:
        return str(self.order.get("coi") or "")

    @property
    def product(self) -> str:
        return str(self.order.get(f"product_{language.now}") or self.order.get("product") or "—")

    @property
    def infusion_on(self) -> str:
        return str((self.order.get("planned") or {}).get("infusion_on") or "")

    @property
    def look(self) -> str:
        return _LOOKS.get(self.one.state, "other")

    @property
    def state(self) -> Mark:
        return Mark(say(f"container.state.{self.one.state}"), _TONES[self.look])

    def matches(self, needles: Sequence[str]) -> bool:
        """Whether every word occurs in what a person may look for."""
        hay = " ".join((self.patient, self.coi, self.product, self.one.lot, self.one.din, self.one.id, self.one.place))
        return all(needle in hay.casefold() for needle in needles)


def tail(text: str) -> str:
    """The last three characters of a chain of identity, for a cell.

    >>> tail("DEMO-24098"), tail("")
    ('098', '···')
    """
    return text[-3:] if text else "···"


def cell_look(
    cell: Cell, held: Sequence[Held], needles: Sequence[str], path: str, kept: Sequence[Held] = ()
) -> CellLook:
    """One position with what is in it, or what it is ``kept`` for; where somebody searches, all else steps back."""
    place = cell.place
    if kept and not held:
        one = kept[0]
        said = say("map.kept_said", place=path, patient=one.patient, coi=one.coi or "—")
        dim = bool(needles) and not any(each.matches(needles) for each in kept)
        return CellLook(place.code, "reserved", say("map.letter.reserved"), tail(one.coi or one.one.id), said, dim)
    if not held:
        off = place.state == RETIRED
        said = say("map.off_said" if off else "map.free_said", place=path)
        hit = all(needle in f"{place.code} {path}".casefold() for needle in needles)
        return CellLook(place.code, "off" if off else "free", "", "", said, bool(needles) and not hit)
    worst = min(held, key=lambda one: ("locked", "rejected", "pending", "other", "stored").index(one.look))
    said = say(
        "map.taken_said", place=path, patient=worst.patient, state=worst.state.text, coi=worst.coi or "—",
        expiry=worst.one.expiry or "—",
    )  # fmt: skip
    dim = bool(needles) and not any(one.matches(needles) for one in held)
    letter = say(f"map.letter.{worst.look}") + (f"×{len(held)}" if len(held) > 1 else "")
    return CellLook(place.code, worst.look, letter, tail(worst.coi or worst.one.id), said, dim)


def racks(tree: Tree, device: Place, looks: Mapping[str, CellLook]) -> tuple[RackLook, ...]:
    """The device's cells rack by rack; ``looks`` by place id."""
    groups: dict[str, list[CellLook]] = {}
    for id, look in looks.items():
        place = tree.places[id]
        groups.setdefault(id if place.device else place.parent, []).append(look)
    found = []
    for group, cells in sorted(groups.items(), key=lambda pair: tree.places[pair[0]].code):
        place = tree.places[group]
        if place.id == device.id:
            loose = [cell for cell in cells if cell.code == device.code]
            rest = [cell for cell in cells if cell.code != device.code]
            if rest:
                found.append(RackLook(say("map.positions"), tuple(rest)))
            if loose and loose[0].look != "free":
                found.append(RackLook(say("map.loose"), tuple(loose)))
            continue
        zone = tree.zone(group)
        name = device_name(place)
        found.append(RackLook(say(f"map.zone_{zone}", name=name) if zone else name, tuple(cells)))
    return tuple(found)


def stored_row(held: Held, tree: Tree) -> StoredRow:
    """One line of the list."""
    place = tree.by_code(held.one.place)
    where = tree.path(place.id, language.now) if place is not None else held.one.place or "—"
    one = held.one
    return StoredRow(one.place, where, held.patient, held.product, held.coi or "—", one.lot or "—",
                     one.expiry or "—", held.state)  # fmt: skip


class More(NamedTuple):
    """What the panel knows beside the container: who stored it and when, how long it was out of the cold, the device's
    warmest reading since then (text), and why it is on hold."""

    stored: str = ""
    exposure_s: int | None = None
    warmest: str = ""
    holds: str = ""


def container_detail(held: Sequence[Held], path: str, more: More) -> Detail:
    """The panel of a taken position."""
    first = held[0]
    one = first.one
    facts = [
        Fact(say("map.fact.coi"), first.coi or "—"),
        Fact(say("map.fact.lot"), one.lot or "—"),
        Fact(say("map.fact.expiry"), one.expiry or "—"),
        Fact(say("map.fact.state"), first.state.text, "", first.state.tone if first.look != "stored" else ""),
    ]
    if more.holds:
        facts.append(Fact(say("map.fact.held"), more.holds, "", "alarm"))
    facts.append(Fact(say("map.fact.stored"), more.stored or say("map.fact.unknown")))
    if more.exposure_s is not None:
        facts.append(Fact(say("map.fact.exposure"), say("map.fact.seconds", n=more.exposure_s)))
    facts.append(Fact(say("map.fact.warmest"), more.warmest or say("map.fact.unknown")))
    facts.append(Fact(say("map.fact.planned"), first.infusion_on or "—"))
    bag = say("map.bags", product=first.product, n=one.n, of=one.of)
    line = " · ".join((bag, say("map.several", count=len(held)))) if len(held) > 1 else bag
    letter = Mark(say(f"map.letter.{first.look}"), _TONES[first.look])
    return Detail(first.patient, letter, path, line, (), (Section("", tuple(facts)),))


class Store(NamedTuple):
    """What the panel knows of a place beside itself. ``held``: containers in it; ``coldest``: the limit that what is in
    it asks for (°C), None where its own is as cold; ``level``: newest nitrogen with its unit; ``made`` and ``planned``:
    today's rounds; ``missed``: of the last seven days; ``counted``: this month, None where nothing is counted;
    ``probes``, ``loose`` (containers in no position): as ways; ``notes``: what is wrong with them."""

    held: int = 0
    coldest: str | None = None
    level: str = ""
    made: int = 0
    planned: int = 0
    missed: int = 0
    counted: bool | None = None
    probes: tuple[Way, ...] = ()
    loose: tuple[Way, ...] = ()
    notes: tuple[Note, ...] = ()


def loose_way(held: Held) -> Way:
    """A container that stands in no position, as a line of the panel of what it stands in."""
    return Way(f"{CONTAINER}{held.one.id}", held.patient, f"{held.product} · {held.coi or held.one.id}", held.state)


def place_detail(place: Place, tree: Tree, store: Store) -> Detail:
    """The panel of a free position, a rack, a device, a room or a site."""
    off = place.state == RETIRED
    word = say("map.fact.retired") if off else say("map.fact.in_use")
    if not tree.below.get(place.id) and not store.held and not off and place.kind not in ("site", "room"):
        word = say("map.fact.free")
    facts = [Fact(say("map.fact.code"), place.code), Fact(say("map.fact.kind"), say(f"map.kind.{place.kind}"))]
    if place.kind not in ("site", "room"):
        facts.append(Fact(say("map.fact.zone"), say(f"map.zone.{tree.zone(place.id) or 'none'}")))
    if not tree.below.get(place.id) and place.kind not in ("site", "room"):
        facts.append(Fact(say("map.fact.capacity"), str(place.capacity)))
    else:
        facts.append(Fact(say("map.fact.held_now"), str(store.held)))
    sections = [Section(say("probe.title"), (), say("probe.none_here"), store.probes)] if place.device else []
    title = say("map.loose" if tree.below.get(place.id) else "map.fact.held_now")
    sections += [Section(title, (), "", store.loose)] if store.loose else []
    own = _device_facts(place, store) if place.device else []
    sections.append(Section(say("map.fact.itself") if own else "", tuple(facts + own)))
    path = tree.path(place.id, language.now) if tree.device(place.id) not in (None, place) else _above(place, tree)
    return Detail(device_name(place), Mark(word, ""), path, "", store.notes, tuple(sections))


def _above(place: Place, tree: Tree) -> str:
    """The site and room that it stands in."""
    return " · ".join(device_name(one) for one in reversed(tree.up(place.id)[1:]))


def _device_facts(place: Place, store: Store) -> list[Fact]:
    limits = [f"≥ {minus(place.limit_c_min)} °C"] if place.limit_c_min else []
    limits += [f"≤ {minus(place.limit_c_max)} °C"] if place.limit_c_max else []
    colder = say("map.fact.coldest", limit=minus(store.coldest)) if store.coldest is not None else ""
    rests_on = " · ".join(part for part in (place.limit_source, colder) if part)
    found = [Fact(say("map.fact.limits"), ", ".join(limits) or say("map.fact.no_limit"), rests_on)]
    if place.margin_c:
        found.append(Fact(say("map.fact.margin"), f"{place.margin_c} °C"))
    if place.phase:
        found.append(Fact(say("map.fact.phase"), say(f"map.phase.{place.phase}")))
    if place.level_min:
        found.append(Fact(say("map.fact.least"), f"{minus(place.level_min)} {place.level_unit}"))
    if store.level:
        found.append(Fact(say("map.fact.level"), store.level))
    if place.hold_end_at:
        found.append(Fact(say("map.fact.hold_end"), parse_iso(place.hold_end_at).local.strftime("%Y-%m-%d %H:%M")))
    if place.rounds:
        today = say("map.fact.rounds_next", done=store.made, all=store.planned)
        missed = say("map.fact.missed", count=store.missed) if store.missed else ""
        small = " · ".join(part for part in (today, missed) if part)
        found.append(Fact(say("map.fact.rounds"), " ".join(place.rounds), small))
    if store.counted is not None:
        word = say("map.fact.counted_yes" if store.counted else "map.fact.counted_no")
        found.append(Fact(say("map.fact.counted"), word, "", "" if store.counted else "warn"))
    return found


def shipper_look(
    place: Place, inside: Sequence[Held], count: Countdown, last: tuple[str, str] | None, now: Moment
) -> ShipperLook:
    """A shipper used as a store; its end counts only while its readings are trusted (clinical-review E12)."""
    names = " · ".join(f"{one.patient} {one.coi}".strip() for one in inside) or say("map.shipper.empty")
    parts = []
    if count.next_reading is None:
        parts.append(say("map.shipper.first"))
    else:
        parts.append(say("map.shipper.next", time=stamp(count.next_reading)))
    if last is not None:
        time = parse_iso(last[1]).local.strftime("%H:%M")
        parts.append(say("map.shipper.last", value=minus(last[0]), time=time))
    if place.limit_c_max:
        parts.append(say("map.limit", limit=minus(place.limit_c_max)))
    if place.stands:
        parts.append(say("map.shipper.stands", place=place.stands))
    mark = Mark(act_by_words(count), shipper_tone(count, now) if inside else "")
    if count.why and count.why not in ("over", "no_end", "no_reading"):
        parts.insert(0, say(f"map.shipper.why_{count.why}"))
    return ShipperLook(
        place.code, say("map.shipper.title", name=device_name(place), inside=names), " · ".join(parts), mark
    )

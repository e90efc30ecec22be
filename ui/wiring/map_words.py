"""What stands where, as the map says it: cells, devices, shippers, the panel of what is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cellguide.clock import parse_iso
from cellguide.container_life import Container
from cellguide.entry import Doc
from cellguide.places import RETIRED, Cell, Countdown, Place, Tree
from ui.kit import Mark
from ui.language import language, say
from ui.pages.map import RackLook, ShipperLook, StoredRow
from ui.pages.panel import Detail, Fact, Section
from ui.rack import CellLook
from ui.wiring.excursion_words import device_name, minus

_LOOKS = {
    "accepted": "stored",
    "backup": "stored",
    "released": "stored",
    "arrived": "pending",
    "pending": "pending",
    "locked": "locked",
    "rejected": "locked",
}
_TONES = {"stored": "ok", "pending": "warn", "locked": "alarm", "other": "info"}


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


def cell_look(cell: Cell, held: Sequence[Held], needles: Sequence[str], path: str) -> CellLook:
    """One position with what is in it; where somebody searches, everything else steps back."""
    place = cell.place
    if not held:
        off = place.state == RETIRED
        said = say("map.off_said" if off else "map.free_said", place=path)
        hit = all(needle in f"{place.code} {path}".casefold() for needle in needles)
        return CellLook(place.code, "off" if off else "free", "", "", said, bool(needles) and not hit)
    worst = min(held, key=lambda one: ("locked", "pending", "other", "stored").index(one.look))
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


def free_detail(place: Place, tree: Tree) -> Detail:
    """The panel of a free position."""
    zone = tree.zone(place.id) or "none"
    off = place.state == RETIRED
    facts = (
        Fact(say("map.fact.code"), place.code),
        Fact(say("map.fact.zone"), say(f"map.zone.{zone}")),
        Fact(say("map.fact.capacity"), str(place.capacity)),
    )
    word = say("map.fact.retired" if off else "map.fact.free")
    return Detail(device_name(place), Mark(word, ""), tree.path(place.id, language.now), "", (), (Section("", facts),))


def shipper_look(place: Place, inside: Sequence[Held], count: Countdown, last: tuple[str, str] | None) -> ShipperLook:
    """A shipper used as a store; its end counts only while its readings are trusted (clinical-review E12)."""
    names = " · ".join(f"{one.patient} {one.coi}".strip() for one in inside) or say("map.shipper.empty")
    parts = []
    if count.next_reading is None:
        parts.append(say("map.shipper.first"))
    else:
        parts.append(say("map.shipper.next", time=count.next_reading.local.strftime("%m-%d %H:%M")))
    if last is not None:
        time = parse_iso(last[1]).local.strftime("%H:%M")
        parts.append(say("map.shipper.last", value=minus(last[0]), time=time))
    if place.limit_c_max:
        parts.append(say("map.limit", limit=minus(place.limit_c_max)))
    mark = Mark(say("map.shipper.no_end"), "warn")
    if count.act_by is not None:
        time = count.act_by.local.strftime("%m-%d %H:%M")
        over = count.alarm_h == 0
        mark = Mark(say("map.shipper.over" if over else "map.shipper.act_by", time=time), "alarm" if over else "warn")
    if count.why and count.why not in ("over", "no_end"):
        mark = Mark(mark.text, "alarm")
    if count.why and count.why not in ("over", "no_end", "no_reading"):
        parts.insert(0, say(f"map.shipper.why_{count.why}"))
    return ShipperLook(
        place.code, say("map.shipper.title", name=device_name(place), inside=names), " · ".join(parts), mark
    )

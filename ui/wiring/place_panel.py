"""What the storage map's panel knows of a place or a probe, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from cellguide import probes
from cellguide.acts import device_rounds, excursions
from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.desk import Desk
from cellguide.entry import Doc
from cellguide.places import IN_USE, Place, Tree
from cellguide.probes import Probe
from cellguide.rounds import Level
from ui.language import say
from ui.pages.panel import Note, Way
from ui.wiring.excursion_words import excursion_words, minus, whom_words
from ui.wiring.map_words import Store
from ui.wiring.probe_words import due_note, probe_way
from ui.wiring.probes import filed

May = Callable[[str], bool]


def store_of(desk: Desk, tree: Tree, place: Place, level: Level | None, loose: Sequence[Way]) -> Store:
    """What the panel shows of a place beside itself; ``level``: its newest nitrogen; ``loose``: what stands in it and
    in no position."""
    held = place_acts.inside(desk, tree, place.id)
    if not place.device:
        return Store(len(held), loose=tuple(loose), notes=_kept_notes(desk, place))
    now = desk.now()
    limit = place_acts.device_limit(desk, tree, place)
    colder = limit is not None and (not place.limit_c_max or limit[0] < Decimal(place.limit_c_max))
    planned = device_rounds.planned(desk, place, now) if place.rounds else ()
    today = [one for one in planned if one.at.day == now.day]
    there = probe_acts.listed(desk, place.id)
    notes = [note for one in there if (note := due_note(one, now.day)) is not None]
    return Store(
        len(held),
        str(limit[0]) if colder and limit is not None else None,
        f"{minus(level.value)} {place.level_unit}" if level is not None else "",
        sum(one.done_at is not None for one in today),
        len(today),
        sum(one.word == "missed" for one in planned),
        not place_acts.count_due(desk, place.id),
        tuple(probe_way(one, now.day) for one in there),
        tuple(loose),
        tuple(notes),
    )


def alarm_of(desk: Desk, place: Place) -> tuple[str, Doc] | None:
    """The open excursion of a device that no logger measures (a shipper read by hand): it has no temperature page, so
    it is seen, silenced and resolved here."""
    if not place.device or probe_acts.listed(desk, place.id):
        return None
    return next(((id, doc) for id, doc in excursions.listed(desk) if doc["place"] == place.id), None)


def with_alarm(desk: Desk, place: Place, doc: Doc, store: Store) -> Store:
    """The panel's knowledge, with the excursion above everything else."""
    whom = whom_words(desk, doc)
    note = Note("alarm", excursion_words(place, doc, str(desk.site.get("zone", "UTC"))), (whom,) if whom else ())
    return store._replace(notes=(note, *store.notes))


def _kept_notes(desk: Desk, place: Place) -> tuple[Note, ...]:
    """For whom a position is reserved."""
    found = []
    for one in place_acts.kept(desk).get(place.code, ()):
        order = desk.store.get("order", one.order)
        facts = order.doc if order is not None else {}
        name = str((facts.get("patient") or {}).get("name") or "—")
        title = say("map.kept", patient=name, coi=str(facts.get("coi") or "—"))
        found.append(Note("info", title, (one.id,)))
    return tuple(found)


def place_acts_offered(tree: Tree, place: Place, store: Store, may: May) -> list[str]:
    """What may be done with a place, the clear one first: a count that is due, a round, a change."""
    found: list[str] = []
    if place.state == IN_USE and place.device:
        due = ["count"] if may("count_stock") else []
        begins = ["round"] if may("start_round") else []
        found += due + begins if store.counted is False and store.held else begins + due
        found += ["add_probe"] if may("add_probe") else []
        found += ["alarm_rules"] if may("add_place") else []
    if may("add_place"):
        found += ["change", "retire"] if place.state == IN_USE else ["take_back"]
    return found + (["up"] if place.parent in tree.places else [])


def probe_acts_offered(held: Probe, may: May) -> list[str]:
    """What may be done with a probe; of one that is out of use only what looks back."""
    found: list[str] = []
    in_use = held.state == probes.IN_USE
    if in_use and may("record_calibration"):
        found.append("certificate")
    found += ["doubted"] if any("doubted" in one for one in held.certificates) else []
    found += ["change_probe", "replace_probe", "retire_probe"] if in_use and may("add_probe") else []
    return [*found, *(["file"] if filed(held) is not None else []), "up"]

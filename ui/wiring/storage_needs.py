"""What the stores need somebody for, as Today lists it: what is out of the cold, shippers that are read every four
hours, positions to be scanned, calibrations, rounds due or missed, stock counts.
"""

from __future__ import annotations

from cellguide.acts import moves, rounds, shipper_store
from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.acts.rounds import Duty
from cellguide.clock import parse_iso
from cellguide.container_life import Container
from cellguide.desk import Desk
from cellguide.entry import Doc
from cellguide.places import IN_USE
from ui.kit import Mark
from ui.language import language, say
from ui.pages.today import Need
from ui.station import Station
from ui.wiring.excursion_words import device_name
from ui.wiring.shipper_words import act_by_words, shipper_tone, stamp

_TONES = {"soon": "warn", "over": "alarm", "none": "alarm"}


def storage_needs(desk: Desk) -> list[Need]:
    """The lines, the worst first."""
    found = [*_out(desk), *_shippers(desk), *_unreconciled(desk)]
    found += [*_calibrations(desk), *_rounds(desk), *_counts(desk)]
    return sorted(found, key=lambda need: need.mark.tone != "alarm")


def _out(desk: Desk) -> list[Need]:
    """Containers that were taken out and are in no position yet."""
    found = []
    for held in desk.store.find("move", state=moves.OUT):
        time = parse_iso(held.doc["out_at"]).local.strftime("%H:%M")
        text = say("map.need.out_text", container=held.doc["container"], time=time)
        found.append(Need(f"out:{held.id}", Mark(say("map.need.out"), "alarm"), text, say("map.duty.put_in")))
    return found


def _shippers(desk: Desk) -> list[Need]:
    """Every shipper that is a store: the next reading, until when somebody must act, what makes it doubtful."""
    found = []
    for shipper, there in shipper_store.stores(desk):
        count = shipper_store.shipper_countdown(desk, shipper.code)
        parts = [] if not count.why or count.why in ("over", "no_end") else [say(f"map.shipper.why_{count.why}")]
        if count.next_reading is not None:
            parts.append(say("map.shipper.next", time=stamp(count.next_reading)))
        elif count.why != "no_reading":
            parts.append(say("map.shipper.first"))
        parts.append(act_by_words(count))
        facts = {"name": device_name(shipper), "patients": _patients(desk, there), "what": " · ".join(parts)}
        mark = Mark(say("map.need.shipper"), shipper_tone(count, desk.now()))
        found.append(Need(f"shipper:{shipper.code}", mark, say("map.need.shipper_text", **facts), say("map.need.read")))
    return found


def _patients(desk: Desk, there: list[Container]) -> str:
    names: dict[str, None] = {}
    key = "initials" if desk.site.get("names_on_board") == "initials" else "name"
    for one in there:
        order = desk.store.get("order", one.order)
        names[str(((order.doc if order else {}).get("patient") or {}).get(key) or one.order)] = None
    return "、".join(names) if language.now == "zh" else ", ".join(names)


def _unreconciled(desk: Desk) -> list[Need]:
    """One line for each emergency move of which positions still wait to be scanned."""
    waiting: dict[str, list[tuple[Doc, bool]]] = {}
    for _, doc, over in moves.unreconciled(desk):
        waiting.setdefault(str(doc["bulk"]), []).append((doc, over))
    found = []
    for group in waiting.values():
        doc, over = group[0]
        place = place_acts.tree(desk).by_code(str(doc["to"]))
        device = device_name(place) if place is not None else str(doc["to"])
        facts = {"device": device, "count": len(group), "time": stamp(parse_iso(doc["due_at"]))}
        text = say("map.need.reconcile_over" if over else "map.need.reconcile_text", **facts)
        mark = Mark(say("map.need.reconcile"), "alarm" if over else "warn")
        found.append(Need(f"at:{doc['container']}", mark, text, say("map.duty.scan")))
    return found


def _calibrations(desk: Desk) -> list[Need]:
    places = place_acts.tree(desk).places
    found = []
    for held, due in probe_acts.calibrations_due(desk):
        day = due.on.isoformat() if due.on is not None else ""
        text = say(f"probe.need.{due.word}", probe=held.serial, device=device_name(places[held.place]), day=day)
        mark = Mark(say("probe.need.calibration"), _TONES[due.word])
        found.append(Need(f"probe:{held.id}", mark, text, say("today.verb.look")))
    return found


def _rounds(desk: Desk) -> list[Need]:
    """One line for what is due now, one for each device of which rounds were missed within seven days."""
    found, missed = [], dict[str, list[Duty]]()
    for duty in rounds.duties(desk):
        if duty.planned.word == "missed":
            missed.setdefault(duty.device.id, []).append(duty)
        elif duty.planned.word == "due":
            time = duty.planned.at.local.strftime("%H:%M")
            text = say("probe.need.round_due", time=time, device=device_name(duty.device))
            mark = Mark(say("probe.need.round"), "warn")
            found.append(Need(f"round:{duty.device.code}", mark, text, say("today.verb.start")))
    for duties in missed.values():
        last = duties[-1]
        time = last.planned.at.local.strftime("%m-%d %H:%M")
        text = say("probe.need.round_missed", device=device_name(last.device), count=len(duties), time=time)
        mark = Mark(say("probe.need.round"), "warn")
        found.append(Need(f"round:{last.device.code}", mark, text, say("today.verb.start")))
    return found


def _counts(desk: Desk) -> list[Need]:
    """Devices with something in them that nobody has counted this month."""
    known = place_acts.tree(desk)
    found = []
    for one in known.places.values():
        if one.device and one.state == IN_USE and one.kind != "shipper":
            if not place_acts.count_due(desk, one.id) or not place_acts.inside(desk, known, one.id):
                continue
            text = say("probe.need.count_due", device=device_name(one))
            mark = Mark(say("probe.need.count"), "warn")
            found.append(Need(f"count:{one.code}", mark, text, say("today.verb.start")))
    return found


def open_storage_need(station: Station, kind: str, what: str) -> None:
    """Show the probe, or begin the round, the count, the reading, the putting in or the scan, on the storage page."""
    station.frame.open_page("storage")
    wire = station.wires["storage"]
    if kind == "probe":
        wire.show_probe(what)  # type: ignore[attr-defined]
    else:
        wire.begin(kind, what)  # type: ignore[attr-defined]

"""What a walk about a storage device knows of it, and what its answers change: facts ``device.*``, the round, holds.

Called while facts are gathered and answers written (``run_facts``); the acts of rounds themselves stand in ``rounds``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from .. import probes, rounds
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..excursion_dossier import ON
from ..facts import MISSING, SILENT, Unknown
from ..places import Place
from ..probes import Probe
from ..rounds import Level
from ..runs import Answer, Run
from ..temperature.limits import Period
from . import excursions, imports, late_stays, planned_infusions, site_limits
from . import places as place_acts
from . import probes as probe_acts

ROUND = "round"
SOON_D = 14
ROUND_FRESH_H = 4
LOOK_BACK_D = 7


def device_of(desk: Desk, run: Run) -> Place | None:
    """The storage device that a run is about, None where it is about something else."""
    name = run.subjects.get("device", "")
    if not name or desk.store.get("place", name) is None:
        return None
    place = place_acts.get(desk, name)
    return place if place.device else None


def facts(desk: Desk, run: Run, at: Moment) -> dict[str, Any]:
    """The facts ``device.*`` of a run about a storage device; {} for any other run."""
    place = device_of(desk, run)
    if place is None:
        return {}
    known = place_acts.tree(desk)
    there = place_acts.inside(desk, known, place.id)
    held, ever = probe_acts.listed(desk, place.id), probe_acts.ever(desk, place.id)
    limit = place_acts.device_limit(desk, known, place)
    coming, _ = place_acts.product_limit(desk, run.subjects.get("order", ""))
    coldest = [value for value in (limit[0] if limit else None, coming) if isinstance(value, Decimal)]
    words = [probes.due(one, at.day).word for one in held]
    found: dict[str, Any] = {
        "device.code": place.code,
        "device.c_limit_max": min(coldest, default=MISSING),
        "device.c_limit_own": Decimal(place.limit_c_max) if place.limit_c_max else MISSING,
        "device.c_fault_below": imports.rules(desk).fault_below_c.value,
        "device.containers": len(there),
        "device.calibrated": bool(words) and all(word in ("ok", "soon") for word in words),
        "device.round_in_time": _in_time(desk, place, run, at),
    }
    # An answer asks twice at one moment, and this reads days of minutes.
    now = (desk.store.written(), at)
    loggers = desk.once(("loggers", place.id), now, lambda: _logger_facts(desk, place, ever, at))
    return found | _level_facts(desk, place, run) | loggers | _excursion_facts(desk, place)


def _level_facts(desk: Desk, place: Place, run: Run) -> dict[str, Any]:
    """A device without a least level (a mechanical freezer) has no nitrogen to judge."""
    if not place.level_min:
        return dict.fromkeys(("device.level_min", "device.level_warn", "device.level_used_per_d_max"), SILENT)
    least = Decimal(place.level_min)
    trend = rounds.trend([*levels(desk, place.id), *_own_level(run)], least)
    mean = trend.mean_per_d
    return {
        "device.level_min": least,
        "device.level_warn": least * rounds.LEVEL_WARN,
        "device.level_used_per_d": MISSING if trend.used_per_d is None else trend.used_per_d,
        "device.level_used_per_d_max": SILENT if mean is None else mean * rounds.USE_FACTOR,
    }


def _own_level(run: Run) -> list[Level]:
    found = [answer for key, answer in run.current.items() if key.step == "L-06" and not answer.not_applicable]
    filled = _value(run, "L-12") == "yes"
    return [Level(parse_iso(one.event_at), Decimal(one.value["decimal"]), filled) for one in found]


def levels(desk: Desk, device_id: str) -> list[Level]:
    """Every level that was read at a device."""
    docs = (held.doc for held in desk.store.find(ROUND, place=device_id))
    return [
        Level(parse_iso(doc["at"]), Decimal(doc["level"]), bool(doc.get("filled"))) for doc in docs if doc.get("level")
    ]


class Readings(NamedTuple):
    """What was read of a device: the document of the series that reaches furthest, and of the rounds with a value."""

    last: Doc | None
    rounds: tuple[Doc, ...]


def readings(desk: Desk, device_id: str) -> Readings:
    """The newest readings of any kind."""
    of_probes = [
        one.doc for probe in probe_acts.ever(desk, device_id) for one in desk.store.find("series", probe=probe.id)
    ]
    last = max((doc for doc in of_probes if doc["last_c"] is not None), key=_last_ms, default=None)
    return Readings(last, tuple(one.doc for one in desk.store.find(ROUND, place=device_id) if one.doc.get("c")))


def _last_ms(doc: Doc) -> int:
    return int(doc["last_ms"])


def _logger_facts(desk: Desk, place: Place, held: list[Probe], at: Moment) -> dict[str, Any]:
    """The newest reading of any kind, and what the loggers say of the time since the last round."""
    from ..temperature.evidence import gather
    from ..temperature.limits import Side

    read = readings(desk, place.id)
    last, made = read
    found: dict[str, Any] = {"device.c_now": c_now(read, at)}
    if last is None:
        return found
    found["device.logger_age_min"] = -(-(at.utc_ms - int(last["last_ms"])) // 60_000)
    since = max((parse_iso(doc["at"]).utc_ms for doc in made), default=at.utc_ms - 12 * 3_600_000)
    since = max(since, at.utc_ms - LOOK_BACK_D * 86_400_000)
    if int(last["last_ms"]) <= since or since >= at.utc_ms:
        return found
    period = Period(since, at.utc_ms)
    series = [one for probe in held for one in imports.readings_of(desk, probe.id, period)]
    evidence = gather(series, (), period, at.utc_ms)
    for name, side in (("device.c_warmest", Side.HIGH), ("device.c_coldest", Side.LOW)):
        extreme = evidence.extreme(side, period)
        if extreme is not None:
            found[name] = extreme.value_c
    return found


def c_now(read: Readings, at: Moment) -> Decimal | Unknown:
    """What can be called "now", in °C: a reading four intervals old at most, a round of four hours (engineering 4)."""
    fresh: list[tuple[int, str]] = []
    last, made = read
    if last is not None:
        reach_ms = 4 * int(last["interval_ms"] or 900_000)
        if at.utc_ms - int(last["last_ms"]) <= reach_ms:
            fresh.append((int(last["last_ms"]), str(last["last_c"])))
    for doc in made:
        read_ms = parse_iso(doc["at"]).utc_ms
        if 0 <= at.utc_ms - read_ms <= ROUND_FRESH_H * 3_600_000:
            fresh.append((read_ms, str(doc["c"])))
    return Decimal(max(fresh)[1]) if fresh else MISSING


def _excursion_facts(desk: Desk, place: Place) -> dict[str, Any]:
    open_ones = [(id, doc) for id, doc in excursions.listed(desk) if doc["place"] == place.id]
    found: dict[str, Any] = {"device.alarms_open": len(open_ones), "device.on_hold": 0, "device.infusion_soon": False}
    if not open_ones:
        return found
    held = [doc for id, _ in open_ones for _, doc in excursions.holds_of(desk, id) if doc["state"] == ON]
    days = [planned_infusions.infusion_on(desk, str(doc["order"])) for doc in held]
    found["device.on_hold"] = len({doc["container"] for doc in held})
    found["device.infusion_soon"] = any(_soon(day, desk.now().day) for day in days)
    _, newest = open_ones[0]
    if newest["peak_c"]:
        found["device.excursion_c_max"] = Decimal(newest["peak_c"])
    found["device.excursion_worst_min"] = -(-int(newest["out_worst_ms"]) // 60_000)
    found["device.excursion_import"] = ", ".join(newest["series"])
    return found


def _soon(day: date | None, today: date) -> bool:
    return day is not None and today <= day <= today + timedelta(days=SOON_D)


# --- the schedule -----------------------------------------------------------------------------------------------------


def planned(desk: Desk, place: Place, at: Moment) -> tuple[rounds.Planned, ...]:
    """The planned rounds of the last seven days and of today, since they have been planned at these times."""
    said = [entry for entry in desk.store.history("place", place.id) if "rounds" in entry["new"]]
    begun = parse_iso(str(said[-1]["ts"])).utc_ms if said else at.utc_ms
    start_ms = max(begun, at.utc_ms - LOOK_BACK_D * 86_400_000)
    done = [parse_iso(held.doc["at"]) for held in desk.store.find(ROUND, place=place.id)]
    zone = str(desk.site.get("zone", "UTC"))
    return rounds.schedule(place.rounds, done, Moment(start_ms, at.offset_min), at, zone)


def _in_time(desk: Desk, place: Place, run: Run, at: Moment) -> bool:
    """Judged by when the walk was begun: whoever looks carefully is not late for it."""
    if run.template.id != ROUND:
        return True
    begun = parse_iso(run.opened_at)
    return any(one.word in ("due", "done") and _near(one.at, begun) for one in planned(desk, place, at))


def _near(planned_at: Moment, begun: Moment) -> bool:
    return abs(planned_at.utc_ms - begun.utc_ms) <= rounds.WINDOW_H * 3_600_000


# --- what answers change ----------------------------------------------------------------------------------------------


def consequences(desk: Desk, run: Run, event: Answer, at: Moment, who: Actor) -> list[Change]:
    """A display that reads too warm holds what is inside at once, as a file would (L-02). The stop of the answer opens
    the deviation, so none is opened here. What an alarm's response found is the excursion's cause (X-04)."""
    place = device_of(desk, run)
    if run.template.id == excursions.RESPONSE:
        return excursions.cause_changes(desk, run, event)
    if place is None or run.template.id != ROUND or event.key.step != "L-02" or event.not_applicable:
        return []
    read_ms, c = parse_iso(event.event_at).utc_ms, Decimal(event.value["decimal"])
    limit = place_acts.device_limit(desk, place_acts.tree(desk), place)
    if limit is None or c <= limit[0]:
        return []
    changes = late_stays.reading_changes(desk, place, (read_ms, c), run.id, at=at, who=who)
    return [_without_deviation(change) for change in changes if change.kind != "deviation"]


def _without_deviation(change: Change) -> Change:
    if change.kind != "excursion" or "deviation" not in change.new:
        return change
    return Change(change.kind, change.id, {**change.new, "deviation": ""}, change.reason, change.event_at)


def closing_changes(desk: Desk, run: Run, at: Moment, who: Actor) -> list[Change]:
    """The round that a finished walk leaves: display, level, filling and oxygen, for trends and the schedule."""
    place = device_of(desk, run)
    if place is None or run.template.id != ROUND:
        return []
    id = desk.store.next_id(ROUND, f"L-{desk.store.station}-{at.local.year}-")
    doc: Doc = {"place": place.id, "state": "done", "kind": ROUND, "at": _read_at(run), "by": who.person}
    doc |= {"c": _number(run, "L-02"), "level": _number(run, "L-06"), "o2_percent": _number(run, "L-11")}
    doc |= {"filled": _value(run, "L-12") == "yes", "run": run.id}
    return [Change(ROUND, id, doc)]


def _read_at(run: Run) -> str:
    found = [answer.event_at for key, answer in run.current.items() if key.step == "L-02" and answer.event_at]
    return found[0] if found else run.opened_at


def _value(run: Run, step: str) -> Any:
    found = [answer.value for key, answer in run.current.items() if key.step == step and not answer.not_applicable]
    return found[0] if found else None


def _number(run: Run, step: str) -> str:
    value = _value(run, step)
    return str(value["decimal"]) if isinstance(value, Mapping) else ""


def sources(desk: Desk, run: Run) -> dict[str, str]:
    """What the facts of ``facts`` rest on, as paper prints it under a judgement."""
    place = device_of(desk, run)
    if place is None:
        return {}
    limit = place_acts.device_limit(desk, place_acts.tree(desk), place)
    fault = site_limits.site_sources(desk).get("site.tank_margin_c", "")
    found = {"device.c_limit_own": place.limit_source, "device.level_min": place.limit_source}
    found |= {
        "device.c_limit_max": limit[1] if limit else "",
        "device.c_fault_below": imports.rules(desk).fault_below_c.source,
    }
    return found | ({"device.alarm": fault} if fault else {})

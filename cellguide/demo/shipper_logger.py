"""A real logger file as one shipper's history: the demonstration's clock goes to the file, never the file to the clock.

The invented shipment departs at the file's first reading and arrives at its last one, so that every reading counts and
the judgement against the (invented) product's profile is a real one. The readings and their times stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from .. import runs
from ..acts import shipments as shipment_acts
from ..acts import shipper_file, walks
from ..clock import Moment, offset_at
from ..refusal import Refusal
from ..shipments import Announced, Shipment
from . import receipts
from .hospital import Hospital
from .people import SITE

N = 15
LEAD_S = 600
DAY_S = 86400
ASKED = {"zone": "demo.zone", "fold": "demo.zone", "unit": "demo.unit"}


class Given(NamedTuple):
    """A file that was understood. ``said``: what a person answered where it leaves something open; ``first``,
    ``last``: its own readings, at the demonstration site's offset; ``left_open``: questions
    without whose answer readings can be kept, though gaps depend on it."""

    name: str
    data: bytes
    said: Mapping[str, str]
    first: Moment
    last: Moment
    left_open: tuple[str, ...] = ()

    @property
    def begins(self) -> Moment:
        """When the scene begins: the order is typed in shortly before the shipper arrives."""
        return self.last.plus(seconds=-LEAD_S)


class Told(NamedTuple):
    """What became of it: the record, the moments in it, warmest °C, ``held`` or ``accept``."""

    record: str
    departed: Moment
    arrived: Moment
    placed: Moment
    c_max: str
    decision: str


def understand(path: Path, said: Mapping[str, str]) -> Given:
    """Read the file before anything is written.

    Raises what ``loggers.read`` raises, and where the file leaves open what nobody may guess: ``demo.zone``,
    ``demo.unit`` (fact: name), ``demo.question`` (facts: name, question, options).
    """
    from .. import imports
    from ..loggers.source import load

    data = load(path)
    try:
        taken = imports.take(data, path.name, answers=said)
    except Refusal as refusal:
        if refusal.code != "import.question":
            raise
        about = str(refusal.facts["question"])
        code = ASKED.get(about, "demo.question")
        options = str(refusal.facts["options"]) or "…"
        raise Refusal(code, name=path.name, question=about, options=options) from refusal
    series, days = taken.series, taken.summaries
    first_ms = min([*(one.start_ms for one in days), *([int(series.t_ms[0])] if series is not None else [])])
    last_ms = max([*(one.end_ms for one in days), *([int(series.t_ms[-1])] if series is not None else [])])
    left_open = tuple(one.about for one in taken.file.questions)
    return Given(path.name, data, said, _moment(first_ms), _moment(last_ms), left_open)


def _moment(at_ms: int) -> Moment:
    return Moment(at_ms, offset_at(at_ms, SITE.zone))


def receive(hospital: Hospital, given: Given) -> Told:
    """A whole receipt around the file; held where its readings do not meet the profile, accepted where they do."""
    case = _deliver(hospital, given)
    if hospital.clock.utc_ms < given.last.utc_ms:
        hospital.clock.move(seconds=(given.last.utc_ms - hospital.clock.utc_ms) / 1000)
    arrived = hospital.clock.now()
    run = receipts.start(hospital, case)
    receipts.door(hospital, run, case)
    receipts.cold(hospital, run, case)
    placed = hospital.clock.now()
    receipts.desk_work(hospital, run, case, expiry=_day(given.last, 270))
    hospital.clock.move(seconds=25)
    shipper_file.take_in_shipper_file(hospital.desk, run, given.data, given.name, answers=given.said)
    walk = walks.load_run(hospital.desk, run)
    held = any(stop.verdict.level == "held" for stop in runs.open_stops(walk))
    contact = "演示：真实记录仪文件的读数不符合演示产品档案，已请持有人书面处置" if held else ""
    receipts.decide(hospital, run, "hold" if held else "accept", contact=contact)
    record = hospital.close(run)
    hospital.sign(record, receipts.SIGNERS)
    logger = shipment_acts.get(hospital.desk, case.shipment.id).logger
    return Told(record, given.first, arrived, placed, str(logger["c_max"]), "hold" if held else "accept")


def _deliver(hospital: Hospital, given: Given) -> receipts.Case:
    """Order and notice as in the month, their days laid around the file's."""
    arrival = given.last
    new = receipts.new_order(N, "demo-cel", _day(arrival, 18), 1)
    number = new.patient.numbers[0]._replace(since=_day(given.first, -30))
    patient = new.patient._replace(numbers=(number,))
    order = hospital.order(replace(new, patient=patient, consent_on=_day(given.first, -20)))
    lot = receipts.lot_of(N)
    notice = Shipment(
        waybill=f"999-{55500000 + N * 11}",
        shipper=f"DEMO-SN-{N:03d}",
        carrier="演示冷链 DEMO Courier",
        seals=(f"S{771200 + N}",),
        hold_end_at=arrival.plus(seconds=2 * DAY_S).iso,
        lot=lot,
        approval_no="演示 DEMO 00000000",
        produced_on=_day(given.first, -10),
        supplier="演示持有人 DEMO",
        quantity="1",
        unit_price="0",
        bought_on=_day(given.first, -5),
        departed_at=given.first.iso,
        transport="干式液氮运输罐",
    )
    shipment, containers = hospital.announce(order, notice, (Announced(1, 1, lot, _day(arrival, 270)),))
    return receipts.Case(N, order, shipment, containers, f"演示罐A/架4/盒{N}")


def _day(at: Moment, days: int) -> str:
    return at.plus(seconds=days * DAY_S).day.isoformat()

"""A receipt walked through by two invented people, for the tests of runs. Counts what each of them had to do."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from cellguide.clock import SetClock, parse_iso
from cellguide.entry import Actor
from cellguide.facts import SILENT
from cellguide.runs import Facts, answer, check, open_run, settle
from cellguide.templates import Template, latest

FIRST = Actor("004217", "pharmacist", "password")
SECOND = Actor("004311", "pharmacist", "badge+pin")
PHYSICIAN = Actor("002001", "physician", "password")
QUALITY = Actor("006100", "quality", "password")
NURSE = Actor("005000", "nurse", "password")
SHA = "ab" * 32

KNOWN: dict[str, Any] = {
    "order.confirmed": True,
    "order.coi": "DC-24097",
    "order.chain_ids": ("DC-24097", "A9999 24 123456", "AP-24-0717"),
    "order.name_form": "ZMM",
    "order.name_forms": ("ZMM",),
    "order.second_ids": ("1968-04-17", "20241103"),
    "order.planned_on": date(2026, 12, 20),
    "order.planned_last_on": date(2026, 12, 20),
    "order.place_reserved": True,
    "profile.verified": True,
    "profile.storage_c_max": Decimal("-150"),
    "profile.receipt_ambient_s_max": SILENT,
    "profile.docs_required": ("delivery_note", "release_certificate"),
    "shipment.waybill": "999-12345675",
    "shipment.shipper": "DVS-0042",
    "shipment.seal": "S 771203",
    "shipment.count": 1,
    "shipment.lot": "RC2411-097",
    "shipment.expires_on": date(2027, 6, 30),
    "shipment.hold_end_at": parse_iso("2026-11-28T08:00:00+08:00"),
    "shipment.logger_calibrated": True,
    "shipment.logger_alarm": "none",
    "shipment.logger_c_max": Decimal("-183.4"),
    "shipment.logger_gap_min": 5,
    "shipment.acceptance_missing": (),
    "container.place_free": True,
    "device.c_now": Decimal("-178.2"),
    "device.c_limit_max": Decimal("-150"),
    "site.o2_percent_min": Decimal("19.5"),
    "site.o2_percent_max": Decimal("23.5"),
    "site.ambient_warn_s": 180,
    "site.transport_gap_min": 5,
    "site.clock_offset_s_max": 5,
    "site.clock_offset_s_min": -5,
    "run.people_trained": True,
}
SOURCES = {"profile.storage_c_max": "演示赛说明书 2026-01-15 【贮藏】"}

# What the first person does, in order: (step, value, parts). "each" is done for every container.
CLEAN: list[tuple[str, Any, dict[str, Any]]] = [
    ("R-09", "999-12345675", {}),
    ("R-10", "DVS-0042", {}),
    ("R-12", {"sha256": SHA}, {}),
    ("R-13", "S771203", {}),
    ("R-11", ["none"], {}),
    ("R-16", {"sha256": SHA}, {}),
    ("R-08", "DEMO-COURIER-7", {}),
    ("R-06", "20.9", {}),
    ("R-26", None, {}),
    ("R-27", ["none"], {}),
    ("R-28", "1", {}),
    ("R-29 each", "DC-24097", {"label": {"sha256": SHA}}),
    ("R-37 each", "A/3/07", {}),
    ("R-21", ["delivery_note", "release_certificate", "package_insert"], {}),
    ("R-22", "DC-24097", {}),
    ("R-23", "final", {}),
    ("R-30", "ZMM", {}),
    ("R-31", "1968-04-17", {}),
    ("R-32", "RC2411-097", {}),
    ("R-33", "2027-06-30", {}),
    ("R-35", "-150", {}),
    ("R-18", {"sha256": SHA, "name": "shipper.csv"}, {}),
    ("R-40", "accept", {}),
    ("R-39", "81234567890123456789", {}),
    ("R-42", {"meaning": "performed", "statement": SHA}, {}),
]
# What the second person gives, blind, while the first one goes on; None is a witness.
SECOND_GIVES: dict[str, Any] = {
    "R-28": "1",
    "R-22": "dc 24097",
    "R-23": None,
    "R-30": "zmm",
    "R-31": "1968 04 17",
    "R-32": "RC2411-097",
    "R-40": "accept",
    "R-42": None,
}


class Walk:
    """A run that is being walked; ``acts`` counts committed answers, parts included, by person."""

    def __init__(self, containers: tuple[str, ...] = ("C1",), template: Template | None = None, **known: Any) -> None:
        self.clock = SetClock("2026-11-22T14:00:00+08:00")
        values = KNOWN | {"shipment.count": len(containers)}
        values |= {name.replace("__", "."): value for name, value in known.items()}
        self.values: dict[str, Any] = values
        self.template = template or latest("receipt")
        self.run = open_run(
            "A-R-000001",
            self.template,
            subjects={"shipment": "A-S-000007", "order": "A-O-000003", "device": "station-A"},
            containers=containers,
            by=FIRST,
            at=self.clock.now().iso,
        )
        self.acts: Counter[str] = Counter()
        self.settle()

    @property
    def facts(self) -> Facts:
        """Every container was announced alike, so that the label of the first is read for all."""
        label = {
            "container.chain_ids": self.values["order.chain_ids"],
            "container.own_ids": SILENT,
            "container.lot": self.values["shipment.lot"],
            "container.notice_expires_on": self.values["shipment.expires_on"],
        }
        own = {name: label | {"container.label_new": name == self.first} for name in self.run.containers}
        return Facts(self.values, own, SOURCES)

    @property
    def first(self) -> str | None:
        return next(iter(self.run.containers), None)

    def _asked(self, step: str, container: str | None) -> str | None:
        """The container of a question that each has: the first where none is named."""
        each = any(one.id == step and one.per == "container" for one in self.template.steps)
        return container or (self.first if each else None)

    def settle(self) -> None:
        self.run = settle(self.run, self.facts, self.clock.now())

    def give(self, step: str, value: Any, container: str | None = None, *, by: Actor = FIRST, **more: Any) -> Any:
        """One committed answer and what the machine then knows; returns the answer."""
        at = self.clock.move(seconds=5)
        parts = more.pop("parts", {})
        container = self._asked(step, container)
        self.run, given = answer(self.run, step, container, value, by=by, at=at, facts=self.facts, parts=parts, **more)
        self.acts[by.person] += 1 + len(parts)
        self.settle()
        return given

    def check(self, step: str, value: Any, container: str | None = None, *, by: Actor = SECOND) -> Any:
        container, at = self._asked(step, container), self.clock.move(seconds=4)
        self.run, given = check(self.run, step, container, value, by=by, at=at, facts=self.facts)
        self.acts[by.person] += 1
        return given

    def through(self, last: str = "", *, checked: bool = True, but: dict[str, Any] | None = None) -> Walk:
        """Do the clean receipt up to and with step ``last``; ``but`` gives other values, None skips the step."""
        other = but or {}
        for name, usual, parts in CLEAN:
            step, _, each = name.partition(" ")
            if step in other and other[step] is None and usual is not None:
                continue
            value = other.get(step, str(len(self.run.containers)) if step == "R-28" else usual)
            for container in self.run.containers if each else (None,):
                self.give(step, value, container, parts=parts)
            if checked and step in SECOND_GIVES:
                second = SECOND_GIVES[step]
                self.check(step, value if step in ("R-28", "R-40") else second)
            if step == last:
                break
        return self

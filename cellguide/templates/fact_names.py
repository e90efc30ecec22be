"""The closed list of facts, calculations and marks that a template may name. A new need becomes a line here.

Facts are computed by the domain (orders, shipments, places, profiles) and handed to the judge as a ``FactSource``.
Those of ``run.`` are computed from the run itself, by ``runs.calcs``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Protocol

from ..clock import Moment
from ..facts import Unknown
from ..products import schema

FactValue = str | bool | int | Decimal | date | Moment | tuple[str, ...]

NAMESPACES = ("profile", "order", "container", "preparation", "device", "site", "clock", "run", "shipment")

# name → what it says. Kinds: flag, number, text, codes (several texts), day, time.
_OWN = {
    "profile.verified": "flag: two pharmacists verified exactly this revision against the insert, and it is in force",
    # order
    "order.confirmed": "flag: the order is complete and two people verified the patient's identity; not provisional",
    "order.open_points": "codes: what the order still lacks before it counts as confirmed",
    "order.coi": "text: chain-of-identity number given by the holder",
    "order.chain_ids": "codes: every identifier a container of this order may carry (COI, DIN, Aph ID, SEC)",
    "order.name_form": "text: the patient's name as the product's label has it (full, initials or masked)",
    "order.name_forms": "codes: every way the label may print it (a mask can be one of several characters)",
    "order.second_ids": "codes: birth date and patient numbers in force today, each as it may be printed",
    "order.planned_on": "day: planned infusion; silent while none is planned",
    "order.planned_last_on": "day: the last infusion planned, where a dose is split; silent while none is planned",
    "order.place_reserved": "flag: a position is reserved for every expected container",
    "order.containers": "number: containers ordered",
    # shipment: what the holder announced, and what its logger file says
    "shipment.waybill": "text: announced waybill number",
    "shipment.shipper": "text: announced serial number of the shipper",
    "shipment.seal": "text: announced number of the outer seal",
    "shipment.count": "number: announced containers",
    "shipment.lot": "text: lot on the holder's certificate",
    "shipment.expires_on": "day: the earliest expiry that the notice announced; silent where it names none",
    "shipment.hold_end_at": "time: end of the hold time, the earlier of certificate and site cap",
    "shipment.logger_serial": "text: serial number of the logger whose file was taken in",
    "shipment.logger_calibrated": "flag: the logger's calibration is in date",
    "shipment.logger_alarm": "text: none or alarm, as the file says; missing while no file was taken in",
    "shipment.logger_c_max": "number: warmest temperature in °C between departure and placing",
    "shipment.logger_gap_min": "number: longest gap between two records in minutes",
    "shipment.acceptance_missing": "codes: data an acceptance record needs and nobody has given yet",
    # container
    "container.place_free": "flag: the position that was scanned holds nothing else and may hold this",
    "container.state": "text: where the container stands in its life",
    "container.din": "text: its own donation number as announced; silent where the notice gives none",
    "container.component": "text: which component it is (CD8, CD4 …) as announced; silent where it is all one",
    "container.chain_ids": "codes: every identifier its label may carry: the order's, and its own donation number",
    "container.own_ids": "codes: what tells it from the others that came with it; silent where nothing was announced",
    "container.lot": "text: its lot as announced",
    "container.label_new": "flag: no container before it in this run was announced with its lot, component and expiry",
    "container.expires_on": "day: its expiry, the label's once that was read",
    "container.notice_expires_on": "day: its expiry as announced; silent where the notice names none",
    "container.previous_infused": "flag: the container before this one was infused, or there was none",
    # device
    "device.code": "text: what the barcode of the device says that the walk is about",
    "device.c_now": "number: the latest reading of the place for this run in °C, a round included",
    "device.c_limit_max": "number: the coldest limit of anything that is or will be in it, °C",
    "device.c_limit_own": "number: the upper limit that the site holds the device itself to, °C",
    "device.c_fault_below": "number: colder than this no probe in nitrogen can be believed, °C",
    "device.c_coldest": "number: coldest logger reading since the last round, °C",
    "device.c_warmest": "number: warmest logger reading since the last round, °C",
    "device.calibrated": "flag: every probe of the device is calibrated and in date",
    "device.containers": "number: containers that the books have in it",
    "device.level_min": "number: least level of liquid nitrogen, in the device's unit",
    "device.level_warn": "number: 120 % of the least level",
    "device.level_used_per_d": "number: nitrogen used per day since the last reading, in the device's unit",
    "device.level_used_per_d_max": "number: twice the use of the last thirty days",
    "device.logger_age_min": "number: minutes since the last reading of its loggers",
    "device.alarms_open": "number: its excursions that are not resolved",
    "device.round_in_time": "flag: a planned round is due now, or was made in its window",
    "device.on_hold": "number: containers on hold for its open excursions",
    "device.excursion_c_max": "number: warmest point of its open excursion, °C",
    "device.excursion_worst_min": "number: minutes beyond the limit, at worst",
    "device.excursion_import": "text: the imports that show its open excursion",
    "device.infusion_soon": "flag: something on hold is to be infused within 14 days",
    # site: limits that no label gives, each signed by two people (products.site_limits has their proposals)
    "site.o2_percent_min": "number: oxygen below which nobody enters",
    "site.o2_percent_max": "number: oxygen above which something is wrong",
    "site.ambient_warn_s": "number: exposure that is worth a warning where the label is silent",
    "site.transport_gap_min": "number: longest interval of a transport record in minutes",
    "site.storage_gap_min": "number: longest interval of a storage record in minutes",
    "site.waste_keep_d_max": "number: days that waste may be kept",
    "site.bath_c_min": "number: coldest thaw bath, °C",
    "site.bath_c_max": "number: warmest thaw bath, °C",
    "site.shipper_cap_d": "number: days a shipper may hold, whatever its certificate says",
    "site.shipper_reading_h_max": "number: hours between readings of a shipper in use as store",
    "site.unknown_min_max": "number: longest hole in a record that holds nothing, in minutes",
    "site.tank_margin_c": "number: how much colder than the limit a tank's alarm is set",
    "site.room_c_min": "number: coldest room after the thaw, °C",
    "site.room_c_max": "number: warmest room after the thaw, °C",
    "site.clock_offset_s_max": "number: how far the station's clock may be ahead, in seconds",
    "site.clock_offset_s_min": "number: the same below zero",
    "site.minor_min": "number: minutes above alarm 1 in one event that are a minor deviation",
    "site.call_holder_c": "number: a cryogenic product warmer than this: the holder is called at once, °C",
    "site.line_1_c": "number: first critical line of a cryogenic store, °C",
    "site.line_2_c": "number: second critical line of a cryogenic store, °C",
    "site.fresh_intervals": "number: recording intervals after which a last reading is no longer now",
    "site.coverage_green_percent": "number: coverage from which the data of a period are complete",
    "site.coverage_amber_percent": "number: coverage below which they are insufficient",
    "site.fault_below_c": "number: a reading colder than this is a doubtful probe, °C",
    "site.fault_above_c": "number: a reading warmer than this is a doubtful probe, °C",
    "site.jump_c": "number: a sudden change that is a doubtful probe, °C",
    "site.jump_s": "number: the time in which a change is sudden, in seconds",
    "site.stuck_s": "number: one value for longer than this is a doubtful probe, in seconds",
    # run: what the run itself knows
    "run.camera": "flag: pictures of labels can be taken; false once two people scan instead, the second blind",
    "run.arrived": "flag: the mark ARRIVED is set",
    "run.arrived_at": "time: the mark ARRIVED",
    "run.people_trained": "flag: everybody who acted in this run has valid training for this product",
}
FACTS: frozenset[str] = schema.FACTS | frozenset(_OWN)
MEANINGS: dict[str, str] = _OWN

# Named calculations of ``ask = "calc"``; a calc may also name a fact, which is then shown as it is.
CALCS = {
    "exposure_s": "seconds from OPENED to PLACED; still counting while it is not placed",
    "arrived_at": "time of the mark ARRIVED",
    "missing_count": "how many data the acceptance record still needs; their codes are in the part `missing`",
}

# What `it.…` may name of a scan besides the step's own parts: fields of a label whose standard says which is which, and
# `again` (flag: a code that one container alone can have was already scanned for another of this run).
SCAN_FIELDS = ("gtin", "lot", "expiry", "serial", "din", "coi", "again")

MARKS = (
    "ARRIVED",
    "OPENED",
    "PLACED",
    "LEFT",
    "LEAKED",
    "HANDED_OVER",
    "CLOCK_CHECKED",
    *schema.MARKS,
)

# The decision paths of domain.md 2.9 and 2.16 that a stop can open.
PATHS = ("2.9", "2.16")


class FactSource(Protocol):
    """Whoever knows the facts of one run. Unknown names are MISSING, never a KeyError."""

    def fact(self, name: str, container: str | None = None) -> FactValue | Unknown:
        """The fact's value, SILENT (read, says nothing) or MISSING (nobody knows yet)."""
        ...

    def source(self, name: str, container: str | None = None) -> str:
        """Where the value stands (insert paragraph with date, certificate, site limit), "" when unknown."""
        ...

    def source_zh(self, name: str, container: str | None = None) -> str:
        """The same in Chinese, "" where it is not said otherwise: both are kept with the verdict."""
        ...

"""What may be done with an order, and which of it comes next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from cellguide import orders as domain
from cellguide import shipments
from cellguide.acts import containers as container_acts
from cellguide.acts import planned_infusions
from cellguide.container_life import Container
from cellguide.desk import Desk
from cellguide.orders import Order
from cellguide.shipments import Shipment

_GONE = ("cancelled", "returned", "destroyed", "rejected")


def arrived(found: Sequence[Shipment]) -> list[Shipment]:
    """The deliveries that came."""
    return [one for one in found if one.state != shipments.ANNOUNCED]


def on_the_way(found: Sequence[Shipment]) -> bool:
    """Whether a delivery is announced, or stands at the dock and is not received yet."""
    return any(one.state in (shipments.ANNOUNCED, shipments.ARRIVED) for one in found)


def offered(
    held: Order, around: Sequence[Shipment], containers: Sequence[Container] = (), besides: Collection[str] = ()
) -> list[str]:
    """The keys of the panel, what comes next first; "" stands first where the order waits for nothing here.

    ``around``: its shipments. ``besides``: of reserve, receive, decide, backup and reinstate those that its containers
    and who sits here allow, and ``replan`` where the planned day has passed or is missing. A delivery that came is
    asked about whatever became of the order since.
    """
    asked = ["enquiry"] if arrived(around) else []
    if not held.live:
        return [*(act for act in ("decide", "reinstate") if act in besides), *asked]
    first = next_act(held, around, containers, besides)
    noted = ["notice"] if around else []
    rest = ["decide", "reinstate", "receive", "reserve", "announce", *noted, "change", "number"]
    rest += ["dose", "backup", "ld_start", *asked, "replace", "cancel"]
    open_ones = {"decide", "reinstate", "receive", "reserve", "backup"} - set(besides)
    return [first, *(act for act in rest if act != first and act not in open_ones)]


def next_act(held: Order, around: Sequence[Shipment], containers: Sequence[Container], besides: Collection[str]) -> str:
    """What comes next for the order in its state: the panel's clear key; "" for nothing."""
    if held.state != domain.VERIFIED:
        return {domain.PROVISIONAL: "change", domain.PLACED: "verify"}.get(held.state, "")
    if "decide" in besides:
        return "decide"
    if on_the_way(around):
        unkept = any(not one.reserved and not one.place for one in containers)
        return next((act for act in ("reserve", "receive") if act in besides and (act != "reserve" or unkept)), "")
    if len([one for one in containers if one.state not in _GONE]) < held.containers:
        return "announce"
    return "dose" if "replan" in besides else ""


def day_over(held: Order, today: date) -> bool:
    """Whether the day that the order names for the infusion is past."""
    planned = held.planned.get("infusion_on", "")
    return bool(planned) and planned < today.isoformat()


def infusion_passed(desk: Desk, order: str) -> str:
    """The planned day that is over while a container of the order still stands in store, else ""."""
    there = (one for one in container_acts.of_order(desk, order) if one.state in ("accepted", "released"))
    days = [day for one in there if (day := planned_infusions.passed(desk, one)) is not None]
    return min(days).isoformat() if days else ""

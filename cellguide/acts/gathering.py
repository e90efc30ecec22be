"""What a run knows of the world around it: facts from order, shipment, containers, profile, site, store and clock.

An answer asks three times (to judge it, to settle, to show the next step): what was not written in between is not read
again (``Desk.once``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .. import container_labels, container_life, containers, orders, shipments
from ..clock import Moment
from ..desk import Desk
from ..entry import STATION
from ..products import Profile, show_sources
from ..runs import Facts, Run
from ..words import Lang
from . import containers as container_acts
from . import device_rounds, reservations, staff
from . import orders as order_acts
from . import places as place_acts
from . import products as product_acts
from . import site_limits as limit_acts


def order_of(desk: Desk, run: Run) -> orders.Order | None:
    """The order that the run is about, or None."""
    id = run.subjects.get("order", "")

    def read() -> orders.Order | None:
        held = desk.store.get("order", id)
        return orders.order(held.id, held.doc) if held is not None else None

    return desk.once(("order", id), desk.store.written("order"), read)


def shipment_of(desk: Desk, run: Run) -> shipments.Shipment | None:
    """The shipment that the run is about, or None."""
    id = run.subjects.get("shipment", "")

    def read() -> shipments.Shipment | None:
        held = desk.store.get("shipment", id)
        return shipments.shipment(held.id, held.doc) if held is not None else None

    return desk.once(("shipment", id), desk.store.written("shipment"), read)


def profile_of(desk: Desk, run: Run) -> tuple[Profile | None, bool]:
    """The product's profile in force and whether two pharmacists verified it."""
    order = order_of(desk, run)
    if order is None or not order.product:
        return None, False
    product = order.product
    return desk.once(
        ("profile", product), desk.store.written("profile"), lambda: product_acts.profile_in_force(desk, product)
    )


class _Limits(NamedTuple):
    """What does not depend on the run's order alone: numbers with their sources."""

    values: Mapping[str, Any]
    sources: Mapping[str, str]
    sources_zh: Mapping[str, str] = {}


def _site_limits(desk: Desk) -> _Limits:
    def read() -> _Limits:
        return _Limits(limit_acts.site_facts(desk), limit_acts.site_sources(desk))

    return desk.once("site limits", desk.store.written("site_limit"), read)


def _profile_limits(desk: Desk, profile: Profile) -> _Limits:
    def read() -> _Limits:
        values = {f"profile.{name}": profile.fact(name) for name in profile.facts}

        def sources(lang: Lang) -> dict[str, str]:
            return {f"profile.{name}": show_sources(profile, name, lang) for name in profile.facts}

        return _Limits(values, sources("en"), sources("zh"))

    return desk.once(("profile limits", profile.id), profile.sha256, read)


def _containers_of(desk: Desk, order: str) -> tuple[container_life.Container, ...]:
    return desk.once(
        ("containers", order), desk.store.written("container"), lambda: tuple(container_acts.of_order(desk, order))
    )


def _dose_days(desk: Desk, order: str) -> tuple[str, ...]:
    def read() -> tuple[str, ...]:
        return tuple(dose.planned_on for dose in order_acts.doses_to_give(desk, order))

    return desk.once(("doses", order), desk.store.written("dose", "container"), read)


def gather(desk: Desk, run: Run, at: Moment) -> Facts:
    """Everything templates may ask, as it stands at ``at``."""
    site = _site_limits(desk)
    values, sources, sources_zh = dict(site.values), dict(site.sources), dict(site.sources_zh)
    order, shipment = order_of(desk, run), shipment_of(desk, run)
    profile, verified = profile_of(desk, run)
    values["profile.verified"] = verified
    if profile is not None:
        limits = _profile_limits(desk, profile)
        values |= limits.values
        sources |= limits.sources
        sources_zh |= limits.sources_zh
    of_order = _containers_of(desk, order.id) if order is not None else ()
    if order is not None:
        days = _dose_days(desk, order.id)
        kept = reservations.all_kept(desk, [one for one in of_order if one.id in run.containers] or of_order)
        values |= orders.order_facts(order, at, profile=profile, verified=verified, dose_days=days, reserved=kept)
    if shipment is not None:
        of_shipment = [item for item in of_order if item.shipment == shipment.id]
        expiries, lots = tuple(item.expiry for item in of_shipment), tuple(item.lot for item in of_shipment)
        announced = tuple(item.announced_expiry for item in of_shipment)
        cap_d = values.get("site.shipper_cap_d")
        capped = {"cap_d": cap_d} if cap_d is not None else {}
        values |= shipments.shipment_facts(shipment, expiries=expiries, lots=lots, announced=announced, **capped)
    values |= device_rounds.facts(desk, run, at) or reservations.facts(desk, run, at)
    of_device = device_rounds.sources(desk, run) or reservations.sources(desk, run, at)
    in_zh = {sources[name]: text for name, text in sources_zh.items()}  # a device is held to what some label says
    sources_zh |= {name: in_zh[text] for name, text in of_device.items() if text in in_zh}
    sources |= of_device
    values["run.people_trained"] = _all_trained(desk, run, order, at)
    own: dict[str, Mapping[str, Any]] = {}
    for item in of_order:
        own[item.id] = container_life.container_facts(item, of_order, _place_free(desk, run, item.id))
    if order is not None:
        known = {item.id: item for item in of_order}
        came = [known[id] for id in run.containers if id in known]
        if any(item.din for item in came):
            values["order.chain_ids"] = orders.chain_ids(order, *(item.din for item in came))
        for id, label in container_labels.label_facts(order, shipment.lot if shipment else "", came).items():
            own[id] = {**own[id], **label}
    return Facts(values, own, sources, sources_zh)


def _all_trained(desk: Desk, run: Run, order: orders.Order | None, at: Moment) -> bool:
    actors = [*(item.by for item in run.answers), *(item.by for item in run.checks)]
    people = {who.person for who in actors if who != STATION} or {run.opened_by.person}
    product = order.product if order is not None and order.product else ""
    return not product or all(_trained(desk, person, product, run.template.id, at) for person in people)


def _trained(desk: Desk, person: str, product: str, task: str, at: Moment) -> bool:
    stamp = (desk.store.written("training"), at.day)  # a training lasts to the end of a day
    return desk.once(("trained", person, product, task), stamp, lambda: staff.trained(desk, person, product, task, at))


def _place_free(desk: Desk, run: Run, container: str) -> bool:
    """Whether the position that was scanned for a container holds no other one and, where it is registered, may hold
    this one."""
    code = _scanned_place(run, container)
    if not code:
        return True
    stamp = desk.store.written("place", "container", "order", "profile")
    return desk.once(("place free", container, code), stamp, lambda: _is_free(desk, container, code))


def _scanned_place(run: Run, container: str) -> str:
    for key, answer in run.current.items():
        if key.container == container and answer.value is not None and run.template.step(key.step).ask == "place":
            return str(answer.value)
    return ""


def _is_free(desk: Desk, container: str, code: str) -> bool:
    if place_acts.tree(desk).by_code(code) is not None:
        return not place_acts.problems(desk, container, code)
    others = desk.store.find("container", place=code)
    return all(item.id == container or item.doc["state"] not in containers.HERE_COLD for item in others)

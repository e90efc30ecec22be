"""What the label of each container of a delivery may say, and what tells one container from the others (C 3.4, D 3.1).

A chain-of-identity number is the patient's and stands on every bag; a donation number that the notice gives for one
container is that container's. Containers of one lot, component and expiry carry the same label; the next one that was
announced differently carries a label of its own, which is read for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .container_life import Container, expires_on
from .facts import MISSING, SILENT, Unknown
from .orders import Order, chain_ids

LabelFact = str | bool | date | tuple[str, ...] | Unknown


def same_label(one: Container, other: Container, lot: str = "") -> bool:
    """Whether both were announced with the same lot, component and expiry. ``lot``: of a shipment that has but one."""
    return _announced(one, lot) == _announced(other, lot)


def _announced(held: Container, lot: str) -> tuple[str, str, str]:
    return held.lot or lot, held.component, held.announced_expiry


def label_facts(order: Order, lot: str, came: Sequence[Container]) -> dict[str, dict[str, LabelFact]]:
    """Container → its facts ``container.*`` of the label. ``came``: the containers of the run, in its order; ``lot``:
    the shipment's, "" where it has several or none was announced.
    """
    found: dict[str, dict[str, LabelFact]] = {}
    for place, held in enumerate(came):
        alone, ids = len(came) == 1, chain_ids(order, held.din) or MISSING
        found[held.id] = {
            "container.din": held.din or SILENT,
            "container.component": held.component or SILENT,
            "container.chain_ids": ids,
            "order.chain_ids": ids,  # of a walk that began before containers had facts of their own
            "container.own_ids": (held.din,) if held.din and not alone else SILENT,
            "container.lot": held.lot or lot or MISSING,
            "container.label_new": not any(same_label(held, before, lot) for before in came[:place]),
            "container.notice_expires_on": expires_on(held.announced_expiry) if held.announced_expiry else SILENT,
        }
    return found

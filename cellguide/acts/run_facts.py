"""What a run knows of the world around it, and what its events change there.

Facts for templates are gathered here from order, shipment, container, profile, site and clock; an answer that records
a mark moves its containers, and a departure from the plan opens one deviation per cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..clock import Moment
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..runs import Facts, Run
from ..runs.state import Key


def _doc(desk: Desk, kind: str, id: str) -> Doc:
    held = desk.store.get(kind, id) if id else None
    return held.doc if held is not None else {}


def gather(desk: Desk, run: Run, at: Moment) -> Facts:
    """Everything templates may ask, as it stands at ``at``."""
    values: dict[str, Any] = {}
    order = _doc(desk, "order", run.subjects.get("order", ""))
    shipment = _doc(desk, "shipment", run.subjects.get("shipment", ""))
    if order.get("coi"):
        values["order.coi"] = order["coi"]
    for name in ("waybill", "shipper", "seal"):
        if shipment.get(name):
            values[f"shipment.{name}"] = shipment[name]
    return Facts(values)


def consequences(desk: Desk, before: Run, after: Run, at: Moment, who: Actor) -> list[Change]:
    """What the run's new events change besides the run: containers and deviations."""
    return []


def closing_changes(desk: Desk, run: Run, record: str, at: Moment, who: Actor) -> list[Change]:
    """What closing the run changes besides: nothing yet waits for it."""
    return []


def subject(desk: Desk, run: Run) -> Doc:
    """The record's identifiers."""
    order = _doc(desk, "order", run.subjects.get("order", ""))
    return {
        "patient": order.get("patient"),
        "order": run.subjects.get("order", ""),
        "coi": order.get("coi", ""),
        "product": {"zh": order.get("product_zh", ""), "en": order.get("product_en", "")},
        "lot": order.get("lot", ""),
        "din": order.get("din", ""),
        "aph_id": order.get("aph_id", ""),
        "containers": [],
    }


def product(desk: Desk, run: Run) -> str:
    """The product whose training the signers need; empty where no product is involved."""
    return str(_doc(desk, "order", run.subjects.get("order", "")).get("product", ""))


def profile_words(desk: Desk, run: Run) -> Doc | None:
    """The profile that the run used, for the page's foot."""
    return None


def deviation_words(desk: Desk, run: Run) -> list[Doc]:
    """The run's deviations, for the record."""
    return [
        {"id": held.id, "zh": held.doc["zh"], "en": held.doc["en"], "state": held.doc["state"]}
        for held in desk.store.find("deviation", run=run.id)
    ]


def series(desk: Desk, run: Run) -> Doc | None:
    """The shipper's temperature history, where a logger file was taken in."""
    return None

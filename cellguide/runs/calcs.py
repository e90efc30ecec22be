"""What the machine computes and shows instead of asking: the closed list of ``templates.fact_names.CALCS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..clock import Moment, parse_iso
from ..facts import MISSING, Unknown
from ..templates.fact_names import FactSource, FactValue
from .state import Answer, Run


def mark(run: Run, name: str, container: str | None = None) -> Answer | None:
    """The answer that records the fact ``name`` for a container, or for the run as a whole."""
    for step in run.template.steps:
        if step.marks == name:
            wanted = container if step.per == "container" else None
            for key, answer in run.current.items():
                if key.step == step.id and key.container == wanted and not answer.not_applicable:
                    return answer
    return None


def mark_at(run: Run, name: str, container: str | None = None) -> Moment | Unknown:
    """When that fact happened, as far as it was recorded."""
    answer = mark(run, name, container)
    return MISSING if answer is None else parse_iso(answer.event_at)


def exposure_s(run: Run, container: str | None, at: Moment | None = None) -> int | Unknown:
    """Whole seconds (rounded up) from opening the shipper to placing the container.

    With ``at``: what it is so far, while the container is not placed. Opened as the anchor for every container is the
    careful reading: one that waited in the vapour is counted as if it had been out.
    """
    opened, placed = mark_at(run, "OPENED"), mark_at(run, "PLACED", container)
    end = at if isinstance(placed, Unknown) else placed
    if isinstance(opened, Unknown) or end is None or end.utc_ms < opened.utc_ms:
        return MISSING  # placed before it was opened: one of the two times is wrong, and nobody knows which
    return -(-(end.utc_ms - opened.utc_ms) // 1000)


def _exposure(run: Run, container: str | None, _facts: FactSource) -> FactValue | Unknown:
    return exposure_s(run, container)


def _arrived(run: Run, _container: str | None, _facts: FactSource) -> FactValue | Unknown:
    return mark_at(run, "ARRIVED")


def _missing_count(_run: Run, _container: str | None, facts: FactSource) -> FactValue | Unknown:
    missing = facts.fact("shipment.acceptance_missing")
    return len(missing) if isinstance(missing, tuple) else MISSING


_Calc = Callable[[Run, str | None, FactSource], FactValue | Unknown]
_CALCS: Mapping[str, _Calc] = {"exposure_s": _exposure, "arrived_at": _arrived, "missing_count": _missing_count}

RUN_FACTS: Mapping[str, Callable[[Run], FactValue | Unknown]] = {
    "run.camera": lambda run: not any(note.about == "no_camera" for note in run.notes),
    "run.arrived": lambda run: mark(run, "ARRIVED") is not None,
    "run.arrived_at": lambda run: mark_at(run, "ARRIVED"),
}
# These move by themselves: once they were good they are not written down again with every reading.
MOVING = frozenset({"device.c_now"})


def calculate(name: str, run: Run, container: str | None, facts: FactSource) -> FactValue | Unknown:
    """The value of a calculation or, where ``name`` is one, of a fact."""
    calc = _CALCS.get(name)
    if calc is not None:
        return calc(run, container, facts)
    own = RUN_FACTS.get(name)
    return own(run) if own is not None else facts.fact(name, container)


def calc_parts(name: str, facts: FactSource) -> dict[str, Any]:
    """What stands below a computed value: the codes of what is missing."""
    missing = facts.fact("shipment.acceptance_missing") if name == "missing_count" else ()
    return {"missing": list(missing)} if isinstance(missing, tuple) and missing else {}

"""Deviations that a judgement gives beside excursions: a rule of the site that was reached, a probe in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import alarm_rules
from ..clock import Moment
from ..deviations import Cause
from ..probes import Probe


def rules_raised(probe: Probe, judgement: Mapping[str, Any], at: Moment) -> list[Cause]:
    """The site's own rules for the device that this file raised; one that stood already when it began is known."""
    causes = []
    for name, at_ms in alarm_rules.raised(judgement):
        if at_ms > judgement["period"][0]:
            facts, reached = (("place", probe.place), ("rule", name)), Moment(at_ms, at.offset_min).iso
            causes.append(Cause("alarm_rule", "minor", facts=facts, event_at=reached, about=probe.place))
    return causes


def suspicious(probe: Probe, judgement: Mapping[str, Any]) -> list[Cause]:
    """A probe that cannot be believed is a deviation of its own: its place may be warm unseen."""
    doubts = [(row[0], row[4]) for row in judgement["suspicions"]]
    if not doubts:
        return []
    facts = (("serial", probe.serial), ("doubts", ", ".join(f"{doubt} {value} °C" for doubt, value in doubts)))
    return [Cause("probe_doubt", "major", facts=facts, about=probe.id)]

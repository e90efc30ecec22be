"""Who may agree on a decision: of the two people, one must have a role whose word it is (containers.AUTHORISATIONS)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import containers
from ..refusal import Refusal
from ..templates.values import Step
from .judging import check_state, counting_checks
from .state import Key, Run

# What the second person's agreement on a decision does to the containers: answer → authorisation. Holding is a doubt,
# a fact: anyone may record it.
DECISIONS: Mapping[str, str] = {"accept": "accept", "reject": "reject"}


def deciders(step: Step, value: Any) -> frozenset[str]:
    """The roles of which one of the two must have one, to decide ``value``; empty where no role is asked for."""
    if step.ask != "choice" or not step.gate or value not in DECISIONS:
        return frozenset()
    return containers.AUTHORISATIONS[DECISIONS[value]].by


def second_must_be(run: Run, key: Key) -> frozenset[str]:
    """The roles of which the second person must have one because the first has none; empty where anyone may check."""
    answer = run.current.get(key)
    if answer is None or answer.not_applicable:
        return frozenset()
    needed = deciders(run.template.step(key.step), answer.value)
    return frozenset() if answer.by.role in needed else needed


def need_decider(run: Run, key: Key) -> None:
    """Refuse an agreement of two people of whom neither may decide. Raises Refusal ``run.decider``."""
    needed = second_must_be(run, key)
    if not needed or check_state(run, key) != "match":
        return
    if not any(check.by.role in needed for check in counting_checks(run, key)):
        raise Refusal("run.decider", step=key.step, needed="|".join(sorted(needed)))

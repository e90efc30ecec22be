"""What is due, what is missing, and whether an authorisation may be given. Nothing else in a run is ever refused."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..clock import Moment, parse_iso
from ..entry import STATION
from ..facts import Unknown
from ..templates.fact_names import FactSource
from ..templates.values import ANY_VALUE, Step
from .calcs import mark_at
from .deciding import DECISIONS, second_must_be
from .evaluate import Scene, applies
from .judging import MISMATCH, check_state, parts_missing
from .state import Key, Run

FAST_ITEMS = 9  # regulation.md 6.3: nine items in under five seconds are too fast to be real
FAST_S = 5


class Missing(NamedTuple):
    """Why a gate is shut. ``what``: unanswered · incomplete · unchecked · mismatch · stop · reason · late · unsigned
    (signed, and something before it was answered differently since) · rejected (``detail``: the container). ``detail``
    of unchecked: the roles of which the second person must have one, joined with ``|``."""

    what: str
    key: Key
    detail: str = ""


class Due(NamedTuple):
    """What comes next. ``what``: answer or check."""

    what: str
    key: Key
    step: Step


class Progress(NamedTuple):
    """How far one pause point is: mandatory questions answered, and how many there are."""

    section: str
    done: int
    total: int


def due(run: Run, key: Key, step: Step, facts: FactSource, at: Moment) -> bool:
    """True when the question is asked in this run as it stands."""
    return applies(step.when, Scene(run, key, step, run.current.get(key), facts, at))


def gate(run: Run, key: Key, value: Any, facts: FactSource, at: Moment) -> tuple[Missing, ...]:
    """What stands between the run and answering ``value``; empty when nothing does or the answer authorises nothing.

    Every question before it must be answered and checked, every stop cleared. A decision that authorised nothing (hold,
    reject) carries what was open before it: a rejected delivery can still be closed and signed.
    """
    step = run.template.step(key.step)
    if not step.gated(value):
        return ()
    found: list[Missing] = []
    for other, line in run.questions():
        if other == key:
            break
        answer = run.current.get(other)
        if line.gate and answer is not None and not line.gated(answer.value) and not answer.not_applicable:
            found = []  # this decision carries what was open before it
        found.extend(_missing_of(run, other, line, facts, at))
    if step.ask == "choice" and value in DECISIONS:  # a rejection is first taken back, by an act of two people
        rejected = [id for id in run.containers if facts.fact("container.state", id) == "rejected"]
        found.extend(Missing("rejected", key, id) for id in rejected)
    return tuple(found)


def _missing_of(run: Run, key: Key, step: Step, facts: FactSource, at: Moment) -> list[Missing]:
    answer = run.current.get(key)
    if answer is None:
        asked = not step.optional and due(run, key, step, facts, at)
        return [Missing("unanswered", key)] if asked else []
    found = [Missing("incomplete", key, name) for name in parts_missing(run, key, facts, at)]
    state = check_state(run, key)
    if state == "missing":
        found.append(Missing("unchecked", key, "|".join(sorted(second_must_be(run, key)))))
    if state == "mismatch":
        found.append(Missing("mismatch", key, MISMATCH.rule))
    if outdated(run, key):
        found.append(Missing("unsigned", key))
    standing = run.standing[key]
    if standing.verdict.stops and standing.n not in run.cleared:
        found.append(Missing("stop", key, standing.verdict.rule))
    if answer.again and not _explained(run, key, answer.n, ("late", "comment")):
        found.append(Missing("reason", key))
    elif answer.late and answer.reason is None and not _explained(run, key, answer.n, ("late",)):
        found.append(Missing("late", key))
    return found


def outdated(run: Run, key: Key) -> bool:
    """True when something before a signature inside the run was answered after it was given: it must be given anew.

    Its statement covers what had been answered by then, and stays; it authorises nothing any more.
    """
    signed = run.current.get(key)
    if signed is None or not run.template.step(key.step).meaning:
        return False
    for other, _ in run.questions():
        if other == key:
            return False
        answer = run.current.get(other)
        if answer is not None and answer.n > signed.n and answer.by != STATION:
            return True
    return False


def _explained(run: Run, key: Key, n: int, about: tuple[str, ...]) -> bool:
    return any(note.key == key and note.n > n and note.about in about for note in run.notes)


def granted(run: Run, step_id: str) -> bool:
    """True once the authorisation of a gate step stands: its gated answer was given, and checked where it must be."""
    key, step = run.key(step_id)
    answer = run.current.get(key)
    if answer is None or answer.not_applicable or not step.gated(answer.value) or outdated(run, key):
        return False
    return check_state(run, key) in ("none", "match")


def next_step(run: Run, facts: FactSource, at: Moment) -> Due | None:
    """The first mandatory question without an answer that a person can give; None when only checks or stops remain."""
    for key, step in run.questions():
        if key in run.current or step.by_machine or step.optional:
            continue
        if due(run, key, step, facts, at) and _its_time_has_come(run, key, step, at):
            return Due("answer", key, step)
    return None


def _its_time_has_come(run: Run, key: Key, step: Step, at: Moment) -> bool:
    """False while a set that is taken at a certain minute lies ahead; it may be given all the same."""
    if step.times is None:
        return True
    start = mark_at(run, step.times.after, key.container)
    return not isinstance(start, Unknown) and start.plus(seconds=key.slot * 60).utc_ms <= at.utc_ms


def checks_due(run: Run, person: str = "", role: str = "") -> tuple[Due, ...]:
    """The second person's list: answers that wait for a check which ``person`` may give, in ``role``."""
    return tuple(
        Due("check", key, step)
        for key, step in run.questions()
        if key in run.current
        and check_state(run, key) in ("missing", "mismatch")
        and (not person or run.current[key].by.person != person)
        and (not role or not (needed := second_must_be(run, key)) or role in needed)
    )


def progress(run: Run, facts: FactSource, at: Moment) -> tuple[Progress, ...]:
    """Per pause point, in order."""
    done: dict[str, list[int]] = {section.id: [0, 0] for section in run.template.sections}
    names = {step.id: section.id for section in run.template.sections for step in section.steps}
    for key, step in run.questions():
        if step.optional or not due(run, key, step, facts, at):
            continue
        count = done[names[key.step]]
        count[1] += 1
        count[0] += key in run.current
    return tuple(Progress(section, *count) for section, count in done.items())


def too_fast(run: Run) -> tuple[int, ...]:
    """The ``n`` of every answer that ended nine given by one person in under five seconds, for the reviewer."""
    found: list[int] = []
    given: dict[str, list[int]] = {}
    for answer in run.answers:
        if answer.by == STATION:
            continue
        times = given.setdefault(answer.by.person, [])
        times.append(parse_iso(answer.at).utc_ms)
        if len(times) >= FAST_ITEMS and times[-1] - times[-FAST_ITEMS] < FAST_S * 1000:
            found.append(answer.n)
    return tuple(found)


def closing(run: Run, facts: FactSource, at: Moment) -> tuple[Missing, ...]:
    """What stands between the run and its record: the gate of its last signature.

    A checklist without a gate authorises nothing (night custody): it closes when everything is answered and checked,
    and carries its open stops into the record, where their deviations go on.
    """
    signs = [step for step in run.template.steps if step.ask == "sign" and step.gate and not step.meaning]
    if signs:
        return gate(run, Key(signs[-1].id), ANY_VALUE, facts, at)
    found: list[Missing] = []
    for key, step in run.questions():
        found.extend(item for item in _missing_of(run, key, step, facts, at) if item.what not in ("stop", "mismatch"))
    return tuple(found)

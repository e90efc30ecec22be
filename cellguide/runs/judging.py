"""Rules against an answer → a verdict; what is open; what has departed from the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from ..clock import Moment
from ..entry import STATION
from ..facts import MISSING, SILENT, Unknown
from ..templates.fact_names import FactSource, FactValue
from ..templates.values import LEVELS, Condition, Step
from .calcs import MOVING, calc_parts, calculate
from .evaluate import Scene, applies, fact, holds, part_due
from .inputs import agree, keep_fact
from .state import Answer, Check, Judged, Key, Run, Verdict

OK = Verdict("ok")
MISMATCH = Verdict("hard", rule="check", why="mismatch")
PHARMACIST = "pharmacist"


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts that somebody has gathered. ``of_container``: those that differ from container to container.
    ``sources_zh``: sources that read otherwise in Chinese."""

    values: Mapping[str, FactValue | Unknown] = field(default_factory=dict)
    of_container: Mapping[str, Mapping[str, FactValue | Unknown]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    sources_zh: Mapping[str, str] = field(default_factory=dict)

    def fact(self, name: str, container: str | None = None) -> FactValue | Unknown:
        own = self.of_container.get(container or "", {})
        return own.get(name, self.values.get(name, MISSING))

    def source(self, name: str, container: str | None = None) -> str:
        return self.sources.get(name, "")

    def source_zh(self, name: str, container: str | None = None) -> str:
        return self.sources_zh.get(name, "")


# --- one answer -------------------------------------------------------------------------------------------------


def judge(run: Run, key: Key, facts: FactSource, at: Moment, answer: Answer | None = None) -> Verdict:
    """What the rules say of ``answer`` (the one that stands, when none is given). The first rule not met speaks."""
    step = run.template.step(key.step)
    answer = answer or run.current.get(key)
    if answer is None:
        return Verdict("ok", why="unanswered")
    if answer.not_applicable:
        return _not_applicable(step)
    here = Scene(run, key, step, answer, facts, at)
    first_met = OK
    for rule in step.rules:
        if not applies(rule.when, here):
            continue
        result = holds(rule.need, here)
        limit, source, source_zh = _limit(rule.need, here)
        if result is False or result is MISSING:
            why = "unknown" if result is MISSING else "not_met"
            copied = rule.cause, rule.by, rule.proof, rule.path
            return Verdict(rule.level, rule.text, limit, source, why, *copied, source_zh)
        if first_met is OK:
            why = "silent" if result is SILENT else ""
            first_met = Verdict("ok", rule.text, limit, source, why, source_zh=source_zh)
    return first_met


def _not_applicable(step: Step) -> Verdict:
    """Leaving out a step weighs as much as its gravest rule; a check or a gate cannot be left out at all."""
    if not step.rules and step.check == "none" and not step.gate:
        return Verdict("ok", why="not_applicable")
    worst = max(step.rules, key=lambda rule: LEVELS.index(rule.level), default=None)
    if step.gate or step.check == "value" or (worst is not None and worst.level == "hard"):
        return Verdict("hard", worst.text if worst else "check", why="not_applicable")
    if worst is None or worst.level == "warn":
        level = "held" if step.check != "none" else "warn"
        return Verdict(level, why="not_applicable", by=(PHARMACIST,) if level == "held" else ())
    return Verdict("held", worst.text, "", "", "not_applicable", worst.cause, worst.by, worst.proof, worst.path)


def _limit(need: Condition, here: Scene) -> tuple[str, str, str]:
    """The limit used, as ``name = value``, and where it stands; also in Chinese, where that is another text."""
    for operand in (need.right, need.left):
        if operand is not None and operand.kind == "fact":
            value = fact(operand.name, here.run, here.key.container, here.facts)
            source, zh = (ask(operand.name, here.key.container) for ask in (here.facts.source, here.facts.source_zh))
            return f"{operand.name} = {show(value)}", source, zh if zh != source else ""
    return "", "", ""


def show(value: FactValue | Unknown) -> str:
    """A fact as entries and paper write it."""
    if isinstance(value, Unknown):
        return value.value
    if isinstance(value, Moment):
        return value.iso
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return ", ".join(value) if isinstance(value, tuple) else str(value)


# --- what the machine knows -------------------------------------------------------------------------------------


def settle(run: Run, facts: FactSource, at: Moment) -> Run:
    """Write down what the machine now knows: computed values and their verdicts, and verdicts that waited for a fact.

    Acts call it after every answer and when facts came (a logger file, a verified profile). The new events are
    ``result.events[len(run.events):]``. What people answered keeps the verdict it was given (see ``rejudge``); only the
    latest answer is looked at again, because facts that speak of it (is that position free?) are known after it.
    """
    latest = next((answer.key for answer in reversed(run.answers) if answer.by != STATION), None)
    for key, step in tuple(run.questions()):
        standing = run.standing.get(key)
        if step.by_machine:
            run = _compute(run, key, step, facts, at)
        elif standing is not None and (standing.verdict.why == "unknown" or key == latest):
            run = _judge_again(run, key, facts, at)
    return run


def rejudge(run: Run, facts: FactSource, at: Moment) -> Run:
    """Judge every answer of an unfinished run anew, because what they were held against was itself changed.

    Acts that change an order, a holder's notice or a profile in use call it for the runs about them. An override was
    given for the old verdict and does not hold for a new one.
    """
    for key, _ in tuple(run.questions()):
        if key in run.current:
            run = _judge_again(run, key, facts, at)
    return run


def _compute(run: Run, key: Key, step: Step, facts: FactSource, at: Moment) -> Run:
    value = calculate(step.calc, run, key.container, facts)
    old = run.current.get(key)
    if value is MISSING or (value is SILENT and not step.rules):
        return run
    kept: dict[str, Any] = {"silent": True} if isinstance(value, Unknown) else keep_fact(value)
    parts = calc_parts(step.calc, facts)
    if old is not None and old.value == kept and dict(old.parts) == parts:
        return _judge_again(run, key, facts, at)
    if old is not None and step.calc in MOVING and run.standing[key].verdict.level == "ok":
        return run
    answer = Answer(run.next_n, key, kept, STATION, at.iso, at.iso, OK, parts)
    return _with_verdict(run, answer, facts, at)


def _with_verdict(run: Run, answer: Answer, facts: FactSource, at: Moment) -> Run:
    return run.plus(replace(answer, verdict=judge(run, answer.key, facts, at, answer)))


def _judge_again(run: Run, key: Key, facts: FactSource, at: Moment) -> Run:
    verdict = judge(run, key, facts, at)
    if verdict._replace(source_zh="") == run.standing[key].verdict._replace(source_zh=""):
        return run  # a source that is only said otherwise makes no new verdict, and undoes no override
    return run.plus(Judged(run.next_n, key, at.iso, verdict))


# --- the second person ------------------------------------------------------------------------------------------


def check_state(run: Run, key: Key) -> str:
    """Return "none" (no second person needed), "missing", "match" or "mismatch".

    What a holder's operator did needs a pharmacist beside them: the one who enters it, or a witness (E26). A check
    counts for the answer that stands: given after it, or before it while it is the first. After a mismatch the first
    person looks again (``correct``, the same value is allowed) and the second gives their own value anew.
    """
    answer = run.current.get(key)
    step = run.template.step(key.step)
    if answer is None or answer.not_applicable or (step.check == "none" and not answer.performer):
        return "none"
    counting = counting_checks(run, key)
    valued = [event for event in counting if not event.witness]
    if any(not agree(step, answer.value, event.value) for event in valued):
        return "mismatch"
    supervised = answer.by.role == PHARMACIST or any(event.by.role == PHARMACIST for event in counting)
    if answer.performer and not supervised:
        return "missing"
    if step.check == "value":
        return "match" if valued else "missing"
    return "match" if answer.performer or counting else "missing"


def counting_checks(run: Run, key: Key) -> tuple[Check, ...]:
    """The checks that speak of the answer that stands; those given for an earlier one of it do not."""
    answer = run.current.get(key)
    if answer is None:
        return ()
    first = len(run.history(key)) == 1
    return tuple(
        event
        for event in run.checks
        if event.key == key and (event.n > answer.n or first) and _independent(event, answer)
    )


def _independent(check: Check, answer: Answer) -> bool:
    return check.by.person != answer.by.person


# --- what is open -----------------------------------------------------------------------------------------------


class Stop(NamedTuple):
    """An authorisation waits for this. ``n``: the event that gave the verdict; 0 for two people who disagree."""

    key: Key
    verdict: Verdict
    n: int


def open_stops(run: Run) -> tuple[Stop, ...]:
    """Every stop that stands and that nobody has overridden, in the order of the checklist."""
    found = []
    for key, _ in run.questions():
        standing = run.standing.get(key)
        if standing is not None and standing.verdict.stops and standing.n not in run.cleared:
            found.append(Stop(key, standing.verdict, standing.n))
        if check_state(run, key) == "mismatch":
            found.append(Stop(key, MISMATCH, 0))
    return tuple(found)


def stops_of_cause(run: Run, key: Key) -> tuple[Stop, ...]:
    """The open stop of one answer, together with every other open held stop of the same cause."""
    stops = open_stops(run)
    own = next((stop for stop in stops if stop.key == key), None)
    if own is None or not own.verdict.cause or own.verdict.level != "held":
        return (own,) if own else ()
    return tuple(stop for stop in stops if stop.verdict.cause == own.verdict.cause and stop.verdict.level == "held")


def roles_needed(stops: Iterable[Stop]) -> tuple[str, ...]:
    """The roles that must sign to override these stops at once; a role as often as its most demanding rule asks."""
    need: Counter[str] = Counter()
    for stop in stops:
        need |= Counter(stop.verdict.by)
    return tuple(need.elements())


class Departure(NamedTuple):
    """What a deviation is opened about. One cause, one departure. ``standing``: it has not been put right since."""

    cause: str
    level: str
    keys: tuple[Key, ...]
    n: int
    standing: bool
    path: str = ""


def deviations(run: Run) -> tuple[Departure, ...]:
    """Everything that departed from the plan, one per cause, also where it was put right afterwards.

    A slip taken back at once and a wrong scan repeated are not departures; neither is a fact nobody has looked up yet,
    until somebody decides to go on without it.
    """
    found: dict[str, Departure] = {}
    for n, key, verdict in _judgements(run):
        if not verdict.stops or (verdict.why == "unknown" and n not in run.cleared) or _taken_back(run, key, n):
            continue
        name = verdict.cause or key.step
        standing = run.standing[key].n == n
        old = found.get(name)
        if old is None:
            found[name] = Departure(name, verdict.level, (key,), n, standing, verdict.path)
            continue
        level = max(old.level, verdict.level, key=LEVELS.index)
        keys = old.keys if key in old.keys else (*old.keys, key)
        found[name] = Departure(name, level, keys, old.n, old.standing or standing, old.path or verdict.path)
    return tuple(found.values())


def _judgements(run: Run) -> Iterable[tuple[int, Key, Verdict]]:
    for event in run.events:
        if isinstance(event, Answer | Judged):
            yield event.n, event.key, event.verdict


def _taken_back(run: Run, key: Key, n: int) -> bool:
    later = next((answer for answer in run.history(key) if answer.n > n), None)
    if later is None or later.reason is None:
        return False
    return later.reason.code == "slip" or (later.reason.code == "rescan" and run.template.step(key.step).ask == "scan")


def parts_missing(run: Run, key: Key, facts: FactSource, at: Moment) -> tuple[str, ...]:
    """The further inputs of an answer that are due and were not given."""
    answer = run.current.get(key)
    step = run.template.step(key.step)
    if answer is None or answer.not_applicable:
        return ()
    here = Scene(run, key, step, answer, facts, at)
    return tuple(part.id for part in step.also if part.id not in answer.parts and part_due(part, here))

"""What people do in a run. Each function returns the run after it and what was added; none of them knows a store.

Refused are: what cannot be read, a time in the future, a person checking themselves, a reason that says nothing, and a
gate that is not clear. Nothing else ever is: a fact is taken in every state and in any order (engineering-review 1).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..clock import Moment, parse_iso
from ..entry import STATION, Actor
from ..refusal import Refusal
from ..templates.fact_names import FactSource
from ..templates.values import Step
from .deciding import need_decider
from .gates import gate, outdated
from .inputs import read_input
from .judging import OK, Facts, Stop, judge, roles_needed, stops_of_cause
from .reasons import lateness, need_reason, need_slip, says_something
from .scanned import take
from .state import NOTES, Answer, Check, Clearance, Key, Note, Proof, Reason, Run

NOTHING: Mapping[str, Any] = {}
NO_FACTS = Facts()
KEPT: Any = object()  # of a correction that leaves the value as it is


def answer(
    run: Run,
    step_id: str,
    container: str | None,
    value: Any,
    *,
    by: Actor,
    at: Moment,
    facts: FactSource,
    parts: Mapping[str, Any] = NOTHING,
    slot: int = 0,
    event_at: Moment | None = None,
    performer: str = "",
    comment: str = "",
    rescue: bool = False,
) -> tuple[Run, Answer]:
    """Answer a question. The verdict is in the answer.

    ``parts``: the further inputs by their ids. ``event_at``: when it happened, where that was earlier. ``performer``: a
    holder's operator who did it. A fact may be recorded again without a reason and then waits for one; any other answer
    is changed with ``correct``. Raises Refusal: ``run.gate`` (fact ``missing``), ``run.answered``, ``run.future`` and
    those of ``inputs.read_input`` and ``scanned.take``.
    """
    key, step = run.key(step_id, container, slot)
    known = run.current.get(key)
    if known is not None and not step.marks:
        raise Refusal("run.answered", step=step_id)
    given = _read(run, key, step, value, parts, by, at, event_at, rescue, facts)
    _pass_gate(run, key, given.value, facts, at)
    given = replace(given, performer=performer, comment=comment, again=known is not None)
    return _commit(run, given, facts, at)


def sign(
    run: Run,
    step_id: str,
    container: str | None,
    statement_sha256: str,
    *,
    by: Actor,
    at: Moment,
    facts: FactSource,
) -> tuple[Run, Answer]:
    """Take a signature inside the run (engineering-review 8b); the act has made the statement.

    What was corrected before it, after it was given, asks it anew: then a second one replaces the first, which stays.
    Raises Refusal: ``run.no_signature_here``, ``run.answered``, ``sign.role`` and ``run.gate``.
    """
    key, step = run.key(step_id, container)
    if step.ask != "sign" or not step.meaning:
        raise Refusal("run.no_signature_here", step=step_id)
    if key in run.current and not outdated(run, key):
        raise Refusal("run.answered", step=step_id)
    if by.role not in step.by:
        raise Refusal("sign.role", meaning=step.meaning, role=by.role)
    value = {"meaning": step.meaning, "statement": statement_sha256}
    given = _read(run, key, step, value, NOTHING, by, at, None, False, facts)
    _pass_gate(run, key, given.value, facts, at)
    if key in run.current:
        given = replace(given, reason=Reason("signed_anew"))
    return _commit(run, given, facts, at)


def correct(
    run: Run,
    step_id: str,
    container: str | None,
    value: Any,
    *,
    reason: Reason,
    by: Actor,
    at: Moment,
    facts: FactSource,
    parts: Mapping[str, Any] | None = None,
    slot: int = 0,
    event_at: Moment | None = None,
    performer: str | None = None,
) -> tuple[Run, Answer]:
    """Change an answer; the old one stays. ``value`` KEPT leaves it as it was and says who did it: ``performer``, ""
    for whoever answered it. None of ``performer`` and ``parts`` keeps what was said.

    The reason needs two Chinese characters or five others; "slip" needs none within ten seconds and before the next
    answer. The same value may be given again ("looked again"). Raises Refusal: ``run.nothing_to_correct``,
    ``run.reason``, ``run.slip_over``, ``run.gate`` and those of ``answer``.
    """
    key, step = run.key(step_id, container, slot)
    known = run.current.get(key)
    if known is None or step.by_machine or step.meaning:  # a signature is given anew, never corrected
        raise Refusal("run.nothing_to_correct", step=step_id)
    need_reason(reason)
    if reason.code == "slip":
        need_slip(run, known, at, parse_iso(known.at).utc_ms)
    who = known.performer if performer is None else performer
    if value is KEPT:
        named = replace(known, n=run.next_n, by=by, at=at.iso, reason=reason, performer=who, again=False)
        return _commit(run, named, facts, at)
    happened = event_at or (parse_iso(known.event_at) if step.ask != "time" else None)
    given = _read(run, key, step, value, parts or NOTHING, by, at, happened, False, facts)
    _pass_gate(run, key, given.value, facts, at)
    kept = dict(known.parts) if parts is None else given.parts
    # A correction does not make an entry late: what counts is when the question was answered first.
    late = lateness(parse_iso(given.event_at), parse_iso(run.history(key)[0].at), rescue=known.late == "rescue")
    given = replace(given, parts=kept, reason=reason, performer=who, late=late)
    return _commit(run, given, facts, at)


def not_applicable(
    run: Run,
    step_id: str,
    container: str | None,
    *,
    reason: str,
    by: Actor,
    at: Moment,
    facts: FactSource,
    slot: int = 0,
) -> tuple[Run, Answer]:
    """Leave a question out, with the reason printed; where rules or a check hang on it, that is a stop of its own.

    Also the way to say that a computed value cannot be had (no logger file). Raises Refusal ``run.reason``, and
    ``run.answered`` over a fact: what happened is corrected, never left out.
    """
    key, step = run.key(step_id, container, slot)
    if step.marks and key in run.current:
        raise Refusal("run.answered", step=step_id)
    why = Reason("other", reason)
    need_reason(why)
    given = Answer(run.next_n, key, None, by, at.iso, at.iso, OK, reason=why, not_applicable=True)
    return _commit(run, given, facts, at)


def check(
    run: Run,
    step_id: str,
    container: str | None,
    value: Any,
    *,
    by: Actor,
    at: Moment,
    facts: FactSource = NO_FACTS,
    slot: int = 0,
) -> tuple[Run, Check]:
    """Give the second person's own value, blind, or None as a witness. May come before the first person's answer.

    ``facts``: by which a scanned label's field is found; without them a scan is taken as it came.

    ``judging.check_state`` says match or mismatch afterwards. Raises Refusal: ``run.same_person`` (REG-008),
    ``run.check_kind``, ``run.no_check``, ``run.decider`` (neither of the two may decide that), and those of
    ``inputs.read_input`` and ``scanned.take``.
    """
    key, step = run.key(step_id, container, slot)
    known = run.current.get(key)
    if step.check == "none" and not (known and known.performer):
        raise Refusal("run.no_check", step=step_id)
    if known is not None and known.by.person == by.person:
        raise Refusal("run.same_person", person=by.person, step=step_id)
    if (step.check == "value") != (value is not None) and not (known and known.performer and value is None):
        raise Refusal("run.check_kind", step=step_id, check=step.check)
    own = None if value is None else _main(run, key, step, value, at, facts)
    event = Check(run.next_n, key, own, by, at.iso)
    after = run.plus(event)
    need_decider(after, key)
    return after, event


def clear_stop(
    run: Run,
    step_id: str,
    container: str | None,
    *,
    reason: Reason,
    signers: tuple[Actor, ...],
    at: Moment,
    proof: Proof | None = None,
    slot: int = 0,
) -> tuple[Run, Clearance]:
    """Override a held stop, and with it every open held stop of the same cause.

    ``signers``: one person per role asked for, each another human being. ``proof``: the holder's word where the rule
    asks it, a file or name, time and case number. Raises Refusal: ``run.no_stop``, ``run.hard_stop``, ``run.reason``,
    ``run.roles``, ``run.proof``.
    """
    key, _ = run.key(step_id, container, slot)
    stops = stops_of_cause(run, key)
    if not stops:
        raise Refusal("run.no_stop", step=step_id)
    if any(stop.verdict.level == "hard" for stop in stops):
        raise Refusal("run.hard_stop", step=step_id, rule=stops[0].verdict.rule)
    need_reason(reason)
    if reason.code == "slip":
        raise Refusal("run.reason", given=reason.text[:40])
    _need_signers(roles_needed(stops), signers)
    if any(stop.verdict.proof for stop in stops) and not (proof and proof.complete):
        raise Refusal("run.proof", step=step_id, proof=_proof_of(stops))
    keys, of = tuple(stop.key for stop in stops), tuple(stop.n for stop in stops)
    event = Clearance(run.next_n, keys, of, stops[0].verdict.cause, reason, signers, at.iso, proof)
    return run.plus(event), event


def note(run: Run, about: str, text: str, *, by: Actor, at: Moment, key: Key | None = None) -> tuple[Run, Note]:
    """Add a note: ``pause`` and ``resume`` (text optional), ``late``, ``comment`` and ``dispute`` (with ``key``),
    ``container`` and ``absent`` (``text`` is the container that came besides, or did not come).

    Raises Refusal: ``run.unknown_note``, ``run.reason``, ``run.container_twice``, ``run.container_answered``,
    ``run.unknown_container``.
    """
    if about not in NOTES:
        raise Refusal("run.unknown_note", about=about)
    if about in ("late", "comment", "dispute") and not says_something(text):
        raise Refusal("run.reason", given=text[:40])
    if about == "container" and (not text.strip() or text in run.containers):
        raise Refusal("run.container_twice", containers=text)
    if about == "absent" and text not in run.containers:
        raise Refusal("run.unknown_container", step=about, container=text)
    if about == "absent" and any(
        known.container == text and not run.current[known].by == STATION for known in run.current
    ):
        raise Refusal("run.container_answered", container=text)
    event = Note(run.next_n, about, text, by, at.iso, key)
    return run.plus(event), event


# --- inside -----------------------------------------------------------------------------------------------------


def _main(run: Run, key: Key, step: Step, value: Any, at: Moment, facts: FactSource) -> Any:
    """The step's own input in its kept form; of a scanned label, the field that the step asks for."""
    kept = read_input(step, value, at)
    return take(run, step, key.container, kept, facts) if step.ask == "scan" else kept


def _read(
    run: Run,
    key: Key,
    step: Step,
    value: Any,
    parts: Mapping[str, Any],
    by: Actor,
    at: Moment,
    event_at: Moment | None,
    rescue: bool,
    facts: FactSource,
) -> Answer:
    if step.by_machine:
        raise Refusal("run.by_machine", step=step.id)
    main = _main(run, key, step, value, at, facts)
    below: dict[str, Any] = {}
    for name, raw in parts.items():
        part = step.part(name)
        if part is None:
            raise Refusal("run.unknown_part", step=step.id, part=name)
        below[name] = read_input(part, raw, at)
    happened = event_at or at
    if step.ask == "time" and not step.future:
        happened = parse_iso(main)
    if happened.utc_ms > at.utc_ms:
        raise Refusal("run.future", step=step.id, given=happened.iso, now=at.iso)
    late = lateness(happened, at, rescue=rescue)
    return Answer(run.next_n, key, main, by, at.iso, happened.iso, OK, below, late=late)


def _pass_gate(run: Run, key: Key, value: Any, facts: FactSource, at: Moment) -> None:
    missing = gate(run, key, value, facts, at)
    rejected = [item.detail for item in missing if item.what == "rejected"]
    if rejected:
        raise Refusal("run.rejected", step=key.step, containers=", ".join(rejected))
    if missing:
        raise Refusal("run.gate", step=key.step, count=len(missing), missing=missing)


def _commit(run: Run, given: Answer, facts: FactSource, at: Moment) -> tuple[Run, Answer]:
    given = replace(given, verdict=judge(run, given.key, facts, at, given))
    after = run.plus(given)
    need_decider(after, given.key)
    return after, given


def _need_signers(needed: tuple[str, ...], signers: tuple[Actor, ...]) -> None:
    """Every role asked for has a person, every person counts once (engineering-review 12)."""
    if len({signer.person for signer in signers}) != len(signers):
        raise Refusal("run.same_person", person=", ".join(signer.person for signer in signers), step="")
    for order in itertools.permutations(signers, len(needed)):
        if all(signer.role in role.split("|") for signer, role in zip(order, needed, strict=True)):
            return
    raise Refusal("run.roles", needed=", ".join(needed), given=", ".join(signer.role for signer in signers))


def _proof_of(stops: tuple[Stop, ...]) -> str:
    return next(stop.verdict.proof for stop in stops if stop.verdict.proof)

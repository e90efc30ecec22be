"""Walking through checklists: start, answer, correct, check, clear, sign, pause (DESIGN.md 0, 1); ``closing`` ends it.

Every act reads the run, lets the pure functions of ``runs`` decide, and writes the run's new events together with what
they change (containers, deviations) in one transaction. Nothing but a gate is ever refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .. import canonical, runs
from ..clock import Moment
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..refusal import Refusal
from ..runs import Answer, Event, Facts, Key, Proof, Reason, Run
from ..store import Blob, Held
from ..templates import Template, load, packaged
from . import gathering, late_stays, run_facts, run_signatures, staff

Consequences = Callable[[Desk, Run, Run, Moment, Actor], list[Change]]
_NOTHING: Mapping[str, Any] = {}


# --- reading --------------------------------------------------------------------------------------------------------


def load_run(desk: Desk, run: str) -> Run:
    """The run as it stands, from the ledger's documents and the template text it began with.

    Events are numbered and never written twice, so what was read once stands, and only those that follow are read.
    """
    held = desk.store.get("run", run)
    if held is None:
        raise Refusal("run.unknown", run=run)
    read = desk.once(("run", run), held.n, lambda: [_load_whole(desk, held)])
    while (event := desk.store.get("run_event", f"{run}/{read[0].next_n:04d}")) is not None:
        read[0] = read[0].plus(runs.event_from(event.doc["event"]))
    return read[0]


def _load_whole(desk: Desk, held: Held) -> Run:
    events = [item.doc["event"] for item in desk.store.find("run_event", run=held.id)]
    text = desk.store.blob(str(held.doc["sha256"])).decode("utf-8")
    template = load(text, f"{held.doc['template']}/{held.doc['version']}.toml")
    return runs.run_from({"id": held.id, **held.doc, "events": events}, template)


def facts_of(desk: Desk, run: Run, at: Moment) -> Facts:
    """Everything that templates may ask about this run, gathered now."""
    return gathering.gather(desk, run, at)


def store_with(
    desk: Desk,
    act: str,
    before: Run,
    after: Run,
    *,
    at: Moment,
    who: Actor,
    blobs: Sequence[Blob] = (),
    reason: str = "",
    changes: Sequence[Change] = (),
    known: Mapping[str, Any] = _NOTHING,
) -> Run:
    """Settle what the machine now knows, then write all new events and their consequences at once.

    ``changes``: to other objects, written with them; ``known``: the facts that those changes make true.
    """
    facts = facts_of(desk, after, at)
    after = runs.settle(after, replace(facts, values={**facts.values, **known}), at)
    new = after.events[len(before.events) :]
    written = [
        Change("run_event", f"{after.id}/{event.n:04d}", {"run": after.id, "event": runs.event_doc(event)}, reason)
        for event in new
    ]
    written += [*changes, *run_facts.consequences(desk, before, after, at, who)]
    desk.write(act, written, at=at, who=who, blobs=blobs)
    late_stays.hold_late(desk, act, written, at=at, who=who)
    return after


# --- starting -------------------------------------------------------------------------------------------------------


def start_run(
    desk: Desk, template: str, subjects: Mapping[str, str], containers: tuple[str, ...] = (), version: int | None = None
) -> Run:
    """Begin a walk through the newest released version of ``template`` (or ``version``); its text is kept as a blob.

    ``subjects``: kind → id of what it is about, e.g. {"shipment": …, "order": …}.
    """
    at, who = desk.begin("start_run")
    from ..templates import latest

    chosen: Template = packaged(template, version) if version is not None else latest(template)
    id = desk.store.next_id("run", f"W-{desk.store.station}-{at.local.year}-")
    run = runs.open_run(id, chosen, subjects=subjects, containers=containers, by=who, at=at.iso)
    run = runs.settle(run, facts_of(desk, run, at), at)
    doc = runs.run_doc(run)
    events = doc.pop("events")
    doc.pop("id")
    doc |= {
        "state": "open",
        "subject": subjects[chosen.per],
        "order": subjects.get("order", ""),
        "title": {"zh": chosen.zh, "en": chosen.en},
    }
    changes = [Change("run", id, doc)]
    changes += [Change("run_event", f"{id}/{n:04d}", {"run": id, "event": event}) for n, event in enumerate(events, 1)]
    desk.write("start_run", changes, at=at, who=who, blobs=[chosen.text.encode("utf-8")])
    return run


# --- answering ------------------------------------------------------------------------------------------------------


def answer_step(
    desk: Desk,
    run: str,
    step: str,
    container: str | None = None,
    value: Any = None,
    *,
    parts: Mapping[str, Any] | None = None,
    event_at: Moment | None = None,
    performer: str = "",
    comment: str = "",
    slot: int = 0,
    rescue: bool = False,
    by: Actor | None = None,
    blobs: tuple[bytes, ...] = (),
) -> Run:
    """Answer a question. ``by``: another identified person (badge and PIN); ``blobs``: photos and files it names."""
    at, who = desk.begin("answer_step")
    if by is not None:
        desk.permit("answer_step", by)
    before = opened(desk, run)
    after, _ = runs.answer(
        before,
        step,
        container,
        value,
        by=by or who,
        at=at,
        facts=facts_of(desk, before, at),
        parts=parts or {},
        slot=slot,
        event_at=event_at,
        performer=performer,
        comment=comment,
        rescue=rescue,
    )
    return store_with(desk, "answer_step", before, after, at=at, who=by or who, blobs=blobs)


def correct_answer(
    desk: Desk,
    run: str,
    step: str,
    container: str | None = None,
    value: Any = None,
    *,
    reason: Reason,
    parts: Mapping[str, Any] | None = None,
    event_at: Moment | None = None,
    slot: int = 0,
    performer: str | None = None,
    by: Actor | None = None,
    blobs: tuple[bytes, ...] = (),
) -> Run:
    """Change an answer; the old one stays. "slip" within ten seconds and before the next answer needs no words.

    ``value`` ``runs.KEPT`` with a ``performer``: only who did it was wrong ("": whoever answers, no one else).
    """
    at, who = desk.begin("correct_answer")
    if by is not None:
        desk.permit("correct_answer", by)
    before = opened(desk, run)
    after, _ = runs.correct(
        before,
        step,
        container,
        value,
        reason=reason,
        by=by or who,
        at=at,
        facts=facts_of(desk, before, at),
        parts=parts,
        slot=slot,
        event_at=event_at,
        performer=performer,
    )
    return store_with(
        desk, "correct_answer", before, after, at=at, who=by or who, blobs=blobs, reason=reason.text or reason.code
    )


def skip_step(
    desk: Desk,
    run: str,
    step: str,
    container: str | None = None,
    *,
    reason: str,
    slot: int = 0,
    by: Actor | None = None,
) -> Run:
    """Say that a question does not apply, with the reason that paper prints."""
    at, who = desk.begin("skip_step")
    if by is not None:
        desk.permit("skip_step", by)
    before = opened(desk, run)
    facts = facts_of(desk, before, at)
    after, _ = runs.not_applicable(before, step, container, reason=reason, by=by or who, at=at, facts=facts, slot=slot)
    return store_with(desk, "skip_step", before, after, at=at, who=by or who, reason=reason)


def check_step(
    desk: Desk, run: str, step: str, container: str | None = None, value: Any = None, *, by: Actor, slot: int = 0
) -> Run:
    """The second person's part: their own value, blind, or None as a witness. ``by`` was identified for this alone."""
    at, _ = desk.begin("check_step")
    desk.permit("check_step", by)
    before = opened(desk, run)
    facts = facts_of(desk, before, at)
    after, _ = runs.check(before, step, container, value, by=by, at=at, facts=facts, slot=slot)
    return store_with(desk, "check_step", before, after, at=at, who=by)


def clear_stop(
    desk: Desk,
    run: str,
    step: str,
    container: str | None = None,
    *,
    reason: Reason,
    signers: tuple[Actor, ...],
    proofs: Sequence[staff.Proof],
    proof: Proof | None = None,
    slot: int = 0,
    blobs: tuple[bytes, ...] = (),
) -> Run:
    """Override a held stop and all of its cause: a reason, one person per role, the holder's word where asked.

    Each of ``signers`` signs it with their own password (``proofs``, one per person): a statement over everything
    answered so far and over the override itself. Raises also those of ``run_signatures.give``.
    """
    at, who = desk.begin("clear_stop")
    before = opened(desk, run)
    after, event = runs.clear_stop(
        before, step, container, reason=reason, signers=signers, at=at, proof=proof, slot=slot
    )
    theirs = run_signatures.check_proofs(signers, proofs)
    changes, covered = [], run_signatures.answers_sha256(desk, before)
    for number, signer in enumerate(signers, 1):
        given = run_signatures.give(
            desk, before, theirs[signer.person], signer.role, "approved", step=str(event.keys[0]),
            at=at, number=number, of=len(signers), covered=covered, more={"override": runs.event_doc(event)},
        )  # fmt: skip
        changes.append(given.change)
    return store_with(
        desk, "clear_stop", before, after, at=at, who=who, blobs=blobs, reason=reason.text, changes=changes
    )


def sign_step(desk: Desk, run: str, step: str, container: str | None, proof: staff.Proof, role: str) -> Run:
    """Give the signature that a checklist asks for in its middle (a physician's go, a hand-over).

    Raises ``run.gate`` while something before it is open, those of ``runs.sign`` and of ``run_signatures.give``.
    """
    at, _ = desk.begin("sign_statement")
    before = opened(desk, run)
    _, asked = before.key(step, container)
    facts = facts_of(desk, before, at)
    by = Actor(proof.person, role, "password")
    # Once with nothing signed, so that a gate that is shut costs nobody's password.
    runs.sign(before, step, container, canonical.sha256(b""), by=by, at=at, facts=facts)
    named = str(Key(step, container))
    given = run_signatures.give(desk, before, proof, role, asked.meaning, step=named, at=at)
    after, _ = runs.sign(before, step, container, given.statement_sha256, by=given.who, at=at, facts=facts)
    return store_with(desk, "sign_statement", before, after, at=at, who=given.who, changes=[given.change])


def note(
    desk: Desk,
    run: str,
    about: str,
    text: str,
    step: str = "",
    container: str | None = None,
    *,
    by: Actor | None = None,
) -> Run:
    """Add a note: pause, resume, why an entry is late, a comment. ``by``: another identified person who takes it up."""
    act = {"pause": "pause_run", "resume": "resume_run"}.get(about, "answer_step")
    at, who = desk.begin(act)
    before = opened(desk, run)
    key = Key(step, container) if step else None
    after, _ = runs.note(before, about, text, by=by or who, at=at, key=key)
    return store_with(desk, act, before, after, at=at, who=by or who)


def refresh(desk: Desk, run: str) -> Run:
    """Write down what the machine has come to know since (a logger file, a verified profile). Nothing new: no entry."""
    at = desk.now()
    before = opened(desk, run)
    after = runs.settle(before, facts_of(desk, before, at), at)
    if len(after.events) == len(before.events):
        return before
    return store_with(desk, "settle_run", before, before, at=at, who=_station())


def _station() -> Actor:
    from ..entry import STATION

    return STATION


def opened(desk: Desk, run: str) -> Run:
    """The run, which must still be open. Raises ``run.unknown``, ``run.not_open``."""
    held = desk.store.get("run", run)
    if held is None or held.doc["state"] != "open":
        raise Refusal("run.not_open" if held is not None else "run.unknown", run=run)
    return load_run(desk, run)


# --- what moved meanwhile ---------------------------------------------------------------------------------------------


def rejudge_about(desk: Desk, order: str) -> None:
    """Judge every open run about the order anew, because order, notice or profile were changed meanwhile.

    What a person answered stays; what it was held against moved. An override holds for the old verdict alone.
    """
    at = desk.now()
    for held in desk.store.find("run", order=order, state="open"):
        before = load_run(desk, held.id)
        after = judged_anew(desk, before, at)
        if len(after.events) > len(before.events):
            store_with(desk, "settle_run", before, after, at=at, who=_station())


def judged_anew(desk: Desk, run: Run, at: Moment) -> Run:
    """The run with every answer held against what is known now."""
    after = runs.rejudge(run, facts_of(desk, run, at), at)
    return runs.settle(after, facts_of(desk, after, at), at)


def rejudge_about_product(desk: Desk, product: str) -> None:
    """The same for every open run about an order of this product: its profile is another one now."""
    about = dict.fromkeys(str(held.doc["order"]) for held in desk.store.find("run", state="open"))
    for order in about:
        held = desk.store.get("order", order) if order else None
        if held is not None and held.doc["product"] == product:
            rejudge_about(desk, order)


def open_runs(desk: Desk) -> list[tuple[str, Doc]]:
    """(id, document) of every run that is open, newest first."""
    return [(held.id, held.doc) for held in desk.store.find("run", state="open", newest=True)]


def photo(data: bytes) -> dict[str, str]:
    """The value of a photo or file answer whose bytes go along as a blob."""
    return {"sha256": canonical.sha256(data)}


def answers(run: Run) -> tuple[Answer, ...]:
    """Every answer that stands, in the order of the checklist."""
    return tuple(run.current[key] for key, _ in run.questions() if key in run.current)


def event_of(run: Run, n: int) -> Event:
    """The event with that number."""
    return run.events[n - 1]

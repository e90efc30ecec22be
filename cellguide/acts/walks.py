"""Walking through checklists: start, answer, correct, check, clear, pause, close (DESIGN.md 0 and 1).

Every act reads the run, lets the pure functions of ``runs`` decide, and writes the run's new events together with what
they change (containers, deviations) in one transaction. Nothing but a gate is ever refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .. import canonical, record_content, runs
from ..clock import Moment
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..refusal import Refusal
from ..runs import Answer, Event, Facts, Key, Proof, Reason, Run, gates
from ..templates import Template, load, packaged
from . import records, run_facts

Consequences = Callable[[Desk, Run, Run, Moment, Actor], list[Change]]
_NOTHING: Mapping[str, Any] = {}


# --- reading --------------------------------------------------------------------------------------------------------


def load_run(desk: Desk, run: str) -> Run:
    """The run as it stands, from the ledger's documents and the template text it began with."""
    held = desk.store.get("run", run)
    if held is None:
        raise Refusal("run.unknown", run=run)
    events = [item.doc["event"] for item in desk.store.find("run_event", run=run)]
    text = desk.store.blob(str(held.doc["sha256"])).decode("utf-8")
    template = load(text, f"{held.doc['template']}/{held.doc['version']}.toml")
    return runs.run_from({"id": run, **held.doc, "events": events}, template)


def facts_of(desk: Desk, run: Run, at: Moment) -> Facts:
    """Everything that templates may ask about this run, gathered now."""
    return run_facts.gather(desk, run, at)


def store_with(
    desk: Desk,
    act: str,
    before: Run,
    after: Run,
    *,
    at: Moment,
    who: Actor,
    blobs: Sequence[bytes] = (),
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
    by: Actor | None = None,
    blobs: tuple[bytes, ...] = (),
) -> Run:
    """Change an answer; the old one stays. "slip" within ten seconds and before the next answer needs no words."""
    at, who = desk.begin("correct_answer")
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
    before = opened(desk, run)
    facts = facts_of(desk, before, at)
    after, _ = runs.not_applicable(before, step, container, reason=reason, by=by or who, at=at, facts=facts, slot=slot)
    return store_with(desk, "skip_step", before, after, at=at, who=by or who, reason=reason)


def check_step(
    desk: Desk, run: str, step: str, container: str | None = None, value: Any = None, *, by: Actor, slot: int = 0
) -> Run:
    """The second person's part: their own value, blind, or None as a witness. ``by`` was identified for this alone."""
    at, _ = desk.begin("check_step")
    before = opened(desk, run)
    after, _ = runs.check(before, step, container, value, by=by, at=at, slot=slot)
    return store_with(desk, "check_step", before, after, at=at, who=by)


def clear_stop(
    desk: Desk,
    run: str,
    step: str,
    container: str | None = None,
    *,
    reason: Reason,
    signers: tuple[Actor, ...],
    proof: Proof | None = None,
    slot: int = 0,
    blobs: tuple[bytes, ...] = (),
) -> Run:
    """Override a held stop and all of its cause: a reason, one person per role, the holder's word where asked."""
    at, who = desk.begin("clear_stop")
    before = opened(desk, run)
    after, _ = runs.clear_stop(before, step, container, reason=reason, signers=signers, at=at, proof=proof, slot=slot)
    return store_with(desk, "clear_stop", before, after, at=at, who=who, blobs=blobs, reason=reason.text)


def note(desk: Desk, run: str, about: str, text: str, step: str = "", container: str | None = None) -> Run:
    """Add a note: pause, resume, why an entry is late, a container that came besides, a comment."""
    act = {"pause": "pause_run", "resume": "resume_run"}.get(about, "answer_step")
    at, who = desk.begin(act)
    before = opened(desk, run)
    key = Key(step, container) if step else None
    after, _ = runs.note(before, about, text, by=who, at=at, key=key)
    return store_with(desk, act, before, after, at=at, who=who)


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


# --- closing --------------------------------------------------------------------------------------------------------


def closing_gate(desk: Desk, run: Run, at: Moment) -> tuple[runs.Missing, ...]:
    """What still stands between the run and its record; empty when it can be closed."""
    return runs.closing(run, facts_of(desk, run, at), at)


def close_run(desk: Desk, run: str) -> str:
    """Freeze a finished run as a record; returns its id. Raises ``run.unfinished`` naming what is missing first."""
    at, who = desk.begin("close_run")
    before = opened(desk, run)
    missing = closing_gate(desk, before, at)
    if missing:
        raise Refusal("run.unfinished", count=len(missing), first=str(missing[0].key), what=missing[0].what)
    also = run_facts.closing_changes(desk, before, at, who)
    draft = _draft(desk, before, at, also)
    record, change, data = records.freeze(desk, draft, at=at, who=who)
    closed = Change("run", run, {"state": "closed", "record": record, "closed_at": at.iso})
    changes = [change, closed, *also]
    desk.write("close_run", changes, at=at, who=who, blobs=[data, *draft.photos.values()])
    return record


def _draft(desk: Desk, run: Run, at: Moment, also: Sequence[Change] = ()) -> records.Draft:
    photos = {name: desk.store.blob(name) for name in record_content.photo_names(run)}
    subject = run_facts.subject(desk, run)
    people = {person.id: person for person in desk.people()}
    content = record_content.build(
        run,
        subject=subject,
        people=people,
        closed=at,
        profile=run_facts.profile_words(desk, run),
        deviations=run_facts.deviation_words(desk, run, also),
        series=run_facts.series(desk, run),
        sources=run_facts.source_words(desk, run),
        left_out=_left_out(desk, run, at),
    )
    return records.Draft(
        run.template.id,
        content,
        record_content.required(run),
        photos,
        record_content.search_words(run, subject),
        record_content.performers(run),
        record_content.checkers(run),
        run.id,
        str(subject.get("order") or ""),
        run_facts.product(desk, run),
    )


def _left_out(desk: Desk, run: Run, at: Moment) -> frozenset[Key]:
    """Computed steps that do not apply after all: what an acceptance still lacks, when it was held."""
    facts = facts_of(desk, run, at)
    computed = [(key, step) for key, step in run.questions() if step.by_machine and key in run.current]
    return frozenset(key for key, step in computed if not gates.due(run, key, step, facts, at))


def amend_record(desk: Desk, record: str, corrections: Callable[[Run], Run], reason: str) -> None:
    """Correct answers of a record that was signed: its run is walked on, and the record drawn whole again as v n+1.

    ``corrections`` takes the run and returns it with ``runs.correct`` applied; what it adds is written with it.
    """
    at, who = desk.begin("amend_record")
    records.check_reason(reason)
    held = desk.store.get("record", record)
    if held is None or not held.doc["run"]:
        raise Refusal("record.unknown", record=record)
    before = load_run(desk, str(held.doc["run"]))
    after = corrections(before)
    if len(after.events) == len(before.events):
        raise Refusal("record.nothing_amended", record=record)
    after = store_with(desk, "amend_record", before, after, at=at, who=who, reason=reason)
    records.replace_version(desk, record, _draft(desk, after, at), reason, "amend_record")


def abort_run(desk: Desk, run: str, reason: str) -> None:
    """End a walk that was begun by mistake. What it recorded stays; no record is made."""
    records.check_reason(reason)
    at, who = desk.begin("abort_run")
    opened(desk, run)
    desk.write("abort_run", [Change("run", run, {"state": "aborted", "aborted_at": at.iso}, reason)], at=at, who=who)


def rejudge_about(desk: Desk, order: str) -> None:
    """Judge every open run about the order anew, because order, notice or profile were changed meanwhile.

    What a person answered stays; what it was held against moved. An override holds for the old verdict alone.
    """
    at = desk.now()
    for held in desk.store.find("run", order=order, state="open"):
        before = load_run(desk, held.id)
        after = runs.rejudge(before, facts_of(desk, before, at), at)
        after = runs.settle(after, facts_of(desk, after, at), at)
        if len(after.events) > len(before.events):
            store_with(desk, "settle_run", before, after, at=at, who=_station())


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

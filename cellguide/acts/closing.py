"""What ends a walk and what takes it up again: closing into a record, deciding or correcting anew, leaving off.

A record is never changed: whoever finds an answer wrong, or may now decide what could only be held, walks its run on,
and closing it makes the next version, signed anew, with the signed one inside (DESIGN.md 4, engineering-review 8).
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import record_content, runs
from ..clock import Moment
from ..desk import Desk
from ..entry import STATION, Change, Doc
from ..refusal import Refusal
from ..runs import Answer, Check, Clearance, Key, Run, gates
from . import records, run_facts, run_signatures, walks

AMENDABLE = ("awaiting", "signed")


def closing_gate(desk: Desk, run: Run, at: Moment) -> tuple[runs.Missing, ...]:
    """What still stands between the run and its record; empty when it can be closed."""
    return runs.closing(run, walks.facts_of(desk, run, at), at)


def close_run(desk: Desk, run: str) -> str:
    """Freeze a finished run as a record, or as the next version of the one it was walked on from; returns its id.

    Raises ``run.unfinished`` naming what is missing first, ``record.nothing_amended`` where nobody did anything.
    """
    at, who = desk.begin("close_run")
    before = walks.opened(desk, run)
    missing = closing_gate(desk, before, at)
    if missing:
        raise Refusal("run.unfinished", count=len(missing), first=str(missing[0].key), what=missing[0].what)
    also = run_facts.closing_changes(desk, before, at, who)
    draft = _draft(desk, before, at, also)
    again = _walked_on(desk, run)
    closed: Doc = {"state": "closed", "closed_at": at.iso}
    if again is None:
        record, change, data = records.freeze(desk, draft, at=at, who=who)
        changes = [change]
    else:
        if not _done_since(before, again):
            raise Refusal("record.nothing_amended", record=again["record"])
        record = str(again["record"])
        changes, data = records.next_version(desk, record, draft, str(again["reason"]), at=at, who=who)
        closed["again"] = None
    changes += [Change("run", run, closed | {"record": record}), *also]
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
        left_out=_left_out(desk, run, at),
        signatures=run_signatures.told(desk, run),
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
    facts = walks.facts_of(desk, run, at)
    computed = [(key, step) for key, step in run.questions() if step.by_machine and key in run.current]
    return frozenset(key for key, step in computed if not gates.due(run, key, step, facts, at))


# --- taking it up again ---------------------------------------------------------------------------------------------


def amend_record(desk: Desk, record: str, reason: str) -> Run:
    """Take up the walk of a record again, to correct an answer or to decide anew what had to be held.

    Everything is judged by what is known now: a profile verified since no longer stops, an override given then still
    holds for what it was given for. Answers are corrected with ``walks.correct_answer``; ``close_run`` makes the next
    version. Raises ``reason.short``, ``record.unknown``, ``record.not_signed``, ``record.no_run``, ``run.not_closed``.
    """
    at, who = desk.begin("amend_record")
    records.check_reason(reason)
    doc = records.doc_of(desk, record)
    if doc["state"] not in AMENDABLE or doc["required"] == ["voided"]:
        raise Refusal("record.not_signed", record=record, state=doc["state"])
    run = str(doc["run"])
    held = desk.store.get("run", run) if run else None
    if held is None:
        raise Refusal("record.no_run", record=record)
    if held.doc["state"] != "closed":
        raise Refusal("run.not_closed", run=run)
    before = walks.load_run(desk, run)
    after = walks.judged_anew(desk, before, at)
    again = {"record": record, "reason": reason, "by": who.person, "at": at.iso, "n": len(after.events)}
    opened = Change("run", run, {"state": "open", "again": again}, reason)
    return walks.store_with(desk, "amend_record", before, after, at=at, who=who, reason=reason, changes=[opened])


def leave_amendment(desk: Desk, run: str) -> None:
    """Let a record stand as it is after all. Raises ``run.amended`` once somebody answered anything: then the next
    version says so."""
    at, who = desk.begin("amend_record")
    before = walks.opened(desk, run)
    again = _walked_on(desk, run)
    if again is None:
        raise Refusal("run.not_closed", run=run)
    if _done_since(before, again):
        raise Refusal("run.amended", run=run, record=again["record"])
    desk.write("amend_record", [Change("run", run, {"state": "closed", "again": None})], at=at, who=who)


def _walked_on(desk: Desk, run: str) -> Doc | None:
    """What the walk was taken up again for, or None."""
    held = desk.store.get("run", run)
    assert held is not None
    found: Doc | None = held.doc.get("again")
    return found


def _done_since(run: Run, again: Doc) -> bool:
    """Whether a person answered, checked or overrode anything since the walk was taken up again."""
    since = run.events[int(again["n"]) :]
    return any(
        isinstance(event, Check | Clearance) or (isinstance(event, Answer) and event.by != STATION) for event in since
    )


def abort_run(desk: Desk, run: str, reason: str) -> None:
    """End a walk that was begun by mistake. What it recorded stays; no record is made.

    One that has a record already is left with ``leave_amendment`` or closed. Raises ``reason.short``, ``run.amended``.
    """
    records.check_reason(reason)
    at, who = desk.begin("abort_run")
    walks.opened(desk, run)
    again = _walked_on(desk, run)
    if again is not None:
        raise Refusal("run.amended", run=run, record=again["record"])
    desk.write("abort_run", [Change("run", run, {"state": "aborted", "aborted_at": at.iso}, reason)], at=at, who=who)

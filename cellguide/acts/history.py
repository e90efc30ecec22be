"""Reading the audit trail: what happened to one thing, and everything that happened (REG-017, REG-047).

Looking is an entry, once for each patient and sign-in (engineering-review F): the trail shows names. A question is
answered in slices of the ledger, so that whoever asks may do something else between two of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from .. import entry_words
from ..answer_words import joined, value_words
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import Change, Entry, read
from ..refusal import Refusal
from ..runs import Answer, Check, Clearance, Key, Note, Run, event_from
from ..words import LANGS, Lang, say
from . import walks

_NUMBER = re.compile(r"[A-Z]{1,3}-[A-Z](-\d{4})?-\d{6}\S*")  # the walk that did it, where no person gave a reason
SLICE = 1000  # entries looked at in one go: a few milliseconds
PAGE = 50

# What a reviewer looks for first (PIC/S PI 041: review by exception): something was changed, passed over, taken back,
# refused, or done by two people because one may not. An entry with a reason is one too.
EXCEPTIONS = frozenset(
    {
        "abort_run", "amend_record", "cancel_order", "change_order", "change_roles", "change_site", "clear_stop",
        "clock_moved", "correct_answer", "lift_hold", "open_deviation", "open_envelope", "password_failed",
        "person_leaves", "pin_failed", "refuse_envelope", "reinstate_container", "replace_order", "reset_person",
        "restore_database", "set_back_mark", "silence_alarm", "skip_step", "void_record",
    }
)  # fmt: skip


class Wanted(NamedTuple):
    """A question. ``about``: objects (``kind:id``), none for all; ``person``: who acted; ``act``: its name, or
    ``exceptions``; ``day``: at the site, ISO; ``text``: anywhere in the entry, the act's words or the name of who
    acted."""

    about: tuple[str, ...] = ()
    person: str = ""
    act: str = ""
    day: str = ""
    text: str = ""


class Found(NamedTuple):
    """An entry and its number in the whole ledger."""

    n: int
    entry: Entry


class Slice(NamedTuple):
    """What one look found, newest first. ``before``: where the next one goes on, None at the beginning of the
    ledger; ``at``: the time of the oldest entry looked at (UTC)."""

    found: tuple[Found, ...]
    before: int | None
    at: str


# --- who may, and that they did ---------------------------------------------------------------------------------------


def view_history(desk: Desk, kind: str, id: str) -> tuple[str, ...]:
    """Open one thing's history; returns the objects it is made of, itself first.

    The first look of a person at a patient since signing in is an entry. Raises ``history.unknown``.
    """
    at, who = desk.begin("view_history")
    held = desk.store.get(kind, id)
    if held is None:
        raise Refusal("history.unknown", id=id)
    order = id if kind == "order" else str(held.doc.get("order") or "")
    assert desk.session is not None
    name = f"{who.person}/{order or id}/{desk.session.since.utc}"
    if desk.store.get("view", name) is None:
        doc = {"person": who.person, "about": f"{kind}:{id}", "at": at.iso}
        desk.write("view_history", [Change("view", name, doc)], at=at, who=who)
    return kin(desk, kind, id)


def view_entries(desk: Desk) -> None:
    """Open the whole ledger; once for each sign-in an entry."""
    at, who = desk.begin("view_entries")
    assert desk.session is not None
    name = f"{who.person}/entries/{desk.session.since.utc}"
    if desk.store.get("view", name) is None:
        doc = {"person": who.person, "about": "", "at": at.iso}
        desk.write("view_entries", [Change("view", name, doc)], at=at, who=who)


def kin(desk: Desk, kind: str, id: str) -> tuple[str, ...]:
    """The objects whose entries together are the history of one: a record's walk, signatures and copies are its own."""
    return (f"{kind}:{id}", *_KIN.get(kind, _none)(desk, id))


def _none(_desk: Desk, _id: str) -> list[str]:
    return []


def _with(desk: Desk, kind: str, field: str, id: str) -> list[str]:
    return [f"{kind}:{held.id}" for held in desk.store.find(kind, newest=False, limit=None, **{field: id})]


def _of_record(desk: Desk, id: str) -> list[str]:
    held = desk.store.get("record", id)
    run = str(held.doc.get("run") or "") if held is not None else ""
    found = [f"run:{run}", *_with(desk, "run_event", "run", run)] if run else []
    for kind in ("revision", "signature", "print", "scan"):
        found += _with(desk, kind, "record", id)
    return found


def _of_order(desk: Desk, id: str) -> list[str]:
    return [one for kind in ("dose", "shipment", "container") for one in _with(desk, kind, "order", id)]


def _of_container(desk: Desk, id: str) -> list[str]:
    return [one for kind in ("hold", "move", "mark") for one in _with(desk, kind, "container", id)]


def _of_person(desk: Desk, id: str) -> list[str]:
    return [*_with(desk, "certificate", "person", id), *_with(desk, "training", "person", id)]


_KIN: dict[str, Callable[[Desk, str], list[str]]] = {
    "record": _of_record,
    "order": _of_order,
    "container": _of_container,
    "person": _of_person,
}


# --- looking ----------------------------------------------------------------------------------------------------------


def look(desk: Desk, wanted: Wanted, before: int | None = None) -> Slice:
    """Look at the next slice of the ledger, from ``before`` back. One call takes a few milliseconds, whatever fits."""
    rows = desk.store.trail(before, SLICE, about=wanted.about, by=wanted.person)
    fits = _test(desk, wanted)
    found = [Found(n, entry) for n, line in rows if (entry := fits(line)) is not None]
    ended = len(rows) < SLICE
    return Slice(tuple(found), None if ended else rows[-1][0], _stamp(rows[-1][1]) if rows else "")


def _stamp(line: str) -> str:
    at = line.rfind('"ts":"') + 6
    return line[at : at + 24]


def local(entry: Entry) -> Moment:
    """When it was written, at the site's offset of that day."""
    return Moment(parse_iso(str(entry["ts"])).utc_ms, int(entry["off"]))


def _test(desk: Desk, wanted: Wanted) -> Callable[[str], Entry | None]:
    """A line → its entry, where it fits. What can be told from the text is told from it: reading JSON takes longer."""
    text = wanted.text.strip().casefold()
    acts, people = _named(desk, text) if text else (frozenset(), frozenset())

    def fits(line: str) -> Entry | None:
        if wanted.act and wanted.act != "exceptions" and f'"act":"{wanted.act}"' not in line:
            return None
        entry = read(line)
        if wanted.act and not _is_act(entry, wanted.act):
            return None
        if wanted.person and entry["actor"] != wanted.person:
            return None
        if wanted.day and local(entry).day.isoformat() != wanted.day:
            return None
        if text and text not in line.casefold() and entry["act"] not in acts and entry["actor"] not in people:
            return None
        return entry

    return fits


def _is_act(entry: Entry, act: str) -> bool:
    return is_exception(entry) if act == "exceptions" else bool(entry["act"] == act)


def is_exception(entry: Entry) -> bool:
    """Whether a reviewer by exception must see it."""
    reason = str(entry["reason"])
    return entry["act"] in EXCEPTIONS or bool(reason and not _NUMBER.fullmatch(reason))


def _named(desk: Desk, text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The acts and the people whose words hold ``text``."""
    acts = {act for act in entry_words.acts() if any(text in entry_words.act_words(act, lang) for lang in LANGS)}
    people = {who.id for who in desk.people() if text in f"{who.name} {who.latin}".casefold()}
    return frozenset(acts), frozenset(people)


# --- what an entry says -----------------------------------------------------------------------------------------------


def told(desk: Desk, entry: Entry, lang: Lang) -> tuple[entry_words.Change, ...]:
    """Each thing that changed, old and new in words; a step of a checklist by its title and its answer's words."""
    if entry.kind == "run_event":
        try:
            run = walks.load_run(desk, str(entry["new"]["run"]))
        except Refusal:  # its template cannot be read: the ledger's own form still can
            return entry_words.changes(entry, lang)
        return tuple(_event(run, entry, lang))
    return entry_words.changes(entry, lang)


def _event(run: Run, entry: Entry, lang: Lang) -> list[entry_words.Change]:
    event = event_from(entry["new"]["event"])
    change = entry_words.Change
    if isinstance(event, Answer):
        before = [one for one in run.history(event.key) if one.n < event.n]
        old = _answer(run, before[-1], lang) if before else ""
        found = [change(_step(run, event.key, lang), old, _answer(run, event, lang))]
        return (
            [*found, change(entry_words.field_words("", "text", lang), "", event.comment)] if event.comment else found
        )
    if isinstance(event, Check):
        name = f"{_step(run, event.key, lang)} · {say('history.second', lang)}"
        given = value_words(run.template.step(event.key.step), event.value)[lang]
        return [change(name, "", given if not event.witness else say("run.check.witness", lang))]
    if isinstance(event, Clearance):
        steps = joined((_step(run, key, lang) for key in event.keys), lang)
        by = joined(
            (f"{who.person} {entry_words.value_words('', 'role', who.role, lang)}" for who in event.signers), lang
        )
        return [change(steps, "", f"{event.reason.text} · {by}")]
    if isinstance(event, Note):
        return [change(say(f"run.note.{event.about}", lang), "", event.text or "—")]
    verdict = (say(f"run.level.{event.verdict.level}", lang), event.verdict.limit)
    return [change(_step(run, event.key, lang), "", " · ".join(part for part in verdict if part))]


def _step(run: Run, key: Key, lang: Lang) -> str:
    step = run.template.step(key.step)
    title = say("history.step", lang, step=key.step, title=getattr(step, lang))
    return f"{title} · {key.container}" if key.container else title


def _answer(run: Run, answer: Answer, lang: Lang) -> str:
    if answer.not_applicable:
        return say("order.result.not_applicable", lang)
    step = run.template.step(answer.key.step)
    parts = [value_words(part, answer.parts[part.id])[lang] for part in step.also if part.id in answer.parts]
    return " · ".join([value_words(step, answer.value)[lang], *parts])

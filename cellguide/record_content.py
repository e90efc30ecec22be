"""A finished run as the body of ``record.json``: every step with value, time, person, check and change, in words.

Pure: what the paper shows is frozen here in both languages, so that no later catalogue can change what was signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .answer_words import Both, both, value_words, verdict_words
from .clock import Moment
from .entry import STATION, Actor, Doc
from .people import Person
from .runs import Answer, Check, Key, Run, check_state
from .runs.inputs import agree
from .templates.values import Section, Step

PHOTO_ASKS = ("photo",)


def build(
    run: Run,
    *,
    subject: Doc,
    people: Mapping[str, Person],
    closed: Moment,
    profile: Doc | None,
    deviations: list[Doc],
    series: Doc | None,
) -> Doc:
    """Return the fields of ``cellguide.record/1`` that come from the run; ``acts.records.freeze`` adds the rest."""
    template = run.template
    return {
        "template": {"id": template.id, "version": template.version, "sha256": template.sha256, "zh": template.zh, "en": template.en},
        "profile": profile,
        "subject": subject,
        "opened": run.opened_at,
        "closed": closed.iso,
        "sections": list(_sections(run, people)),
        "clearances": [_clearance(run, item, people) for item in run.events if item.kind == "clearance"],
        "deviations": deviations,
        "signatures": [],
        "photos": list(_photos(run)),
        "series": series,
        "decision": _decision(run),
    }


def _sections(run: Run, people: Mapping[str, Person]) -> Iterable[Doc]:
    names = {step.id: section for section in run.template.sections for step in section.steps}
    containers = run.containers
    current: tuple[str, str | None] | None = None
    steps: list[Doc] = []
    section: Section | None = None
    for key, step in run.questions():
        if key not in run.current:
            continue
        here = (names[step.id].id, key.container)
        if here != current:
            if section is not None and current is not None and steps:
                yield _section(section, current[1], containers, steps)
            current, steps, section = here, [], names[step.id]
        steps.append(_step(run, key, step, people))
    if section is not None and current is not None and steps:
        yield _section(section, current[1], containers, steps)


def _section(section: Section, container: str | None, containers: tuple[str, ...], steps: list[Doc]) -> Doc:
    place = f"{containers.index(container) + 1}/{len(containers)}" if container else None
    return {"id": section.id, "zh": section.zh, "en": section.en, "container": place, "steps": steps}


def _step(run: Run, key: Key, step: Step, people: Mapping[str, Person]) -> Doc:
    answer = run.current[key]
    verdict = run.standing[key].verdict
    return {
        "id": step.id + (f"+{key.slot}" if key.slot else ""),
        "zh": step.zh,
        "en": step.en,
        "ask": step.ask,
        "text": _text(step, answer),
        "at": answer.at,
        "event_at": answer.event_at if answer.event_at and answer.event_at != answer.at else None,
        "person": _named(answer.by, people),
        "role": answer.by.role,
        "how": answer.by.how,
        "late": bool(answer.late),
        "machine": answer.by == STATION,
        "performer": answer.performer,
        "comment": answer.comment,
        "not_applicable": answer.reason.text if answer.not_applicable and answer.reason else None,
        "check": _check(run, key, step, people),
        "verdict": {
            "level": verdict.level,
            "limit": _short(verdict.limit) or None,
            "source": verdict.source or None,
            "text": verdict_words(verdict),
        },
        "changes": _changes(run, key, step, people),
    }


LISTED_MAX = 3  # more codes than this are counted, not listed: the page has no room and the entry holds them all


def _short(limit: str) -> str:
    """A limit that is a long list of codes, shortened: the first ones and how many more."""
    name, equals, value = limit.partition(" = ")
    codes = value.split(", ")
    if not equals or len(codes) <= LISTED_MAX:
        return limit
    return f"{name} = {', '.join(codes[:LISTED_MAX])} … (+{len(codes) - LISTED_MAX})"


def _text(step: Step, answer: Answer) -> Both:
    if answer.not_applicable:
        return {"zh": "不适用", "en": "not applicable"}
    words = value_words(step, answer.value)
    for part in step.also:
        if part.id in answer.parts:
            more = value_words(part, answer.parts[part.id])
            words = {"zh": f"{words['zh']}；{part.zh} {more['zh']}", "en": f"{words['en']}; {part.en} {more['en']}"}
    return words


def _named(who: Actor, people: Mapping[str, Person]) -> Doc:
    if who == STATION:
        return {"id": "station", "name": ""}
    known = people.get(who.person)
    return {"id": who.person, "name": known.name if known is not None else who.person}


def _check(run: Run, key: Key, step: Step, people: Mapping[str, Person]) -> Doc | None:
    answer = run.current[key]
    state = check_state(run, key)
    found: list[Check] = [item for item in run.checks if item.key == key and item.by.person != answer.by.person]
    if state == "none" or not found:
        return None
    last = found[-1]
    same = last.witness or agree(step, answer.value, last.value)
    if last.witness:
        text = both("answer.witnessed")
    else:
        text = both("answer.match" if same else "answer.mismatch")
        if not same:
            own = value_words(step, last.value)
            text = {lang: f"{text[lang]}: {own[lang]}" for lang in text}
    return {
        "kind": "witness" if last.witness else "value",
        "person": _named(last.by, people),
        "at": last.at,
        "match": same,
        "text": text,
    }


def _changes(run: Run, key: Key, step: Step, people: Mapping[str, Person]) -> list[Doc]:
    history = [item for item in run.history(key) if item.by != STATION]
    found = []
    for before, after in zip(history, history[1:], strict=False):
        reason = after.reason
        found.append(
            {
                "old": _text(step, before),
                "new": _text(step, after),
                "reason": (reason.text or reason.code) if reason else "",
                "at": after.at,
                "person": _named(after.by, people),
            }
        )
    return found


def _clearance(run: Run, item: Any, people: Mapping[str, Person]) -> Doc:
    word = None
    if item.proof is not None:
        word = item.proof.sha256 or f"{item.proof.name} {item.proof.at[:16]} {item.proof.case}".strip()
    return {
        "step": ", ".join(str(key) for key in item.keys),
        "reason": item.reason.text or item.reason.code,
        "people": [_named(who, people) | {"role": who.role} for who in item.signers],
        "proof": word,
        "at": item.at,
    }


class Photo(NamedTuple):
    """A photograph that an answer, or one of its further inputs, names."""

    sha256: str
    zh: str
    en: str
    container: str | None
    at: str


def _all_photos(run: Run) -> Iterable[Photo]:
    for key, step in run.questions():
        answer = run.current.get(key)
        if answer is None or answer.not_applicable:
            continue
        at = answer.event_at or answer.at
        if step.ask in PHOTO_ASKS:
            yield Photo(str(answer.value["sha256"]), step.zh, step.en, key.container, at)
        for part in step.also:
            if part.ask in PHOTO_ASKS and part.id in answer.parts:
                yield Photo(str(answer.parts[part.id]["sha256"]), part.zh, part.en, key.container, at)


def photo_names(run: Run) -> tuple[str, ...]:
    """The SHA-256 of every photograph that the run's standing answers name."""
    return tuple(dict.fromkeys(photo.sha256 for photo in _all_photos(run)))


def _photos(run: Run) -> Iterable[Doc]:
    containers = run.containers
    for photo in _all_photos(run):
        place = f" {containers.index(photo.container) + 1}/{len(containers)}" if photo.container else ""
        yield {"sha256": photo.sha256, "zh": photo.zh + place, "en": photo.en + place, "at": photo.at}


def _decision(run: Run) -> Doc | None:
    """The run's last authorising choice (accept, hold, reject …), as the record's band shows it."""
    found = None
    for key, step in run.questions():
        answer = run.current.get(key)
        if answer is not None and step.ask == "choice" and step.gate and not answer.not_applicable:
            level = "ok" if step.gated(answer.value) else "held"
            found = {"code": answer.value, "level": level} | value_words(step, answer.value)
    return found


def performers(run: Run) -> tuple[str, ...]:
    """Whoever answered a step."""
    return tuple(sorted({item.by.person for item in run.answers if item.by != STATION}))


def checkers(run: Run) -> tuple[str, ...]:
    """Whoever checked or witnessed a step."""
    return tuple(sorted({item.by.person for item in run.checks}))


def required(run: Run) -> tuple[str, ...]:
    """The final meanings that the record asks for: checked only where somebody had something to check."""
    if any(step.check != "none" for step in run.template.steps):
        return ("performed", "checked", "reviewed")
    return ("performed", "reviewed")


def search_words(run: Run, subject: Doc) -> tuple[str, ...]:
    """What search finds the record by."""
    patient = subject.get("patient") or {}
    numbers = [str(item["value"]) for item in patient.get("numbers", ())]
    product = subject.get("product") or {}
    words = [run.template.zh, run.template.en, run.template.id, patient.get("name"), patient.get("latin"), *numbers]
    words += [subject.get(name) for name in ("coi", "lot", "din", "aph_id", "order")]
    words += [product.get("zh"), product.get("en"), patient.get("initials")]
    return tuple(str(word) for word in words if word)

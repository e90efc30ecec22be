"""A finished run as the body of ``record.json``: every step with value, time, person, check and change, in words.

Pure: what the paper shows is frozen here in both languages, so that no later catalogue can change what was signed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .answer_words import Both, both, limit_words, value_words, verdict_words
from .clock import Moment
from .entry import STATION, Actor, Doc
from .people import Person
from .runs import Answer, Check, Key, Reason, Run, check_state, too_fast
from .runs.inputs import agree
from .templates.values import Part, Section, Step
from .words import LANGS, say

PHOTO_ASKS = ("photo",)
REJECT = "reject"
EVENTS = ("pause", "resume", "container", "absent", "no_camera")


def build(
    run: Run,
    *,
    subject: Doc,
    people: Mapping[str, Person],
    closed: Moment,
    profile: Doc | None,
    deviations: list[Doc],
    series: Doc | None,
    left_out: frozenset[Key] = frozenset(),
    signatures: list[Doc] | None = None,
) -> Doc:
    """Return the fields of ``cellguide.record/1`` that come from the run; ``acts.records.freeze`` adds the rest.

    ``left_out``: what the machine worked out while nobody knew yet that it would not be asked. ``signatures``: those
    given inside the run, with their certificates.
    """
    template = run.template
    photos = {name: n for n, name in enumerate(photo_names(run), start=1)}
    telling = _Telling(run, people, photos, left_out, frozenset(too_fast(run)))
    return {
        "template": {
            "id": template.id,
            "version": template.version,
            "sha256": template.sha256,
            "zh": template.zh,
            "en": template.en,
        },
        "profile": profile,
        "subject": subject,
        "opened": run.opened_at,
        "closed": closed.iso,
        "sections": list(_sections(telling)),
        "clearances": [_clearance(run, item, people) for item in run.events if item.kind == "clearance"],
        "deviations": deviations,
        "events": list(_events(run, people)),
        "signatures": signatures or [],
        "photos": list(_photos(run)),
        "series": series,
        "decision": _decision(run),
    }


class _Telling(NamedTuple):
    """What telling the steps needs. ``photos``: SHA-256 → the number under the picture. ``fast``: see ``too_fast``."""

    run: Run
    people: Mapping[str, Person]
    photos: Mapping[str, int]
    left_out: frozenset[Key]
    fast: frozenset[int]


def _sections(telling: _Telling) -> Iterable[Doc]:
    run = telling.run
    names = {step.id: section for section in run.template.sections for step in section.steps}
    containers = run.containers
    current: tuple[str, str | None] | None = None
    steps: list[Doc] = []
    section: Section | None = None
    for key, step in run.questions():
        if key not in run.current or key in telling.left_out:
            continue
        here = (names[step.id].id, key.container)
        if here != current:
            if section is not None and current is not None and steps:
                yield _section(section, current[1], containers, steps)
            current, steps, section = here, [], names[step.id]
        steps.append(_step(telling, key, step))
    if section is not None and current is not None and steps:
        yield _section(section, current[1], containers, steps)


def _section(section: Section, container: str | None, containers: tuple[str, ...], steps: list[Doc]) -> Doc:
    place = f"{containers.index(container) + 1}/{len(containers)}" if container else None
    return {"id": section.id, "zh": section.zh, "en": section.en, "container": place, "steps": steps}


def _step(telling: _Telling, key: Key, step: Step) -> Doc:
    answer = telling.run.current[key]
    return {
        "id": step.id + (f"+{key.slot}" if key.slot else ""),
        "zh": step.zh,
        "en": step.en,
        "ask": step.ask,
        "text": _text(telling, step, answer),
        "at": answer.at,
        "event_at": answer.event_at if answer.event_at and answer.event_at != answer.at else None,
        "person": _named(answer.by, telling.people),
        "role": answer.by.role,
        "how": answer.by.how,
        "late": bool(answer.late),
        "fast": answer.n in telling.fast,
        "machine": answer.by == STATION,
        "performer": answer.performer,
        "comment": _comment(telling.run, key, answer),
        "not_applicable": answer.reason.text if answer.not_applicable and answer.reason else None,
        "check": _check(telling.run, key, step, telling.people),
        "verdict": _verdict(telling, key, step),
        "changes": _changes(telling, key, step),
    }


def _comment(run: Run, key: Key, answer: Answer) -> str:
    """What people added in words: with the answer, and afterwards (why it is late, a dispute)."""
    return " · ".join(filter(None, (answer.comment, *(note.text for note in run.notes if note.key == key))))


def _verdict(telling: _Telling, key: Key, step: Step) -> Doc | None:
    """What the rules said; None where no rule had anything to say."""
    standing = telling.run.standing[key]
    verdict = standing.verdict
    compared = verdict.why != "silent" or verdict.limit.endswith("= silent")  # a part not given is held against nothing
    if verdict.level == "ok" and not (verdict.rule and compared):
        return None
    source = {lang: verdict.source_in(lang) for lang in LANGS}
    return {
        "level": verdict.level,
        "limit": limit_words(step, verdict),
        "source": source if verdict.source else None,
        "rule": verdict.rule,
        "text": verdict_words(verdict, cleared=standing.n in telling.run.cleared),
    }


def _text(telling: _Telling, step: Step, answer: Answer) -> Both:
    if answer.not_applicable:
        return {"zh": "不适用", "en": "not applicable"}
    words = _value(telling, step, answer.value)
    for part in step.also:
        if part.id in answer.parts:
            more = _value(telling, part, answer.parts[part.id])
            if part.ask in PHOTO_ASKS:  # "photo 3" says it; the picture's own caption says of what
                words = {lang: f"{words[lang]} · {more[lang]}" for lang in words}
            else:
                words = {
                    lang: words[lang] + say("answer.part", lang, name=getattr(part, lang), text=more[lang])
                    for lang in LANGS
                }
    return words


def _value(telling: _Telling, spec: Step | Part, value: Any) -> Both:
    if spec.ask in PHOTO_ASKS and value is not None and value["sha256"] in telling.photos:
        return both("answer.photo_n", n=telling.photos[value["sha256"]])
    return value_words(spec, value)


def _named(who: Actor, people: Mapping[str, Person]) -> Doc:
    if who == STATION:
        return {"id": "station", "name": "", "latin": ""}
    known = people.get(who.person)
    if known is None:
        return {"id": who.person, "name": who.person, "latin": who.person}
    return {"id": who.person, "name": known.name, "latin": known.latin}


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


def _changes(telling: _Telling, key: Key, step: Step) -> list[Doc]:
    history = [item for item in telling.run.history(key) if item.by != STATION]
    found = []
    for before, after in itertools.pairwise(history):
        reason = after.reason
        found.append(
            {
                "old": _done_by(_text(telling, step, before), before, after),
                "new": _done_by(_text(telling, step, after), after, before),
                "reason": _reason(reason) if reason else "",
                "at": after.at,
                "person": _named(after.by, telling.people),
            }
        )
    return found


def _done_by(text: Both, answer: Answer, other: Answer) -> Both:
    """What was answered, with who did it where that is what changed."""
    if answer.performer == other.performer:
        return text
    words = both("run.mark.performer", performer=answer.performer) if answer.performer else both("run.mark.own_hands")
    return {lang: f"{text[lang]} · {words[lang]}" for lang in LANGS}


def _reason(reason: Reason) -> str:
    """The person's own words; a preset that needs none (a slip) in both languages."""
    return reason.text or " · ".join(say(f"run.reason.{reason.code}", lang) for lang in LANGS)


def _events(run: Run, people: Mapping[str, Person]) -> Iterable[Doc]:
    """What happened beside the questions: rests, containers more or fewer than announced, a picture nobody could take.
    What was added to an answer stands beside it."""
    for note in run.notes:
        if note.key is None and note.about in EVENTS:
            who = _named(note.by, people)
            yield {"about": note.about, "text": note.text, "at": note.at, "person": who} | both(
                f"run.event.{note.about}"
            )


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
    """Each picture once, in the order of its number."""
    containers = run.containers
    first: dict[str, Photo] = {}
    for photo in _all_photos(run):
        first.setdefault(photo.sha256, photo)
    for photo in first.values():
        place = f" {containers.index(photo.container) + 1}/{len(containers)}" if photo.container else ""
        yield {"sha256": photo.sha256, "zh": photo.zh + place, "en": photo.en + place, "at": photo.at}


def _decision(run: Run) -> Doc | None:
    """The run's last authorising choice (accept, hold, reject …), as the record's band shows it."""
    found = None
    for key, step in run.questions():
        answer = run.current.get(key)
        if answer is not None and step.ask == "choice" and step.gate and not answer.not_applicable:
            level = "ok" if step.gated(answer.value) else "hard" if answer.value == REJECT else "held"
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

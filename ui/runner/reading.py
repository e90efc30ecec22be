"""A run, its facts and the moment → what the runner shows. Reads; decides nothing, writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cellguide import runs
from cellguide.answer_words import value_words
from cellguide.clock import Moment
from cellguide.entry import STATION, Actor
from cellguide.runs import Facts, Key, Run
from cellguide.runs import gates as run_gates
from cellguide.runs.calcs import mark
from cellguide.runs.evaluate import Scene, part_due
from cellguide.templates.values import Part, Step
from ui.forms import Choice
from ui.kit import Mark
from ui.language import language, say
from ui.runner import boxes, layers
from ui.runner.standing import container_word, exposure_running, state_of, words_of
from ui.runner.values import Ask, Given, PauseLine, Question, StepLine

TRAIL_LINES = 6


class Reader(NamedTuple):
    """Everything a reading needs. ``name_of``: staff number → the name people read."""

    run: Run
    facts: Facts
    at: Moment
    name_of: Callable[[str], str]
    camera: bool = True


def ident_of(key: Key) -> str:
    """A question's name between widget and controller.

    >>> ident_of(Key("R-29", "C1")), ident_of(Key("A-21", None, 15))
    ('R-29|C1|0', 'A-21||15')
    """
    return f"{key.step}|{key.container or ''}|{key.slot}"


def key_of(ident: str) -> Key:
    """And back.

    >>> key_of("R-29|C1|0") == Key("R-29", "C1")
    True
    """
    step, container, slot = ident.split("|")
    return Key(step, container or None, int(slot))


def clock_text(iso: str) -> str:
    """The time of day of a stamp, to the second."""
    return iso[11:19]


def name(who: Actor, reader: Reader) -> str:
    """Who it was; the machine says so itself."""
    return say("runner.machine") if who == STATION else reader.name_of(who.person)


def choices_of(spec: Step | Part) -> tuple[Choice, ...]:
    """What may be chosen, in words."""
    if spec.ask == "yn":
        return (Choice("yes", say("answer.yes")), Choice("no", say("answer.no")))
    named = [words.say(language.now) for words in spec.words] or list(spec.of)
    return tuple(Choice(code, text) for code, text in zip(spec.of, named, strict=True))


def ask_of(spec: Step | Part, *, part: bool = False) -> Ask:
    """The input for a step or a part."""
    return Ask(
        spec.id if part else "",
        spec.ask,
        words_of(spec),
        choices_of(spec),
        spec.unit,
        spec.signed,
        spec.future,
        isinstance(spec, Part) and spec.optional,
    )


# --- where one is -----------------------------------------------------------------------------------------------------


def following(reader: Reader, here: Key | None) -> Key | None:
    """The next question that waits for a person: after ``here`` in the checklist's order, else from its start."""
    waiting = [key for key, step in reader.run.questions() if _waits(reader, key, step)]
    if here is None:
        return waiting[0] if waiting else None
    order = [key for key, _ in reader.run.questions()]
    place = order.index(here) if here in order else -1
    return next((key for key in waiting if order.index(key) > place), waiting[0] if waiting else None)


def _waits(reader: Reader, key: Key, step: Step) -> bool:
    """Whether a person still has to answer it."""
    if key in reader.run.current or step.by_machine or step.optional:
        return False
    return run_gates.due(reader.run, key, step, reader.facts, reader.at)


def preceding(reader: Reader, here: Key | None) -> Key | None:
    """The question before ``here`` that a person answers or has answered."""
    order = [key for key, step in reader.run.questions() if _shown(reader, key, step) and not step.by_machine]
    if here is None or here not in order:
        return order[-1] if order else None
    place = order.index(here)
    return order[place - 1] if place else None


def cold_key(reader: Reader) -> Key | None:
    """The first container's position that nobody has scanned, once the product is here: always reachable."""
    for key, step in reader.run.questions():
        if step.marks == "PLACED" and key not in reader.run.current:
            return key if mark(reader.run, "ARRIVED") is not None or mark(reader.run, "OPENED") is not None else None
    return None


def _shown(reader: Reader, key: Key, step: Step) -> bool:
    return key in reader.run.current or run_gates.due(reader.run, key, step, reader.facts, reader.at)


# --- the left list ----------------------------------------------------------------------------------------------------


def pauses(reader: Reader, here: Key | None) -> tuple[PauseLine, ...]:
    """Every pause point; the current one with its questions."""
    sections = {step.id: section.id for section in reader.run.template.sections for step in section.steps}
    counts = {item.section: item for item in runs.progress(reader.run, reader.facts, reader.at)}
    lines: dict[str, list[StepLine]] = {section.id: [] for section in reader.run.template.sections}
    firsts: dict[str, str] = {}
    here_id = sections[here.step] if here is not None else ""
    for key, step in reader.run.questions():
        if not _shown(reader, key, step):
            continue
        section = sections[key.step]
        firsts.setdefault(section, ident_of(key))
        if section == here_id:
            lines[section].append(_line(reader, key, step, key == here))
    found = []
    for number, pause in enumerate(reader.run.template.sections, 1):
        count = counts[pause.id]
        first = _first_open(reader, pause.id, sections) or firsts.get(pause.id, "")
        title = pause.en if language.now == "en" else pause.zh
        extra = _exposed(reader) if pause.id == "cold" else ""
        found.append(
            PauseLine(number, first, title, count.done, count.total, pause.id == here_id, extra, tuple(lines[pause.id]))
        )
    return tuple(found)


def _first_open(reader: Reader, section: str, sections: Mapping[str, str]) -> str:
    for key, step in reader.run.questions():
        if sections[key.step] == section and _waits(reader, key, step):
            return ident_of(key)
    return ""


def _exposed(reader: Reader) -> str:
    found = [
        int(answer.value["number"])
        for key, answer in reader.run.current.items()
        if reader.run.template.step(key.step).calc == "exposure_s" and answer.value and "number" in answer.value
    ]
    return f"{max(found)} s" if found else ""


def _line(reader: Reader, key: Key, step: Step, here: bool) -> StepLine:
    text = words_of(step)
    word = container_word(reader.run, key.container)
    slot = f" +{key.slot} min" if key.slot else ""
    shown = f"{text}{slot} · {word}" if word else f"{text}{slot}"
    return StepLine(ident_of(key), shown, "here" if here else state_of(reader.run, key))


# --- one question -----------------------------------------------------------------------------------------------------


def question(reader: Reader, key: Key) -> Question:
    """The question ``key`` as it is asked or was answered."""
    run = reader.run
    _, step = run.key(key.step, key.container, key.slot)
    section = run.template.section_of(key.step)
    shown = [other for other, line in run.questions() if line in section.steps and _shown(reader, other, line)]
    place = shown.index(key) + 1 if key in shown else 1
    title = section.en if language.now == "en" else section.zh
    kicker = say("runner.kicker", section=title, place=place, count=max(len(shown), place))
    word = container_word(reader.run, key.container)
    if word:
        kicker += f" · {say('runner.container', place=word)}"
    answer = run.current.get(key)
    found = boxes.boxes_of(reader, key, step)
    photo, caption = layers.photo_beside(reader, key, step)
    hot = exposure_running(run)
    if hot and answer is None:
        photo, caption = "", ""  # nothing is read from pictures while something is warming up
    return Question(
        ident_of(key),
        kicker,
        words_of(step),
        step.zh if language.now == "en" else step.en,
        step.detail.say(language.now) if step.detail else "",
        ask_of(step),
        tuple(ask_of(part, part=True) for part in step.also),
        given(reader, key, step) if answer is not None else None,
        found,
        layers.identity(reader, key) if layers.is_identity(step) and (answer is not None or not hot) else (),
        photo,
        caption,
        _check_words(step, run, key),
        late_allowed=not step.by_machine and step.ask not in ("time", "sign"),
        by_device=_by_device(step, hot),
        blocked=any("dispute" in box.keys for box in found),
        performable=performable(step),
        two_scans=not reader.camera and (step.ask == "photo" or any(part.ask == "photo" for part in step.also)),
    )


def performable(step: Step) -> bool:
    """Whether the holder's operator may do it (docs/checklists.md): a decision or a signature is the hospital's."""
    return not (step.by_machine or step.gate or step.ask == "sign")


def _by_device(step: Step, hot: bool) -> bool:
    """A scan answers by itself; a photograph is looked at first, unless something is warming up meanwhile."""
    if step.gate or any(part.ask not in ("scan", "photo") for part in step.also):
        return False
    if any(part.optional for part in step.also):
        return False
    asks = {step.ask, *(part.ask for part in step.also)}
    return asks <= {"scan", "place"} or (hot and asks <= {"scan", "place", "photo"})


def _check_words(step: Step, run: Run, key: Key) -> str:
    state = runs.check_state(run, key)
    answer = run.current.get(key)
    performed = answer is not None and bool(answer.performer) and step.check == "none"
    kind = say(f"run.check.{step.check}") if step.check != "none" else say("run.mark.supervised") if performed else ""
    if state == "missing" and performed:
        return say("runner.performer.pharmacist")
    if performed:
        return kind
    return boxes.starting(f"{kind} · {say(f'run.check.{state}')}" if state in ("match", "mismatch") else kind)


def parts_due(reader: Reader, key: Key, value: Any) -> tuple[str, ...]:
    """The further inputs due with a drafted main value (optional ones that apply are shown too)."""
    _, step = reader.run.key(key.step, key.container, key.slot)
    kept = value if step.ask in ("choice", "yn", "many") else None
    draft = runs.Answer(reader.run.next_n, key, kept, STATION, reader.at.iso, reader.at.iso, runs.Verdict("ok"))
    scene = Scene(reader.run, key, step, draft if kept is not None else None, reader.facts, reader.at)
    return tuple(
        part.id
        for part in step.also
        if (part.when is None) or (kept is not None and part_due(part._replace(optional=False), scene))
    )


def given(reader: Reader, key: Key, step: Step) -> Given:
    """The answer that stands, in words."""
    answer = reader.run.current[key]
    marks: list[Mark] = []
    photos = [answer.value["sha256"]] if step.ask == "photo" and answer.value else []
    if answer.not_applicable:
        text = f"{say('run.why.not_applicable')}: {answer.reason.text if answer.reason else ''}"
    else:
        lines = [value_words(step, answer.value)[language.now]]
        for part in step.also:
            if part.id in answer.parts:
                lines.append(f"{words_of(part)}: {value_words(part, answer.parts[part.id])[language.now]}")
                if part.ask == "photo":
                    photos.append(answer.parts[part.id]["sha256"])
        text = "\n".join(lines)
    if len([one for one in reader.run.history(key) if one.by != STATION]) > 1:
        marks.append(Mark(say("run.mark.changed"), "warn"))
    if answer.late:
        marks.append(Mark(say(f"run.mark.{answer.late}"), "warn"))
    if answer.performer:
        marks.append(Mark(say("run.mark.performer", performer=answer.performer), "info"))
    if reader.run.standing[key].n in reader.run.cleared:
        marks.append(Mark(say("runner.cleared"), "info"))
    at = clock_text(answer.event_at or answer.at)
    return Given(text, name(answer.by, reader), at, tuple(marks), tuple(photos), answer.by == STATION)


# --- what happened ----------------------------------------------------------------------------------------------------


def trail(reader: Reader) -> tuple[tuple[str, str, str], ...]:
    """The latest events, newest first: time, words, who."""
    found: list[tuple[str, str, str]] = []
    for event in reversed(reader.run.events):
        if len(found) == TRAIL_LINES:
            break
        line = _event_words(reader, event)
        if line is not None:
            found.append(line)
    return tuple(found)


def _event_words(reader: Reader, event: runs.Event) -> tuple[str, str, str] | None:
    if isinstance(event, runs.Judged):
        return None
    at = clock_text(event.at)
    if isinstance(event, runs.Clearance):
        return at, say("runner.trail_cleared", step=event.keys[0].step), name(event.signers[0], reader)
    if isinstance(event, runs.Note):
        return at, f"{say(f'run.note.{event.about}')} {event.text}".strip(), name(event.by, reader)
    if event.by == STATION:
        return None
    step = reader.run.template.step(event.key.step)
    word = container_word(reader.run, event.key.container)
    text = f"{words_of(step)} {word}".strip()
    if isinstance(event, runs.Check):
        text = f"{say('runner.trail_checked')} {text}"
    elif event.performer:
        text = f"{text} · {say('run.mark.performer', performer=event.performer)}"
    return at, text, name(event.by, reader)

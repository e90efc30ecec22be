"""Run: one walk through a template. All that happens to it is a list of events that only grows.

Whatever the screen shows (the answer that stands, its verdict, what is open) is read off that list, so nothing is
ever overwritten: a correction is a further answer, and the old one stays in ``events`` (REG-016).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple

from ..entry import Actor, Doc
from ..refusal import Refusal
from ..templates.values import Step, Template

LATE_MIN = 15  # domain.md 3.6: entered more than 15 min after the event
RESCUE_H = 6  # 医疗纠纷预防和处理条例 Art. 15: records of a rescue may be completed within 6 h (REG-026)


class Key(NamedTuple):
    """Which answer: the step, the container it is about (None for the run as a whole), the minute of a timed set."""

    step: str
    container: str | None = None
    slot: int = 0

    def __str__(self) -> str:
        slot = f"+{self.slot}" if self.slot else ""
        return f"{self.step}{slot} {self.container}" if self.container else f"{self.step}{slot}"


class Reason(NamedTuple):
    """Why something was changed: a preset's code (resources/words/run.toml) and the person's own words."""

    code: str
    text: str = ""


class Verdict(NamedTuple):
    """What the rules say of an answer. An entry carries it; projecting copies it and never judges again.

    ``level``: ok, warn, held, hard. ``source``: of the ``limit`` used; ``source_zh``: in Chinese, where that reads
    otherwise. ``why``: "" · not_met · unknown (to be found out) · silent (no label limit) · not_applicable."""

    level: str
    rule: str = ""
    limit: str = ""
    source: str = ""
    why: str = ""
    cause: str = ""
    by: tuple[str, ...] = ()
    proof: str = ""
    path: str = ""
    source_zh: str = ""

    @property
    def stops(self) -> bool:
        """True when an authorisation must wait."""
        return self.level in ("held", "hard")

    def source_in(self, lang: str) -> str:
        """Where the limit stands, as it was said when the answer was judged."""
        return self.source_zh if lang == "zh" and self.source_zh else self.source


class Proof(NamedTuple):
    """The holder's (or courier's) word: a filed document, or who said it, when, under which case number (E10)."""

    sha256: str = ""
    name: str = ""
    at: str = ""
    case: str = ""

    @property
    def complete(self) -> bool:
        return bool(self.sha256) or bool(self.name.strip() and self.at and self.case.strip())

    @property
    def letter_due(self) -> bool:
        """True while only the spoken word is there; the letter follows on the next working day."""
        return not self.sha256


@dataclass(frozen=True, slots=True)
class Answer:
    """One committed answer. ``value`` and ``parts`` are plain JSON values (``inputs`` says which form each ask has).

    ``n``: its place in the run. ``at``: when it was entered, ISO; ``event_at``: when it happened. ``performer``: a
    holder's operator who did it with the pharmacist ``by`` as witness (E26). ``late``: "" · late · rescue.
    ``again``: a fact recorded a second time without a reason yet.
    """

    kind: ClassVar[str] = "answer"
    n: int
    key: Key
    value: Any
    by: Actor
    at: str
    event_at: str
    verdict: Verdict
    parts: Mapping[str, Any] = field(default_factory=dict)
    performer: str = ""
    late: str = ""
    reason: Reason | None = None
    comment: str = ""
    not_applicable: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """The second person's part. ``value`` is theirs, given blind; None for a witness."""

    kind: ClassVar[str] = "check"
    n: int
    key: Key
    value: Any
    by: Actor
    at: str

    @property
    def witness(self) -> bool:
        return self.value is None


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict given anew, because a fact that was unknown became known."""

    kind: ClassVar[str] = "judged"
    n: int
    key: Key
    at: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Clearance:
    """Stops of one cause, overridden: by whom in which role, why, and on whose word. ``of``: the verdicts' ``n``."""

    kind: ClassVar[str] = "clearance"
    n: int
    keys: tuple[Key, ...]
    of: tuple[int, ...]
    cause: str
    reason: Reason
    signers: tuple[Actor, ...]
    at: str
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What a person added. ``about``: pause, resume, late (why entered late), comment, dispute (a label that is not
    the order's after it was read again), no_camera (two people scan instead of a picture); container (``text`` came
    besides those announced), absent (``text`` did not come).
    """

    kind: ClassVar[str] = "note"
    n: int
    about: str
    text: str
    by: Actor
    at: str
    key: Key | None = None


Event = Answer | Check | Judged | Clearance | Note
NOTES = ("pause", "resume", "late", "comment", "dispute", "container", "absent", "no_camera")


class Standing(NamedTuple):
    """The verdict that counts for an answer, and the ``n`` of the event that gave it."""

    verdict: Verdict
    n: int


@dataclass(frozen=True, slots=True)
class Run:
    """A walk through ``template`` about ``subjects`` (kind → id, e.g. shipment, order) and its first ``expected``
    containers. ``current``, ``standing`` and ``cleared`` are read off the events."""

    id: str
    template: Template
    subjects: Mapping[str, str]
    expected: tuple[str, ...]
    opened_by: Actor
    opened_at: str
    events: tuple[Event, ...] = ()
    current: Mapping[Key, Answer] = field(init=False, compare=False, repr=False)
    standing: Mapping[Key, Standing] = field(init=False, compare=False, repr=False)
    cleared: frozenset[int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        current: dict[Key, Answer] = {}
        standing: dict[Key, Standing] = {}
        cleared: set[int] = set()
        for event in self.events:
            if isinstance(event, Answer):
                current[event.key] = event
                standing[event.key] = Standing(event.verdict, event.n)
            elif isinstance(event, Judged):
                standing[event.key] = Standing(event.verdict, event.n)
            elif isinstance(event, Clearance):
                cleared.update(event.of)
        object.__setattr__(self, "current", current)
        object.__setattr__(self, "standing", standing)
        object.__setattr__(self, "cleared", frozenset(cleared))

    @property
    def next_n(self) -> int:
        """The number that the next event takes."""
        return len(self.events) + 1

    @property
    def containers(self) -> tuple[str, ...]:
        """The containers announced, those that came besides, without those that did not come."""
        found = list(self.expected)
        for note in self.notes:
            if note.about == "container":
                found.append(note.text)
            elif note.about == "absent":
                found.remove(note.text)
        return tuple(found)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Every answer ever given, corrected ones included, in order."""
        return tuple(event for event in self.events if isinstance(event, Answer))

    @property
    def checks(self) -> tuple[Check, ...]:
        return tuple(event for event in self.events if isinstance(event, Check))

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(event for event in self.events if isinstance(event, Note))

    @property
    def paused(self) -> bool:
        """True between a pause and the resume; a pause refuses nothing, it is only shown."""
        turns = [note.about for note in self.notes if note.about in ("pause", "resume")]
        return turns[-1:] == ["pause"]

    def history(self, key: Key) -> tuple[Answer, ...]:
        """Every answer to one question, oldest first; more than one means it was corrected."""
        return tuple(answer for answer in self.answers if answer.key == key)

    def questions(self) -> Iterator[tuple[Key, Step]]:
        """Every question of the run in the order it is asked; neighbouring repeated steps go container by container."""
        containers = self.containers
        for section in self.template.sections:
            block: list[Step] = []
            for step in (*section.steps, None):
                if step is not None and step.per == "container":
                    block.append(step)
                    continue
                for container in containers:
                    for repeated in block:
                        yield from _slots(repeated, container)
                block = []
                if step is not None:
                    yield from _slots(step, None)

    def key(self, step_id: str, container: str | None = None, slot: int = 0) -> tuple[Key, Step]:
        """The question of that name. Raises Refusal ``run.unknown_step``, ``.unknown_container``, ``.unknown_slot``."""
        try:
            step = self.template.step(step_id)
        except KeyError:
            raise Refusal("run.unknown_step", step=step_id, template=self.template.id) from None
        if (step.per == "container") != (container is not None) or (container and container not in self.containers):
            raise Refusal("run.unknown_container", step=step_id, container=container or "")
        if slot not in (step.times.minutes if step.times else (0,)):
            raise Refusal("run.unknown_slot", step=step_id, slot=slot)
        return Key(step_id, container, slot), step

    def plus(self, event: Event) -> Run:
        """The run after ``event``; also how a ledger is replayed. Raises ValueError when it is not the next one."""
        if event.n != self.next_n:
            raise ValueError(f"event {event.n} of run {self.id} does not follow {len(self.events)}")
        return replace(self, events=(*self.events, event))


def _slots(step: Step, container: str | None) -> Iterator[tuple[Key, Step]]:
    for slot in step.times.minutes if step.times else (0,):
        yield Key(step.id, container, slot), step


def open_run(
    run_id: str,
    template: Template,
    *,
    subjects: Mapping[str, str],
    containers: tuple[str, ...],
    by: Actor,
    at: str,
) -> Run:
    """Begin a run. ``at`` is ISO. Raises Refusal ``run.no_subject`` when what it is about is not named."""
    if template.per not in subjects:
        raise Refusal("run.no_subject", template=template.id, per=template.per)
    if len(set(containers)) != len(containers):
        raise Refusal("run.container_twice", containers=", ".join(containers))
    return Run(run_id, template, dict(subjects), containers, by, at)


# --- documents for the ledger -----------------------------------------------------------------------------------


def event_doc(event: Event) -> Doc:
    """The event as a plain dict of JSON values, for an entry and for record.json."""
    doc: Doc = {"kind": event.kind}
    for name in event.__slots__:
        value = getattr(event, name)
        if value in (None, "", (), False) or value == {}:
            continue
        doc[name] = _plain(value)
    return doc


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        fields, usual = value._asdict(), type(value)._field_defaults  # type: ignore[attr-defined]
        return {name: _plain(item) for name, item in fields.items() if name not in usual or item != usual[name]}
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def event_from(doc: Mapping[str, Any]) -> Event:
    """Read what ``event_doc`` wrote. Raises KeyError or TypeError where it is not one."""
    fields = {name: value for name, value in doc.items() if name != "kind"}
    for name, read in _READERS.items():
        if name in fields:
            fields[name] = read(fields[name])
    kind = _KINDS[doc["kind"]]
    if kind in (Answer, Check):
        fields.setdefault("value", None)
    if kind is Answer:
        fields.setdefault("event_at", "")
    if kind is Clearance:
        fields.setdefault("cause", "")
    if kind is Note:
        fields.setdefault("text", "")
    event: Event = kind(**fields)
    return event


def _key(doc: Mapping[str, Any]) -> Key:
    return Key(**doc)


def _verdict(doc: Mapping[str, Any]) -> Verdict:
    return Verdict(**{**doc, "by": tuple(doc.get("by", ()))})


_KINDS: dict[str, Any] = {kind.kind: kind for kind in (Answer, Check, Judged, Clearance, Note)}
_READERS: dict[str, Any] = {
    "key": _key,
    "keys": lambda docs: tuple(_key(doc) for doc in docs),
    "of": tuple,
    "by": lambda doc: Actor(**doc),
    "signers": lambda docs: tuple(Actor(**doc) for doc in docs),
    "verdict": _verdict,
    "reason": lambda doc: Reason(**doc),
    "proof": lambda doc: Proof(**doc),
}


def run_doc(run: Run) -> Doc:
    """The whole run as plain JSON values, template by id, version and SHA-256."""
    return {
        "id": run.id,
        "template": run.template.id,
        "version": run.template.version,
        "sha256": run.template.sha256,
        "subjects": dict(run.subjects),
        "containers": list(run.expected),
        "opened_by": _plain(run.opened_by),
        "opened_at": run.opened_at,
        "events": [event_doc(event) for event in run.events],
    }


def run_from(doc: Mapping[str, Any], template: Template) -> Run:
    """Read what ``run_doc`` wrote, with the template it was made with. Raises Refusal ``run.other_template``."""
    if template.sha256 != doc["sha256"]:
        raise Refusal("run.other_template", template=template.id, version=template.version)
    return Run(
        doc["id"],
        template,
        dict(doc["subjects"]),
        tuple(doc["containers"]),
        Actor(**doc["opened_by"]),
        doc["opened_at"],
        tuple(event_from(item) for item in doc["events"]),
    )

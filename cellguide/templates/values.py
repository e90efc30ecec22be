"""Checklists as data: what a template is once it has been read (docs/templates.md describes the language).

A template says what is asked, which fact an answer records and what must hold. It says nothing about screens, and it
holds no limit: limits are facts of the profile or the site (engineering-review C and 12).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

PER = ("shipment", "order", "dose", "preparation", "container", "device")
ASKS = (
    "yn",
    "num",
    "time",
    "date",
    "scan",
    "choice",
    "many",
    "text",
    "photo",
    "file",
    "place",
    "set",
    "calc",
    "sign",
)
CODED_ASKS = ("choice", "many", "set")
LEVELS = ("ok", "warn", "held", "hard")
CHECKS = ("none", "value", "witness")
PROOFS = ("", "holder", "courier")
ANY_VALUE = "*"


class Words(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The text in the language ``"zh"`` or ``"en"``."""
        return self.en if lang == "en" else self.zh


class Operand(NamedTuple):
    """One side of a condition. ``kind``: it, step, now, today, fact, code or number.

    ``name`` is the step id, the fact's name, the code or the digits; ``part`` follows the dot of ``it.part`` and
    ``R-23.due``.
    """

    kind: str
    name: str
    part: str = ""


class Condition(NamedTuple):
    """``left [op right [+ plus unit]]``. ``op`` is empty when ``left`` alone must be true; ``plus`` is in minutes."""

    text: str
    left: Operand
    op: str = ""
    right: Operand | None = None
    plus_min: int = 0


class Rule(NamedTuple):
    """What must hold of an answer. The first rule of a step that is not met speaks.

    ``level``: warn, held or hard. ``by``: the roles that must sign an override, each a role or alternatives joined
    with ``|``; every one is another person. ``proof``: whose word must be filed with it. ``cause``: stops of one cause
    share one deviation. ``path``: the decision path that the stop opens (a section of the guide).
    """

    when: Condition | None
    need: Condition
    level: str
    by: tuple[str, ...] = ()
    proof: str = ""
    cause: str = ""
    path: str = ""

    @property
    def text(self) -> str:
        """The rule as the template has it, for entries and paper."""
        return f"when {self.when.text}: {self.need.text}" if self.when else self.need.text


class Part(NamedTuple):
    """A further input below a step's main one. Asked while ``when`` applies; ``optional`` ones are never missed."""

    id: str
    zh: str
    en: str
    ask: str
    of: tuple[str, ...] = ()
    words: tuple[Words, ...] = ()
    when: Condition | None = None
    unit: str = ""
    signed: bool = False
    future: bool = False
    optional: bool = False


class Times(NamedTuple):
    """When a set of values is taken again: ``minutes`` after the mark ``after``."""

    after: str
    minutes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a checklist.

    ``per``: "container" when it is answered once for each container, else "". ``of``: the codes that may be answered
    (choice, many) or the fields to fill (set), named by ``words``. ``marks``: the fact that an answer records.
    ``gate``: the answers that authorise something; ``("*",)`` means every answer does (a signature). ``signed``: the
    sign of a number must be typed. ``meaning``, ``by``: of a signature inside the run, what it says and the roles, any
    of which may give it; a signature without them is the record's own, the last step. ``agree_within``: how far two
    people's own readings of a moving thing may differ, as a decimal text, "" for not at all. ``line``: where the step
    stands in its file.
    """

    id: str
    zh: str
    en: str
    ask: str
    per: str = ""
    of: tuple[str, ...] = ()
    words: tuple[Words, ...] = ()
    unit: str = ""
    signed: bool = False
    future: bool = False
    optional: bool = False
    when: Condition | None = None
    marks: str = ""
    check: str = "none"
    agree_within: str = ""
    rules: tuple[Rule, ...] = ()
    also: tuple[Part, ...] = ()
    calc: str = ""
    times: Times | None = None
    gate: tuple[str, ...] = ()
    meaning: str = ""
    by: tuple[str, ...] = ()
    detail: Words | None = None
    guide: str = ""
    origin: str = ""
    line: int = 0

    @property
    def by_machine(self) -> bool:
        """True when nobody is asked: the value is computed and shown."""
        return self.ask == "calc"

    def part(self, name: str) -> Part | None:
        """The further input called ``name``, or None."""
        return next((part for part in self.also if part.id == name), None)

    def gated(self, value: object) -> bool:
        """True when answering ``value`` authorises something and therefore needs a clear gate."""
        return bool(self.gate) and (self.gate == (ANY_VALUE,) or value in self.gate)


@dataclass(frozen=True, slots=True)
class Section:
    """One pause point: at most nine steps. ``per``: "container" when all of it repeats for each container."""

    id: str
    zh: str
    en: str
    steps: tuple[Step, ...]
    per: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A checklist, as released. ``sha256`` is that of ``text``, the whole file, which a run keeps as a blob."""

    id: str
    version: int
    sha256: str
    per: str
    zh: str
    en: str
    sections: tuple[Section, ...]
    text: str
    _by_id: dict[str, Step] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # A walk asks for a step by its id some hundred times for each answer.
        object.__setattr__(self, "_by_id", {step.id: step for step in self.steps})

    @property
    def steps(self) -> Iterator[Step]:
        """Every step in the order of the file."""
        return (step for section in self.sections for step in section.steps)

    def step(self, step_id: str) -> Step:
        """The step of that id. Raises KeyError."""
        return self._by_id[step_id]

    def section_of(self, step_id: str) -> Section:
        """The section that holds the step. Raises KeyError."""
        for section in self.sections:
            if any(step.id == step_id for step in section.steps):
                return section
        raise KeyError(step_id)

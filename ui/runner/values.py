"""Plain values that the runner shows; every text is in the language of the moment."""

from __future__ import annotations

from typing import Any, NamedTuple

from ui.forms import Choice
from ui.kit import Mark


class Ask(NamedTuple):
    """One input. ``ident``: "" for the main one, else the part's id. ``kind``: the template's ``ask``."""

    ident: str
    kind: str
    title: str
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    signed: bool = False
    future: bool = False
    optional: bool = False


class Given(NamedTuple):
    """The answer that stands: its words, who gave it and when, and its lasting marks (late, changed)."""

    text: str
    who: str
    at: str
    marks: tuple[Mark, ...] = ()
    photos: tuple[str, ...] = ()
    machine: bool = False


class Box(NamedTuple):
    """What the rules say: a tone (info, warn, alarm), a title, a sentence, and the keys offered.

    ``keys``: of rescan, dispute, clear, correct. ``closed``: those of them that are shown but not yet open.
    """

    tone: str
    title: str
    text: str
    keys: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


class IdentityRow(NamedTuple):
    """One layer of identity: what it is, the order's value, the label's value, the verdict."""

    name: str
    order: str
    label: str
    mark: Mark


class Question(NamedTuple):
    """One question as it is asked, or as it was answered (``given``).

    ``parts``: further inputs that are due now · ``rows``: the identity table · ``photo``: SHA-256 of the photograph to
    read from, with its caption · ``late_allowed``: the event time may be set back · ``by_device``: scan or photo alone
    complete it · ``two_scans``: no camera, two people may scan · ``performable``: the holder's operator may do it ·
    ``blocked``: the label does not match, one goes on by scanning again or by a dispute.
    """

    ident: str
    kicker: str
    title: str
    other: str
    detail: str
    main: Ask
    parts: tuple[Ask, ...] = ()
    given: Given | None = None
    boxes: tuple[Box, ...] = ()
    rows: tuple[IdentityRow, ...] = ()
    photo: str = ""
    photo_caption: str = ""
    check: str = ""
    late_allowed: bool = True
    skippable: bool = True
    by_device: bool = False
    two_scans: bool = False
    performable: bool = False
    blocked: bool = False


class StepLine(NamedTuple):
    """One question in the left list. ``state``: done, here, open, warn, held, hard, unknown, check."""

    ident: str
    text: str
    state: str


class PauseLine(NamedTuple):
    """One pause point: its place, name, count and, while it is the current one, its questions."""

    number: int
    ident: str
    name: str
    done: int
    total: int
    here: bool
    extra: str = ""
    steps: tuple[StepLine, ...] = ()

    @property
    def complete(self) -> bool:
        return self.total > 0 and self.done >= self.total


class GapLine(NamedTuple):
    """One thing that is missing before the run becomes a record. ``code``: that of ``runs.Missing.what``."""

    ident: str
    text: str
    what: str
    key: str = ""
    code: str = ""


class FactLine(NamedTuple):
    """One limit of the product; ``loud``: what must not be overlooked."""

    name: str
    value: str
    loud: bool = False


class TrailLine(NamedTuple):
    """One thing that happened in this run."""

    at: str
    text: str
    who: str


class ExposureLine(NamedTuple):
    """How long one container has been out. ``tone``: "", warn, alarm; ``placed``: it is in the cold."""

    name: str
    seconds: int
    placed: bool
    tone: str = ""


class RunView(NamedTuple):
    """Everything the runner shows of a run. ``question`` is None when only closing is left (then ``gaps`` says)."""

    ident: str
    title: str
    template: str
    pauses: tuple[PauseLine, ...]
    question: Question | None
    gaps: tuple[GapLine, ...] = ()
    facts: tuple[FactLine, ...] = ()
    facts_foot: str = ""
    guide: str = ""
    guide_text: str = ""
    trail: tuple[TrailLine, ...] = ()
    checks: int = 0
    cold: str = ""
    others: int = 0
    pieces: bool = False


class Blob(NamedTuple):
    """Bytes of a photograph or file that a person gave, with the name it had; ``""`` for our own camera."""

    data: bytes
    name: str = ""


class Draft(NamedTuple):
    """What a person gave for a question: raw values of main input and parts, and when it happened as typed."""

    ident: str
    value: Any
    parts: dict[str, Any]
    happened: str = ""


class _Now:
    def __repr__(self) -> str:
        return "NOW"


NOW = _Now()  # a time left as it is: the moment of the act

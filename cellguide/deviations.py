"""Deviation: what went wrong, as a plain list: opened, commented on, closed by a quality officer with a reason.

Stops of one cause in one run share one deviation (engineering-review C); a cause that shows again is added to it.
Neither a name nor a patient's number stands here: order and container numbers lead to them (engineering-review F).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from . import words
from .clock import Moment
from .entry import Actor, Change, Doc
from .refusal import Refusal

SEVERITIES = ("minor", "major", "critical")
OPEN, CLOSED = "open", "closed"
# How grave a stop's cause is (domain.md 3.6): a storage limit of the label exceeded is critical; an identity that
# differs is so where it reaches the bedside, and is major before; what only waits for papers is minor. Every other
# cause of a stop is major.
_OF_CAUSE = {"warm": "critical"} | dict.fromkeys(
    ("order", "profile", "papers", "position", "trace_code", "acceptance_data", "next_reading", "clock"), "minor"
)


def severity_of(cause: str) -> str:
    """How grave a checklist's stop of that cause is.

    >>> severity_of("profile"), severity_of("identity"), severity_of("warm")
    ('minor', 'major', 'critical')
    """
    return _OF_CAUSE.get(cause, "major")


class Cause(NamedTuple):
    """Why a deviation is opened. ``code``: its words stand in resources/words/deviation.toml under ``cause``; ``facts``
    fill them. ``text``: a person's own words. ``event_at``: when it happened, ISO. ``about``: the id of the place,
    probe or excursion, where neither run, order nor container tells one such cause from another.
    """

    code: str
    severity: str
    order: str = ""
    container: str = ""
    run: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    event_at: str = ""
    about: str = ""


class Comment(NamedTuple):
    """Somebody's words about a deviation, never taken back. ``seen_again``: the cause showed once more."""

    at: str
    by: str
    role: str
    text: str
    seen_again: bool = False


@dataclass(frozen=True, slots=True)
class Deviation:
    """As the ledger adds it up. ``zh`` and ``en``: the cause in words, kept as they were when it was opened."""

    id: str
    state: str
    cause: str
    zh: str
    en: str
    opened_at: str
    severity: str = "major"
    text: str = ""
    order: str = ""
    container: str = ""
    run: str = ""
    opened_by: str = ""
    event_at: str = ""
    about: str = ""
    comments: tuple[Comment, ...] = ()
    closed_at: str = ""
    closed_by: str = ""
    closed_reason: str = ""
    doc: Doc = field(default_factory=dict, repr=False, compare=False)

    @property
    def open(self) -> bool:
        return self.state == OPEN

    def shares(self, cause: Cause) -> bool:
        """Whether ``cause`` belongs here: open, the same cause about the same thing, and in the same run, or on the
        same container."""
        if not self.open or (self.cause, self.about) != (cause.code, cause.about):
            return False
        if self.run or cause.run:
            return self.run == cause.run and self.order == cause.order
        return (self.order, self.container) == (cause.order, cause.container)


def deviation(id: str, doc: Mapping[str, Any]) -> Deviation:
    """Read a deviation from its document."""
    fields = {name: doc[name] for name in Deviation.__slots__ if name in doc and name not in ("comments", "doc")}
    comments = tuple(Comment(**comment) for comment in doc.get("comments", ()))
    return Deviation(id=id, comments=comments, doc=dict(doc), **fields)


def sentence(cause: Cause, lang: words.Lang) -> str:
    """The cause in words; a cause that has none of its own is told by its step, else by its code."""
    if cause.code == "other" and cause.text:
        return cause.text  # a person's own words stay in their own language
    facts = dict(cause.facts)
    key = f"deviation.cause.{cause.code}"
    if key in words.catalogue("deviation") and cause.code != "other":
        return words.say(key, lang, **_worded(cause.facts, lang))
    if "step" in facts:
        return words.say("deviation.cause.step", lang, step=facts["step"], title=facts.get("title", cause.code))
    return words.say("deviation.cause.other", lang, code=cause.code)


def _worded(facts: Iterable[tuple[str, str]], lang: words.Lang) -> dict[str, str]:
    """Codes of facts and states become words; everything else is said as it is."""
    known = words.catalogue("container")
    found = {}
    for name, value in facts:
        if name.endswith(("_zh", "_en")):
            if name.endswith(f"_{lang}"):
                found[name[:-3]] = value
            continue
        key = f"container.{name}.{value}"
        found[name] = known[key][lang] if key in known else value
    return found


def opening(id: str, cause: Cause, *, at: Moment, who: Actor) -> Change:
    """The first entry of a deviation."""
    doc: Doc = {
        "state": OPEN,
        "severity": cause.severity,
        "cause": cause.code,
        "zh": sentence(cause, "zh"),
        "en": sentence(cause, "en"),
        "text": cause.text,
        "facts": dict(cause.facts),
        "order": cause.order,
        "container": cause.container,
        "run": cause.run,
        "opened_at": at.iso,
        "opened_by": who.person,
        "opened_role": who.role,
        "event_at": cause.event_at,
        "about": cause.about,
        "comments": [],
    }
    return Change("deviation", id, doc, event_at=cause.event_at)


def commenting(
    held: Deviation, text: str, *, at: Moment, who: Actor, seen_again: bool = False, worse: str = ""
) -> Change:
    """One comment more; also after closing, because what comes to light late must still be written down.

    ``worse``: a severity that the cause reached when it showed again; a severity never falls by itself.
    """
    comment = Comment(at.iso, who.person, who.role, text, seen_again)
    doc: Doc = {"comments": [kept._asdict() for kept in (*held.comments, comment)]}
    if worse and SEVERITIES.index(worse) > SEVERITIES.index(held.severity):
        doc["severity"] = worse
    return Change("deviation", held.id, doc)


def closing(held: Deviation, reason: str, *, at: Moment, who: Actor) -> Change:
    """Close it. A critical one needs a comment that says what was found before. Raises ``deviation.closed``,
    ``deviation.no_findings``.
    """
    if not held.open:
        raise Refusal("deviation.closed", deviation=held.id, at=held.closed_at)
    if held.severity == "critical" and all(comment.seen_again for comment in held.comments):
        raise Refusal("deviation.no_findings", deviation=held.id)
    doc = {"state": CLOSED, "closed_at": at.iso, "closed_by": who.person, "closed_role": who.role}
    doc["closed_reason"] = reason
    return Change("deviation", held.id, doc, reason)


def openings(
    causes: Sequence[Cause], standing: Sequence[Deviation], first_id: str, *, at: Moment, who: Actor
) -> list[Change]:
    """Entries for several causes of one act: new deviations numbered from ``first_id``, or comments on shared ones.

    Causes of one code in one run, or on one container, become one deviation. Raises Refusal ``deviation.severity``.
    """
    changes: list[Change] = []
    known = {held.id: held for held in standing}
    prefix, count = first_id[:-6], int(first_id[-6:])
    for cause in causes:
        if cause.severity not in SEVERITIES:
            raise Refusal("deviation.severity", severity=cause.severity)
        shared = next((held for held in known.values() if held.shares(cause)), None)
        if shared is not None:
            said = dict.fromkeys((sentence(cause, "zh"), sentence(cause, "en"), cause.text))
            text = " / ".join(part for part in said if part)
            change = commenting(shared, text, at=at, who=who, seen_again=True, worse=cause.severity)
            known[shared.id] = deviation(shared.id, shared.doc | change.new)
        else:
            change = opening(f"{prefix}{count:06d}", cause, at=at, who=who)
            count += 1
            known[change.id] = deviation(change.id, change.new)
        changes.append(change)
    return changes

"""Entry: one thing that happened, as one canonical line (AL-1, regulation.md 2.5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from . import __version__, canonical
from .clock import Moment

Doc = dict[str, Any]


class Actor(NamedTuple):
    """Who acted. ``how`` they were known: password, badge+pin, session, envelope, or none (engineering-review 5)."""

    person: str
    role: str
    how: str


STATION = Actor("station", "station", "none")


@dataclass(frozen=True, slots=True)
class Change:
    """What an act does to one object: ``new`` fields replace those of the same name; ``old`` names what stood there.

    ``kind`` is the object's word (DESIGN.md 1), ``id`` what a person sees. ``old`` is left empty for a first
    version; the store fills it in from what it holds, so no caller can misquote it.
    """

    kind: str
    id: str
    new: Doc
    reason: str = ""
    event_at: str = ""

    @property
    def obj(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. ``line`` is the exact text; everything else was read from it."""

    line: str
    fields: Doc = field(compare=False, repr=False)

    @property
    def seq(self) -> int:
        return int(self.fields["seq"])

    @property
    def kind(self) -> str:
        return str(self.fields["obj"]).partition(":")[0]

    @property
    def id(self) -> str:
        return str(self.fields["obj"]).partition(":")[2]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


class Place(NamedTuple):
    """Where in which chain the next entry goes."""

    station: str
    seq: int
    prev: str


def write(
    act: str, change: Change, *, who: Actor, at: Moment, place: Place, version: int, old: Mapping[str, Any]
) -> Entry:
    """Return the entry that says: ``who`` did ``act`` to ``change.obj`` at ``at``."""
    fields: Doc = {
        "seq": place.seq,
        "ts": at.utc,
        "off": at.offset_min,
        "mono": at.mono_ms,
        "boot": at.boot,
        "actor": who.person,
        "role": who.role,
        "how": who.how,
        "ws": place.station,
        "act": act,
        "obj": change.obj,
        "ver": version,
        "old": dict(old),
        "new": change.new,
        "reason": change.reason,
        "app": __version__,
        "prev": place.prev,
    }
    if change.event_at:
        fields["event"] = change.event_at
    line = canonical.encode(fields).decode("utf-8")
    return Entry(line, fields)


def read(line: str) -> Entry:
    """Read one line. Raises ValueError when it is not JSON or lacks a field."""
    fields = json.loads(line)
    for name in ("seq", "ts", "ws", "act", "obj", "ver", "new", "prev"):
        if name not in fields:
            raise ValueError(f"an entry without {name!r}")
    return Entry(line, fields)

"""Desk: the store, the clock and the person who sits there, bundled for one act after the other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from . import sessions
from .clock import Clock, Moment
from .entry import STATION, Actor, Change, Doc, Entry
from .people import Person, may, person
from .refusal import Refusal
from .sessions import Session
from .store import Blob, Store

T = TypeVar("T")

KEPT_MAX = 256  # values read once; the oldest goes first


@dataclass
class Desk:
    """One per program. ``pepper``: the machine's part of a PIN. ``frozen``: after a fault of ours; no more writes."""

    store: Store
    clock: Clock
    pepper: bytes = b""
    session: Session | None = None
    frozen: bool = False
    demo: bool = field(default=False)
    _kept: dict[Hashable, tuple[Hashable, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def now(self) -> Moment:
        return self.clock.now()

    @property
    def site(self) -> Doc:
        """The site's facts; empty before the wizard has made them."""
        held = self.store.get("site", "site")
        return held.doc if held is not None else {}

    def person(self, id: str) -> Person:
        """Raises Refusal ``person.unknown``."""
        held = self.store.get("person", id)
        if held is None:
            raise Refusal("person.unknown", person=id)
        return person(id, held.doc)

    def people(self) -> list[Person]:
        return [person(held.id, held.doc) for held in self.store.find("person")]

    def once(self, name: Hashable, stamp: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` reads, kept for as long as ``stamp`` is the same; everyone who asks gets the same value.

        ``stamp`` must change with whatever ``make`` reads: ``store.written("place")`` where it reads places alone.
        """
        held = self._kept.get(name)
        if held is not None and held[0] == stamp:
            value: T = held[1]
            return value
        value = make()
        if len(self._kept) >= KEPT_MAX and name not in self._kept:
            del self._kept[next(iter(self._kept))]
        self._kept[name] = stamp, value
        return value

    def begin(self, act: str) -> tuple[Moment, Actor]:
        """Ask permission at the moment of the act. Returns the one moment that the act uses, and who does it.

        Raises ``session.none``, ``session.locked``, ``session.role`` (not permitted), ``session.left``.
        """
        at = self.now()
        if self.session is None:
            raise Refusal("session.none", act=act)
        if self.session.locked:
            raise Refusal("session.locked", act=act)
        self.permit(act, self.session.actor)
        self.session = sessions.touch(self.session, at)
        return at, self.session.actor

    def permit(self, act: str, who: Actor) -> None:
        """Ask whether ``who`` may do that: also of a second person, who was identified beside the one who sits here.

        Raises ``session.left`` (gone, or no longer in that role), ``session.role``, ``person.unknown``.
        """
        known = self.person(who.person)
        if not known.active or who.role not in known.roles:
            raise Refusal("session.left", person=known.id)
        if not may(who.role, act):
            raise Refusal("session.role", act=act, role=who.role)

    def write(
        self,
        act: str,
        changes: Sequence[Change],
        *,
        at: Moment,
        who: Actor = STATION,
        blobs: Sequence[Blob] = (),
        secrets: Mapping[tuple[str, str], bytes | None] | None = None,
    ) -> tuple[Entry, ...]:
        """Append through the store; refused after a fault of ours until the program starts again."""
        if self.frozen:
            raise Refusal("store.frozen", act=act)
        return self.store.append(act, changes, who=who, at=at, blobs=blobs, secrets=secrets)

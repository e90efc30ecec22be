"""Desk: the store, the clock and the person who sits there, bundled for one act after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import sessions
from .clock import Clock, Moment
from .entry import STATION, Actor, Change, Doc, Entry
from .people import Person, may, person
from .refusal import Refusal
from .sessions import Session
from .store import Store


@dataclass
class Desk:
    """One per program. ``pepper``: the machine's part of a PIN. ``frozen``: after a fault of ours; no more writes."""

    store: Store
    clock: Clock
    pepper: bytes = b""
    session: Session | None = None
    frozen: bool = False
    demo: bool = field(default=False)

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

    def begin(self, act: str) -> tuple[Moment, Actor]:
        """Ask permission at the moment of the act. Returns the one moment that the act uses, and who does it.

        Raises ``session.none``, ``session.locked``, ``session.role`` (not permitted), ``session.left``.
        """
        at = self.now()
        if self.session is None:
            raise Refusal("session.none", act=act)
        if self.session.locked:
            raise Refusal("session.locked", act=act)
        who = self.person(self.session.person)
        if not who.active or self.session.role not in who.roles:
            raise Refusal("session.left", person=who.id)
        if not may(self.session.role, act):
            raise Refusal("session.role", act=act, role=self.session.role)
        self.session = sessions.touch(self.session, at)
        return at, self.session.actor

    def write(
        self,
        act: str,
        changes: Sequence[Change],
        *,
        at: Moment,
        who: Actor = STATION,
        blobs: Sequence[bytes] = (),
        secrets: Mapping[tuple[str, str], bytes | None] | None = None,
    ) -> tuple[Entry, ...]:
        """Append through the store; refused after a fault of ours until the program starts again."""
        if self.frozen:
            raise Refusal("store.frozen", act=act)
        return self.store.append(act, changes, who=who, at=at, blobs=blobs, secrets=secrets)

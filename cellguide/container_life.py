"""A container's life: its events in the order they happened, the state they add up to, and entries for new ones."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from . import containers
from .clock import Moment, parse_iso
from .deviations import Cause
from .entry import Actor, Change, Doc
from .facts import MISSING, Unknown
from .refusal import Refusal

DECIDE_WARN_DAYS = 7
_LEAVES_IT_THERE = frozenset({"arrived", "opened", "placed", "held", "leaked", "handed_over"})


class Event(NamedTuple):
    """One fact or authorisation. ``event_at``: when it happened; ``at``: when it was entered; both ISO. ``back``: taken
    back, with the reason in its entry; it stays to be seen and counts no more.
    """

    n: int
    what: str
    name: str
    event_at: str
    at: str
    by: str = ""
    role: str = ""
    run: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """As the ledger adds it up. ``before``: the state that a lock was put on. ``place``: "" while it is in none.

    ``reserved``: the place that was kept for it while it was awaited. ``notice_expiry``: what the notice said, once the
    label was read and took its place; None before.
    """

    id: str
    order: str
    state: str = "expected"
    shipment: str = ""
    n: int = 1
    of: int = 1
    lot: str = ""
    expiry: str = ""
    din: str = ""
    component: str = ""
    place: str = ""
    before: str = ""
    events: tuple[Event, ...] = ()
    backup: Mapping[str, str] | None = None
    notice_expiry: str | None = None
    reserved: str = ""

    @property
    def announced_expiry(self) -> str:
        """The expiry that the holder's notice named, whatever the label says; "" where it named none."""
        return self.expiry if self.notice_expiry is None else self.notice_expiry

    @property
    def final(self) -> bool:
        return self.state in containers.FINAL

    def event_of(self, fact: str, run: str = "") -> Event | None:
        """The latest event of that fact that stands, of one run or of any; correcting an answer needs its ``n``."""
        found = [event for event in _timeline(self.events) if event.name == fact and not event.back]
        of_run = [event for event in found if not run or event.run == run]
        return of_run[-1] if of_run else None

    def marked_at(self, fact: str) -> Moment | None:
        """When that fact happened, as it stands now."""
        event = self.event_of(fact)
        return parse_iso(event.event_at) if event is not None else None


def container(id: str, doc: Mapping[str, Any]) -> Container:
    """Read a container from its document."""
    fields = {name: doc[name] for name in Container.__slots__ if name in doc and name not in ("id", "events")}
    return Container(id, events=tuple(Event(**event) for event in doc.get("events", ())), **fields)


def new_container(
    id: str, order: str, *, shipment: str = "", n: int = 1, of: int = 1, lot: str = "", expiry: str = "", din: str = "",
    component: str = "",
) -> Change:  # fmt: skip
    """The first entry of a container. ``expiry``: a day or a month, as on the label. Raises ``container.expiry``."""
    if expiry:
        expires_on(expiry)
    doc: Doc = {"order": order, "state": "expected", "shipment": shipment, "n": n, "of": of, "lot": lot}
    doc |= {"expiry": expiry, "din": din, "component": component, "place": "", "before": "", "events": []}
    return Change("container", id, doc)


def expires_on(expiry: str) -> date:
    """The last day of use: of a month, or of a GS1 day 00, its last day (engineering-review F).

    >>> expires_on("2027-02"), expires_on("2027-02-00"), expires_on("2027-02-03")
    (datetime.date(2027, 2, 28), datetime.date(2027, 2, 28), datetime.date(2027, 2, 3))
    """
    parts = expiry.split("-")
    try:
        if [len(part) for part in parts] not in ([4, 2], [4, 2, 2]):
            raise ValueError(expiry)
        year, month = int(parts[0]), int(parts[1])
        day = int(parts[2]) if len(parts) == 3 else 0
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        raise Refusal("container.expiry", given=expiry) from None


# --- what the events add up to ----------------------------------------------------------------------------------------


def _ms(iso: str) -> int:
    return parse_iso(iso).utc_ms


def _timeline(events: Sequence[Event]) -> list[Event]:
    """In the order in which they count: as they were entered, but a fact that was dated is put where its time belongs.

    What was entered as it happened is never sorted by the clock, because a clock may be set back. Doubts count from
    their entry.
    """

    def dated(event: Event) -> bool:
        return event.what == "fact" and event.name not in containers.DOUBTS and event.event_at != event.at

    line = [event for event in events if not dated(event)]
    for event in sorted(filter(dated, events), key=lambda event: (_ms(event.event_at), event.n)):
        place = len(line)
        while place and _ms(line[place - 1].event_at) > _ms(event.event_at):
            place -= 1
        line.insert(place, event)
    return line


class Standing(NamedTuple):
    """Where the events lead. ``judged``: for each fact's ``n`` the state it met and whether it was expected there."""

    state: str
    before: str
    judged: Mapping[int, tuple[str, bool]]


def replay(events: Sequence[Event]) -> Standing:
    """Walk the events from "expected". A decision that no longer fits the facts before it does not count."""
    state, before, kept_from = "expected", "", ""
    judged: dict[int, tuple[str, bool]] = {}
    for event in _timeline(events):
        if event.back:
            continue
        if event.what == "fact":
            target, expected = containers.after(state, event.name)
            judged[event.n] = (state, expected)
        elif containers.allowed(state, event.name):
            target = containers.granted(state, event.name, kept_from if event.name == "call_backup" else before)
        else:
            continue
        if target == "locked" and state != "locked":
            before = state
        elif target == "backup" and state != "backup" and event.name == "set_backup":
            kept_from = state
        elif event.name == "placed" and before == "arrived":
            before = "pending"
        state = target
    return Standing(state, before, judged)


class Recorded(NamedTuple):
    """An entry to write, the container after it, and the causes of deviations that belong into the same write."""

    change: Change
    container: Container
    causes: tuple[Cause, ...]


def _with(held: Container, events: tuple[Event, ...], more: Doc, reason: str, event_at: str = "") -> Recorded:
    standing, earlier = replay(events), replay(held.events)
    doc: Doc = {"state": standing.state, "before": standing.before, **more}
    doc["events"] = [_event_doc(event) for event in events]
    change = Change("container", held.id, doc, reason, event_at)
    # What a late fact shows of the facts after it counts as well: each is judged where it stands now.
    surprising = [n for n, (_, expected) in standing.judged.items() if not expected and earlier.judged.get(n) is None]
    late = [n for n, was in earlier.judged.items() if was[1] and n in standing.judged and not standing.judged[n][1]]
    by_n = {event.n: event for event in events}
    causes = tuple(_cause(held, by_n[n], standing.judged[n][0]) for n in (*surprising, *late))
    return Recorded(change, _read_again(held, doc), causes)


def _read_again(held: Container, doc: Doc) -> Container:
    kept = {name: getattr(held, name) for name in Container.__slots__ if name not in ("id", "events")}
    return container(held.id, kept | doc)


def _event_doc(event: Event) -> Doc:
    return {name: value for name, value in event._asdict().items() if value not in ("", False)}


def _cause(held: Container, event: Event, state: str) -> Cause:
    return Cause(
        "leaked" if event.name == "leaked" else "unexpected_fact",
        containers.severity(state, event.name),
        order=held.order,
        container=held.id,
        run=event.run,
        facts=(("container", held.id), ("fact", event.name), ("state", state)),
        event_at=event.event_at,
    )


def record(
    held: Container,
    fact: str,
    *,
    at: Moment,
    who: Actor,
    event_at: Moment | None = None,
    run: str = "",
    place: str = "",
) -> Recorded:
    """Write down a fact; accepted in every state. ``event_at``: when it happened, now when None.

    ``place``: where it was put. Raises Refusal only for what is no fact: ``container.unknown_fact``,
    ``container.future`` (nothing has happened later than now).
    """
    if fact not in containers.FACTS:
        raise Refusal("container.unknown_fact", fact=fact)
    moment = event_at or at
    if moment.utc_ms > at.utc_ms:
        raise Refusal("container.future", container=held.id, given=moment.iso, now=at.iso)
    event = Event(len(held.events) + 1, "fact", fact, moment.iso, at.iso, who.person, who.role, run)
    events = (*held.events, event)
    # A fact that is entered late says nothing of where the container is now.
    newest = _timeline([known for known in events if known.what == "fact"])[-1] is event
    more: Doc = {}
    if newest and (place or fact not in _LEAVES_IT_THERE):
        more["place"] = place
    return _with(held, events, more, "", moment.iso if event_at is not None else "")


def correct(
    held: Container, n: int, *, at: Moment, reason: str, event_at: Moment | None = None, back: bool = False
) -> Recorded:
    """Time a fact anew, or take it back (a slip, the wrong container). The old form stays in the ledger.

    Raises ``container.no_such_event``, ``container.future``.
    """
    found = next((event for event in held.events if event.n == n and event.what == "fact" and not event.back), None)
    if found is None:
        raise Refusal("container.no_such_event", container=held.id, n=n)
    if event_at is not None and event_at.utc_ms > at.utc_ms:
        raise Refusal("container.future", container=held.id, given=event_at.iso, now=at.iso)
    fixed = found._replace(back=back, event_at=event_at.iso if event_at is not None else found.event_at)
    events = tuple(fixed if event.n == n else event for event in held.events)
    if found.name == "placed" and event_at is not None and not back and held.place and held.event_of("placed") == found:
        # It has stood where it stands since another time: whoever asks who was in a device must hear that.
        return _with(held, events, {"place": held.place}, reason, event_at.iso)
    return _with(held, events, {}, reason)


def standing_doubts(held: Container) -> tuple[Event, ...]:
    """The doubts (held, leaked) that stand and that no lift has answered since, a rejected container's too."""
    found: list[Event] = []
    for event in _timeline(held.events):
        if event.back:
            continue
        if event.name in containers.DOUBTS:
            found.append(event)
        elif event.name in ("lift", "accept"):  # neither is allowed anywhere but where it answers them all
            found = []
    return tuple(found)


def reinstate(held: Container, *, at: Moment, who: Actor, reason: str, doubtful: bool) -> Recorded:
    """Take a rejection back: to 待验, to be judged anew, and locked there while something still puts it in doubt.

    ``doubtful``: whether one of ``standing_doubts`` was not settled elsewhere. Never to accepted. Raises what ``grant``
    raises: ``container.not_allowed`` once it is waste, to be returned, gone, or was never rejected.
    """
    taken_back = grant(held, "reinstate", at=at, who=who, reason=reason)
    if not doubtful:
        return taken_back
    locked = record(taken_back.container, "held", at=at, who=who)
    return locked._replace(change=replace(locked.change, reason=reason))


def grant(
    held: Container, authorisation: str, *, at: Moment, who: Actor, gate: Sequence[str] = (), reason: str = "",
    run: str = "", more: Doc | None = None,
) -> Recorded:  # fmt: skip
    """Allow something. ``gate``: codes of what is still missing.

    Raises Refusal: ``container.unknown_authorisation``, ``container.not_allowed`` (outside the table),
    ``container.role``, ``container.gate``.
    """
    if authorisation not in containers.AUTHORISATIONS:
        raise Refusal("container.unknown_authorisation", authorisation=authorisation)
    # A backup that is here cannot be struck off like one that never came.
    struck_off_here = authorisation == "cancel" and held.marked_at("arrived") is not None
    if struck_off_here or not containers.allowed(held.state, authorisation):
        raise Refusal("container.not_allowed", container=held.id, state=held.state, authorisation=authorisation)
    if who.role not in containers.AUTHORISATIONS[authorisation].by:
        raise Refusal("container.role", authorisation=authorisation, role=who.role)
    if gate:
        raise Refusal("container.gate", container=held.id, authorisation=authorisation, missing=", ".join(gate))
    event = Event(len(held.events) + 1, "grant", authorisation, at.iso, at.iso, who.person, who.role, run)
    return _with(held, (*held.events, event), more or {}, reason)


# --- backup bags ------------------------------------------------------------------------------------------------------


def set_backup(
    held: Container, keeper: str, expiry: str, decide_by: date, *, at: Moment, who: Actor, reason: str = ""
) -> Recorded:
    """Keep a container as 备用: by whom (the holder, or here), how long it lasts, when to decide (clinical-review 5.9).

    Raises ``container.keeper``, ``container.decide_by`` (past, or after the expiry), ``container.expiry`` and those of
    ``grant``.
    """
    if keeper not in ("holder", "here"):
        raise Refusal("container.keeper", keeper=keeper)
    last = expires_on(expiry)
    if not at.day <= decide_by <= last:
        raise Refusal("container.decide_by", given=decide_by.isoformat(), last=last.isoformat())
    backup = {"keeper": keeper, "expiry": expiry, "decide_by": decide_by.isoformat()}
    more: Doc = {"backup": backup, "expiry": held.expiry or expiry}
    return grant(held, "set_backup", at=at, who=who, reason=reason, more=more)


def to_decide(held: Container, day: date) -> bool:
    """Whether a backup asks for its decision: from seven days before its date."""
    if held.state != "backup" or held.backup is None:
        return False
    return (date.fromisoformat(held.backup["decide_by"]) - day).days <= DECIDE_WARN_DAYS


def unaccounted(held: Container, planned: date | None, day: date, days: int = 7) -> bool:
    """Whether it should have reached its end: ``days`` after the planned infusion. A backup never should (5.9)."""
    if held.final or held.state == "backup" or planned is None:
        return False
    return (day - planned).days > days


# --- facts for templates ----------------------------------------------------------------------------------------------


def previous_infused(held: Container, siblings: Sequence[Container]) -> bool:
    """Whether no other container of the order is between store and patient: each that left has come to an end."""
    return not any(other.id != held.id and other.state in containers.OUT for other in siblings)


def container_facts(
    held: Container, siblings: Sequence[Container], place_free: bool | Unknown = MISSING
) -> dict[str, str | bool | int | date | Unknown]:
    """The facts ``container.*`` of a template. ``place_free`` comes from whoever knows the places."""
    return {
        "container.place_free": place_free,
        "container.previous_infused": previous_infused(held, siblings),
        "container.state": held.state,
        "container.lot": held.lot or MISSING,
        "container.expires_on": expires_on(held.expiry) if held.expiry else MISSING,
    }

"""Sessions: who sits at the station, and how much a signing must ask (regulation.md 1.3, REG-004…006).

A session is a value; the functions return the next one. States of the series: not primed → primed by a signing with
both components → ended by lock, logout, another user, inactivity, a wrong password, a clock jump, or eight hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from .clock import Moment
from .entry import Actor

SERIES_IDLE_S = 10 * 60
SESSION_S = 8 * 3600
LOCK_MINUTES_MIN, LOCK_MINUTES_MAX, LOCK_MINUTES = 1, 15, 10
JUMP_BACK_S = 60
DRIFT_S = 120

Components = Literal["both", "password"]


@dataclass(frozen=True, slots=True)
class Session:
    """``how``: password or badge+pin. ``primed_at``: the last signing of an unbroken series, or None."""

    person: str
    role: str
    how: str
    since: Moment
    last: Moment
    locked: bool = False
    primed_at: Moment | None = None

    @property
    def actor(self) -> Actor:
        return Actor(self.person, self.role, self.how)


def touch(session: Session, at: Moment) -> Session:
    """The person did something. A clock jump ends the series."""
    jumped = clock_jump(session.last, at) is not None
    return replace(session, last=at, primed_at=None if jumped else session.primed_at)


def idle_lock(session: Session, at: Moment, minutes: int) -> Session:
    """Lock after ``minutes`` without a touch, and after eight hours whatever happened."""
    idle_s = elapsed_s(session.last, at)
    if session.locked or (idle_s < minutes * 60 and elapsed_s(session.since, at) < SESSION_S):
        return session
    return lock(session)


def lock(session: Session) -> Session:
    """Hide the patient's data; clocks and the time key stay (engineering-review F, REG-004)."""
    return replace(session, locked=True, primed_at=None)


def components(session: Session | None, signer: str, at: Moment, *, as_checker: bool = False) -> Components:
    """What the next signing by ``signer`` must ask.

    Only the person who sits there, in an unbroken series, not as somebody's checker, gives the password alone.
    """
    if session is None or session.locked or session.person != signer or as_checker or session.primed_at is None:
        return "both"
    if elapsed_s(session.primed_at, at) > SERIES_IDLE_S or elapsed_s(session.since, at) >= SESSION_S:
        return "both"
    if clock_jump(session.primed_at, at) is not None:
        return "both"
    return "password"


def primed(session: Session, signer: str, at: Moment, *, as_checker: bool = False) -> Session:
    """After a signing: a checker's never primes, and another person's breaks the series."""
    if as_checker or signer != session.person:
        return replace(session, primed_at=None)
    return replace(session, primed_at=at, last=at)


def broken(session: Session) -> Session:
    """A wrong password, or another user: both components again."""
    return replace(session, primed_at=None)


def elapsed_s(start: Moment, now: Moment) -> float:
    """Seconds that have certainly passed: the larger of wall and boot time (engineering-review 3)."""
    wall_ms = now.utc_ms - start.utc_ms
    boot_ms = now.mono_ms - start.mono_ms if now.boot == start.boot else 0
    return max(wall_ms, boot_ms, 0) / 1000


def clock_jump(before: Moment, now: Moment) -> str | None:
    """``back`` or ``drift`` when the wall clock moved otherwise than time did (REG-029); None when all is well.

    Sleep moves both alike and is no jump.
    """
    wall_s = (now.utc_ms - before.utc_ms) / 1000
    if wall_s < -JUMP_BACK_S:
        return "back"
    if now.boot == before.boot and abs(wall_s - (now.mono_ms - before.mono_ms) / 1000) > DRIFT_S:
        return "drift"
    return None

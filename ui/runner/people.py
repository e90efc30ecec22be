"""Who gives a part of a run: password in the pool, or badge and PIN; the result is an Actor or a refusal."""

from __future__ import annotations

from collections.abc import Callable

from cellguide.acts import staff
from cellguide.entry import Actor
from cellguide.refusal import Refusal
from ui.station import Station


def identify(
    station: Station,
    how: str,
    who: str,
    secret: str,
    done: Callable[[Actor], None],
    failed: Callable[[Refusal], None],
    *,
    roles: str = "",
) -> None:
    """Find out who it is. ``roles``: those asked for, joined with ``|``; the person acts in the first one they have.

    Refusals: those of ``staff.open_lock``, ``staff.identify``, and ``runner.role`` when they have none of the roles.
    """
    wanted = tuple(role for role in roles.split("|") if role)

    def found(person: str, known_by: str, usual: str) -> None:
        try:
            theirs = station.desk.person(person).roles
        except Refusal as refusal:
            failed(refusal)
            return
        fitting = [role for role in wanted if role in theirs]
        if wanted and not fitting:
            failed(Refusal("runner.role", person=person, needed=roles))
            return
        done(Actor(person, fitting[0] if fitting else usual or theirs[0], known_by))

    if how == "badge":
        try:
            actor = staff.identify(station.desk, who, secret)
        except Refusal as refusal:
            failed(refusal)
            return
        found(actor.person, actor.how, actor.role)
        return
    station.prove(who, secret, lambda proof: found(proof.person, "password", ""), failed)

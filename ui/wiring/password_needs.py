"""Passwords tried in vain, as Today and People say them (REG-003)."""

from __future__ import annotations

from cellguide.acts import staff
from cellguide.desk import Desk
from ui.kit import Mark
from ui.language import language, say
from ui.pages.today import Need


def password_needs(desk: Desk) -> list[Need]:
    """One line for each person whose password was given wrong to the lockout."""
    return [
        Need(
            "page:people",
            Mark(say("today.need.password"), "alarm"),
            say(
                "today.need.password_text",
                name=f"{one.person.called(language.now)} ({one.person.id})",
                count=one.times,
                at=one.at.local.strftime("%m-%d %H:%M"),
            ),
            say("today.verb.look"),
        )
        for one in staff.tried(desk)
    ]


def tried_mark(count: int) -> Mark:
    """How People shows the same."""
    return Mark(say("people.state.tried", count=count), "alarm")

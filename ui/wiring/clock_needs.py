"""The daily comparison of the station's clock, as Today asks for it (engineering-review 20, REG-029)."""

from __future__ import annotations

from cellguide.acts import clock_watch, walks
from cellguide.desk import Desk
from ui.kit import Mark
from ui.language import say
from ui.pages.today import Need

TEMPLATE = "clock-check"
TONES = {"moved": "alarm", "overdue": "alarm", "never": "warn", "due": "warn"}


def clock_needs(desk: Desk) -> list[Need]:
    """One line where the clock must be compared; none while two people are at it."""
    due = clock_watch.due(desk)
    if not due or any(doc["template"] == TEMPLATE for _, doc in walks.open_runs(desk)):
        return []
    text = say(f"today.need.clock_{due}", at=clock_watch.checked_at(desk) or "—")
    return [
        Need(f"run-new:{TEMPLATE}", Mark(say("today.need.clock"), TONES[due]), text, say("today.verb.start")),
    ]

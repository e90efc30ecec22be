"""A walk that rests: since when and by whom, and who takes it up again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.dialogs.dialog import Dialog, head
from ui.language import say
from ui.runner.stops import RoleRow


class Pause(NamedTuple):
    """``at``: ISO; ``person``: the staff number of whoever paused it and holds it until somebody goes on; ``text``:
    the reason."""

    at: str
    person: str
    text: str

    @property
    def since(self) -> str:
        """Month, day and time of day."""
        return self.at[5:16].replace("T", " ")


def pause_in(events: Iterable[Mapping[str, Any]]) -> Pause | None:
    """The pause that stands, from the documents of a run's events in their order; None while the walk goes on.

    >>> by = {"person": "D-1", "role": "nurse"}
    >>> pause_in([{"kind": "note", "about": "pause", "at": "2026-11-22T14:32:00.000+08:00", "by": by}]).since
    '11-22 14:32'
    """
    found = None
    for event in events:
        about = event.get("about") if event["kind"] == "note" else ""
        if about == "pause":
            found = Pause(event["at"], event["by"]["person"], event.get("text", ""))
        elif about == "resume":
            found = None
    return found


class TakeUpDialog(Dialog):
    """Another person takes up a paused walk at this station: staff number and password, or badge and PIN.

    Signals: ``identified(str, str, str)``: how, who, secret; the caller answers with ``accept()`` or ``show_fault``.
    """

    identified = Signal(str, str, str)

    def __init__(self, parent: QWidget | None, held: str) -> None:
        """``held``: the sentence that says who holds it since when."""
        super().__init__(parent, width=640)
        head(self, "runner.takeup.kicker", "runner.takeup.title")
        self.body.addWidget(kit.label(held, wrap=True))
        self.body.addWidget(kit.words("runner.takeup.help", tone="quiet", wrap=True))
        self.row = RoleRow(say("runner.takeup.who"))
        self.row.identified.connect(self.identified)
        self.body.addWidget(self.row)
        self.body.addWidget(kit.words("sign.second.badge_hint", "small", "quiet", wrap=True))
        self.body.addStretch(1)
        self.add_back("runner.takeup.back")
        self.row.person_id.setFocus()

    def take_scan(self, untrusted_text: str) -> None:
        """A scan is a badge."""
        self.row.show_badge(untrusted_text)

    def show_fault(self, text: str) -> None:
        """Say why they were not taken."""
        self.show_error("")
        self.row.show_fault(text)

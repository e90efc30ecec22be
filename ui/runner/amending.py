"""What asks a reason first: a correction, a late entry, a question left out, a dispute; and the shipper's file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cellguide.acts import receiving, walks
from cellguide.runs import Key, Reason, Run
from ui.dialogs.reason import ReasonDialog
from ui.language import say
from ui.runner import shipper
from ui.runner.values import Blob

if TYPE_CHECKING:
    from ui.runner.walk import RunWalk

PRESETS = ("look_again", "remeasured", "misread", "wrong_line", "late_news")
SKIPS = ("no_file", "not_here", "holder")


class Amending:
    """Asks in a dialog, then acts through the walk that owns it."""

    def __init__(self, walk: RunWalk) -> None:
        self.walk = walk

    def ask_why(self, then: Callable[[Reason], None]) -> None:
        """Ask why an answer is corrected."""
        self._ask(say("runner.correct_title"), PRESETS, then)

    def explain(self, key: Key) -> None:
        """It was saved, late: ask why, and note it beside the answer."""

        def noted(reason: Reason) -> None:
            self._note(key, "late", reason.text)

        self._ask(say("runner.late_title"), (), noted)

    def dispute(self) -> None:
        """The label still is not the order's: written down; the stop stays, what it is on is locked at once."""
        key, desk = self.walk.here, self.walk.station.desk
        assert key is not None

        def noted(reason: Reason) -> None:
            if self.walk.act(lambda run: receiving.open_dispute(desk, run.id, key.step, key.container, reason.text)):
                self.walk.station.frame.tell("warn", say("runner.disputed_notice"))
                self.walk.go_on()

        self._ask(say("runner.dispute_title"), (say("runner.dispute_preset"),), noted)

    def skip(self) -> None:
        """The question does not apply: ask why; paper prints it."""
        walk, key = self.walk, self.walk.here
        assert key is not None
        desk = walk.station.desk

        def skip_it(run: Run, reason: Reason) -> Run:
            return walks.skip_step(desk, run.id, key.step, key.container, reason=reason.text, slot=key.slot)

        def skipped(reason: Reason) -> None:
            now = desk.now()
            if walk.act(lambda run: skip_it(run, reason)):
                assert walk.run is not None
                walk.done(walk.run, key, now)

        self._ask(say("runner.skip_title"), tuple(say(f"runner.skip_preset.{name}") for name in SKIPS), skipped)

    def take_file(self, blob: Blob, key: Key) -> None:
        """The shipper's temperature file answers more than its own question."""
        run = self.walk.run
        assert run is not None

        def take(reason: str) -> None:
            part = shipper.ShipperFile(self.walk.station, run, blob, reason)
            self.walk.dialog = part
            part.ended.connect(self.walk.forget_dialog)
            part.taken.connect(taken)
            part.start()

        def taken(after: Run) -> None:
            self.walk.forget_dialog()
            self.walk.done(after, key, self.walk.station.desk.now())

        if key in run.current:
            self.ask_why(lambda given: take(given.text))
        else:
            take("")

    def _note(self, key: Key, about: str, text: str) -> bool:
        desk = self.walk.station.desk
        return self.walk.act(lambda run: walks.note(desk, run.id, about, text, key.step, key.container))

    def _ask(self, title: str, presets: tuple[str, ...], then: Callable[[Reason], None]) -> None:
        words = {say(f"run.reason.{name}"): name for name in presets if name in PRESETS}
        dialog = ReasonDialog(self.walk.station.frame)
        dialog.show_request(title, tuple(words) or presets)

        def given(text: str) -> None:
            dialog.accept()
            then(Reason(words.get(text, "other"), text))

        dialog.given.connect(given)
        self.walk.open_dialog(dialog)

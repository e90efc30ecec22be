"""What surrounds the questions of a walk: pausing it, taking it up, who performs, and how many pieces there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellguide.acts import receiving, walks
from cellguide.entry import STATION, Actor
from cellguide.people import PHARMACIST, may
from cellguide.refusal import Refusal
from cellguide.runs import KEPT, Key, Reason, Run, event_doc
from ui.dialogs.reason import ReasonDialog
from ui.forms import Choice
from ui.language import language, say
from ui.runner import standing
from ui.runner.pausing import Pause, TakeUpDialog, pause_in
from ui.runner.people import identify
from ui.runner.performer import PerformerDialog
from ui.runner.pieces import MORE, PiecesDialog
from ui.runner.strip import StripLine
from ui.station import sentence

if TYPE_CHECKING:
    from ui.runner.walk import RunWalk

PAUSES = ("holder", "handover", "papers", "urgent")


class Keeping:
    """Asks in a dialog, then acts through the walk that owns it. ``performer``: the holder's operator who is at work
    now, as it is written down; "" while the person who answers does it."""

    def __init__(self, walk: RunWalk) -> None:
        self.walk = walk
        self.performer = ""

    def lines(self, run: Run) -> tuple[StripLine, ...]:
        """What holds for the whole walk, for the strip above the question: that it rests, else who is at work."""
        pause = pause_in(map(event_doc, run.notes))
        if pause is not None:
            return (StripLine("clock", "warn", self._held(pause), ("resume", "resume_other")),)
        if self.performer:
            key = "runner.strip.performer" if self._is_pharmacist() else "runner.strip.performer_unwitnessed"
            return (StripLine("people", "info", say(key, performer=self.performer), ("own",)),)
        return ()

    def _held(self, pause: Pause) -> str:
        name = self.walk.station.desk.person(pause.person).called(language.now)
        return say("runner.strip.paused", at=pause.since, name=name, text=pause.text)

    def _is_pharmacist(self) -> bool:
        session = self.walk.station.desk.session
        return session is not None and session.role == PHARMACIST

    # --- pausing --------------------------------------------------------------------------------------------------

    def pause(self) -> None:
        """Ask why; the walk is then shown as resting everywhere. What is out of the cold is said first."""
        run = self.walk.run
        if run is None or run.paused:
            return
        dialog = ReasonDialog(self.walk.station.frame)
        dialog.show_request(say("runner.pause_title"), tuple(say(f"runner.pause_preset.{name}") for name in PAUSES))
        desk = self.walk.station.desk

        def given(text: str) -> None:
            dialog.accept()
            self.walk.act(lambda known: walks.note(desk, known.id, "pause", text))

        dialog.given.connect(given)
        self.walk.open_dialog(dialog)
        if standing.exposure_running(run):
            dialog.show_error(say("runner.pause_exposed"))

    def resume(self) -> None:
        """The person who sits here goes on with it."""
        desk = self.walk.station.desk
        if self.walk.run is not None and self.walk.run.paused:
            self.walk.act(lambda known: walks.note(desk, known.id, "resume", ""))

    def resume_other(self) -> None:
        """Another person goes on with it, known by password, or by badge and PIN."""
        run, station = self.walk.run, self.walk.station
        pause = pause_in(map(event_doc, run.notes)) if run is not None else None
        if pause is None:
            return
        dialog = TakeUpDialog(station.frame, self._held(pause))

        def known(actor: Actor) -> None:
            dialog.show_busy("")
            if not may(actor.role, "resume_run"):
                failed(Refusal("session.role", act="resume_run", role=actor.role))
                return
            dialog.accept()
            self.walk.act(lambda run: walks.note(station.desk, run.id, "resume", "", by=actor))

        def failed(refusal: Refusal) -> None:
            dialog.show_fault(sentence(refusal))

        def asked(how: str, who: str, secret: str) -> None:
            dialog.show_busy(say("runner.identifying"))
            identify(station, how, who, secret, known, failed)

        dialog.identified.connect(asked)
        self.walk.open_dialog(dialog)

    def taken_up(self, run: Run) -> None:
        """Whoever answers while it rests has taken it up: that is written down before the answer."""
        if run.paused:
            walks.note(self.walk.station.desk, run.id, "resume", "")

    # --- who performs ---------------------------------------------------------------------------------------------

    def ask_performer(self) -> None:
        """Name the holder's operator; from here on they do what is recorded, until the person takes it back."""
        dialog = PerformerDialog(self.walk.station.frame, pharmacist=self._is_pharmacist())

        def given() -> None:
            dialog.accept()
            self._name(dialog.performer())

        dialog.given.connect(given)
        self.walk.open_dialog(dialog)

    def correct_performer(self, key: Key) -> None:
        """Another did it than was recorded: name them, say why; the value stays."""
        walk, desk = self.walk, self.walk.station.desk
        assert walk.run is not None
        known = walk.run.current[key].performer
        dialog = PerformerDialog(walk.station.frame, pharmacist=self._is_pharmacist(), known=known)

        def corrected(run: Run, performer: str, reason: Reason) -> Run:
            return walks.correct_answer(
                desk, run.id, key.step, key.container, KEPT, reason=reason, performer=performer, slot=key.slot
            )

        def given() -> None:
            performer = dialog.performer()
            dialog.accept()
            walk.amending.ask_why(lambda reason: walk.act(lambda run: corrected(run, performer, reason)))

        dialog.given.connect(given)
        walk.open_dialog(dialog)

    def own(self) -> None:
        """The person who answers does it themselves again."""
        self._name("")

    def _name(self, performer: str) -> None:
        self.performer = performer
        self.walk.show_strip()
        self.walk.panel.centre.begin()

    # --- pieces ---------------------------------------------------------------------------------------------------

    def pieces(self) -> None:
        """More or fewer containers came than announced."""
        run, station = self.walk.run, self.walk.station
        if run is None:
            return
        touched = {key.container for key, answer in run.current.items() if answer.by != STATION}
        names = {id: standing.container_word(run, id) for id in run.containers if id not in touched}
        if len(run.containers) < 2:  # the last one that was announced: then nothing came, and the walk is another
            names = {}
        missing = [Choice(id, say("runner.pieces.piece", place=place, container=id)) for id, place in names.items()]
        dialog = PiecesDialog(station.frame, missing)

        def work(run: Run) -> Run:
            if dialog.kind == MORE:
                return receiving.one_more_came(station.desk, run.id, dialog.lot.value())
            return receiving.did_not_come(station.desk, run.id, dialog.which.value(), dialog.reason.value())

        def given() -> None:
            dialog.accept()
            if self.walk.act(work):
                station.say_done("runner.pieces.done", count=len(self.walk.run.containers) if self.walk.run else 0)

        dialog.given.connect(given)
        self.walk.open_dialog(dialog)

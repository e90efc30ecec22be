"""No camera: two people scan one after the other, the second blind (engineering-review 2, clinical-review 3.4).

Where there is a code, the first scan is the answer and the second is written beside it as a comment; where only a
picture was asked, the second person witnesses, and the picture is marked as not to be had.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cellguide.acts import walks
from cellguide.entry import Actor
from cellguide.refusal import Refusal
from cellguide.runs import Run
from cellguide.runs.inputs import same_text
from ui.dialogs.second import BlindField, Compared, SecondPersonDialog
from ui.forms import Choice
from ui.language import language, say
from ui.runner.people import identify
from ui.runner.reading import key_of
from ui.runner.standing import words_of
from ui.runner.values import Draft
from ui.station import Station, sentence


class TwoScans(QObject):
    """Signals: ``ended()``: the dialog closed in any way."""

    ended = Signal()

    def __init__(self, station: Station, run: Run, draft: Draft) -> None:
        super().__init__(station)
        self.station, self.run, self.draft = station, run, draft
        self.key = key_of(draft.ident)
        self.step = run.template.step(self.key.step)
        self.who: Actor | None = None
        self.dialog = SecondPersonDialog(station.frame)
        self.dialog.identified.connect(self._identify)
        self.dialog.answered.connect(self._answer)
        self.dialog.closed.connect(self.ended)

    def start(self) -> None:
        """Ask who the second person is; the first one's scan must be there already."""
        if self.step.ask == "scan" and not self.draft.value:
            self.station.frame.tell("warn", say("camera.scan_first"))
            self.ended.emit()
            return
        self.dialog.open()

    def take_scan(self, untrusted_text: str) -> None:
        """A badge first, then the second person's own scan."""
        if self.who is None:
            self.dialog.show_badge(untrusted_text)
        else:
            self.dialog.fill("own", untrusted_text)

    def _identify(self, how: str, who: str, secret: str) -> None:
        self.dialog.show_busy(say("runner.identifying"))
        identify(self.station, how, who, secret, self._known, lambda refusal: self.dialog.show_error(sentence(refusal)))

    def _known(self, actor: Actor) -> None:
        session = self.station.desk.session
        if session is not None and session.person == actor.person:
            self.dialog.show_error(sentence(Refusal("run.same_person", person=actor.person, step=self.step.id)))
            return
        self.who = actor
        title = words_of(self.step)
        field = BlindField("own", title)
        if self.step.ask != "scan":
            field = BlindField("own", title, "choice", choices=(Choice("witness", say("runner.witness")),))
        self.dialog.show_values(self.station.desk.person(actor.person).called(language.now), [field])

    def _answer(self, values: dict[str, str]) -> None:
        assert self.who is not None
        desk, key = self.station.desk, self.key
        name = f"{desk.person(self.who.person).name} {self.who.person}"  # it is written down
        own = values.get("own", "")
        try:
            self.station.parts.faults.require_sound()
            if self.step.ask != "scan":
                walks.skip_step(
                    desk, self.run.id, key.step, key.container, reason=say("camera.witnessed", name=name), slot=key.slot
                )
                result = Compared(words_of(self.step), True, "", say("answer.witnessed"))
            else:
                first = str(self.draft.value["text"])
                if not any(note.about == "no_camera" for note in self.run.notes):
                    walks.note(desk, self.run.id, "no_camera", say("camera.two_people"))
                walks.answer_step(desk, self.run.id, key.step, key.container, self.draft.value, slot=key.slot)
                same = same_text(first, own)
                text = say("camera.scanned_twice" if same else "camera.scanned_otherwise", name=name, value=own)
                walks.note(desk, self.run.id, "comment", text, key.step, key.container)
                result = Compared(words_of(self.step), same, first, own)
        except Refusal as refusal:
            self.dialog.show_error(sentence(refusal))
            return
        self.station.changed.emit()
        self.dialog.show_results([result])

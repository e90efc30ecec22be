"""The second person's pass: who they are, their own values blind, the result (DESIGN 0.6, REG-008)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from cellguide import runs
from cellguide.acts import walks
from cellguide.answer_words import value_words
from cellguide.entry import Actor
from cellguide.refusal import Refusal
from cellguide.runs import Due, Run
from cellguide.runs.inputs import agree
from ui.dialogs.second import BlindField, Compared, SecondPersonDialog
from ui.forms import Choice
from ui.language import language, say
from ui.runner import reading, standing
from ui.runner.people import identify
from ui.runner.times import is_time, when
from ui.station import Station, sentence

_KINDS = {"num": "number", "date": "date", "choice": "choice", "yn": "choice"}


def blind_field(due: Due, place: str) -> BlindField:
    """The field for one check; a witness says that they were there."""
    words = standing.words_of(due.step)
    title = f"{words} {place}".strip()
    ident = reading.ident_of(due.key)
    if due.step.check != "value":  # also the pharmacist beside the holder's operator, where none is asked usually
        return BlindField(ident, title, "choice", choices=(Choice("witness", say("runner.witness")),))
    kind = _KINDS.get(due.step.ask, "text")
    choices = reading.choices_of(due.step) if kind == "choice" else ()
    return BlindField(ident, title, kind, due.step.unit, choices)


class SecondPass(QObject):
    """One second person at the station: identifies, gives what is theirs, hands back.

    Signals: ``ended()``: the dialog closed in any way.
    """

    ended = Signal()

    def __init__(self, station: Station, run: Run, reader: Callable[[Run], reading.Reader]) -> None:
        super().__init__(station)
        self.station, self.run, self._reader = station, run, reader
        self.who: Actor | None = None
        self.due: tuple[Due, ...] = ()
        self._scanned: dict[str, str] = {}
        self.dialog = SecondPersonDialog(station.frame)
        self.dialog.identified.connect(self._identify)
        self.dialog.answered.connect(self._answer)
        self.dialog.closed.connect(self.ended)

    def start(self) -> None:
        """Ask who it is."""
        self.dialog.open()

    def take_scan(self, untrusted_text: str) -> None:
        """A badge while nobody is known yet; afterwards the value of the field the person is in, or the next empty."""
        if self.who is None:
            self.dialog.show_badge(untrusted_text)
            return
        name = self.dialog.focused()
        if not name:
            return
        self._scanned[name] = untrusted_text
        self.dialog.fill(name, untrusted_text)

    def _identify(self, how: str, who: str, secret: str) -> None:
        self.dialog.show_busy(say("runner.identifying"))
        identify(self.station, how, who, secret, self._known, lambda refusal: self.dialog.show_error(sentence(refusal)))

    def _known(self, actor: Actor) -> None:
        asked = runs.checks_due(self.run, actor.person)
        wanted = {role for item in asked for role in runs.second_must_be(self.run, item.key)}
        fitting = sorted(wanted & set(self.station.desk.person(actor.person).roles))
        if fitting and actor.role not in wanted:
            actor = actor._replace(role=fitting[0])
        due = runs.checks_due(self.run, actor.person, actor.role)
        if not due:
            name = self.station.desk.person(actor.person).called(language.now)
            key, roles = ("runner.wrong_second", standing.role_words(wanted)) if asked else ("runner.nothing_for", "")
            self.dialog.show_error(say(key, name=name, roles=roles))
            return
        self.who, self.due = actor, due
        reader = self._reader(self.run)
        fields = [blind_field(item, standing.container_word(reader.run, item.key.container)) for item in due]
        self.dialog.show_values(self.station.desk.person(actor.person).called(language.now), fields)

    def _value(self, item: Due, typed: str) -> Any:
        if item.step.check != "value":
            return None
        if item.step.ask == "scan":
            ident = reading.ident_of(item.key)
            scanned = self._scanned.get(ident, "") == typed
            return {"text": typed, "how": "scanned" if scanned else "typed"}
        if item.step.ask == "date":
            from ui.forms import date_of

            day = date_of(typed)
            return day.isoformat() if day is not None else typed
        if item.step.ask == "time" and is_time(typed):
            return when(typed, self.station.desk.now()).iso
        return typed

    def _answer(self, values: dict[str, str]) -> None:
        assert self.who is not None
        results, run = [], self.run
        for item in self.due:
            ident = reading.ident_of(item.key)
            if ident not in values:
                continue
            try:
                self.station.parts.faults.require_sound()
                run = walks.check_step(
                    self.station.desk,
                    run.id,
                    item.key.step,
                    item.key.container,
                    self._value(item, values[ident]),
                    by=self.who,
                    slot=item.key.slot,
                )
            except Refusal as refusal:
                self.dialog.show_error(sentence(refusal))
                self.station.changed.emit()
                self.due = runs.checks_due(run, self.who.person, self.who.role)
                self.run = run
                return
            results.append(self._compared(run, item))
        self.run = run
        self.station.changed.emit()
        self.dialog.show_results(results)

    def _compared(self, run: Run, item: Due) -> Compared:
        first = run.current[item.key].value
        own = [check for check in run.checks if check.key == item.key][-1]
        title = standing.words_of(item.step)
        if own.witness:
            return Compared(title, True, "", say("answer.witnessed"))
        words = [value_words(item.step, value)[language.now] for value in (first, own.value)]
        return Compared(title, agree(item.step, first, own.value), *words)

"""Which days of a probe become a signed record."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, DateField, Form
from ui.language import put, say

CHOICES = ("last_month", "shown", "own")
Days = tuple[datetime.date, datetime.date]


class TemperatureRecordDialog(Dialog):
    """Signals: ``chosen(object, object)``: first and last day, both included · ``stopped()``: while it is being made.

    The caller answers with ``show_busy``, ``show_error`` or ``accept()``.
    """

    chosen = Signal(object, object)
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=620)
        put(self.title, "temperature_record.make.title")
        put(self, "temperature_record.make.title", "setWindowTitle")
        self._offered: dict[str, Days] = {}
        self.body.addWidget(kit.words("temperature_record.make.help", tone="quiet", wrap=True))
        self.form = Form(columns=2)
        self.which = ChoiceField()
        self.which.chosen.connect(self._choose)
        self.first, self.last = DateField(), DateField()
        self.form.add_row("temperature_record.make.which", self.which, span=2)
        self.form.add_row("temperature_record.make.first", self.first)
        self.form.add_row("temperature_record.make.last", self.last)
        self.body.addWidget(self.form)
        self.back = self.add_back("temperature_record.make.back")
        self.stop = self.add_key("temperature_record.make.stop", decides=False, look="")
        self.stop.clicked.connect(self.stopped)
        self.key = self.add_key("temperature_record.make.go")
        self.key.clicked.connect(self._give)

    def show_days(self, probe: str, offered: Mapping[str, Days], chosen: str = "last_month") -> None:
        """Offer periods of ``probe`` by name (last_month, shown); other days can always be typed."""
        put(self.kicker, "temperature_record.make.kicker", probe=probe)
        self._offered = dict(offered)
        choices = []
        for name, (first, last) in offered.items():
            words = say(f"temperature_record.make.{name}", first=first.isoformat(), last=last.isoformat())
            choices.append(Choice(name, words))
        self.which.show_choices([*choices, Choice("own", say("temperature_record.make.own"))])
        self.which.choose(chosen)
        self._choose(chosen)

    def _choose(self, name: str) -> None:
        days = self._offered.get(name)
        for field, day in zip((self.first, self.last), days or (), strict=False):
            field.setText(day.isoformat())
        for field in (self.first, self.last):
            field.setReadOnly(days is not None)
        self.show_error("")

    def settle(self) -> None:
        self.stop.setVisible(self._busy)
        self.key.setVisible(not self._busy)
        self.back.setEnabled(not self._busy)

    def _give(self) -> None:
        first, last = self.first.day(), self.last.day()
        if first is None or last is None or first > last:
            self.show_error(say("refusal_temperature_record.days"))
            return
        self.chosen.emit(first, last)

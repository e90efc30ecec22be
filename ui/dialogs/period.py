"""From which day to which day the chart shall look."""

from __future__ import annotations

import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.dialogs.dialog import Dialog
from ui.forms import DateField, Form
from ui.language import put, say


class PeriodDialog(Dialog):
    """Signals: ``chosen(object, object)``: first and last day, both included."""

    chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=520)
        put(self.title, "temperature_page.period.title")
        put(self, "temperature_page.period.title", "setWindowTitle")
        form = Form(columns=2)
        self.first, self.last = DateField(), DateField()
        form.add_row("temperature_page.period.from", self.first)
        form.add_row("temperature_page.period.to", self.last)
        self.body.addWidget(form)
        self.add_back("temperature_page.period.back")
        self.add_key("temperature_page.period.show").clicked.connect(self._show)

    def show_period(self, probe: str, first: datetime.date, last: datetime.date) -> None:
        """Begin with the days that are shown now."""
        put(self.kicker, "temperature_page.period.kicker", probe=probe)
        self.first.setText(first.isoformat())
        self.last.setText(last.isoformat())

    def _show(self) -> None:
        first, last = self.first.day(), self.last.day()
        if first is None or last is None or first > last:
            self.show_error(say("temperature_page.period.wrong"))
            return
        self.accept()
        self.chosen.emit(first, last)

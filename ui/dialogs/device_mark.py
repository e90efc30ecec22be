"""What happened at a device, from when to when, and what shows it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.dialogs.dialog import Dialog
from ui.dialogs.hold import FileChoice
from ui.dialogs.wall_time import wall_time
from ui.forms import ChoiceField, DateField, Form, FreeField, TextField
from ui.language import put


class DeviceMarkDialog(Dialog):
    """Signals: ``given()``: read ``kind``, ``since()``, ``until()``, ``text``, ``file``; the caller answers with
    ``accept()`` or ``show_error``."""

    given = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=680)
        self._zone = "UTC"
        put(self.title, "device_mark.title")
        put(self, "device_mark.title", "setWindowTitle")
        self.form = Form(columns=2)
        self.kind = ChoiceField()
        self.first_day, self.last_day = DateField(), DateField()
        self.first_time, self.last_time = TextField(), TextField()
        self.text, self.file = FreeField(2), FileChoice()
        for field in (self.first_time, self.last_time):
            field.setPlaceholderText("HH:MM")
        self.form.add_row("device_mark.kind", self.kind, span=2)
        self.form.add_row("device_mark.first_day", self.first_day)
        self.form.add_row("device_mark.first_time", self.first_time)
        self.form.add_row("device_mark.last_day", self.last_day)
        self.form.add_row("device_mark.last_time", self.last_time, help_key="device_mark.last_help")
        self.form.add_row("device_mark.text", self.text, help_key="device_mark.text_help", span=2)
        self.form.add_row("device_mark.evidence", self.file, span=2)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.add_back("device_mark.back")
        self.key = self.add_key("device_mark.save")
        self.key.clicked.connect(self.given)
        for line in (self.first_day, self.first_time, self.last_day, self.last_time, self.text):
            line.textChanged.connect(self.settle)

    def show_device(self, device: str, kinds: Sequence[str], zone: str, first: str, last: str) -> None:
        """``first`` and ``last``: wall times (``YYYY-MM-DD HH:MM``) to begin with, "" for none, in ``zone``."""
        self._zone = zone
        put(self.kicker, "device_mark.kicker", device=device)
        self.kind.offer(*((kind, f"letter.cause.{kind}") for kind in kinds))
        for text, day, time in ((first, self.first_day, self.first_time), (last, self.last_day, self.last_time)):
            day.setText(text[:10])
            time.setText(text[11:16])
        self.text.setFocus()
        self.settle()

    def since(self) -> str:
        """ISO with the site's offset; "" where day or time is none."""
        return wall_time(self.first_day.day(), self.first_time.value(), self._zone)

    def until(self) -> str:
        """The same for its end."""
        return wall_time(self.last_day.day(), self.last_time.value(), self._zone)

    def _is_complete(self) -> bool:
        ended = not self.last_time.value() or bool(self.until())
        return bool(self.since() and ended and self.text.value())

    def settle(self) -> None:
        if hasattr(self, "key"):
            self.key.setEnabled(self._is_complete() and not self._busy)

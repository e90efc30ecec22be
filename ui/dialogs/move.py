"""Containers moved: one with its timer, or everything in a device at once; stock counted by two people."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form, FreeField, TextField
from ui.kit import Elided
from ui.language import put, say

REASONS = ("relocation", "quarantine", "return", "tank_failure")


class MoveDialog(Dialog):
    """A planned move begins its checklist here. What is out already is timed at once, then put in.

    Signals: ``begun(str, str)``: why, into which device · ``taken_out(str)``: why · ``placed(str, bool)``: the
    position's code, whether it stands there already.
    """

    begun = Signal(str, str)
    taken_out = Signal(str)
    placed = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=660)
        put(self.kicker, "map.move.kicker")
        self.out = False
        self.form = Form()
        self.why = ChoiceField().offer(*((name, f"map.move.why_{name}") for name in REASONS))
        self.into, self.target = ChoiceField(), TextField()
        self.help = kit.words("map.move.help", "small", "quiet", wrap=True)
        self.form.add_row("map.move.why", self.why)
        self.form.add_row("map.move.into", self.into)
        self.form.add_row("map.move.target", self.target)
        self.place = kit.label(tone="quiet", wrap=True)
        self.timer = kit.label("", "title")
        for part in (self.place, self.timer, self.form, self.help):
            self.body.addWidget(part)
        self.back = self.add_back("map.move.back")
        self.forced = self.add_key("map.move.forced", decides=False, look="")
        self.forced.clicked.connect(lambda: self._place(True))
        self.take = self.add_key("map.move.take_out", decides=False, look="")
        self.take.clicked.connect(lambda: self.taken_out.emit(self.why.value()))
        self.begin = self.add_key("map.move.begin")
        self.begin.clicked.connect(self._begin)
        self.put = self.add_key("map.move.put_in")
        self.put.clicked.connect(lambda: self._place(False))
        self.target.textChanged.connect(self.settle)
        self.reconciles = False

    def show_container(self, container: str, place: str, *, reconciles: bool = False) -> None:
        """What is moved, and where it is in the books. ``reconciles``: it stands somewhere already."""
        self.reconciles = reconciles
        put(self.title, "map.move.title_reconcile" if reconciles else "map.move.title", container=container)
        self.setWindowTitle(self.title.text())
        self.place.setText(say("map.move.from", place=place))
        self.show_out(reconciles)

    def show_devices(self, devices: Sequence[Choice], chosen: str) -> None:
        """Offer the devices that it may be moved into."""
        self.into.show_choices(devices)
        self.into.choose(chosen)

    def show_out(self, out: bool) -> None:
        """It is out of its position now (or stands in an unknown one)."""
        self.out = out
        self.timer.setVisible(out and not self.reconciles)
        self.form.show_row(self.why, not out)
        self.form.show_row(self.into, not out)
        self.help.setVisible(not out)
        self.form.show_row(self.target, out)
        self.forced.hide()
        if out:
            put(self.back, "map.move.back" if self.reconciles else "map.move.back_out")
            self.target.setFocus()
        self.settle()
        self._fit()

    def show_seconds(self, seconds: int) -> None:
        """How long it has been out."""
        self.timer.setText(say("map.move.timer", seconds=seconds))

    def show_scan(self, text: str) -> None:
        """A scan goes into the position, once something is out; before that it names the device."""
        if self.out:
            self.target.setText(text)
        else:
            self.into.choose(text)

    def show_refusal(self, text: str) -> None:
        """Why it may not stand there; what has happened can still be recorded."""
        self.show_error(text)
        self.forced.setVisible(not self.reconciles)

    def _begin(self) -> None:
        if self.into.value():
            self.begun.emit(self.why.value(), self.into.value())
        else:
            self.show_error(say("map.move.into_needed"))

    def _place(self, forced: bool) -> None:
        if not self.target.value():
            self.show_error(say("map.move.target_needed"))
            return
        self.placed.emit(self.target.value(), forced)

    def settle(self) -> None:
        if hasattr(self, "put"):
            self.take.setVisible(not self.out)
            self.begin.setVisible(not self.out)
            self.put.setVisible(self.out)
            self.put.setEnabled(bool(self.target.value()))


class BulkDialog(Dialog):
    """Signals: ``saved(str, str, str)``: from, into, what happened · ``left()``: the first scan, what is in it leaves
    the cold · ``arrived()``: the second, everything is in the other."""

    saved = Signal(str, str, str)
    left = Signal()
    arrived = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=600)
        put(self.kicker, "map.bulk.kicker")
        put(self.title, "map.bulk.title")
        put(self, "map.bulk.title", "setWindowTitle")
        self.body.addWidget(kit.words("map.bulk.help", tone="quiet", wrap=True))
        self.form = Form(columns=2)
        self.source, self.target, self.reason = ChoiceField(), ChoiceField(), FreeField(2)
        self.form.add_row("map.bulk.from", self.source)
        self.form.add_row("map.bulk.to", self.target)
        self.form.add_row("map.bulk.reason", self.reason, span=2)
        self.body.addWidget(self.form)
        self.timer = kit.label("", "large", wrap=True)
        self.timer.hide()
        self.body.addWidget(self.timer)
        self.source.chosen.connect(lambda code: self.left.emit() if code else None)
        self.target.chosen.connect(lambda code: self.arrived.emit() if code else None)
        self._scans = 0
        self.add_back("map.move.back")
        self.add_key("map.bulk.save").clicked.connect(self._save)

    def show_devices(self, devices: Sequence[Choice]) -> None:
        """Offer the devices."""
        self.source.show_choices([Choice("", "—"), *devices])
        self.target.show_choices([Choice("", "—"), *devices])

    def show_scan(self, code: str) -> None:
        """The first scan is where from, the second where to."""
        first = self._scans % 2 == 0
        (self.source if first else self.target).choose(code)
        (self.left if first else self.arrived).emit()
        self._scans += 1

    def show_seconds(self, seconds: int, *, done: bool) -> None:
        """How long the first container has been out; ``done``: how long it was."""
        self.timer.setText(say("map.bulk.timed" if done else "map.bulk.timer", seconds=seconds))
        if self.timer.isHidden():
            self.timer.show()
            self._fit()

    def _save(self) -> None:
        source, target, reason = self.source.value(), self.target.value(), self.reason.value()
        if not source or not target or source == target or len(reason) < 4:
            self.show_error(say("map.bulk.needed"))
            return
        self.saved.emit(source, target, reason)


class CountDialog(Dialog):
    """Signals: ``scanned(str)``: typed or scanned · ``finished_scanning()`` · ``device_chosen(str)``."""

    scanned = Signal(str)
    finished_scanning = Signal()
    device_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=640)
        put(self.kicker, "map.count.kicker")
        put(self.title, "map.count.title")
        put(self, "map.count.title", "setWindowTitle")
        form = Form(columns=2)
        self.device, self.text = ChoiceField(), TextField(submit=True)
        self.device.chosen.connect(self.device_chosen)
        self.text.returnPressed.connect(self._add)
        form.add_row("map.count.device", self.device)
        form.add_row("map.count.scan", self.text)
        self.body.addWidget(form)
        self.count = kit.label("", "large")
        self.body.addWidget(self.count)
        self._list = kit.column(gap=2)
        self.body.addLayout(self._list)
        self.add_back("map.count.back")
        self.add_key("map.count.add", decides=False, look="").clicked.connect(self._add)
        self.done_key = self.add_key("map.count.finish", decides=False)
        self.done_key.clicked.connect(self.finished_scanning)

    def show_devices(self, devices: Sequence[Choice], chosen: str) -> None:
        """Offer the devices to be counted."""
        self.device.show_choices(devices)
        self.device.choose(chosen)
        self.text.setFocus()

    def show_seen(self, lines: Sequence[str], booked: int) -> None:
        """What was scanned so far, newest first; what is booked is a number only, so that nobody copies a list."""
        self.count.setText(say("map.count.seen", count=len(lines), booked=booked))
        kit.clear(self._list)
        for line in list(reversed(lines))[:8]:
            self._list.addWidget(Elided(line))
        self.device.setEnabled(not lines)

    def _add(self) -> None:
        text = self.text.value()
        self.text.clear()
        if text:
            self.scanned.emit(text)

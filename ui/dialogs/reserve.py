"""A position kept for every container of an order that is still to come (clinical-review 3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form
from ui.language import put, say


class RoomChoice(NamedTuple):
    """A device that has room: its code, its name with how much, and its free positions."""

    code: str
    text: str
    free: tuple[Choice, ...]


class AwaitedLine(NamedTuple):
    """A container that is still to come, with the position that is kept for it ("" for none) and its device."""

    ident: str
    text: str
    reserved: str = ""
    device: str = ""


class ReserveDialog(Dialog):
    """Signals: ``given()``: read ``places()`` · ``let_go()``: nothing is to be kept any more; the caller answers with
    ``accept()`` or ``show_error``."""

    given = Signal()
    let_go = Signal()

    def __init__(
        self, parent: QWidget | None, order: str, lines: Sequence[AwaitedLine], rooms: Sequence[RoomChoice]
    ) -> None:
        super().__init__(parent, width=680)
        put(self.kicker, "orders_page.reserve.kicker", order=order)
        put(self.title, "orders_page.reserve.title")
        put(self, "orders_page.reserve.title", "setWindowTitle")
        self._lines = tuple(lines)
        self._rooms: Mapping[str, RoomChoice] = {room.code: room for room in rooms}
        self.body.addWidget(kit.words("orders_page.reserve.help", tone="quiet", wrap=True))
        self.form = Form()
        self.device = ChoiceField([Choice(room.code, room.text) for room in rooms])
        self.form.add_row("orders_page.reserve.device", self.device)
        self.fields: dict[str, ChoiceField] = {}
        for line in self._lines:
            field = ChoiceField()
            field.currentIndexChanged.connect(self.settle)
            self.form.add_titled(line.text, field)
            self.fields[line.ident] = field
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.add_back("orders_page.form.back")
        self.release = kit.key("orders_page.reserve.let_go", "link")
        self.release.clicked.connect(self.let_go)
        self.release.setVisible(any(line.reserved for line in lines))
        self.foot.insertWidget(1, self.release)
        self.key = self.add_key("orders_page.reserve.save")
        self.key.clicked.connect(self.given)
        kept = next((line.device for line in lines if line.device in self._rooms), "")
        if kept:
            self.device.choose(kept)
        self.device.currentIndexChanged.connect(self._show_free)
        self._show_free()

    def places(self) -> dict[str, str]:
        """Container → position; "" where none is to be kept."""
        return {ident: field.value() for ident, field in self.fields.items()}

    def _show_free(self, *_index: int) -> None:
        """What is kept already stays; the others are offered the first free positions, one each."""
        room = self._rooms[self.device.value()]
        none = Choice("", say("orders_page.reserve.none"))
        kept = {line.reserved for line in self._lines}
        next_free = iter([choice.value for choice in room.free if choice.value not in kept])
        for line in self._lines:
            field = self.fields[line.ident]
            field.show_choices([none, *room.free])
            known = line.reserved and line.device == room.code
            field.choose(line.reserved if known else next(next_free, ""))
        self.settle()

    def settle(self, *_index: int) -> None:
        if not hasattr(self, "key"):
            return
        moved = any(self.fields[line.ident].value() != line.reserved for line in self._lines)
        self.key.setEnabled(moved and not self._busy)

"""A place registered: a device with its limits and rounds, a rack with its positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cellguide.places import DEVICES, KINDS, LEVEL_UNITS, ZONES, Place
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form, NumberField, TextField, number_of
from ui.language import put, say

POSITIONS_MAX = 200
_OF_DEVICES = ("limit", "c_min", "source", "margin", "unit", "least", "rounds")


class PlaceDialog(Dialog):
    """Signals: ``saved()``: read ``place()`` and ``positions()``; the caller answers with ``accept()`` or
    ``show_error``."""

    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=820)
        put(self.kicker, "map.place.kicker")
        put(self.title, "map.place.title")
        put(self, "map.place.title", "setWindowTitle")
        self.form = Form(columns=3)
        self.kind = ChoiceField().offer(*((name, f"map.kind.{name}") for name in KINDS))
        self.parent_place, self.code = ChoiceField(), TextField()
        self.zh, self.en = TextField(free=True), TextField(free=True)
        self.zone = ChoiceField().offer(*((name, f"map.zone.{name or 'none'}") for name in ZONES))
        self.limit, self.c_min = NumberField(unit="°C"), NumberField(unit="°C")
        self.source, self.margin = TextField(free=True), NumberField(unit="°C")
        self.unit = ChoiceField([Choice(name, name or "—") for name in LEVEL_UNITS])
        self.least, self.rounds, self.hold_end = NumberField(unit=""), TextField(), TextField()
        self.count = TextField()
        for name, field in (
            ("kind", self.kind),
            ("parent", self.parent_place),
            ("code", self.code),
            ("zh", self.zh),
            ("en", self.en),
            ("zone", self.zone),
            ("count", self.count),
            ("limit", self.limit),
            ("lower", self.c_min),
            ("source", self.source),
            ("margin", self.margin),
            ("unit", self.unit),
            ("least", self.least),
            ("rounds", self.rounds),
            ("hold_end", self.hold_end),
        ):
            self.form.add_row(f"map.place.{name}", field)
        self.kind.chosen.connect(lambda _kind: self._fit_kind())
        self.body.addWidget(self.form)
        self.add_back("map.place.back")
        self.add_key("map.place.save").clicked.connect(self._save)

    def show_parents(self, parents: Sequence[Choice], kind: str, parent: str) -> None:
        """Offer what it may stand in; begin with the kind that comes next."""
        self.parent_place.show_choices([Choice("", say("map.place.top")), *parents])
        self.parent_place.choose(parent)
        self.kind.choose(kind)
        self._fit_kind()
        self.code.setFocus()

    def _fit_kind(self) -> None:
        kind = self.kind.value()
        for name in _OF_DEVICES:
            self.form.show_row(getattr(self, name), kind in DEVICES)
        self.form.show_row(self.hold_end, kind == "shipper")
        self.form.show_row(self.count, kind in (*DEVICES, "rack", "box") and kind != "shipper")
        self.form.show_row(self.zone, kind not in ("site", "room"))

    def _save(self) -> None:
        self.form.clear_faults()
        count = self.count.value()
        if count and not (count.isdecimal() and int(count) <= POSITIONS_MAX):
            self.form.show_fault(self.count, say("map.place.count_wrong"))
            return
        self.saved.emit()

    def place(self) -> Place:
        """The place as typed; what does not belong to its kind stays empty."""
        kind = self.kind.value()
        fields: dict[str, Any] = {}
        if kind in DEVICES:
            fields = {
                "limit_c_max": _number(self.limit),
                "limit_c_min": _number(self.c_min),
                "limit_source": self.source.value(),
                "margin_c": _number(self.margin),
                "level_unit": self.unit.value(),
                "level_min": _number(self.least),
            }
        rounds = tuple(self.rounds.value().replace(",", " ").replace("，", " ").split()) if kind in DEVICES else ()
        return Place(
            "",
            kind,
            self.code.value(),
            self.parent_place.value(),
            self.zh.value(),
            self.en.value(),
            zone=self.zone.value() if kind not in ("site", "room") else "",
            rounds=rounds,
            hold_end_at=self.hold_end.value() if kind == "shipper" else "",
            **fields,
        )

    def positions(self) -> tuple[str, ...]:
        """The codes of the positions to register with it: its own code and a number."""
        count = int(self.count.value() or 0) if self.count.isVisibleTo(self) else 0
        width = max(2, len(str(count)))
        return tuple(f"{self.code.value()}/{n:0{width}d}" for n in range(1, count + 1))


def _number(field: NumberField) -> str:
    """A number in the form that is kept; what is none stays as typed, so that the refusal can name it."""
    found = number_of(field.text())
    return field.value() if found is None else str(found)

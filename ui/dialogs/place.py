"""A place registered or changed: a device with its limits and rounds, a rack with its positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cellguide.places import DEVICES, INSIDE, KINDS, LEVEL_UNITS, PHASES, ZONES, Place
from cellguide.rounds import USUAL
from ui import kit
from ui.dialogs.dialog import Dialog
from ui.dialogs.wall_time import typed_instant
from ui.forms import Choice, ChoiceField, Form, FreeField, NumberField, TextField, number_of
from ui.language import put, say

POSITIONS_MAX = 200
TWICE_DAILY = " ".join(USUAL)
_OF_DEVICES = ("limit", "lower", "source", "margin", "unit", "least", "rounds")
# What may be changed later, in the dialog's order. Kind, code and what it stands in inside a device stay.
_CHANGED = (
    "parent", "zh", "en", "zone", "capacity", "phase", "limit_c_max", "limit_c_min", "limit_source", "margin_c",
    "level_unit", "level_min", "rounds", "hold_end_at", "filled_at",
)  # fmt: skip


class PlaceDialog(Dialog):
    """Signals: ``saved()``: read ``place()`` and ``positions()``, or ``changes()`` and ``reason``; the caller answers
    with ``accept()`` or ``show_error``."""

    saved = Signal()

    def __init__(self, parent: QWidget | None = None, zone: str = "UTC") -> None:
        super().__init__(parent, width=820)
        self._zone = zone
        self._held: Place | None = None
        put(self.kicker, "map.place.kicker")
        put(self.title, "map.place.title")
        put(self, "map.place.title", "setWindowTitle")
        self.kind = ChoiceField().offer(*((name, f"map.kind.{name}") for name in KINDS))
        self.parent_place, self.code = ChoiceField(), TextField()
        self.zh, self.en = TextField(free=True), TextField(free=True)
        self.zone = ChoiceField().offer(*((name, f"map.zone.{name or 'none'}") for name in ZONES))
        self.phase = ChoiceField().offer(*((name, f"map.phase.{name or 'none'}") for name in PHASES))
        self.limit, self.c_min = NumberField(unit="°C"), NumberField(unit="°C")
        self.source, self.margin = TextField(free=True), NumberField(unit="°C")
        self.unit = ChoiceField([Choice(name, name or "—") for name in LEVEL_UNITS])
        self.least, self.rounds = NumberField(unit=""), TextField()
        self.hold_end, self.filled = TextField(free=True), TextField(free=True)
        for field in (self.hold_end, self.filled):
            put(field, "map.place.instant_hint", "setPlaceholderText")
        self.count, self.capacity = TextField(), TextField()
        self._fields: dict[str, QWidget] = {
            "kind": self.kind,
            "parent": self.parent_place,
            "code": self.code,
            "zh": self.zh,
            "en": self.en,
            "zone": self.zone,
            "capacity": self.capacity,
            "count": self.count,
            "phase": self.phase,
            "limit": self.limit,
            "lower": self.c_min,
            "source": self.source,
            "margin": self.margin,
            "unit": self.unit,
            "least": self.least,
            "rounds": self.rounds,
            "hold_end": self.hold_end,
            "filled": self.filled,
        }
        self._rows: tuple[str, ...] = ()
        self.form = Form(columns=3)
        self.kind.chosen.connect(lambda _kind: self._fit_kind())
        self.body.addWidget(self.form)
        self.why = Form()
        self.reason = FreeField(2)
        self.why.add_row("map.place.reason", self.reason)
        self.two = kit.words("map.place.two", "small", "quiet", wrap=True)
        for part in (self.why, self.two):
            part.hide()
            self.body.addWidget(part)
        self.back = self.add_back("map.place.back")
        self.save = self.add_key("map.place.save")
        self.save.clicked.connect(self._save)

    def show_parents(self, parents: Sequence[Choice], kind: str, parent: str) -> None:
        """Offer what it may stand in; begin with the kind that comes next."""
        self.parent_place.show_choices([Choice("", say("map.place.top")), *parents])
        self.parent_place.choose(parent)
        self.kind.choose(kind)
        self._fit_kind()
        self.code.setFocus()

    def show_place(self, held: Place, parents: Sequence[Choice]) -> None:
        """Change a place that is registered; ``parents``: where a room or a device may stand instead."""
        self._held = held
        self.parent_place.show_choices(parents)
        self.parent_place.choose(held.parent)
        self.kind.choose(held.kind)
        for field, value in (
            (self.code, held.code),
            (self.zh, held.zh),
            (self.en, held.en),
            (self.capacity, str(held.capacity)),
            (self.limit, held.limit_c_max),
            (self.c_min, held.limit_c_min),
            (self.source, held.limit_source),
            (self.margin, held.margin_c),
            (self.least, held.level_min),
            (self.rounds, " ".join(held.rounds)),
            (self.hold_end, _shown(held.hold_end_at)),
            (self.filled, _shown(held.filled_at)),
        ):
            field.setText(value)
        for choice, value in ((self.zone, held.zone), (self.phase, held.phase), (self.unit, held.level_unit)):
            choice.choose(value)
        put(self.kicker, "map.place.kicker_change", code=held.code)
        put(self.title, "map.place.title_change")
        put(self, "map.place.title_change", "setWindowTitle")
        put(self.back, "map.place.back_change")
        put(self.save, "map.place.save_change")
        self._fit_kind()
        self.why.show()
        self.zh.setFocus()

    def _fit_kind(self) -> None:
        """Ask only what belongs to the kind; nothing leaves a hole."""
        kind, changing = self.kind.value(), self._held is not None
        if not changing and self.rounds.value() in ("", TWICE_DAILY):
            # Twice a day unless the site says otherwise; a shipper used as a store is read every four hours instead.
            self.rounds.setText("" if kind == "shipper" else TWICE_DAILY)
        inside = kind not in ("site", "room")
        asked = {
            "kind": not changing,
            "parent": not changing or (kind not in ("site", *INSIDE)),
            "code": not changing,
            "zone": inside,
            "capacity": inside,
            "count": kind in (*DEVICES, "rack", "box") and kind != "shipper" and not changing,
            "phase": kind == "tank",
            "hold_end": kind == "shipper",
            "filled": kind == "shipper",
        } | dict.fromkeys(_OF_DEVICES, kind in DEVICES)
        self.two.setVisible(kind in DEVICES)
        rows = tuple(name for name in self._fields if asked.get(name, True))
        if rows == self._rows:
            return
        self._rows, old, self.form = rows, self.form, Form(columns=3)
        for name, field in self._fields.items():
            if name in rows:
                self.form.add_row(f"map.place.{name}", field)
                field.show()
            else:
                field.hide()
                field.setParent(self)
        self.body.replaceWidget(old, self.form)
        old.hide()
        old.deleteLater()
        self._fit()

    def _save(self) -> None:
        self.form.clear_faults()
        count = self.count.value()
        if count and not (count.isdecimal() and int(count) <= POSITIONS_MAX):
            self.form.show_fault(self.count, say("map.place.count_wrong"))
            return
        capacity = self.capacity.value()
        if capacity and not (capacity.isdecimal() and 0 < int(capacity) <= POSITIONS_MAX):
            self.form.show_fault(self.capacity, say("map.place.capacity_wrong"))
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
            capacity=int(self.capacity.value() or 1),
            phase=self.phase.value() if kind == "tank" else "",
            rounds=rounds,
            hold_end_at=self._instant(self.hold_end, "hold_end_at") if kind == "shipper" else "",
            filled_at=self._instant(self.filled, "filled_at") if kind == "shipper" else "",
            **fields,
        )

    def _instant(self, field: TextField, name: str) -> str:
        """As typed in the site's wall time; what nobody touched stays as it is kept, to the second."""
        kept = str(getattr(self._held, name)) if self._held is not None else ""
        return kept if field.value() == _shown(kept) else typed_instant(field.value(), self._zone)

    def changes(self) -> dict[str, Any]:
        """The fields that differ from what was shown."""
        assert self._held is not None
        typed, held = self.place(), self._held
        found = {name: getattr(typed, name) for name in _CHANGED if getattr(typed, name) != getattr(held, name)}
        return found if held.kind not in INSIDE else {name: one for name, one in found.items() if name != "parent"}

    def positions(self) -> tuple[str, ...]:
        """The codes of the positions to register with it: its own code and a number."""
        count = int(self.count.value() or 0) if self.count.isVisibleTo(self) else 0
        width = max(2, len(str(count)))
        return tuple(f"{self.code.value()}/{n:0{width}d}" for n in range(1, count + 1))


def _shown(iso: str) -> str:
    return iso.replace("T", " ", 1)[:16]


def _number(field: NumberField) -> str:
    """A number in the form that is kept; what is none stays as typed, so that the refusal can name it."""
    found = number_of(field.text())
    return field.value() if found is None else str(found)

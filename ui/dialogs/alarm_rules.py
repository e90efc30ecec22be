"""The site's own alarm rules of a device: beyond a threshold at once, or in all within a window; two people change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import ChoiceField, Form, FreeField, NumberField, TextField, number_of
from ui.language import put

CUMULATIVE = "cumulative"


class RuleText(NamedTuple):
    """One rule: its fields as they are kept, and in words."""

    row: tuple[str, ...]
    text: str
    source: str


class AlarmRulesDialog(Dialog):
    """Signals: ``added()``: read ``typed()``, and answer with ``show_rules`` or ``show_error`` · ``removed(int)``: by
    its place · ``saved()``: read ``rows()`` and ``reason``; the caller answers with ``accept()`` or ``show_error``."""

    added = Signal()
    removed = Signal(int)
    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=860)
        put(self.title, "alarm_rules.title")
        put(self, "alarm_rules.title", "setWindowTitle")
        self.body.addWidget(kit.words("alarm_rules.help", "small", "quiet", wrap=True))
        self._rules: tuple[RuleText, ...] = ()
        self._before: tuple[tuple[str, ...], ...] = ()
        host = QWidget()
        self._lines = kit.column(host, gap=8)
        self.body.addWidget(host)
        self.form = Form(columns=3)
        self.name, self.source = TextField(free=True), TextField(free=True)
        self.side = ChoiceField().offer(("high", "alarm_rules.side.high"), ("low", "alarm_rules.side.low"))
        self.mode = ChoiceField().offer(
            ("single", "alarm_rules.mode.single"), (CUMULATIVE, "alarm_rules.mode.cumulative")
        )
        self.limit, self.minutes, self.window = NumberField(unit="°C"), NumberField(unit="min"), NumberField(unit="min")
        self.form.add_row("alarm_rules.name", self.name)
        self.form.add_row("alarm_rules.field.side", self.side)
        self.form.add_row("alarm_rules.limit", self.limit)
        self.form.add_row("alarm_rules.field.mode", self.mode)
        self.form.add_row("alarm_rules.minutes", self.minutes)
        self.form.add_row("alarm_rules.window", self.window)
        self.form.add_row("alarm_rules.source", self.source, span=3)
        self.mode.currentIndexChanged.connect(lambda _at: self._fit_mode())
        self.body.addWidget(self.form)
        self.add = kit.key("alarm_rules.add", icon="plus")
        self.add.clicked.connect(self.added)
        self.body.addLayout(kit.row(self.add, None))
        self.why = Form()
        self.reason = FreeField(2)
        self.why.add_row("alarm_rules.reason", self.reason, help_key="alarm_rules.two")
        self.body.addWidget(self.why)
        self.add_back("alarm_rules.back")
        self.save = self.add_key("alarm_rules.save")
        self.save.clicked.connect(self.saved)
        self.reason.textChanged.connect(self.settle)
        self._fit_mode()

    def show_device(self, device: str, rules: Sequence[RuleText]) -> None:
        """Begin with the rules that stand."""
        put(self.kicker, "alarm_rules.kicker", device=device)
        self._before = tuple(one.row for one in rules)
        self.show_rules(rules)
        self.name.setFocus()

    def show_rules(self, rules: Sequence[RuleText]) -> None:
        """Show what will stand when it is saved; the fields are ready for the next one."""
        self._rules = tuple(rules)
        self.show_error("")
        kit.clear(self._lines)
        if not rules:
            self._lines.addWidget(kit.words("alarm_rules.none", tone="quiet"))
        for at, one in enumerate(rules):
            texts = QWidget()
            column = kit.column(texts, gap=0)
            column.addWidget(kit.label(one.text, bold=True, wrap=True))
            column.addWidget(kit.label(one.source, "small", "quiet", wrap=True))
            key = kit.key("alarm_rules.remove", "link")
            key.setAccessibleDescription(one.text)
            key.clicked.connect(lambda _on=False, at=at: self.removed.emit(at))
            line = kit.row(texts, key, gap=12)
            line.setStretch(0, 1)
            self._lines.addLayout(line)
        for field in (self.name, self.limit, self.minutes, self.window, self.source):
            field.clear()
        self.settle()
        self._fit()

    def rules(self) -> tuple[RuleText, ...]:
        """What is shown."""
        return self._rules

    def rows(self) -> list[tuple[str, ...]]:
        """What will be kept."""
        return [one.row for one in self._rules]

    def typed(self) -> tuple[str, ...]:
        """The rule in the fields, as it is kept; numbers that are none stay as typed, so that a refusal names them."""
        window = _number(self.window) if self.mode.value() == CUMULATIVE else ""
        return (self.name.value(), self.side.value(), _number(self.limit), self.mode.value(), _number(self.minutes),
                window, self.source.value())  # fmt: skip

    def _fit_mode(self) -> None:
        self.form.show_row(self.window, self.mode.value() == CUMULATIVE)

    def settle(self) -> None:
        if hasattr(self, "save"):
            changed = tuple(self.rows()) != self._before
            self.save.setEnabled(changed and bool(self.reason.value()) and not self._busy)


def _number(field: NumberField) -> str:
    found = number_of(field.text())
    return field.value() if found is None else str(found)

"""An order: for a new one, a change with its reason, or the one that replaces a wrongly typed one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from cellguide import orders
from cellguide.acts.products import names
from cellguide.facts import SILENT, Unknown
from cellguide.orders import Evidence, Order
from cellguide.products import Profile, show
from cellguide.runs.reasons import says_something
from ui import kit
from ui.dialogs.days import iso
from ui.dialogs.dialog import Dialog
from ui.dialogs.evidence import EvidenceRows
from ui.dialogs.patient_form import PatientForm
from ui.forms import Choice, ChoiceField, DateField, Form, FreeField, NumberField, TextField, number_of
from ui.kit import Mark
from ui.language import language, put, say

MODES = ("new", "change", "replace")
_NUMBERS = ("coi", "din", "aph_id", "sec")
_WHERE = ("physician", "ward", "bed")


class OrderRequest(NamedTuple):
    """``order``: what the form starts from. ``products``: what may be ordered. ``mode``: one of MODES."""

    mode: str
    order: Order
    products: tuple[Choice, ...]


class OrderDialog(Dialog):
    """Signals: ``saved()``: read ``order()``, ``reason()``, ``files()``, ``provisional`` · ``name_typed(str)`` ·
    ``product_chosen(str)``: the caller answers with ``show_profile``. It answers ``saved`` with ``accept()`` or
    ``show_error``."""

    saved = Signal()
    name_typed = Signal(str)
    product_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=1040)
        self._before = Order()
        self._mode = "new"
        self._profile: Profile | None = None
        self.provisional = put(QCheckBox(), "orders_page.form.provisional")
        self._provisional_words = kit.words("orders_page.form.provisional_help", "small", "quiet", wrap=True)
        self.why = Form()
        self.reason_text = FreeField(2)
        self.why.add_row("sign.reason.text", self.reason_text, help_key="sign.reason.rule")
        for part in (self.provisional, self._provisional_words, self.why):
            self.body.addWidget(part)
        self._build_product()
        self._build_patient()
        self._build_plan()
        self._build_clinical()
        self.evidence = EvidenceRows(orders.EVIDENCE)
        self._heading("holder")
        self.body.addWidget(self.evidence)
        self.body.addStretch(1)
        self.add_back("orders_page.form.back")
        self.key = self.add_key("orders_page.form.save")
        self.key.clicked.connect(self._save)
        self.reason_text.textChanged.connect(self.settle)

    # --- sections

    def _heading(self, name: str) -> None:
        self.body.addWidget(kit.rule())
        self.body.addWidget(kit.words(f"orders_page.form.section.{name}", "large", bold=True))

    def _build_product(self) -> None:
        self._heading("product")
        form = Form(columns=3)
        self.product = ChoiceField()
        self.product.chosen.connect(self.product_chosen)
        self.containers = NumberField(unit="")
        self.dose_text = TextField(free=True)
        form.add_row("order.field.product", self.product, span=2)
        form.add_row("order.field.containers", self.containers)
        form.add_row("order.field.dose_text", self.dose_text)
        self.numbers = {name: TextField() for name in _NUMBERS}
        for name, field in self.numbers.items():
            form.add_row(f"order.field.{name}", field)
        self.product_form = form
        self._product_note = kit.label(size="small", tone="quiet", wrap=True)
        self.body.addWidget(form)
        self.body.addWidget(self._product_note)

    def _build_patient(self) -> None:
        self._heading("patient")
        self.patient = PatientForm()
        self.patient.name_typed.connect(self.name_typed)
        self.patient.changed.connect(self.settle)
        self._label_note = kit.label(size="small", tone="quiet", wrap=True)
        self.body.addWidget(self.patient)
        self.body.addWidget(self._label_note)

    def _build_plan(self) -> None:
        self._heading("plan")
        form = Form(columns=3)
        self.where = {name: TextField(free=True) for name in _WHERE}
        for name, typed in self.where.items():
            form.add_row(f"order.field.{name}", typed)
        self.consent_on = DateField()
        form.add_row("order.field.consent_on", self.consent_on)
        self.days = {name: DateField() for name in orders.DAYS}
        for name, day in self.days.items():
            form.add_row(f"order.field.{name}", day)
            day.textChanged.connect(self.settle)
        self.body.addWidget(form)
        self._ld_rule = kit.label(size="small", tone="quiet", wrap=True)
        self._ld_mark = kit.pill(Mark(""))
        line = kit.row(self._ld_rule, self._ld_mark)
        line.setStretch(0, 1)
        self.body.addLayout(line)

    def _build_clinical(self) -> None:
        self._heading("clinical")
        form = Form(columns=3)
        self.clinical: dict[str, ChoiceField | NumberField | DateField] = {}
        for name, codes in orders.CLINICAL.items():
            field: ChoiceField | NumberField | DateField
            if codes:
                pairs = (("", "orders_page.form.not_given"), *((code, f"order.result.{code}") for code in codes))
                field = ChoiceField().offer(*pairs)
            else:
                field = NumberField(unit="kg") if name == "weight_kg" else DateField()
            self.clinical[name] = field
            form.add_row(f"order.field.{name}", field)
        self.body.addWidget(form)

    # --- what is asked

    def show_request(self, request: OrderRequest) -> None:
        """Ask for one order."""
        held = request.order
        self._before, self._mode = held, request.mode
        put(self.title, f"orders_page.form.title_{request.mode}")
        put(self, f"orders_page.form.title_{request.mode}", "setWindowTitle")
        self.kicker.setText(held.id)
        self.kicker.setVisible(bool(held.id))
        new = request.mode == "new"
        self.provisional.setVisible(new)
        self._provisional_words.setVisible(new)
        self.why.setVisible(not new)
        self.product.show_choices((Choice("", "—"), *request.products))
        self.product.choose(held.product)
        self.containers.setText(str(held.containers or ""))
        self.dose_text.setText(held.dose_text)
        for name, field in {**self.numbers, **self.where}.items():
            field.setText(getattr(held, name))
        self.consent_on.setText(held.consent_on)
        for name, day in self.days.items():
            day.setText(held.planned.get(name, ""))
        for name, clinical in self.clinical.items():
            value = held.clinical.get(name, "")
            clinical.choose(value) if isinstance(clinical, ChoiceField) else clinical.setText(value)
        self.evidence.show_evidence(held.holder)
        self.patient.show_patient(held.patient, keep_numbers=request.mode == "change")
        if held.product:
            self.product_chosen.emit(held.product)
        self.retranslate()
        (self.product if new else self.reason_text).setFocus()

    def show_profile(self, profile: Profile | None) -> None:
        """The chosen product: what its label asks of names and days."""
        self._profile = profile
        self.retranslate()

    def show_syllables(self, name: str, syllables: Sequence[object]) -> None:
        """The readings of a name."""
        self.patient.show_syllables(name, syllables)  # type: ignore[arg-type]
        self.settle()

    # --- what was typed

    def order(self) -> Order:
        """The order as typed, on what it was before."""
        planned = {name: iso(day) for name, day in self.days.items() if day.value()}
        clinical = {}
        for name, field in self.clinical.items():
            value = iso(field) if isinstance(field, DateField) else field.value()
            if isinstance(field, NumberField) and (number := number_of(value)) is not None:
                value = str(number)
            if value:
                clinical[name] = value
        count = self.containers.number()
        typed: dict[str, Any] = {name: field.value() for name, field in {**self.numbers, **self.where}.items()}
        return replace(
            self._before,
            patient=self.patient.patient(),
            product=self.product.value(),
            product_zh=self._names()[0],
            product_en=self._names()[1],
            containers=int(count) if count is not None and count == int(count) else 0,
            dose_text=self.dose_text.value(),
            consent_on=iso(self.consent_on),
            planned=planned,
            clinical=clinical,
            holder=self._holder(),
            **typed,
        )

    def _names(self) -> tuple[str, str]:
        return names(self._profile) if self._profile is not None else ("", "")

    def _holder(self) -> dict[str, Evidence]:
        return {
            name: one for name, one in self.evidence.evidence(self._before.holder).items() if one.there or one.until
        }

    def files(self) -> dict[str, bytes]:
        """Documents that were chosen."""
        return self.evidence.files()

    def reason(self) -> str:
        """Why it is changed."""
        return self.reason_text.value()

    def _save(self) -> None:
        good = self._count_good()
        self.product_form.show_fault(self.containers, "" if good else say("orders_page.form.count_fault"))
        if good:
            self.saved.emit()

    def _count_good(self) -> bool:
        count = self.containers.number()
        typed = bool(self.containers.value())
        return (not typed) or (count is not None and count == int(count))

    # --- state

    def settle(self) -> None:
        if not hasattr(self, "key"):
            return
        ready = self._mode == "new" or says_something(self.reason())
        self.key.setEnabled(ready and not self._busy)
        self._show_label_form()
        self._show_ld()

    def _show_label_form(self) -> None:
        profile = self._profile
        form = orders.name_form(self.order(), profile) if profile is not None else SILENT
        proposal = self.patient.readings.proposal()
        parts = [say("orders_page.form.proposed", text=proposal)] if proposal else []
        if profile is not None:
            shown = show(profile, "label_name_form", language.now)
            value = form if isinstance(form, str) else say("orders_page.form.not_derived")
            parts.append(say("orders_page.form.label_shows", form=shown, value=value))
        self._label_note.setText(" · ".join(parts))
        self._label_note.setVisible(bool(parts))

    def _show_ld(self) -> None:
        profile = self._profile
        self._ld_rule.setVisible(profile is not None)
        self._ld_mark.setVisible(profile is not None)
        if profile is None:
            return
        self._ld_rule.setText(say("orders_page.form.ld_rule", rule=show(profile, "ld_rules", language.now)))
        kept = orders.ld_gap(self.order(), profile) if self._days_good() else SILENT
        self._ld_mark.setVisible(not isinstance(kept, Unknown))
        self._ld_mark.setText(say("orders_page.form.ld_kept" if kept is True else "orders_page.form.ld_broken"))
        from ui import theme

        theme.set_tone(self._ld_mark, "ok" if kept is True else "warn")

    def _days_good(self) -> bool:
        return all(day.day() is not None for day in self.days.values() if day.value())

    def retranslate(self) -> None:
        if hasattr(self, "key"):
            profile = self._profile
            self._product_note.setVisible(profile is not None)
            if profile is not None:
                ids = show(profile, "ids_required", language.now)
                self._product_note.setText(say("orders_page.form.ids", ids=ids))
            self.settle()
        super().retranslate()

"""A probe registered, changed or followed by another logger: whose files are its own, where it measures, how well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cellguide.probes import POSITIONS, Probe, usual_due
from ui import kit
from ui.dialogs.days import iso
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, DateField, Form, FreeField, NumberField, TextField
from ui.language import put, say


class ProbeDialog(Dialog):
    """Signals: ``saved()``: read ``probe()``, or ``changes()`` and ``reason``; the caller answers with ``accept()`` or
    ``show_error``."""

    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=760)
        self._held: Probe | None = None
        put(self.kicker, "temperature_page.probe_form.kicker")
        put(self.title, "temperature_page.probe_form.title")
        put(self, "temperature_page.probe_form.title", "setWindowTitle")
        self.help = kit.label(tone="quiet", wrap=True)
        self.help.hide()
        self.body.addWidget(self.help)
        self._build_probe()
        self._build_proof()
        self.why = Form()
        self.reason = FreeField(2)
        self.why.add_row("probe.form.reason", self.reason, help_key="probe.form.reason_help")
        self.why.hide()
        self.body.addWidget(self.why)
        self.back = self.add_back("temperature_page.probe_form.back")
        self.save = self.add_key("temperature_page.probe_form.save")
        self.save.clicked.connect(self._save)

    def _build_probe(self) -> None:
        self.form = Form(columns=2)
        self.serial, self.interval, self.number = TextField(), TextField(), TextField()
        self.zh, self.en = TextField(free=True), TextField(free=True)
        self.place = ChoiceField()
        self.sits = ChoiceField().offer(*((name, f"temperature_page.sits.{name}") for name in POSITIONS))
        self.form.add_row(
            "temperature_page.probe_form.serial", self.serial, help_key="temperature_page.probe_form.serial_help"
        )
        self.form.add_row("temperature_page.probe_form.place", self.place)
        self.form.add_row("temperature_page.probe_form.sits", self.sits)
        self.form.add_row("temperature_page.probe_form.interval", self.interval)
        self.form.add_row("temperature_page.probe_form.zh", self.zh)
        self.form.add_row("temperature_page.probe_form.en", self.en)
        self.body.addWidget(self.form)

    def _build_proof(self) -> None:
        self._rule = kit.rule()
        self.body.addWidget(self._rule)
        self.proof = Form(columns=3)
        self.calibrated_on, self.due_on = DateField(), DateField()
        self.at_c, self.u_c = NumberField(unit="°C", width=120), NumberField(unit="°C", width=120)
        self.error_c = NumberField(unit="°C", width=120)
        for name, field in (
            ("certificate", self.number),
            ("calibrated_on", self.calibrated_on),
            ("due_on", self.due_on),
            ("at_c", self.at_c),
            ("u_c", self.u_c),
            ("error_c", self.error_c),
        ):
            self.proof.add_row(f"temperature_page.probe_form.{name}", field)
        self.body.addWidget(self.proof)

    def show_places(self, devices: Sequence[Choice], serial: str = "", place: str = "") -> None:
        """Offer the devices; ``serial`` as a file said it."""
        self.place.show_choices(devices)
        self.place.choose(place)
        self.serial.setText(serial)
        (self.zh if serial else self.serial).setFocus()

    def show_change(self, held: Probe, devices: Sequence[Choice], place: str, *, measured: bool) -> None:
        """Change a probe that is registered; ``measured``: it has readings, so its serial number stays."""
        self._held = held
        self.show_places(devices, held.serial, place)
        self.serial.setReadOnly(measured)
        self.zh.setText(held.zh)
        self.en.setText(held.en)
        self.sits.choose(held.sits)
        self.interval.setText(held.interval_s)
        for part in (self._rule, self.proof):
            part.hide()
        self._explain("change", held.serial)
        self.zh.setFocus()

    def show_successor(self, held: Probe, devices: Sequence[Choice], place: str, device: str) -> None:
        """Another logger follows: what is said of the old one's place is proposed, its certificates are not."""
        self.show_places(devices, "", place)
        self.place.setEnabled(False)
        self.zh.setText(held.zh)
        self.en.setText(held.en)
        self.sits.choose(held.sits)
        self.interval.setText(held.interval_s)
        self.help.setText(say("probe.form.replace_help", serial=held.serial, device=device))
        self.help.show()
        self._explain("replace", held.serial)
        self.serial.setFocus()

    def _explain(self, what: str, serial: str) -> None:
        put(self.kicker, "probe.form.kicker", serial=serial)
        put(self.title, f"probe.form.{what}")
        put(self, f"probe.form.{what}", "setWindowTitle")
        put(self.back, "probe.form.back")
        put(self.save, f"probe.form.{what}_save")
        self.why.show()

    def _save(self) -> None:
        self.proof.clear_faults()
        for field in (self.at_c, self.u_c, self.error_c):
            if field.value() and field.number() is None:
                self.proof.show_fault(field, say("temperature_page.probe_form.number_wrong"))
                return
        self.saved.emit()

    def changes(self) -> Mapping[str, str]:
        """The fields that differ from what was shown; ``place`` is a code."""
        assert self._held is not None
        typed = {
            "serial": self.serial.value(),
            "place": self.place.value(),
            "zh": self.zh.value(),
            "en": self.en.value(),
            "sits": self.sits.value(),
            "interval_s": self.interval.value(),
        }
        return {name: value for name, value in typed.items() if name == "place" or value != getattr(self._held, name)}

    def probe(self) -> Probe:
        """The probe as typed; a certificate only where its number was typed."""
        name = self.zh.value() or self.en.value() or f"{self.place.currentText()} · {self.sits.currentText()}"
        made = Probe(
            "",
            self.serial.value(),
            self.place.value(),
            self.zh.value() or name,
            self.en.value() or self.zh.value() or name,
            self.sits.value(),
            interval_s=self.interval.value(),
        )
        return replace(made, certificates=(self._certificate(),)) if self.number.value() else made

    def _certificate(self) -> dict[str, object]:
        calibrated = self.calibrated_on.day()
        due = iso(self.due_on) or (usual_due(calibrated).isoformat() if calibrated is not None else "")
        at_c, u_c, error_c = (field.number() for field in (self.at_c, self.u_c, self.error_c))
        points = [[str(at_c), str(u_c), str(error_c or 0)]] if at_c is not None and u_c is not None else []
        return {
            "number": self.number.value(),
            "calibrated_on": iso(self.calibrated_on),
            "due_on": due,
            "points": points,
        }

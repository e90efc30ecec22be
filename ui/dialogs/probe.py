"""A probe registered: whose files are its own, where it measures, how well."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cellguide.probes import POSITIONS, Probe, usual_due
from ui import kit
from ui.dialogs.days import iso
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, DateField, Form, NumberField, TextField
from ui.language import put, say


class ProbeDialog(Dialog):
    """Signals: ``saved()``: read ``probe()``; the caller answers with ``accept()`` or ``show_error``."""

    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=760)
        put(self.kicker, "temperature_page.probe_form.kicker")
        put(self.title, "temperature_page.probe_form.title")
        put(self, "temperature_page.probe_form.title", "setWindowTitle")
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
        self.body.addWidget(kit.rule())
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
        self.add_back("temperature_page.probe_form.back")
        self.add_key("temperature_page.probe_form.save").clicked.connect(self._save)

    def show_places(self, devices: Sequence[Choice], serial: str = "", place: str = "") -> None:
        """Offer the devices; ``serial`` as a file said it."""
        self.place.show_choices(devices)
        self.place.choose(place)
        self.serial.setText(serial)
        (self.zh if serial else self.serial).setFocus()

    def _save(self) -> None:
        self.proof.clear_faults()
        for field in (self.at_c, self.u_c, self.error_c):
            if field.value() and field.number() is None:
                self.proof.show_fault(field, say("temperature_page.probe_form.number_wrong"))
                return
        self.saved.emit()

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
        if not self.number.value():
            return made
        return Probe(
            **{name: getattr(made, name) for name in Probe.__slots__} | {"certificates": (self._certificate(),)}
        )

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

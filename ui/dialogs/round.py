"""Reading by hand: a round at a device begun as a walk, and a shipper's display with its photograph."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form, NumberField
from ui.kit import Elided
from ui.language import put, say

KINDS = ("round", "round-monthly", "round-yearly")


class RoundDialog(Dialog):
    """Signals: ``begun(str, str)``: the device's code, one of KINDS; the caller answers with ``accept()`` or
    ``show_error``."""

    begun = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=560)
        put(self.kicker, "temperature_page.round.kicker")
        put(self.title, "temperature_page.round.title")
        put(self, "temperature_page.round.title", "setWindowTitle")
        self.body.addWidget(kit.words("temperature_page.round.help", tone="quiet", wrap=True))
        self.form = Form(columns=2)
        self.device = ChoiceField()
        self.kind = ChoiceField().offer(*((name, f"temperature_page.round.kind_{name}") for name in KINDS))
        self.form.add_row("temperature_page.round.device", self.device)
        self.form.add_row("temperature_page.round.kind", self.kind)
        self.body.addWidget(self.form)
        self.add_back("temperature_page.round.back")
        self.key = self.add_key("temperature_page.round.begin", decides=False)
        self.key.clicked.connect(lambda: self.begun.emit(self.device.value(), self.kind.value()))

    def show_devices(self, devices: Sequence[Choice], chosen: str) -> None:
        """Offer the devices that rounds are made at."""
        self.device.show_choices(devices)
        self.device.choose(chosen)
        self.key.setEnabled(bool(devices))


class ShipperReadingDialog(Dialog):
    """Signals: ``saved()``: read ``c()``, ``photo()``, ``upright``; the caller answers with ``accept()`` or
    ``show_error``."""

    saved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=560)
        put(self.kicker, "temperature_page.shipper.kicker")
        put(self, "temperature_page.shipper.kicker", "setWindowTitle")
        self._path = ""
        self.form = Form()
        self.c_field = NumberField(unit="°C")
        self.form.add_row("temperature_page.shipper.c", self.c_field, help_key="temperature_page.shipper.c_help")
        self.body.addWidget(self.form)
        self.upright = put(QCheckBox(), "temperature_page.shipper.upright")
        self.body.addWidget(self.upright)
        self._name = Elided(tone="quiet")
        choose = kit.key("temperature_page.shipper.photo", icon="camera")
        choose.setMinimumHeight(44)
        choose.clicked.connect(self._choose)
        self.body.addLayout(kit.row(choose, self._name, gap=12))
        self.add_back("temperature_page.shipper.back")
        self.add_key("temperature_page.shipper.save").clicked.connect(self._save)

    def show_shipper(self, name: str) -> None:
        """Which shipper is read."""
        self.title.setText(name)
        self.c_field.setFocus()

    def choose_photo(self, path: str) -> None:
        """Take the photograph of the display."""
        self._path = path
        self._name.show_text(Path(path).name)

    def _choose(self) -> None:
        chooser = QFileDialog(self, say("temperature_page.shipper.photo"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setNameFilter("*.jpg *.jpeg *.png")
        chooser.fileSelected.connect(self.choose_photo)
        chooser.open()

    def c(self) -> Decimal:
        """°C as typed; only after ``saved``."""
        found = self.c_field.number()
        assert found is not None
        return found

    def photo(self) -> bytes:
        """The photograph's bytes. Raises OSError."""
        return Path(self._path).read_bytes()

    def _save(self) -> None:
        self.form.clear_faults()
        typed = self.c_field.value()
        if self.c_field.number() is None:
            self.form.show_fault(self.c_field, say("temperature_page.shipper.number_needed"))
        elif typed[0] not in "+-−－＋":  # UI-03: 150 may be meant as −150
            self.form.show_fault(self.c_field, say("temperature_page.shipper.sign_needed", given=typed))
        elif not self._path:
            self.show_error(say("temperature_page.shipper.photo_needed"))
        else:
            self.saved.emit()

"""A calibration certificate: number, laboratory, days, points, what was found before adjustment, and its file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from cellguide.probes import AS_FOUND
from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, DateField, Form, NumberField, TextField
from ui.kit import Elided
from ui.language import follow, put, say
from ui.pages.panel import Note, Panel

POINTS, POINTS_MAX = 2, 6
SIGNS = "+-−－＋"


class _Points(QWidget):
    """Rows of point, uncertainty and error. A row that is wholly empty does not count."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        for place, name in enumerate(("at_c", "u_c", "error_c")):
            self._grid.addWidget(kit.words(f"probe.certificate.{name}", "small", "quiet", wrap=True), 0, place)
            self._grid.setColumnStretch(place, 1)
        self.rows: list[tuple[NumberField, NumberField, NumberField]] = []
        for _ in range(POINTS):
            self.add_row()
        follow(self)

    def add_row(self) -> None:
        """One more point, up to the most that certificates have."""
        if len(self.rows) == POINTS_MAX:
            return
        fields = (NumberField(unit=""), NumberField(unit=""), NumberField(unit=""))
        for place, field in enumerate(fields):
            field.setMaximumWidth(16_777_215)
            self._grid.addWidget(field, len(self.rows) + 1, place)
        self.rows.append(fields)
        self.retranslate()

    def retranslate(self) -> None:
        for n, fields in enumerate(self.rows, 1):
            for name, field in zip(("at_c", "u_c", "error_c"), fields, strict=True):
                what = say(f"probe.certificate.{name}")
                field.setAccessibleName(say("probe.certificate.field", n=n, what=what))


class Typed(NamedTuple):
    """The points as decimal strings (nominal, U, error), or why they cannot be taken."""

    points: tuple[tuple[str, str, str], ...]
    fault: str = ""


class CertificateDialog(Dialog):
    """Signals: ``saved()``: read ``number``, ``lab``, ``calibrated_on``, ``due_on``, ``as_found``, ``points()``,
    ``file()``; the caller answers with ``accept()`` or ``show_error`` · ``failing()``: it was found wrong, the caller
    may ``show_doubt``."""

    saved = Signal()
    failing = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=820)
        self._path = ""
        put(self.title, "probe.certificate.title")
        put(self, "probe.certificate.title", "setWindowTitle")
        self.form = Form(columns=3)
        self.number, self.lab = TextField(), TextField(free=True)
        self.calibrated_on, self.due_on, self.as_found = DateField(), DateField(), ChoiceField()
        for name in ("number", "lab", "as_found", "calibrated_on", "due_on"):
            self.form.add_row(f"probe.certificate.{name}", getattr(self, name))
        self.body.addWidget(self.form)
        self.body.addWidget(kit.words("probe.certificate.points", "large", bold=True))
        self.rows = _Points()
        self.body.addWidget(self.rows)
        more = kit.key("probe.certificate.add", "link", icon="plus")
        more.clicked.connect(self.rows.add_row)
        self._name = Elided(tone="quiet")
        choose = kit.key("probe.certificate.file", icon="folder")
        choose.setMinimumHeight(44)
        choose.clicked.connect(self._choose)
        line = kit.row(more, choose, self._name, gap=12)
        line.setStretch(2, 1)
        self.body.addLayout(line)
        self.notes = Panel()
        self.body.addWidget(self.notes)
        self.as_found.chosen.connect(lambda _value: self._doubt())
        self.calibrated_on.editingFinished.connect(self._doubt)
        self.add_back("probe.certificate.back")
        self.add_key("probe.certificate.save").clicked.connect(self._save)
        self.retranslate()

    def show_probe(self, serial: str, device: str) -> None:
        """Whose certificate it is."""
        put(self.kicker, "probe.certificate.kicker", serial=serial, device=device)
        self.number.setFocus()

    def show_doubt(self, note: Note | None) -> None:
        """What a failure will throw into doubt."""
        self.notes.show_notes((note,) if note is not None else ())
        self._fit()

    def _doubt(self) -> None:
        if self.as_found.value() == "fail" and self.calibrated_on.day() is not None:
            self.failing.emit()
        else:
            self.show_doubt(None)

    def choose_file(self, path: str) -> None:
        """Take the certificate's file."""
        self._path = path
        self._name.show_text(Path(path).name)

    def _choose(self) -> None:
        chooser = QFileDialog(self, say("probe.certificate.file"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setNameFilter("*.pdf *.jpg *.jpeg *.png")
        chooser.fileSelected.connect(self.choose_file)
        chooser.open()

    def file(self) -> tuple[str, bytes] | None:
        """The file's name and bytes; None where none was chosen. Raises OSError."""
        return (Path(self._path).name, Path(self._path).read_bytes()) if self._path else None

    def points(self) -> Typed:
        """The calibration points. A cold one needs its sign: 150 may be meant as −150 (UI-03)."""
        found = []
        for n, row in enumerate(self.rows.rows, 1):
            texts = [field.value() for field in row]
            if not any(texts):
                continue
            at_c, u_c, error_c = (field.number() for field in row)
            if at_c is None or u_c is None or (texts[2] and error_c is None):
                return Typed((), say("probe.certificate.number_wrong", n=n))
            if at_c and texts[0][0] not in SIGNS:
                return Typed((), say("probe.certificate.sign_needed", n=n, given=texts[0]))
            found.append((str(at_c), str(u_c), str(error_c or 0)))
        return Typed(tuple(found))

    def _save(self) -> None:
        self.form.clear_faults()
        self.show_error("")
        for field in (self.calibrated_on, self.due_on):
            if field.day() is None and (field is self.calibrated_on or field.value()):
                self.form.show_fault(field, say("probe.certificate.date_wrong"))
                return
        if not self.as_found.value():
            self.form.show_fault(self.as_found, say("probe.certificate.as_found_needed"))
            return
        fault = self.points().fault
        if fault:
            self.show_error(fault)
            return
        self.saved.emit()

    def retranslate(self) -> None:
        if hasattr(self, "_name"):
            # What was found before adjustment is a decision: nothing stands there before a person has chosen it.
            nothing = Choice("", say("probe.certificate.choose"))
            self.as_found.show_choices([nothing, *(Choice(name, say(f"probe.as_found.{name}")) for name in AS_FOUND)])
            if not self._path:
                self._name.show_text(say("probe.certificate.no_file"))
        super().retranslate()

"""Documents of the holder: a reference in words or a file, and the day until which it holds (clinical-review E25)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from cellguide.orders import Evidence
from ui import kit
from ui.dialogs.days import iso
from ui.forms import DateField, TextField
from ui.kit import Elided
from ui.language import put, say


class EvidenceRows(QWidget):
    """One line per document: its name, a reference, its last day, its file."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        self._texts: dict[str, TextField] = {}
        self._until: dict[str, DateField] = {}
        self._shown: dict[str, Elided] = {}
        self._paths: dict[str, str] = {}
        for line, name in enumerate(names):
            caption = kit.words(f"order.field.{name}", "small", "quiet", wrap=True)
            text, until = TextField(free=True), DateField()
            put(text, "orders_page.form.reference", "setPlaceholderText")
            put(text, f"order.field.{name}", "setAccessibleName")
            put(until, "orders_page.form.until", "setPlaceholderText")
            put(until, "orders_page.form.until", "setAccessibleName")
            caption.setBuddy(text)
            choose = kit.key("orders_page.form.choose_file", icon="folder")
            choose.setMinimumHeight(40)
            choose.clicked.connect(lambda _on=False, name=name: self._choose(name))
            shown = Elided(size="small", tone="quiet")
            shown.setMinimumWidth(110)
            for column, part in enumerate((caption, text, until, choose, shown)):
                grid.addWidget(part, line, column)
            self._texts[name], self._until[name], self._shown[name] = text, until, shown

    def show_evidence(self, held: Mapping[str, Evidence]) -> None:
        """Start from what was filed."""
        for name, text in self._texts.items():
            evidence = held.get(name, Evidence())
            text.setText(evidence.text)
            self._until[name].setText(evidence.until)
            self._shown[name].show_text(say("orders_page.form.filed") if evidence.sha256 else "")

    def choose_file(self, name: str, path: str) -> None:
        """Take a document's file."""
        self._paths[name] = path
        self._shown[name].show_text(Path(path).name)

    def _choose(self, name: str) -> None:
        chooser = QFileDialog(self, say("orders_page.form.choose_file"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda path: self.choose_file(name, path))
        chooser.open()

    def evidence(self, before: Mapping[str, Evidence]) -> dict[str, Evidence]:
        """What stands there; a file filed before stays filed."""
        return {
            name: Evidence(before.get(name, Evidence()).sha256, text.value(), iso(self._until[name]))
            for name, text in self._texts.items()
        }

    def files(self) -> dict[str, bytes]:
        """The chosen files' bytes. Raises OSError where one cannot be read."""
        return {name: Path(path).read_bytes() for name, path in self._paths.items()}

"""The identity table with the photograph beside it, and the boxes that say what the rules found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui import kit, theme
from ui.kit import Key
from ui.language import say
from ui.runner.photo import Picture
from ui.runner.values import Box, IdentityRow

_ICONS = {"alarm": "warning", "warn": "warning", "info": "info", "ok": "check"}
KEYS = {"rescan": ("", "scan"), "dispute": ("alarm", ""), "clear": ("", "key"), "correct": ("", "")}


class PhotoPanel(QFrame):
    """The photograph to read from, with its caption below it."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = Picture(QSize(100, 90))
        self.caption = kit.label(size="small", tone="quiet", wrap=True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = kit.column(self, gap=6)
        column.addWidget(self.picture, 1)
        column.addWidget(self.caption)
        self.setFixedWidth(112)

    def show_photo(self, image: QImage, caption: str) -> None:
        """Show a photograph from the store."""
        self.picture.show_image(image)
        self.picture.setAccessibleName(caption)
        self.caption.setText(caption)


class IdentityTable(QWidget):
    """Order against label, layer by layer; a row that does not match differs in shape, word and colour."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(0)
        for place, share in enumerate((5, 5, 5, 3)):
            self._grid.setColumnStretch(place, share)

    def show_rows(self, rows: Sequence[IdentityRow]) -> None:
        """Show the layers; the accessible name reads every row aloud."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, key in enumerate(("item", "order", "label")):
            self._put(kit.label(say(f"runner.identity.{key}"), "small", "quiet"), 0, place, wrong=False)
        self._put(QLabel(), 0, 3, wrong=False)
        for line, row in enumerate(rows, 1):
            wrong = row.mark.tone == "alarm"
            cells: list[QLabel] = [kit.label(text, "small", bold=wrong, wrap=True) for text in row[:3]]
            if wrong:
                for cell in cells:
                    cell.setStyleSheet(f"color: {theme.colour('alarm_deep')};")
            sign = "× " if wrong else ""
            pill = kit.pill(row.mark._replace(text=sign + row.mark.text))
            for place, cell in enumerate([*cells, pill]):
                self._put(cell, line, place, wrong=wrong)
        self.setAccessibleName("; ".join(f"{row.name}: {row.order}, {row.label}, {row.mark.text}" for row in rows))

    def _put(self, cell: QLabel, line: int, place: int, *, wrong: bool) -> None:
        host = QFrame()
        host.setProperty("kit", "wrongrow" if wrong else "idrow")
        column = kit.column(host, (6, 5, 2, 5), gap=0)
        column.addWidget(cell)
        self._grid.addWidget(host, line, place)


def identity_line(rows: Sequence[IdentityRow], photo: QImage, caption: str) -> QHBoxLayout:
    """The photograph, where there is one, and the table beside it, where there is one."""
    line = kit.row(gap=14)
    if not photo.isNull():
        panel = PhotoPanel()
        panel.show_photo(photo, caption)
        if not rows:  # something is to be read from it: a seal's number, a date
            panel.setFixedWidth(300)
            panel.picture.setMinimumSize(QSize(280, 190))
        line.addWidget(panel)
    if not rows:
        line.addStretch(1)
        return line
    table = IdentityTable()
    table.show_rows(rows)
    column = kit.column(gap=0)
    column.addWidget(table)
    column.addStretch(1)
    line.addLayout(column, 1)
    return line


class BoxView(QFrame):
    """One finding: sign, title, sentence, and the keys that are open now.

    Signals: ``pressed(str)``: rescan, dispute, clear or correct.
    """

    pressed = Signal(str)

    def __init__(self, box: Box, *, compact: bool = False) -> None:
        super().__init__()
        self.setProperty("kit", "mismatch" if box.tone == "alarm" else "card")
        if box.tone != "alarm":
            self.setProperty("tone", box.tone)
        outer: QVBoxLayout = kit.column(self, (12, 6, 8, 8) if compact else (16, 12, 16, 12), gap=4 if compact else 10)
        sign = kit.picture(_ICONS[box.tone], "alarm" if box.tone == "alarm" else box.tone, 24)
        title = kit.label(box.title, bold=True, wrap=True)
        if box.tone == "alarm":
            title.setStyleSheet(f"color: {theme.colour('alarm_deep')};")
        text = kit.label(box.text, wrap=True)
        self.keys: dict[str, Key] = {}
        for name in box.keys:
            look, icon = KEYS[name]
            key = kit.key(f"runner.key.{name}", look, icon="" if compact else icon)
            key.setMinimumHeight(44)
            key.setEnabled(name not in box.closed)
            key.clicked.connect(lambda _on=False, name=name: self.pressed.emit(name))
            self.keys[name] = key
        row = kit.row(gap=14)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{box.title} {box.text}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        if compact:  # the window is low: the keys stand beside the title, above the words
            row.addWidget(title, 1)
            kit.fill(row, self.keys.values())
            outer.addLayout(row)
            outer.addWidget(text)
            return
        words = kit.column(gap=2)
        words.addWidget(title)
        words.addWidget(text)
        row.addLayout(words, 1)
        outer.addLayout(row)
        if self.keys:
            outer.addLayout(kit.row(None, *self.keys.values(), gap=10))

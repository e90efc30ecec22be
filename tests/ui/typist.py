"""Sends keys with times of their own, so that speed is a number and no test sleeps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget


class Typist:
    """A pair of hands, or a scanner."""

    def __init__(self) -> None:
        self.now_ms = 100_000

    def press(self, widget: QWidget, key: int, text: str = "", *, after_ms: int = 5, alt: bool = False,
              control: bool = False, repeat: bool = False) -> None:  # fmt: skip
        self.now_ms += after_ms
        held = Qt.KeyboardModifier.NoModifier
        if alt:
            held |= Qt.KeyboardModifier.AltModifier
        if control:
            held |= Qt.KeyboardModifier.ControlModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, held, text, repeat)
            event.setTimestamp(self.now_ms)
            if kind is QEvent.Type.KeyPress or key != Qt.Key.Key_Alt:
                QApplication.sendEvent(widget, event)

    def release_alt(self, widget: QWidget) -> None:
        event = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Alt, Qt.KeyboardModifier.NoModifier, "")
        event.setTimestamp(self.now_ms)
        QApplication.sendEvent(widget, event)

    def write(self, widget: QWidget, text: str, *, gap_ms: int = 120) -> None:
        for sign in text:
            self.press(widget, ord(sign.upper()) if sign.isascii() else 0, sign, after_ms=gap_ms)

    def scan(self, widget: QWidget, text: str) -> None:
        self.now_ms += 2_000
        self.write(widget, text, gap_ms=6)
        self.enter(widget, after_ms=6)

    def enter(self, widget: QWidget, *, after_ms: int = 2_000) -> None:
        self.press(widget, Qt.Key.Key_Return, "\r", after_ms=after_ms)

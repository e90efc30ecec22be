"""Keyboard-wedge scanners: told from typing by speed, kept away from every widget (engineering-review 17; formats 3.3).

A printable key is held back for one gap; if no other follows it is typing and goes on to its widget, if six come
faster than a hand can it is a scan, and neither its characters nor its closing Enter reach anything. The group
separator survives in the three forms in which it arrives (text U+001D, Ctrl+], Alt+0029), and as a stand-in
character where the site has set one.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

GS = "\x1d"
_END = {"enter": (Qt.Key.Key_Return, Qt.Key.Key_Enter), "tab": (Qt.Key.Key_Tab,), "none": ()}
_SILENT = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)
_ALT_CODES = ("0029", "029", "29")


class ScannerSetup(NamedTuple):
    """How this station's scanner speaks.

    ``prefix``: characters it sends first, ``""`` for none · ``terminator``: enter, tab or none · ``stand_in``: a
    character it sends for GS, ``""`` for none · ``gap_ms``: the longest pause inside a scan · ``least``: characters
    that make a scan where no prefix says so.
    """

    prefix: str = ""
    terminator: str = "enter"
    stand_in: str = ""
    gap_ms: int = 30
    least: int = 6


class _Held(NamedTuple):
    target: QWidget
    key: int
    modifiers: Qt.KeyboardModifier
    text: str
    at_ms: int


class ScanFilter(QObject):
    """The application-wide filter; times come from the events themselves.

    Signals: ``scanned(str)``: untrusted text, GS as U+001D, prefix and terminator taken off.
    """

    scanned = Signal(str)

    def __init__(self, app: QApplication, setup: ScannerSetup | None = None) -> None:
        super().__init__(app)
        self.setup = setup or ScannerSetup()
        self._held: list[_Held] = []
        self._alt = ""
        self._ended_ms: int | None = None
        self._replaying = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._waited)
        app.installEventFilter(self)

    def configure(self, setup: ScannerSetup) -> None:
        """Take another scanner's habits."""
        self.settle()
        self.setup = setup

    def feed(self, untrusted_text: str) -> None:
        """Take a scan that came another way (serial port, HID-POS)."""
        self.scanned.emit(untrusted_text)

    def settle(self) -> None:
        """Decide now about what is held back: a scan, or typing that goes on to its widget."""
        self._timer.stop()
        held, self._held = self._held, []
        if self._is_scan(held, ended=False):
            self._ended_ms = held[-1].at_ms
            self._emit(held)
        else:
            self._replay(held)

    def _is_scan(self, held: list[_Held], *, ended: bool) -> bool:
        text = "".join(item.text for item in held)
        prefix = self.setup.prefix
        if ended and prefix and text.startswith(prefix) and len(text) > len(prefix) and self._is_fast(held):
            return True
        return len(text) >= self.setup.least and self._is_fast(held)

    def _is_fast(self, held: list[_Held]) -> bool:
        gaps = [after.at_ms - before.at_ms for before, after in itertools.pairwise(held)]
        return bool(gaps) and sorted(gaps)[len(gaps) // 2] < self.setup.gap_ms

    def _emit(self, held: list[_Held]) -> None:
        untrusted_text = "".join(item.text for item in held).removeprefix(self.setup.prefix)
        if self.setup.stand_in:
            untrusted_text = untrusted_text.replace(self.setup.stand_in, GS)
        self.scanned.emit(untrusted_text)

    def _replay(self, held: list[_Held]) -> None:
        self._replaying = True
        try:
            for item in held:
                if shiboken6.isValid(item.target):
                    typed = QKeyEvent(QEvent.Type.KeyPress, item.key, item.modifiers, item.text)
                    typed.setTimestamp(item.at_ms)
                    QCoreApplication.sendEvent(item.target, typed)
        finally:
            self._replaying = False

    def _waited(self) -> None:
        # A busy window may have let the timer win against keys that were already waiting: one more round first.
        QTimer.singleShot(0, self, self._settle_if_idle)

    def _settle_if_idle(self) -> None:
        if not self._timer.isActive():
            self.settle()

    def _hold(self, target: QWidget, event: QKeyEvent, text: str) -> bool:
        if self._held and event.timestamp() - self._held[-1].at_ms > 2 * self.setup.gap_ms:
            self.settle()
        if not (text == GS and self._held and self._held[-1].text == GS):  # one separator may arrive in two forms
            self._held.append(_Held(target, event.key(), event.modifiers(), text, event.timestamp()))
        self._timer.start(self.setup.gap_ms + 10)
        return True

    def _press(self, target: QWidget, event: QKeyEvent) -> bool:
        code, modifiers = event.key(), event.modifiers()
        if code in _SILENT:
            return False
        if modifiers & Qt.KeyboardModifier.AltModifier and event.text().isdigit():
            self._alt += event.text()
            return True
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if event.text() == GS or (control and code == Qt.Key.Key_BracketRight):
            return self._hold(target, event, GS)
        if code in _END[self.setup.terminator]:
            return self._end(event)
        printable = bool(event.text()) and event.text().isprintable()
        plain = not control and not modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier)
        if printable and plain and not event.isAutoRepeat():
            return self._hold(target, event, event.text())
        if self._held:
            self.settle()
        return False

    def _end(self, event: QKeyEvent) -> bool:
        held = self._held
        if held and self._is_scan(held, ended=True):
            self._timer.stop()
            self._held = []
            self._ended_ms = None
            self._emit(held)
            return True
        if held:
            self.settle()
            return False
        late = self._ended_ms is not None and 0 <= event.timestamp() - self._ended_ms < 500
        self._ended_ms = None
        return late

    def _release(self, target: QWidget, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Alt and self._alt:
            code, self._alt = self._alt, ""
            if code in _ALT_CODES:
                return self._hold(target, event, GS)
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._replaying or not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._press(watched, event)
        if event.type() == QEvent.Type.KeyRelease:
            return self._release(watched, event)
        return False


# Both cases, the signs that wrong keyboard layouts change (ISBT 128 uses =, &, <, >, $ and brackets), GS, digits.
TEST_SYMBOL = "CellGuide+=&/<>;'()#$%!\\]-" + GS + "0123456789AbCz"


def visible(untrusted_text: str) -> str:
    """Return a scan as a person may read it; the bundled face has no pictures of control characters.

    >>> visible("10ABC\\x1d17271231")
    '10ABC‹GS›17271231'
    """
    plain = untrusted_text.replace(GS, "‹GS›")
    return "".join(f"‹{ord(sign):02X}›" if ord(sign) < 0x20 else sign for sign in plain)


def scanner_faults(untrusted_text: str, expected: str = TEST_SYMBOL) -> list[str]:
    """Say what is wrong with a scanner from what arrived of the test symbol; empty where nothing is.

    Codes: ``input_method`` (full-width or Chinese signs), ``gs_lost``, ``case`` (Caps Lock), ``cut`` (characters are
    missing or too many), ``layout`` (other characters: another keyboard layout).

    >>> scanner_faults(TEST_SYMBOL.replace(GS, ""))
    ['gs_lost']
    >>> scanner_faults(TEST_SYMBOL.swapcase())
    ['case']
    """
    if untrusted_text == expected:
        return []
    faults = []
    if any(ord(sign) > 0x7F for sign in untrusted_text):
        faults.append("input_method")
    if GS in expected and GS not in untrusted_text:
        faults.append("gs_lost")
    got, want = untrusted_text.replace(GS, ""), expected.replace(GS, "")
    if got != want and got.casefold() == want.casefold():
        faults.append("case")
    elif len(got) != len(want):
        faults.append("cut")
    elif got != want and "input_method" not in faults:
        faults.append("layout")
    return faults or ["layout"]

"""Which key presses what, everywhere (engineering-review 17; DESIGN 0.8).

Space presses nothing outside text. Enter never presses a key that decides; in a line of text it goes on to the next
field, on an ordinary key it presses, unless characters were arriving just before (a scanner too slow to be known as
one ends with Enter). F10 presses the one key of the topmost window that decides.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLineEdit, QWidget

SETTLE_MS = 400  # Enter this soon after a character that no text field took is taken for a scanner's end.
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# By name: a type that Python mentions is loaded, and the sign-in page has none of these.
_TEXTS = ("QLineEdit", "QPlainTextEdit", "QTextEdit", "QAbstractSpinBox")
_OWN_ENTER = ("QPlainTextEdit", "QTextEdit", "QAbstractItemView", "QMenu")


def takes_text(widget: QObject) -> bool:
    """Say whether typed characters belong to this widget."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return any(widget.inherits(name) for name in _TEXTS)


def deciding_key(scope: QWidget) -> QAbstractButton | None:
    """Return the one visible, enabled key in ``scope`` that decides; None where there is none or more than one."""
    found = [
        b for b in scope.findChildren(QAbstractButton) if b.property("decides") and b.isVisible() and b.isEnabled()
    ]
    return found[0] if len(found) == 1 else None


class KeyRules(QObject):
    """The application-wide filter. Install it before the scan filter, which must see every key first."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._stray_ms: int | None = None
        app.installEventFilter(self)

    def _enter(self, widget: QWidget, event: QKeyEvent) -> bool:
        if any(widget.inherits(name) for name in _OWN_ENTER):
            return False
        if widget.window().windowType() == Qt.WindowType.Popup:
            return False
        if isinstance(widget, QAbstractButton):
            stray = self._stray_ms is not None and 0 <= event.timestamp() - self._stray_ms < SETTLE_MS
            if not (stray or event.isAutoRepeat() or widget.property("decides")):
                widget.click()
            return True
        if isinstance(widget, QLineEdit) and widget.property("enter") == "submit":
            return False
        if takes_text(widget) or isinstance(widget, QComboBox):
            widget.window().focusNextPrevChild(True)
            return True
        return isinstance(widget.window(), QDialog)

    def _confirm(self, widget: QWidget) -> None:
        scope = QApplication.activeModalWidget() or widget.window()
        chosen = deciding_key(scope)
        if chosen is not None:
            chosen.click()

    def _press(self, widget: QWidget, event: QKeyEvent) -> bool:
        code = event.key()
        if code == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if not event.isAutoRepeat():
                self._confirm(widget)
            return True
        if code in _ENTER:
            return self._enter(widget, event)
        if not takes_text(widget):
            if event.text():
                self._stray_ms = event.timestamp()
            return code == Qt.Key.Key_Space
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):  # every paint comes by here too
            return False
        if event.type() == QEvent.Type.KeyPress:
            return self._press(watched, event)
        if event.type() == QEvent.Type.KeyRelease:
            return event.key() == Qt.Key.Key_Space and not takes_text(watched)
        return False

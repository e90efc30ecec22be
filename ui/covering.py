"""Dialogs and covers: under sign-in and the locked screen no dialog shows but one that names no patient (REG-004).

What was half filled is hidden by the lock and comes back to the person who filled it; what some work would open
meanwhile (the next signature, the end of a reading) waits for the same person; nobody else gets either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from ui.frame import Frame

if TYPE_CHECKING:
    from ui.dialogs.dialog import Dialog


class CoveredDialogs(QObject):
    """The dialogs that wait. ``locked``: whether somebody's session waits behind the cover."""

    def __init__(self, frame: Frame, locked: Callable[[], bool]) -> None:
        super().__init__(frame)
        self._frame, self._locked = frame, locked
        self._waiting: list[Dialog] = []
        frame.dialog_held.connect(self._hold_back)

    def put_away(self) -> None:
        """The lock falls: ours keep what was typed, the system's are closed."""
        from ui.dialogs.dialog import Dialog

        for shown in QApplication.topLevelWidgets():
            if not (shown.isModal() and shown.isVisible()):
                continue
            if not isinstance(shown, Dialog):
                shown.close()
            elif not shown.over_covers:
                shown.put_away()
                self._waiting.append(shown)

    def bring_back(self) -> None:
        """The same person is here again: the lowest first, so that each stands on what it stood on."""
        waiting, self._waiting = [dialog for dialog in self._waiting if isValid(dialog)], []
        for dialog in sorted(waiting, key=_depth):
            dialog.bring_back()

    def give_up(self) -> None:
        """Somebody else sits down: what waited was for nobody."""
        waiting, self._waiting = self._waiting, []
        for dialog in waiting:
            if isValid(dialog):
                dialog.give_up()

    def look(self, watched: QObject, event: QEvent) -> None:
        """The system's own dialogs cannot be held back: one that opens under a cover is closed at once."""
        if event.type() != QEvent.Type.Show or self._frame.is_working():
            return
        from ui.dialogs.dialog import Dialog

        if isinstance(watched, QDialog) and not isinstance(watched, Dialog):
            QTimer.singleShot(0, watched, watched.reject)

    def _hold_back(self, dialog: Dialog) -> None:
        if self._locked():
            self._waiting.append(dialog)
        else:
            dialog.give_up()


def _depth(widget: QWidget) -> int:
    """How many windows a dialog stands on."""
    below = widget.parentWidget()
    return 0 if below is None else 1 + _depth(below)

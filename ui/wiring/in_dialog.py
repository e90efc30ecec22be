"""An act behind an open dialog: a refusal is said in the dialog, never behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cellguide.refusal import Refusal
from ui.dialogs.dialog import Dialog
from ui.station import Station, sentence

T = TypeVar("T")


def act_in(station: Station, dialog: Dialog, work: Callable[[], T]) -> T | None:
    """Do something that may be refused; closes the dialog when it is done, and None comes back when it was not."""
    try:
        station.parts.faults.require_sound()
        result = work()
    except Refusal as refusal:
        dialog.show_error(sentence(refusal))
        return None
    dialog.show_busy("")
    dialog.accept()
    station.changed.emit()
    return result

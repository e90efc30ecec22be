"""The QApplication: face, style, language, key rules, scanner, and what happens when the program itself fails."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from cellguide.refusal import Refusal
from cellguide.words import Lang
from ui import theme
from ui.keys import KeyRules
from ui.language import language
from ui.scan import ScanFilter, ScannerSetup

LOG = logging.getLogger("cellguide.ui")


class Parts(NamedTuple):
    """What the wiring gets: the application, its scanner filter, its fault guard."""

    app: QApplication
    scanner: ScanFilter
    faults: Faults


class Faults(QObject):
    """A fault in the program is not a refusal: it is logged, shown once with a reference number, and from then on
    nothing is written until the program is started again (models 8.7).

    Signals: ``failed(str)``: the reference number, at the first fault.
    """

    failed = Signal(str)

    def __init__(self, name_reference: Callable[[], str] | None = None) -> None:
        super().__init__()
        self.reference = ""
        self.window: QWidget | None = None
        self._name = name_reference or (lambda: os.urandom(4).hex().upper())
        self.dialog: QWidget | None = None

    def install(self) -> None:
        """Take every exception that nobody caught, from slots and from the pool too."""
        sys.excepthook = self.caught

    def require_sound(self) -> None:
        """Refuse to write after a fault. Raises Refusal ``frame.stopped`` with the reference."""
        if self.reference:
            raise Refusal("frame.stopped", reference=self.reference)

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log the fault; show the first one."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        first = not self.reference
        self.reference = self.reference or self._name()
        LOG.critical("fault %s", self.reference, exc_info=(kind, error, trace))
        if first:
            self.failed.emit(self.reference)
            self._show()

    def _show(self) -> None:
        if QApplication.instance() is None:
            return
        from ui.dialogs.fault import FaultDialog

        dialog = FaultDialog(self.reference, self.window)
        dialog.quit_asked.connect(QApplication.quit)
        self.dialog = dialog
        dialog.open()


def dress_app(app: QApplication, lang: Lang = "zh") -> None:
    """Give an application the house's face, style and language."""
    theme.dress(app)
    language.now = lang
    language.load_qt_words()


def make_app(argv: Sequence[str], lang: Lang = "zh", scanner: ScannerSetup | None = None) -> Parts:
    """Make and dress the application once per process; the event loop is the caller's."""
    app = QApplication(list(argv))
    app.setApplicationName("CellGuide")
    app.setApplicationDisplayName("CellGuide")
    dress_app(app, lang)
    KeyRules(app)
    scan = ScanFilter(app, scanner)  # installed last, so that it sees every key first
    faults = Faults()
    faults.install()
    return Parts(app, scan, faults)

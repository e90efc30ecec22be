"""The runner as one widget: pause points left, the question in the middle, limits, clause and trail right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ui import kit
from ui.language import follow
from ui.runner import look
from ui.runner.exposure import ExposureStrip
from ui.runner.question import QuestionCard
from ui.runner.side import SideCards
from ui.runner.steps import StepsCard
from ui.runner.strip import Strip, StripLine
from ui.runner.values import ExposureLine, RunView

_LEFT, _LEFT_COMPACT, _SIDE = 236, 190, 276


class RunnerPanel(QWidget):
    """Shows a ``RunView``; knows no run. F9 stores the frame, Ctrl+Z takes the last answer back, Ctrl+T sets the time
    back, Ctrl+V pastes a picture, F6 goes to the next open run, F4 to the second person's list, F7 to
    the cold.

    Signals: those of ``StepsCard`` and ``QuestionCard`` (``steps`` and ``centre``), and ``retold()``: the language has
    changed and the view is wanted anew.
    """

    retold = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setStyleSheet(look.sheet())
        self.steps = StepsCard()
        self.exposure = ExposureStrip()
        self.strip = Strip()
        self.centre = QuestionCard()
        self.side = SideCards()
        middle = QWidget()
        column = kit.column(middle, gap=10)
        column.addWidget(self.exposure)
        column.addWidget(self.strip)
        column.addWidget(self.centre, 1)
        self._middle = middle
        row = kit.row(self.steps, middle, self.side, gap=14, owner=self)
        row.setStretch(1, 1)
        self.view: RunView | None = None
        self.compact = False
        self._side_shown = False
        for keys, slot in (
            ("F9", self.centre.shoot),
            ("Ctrl+Z", lambda: self.centre.pressed.emit("undo")),
            ("Ctrl+T", self._earlier),
            ("Ctrl+V", self.centre.paste),
            ("F6", self.steps.next_run_asked.emit),
            ("F4", self.steps.checks_asked.emit),
            ("F7", self.steps.cold.click),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        follow(self)
        self._arrange()

    def show_view(self, view: RunView, photo: QImage, *, editing: bool = False) -> None:
        """Show a run as it stands; the keyboard goes to the question's input."""
        self.view = view
        self.steps.show_steps(
            view.title, view.template, view.pauses, checks=view.checks, cold=view.cold, others=view.others,
            pieces=view.pieces,
        )  # fmt: skip
        self.side.show_run(view)
        if view.question is not None:
            self.centre.show_question(view.question, photo, editing=editing)
        else:
            self.centre.show_closing(view.gaps, view.title)

    def show_strip(self, lines: Sequence[StripLine], *, performer: bool) -> None:
        """Show what holds for the whole walk; ``performer``: the holder's operator is at work."""
        self.strip.show_lines(lines)
        self.centre.show_performer(performer)
        self.steps.pause.setEnabled(not any("resume" in line.keys for line in lines))

    def show_exposure(self, lines: Sequence[ExposureLine]) -> None:
        """Show how long containers have been out; called each second."""
        self.exposure.show_exposure(lines)

    def retranslate(self) -> None:
        self.steps.forget()
        self.side.forget()
        self.exposure.forget()
        self.retold.emit()

    def set_compact(self, compact: bool) -> None:
        """Take the form for low and narrow windows; the right column goes behind F2."""
        self.compact, self._side_shown = compact, False
        self.steps.set_compact(compact)
        self.centre.set_compact(compact)
        self.exposure.set_compact(compact)
        self.strip.set_compact(compact)
        self._arrange()
        self.retold.emit()

    def toggle_side(self) -> None:
        """Swap question and right column in the compact form."""
        if self.compact:
            self._side_shown = not self._side_shown
            self._arrange()

    def _arrange(self) -> None:
        self.steps.setFixedWidth(_LEFT_COMPACT if self.compact else _LEFT)
        self._middle.setVisible(not (self.compact and self._side_shown))
        self.side.setVisible(not self.compact or self._side_shown)
        if self.compact:
            self.side.setMinimumWidth(0)
            self.side.setMaximumWidth(16_777_215)
        else:
            self.side.setFixedWidth(_SIDE)

    def _earlier(self) -> None:
        if self.centre.earlier.isVisible():
            self.centre.earlier.toggle()

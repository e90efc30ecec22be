"""The exposure timer: large, for each container, from the opened lid until it stands in the cold."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QLabel

from ui import kit, theme
from ui.kit import Mark
from ui.language import say
from ui.runner import look
from ui.runner.values import ExposureLine


def minutes(seconds: int) -> str:
    """Seconds as m:ss.

    >>> minutes(128), minutes(7)
    ('2:08', '0:07')
    """
    return f"{seconds // 60}:{seconds % 60:02d}"


class ExposureStrip(QFrame):
    """Shown while a lid is open and not everything is in the cold; the word says what the colour says."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "card")
        self._icon = kit.picture("clock", "accent", 28)
        self.time = QLabel()
        self.time.setProperty("kit", "timer")
        self._name = kit.label(bold=True)
        self._word = kit.label(size="small", tone="quiet", wrap=True)
        words = kit.column(gap=0)
        words.addWidget(self._name)
        words.addWidget(self._word)
        self._pills = kit.row(gap=8)
        row = kit.row(self._icon, self.time, words, None, self._pills, gap=14, owner=self)
        row.setContentsMargins(18, 4, 18, 4)
        self._lines: tuple[ExposureLine, ...] = ()
        self.hide()

    def forget(self) -> None:
        """Draw anew next time (the language has changed)."""
        self._lines = ()

    def set_compact(self, compact: bool) -> None:
        """Smaller digits where the window is low."""
        theme.set_prop(self.time, small="true" if compact else "false")

    def show_exposure(self, lines: Sequence[ExposureLine]) -> None:
        """Show the one that has been out longest large, and each of several beside it; called each second."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        running = [line for line in lines if not line.placed]
        self.setVisible(bool(running))
        if not running:
            return
        worst = max(running, key=lambda line: line.seconds)
        self.time.setText(minutes(worst.seconds))
        theme.set_tone(self.time, worst.tone)
        theme.set_tone(self, worst.tone)
        self._icon.setPixmap(theme.picture("warning" if worst.tone else "clock", worst.tone or "accent", 28))
        self._name.setText(say("runner.exposure.title"))
        self._word.setText(say(f"runner.exposure.{worst.tone or 'running'}"))
        look.drop(self._pills)
        if len(lines) > 1:
            for line in lines:
                word = say("runner.exposure.placed") if line.placed else minutes(line.seconds)
                self._pills.addWidget(
                    kit.pill(Mark(f"{line.name} {word}", "ok" if line.placed else line.tone or "info"))
                )
        self.setAccessibleName(f"{self._name.text()} {self.time.text()} {self._word.text()}")

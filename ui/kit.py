"""The small pieces every page is made of: labels, pills, cards, keys, the page itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.language import follow, put

# The least target for gloved fingers (UI-07).
GLOVE_PX = 44


class Mark(NamedTuple):
    """A word with a tone: ``""``, ok, warn, alarm, info. The word carries the meaning, the colour repeats it."""

    text: str
    tone: str = ""


def label(text: str = "", size: str = "", tone: str = "", *, bold: bool = False, wrap: bool = False) -> QLabel:
    """Make a label showing a value. Sizes: tiny, small, "", large, title, head, digits."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if size:
        made.setProperty("scale", size)
    if tone:
        made.setProperty("tone", tone)
    if bold:
        made.setProperty("weight", "bold")
    made.setWordWrap(wrap)
    return made


def words(key: str, size: str = "", tone: str = "", *, bold: bool = False, wrap: bool = False) -> QLabel:
    """Make a label showing a sentence of the catalogue; it follows the language."""
    return put(label("", size, tone, bold=bold, wrap=wrap), key)


def pill(mark: Mark) -> QLabel:
    """Make a rounded word in a tone."""
    made = QLabel(mark.text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kit", "pill")
    made.setProperty("tone", mark.tone)
    made.setFixedHeight(22)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def picture(name: str, role: str = "text", pixels: int = 20) -> QLabel:
    """Make a label that shows an icon; the word beside it speaks for it."""
    made = QLabel()
    made.setPixmap(theme.picture(name, role, pixels))
    made.setFixedSize(pixels, pixels)
    return made


def rule() -> QFrame:
    """Make a hairline."""
    made = QFrame()
    made.setProperty("kit", "rule")
    made.setFixedHeight(1)
    return made


def stem(height: int = 20) -> QFrame:
    """Make an upright hairline."""
    made = QFrame()
    made.setProperty("kit", "stem")
    made.setFixedSize(1, height)
    return made


def card(
    tone: str = "", margins: tuple[int, int, int, int] = (16, 16, 16, 16), gap: int = 8
) -> tuple[QFrame, QVBoxLayout]:
    """Make a white card with 12 px corners and its column."""
    made = QFrame()
    made.setProperty("kit", "card")
    if tone:
        made.setProperty("tone", tone)
    return made, column(made, margins, gap)


def column(
    owner: QWidget | None = None, margins: tuple[int, int, int, int] = (0, 0, 0, 0), gap: int = 8
) -> QVBoxLayout:
    """Make a column layout."""
    made = QVBoxLayout(owner) if owner is not None else QVBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(gap)
    return made


def row(*items: QWidget | QLayout | int | None, gap: int = 8, owner: QWidget | None = None) -> QHBoxLayout:
    """Make a row; ``None`` stretches, a number is a fixed gap."""
    made = QHBoxLayout(owner) if owner is not None else QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    return fill(made, items)


def fill(layout: QHBoxLayout, items: Iterable[QWidget | QLayout | int | None]) -> QHBoxLayout:
    """Put items into a row: ``None`` stretches, a number is a fixed gap."""
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)
    return layout


class Key(QPushButton):
    """A button that is never the default of anything; Enter and Space are ruled by ``ui.keys``."""

    def __init__(self, look: str = "", *, big: bool = False, decides: bool = False, icon: str = "") -> None:
        super().__init__()
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setProperty("look", look)
        self.setProperty("big", "true" if big else "false")
        self.setProperty("decides", decides)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if big:
            self.setMinimumHeight(theme.size("key") + 4)
        if icon:
            role = {"primary": "on_accent", "alarm": "alarm", "link": "accent"}.get(look, "text")
            self.setIcon(theme.icon(icon, role, pad=8))
            self.setIconSize(QSize(24, 18))

    def setMinimumHeight(self, pixels: int) -> None:
        """A height asked for here outlives the stylesheet, whose own one is put on again at every polish."""
        super().setMinimumHeight(pixels)
        if pixels >= GLOVE_PX:
            theme.set_prop(self, glove="true")


def key(words_key: str, look: str = "", *, big: bool = False, decides: bool = False, icon: str = "") -> Key:
    """Make a key with a catalogue word. Looks: primary, alarm, link, pill, tab, ``""``.

    ``decides`` marks a key that confirms, accepts or signs: Enter never presses it, F10 does.
    """
    return put(Key(look, big=big, decides=decides, icon=icon), words_key)


class Elided(QLabel):
    """A one-line label that ends in … when it is too narrow; the whole text is its tooltip and accessible name."""

    def __init__(self, text: str = "", size: str = "", tone: str = "", *, bold: bool = False) -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for name, value in (("scale", size), ("tone", tone), ("weight", "bold" if bold else "")):
            if value:
                self.setProperty(name, value)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show ``text``, cut where there is no room."""
        self._whole = text
        self.setAccessibleName(text)
        self._cut()
        self.updateGeometry()

    @property
    def whole(self) -> str:
        """The text without any cut."""
        return self._whole

    def _cut(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 8))
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._whole) + 4, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while layout.count():
        item = layout.takeAt(0)
        assert item is not None
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()


def scroller(inside: QWidget) -> QScrollArea:
    """Make a frameless scroll area; Tab does not stop on it."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidget(inside)
    inside.setProperty("kit", "clear")
    made.viewport().setAutoFillBackground(False)
    inside.setAutoFillBackground(False)
    return made


class Page(QWidget):
    """A page of the window.

    Signals: ``titled(str)``: the text for the top bar.
    """

    titled = Signal(str)
    title_key = ""
    has_side = False

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.compact = False
        follow(self)

    def title(self) -> str:
        """What the top bar shows."""
        from ui.language import say

        return say(self.title_key)

    def retranslate(self) -> None:
        """Say anew what is composed of values and words; bound texts have already changed."""
        self.titled.emit(self.title())

    def set_compact(self, compact: bool) -> None:
        """Take the form for windows below 1200 logical pixels."""
        self.compact = compact

    def toggle_side(self) -> None:
        """Show or hide the right column (F2) where the page has one."""

"""The dark rail: pages, badges, the clock key, the station and its chain."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui import kit, theme
from ui.kit import Elided, Key, Mark
from ui.language import follow, put, say

WIDE, NARROW = 208, 56
KEY_PX, KEY_PX_MIN, MORE_PX = 42, 30, 26


class Place(NamedTuple):
    """A page of the rail: its name in code, its icon, its words (``frame.page.<name>``)."""

    name: str
    icon: str


PLACES = (
    Place("today", "today"),
    Place("orders", "order"),
    Place("receipt", "receipt"),
    Place("storage", "storage"),
    Place("thaw", "thaw"),
    Place("administration", "administer"),
    Place("temperature", "temperature"),
    Place("trace", "trace"),
    Place("deviations", "deviation"),
    Place("products", "products"),
    Place("records", "record"),
    Place("monthly", "monthly"),
    Place("guide", "guide"),
    Place("people", "people"),
    Place("settings", "settings"),
)


class ClockKey(Key):
    """「已取出/已复融——立即计时」: always there, never refused (DESIGN 0.1); F8 does the same."""

    def __init__(self) -> None:
        super().__init__("clockkey")
        self.setMinimumHeight(60)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._narrow = False
        put(self, "frame.clock_key.name", "setAccessibleName")
        put(self, "frame.clock_key.help", "setToolTip")
        follow(self)

    def set_narrow(self, narrow: bool) -> None:
        """Take the form of the narrow rail: icon and one word."""
        self._narrow = narrow
        self.update()

    def retranslate(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(44 if self._narrow else 184, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)  # a key without words of its own; QStyle would take 10 ms to load at the first paint
        painter = QPainter(self)
        painter.setPen(Qt.GlobalColor.white)
        mark = theme.picture("clock", "on_accent", 22)
        font = self.font()
        font.setBold(True)
        if self._narrow:
            font.setPixelSize(theme.size("text_tiny"))
            painter.setFont(font)
            painter.drawPixmap((self.width() - 22) // 2, 8, mark)
            below = self.rect().adjusted(0, 32, 0, -6)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, say("frame.clock_key.narrow"))
            return
        painter.drawPixmap(12, (self.height() - 22) // 2, mark)
        first, second = say("frame.clock_key.first"), say("frame.clock_key.second")
        text = self.rect().adjusted(44, 0, -6, 0)
        font.setPixelSize(theme.size("text_large" if self.width() > 240 else "text_small"))
        painter.setFont(font)
        half = self.height() // 2
        painter.drawText(
            text.adjusted(0, 6, 0, -half), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, first
        )
        painter.drawText(
            text.adjusted(0, half, 0, -6), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, second
        )


class _RailKey(Key):
    def __init__(self, place: Place) -> None:
        super().__init__("rail")
        self.place = place
        self.setCheckable(True)
        self.setIcon(theme.icon(place.icon, "rail_text", "rail_on"))
        self.setIconSize(QSize(20, 20))
        self.badge = QLabel(self)
        self.badge.setProperty("kit", "badge")
        self.badge.setFixedHeight(20)
        self.badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.badge.hide()
        self.count = 0
        self.narrow = False

    def speak(self) -> None:
        """Say name and badge in the language of the moment."""
        name = say(f"frame.page.{self.place.name}")
        # The gap between icon and word that the style leaves is too small for the eye.
        self.setText("" if self.narrow else f"  {name}")
        self.setToolTip(name if self.narrow else "")
        spoken = say("frame.badge", page=name, count=self.count) if self.count else name
        self.setAccessibleName(spoken)
        self.badge.setText(str(self.count) if self.count < 100 else "99+")
        self.badge.setVisible(self.count > 0)
        self._settle()

    def _settle(self) -> None:
        self.badge.adjustSize()
        width = max(self.badge.sizeHint().width(), 20)
        self.badge.setFixedWidth(width)
        top = 0 if self.narrow else (self.height() - 20) // 2
        self.badge.move(self.width() - width - (0 if self.narrow else 12), top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()


class Rail(QWidget):
    """The pages. Only registered ones show.

    Signals: ``went(str)``: a page's name · ``clock_pressed()``.
    """

    went = Signal(str)
    clock_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.keys: dict[str, _RailKey] = {}
        self._narrow = False
        self._station, self._chain = "", Mark("")
        self._outer = kit.column(self, (12, 12, 12, 10), gap=6)
        self._logo = QLabel()
        self._logo.setPixmap(theme.picture("logo", "text", 28))
        self._brand = QLabel("CellGuide")
        self._brand.setProperty("kit", "brand")
        self._head = kit.row(9, self._logo, self._brand, None, gap=9)
        self._head.setContentsMargins(0, 4, 0, 8)
        self._outer.addLayout(self._head)
        inside = QWidget()
        self._list = kit.column(inside, gap=2)
        self._list.addStretch(1)
        self._scroll = kit.scroller(inside)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._outer.addWidget(self._scroll, 1)
        self._more = Key("rail")
        self._more.setFixedHeight(MORE_PX)
        self._more.setIconSize(QSize(18, 18))
        self._more.clicked.connect(self._go_on)
        self._more.hide()
        self._outer.addWidget(self._more)
        self._scroll.verticalScrollBar().valueChanged.connect(lambda _value: self._say_more())
        self.clock_key = ClockKey()
        self.clock_key.clicked.connect(self.clock_pressed)
        self._outer.addWidget(self.clock_key)
        self._foot = Elided(size="tiny")
        self._foot.setFixedHeight(24)
        self._outer.addWidget(self._foot)
        follow(self)
        self.set_narrow(False)

    def add(self, name: str) -> None:
        """Show a page in the rail, in the rail's own order."""
        place = next(place for place in PLACES if place.name == name)
        key = _RailKey(place)
        key.clicked.connect(lambda _on=False: self.go(name))
        self.keys[name] = key
        before = [p.name for p in PLACES[: PLACES.index(place)]]
        self._list.insertWidget(sum(1 for other in before if other in self.keys), key)
        key.narrow = self._narrow
        key.setFixedHeight(KEY_PX)
        self._fit()
        self.retranslate()

    def go(self, name: str) -> None:
        """Mark a page as the one shown and say so."""
        self.mark(name)
        self.went.emit(name)

    def mark(self, name: str) -> None:
        """Mark a page as the one shown."""
        for other, key in self.keys.items():
            key.setChecked(other == name)
        if name in self.keys:
            self._scroll.ensureWidgetVisible(self.keys[name], 0, 8)

    def show_badges(self, counts: dict[str, int]) -> None:
        """Show how much waits on each page; a page not named has nothing waiting."""
        for name, key in self.keys.items():
            key.count = counts.get(name, 0)
            key.speak()

    def show_station(self, station: str, chain: Mark) -> None:
        """Show the station's name and what is known of its chain."""
        self._station, self._chain = station, chain
        self.retranslate()

    def set_narrow(self, narrow: bool) -> None:
        """Take the form of 56 px (engineering-review 24) or of 208 px."""
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        side = 6 if narrow else 12
        self._outer.setContentsMargins(side, 8 if narrow else 12, side, 6 if narrow else 10)
        self._brand.setVisible(not narrow)
        self._head.setContentsMargins(0, 4, 0, 4 if narrow else 8)
        self.clock_key.set_narrow(narrow)
        for key in self.keys.values():
            key.narrow = narrow
        self._fit()
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Every page stands in the rail where keys of KEY_PX_MIN find room; where they do not, a key leads on to the
        others, for a list without a scroll bar hides what it does not show."""
        low = self._narrow and self.height() < 520
        self._logo.setVisible(not low)
        roomy = self.height() >= 800
        self._list.setSpacing(2 if roomy else 0)
        count = len(self.keys)
        if not count:
            return
        margins = self._outer.contentsMargins()
        below = self.clock_key.height() + self._foot.height() + 2 * self._outer.spacing()
        head = 0 if low else self._head.sizeHint().height()
        room = self.height() - margins.top() - margins.bottom() - head - below - self._outer.spacing()
        room -= self._list.spacing() * (count - 1)
        lacking = KEY_PX_MIN * count > room
        each = min(KEY_PX if roomy else 40, max(KEY_PX_MIN, (room - (MORE_PX if lacking else 0)) // count))
        for key in self.keys.values():
            key.setFixedHeight(each)
        self._more.setVisible(lacking)
        self._say_more()

    def _go_on(self) -> None:
        bar = self._scroll.verticalScrollBar()
        bar.setValue(0 if bar.value() >= bar.maximum() else bar.value() + bar.pageStep())

    def _say_more(self) -> None:
        bar = self._scroll.verticalScrollBar()
        ended = 0 < bar.maximum() <= bar.value()
        self._more.setIcon(theme.icon("up" if ended else "down", "rail_text", "rail_on"))
        words = say("frame.rail_first" if ended else "frame.rail_more")
        self._more.setToolTip(words)
        self._more.setAccessibleName(words)

    def retranslate(self) -> None:
        for key in self.keys.values():
            key.speak()
        self._say_more()
        chain = self._chain.text
        tick = " ✓" if self._chain.tone == "ok" else ""
        whole = " · ".join(part for part in (self._station, chain) if part) + tick
        self._foot.show_text(("✓" if tick else "!") if self._narrow and chain else whole)
        self._foot.setAccessibleName(whole)
        self._foot.setToolTip(whole)
        self._foot.setAlignment(Qt.AlignmentFlag.AlignCenter if self._narrow else Qt.AlignmentFlag.AlignLeft)
        theme.set_prop(self._foot, loud="true" if self._chain.tone == "alarm" else "false")

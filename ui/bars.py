"""What stands above every page: notices, the excursion banner, the clocks, the patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QWidget

from ui import kit, theme
from ui.kit import Elided, Key, Mark
from ui.language import follow, put, say

INFO_STAYS_MS = 8_000
_ICONS = {"info": "info", "warn": "warning", "alarm": "warning", "not_saved": "unsaved"}
_TONES = {"info": "info", "warn": "warn", "alarm": "alarm", "not_saved": "alarm"}


class Notice(NamedTuple):
    """One message. ``kind``: info, warn, alarm, not_saved. ``stays``: until somebody dismisses it."""

    kind: str
    text: str
    stays: bool = True
    reference: str = ""


class NoticeBar(QWidget):
    """Messages that stop nobody from working; the newest is on top, three at most are shown.

    Signals: ``dismissed(Notice)``.
    """

    dismissed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._column = kit.column(self, gap=8)
        self.notices: list[Notice] = []
        follow(self)
        self.hide()

    def tell(self, notice: Notice) -> None:
        """Show a message; the same message is not shown twice. What was not saved is heard as well (UI-22)."""
        if notice in self.notices:
            return
        self.notices.insert(0, notice)
        if notice.kind == "not_saved":
            QApplication.beep()
        if notice.kind == "info" and not notice.stays:
            QTimer.singleShot(INFO_STAYS_MS, self, lambda: self.dismiss(notice))
        self.retranslate()

    def dismiss(self, notice: Notice) -> None:
        """Take a message away."""
        if notice in self.notices:
            self.notices.remove(notice)
            self.dismissed.emit(notice)
            self.retranslate()

    def retranslate(self) -> None:
        kit.clear(self._column)
        for notice in self.notices[:3]:
            self._column.addWidget(self._line(notice))
        hidden = len(self.notices) - 3
        if hidden > 0:
            self._column.addWidget(kit.label(say("frame.notice.more", count=hidden), "small", "quiet"))
        self.setVisible(bool(self.notices))

    def _line(self, notice: Notice) -> QFrame:
        tone = _TONES[notice.kind]
        frame = QFrame()
        frame.setProperty("kit", "card")
        frame.setProperty("tone", tone)
        line = QHBoxLayout(frame)
        line.setContentsMargins(14, 8, 8, 8)
        line.setSpacing(10)
        word = kit.label(say(f"frame.notice.{notice.kind}"), tone=tone, bold=True)
        text = kit.label(notice.text, wrap=True)
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        dismiss = Key("link", icon="close")
        dismiss.setIcon(theme.icon("close", "text"))
        dismiss.setFixedSize(36, 36)
        dismiss.setAccessibleName(say("frame.notice.dismiss"))
        dismiss.setToolTip(say("frame.notice.dismiss"))
        dismiss.clicked.connect(lambda _on=False, notice=notice: self.dismiss(notice))
        kit.fill(line, [kit.picture(_ICONS[notice.kind], tone), word, text])
        if notice.reference:
            line.addWidget(kit.label(notice.reference, "small", "quiet"))
        line.addWidget(dismiss)
        frame.setAccessibleName(f"{word.text()} {notice.text}")
        return frame


class BannerText(NamedTuple):
    """An active excursion: what is wrong, whose cells are in it, and where the key leads."""

    ident: str
    what: str
    whom: str


class Banner(QFrame):
    """The alarm above all pages (clinical-review 7); shown for the first of several, with a count.

    Signals: ``opened(str)``: the excursion's id.
    """

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "card")
        self.setProperty("tone", "alarm")
        self._items: tuple[BannerText, ...] = ()
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 9, 12, 9)
        line.setSpacing(14)
        self._what = Elided(tone="", bold=True)
        self._what.setStyleSheet(f"color: {theme.colour('alarm_deep')}; font-size: 15px; font-weight: 700;")
        self._what.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._whom = Elided()
        self._whom.setStyleSheet(f"color: {theme.colour('alarm_deep')};")
        self._count = kit.pill(Mark("", "alarm"))
        self.go = kit.key("frame.banner.go", "alarm")
        self.go.clicked.connect(lambda: self.opened.emit(self._items[0].ident))
        self._texts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._texts.addWidget(self._what)
        self._texts.addWidget(self._whom)
        kit.fill(line, [kit.picture("warning", "alarm_deep", 22), self._texts, self._count, self.go])
        line.setStretch(1, 1)
        self.set_compact(False)
        self.hide()

    def set_compact(self, compact: bool) -> None:
        """Stand on two lines where the window is narrow, so that neither limit nor names are cut."""
        self._texts.setDirection(QBoxLayout.Direction.TopToBottom if compact else QBoxLayout.Direction.LeftToRight)
        self._texts.setSpacing(0 if compact else 14)

    def show_excursions(self, items: Sequence[BannerText]) -> None:
        """Show what is out of limits now; nothing hides the banner."""
        self._items = tuple(items)
        self.setVisible(bool(items))
        if items:
            self._what.show_text(items[0].what)
            self._whom.show_text(items[0].whom)
            self._count.setText(f"+{len(items) - 1}")
            self._count.setVisible(len(items) > 1)
            self._count.setFixedWidth(self._count.sizeHint().width())
            self.setAccessibleName(f"{items[0].what} {items[0].whom}")


class RunningClock(NamedTuple):
    """One clock: who (by the site's setting), the same without the patient, and the next limit.

    ``limit``: what the time is (latest start, latest end) · ``at``: 15:15 · ``left``: 00:42:46 · ``tone``: ``""``,
    warn, alarm.
    """

    ident: str
    who: str
    anonymous: str
    limit: str
    at: str
    left: str
    tone: str = ""


class _Chip(Key):
    def __init__(self) -> None:
        super().__init__("")
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 12, 4)
        line.setSpacing(8)
        self.icon_label = kit.picture("clock", "accent", 18)
        self.who = kit.label(bold=True)
        self.limit = kit.label(size="small", tone="quiet")
        self.at = kit.label(size="large", tone="accent")
        self.left_time = kit.label()
        kit.fill(line, [self.icon_label, self.who, self.limit, self.at, self.left_time])
        for part in (self.icon_label, self.who, self.limit, self.at, self.left_time):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumHeight(40)

    def show_clock(self, clock: RunningClock, names: bool) -> None:
        """Show one clock; called each second."""
        who = clock.who if names else clock.anonymous
        left = say("frame.clock.left", time=clock.left)
        tone = clock.tone or "accent"
        for part, text in ((self.who, who), (self.limit, clock.limit), (self.at, clock.at), (self.left_time, left)):
            if part.text() != text:
                part.setText(text)
        theme.set_tone(self.at, tone)
        self.icon_label.setPixmap(theme.picture("warning" if clock.tone == "alarm" else "clock", tone, 18))
        self.setAccessibleName(f"{who} {clock.limit} {clock.at} {left}")

    def sizeHint(self) -> QSize:
        return self.layout().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.layout().sizeHint()


class ClockStrip(QFrame):
    """Every running clock, on every page; on a locked screen without patients' names (UI-19).

    Signals: ``opened(str)``: the clock's id.
    """

    opened = Signal(str)

    def __init__(self, *, names: bool = True) -> None:
        super().__init__()
        self._names = names
        self._clocks: tuple[RunningClock, ...] = ()
        self._chips: list[_Chip] = []
        self.setProperty("kit", "bar")
        inside = QWidget()
        self._line = kit.row(owner=inside)
        self._line.addStretch(1)
        outer = kit.column(self, (24, 6, 24, 6))
        self._scroll = kit.scroller(inside)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFixedHeight(44)
        outer.addWidget(self._scroll)
        put(self, "frame.clock.name", "setAccessibleName")
        follow(self)
        self.hide()

    def show_clocks(self, clocks: Sequence[RunningClock]) -> None:
        """Show the clocks, most urgent first as given."""
        self._clocks = tuple(clocks)
        while len(self._chips) < len(clocks):
            chip, place = _Chip(), len(self._chips)
            chip.clicked.connect(lambda _on=False, place=place: self.opened.emit(self._clocks[place].ident))
            self._line.insertWidget(place, chip)
            self._chips.append(chip)
        for place, chip in enumerate(self._chips):
            chip.setVisible(place < len(clocks))
            if place < len(clocks):
                chip.show_clock(clocks[place], self._names)
        self.setVisible(bool(clocks))

    def retranslate(self) -> None:
        self.show_clocks(self._clocks)


class PatientLine(NamedTuple):
    """Whose cells these are (UI-01). ``second``: the other colour, where two runs are open in turn."""

    name: str
    details: str
    product: str
    product_details: str
    mark: Mark
    second: bool = False


class PatientBanner(QFrame):
    """The patient and the product, fixed above a run."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "patient")
        line = QHBoxLayout(self)
        line.setContentsMargins(18, 9, 18, 9)
        line.setSpacing(14)
        self._name = kit.label(size="title")
        self._details = Elided(size="small", tone="quiet")
        self._product = kit.label(size="large")
        self._product_details = Elided(size="small", tone="quiet")
        for part in (self._details, self._product_details):
            part.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._mark = kit.pill(Mark(""))
        kit.fill(
            line, [self._name, self._details, kit.stem(22), self._product, self._product_details, None, self._mark]
        )
        self.setMinimumHeight(48)
        self.hide()

    def show_patient(self, patient: PatientLine | None) -> None:
        """Show whose run this is; None hides the banner."""
        self.setVisible(patient is not None)
        if patient is None:
            return
        self._name.setText(patient.name)
        self._details.show_text(patient.details)
        self._product.setText(patient.product)
        self._product_details.show_text(patient.product_details)
        self._mark.setText(patient.mark.text)
        self._mark.setVisible(bool(patient.mark.text))
        theme.set_tone(self._mark, patient.mark.tone)
        self._mark.setFixedWidth(self._mark.sizeHint().width())
        theme.set_prop(self, tone="second" if patient.second else "first")
        self.setAccessibleName(" ".join(patient[:4]))

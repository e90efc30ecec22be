"""The window: rail, top bar, what stands above every page, the pages; sign-in and lock in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QStackedWidget, QWidget

from ui import kit, theme
from ui.bars import Banner, BannerText, ClockStrip, Notice, NoticeBar, PatientBanner, PatientLine, RunningClock
from ui.kit import Mark, Page
from ui.rail import PLACES, Rail
from ui.topbar import TopBar

COMPACT_BELOW = 1200


class _Around(NamedTuple):
    """What stands around the pages."""

    rail: Rail
    top: TopBar
    clocks: ClockStrip
    notices: NoticeBar
    banner: Banner
    patient: PatientBanner
    stack: QStackedWidget


class Frame(QWidget):
    """The main window.

    Signals: ``page_opened(str)`` · ``clock_pressed()``: out of the cold, start the clock now, from any page, from
    sign-in and from the locked screen · ``clock_opened(str)`` · ``excursion_opened(str)`` · ``lock_pressed()`` ·
    ``sign_out_pressed()`` · ``about_pressed()`` · ``language_chosen(str)`` · ``searched(str)`` ·
    ``search_entered(str)`` · ``help_pressed()`` · ``closing()`` · ``dialog_held(object)``: a dialog would have opened
    over sign-in or the lock.
    """

    page_opened = Signal(str)
    clock_pressed = Signal()
    clock_opened = Signal(str)
    excursion_opened = Signal(str)
    lock_pressed = Signal()
    own_pressed = Signal()
    sign_out_pressed = Signal()
    about_pressed = Signal()
    language_chosen = Signal(str)
    searched = Signal(str)
    search_entered = Signal(str)
    help_pressed = Signal()
    closing = Signal()
    dialog_held = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(900, 430)
        self.setWindowTitle("CellGuide")
        self.setWindowIcon(QIcon(theme.picture("logo", "text", 64)))
        self.setProperty("kit", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.compact: bool | None = None
        self.page_name = ""
        self._makers: dict[str, Callable[[], Page]] = {}
        self.pages: dict[str, Page] = {}
        self._outer = QStackedLayout(self)
        self._work = QWidget()
        self._work.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # nothing is focused until a person chooses
        self._outer.addWidget(self._work)
        self._made: _Around | None = None
        self._waiting: dict[str, Callable[[], None]] = {}
        self._add_shortcuts()

    # --- what stands around the pages: made when it is first shown or spoken of, for sign-in needs none of it

    @property
    def built(self) -> bool:
        """Whether rail and bars are there."""
        return self._made is not None

    def build(self) -> None:
        """Make rail and bars now, while nobody waits."""
        if self._made is not None:
            return
        self._made = _Around(Rail(), TopBar(), ClockStrip(), NoticeBar(), Banner(), PatientBanner(), QStackedWidget())
        self._lay_out()
        self._wire()
        for name in self._makers:
            self.rail.add(name)
        if self.compact is not None:
            self._set_form(self.compact)
        waiting, self._waiting = self._waiting, {}
        for show in waiting.values():
            show()

    @property
    def _around(self) -> _Around:
        self.build()
        assert self._made is not None
        return self._made

    @property
    def rail(self) -> Rail:
        return self._around.rail

    @property
    def top(self) -> TopBar:
        return self._around.top

    @property
    def clocks(self) -> ClockStrip:
        return self._around.clocks

    @property
    def notices(self) -> NoticeBar:
        return self._around.notices

    @property
    def banner(self) -> Banner:
        return self._around.banner

    @property
    def patient(self) -> PatientBanner:
        return self._around.patient

    @property
    def stack(self) -> QStackedWidget:
        return self._around.stack

    def _when_built(self, name: str, show: Callable[[], None]) -> None:
        """Show it now, or the newest of that name once there is where to show it."""
        if self.built:
            show()
        else:
            self._waiting[name] = show

    def _lay_out(self) -> None:
        across = QHBoxLayout(self._work)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        right = kit.column(gap=0)
        self._body = kit.column(margins=(24, 20, 24, 20), gap=14)
        for bar in (self.banner, self.notices, self.patient):
            self._body.addWidget(bar)
        self._body.addWidget(self.stack, 1)
        right.addWidget(self.top)
        right.addWidget(self.clocks)
        right.addLayout(self._body, 1)
        across.addWidget(self.rail)
        across.addLayout(right, 1)

    def _wire(self) -> None:
        self.rail.went.connect(self.open_page)
        self.rail.clock_pressed.connect(self.clock_pressed)
        self.clocks.opened.connect(self.clock_opened)
        self.banner.opened.connect(self.excursion_opened)
        for name in (
            "lock_pressed",
            "own_pressed",
            "sign_out_pressed",
            "about_pressed",
            "language_chosen",
            "searched",
            "search_entered",
        ):
            getattr(self.top, name).connect(getattr(self, name))
        self.top.side_pressed.connect(self._toggle_side)

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+F", lambda: self.top.search.setFocus()),
            ("F1", self.help_pressed.emit),
            ("F2", self._toggle_side),
            ("F8", self.clock_pressed.emit),
            ("Ctrl+L", self._ask_lock),
            ("Ctrl+Shift+L", lambda: self.top.switch_language()),
            ("Ctrl+PgDown", lambda: self._step(1)),
            ("Ctrl+PgUp", lambda: self._step(-1)),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    # --- pages

    def register(self, name: str, make: Callable[[], Page]) -> None:
        """Show a page in the rail; ``make`` is called when it is first opened."""
        self._makers[name] = make
        if self.built:
            self.rail.add(name)

    def offered(self) -> list[str]:
        """The names of the pages that can be opened, in the order they were registered."""
        return list(self._makers)

    def open_page(self, name: str) -> None:
        """Show a page. Raises KeyError when it is not registered."""
        if name not in self.pages:
            page = self._makers[name]()
            self.pages[name] = page
            page.titled.connect(lambda text, name=name: self._titled(name, text))
            page.set_compact(bool(self.compact))
            self.stack.addWidget(page)
        self.page_name = name
        self.stack.setCurrentWidget(self.pages[name])
        self.rail.mark(name)
        self.top.show_title(self.pages[name].title())
        self._offer_side()
        self.show_work()
        self.page_opened.emit(name)

    def _titled(self, name: str, text: str) -> None:
        if name == self.page_name:
            self.top.show_title(text)

    def _step(self, by: int) -> None:
        names = [place.name for place in PLACES if place.name in self._makers]
        if self.is_working() and self.page_name in names:
            self.open_page(names[(names.index(self.page_name) + by) % len(names)])

    def _toggle_side(self) -> None:
        if self.is_working() and self.page_name in self.pages:
            self.pages[self.page_name].toggle_side()

    def _offer_side(self) -> None:
        page = self.pages.get(self.page_name)
        self.top.side.setVisible(bool(self.compact and page is not None and page.has_side))

    def _ask_lock(self) -> None:
        if self.is_working():
            self.lock_pressed.emit()

    # --- what takes the whole window

    def show_cover(self, cover: QWidget) -> None:
        """Show sign-in or the lock instead of the pages; nothing of the pages can be seen or reached."""
        if self._outer.indexOf(cover) < 0:
            self._outer.addWidget(cover)
        self._outer.setCurrentWidget(cover)
        cover.setFocus()
        self._cover_form()

    def show_work(self) -> None:
        """Show rail and pages."""
        self.build()
        if not self.is_working() or not self.isVisible():
            self._outer.setCurrentWidget(self._work)
            self._work.setFocus()

    def is_working(self) -> bool:
        """Whether rail and pages show."""
        return self._outer.currentWidget() is self._work

    # --- values

    def show_person(self, name: str, role: str) -> None:
        """Show who works here; ``role`` in the language of the moment."""
        self._when_built("person", lambda: self.top.show_person(name, role))

    def show_time(self, text: str) -> None:
        """Show the station's time, e.g. ``14:32``."""
        self._when_built("time", lambda: self.top.show_time(text))

    def show_station(self, station: str, chain: Mark) -> None:
        """Show the station and its chain in the rail's foot; tone alarm makes it loud."""
        self._when_built("station", lambda: self.rail.show_station(station, chain))

    def show_badges(self, counts: dict[str, int]) -> None:
        """Show how much waits on which page."""
        self._when_built("badges", lambda: self.rail.show_badges(counts))

    def show_clocks(self, clocks: list[RunningClock]) -> None:
        """Show every running clock; call it each second, and give the covers the same."""
        self._when_built("clocks", lambda: self.clocks.show_clocks(clocks))

    def show_excursions(self, items: list[BannerText]) -> None:
        """Show active excursions above all pages."""
        self._when_built("banner", lambda: self.banner.show_excursions(items))

    def show_patient(self, patient: PatientLine | None) -> None:
        """Show whose run is open; None where none is."""
        self._when_built("patient", lambda: self.patient.show_patient(patient))

    def tell(self, kind: str, text: str, *, stays: bool = True, reference: str = "") -> None:
        """Show a notice: info, warn, alarm, not_saved."""
        self.notices.tell(Notice(kind, text, stays, reference))

    # --- form

    def _set_form(self, compact: bool) -> None:
        self.compact = compact
        if not self.built:
            self._cover_form()
            return
        self.rail.set_narrow(compact)
        self.top.set_compact(compact)
        self.banner.set_compact(compact)
        side = 12 if compact else 24
        self._body.setContentsMargins(side, 10 if compact else 20, side, 10 if compact else 20)
        self._body.setSpacing(8 if compact else 14)
        for page in self.pages.values():
            page.set_compact(compact)
        self._offer_side()
        self._cover_form()

    def _cover_form(self) -> None:
        cover = self._outer.currentWidget()
        if isinstance(cover, Page):
            cover.set_compact(bool(self.compact))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_working():  # this comes before anything of the window shows
            self.build()
        compact = self.width() < COMPACT_BELOW
        if compact != self.compact:
            self._set_form(compact)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        (self._work if self.is_working() else self._outer.currentWidget()).setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

"""A page is read again when an act wrote something, when somebody sits down and when the language changes; while it
is hidden it only remembers that it must be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from ui.kit import Page
from ui.language import language
from ui.station import Station


class Fresh(QObject):
    """Calls ``refresh`` for a page that shows, and for a hidden one as soon as it is opened."""

    def __init__(self, station: Station, page: Page, refresh: Callable[[], None]) -> None:
        super().__init__(station)
        self._page, self._refresh, self._stale = page, refresh, False
        station.changed.connect(self.wake)
        station.entered.connect(self.wake)
        language.changed.connect(self.wake)
        station.frame.page_opened.connect(self.look)

    def wake(self) -> None:
        """Something changed."""
        # Not isVisible: the page under the lock is the first thing seen after it.
        if not self._page.isHidden():
            self._refresh()
        else:
            self._stale = True

    def look(self) -> None:
        """A page was opened, perhaps this one."""
        if self._stale and not self._page.isHidden():
            self._stale = False
            self._refresh()

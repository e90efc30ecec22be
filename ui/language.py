"""One language at a time, switched while the program runs.

``say`` reads a sentence in the language of the moment; ``put`` binds a sentence to a widget's text so that a switch
re-reads it; ``follow`` calls an owner's ``retranslate()`` after the bound texts have changed, for what it composes.
"""

from __future__ import annotations

import weakref
from datetime import date
from typing import Protocol, TypeVar, cast

import shiboken6
from PySide6.QtCore import QLibraryInfo, QObject, QTranslator, Signal
from PySide6.QtWidgets import QApplication, QWidget

from cellguide import words
from cellguide.words import Lang


class Follower(Protocol):
    """Whatever composes texts of its own."""

    def retranslate(self) -> None: ...


class Language(QObject):
    """The language of the screens.

    Signals: ``changed(str)``: ``zh`` or ``en``, after every bound text has been read again.
    """

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.now: Lang = "zh"
        self._bound: weakref.WeakKeyDictionary[QWidget, dict[str, tuple[str, dict[str, object]]]]
        self._bound = weakref.WeakKeyDictionary()
        self._qt_words: QTranslator | None = None

    def put(self, widget: QWidget, setter: str, key: str, facts: dict[str, object]) -> None:
        """Bind ``key`` to ``widget.<setter>`` and say it now."""
        self._bound.setdefault(widget, {})[setter] = (key, facts)
        getattr(widget, setter)(words.say(key, self.now, **facts))

    def drop(self, widget: QWidget, setter: str) -> None:
        """Forget a bound text (the widget shows a value instead)."""
        self._bound.get(widget, {}).pop(setter, None)

    def switch(self, lang: Lang) -> None:
        """Show everything in ``lang``; Qt's own texts too."""
        if lang == self.now:
            return
        self.now = lang
        self.load_qt_words()
        for widget, phrases in list(self._bound.items()):
            if shiboken6.isValid(widget):
                for setter, (key, facts) in phrases.items():
                    getattr(widget, setter)(words.say(key, lang, **facts))
        self.changed.emit(lang)

    def load_qt_words(self) -> None:
        """Qt's own texts (print and file dialogs) in Chinese come from the wheel; English is built in."""
        app = cast("QApplication | None", QApplication.instance())
        if app is None:
            return
        if self._qt_words is not None:
            app.removeTranslator(self._qt_words)
            self._qt_words = None
        if self.now == "zh":
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            translator = QTranslator(app)
            if translator.load("qtbase_zh_CN", folder):
                app.installTranslator(translator)
                self._qt_words = translator


language = Language()


def say(key: str, **facts: object) -> str:
    """Return the sentence ``key`` in the language of the screens."""
    return words.say(key, language.now, **facts)


W = TypeVar("W", bound=QWidget)


def put(widget: W, key: str, setter: str = "setText", **facts: object) -> W:
    """Bind ``key`` to a widget's text (or another setter) and return the widget."""
    language.put(widget, setter, key, facts)
    return widget


def follow(owner: Follower) -> None:
    """Call ``owner.retranslate()`` at each change, for as long as it lives."""
    language.changed.connect(owner.retranslate)


def day_words(day: date, lang: Lang) -> str:
    """A day with its weekday.

    >>> day_words(date(2026, 11, 22), "zh")
    '11 月 22 日 星期日'
    """
    if lang == "zh":
        return f"{day.month} 月 {day.day} 日 星期{'一二三四五六日'[day.weekday()]}"
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{names[day.weekday()]} {day.day} {months[day.month - 1]}"

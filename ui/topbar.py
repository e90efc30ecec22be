"""The bar on top: title, scan or search, language, person, lock with the time."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu

from ui import kit, theme
from ui.forms import TextField
from ui.kit import Elided, Key
from ui.language import follow, language, put, say


class SearchField(TextField):
    """The scan-or-search field; the icon is part of it, scans never need it."""

    def __init__(self, hint_key: str = "frame.search.hint", icon: str = "scan") -> None:
        super().__init__(free=True, submit=True)
        self.setProperty("look", "search")
        put(self, hint_key, "setPlaceholderText")
        put(self, hint_key, "setAccessibleName")
        self.setClearButtonEnabled(True)
        self._icon = QLabel(self)
        self._icon.setPixmap(theme.picture(icon, "text_quiet", 20))
        self._icon.setFixedSize(20, 20)
        self._icon.move(14, 8)
        self._icon.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class TopBar(QFrame):
    """Signals: ``searched(str)`` as typed · ``search_entered(str)`` at Enter · ``lock_pressed()`` ·
    ``sign_out_pressed()`` · ``about_pressed()`` · ``language_chosen(str)`` · ``side_pressed()``."""

    searched = Signal(str)
    search_entered = Signal(str)
    lock_pressed = Signal()
    own_pressed = Signal()
    sign_out_pressed = Signal()
    about_pressed = Signal()
    language_chosen = Signal(str)
    side_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "bar")
        self.setFixedHeight(56)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(24, 0, 24, 0)
        self._line.setSpacing(14)
        self.title = Elided(size="title")
        self.search = SearchField()
        self.search.setFixedWidth(330)
        self.search.textEdited.connect(self.searched)
        self.search.returnPressed.connect(lambda: self.search_entered.emit(self.search.value()))
        self.tongue = Key("pill")
        self.tongue.setText("EN / 中")
        put(self.tongue, "frame.language.name", "setAccessibleName")
        self.tongue.clicked.connect(self.switch_language)
        self.avatar = QLabel()
        self.avatar.setProperty("kit", "avatar")
        self.avatar.setFixedSize(32, 32)
        self.avatar.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.person = Key("link")
        self.person.setStyleSheet(f"color: {theme.colour('text')}; font-weight: 400; padding: 0 2px;")
        self.person.clicked.connect(self._offer)
        self.lock = Key("pill", icon="lock")
        self.lock.setIcon(theme.icon("lock", "text_quiet"))
        self.lock.setIconSize(QSize(16, 16))
        self.lock.clicked.connect(self.lock_pressed)
        self.side = Key("pill", icon="columns")
        self.side.setIcon(theme.icon("columns", "text_quiet"))
        put(self.side, "frame.side.name", "setAccessibleName")
        put(self.side, "frame.side.name", "setToolTip")
        self.side.clicked.connect(self.side_pressed)
        self.side.hide()
        kit.fill(self._line, [self.title, self.side, self.search, self.tongue, self.avatar, self.person, self.lock])
        self._line.setStretch(0, 1)
        self._menu: QMenu | None = None
        self._name, self._role, self._time, self._compact = "", "", "", False
        follow(self)

    def show_person(self, name: str, role: str) -> None:
        """Show who works here, in which role."""
        self._name, self._role = name, role
        self.retranslate()

    def show_time(self, text: str) -> None:
        """Show the station's time on the lock key."""
        if text != self._time:
            self._time = text
            self.lock.setText(text)
            self.lock.setAccessibleName(say("frame.lock.name", time=text))

    def show_title(self, text: str) -> None:
        """Show the page's title."""
        self.title.show_text(text)

    def set_compact(self, compact: bool) -> None:
        """Take the form for windows below 1200 logical pixels."""
        self._compact = compact
        self.setFixedHeight(48 if compact else 56)
        side = 12 if compact else 24
        self._line.setContentsMargins(side, 0, side, 0)
        self._line.setSpacing(8 if compact else 14)
        self.search.setFixedWidth(200 if compact else 330)
        self.retranslate()

    def switch_language(self) -> None:
        """Go to the other language."""
        language.switch("en" if language.now == "zh" else "zh")
        self.language_chosen.emit(language.now)

    def retranslate(self) -> None:
        self.avatar.setText(self._name[:1])
        self.person.setText(self._name if self._compact else " · ".join(p for p in (self._name, self._role) if p))
        self.person.setAccessibleName(say("frame.person.name", person=f"{self._name} {self._role}"))
        self.lock.setAccessibleName(say("frame.lock.name", time=self._time))
        self.lock.setToolTip(say("frame.lock.help"))

    def _offer(self) -> None:
        menu = QMenu(self)
        for key, signal in (
            ("frame.menu.own", self.own_pressed),
            ("frame.menu.lock", self.lock_pressed),
            ("frame.menu.sign_out", self.sign_out_pressed),
            ("frame.menu.about", self.about_pressed),
        ):
            menu.addAction(say(key)).triggered.connect(lambda _on=False, signal=signal: signal.emit())
        self._menu = menu
        menu.popup(self.person.mapToGlobal(self.person.rect().bottomLeft()))

"""The dialog every other is made from: a card over the dimmed window, opened with ``open()``, answering by signals."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from ui import kit, theme
from ui.frame import Frame
from ui.kit import Key
from ui.language import follow, put, say


class _Scrim(QWidget):
    """Dims the window behind a dialog."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(5, 15, 20, 96))
        painter.end()


class Dialog(QDialog):
    """Kicker, title, body, error line, keys. Nothing is default, Escape goes back, Enter decides nothing.

    Signals: ``gone_back()``: closed without deciding · ``closed()``: closed in any way.
    ``over_covers``: it names no patient and may show over sign-in and the locked screen; every other one waits.
    """

    over_covers = False
    gone_back = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, width: int = 660) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._wanted = width
        self._scrim: _Scrim | None = None
        self._busy = False
        self._fitting = False
        self._away = False
        self.kicker = kit.label(size="small", tone="quiet", wrap=True)
        self.title = kit.label(size="head", wrap=True)
        inside = QWidget()
        self.body = kit.column(inside, gap=14)
        self.inside = inside
        self.scroll: QScrollArea = kit.scroller(inside)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.error = kit.label(tone="alarm", wrap=True, bold=True)
        self.error.hide()
        self.waiting = QProgressBar()
        self.waiting.setTextVisible(False)
        self.waiting.setRange(0, 0)
        self.waiting.hide()
        self.waiting_text = kit.label(size="small", tone="quiet")
        self.waiting_text.hide()
        self.foot = kit.row(gap=12)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(36, 30, 36, 28)
        self._outer.setSpacing(4)
        self._outer.addWidget(self.kicker)
        self._outer.addWidget(self.title)
        self._outer.addSpacing(8)
        self._outer.addWidget(self.scroll, 1)
        self._outer.addSpacing(4)
        for line in (self.error, self.waiting_text, self.waiting):
            self._outer.addWidget(line)
        self._outer.addSpacing(10)
        self._outer.addLayout(self.foot)
        inside.installEventFilter(self)
        self.finished.connect(self._leave)
        self.rejected.connect(self.gone_back)
        follow(self)

    # --- what a dialog is made of

    def add_back(self, words_key: str = "frame.dialog.close") -> Key:
        """Add the safe key on the left: closes, decides nothing."""
        back = kit.key(words_key, big=True)
        back.clicked.connect(self.reject)
        self.foot.addWidget(back)
        self.foot.addStretch(1)
        return back

    def add_key(self, words_key: str, *, decides: bool = True, look: str = "primary") -> Key:
        """Add a key on the right; the deciding one is the primary one and answers to F10."""
        made = kit.key(words_key, look, big=True, decides=decides)
        if decides:
            made.setToolTip("F10")
        self.foot.addWidget(made)
        return made

    def show_error(self, text: str) -> None:
        """Say what happened, what was not saved, what to do; ``""`` takes it back. Ends waiting."""
        self.show_busy("")
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self._fit()

    def show_busy(self, text: str, done: int = 0, total: int = 0) -> None:
        """Show that work is under way and take no input; ``""`` ends it. ``total`` 0: length unknown."""
        self._busy = bool(text)
        self.waiting_text.setText(text)
        self.waiting.setRange(0, total)
        self.waiting.setValue(done)
        for part in (self.waiting, self.waiting_text):
            part.setVisible(self._busy)
        if self._busy:
            self.error.hide()
        self.inside.setEnabled(not self._busy)
        self.settle()
        self._fit()

    def settle(self) -> None:
        """Enable what may be pressed now; dialogs override it."""

    def retranslate(self) -> None:
        """Say anew what is composed; dialogs extend it."""
        self._fit()

    # --- window

    def open(self) -> None:
        """Show over the parent's window; returns at once. Under a cover it waits for the person it was made for."""
        frame = self._frame()
        if frame is not None and not frame.is_working() and not self.over_covers:
            self._away = True
            frame.dialog_held.emit(self)
            return
        window = self.parentWidget().window() if self.parentWidget() else None
        if window is not None and window.isVisible():
            self._scrim = _Scrim(window)
        self.settle()
        self._fit(opening=True)
        super().open()
        self._fit()

    def _frame(self) -> Frame | None:
        """The window that it stands over, perhaps with other dialogs between."""
        below = self.parentWidget()
        while below is not None and not isinstance(below, Frame):
            below = below.parentWidget()
        return below

    def _leave(self, _result: int) -> None:
        self._away = False
        self._undim()
        self.closed.emit()

    def _undim(self) -> None:
        if self._scrim is not None:
            self._scrim.hide()
            self._scrim.deleteLater()
            self._scrim = None

    def put_away(self) -> None:
        """Hide while the screen is locked: what was typed stays, but for passwords; even while work is under way."""
        self._away = True
        self._undim()
        for field in self.findChildren(QLineEdit):
            if field.echoMode() == QLineEdit.EchoMode.Password:
                field.clear()
        self.hide()

    def bring_back(self) -> None:
        """Show again after the lock, unless it was finished meanwhile."""
        if self._away:
            self._away = False
            self.open()

    def give_up(self) -> None:
        """Somebody else sits here now: what was typed is nobody's."""
        if self._away:
            self.done(int(QDialog.DialogCode.Rejected))

    def reject(self) -> None:
        """Go back; not while work is under way, whose end must be seen."""
        if not self._busy:
            super().reject()

    def _room(self) -> tuple[int, int]:
        window = self.parentWidget().window() if self.parentWidget() else None
        if window is not None and window.isVisible():
            return window.width() - 32, window.height() - 24
        screen = QApplication.primaryScreen().availableGeometry()
        return screen.width() - 32, screen.height() - 24

    def _fit(self, *, opening: bool = False) -> None:
        if not (opening or self.isVisible()) or self._fitting:
            return
        self._fitting = True
        try:
            self._measure()
        finally:
            self._fitting = False

    def _measure(self) -> None:
        room_w, room_h = self._room()
        width = min(self._wanted, room_w)
        tight = room_h < 520
        margins = (24, 16, 24, 14) if tight else (36, 30, 36, 28)
        self._outer.setContentsMargins(*margins)
        inner = width - margins[0] - margins[2]
        layout = self.body
        wanted = layout.heightForWidth(inner) if layout.hasHeightForWidth() else layout.sizeHint().height()
        self.scroll.setMinimumHeight(min(wanted, 120))
        self._outer.activate()
        rest = margins[1] + margins[3] + 30 + self.foot.sizeHint().height()
        for line in (self.kicker, self.title, self.error, self.waiting_text, self.waiting):
            if not line.isHidden():
                rest += (line.heightForWidth(inner) if line.hasHeightForWidth() else line.sizeHint().height()) + 4
        height = min(rest + wanted + 4, room_h)
        if (width, height) != (self.width(), self.height()):
            self.setFixedSize(width, height)
        window = self.parentWidget().window() if self.parentWidget() else None
        if window is not None and window.isVisible():
            corner = window.mapToGlobal(window.rect().topLeft())
            self.move(corner.x() + (window.width() - width) // 2, corner.y() + (window.height() - height) // 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt may still ask while Python has already emptied a dying dialog.
        if watched is getattr(self, "inside", None) and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(theme.colour("surface")))
        painter.setPen(QPen(QColor(theme.colour("line")), 1))
        radius = theme.size("radius")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.end()


def head(dialog: Dialog, kicker_key: str, title_key: str) -> None:
    """Put catalogue words into kicker and title."""
    put(dialog.kicker, kicker_key)
    put(dialog.title, title_key)
    dialog.setWindowTitle(say(title_key))
    put(dialog, title_key, "setWindowTitle")

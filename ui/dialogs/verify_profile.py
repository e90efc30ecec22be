"""A pharmacist compares a profile's limits with photos of the insert, and signs (clinical-review E17)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QSizePolicy, QWidget

from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form, ManyField, PasswordField, TextField
from ui.language import put, say
from ui.pages.panel import Note, Panel

SHOWN_NAMES = 6
LIST_HEIGHT = 372


class FieldToProve(NamedTuple):
    """A field and its value as read, in the language of the moment."""

    name: str
    text: str
    value: str


class VerifyRequest(NamedTuple):
    """What is to be verified. ``photos``: (bytes, fields) of the first pharmacist, for the second one to read.
    ``fields``: those that need a photo; none for an invented product. ``changes``: what differs from the file in force.
    """

    name: str
    revision: int
    sha256: str
    number: int
    fields: tuple[FieldToProve, ...]
    changes: tuple[str, ...] = ()
    photos: tuple[tuple[bytes, tuple[str, ...]], ...] = ()
    person: str = ""


@dataclass
class _Page:
    data: bytes
    fields: list[str] = field(default_factory=list)
    theirs: bool = False
    seen: bool = False


class Preview(QLabel):
    """A photo as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        put(self, "products_page.verify.photo_name", "setAccessibleName")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 300)

    def show_bytes(self, data: bytes) -> None:
        """Show a JPEG or PNG; what cannot be shown says so."""
        self._image = QImage.fromData(data) if data else QImage()
        self._draw()

    def _draw(self) -> None:
        if self._image.isNull():
            self.setText(say("products_page.verify.no_photo"))
            return
        ratio = self.devicePixelRatioF()
        room = QSize(round(self.width() * ratio), round(self.height() * ratio))
        scaled = self._image.scaled(
            room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        scaled.setDevicePixelRatio(ratio)
        self.setPixmap(QPixmap.fromImage(scaled))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()


class VerifyProfileDialog(Dialog):
    """Signals: ``signed(str, str)``: staff number and password, with ``photos()`` beside them; the caller answers with
    ``show_busy``, then ``accept()`` or ``show_error``."""

    signed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=1040)
        self._request: VerifyRequest | None = None
        self._pages: list[_Page] = []
        put(self.title, "products_page.verify.title")
        put(self, "products_page.verify.title", "setWindowTitle")
        self._help = kit.label(tone="quiet", wrap=True)
        self.notes = Panel()
        self.photo = put(ChoiceField(), "products_page.verify.photo", "setAccessibleName")
        self.photo.currentIndexChanged.connect(lambda _place: self._turn())
        self.add = kit.key("products_page.verify.add", icon="camera")
        self.add.setMinimumHeight(44)
        self.add.clicked.connect(self._choose)
        self.preview = Preview()
        self.shows = put(ManyField(columns=1), "products_page.verify.shows", "setAccessibleName")
        self.shows.chosen.connect(self._tick)
        left = kit.column(gap=10)
        top = kit.row(self.photo, self.add)
        top.setStretch(0, 1)
        left.addLayout(top)
        left.addWidget(self.preview, 1)
        right = kit.column(gap=6)
        right.addWidget(kit.words("products_page.verify.shows", "large"))
        listed = kit.scroller(self.shows)
        listed.setMinimumHeight(LIST_HEIGHT)
        listed.setMaximumHeight(LIST_HEIGHT)
        right.addWidget(listed)
        self._pair = QWidget()
        pair = kit.row(left, right, gap=20, owner=self._pair)
        pair.setStretch(0, 1)
        pair.setStretch(1, 1)
        self.form = Form(columns=2)
        self.person, self.password = TextField(), PasswordField()
        self.form.add_row("products_page.verify.person", self.person)
        self.form.add_row("products_page.verify.password", self.password)
        self._left = kit.label("", "small", wrap=True)
        for part in (self._help, self.notes, self._pair, self._left, self.form):
            self.body.addWidget(part)
        self.add_back("products_page.verify.back")
        self.key = self.add_key("products_page.verify.sign")
        self.key.clicked.connect(lambda: self.signed.emit(self.person.value(), self.password.value()))
        for typed in (self.person, self.password):
            typed.textChanged.connect(self.settle)

    def show_request(self, request: VerifyRequest) -> None:
        """Ask for one file; the fields and photos are emptied first."""
        self._request = request
        self._pages = [_Page(data, list(fields), theirs=True) for data, fields in request.photos]
        self.person.setText(request.person)
        self.shows.show_choices([Choice(one.name, f"{one.text} · {one.value}") for one in request.fields])
        self._offer(0)
        self.retranslate()
        (self.password if request.person else self.person).setFocus()
        self.settle()

    # --- photos

    def add_photo(self, path: str) -> None:
        """Take one photo in; the fields no other photo shows are for the person to tick."""
        try:
            data = Path(path).read_bytes()
        except OSError as fault:
            Dialog.show_error(self, say("refusal_profile.unreadable", path=path, reason=fault.strerror or ""))
            return
        if QImage.fromData(data).isNull():
            Dialog.show_error(self, say("refusal_profile.photo", size=len(data), limit=20_000_000))
            return
        self.error.hide()
        self._pages.append(_Page(data))
        self._offer(len(self._pages) - 1)

    def _add_all(self, paths: list[str]) -> None:
        for path in paths:
            self.add_photo(path)

    def photos(self) -> list[tuple[tuple[str, ...], bytes]]:
        """What this pharmacist added or ticked: (fields, bytes)."""
        return [(tuple(page.fields), page.data) for page in self._pages if page.fields]

    def _choose(self) -> None:
        chooser = QFileDialog(self, say("products_page.verify.add"), "", "JPEG, PNG (*.jpg *.jpeg *.png)")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        chooser.filesSelected.connect(self._add_all)
        chooser.open()

    def _offer(self, place: int) -> None:
        names = [
            Choice(str(n), say("products_page.verify.photo_n", n=n + 1, count=len(page.fields)))
            for n, page in enumerate(self._pages)
        ]
        self.photo.blockSignals(True)
        self.photo.show_choices(names)
        self.photo.choose(str(place))
        self.photo.blockSignals(False)
        self._turn()

    def _page(self) -> _Page | None:
        place = self.photo.value()
        return self._pages[int(place)] if place and int(place) < len(self._pages) else None

    def _turn(self) -> None:
        page = self._page()
        self.preview.show_bytes(page.data if page is not None else b"")
        if page is not None:
            page.seen = True
        self.shows.tick(page.fields if page is not None else ())
        self.shows.setEnabled(page is not None)
        self.settle()

    def _tick(self, values: list[str]) -> None:
        page = self._page()
        if page is not None and page.fields != values:
            page.fields = list(values)
            place = int(self.photo.value())
            self.photo.setItemText(place, say("products_page.verify.photo_n", n=place + 1, count=len(page.fields)))
            self.settle()

    # --- state

    def _uncovered(self) -> list[FieldToProve]:
        assert self._request is not None
        covered = {name for page in self._pages for name in page.fields}
        return [one for one in self._request.fields if one.name not in covered]

    def settle(self) -> None:
        if self._request is None:
            return
        rest = self._uncovered()
        unseen = sum(1 for page in self._pages if not page.seen)
        names = "、".join(one.text for one in rest[:SHOWN_NAMES]) + ("…" if len(rest) > SHOWN_NAMES else "")
        if rest:
            self._left.setText(say("products_page.verify.left", count=len(rest), names=names))
        elif unseen:
            self._left.setText(say("products_page.verify.unseen", count=unseen))
        else:
            self._left.setText(say("products_page.verify.covered") if self._request.fields else "")
        ready = not rest and not unseen and bool(self.person.value() and self.password.value())
        self.key.setEnabled(ready and not self._busy)

    def show_error(self, text: str) -> None:
        """Say what was not signed; the password must be given anew."""
        super().show_error(text)
        if text:
            self.password.clear()

    def retranslate(self) -> None:
        request = getattr(self, "_request", None)
        if request is not None:
            facts = {"name": request.name, "revision": request.revision, "hash": request.sha256[:8]}
            self.kicker.setText(say("products_page.verify.kicker", number=request.number, **facts))
            text = "help" if request.fields else "help_demo"
            self._help.setText(say(f"products_page.verify.{'help_second' if request.photos else text}"))
            self._pair.setVisible(bool(request.fields))
            self.notes.setVisible(bool(request.changes))
            if request.changes:
                title = say("products_page.verify.changed", count=len(request.changes))
                self.notes.show_notes((Note("info", title, request.changes),))
            self.settle()
        super().retranslate()

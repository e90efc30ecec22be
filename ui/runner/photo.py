"""The photograph's input: live camera and F9 (or a foot pedal that sends it), or a picture that comes otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QSizePolicy

from cellguide.desk import Desk
from cellguide.refusal import Refusal
from ui import kit, theme
from ui.language import put, say
from ui.runner import camera
from ui.runner.inputs import Input
from ui.runner.values import Ask, Blob


class Picture(QLabel):
    """A picture scaled into whatever room there is; a camera's sign where there is none."""

    def __init__(self, least: QSize) -> None:
        super().__init__()
        self.setProperty("kit", "photo")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setMinimumSize(least)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image = QImage()

    def show_image(self, image: QImage) -> None:
        """Show a picture; a null one shows the sign."""
        self._image = image
        self._draw()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def _draw(self) -> None:
        if self._image.isNull():
            self.setPixmap(theme.picture("camera", "text_quiet", 34))
            return
        room = self.size() - QSize(8, 8)
        self.setPixmap(
            QPixmap.fromImage(self._image).scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        )

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._draw()


class Photos:
    """Photographs of the store as pictures, each decoded once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, QImage] = {}

    def get(self, sha256: str) -> QImage:
        """The photograph of that digest; a null picture for "" and for what cannot be read."""
        if sha256 and sha256 not in self._known:
            try:
                self._known[sha256] = QImage.fromData(self._desk.store.blob(sha256))
            except Refusal:
                return QImage()
        return self._known.get(sha256, QImage())


class PhotoInput(Input):
    """Signals besides those of ``Input``: ``refused(Refusal)``: a picture could not be taken ·
    ``folder_chosen(str)``: a folder to watch."""

    refused = Signal(object)
    folder_chosen = Signal(str)

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._blob: Blob | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(ask.title)
        self.setAcceptDrops(True)
        self.live = camera.LiveCamera(self)
        self.watch = camera.Watch(self)
        self.there = camera.available()
        self.picture = Picture(QSize(200, 120))
        self.shoot_key = kit.key("camera.shoot", "primary", icon="camera")
        self.file_key = kit.key("camera.file", icon="folder")
        self.paste_key = kit.key("camera.paste", icon="plus")
        self.folder_key = kit.key("camera.folder", "link")
        self.hint = kit.label(size="small", tone="quiet", wrap=True)
        for key, slot in (
            (self.shoot_key, self.shoot),
            (self.file_key, self._choose),
            (self.paste_key, self.paste),
            (self.folder_key, self._choose_folder),
        ):
            key.setMinimumHeight(44 if key is not self.folder_key else 32)
            key.clicked.connect(slot)
        self.shoot_key.setVisible(self.there)
        keys = kit.column(gap=8)
        for part in (self.shoot_key, self.file_key, self.paste_key, self.folder_key, self.hint):
            keys.addWidget(part)
        keys.addStretch(1)
        row = kit.row(self.picture, keys, gap=14, owner=self)
        row.setStretch(0, 3)
        row.setStretch(1, 2)
        self.setMinimumHeight(190)
        self.live.frame.connect(self._see)
        self.live.failed.connect(lambda _words: put(self.hint, "camera.failed"))
        self.watch.found.connect(lambda path: self.take_file(path))
        put(self.hint, "camera.hint" if self.there else "camera.none")
        self.picture.show_image(QImage())

    def begin(self) -> None:
        self.setFocus()
        self.open_up()

    def open_up(self) -> None:
        """Look through the camera until a picture is taken."""
        if self.there and self._blob is None:
            self.live.start()

    def watch_folder(self, folder: str, after_s: float) -> None:
        """Take the newest picture of a folder that is younger than ``after_s``; it is shown before it is given."""
        if folder and Path(folder).is_dir():
            put(self.folder_key, "camera.watching", folder=Path(folder).name)
            self.watch.start(Path(folder), after_s)

    def _see(self, image: QImage) -> None:
        if self._blob is None:
            self.picture.show_image(image)

    def shoot(self) -> None:
        """Keep the frame that shows now; again: a new one instead."""
        if self._blob is not None:
            self._blob = None
            self.live.start()
            put(self.shoot_key, "camera.shoot")
            self.changed.emit()
            return
        try:
            taken = self.live.shoot()
        except Refusal as refusal:
            self.refused.emit(refusal)
            return
        if taken is not None:
            self.take(taken)

    def paste(self) -> bool:
        """Take the picture on the clipboard; False where there is none."""
        data = QGuiApplication.clipboard().mimeData()
        try:
            pasted = camera.image_of(data) if data is not None else None
        except Refusal as refusal:
            self.refused.emit(refusal)
            return False
        if pasted is None:
            self.refused.emit(Refusal("camera.nothing_pasted"))
            return False
        self.take(pasted)
        return True

    def take_file(self, path: Path) -> None:
        """Take a picture from a file."""
        try:
            self.take(camera.read_image(path))
        except Refusal as refusal:
            self.refused.emit(refusal)

    def take(self, blob: Blob) -> None:
        """Show the picture that will be given."""
        self._blob = blob
        self.live.stop()
        self.picture.show_image(QImage.fromData(blob.data))
        put(self.shoot_key, "camera.again")
        put(self.hint, "camera.taken", name=blob.name or say("camera.ours"), size=f"{len(blob.data) // 1000:,}")
        self.changed.emit()
        self.filled.emit()

    def value(self) -> Any:
        return self._blob

    def close_down(self) -> None:
        """Let go of camera and folder."""
        self.live.stop()
        self.watch.stop()

    def _choose(self) -> None:
        dialog = QFileDialog(self.window(), self.ask.title)
        dialog.setNameFilter("JPEG, PNG (*.jpg *.jpeg *.png)")
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self.window(), say("camera.folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.folder_chosen)
        dialog.open()

    def dragEnterEvent(self, event: Any) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        try:
            dropped = camera.image_of(event.mimeData())
        except Refusal as refusal:
            self.refused.emit(refusal)
            return
        if dropped is not None:
            self.take(dropped)

"""Photographs: the live camera, a file chosen, dropped or pasted, the newest image of a watched folder.

The only door to QtMultimedia (engineering-review 2): it is imported when a photograph is first asked for, and a
machine without it, or without a camera, is told so before the lid opens. A picture's time is ours, never its own.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from cellguide.refusal import Refusal
from ui.runner.values import Blob

IMAGE_BYTES_MAX = 20_000_000
_HEADS = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}
_SUFFIXES = (".jpg", ".jpeg", ".png")
_JPEG_QUALITY = 92


@functools.cache
def multimedia() -> ModuleType | None:
    """QtMultimedia, imported now; None where this machine cannot load it."""
    try:
        from PySide6 import QtMultimedia
    except ImportError:
        return None
    return QtMultimedia


def available() -> bool:
    """Whether there is a camera to look through."""
    media = multimedia()
    return media is not None and bool(media.QMediaDevices.videoInputs())


def check_image(untrusted_data: bytes) -> bytes:
    """Return the bytes as given when they are a JPEG or PNG picture by their content, whatever their name says.

    Raises Refusal: ``camera.too_large`` (20 MB), ``camera.no_image``.
    """
    if len(untrusted_data) > IMAGE_BYTES_MAX:
        raise Refusal("camera.too_large", size_mb=round(len(untrusted_data) / 1e6, 1), most_mb=IMAGE_BYTES_MAX // 10**6)
    known = any(untrusted_data.startswith(head) for head in _HEADS)
    if not known or QImage.fromData(untrusted_data).isNull():
        raise Refusal("camera.no_image")
    return untrusted_data


def read_image(path: Path) -> Blob:
    """Read a picture from a file. Raises Refusal: ``camera.unreadable`` and those of ``check_image``."""
    try:
        with path.open("rb") as source:
            untrusted_data = source.read(IMAGE_BYTES_MAX + 1)
    except OSError as fault:
        raise Refusal("camera.unreadable", name=path.name, reason=fault.strerror or "") from fault
    return Blob(check_image(untrusted_data), path.name)


def jpeg_of(image: QImage) -> bytes:
    """A frame or a pasted picture as JPEG. Raises Refusal ``camera.no_image``."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if image.isNull() or not image.save(buffer, "JPEG", _JPEG_QUALITY):  # type: ignore[call-overload]
        raise Refusal("camera.no_image")
    return bytes(buffer.data().data())


def image_of(data: QMimeData) -> Blob | None:
    """What was dropped or pasted: a file as it is, a picture as JPEG; None where it is neither.

    Raises Refusal as ``read_image``.
    """
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if files:
        return read_image(files[0])
    if data.hasImage():
        image: Any = data.imageData()
        return Blob(jpeg_of(image if isinstance(image, QImage) else QImage(image)))
    return None


def newest_image(folder: Path, after_s: float) -> Path | None:
    """The newest picture in a folder that is younger than ``after_s`` (seconds since 1970), or None."""
    try:
        found = [
            (item.stat().st_mtime, item)
            for item in folder.iterdir()
            if item.suffix.lower() in _SUFFIXES and item.is_file()
        ]
    except OSError:
        return None
    young = [pair for pair in found if pair[0] >= after_s]
    return max(young)[1] if young else None


class Watch(QObject):
    """Looks at a folder each second for a picture that came after the question was opened.

    Signals: ``found(object)``: the Path of a newer picture than the last one told.
    """

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._after_s = 0.0
        self._told: Path | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.look)

    def start(self, folder: Path, after_s: float) -> None:
        """Watch ``folder`` for pictures younger than ``after_s``."""
        self._folder, self._after_s, self._told = folder, after_s, None
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """Look no longer."""
        self._timer.stop()

    def look(self) -> None:
        """Look once."""
        newest = newest_image(self._folder, self._after_s) if self._folder is not None else None
        if newest is not None and newest != self._told:
            self._told = newest
            self.found.emit(newest)


class LiveCamera(QObject):
    """The first camera, as a stream of frames; the last one is what F9 stores.

    Signals: ``frame(QImage)`` · ``failed(str)``: the camera's own words.
    """

    frame = Signal(QImage)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts: Sequence[Any] = ()
        self.last = QImage()

    def start(self) -> bool:
        """Open the camera; False where there is none."""
        media = multimedia()
        if media is None or not available():
            return False
        camera = media.QCamera(media.QMediaDevices.defaultVideoInput())
        sink, session = media.QVideoSink(), media.QMediaCaptureSession()
        session.setCamera(camera)
        session.setVideoSink(sink)
        sink.videoFrameChanged.connect(self._take)
        camera.errorOccurred.connect(lambda _error, words: self.failed.emit(words))
        self._parts = (session, camera, sink)
        camera.start()
        return True

    def stop(self) -> None:
        """Close the camera; its light goes out."""
        if self._parts:
            self._parts[1].stop()
        self._parts = ()
        self.last = QImage()

    def _take(self, frame: Any) -> None:
        image = frame.toImage()
        if not image.isNull():
            self.last = image
            self.frame.emit(image)

    def shoot(self) -> Blob | None:
        """The frame that shows now, as JPEG; None before the first one."""
        return None if self.last.isNull() else Blob(jpeg_of(self.last))

"""The scanner's test symbol, large enough to be scanned from the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from cellguide.papers import qr
from ui import kit
from ui.dialogs.dialog import Dialog
from ui.language import put
from ui.scan import TEST_SYMBOL

SIDE_PX = 280


class SymbolDialog(Dialog):
    """Shows the symbol; the settings page behind it compares what the scanner sends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=520)
        put(self.title, "settings.scanner.symbol")
        put(self, "settings.scanner.symbol", "setWindowTitle")
        code = qr.matrix(TEST_SYMBOL)
        image = QImage(code.rgb, code.width, code.height, code.width * 3, QImage.Format.Format_RGB888).copy()
        picture = QLabel()
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        picture.setPixmap(QPixmap.fromImage(image).scaled(SIDE_PX, SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio))
        put(picture, "settings.scanner.symbol", "setAccessibleName")
        self.body.addWidget(picture)
        self.body.addWidget(kit.words("settings.scanner.symbol_help", "small", "quiet", wrap=True))
        self.add_back()

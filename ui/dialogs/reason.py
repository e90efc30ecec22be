"""Why something was changed: presets and words of one's own, long enough to mean something (REG-015)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from cellguide.runs.reasons import says_something as is_enough
from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Form, FreeField
from ui.kit import Key
from ui.language import put

PRESETS_WIDTH = 520  # what is left of the dialog's width for its keys


class ReasonDialog(Dialog):
    """Signals: ``given(str)``: the reason; the caller answers with ``accept()`` or ``show_error``."""

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=600)
        put(self.kicker, "sign.reason.kicker")
        self._presets = QGridLayout()
        self._presets.setSpacing(8)
        self._preset_title = kit.words("sign.reason.preset", "small", "quiet")
        self.body.addWidget(self._preset_title)
        self.body.addLayout(self._presets)
        self.form = Form()
        self.text = FreeField(3)
        self.form.add_row("sign.reason.text", self.text, help_key="sign.reason.rule")
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.add_back("sign.reason.back")
        self.key = self.add_key("sign.reason.give")
        self.key.clicked.connect(lambda: self.given.emit(self.text.value()))
        self.text.textChanged.connect(self.settle)

    def show_request(self, question: str, presets: Sequence[str], before: str = "") -> None:
        """Ask ``question``; ``presets`` are whole reasons in the language of the moment."""
        self.title.setText(question)
        self.setWindowTitle(question)
        kit.clear(self._presets)
        keys = [self._preset(preset) for preset in presets]
        widest = max((key.sizeHint().width() for key in keys), default=1)
        columns = min(max(PRESETS_WIDTH // widest, 1), 3)  # as many as leave every word whole
        for place, key in enumerate(keys):
            self._presets.addWidget(key, place // columns, place % columns)
        self._preset_title.setVisible(bool(presets))
        self.text.setPlainText(before)
        self.text.setFocus()
        self.settle()

    def _preset(self, text: str) -> Key:
        key = Key("tab")
        key.setMinimumHeight(44)
        key.setText(text)
        key.clicked.connect(lambda: self.text.setPlainText(text))
        return key

    def settle(self) -> None:
        self.key.setEnabled(is_enough(self.text.value()) and not self._busy)

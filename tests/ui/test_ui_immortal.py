"""The Qt wheel that is pinned takes no reference from None (6.12.0 did: CPython 3.11 aborted)."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


def test_ten_thousand_calls_into_qt_leave_none_as_it_was(qtbot: QtBot) -> None:
    shown = QLabel()
    qtbot.addWidget(shown)
    before = sys.getrefcount(None)
    for _ in range(10_000):
        shown.setText("")
    assert sys.getrefcount(None) > before - 1000

"""None outlives Qt on every Python we run on (see ui/__init__.py)."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject

import ui


def test_none_and_the_truth_values_are_not_used_up_by_qt() -> None:
    assert ui.__doc__
    thing = QObject()
    for _ in range(20_000):
        thing.setObjectName("x")
        thing.parent()
    assert all(sys.getrefcount(constant) > 1 << 24 for constant in (None, True, False))

"""A dressed application without a display; keys with times of their own; the filters live for one test each."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from typist import Typist

from ui.app import dress_app
from ui.keys import KeyRules
from ui.language import language
from ui.scan import ScanFilter


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    app = QApplication.instance() or QApplication(["cellguide"])
    assert isinstance(app, QApplication)
    dress_app(app)
    return app


@pytest.fixture(autouse=True)
def chinese(qapp: QApplication) -> Iterator[None]:
    # Deferred deletions wait for an event loop that tests never run: without this every window of every test lives on.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    language.switch("zh")
    yield
    language.switch("zh")


@pytest.fixture
def rules(qapp: QApplication) -> Iterator[KeyRules]:
    made = KeyRules(qapp)
    yield made
    qapp.removeEventFilter(made)
    made.deleteLater()


@pytest.fixture
def scanner(qapp: QApplication, rules: KeyRules) -> Iterator[ScanFilter]:
    made = ScanFilter(qapp)
    yield made
    made.settle()
    qapp.removeEventFilter(made)
    made.deleteLater()


@pytest.fixture
def typist() -> Typist:
    return Typist()

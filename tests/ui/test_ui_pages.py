"""Every page and dialog: both languages, nothing cut, everything named, reachable, big enough, deaf to scans."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sample_dialogs
import samples
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from typist import Typist

from cellguide.words import LANGS, Lang
from ui.bars import ClockStrip
from ui.dialogs.dialog import Dialog
from ui.frame import Frame
from ui.kit import Elided, Page
from ui.language import language
from ui.pages.lock import LockPage
from ui.pages.signin import SignInPage
from ui.scan import ScanFilter

PAGES = ("today", "records", "people", "settings", "storage", "temperature")
DIALOGS = (
    "sign", "sign_refused", "second_who", "second_values", "second_results", "reason", "about", "enrol", "reset",
    "train", "fault", "wizard_welcome", "wizard_site", "wizard_first", "wizard_second", "wizard_people", "wizard_ready",
    "probe", "probe_change", "probe_replace", "certificate", "doubted", "place", "place_change", "source_review",
    "move", "bulk", "count", "round", "shipper_reading", "period",
)  # fmt: skip
SIZES = ((1440, 900), (1366, 768), (910, 433))


@pytest.fixture
def frame(qtbot: QtBot) -> Frame:
    made = Frame()
    qtbot.addWidget(made)
    made.show()
    return made


def dress(frame: Frame, lang: Lang, size: tuple[int, int]) -> None:
    language.switch(lang)
    for name in PAGES:
        frame.register(name, maker(name, lang))
    samples.fill_frame(frame, lang)
    frame.resize(*size)


def maker(name: str, lang: Lang) -> Callable[[], Page]:
    return lambda: samples.page(name, lang)


def covers(lang: Lang) -> dict[str, Page]:
    signin, lock = SignInPage(), LockPage()
    lock.show_clocks(samples.clocks(lang))
    lock.show_locked("DEMO", "14:32")
    lock.show_error("口令不对，未解锁。" if lang == "zh" else "Wrong password; still locked.")
    return {"signin": signin, "lock": lock}


def everything(frame: Frame, lang: Lang, size: tuple[int, int]) -> Iterator[tuple[str, QWidget]]:
    """Open one after the other; each is laid out when it is handed over."""
    dress(frame, lang, size)
    for name in PAGES:
        frame.open_page(name)
        QApplication.processEvents()
        yield name, frame
    for name, dialog in sample_dialogs.dialogs(frame, lang).items():
        dialog.open()
        QApplication.processEvents()
        yield name, dialog
        dialog.done(0)
    for name, cover in covers(lang).items():
        frame.show_cover(cover)
        QApplication.processEvents()
        yield name, cover


def visible(root: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [part for part in root.findChildren(kind) if part.isVisible()]


def cut(part: QWidget) -> str:
    """What of a label or key does not fit, or ``""``."""
    if isinstance(part, Elided):
        return ""
    if isinstance(part, QLabel) and part.text():
        if part.wordWrap():
            short = part.height() + 1 < part.heightForWidth(part.width())
        else:
            short = part.width() + 1 < part.sizeHint().width() or part.height() + 3 < part.sizeHint().height()
        return part.text() if short else ""
    if isinstance(part, QPushButton) and part.text() and part.layout() is None:
        return part.text() if part.width() + 1 < part.sizeHint().width() else ""
    return ""


@pytest.mark.req("REG-050")
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_in_either_language_at_any_size(frame: Frame, lang: Lang, size: tuple[int, int]) -> None:
    faults = [
        f"{name}: {text}"
        for name, root in everything(frame, lang, size)
        for text in [cut(part) for part in [*visible(root, QLabel), *visible(root, QPushButton)]]
        if text
    ]
    assert faults == []


@pytest.mark.parametrize("lang", LANGS)
def test_whatever_takes_the_focus_has_a_name(frame: Frame, lang: Lang) -> None:
    nameless = []
    for name, root in everything(frame, lang, (1440, 900)):
        for part in visible(root, QWidget):
            inner = isinstance(part.parentWidget(), QComboBox)
            if part.focusPolicy().value & 1 and part.isEnabled() and not inner:
                said = QAccessible.queryAccessibleInterface(part).text(QAccessible.Text.Name)
                if not said.strip():
                    nameless.append(f"{name}: {type(part).__name__} {part.metaObject().className()}")
    assert nameless == []


@pytest.mark.parametrize("size", [(1440, 900), (910, 433)])
def test_keys_for_gloves_are_big_and_all_targets_are_at_least_24(frame: Frame, size: tuple[int, int]) -> None:
    small = []
    for name, root in everything(frame, "zh", size):
        for key in visible(root, QAbstractButton):
            big = key.property("decides") or key.property("look") == "clockkey"
            big = big or "true" in (key.property("big"), key.property("glove"))
            least = 44 if big else 24
            inside = isinstance(key.parentWidget(), QLineEdit)  # the clear button of a search field, Escape does it too
            if not inside and (key.height() < least or key.width() < least):
                small.append(f"{name}: {key.accessibleName() or key.text()} {key.width()}×{key.height()}")
    assert small == []


def test_no_key_is_the_default_of_its_dialog(frame: Frame) -> None:
    for name, root in everything(frame, "zh", (1440, 900)):
        for key in root.findChildren(QPushButton):
            assert not key.autoDefault() and not key.isDefault(), (name, key.text())


@pytest.mark.parametrize("lang", LANGS)
def test_a_scan_with_its_enter_presses_and_types_nothing_anywhere(
    frame: Frame, lang: Lang, scanner: ScanFilter, typist: Typist
) -> None:
    scans: list[str] = []
    scanner.scanned.connect(scans.append)
    count = 0
    for name, root in everything(frame, lang, (1440, 900)):
        pressed: list[str] = []
        for key in visible(root, QAbstractButton):
            key.clicked.connect(lambda *_, key=key, pressed=pressed: pressed.append(key.text()))
        for part in [part for part in visible(root, QWidget) if part.focusPolicy().value and part.isEnabled()]:
            before = content(root)
            part.setFocus()
            typist.scan(part, "=A9999 24 123456 0")
            count += 1
            assert content(root) == before, (name, part)
            assert pressed == [] and root.isVisible(), (name, part)
    assert scans == ["=A9999 24 123456 0"] * count and count > 150


def content(root: QWidget) -> list[str]:
    lines = [field.text() for field in root.findChildren(QLineEdit)]
    free = [field.toPlainText() for field in root.findChildren(QPlainTextEdit)]
    ticks = [str(box.isChecked()) for box in root.findChildren(QAbstractButton)]
    choices = [str(box.currentIndex()) for box in root.findChildren(QComboBox)]
    rows = [str(view.currentIndex().row()) for view in root.findChildren(QAbstractItemView)]
    return [*lines, *free, *ticks, *choices, *rows]


def test_enter_and_space_decide_nothing_anywhere(frame: Frame, scanner: ScanFilter, typist: Typist) -> None:
    for name, root in everything(frame, "zh", (1440, 900)):
        pressed: list[str] = []
        deciding = [key for key in visible(root, QAbstractButton) if key.property("decides")]
        for key in deciding:
            key.clicked.connect(lambda *_, name=name, pressed=pressed: pressed.append(name))
            key.setEnabled(True)
            for _ in range(2):
                typist.enter(key)
                typist.press(key, 0x20, " ", after_ms=2_000)
                scanner.settle()
        assert pressed == []


def test_tab_reaches_every_field_and_key_of_a_dialog(frame: Frame, qtbot: QtBot) -> None:
    dress(frame, "zh", (1440, 900))
    for name, dialog in sample_dialogs.dialogs(frame, "zh").items():
        dialog.open()
        dialog.activateWindow()
        QApplication.processEvents()
        wanted = {
            part
            for part in visible(dialog, QWidget)
            if part.focusPolicy().value & 1 and part.isEnabled() and not isinstance(part, QAbstractScrollArea)
        }
        seen, part = set(), dialog.nextInFocusChain()
        for _ in range(400):
            if part in wanted:
                seen.add(part)
            part = part.nextInFocusChain()
        assert seen == wanted and wanted, name
        dialog.done(0)


def test_fields_follow_each_other_as_they_stand(frame: Frame) -> None:
    dress(frame, "zh", (1440, 900))
    for name, dialog in sample_dialogs.dialogs(frame, "zh").items():
        dialog.open()
        QApplication.processEvents()
        order, part = [], dialog.nextInFocusChain()
        for _ in range(400):
            if isinstance(part, QLineEdit) and part.isVisible() and part not in order:
                order.append(part)
            part = part.nextInFocusChain()
        columns: dict[QWidget, list[int]] = {}
        for field in order:
            columns.setdefault(field.parentWidget().parentWidget(), []).append(field.mapTo(dialog, field.pos()).y())
        assert all(tops == sorted(tops) for tops in columns.values()), name
        dialog.done(0)


@pytest.mark.req("REG-050")
def test_the_language_changes_while_a_page_or_dialog_is_open(frame: Frame) -> None:
    for name, root in everything(frame, "zh", (1440, 900)):
        before = said(root)
        language.switch("en")
        QApplication.processEvents()
        after = said(root)
        language.switch("zh")
        QApplication.processEvents()
        assert after != before, name
        assert said(root) == before, name


def said(root: QWidget) -> list[str]:
    labels = [part.text() for part in visible(root, QLabel)]
    return sorted([*labels, *(part.text() for part in visible(root, QAbstractButton))])


@pytest.mark.parametrize("name", ["sign", "enrol", "wizard_people", "second_values"])
def test_a_dialog_stays_inside_the_smallest_window(frame: Frame, name: str) -> None:
    dress(frame, "en", (900, 430))
    dialog = sample_dialogs.dialogs(frame, "en")[name]
    dialog.open()
    assert dialog.width() <= 900 and dialog.height() <= 430
    keys = [key for key in visible(dialog, QPushButton) if key.property("decides")]
    assert keys and all(dialog.rect().contains(key.mapTo(dialog, key.rect().bottomRight())) for key in keys)


def test_the_window_is_dimmed_while_a_dialog_is_open(frame: Frame) -> None:
    dress(frame, "zh", (1440, 900))
    about: Dialog = sample_dialogs.dialogs(frame, "zh")["about"]
    children = len(frame.children())
    about.open()
    assert len(frame.children()) == children + 1
    about.reject()
    QApplication.processEvents()
    assert not about.isVisible() and not any(
        child.isVisible() and type(child).__name__ == "_Scrim" for child in frame.findChildren(QWidget)
    )


def test_many_clocks_keep_the_strip_to_one_line(qtbot: QtBot) -> None:
    strip = ClockStrip()
    qtbot.addWidget(strip)
    strip.show_clocks([clock._replace(ident=str(n)) for n in range(4) for clock in samples.clocks("en")])
    strip.resize(900, strip.sizeHint().height())
    assert strip.sizeHint().height() < 60

"""The window: pages, badges, bars, the clock key, covers, forms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import samples
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from typist import Typist

from ui.bars import Notice
from ui.frame import Frame
from ui.keys import KeyRules
from ui.kit import Mark, Page
from ui.language import language
from ui.pages.lock import LockPage
from ui.pages.signin import SignInPage
from ui.rail import KEY_PX_MIN, NARROW, WIDE


@pytest.fixture
def frame(qtbot: QtBot) -> Frame:
    made = Frame()
    qtbot.addWidget(made)
    for name in samples.PAGES:
        made.register(name, maker(name))
    samples.fill_frame(made, "zh")
    made.resize(1440, 900)
    made.show()
    made.open_page("today")
    return made


def maker(name: str) -> Callable[[], Page]:
    return lambda: samples.page(name, language.now)


def texts(widget: Frame | Page) -> str:
    QApplication.processEvents()  # what was added to a layout shows after the event that lays it out
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_only_registered_pages_show_in_the_rails_own_order(qtbot: QtBot) -> None:
    made = Frame()
    qtbot.addWidget(made)
    for name in ("records", "today", "receipt"):
        made.register(name, maker(name))
    made.show()
    keys = sorted(made.rail.keys.values(), key=lambda key: key.y())
    assert [key.place.name for key in keys] == ["today", "receipt", "records"]


def test_a_page_is_made_when_it_is_first_opened_and_only_once(qtbot: QtBot) -> None:
    made = Frame()
    qtbot.addWidget(made)
    calls: list[str] = []

    def make() -> Page:
        calls.append("made")
        return samples.today("zh")

    made.register("today", make)
    assert calls == []
    made.open_page("today")
    made.open_page("today")
    assert calls == ["made"]


def test_the_rail_opens_a_page_and_the_bar_names_it(frame: Frame) -> None:
    frame.rail.keys["records"].click()
    assert frame.page_name == "records" and frame.top.title.whole == "记录"
    assert frame.rail.keys["records"].isChecked() and not frame.rail.keys["today"].isChecked()
    language.switch("en")
    assert frame.top.title.whole == "Records"


def test_every_page_fits_the_rail_at_768(frame: Frame) -> None:
    frame.resize(1366, 768)
    QApplication.processEvents()
    last = frame.rail.keys["settings"]
    assert last.mapTo(frame.rail, last.rect().bottomLeft()).y() <= frame.rail.clock_key.y()


def test_badges_are_read_aloud_with_their_page(frame: Frame) -> None:
    key = frame.rail.keys["deviations"]
    assert key.badge.text() == "2" and key.accessibleName() == "异常情况，2 项待处理"
    frame.show_badges({})
    assert not key.badge.isVisible() and key.accessibleName() == "异常情况"


def test_the_station_and_its_chain_stand_in_the_foot(frame: Frame) -> None:
    assert "PHARM-01 · 记录链完整 ✓" in texts(frame)
    frame.show_station("PHARM-01", Mark("记录链在 #311 断开", "alarm"))
    assert "✓" not in frame.rail._foot.accessibleName()


@pytest.mark.parametrize("compact", [False, True])
def test_the_clock_key_is_on_every_page_and_on_both_covers(frame: Frame, compact: bool) -> None:
    pressed: list[str] = []
    frame.clock_pressed.connect(lambda: pressed.append("clock"))
    if compact:
        frame.resize(910, 433)
    for name in ("today", "records", "people", "settings"):
        frame.open_page(name)
        assert frame.rail.clock_key.isVisible()
        frame.rail.clock_key.click()
    assert len(pressed) == 4
    for cover in (SignInPage(), LockPage()):
        cover.clock_pressed.connect(frame.clock_pressed)
        frame.show_cover(cover)
        assert cover.clock_key.isVisible() and cover.clock_key.height() >= 44
        cover.clock_key.click()
    assert len(pressed) == 6
    assert "立即计时" in frame.rail.clock_key.accessibleName()


@pytest.mark.req("REG-004")
def test_the_locked_screen_shows_clocks_and_no_patient(frame: Frame) -> None:
    frame.show_clocks(samples.clocks("zh"))
    frame.show_patient(samples.patient("zh"))
    assert "演示甲" in texts(frame)
    lock = LockPage()
    frame.show_cover(lock)
    lock.show_clocks(samples.clocks("zh"))
    lock.show_locked("演示药师", "14:32")
    seen = texts(frame)
    assert "DEMO-CEL 1/2" in seen and "15:15" in seen and "00:42:46" in seen
    assert "演示甲" not in seen and "12 床" not in seen and "20241103" not in seen
    assert all("演示甲" not in chip.accessibleName() for chip in lock.clocks._chips)
    assert not frame.is_working()


def test_clocks_are_on_every_page_with_the_latest_start(frame: Frame) -> None:
    frame.show_clocks(samples.clocks("zh"))
    for name in ("today", "records", "settings"):
        frame.open_page(name)
        assert frame.clocks.isVisible() and "最迟开始" in texts(frame) and "15:15" in texts(frame)
    opened: list[str] = []
    frame.clock_opened.connect(opened.append)
    frame.clocks._chips[1].click()
    frame.show_clocks([])
    assert opened == ["C2"] and not frame.clocks.isVisible()


def test_an_active_excursion_stands_above_every_page(frame: Frame) -> None:
    opened: list[str] = []
    frame.excursion_opened.connect(opened.append)
    frame.show_excursions(samples.excursions("zh"))
    for name in ("today", "people"):
        frame.open_page(name)
        assert frame.banner.isVisible()
    frame.banner.go.click()
    assert opened == ["X1"] and "−148.6" in frame.banner.accessibleName()


def test_what_was_not_saved_stays_until_it_is_dismissed(frame: Frame) -> None:
    frame.tell("not_saved", "磁盘已满：第 6 步未保存。")
    frame.tell("not_saved", "磁盘已满：第 6 步未保存。")
    assert texts(frame).count("第 6 步未保存") == 1 and "未保存" in texts(frame)
    frame.open_page("records")
    assert frame.notices.isVisible()
    frame.notices.dismiss(Notice("not_saved", "磁盘已满：第 6 步未保存。"))
    assert not frame.notices.isVisible()


def test_a_fourth_message_is_counted_not_lost(frame: Frame) -> None:
    for number in range(5):
        frame.tell("warn", f"第 {number} 条")
    assert "另有 2 条消息" in texts(frame) and "第 4 条" in texts(frame) and "第 0 条" not in texts(frame)


@pytest.mark.parametrize("width, compact", [(1200, False), (1199, True), (910, True), (900, True)])
def test_below_1200_the_form_is_compact(frame: Frame, width: int, compact: bool) -> None:
    frame.resize(width, 600)
    assert frame.compact is compact
    assert frame.rail.width() == (NARROW if compact else WIDE)


def test_the_window_is_never_smaller_than_900_by_430(frame: Frame) -> None:
    for name in ("today", "records", "people", "settings"):
        frame.open_page(name)
    frame.show_clocks(samples.clocks("en"))
    frame.resize(200, 100)
    assert (frame.width(), frame.height()) == (900, 430)
    assert frame.minimumSizeHint().width() <= 900


def test_f2_swaps_the_right_column_in_the_compact_form(frame: Frame, qtbot: QtBot) -> None:
    frame.open_page("people")
    page = frame.pages["people"]
    assert page.training.isVisible() and not frame.top.side.isVisible()
    frame.resize(910, 433)
    assert not page.training.isVisible() and page.table.isVisible() and frame.top.side.isVisible()
    qtbot.keyClick(frame, Qt.Key.Key_F2)
    assert page.training.isVisible() and not page.table.isVisible()
    frame.top.side.click()
    assert page.table.isVisible()


def test_shortcuts_reach_search_lock_language_and_the_clock(frame: Frame, qtbot: QtBot, rules: KeyRules) -> None:
    heard: list[str] = []
    frame.lock_pressed.connect(lambda: heard.append("lock"))
    frame.clock_pressed.connect(lambda: heard.append("clock"))
    frame.language_chosen.connect(heard.append)
    frame.activateWindow()
    qtbot.keyClick(frame, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert frame.top.search.hasFocus()
    qtbot.keyClick(frame, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(frame, Qt.Key.Key_F8)
    qtbot.keyClick(frame, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(frame, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert heard == ["lock", "clock", "en"] and frame.page_name == "orders"


def test_search_speaks_as_it_is_typed_and_at_enter(frame: Frame, rules: KeyRules, typist: Typist) -> None:
    heard: list[str] = []
    frame.searched.connect(heard.append)
    frame.search_entered.connect(lambda text: heard.append(f"{text}!"))
    typist.write(frame.top.search, "zm")
    typist.enter(frame.top.search)
    assert heard == ["z", "zm", "zm!"]


def test_nothing_is_focused_before_a_person_chooses(frame: Frame) -> None:
    frame.activateWindow()
    assert not frame.rail.clock_key.hasFocus() and not frame.top.search.hasFocus()


def test_a_low_window_shows_every_page_or_a_key_that_leads_to_the_others(frame: Frame) -> None:
    frame.resize(910, 433)
    rail = frame.rail
    rail.show()
    last = list(rail.keys.values())[-1]
    fits = all(key.height() >= KEY_PX_MIN for key in rail.keys.values())
    assert fits and (rail._more.isHidden() == (KEY_PX_MIN * len(rail.keys) <= rail._scroll.viewport().height()))
    if not rail._more.isHidden():
        before = rail._scroll.verticalScrollBar().value()
        rail._more.click()
        assert rail._scroll.verticalScrollBar().value() > before and last.isVisible()

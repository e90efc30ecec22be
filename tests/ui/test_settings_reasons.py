"""The site's facts change with a reason that a person gave; what is a station's own taste needs none (REG-015)."""

from __future__ import annotations

from pathlib import Path

import makers
import pytest
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide.acts import site
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from ui import program
from ui.dialogs.reason import ReasonDialog
from ui.language import language
from ui.scan import ScanFilter
from ui.station import SCREEN_LANGUAGE
from ui.wiring.settings import SettingsWire


def last_change(desk: Desk) -> tuple[str, dict[str, object], str]:
    entry = desk.store.history("site", "site")[-1]
    return str(entry["act"]), dict(entry["new"]), str(entry["reason"])


@pytest.mark.req("REG-015")
@pytest.mark.parametrize("reason", ["", "   ", "!!!!!!!!", "aaaaaaaa", "好"])
def test_the_act_itself_takes_no_empty_reason(desk: Desk, reason: str) -> None:
    makers.sit(desk, makers.QUALITY)
    with pytest.raises(Refusal) as caught:
        site.change_site(desk, {"lock_minutes": 5}, reason)
    assert caught.value.code == "reason.short"
    assert desk.site["lock_minutes"] == 10


@pytest.mark.req("REG-015")
def test_lock_minutes_and_ink_lines_are_saved_with_the_reason_that_was_given(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    makers.sit(desk, makers.QUALITY)
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        wire = SettingsWire(station)
        wire.page.lock.choose("5")
        wire.page.site.ink.choose("yes")
        wire.page.key.click()
        dialog = wire.dialog
        assert isinstance(dialog, ReasonDialog) and dialog.isVisible()
        assert desk.site["lock_minutes"] == 10, "nothing is saved without it"
        dialog.text.setPlainText("新制度第三版")
        dialog.key.click()
        assert not dialog.isVisible()
        assert last_change(desk) == ("change_site", {"lock_minutes": 5, "ink_lines": True}, "新制度第三版")
        assert not wire.page.key.isEnabled(), "what is shown is what is saved"


def test_who_goes_back_keeps_what_was_chosen_and_saves_nothing(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    makers.sit(desk, makers.QUALITY)
    with a_station(desk, qapp, scanner) as station:
        station.frame.show()
        wire = SettingsWire(station)
        wire.page.lock.choose("2")
        wire.page.key.click()
        assert wire.dialog is not None
        wire.dialog.reject()
        assert wire.page.lock.value() == "2" and wire.page.key.isEnabled()
        assert desk.site["lock_minutes"] == 10


def test_the_backup_folder_alone_asks_for_none(
    desk: Desk, qapp: QApplication, scanner: ScanFilter, tmp_path: Path
) -> None:
    makers.sit(desk, makers.QUALITY)
    with a_station(desk, qapp, scanner) as station:
        wire = SettingsWire(station)
        wire.page.choose_folder(str(tmp_path / "copies"))
        wire.page.key.click()
        assert wire.dialog is None
        assert desk.site["backup_folder"] == str(tmp_path / "copies")


@pytest.mark.req("REG-050")
def test_the_screens_language_is_remembered_by_the_station_and_leaves_no_entry(
    desk: Desk, qapp: QApplication, scanner: ScanFilter
) -> None:
    with a_station(desk, qapp, scanner) as station:
        before = len(list(desk.store.entries()))
        station.sign_in_page.tongue.click()
        assert language.now == "en"
        assert desk.store.note(SCREEN_LANGUAGE) == "en"
        assert len(list(desk.store.entries())) == before
    language.switch("zh")
    program.take_language(desk, None)
    assert language.now == "en", "the next start begins in it"
    program.take_language(desk, "zh")
    assert language.now == "zh", "unless another is asked for"
    assert desk.store.note(SCREEN_LANGUAGE) == "en", "which is asked for once"


def test_a_station_that_remembers_nothing_begins_in_the_language_of_the_moment(desk: Desk, qapp: QApplication) -> None:
    program.take_language(desk, None)
    assert language.now == "zh"

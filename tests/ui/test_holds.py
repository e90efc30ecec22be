"""Holds in the window: the dossier, its letters, the lifting by two people, the letter that was owed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import makers
import pytest
import storage_makers as given
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from station_makers import a_station, adopted, placed
from typist import Typist

from cellguide.acts import containers as container_acts
from cellguide.acts import excursions, imports, shipments, shipper_file, walks
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.shipments import Announced, Shipment
from ui.dialogs.dossier import DossierDialog
from ui.dialogs.hold import WORD, HoldDialog, OwedDialog
from ui.language import language
from ui.scan import ScanFilter
from ui.station import Station
from ui.wiring.holds import open_dossier, open_enquiry, open_hold, open_owed, save_letter
from ui.wiring.today import TodayWire

ONE = f"{given.ORDER}-1"


@pytest.fixture
def warm(desk: Desk, clock: SetClock) -> Desk:
    """A tank stood open for ten minutes with one patient's bag in it; the infusion is a month away."""
    given.tanks(desk)
    given.order(desk, infusion_on="2026-12-22")
    clock.set("2026-11-10T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    given.stored(desk, ONE, "A/1/01")
    given.probe(desk)
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    data = given.readings(
        "2026-11-15T08:00:00",
        "2026-11-22T08:00:00",
        lambda at: -144.0 if (at.day, at.hour, at.minute) in {(18, 10, 5), (18, 10, 10)} else -185.0,
    )
    imports.take_in_file(desk, data, "tank-a.csv", desk.store.find("probe")[0].id)
    return desk


@pytest.fixture
def station(warm: Desk, qapp: QApplication, scanner: ScanFilter) -> Iterator[Station]:
    with a_station(warm, qapp, scanner) as made:
        made.frame.resize(1280, 860)
        yield made


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"%PDF letter of the holder")
    return path


def excursion(desk: Desk) -> str:
    return excursions.listed(desk)[0][0]


def hold(desk: Desk) -> str:
    return desk.store.find("hold")[0].id


def state(desk: Desk) -> str:
    return container_acts.get(desk, ONE).state


def hours_count(desk: Desk, clock: SetClock, person: str) -> None:
    """The infusion is two days away, and ``person`` sits there."""
    clock.set("2026-12-20T09:00:00+08:00")
    makers.sit(desk, person)


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def fill(dialog: HoldDialog, first: str, second: str, reason: str = "持有人同意继续使用，无附加条件") -> None:
    dialog.reason.setPlainText(reason)
    dialog.vouchers.first[1].setText(makers.password(first))
    dialog.vouchers.second[0].setText(second)
    dialog.vouchers.second[1].setText(makers.password(second))


def word(dialog: HoldDialog, time: str = "08:55") -> None:
    dialog.kind.choose(WORD)
    dialog.name.setText("演示持有人值班")
    dialog.case.setText("DEMO-C-1")
    dialog.time.setText(time)


def opened(station: Station, kind: type[QWidget]) -> list[Any]:
    return [one for one in station.frame.findChildren(kind) if one.isVisible()]


# --- Today and the dossier --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "mark"), [("zh", "锁定"), ("en", "On hold")])
def test_today_names_what_is_on_hold_and_leads_to_its_dossier(station: Station, lang: Any, mark: str) -> None:
    language.switch(lang)
    today = TodayWire(station)
    [need] = [one for one in today._needs() if one.ident.startswith("excursion:")]
    assert need.mark == (mark, "alarm")
    assert ONE in need.text
    today.page.need_opened.emit(need.ident)
    [dialog] = opened(station, DossierDialog)
    assert "−144.0 °C" in texts(dialog)
    today.page.deleteLater()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_dossier_tells_of_container_warmth_time_way_and_hold(station: Station, lang: Any) -> None:
    language.switch(lang)
    dialog = open_dossier(station, excursion(station.desk))
    assert dialog is not None
    shown = texts(dialog)
    minutes = "超限 7 分钟" if lang == "zh" else "beyond it 7 min"
    for fact in (
        ONE,
        "DEMO-24118",
        "DEMO-L1",
        "−144.0",
        "−150",
        "2026-11-18 10:0",
        "2026-12-22",
        hold(station.desk),
        minutes,
    ):
        assert fact in shown, fact
    assert ("没有导入运输记录" if lang == "zh" else "no shipper's file") in shown


def test_the_dossier_is_read_anew_when_the_language_changes(station: Station) -> None:
    station.frame.show()
    dialog = open_dossier(station, excursion(station.desk))
    assert dialog is not None
    assert "涉及的容器" in texts(dialog)
    language.switch("en")
    QApplication.processEvents()
    assert "Enquiry to the holder" in texts(dialog)
    assert "Inside: since" in texts(dialog)


def test_both_letters_can_be_copied_and_saved_and_name_no_patient(station: Station, tmp_path: Path) -> None:
    dialog = open_dossier(station, excursion(station.desk))
    assert dialog is not None
    zh, en = (shown.toPlainText() for shown in dialog.letters)
    assert "致上市许可持有人" in zh and "To the marketing authorisation holder" in en
    assert "演示患者" not in zh and "DEMO Patient" not in en
    name = f"{excursion(station.desk)}-demo-cel-en.txt"
    dialog.keys["copy", name].click()
    assert QGuiApplication.clipboard().text() == en
    assert not dialog.told.isHidden()
    kept: list[Any] = []
    dialog.save_asked.disconnect()
    dialog.save_asked.connect(kept.append)
    dialog.keys["save", name].click()
    save_letter(dialog, kept[0], tmp_path / name)
    assert (tmp_path / name).read_text("utf-8") == en + "\n"
    save_letter(dialog, kept[0], tmp_path / "nowhere" / name)
    assert "没有保存" in dialog.error.text() and dialog.told.isHidden()


def test_a_nurse_may_read_the_dossier_but_lifts_and_files_nothing(station: Station) -> None:
    makers.sit(station.desk, makers.NURSE)
    dialog = open_dossier(station, excursion(station.desk))
    assert dialog is not None
    assert {act for act, _ in dialog.keys} == {"copy", "save"}


def test_an_unknown_excursion_opens_nothing_and_says_so(station: Station) -> None:
    assert open_dossier(station, "X-A-2026-999999") is None
    assert "X-A-2026-999999" in station.frame.notices.notices[0].text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_shipment_that_came_warm_stands_on_today_with_its_enquiry(
    desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, lang: Any
) -> None:
    language.switch(lang)
    adopted(desk)
    held = placed(desk, containers=1)
    shipment, *_ = announced(desk, held.id)
    clock.set("2026-11-22T09:00:00+08:00")
    makers.sit(desk, makers.PHARMACIST)
    bag = f"{held.id}-1"
    run = walks.start_run(desk, "receipt", {"order": held.id, "shipment": shipment}, (bag,))
    container_acts.record_fact(desk, bag, "arrived")
    container_acts.record_fact(desk, bag, "placed", place="A/4/01")
    with a_station(desk, qapp, scanner) as station:
        today = TodayWire(station)
        assert [one for one in today._needs() if one.ident.startswith("shipment:")] == []
        file = given.readings(
            "2026-11-20T07:00:00",
            "2026-11-22T08:55:00",
            lambda at: -141.5 if (at.day, at.hour) == (20, 23) else -188.0 + at.minute % 15 / 50,
        )
        shipper_file.take_in_shipper_file(desk, run.id, file, "shipper.csv", zone="Asia/Shanghai")
        [need] = [one for one in today._needs() if one.ident.startswith("shipment:")]
        today.page.need_opened.emit(need.ident)
        [dialog] = opened(station, DossierDialog)
        assert "−141.5 °C" in texts(dialog) and bag in texts(dialog)
        assert [
            shown.toPlainText().startswith(start)
            for shown, start in zip(dialog.letters, ("致上市许可持有人", "To the marketing"), strict=True)
        ] == [True, True]
        assert open_enquiry(station, "SH-A-2026-999999") is None
        container_acts.record_fact(desk, bag, "held")  # as R-40 = hold does: the question is still open
        assert container_acts.get(desk, bag).state == "locked"
        assert [one.ident for one in today._needs() if one.ident.startswith("shipment:")] == [f"shipment:{shipment}"]
        today.page.deleteLater()


def announced(desk: Desk, order: str) -> list[str]:
    notice = Shipment(departed_at="2026-11-20T08:00:00+08:00", waybill="999-1234 5678")
    shipments.announce_shipment(desk, order, notice, (Announced(1, 1, "DEMO-L1"),))
    return [held.id for held in desk.store.find("shipment")]


# --- lifting ----------------------------------------------------------------------------------------------------------


@pytest.mark.req("REG-008", "REG-023")
def test_with_the_letter_a_pharmacist_and_a_quality_officer_lift_the_hold(
    station: Station, letter: Path, qtbot: Any
) -> None:
    desk = station.desk
    dossier = open_dossier(station, excursion(desk))
    assert dossier is not None
    dossier.keys["lift", hold(desk)].click()
    [dialog] = opened(station, HoldDialog)
    assert dossier.isHidden()
    first = dialog.vouchers.first[0]
    assert first.value() == makers.PHARMACIST and first.isReadOnly()
    fill(dialog, makers.PHARMACIST, makers.QUALITY)
    assert not dialog.key.isEnabled(), "neither letter nor word"
    dialog.file.choose(str(letter))
    dialog.key.click()
    qtbot.waitUntil(lambda: state(desk) == "accepted", timeout=10_000)
    kept = desk.store.get("hold", hold(desk))
    assert kept is not None
    assert kept.doc["by"] == [makers.PHARMACIST, makers.QUALITY]
    assert desk.store.blob(kept.doc["disposition"]["sha256"]) == letter.read_bytes()
    [again] = opened(station, DossierDialog)
    assert ("lift", hold(desk)) not in again.keys
    assert "演示药甲 + 演示质甲" in texts(again)


@pytest.mark.parametrize(
    ("lang", "second", "said"),
    [
        ("zh", makers.PHYSICIAN, "药师＋质量管理员"),
        ("en", makers.PHYSICIAN, "pharmacist + quality officer"),
    ],
)
def test_two_of_the_wrong_roles_are_told_which_are_needed(
    station: Station, letter: Path, qtbot: Any, lang: Any, second: str, said: str
) -> None:
    language.switch(lang)
    dialog = open_hold(station, hold(station.desk))
    assert dialog is not None
    fill(dialog, makers.PHARMACIST, second)
    dialog.file.choose(str(letter))
    dialog.key.click()
    qtbot.waitUntil(lambda: bool(dialog.error.text()), timeout=10_000)
    assert said.casefold() in dialog.error.text().casefold()
    assert state(station.desk) == "locked"
    assert dialog.vouchers.first[1].value() == "", "passwords are given anew"
    assert dialog.isVisible() and dialog.reason.value()


@pytest.mark.req("REG-005")
def test_a_wrong_password_lifts_nothing(station: Station, letter: Path, qtbot: Any) -> None:
    dialog = open_hold(station, hold(station.desk))
    assert dialog is not None
    fill(dialog, makers.PHARMACIST, makers.QUALITY)
    dialog.vouchers.second[1].setText("not the password at all")
    dialog.file.choose(str(letter))
    dialog.key.click()
    qtbot.waitUntil(lambda: bool(dialog.error.text()), timeout=10_000)
    assert state(station.desk) == "locked"


def test_nobody_is_both_people(station: Station, letter: Path) -> None:
    dialog = open_hold(station, hold(station.desk))
    assert dialog is not None
    fill(dialog, makers.PHARMACIST, makers.PHARMACIST)
    dialog.file.choose(str(letter))
    assert not dialog.key.isEnabled()


def test_a_letter_that_cannot_be_read_or_is_empty_lifts_nothing(station: Station, tmp_path: Path) -> None:
    dialog = open_hold(station, hold(station.desk))
    assert dialog is not None
    fill(dialog, makers.PHARMACIST, makers.QUALITY)
    dialog.file.choose(str(tmp_path / "gone.pdf"))
    dialog.key.click()
    assert "没有保存" in dialog.error.text()
    (tmp_path / "empty.pdf").write_bytes(b"")
    fill(dialog, makers.PHARMACIST, makers.QUALITY)
    dialog.file.choose(str(tmp_path / "empty.pdf"))
    dialog.key.click()
    assert "empty.pdf" in dialog.error.text()
    assert state(station.desk) == "locked"


def test_the_holders_word_is_not_offered_while_there_is_time_for_its_letter(station: Station, clock: SetClock) -> None:
    dialog = open_hold(station, hold(station.desk))
    assert dialog is not None
    assert [dialog.kind.itemData(place) for place in range(dialog.kind.count())] == ["letter"]
    assert "72 小时" in texts(dialog)
    dialog.reject()
    hours_count(station.desk, clock, makers.PHYSICIAN)
    late = open_hold(station, hold(station.desk))
    assert late is not None
    assert late.kind.count() == 2
    late.kind.choose(WORD)
    assert "一名医师和一名药师" in texts(late)


@pytest.mark.req("REG-008")
def test_the_word_lifts_the_hold_and_the_letter_is_owed_until_quality_files_it(
    station: Station, clock: SetClock, letter: Path, qtbot: Any
) -> None:
    desk = station.desk
    hours_count(desk, clock, makers.PHYSICIAN)
    dialog = open_hold(station, hold(desk))
    assert dialog is not None
    word(dialog)
    fill(dialog, makers.PHYSICIAN, makers.PHARMACIST)
    dialog.key.click()
    qtbot.waitUntil(lambda: state(desk) == "accepted", timeout=10_000)
    kept = desk.store.get("hold", hold(desk))
    assert kept is not None
    assert kept.doc["disposition"]["said_at"] == "2026-12-20T08:55:00+08:00"
    today = TodayWire(station)
    [need] = [one for one in today._needs() if one.ident.startswith("excursion:")]
    assert need.mark.text == "待补书面意见" and hold(desk) in need.text
    dossier = open_dossier(station, excursion(desk))
    assert dossier is not None
    assert ("file", hold(desk)) not in dossier.keys, "a physician files no letter"
    dossier.reject()
    makers.sit(desk, makers.QUALITY)
    dossier = open_dossier(station, excursion(desk))
    assert dossier is not None
    dossier.keys["file", hold(desk)].click()
    [owed] = opened(station, OwedDialog)
    assert "DEMO-C-1" in texts(owed) and not owed.key.isEnabled()
    owed.file.choose(str(letter))
    owed.key.click()
    assert excursions.owed(desk) == []
    assert [one for one in today._needs() if one.ident.startswith("excursion:")] == []
    today.page.deleteLater()


def test_a_word_from_the_future_is_told_so_before_anybody_signs(station: Station, clock: SetClock) -> None:
    hours_count(station.desk, clock, makers.PHYSICIAN)
    dialog = open_hold(station, hold(station.desk))
    assert dialog is not None
    word(dialog, "23:59")
    fill(dialog, makers.PHYSICIAN, makers.PHARMACIST)
    dialog.key.click()
    assert "2026-12-20 23:59" in dialog.error.text()
    assert state(station.desk) == "locked"


@pytest.mark.parametrize(
    ("typed", "kept"), [("8:55", "T08:55:00+08:00"), ("０８：５５", "T08:55:00+08:00"), ("25:00", ""), ("", "")]
)
def test_the_time_of_the_word_is_read_in_the_sites_zone(
    station: Station, clock: SetClock, typed: str, kept: str
) -> None:
    hours_count(station.desk, clock, makers.PHYSICIAN)
    dialog = open_hold(station, hold(station.desk))
    assert dialog is not None
    word(dialog, typed)
    fill(dialog, makers.PHYSICIAN, makers.PHARMACIST)
    assert dialog.said_at() == (f"2026-12-20{kept}" if kept else "")
    assert dialog.key.isEnabled() == bool(kept)


def test_a_letter_filed_by_anybody_but_quality_is_refused_in_the_dialog(
    station: Station, clock: SetClock, letter: Path, qtbot: Any
) -> None:
    hours_count(station.desk, clock, makers.PHYSICIAN)
    dialog = open_hold(station, hold(station.desk))
    assert dialog is not None
    word(dialog)
    fill(dialog, makers.PHYSICIAN, makers.PHARMACIST)
    dialog.key.click()
    qtbot.waitUntil(lambda: state(station.desk) == "accepted", timeout=10_000)
    owed = open_owed(station, hold(station.desk))
    assert owed is not None
    owed.file.choose(str(letter))
    owed.key.click()
    assert "医师" in owed.error.text()
    assert len(excursions.owed(station.desk)) == 1


def test_a_hold_that_is_lifted_elsewhere_meanwhile_opens_nothing(station: Station) -> None:
    assert open_hold(station, "H-A-2026-999999") is None
    assert open_owed(station, hold(station.desk)) is None
    assert len(station.frame.notices.notices) == 2


def test_a_locked_screen_takes_the_dialog_away_and_brings_no_dossier_back(station: Station) -> None:
    station.frame.show()
    dossier = open_dossier(station, excursion(station.desk))
    assert dossier is not None
    dossier.keys["lift", hold(station.desk)].click()
    assert len(opened(station, HoldDialog)) == 1
    station.lock()
    assert opened(station, HoldDialog) == [] and opened(station, DossierDialog) == []


def test_the_keyboard_alone_lifts_a_hold(station: Station, letter: Path, typist: Typist, qtbot: Any) -> None:
    station.frame.show()
    dialog = open_hold(station, hold(station.desk))
    assert dialog is not None
    dialog.file.choose(str(letter))
    fill(dialog, makers.PHARMACIST, makers.QUALITY)
    typist.enter(dialog.vouchers.second[1])
    assert state(station.desk) == "locked", "Enter decides nothing"
    typist.press(dialog.reason, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: state(station.desk) == "accepted", timeout=10_000)


def test_escape_leaves_the_hold_and_comes_back_to_the_dossier(station: Station, typist: Typist) -> None:
    dossier = open_dossier(station, excursion(station.desk))
    assert dossier is not None
    dossier.keys["lift", hold(station.desk)].click()
    [dialog] = opened(station, HoldDialog)
    typist.press(dialog, Qt.Key.Key_Escape)
    assert opened(station, HoldDialog) == [] and len(opened(station, DossierDialog)) == 1
    assert state(station.desk) == "locked"


# --- nothing is cut ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_label_of_the_dialogs_has_the_room_its_words_need(station: Station, clock: SetClock, lang: Any) -> None:
    language.switch(lang)
    station.frame.show()
    hours_count(station.desk, clock, makers.PHYSICIAN)
    hold_dialog = open_hold(station, hold(station.desk))
    assert hold_dialog is not None
    for kind in ("letter", WORD):
        hold_dialog.kind.choose(kind)
        assert cut(hold_dialog) == []
    hold_dialog.reject()
    dossier = open_dossier(station, excursion(station.desk))
    assert dossier is not None
    assert cut(dossier) == []


def cut(dialog: QWidget) -> list[str]:
    QApplication.processEvents()
    return [
        label.text()
        for label in dialog.findChildren(QLabel)
        if label.isVisible()
        and label.text()
        and label.wordWrap()
        and label.height() < label.heightForWidth(label.width())
    ]

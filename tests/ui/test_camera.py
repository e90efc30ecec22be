"""Photographs without and with a camera: what is a picture, how it is kept, and who may import QtMultimedia."""

from __future__ import annotations

import ast
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import makers
import pytest
import runner_bench as rb
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from typist import Typist

from cellguide.acts import walks
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.hospital import picture
from cellguide.desk import Desk
from cellguide.refusal import Refusal
from cellguide.runs import Key
from ui.runner import camera, sound
from ui.runner.values import Ask, Blob
from ui.scan import ScanFilter

ROOT = Path(__file__).resolve().parents[2]
ESSENTIALS = {
    "QtCore",
    "QtGui",
    "QtWidgets",
    "QtPrintSupport",
    "QtSvg",
    "QtTest",
}


@pytest.fixture
def bench(desk: Desk, clock: SetClock, qapp: QApplication, scanner: ScanFilter, qtbot: QtBot) -> Iterator[rb.Bench]:
    clock.set("2026-11-22T14:00:00+08:00")
    made = rb.bench(desk, clock, qapp, scanner)
    qtbot.addWidget(made.station.frame)
    made.wire.page.start_asked.emit(f"shipment:{made.case.shipment.id}", "receipt")
    yield made
    rb.put_away(made, qapp)


def jpeg(shade: int = 120) -> bytes:
    image = QImage(32, 24, QImage.Format.Format_RGB32)
    image.fill(shade * 0x010101)
    return camera.jpeg_of(image)


# --- imports ----------------------------------------------------------------------------------------------------------


def qt_modules(path: Path) -> set[tuple[str, bool]]:
    """(Qt module, whether at the top of the file) for every import in a source file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    found = set()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "PySide6":
            inner = node.module.split(".")[1:2]
            names = inner or [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".")[1] for alias in node.names if alias.name.startswith("PySide6.")]
        found |= {(name, id(node) in top) for name in names}
    return found


def test_one_module_alone_imports_multimedia_and_only_when_it_is_needed() -> None:
    used = {
        (path.relative_to(ROOT).as_posix(), name, at_top)
        for folder in ("ui", "cellguide", "db")
        for path in (ROOT / folder).rglob("*.py")
        for name, at_top in qt_modules(path)
        if name not in ESSENTIALS
    }
    assert used == {("ui/runner/camera.py", "QtMultimedia", False)}


def test_a_machine_without_multimedia_or_camera_says_so_and_goes_on() -> None:
    assert camera.available() in (True, False)
    assert sound.ring() in (True, False)
    if camera.multimedia() is None:
        assert not camera.available() and not camera.LiveCamera().start() and not sound.ring()


def test_the_signal_is_loud_and_under_a_second_and_a_half() -> None:
    samples = [value for (value,) in struct.iter_unpack("<h", sound.samples())]
    assert 22_050 // 2 < len(samples) < 22_050 * 3 // 2
    assert max(samples) > 18_000 and samples[0] == 0


# --- what a picture is ------------------------------------------------------------------------------------------------


def test_a_picture_is_known_by_its_content_whatever_its_name_says(tmp_path: Path) -> None:
    named = tmp_path / "label.txt"
    named.write_bytes(jpeg())
    assert camera.read_image(named) == Blob(jpeg(), "label.txt")
    false = tmp_path / "label.jpg"
    false.write_bytes(b"GIF89a not a picture")
    with pytest.raises(Refusal, match=r"camera\.no_image"):
        camera.read_image(false)
    with pytest.raises(Refusal, match=r"camera\.no_image"):
        camera.check_image(b"\x89PNG\r\n\x1a\n")


def test_a_picture_over_twenty_megabytes_is_refused(tmp_path: Path) -> None:
    big = tmp_path / "big.jpg"
    big.write_bytes(jpeg() + bytes(camera.IMAGE_BYTES_MAX))
    with pytest.raises(Refusal, match=r"camera\.too_large"):
        camera.read_image(big)


def test_a_file_that_is_gone_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"camera\.unreadable name=gone\.jpg"):
        camera.read_image(tmp_path / "gone.jpg")


def test_a_dropped_file_is_kept_byte_for_byte_and_a_pasted_picture_as_jpeg(tmp_path: Path) -> None:
    kept = tmp_path / "a.png"
    kept.write_bytes(picture(99))
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(kept))])
    assert camera.image_of(dropped) == Blob(picture(99), "a.png")
    pasted = QMimeData()
    pasted.setImageData(QImage.fromData(picture(99)))
    taken = camera.image_of(pasted)
    assert taken is not None and taken.data.startswith(b"\xff\xd8\xff") and taken.name == ""
    assert camera.image_of(QMimeData()) is None


def test_a_watched_folder_gives_its_newest_picture_that_came_after_the_question(tmp_path: Path, qtbot: QtBot) -> None:
    for name, age_s in (("old.jpg", 100), ("new.jpg", 300), ("newer.png", 400), ("note.txt", 500)):
        (tmp_path / name).write_bytes(jpeg())
        os.utime(tmp_path / name, (age_s, age_s))
    assert camera.newest_image(tmp_path, 200) == tmp_path / "newer.png"
    assert camera.newest_image(tmp_path, 450) is None and camera.newest_image(tmp_path / "none", 0) is None
    watch = camera.Watch()
    found: list[Path] = []
    watch.found.connect(found.append)
    watch.start(tmp_path, 200)
    watch.look()
    assert found == [tmp_path / "newer.png"], "the same picture is told once"
    watch.stop()


# --- in the runner ----------------------------------------------------------------------------------------------------


@pytest.fixture
def blind(bench: rb.Bench) -> rb.Bench:
    if camera.available():
        pytest.skip("this machine has a camera; what is said without one cannot be seen here")
    return bench


def test_no_camera_is_said_before_the_lid_opens(blind: rb.Bench) -> None:
    receipts.door(blind.hospital, blind.walk.run.id, blind.case)
    blind.wire.open_run(blind.walk.run.id)
    blind.walk.go_to(Key("R-26"))
    assert [box.accessibleName()[:4] for box in blind.centre.boxes] == ["没有相机"]


def test_a_file_that_is_no_picture_changes_nothing(bench: rb.Bench, tmp_path: Path) -> None:
    bench.walk.go_to(Key("R-12"))
    false = tmp_path / "seal.jpg"
    false.write_bytes(b"%PDF-1.7")
    bench.centre.main.take_file(false)
    assert bench.centre.main.value() is None and not bench.centre.key.isEnabled()
    assert "不是 JPEG 或 PNG" in bench.station.frame.notices.notices[0].text


def test_a_chosen_picture_is_answered_with_its_own_bytes(bench: rb.Bench, tmp_path: Path) -> None:
    bench.walk.go_to(Key("R-12"))
    path = tmp_path / "seal.jpg"
    path.write_bytes(jpeg(33))
    bench.centre.main.take_file(path)
    bench.centre.key.click()
    answer = walks.load_run(bench.desk, bench.walk.run.id).current[Key("R-12")]
    assert bench.desk.store.blob(answer.value["sha256"]) == jpeg(33) and answer.value["name"] == "seal.jpg"


def test_an_empty_clipboard_pastes_nothing(bench: rb.Bench) -> None:
    bench.walk.go_to(Key("R-12"))
    QGuiApplication.clipboard().clear()
    assert not bench.centre.main.paste() and bench.centre.main.value() is None


def test_a_folder_once_chosen_is_watched_at_every_photograph(bench: rb.Bench, tmp_path: Path) -> None:
    bench.walk.go_to(Key("R-12"))
    bench.centre.main.folder_chosen.emit(str(tmp_path))
    path = tmp_path / "cam-1.jpg"
    path.write_bytes(jpeg(55))
    soon_s = bench.clock.now().utc_ms / 1000 + 5
    os.utime(path, (soon_s, soon_s))
    bench.centre.main.watch.look()
    assert bench.centre.main.value() == Blob(jpeg(55), "cam-1.jpg")
    bench.walk.go_to(Key("R-16"))
    assert bench.centre.main.watch._folder == tmp_path


def test_without_a_camera_two_people_scan_the_second_blind(blind: rb.Bench, qtbot: QtBot, typist: Typist) -> None:
    container = blind.case.containers[0]
    receipts.door(blind.hospital, blind.walk.run.id, blind.case)
    blind.wire.open_run(blind.walk.run.id)
    blind.walk.go_to(Key("R-29", container))
    typist.scan(blind.keyboard(), blind.case.order.coi)
    assert blind.walk.here == Key("R-29", container), "the photograph is still missing"
    blind.walk._pressed("two_scans")
    dialog = blind.walk.dialog.dialog
    dialog.person_id.setText(makers.PHARMACIST_2)
    dialog.secret.setText(makers.password(makers.PHARMACIST_2))
    dialog.key.click()
    qtbot.waitUntil(lambda: not dialog._busy)
    assert dialog.fields["own"].text() == ""
    blind.walk.take_scan(blind.case.order.coi)
    dialog.key.click()
    assert dialog.title.text() == "1 项全部一致"
    dialog.key.click()
    run = walks.load_run(blind.desk, blind.walk.run.id)
    assert run.current[Key("R-29", container)].value["text"] == blind.case.order.coi
    assert makers.PHARMACIST_2 in run.notes[-1].text and "一致" in run.notes[-1].text


def test_a_photograph_asked_without_a_camera_still_names_its_control(qtbot: QtBot) -> None:
    from ui.runner.photo import PhotoInput

    made = PhotoInput(Ask("", "photo", "外封签"))
    qtbot.addWidget(made)
    assert made.accessibleName() == "外封签" and made.missing() == "runner.missing.photo"

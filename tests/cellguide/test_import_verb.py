"""``import --db DB --probe P FILE``: the same acts without a screen, a password on the terminal, one line a channel."""

from __future__ import annotations

import io
from pathlib import Path

import makers
import pytest
import storage_makers as given

import db
from cellguide import cli
from cellguide.acts import staff
from cellguide.clock import SetClock
from cellguide.desk import Desk
from db.doors import DOORS

SERIAL = "DEMO-PT-04"


class Scene:
    """A site with a probe at tank A, closed; ``take`` runs the verb as the pharmacist."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.station, self.folder = folder / "cellguide.db", folder / "station", folder
        self.patch = monkeypatch
        machine = db.Machine(self.station)
        store = db.open_store(self.path, machine, create=True)
        desk = Desk(store, SetClock("2026-11-22T08:00:00+08:00"), pepper=machine.pepper, demo=True)
        makers.found(desk)
        makers.sit(desk, makers.PHARMACIST)
        given.tanks(desk)
        self.probe = given.probe(desk, "A", SERIAL, answers={})
        self.other = given.probe(desk, "B", "DEMO-PT-05", answers={})
        staff.sign_out(desk)
        store.close()

    def file(self, data: bytes, name: str = "tank.csv") -> str:
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)

    def take(self, *argv: str, password: str = makers.password(makers.PHARMACIST)) -> int:
        self.patch.setattr("sys.stdin", io.StringIO(f"{makers.PHARMACIST}\n{password}\n"))
        self.patch.setenv("CELLGUIDE_LANG", "en")
        return cli.main(["import", "--db", str(self.path), "--station", str(self.station), *argv], DOORS)

    def held(self) -> list[tuple[str, str, int]]:
        store, _ = DOORS.open(self.path, self.station, False)
        found = [(held.doc["probe"], held.doc["by"], held.doc["count"]) for held in store.find("series")]
        store.close()
        return found


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(tmp_path, monkeypatch)


def test_a_quiet_file_is_taken_in_by_the_person_who_signs_in(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    file = scene.file(given.steady("2026-11-20T08:00:00", "2026-11-22T07:55:00"))
    assert scene.take("--probe", SERIAL, "--zone", "Asia/Shanghai", file) == 0
    assert scene.held() == [(scene.probe, makers.PHARMACIST, 576)]
    out = capsys.readouterr().out
    assert out.startswith("I-A-2026-000001") and "576 readings" in out and len(out.splitlines()) == 1


def test_a_warm_file_is_taken_in_and_found_wanting(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    file = scene.file(given.steady("2026-11-20T08:00:00", "2026-11-22T07:55:00", c=-140.0))
    assert scene.take("--probe", scene.probe, "--zone", "Asia/Shanghai", file) == 1
    assert "Excursion" in capsys.readouterr().out
    assert len(scene.held()) == 1


def test_each_channel_goes_to_its_probe(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    file = scene.file(given.two_channels("2026-11-21T08:00:00"))
    pairs = ("--channel", f"Temp 1 (°C)={SERIAL}", "--channel", "Temp 2 (°C)=DEMO-PT-05")
    assert scene.take(*pairs, "--zone", "Asia/Shanghai", file) == 0
    assert [row[0] for row in scene.held()] == [scene.probe, scene.other]
    assert "Temp 2" in capsys.readouterr().out.splitlines()[1]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--probe", "DEMO-NOBODY"), "There is no probe DEMO-NOBODY"),
        (("--probe", SERIAL), "In which time zone did the logger's clock run?"),
        (("--probe", SERIAL, "--answer", "zone"), "is not NAME=TEXT"),
        (("--probe", SERIAL, "--channel", "T=x"), "not both"),
        ((), "belongs to no registered probe"),
    ],
)
def test_what_is_unusable_is_one_line_on_stderr_and_nothing_is_kept(
    scene: Scene, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], said: str
) -> None:
    file = scene.file(given.steady("2026-11-20T08:00:00", "2026-11-20T12:00:00"))
    assert scene.take(*argv, file) == 2
    out, err = capsys.readouterr()
    assert said in err and err.count("\n") == 1 and out == ""
    assert scene.held() == []


def test_a_wrong_password_takes_nothing_in(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    file = scene.file(given.steady("2026-11-20T08:00:00", "2026-11-20T12:00:00"))
    assert scene.take("--probe", SERIAL, file, password="wrong") == 2
    assert scene.held() == [] and capsys.readouterr().err.count("\n") == 1


def test_a_file_that_is_not_there_asks_for_no_password(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    scene.patch.setattr("sys.stdin", None)
    assert cli.main(["import", "--db", str(scene.path), str(scene.folder / "none.csv")], DOORS) == 2
    assert "none.csv" in capsys.readouterr().err

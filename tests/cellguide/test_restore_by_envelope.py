"""``restore --envelope``: a copy on a new computer, no password known, the sheet and two people on the terminal."""

from __future__ import annotations

import io
from pathlib import Path

import makers
import pytest

import db
from cellguide import cli, sheet_code
from cellguide.acts import site
from cellguide.clock import SetClock
from cellguide.desk import Desk
from db.doors import DOORS

SECRET = "门前的老槐树昨天开花了 九月 {}"


class Scene:
    """A copy of a site whose computer is gone, and its sheet."""

    def __init__(self, folder: Path) -> None:
        machine = db.Machine(folder / "old")
        path = folder / "lost.db"
        store = db.open_store(path, machine, create=True)
        desk = Desk(store, SetClock("2026-11-22T08:00:00+08:00"), pepper=machine.pepper, demo=True)
        makers.found(desk)
        makers.sit(desk, makers.ADMIN)
        sealed = site.envelope(desk, [makers.proof(desk, makers.ADMIN), makers.proof(desk, makers.ADMIN_2)])
        self.sheet = sheet_code.line(sealed.sheet)
        site.choose_backup_folder(desk, str(folder / "copies"))
        site.make_backup(desk)
        store.close()
        self.copy = next(item for item in (folder / "copies").iterdir() if item.is_dir())
        self.path, self.station = folder / "here.db", folder / "new"

    def restore(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(answers) + "\n"))
        monkeypatch.setenv("CELLGUIDE_LANG", "en")
        where = ["--db", str(self.path), "--station", str(self.station)]
        return cli.main(["restore", str(self.copy), *where, "--reason", "Rechner ausgefallen", "--envelope"], DOORS)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


@pytest.mark.req("REG-044")
def test_the_sheet_and_two_people_go_on_where_no_password_is_known(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    forgot = (makers.ADMIN, "DEMO passport 0001", SECRET.format("a"))
    new = ("900008", "演示管又", "DEMO Guan You", "DEMO 0008", SECRET.format("b"))
    assert scene.restore(monkeypatch, scene.sheet, "DEMO quality officer", *forgot, *new) == 0
    assert capsys.readouterr().out.split() == ["INTACT", "E-A-000001", "B"]
    assert DOORS.verify(scene.path, None).intact
    store, _ = DOORS.open(scene.path, scene.station, False)
    desk = Desk(store, SetClock("2026-11-23T08:00:00+08:00"), demo=True)
    (opening,) = site.openings(desk)
    assert (opening["present"], opening["reason"]) == ("DEMO quality officer", "Rechner ausgefallen")
    assert desk.person("900008").roles == ("administrator",)
    store.close()


def test_a_mistyped_group_is_named_and_the_next_try_goes_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = list(sheet_code.groups(sheet_code.read(scene.sheet).root))
    groups[3] = ("1" if groups[3][0] == "0" else "0") + groups[3][1:]
    assert scene.restore(monkeypatch, " ".join(groups)) == 2
    assert "Group 4 is mistyped" in capsys.readouterr().err
    people = [(f"90000{n}", f"演示管{n}", f"DEMO {n}", f"DEMO 000{n}", SECRET.format(n)) for n in (7, 8)]
    assert scene.restore(monkeypatch, scene.sheet, "", *people[0], *people[1]) == 0

"""A real logger file in the demonstration: its own times, its own readings, a real judgement on a signed paper."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import makers
import pytest

from cellguide import cli, demo
from cellguide.clock import parse_iso
from cellguide.demo import incidents, month, rounds, shipper_logger
from cellguide.demo.shipper_logger import Given, Told
from cellguide.papers import verdicts
from cellguide.refusal import Refusal
from db.doors import DOORS

NOW = parse_iso("2026-11-01T08:00:00.000+08:00")
SAMPLES = Path(__file__).resolve().parents[3] / "../shared/samples"


@pytest.fixture(autouse=True)
def no_month(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The month itself is played in test_demo.py."""
    for part in (incidents, month, rounds):
        monkeypatch.setattr(part, "SCENES", ())
    monkeypatch.setenv("CELLGUIDE_LANG", "en")
    yield


def own_file(folder: Path, c: float = -185.0, *, day: str = "2023-03-06") -> Path:
    """Three hours at five minutes, in the way of a plain table; every third reading a little warmer."""
    rows = [f"{day} {8 + n // 12:02d}:{n % 12 * 5:02d}:00,{c + n % 3 / 10:.1f}" for n in range(37)]
    path = folder / "shipper.csv"
    path.write_text("Date Time,Temperature (C)\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def played(out: Path, given: Given) -> tuple[Told, dict[str, Any], bytes]:
    """Make the demonstration; what became of the file, its record's content, its paper."""
    told: list[Told] = []
    written = demo.make(out, DOORS, logger=given, told=told.append, cost=makers.CHEAP)
    [pdf] = [path for path in written if path.suffix == ".pdf"]
    store, _ = DOORS.open(out / "cellguide.db", out / "cellguide.db.station", False)
    try:
        held = store.get("record", told[0].record)
        assert held is not None
        return told[0], json.loads(store.blob(str(held.doc["sha256"]))), pdf.read_bytes()
    finally:
        store.close()


def answers(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {step["id"]: step for part in content["sections"] for step in part["steps"]}


def test_a_cold_file_of_years_ago_is_accepted_at_its_own_time(tmp_path: Path) -> None:
    path = own_file(tmp_path)
    given = shipper_logger.understand(path, {"zone": "Asia/Shanghai"})
    told, content, pdf = played(tmp_path / "out", given)
    assert told.decision == "accept"
    assert told.c_max == "-184.8"
    assert (told.departed.iso[:16], told.arrived.iso[:16]) == ("2023-03-06T08:00", "2023-03-06T11:00")
    assert content["decision"]["code"] == "accept"
    steps = answers(content)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert "shipper.csv" in json.dumps(steps["R-18"]) and sha256[:16] in json.dumps(steps["R-18"])
    assert "184.8" in json.dumps(steps["R-19"], ensure_ascii=False)
    assert content["series"]["source_sha256"] == sha256
    assert len(content["series"]["points"]) == 37, "every reading lies within the journey"
    root = (tmp_path / "out/root.pem").read_bytes()
    assert verdicts.verify_pdf(pdf, root, None, NOW).word is not verdicts.Word.BROKEN
    assert str(DOORS.verify(tmp_path / "out/cellguide.db", root)) == "INTACT"


def test_a_warm_file_holds_the_product(tmp_path: Path) -> None:
    given = shipper_logger.understand(own_file(tmp_path, 21.0), {"zone": "UTC"})
    told, content, _ = played(tmp_path / "out", given)
    assert (told.decision, told.c_max) == ("hold", "21.2")
    assert content["decision"]["code"] == "hold"


def test_a_file_later_than_the_month_is_played_after_it(tmp_path: Path) -> None:
    given = shipper_logger.understand(own_file(tmp_path, day="2027-01-15"), {"zone": "+08:00"})
    told, _, _ = played(tmp_path / "out", given)
    assert told.arrived.iso.startswith("2027-01-15T11:00")


def run(*argv: str) -> int:
    return cli.main(["demo", *argv], DOORS)


def test_what_the_file_leaves_open_is_said_with_the_option_that_answers_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run("--out", str(out), "--logger", str(own_file(tmp_path))) == 2
    assert "--zone" in capsys.readouterr().err
    assert not out.exists(), "nothing is written before the file is understood"


def test_each_thing_left_open_is_asked_in_turn_and_then_all_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "make", functools.partial(demo.make, cost=makers.CHEAP))
    path = tmp_path / "bare.csv"
    rows = [f"0{5 + n // 3}/03/2023 {8 + n}:00,{-185 + n % 3}" for n in range(6)]
    path.write_text("Date,Temperature\n" + "\n".join(rows) + "\n", "utf-8")
    given = ["--out", str(tmp_path / "out"), "--logger", str(path)]
    for option, answer in (("--answer date_order", "date_order=dmy"), ("--unit C", "C"), ("--zone", "Asia/Shanghai")):
        assert run(*given) == 2
        assert option in capsys.readouterr().err
        given += [option.split()[0], answer]
    assert run(*given) == 0
    told = capsys.readouterr().out
    assert "2023-03-05 08:00" in told and "no reading was altered" in told and "−183" in told


def test_a_file_that_is_no_logger_file_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague,\nthe shipper came at nine.\n", "utf-8")
    assert run("--out", str(tmp_path / "out"), "--logger", str(path)) == 2
    told = capsys.readouterr().err
    assert "Nothing was read in" in told and "Traceback" not in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["ruuvi/freezer.csv", "hanwell/Hanwell_1.csv"])
def test_a_file_of_a_real_logger_is_judged_as_it_is(name: str, tmp_path: Path) -> None:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the sample files are not beside the project: {name}")
    given = shipper_logger.understand(path, {"zone": "+00:00"} if "Hanwell" in name else {})
    told, content, _ = played(tmp_path / "out", given)
    assert told.decision == "hold"
    assert content["series"]["source_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_only_a_refusal_about_open_questions_is_reworded(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes(own_file(tmp_path).read_bytes())
    with pytest.raises(Refusal, match=r"logger\.answer_unknown"):
        shipper_logger.understand(path, {"unit": "X", "zone": "UTC"})

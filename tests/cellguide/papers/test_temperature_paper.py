"""The paper of a temperature record: what stands on its pages, PDF/A, signatures as other programs see them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import makers
import pikepdf
import poppler
import pytest
import temperature_record_makers as tr
from pikepdf import pdfa

from cellguide import canonical
from cellguide.acts import excursions, records, staff
from cellguide.clock import parse_iso
from cellguide.desk import Desk
from cellguide.papers import temperature_record, verdicts
from cellguide.papers.render import page_count
from cellguide.papers.voice import groups

NOW = parse_iso("2026-11-23T08:00:00.000+08:00")


class Made(NamedTuple):
    """A signed record: what it says, its paper, and what its signatures are checked with."""

    content: dict[str, Any]
    drawn: bytes
    pdf: bytes
    root: bytes
    listed: dict[str, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One for all tests of this file; nobody changes it."""
    with tr.shared(tmp_path_factory.mktemp("temperature")) as (desk, measured):
        return signed(desk, measured.probe)


def signed(desk: Desk, probe: str) -> Made:
    excursions.acknowledge_excursion(desk, excursions.listed(desk)[0][0], "DEMO: somebody went there")
    record = tr.made(desk, probe)
    records.draw_record(desk, record)
    drawn = desk.store.blob(records.doc_of(desk, record)["pdf_sha256"])
    records.sign_record(desk, record, "performed", makers.proof(desk, makers.PHARMACIST))
    records.sign_record(desk, record, "reviewed", makers.proof(desk, makers.QUALITY))
    doc = records.doc_of(desk, record)
    content = json.loads(desk.store.blob(doc["sha256"]))
    listed = {held.id: str(held.doc["sha256"]) for held in desk.store.find("certificate")}
    return Made(content, drawn, desk.store.blob(doc["pdf_sha256"]), staff.root_pem(desk), listed)


def in_languages(content: dict[str, Any], *languages: str) -> dict[str, Any]:
    return content | {"site": content["site"] | {"languages": list(languages)}}


@pytest.mark.req("REG-036")
@pytest.mark.parametrize("languages", [("zh", "en"), ("en", "zh"), ("zh",), ("en",)], ids="-".join)
def test_every_page_says_what_it_belongs_to(made: Made, languages: tuple[str, ...]) -> None:
    content = in_languages(made.content, *languages)
    pdf = temperature_record.lay(content).pdf
    sha256 = canonical.sha256(canonical.encode(content))
    for number in range(1, page_count(pdf) + 1):
        text = poppler.flat(pdf, number)
        for needle in (groups(sha256), content["id"] + "v1", "temperature v1", "DEMO-PT100-04"):
            assert needle.replace(" ", "") in text, (number, needle)
    assert page_count(pdf) <= 4


@pytest.mark.req("REG-050")
def test_both_languages_stand_where_the_site_asks_and_only_there(made: Made) -> None:
    chinese = poppler.flat(temperature_record.lay(in_languages(made.content, "zh")).pdf)
    english = poppler.flat(temperature_record.lay(in_languages(made.content, "en")).pdf)
    both = poppler.flat(made.pdf)
    for zh, en in (("采用的限值及来源", "Limitsused"), ("数据中断", "Holeinthedata")):
        assert zh in chinese and en not in chinese
        assert en in english and zh not in english
        assert zh in both and en in both


def test_what_an_inspector_asks_for_stands_on_the_paper(made: Made) -> None:
    text = poppler.flat(temperature_record.lay(in_languages(made.content, "en")).pdf)
    wanted = ("DEMOsite/Cellstore/TankB", "DEMO-CAL-1", "U0.8°C(k=2)", "−150°C", "DEMOSOP-07", "91.7%", "−145.0°C",
              "480min", "Asia/Shanghai", "2026-11-1800:00+08:00", "10min–20min", "C-1", "seenby", "notcomputed",
              "DEMO-18.csv", "table1")  # fmt: skip
    assert [one for one in wanted if one not in text] == []
    for table in made.content["temperature"]["tables"]:
        assert table["en"].replace(" ", "") in text


@pytest.mark.req("REG-032")
def test_the_files_hashes_can_be_read_off_the_paper(made: Made) -> None:
    text = poppler.text(made.pdf)
    rows = next(one["rows"] for one in made.content["temperature"]["tables"] if one["id"] == "sources")
    for row in rows:
        parts = row[1]["zh"].split("SHA-256 ")[1].split()
        assert len("".join(parts)) == 64
        assert [part for part in parts if part not in text] == []


def test_the_same_record_gives_the_same_bytes(made: Made) -> None:
    assert temperature_record.lay(made.content).pdf == temperature_record.lay(made.content).pdf


@pytest.mark.req("REG-037")
def test_it_is_pdfa_before_and_after_signing_and_carries_its_record(made: Made) -> None:
    for pdf in (made.drawn, made.pdf):
        report = pdfa.validate_written(io.BytesIO(pdf), "3b")
        assert [str(finding) for finding in report.findings if finding.kind == "violation"] == []
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert opened.attachments["record.json"].get_file().read_bytes() == canonical.encode(made.content)


@pytest.mark.req("REG-037")
def test_pdfsig_finds_both_signatures_valid_and_the_last_over_the_whole_file(made: Made, tmp_path: Path) -> None:
    found = poppler.pdfsig(made.pdf, tmp_path)
    assert found.count("Signature is Valid") == 2
    assert "Total document signed" in found.split("Signature #2")[1]


@pytest.mark.req("REG-037")
def test_pyhanko_s_own_program_trusts_it(made: Made, tmp_path: Path) -> None:
    paper, root = tmp_path / "signed.pdf", tmp_path / "root.pem"
    paper.write_bytes(made.pdf)
    root.write_bytes(made.root)
    arguments = ["sign", "validate", "--trust", str(root), "--trust-replace", str(paper)]
    run = subprocess.run([sys.executable, "-m", "pyhanko", *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("INTACT:TRUSTED") == 2
    assert "UNTOUCHED" in run.stdout.splitlines()[-1]


@pytest.mark.req("REG-038")
def test_verify_says_intact_and_finds_one_changed_byte(made: Made) -> None:
    assert verdicts.verify_pdf(made.pdf, made.root, made.listed, NOW).word is verdicts.Word.INTACT
    at = len(made.pdf) // 3
    changed = made.pdf[:at] + bytes([made.pdf[at] ^ 1]) + made.pdf[at + 1 :]
    assert verdicts.verify_pdf(changed, made.root, made.listed, NOW).word is not verdicts.Word.INTACT


def test_a_next_version_says_what_it_replaces_and_why(made: Made) -> None:
    amends = {"version": 1, "sha256": "ab" * 32, "pdf_sha256": canonical.sha256(made.pdf), "reason": "late file DEMO",
              "by": "900011", "at": made.content["frozen"]}  # fmt: skip
    pdf = temperature_record.prepare(made.content | {"version": 2, "amends": amends}, made.pdf)
    text = poppler.flat(pdf, 1)
    assert "取代第1版" in text
    assert "latefileDEMO" in text
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached = [one.get_file().read_bytes() for one in opened.attachments.values()]
    assert made.pdf in attached


def test_a_void_one_keeps_its_head_and_says_nothing_more(made: Made) -> None:
    void = {"temperature": None, "decision": None, "void": {"reason": "wrong device DEMO"}, "required": ["voided"]}
    pdf = temperature_record.lay(made.content | void).pdf
    text = poppler.flat(pdf)
    assert page_count(pdf) == 1
    assert "wrongdeviceDEMO" in text
    assert "DEMO-CAL-1" not in text


def test_more_rows_than_paper_bears_are_left_out_and_said(made: Made) -> None:
    content = json.loads(json.dumps(made.content))
    table = next(one for one in content["temperature"]["tables"] if one["id"] == "gaps")
    table |= {"rows": table["rows"] * 300, "levels": table["levels"] * 300, "left_out": 12}
    pdf = temperature_record.lay(content).pdf
    assert page_count(pdf) < 20
    assert "另有12行未打印" in poppler.flat(pdf)


def test_days_and_people_of_any_length_break_nothing(made: Made) -> None:
    content = json.loads(json.dumps(made.content))
    row = next(one for one in content["temperature"]["tables"] if one["id"] == "marks")["rows"][0]
    for one in row:
        one |= {"zh": "长" * 5000, "en": "<b>&amp;</b>" * 300}
    text = poppler.flat(temperature_record.lay(content).pdf)
    assert "共5000字" in text
    assert "<b>&amp;</b>" in text

"""The inspection copy: complete, and checked by a shell script and by Python; each tampering has its word."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import makers
import pytest
import test_records

import db
from cellguide import copies
from cellguide.acts import inspection, records, staff
from cellguide.clock import SetClock
from cellguide.desk import Desk
from cellguide.refusal import Refusal

PHOTO = b"\xff\xd8 a photo of a label"


def signed_desk(folder: Path) -> Desk:
    """A site with a signed, an amended, a voided and an unsigned record, on a real file."""
    machine = db.Machine(folder / "station")
    store = db.open_store(folder / "cellguide.db", machine, create=True)
    desk = Desk(store, SetClock("2026-11-22T08:00:00+08:00"), pepper=machine.pepper, demo=True)
    makers.found(desk)
    makers.sit(desk, makers.PHARMACIST)
    signed = test_records.freeze(desk, test_records.draft())
    records.draw_record(desk, signed)
    test_records.sign_all(desk, signed)
    makers.sit(desk, makers.PHARMACIST)
    records.void_record(desk, signed, "登记了错误的批次")
    records.draw_record(desk, signed)
    records.sign_record(desk, signed, "voided", makers.proof(desk, makers.PHARMACIST))
    waiting = test_records.freeze(desk, test_records.draft())
    records.draw_record(desk, waiting)
    test_records.freeze(desk, test_records.draft())
    staff.record_training(desk, makers.NURSE, "demo-cel", "*", "2027-01-01", evidence=PHOTO)
    return desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = signed_desk(tmp_path_factory.mktemp("site"))
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def whole(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("检查 副本") / "copy"
    makers.sit(desk, makers.QUALITY)
    counts = inspection.export_copy(desk, out, desk.store.source())
    assert counts.entries == desk.store.size
    return out


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def script(folder: Path, *more: str) -> tuple[int, str]:
    """Run verify.sh with the shell and the tools it names, nothing of ours; returns (exit code, all it said)."""
    done = subprocess.run(["sh", "verify.sh", ".", *more], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.req("REG-030")
def test_a_whole_copy_is_intact_for_the_script_and_for_python(whole: Path, desk: Desk) -> None:
    code, said = script(whole)
    assert (code, said.splitlines()[0]) == (0, "INTACT"), said
    verdict = copies.verify(whole, trust=(whole / "root.pem").read_bytes())
    assert (str(verdict), verdict.size) == ("INTACT", desk.store.size)
    assert verdict.chain in said


@pytest.mark.req("REG-031", "REG-032")
def test_the_copy_holds_what_the_database_holds_void_and_superseded_too(whole: Path, desk: Desk) -> None:
    conn = desk.store.conn
    lines = [line for (line,) in conn.execute("SELECT line FROM entry ORDER BY n")]
    assert (whole / "audit.jsonl").read_text("utf-8") == "".join(line + "\n" for line in lines)

    def count(table: str) -> int:
        return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    versions = count("p_record") + count("p_revision")
    assert versions == 4
    assert len(list(whole.glob("records/*.json"))) == versions
    assert len(list(whole.glob("records/*.pdf"))) == versions - 1  # one is frozen and not drawn
    assert len((whole / "signatures.jsonl").read_text().splitlines()) == count("p_signature") == 4
    assert len(list(whole.glob("certificates/*.pem"))) == count("p_certificate")
    assert len(list(whole.glob("checkpoints/*.note"))) == count("p_checkpoint")
    assert (whole / "files" / hashlib.sha256(PHOTO).hexdigest()).read_bytes() == PHOTO
    held = {hashlib.sha256(path.read_bytes()).hexdigest() for path in whole.rglob("*") if path.is_file()}
    held |= {hashlib.sha256(copies._from_pem(path.read_bytes())).hexdigest() for path in whole.glob("certificates/*")}
    assert {name for (name,) in conn.execute("SELECT sha256 FROM blob")} <= held


def test_both_sources_make_the_same_copy(desk: Desk, tmp_path: Path) -> None:
    names = []
    for place, source in (("a", desk.store.source()), ("b", inspection.StoreSource(desk.store))):
        copies.write(source, tmp_path / place)
        names.append((tmp_path / place / "manifest.sha256").read_text())
    assert names[0] == names[1]


def test_nothing_of_the_vault_leaves(whole: Path, desk: Desk) -> None:
    text = b"".join(path.read_bytes() for path in whole.rglob("*") if path.is_file())
    secrets = [bytes(value) for (value,) in desk.store.conn.execute("SELECT value FROM vault")]
    assert len(secrets) >= len(makers.STAFF)
    assert not any(secret in text for secret in secrets)
    machine = json.loads((desk.store.machine.folder / "station.json").read_text())
    assert machine["key"].encode() not in text
    assert machine["pepper"].encode() not in text


# --- tampering ----------------------------------------------------------------------------------------------------


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x01
    path.write_bytes(data)


def manifest_anew(folder: Path) -> None:
    """The forger writes the manifest again, as anyone can."""
    (folder / "manifest.sha256").unlink()
    copies._write_manifest(folder)


def in_audit(folder: Path) -> None:
    text = (folder / "audit.jsonl").read_bytes()
    line = text.split(b"\n")[4]
    flip(folder / "audit.jsonl", text.index(line) + line.index(b'"ts":"20') + 9)


def in_last_line(folder: Path) -> None:
    text = (folder / "audit.jsonl").read_bytes()
    flip(folder / "audit.jsonl", text.rindex(b'"off":') + 7)


def without_end(folder: Path) -> None:
    rows = (folder / "audit.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "audit.jsonl").write_bytes(b"".join(rows[:-3]))


def in_note_text(folder: Path) -> None:
    note = sorted(folder.glob("checkpoints/*"))[1]
    flip(note, note.read_bytes().index(b"chain-sha256") + 20)


def in_note_signature(folder: Path) -> None:
    note = sorted(folder.glob("checkpoints/*"))[1]
    data = note.read_bytes()
    at = data.rindex(b" ") + 30
    note.write_bytes(data[:at] + (b"A" if data[at : at + 1] != b"A" else b"B") + data[at + 1 :])


def in_statement(folder: Path) -> None:
    flip(folder / "signatures.jsonl", (folder / "signatures.jsonl").read_bytes().index(b'"meaning":"') + 12)


def in_signature(folder: Path) -> None:
    at = (folder / "signatures.jsonl").read_bytes().index(b'"signature":"') + 40
    data = bytearray((folder / "signatures.jsonl").read_bytes())
    data[at] = ord("A") if data[at] != ord("A") else ord("B")
    (folder / "signatures.jsonl").write_bytes(data)


def signed_paper(folder: Path) -> Path:
    return next(path for path in sorted(folder.glob("records/*-v1.pdf")) if b"/ByteRange" in path.read_bytes())


def in_paper(folder: Path) -> None:
    flip(signed_paper(folder), 3000)


def paper_cut_to_an_earlier_revision(folder: Path) -> None:
    path = signed_paper(folder)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"%%EOF", 0, data.rindex(b"%%EOF")) + 6])


def paper_with_more_behind(folder: Path) -> None:
    with signed_paper(folder).open("ab") as file:
        file.write(b"\n% and something more\n")


def in_record_json(folder: Path) -> None:
    flip(sorted(folder.glob("records/*.json"))[0], 12)


def in_photo(folder: Path) -> None:
    flip(folder / "files" / hashlib.sha256(PHOTO).hexdigest(), 3)


def other_root(folder: Path) -> None:
    from cellguide import keys
    from cellguide.clock import parse_iso

    (folder / "root.pem").write_bytes(keys.new_root("DEMO other", parse_iso("2026-01-01T00:00:00+08:00").local)[1])


def certificate_gone(folder: Path) -> None:
    sorted(folder.glob("certificates/*.pem"))[0].unlink()


def extra_file(folder: Path) -> None:
    (folder / "records" / "R-A-2026-999999-v1.json").write_bytes(b"{}")


def extra_certificate(folder: Path) -> None:
    shutil.copy(sorted(folder.glob("certificates/*.pem"))[0], folder / "certificates" / "77.pem")


def other_station_key(folder: Path) -> None:
    path = folder / "station-A.pub.pem"
    path.write_bytes(copies._pem(copies._ED25519_DER + b"\x07" * 32, "PUBLIC KEY"))


TAMPERING: dict[Callable[[Path], None], str] = {
    in_audit: "BROKEN AT 6",
    in_last_line: "",
    without_end: "",
    in_note_text: "FOREIGN",
    in_note_signature: "FOREIGN",
    in_statement: "BROKEN",
    in_signature: "BROKEN",
    in_paper: "",
    paper_cut_to_an_earlier_revision: "",
    paper_with_more_behind: "",
    in_record_json: "",
    in_photo: "DAMAGED",
    other_root: "",
    certificate_gone: "DAMAGED",
    extra_file: "",
    extra_certificate: "FOREIGN",
    other_station_key: "FOREIGN",
}


@pytest.mark.req("REG-030", "REG-038", "REG-040", "REG-041")
@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
def test_one_tampered_thing_is_never_intact_even_with_a_manifest_written_anew(
    copy: Path, tamper: Callable[[Path], None]
) -> None:
    tamper(copy)
    if tamper is not in_last_line:  # what stands behind the last checkpoint, only the manifest of another day can tell
        manifest_anew(copy)
    code, said = script(copy)
    word = said.splitlines()[0]
    assert code == 1
    assert re.fullmatch(r"BROKEN( AT \d+)?|FOREIGN|DAMAGED", word), said
    assert not copies.verify(copy).intact
    if TAMPERING[tamper]:
        assert word == TAMPERING[tamper], said


def test_the_root_that_an_inspector_brings_is_compared(whole: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.pem"
    own.write_bytes((whole / "root.pem").read_bytes().replace(b"\n", b"\r\n"))
    assert script(whole, str(own))[0] == 0
    assert copies.verify(whole, trust=own.read_bytes()).intact
    other_root(tmp_path)
    code, said = script(whole, str(tmp_path / "root.pem"))
    assert (code, said.splitlines()[0]) == (1, "FOREIGN")
    assert copies.verify(whole, trust=(tmp_path / "root.pem").read_bytes()).word == "FOREIGN"


# --- making one ---------------------------------------------------------------------------------------------------


@pytest.mark.req("REG-030")
def test_a_copy_leaves_an_entry_and_a_checkpoint_in_itself(whole: Path, desk: Desk) -> None:
    rows = [json.loads(row) for row in (whole / "audit.jsonl").read_text("utf-8").splitlines()]
    assert [row["act"] for row in rows[-2:]] == ["export_copy", "checkpoint"]
    assert rows[-2]["actor"] == makers.QUALITY
    assert (whole / "VERIFY.txt").read_text("utf-8").count("sh verify.sh") == 4


def test_a_folder_that_is_not_empty_is_refused_and_a_nurse_is_too(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    size = desk.store.size
    with pytest.raises(Refusal) as caught:
        inspection.export_copy(desk, tmp_path)
    assert caught.value.code == "export.not_empty"
    assert desk.store.size == size
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    makers.sit(desk, makers.NURSE)
    with pytest.raises(Refusal) as caught:
        inspection.export_copy(desk, tmp_path / "new")
    assert caught.value.code == "session.role"
    makers.sit(desk, makers.QUALITY)


def test_a_copy_that_was_cancelled_or_met_a_bad_blob_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    class CancelledError(Exception):
        pass

    class Bad(inspection.StoreSource):
        def fetch(self, name: str) -> bytes | None:
            data = super().fetch(name)
            return b"x" + data[1:] if data and data.startswith(b"\xff\xd8") else data

        def lines(self, station: str):  # type: ignore[no-untyped-def]
            yield from super().lines(station)
            if self.cancel:
                raise CancelledError

        cancel = False

    source = Bad(desk.store)
    with pytest.raises(Refusal) as caught:
        copies.write(source, tmp_path / "copy")
    assert caught.value.code == "export.blob"
    source.cancel = True
    with pytest.raises(CancelledError):
        copies.write(source, tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(Refusal) as caught:
        copies.write(source, tmp_path / "file" / "below")
    assert caught.value.code == "export.folder"

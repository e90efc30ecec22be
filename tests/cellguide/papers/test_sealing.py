from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import paper_pki as pki
import pikepdf
import poppler
import pytest
import record_makers as make
from pikepdf import pdfa

from cellguide import canonical
from cellguide.papers import run_record
from cellguide.papers.render import page_count, render
from cellguide.papers.seal import seal
from cellguide.refusal import Refusal


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    return make.small_record()


@pytest.fixture(scope="module")
def prepared(record: dict[str, Any]) -> bytes:
    return run_record.prepare(record, {})


@pytest.fixture(scope="module")
def signed(record: dict[str, Any], prepared: bytes) -> bytes:
    return pki.sealed(record, prepared)


def violations(pdf: bytes) -> list[str]:
    report = pdfa.validate_written(io.BytesIO(pdf), "3b")
    return [str(finding) for finding in report.findings if finding.kind == "violation"]


@pytest.mark.req("REG-037")
def test_the_paper_is_pdfa_3b_before_and_after_every_signature(record: dict[str, Any], prepared: bytes) -> None:
    for count in range(4):
        pdf = pki.sealed(record, prepared, count)
        assert violations(pdf) == []
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert opened.pdf_version == "1.7"
            assert "/Version" not in opened.Root


def test_the_full_record_with_pictures_and_curve_is_pdfa_too() -> None:
    assert violations(run_record.prepare(make.record(), make.photographs())) == []


def _is_picture(one: Any) -> bool:
    return isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"


def test_where_a_photograph_was_taken_does_not_travel_on_paper() -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = "CAMERA-OF-SOMEBODY"
    photo = io.BytesIO()
    Image.new("RGB", (64, 48), (9, 9, 9)).save(photo, "JPEG", exif=exif)
    data = photo.getvalue()
    sha256 = canonical.sha256(data)
    record = make.small_record(photos=[{"sha256": sha256, "zh": "照片", "en": "Photo", "at": make.at(30)}])
    assert b"CAMERA-OF-SOMEBODY" in data
    with pikepdf.open(io.BytesIO(run_record.prepare(record, {sha256: data}))) as pdf:
        images = [one.read_raw_bytes() for one in pdf.objects if _is_picture(one)]
    assert len(images) == 1
    assert b"CAMERA-OF-SOMEBODY" not in images[0]


def test_the_attached_record_is_the_canonical_record(record: dict[str, Any], signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert pdf.attachments["record.json"].get_file().read_bytes() == canonical.encode(record)
        assert [str(one.AFRelationship) for one in pdf.Root.AF] == ["/Source"]


def test_the_paper_s_dates_are_the_record_s(prepared: bytes) -> None:
    with pikepdf.open(io.BytesIO(prepared)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261122145805+08'00"
        assert str(pdf.open_metadata()["xmp:MetadataDate"]).startswith("2026-11-22T14:58:05")


@pytest.mark.req("REG-037")
def test_each_signature_leaves_every_earlier_byte_alone(record: dict[str, Any], prepared: bytes, signed: bytes) -> None:
    first = pki.sealed(record, prepared, 1)
    assert first.startswith(prepared)
    assert len(signed) < len(prepared) + 3 * 60_000


@pytest.mark.req("REG-037")
def test_pdfsig_finds_every_signature_valid_and_the_last_over_the_whole_file(signed: bytes, tmp_path: Path) -> None:
    found = poppler.pdfsig(signed, tmp_path)
    assert found.count("Signature is Valid") == 3
    assert found.count("Not total document signed") == 2
    assert "Total document signed" in found.split("Signature #3")[1]
    assert "ETSI.CAdES.detached" in found


@pytest.mark.req("REG-037")
def test_pyhanko_s_own_program_trusts_it(signed: bytes, tmp_path: Path) -> None:
    paper, root = tmp_path / "signed.pdf", tmp_path / "root.pem"
    paper.write_bytes(signed)
    root.write_bytes(pki.site().pem)
    arguments = ["sign", "validate", "--trust", str(root), "--trust-replace", str(paper)]
    run = subprocess.run([sys.executable, "-m", "pyhanko", *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("INTACT:TRUSTED") == 3
    assert "UNTOUCHED" in run.stdout.splitlines()[-1]


# docs/verify.sh carries these lines: nothing but coreutils, grep, sed and openssl (regulation.md 2.3).
RECIPE = r"""
grep -a -o '/ByteRange *\[[^]]*\]' "$1" | tr -d '[]' | sed 's#/ByteRange *##' | while read -r a b c d; do
  { head -c "$b" "$1"; tail -c +"$((c+1))" "$1" | head -c "$d"; } > signed.bin
  tail -c +"$((b+2))" "$1" | head -c "$((c-b-2))" | tr a-f A-F | basenc --base16 -d > sig.p7 2>/dev/null
  printf 'covers to byte %s of %s: ' "$((c+d))" "$(wc -c < "$1")"
  openssl cms -verify -inform DER -in sig.p7 -binary -content signed.bin -CAfile "$2" -purpose any -cades \
    -out /dev/null 2>&1 | tail -1
done
"""


def recipe(pdf: bytes, folder: Path) -> list[str]:
    for name in ("openssl", "basenc", "sh"):
        poppler.tool(name)
    (folder / "a.pdf").write_bytes(pdf)
    (folder / "root.pem").write_bytes(pki.site().pem)
    shell = shutil.which("sh")
    assert shell is not None
    run = subprocess.run([shell, "-c", RECIPE, "sh", "a.pdf", "root.pem"], cwd=folder, capture_output=True, check=True)
    return run.stdout.decode().splitlines()


@pytest.mark.req("REG-030", "REG-037")
def test_an_inspector_with_openssl_alone_can_check_it(signed: bytes, tmp_path: Path) -> None:
    found = recipe(signed, tmp_path)
    assert [line.endswith("CAdES Verification successful") for line in found] == [True] * 3
    assert found[-1].startswith(f"covers to byte {len(signed)} of {len(signed)}:")


@pytest.mark.req("REG-038")
def test_the_same_inspector_sees_a_flipped_byte_and_an_appended_one(signed: bytes, tmp_path: Path) -> None:
    flipped = bytearray(signed)
    flipped[2000] ^= 1
    assert not any("successful" in line for line in recipe(bytes(flipped), tmp_path))
    last = recipe(signed + b"\n%%EOF\n", tmp_path)[-1]
    assert f"{len(signed)} of {len(signed) + 7}" in last


@pytest.mark.req("REG-010")
@pytest.mark.parametrize("languages", [("zh",), ("en",), ("zh", "en")], ids="-".join)
def test_the_block_says_who_what_and_when_in_both_languages(languages: tuple[str, ...]) -> None:
    record = make.in_language(make.small_record(required=["checked"]), *languages)
    text = poppler.text(pki.sealed(record, run_record.prepare(record, {})))
    for needle in ("演示乙 DEMO B", "D-0021", "复核 Checked", "护士 Nurse", "2026-11-22 15:02:30 +08:00"):
        assert needle in text
    flat = "".join(text.split())
    assert "本人独立核对" in flat
    assert "Icheckedindependently" in flat
    assert flat.count(canonical.sha256(canonical.encode(record))) >= 2
    assert "signature1of1required" in flat
    assert "时钟已于2026-11-2208:02核对，相差+1s" in flat


@pytest.mark.req("REG-028")
def test_a_clock_that_nobody_checked_is_said_to_be_unchecked() -> None:
    record = make.small_record(required=["performed"], clock=None)
    text = poppler.flat(pki.sealed(record, run_record.prepare(record, {})))
    assert "时钟未核对clocknotverified" in text


@pytest.mark.req("REG-029")
def test_a_clock_that_was_moved_is_said_whole_even_beside_the_mark_of_a_late_signature() -> None:
    moved = {"checked_at": "2026-11-22T08:02:00.000+08:00", "difference_s": "1",
             "moved": "back", "moved_at": "2026-11-22T09:30:00.000+08:00", "moved_s": -31536000}  # fmt: skip
    record = make.small_record(required=["performed"], clock=moved)
    pdf = run_record.prepare(record, {})
    text = poppler.flat(seal(pdf, "performed", pki.signer(record, "performed", late="系统停电 power failure")))
    assert "时钟于2026-11-2209:30改动-31536000s，未核对" in text
    assert "clockmoved-31536000sat2026-11-2209:30,notchecked）" in text


def test_a_late_signature_carries_its_mark() -> None:
    record = make.small_record(required=["performed"])
    pdf = run_record.prepare(record, {})
    late = seal(pdf, "performed", pki.signer(record, "performed", late="系统停电 power failure"))
    assert "补签SIGNEDLATE" in poppler.flat(late)


def test_a_very_long_name_still_fits_its_block() -> None:
    record = make.small_record(required=["performed"])
    name = "<b>" + "王𠮷" * 400
    text = poppler.flat(seal(run_record.prepare(record, {}), "performed", pki.signer(record, "performed", name=name)))
    assert "<b>王［］U+20BB7" in text


def dark(pixels: Any, box: tuple[float, float, float, float], scale: float) -> int:
    left, bottom, right, top = (round(value * scale) for value in box)
    found = 0
    for y in range(pixels.height - top, pixels.height - bottom):
        row = pixels.rgb[(y * pixels.width + left) * 3 : (y * pixels.width + right) * 3 : 3]
        found += sum(value < 128 for value in row)
    return found


@pytest.mark.req("REG-009")
def test_the_rendered_page_shows_the_signature_blocks(record: dict[str, Any], prepared: bytes, signed: bytes) -> None:
    places = run_record.lay(record, {}).fields
    assert [place.meaning for place in places] == record["required"]
    for place in places:
        before = dark(render(prepared, place.page, 2), place.box, 2)
        after = dark(render(signed, place.page, 2), place.box, 2)
        assert after > before + 2000, (place.meaning, before, after)


def test_a_page_that_is_not_there_is_refused(prepared: bytes) -> None:
    with pytest.raises(Refusal, match=r"paper\.no_such_page"):
        render(prepared, page_count(prepared), 1)


class TestRefusals:
    def test_a_statement_over_another_record(self, record: dict[str, Any], prepared: bytes) -> None:
        for changed in ({"record": "R-A-2026-000319"}, {"version": 2}, {"sha256": "0" * 64}, {"meaning": "checked"}):
            with pytest.raises(Refusal, match=r"paper\.other_record"):
                seal(prepared, "performed", pki.signer(record, "performed", **changed))

    def test_a_meaning_that_is_not_asked_for(self) -> None:
        record = make.small_record(required=["performed"])
        with pytest.raises(Refusal, match=r"paper\.no_such_field"):
            seal(run_record.prepare(record, {}), "reviewed", pki.signer(record, "reviewed"))

    def test_a_second_signature_of_one_meaning(self, record: dict[str, Any], signed: bytes) -> None:
        with pytest.raises(Refusal, match=r"paper\.already_signed"):
            seal(signed, "checked", pki.signer(record, "checked", number=4))

    def test_a_number_that_does_not_follow(self, record: dict[str, Any], prepared: bytes) -> None:
        with pytest.raises(Refusal, match=r"paper\.number_differs"):
            seal(prepared, "performed", pki.signer(record, "performed", number=2))

    def test_a_key_that_is_not_the_certificate_s(self, record: dict[str, Any], prepared: bytes) -> None:
        import dataclasses

        thief = dataclasses.replace(pki.signer(record, "performed"), key=pki.person("checked")[0])
        with pytest.raises(Refusal, match=r"paper\.key_mismatch"):
            seal(prepared, "performed", thief)

    def test_a_time_before_the_certificate(self, record: dict[str, Any], prepared: bytes) -> None:
        import dataclasses

        early = pki.signer(record, "performed")
        early = dataclasses.replace(early, at=early.at.plus(seconds=-400 * 86400))
        with pytest.raises(Refusal, match=r"paper\.certificate_period"):
            seal(prepared, "performed", early)

    def test_a_file_that_was_changed_after_a_signature(self, record: dict[str, Any], prepared: bytes) -> None:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

        writer = IncrementalPdfFileWriter(io.BytesIO(pki.sealed(record, prepared, 1)))
        writer.root["/PageMode"] = writer.root["/PageMode"]
        writer.update_root()
        changed = io.BytesIO()
        writer.write(changed)
        with pytest.raises(Refusal, match=r"paper\.altered"):
            seal(changed.getvalue(), "checked", pki.signer(record, "checked", number=2))

    def test_an_amended_record_without_the_paper_it_replaces(self, signed: bytes) -> None:
        amends = {"version": 1, "sha256": "ab" * 32, "pdf_sha256": canonical.sha256(signed), "reason": "x"}
        amended = make.small_record(version=2, amends=amends)
        with pytest.raises(Refusal, match=r"paper\.previous_missing"):
            run_record.prepare(amended, {}, None)
        with pytest.raises(Refusal, match=r"paper\.previous_differs"):
            run_record.prepare(amended, {}, signed + b" ")


def test_an_amended_record_carries_the_signed_one_byte_for_byte(signed: bytes, tmp_path: Path) -> None:
    amends = {"version": 1, "sha256": "ab" * 32, "pdf_sha256": canonical.sha256(signed), "reason": "批号读错"}
    amended = make.small_record(version=2, amends=amends)
    pdf = pki.sealed(amended, run_record.prepare(amended, {}, signed))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.attachments["previous-v1.pdf"].get_file().read_bytes() == signed
    assert len(recipe(pdf, tmp_path)) == 3, "the attached paper's signatures are not read as this one's"
    assert violations(pdf) == []


def test_a_version_nobody_signed_has_no_paper_to_carry() -> None:
    amends = {"version": 1, "sha256": "ab" * 32, "pdf_sha256": "", "reason": "x"}
    pdf = run_record.prepare(make.small_record(version=2, amends=amends), {})
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == ["record.json"]
    assert "被取代的版本未签名" in poppler.flat(pdf)

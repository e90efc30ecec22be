from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

import paper_pki as pki
import pytest
import record_makers as make
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from cellguide import canonical
from cellguide.papers import inside, run_record
from cellguide.papers.seal import put_signature, shown
from cellguide.papers.verdicts import PdfVerdict, Registered, Word, report, verify_pdf
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


def judge(pdf: bytes, **changed: Any) -> PdfVerdict:
    known = {"root_pem": pki.site().pem, "listed": pki.serials(), "now": pki.NOW} | changed
    return verify_pdf(pdf, **known)


@pytest.mark.req("REG-037")
def test_a_signed_record_is_intact_and_says_who_signed_when(record: dict[str, Any], signed: bytes) -> None:
    found = judge(signed)
    assert found.word is Word.INTACT
    assert found.good
    assert (found.record, found.version, found.signed, found.required) == ("R-A-2026-000318", 1, 3, 3)
    assert found.sha256 == canonical.sha256(canonical.encode(record))
    assert [one.meaning for one in found.signatures] == ["performed", "checked", "reviewed"]
    assert [one.staff_id for one in found.signatures] == ["D-0017", "D-0021", "D-0033"]
    assert [one.at for one in found.signatures] == [at[:19] + "+08:00" for _, _, _, at in pki.PEOPLE.values()]
    assert [one.whole_file for one in found.signatures] == [False, False, True]
    assert found.signatures[-1].covered == len(signed)


def test_it_is_still_intact_after_twenty_five_years(signed: bytes) -> None:
    assert judge(signed, now=pki.NOW.plus(seconds=25 * 365 * 86400)).word is Word.INTACT


@pytest.mark.parametrize("count", [0, 1, 2])
def test_missing_signatures_are_named(record: dict[str, Any], prepared: bytes, count: int) -> None:
    found = judge(pki.sealed(record, prepared, count))
    assert found.word is Word.INCOMPLETE
    assert found.facts["missing"] == tuple(record["required"][count:])
    assert f"{count} of 3" in found.sentence("en")


def test_a_record_that_asks_for_no_signature_is_not_intact() -> None:
    record = make.small_record(required=[])
    assert judge(run_record.prepare(record, {})).word is Word.INCOMPLETE


@pytest.mark.req("REG-038")
def test_a_flipped_byte_anywhere_is_found(signed: bytes) -> None:
    words = set()
    for at in range(50, len(signed), 997 * 13):
        flipped = bytearray(signed)
        flipped[at] ^= 1
        words.add(judge(bytes(flipped)).word)
    assert words <= {Word.BROKEN, Word.ALTERED, Word.ANOTHER, Word.FOREIGN}
    assert Word.BROKEN in words


@cache
def signed_once() -> bytes:
    record = make.small_record()
    return pki.sealed(record, run_record.prepare(record, {}))


@settings(max_examples=12, deadline=None)
@given(where=st.floats(0, 1), bit=st.integers(0, 7))
def test_no_flipped_bit_is_ever_called_intact(where: float, bit: int) -> None:
    pdf = signed_once()
    at = 9 + int(where * (len(pdf) - 10))  # behind %PDF-1.7: without that it is no PDF at all
    flipped = bytearray(pdf)
    flipped[at] ^= 1 << bit
    assert not judge(bytes(flipped)).good


@pytest.mark.req("REG-038")
def test_the_room_around_a_signature_that_no_digest_covers_holds_nothing_else() -> None:
    pdf = signed_once()
    place = next(found for found in re.finditer(rb"<([0-9A-F]{2000,}?)0{200,}>", pdf))
    for at, byte in ((place.end() - 3, b"7"), (place.start() + 1, pdf[place.start() + 1 : place.start() + 2])):
        changed = pdf[:at] + byte + pdf[at + 1 :]
        assert judge(changed).good == (changed == pdf)
    head = pdf[place.start() : place.start() + 40]
    assert not judge(pdf.replace(head, head.lower(), 1)).good


def appended(pdf: bytes, change: Any) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def new_page_content(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"1 0 0 rg 0 0 600 800 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))


def new_title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.TextStringObject("another")}))


@pytest.mark.req("REG-039")
@pytest.mark.parametrize("change", [new_page_content, new_title])
def test_a_change_appended_after_signing_is_found(signed: bytes, change: Any) -> None:
    found = judge(appended(signed, change))
    assert found.word is Word.ALTERED
    assert f"{len(signed)} of" in found.sentence("en")


@pytest.mark.req("REG-039")
def test_a_change_hidden_between_two_signatures_is_found(record: dict[str, Any], prepared: bytes) -> None:
    changed = appended(pki.sealed(record, prepared, 1), new_page_content)
    second = pki.signer(record, "checked", number=2)
    binding = inside.Binding("checked", record["id"], 1, canonical.sha256(canonical.encode(record)))
    assert judge(put_signature(changed, binding, second, shown(second, record))).word is Word.ALTERED


def test_bytes_after_the_end_are_found(signed: bytes) -> None:
    assert judge(signed + b"\n%%EOF\n").word is Word.ALTERED


@pytest.mark.req("REG-040")
def test_a_file_cut_back_to_an_earlier_revision_is_found_by_the_register(
    record: dict[str, Any], prepared: bytes, signed: bytes
) -> None:
    register = Registered(canonical.sha256(signed), len(signed), 3)
    earlier = pki.sealed(record, prepared, 2)
    assert judge(signed, registered=register).word is Word.INTACT
    assert judge(earlier).word is Word.INCOMPLETE, "alone it only looks unfinished"
    found = judge(earlier, registered=register)
    assert found.word is Word.EARLIER
    assert "3" in found.sentence("zh")


def test_another_file_than_the_registered_one_is_not_intact(record: dict[str, Any], prepared: bytes) -> None:
    again = pki.sealed(record, prepared)
    assert judge(again, registered=Registered("0" * 64, 0, 3)).word is Word.BROKEN


@pytest.mark.parametrize("part", [0.999, 0.9, 0.5, 0.1])
def test_a_file_cut_anywhere_is_never_intact(signed: bytes, part: float) -> None:
    assert not judge(signed[: int(len(signed) * part)]).good


@pytest.mark.req("REG-011")
def test_a_signature_that_names_another_record_is_found(record: dict[str, Any], prepared: bytes) -> None:
    other = make.small_record(id="R-A-2026-000999")
    signer = pki.signer(other, "performed")
    binding = inside.Binding("performed", other["id"], 1, canonical.sha256(canonical.encode(other)))
    found = judge(put_signature(prepared, binding, signer, shown(signer, other)))
    assert found.word is Word.ANOTHER
    assert "R-A-2026-000999" in found.sentence("zh")


@pytest.mark.req("REG-011")
@pytest.mark.parametrize("changed", [{"meaning": "reviewed"}, {"version": 2}, {"sha256": "0" * 64}])
def test_a_signature_with_another_meaning_version_or_hash_is_found(
    record: dict[str, Any], prepared: bytes, changed: dict[str, Any]
) -> None:
    signer = pki.signer(record, "performed")
    told = inside.Binding("performed", record["id"], 1, canonical.sha256(canonical.encode(record)))
    pdf = put_signature(prepared, told, signer, shown(signer, record))
    # The same field, signed by the same key, but telling another story in its /Reason.
    lying = _reason_rewritten(prepared, told, told._replace(**changed), record)
    assert judge(pdf).word is Word.INCOMPLETE
    assert judge(lying).word is Word.ANOTHER


def _reason_rewritten(pdf: bytes, field: inside.Binding, told: inside.Binding, record: dict[str, Any]) -> bytes:
    class Liar(inside.Binding):
        @property
        def text(self) -> str:
            return told.text

    signer = pki.signer(record, "performed")
    return put_signature(pdf, Liar(*field), signer, shown(signer, record))


@pytest.mark.req("REG-011")
def test_a_signature_cut_out_and_put_into_another_record_is_found(record: dict[str, Any], prepared: bytes) -> None:
    pattern = rb"/Contents <([0-9A-Fa-f]{2000,})>"
    other = make.small_record(required=["performed"], opened=make.at(15))
    donor = pki.sealed(other, run_record.prepare(other, {}))
    taker = pki.sealed(record, prepared, 1)
    given_cms, taken = re.search(pattern, donor), re.search(pattern, taker)
    assert given_cms is not None
    assert taken is not None
    cms = given_cms[1].ljust(len(taken[1]), b"0")[: len(taken[1])]
    moved = taker[: taken.start(1)] + cms + taker[taken.end(1) :]
    assert len(moved) == len(taker)
    assert judge(moved).word is Word.BROKEN


def test_a_certificate_of_another_root_is_foreign(record: dict[str, Any], prepared: bytes) -> None:
    from cellguide.papers.seal import seal

    stranger = pki.Authority()
    pdf = seal(prepared, "performed", pki.signer(record, "performed", authority=stranger))
    assert judge(pdf).word is Word.FOREIGN
    assert "演示甲" in judge(pdf).sentence("zh")


def test_a_certificate_the_ledger_does_not_know_is_foreign_though_the_root_made_it(signed: bytes) -> None:
    found = judge(signed, listed=pki.serials()[:2])
    assert found.word is Word.FOREIGN
    assert [one.listed for one in found.signatures] == [True, True, False]


def test_a_certificate_that_borrows_a_listed_serial_is_foreign(signed: bytes) -> None:
    known = {
        f"{one.serial_number:x}": canonical.sha256(one.public_bytes(serialization.Encoding.DER))
        for one in (pki.person(meaning)[1] for meaning in pki.PEOPLE)
    }
    assert judge(signed, listed=known).word is Word.INTACT
    assert judge(signed, listed=known | {pki.serials()[0]: "0" * 64}).word is Word.FOREIGN


def test_without_a_root_nobody_is_called_trusted(signed: bytes) -> None:
    found = judge(signed, root_pem=None, listed=None)
    assert found.word is Word.TRUST_UNCHECKED
    assert not found.good
    assert [one.trusted for one in found.signatures] == [None] * 3


def test_a_file_that_never_was_a_record_is_refused_not_judged() -> None:
    from cellguide.papers.signature_block import appearance

    block = shown(pki.signer(make.small_record(), "performed"), {})
    with pytest.raises(Refusal, match=r"paper\.not_a_pdf"):
        judge(b"PK\x03\x04 a spreadsheet")
    with pytest.raises(Refusal, match=r"paper\.no_record"):
        judge(appearance(block))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_rubbish_behind_a_pdf_head_is_broken_and_raises_nothing(rubbish: bytes) -> None:
    assert judge(b"%PDF-1.7\n" + rubbish).word is Word.BROKEN


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_begins_with_the_verdict_in_both_languages(signed: bytes, lang: Any) -> None:
    lines = report(judge(signed), lang)
    assert lines[0] == "INTACT"
    assert len(lines) == 3 + 3
    assert "2026-11-22 15:01:00 +08:00" in lines[3]
    broken = bytearray(signed)
    broken[3000] ^= 1
    assert "{" not in "".join(report(judge(bytes(broken)), lang))

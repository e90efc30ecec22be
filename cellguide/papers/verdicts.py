"""Verifying a record's PDF without the database: the verdict first, then what and where.

A file is judged by itself: its signatures, who signed, and whether what they signed is the record it carries. Only
the register of revisions can tell that a valid file is an *earlier* one (REG-040): whoever has it, hands it in.
"""

from __future__ import annotations

import base64
import enum
import io
import json
import logging
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from asn1crypto import cms as asn1_cms
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from cellguide import canonical, keys, signature
from cellguide.clock import Moment
from cellguide.papers import inside
from cellguide.papers.pdfa import RECORD_NAME
from cellguide.papers.voice import stamp
from cellguide.refusal import Refusal
from cellguide.words import Lang, catalogue, say

# pyHanko logs a traceback for every certificate it does not know; here that is a finding, and it has a sentence.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Word(enum.Enum):
    """The one word of a verdict. Only ``INTACT`` is good news."""

    INTACT = "INTACT"
    TRUST_UNCHECKED = "TRUST NOT CHECKED"
    INCOMPLETE = "INCOMPLETE"
    BROKEN = "BROKEN"
    ALTERED = "ALTERED AFTER SIGNING"
    FOREIGN = "FOREIGN CERTIFICATE"
    ANOTHER = "SIGNATURE OF ANOTHER RECORD"
    EARLIER = "EARLIER REVISION"


class Registered(NamedTuple):
    """What the register of revisions holds of the newest file: its hash, length in bytes, number of signatures."""

    sha256: str
    size: int
    signatures: int


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One signature. ``covered``: the byte it reaches; ``trusted``, ``listed``: None where nobody was asked."""

    meaning: str
    signer: str
    staff_id: str
    at: str
    serial: str
    intact: bool
    covered: int
    whole_file: bool
    changes_allowed: bool
    trusted: bool | None
    listed: bool | None
    binding: inside.Binding | None


@dataclass(frozen=True, slots=True)
class PdfVerdict:
    """The verdict over a PDF. ``facts`` fill the sentence (a tuple holds codes that have words of their own);
    ``required`` and ``signed`` count signatures.
    """

    word: Word
    record: str
    version: int
    sha256: str
    signed: int
    required: int
    signatures: tuple[SignatureFinding, ...]
    facts: dict[str, object]

    @property
    def good(self) -> bool:
        return self.word is Word.INTACT

    def sentence(self, lang: Lang) -> str:
        """What was found, in one sentence."""
        facts = {name: _worded(value, lang) for name, value in self.facts.items()}
        return say(f"paper.found.{self.word.name.lower()}", lang, **facts)


def _worded(value: object, lang: Lang) -> object:
    if not isinstance(value, tuple):
        return value
    known = catalogue("paper")
    keys = [next((key for key in (f"paper.where.{one}", f"paper.meaning.{one}") if key in known), one) for one in value]
    return {"zh": "、", "en": ", "}[lang].join(say(key, lang) if key in known else key for key in keys)


class _Record(NamedTuple):
    id: str
    version: int
    required: tuple[str, ...]
    sha256: str
    inner: tuple[Mapping[str, Any], ...]


def verify_pdf(
    untrusted_pdf: bytes,
    root_pem: bytes | None,
    listed: Collection[str] | None,
    now: Moment,
    registered: Registered | None = None,
) -> PdfVerdict:
    """Judge a record's PDF.

    ``root_pem``: the site's root; None leaves open who signed. ``listed``: the serials (hex) of the certificates the
    ledger knows, better with their SHA-256 as a mapping (who holds the root could give a serial twice); None accepts
    every certificate of the root. ``registered``: the newest revision, where known.
    Raises Refusal ``paper.not_a_pdf``, ``paper.no_record`` for files that never were a record.
    """
    if b"%PDF-" not in untrusted_pdf[:1024]:
        raise Refusal("paper.not_a_pdf")
    # A hostile or damaged file can raise nearly anything in a parser; whatever it raises, the file is not whole.
    try:
        reader = PdfFileReader(io.BytesIO(untrusted_pdf))
        embedded = list(reader.embedded_signatures)
        record = _record(reader)
    except Exception:
        return _unreadable(untrusted_pdf)
    if not embedded and b"/ByteRange" in untrusted_pdf:  # signatures are in the file, and the form does not show them
        return _unreadable(untrusted_pdf)
    if record is None and not embedded:
        raise Refusal("paper.no_record")
    if record is None:
        return _unreadable(untrusted_pdf, RECORD_NAME)
    try:
        context = _context(root_pem, now)
        findings = tuple(_finding(untrusted_pdf, one, context, root_pem is not None, listed) for one in embedded)
    except Exception:
        return _unreadable(untrusted_pdf)
    found = _judge(untrusted_pdf, record, findings, registered, root_pem is not None)
    if found.word in (Word.INTACT, Word.TRUST_UNCHECKED, Word.INCOMPLETE):
        try:
            return _judge_inner(found, record.inner, root_pem, listed)
        except Exception:
            return replace(found, word=Word.BROKEN, facts={"where": ("inner",)})
    return found


def _judge_inner(
    found: PdfVerdict,
    inner: tuple[Mapping[str, Any], ...],
    root_pem: bytes | None,
    listed: Collection[str] | None,
) -> PdfVerdict:
    """The signatures given inside the run: each key's word over its statement, of a certificate of this root."""
    for one in inner:
        stated, der = one["statement"], base64.b64decode(one["certificate"], validate=True)
        if not signature.holds(stated, str(one["signature"]), der):
            return replace(found, word=Word.BROKEN, facts={"where": ("inner",)})
        known = listed is None or _is_listed(str(stated["certificate"]), der, listed)
        if (root_pem is not None and not keys.issued_by(der, root_pem)) or not known:
            who = f"{stated['name']} ({stated['meaning']}, {stated['certificate']})"
            return replace(found, word=Word.FOREIGN, facts={"who": who})
    return found


def _record(reader: PdfFileReader) -> _Record | None:
    data = inside.record_bytes(reader)
    if data is None:
        return None
    found: dict[str, Any] = json.loads(data)
    inner = tuple(found.get("signatures", ()))
    return _Record(str(found["id"]), int(found["version"]), tuple(found["required"]), canonical.sha256(data), inner)


def _unreadable(pdf: bytes, where: str = "structure") -> PdfVerdict:
    """A file that no parser takes; where its signatures plainly end before the file does, that is said."""
    ranges = re.findall(rb"/ByteRange ?\[ ?\d+ \d+ (\d{1,12}) (\d{1,12}) ?\]", pdf)
    covered = max((int(start) + int(length) for start, length in ranges), default=0)
    if 0 < covered < len(pdf):
        facts: dict[str, object] = {"covered": covered, "size": len(pdf)}
        return PdfVerdict(Word.ALTERED, "", 0, "", len(ranges), 0, (), facts)
    return PdfVerdict(Word.BROKEN, "", 0, "", len(ranges), 0, (), {"where": (where,)})


def _context(root_pem: bytes | None, now: Moment) -> ValidationContext:
    roots = [asn1_x509.Certificate.load(pem.unarmor(root_pem)[2])] if root_pem else []
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now.utc_ms)
    return ValidationContext(trust_roots=roots, moment=at, allow_fetching=False)


def _gap_is_plain(pdf: bytes, embedded: EmbeddedPdfSignature) -> bool:
    """Whether the bytes that no digest can cover are the signature in hex, then noughts, and nothing else."""
    start, end = int(embedded.byte_range[1]), int(embedded.byte_range[2])
    content = bytes(embedded.pkcs7_content)
    signature: bytes = asn1_cms.ContentInfo.load(content).dump()
    plain = signature + bytes(len(content) - len(signature))
    return pdf[start:end] == b"<" + plain.hex().upper().encode("ascii") + b">"


def _finding(
    pdf: bytes,
    embedded: EmbeddedPdfSignature,
    context: ValidationContext,
    has_root: bool,
    listed: Collection[str] | None,
) -> SignatureFinding:
    status: PdfSignatureStatus = validate_pdf_signature(embedded, signer_validation_context=context)
    certificate = embedded.signer_cert
    subject = certificate.subject.native
    serial = f"{certificate.serial_number:x}"
    start, length = int(embedded.byte_range[2]), int(embedded.byte_range[3])
    at = embedded.self_reported_timestamp
    return SignatureFinding(
        meaning=str(embedded.field_name),
        signer=str(subject.get("common_name", "")),
        staff_id=str(subject.get("serial_number", "")),
        at=at.isoformat() if at is not None else "",
        serial=serial,
        intact=bool(status.intact and status.valid) and _gap_is_plain(pdf, embedded),
        covered=start + length,
        whole_file=embedded.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        changes_allowed=bool(status.docmdp_ok),
        trusted=bool(status.trusted) if has_root else None,
        listed=None if listed is None else _is_listed(serial, certificate.dump(), listed),
        binding=inside.read_binding(str(embedded.sig_object.get("/Reason", ""))),
    )


def _is_listed(serial: str, der: bytes, listed: Collection[str]) -> bool:
    known = {int(one, 16): one for one in listed}.get(int(serial, 16))
    if known is None:
        return False
    return not isinstance(listed, Mapping) or bool(listed[known] == canonical.sha256(der))


def _judge(
    pdf: bytes,
    record: _Record,
    findings: tuple[SignatureFinding, ...],
    registered: Registered | None,
    has_root: bool,
) -> PdfVerdict:
    """The first thing that is wrong names the verdict; the worst come first."""
    given = {one.meaning for one in findings}
    missing = [meaning for meaning in record.required if meaning not in given]

    def verdict(word: Word, **facts: object) -> PdfVerdict:
        signed, required = len(findings), len(record.required)
        counted = {"signed": signed, "required": required, **facts}
        return PdfVerdict(word, record.id, record.version, record.sha256, signed, required, findings, counted)

    for one in findings:
        if _is_of_another(one, record):
            named = one.binding
            return verdict(Word.ANOTHER, where=f"{one.meaning}: {named.text if named else '—'}")
        if not one.intact:
            return verdict(Word.BROKEN, where=(one.meaning,))
    covered = max((one.covered for one in findings), default=0)
    if findings and not (any(one.whole_file for one in findings) and all(one.changes_allowed for one in findings)):
        return verdict(Word.ALTERED, covered=covered, size=len(pdf))
    for one in findings:
        if one.trusted is False or one.listed is False:
            return verdict(Word.FOREIGN, who=f"{one.signer} ({one.meaning}, {one.serial})")
    if registered is not None and canonical.sha256(pdf) != registered.sha256:
        if len(findings) < registered.signatures or len(pdf) < registered.size:
            return verdict(Word.EARLIER, expected=registered.signatures, size=registered.size)
        return verdict(Word.BROKEN, where=("register",))
    if missing or not findings:  # a record that asks for no signature proves nothing either
        return verdict(Word.INCOMPLETE, missing=tuple(missing) or ("—",))
    return verdict(Word.INTACT if has_root else Word.TRUST_UNCHECKED)


def _is_of_another(one: SignatureFinding, record: _Record) -> bool:
    """Whether a signature names another record, or another meaning than the field it stands in.

    A hash that differs under a broken digest is damage, not another record: then the digest speaks.
    """
    named = one.binding
    if named is None:
        return one.intact
    if (named.record, named.version) != (record.id, record.version):
        return True
    return one.intact and (named.meaning != one.meaning or named.sha256 != record.sha256)


def report(verdict: PdfVerdict, lang: Lang) -> tuple[str, ...]:
    """The verdict as lines to show: the word, the sentence, then one line per signature."""
    found = [verdict.word.value, verdict.sentence(lang)]
    if verdict.record:
        found.append(f"{verdict.record} v{verdict.version} SHA-256 {verdict.sha256}")
    for one in verdict.signatures:
        at = stamp(one.at) if one.at else "—"
        trusted = one.trusted and one.listed is not False
        trust = say(f"paper.trust.{'unchecked' if one.trusted is None else 'yes' if trusted else 'no'}", lang)
        name = _worded((one.meaning,), lang)
        found.append(f"{name} · {one.signer} {one.staff_id} · {at} · {one.covered} B · {one.serial} · {trust}")
    return tuple(found)

"""Signing a record's PDF: PAdES B-B, one visible field per required meaning, each signature an incremental update.

pyHanko is pinned; three of its ways are overridden, each for a reason found by running it (engineering-review 7):
no /Version 2.0 for P-256 keys (the file must stay PDF/A-3b), the time is our clock's, and the appearance is a page
that we draw. No timestamp and no DSS: the last signature must be the last byte (regulation.md 2.2).
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import content, layout
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import pdf_signer
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from cellguide import canonical
from cellguide.clock import Moment
from cellguide.papers import inside, signature_block
from cellguide.papers.sheet import FieldPlace
from cellguide.papers.voice import both, groups
from cellguide.refusal import Refusal

FLUSH = layout.SimpleBoxLayoutRule(
    x_align=layout.AxisAlignment.ALIGN_MIN, y_align=layout.AxisAlignment.ALIGN_MIN, margins=layout.Margins(0, 0, 0, 0)
)


@dataclass(frozen=True, slots=True)
class PaperSigner:
    """Who signs, with what, and the statement (cellguide.signature) that this same key has signed already.

    ``certificate``: the person's, DER; ``root_pem``: the site's root; ``key``: P-256, unwrapped for this one call;
    ``fingerprint``: the certificate's as the person's card shows it; ``at``: our clock.
    """

    certificate: bytes
    root_pem: bytes
    key: ec.EllipticCurvePrivateKey
    statement: Mapping[str, Any]
    fingerprint: str
    at: Moment


def place_fields(archived: bytes, places: Sequence[FieldPlace]) -> bytes:
    """Give a paper its empty visible signature fields, before anybody has signed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(archived))
    for place in places:
        spec = fields.SigFieldSpec(
            sig_field_name=place.meaning,
            on_page=place.page,
            box=place.box,  # type: ignore[arg-type]  # whole points would stretch the block
            readable_field_name=both(f"meaning.{place.meaning}"),
        )
        fields.append_signature_field(writer, spec)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def seal(pdf: bytes, meaning: str, signer: PaperSigner) -> bytes:
    """Fill the field ``meaning`` of a prepared paper; return the longer file, whose first bytes are ``pdf``.

    Raises Refusal ``paper.unknown_meaning``, ``paper.no_record``, ``paper.other_record``, ``paper.no_such_field``,
    ``paper.already_signed``, ``paper.altered``, ``paper.number_differs``, ``paper.key_mismatch``,
    ``paper.certificate_period``.
    """
    signature_block.check_meaning(meaning)
    reader = PdfFileReader(io.BytesIO(pdf))
    record, sha256 = _attached(reader)
    stated = signer.statement
    binding = inside.Binding(meaning, record["id"], record["version"], sha256)
    named = inside.Binding(stated["meaning"], stated["record"], stated["version"], stated["sha256"])
    if named != binding:
        raise Refusal("paper.other_record", named=named.text, attached=binding.text)
    _check_fields(reader, meaning)
    place = (len(reader.embedded_signatures) + 1, len(record["required"]))
    if place != (stated["number"], stated["of"]):
        raise Refusal("paper.number_differs", named=stated["number"], found=place[0])
    _check_certificate(signer)
    return put_signature(pdf, binding, signer, shown(signer, record))


def shown(signer: PaperSigner, record: Mapping[str, Any]) -> signature_block.Shown:
    """What the block says: the statement that is signed, word for word, and how the clock stood."""
    stated = signer.statement
    return signature_block.Shown(
        meaning=stated["meaning"],
        name=f"{stated['name']} {stated['latin'] or ''}".strip(),
        staff_id=stated["signer"],
        role=stated["role"],
        method=stated["method"],
        at=signer.at.iso,
        number=groups(canonical.sha256(canonical.encode(dict(stated)))[:16]),
        key=signer.fingerprint,
        record=stated["record"],
        version=stated["version"],
        sha256=stated["sha256"],
        n=stated["number"],
        of=stated["of"],
        late=bool(stated.get("late")),
        clock=record.get("clock"),
    )


def _attached(reader: PdfFileReader) -> tuple[dict[str, Any], str]:
    data = inside.record_bytes(reader)
    if data is None:
        raise Refusal("paper.no_record")
    return json.loads(data), canonical.sha256(data)


def _check_fields(reader: PdfFileReader, meaning: str) -> None:
    signed = reader.embedded_signatures
    if any(one.field_name == meaning for one in signed):
        raise Refusal("paper.already_signed", meaning=meaning)
    if meaning not in {name for name, _, _ in fields.enumerate_sig_fields(reader)}:
        raise Refusal("paper.no_such_field", meaning=meaning)
    # The newest signature must reach the last byte, or the next one would put its weight behind a change.
    if signed and max(one.evaluate_signature_coverage() for one in signed) < SignatureCoverageLevel.ENTIRE_FILE:
        raise Refusal("paper.altered")


def _check_certificate(signer: PaperSigner) -> None:
    certificate = x509.load_der_x509_certificate(signer.certificate)
    serial = f"{certificate.serial_number:x}"
    if certificate.public_key() != signer.key.public_key() or serial != signer.statement["certificate"]:
        raise Refusal("paper.key_mismatch")
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= _instant(signer.at) <= last:
        raise Refusal("paper.certificate_period", at=signer.at.iso, first=first.isoformat())


def _instant(at: Moment) -> datetime:
    return datetime.fromtimestamp(at.utc_ms // 1000, UTC)


def put_signature(pdf: bytes, binding: inside.Binding, signer: PaperSigner, block: signature_block.Shown) -> bytes:
    """Sign what ``seal`` has checked. On its own it would let a signature name another record than the file's."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    metadata = pdf_signer.PdfSignatureMetadata(
        field_name=binding.meaning,
        md_algorithm="sha256",
        reason=binding.text,
        name=signer.statement["name"],
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    look = StaticStampStyle(
        border_width=0, background=_Appearance(signature_block.appearance(block)), background_layout=FLUSH
    )
    ours = _Signer(metadata, signer=_Hand(signer), stamp_style=look)
    ours.at = signer.at
    out = io.BytesIO()
    ours.sign_pdf(writer, existing_fields_only=True, output=out)
    return out.getvalue()


class _Hand(Signer):
    """A signer that holds the key as an object: it is never written out, not even in memory."""

    def __init__(self, signer: PaperSigner) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        root = x509.load_pem_x509_certificate(signer.root_pem).public_bytes(serialization.Encoding.DER)
        registry.register(asn1_x509.Certificate.load(root))
        super().__init__(signing_cert=asn1_x509.Certificate.load(signer.certificate), cert_registry=registry)
        self.key = signer.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(72)  # the longest DER form of a P-256 signature
        assert digest_algorithm == "sha256"
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


class _Signer(pdf_signer.PdfSigner):
    """pyHanko's, staying PDF 1.7 and on our clock."""

    at: Moment

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        """Only ESIC (PAdES). The P-256 extension would set /Version 2.0, which PDF/A-3 forbids."""
        pdf_signer._ensure_esic_ext(pdf_out)

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at.local.replace(microsecond=0)
        return session


class _Appearance(content.PdfContent):
    """A one-page PDF in memory as a signature's appearance."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.page = page

    def render(self) -> bytes:
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self.page)))
        self.resources.xobject["/Block"] = form
        left, bottom, right, top = form.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=right - left, height=top - bottom)
        return b"/Block Do"

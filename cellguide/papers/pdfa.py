"""A drawn record becomes PDF/A-3b with ``record.json`` inside: the page for people, the data for programs.

ISO 19005-3; recipe of regulation.md 2.2. The signed PDF of the version before travels along when a record is amended
(engineering-review 8), compressed, so that a reader of ByteRanges sees only this file's own signatures.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pikepdf
from pikepdf import pdfa

from cellguide import canonical
from cellguide.clock import parse_iso
from cellguide.refusal import Refusal

RECORD_NAME = "record.json"
PREVIOUS_NAME = "previous-v{version}.pdf"


def archive(drawn_pdf: bytes, record: Mapping[str, Any], previous_pdf: bytes | None) -> bytes:
    """Make a drawn paper PDF/A-3b with ``record`` inside. It has no signature fields yet.

    Raises Refusal ``paper.previous_missing``, ``paper.previous_differs``, ``paper.not_pdfa``.
    """
    previous = _previous(record, previous_pdf)
    with pikepdf.open(io.BytesIO(drawn_pdf)) as pdf:
        for page in pdf.pages:
            if "/Trans" in page.obj:  # reportlab puts one on every page; PDF/A's checker does not know it
                del page.obj["/Trans"]
        _date(pdf, record["closed"])
        _attach(pdf, RECORD_NAME, canonical.encode(record), "application/json", "/Source", record["closed"])
        if previous:
            _attach(pdf, previous[0], previous[1], "application/pdf", "/Supplement", record["closed"])
        out = io.BytesIO()
        try:
            pdfa.prepare(pdf, "3b")
            with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
                metadata["xmp:MetadataDate"] = parse_iso(record["closed"]).iso  # else the moment of drawing
            pdfa.save(pdf, out, "3b", repair=False, deterministic_id=True)
        except pdfa.PdfaError as error:
            rule = "; ".join(f"{one.rule} {one.message}" for one in error.report.findings[:3])
            raise Refusal("paper.not_pdfa", rule=rule) from error
    return out.getvalue()


def _previous(record: Mapping[str, Any], previous_pdf: bytes | None) -> tuple[str, bytes] | None:
    amends = record["amends"]
    if amends is None or not amends["pdf_sha256"]:  # a version nobody signed has no paper to carry along
        return None
    if previous_pdf is None:
        raise Refusal("paper.previous_missing", version=amends["version"])
    if canonical.sha256(previous_pdf) != amends["pdf_sha256"]:
        raise Refusal("paper.previous_differs", version=amends["version"])
    return PREVIOUS_NAME.format(version=amends["version"]), previous_pdf


def _date(pdf: pikepdf.Pdf, closed: str) -> None:
    """The paper's date is the record's: our clock, not the moment somebody drew it."""
    stamp = parse_iso(closed).local
    offset = stamp.strftime("%z")
    date = f"D:{stamp:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:]}'"
    pdf.docinfo["/CreationDate"] = date
    pdf.docinfo["/ModDate"] = date


def _attach(pdf: pikepdf.Pdf, name: str, data: bytes, kind: str, relationship: str, closed: str) -> None:
    stamp = parse_iso(closed).local
    spec = pikepdf.AttachedFileSpec(  # type: ignore[call-arg]  # the stub lacks relationship
        pdf,
        data,
        filename=name,
        mime_type=kind,
        relationship=pikepdf.Name(relationship),
        creation_date=f"D:{stamp:%Y%m%d%H%M%S}",
        mod_date=f"D:{stamp:%Y%m%d%H%M%S}",
    )
    pdf.attachments[name] = spec  # also lists it in /AF, as PDF/A-3 asks

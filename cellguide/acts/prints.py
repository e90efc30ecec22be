"""A record's paper on the screen, on the printer, and back from it with ink (REG-035, REG-047)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .. import canonical
from ..clock import Moment
from ..desk import Desk
from ..entry import Change
from ..refusal import Refusal
from .records import doc_of


def paper(desk: Desk, record: str) -> bytes:
    """The record's PDF as it stands. Raises ``record.not_drawn``."""
    doc = doc_of(desk, record)
    if not doc["pdf_sha256"]:
        raise Refusal("record.not_drawn", record=record)
    return desk.store.blob(str(doc["pdf_sha256"]))


def view_record(desk: Desk, record: str) -> bytes:
    """Show a record: the first look of a person at a patient since signing in is an entry (REG-047)."""
    at, who = desk.begin("view_record")
    doc = doc_of(desk, record)
    subject = str(doc["order"] or record)
    assert desk.session is not None
    id = f"{who.person}/{subject}/{desk.session.since.utc}"
    if desk.store.get("view", id) is None:
        desk.write(
            "view_record", [Change("view", id, {"person": who.person, "record": record, "at": at.iso})], at=at, who=who
        )
    return paper(desk, record)


class Copy(NamedTuple):
    """A numbered copy. ``mark``: DRAFT while signatures are missing, VOID, or nothing; never part of the file."""

    record: str
    number: int
    pdf: bytes
    mark: str
    by: str
    at: Moment


def mark_of(doc: Mapping[str, Any]) -> str:
    """What must stand across a page: draft, void or nothing."""
    if "voided" in doc["required"]:
        return "void"
    return "" if doc["state"] == "signed" else "draft"


def print_record(desk: Desk, record: str, printer: str) -> Copy:
    """Count a copy; the printing layer draws mark, copy number, name and time over the page (REG-035)."""
    at, who = desk.begin("print_record")
    doc = doc_of(desk, record)
    data = paper(desk, record)
    number = len(desk.store.find("print", record=record)) + 1
    change = Change(
        "print",
        f"{record}-c{number}",
        {
            "record": record,
            "version": doc["number"],
            "copy": number,
            "by": who.person,
            "at": at.iso,
            "printer": printer,
        },
    )
    desk.write("print_record", [change], at=at, who=who)
    return Copy(record, number, data, mark_of(doc), desk.person(who.person).name, at)


def bind_scan(desk: Desk, image: bytes, untrusted_code: str) -> str:
    """Bind an inked page that was scanned back to its record by its QR code; returns the record's id.

    Raises ``paper.not_a_page_code``, ``scan.other_paper`` when version or hash are of no paper that was made here.
    """
    from ..papers import qr

    at, who = desk.begin("bind_scan")
    code = qr.parse(untrusted_code)
    record = code.record
    held = desk.store.get("record", record)
    known = held is not None and any(
        (code.version, code.sha256) == (doc["number"], doc["sha256"])
        for doc in [held.doc, *(item.doc for item in desk.store.find("revision", record=record))]
    )
    if not known:
        raise Refusal("scan.other_paper", record=record)
    name = canonical.sha256(image)
    change = Change(
        "scan",
        f"{record}-v{code.version}-p{code.page}-{name[:8]}",
        {"record": record, "version": code.version, "page": code.page, "sha256": name, "by": who.person, "at": at.iso},
    )
    desk.write("bind_scan", [change], at=at, who=who, blobs=[image])
    return record

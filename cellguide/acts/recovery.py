"""When no two administrators are left: the sealed envelope is opened and its sheet read back (docs/decisions/0007).

The same act at a station whose administrators forgot their passwords and on a computer where a backup was restored:
two people become administrators with certificates of the site's own root, and that the envelope was opened, by whom,
why and in whose presence stays in the site's own document, on the two people and on their certificates for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .. import keys, sheet_code, signature
from ..clock import Moment
from ..desk import Desk
from ..entry import STATION, Actor, Change, Doc
from ..people import ADMINISTRATOR, Person, check_new_person
from ..refusal import Refusal
from . import inspection, staff
from .records import check_reason
from .site import Enrolment, openings, printed_sheets

Standing = Literal["current", "replaced", "opened", "unknown"]


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet whose key is the site's root. ``printed_at``: as the ledger knows it, else empty. ``standing``:
    current, replaced by a later one, opened before (and none printed since), unknown (printed after the backup)."""

    number: str
    printed_at: str
    standing: Standing
    station_key: bool
    root_key: bytes = field(repr=False)


def read_sheet(desk: Desk, untrusted_text: str) -> SheetRead:
    """Read what two people typed or scanned, and compare it with the site's root certificate.

    Raises the refusals of ``sheet_code.read``; ``envelope.not_root`` (another site's key: an entry is left of the try),
    ``envelope.other_station``, ``envelope.void``: the sheet was opened before and a later one has been printed since.
    """
    sheet = sheet_code.read(untrusted_text)
    try:
        root_key = keys.root_from_number(sheet.root.raw, staff.root_pem(desk))
    except Refusal:
        at = desk.now()
        if not is_new_chain(desk):
            desk.write("refuse_envelope", [Change("site", "site", {"envelope_refused_at": at.iso})], at=at, who=STATION)
        raise
    number, printed = sheet.root.sheet, printed_sheets(desk)
    before = [opening for opening in openings(desk) if opening["envelope"] == number]
    if before and len(printed) > int(before[-1]["printed"]):
        raise Refusal("envelope.void", envelope=number, at=str(before[-1]["at"])[:16].replace("T", " "))
    standing: Standing = "unknown"
    if before:
        standing = "opened"
    elif number in printed:
        standing = "current" if number == max(printed) else "replaced"
    printed_at = str(printed.get(number, {}).get("at", ""))
    return SheetRead(number, printed_at, standing, _station_fits(desk, sheet.station), root_key)


def _station_fits(desk: Desk, key: sheet_code.Key | None) -> bool:
    """Whether the station's key stood on the sheet too and is the listed one. Raises ``envelope.other_station``."""
    if key is None:
        return False
    listed = desk.site["stations"].get(key.letter)
    if listed is not None and listed != keys.station_public(key.raw).hex():
        raise Refusal("envelope.other_station", station=key.letter)
    return listed is not None


def is_new_chain(desk: Desk) -> bool:
    """Whether this store was restored and its first entry is still to be written."""
    return desk.store.station not in desk.site["stations"]


def administrator(desk: Desk, staff_no: str, document: str) -> staff.NewPerson:
    """An administrator who stands here already and gets a new password. ``document``: what was shown now.

    Raises ``envelope.not_administrator`` for anyone else.
    """
    held = desk.store.get("person", staff_no)
    who = desk.person(staff_no) if held is not None else None
    if held is None or who is None or not who.active or ADMINISTRATOR not in who.roles:
        raise Refusal("envelope.not_administrator", person=staff_no)
    return staff.NewPerson(
        who.id, who.name, who.latin, who.roles, document, str(held.doc.get("initials", "")), who.demo
    )


def open_envelope(desk: Desk, sheet: SheetRead, two: Sequence[Enrolment], reason: str, present: str = "") -> None:
    """Two people who opened the envelope become administrators; nobody is signed in, and nobody is afterwards.

    ``two``: both with the key that their own password wrapped, typed by themselves. ``present``: who else was there,
    in words. One transaction: the opening with both people's signatures, both people, both certificates, the root
    wrapped for them; on a restored store it is the new chain's first entry too.
    Raises ``reason.short``, ``envelope.two_needed``, ``envelope.not_administrator`` and what a new person is refused
    for.
    """
    check_reason(reason)
    at, fresh = desk.now(), is_new_chain(desk)
    _check_two(desk, two)
    pem = staff.root_pem(desk)
    ids = [item.new.staff_no for item in two]
    changes: list[Change] = []
    certificates: list[bytes] = []
    secrets = _pairs(desk, sheet.root_key, two)
    signers = []
    for item in two:
        more, der, vault = staff.certified(item.new, item.secret, item.locked, sheet.root_key, pem, at)
        before = desk.store.get("person", item.new.staff_no)
        if before is not None:
            replaced = {"state": "replaced", "replaced_at": at.iso}
            more.append(Change("certificate", str(before.doc["certificate"]), replaced))
        changes += [Change(one.kind, one.id, one.new | {"approved_by": ids, "envelope": sheet.number}) for one in more]
        certificates.append(der)
        secrets |= vault | {(item.new.staff_no, name): None for name in ("pin", "pin_failures", "throttle")}
        signers.append(
            inspection.Signer(item.new.staff_no, item.new.name, ADMINISTRATOR, keys.serial_of(der), item.secret)
        )
    opening = _opening(desk, sheet, signers, reason, present, at)
    new: Doc = {"envelope_openings": [*openings(desk), opening]}
    if fresh:
        new |= inspection.succession(desk, signers, reason, at)
    who = Actor(ids[0], ADMINISTRATOR, "envelope")
    act = "restore_database" if fresh else "open_envelope"
    changes.insert(0, Change("site", "site", new, reason))
    desk.write(act, changes, at=at, who=who, blobs=certificates, secrets=secrets)
    desk.store.checkpoint(who, at)


def _check_two(desk: Desk, two: Sequence[Enrolment]) -> None:
    if len(two) != 2 or two[0].new.staff_no == two[1].new.staff_no:
        raise Refusal("envelope.two_needed")
    known: list[Person] = desk.people()
    for item in two:
        assert item.locked.person == item.secret.person == item.new.staff_no
        if desk.store.get("person", item.new.staff_no) is not None:
            held = administrator(desk, item.new.staff_no, item.new.document)
            if not item.new.document.strip():
                raise Refusal("person.field_missing", field="document")
            assert item.new == held
            continue
        if item.new.roles != (ADMINISTRATOR,):
            raise Refusal("envelope.not_administrator", person=item.new.staff_no)
        check_new_person(item.new.doc, known)
        known.append(_as_person(item.new))


def _as_person(new: staff.NewPerson) -> Person:
    return Person(new.staff_no, new.name, new.latin, new.roles, "active", new.document, "", new.demo)


def _pairs(desk: Desk, root_key: bytes, two: Sequence[Enrolment]) -> dict[tuple[str, str], bytes | None]:
    """The root wrapped for the two; copies that their old passwords opened, or one person alone, are gone."""
    ids = {item.new.staff_no for item in two}
    others = {who.id for who in desk.people() if ADMINISTRATOR in who.roles}
    found: dict[tuple[str, str], bytes | None] = {("root", other): None for other in others}
    found |= {("root", keys.pair_of(id, other)): None for id in ids & others for other in others - {id}}
    shares = (two[0].secret, two[1].secret)
    return found | {("root", keys.pair_name(shares)): keys.wrap_root(root_key, shares)}


def _opening(
    desk: Desk, sheet: SheetRead, signers: Sequence[inspection.Signer], reason: str, present: str, at: Moment
) -> Doc:
    """What stays: which envelope, when, why, who; each of the two signs it with the key that they got by it."""
    facts: dict[str, Any] = {
        "envelope": sheet.number,
        "printed_at": sheet.printed_at,
        "standing": sheet.standing,
        "station_key": sheet.station_key,
        "present": present.strip(),
        "reason": reason,
        "at": at.iso,
        "administrators": [{"person": signer.id, "name": signer.name} for signer in signers],
    }
    statements = []
    for signer in signers:
        stated = {
            "schema": "cellguide.envelope/1",
            **facts,
            "signer": signer.id,
            "certificate": signer.certificate,
        }
        statements.append({"statement": stated, "signature": signature.sign(stated, signer.secret)})
    return facts | {"printed": len(printed_sheets(desk)), "statements": statements}

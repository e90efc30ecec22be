"""Records: frozen, drawn, signed, amended, voided (DESIGN.md 4 and 5); ``prints`` shows and prints them.

A record's canonical data is frozen first; the paper is drawn from it once; each signature is one transaction that
holds statement, signature, PDF, its length and SHA-256. Slow parts are pure functions between two short acts:
``pending_signature`` (read) → ``make_signature`` (pool) → ``file_signature`` (write); ``sign_record`` does all three.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .. import __version__, canonical, deviations, keys, ledger, sessions, signature
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..people import MAY_SIGN, Person
from ..refusal import Refusal
from ..runs.reasons import says_something
from .staff import Proof, root_pem, trained

REQUIRED = ("performed", "checked", "reviewed")
LATE_S = 60 * 60


class Draft(NamedTuple):
    """What a finished run hands over to be frozen. ``words``: what search finds the record by."""

    kind: str
    content: Doc
    required: tuple[str, ...]
    photos: dict[str, bytes]
    words: tuple[str, ...]
    performers: tuple[str, ...]
    checkers: tuple[str, ...]
    run: str = ""
    order: str = ""
    product: str = ""


# --- freezing and drawing ---------------------------------------------------------------------------------------


def freeze(
    desk: Desk, draft: Draft, *, at: Moment, who: Actor, record: str = "", amends: Doc | None = None
) -> tuple[str, Change, bytes]:
    """Freeze ``draft`` as a new record, or as the next version of ``record``. Returns (id, change, record.json).

    The checkpoint on the page is the one made here, before the first signature.
    """
    note = desk.store.checkpoint(who, at)
    point, _, _ = ledger.read_note(note)
    version = 1
    if record:
        held = desk.store.get("record", record)
        assert held is not None
        version = int(held.doc["number"]) + 1
    id = record or desk.store.next_id("record", f"R-{desk.store.station}-{at.local.year}-")
    site = desk.site
    content = draft.content | {
        "schema": "cellguide.record/1",
        "id": id,
        "version": version,
        "kind": draft.kind,
        "demo": desk.demo,
        "site": {name: site[name] for name in ("zh", "en", "zone", "base", "languages", "ink_lines")},
        "station": desk.store.station,
        "app": __version__,
        "required": list(draft.required),
        "frozen": at.iso,
        "clock": clock_state(desk),
        "amends": amends,
        "checkpoint": {"size": point.size, "root": point.root, "chain": point.chain},
    }
    content.setdefault("void", None)
    data = canonical.encode(content)
    doc = {
        "number": version,
        "kind": draft.kind,
        "sha256": canonical.sha256(data),
        "state": "frozen",
        "required": list(draft.required),
        "photos": sorted(draft.photos),
        "words": list(draft.words),
        "shown": _shown(content),
        "performers": list(draft.performers),
        "checkers": list(draft.checkers),
        "run": draft.run,
        "order": draft.order,
        "product": draft.product,
        "frozen_at": at.iso,
        "drawn_sha256": "",
        "pdf_sha256": "",
        "pdf_size": 0,
        "signed": [],
    }
    return id, Change("record", id, doc), data


def _shown(content: Doc) -> Doc:
    """What a list of records shows of it."""
    subject = content.get("subject") or {}
    patient, product = subject.get("patient") or {}, subject.get("product") or subject.get("device") or {}
    return {
        "patient": patient.get("name", ""),
        "product_zh": product.get("zh", ""),
        "product_en": product.get("en", ""),
        "zh": content["template"]["zh"],
        "en": content["template"]["en"],
    }


def clock_state(desk: Desk) -> Doc | None:
    """The station clock's last comparison with a trusted one, and whether it was moved since; None when there is
    nothing to say but that it never was compared (REG-028, REG-029)."""
    held = desk.store.get("clock", "station")
    doc = held.doc if held is not None else {}
    state = {"checked_at": doc["checked_at"], "difference_s": doc["difference_s"]} if "checked_at" in doc else {}
    if doc.get("moved"):
        state |= {name: doc[name] for name in ("moved", "moved_at", "moved_s")}
    return state or None


class Drawing(NamedTuple):
    """What the pool needs to draw a frozen record."""

    record: str
    data: bytes
    photos: dict[str, bytes]
    previous: bytes | None


def pending_drawing(desk: Desk, record: str) -> Drawing:
    """Read what drawing needs."""
    doc = doc_of(desk, record)
    data = desk.store.blob(str(doc["sha256"]))
    photos = {name: desk.store.blob(name) for name in doc["photos"]}
    amends = json.loads(data)["amends"]
    previous = desk.store.blob(str(amends["pdf_sha256"])) if amends and amends["pdf_sha256"] else None
    return Drawing(record, data, photos, previous)


def make_drawing(drawing: Drawing) -> bytes:
    """Draw and make PDF/A with empty signature fields. Pure and slow: runs in the pool."""
    from ..papers import run_record, temperature_record

    content = json.loads(drawing.data)
    if "temperature" in content:  # a period of a probe, not a run
        return temperature_record.prepare(content, drawing.previous)
    return run_record.prepare(content, drawing.photos, drawing.previous)


def file_drawing(desk: Desk, record: str, pdf: bytes) -> None:
    """Keep the drawn paper; from here it can be signed."""
    doc = doc_of(desk, record)
    if doc["state"] != "frozen":
        raise Refusal("record.drawn", record=record)
    at = desk.now()
    who = desk.session.actor if desk.session is not None else Actor("station", "station", "none")
    name = canonical.sha256(pdf)
    change = {"state": "awaiting", "drawn_sha256": name, "pdf_sha256": name, "pdf_size": len(pdf)}
    desk.write("draw_record", [Change("record", record, change)], at=at, who=who, blobs=[pdf])


def draw_record(desk: Desk, record: str) -> None:
    """Draw and keep, here and now."""
    file_drawing(desk, record, make_drawing(pending_drawing(desk, record)))


def doc_of(desk: Desk, record: str) -> Doc:
    held = desk.store.get("record", record)
    if held is None:
        raise Refusal("record.unknown", record=record)
    return held.doc


# --- signing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pending:
    """A signature that only lacks the key: statement, paper and certificate."""

    record: str
    statement: Doc
    certificate: bytes
    chain: bytes
    pdf: bytes
    signer: Person
    at: Moment
    late: bool
    reason: str
    overridden_by: str
    number: str


class Signed(NamedTuple):
    """What the key made: the statement's signature and the paper with one field filled."""

    signature: str
    pdf: bytes


def needed(desk: Desk, record: str, signer: str, meaning: str) -> sessions.Components:
    """What the signing dialog must ask ``signer`` for."""
    checker = meaning == "checked" or (desk.session is not None and desk.session.person != signer)
    return sessions.components(desk.session, signer, desk.now(), as_checker=checker)


def signing_role(desk: Desk, signer: Person, meaning: str) -> str:
    """The role somebody signs in: that of their session, else the first of theirs that may give this meaning."""
    if desk.session is not None and desk.session.person == signer.id:
        return desk.session.role
    fitting = [role for role in signer.roles if role in MAY_SIGN[meaning]]
    return fitting[0] if fitting else signer.roles[0]


def pending_signature(
    desk: Desk, record: str, meaning: str, signer: str, *, reason: str = "", override: Proof | None = None
) -> Pending:
    """Check that ``signer`` may give this meaning now, and say what the key must sign.

    Raises what ``signature.check_may_sign`` raises, ``record.not_drawn``, ``sign.training`` (without ``override`` by a
    second person), ``sign.late_reason``, ``sign.clock_runs`` while a clock of the preparation runs.
    """
    at, _ = desk.begin("sign_record")
    doc = doc_of(desk, record)
    if doc["state"] not in ("awaiting",):
        raise Refusal(
            "record.not_drawn" if doc["state"] == "frozen" else "record.closed", record=record, state=doc["state"]
        )
    who = desk.person(signer)
    role = signing_role(desk, who, meaning)
    given = [desk.store.get("signature", name) for name in doc["signed"]]
    statements = [held.doc["statement"] for held in given if held is not None]
    signature.check_may_sign(
        meaning,
        who,
        role,
        doc["required"],
        statements,
        performers=frozenset(doc["performers"]),
        checkers=frozenset(doc["checkers"]),
    )
    overridden = ""
    if (
        meaning in ("performed", "checked")
        and doc["product"]
        and not trained(desk, signer, doc["product"], doc["kind"], at)
    ):
        if override is None or override.person == signer or len(reason.strip()) < 2:
            raise Refusal("sign.training", person=signer, product=doc["product"], task=doc["kind"])
        override.spend(at)
        overridden = override.person
    late = meaning != "reviewed" and sessions.elapsed_s(parse_iso(doc["frozen_at"]), at) > LATE_S
    if late and not reason.strip():
        raise Refusal("sign.late_reason", record=record)
    der = certificate_of(desk, who)
    stated = signature.statement(
        record=record,
        version=int(doc["number"]),
        sha256=str(doc["sha256"]),
        meaning=meaning,
        signer=who,
        role=role,
        certificate=who.certificate,
        at=at,
        method="staff number and password",
        number=len(statements) + 1,
        of=len(doc["required"]),
    )
    if late:
        stated["late"] = reason
    pdf = desk.store.blob(str(doc["pdf_sha256"]))
    number = f"S-{record.removeprefix('R-')}-v{stated['version']}-{stated['number']}"
    return Pending(record, stated, der, root_pem(desk), pdf, who, at, late, reason, overridden, number)


def certificate_of(desk: Desk, who: Person) -> bytes:
    """The person's certificate as DER."""
    held = desk.store.get("certificate", who.certificate)
    if held is None or held.doc["state"] != "valid":
        raise Refusal("sign.no_certificate", person=who.id)
    return desk.store.blob(str(held.doc["sha256"]))


def make_signature(pending: Pending, secret: keys.Secret) -> Signed:
    """Sign statement and paper. Pure and slow: runs in the pool."""
    from ..papers import seal

    signed = signature.sign(pending.statement, secret)
    stated = pending.statement
    signer = seal.PaperSigner(
        certificate=pending.certificate,
        root_pem=pending.chain,
        key=secret.signing_key(),
        statement=stated,
        fingerprint=keys.fingerprint(pending.certificate),
        at=pending.at,
    )
    return Signed(signed, seal.seal(pending.pdf, str(stated["meaning"]), signer))


def file_signature(desk: Desk, pending: Pending, signed: Signed) -> None:
    """Write the signature in one transaction, then a checkpoint. The last required meaning closes the record."""
    doc = doc_of(desk, pending.record)
    if canonical.sha256(pending.pdf) != doc["pdf_sha256"]:
        raise Refusal("record.moved_on", record=pending.record)
    stated = pending.statement
    at = pending.at
    id = pending.number
    name = canonical.sha256(signed.pdf)
    complete = stated["number"] == stated["of"]
    changes = [
        Change(
            "signature",
            id,
            {
                "record": pending.record,
                "person": pending.signer.id,
                "statement": stated,
                "signature": signed.signature,
                "pdf_sha256": name,
                "pdf_size": len(signed.pdf),
            },
            pending.reason,
        ),
        Change(
            "record",
            pending.record,
            {
                "state": "signed" if complete else "awaiting",
                "pdf_sha256": name,
                "pdf_size": len(signed.pdf),
                "signed": [*doc["signed"], id],
            },
        ),
    ]
    if pending.overridden_by:
        changes.append(_training_deviation(desk, pending))
    who = Actor(pending.signer.id, str(stated["role"]), "password")
    desk.write("sign_record", changes, at=at, who=who, blobs=[signed.pdf])
    if desk.session is not None:
        checker = stated["meaning"] == "checked"
        desk.session = sessions.primed(desk.session, pending.signer.id, desk.now(), as_checker=checker)
    desk.store.checkpoint(who, desk.now())


def _training_deviation(desk: Desk, pending: Pending) -> Change:
    id = desk.store.next_id("deviation", f"DV-{desk.store.station}-{pending.at.local.year}-")
    facts = (("title", f"{pending.record} · {pending.signer.id}"), ("allowed_by", pending.overridden_by))
    cause = deviations.Cause("training", "major", facts=facts, text=pending.reason)
    who = Actor(pending.signer.id, str(pending.statement["role"]), "password")
    return deviations.opening(id, cause, at=pending.at, who=who)


def sign_record(
    desk: Desk, record: str, meaning: str, proof: Proof, *, reason: str = "", override: Proof | None = None
) -> None:
    """Sign, here and now. Raises ``sign.both_needed`` when the series asks for more than the proof has."""
    if needed(desk, record, proof.person, meaning) == "both" and proof.components != "both":
        raise Refusal("sign.both_needed")
    pending = pending_signature(desk, record, meaning, proof.person, reason=reason, override=override)
    file_signature(desk, pending, make_signature(pending, proof.spend(desk.now())))


def next_meaning(desk: Desk, record: str) -> str | None:
    """Which signature the record waits for, or None."""
    doc = doc_of(desk, record)
    if doc["state"] != "awaiting":
        return None
    return str(doc["required"][len(doc["signed"])])


# --- amending and voiding -------------------------------------------------------------------------------------------


def check_reason(reason: str) -> None:
    """Refuse a reason that says nothing (REG-015)."""
    if not says_something(reason):
        raise Refusal("reason.short")


def next_version(
    desk: Desk, record: str, draft: Draft, reason: str, *, at: Moment, who: Actor
) -> tuple[list[Change], bytes]:
    """What makes version n+1 of a signed record, and its record.json; version n stays and goes along inside it."""
    check_reason(reason)
    doc = doc_of(desk, record)
    if doc["state"] not in ("signed", "awaiting"):
        raise Refusal("record.not_signed", record=record, state=doc["state"])
    amends = {
        "version": doc["number"],
        "sha256": doc["sha256"],
        "pdf_sha256": doc["pdf_sha256"],
        "reason": reason,
        "by": who.person,
        "at": at.iso,
    }
    _, change, data = freeze(desk, draft, at=at, who=who, record=record, amends=amends)
    revision = Change(
        "revision",
        f"{record}-v{doc['number']}",
        {name: doc[name] for name in ("sha256", "pdf_sha256", "pdf_size", "signed", "number", "kind")}
        | {"record": record, "state": "superseded", "by": doc["number"] + 1},
    )
    return [Change(change.kind, change.id, change.new, reason), revision], data


def replace_version(desk: Desk, record: str, draft: Draft, reason: str, act: str) -> None:
    """Freeze version n+1 of a signed record; version n stays byte for byte and goes along inside it."""
    check_reason(reason)
    at, who = desk.begin(act)
    changes, data = next_version(desk, record, draft, reason, at=at, who=who)
    desk.write(act, changes, at=at, who=who, blobs=[data, *draft.photos.values()])


def void_record(desk: Desk, record: str, reason: str) -> None:
    """Void: the next version has an empty body, the reason, and asks one signature, "voided"."""
    doc = doc_of(desk, record)
    content = json.loads(desk.store.blob(str(doc["sha256"])))
    for emptied in ("sections", "clearances", "deviations", "events", "signatures", "photos"):
        content[emptied] = []
    content |= {"series": None, "decision": None, "void": {"reason": reason}}
    content |= {"temperature": None} if "temperature" in content else {}
    draft = Draft(
        str(doc["kind"]),
        content,
        ("voided",),
        {},
        tuple(doc["words"]),
        (),
        (),
        str(doc["run"]),
        str(doc["order"]),
    )
    replace_version(desk, record, draft, reason, "void_record")


# --- what is still to be done -----------------------------------------------------------------------------------------


def awaiting(desk: Desk) -> Sequence[tuple[str, str, Doc]]:
    """(record, meaning, document) of every record that waits for a signature, oldest first."""
    found = []
    for held in desk.store.find("record", state="awaiting"):
        found.append((held.id, str(held.doc["required"][len(held.doc["signed"])]), held.doc))
    return found

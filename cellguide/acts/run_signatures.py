"""Signatures inside a run (engineering-review 8b): a person's word about everything answered so far.

The physician's go and a pharmacist's override are given hours before the record is frozen, and nobody's key can be used
later for them. So each is a statement of its own at once: over the SHA-256 of the ledger's own lines about the run up
to then, newlines included, which ``grep`` and ``sha256sum`` repeat on an inspection copy. The statement goes into the
run's record; the record's final signatures are those of ``records``.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .. import canonical, signature
from ..clock import Moment
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..people import MAY_SIGN
from ..refusal import Refusal
from ..runs import Run
from .records import certificate_of
from .staff import Proof

COVERS = "run_event"


class Given(NamedTuple):
    """A signature that was made: its entry, who gave it, and the SHA-256 of the statement, which an answer names."""

    change: Change
    who: Actor
    statement_sha256: str


def answers_sha256(desk: Desk, run: Run) -> str:
    """SHA-256 over the ledger's lines of the run's events so far, each with its newline, in their order."""
    digest = hashlib.sha256()
    for event in run.events:
        line = desk.store.history(COVERS, f"{run.id}/{event.n:04d}")[0].line
        digest.update(line.encode("utf-8") + b"\n")
    return digest.hexdigest()


def give(
    desk: Desk,
    run: Run,
    proof: Proof,
    role: str,
    meaning: str,
    *,
    step: str,
    at: Moment,
    number: int = 1,
    of: int = 1,
    covered: str = "",
    more: Mapping[str, Any] | None = None,
) -> Given:
    """Spend ``proof`` on a statement over everything that was answered in ``run`` so far.

    ``step``: the question that it was given at; ``number``, ``of``: its place among those given together; ``more``:
    what is signed besides (the override); ``covered``: ``answers_sha256``, where several sign the same at once. Raises
    ``sign.role``, ``sign.no_certificate``, ``sign.proof_used``, ``sign.both_needed`` (inside a run there is no series:
    staff number and password each time).
    """
    who = desk.person(proof.person)
    if role not in MAY_SIGN[meaning] or role not in who.roles or not who.active:
        raise Refusal("sign.role", meaning=meaning, role=role)
    if proof.components != "both":
        raise Refusal("sign.both_needed")
    certificate_of(desk, who)
    stated = signature.statement(
        record=run.id,
        version=len(run.events),
        sha256=covered or answers_sha256(desk, run),
        meaning=meaning,
        signer=who,
        role=role,
        certificate=who.certificate,
        at=at,
        method="staff number and password",
        number=number,
        of=of,
    )
    stated |= {"covers": COVERS, "step": step} | dict(more or {})
    made = signature.sign(stated, proof.spend(desk.now()))
    doc: Doc = {"record": run.id, "person": who.id, "statement": stated, "signature": made}
    id = f"S-{run.id}-{len(run.events)}-{number}"
    return Given(
        Change("signature", id, doc), Actor(who.id, role, "password"), canonical.sha256(canonical.encode(stated))
    )


def told(desk: Desk, run: Run) -> list[Doc]:
    """Every signature given inside the run, as ``record.json`` keeps them: statement, signature, certificate in DER.

    With the certificate beside it a stranger needs the record, the site's root and openssl, and nothing else.
    """
    found: list[Doc] = []
    for held in desk.store.find("signature", record=run.id):
        stated = held.doc["statement"]
        # By its serial and whatever became of it since: a person who left has signed all the same.
        listed = desk.store.get("certificate", str(stated["certificate"]))
        assert listed is not None
        der = desk.store.blob(str(listed.doc["sha256"]))
        named = str(stated["step"]).split(" ")[0].split("+")[0]
        step = run.template.step(named)
        found.append(
            {
                "id": held.id,
                "zh": step.zh,
                "en": step.en,
                "statement": stated,
                "signature": held.doc["signature"],
                "certificate": base64.b64encode(der).decode("ascii"),
            }
        )
    return found


def check_proofs(signers: Sequence[Actor], proofs: Sequence[Proof]) -> dict[str, Proof]:
    """Each signer's own proof, by staff number. Raises ``sign.proof_missing`` naming whoever gave no password."""
    found = {proof.person: proof for proof in proofs}
    for who in signers:
        if who.person not in found:
            raise Refusal("sign.proof_missing", person=who.person)
    return found

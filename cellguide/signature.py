"""Statements: what a person signs, as canonical bytes, and what they may sign when (DESIGN.md 4, REG-005…011)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import canonical, keys
from .clock import Moment
from .people import MAY_SIGN, Person
from .refusal import Refusal

MEANINGS = tuple(MAY_SIGN)

Statement = dict[str, Any]


def statement(
    *,
    record: str,
    version: int,
    sha256: str,
    meaning: str,
    signer: Person,
    role: str,
    certificate: str,
    at: Moment,
    method: str,
    number: int,
    of: int,
) -> Statement:
    """What ``signer`` states: this hash, in this version of this record, with this one meaning, now."""
    assert meaning in MAY_SIGN
    return {
        "schema": "cellguide.statement/1",
        "record": record,
        "version": version,
        "sha256": sha256,
        "meaning": meaning,
        "signer": signer.id,
        "name": signer.name,
        "latin": signer.latin,
        "role": role,
        "certificate": certificate,
        "time": at.iso,
        "method": method,
        "number": number,
        "of": of,
    }


def sign(stated: Statement, secret: keys.Secret) -> str:
    """Sign a statement with the person's own key; base64 of an ECDSA signature in DER."""
    assert secret.person == stated["signer"]
    return keys.sign(secret, canonical.encode(stated))


def holds(stated: Statement, signature: str, certificate_der: bytes) -> bool:
    """Whether the key of ``certificate_der``, and no other, made ``signature`` over this very statement."""
    return stated["certificate"] == keys.serial_of(certificate_der) and keys.verify(
        certificate_der, canonical.encode(stated), signature
    )


def check_may_sign(
    meaning: str,
    signer: Person,
    role: str,
    required: Sequence[str],
    given: Sequence[Mapping[str, Any]],
    *,
    performers: frozenset[str] = frozenset(),
    checkers: frozenset[str] = frozenset(),
) -> None:
    """Refuse a signature that may not be given. ``given``: the statements so far; both sets: who did what in the run.

    Raises ``sign.not_asked``, ``sign.given``, ``sign.role``, ``sign.same_person`` (a checker is never a performer,
    REG-008), ``sign.order`` (performed before checked before reviewed), ``sign.not_performer``.
    """
    if meaning not in required:
        raise Refusal("sign.not_asked", meaning=meaning)
    done = {str(item["meaning"]): str(item["signer"]) for item in given}
    if meaning in done:
        raise Refusal("sign.given", meaning=meaning, person=done[meaning])
    if role not in MAY_SIGN[meaning] or role not in signer.roles or not signer.active:
        raise Refusal("sign.role", meaning=meaning, role=role)
    before = required[: list(required).index(meaning)]
    missing = [item for item in before if item not in done]
    if missing:
        raise Refusal("sign.order", meaning=meaning, first=missing[0])
    if meaning == "performed" and performers and signer.id not in performers:
        raise Refusal("sign.not_performer", person=signer.id)
    if meaning != "performed" and (signer.id in done.values() or (meaning == "checked" and signer.id in performers)):
        raise Refusal("sign.same_person", person=signer.id)
    if meaning == "checked" and checkers and signer.id not in checkers:
        raise Refusal("sign.not_checker", person=signer.id)

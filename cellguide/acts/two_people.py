"""Two people's word about one file or one number: a signed statement each, checked by ``verify`` like any signature.

The first gives it as performed, the second as checked; each with their own password, over the same SHA-256.
"""

from __future__ import annotations

from collections.abc import Mapping

from .. import signature
from ..clock import Moment
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..refusal import Refusal
from .records import certificate_of
from .staff import Proof

MEANINGS = ("performed", "checked")


def give_word(
    desk: Desk,
    proof: Proof,
    role: str,
    *,
    about: str,
    version: int,
    sha256: str,
    number: int,
    serial: int,
    at: Moment,
    other: str = "",
    more: Mapping[str, str] | None = None,
) -> tuple[Change, Actor]:
    """Spend ``proof`` on the ``number``-th (1 or 2) statement about ``about``. ``other``: who gave the first.

    ``serial``: the version of the object that this entry makes, so that no two words share an id. ``more``: fields
    signed besides the standard ones. Raises ``check.same_person``, ``sign.role``, ``sign.proof_used``,
    ``sign.no_certificate``.
    """
    who = desk.person(proof.person)
    meaning = MEANINGS[number - 1]
    if who.id == other:
        raise Refusal("check.same_person", person=who.id)
    if role not in who.roles or not who.active:
        raise Refusal("sign.role", meaning=meaning, role=", ".join(who.roles))
    certificate_of(desk, who)
    stated = signature.statement(
        record=about,
        version=version,
        sha256=sha256,
        meaning=meaning,
        signer=who,
        role=role,
        certificate=who.certificate,
        at=at,
        method="staff number and password" if proof.components == "both" else "password",
        number=number,
        of=len(MEANINGS),
    )
    stated |= dict(more or {})
    made = signature.sign(stated, proof.spend(desk.now()))
    id = f"S-{desk.store.station}-{about.replace(':', '-')}-{serial}-{number}"
    doc: Doc = {"record": about, "person": who.id, "statement": stated, "signature": made}
    return Change("signature", id, doc), Actor(who.id, role, "password")

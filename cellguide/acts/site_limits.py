"""Limits that no label gives: confirmed by two people of the site with a source (engineering-review 12, REG-052)."""

from __future__ import annotations

from decimal import Decimal

from .. import canonical
from ..desk import Desk
from ..entry import Change, Doc
from ..people import PHARMACIST, QUALITY
from ..products import site_limits
from ..products.site_limits import SiteLimit
from ..refusal import Refusal
from .records import check_reason
from .staff import Proof
from .two_people import give_word

CONFIRMED = "confirmed"
_MAY = (PHARMACIST, QUALITY)


def confirmed(desk: Desk) -> dict[str, SiteLimit]:
    """What two people have signed, by name; a proposal that nobody signed is not among them."""
    return {
        held.id: SiteLimit(held.id, Decimal(held.doc["value"]), str(held.doc["unit"]), str(held.doc["source"]))
        for held in desk.store.find("site_limit", state=CONFIRMED)
    }


def site_facts(desk: Desk) -> dict[str, Decimal]:
    """The facts ``site.*`` that hold; whoever gathers facts adds what is MISSING by its absence."""
    return {f"site.{name}": limit.value for name, limit in confirmed(desk).items()}


def site_sources(desk: Desk) -> dict[str, str]:
    """What each fact of ``site_facts`` rests on, as paper prints it under a judgement."""
    return {f"site.{name}": limit.source for name, limit in confirmed(desk).items()}


def confirm_site_limit(
    desk: Desk, name: str, value: Decimal, source: str, first: Proof, second: Proof, reason: str = ""
) -> SiteLimit:
    """Two people sign a number and what it rests on; from this moment it holds.

    A number that held before is replaced with a ``reason``. ``first`` is the person who sits there.

    Raises those of ``products.site_limits.site_limit``, ``site_limit.same``, ``site_limit.first``, ``reason.short``,
    ``check.same_person``, ``sign.role``, ``sign.proof_used``.
    """
    at, who = desk.begin("confirm_site_limit")
    limit = site_limits.site_limit(name, value, source)
    if first.person != who.person:
        raise Refusal("site_limit.first", person=who.person)
    held = desk.store.get("site_limit", name)
    if held is not None:
        if confirmed(desk).get(name) == limit:
            raise Refusal("site_limit.same", name=name)
        check_reason(reason)
    doc: Doc = {"value": str(limit.value), "unit": limit.unit, "source": limit.source}
    sha256 = canonical.sha256(canonical.encode({"name": name} | doc))
    version = held.version + 1 if held is not None else 1
    if second.person == first.person:
        raise Refusal("check.same_person", person=second.person)
    roles = [_role_of(desk, proof) for proof in (first, second)]
    words = []
    for number, proof in enumerate((first, second), start=1):
        word, _ = give_word(
            desk,
            proof,
            roles[number - 1],
            about=f"site_limit:{name}",
            version=version,
            sha256=sha256,
            number=number,
            serial=version,
            at=at,
            other=first.person if number == 2 else "",
            more=doc,
        )
        words.append(word)
    doc |= {
        "state": CONFIRMED,
        "by": [first.person, second.person],
        "confirmed_at": at.iso,
        "words": [word.id for word in words],
    }
    change = Change("site_limit", name, doc, reason.strip())
    desk.write("confirm_site_limit", [change, *words], at=at, who=who)
    desk.store.checkpoint(who, desk.now())
    return limit


def _role_of(desk: Desk, proof: Proof) -> str:
    """In which role the person signs. Raises ``sign.role``."""
    roles = desk.person(proof.person).roles
    for role in _MAY:
        if role in roles:
            return role
    raise Refusal("sign.role", meaning="checked", role=", ".join(roles))

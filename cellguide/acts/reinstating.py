"""A rejection taken back. Rejecting is people's word, so people can take it back while the product still stands here.

No rule rejects what cannot be made again (clinical-review E9): what two people rejected by mistake must not be lost to
the patient because a table has no way back. It is never accepted by this: it is judged anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import canonical, container_life
from ..container_life import Container
from ..desk import Desk
from ..deviations import Cause
from ..entry import Change, Doc
from ..excursion_dossier import LIFTED
from ..people import PHARMACIST, QUALITY
from ..refusal import Refusal
from . import containers as container_acts
from .records import check_reason
from .staff import Proof
from .two_people import give_word

NEEDED = (PHARMACIST, QUALITY)


def reinstate_container(desk: Desk, id: str, reason: str, first: Proof, second: Proof) -> Container:
    """A pharmacist and a quality officer take the rejection back; returns the container, 待验 or locked.

    ``first`` is the person who sits there. Each gives a signed statement over the container and the reason; a deviation
    opens. Raises ``container.not_allowed`` (it was never rejected, or is waste, to be returned or gone),
    ``reinstate.first``, ``reinstate.roles``, ``reason.short`` and those of ``two_people.give_word``.
    """
    at, who = desk.begin("reinstate_container")
    check_reason(reason)
    if first.person != who.person:
        raise Refusal("reinstate.first", person=who.person)
    roles = _roles(desk, (first, second))
    before = container_acts.get(desk, id)
    actor = who._replace(role=roles[0])
    doubtful = becomes(desk, before) == "locked"
    taken_back = container_life.reinstate(before, at=at, who=actor, reason=reason.strip(), doubtful=doubtful)
    held = desk.store.get("container", id)
    assert held is not None
    said = {"container": id, "was": before.state, "becomes": taken_back.container.state, "reason": reason.strip()}
    signed, words = canonical.sha256(canonical.encode(said)), []
    for number, (proof, role) in enumerate(zip((first, second), roles, strict=True), 1):
        word, _ = give_word(
            desk, proof, role, about=f"container:{id}", version=held.version + 1, sha256=signed, number=number,
            serial=held.version + 1, at=at, other=first.person if number == 2 else "", more=said,
        )  # fmt: skip
        words.append(word)
    doc: Doc = {"by": [first.person, second.person], "at": at.iso, "words": [word.id for word in words]}
    change = taken_back.change
    change = Change(change.kind, id, change.new | {"reinstated": doc | {"signed": signed}}, change.reason)
    facts = (("container", id), ("state", taken_back.container.state))
    cause = Cause("reinstated", "major", order=before.order, container=id, facts=facts, text=reason.strip())
    changes = container_acts.changes_of(desk, [taken_back._replace(change=change)], at=at, who=actor, causes=[cause])
    desk.write("reinstate_container", [*changes, *words], at=at, who=actor)
    return container_acts.get(desk, id)


def becomes(desk: Desk, held: Container) -> str:
    """The state it comes back to: locked while a doubt of before stands, else pending.

    A hold that was lifted while the container was rejected moved nothing then, and is no doubt any more.
    """
    holds = desk.store.find("hold", container=held.id)
    lifted = {str(hold.doc["at"]) for hold in holds if hold.doc["state"] == LIFTED}
    doubts = container_life.standing_doubts(held)
    return "locked" if any(doubt.name != "held" or doubt.at not in lifted for doubt in doubts) else "pending"


def _roles(desk: Desk, proofs: Sequence[Proof]) -> tuple[str, ...]:
    """In which role each signs; both roles must be there. Raises ``reinstate.roles``."""
    one, other = (desk.person(proof.person).roles for proof in proofs)
    for roles in (NEEDED, NEEDED[::-1]):
        if roles[0] in one and roles[1] in other:
            return roles
    raise Refusal("reinstate.roles", needed=" + ".join(NEEDED))

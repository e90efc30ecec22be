"""People: proving who one is, signing in and out, enrolment side by side, PIN, training, leaving."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .. import keys, passwords, sessions
from ..clock import Moment, parse_iso
from ..desk import Desk
from ..entry import STATION, Actor, Change, Doc
from ..people import ADMINISTRATOR, Person, check_new_person, check_roles
from ..refusal import Refusal
from ..sessions import Session

PROOF_S = 120


@dataclass(slots=True)
class Proof:
    """A person has just given the right password. Made by ``prove`` and ``proved`` only; it is good for one act.

    ``components``: "both" when the staff number was typed with it, "password" inside an unbroken series.
    """

    person: str
    secret: keys.Secret = field(repr=False)
    at: Moment
    components: sessions.Components = "both"
    spent: bool = False

    def spend(self, now: Moment) -> keys.Secret:
        """Hand out the key once, and only soon after the password was typed (REG-007: one record per password)."""
        if self.spent or sessions.elapsed_s(self.at, now) > PROOF_S:
            raise Refusal("sign.proof_used")
        self.spent = True
        return self.secret


# --- proving ----------------------------------------------------------------------------------------------------


def _failures(desk: Desk, person: str, name: str = "throttle") -> tuple[int, Moment | None]:
    raw = desk.store.secret(person, name)
    if raw is None:
        return 0, None
    facts = json.loads(raw)
    last = parse_iso(facts["last"])
    return int(facts["count"]), Moment(last.utc_ms, last.offset_min, int(facts["mono"]), str(facts["boot"]))


def open_lock(desk: Desk, person: str) -> keys.Lock:
    """The lock that a password must open, unless tries must wait.

    The answer for an unknown and a wrong person is the same as for a wrong password, so that nothing can be learnt.
    Raises ``password.wait`` with the seconds, ``password.wrong``.
    """
    count, last = _failures(desk, person)
    if last is not None:
        rest = passwords.wait_s(count, sessions.elapsed_s(last, desk.now()))
        if rest > 0:
            raise Refusal("password.wait", seconds=round(rest))
    raw = desk.store.secret(person, "lock")
    held = desk.store.get("person", person)
    if raw is None or held is None or held.doc["state"] != "active":
        raise Refusal("password.wrong")
    return keys.Lock.load(raw)


def note_failure(desk: Desk, person: str) -> None:
    """Count a wrong password: an entry at once (21 CFR 11.300(d)), the series ends, the next try waits longer."""
    at = desk.now()
    count, _ = _failures(desk, person)
    if desk.session is not None:
        desk.session = sessions.broken(desk.session)
    known = desk.store.get("person", person) is not None
    value = {"count": count + 1, "last": at.iso, "mono": at.mono_ms, "boot": at.boot}
    change = Change("person", person, {"failed_at": at.iso, "failed_count": count + 1})
    secrets: dict[tuple[str, str], bytes | None] = {(person, "throttle"): json.dumps(value).encode()}
    if known:
        desk.write("password_failed", [change], at=at, who=Actor(person, "", "none"), secrets=secrets)
    else:
        unknown = Change("clock", "station", {"unknown_sign_in_at": at.iso})
        desk.write("password_failed", [unknown], at=at, who=STATION, secrets=secrets)


class Tried(NamedTuple):
    """Somebody's password was given wrong so often that the staff number waits: ``at``, the last time."""

    person: Person
    times: int
    at: Moment


def tried(desk: Desk) -> list[Tried]:
    """Whose password was tried in vain to the lockout and not given right since (REG-003)."""
    found = []
    for held in desk.store.find("person", state="active"):
        count = int(held.doc.get("failed_count") or 0)
        if count >= passwords.LOCKOUT_FAILURES:
            found.append(Tried(desk.person(held.id), count, parse_iso(str(held.doc["failed_at"]))))
    return found


def proved(desk: Desk, secret: keys.Secret, components: sessions.Components = "both") -> Proof:
    """The pool opened the lock: forget the failures and hand out the proof."""
    count, _ = _failures(desk, secret.person)
    at = desk.now()
    if count:
        change = Change("person", secret.person, {"failed_count": 0})
        desk.write(
            "password_right",
            [change],
            at=at,
            who=Actor(secret.person, "", "password"),
            secrets={(secret.person, "throttle"): None},
        )
    return Proof(secret.person, secret, at, components)


def prove(desk: Desk, person: str, password: str, components: sessions.Components = "both") -> Proof:
    """Open the lock here and now (the window does it in the pool: ``open_lock`` → ``keys.unlock`` → ``proved``)."""
    locked = open_lock(desk, person)
    try:
        secret = keys.unlock(locked, password)
    except Refusal:
        note_failure(desk, person)
        raise
    return proved(desk, secret, components)


# --- signing in and out -------------------------------------------------------------------------------------------


def sign_in(desk: Desk, proof: Proof, role: str | None = None) -> Session:
    """Sit down at the station. A person with two roles says which one (``session.choose_role``)."""
    who = desk.person(proof.person)
    chosen = role or (who.roles[0] if len(who.roles) == 1 else None)
    if chosen is None:
        raise Refusal("session.choose_role", roles=", ".join(who.roles))
    if chosen not in who.roles:
        raise Refusal("session.role", act="sign_in", role=chosen)
    at = desk.now()
    change = Change("person", who.id, {"signed_in_at": at.iso, "signed_in_role": chosen})
    desk.write("sign_in", [change], at=at, who=Actor(who.id, chosen, "password"))
    desk.session = Session(who.id, chosen, "password", at, at)
    return desk.session


def unlock_session(desk: Desk, proof: Proof) -> Session:
    """Open a locked screen again; another person begins a session of their own through ``sign_in``."""
    session = desk.session
    if session is None or session.person != proof.person:
        raise Refusal("session.other_person")
    at = desk.now()
    change = Change("person", proof.person, {"unlocked_at": at.iso})
    desk.write("unlock_session", [change], at=at, who=Actor(proof.person, session.role, "password"))
    desk.session = Session(session.person, session.role, "password", at, at)
    return desk.session


def unlock_by_badge(desk: Desk, actor: Actor) -> Session:
    """Open one's own locked screen by badge and PIN (``identify``); signing asks both components afterwards."""
    session = desk.session
    if session is None or session.person != actor.person:
        raise Refusal("session.other_person")
    at = desk.now()
    change = Change("person", actor.person, {"unlocked_at": at.iso})
    desk.write("unlock_session", [change], at=at, who=Actor(actor.person, session.role, actor.how))
    desk.session = Session(session.person, session.role, actor.how, session.since, at)
    return desk.session


def lock_session(desk: Desk) -> None:
    """Lock the screen; entries stay, patient data is hidden, clocks run on."""
    if desk.session is None or desk.session.locked:
        return
    desk.session = sessions.lock(desk.session)
    at = desk.now()
    desk.write(
        "lock_session", [Change("person", desk.session.person, {"locked_at": at.iso})], at=at, who=desk.session.actor
    )


def sign_out(desk: Desk) -> None:
    """Leave the station."""
    if desk.session is None:
        return
    at = desk.now()
    change = Change("person", desk.session.person, {"signed_out_at": at.iso})
    desk.write("sign_out", [change], at=at, who=desk.session.actor)
    desk.session = None


# --- PIN ------------------------------------------------------------------------------------------------------------


def set_pin(desk: Desk, proof: Proof, pin: str, badge: str) -> None:
    """Choose a PIN and bind a badge. A PIN identifies an answer; it never opens a key (engineering-review 5)."""
    passwords.check_pin(pin)
    if not badge.strip():
        raise Refusal("pin.no_badge")
    name = f"badge:{_badge_hash(desk, badge)}"
    taken = desk.store.secret(name, "person")
    if taken is not None and taken.decode() != proof.person:
        raise Refusal("pin.badge_used")
    at = desk.now()
    salt = os.urandom(16)
    locked = keys.Lock.load(desk.store.secret(proof.person, "lock") or b"")
    value = {"salt": salt.hex(), "cost": list(locked.cost)}
    value["verifier"] = keys.pin_verifier(pin, salt, desk.pepper, locked.cost).hex()
    desk.write(
        "set_pin",
        [Change("person", proof.person, {"pin_set_at": at.iso})],
        at=at,
        who=Actor(proof.person, "", "password"),
        secrets={
            (proof.person, "pin"): json.dumps(value).encode(),
            (proof.person, "pin_failures"): None,
            (name, "person"): proof.person.encode(),
            _MACHINES: json.dumps(sorted({*_machines(desk), _machine(desk)})).encode(),
        },
    )


# Which computers badges and PINs were set on; no computer's own secret can be told from its mark.
_MACHINES = ("badges", "machines")


def _machines(desk: Desk) -> list[str]:
    found: list[str] = json.loads(desk.store.secret(*_MACHINES) or b"[]")
    return found


def _machine(desk: Desk) -> str:
    return hmac.new(desk.pepper, b"cellguide.machine", hashlib.sha256).hexdigest()[:16]


def _badge_hash(desk: Desk, badge: str) -> str:
    return hmac.new(desk.pepper, passwords.normal(badge.strip()).encode(), hashlib.sha256).hexdigest()


def badge_owner(desk: Desk, badge: str) -> str:
    """Whose badge was scanned, as a staff number: it names a person and proves nothing.

    Raises ``pin.unknown``, or ``pin.other_computer`` where some were set on a computer whose secret this one lacks:
    after a restore on another computer none of them can be known again (engineering-review 5, 21).
    """
    raw = desk.store.secret(f"badge:{_badge_hash(desk, badge)}", "person")
    if raw is None:
        elsewhere = set(_machines(desk)) - {_machine(desk)}
        raise Refusal("pin.other_computer" if elsewhere else "pin.unknown")
    return raw.decode()


def identify(desk: Desk, badge: str, pin: str) -> Actor:
    """Who gives an answer, by badge and PIN. Raises ``pin.wrong``, ``pin.spent``, ``pin.stale``, ``pin.unknown``,
    ``pin.other_computer``.

    Valid within 12 h of a password sign-in at this station; five failures ask for the password.
    """
    who = desk.person(badge_owner(desk, badge))
    stored = desk.store.secret(who.id, "pin")
    if stored is None or not who.active:
        raise Refusal("pin.unknown")
    count, _ = _failures(desk, who.id, "pin_failures")
    if count >= passwords.PIN_FAILURES_MAX:
        raise Refusal("pin.spent")
    held = desk.store.get("person", who.id)
    at = desk.now()
    signed_in = held.doc.get("signed_in_at") if held is not None else None
    if signed_in is None or at.utc_ms - parse_iso(signed_in).utc_ms > passwords.PIN_VALID_S * 1000:
        raise Refusal("pin.stale")
    facts = json.loads(stored)
    verifier = keys.pin_verifier(pin, bytes.fromhex(facts["salt"]), desk.pepper, keys.Cost(*facts["cost"]))
    if not hmac.compare_digest(verifier.hex(), facts["verifier"]):
        value = {"count": count + 1, "last": at.iso, "mono": at.mono_ms, "boot": at.boot}
        desk.write(
            "pin_failed",
            [Change("person", who.id, {"pin_failed_at": at.iso})],
            at=at,
            secrets={(who.id, "pin_failures"): json.dumps(value).encode()},
        )
        raise Refusal("pin.wrong", left=passwords.PIN_FAILURES_MAX - count - 1)
    role = str(held.doc.get("signed_in_role") or who.roles[0]) if held is not None else who.roles[0]
    return Actor(who.id, role, "badge+pin")


# --- enrolment --------------------------------------------------------------------------------------------------------


class NewPerson(NamedTuple):
    """What is typed about a new person, side by side with them; the password is their own, never seen again."""

    staff_no: str
    name: str
    latin: str
    roles: tuple[str, ...]
    document: str
    initials: str = ""
    demo: bool = False

    @property
    def doc(self) -> Doc:
        return {
            "staff_no": self.staff_no,
            "name": self.name,
            "latin": self.latin,
            "roles": list(self.roles),
            "document": self.document,
            "initials": self.initials,
            "demo": self.demo,
            "state": "active",
        }


def known_words(site: Doc, new: NewPerson) -> tuple[str, ...]:
    """What a password must not lean on."""
    return (str(site.get("zh", "")), str(site.get("en", "")), new.name, new.latin, new.staff_no, new.initials)


def certified(
    new: NewPerson, secret: keys.Secret, locked: keys.Lock, root_key: bytes, root_pem: bytes, at: Moment
) -> tuple[list[Change], bytes, dict[tuple[str, str], bytes | None]]:
    """The changes, certificate and vault values that make a person able to sign."""
    der = keys.issue(root_key, root_pem, secret, name=f"{new.name} {new.latin}", staff_no=new.staff_no, at=at.local)
    serial = keys.serial_of(der)
    wrapped = locked.dump()
    person_doc = new.doc | {"certificate": serial, "enrolled_at": at.iso, "fingerprint": keys.fingerprint(der)}
    certificate_doc = {
        "person": new.staff_no,
        "sha256": hashlib.sha256(der).hexdigest(),
        "lock_sha256": hashlib.sha256(wrapped).hexdigest(),
        "state": "valid",
    }
    changes = [Change("person", new.staff_no, person_doc), Change("certificate", serial, certificate_doc)]
    return changes, der, {(new.staff_no, "lock"): wrapped}


def open_root(desk: Desk, administrators: Sequence[Proof]) -> bytes:
    """Open the site's root with the administrators who are here. Raises ``root.two_needed``, ``root.not_theirs``."""
    people = [desk.person(proof.person) for proof in administrators]
    if any(ADMINISTRATOR not in who.roles or not who.active for who in people):
        raise Refusal("root.administrators_only")
    shares = tuple(proof.secret for proof in administrators)
    if len({proof.person for proof in administrators}) < len(administrators):
        raise Refusal("root.two_needed")
    wrapped = desk.store.secret("root", keys.pair_name(shares))
    if wrapped is None:
        raise Refusal("root.two_needed")
    return keys.unwrap_root(wrapped, shares)


def enrol_person(
    desk: Desk, administrators: Sequence[Proof], new: NewPerson, locked: keys.Lock, secret: keys.Secret
) -> Person:
    """Enrol a person who typed their own password here (REG-001, REG-002): no argument carries it.

    Two administrators; a site's only one can enrol the second, and nobody else. ``locked`` and ``secret`` come from
    ``keys.new_secret`` and ``keys.lock`` in the pool, beside the new person.
    """
    at, who = desk.begin("enrol_person")
    check_new_person(new.doc, desk.people())
    assert locked.person == secret.person == new.staff_no
    if len(administrators) < 2 and ADMINISTRATOR not in new.roles:
        raise Refusal("root.two_needed")
    root_key = open_root(desk, administrators)
    changes, der, secrets = certified(new, secret, locked, root_key, root_pem(desk), at)
    if ADMINISTRATOR in new.roles:
        for proof in administrators:
            pair = (proof.secret, secret)
            secrets[("root", keys.pair_name(pair))] = keys.wrap_root(root_key, pair)
            # The copy of a site's only administrator ends with the second one: from now on it takes two.
            secrets[("root", proof.person)] = None
    approvers = [proof.person for proof in administrators]
    changes = [Change(item.kind, item.id, item.new | {"approved_by": approvers}) for item in changes]
    desk.write("enrol_person", changes, at=at, who=who, blobs=[der], secrets=secrets)
    return desk.person(new.staff_no)


def root_pem(desk: Desk) -> bytes:
    """The site root's certificate."""
    return desk.store.blob(str(desk.site["root_sha256"]))


def reset_person(
    desk: Desk, administrators: Sequence[Proof], person: str, locked: keys.Lock, secret: keys.Secret
) -> None:
    """A forgotten password: a new key and certificate by two administrators (REG-023); the old key is gone for ever."""
    at, who = desk.begin("reset_person")
    held = desk.person(person)
    if len(administrators) < 2:
        raise Refusal("root.two_needed")
    if any(proof.person == person for proof in administrators):
        raise Refusal("person.resets_self")
    root_key = open_root(desk, administrators)
    doc = desk.store.get("person", person)
    assert doc is not None
    new = NewPerson(
        person, held.name, held.latin, held.roles, held.document, str(doc.doc.get("initials", "")), held.demo
    )
    changes, der, secrets = certified(new, secret, locked, root_key, root_pem(desk), at)
    changes.append(Change("certificate", held.certificate, {"state": "replaced", "replaced_at": at.iso}))
    if ADMINISTRATOR in held.roles:
        for proof in administrators:
            pair = (proof.secret, secret)
            secrets[("root", keys.pair_name(pair))] = keys.wrap_root(root_key, pair)
    secrets |= {(person, "pin"): None, (person, "throttle"): None}
    approvers = [proof.person for proof in administrators]
    changes = [Change(item.kind, item.id, item.new | {"approved_by": approvers}) for item in changes]
    desk.write("reset_person", changes, at=at, who=who, blobs=[der], secrets=secrets)


def change_password(desk: Desk, proof: Proof, locked: keys.Lock) -> None:
    """Wrap the same secret by a new password; the key and the certificate stay."""
    assert locked.person == proof.person
    at, who = desk.begin("change_password")
    wrapped = locked.dump()
    serial = desk.person(proof.person).certificate
    change = Change("certificate", serial, {"lock_sha256": hashlib.sha256(wrapped).hexdigest()})
    desk.write("change_password", [change], at=at, who=who, secrets={(proof.person, "lock"): wrapped})


def change_roles(desk: Desk, person: str, roles: tuple[str, ...], reason: str) -> None:
    """Give or take clinical roles. Raises ``reason.short``, ``person.admin_and_clinician``, ``person.roles``."""
    at, who = desk.begin("change_roles")
    _check_reason(reason)
    check_roles(roles)
    held = desk.person(person)
    if (ADMINISTRATOR in held.roles) != (ADMINISTRATOR in roles):
        raise Refusal("person.admin_and_clinician")
    desk.write("change_roles", [Change("person", person, {"roles": list(roles)}, reason)], at=at, who=who)


def person_leaves(desk: Desk, person: str, reason: str) -> None:
    """A person leaves: the certificate stays listed for what was signed, nothing new can be signed."""
    at, who = desk.begin("person_leaves")
    _check_reason(reason)
    held = desk.person(person)
    if held.id == who.person:
        raise Refusal("person.leaves_self")
    left = [other for other in desk.people() if other.active and ADMINISTRATOR in other.roles and other.id != person]
    if ADMINISTRATOR in held.roles and not left:
        raise Refusal("person.last_administrator")
    if ADMINISTRATOR in held.roles and not _has_pair(desk, [other.id for other in left]):
        raise Refusal("person.last_pair", person=person)
    changes = [
        Change("person", person, {"state": "left", "left_at": at.iso}, reason),
        Change("certificate", held.certificate, {"state": "left", "left_at": at.iso}),
    ]
    desk.write("person_leaves", changes, at=at, who=who, secrets={(person, "lock"): None, (person, "pin"): None})


def _check_reason(reason: str) -> None:
    from ..runs.reasons import says_something  # checklists are not needed to sign in

    if not says_something(reason):
        raise Refusal("reason.short")


def _has_pair(desk: Desk, administrators: Sequence[str]) -> bool:
    """Whether two of these can open the root together."""
    pairs = itertools.combinations(administrators, 2)
    return any(desk.store.secret("root", keys.pair_of(*pair)) is not None for pair in pairs)


# --- training ---------------------------------------------------------------------------------------------------------


def record_training(
    desk: Desk, person: str, product: str, task: str, expires: str, evidence: bytes | None = None
) -> None:
    """Enter a person's training for a product and task, with its expiry day (ISO) and its proof, if there is one."""
    at, who = desk.begin("record_training")
    desk.person(person)
    if len(expires) != 10 or expires < at.day.isoformat():
        raise Refusal("training.expired", expires=expires)
    doc: dict[str, Any] = {"person": person, "product": product, "task": task, "expires": expires, "by": who.person}
    blobs = []
    if evidence is not None:
        doc["evidence"] = hashlib.sha256(evidence).hexdigest()
        blobs.append(evidence)
    change = Change("training", f"{person}/{product}/{task}", doc)
    desk.write("record_training", [change], at=at, who=who, blobs=blobs)


def trained(desk: Desk, person: str, product: str, task: str, at: Moment) -> bool:
    """Whether the person's training for the product (or for ``*``) and the task is in date (REG-024)."""
    for held in desk.store.find("training", person=person):
        doc = held.doc
        if doc["product"] in (product, "*") and doc["task"] in (task, "*") and doc["expires"] >= at.day.isoformat():
            return True
    return False

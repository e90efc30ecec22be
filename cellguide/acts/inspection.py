"""For inspectors and for bad days: the inspection copy, and going on after a restore or on another computer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from .. import copies, keys, ledger, signature
from ..clock import Moment
from ..copies import Counts, Progress, Source
from ..desk import Desk
from ..entry import Actor, Change, Doc
from ..people import ADMINISTRATOR, PHARMACIST, QUALITY, may
from ..refusal import Refusal
from ..store import Store
from .records import check_reason
from .staff import Proof, open_lock

_HEX = re.compile(r"[0-9a-f]{64}")
_WITNESSES = frozenset({ADMINISTRATOR, QUALITY, PHARMACIST})


# --- the inspection copy ------------------------------------------------------------------------------------------


def begin_export(desk: Desk, out: Path) -> None:
    """Say in the ledger that a copy is made, and sign how far it reaches; both stand in the copy itself."""
    at, who = desk.begin("export_copy")
    copies.check_folder(out)
    change = Change("backup", "inspection-copy", {"at": at.iso, "folder": str(out), "by": who.person})
    desk.write("export_copy", [change], at=at, who=who)
    desk.store.checkpoint(who, at)


def export_copy(desk: Desk, out: Path, source: Source | None = None, progress: Progress | None = None) -> Counts:
    """Make an inspection copy in the empty folder ``out`` (21 CFR 11.10(b), REG-030, 031). Here and now.

    The window does it in two steps: ``begin_export``, then ``copies.write`` in the pool with a reader of its own
    (``db.verify.open_reader``). The vault never leaves. Raises ``export.not_empty``, ``export.folder``,
    ``export.blob``.
    """
    begin_export(desk, out)
    return copies.write(source if source is not None else StoreSource(desk.store), out, progress)


class StoreSource:
    """A source through the store that is open: every blob that an entry names."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def stations(self) -> list[str]:
        return list(dict.fromkeys(_station(line) for _, line in self._store.entries()))

    def lines(self, station: str) -> Iterator[str]:
        return (line for _, line in self._store.entries() if _station(line) == station)

    def names(self) -> Iterator[str]:
        named: set[str] = set()
        for _, line in self._store.entries():
            named.update(_HEX.findall(line))
        return (name for name in sorted(named) if self.fetch(name) is not None)

    def fetch(self, name: str) -> bytes | None:
        try:
            return self._store.blob(name)
        except Refusal as refusal:
            if refusal.code == "store.blob_damaged":
                raise Refusal("export.blob", sha256=name) from refusal
            return None


def _station(line: str) -> str:
    """The chain of a line: ``ws`` is the last key of every entry."""
    return line.rpartition('"ws":"')[2].removesuffix('"}')


# --- going on after a restore ---------------------------------------------------------------------------------------


class _End(NamedTuple):
    """Where a chain of an earlier station ends."""

    station: str
    size: int
    chain: str

    @property
    def doc(self) -> Doc:
        return {"station": self.station, "size": self.size, "chain": self.chain}


def prove_restorer(desk: Desk, person: str, password: str) -> Proof:
    """A person's password while the new chain has not begun, so that no entry can be left of a wrong one.

    Raises ``password.wrong``. The window does the slow part in the pool as for a signing.
    """
    return Proof(person, keys.unlock(open_lock(desk, person), password), desk.now())


def restore_database(desk: Desk, people: Sequence[Proof], reason: str) -> None:
    """Begin a new station chain after a restore or on a replacement computer (engineering-review 21).

    For a store opened with ``succeed=True``. Two people, one of them an administrator, the other an administrator,
    quality officer or pharmacist, sign the new letter, its key and where every earlier chain ends; that is the new
    chain's first entry. What this machine remembers beyond the copy is named as lost.
    Raises ``restore.not_needed``, ``restore.two_needed``, ``reason.short``.
    """
    check_reason(reason)
    ends = _ends_before(desk)
    _check_people(desk, people)
    at = desk.now()
    signers = []
    for proof in people:
        held = desk.person(proof.person)
        signers.append(Signer(held.id, held.name, _role(held.roles), held.certificate, proof.spend(at)))
    new = _succession(desk, ends, signers, reason, at)
    who = Actor(signers[0].id, signers[0].role, "password")
    desk.write("restore_database", [Change("site", "site", new, reason)], at=at, who=who)
    desk.store.checkpoint(who, at)


class Signer(NamedTuple):
    """One of the two whose word a new chain stands on, with the key that gives it."""

    id: str
    name: str
    role: str
    certificate: str
    secret: keys.Secret


def succession(desk: Desk, signers: Sequence[Signer], reason: str, at: Moment) -> Doc:
    """What the first entry of a new chain says of the site, signed by ``signers``: for the act that writes it.

    Raises ``restore.not_needed``.
    """
    return _succession(desk, _ends_before(desk), signers, reason, at)


def _ends_before(desk: Desk) -> list[_End]:
    ends = _ends(desk.store)
    letter = desk.store.station
    if not ends or letter in {end.station for end in ends}:
        raise Refusal("restore.not_needed", station=letter)
    return ends


def _succession(desk: Desk, ends: Sequence[_End], signers: Sequence[Signer], reason: str, at: Moment) -> Doc:
    letter, key = desk.store.station, desk.store.public_key().hex()
    follows = [end.doc for end in ends]
    statements = []
    for signer in signers:
        stated = {
            "schema": "cellguide.succession/1",
            "letter": letter,
            "key": key,
            "follows": follows,
            "signer": signer.id,
            "name": signer.name,
            "role": signer.role,
            "certificate": signer.certificate,
            "time": at.iso,
            "reason": reason,
        }
        statements.append({"statement": stated, "signature": signature.sign(stated, signer.secret)})
    claim = {
        "letter": letter,
        "key": key,
        "follows": follows,
        "checkpoint": _last_note(desk.store, ends[-1].station),
        "lost": _lost(desk, ends),
        "statements": statements,
    }
    return {"stations": desk.site["stations"] | {letter: key}, "succession": claim}


def _check_people(desk: Desk, people: Sequence[Proof]) -> None:
    who = [desk.person(proof.person) for proof in people]
    permitted = [person for person in who if any(may(role, "restore_database") for role in person.roles)]
    named = {person.id for person in who if person.active and _WITNESSES & set(person.roles)}
    if len(people) != 2 or len(named) != 2 or not permitted:
        raise Refusal("restore.two_needed")


def _role(roles: tuple[str, ...]) -> str:
    return next(role for role in (ADMINISTRATOR, QUALITY, PHARMACIST) if role in roles)


def _ends(store: Store) -> list[_End]:
    last: dict[str, str] = {}
    count: dict[str, int] = {}
    for _, line in store.entries():
        station = _station(line)
        last[station] = line
        count[station] = count.get(station, 0) + 1
    return [_End(station, count[station], ledger.link(line)) for station, line in last.items()]


def _last_note(store: Store, station: str) -> str:
    """The old station's last checkpoint, or nothing where it never made one."""
    for held in store.find("checkpoint", newest=True):
        if held.id.startswith(f"{station}-"):
            return str(held.doc["note"])
    return ""


def _lost(desk: Desk, ends: Sequence[_End]) -> Doc | None:
    """What this machine saw of its own chain beyond the copy: the entries from there on are not in it."""
    station, size, chain = [*(desk.store.note("head-before-restore") or "").split(), "", "", ""][:3]
    here = {end.station: end.size for end in ends}
    if not size or int(size) <= here.get(station, 0):
        return None
    return {"station": station, "from": here.get(station, 0) + 1, "to": int(size), "chain": chain}

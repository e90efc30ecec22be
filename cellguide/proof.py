"""Proof: everything that a ledger claims, checked against itself: chain, checkpoints, certificates, signatures, blobs.

One brain for three mouths: ``verify`` on a database, on an inspection copy, and the window's own check. The lines
alone say which station keys, certificates and signatures there are; a ``Fetch`` finds bytes by SHA-256.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from . import canonical, keys, ledger, signature
from .canonical import sha256
from .ledger import Verdict

Fetch = Callable[[str], bytes | None]
About = Callable[[str], Iterable[bytes]]
Doc = dict[str, Any]

# The kinds whose entries claim something beyond the chain, by their first letters: site, signature, certificate,
# checkpoint, record (and revision). The letters only choose what is read as JSON; what an entry is about is then taken
# from its field.
_CLAIMS = frozenset({b"si", b"ce", b"ch", b"re"})


def check(
    chains: Mapping[str, Iterable[str | bytes]],
    fetch: Fetch,
    about: About = lambda _object: (),
    *,
    trust: bytes | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Check all stations' chains, in the order they began, and what their entries say of keys and papers.

    Lines may come as bytes, which is faster. ``about``: the lines whose object begins with a text, in order, all chains
    together: what a signature inside a run covers; who hands in none proves none. ``trust``: the site root's
    certificate (PEM) from outside; without it the ledger's own root is believed. ``progress`` hears the entries read
    so far. Words: INTACT, BROKEN (chain, checkpoint,
    signature), ROLLED BACK (a chain shorter than a later station says), FOREIGN (a key or certificate that is not
    listed), DAMAGED (a blob).
    """
    claims = _Claims(trust)
    verdict, total = Verdict("INTACT"), 0
    for station, lines in chains.items():
        count = _Count(total, progress) if progress is not None else None
        verdict = _check_chain(station, lines, claims, count)
        if not verdict.intact:
            return replace(verdict, station=station)
        claims.ends[station] = (verdict.size, verdict.chain)
        total += verdict.size
    return claims.verdict(fetch, about) or replace(verdict, size=total)


class _Count(NamedTuple):
    """Entries of the chains before this one, and who wants to hear."""

    before: int
    progress: Callable[[int], None]


def _check_chain(station: str, lines: Iterable[str | bytes], claims: _Claims, count: _Count | None) -> Verdict:
    walk = ledger.Walk()
    rest = _heard(lines, count) if count is not None else iter(lines)
    first = next(rest, None)
    while True:
        picked = walk.take(rest, _CLAIMS) if walk.size else _encoded(first)
        if picked is None:
            return walk.verdict()
        assert walk.tree is not None
        before = (walk.size, _root(walk.tree), walk.prev) if b'"obj":"checkpoint:' in picked else None
        walk.take([picked])
        if walk.fail is not None:
            return walk.fail
        bad = claims.take(station, walk.size, picked, before) or (
            claims.begin(station, picked) if walk.size == 1 else None
        )
        if bad is not None:
            return bad


def _encoded(line: str | bytes | None) -> bytes | None:
    return line.encode() if isinstance(line, str) else line


def _heard(lines: Iterable[str | bytes], count: _Count) -> Iterator[str | bytes]:
    for number, line in enumerate(lines, 1):
        if number % 4096 == 0:
            count.progress(count.before + number)
        yield line


def _root(tree: ledger.Tree) -> str:
    return base64.b64encode(tree.root).decode()


def station_signed(public: bytes, data: bytes, signed: bytes) -> bool:
    """Whether the station key ``public`` (32 raw bytes) made ``signed``."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _pem_body(pem: bytes) -> bytes:
    """A certificate's text without its line ends: the same certificate saved by another program is the same."""
    return b"".join(pem.split())


class Certified(NamedTuple):
    """A listed certificate: SHA-256 of its DER, and whose it is."""

    sha256: str
    person: str


class _Claims:
    """What the entries say exists: station keys, certificates, signatures, successions, blobs of papers."""

    def __init__(self, trust: bytes | None) -> None:
        self.trust = trust
        self.root = ""
        self.ends: dict[str, tuple[int, str]] = {}
        self.stations: dict[str, bytes] = {}
        self.certificates: dict[str, Certified] = {}
        self.signatures: list[tuple[str, int, Doc]] = []
        self.successions: list[tuple[str, Doc]] = []
        self.openings: list[tuple[str, int, Doc]] = []
        self.records: dict[str, dict[int, str]] = {}
        self.blobs: list[tuple[str, int, str]] = []

    # --- while walking ----------------------------------------------------------------------------------------

    def begin(self, station: str, line: bytes) -> Verdict | None:
        """The first entry of a chain: ours, and where another chain stands before it, one that follows it."""
        try:
            fields = json.loads(line)
            if fields["ws"] != station:
                return Verdict("BROKEN", 1, 1, "station")
            if not self.ends:
                return None
            if fields["act"] != "restore_database":
                return Verdict("FOREIGN", 1, 1, f"station {station} follows without two people's word")
            follows = fields["new"]["succession"]["follows"]
            named = {item["station"]: (item["size"], item["chain"]) for item in follows}
        except (ValueError, KeyError, TypeError, AttributeError):
            return Verdict("BROKEN", 1, 1, "line")
        for other, (size, chain) in self.ends.items():
            if named.get(other, (0, ""))[0] > size:
                return Verdict("ROLLED BACK", 1, size + 1, f"station {other}")
            if named.get(other) != (size, chain):
                return Verdict("BROKEN", 1, 1, f"succession of station {other}")
        return None

    def take(self, station: str, seq: int, line: bytes, before: tuple[int, str, str] | None) -> Verdict | None:
        """Take what an entry claims. ``before``: (size, root, chain) before it, where it may be a checkpoint."""
        try:
            fields = json.loads(line)
            kind, _, id = fields["obj"].partition(":")
            new = fields["new"]
            if kind == "checkpoint":
                assert before is not None
                return self._note(station, seq, new["note"], before)
            if kind == "site":
                return self._site(station, seq, new)
            if kind == "certificate" and "sha256" in new:
                self.certificates[id] = Certified(new["sha256"], new["person"])
            elif kind == "signature":
                self.signatures.append((station, seq, new))
                if new.get("pdf_sha256"):
                    self.blobs.append((station, seq, new["pdf_sha256"]))
            elif kind == "record":
                self._record(station, seq, id, new)
        except (ValueError, KeyError, TypeError, AttributeError):
            return Verdict("BROKEN", seq, seq, "line")
        return None

    def _note(self, station: str, seq: int, text: str, before: tuple[int, str, str]) -> Verdict | None:
        """An entry's note must say what stood before the entry, signed by the station's listed key."""
        public = self.stations.get(station)
        point, identity, signed = ledger.read_note(text)
        if public is None or identity != ledger.key_id(point.origin, public):
            return Verdict("FOREIGN", seq, seq, "checkpoint key")
        if not station_signed(public, point.text.encode(), signed):
            return Verdict("FOREIGN", seq, seq, "checkpoint signature")
        if (point.size, point.root, point.chain) != before:
            return Verdict("BROKEN", seq, seq, "checkpoint")
        return None

    def _site(self, station: str, seq: int, new: Doc) -> Verdict | None:
        for letter, key in new.get("stations", {}).items():
            if self.stations.setdefault(letter, bytes.fromhex(key)) != bytes.fromhex(key):
                return Verdict("FOREIGN", seq, seq, f"key of station {letter} replaced")
        if "root_sha256" in new:
            if self.root and self.root != new["root_sha256"]:
                return Verdict("FOREIGN", seq, seq, "root replaced")
            self.root = new["root_sha256"]
            self.blobs.append((station, seq, self.root))
        if "succession" in new:
            self.successions.append((station, new["succession"]))
        if "envelope_openings" in new:
            known = [opening for _, _, opening in self.openings]
            if new["envelope_openings"][: len(known)] != known:
                return Verdict("BROKEN", seq, seq, "an envelope opening changed")
            self.openings += [(station, seq, opening) for opening in new["envelope_openings"][len(known) :]]
        return None

    def _record(self, station: str, seq: int, id: str, new: Doc) -> None:
        if "number" in new and "sha256" in new:
            self.records.setdefault(id, {})[int(new["number"])] = new["sha256"]
        names = ("sha256", "drawn_sha256", "pdf_sha256")
        self.blobs += [(station, seq, new[name]) for name in names if new.get(name)]

    # --- at the end -------------------------------------------------------------------------------------------

    def verdict(self, fetch: Fetch, about: About) -> Verdict | None:
        """The first claim that does not hold, or None."""
        seen: set[str] = set()
        for station, seq, name in self.blobs:
            if name in seen:
                continue
            seen.add(name)
            data = fetch(name)
            if data is None or sha256(data) != name:
                what = "missing" if data is None else "changed"
                return Verdict("DAMAGED", at=seq, why=f"blob {name[:16]} {what}", station=station)
        return (
            self._certificates(fetch)
            or self._signatures(fetch, about)
            or self._successions(fetch)
            or self._openings(fetch)
        )

    def _certificates(self, fetch: Fetch) -> Verdict | None:
        root = fetch(self.root) if self.root else None
        if root is None:
            return None if not self.certificates else Verdict("FOREIGN", why="no root")
        if self.trust is not None and _pem_body(self.trust) != _pem_body(root):
            return Verdict("FOREIGN", why="another site's root")
        for serial, listed in self.certificates.items():
            der = fetch(listed.sha256)
            if der is None or sha256(der) != listed.sha256:
                return Verdict("DAMAGED", why=f"certificate {serial[:16]}")
            if keys.serial_of(der) != serial or not keys.issued_by(der, root):
                return Verdict("FOREIGN", why=f"certificate {serial[:16]} is not of the site's root")
        return None

    def _signatures(self, fetch: Fetch, about: About) -> Verdict | None:
        for station, seq, new in self.signatures:
            stated = new["statement"]
            listed = self.certificates.get(stated["certificate"])
            der = fetch(listed.sha256) if listed is not None else None
            if listed is None or der is None:
                why = f"certificate {stated['certificate'][:16]} is not listed"
                return Verdict("FOREIGN", at=seq, why=why, station=station)
            if not self._signature_holds(new, stated, listed, der):
                return Verdict("BROKEN", at=seq, why="signature", station=station)
            if stated.get("covers") and not _covers(stated, about):
                return Verdict("BROKEN", at=seq, why="what a signature covers", station=station)
        return None

    def _signature_holds(self, new: Doc, stated: Doc, listed: Certified, der: bytes) -> bool:
        """The key's word over the statement, and the row around it not moved to another person, record or version."""
        if not signature.holds(stated, new["signature"], der) or listed.person != stated["signer"]:
            return False
        if (new.get("record", stated["record"]), new.get("person", stated["signer"])) != (
            stated["record"],
            stated["signer"],
        ):
            return False
        versions = self.records.get(stated["record"])
        return versions is None or versions.get(stated["version"]) == stated["sha256"]

    def _successions(self, fetch: Fetch) -> Verdict | None:
        """Each later station stands on two listed people's signatures over its letter, its key and what it follows."""
        for station, claim in self.successions:
            expected = {
                "letter": station,
                "key": self.stations[station].hex() if station in self.stations else "",
                "follows": claim["follows"],
            }
            signers = set()
            for item in claim["statements"]:
                stated = item["statement"]
                listed = self.certificates.get(stated["certificate"])
                der = fetch(listed.sha256) if listed is not None else None
                if listed is None or der is None or listed.person != stated["signer"]:
                    continue
                same = all(stated[name] == value for name, value in expected.items())
                if same and keys.verify(der, canonical.encode(stated), item["signature"]):
                    signers.add(stated["signer"])
            if len(signers) < 2:
                return Verdict("FOREIGN", at=1, why="succession without two people's word", station=station)
        return None

    def _openings(self, fetch: Fetch) -> Verdict | None:
        """Each opening of the sealed envelope stands on the word of the two people it made administrators."""
        for station, seq, opening in self.openings:
            try:
                named = {who["person"] for who in opening["administrators"]}
                given = {
                    item["statement"]["signer"] for item in opening["statements"] if self._word(opening, item, fetch)
                }
            except (KeyError, TypeError, AttributeError):
                named, given = set(), set()
            if len(given) < 2 or given != named:
                return Verdict("FOREIGN", at=seq, why="envelope opened without two people's word", station=station)
        return None

    def _word(self, opening: Doc, item: Doc, fetch: Fetch) -> bool:
        """Whether one of the two signed these very facts with a listed key of their own."""
        stated = item["statement"]
        listed = self.certificates.get(stated["certificate"])
        der = fetch(listed.sha256) if listed is not None else None
        if listed is None or der is None or listed.person != stated["signer"]:
            return False
        same = all(stated[name] == value for name, value in opening.items() if name not in ("statements", "printed"))
        return same and signature.holds(stated, item["signature"], der)


def _covers(stated: Doc, about: About) -> bool:
    """Whether the ledger's lines about the run, up to the one the statement names, are those that were signed."""
    lines = itertools.islice(about(f"{stated['covers']}:{stated['record']}/"), int(stated["version"]))
    return sha256(b"".join(line + b"\n" for line in lines)) == str(stated["sha256"])

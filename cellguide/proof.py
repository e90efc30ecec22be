"""Proof: everything that a ledger claims, checked against itself: chain, checkpoints, certificates, signatures, blobs.

One brain for three mouths: ``verify`` on a database, on an inspection copy, and the window's own check. The lines
alone say which station keys, certificates and signatures there are; ``blob`` finds bytes by SHA-256.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from . import ledger, signature
from .canonical import sha256
from .ledger import Verdict

Fetch = Callable[[str], bytes | None]


def check(
    chains: Mapping[str, Iterable[str]], fetch: Fetch, *, progress: Callable[[int], None] | None = None
) -> Verdict:
    """Check all stations' chains and what their entries say of keys and papers.

    Words: INTACT, BROKEN (chain, checkpoint, signature, certificate), ROLLED BACK, FOREIGN, DAMAGED (a blob).
    ``size`` of the verdict is that of the last chain.
    """
    claims = _Claims()
    verdict = Verdict("INTACT")
    for station, lines in chains.items():
        walk = ledger.Walk()
        for line in lines:
            before = _state(walk) if _CHECKPOINT in line else None
            if not walk.step(line):
                return walk.verdict()
            claims.take(walk.size, line)
            if before is not None:
                bad = _check_note(line, before, claims.stations.get(station), walk.size)
                if bad is not None:
                    return bad
            if progress is not None and walk.size % 4096 == 0:
                progress(walk.size)
        verdict = walk.verdict()
    return claims.verdict(fetch) or verdict


_CHECKPOINT = '"obj":"checkpoint:'


def _state(walk: ledger.Walk) -> tuple[int, str, str]:
    assert walk.tree is not None
    return walk.size, base64.b64encode(walk.tree.root).decode(), walk.prev


def _check_note(line: str, before: tuple[int, str, str], public: bytes | None, seq: int) -> Verdict | None:
    """An entry's note must say what stood before the entry, signed by the station's listed key."""
    point, identity, signed = ledger.read_note(json.loads(line)["new"]["note"])
    if public is None or identity != ledger.key_id(point.origin, public):
        return Verdict("FOREIGN", seq, seq, "checkpoint key")
    if not station_signed(public, point.text.encode(), signed):
        return Verdict("FOREIGN", seq, seq, "checkpoint signature")
    if (point.size, point.root, point.chain) != before:
        return Verdict("BROKEN", seq, seq, "checkpoint")
    return None


def station_signed(public: bytes, data: bytes, signed: bytes) -> bool:
    """Whether the station key ``public`` (32 raw bytes) made ``signed``."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, data)
    except InvalidSignature:
        return False
    return True


class _Claims:
    """What the entries say exists: station keys, certificates, signatures, blobs of papers."""

    def __init__(self) -> None:
        self.stations: dict[str, bytes] = {}
        self.certificates: dict[str, str] = {}
        self.signatures: list[tuple[int, dict[str, Any]]] = []
        self.blobs: list[tuple[int, str]] = []

    def take(self, seq: int, line: str) -> None:
        if '"obj":"site:' in line:
            new = json.loads(line)["new"]
            for letter, key in new.get("stations", {}).items():
                self.stations[letter] = bytes.fromhex(key)
            if "root_sha256" in new:
                self.blobs.append((seq, new["root_sha256"]))
        elif '"obj":"certificate:' in line:
            fields = json.loads(line)
            if "sha256" in fields["new"]:
                self.certificates[fields["obj"].partition(":")[2]] = fields["new"]["sha256"]
        elif '"obj":"signature:' in line:
            new = json.loads(line)["new"]
            self.signatures.append((seq, new))
            if new.get("pdf_sha256"):
                self.blobs.append((seq, new["pdf_sha256"]))
        elif '"obj":"record:' in line:
            new = json.loads(line)["new"]
            self.blobs += [(seq, new[name]) for name in ("sha256", "drawn_sha256") if new.get(name)]

    def verdict(self, fetch: Fetch) -> Verdict | None:
        for seq, name in self.blobs:
            data = fetch(name)
            if data is None or sha256(data) != name:
                return Verdict("DAMAGED", at=seq, why=f"blob {name[:16]} {'missing' if data is None else 'changed'}")
        for seq, new in self.signatures:
            stated = new["statement"]
            listed = self.certificates.get(stated["certificate"])
            der = fetch(listed) if listed is not None else None
            if der is None:
                return Verdict("FOREIGN", at=seq, why=f"certificate {stated['certificate'][:16]} is not listed")
            if not signature.holds(stated, new["signature"], der):
                return Verdict("BROKEN", at=seq, why="signature")
        return None

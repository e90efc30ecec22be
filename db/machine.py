"""The station: what belongs to the machine and not to the database.

Station letter, Ed25519 key, head (how far the chain reached when this machine last looked) and pepper lie in a
machine-wide folder; a database brought back from yesterday is noticed because the head is ahead of it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from cellguide import ledger


def system_folder() -> Path:
    """The machine-wide folder of this system (engineering-review 21)."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "CellGuide"
    return Path("/var/lib/cellguide")


def write_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file so that a power cut leaves the old one or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_all(handle: int, data: bytes) -> None:
    """Write all of it. A full disk may take the first half and say so only by the count; the next write raises."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Machine:
    """The station folder. Made on first use; the private key never leaves it but on the sealed-envelope sheet."""

    def __init__(self, folder: Path, letter: str = "A") -> None:
        self.folder = folder
        path = folder / "station.json"
        if path.exists():
            self._facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
        else:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

            key = Ed25519PrivateKey.generate()
            self._facts = {
                "letter": letter,
                "key": key.private_bytes_raw().hex(),
                "public": key.public_key().public_bytes_raw().hex(),
                "pepper": os.urandom(32).hex(),
            }
            write_durably(path, json.dumps(self._facts).encode())

    @property
    def letter(self) -> str:
        return str(self._facts["letter"])

    @property
    def pepper(self) -> bytes:
        """The machine-held secret without which a PIN cannot be guessed from a copied database."""
        return bytes.fromhex(self._facts["pepper"])

    @property
    def secret(self) -> bytes:
        """The raw Ed25519 private key, for signing and for the sealed-envelope sheet."""
        return bytes.fromhex(self._facts["key"])

    def public(self) -> bytes:
        """The 32 raw bytes of the station's public key; kept beside the other, so that opening needs no library."""
        return bytes.fromhex(self._facts["public"])

    def sign(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(data)

    def become(self, letter: str) -> None:
        """Begin a new chain under another letter: after a restore or on a replacement computer."""
        self._facts["letter"] = letter
        write_durably(self.folder / "station.json", json.dumps(self._facts).encode())

    def head(self, database: str, station: str) -> tuple[int, str]:
        """(size, chain) that this machine last saw of a station's chain in the database with that identity."""
        path = self.folder / f"head-{database}-{station}.json"
        if not path.exists():
            return 0, ledger.START
        facts = json.loads(path.read_text("utf-8"))
        return int(facts["size"]), str(facts["chain"])

    def set_head(self, database: str, station: str, size: int, chain: str) -> None:
        write_durably(
            self.folder / f"head-{database}-{station}.json", json.dumps({"size": size, "chain": chain}).encode()
        )

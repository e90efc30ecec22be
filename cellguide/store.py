"""Store: what the house needs from persistence. ``db`` implements it on SQLite; nothing here knows how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from .clock import Moment
from .entry import Actor, Change, Doc, Entry


class Held(NamedTuple):
    """An object as it stands: ``version`` counts its entries, ``n`` is its last entry in the whole ledger."""

    kind: str
    id: str
    version: int
    n: int
    doc: Doc


class Hit(NamedTuple):
    """What a search found, newest first."""

    kind: str
    id: str
    text: str


class Store(Protocol):
    """Facts in, facts out. One short transaction per ``append``: entries, projections, blobs and vault together."""

    station: str
    path: Path | None
    head_fault: str  # why the head outside the database could not be moved, or empty

    def append(
        self,
        act: str,
        changes: Sequence[Change],
        *,
        who: Actor,
        at: Moment,
        blobs: Sequence[bytes] = (),
        secrets: Mapping[tuple[str, str], bytes | None] | None = None,
    ) -> tuple[Entry, ...]:
        """Write one entry per change and all that belongs to it, or nothing. Raises Refusal ``store.not_saved``."""
        ...

    def get(self, kind: str, id: str) -> Held | None: ...

    def find(self, kind: str, *, newest: bool = False, limit: int | None = None, **where: str) -> list[Held]: ...

    def next_id(self, kind: str, prefix: str) -> str:
        """Return ``prefix`` + the next number of six digits, counted from the ids that exist."""
        ...

    def blob(self, sha256: str) -> bytes:
        """Return the bytes; raises Refusal ``store.blob_missing`` or ``store.blob_damaged``."""
        ...

    def secret(self, owner: str, name: str) -> bytes | None: ...

    def history(self, kind: str, id: str) -> list[Entry]: ...

    def entries(self, after: int = 0, until: int | None = None) -> Iterator[tuple[int, str]]:
        """Yield (n, line) in order; ``after`` and ``until`` count over the whole file."""
        ...

    def search(self, text: str, *, kinds: Sequence[str] = (), limit: int = 30) -> list[Hit]: ...

    def note(self, name: str) -> str | None:
        """A remembered value that proves nothing (how far a clock was ever shown, the tree's stack)."""
        ...

    def remember(self, name: str, value: str) -> None: ...

    def checkpoint(self, who: Actor, at: Moment) -> str:
        """Sign how far the chain reaches, write it down, move the head outside the database; return the note."""
        ...

    def secret_key(self) -> bytes:
        """The 32 raw bytes of the station's Ed25519 key's other half: for the sealed-envelope sheet alone."""
        ...

    def public_key(self) -> bytes:
        """The 32 raw bytes of the station's Ed25519 key."""
        ...

    def backup(self, folder: str, progress: Callable[[int, int], None] | None = None) -> str: ...

    def close(self) -> None: ...

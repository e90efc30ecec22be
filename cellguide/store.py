"""Store: what the house needs from persistence. ``db`` implements it on SQLite; nothing here knows how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from .canonical import Named
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


class Stood(NamedTuple):
    """A container stood at ``place`` (a code as it was written) from ``since`` until ``until``, as the entries have it
    (ISO 8601); "": it still does."""

    container: str
    place: str
    since: str
    until: str


Blob = bytes | Named


class Laying(Protocol):
    """A blob that is being hashed and written down beside the other work."""

    def digest(self) -> str:
        """Its SHA-256, as soon as it is known."""
        ...

    def keep(self) -> Named:
        """Wait until it lies there durably, and return what ``append`` takes. Raises Refusal ``store.not_saved``."""
        ...

    def drop(self) -> None:
        """Give it up."""
        ...


class Shelf(Protocol):
    """Where large blobs lie. It knows no database: workers in the pool may have it, and lay a file before its entry."""

    def begin(self, data: bytes) -> Laying: ...


class Store(Protocol):
    """Facts in, facts out. One short transaction per ``append``: entries, projections, blobs and vault together."""

    station: str
    path: Path | None
    head_fault: str  # why the head outside the database could not be moved, or empty

    @property
    def shelf(self) -> Shelf: ...

    def append(
        self,
        act: str,
        changes: Sequence[Change],
        *,
        who: Actor,
        at: Moment,
        blobs: Sequence[Blob] = (),
        secrets: Mapping[tuple[str, str], bytes | None] | None = None,
    ) -> tuple[Entry, ...]:
        """Write one entry per change and all that belongs to it, or nothing. Raises Refusal ``store.not_saved``."""
        ...

    def get(self, kind: str, id: str) -> Held | None: ...

    def find(self, kind: str, /, *, newest: bool = False, limit: int | None = None, **where: str) -> list[Held]: ...

    def written(self, *kinds: str) -> int:
        """The last entry about an object of these kinds (of any, where none is named) since the store was opened, 0 for
        none: while it is the same, reading them again finds the same."""
        ...

    def stood(self, places: Sequence[str], start_ms: int, end_ms: int) -> list[Stood]:
        """Who stood in any of those places (codes) at any moment of that time, container by container."""
        ...

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

    def trail(
        self, before: int | None, limit: int, *, about: Sequence[str] = (), by: str = ""
    ) -> list[tuple[int, str]]:
        """(n, line) of the newest ``limit`` entries before ``before`` (None: from the end), newest first.

        ``about``: only those about these objects (``kind:id``); ``by``: only those of a person, where no object is
        named. A page takes the same time however many entries there are.
        """
        ...

    def search(self, text: str, *, kinds: Sequence[str] = (), limit: int = 30) -> list[Hit]: ...

    def note(self, name: str) -> str | None:
        """A remembered value that proves nothing (how far a clock was ever shown, the tree's stack)."""
        ...

    def remember(self, name: str, value: str) -> None: ...

    def checkpoint(self, who: Actor, at: Moment) -> str:
        """Sign how far the chain reaches, write it down, move the head outside the database; return the note."""
        ...

    def rest(self) -> None:
        """Tidy up where nothing was written since the last call: whoever owns the store calls it each second, so that
        no act has to wait for it."""
        ...

    def secret_key(self) -> bytes:
        """The 32 raw bytes of the station's Ed25519 key's other half: for the sealed-envelope sheet alone."""
        ...

    def public_key(self) -> bytes:
        """The 32 raw bytes of the station's Ed25519 key."""
        ...

    def backup(self, folder: str, progress: Callable[[int, int], None] | None = None) -> str: ...

    def close(self) -> None: ...

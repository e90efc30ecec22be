"""The chain, its root and its checkpoints: what makes a changed past visible.

``prev`` of a line is the SHA-256 of the line before it, newline included (engineering-review 31), so that
``split``, ``sha256sum`` and ``cmp`` can check it. The root is that of RFC 6962 over the lines without newline. A
checkpoint is a C2SP tlog-checkpoint note signed with the station's Ed25519 key, with one extension line that ties
it to the chain.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

START = "0" * 64


def link(line: str) -> str:
    """What the next line's ``prev`` must be."""
    return hashlib.sha256(line.encode("utf-8") + b"\n").hexdigest()


# --- the root of RFC 6962 -------------------------------------------------------------------------------------


class Tree:
    """An RFC 6962 tree that only grows: a stack of (leaves, hash) of perfect subtrees, largest first.

    >>> Tree().root.hex()[:8]
    'e3b0c442'
    """

    def __init__(self, stack: Iterable[tuple[int, bytes]] = ()) -> None:
        self._stack = list(stack)

    @property
    def size(self) -> int:
        return sum(leaves for leaves, _ in self._stack)

    def add(self, leaf: bytes) -> None:
        """Add one leaf (the bytes of a line, without newline)."""
        node, leaves = hashlib.sha256(b"\x00" + leaf).digest(), 1
        while self._stack and self._stack[-1][0] == leaves:
            node = hashlib.sha256(b"\x01" + self._stack.pop()[1] + node).digest()
            leaves *= 2
        self._stack.append((leaves, node))

    @property
    def root(self) -> bytes:
        """The root of what was added so far; SHA-256 of nothing for the empty tree."""
        if not self._stack:
            return hashlib.sha256(b"").digest()
        node = self._stack[-1][1]
        for _, left in reversed(self._stack[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node

    def dump(self) -> str:
        """The stack as text, so that a later process need not read the whole ledger again."""
        return " ".join(f"{leaves}:{node.hex()}" for leaves, node in self._stack)

    @classmethod
    def load(cls, text: str) -> Tree:
        """Read what ``dump`` wrote."""
        parts = (part.partition(":") for part in text.split())
        return cls((int(leaves), bytes.fromhex(node)) for leaves, _, node in parts)


# --- checkpoints ----------------------------------------------------------------------------------------------


class Checkpoint(NamedTuple):
    """How far the chain reached. ``root``: base64 (C2SP); ``chain``: the next ``prev``, hex."""

    origin: str
    size: int
    root: str
    chain: str

    @property
    def text(self) -> str:
        """The signed part of the note, final newline included."""
        return f"{self.origin}\n{self.size}\n{self.root}\nchain-sha256 {self.chain}\n"

    @property
    def short(self) -> str:
        """Size and the first 16 hex digits of the root, as paper shows it."""
        return f"{self.size} · {base64.b64decode(self.root).hex()[:16]}"


def checkpoint(origin: str, tree: Tree, chain: str) -> Checkpoint:
    """State how far ``tree`` and ``chain`` reach."""
    return Checkpoint(origin, tree.size, base64.b64encode(tree.root).decode(), chain)


def key_id(origin: str, public: bytes) -> bytes:
    """First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key), C2SP signed-note for Ed25519."""
    return hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]


def note(point: Checkpoint, sign: Callable[[bytes], bytes], public: bytes) -> str:
    """Return the signed note. ``sign`` is the station's Ed25519 key at work; ``public`` its 32 raw bytes."""
    signature = base64.b64encode(key_id(point.origin, public) + sign(point.text.encode())).decode()
    return f"{point.text}\n— {point.origin} {signature}\n"


def read_note(text: str) -> tuple[Checkpoint, bytes, bytes]:
    """Return (checkpoint, key id, signature) of a note. Raises ValueError where it is none of ours."""
    body, blank, rest = text.partition("\n\n")
    origin, size, root, chain = [*body.split("\n"), "", "", "", ""][:4]
    dash, _, signed = rest.strip().partition(" ")
    name, _, encoded = signed.partition(" ")
    if not blank or dash != "—" or name != origin or not chain.startswith("chain-sha256 "):
        raise ValueError("not a checkpoint note")
    raw = base64.b64decode(encoded, validate=True)
    return Checkpoint(origin, int(size), root, chain.removeprefix("chain-sha256 ")), raw[:4], raw[4:]


# --- verdicts -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """``word`` first (INTACT, BROKEN, ROLLED BACK, FOREIGN, DAMAGED, NEWER, SUPERSEDED); ``why``: what was found, shortly.

    ``at``: the entry it fails at, counted in the chain of ``station``. ``size``: entries read, of all chains together.
    ``chain`` and ``root``: where the last chain ends.
    """

    word: str
    size: int = 0
    at: int | None = None
    why: str = ""
    chain: str = START
    root: str = ""
    station: str = ""

    @property
    def intact(self) -> bool:
        return self.word == "INTACT"

    @property
    def code(self) -> str:
        """The word as a key of ``resources/words/verdict.toml``."""
        return self.word.lower().replace(" ", "_")

    def __str__(self) -> str:
        if self.at is not None:
            return f"{self.word} AT {self.at}"
        return self.word


class Walk:
    """Walk a chain line by line; ``fail`` stays None while every line follows from the one before it."""

    def __init__(self, *, with_root: bool = True) -> None:
        self.size = 0
        self.prev = START
        self.tree = Tree() if with_root else None
        self.fail: Verdict | None = None

    def step(self, line: str) -> bool:
        """Take the next line; False (and ``fail`` set) when the chain is broken there.

        The place of ``prev`` and ``seq`` is found from the right: in canonical JSON only scalars stand behind them, and
        a quotation mark inside a scalar is escaped, so nothing a person typed can pose as either. Reading every line
        as JSON would be ten times slower than the hashing.
        """
        seq = self.size + 1
        before = line.rfind(',"prev":"') + 9
        number = line.rfind(',"seq":') + 7
        why = ""
        if before < 9 or number < 7 or line[-1:] != "}":
            why = "line"
        elif line[before : before + 65] != self.prev + '"':
            why = "prev"
        elif not line.startswith(f"{seq},", number):
            why = "seq"
        if why:
            self.fail = Verdict("BROKEN", self.size, seq, why)
            return False
        raw = line.encode("utf-8")
        self.prev = hashlib.sha256(raw + b"\n").hexdigest()
        if self.tree is not None:
            self.tree.add(raw)
        self.size = seq
        return True

    def verdict(self) -> Verdict:
        """INTACT with size, head and root, or the first break."""
        root = base64.b64encode(self.tree.root).decode() if self.tree is not None else ""
        return self.fail or Verdict("INTACT", self.size, chain=self.prev, root=root)


def audit(lines: Iterable[str], *, with_root: bool = True, progress: Callable[[int], None] | None = None) -> Verdict:
    """Check that ``lines`` are one unbroken chain from its start. ``progress`` hears the count now and then."""
    walk = Walk(with_root=with_root)
    for line in lines:
        if not walk.step(line):
            break
        if progress is not None and walk.size % 4096 == 0:
            progress(walk.size)
    return walk.verdict()


def check_notes(
    lines: Iterable[str], notes: Iterable[str], public: bytes, verify: Callable[[bytes, bytes], bool]
) -> Verdict:
    """Check a chain together with its checkpoints: each must be signed by ``public`` and agree with the chain.

    ``verify(text, signature)`` says whether the station's key made ``signature``. A note that reaches further than the
    chain means the chain was cut: ROLLED BACK. A note of another key: FOREIGN.
    """
    points = sorted(_read_points(notes), key=lambda item: item[0].size)
    walk = Walk()
    pending: Iterator[tuple[Checkpoint, bytes, bytes]] = iter(points)
    current = next(pending, None)
    for line in lines:
        if not walk.step(line):
            return walk.verdict()
        while current is not None and current[0].size == walk.size:
            bad = _judge_note(current, walk, public, verify)
            if bad is not None:
                return bad
            current = next(pending, None)
    if current is not None:
        return Verdict("ROLLED BACK", walk.size, walk.size + 1, f"checkpoint {current[0].size}")
    return walk.verdict()


def _read_points(notes: Iterable[str]) -> Iterator[tuple[Checkpoint, bytes, bytes]]:
    for text in notes:
        point, identity, signature = read_note(text)
        if point.size > 0:
            yield point, identity, signature


def _judge_note(
    item: tuple[Checkpoint, bytes, bytes], walk: Walk, public: bytes, verify: Callable[[bytes, bytes], bool]
) -> Verdict | None:
    point, identity, signature = item
    assert walk.tree is not None
    if identity != key_id(point.origin, public) or not verify(point.text.encode(), signature):
        return Verdict("FOREIGN", walk.size, point.size, "checkpoint key")
    if point.chain != walk.prev or point.root != base64.b64encode(walk.tree.root).decode():
        return Verdict("BROKEN", walk.size, point.size, "checkpoint")
    return None

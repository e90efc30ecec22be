"""The chain, its root and its checkpoints: what makes a changed past visible.

``prev`` of a line is the SHA-256 of the line before it, newline included (engineering-review 31), so that
``split``, ``sha256sum`` and ``cmp`` can check it. The root is that of RFC 6962 over the lines without newline. A
checkpoint is a C2SP tlog-checkpoint note signed with the station's Ed25519 key, with one extension line that ties
it to the chain.
"""

from __future__ import annotations

import base64
import hashlib
from binascii import hexlify
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

START = "0" * 64


def link(line: str) -> str:
    """What the next line's ``prev`` must be."""
    return hashlib.sha256(line.encode("utf-8") + b"\n").hexdigest()


# --- the root of RFC 6962 -------------------------------------------------------------------------------------


class Tree:
    """An RFC 6962 tree that only grows: the hashes of its perfect subtrees, largest first, one per bit of its size.

    >>> Tree().root.hex()[:8]
    'e3b0c442'
    """

    __slots__ = ("_stack", "size")

    def __init__(self) -> None:
        self.size = 0
        self._stack: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add one leaf (the bytes of a line, without newline)."""
        self.extend([hashlib.sha256(b"\x00" + leaf).digest()])

    def extend(self, hashes: Iterable[bytes]) -> None:
        """Add leaves that are hashed already."""
        sha256, stack, size = hashlib.sha256, self._stack, self.size
        for node in hashes:
            bits = size
            while bits & 1:
                node = sha256(b"\x01" + stack.pop() + node).digest()
                bits >>= 1
            stack.append(node)
            size += 1
        self.size = size

    @property
    def root(self) -> bytes:
        """The root of what was added so far; SHA-256 of nothing for the empty tree."""
        if not self._stack:
            return hashlib.sha256(b"").digest()
        node = self._stack[-1]
        for left in reversed(self._stack[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node

    def dump(self) -> str:
        """The subtrees as text, so that a later process need not read the whole ledger again."""
        return " ".join([str(self.size), *(node.hex() for node in self._stack)])

    @classmethod
    def load(cls, text: str) -> Tree:
        """Read what ``dump`` wrote. Raises ValueError where it is nothing of the kind."""
        tree = cls()
        if text:
            size, *nodes = text.split()
            tree.size, tree._stack = int(size), [bytes.fromhex(node) for node in nodes]
            if tree.size.bit_count() != len(nodes) or any(len(node) != 32 for node in tree._stack):
                raise ValueError("not a tree")
        return tree


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
    """``word`` first (INTACT, BROKEN, ROLLED BACK, FOREIGN, DAMAGED, NEWER); ``why``: what was found, shortly.

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

    __slots__ = ("fail", "prev", "size", "tree")

    def __init__(self, *, with_root: bool = True) -> None:
        self.size = 0
        self.prev = START
        self.tree = Tree() if with_root else None
        self.fail: Verdict | None = None

    def step(self, line: str) -> bool:
        """Take the next line; False (and ``fail`` set) when the chain is broken there."""
        self.take([line])
        return self.fail is None

    def take(self, lines: Iterable[str | bytes], stops: frozenset[bytes] = frozenset()) -> bytes | None:
        """Take lines to the end, to a break, or to one about an object whose kind begins with two letters of ``stops``.

        That one is handed back and not yet taken. Bytes are taken as they are, so that nothing is decoded for hashing.
        The place of ``prev`` is found from the right: in canonical JSON only scalars stand behind it, and a quotation
        mark inside a scalar is escaped, so nothing a person typed can pose as it, or as ``seq`` behind it. Reading
        every line as JSON would be ten times slower than the hashing; a call for each costs as much as the hashing.
        """
        sha256, seq, prev, tree = hashlib.sha256, self.size, self.prev.encode(), self.tree
        leaves: list[bytes] = []
        picked = None
        for line in lines:
            raw = line if type(line) is bytes else str.encode(line)  # type: ignore[arg-type]
            if stops:
                at = raw.find(b'"obj":"')
                while at >= 0 and raw[at + 7 : at + 9] not in stops:
                    at = raw.find(b'"obj":"', at + 7)  # a document may have a key ``obj`` too: any of them stops
                if at >= 0:
                    picked = raw
                    break
            before = raw.rfind(b',"prev":"') + 9
            if before < 9 or not raw.startswith(prev, before):
                self.fail = Verdict("BROKEN", seq, seq + 1, "prev")
                break
            if raw.find(b',"seq":%d,' % (seq + 1), before + 64) < 0:
                self.fail = Verdict("BROKEN", seq, seq + 1, "seq")
                break
            seq += 1
            prev = hexlify(sha256(raw + b"\n").digest())
            if tree is not None:
                leaves.append(sha256(b"\x00" + raw).digest())
                if not seq & 1023:
                    tree.extend(leaves)
                    leaves.clear()
        if tree is not None:
            tree.extend(leaves)
        self.size, self.prev = seq, prev.decode()
        return picked

    def verdict(self) -> Verdict:
        """INTACT with size, head and root, or the first break."""
        root = base64.b64encode(self.tree.root).decode() if self.tree is not None else ""
        return self.fail or Verdict("INTACT", self.size, chain=self.prev, root=root)


def audit(lines: Iterable[str | bytes], *, with_root: bool = True) -> Verdict:
    """Check that ``lines`` are one unbroken chain from its start."""
    walk = Walk(with_root=with_root)
    walk.take(lines)
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

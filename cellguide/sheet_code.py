"""What stands on the sealed-envelope sheet in letters a hand can type: a key in groups, each proving itself.

A key is 32 bytes. With its head (whose key, station's letter, sheet number) and 24 bits of SHA-256 it makes 300 bits:
fifteen groups of four signs (Crockford's Base32: no I, L, O, U) and one check sign. The check sign is a weighted sum
over GF(32) with the group's place in it, so that one wrong sign, two swapped neighbours and a group in another's place
are always found, at their group; the hash finds what two mistakes in one group may hide. Pure; nothing is kept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Literal, NamedTuple

from .refusal import Refusal

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 15
GROUP_LENGTH = 5
NUMBER_MAX = (1 << 13) - 1
MARK = "CGE1"

Part = Literal["root", "station"]
_PARTS: tuple[Part, ...] = ("root", "station")
_READ_AS = str.maketrans("ILO", "110")
_POLYNOMIAL = 0b100101  # x⁵ + x² + 1: 2 generates every element but nought
_HEAD_BITS, _KEY_BITS, _HASH_BITS = 20, 256, 24


class Key(NamedTuple):
    """One key of a sheet. ``part``: whose · ``letter``: of the station that printed it · ``number``: of the sheet
    (1…8191) · ``raw``: 32 bytes (the root's P-256 scalar, or the station's Ed25519 key)."""

    part: Part
    letter: str
    number: int
    raw: bytes

    @property
    def sheet(self) -> str:
        """The sheet's number as people see it.

        >>> Key("root", "A", 3, bytes(32)).sheet
        'E-A-000003'
        """
        return f"E-{self.letter}-{self.number:06d}"


class Sheet(NamedTuple):
    """What was read from a sheet; ``station`` is there only where it was scanned whole."""

    root: Key
    station: Key | None = None


def plain(untrusted_text: str) -> str:
    """The signs of a typed or scanned text: capitals, the look-alikes I, L, O read as 1, 1, 0, separators gone.

    >>> plain("ab1o-9 z")
    'AB109Z'
    """
    letters = unicodedata.normalize("NFKC", untrusted_text).upper().translate(_READ_AS)
    return re.sub(r"[^0-9A-Z]", "", letters)


def groups(key: Key) -> tuple[str, ...]:
    """The fifteen groups of a key as the sheet prints them."""
    assert len(key.raw) == 32
    assert 0 < key.number <= NUMBER_MAX
    head = (_PARTS.index(key.part) << 18) | ((ord(key.letter) - ord("A")) << 13) | key.number
    whole = (head << (_KEY_BITS + _HASH_BITS)) | (int.from_bytes(key.raw, "big") << _HASH_BITS) | _hash(head, key.raw)
    made = []
    for place in range(GROUPS):
        bits = whole >> (20 * (GROUPS - 1 - place))
        values = [(bits >> shift) & 31 for shift in (15, 10, 5, 0)]
        made.append("".join(SIGNS[value] for value in [*values, _check(values, place)]))
    return tuple(made)


def line(sheet: Sheet) -> str:
    """The sheet's code in one line, as a keyboard scanner can type it: letters, digits and hyphens."""
    keys = [sheet.root] if sheet.station is None else [sheet.root, sheet.station]
    return "-".join([MARK, *(group for key in keys for group in groups(key))])


def group_holds(place: int, untrusted_group: str) -> bool:
    """Whether a typed group is right in itself; ``place`` counts from 0."""
    text = plain(untrusted_group)
    if len(text) != GROUP_LENGTH or any(sign not in SIGNS for sign in text):
        return False
    *values, check = (SIGNS.index(sign) for sign in text)
    return _check(values, place) == check


def read(untrusted_text: str) -> Sheet:
    """Read fifteen typed groups, or the whole line that a scanner gave.

    Raises Refusal ``envelope.length`` (signs given and needed), ``envelope.group`` (the first wrong one, from 1),
    ``envelope.whole`` (each group right, not together), ``envelope.other_part`` (the station's key alone).
    """
    text = plain(untrusted_text).removeprefix(plain(MARK))
    one = GROUPS * GROUP_LENGTH
    if len(text) not in (one, 2 * one):
        raise Refusal("envelope.length", count=len(text), needed=one)
    root = _read(text[:one])
    if root.part != "root":
        raise Refusal("envelope.other_part")
    if len(text) == one:
        return Sheet(root)
    station = _read(text[one:])
    if station.part != "station" or station.sheet != root.sheet:
        raise Refusal("envelope.whole")
    return Sheet(root, station)


def _read(text: str) -> Key:
    whole = 0
    for place in range(GROUPS):
        group = text[place * GROUP_LENGTH : (place + 1) * GROUP_LENGTH]
        if not group_holds(place, group):
            raise Refusal("envelope.group", group=place + 1)
        for sign in group[:-1]:
            whole = (whole << 5) | SIGNS.index(sign)
    head = whole >> (_KEY_BITS + _HASH_BITS)
    raw = ((whole >> _HASH_BITS) & ((1 << _KEY_BITS) - 1)).to_bytes(32, "big")
    part, letter, number = head >> 18, (head >> 13) & 31, head & NUMBER_MAX
    if whole & ((1 << _HASH_BITS) - 1) != _hash(head, raw) or part >= len(_PARTS) or letter > 25 or not number:
        raise Refusal("envelope.whole")
    return Key(_PARTS[part], chr(ord("A") + letter), number, raw)


def _hash(head: int, raw: bytes) -> int:
    digest = hashlib.sha256(b"cellguide sheet 1\n" + head.to_bytes(3, "big") + raw).digest()
    return int.from_bytes(digest[:3], "big")


def _check(values: list[int], place: int) -> int:
    """The check sign of a group: 2·v₁ + 4·v₂ + 8·v₃ + 16·v₄ + place over GF(32)."""
    total = place
    for power, value in enumerate(values, 1):
        total ^= _times(value, power)
    return total


def _times(value: int, power: int) -> int:
    for _ in range(power):
        value <<= 1
        if value & 32:
            value ^= _POLYNOMIAL
    return value
